//! All that the page is told in a run with errors, and that no token is among it: every update and
//! every answer of a command, as it goes over to the page.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use droptrace_core::view::{
    ApiHost, Cloud, Head, Keeping, ListSpec, OrganisationForm, OrganisationId, QueryId, Removal,
    RowList, Session, SignInTo, SignOut, Update,
};
use droptrace_practice_tenant::{Fault, Route, Settings};
use droptrace_tests::{Canary, answers_without_a_token, planted, repeated_token};
use serde::Serialize;
use tokio::sync::watch;

use crate::{
    analyst::workstations,
    browser::{Browser, Choice},
    memory_keyring::State,
    scene::{ITEMS, Scene, write},
};

#[tokio::test]
async fn the_page_is_told_no_token() {
    let mut scene = Scene::with(Settings { keep_requests: true, ..Settings::default() }).await;
    let mut page = Page::open(&scene);

    for answer in answers_without_a_token() {
        scene.tenant.faults().next(Route::Token, answer);
        sign_in(&mut scene, &mut page).await;
        page.head(|head| matches!(head.session, Session::SignedOut { error: Some(_), .. })).await;
    }
    scene.keyring.set(State::Dismisses);
    sign_in(&mut scene, &mut page).await;
    page.head(|head| keeping(head).is_some_and(|of| matches!(of, Keeping::NotKept { .. }))).await;
    scene.keyring.set(State::Works);
    scene.workbench.try_keyring();
    page.head(|head| keeping(head) == Some(&Keeping::Kept)).await;

    look_up_with_errors(&scene, &mut page).await;
    read_everything(&scene, &page).await;
    lose_the_session(&mut scene, &mut page).await;
    read_everything(&scene, &page).await;
    ask_wrongly(&scene, &page).await;

    scene.keyring.set(State::Refuses);
    scene.workbench.sign_out();
    page.head(|head| matches!(removal(head), Some(Removal::NotRemoved { .. }))).await;
    scene.keyring.set(State::Works);
    scene.workbench.try_keyring();
    page.head(|head| removal(head) == Some(&Removal::Removed)).await;

    let canary = Canary::of_tenant(&scene.tenant, planted()).unwrap();
    let told = page.told();
    assert_eq!(canary.in_bytes("the page", &told), [].into());
    // The same search finds what the page is to be told.
    let name = Canary::of([(String::new(), workstations().sign_in_name.to_owned())]).unwrap();
    assert!(!name.in_bytes("the page", &told).is_empty());
}

/// Every error that Defender can answer with, one that repeats the token, and a repaired batch.
async fn look_up_with_errors(scene: &Scene, page: &mut Page) {
    let faults = scene.tenant.faults();
    for fault in [
        Fault::unauthorized(),
        Fault::reset(),
        Fault::status(500),
        Fault::new().cut_at(30),
        Fault::new().body("<html>"),
        Fault::api_error(400, "InvalidInput", "No."),
        Fault::status(404),
        Fault::status(302).header("location", "https://elsewhere.example/"),
        Fault::throttled(Some("1")),
    ] {
        faults.next(Route::FileAlerts, fault);
    }
    let folder = scene.workbench.practice_files().await;
    page.answered(&folder.as_ref().map(drop));
    let files = std::fs::read_dir(folder.unwrap()).unwrap();
    scene.workbench.take_in_files(files.map(|entry| entry.unwrap().path()).collect());
    page.all_answered().await;

    faults.clear();
    scene.workbench.retry_failed();
    page.head(|head| head.counts.failed == 0 && head.counts.alerted > 0).await;
    faults.next(Route::FileAlerts, repeated_token(&scene.tenant).unwrap());
    let path = write(scene.folder.path(), "repeated", "repeated");
    scene.workbench.take_in_files(vec![path]);
    page.head(|head| head.counts.failed == 1).await;
}

/// A renewal that brings no token, the end of the session, and another sign-in.
async fn lose_the_session(scene: &mut Scene, page: &mut Page) {
    let [_, incomplete, no_bearer, _] = answers_without_a_token();
    for (answer, failed) in [(incomplete, 2), (no_bearer, 3)] {
        scene.tenant.refuse_access_tokens();
        scene.tenant.faults().next(Route::Token, answer);
        let name = format!("not renewed {failed}");
        scene.workbench.take_in_files(vec![write(scene.folder.path(), &name, &name)]);
        page.head(|head| head.counts.failed == failed).await;
    }
    scene.tenant.refuse_access_tokens();
    scene.tenant.revoke_sessions();
    scene.workbench.retry_failed();
    page.head(|head| matches!(head.session, Session::Interrupted { .. })).await;
    sign_in(scene, page).await;
    page.head(|head| keeping(head) == Some(&Keeping::Kept) && head.counts.failed == 0).await;
}

