//! Two people of one tenant in one window: whoever asks sees their own answers alone, and nobody has to
//! sign in twice.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use droptrace_core::view::{
    AccountHandle, ErrorCode, Head, Keeping, KnownAccount, Session, SignInTo,
};
use droptrace_practice_tenant::{Analyst, Fault, PracticeTenant, Route, Settings};
use serde_json::Value;

use crate::{
    analyst::{servers, workstations},
    memory_keyring::State,
    scene::{Scene, account, answer_of, interrupted, is_kept, not_kept},
};

/// The account of this analyst in the list.
fn known<'a>(head: &'a Head, analyst: &Analyst) -> Option<&'a KnownAccount> {
    let is_theirs = |known: &&KnownAccount| {
        let shown = known.account.as_ref();
        shown.is_some_and(|account| account.sign_in_name.flat() == analyst.sign_in_name)
    };
    head.accounts.iter().find(is_theirs)
}

/// Who asks, by the list.
fn active(head: &Head) -> Vec<String> {
    let active = head.accounts.iter().filter(|known| known.active);
    active.filter_map(|known| known.account.as_ref()).map(|who| who.sign_in_name.flat()).collect()
}

fn handle(head: &Head, analyst: &Analyst) -> AccountHandle {
    known(head, analyst).expect("it is in the list").handle
}

/// In whose name each call for alerts came, in order: the object id in its access token.
fn callers(tenant: &PracticeTenant) -> Vec<String> {
    let requests = tenant.requests();
    let asked = requests.iter().filter(|request| request.route == Route::FileAlerts);
    asked
        .map(|request| {
            let text = String::from_utf8_lossy(request.raw().unwrap());
            let bearer = text.split_once("Bearer ").unwrap().1.split("\r\n").next().unwrap();
            let claims = BASE64_URL_SAFE_NO_PAD.decode(bearer.split('.').nth(1).unwrap()).unwrap();
            let claims: Value = serde_json::from_slice(&claims).unwrap();
            claims["oid"].as_str().unwrap().to_owned()
        })
        .collect()
}

fn only(analyst: &Analyst) -> BTreeSet<String> {
    BTreeSet::from([analyst.sign_in_name.to_owned()])
}

/// Nothing asked before the call `from` counts; of the others, each came in this name.
fn assert_all_asked_by(tenant: &PracticeTenant, from: usize, analyst: &Analyst) {
    for caller in &callers(tenant)[from..] {
        assert_eq!(caller, analyst.object_id);
    }
}

impl Scene {
    async fn of_two() -> Self {
        let mut scene = Self::with(Settings { keep_requests: true, ..Settings::default() }).await;
        scene.sign_in(workstations()).await;
        scene.head_where(is_kept).await;
        scene.sign_in_as_another(servers()).await;
        scene.head_where(is_kept).await;
        scene
    }

    /// Goes over to this analyst.
    async fn switch_to(&mut self, analyst: &Analyst) -> Head {
        self.begin_to_switch_to(analyst).await;
        self.head_of(analyst).await
    }

    async fn begin_to_switch_to(&mut self, analyst: &Analyst) {
        let head = self.head_where(|head| known(head, analyst).is_some()).await;
        self.workbench.switch_account(handle(&head, analyst)).await.unwrap();
    }
}

#[tokio::test]
async fn each_of_two_accounts_sees_its_own_answers_and_the_browser_is_opened_for_neither_again() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::with(Settings { keep_requests: true, ..Settings::default() }).await;
    scene.sign_in(mara).await;
    scene.drop_practice_files().await;
    let as_mara = scene.all_answered().await;
    let ids_of_mara = scene.alert_ids().await;
    let (calls_of_mara, items) = (scene.tenant.calls(Route::FileAlerts), as_mara.counts.items);

    let head = scene.sign_in_as_another(other).await;

    assert!(head.epoch > as_mara.epoch);
    assert_eq!(head.accounts.len(), 2);
    assert!(known(&head, mara).is_some(), "who was left can be gone back to");
    assert_eq!(active(&head), [other.sign_in_name]);
    let as_other = scene.all_answered().await;
    assert_eq!(as_other.counts.items, items, "the files stay");
    assert_eq!(scene.asked_in_the_name_of().await, only(other));
    assert_all_asked_by(&scene.tenant, calls_of_mara, other);
    let ids_of_other = scene.alert_ids().await;
    assert!(ids_of_mara.difference(&ids_of_other).count() > 0);

    let calls = scene.tenant.calls(Route::FileAlerts);
    let (pages, choices) =
        (scene.tenant.calls(Route::Authorize), scene.tenant.calls(Route::Choose));
    let head = scene.switch_to(mara).await;

    assert!(head.epoch > as_other.epoch);
    assert_eq!(active(&head), [mara.sign_in_name]);
    scene.all_answered().await;
    assert_eq!(scene.asked_in_the_name_of().await, only(mara));
    assert_eq!(scene.alert_ids().await, ids_of_mara);
    assert_all_asked_by(&scene.tenant, calls, mara);
    assert_eq!(scene.tenant.calls(Route::Authorize), pages);
    assert_eq!(scene.tenant.calls(Route::Choose), choices);
    assert!(scene.links.try_recv().is_err(), "no link was opened");
}

