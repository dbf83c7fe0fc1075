//! The whole without a window: drop files, sign in, see alerts; be told what went wrong.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use droptrace_core::{
    view::{
        ApiHost, Cloud, CopyField, DigestKind, ErrorCode, Head, Hold, Hovering, OrganisationForm,
        PortalPage, Realm, Session, SignInStep, SignInTo,
    },
    workbench::Workbench,
};
use droptrace_practice_tenant::{Fault, Route, Settings};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::mpsc};
use url::Url;

use crate::{
    analyst::{servers, workstations},
    browser::{Browser, Choice},
    scene::{ITEMS, Scene, TestDesktop, answer_of, subscribe, write},
};

#[tokio::test]
async fn the_first_message_is_the_head() {
    let mut scene = Scene::set().await;

    let head = scene.head_where(|_| true).await;

    assert_eq!(head.session, Session::SignedOut { error: None, signed_out: None, tried: None });
    assert!(head.practice);
    assert_eq!(head.hold, Some(Hold::SignedOut));
}

#[tokio::test]
async fn files_dropped_before_signing_in_are_read_and_wait() {
    let mut scene = Scene::set().await;
    let path = write(scene.folder.path(), "a.txt", "abc");

    scene.workbench.take_in_files(vec![path]);
    scene.head_where(|head| head.counts.waiting == 1).await;
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 0);

    scene.sign_in(workstations()).await;
    let head = scene.all_answered().await;
    assert_eq!(head.counts.none_visible, 1);
}

#[tokio::test]
async fn the_other_analyst_sees_other_alerts_and_nothing_of_the_first() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.drop_practice_files().await;
    let first = scene.all_answered().await;
    let first_ids = scene.alert_ids().await;
    let item = scene
        .items()
        .await
        .into_iter()
        .find(|item| answer_of(item).is_some_and(|answer| answer.alerts > 0));
    let item = item.unwrap();
    let alert = scene.alerts(&item).await.remove(0).alert;

    scene.workbench.sign_out();
    let between = scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    assert!(between.epoch > first.epoch);
    assert_eq!(between.counts.alerts, 0);
    assert_eq!(between.counts.waiting, first.counts.alerted + first.counts.none_visible);
    assert!(scene.items().await.iter().all(|item| answer_of(item).is_none()));
    let gone = scene.workbench.alert_detail(alert).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::Gone);

    scene.sign_in(servers()).await;
    let second = scene.all_answered().await;
    assert_eq!(second.counts.items, first.counts.items);
    let second_ids = scene.alert_ids().await;
    assert!(first_ids.difference(&second_ids).count() > 0);
    assert!(second_ids.difference(&first_ids).count() > 0);
    for item in scene.items().await {
        for alert in scene.alerts(&item).await {
            assert!(alert.device_group.is_none_or(|group| group.flat() == servers().device_group));
        }
    }
}

#[tokio::test]
async fn practice_is_shown_as_practice_and_its_links_stay_on_loopback() {
    let mut scene = Scene::set().await;
    let portal = scene.tenant.addresses().portal;
    scene.drop_practice_files().await;
    scene.workbench.take_in_text("6532ec91d513acc05f43ee0aa3002599729fd3e1".into()).await.unwrap();

    for analyst in [workstations(), servers()] {
        let head = scene.sign_in(analyst).await;
        assert!(
            matches!(&head.session, Session::SignedIn { account, .. } if account.realm == Realm::Practice)
        );
        assert_eq!(*scene.desktop.realm.lock().unwrap(), Some(Realm::Practice));
        assert_eq!(scene.desktop.fronts.swap(0, Ordering::Relaxed), 1);
        scene.all_answered().await;
        let mut links = 0;

        for item in scene.items().await {
            let Some(answer) = answer_of(&item) else { continue };
            assert_eq!(answer.provenance.realm, Realm::Practice);
            let mut pages = vec![PortalPage::File { item: item.id }];
            for row in scene.alerts(&item).await {
                let alert = row.alert;
                pages.extend([
                    PortalPage::Alert { alert },
                    PortalPage::Incident { alert },
                    PortalPage::Device { alert },
                ]);
            }
            for page in pages {
                match scene.workbench.portal_link(page).await {
                    Ok(link) => {
                        assert_eq!(link.host_str(), Some("127.0.0.1"));
                        assert_eq!(link.port(), Some(portal));
                        links += 1;
                    }
                    Err(error) => assert_eq!(error.code, ErrorCode::NoPortalPage),
                }
            }
        }
        assert!(links > 20, "{links}");
        scene.workbench.sign_out();
        scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    }
}

