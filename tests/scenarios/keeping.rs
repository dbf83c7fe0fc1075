//! What outlasts the program, and what does not: the kept sign-in, its renewal, its removal.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use droptrace_core::{
    identity::AccountId,
    token_store::{Patience, SavedSignIn},
    view::{
        Answer, ApiHost, Cloud, ErrorCode, Head, Hold, OrganisationForm, OrganisationId, Realm,
        Removal, Session, SignInTo, SignOut,
    },
    workbench::Whom,
};
use droptrace_practice_tenant::{Fault, Route};

use crate::{
    analyst::{servers, workstations},
    memory_keyring::State,
    scene::{Scene, account, answer_of, interrupted, is_kept, not_kept, signed_out},
};

fn removal(head: &Head) -> Option<&Removal> {
    let Session::SignedOut { signed_out: Some(SignOut { removal, .. }), .. } = &head.session else {
        return None;
    };
    Some(removal)
}

impl Scene {
    /// Signs in, and waits until the sign-in is kept.
    async fn sign_in_for_good(&mut self) {
        self.sign_in(workstations()).await;
        self.head_where(is_kept).await;
    }
}

#[tokio::test]
async fn after_a_restart_the_same_person_is_signed_in_without_a_browser() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;

    let mut scene = scene.restarted().await;
    let head = scene.head_where(|head| account(head).is_some()).await;
    scene.drop_practice_files().await;
    let answered = scene.all_answered().await;

    let account = account(&head).unwrap();
    assert_eq!(account.realm, Realm::Practice);
    assert_eq!(account.name.flat(), workstations().name);
    assert_eq!(account.sign_in_name.flat(), workstations().sign_in_name);
    assert!(account.sees.as_ref().is_some_and(|sees| sees.flat() == workstations().device_group));
    assert!(is_kept(&head));
    assert!(answered.counts.alerted > 0);
    assert!(scene.links.try_recv().is_err(), "no link was opened");
}

#[tokio::test]
async fn a_start_as_somebody_restores_nobody_else() {
    let mut scene = Scene::set().await;
    let mara = workstations();
    scene.sign_in(mara).await;
    scene.head_where(is_kept).await;
    let practice = |name: &str| Whom::Named(Realm::Practice, name.to_owned());
    let upper = mara.sign_in_name.to_uppercase();

    for (whom, is_there) in [
        (Whom::NewestIn(Realm::Practice), true),
        (Whom::NewestIn(Realm::Organisation), false),
        (practice(&upper), true),
        (practice(mara.object_id), true),
        (practice(servers().sign_in_name), false),
        (Whom::Named(Realm::Organisation, upper.clone()), false),
    ] {
        let mut started = scene.another_as(whom.clone()).await;
        let settled = |head: &Head| !matches!(head.session, Session::Restoring { .. });
        let head = started.head_where(settled).await;

        assert_eq!(account(&head).is_some(), is_there, "{whom:?}");
        let is_whom = started.workbench.is_signed_in(whom.clone()).await.unwrap();
        assert_eq!(is_whom, is_there, "{whom:?}");
    }
}

#[tokio::test]
async fn a_new_refresh_token_is_kept_before_the_new_access_token_is_used() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    let before = scene.keyring.secrets();
    let mut scene = scene.restarted().await;
    scene.head_where(|head| account(head).is_some()).await;
    let (held, release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, held);

    scene.drop_files(0..1);
    scene.tenant.arrived(Route::FileAlerts, 1).await;

    let during = scene.keyring.secrets();
    assert_eq!(during.len(), 1);
    assert_ne!(during, before);
    release.now();
    scene.head_where(|head| head.counts.none_visible == 1).await;
    // What was kept last is what holds.
    let mut scene = scene.restarted().await;
    scene.head_where(|head| account(head).is_some()).await;
    scene.drop_files(1..2);
    scene.head_where(|head| head.counts.none_visible == 1).await;
}

#[tokio::test]
async fn after_signing_out_nothing_is_kept_and_nobody_is_signed_in_again() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;

    scene.workbench.sign_out();
    scene.head_where(|head| removal(head) == Some(&Removal::Removed)).await;

    assert!(scene.keyring.secrets().is_empty());
    let mut scene = scene.restarted().await;
    let head = scene.head_where(|_| true).await;
    assert_eq!(head.session, Session::SignedOut { error: None, signed_out: None, tried: None });
}