/// All rows and details.
async fn read_everything(scene: &Scene, page: &Page) {
    let workbench = &scene.workbench;
    let rows = async |list: ListSpec| {
        let opened = workbench.open(list).await;
        page.answered(&opened);
        let opened = opened.unwrap();
        let rows = workbench.rows(opened.query, 0, opened.total).await;
        page.answered(&rows);
        workbench.close(opened.query);
        rows.unwrap().rows
    };
    let RowList::Items(items) = rows(ITEMS).await else { panic!("items were asked for") };
    for item in items {
        let RowList::Alerts(alerts) = rows(ListSpec::Alerts { item: item.id }).await else {
            panic!("alerts were asked for")
        };
        for alert in alerts {
            page.answered(&workbench.alert_detail(alert.alert).await);
        }
    }
}

/// Each command that answers, asked for what there is not.
async fn ask_wrongly(scene: &Scene, page: &Page) {
    let workbench = &scene.workbench;
    page.answered(&workbench.rows(QueryId(u32::MAX), 0, 1).await);
    page.answered(&workbench.take_in_text("no digest".into()).await);
    page.answered(
        &workbench.sign_in(SignInTo::Organisation { id: OrganisationId(1) }, false).await,
    );
    let form = OrganisationForm {
        cloud: Cloud::Commercial,
        tenant: "none".into(),
        client: "none".into(),
        host: ApiHost::Global,
        domain: None,
    };
    page.answered(&workbench.connect(form).await);
    page.answered(&workbench.disconnect(OrganisationId(1)).await);
}

async fn sign_in(scene: &mut Scene, page: &mut Page) {
    page.answered(&scene.workbench.sign_in(SignInTo::Practice, false).await);
    page.head(|head| matches!(head.session, Session::SigningIn { .. })).await;
    let link = scene.links.recv().await.unwrap();
    let choice = Choice::Analyst(workstations().object_id);
    Browser::new().unwrap().sign_in(&link, choice).await.unwrap();
}

fn keeping(head: &Head) -> Option<&Keeping> {
    let Session::SignedIn { keeping, .. } = &head.session else { return None };
    Some(keeping)
}

fn removal(head: &Head) -> Option<&Removal> {
    let Session::SignedOut { signed_out: Some(SignOut { removal, .. }), .. } = &head.session else {
        return None;
    };
    Some(removal)
}

/// A page that writes down all that it is told.
struct Page {
    told: Arc<Mutex<Vec<u8>>>,
    head: watch::Receiver<Option<Head>>,
}

impl Page {
    /// From here on the scene's own page is told nothing.
    fn open(scene: &Scene) -> Self {
        let told = Arc::<Mutex<Vec<u8>>>::default();
        let (sender, head) = watch::channel(None);
        let (workbench, writer) = (scene.workbench.clone(), Arc::clone(&told));
        scene.workbench.subscribe(Box::new(move |update: Update| {
            writer.lock().unwrap().extend(serde_json::to_vec(&update).unwrap());
            if let Some(head) = update.head {
                sender.send_replace(Some(head));
            }
            workbench.acknowledge(update.sequence);
            true
        }));
        Self { told, head }
    }

    fn answered(&self, answer: &impl Serialize) {
        self.told.lock().unwrap().extend(serde_json::to_vec(answer).unwrap());
    }

    fn told(&self) -> Vec<u8> {
        self.told.lock().unwrap().clone()
    }

    async fn head(&mut self, holds: impl Fn(&Head) -> bool) {
        let waiting = self.head.wait_for(|head| head.as_ref().is_some_and(&holds));
        let came = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        came.expect("the head did not become so in time").unwrap();
    }

    async fn all_answered(&mut self) {
        self.head(|head| {
            let counts = head.counts;
            let answered = counts.alerted + counts.none_visible + counts.incomplete + counts.failed;
            counts.items > 0 && answered == counts.items - counts.skipped - counts.unreadable
        })
        .await;
    }
}