#[tokio::test]
async fn a_practice_file_that_has_to_wait_for_quota_is_answered_in_the_end() {
    let lookup_wait = Some(Duration::from_secs(1));
    let mut scene = Scene::with(Settings { lookup_wait, ..Settings::default() }).await;
    scene.sign_in(workstations()).await;

    scene.drop_practice_files().await;

    scene.head_where(|head| matches!(head.hold, Some(Hold::Throttled { .. }))).await;
    let head = scene.all_answered().await;
    assert_eq!((head.counts.alerted, head.counts.alerts, head.counts.failed), (7, 13, 0));
    let refused = scene.tenant.requests().into_iter().filter(|asked| asked.status == Some(429));
    assert_eq!(refused.count(), 1);
}

#[tokio::test]
async fn one_broken_item_stops_no_other() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let folder = scene.folder.path().join("drop");
    std::fs::create_dir_all(folder.join("a folder")).unwrap();
    let paths = vec![
        folder.join("a folder"),
        write(&folder, "empty", ""),
        folder.join("not there"),
        write(&folder, "one", "1"),
        write(&folder, "two", "2"),
    ];
    scene.tenant.faults().next(Route::FileAlerts, Fault::status(403));

    scene.workbench.take_in_files(paths);

    let head = scene.all_answered().await;
    assert_eq!(
        (head.counts.skipped, head.counts.unreadable, head.counts.failed, head.counts.none_visible),
        (1, 1, 1, 1)
    );
    scene.workbench.retry_failed();
    scene.head_where(|head| head.counts.none_visible == 2).await;
}

#[tokio::test]
async fn a_throttled_lookup_waits_in_the_open_and_goes_on_by_itself() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.tenant.faults().next(Route::FileAlerts, Fault::throttled(Some("1")));

    scene.workbench.take_in_text("a9993e364706816aba3e25717850c26c9cd0d89d".into()).await.unwrap();

    let waiting = scene.head_where(|head| matches!(head.hold, Some(Hold::Throttled { .. }))).await;
    assert_eq!(waiting.counts.failed, 0);
    let head = scene.head_where(|head| head.counts.none_visible == 1).await;
    assert_eq!(head.hold, None);
}

#[tokio::test]
async fn a_pause_that_defender_asked_for_outlives_the_person_it_was_asked_of() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.tenant.faults().next(Route::FileAlerts, Fault::throttled(Some("600")));
    scene.workbench.take_in_text("a9993e364706816aba3e25717850c26c9cd0d89d".into()).await.unwrap();
    scene.head_where(|head| matches!(head.hold, Some(Hold::Throttled { .. }))).await;

    scene.workbench.sign_out();
    scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    let head = scene.sign_in(servers()).await;

    assert!(matches!(head.hold, Some(Hold::Throttled { .. })), "{:?}", head.hold);
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 1);
}

#[tokio::test]
async fn who_gives_up_signing_in_as_somebody_else_is_still_there_with_all_cards() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.workbench.take_in_text("6532ec91d513acc05f43ee0aa3002599729fd3e1".into()).await.unwrap();
    let before = scene.all_answered().await;

    scene.workbench.sign_in(SignInTo::Practice, true).await.unwrap();
    let link = scene.links.recv().await.unwrap();
    Browser::new().unwrap().sign_in(&link, Choice::Cancel).await.unwrap();

    let head = scene
        .head_where(|head| {
            matches!(head.session, Session::SignedIn { .. }) && !head.notices.is_empty()
        })
        .await;
    assert_eq!(head.notices[0].error.code, ErrorCode::SignInDeclined);
    assert_eq!((head.epoch, head.counts), (before.epoch, before.counts));
}

#[tokio::test]
async fn settings_that_cannot_be_saved_hold_until_the_end() {
    let mut scene = Scene::set().await;
    // A folder where the file should be.
    std::fs::create_dir_all(scene.folder.path().join("data/settings.json")).unwrap();
    let form = OrganisationForm {
        cloud: Cloud::Commercial,
        tenant: "11111111-2222-3333-4444-555555555555".into(),
        client: "66666666-7777-8888-9999-000000000000".into(),
        host: ApiHost::Global,
        domain: None,
    };

    let error = scene.workbench.connect(form).await.unwrap_err();

    assert_eq!(error.code, ErrorCode::SettingsNotSaved);
    scene.head_where(|head| !head.organisations.is_empty()).await;
}