#[tokio::test]
async fn a_sign_out_that_could_not_be_finished_is_said_and_finished_later() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;

    scene.keyring.set(State::Refuses);
    scene.workbench.sign_out();
    let refused = |removal: &Removal| matches!(removal, Removal::NotRemoved { error } if error.code == ErrorCode::KeyringRefused);
    scene.head_where(|head| removal(head).is_some_and(refused)).await;
    assert_eq!(scene.keyring.secrets().len(), 1);

    // It is not used again, even if it is still there.
    let mut scene = scene.restarted().await;
    let told = |head: &Head| {
        head.notices.iter().any(|notice| notice.error.code == ErrorCode::SignOutUnfinished)
    };
    let head = scene.head_where(told).await;
    assert!(matches!(head.session, Session::SignedOut { .. }));

    scene.keyring.set(State::Works);
    let mut scene = scene.restarted().await;
    scene.head_where(|_| true).await;
    scene.keyring.until_empty().await;
}

#[tokio::test]
async fn a_sign_out_that_could_not_be_finished_can_be_tried_again() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.keyring.set(State::Refuses);
    scene.workbench.sign_out();
    scene.head_where(|head| matches!(removal(head), Some(Removal::NotRemoved { .. }))).await;

    scene.keyring.set(State::Works);
    scene.workbench.try_keyring();

    scene.head_where(|head| removal(head) == Some(&Removal::Removed)).await;
    assert!(scene.keyring.secrets().is_empty());
}

#[tokio::test]
async fn without_a_keyring_one_is_signed_in_until_the_end_and_told_so() {
    let mut scene = Scene::set().await;
    scene.keyring.set(State::Absent);

    scene.sign_in(workstations()).await;
    scene.head_where(|head| not_kept(head) == Some(ErrorCode::KeyringNone)).await;
    scene.drop_files(0..1);
    scene.head_where(|head| head.counts.none_visible == 1).await;

    scene.workbench.sign_out();
    scene.head_where(|head| removal(head) == Some(&Removal::Removed)).await;
}

#[tokio::test]
async fn a_keyring_that_appears_later_keeps_the_sign_in_after_all() {
    let mut scene = Scene::set().await;
    scene.keyring.set(State::Absent);
    scene.sign_in(workstations()).await;
    scene.head_where(|head| not_kept(head).is_some()).await;

    scene.keyring.set(State::Works);
    scene.workbench.try_keyring();

    scene.head_where(is_kept).await;
    let mut scene = scene.restarted().await;
    scene.head_where(|head| account(head).is_some()).await;
}

#[tokio::test]
async fn a_locked_keyring_leaves_the_window_usable_and_its_answer_signs_in() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.keyring.set(State::Locked);
    let begun = Instant::now();
    let mut scene = scene.restarted().await;
    scene.head_where(|head| matches!(head.session, Session::Restoring { locked: true, .. })).await;
    assert!(begun.elapsed() < Duration::from_secs(1));

    scene.drop_files(0..3);
    scene.head_where(|head| head.counts.waiting == 3).await;
    scene.keyring.set(State::Works);

    scene.head_where(|head| head.counts.none_visible == 3).await;
}

#[tokio::test]
async fn a_locked_keyring_that_is_dismissed_can_be_tried_again() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.keyring.set(State::Locked);
    let mut scene = scene.restarted().await;
    scene.head_where(|head| matches!(head.session, Session::Restoring { locked: true, .. })).await;

    scene.keyring.set(State::Dismisses);
    scene.head_where(|head| signed_out(head) == Some(ErrorCode::KeyringDismissed)).await;
    scene.keyring.set(State::Works);
    scene.workbench.try_keyring();

    scene.head_where(|head| account(head).is_some()).await;
    assert!(scene.links.try_recv().is_err());
}