#[tokio::test]
async fn what_was_asked_as_one_account_is_not_shown_to_the_other_however_late_it_comes() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::of_two().await;
    let (held, release) = Fault::held();
    scene.tenant.faults().always(Route::FileAlerts, held);
    scene.drop_practice_files().await;
    // As many as are asked at a time have arrived, so none is on its way.
    let asking = scene.head_where(|head| head.counts.asking >= 4).await;
    scene.tenant.arrived(Route::FileAlerts, asking.counts.asking as usize).await;
    let arrived = callers(&scene.tenant).len();
    assert_all_asked_by(&scene.tenant, 0, other);

    let switched = scene.switch_to(mara).await;
    assert!(switched.epoch > asking.epoch);
    assert!(scene.items().await.iter().all(|item| answer_of(item).is_none()));
    release.now();
    scene.tenant.faults().clear();
    let answered = scene.all_answered().await;

    assert_eq!(answered.epoch, switched.epoch);
    assert_eq!(scene.asked_in_the_name_of().await, only(mara));
    assert_all_asked_by(&scene.tenant, arrived, mara);
    for item in scene.items().await {
        for alert in scene.alerts(&item).await {
            assert!(alert.device_group.is_none_or(|group| group.flat() == mara.device_group));
        }
    }
}

#[tokio::test]
async fn without_a_keyring_the_other_account_is_there_until_the_program_ends() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::with(Settings { keep_requests: true, ..Settings::default() }).await;
    scene.keyring.set(State::Absent);
    scene.sign_in(mara).await;
    scene.head_where(|head| not_kept(head) == Some(ErrorCode::KeyringNone)).await;
    let head = scene.sign_in_as_another(other).await;
    assert!(!known(&head, mara).unwrap().kept);
    let pages = scene.tenant.calls(Route::Authorize);

    let head = scene.switch_to(mara).await;

    assert!(matches!(
        head.session,
        Session::SignedIn { keeping: Keeping::NotKept { .. } | Keeping::Saving, .. }
    ));
    scene.drop_files(0..3);
    scene.head_where(|head| head.counts.none_visible == 3).await;
    assert_eq!(scene.asked_in_the_name_of().await, only(mara));
    assert_all_asked_by(&scene.tenant, 0, mara);
    assert_eq!(scene.tenant.calls(Route::Authorize), pages);
}

#[tokio::test]
async fn an_account_that_is_forgotten_takes_nothing_of_the_other_with_it() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::of_two().await;
    scene.drop_files(0..3);
    let before = scene.head_where(|head| head.counts.none_visible == 3).await;
    scene.keyring.until(|secrets| secrets.len() == 2).await;
    let gone = handle(&before, mara);

    scene.workbench.forget_account(gone);

    let head = scene.head_where(|head| head.accounts.len() == 1).await;
    assert_eq!(active(&head), [other.sign_in_name]);
    assert_eq!((head.epoch, head.counts), (before.epoch, before.counts));
    scene.keyring.until(|secrets| secrets.len() == 1).await;
    let again = scene.workbench.switch_account(gone).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Gone);
    let mut scene = scene.restarted().await;
    let head = scene.head_of(other).await;
    assert_eq!(active(&head), [other.sign_in_name]);
    assert_eq!(head.accounts.len(), 1);
}

#[tokio::test]
async fn after_a_restart_both_accounts_are_known_and_neither_needs_the_browser() {
    let (mara, other) = (workstations(), servers());
    let scene = Scene::of_two().await;
    scene.keyring.until(|secrets| secrets.len() == 2).await;
    let pages = scene.tenant.calls(Route::Authorize);

    let mut scene = scene.restarted().await;
    let named = |head: &Head| known(head, mara).is_some() && known(head, other).is_some();
    let head = scene.head_where(|head| account(head).is_some() && named(head)).await;

    assert_eq!(active(&head), [other.sign_in_name], "who signed in last is there");
    assert!(head.accounts.iter().all(|known| known.kept));
    scene.drop_practice_files().await;
    scene.all_answered().await;
    assert_eq!(scene.asked_in_the_name_of().await, only(other));
    let calls = scene.tenant.calls(Route::FileAlerts);
    scene.switch_to(mara).await;
    scene.all_answered().await;
    assert_eq!(scene.asked_in_the_name_of().await, only(mara));
    assert_all_asked_by(&scene.tenant, calls, mara);
    scene.switch_to(other).await;
    scene.all_answered().await;
    assert_eq!(scene.asked_in_the_name_of().await, only(other));
    assert_eq!(scene.tenant.calls(Route::Authorize), pages);
    assert!(scene.links.try_recv().is_err(), "no link was opened");
}