#[tokio::test]
async fn without_a_network_a_lookup_fails_in_words_and_can_be_tried_again() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.tenant.faults().always(Route::FileAlerts, Fault::reset());
    let path = write(scene.folder.path(), "a", "a");

    scene.workbench.take_in_files(vec![path]);
    scene.head_where(|head| head.counts.failed == 1).await;
    let failure = scene.items().await[0].lookup.clone().unwrap().failure.unwrap();
    assert_eq!(failure.code, ErrorCode::Offline);

    scene.tenant.faults().clear();
    scene.workbench.retry_failed();
    scene.head_where(|head| head.counts.none_visible == 1).await;
}

#[tokio::test]
async fn a_late_answer_of_the_first_analyst_is_not_shown_to_the_second() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let (held, release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, held);
    let sha1 = "6532ec91d513acc05f43ee0aa3002599729fd3e1";
    scene.workbench.take_in_text(sha1.into()).await.unwrap();
    scene.tenant.arrived(Route::FileAlerts, 1).await;

    scene.workbench.sign_out();
    scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    release.now();
    scene.sign_in(servers()).await;
    scene.all_answered().await;

    let item = scene.items().await.remove(0);
    for alert in scene.alerts(&item).await {
        assert!(alert.device_group.is_none_or(|group| group.flat() == servers().device_group));
    }
}

#[tokio::test]
async fn an_attempt_can_be_cancelled_and_its_link_copied() {
    let mut scene = Scene::set().await;
    scene.workbench.sign_in(SignInTo::Practice, true).await.unwrap();
    let link = scene.links.recv().await.unwrap();
    assert!(link.query_pairs().any(|(name, value)| name == "prompt" && value == "select_account"));
    let head = scene
        .head_where(|head| match head.session {
            Session::SigningIn { until, .. } => until.0 > 0,
            Session::SignedOut { .. }
            | Session::Restoring { .. }
            | Session::SignedIn { .. }
            | Session::Interrupted { .. } => false,
        })
        .await;
    assert!(matches!(head.session, Session::SigningIn { step: SignInStep::InBrowser, .. }));
    assert_eq!(scene.workbench.exact(CopyField::SignInLink).await.unwrap(), link.to_string());

    scene.workbench.cancel_sign_in();

    scene
        .head_where(|head| {
            head.session == Session::SignedOut { error: None, signed_out: None, tried: None }
        })
        .await;
    let gone = scene.workbench.exact(CopyField::SignInLink).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::Gone);
}

#[tokio::test]
async fn pasted_text_gives_items_or_says_why_not() {
    let mut scene = Scene::set().await;
    let sha1 = "A9993E364706816ABA3E25717850C26C9CD0D89D";

    let nothing = scene.workbench.take_in_text("no digest here".into()).await.unwrap_err();
    assert_eq!(nothing.code, ErrorCode::NoDigestInText);
    let md5 = "900150983cd24fb0d6963f7d28e17f72";
    scene.workbench.take_in_text(format!("see {sha1}\n and {md5}")).await.unwrap();

    let items = scene.items().await;
    assert_eq!(items.len(), 2);
    assert_eq!(items[0].sha1.as_deref(), Some(&*sha1.to_lowercase()));
    assert_eq!((&items[0].reading, &items[0].place), (&None, &None));
    let mention = items[1].mention.as_ref().unwrap();
    assert_eq!((mention.kind, mention.line, &mention.text), (DigestKind::Md5, 2, &None));
    assert_eq!((&items[1].sha1, &items[1].lookup), (&None, &None));
    let head = scene.head_where(|head| head.counts.items == 2).await;
    assert_eq!((head.counts.unresolved, head.counts.waiting), (1, 1));
    assert_eq!((head.intake.sums.digests, head.intake.sums.unresolved), (1, 1));
}

