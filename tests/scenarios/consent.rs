//! What an organisation has not approved, or asks for anew, seen from the window: consent, the greater
//! permission, the role in Defender, and claims.

use droptrace_core::view::{
    CopyField, ErrorCode, Feature, Grant, Head, Hold, Passport, PassportRow, RequestAbout, Session,
    SignInTo,
};
use droptrace_practice_tenant::{ChallengeAnswer, Fault, Permission, Route, TENANT_ID};
use serde_json::{Value, json};

use crate::{
    analyst::workstations,
    browser::{Browser, Choice},
    scene::{Scene, account, interrupted, is_kept, signed_out},
};

fn is_signed_in(head: &Head) -> bool {
    matches!(head.session, Session::SignedIn { .. })
}

fn claims() -> Value {
    json!({"access_token": {"acrs": {"essential": true, "value": "c1"}}})
}

/// The row about reading alerts.
fn reading(passport: &Passport) -> &PassportRow {
    passport.rows.iter().find(|row| row.feature == Feature::ReadAlerts).unwrap()
}

fn request(about: RequestAbout) -> CopyField {
    CopyField::Request { about }
}

impl Scene {
    async fn signed_in_for_good() -> Self {
        let mut scene = Self::set().await;
        scene.sign_in(workstations()).await;
        scene.head_where(is_kept).await;
        scene
    }

    /// Signs in with the link that the browser was given.
    async fn go_through_with_it(&mut self) {
        let link = self.links.recv().await.unwrap();
        let choice = Choice::Analyst(workstations().object_id);
        let answered = Browser::new().unwrap().sign_in(&link, choice).await.unwrap();
        assert!(answered.is_success());
    }

    async fn request_text(&self) -> String {
        self.workbench.exact(request(RequestAbout::Session)).await.unwrap()
    }

    async fn reading_of_passport(&self) -> PassportRow {
        reading(&self.workbench.passport().await.unwrap()).clone()
    }
}

#[tokio::test]
async fn without_consent_the_person_has_a_message_for_the_administrator_and_can_sign_in_afterwards()
{
    let mut scene = Scene::set().await;
    scene.tenant.withhold_consent(&[Permission::AlertRead]);
    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    let link = scene.links.recv().await.unwrap();

    let browser = Browser::new().unwrap();
    let mara = workstations().object_id;
    browser.give_up_for_want_of_consent(&link, mara).await.unwrap();

    let head = scene.head_where(|head| signed_out(head).is_some()).await;
    assert_eq!(signed_out(&head), Some(ErrorCode::ConsentMissing));
    let Session::SignedOut { tried, .. } = head.session else { panic!("{:?}", head.session) };
    assert_eq!(tried, Some(SignInTo::Practice), "where its buttons lead");
    let text = scene.request_text().await;
    let port = scene.tenant.addresses().authority;
    assert!(text.contains(&format!("{port}/{TENANT_ID}/v2.0/adminconsent?")), "{text}");
    assert!(text.contains("Alert.Read"), "{text}");
    let problem = scene.workbench.exact(CopyField::SessionProblem).await.unwrap();
    assert!(problem.contains("90094"), "{problem}");
    scene.tenant.grant_consent(&[Permission::AlertRead]);
    scene.sign_in(workstations()).await;
    scene.drop_files(0..2);
    scene.head_where(|head| head.counts.none_visible == 2).await;
    let gone = scene.workbench.exact(request(RequestAbout::Session)).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::Gone, "nothing stands in the way any more");
}

#[tokio::test]
async fn what_a_page_shows_can_be_told_to_the_administrator_while_it_is_shown() {
    let mut scene = Scene::set().await;
    let typed = "AADSTS65001: The user or administrator has not consented";
    let about = || request(RequestAbout::Explained { typed: typed.into() });
    let gone = scene.workbench.exact(about()).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::Gone, "nobody knows whose page that is");

    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    scene.links.recv().await.unwrap();

    let text = scene.workbench.exact(about()).await.unwrap();
    assert!(text.contains("65001") && text.contains("/v2.0/adminconsent?"), "{text}");
}

#[tokio::test]
async fn consent_that_is_taken_back_interrupts_and_costs_nobody_the_sign_in() {
    let mut scene = Scene::signed_in_for_good().await;
    scene.drop_files(0..2);
    let before = scene.head_where(|head| head.counts.none_visible == 2).await;
    scene.tenant.withhold_consent(&[Permission::AlertRead]);
    scene.tenant.refuse_access_tokens();

    scene.drop_files(2..6);
    let head = scene.head_where(|head| interrupted(head).is_some()).await;

    assert_eq!(interrupted(&head), Some(ErrorCode::ConsentMissing));
    assert_eq!(head.hold, Some(Hold::Interrupted));
    let head = scene.head_where(|head| head.counts.waiting == 4).await;
    assert_eq!((head.counts.none_visible, head.counts.failed), (2, 0));
    assert_eq!(scene.keyring.secrets().len(), 1, "the sign-in stays kept");
    let problem = scene.workbench.exact(CopyField::SessionProblem).await.unwrap();
    assert!(problem.contains("65001"), "{problem}");
    let text = scene.request_text().await;
    assert!(text.contains("/v2.0/adminconsent?"), "{text}");
    assert!(text.contains(workstations().sign_in_name), "{text}");

    scene.tenant.grant_consent(&[Permission::AlertRead]);
    scene.sign_in(workstations()).await;

    let after = scene.head_where(|head| head.counts.none_visible == 6).await;
    assert_eq!(after.epoch, before.epoch, "it is the same person's list");
    assert_eq!(after.accounts.len(), 1);
}