#[tokio::test]
async fn who_signs_in_without_the_locked_keyring_and_gives_up_is_asked_for_it_again() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.keyring.set(State::Locked);
    let mut scene = scene.restarted().await;
    scene.head_where(|head| matches!(head.session, Session::Restoring { locked: true, .. })).await;

    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    scene.links.recv().await.unwrap();
    scene.workbench.cancel_sign_in();

    scene.head_where(|head| matches!(head.session, Session::Restoring { .. })).await;
    scene.keyring.set(State::Works);
    scene.head_where(|head| account(head).is_some()).await;
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_pauses_the_batch_and_loses_nothing() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.drop_files(0..20);
    scene.head_where(|head| head.counts.none_visible == 20).await;
    let before = scene.items().await;

    // The access token runs out, and the refresh token is refused.
    scene.tenant.revoke_sessions();
    scene.tenant.faults().always(Route::FileAlerts, Fault::status(401));
    scene.drop_files(20..60);
    let head = scene.head_where(|head| interrupted(head).is_some()).await;

    assert_eq!(interrupted(&head), Some(ErrorCode::SessionRevoked));
    assert_eq!(account(&head).unwrap().name.flat(), workstations().name);
    assert_eq!(head.hold, Some(Hold::Interrupted));
    let head = scene.head_where(|head| head.counts.waiting == 40).await;
    assert_eq!((head.counts.none_visible, head.counts.failed), (20, 0));
    assert_eq!(scene.items().await[..20], before[..], "what is known stays");

    scene.tenant.faults().clear();
    scene.sign_in(workstations()).await;
    let after = scene.head_where(|head| head.counts.none_visible == 60).await;
    assert_eq!(after.epoch, head.epoch, "it is the same account's list");
}

#[tokio::test]
async fn after_an_interruption_another_person_sees_nothing_of_the_first() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.drop_practice_files().await;
    let first = scene.all_answered().await;
    scene.tenant.revoke_sessions();
    scene.tenant.faults().always(Route::FileAlerts, Fault::status(401));
    scene.drop_files(0..1);
    scene.head_where(|head| interrupted(head).is_some()).await;

    scene.tenant.faults().clear();
    let head = scene.sign_in(servers()).await;
    assert!(head.epoch > first.epoch);
    scene.all_answered().await;

    let accounts: HashSet<String> = scene
        .items()
        .await
        .iter()
        .filter_map(answer_of)
        .map(|answer: &Answer| answer.provenance.account.flat())
        .collect();
    assert_eq!(accounts, HashSet::from([servers().sign_in_name.to_owned()]));
    // Of the first nothing is kept any more either.
    scene.head_where(is_kept).await;
    scene.keyring.until(|secrets| secrets.len() == 1).await;
}

#[tokio::test]
async fn a_lasting_refusal_costs_one_refresh_and_then_stops() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    let tokens = scene.tenant.calls(Route::Token);
    scene.tenant.faults().always(Route::FileAlerts, Fault::status(401));

    scene.drop_files(0..30);
    let head = scene.head_where(|head| interrupted(head).is_some()).await;

    assert_eq!(interrupted(&head), Some(ErrorCode::Unauthorized));
    scene.head_where(|head| head.counts.waiting == 30).await;
    assert_eq!(scene.tenant.calls(Route::Token), tokens + 1);
}

#[tokio::test]
async fn two_programs_refresh_one_after_the_other_and_both_go_on() {
    let mut first = Scene::set().await;
    first.sign_in_for_good().await;
    let kept_at = first.keyring.generation();
    let mut second = first.another().await;
    second.head_where(is_kept).await;
    // The second has no access token yet, so it refreshes at its start.
    first.keyring.until_generation(kept_at + 1).await;
    let asked = first.tenant.calls(Route::FileAlerts);
    let refreshed = first.tenant.grants("refresh_token");
    let tokens = first.tenant.calls(Route::Token);

    // Both are told at once that their access token is not good any more.
    let (held, release) = Fault::held();
    first.tenant.faults().next(Route::Token, held);
    first.tenant.refuse_access_tokens();
    first.drop_files(0..1);
    second.drop_files(1..2);
    first.tenant.arrived(Route::FileAlerts, asked + 2).await;
    first.tenant.arrived(Route::Token, tokens + 1).await;
    assert_eq!(first.tenant.calls(Route::Token), tokens + 1, "the other waits for the lock");
    release.now();

    first.head_where(|head| head.counts.none_visible == 1).await;
    second.head_where(|head| head.counts.none_visible == 1).await;
    assert_eq!(first.tenant.grants("refresh_token"), refreshed + 2);
    // The later of the two went on from what the earlier had kept, and not from its own.
    assert_eq!(first.keyring.generation(), kept_at + 3);
}