#[tokio::test]
async fn who_signs_out_leaves_the_other_account_signed_in() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::of_two().await;
    scene.keyring.until(|secrets| secrets.len() == 2).await;

    scene.workbench.sign_out();

    let out = scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    assert_eq!(active(&out), Vec::<String>::new());
    assert!(known(&out, mara).is_some() && known(&out, other).is_none());
    scene.keyring.until(|secrets| secrets.len() == 1).await;
    let pages = scene.tenant.calls(Route::Authorize);
    scene.switch_to(mara).await;
    scene.drop_files(0..2);
    scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(scene.asked_in_the_name_of().await, only(mara));
    assert_eq!(scene.tenant.calls(Route::Authorize), pages);
}

#[tokio::test]
async fn who_goes_over_in_the_middle_of_a_sign_in_ends_it() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::of_two().await;
    scene.workbench.sign_in(SignInTo::Practice, true).await.unwrap();
    scene.links.recv().await.unwrap();
    let head = scene.head_where(|head| matches!(head.session, Session::SigningIn { .. })).await;
    assert_eq!(head.accounts.len(), 2);
    // Who was there goes on with their own session, not with what the keyring keeps of it.
    scene.keyring.set(State::Absent);

    let head = scene.switch_to(mara).await;

    assert_eq!(active(&head), [mara.sign_in_name]);
    assert!(known(&head, other).is_some(), "who was there before the attempt stays known");
    scene.switch_to(other).await;
    scene.drop_files(0..2);
    scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(scene.asked_in_the_name_of().await, only(other));
}

#[tokio::test]
async fn an_account_whose_session_is_over_does_not_take_the_other_along() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::of_two().await;
    scene.tenant.revoke_sessions_of(mara);
    scene.tenant.refuse_access_tokens();
    scene.drop_files(0..2);
    scene.head_where(|head| head.counts.none_visible == 2).await;

    scene.begin_to_switch_to(mara).await;
    let over = scene.head_where(|head| interrupted(head).is_some()).await;

    assert_eq!(interrupted(&over), Some(ErrorCode::SessionRevoked));
    assert_eq!(account(&over).unwrap().sign_in_name.flat(), mara.sign_in_name);
    let waiting = scene.head_where(|head| head.counts.waiting == 2).await;
    assert_eq!(waiting.counts.failed, 0);
    scene.switch_to(other).await;
    scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(scene.asked_in_the_name_of().await, only(other));
    scene.begin_to_switch_to(mara).await;
    scene.head_where(|head| interrupted(head) == Some(ErrorCode::SessionRevoked)).await;
    scene.sign_in(mara).await;
    scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(scene.asked_in_the_name_of().await, only(mara));
}

#[tokio::test]
async fn a_locked_keyring_is_asked_for_the_account_that_was_switched_to() {
    let scene = Scene::of_two().await;
    scene.keyring.until(|secrets| secrets.len() == 2).await;
    scene.keyring.set(State::Locked);
    let mut scene = scene.restarted().await;
    let head = scene.head_where(|head| head.accounts.len() == 2).await;
    assert!(head.accounts.iter().all(|known| known.account.is_none()), "nobody has told yet");
    let wished = head.accounts.iter().find(|known| !known.active).unwrap().handle;

    scene.workbench.switch_account(wished).await.unwrap();
    scene.head_where(|head| matches!(head.session, Session::Restoring { .. })).await;
    scene.keyring.set(State::Works);

    let there = |head: &Head| head.accounts.iter().any(|one| one.active && one.handle == wished);
    let head = scene.head_where(|head| is_kept(head) && there(head)).await;
    assert_eq!(head.accounts.len(), 2);
    assert!(scene.links.try_recv().is_err(), "no link was opened");
}

#[tokio::test]
async fn forgetting_everything_forgets_both_accounts() {
    let mut scene = Scene::of_two().await;
    scene.keyring.until(|secrets| secrets.len() == 2).await;

    let forgotten = scene.workbench.forget_everything().await.unwrap();

    assert!(forgotten.failed.is_empty(), "{:?}", forgotten.failed);
    assert_eq!(forgotten.sign_ins, 2);
    assert!(scene.keyring.secrets().is_empty());
    let head = scene.head_where(|head| head.accounts.is_empty()).await;
    assert!(matches!(head.session, Session::SignedOut { .. }));
    let mut scene = scene.restarted().await;
    let head = scene.head_where(|_| true).await;
    assert!(head.accounts.is_empty() && account(&head).is_none());
}

#[tokio::test]
async fn an_account_that_is_left_while_it_is_put_into_the_keyring_is_told_as_kept() {
    let (mara, other) = (workstations(), servers());
    let mut scene = Scene::set().await;
    scene.keyring.set(State::Locked);
    scene.sign_in(mara).await;
    scene.sign_in_as_another(other).await;

    scene.keyring.set(State::Works);
    scene.keyring.until(|secrets| secrets.len() == 2).await;

    let kept = |head: &Head, who| known(head, who).is_some_and(|known| known.kept);
    scene.head_where(|head| kept(head, mara) && kept(head, other)).await;
}