#[tokio::test]
async fn a_restart_without_consent_knows_who_it_was_and_goes_on_once_there_is_consent() {
    let scene = Scene::signed_in_for_good().await;
    scene.tenant.withhold_consent(&[Permission::AlertRead]);

    let mut scene = scene.restarted().await;
    let head = scene.head_where(|head| interrupted(head).is_some()).await;

    assert_eq!(interrupted(&head), Some(ErrorCode::ConsentMissing));
    assert_eq!(account(&head).unwrap().sign_in_name.flat(), workstations().sign_in_name);
    assert_eq!(scene.keyring.secrets().len(), 1);
    assert!(scene.links.try_recv().is_err(), "no link was opened unasked");
    scene.tenant.grant_consent(&[Permission::AlertRead]);
    let mut scene = scene.restarted().await;
    scene.head_where(is_kept).await;
    scene.drop_files(0..1);
    scene.head_where(|head| head.counts.none_visible == 1).await;
}

#[tokio::test]
async fn the_greater_permission_is_asked_for_once_the_api_wants_it_and_the_items_go_on() {
    let mut scene = Scene::signed_in_for_good().await;
    let row = scene.reading_of_passport().await;
    assert_eq!((row.scope.flat().as_str(), row.scope_state), ("Alert.Read", Grant::Granted));
    assert_eq!(row.role_state, Some(Grant::Unknown));
    scene.tenant.require_read_write(true);

    scene.drop_files(0..5);
    let head = scene.head_where(|head| interrupted(head).is_some()).await;

    assert_eq!(interrupted(&head), Some(ErrorCode::ReadWriteNeeded));
    let before = scene.head_where(|head| head.counts.waiting == 5).await;
    assert_eq!(before.counts.failed, 0);
    let row = scene.reading_of_passport().await;
    assert_eq!((row.scope.flat().as_str(), row.scope_state), ("Alert.ReadWrite", Grant::Missing));
    assert!(scene.request_text().await.contains("Alert.ReadWrite"));
    assert!(scene.links.try_recv().is_err(), "the browser waits for the person's wish");

    scene.workbench.step_up().await.unwrap();
    let is_told_why = |head: &Head| {
        matches!(&head.session, Session::SigningIn { why: Some(why), .. }
            if why.code == ErrorCode::ReadWriteNeeded)
    };
    scene.head_where(is_told_why).await;
    scene.go_through_with_it().await;

    let after = scene.head_where(|head| head.counts.none_visible == 5).await;
    assert_eq!(after.epoch, before.epoch);
    let row = scene.reading_of_passport().await;
    assert_eq!((row.scope.flat().as_str(), row.scope_state), ("Alert.ReadWrite", Grant::Granted));
    assert_eq!(row.role_state, Some(Grant::Inferred));
}

#[tokio::test]
async fn who_is_refused_the_greater_permission_is_where_they_were() {
    let mut scene = Scene::signed_in_for_good().await;
    scene.tenant.require_read_write(true);
    scene.tenant.withhold_consent(&[Permission::AlertReadWrite]);
    scene.drop_files(0..3);
    scene.head_where(|head| interrupted(head) == Some(ErrorCode::ReadWriteNeeded)).await;

    scene.workbench.step_up().await.unwrap();
    let link = scene.links.recv().await.unwrap();
    let mara = workstations().object_id;
    Browser::new().unwrap().give_up_for_want_of_consent(&link, mara).await.unwrap();

    let told = |head: &Head| {
        head.notices.iter().any(|notice| notice.error.code == ErrorCode::ConsentMissing)
    };
    let head = scene.head_where(told).await;
    assert_eq!(interrupted(&head), Some(ErrorCode::ReadWriteNeeded));
    assert_eq!(head.counts.waiting, 3);
    // It was for nothing that the greater one was wished for: the lesser one is enough again.
    scene.tenant.require_read_write(false);
    scene.sign_in(workstations()).await;
    scene.head_where(|head| head.counts.none_visible == 3).await;
}