#[tokio::test]
async fn a_token_that_was_replaced_meanwhile_is_taken_though_the_refusal_does_not_say_so() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    let tokens = scene.tenant.calls(Route::Token);
    let (refusal, release) = Fault::authority_error("invalid_grant", 50_076, None).hold();
    scene.tenant.faults().next(Route::Token, refusal);
    scene.tenant.refuse_access_tokens();
    scene.drop_files(0..1);
    scene.tenant.arrived(Route::Token, tokens + 1).await;

    // Another program that could not wait for the lock.
    let store = scene.keyring.store();
    let account = store.kept().await.unwrap().remove(0);
    let kept = store.load(&account, Patience::Brief).await.unwrap().unwrap();
    let newer = SavedSignIn { generation: kept.generation + 1, ..kept };
    store.rotate(&account, &newer).await.unwrap();
    release.now();

    let head = scene.head_where(|head| head.counts.none_visible == 1).await;
    assert_eq!(interrupted(&head), None);
}

#[tokio::test]
async fn who_signs_out_in_one_program_is_signed_out_in_the_other_at_its_next_refresh() {
    let mut first = Scene::set().await;
    first.sign_in_for_good().await;
    let mut second = first.another().await;
    second.head_where(is_kept).await;

    first.workbench.sign_out();
    first.head_where(|head| removal(head) == Some(&Removal::Removed)).await;
    second.tenant.faults().next(Route::FileAlerts, Fault::status(401));
    second.drop_files(0..1);

    second.head_where(|head| interrupted(head) == Some(ErrorCode::SessionEnded)).await;
    assert!(second.keyring.secrets().is_empty(), "the other did not put it back");
}

#[tokio::test]
async fn a_session_that_is_over_at_the_start_is_said_at_once() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.tenant.revoke_sessions();

    let mut scene = scene.restarted().await;

    scene.head_where(|head| interrupted(head) == Some(ErrorCode::SessionRevoked)).await;
    scene.keyring.until_empty().await;
}

#[tokio::test]
async fn practice_neither_replaces_nor_removes_an_organisations_sign_in() {
    let mut scene = Scene::set().await;
    let contoso = organisation();
    scene.keyring.store().begin(&contoso, &saved(), Patience::Brief).await.unwrap();

    scene.sign_in_for_good().await;
    scene.workbench.sign_out();
    scene.head_where(|head| removal(head) == Some(&Removal::Removed)).await;

    let kept = scene.keyring.store().load(&contoso, Patience::Brief).await.unwrap().unwrap();
    assert_eq!(kept.name, saved().name);
}

#[tokio::test]
async fn who_disconnects_an_organisation_keeps_no_sign_in_to_it() {
    let mut scene = Scene::set().await;
    let contoso = organisation();
    scene.keyring.store().begin(&contoso, &saved(), Patience::Brief).await.unwrap();
    scene.workbench.connect(connected(&contoso)).await.unwrap();
    scene.head_where(|head| !head.organisations.is_empty()).await;
    assert_eq!(scene.keyring.secrets().len(), 1);

    scene.workbench.disconnect(OrganisationId(1)).await.unwrap();

    scene.keyring.until_empty().await;
}

#[tokio::test]
async fn a_damaged_entry_is_told_and_replaced_by_the_next_sign_in() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.keyring.replace_all(b"another program's secret");

    let mut scene = scene.restarted().await;
    scene.head_where(|head| signed_out(head) == Some(ErrorCode::KeyringDamaged)).await;
    scene.sign_in_for_good().await;

    let mut scene = scene.restarted().await;
    scene.head_where(|head| account(head).is_some()).await;
}

#[tokio::test]
async fn an_entry_of_a_newer_version_is_told_and_left_as_it_is() {
    let newer = b"2 in another shape";
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    scene.keyring.replace_all(newer);

    let mut scene = scene.restarted().await;
    scene.head_where(|head| signed_out(head) == Some(ErrorCode::KeyringNewer)).await;
    scene.sign_in(workstations()).await;
    scene.head_where(|head| not_kept(head) == Some(ErrorCode::KeyringNewer)).await;

    assert_eq!(scene.keyring.secrets(), [newer.to_vec()]);
}