#[tokio::test]
async fn an_organisation_is_checked_stored_and_remembered() {
    let mut scene = Scene::set().await;
    let form = |tenant: &str| OrganisationForm {
        cloud: Cloud::Gcc,
        tenant: tenant.into(),
        client: " 66666666-7777-8888-9999-AAAAAAAAAAAA ".into(),
        host: ApiHost::Global,
        domain: None,
    };
    let wrong = scene.workbench.connect(form("contoso.example")).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::TenantInvalid);

    scene.workbench.connect(form("11111111-2222-3333-4444-555555555555")).await.unwrap();
    let head = scene.head_where(|head| !head.organisations.is_empty()).await;
    assert_eq!(
        head.organisations.last().unwrap().organisation.client,
        "66666666-7777-8888-9999-aaaaaaaaaaaa"
    );

    let again = Workbench::start(
        &scene.folder.path().join("data"),
        scene.keyring.store(),
        Arc::<TestDesktop>::clone(&scene.desktop),
        None,
    )
    .await
    .unwrap();
    let mut head = subscribe(&again);
    let head = head.wait_for(Option::is_some).await.unwrap().clone().unwrap();
    assert_eq!(head.organisations.last().unwrap().organisation.cloud, Cloud::Gcc);
    assert!(!head.practice);
}

#[tokio::test]
async fn a_page_that_does_not_acknowledge_gets_one_message() {
    let scene = Scene::set().await;
    let (sender, mut updates) = mpsc::unbounded_channel();
    scene.workbench.subscribe(Box::new(move |update| sender.send(update).is_ok()));
    let first = updates.recv().await.unwrap();
    assert_eq!(first.sequence, 0);
    assert!(first.head.is_some());

    let hovering = |files| Some(Hovering { files, folders: 0, first: None });
    for files in 0..50 {
        scene.workbench.hovering(hovering(files));
    }
    // Whatever is asked after the changes is answered after them.
    scene.workbench.open(ITEMS).await.unwrap();
    assert!(updates.try_recv().is_err());

    scene.workbench.acknowledge(0);
    let second = updates.recv().await.unwrap();
    assert_eq!(second.head.unwrap().hovering, hovering(49));
}

#[tokio::test]
async fn what_came_in_alone_is_told_and_may_come_again() {
    let mut scene = Scene::set().await;
    let folder = scene.folder.path().to_owned();
    let [first, second] = ["a", "b"].map(|name| write(&folder, name, name));
    scene.workbench.take_in_files(vec![first.clone(), second.clone()]);
    assert_eq!(scene.head_where(|head| head.counts.items == 2).await.arrival, None);
    let [_, item] = &scene.items().await[..] else { panic!("two items") };
    let id = item.id;

    scene.workbench.take_in_files(vec![second]);
    let arrival = scene.head_where(|head| head.arrival.is_some()).await.arrival.unwrap();
    assert_eq!(arrival.item, id);

    let sha1 = "6532ec91d513acc05f43ee0aa3002599729fd3e1";
    for _ in 0..2 {
        scene.workbench.take_in_text(sha1.into()).await.unwrap();
    }
    let is_again = |head: &Head| head.arrival.is_some_and(|new| new.number == arrival.number + 2);
    let again = scene.head_where(is_again).await;
    assert_eq!(again.counts.items, 3);
    assert_eq!(again.arrival.unwrap().item, scene.items().await[2].id);

    // A folder is no file, even if one is in it.
    write(&folder, "c", "c");
    scene.workbench.take_in_files(vec![folder]);
    let folders = scene.head_where(|head| head.intake.sums.found > 2 && !head.intake.running).await;
    assert_eq!(folders.arrival, again.arrival);
}

#[tokio::test]
async fn a_browser_that_insists_on_https_is_told_of_and_ends_nothing() {
    let mut scene = Scene::set().await;
    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    let link = scene.links.recv().await.unwrap();
    let (_, redirect) = link.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap();
    let port = Url::parse(&redirect).unwrap().port().unwrap();

    let mut insists = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    insists.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap();

    let is_told = |head: &Head| {
        let Session::SigningIn { browser: Some(error), .. } = &head.session else { return false };
        error.code == ErrorCode::BrowserInsistsOnHttps
    };
    scene.head_where(is_told).await;
    let choice = Choice::Analyst(workstations().object_id);
    Browser::new().unwrap().sign_in(&link, choice).await.unwrap();
    scene.head_where(|head| matches!(head.session, Session::SignedIn { .. })).await;
}