#[tokio::test]
async fn a_missing_role_is_said_of_each_item_and_in_the_passport() {
    let mut scene = Scene::signed_in_for_good().await;
    let mara = workstations();
    scene.tenant.deny_role(mara.object_id);

    scene.drop_files(0..3);
    let head = scene.head_where(|head| head.counts.failed == 3).await;

    assert!(is_signed_in(&head), "signing in again would not help");
    for item in scene.items().await {
        let failure = item.lookup.unwrap().failure.unwrap();
        assert_eq!(failure.code, ErrorCode::RoleMissing);
        let about = RequestAbout::Item { item: item.id };
        let text = scene.workbench.exact(request(about)).await.unwrap();
        assert!(text.contains("role") && text.contains(mara.sign_in_name), "{text}");
    }
    let row = scene.reading_of_passport().await;
    assert_eq!((row.scope_state, row.role_state), (Grant::Granted, Some(Grant::Missing)));
    scene.tenant.restore_role(mara.object_id);
    scene.workbench.retry_failed();
    scene.head_where(|head| head.counts.none_visible == 3).await;
    assert_eq!(scene.reading_of_passport().await.role_state, Some(Grant::Inferred));
}

#[tokio::test]
async fn the_passport_says_granted_only_of_what_somebody_has_said() {
    let scene = Scene::signed_in_for_good().await;
    let (held, release) = Fault::held();
    scene.tenant.faults().next(Route::Token, held);

    let mut scene = scene.restarted().await;
    scene.head_where(is_signed_in).await;
    let row = scene.reading_of_passport().await;
    assert_eq!((row.scope_state, row.role_state), (Grant::Unknown, Some(Grant::Unknown)));

    release.now();
    scene.drop_files(0..1);
    scene.head_where(|head| head.counts.none_visible == 1).await;
    assert_eq!(scene.reading_of_passport().await.scope_state, Grant::Granted);

    // The API has the last word.
    let message =
        "Missing application scopes. API required scopes: Alert.Read, application scopes: x.";
    scene.tenant.faults().next(Route::FileAlerts, Fault::api_error(403, "Forbidden", message));
    scene.drop_files(1..2);
    scene.head_where(|head| head.counts.failed == 1).await;
    let row = scene.reading_of_passport().await;
    assert_eq!((row.scope_state, row.role_state), (Grant::Missing, Some(Grant::Unknown)));
}

#[tokio::test]
async fn claims_that_a_refresh_answers_are_not_seen_by_the_person() {
    let mut scene = Scene::signed_in_for_good().await;
    scene.tenant.challenge(&claims(), ChallengeAnswer::Refresh);
    let refreshed = scene.tenant.grants("refresh_token");

    scene.drop_files(0..4);
    let head = scene.head_where(|head| head.counts.none_visible == 4).await;

    assert!(is_signed_in(&head) && head.notices.is_empty());
    assert_eq!(head.counts.failed, 0);
    assert_eq!(scene.tenant.grants("refresh_token"), refreshed + 1, "one for all of them");
    assert!(scene.links.try_recv().is_err(), "no link was opened");
}

#[tokio::test]
async fn claims_that_take_the_person_wait_for_their_sign_in_which_asks_for_them() {
    let mut scene = Scene::signed_in_for_good().await;
    scene.tenant.challenge(&claims(), ChallengeAnswer::SignIn);

    scene.drop_files(0..4);
    let head = scene.head_where(|head| interrupted(head).is_some()).await;

    assert!(matches!(interrupted(&head), Some(ErrorCode::SecondFactor | ErrorCode::PersonNeeded)));
    let before = scene.head_where(|head| head.counts.waiting == 4).await;
    assert_eq!(before.counts.failed, 0);
    assert_eq!(scene.keyring.secrets().len(), 1, "the sign-in stays kept");
    scene.sign_in(workstations()).await;
    let after = scene.head_where(|head| head.counts.none_visible == 4).await;
    assert_eq!(after.epoch, before.epoch);
    let asked = scene.tenant.requests();
    let mut pages = asked.iter().rev().filter(|request| request.route == Route::Authorize);
    assert!(pages.next().unwrap().path_and_query.contains("acrs"), "the claims were asked for");
}

#[tokio::test]
async fn claims_that_come_with_a_refused_sign_in_are_asked_for_by_the_next_one_alone() {
    let mut scene = Scene::set().await;
    let refusal = Fault::authority_error_with_claims(
        "interaction_required",
        50_076,
        Some("basic_action"),
        &claims().to_string(),
    );
    scene.tenant.faults().next(Route::Token, refusal);
    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    scene.go_through_with_it().await;
    let head = scene.head_where(|head| signed_out(head).is_some()).await;
    assert_eq!(signed_out(&head), Some(ErrorCode::SecondFactor));

    let asked_for_them = |link: &url::Url| {
        let claims = link.query_pairs().find(|(name, _)| name == "claims");
        claims.is_some_and(|(_, claims)| claims.contains("acrs"))
    };
    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    let link = scene.links.recv().await.unwrap();
    assert!(asked_for_them(&link), "{link}");
    scene.workbench.cancel_sign_in();
    scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;

    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    let link = scene.links.recv().await.unwrap();
    assert!(!asked_for_them(&link), "{link}");
}