#[tokio::test]
async fn who_signs_out_while_a_refresh_is_under_way_stays_signed_out() {
    let mut scene = Scene::set().await;
    scene.keyring.set(State::Absent);
    scene.sign_in(workstations()).await;
    scene.head_where(|head| not_kept(head).is_some()).await;
    let tokens = scene.tenant.calls(Route::Token);
    let (held, release) = Fault::held();
    scene.tenant.faults().next(Route::Token, held);
    scene.tenant.refuse_access_tokens();
    scene.drop_files(0..1);
    scene.tenant.arrived(Route::Token, tokens + 1).await;

    // The keeping waits for the refresh, and comes to its turn after the sign-out.
    scene.keyring.set(State::Works);
    scene.workbench.try_keyring();
    scene.workbench.sign_out();
    scene.head_where(|head| removal(head) == Some(&Removal::Removed)).await;
    release.now();

    scene
        .tenant
        .until(|requests| requests.iter().all(|each| each.status.is_some()).then_some(()))
        .await;
    let mut scene = scene.restarted().await;
    scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    assert!(scene.keyring.secrets().is_empty());
}

#[tokio::test]
async fn who_disconnects_an_organisation_is_not_restored_to_it() {
    let mut scene = Scene::set().await;
    let contoso = organisation();
    scene.keyring.store().begin(&contoso, &saved(), Patience::Brief).await.unwrap();
    scene.workbench.connect(connected(&contoso)).await.unwrap();
    scene.head_where(|head| !head.organisations.is_empty()).await;
    scene.keyring.set(State::Locked);
    let mut scene = scene.restarted().await;
    scene.head_where(|head| matches!(head.session, Session::Restoring { locked: true, .. })).await;

    scene.workbench.disconnect(OrganisationId(1)).await.unwrap();
    scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    scene.keyring.set(State::Works);

    scene.keyring.until_empty().await;
    let head = scene.head_where(|_| true).await;
    assert_eq!(head.session, Session::SignedOut { error: None, signed_out: None, tried: None });
}

#[tokio::test]
async fn an_unfinished_sign_out_asks_nothing_of_a_locked_keyring_at_the_start() {
    let mut scene = Scene::set().await;
    let store = scene.keyring.store();
    store.begin(&organisation(), &saved(), Patience::Brief).await.unwrap();
    scene.keyring.set(State::Refuses);
    store.sign_out(&organisation()).await.unwrap_err();
    scene.keyring.set(State::Works);
    scene.sign_in_for_good().await;

    scene.keyring.set(State::Locked);
    let mut scene = scene.restarted().await;
    scene.head_where(|head| matches!(head.session, Session::Restoring { locked: true, .. })).await;
    scene.keyring.set(State::Works);

    scene.head_where(|head| account(head).is_some()).await;
    scene.keyring.until(|secrets| secrets.len() == 1).await;
}

#[tokio::test]
async fn of_two_that_are_kept_the_one_who_signed_in_last_is_restored() {
    let mut scene = Scene::set().await;
    scene.sign_in_for_good().await;
    let store = scene.keyring.store();
    let practice = store.kept().await.unwrap().remove(0);
    let kept = store.load(&practice, Patience::Brief).await.unwrap().unwrap();
    scene.workbench.connect(connected(&organisation())).await.unwrap();
    store.begin(&organisation(), &saved(), Patience::Brief).await.unwrap();
    assert_eq!(store.kept().await.unwrap()[0], organisation());

    store.begin(&practice, &kept, Patience::Brief).await.unwrap();
    let mut scene = scene.restarted().await;

    let head = scene.head_where(|head| account(head).is_some()).await;
    assert_eq!(account(&head).unwrap().realm, Realm::Practice);
}

fn connected(account: &AccountId) -> OrganisationForm {
    OrganisationForm {
        cloud: Cloud::Commercial,
        tenant: account.tenant.clone(),
        client: "66666666-7777-8888-9999-000000000000".into(),
        host: ApiHost::Global,
        domain: None,
    }
}

fn organisation() -> AccountId {
    AccountId {
        realm: Realm::Organisation,
        cloud: Some(Cloud::Commercial),
        tenant: "11111111-2222-3333-4444-555555555555".into(),
        object: "99999999-2222-3333-4444-555555555555".into(),
    }
}

fn saved() -> SavedSignIn {
    SavedSignIn {
        generation: 1,
        refresh_token: "an-organisations-token".into(),
        name: "Noor".into(),
        sign_in_name: "noor@contoso.example".into(),
    }
}
