//! The check of a connected organisation, under its real host names.

use std::time::Duration;

use droptrace_core::{
    identity::{Detour, ThreadLed},
    view::{
        ApiHost, CheckKind, CheckOutcome, Cloud, CopyField, ErrorCode, Head, OrganisationForm,
        OrganisationId, RequestAbout, Session, SignInTo,
    },
};
use droptrace_practice_tenant::{Fault, Permission, PracticeTenant, Route, Settings};

use crate::{
    analyst::workstations,
    browser::{Browser, Choice},
    organisation::{AUTHORITY, CLIENT, HOSTS, StandIn, TENANT},
    scene::{Scene, account, interrupted},
};

/// SHA-1 of nothing at all.
const EMPTY: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/// The message to the administrator about what the check has failed at.
fn message() -> CopyField {
    CopyField::Request { about: RequestAbout::Check }
}

/// A window with one connected organisation.
struct Checked {
    stand_in: StandIn,
    scene: Scene,
    id: OrganisationId,
    _led: ThreadLed,
}

impl Checked {
    async fn set() -> Self {
        Self::with_tenant(TENANT).await
    }

    /// The same, with the id of a tenant that the person typed.
    async fn with_tenant(typed: &str) -> Self {
        Self::of(typed, Settings::default()).await
    }

    async fn of(typed: &str, settings: Settings) -> Self {
        let stand_in = StandIn::at(HOSTS[0], settings).await;
        let led = stand_in.detour.lead_this_thread();
        let mut scene = Scene::set().await;
        let form = OrganisationForm {
            cloud: Cloud::Commercial,
            tenant: typed.into(),
            client: CLIENT.into(),
            host: ApiHost::Global,
            domain: None,
        };
        scene.workbench.connect(form).await.unwrap();
        let head = scene.head_where(|head| !head.organisations.is_empty()).await;
        let id = head.organisations[0].id;
        Self { stand_in, scene, id, _led: led }
    }

    fn tenant(&self) -> &PracticeTenant {
        &self.stand_in.tenant.tenant
    }

    /// Begins a check; of the one before nothing is shown any more.
    async fn check(&mut self) {
        self.scene.workbench.close_check();
        self.scene.head_where(|head| head.check.is_none()).await;
        self.scene.workbench.start_check(self.id).await.unwrap();
    }

    async fn sign_in(&mut self) {
        let link = self.scene.links.recv().await.unwrap();
        let choice = Choice::Analyst(workstations().object_id);
        self.stand_in.browser().sign_in(&link, choice).await.unwrap();
    }

    /// What came of the four steps.
    async fn ended(&mut self) -> [CheckOutcome; 4] {
        let is_over = |head: &Head| head.check.as_ref().is_some_and(|check| !check.running);
        outcomes(&self.scene.head_where(is_over).await)
    }

    async fn until_step(&mut self, step: CheckKind) -> Head {
        let is_there = |head: &Head| {
            let steps = head.check.iter().flat_map(|check| &check.steps);
            steps.clone().any(|one| one.kind == step && one.outcome == CheckOutcome::Running)
        };
        self.scene.head_where(is_there).await
    }
}

fn outcomes(head: &Head) -> [CheckOutcome; 4] {
    let check = head.check.as_ref().unwrap();
    let order = [CheckKind::Discovery, CheckKind::SignIn, CheckKind::Scope, CheckKind::Call];
    assert_eq!(check.steps.iter().map(|step| step.kind).collect::<Vec<_>>(), order);
    let outcomes: Vec<_> = check.steps.iter().map(|step| step.outcome.clone()).collect();
    outcomes.try_into().unwrap()
}

fn seen(outcome: &CheckOutcome) -> String {
    let CheckOutcome::Passed { seen: Some(seen) } = outcome else { panic!("{outcome:?}") };
    seen.flat()
}

fn failure(outcome: &CheckOutcome) -> ErrorCode {
    let CheckOutcome::Failed { error } = outcome else { panic!("{outcome:?}") };
    error.code
}

fn passed_and_waiting(outcomes: &[CheckOutcome; 4]) -> (usize, usize) {
    let passed = |outcome: &&CheckOutcome| matches!(outcome, CheckOutcome::Passed { .. });
    let waiting = |outcome: &&CheckOutcome| **outcome == CheckOutcome::Waiting;
    (outcomes.iter().filter(passed).count(), outcomes.iter().filter(waiting).count())
}

#[tokio::test]
async fn all_four_steps_pass_and_say_what_was_seen() {
    let mut checked = Checked::set().await;

    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
    checked.sign_in().await;
    let [discovery, sign_in, scope, call] = checked.ended().await;

    assert_eq!(seen(&discovery), format!("https://{AUTHORITY}/{TENANT}/v2.0"));
    assert_eq!(seen(&sign_in), workstations().sign_in_name);
    assert!(seen(&scope).contains("Alert.Read"), "{scope:?}");
    assert_eq!(seen(&call), HOSTS[0].1);
    let asked = checked.tenant().requests();
    let paths = asked.iter().filter(|request| request.route == Route::FileAlerts);
    let paths: Vec<_> = paths.map(|request| &*request.path_and_query).collect();
    assert_eq!(paths, [format!("/api/files/{EMPTY}/alerts")], "one call, about nobody's file");
    assert!(checked.scene.items().await.is_empty(), "it is nothing of the person's list");
    checked.stand_in.assert_only_its_hosts_were_looked_up();
}

#[tokio::test]
async fn who_is_signed_in_is_not_asked_to_sign_in_again() {
    let mut checked = Checked::set().await;
    let to = SignInTo::Organisation { id: checked.id };
    checked.scene.workbench.sign_in(to, false).await.unwrap();
    checked.sign_in().await;
    checked.scene.head_where(|head| account(head).is_some()).await;

    checked.check().await;
    let outcomes = checked.ended().await;

    assert_eq!(passed_and_waiting(&outcomes), (4, 0));
    assert!(checked.scene.links.try_recv().is_err(), "no link was opened");
}

#[tokio::test]
async fn somebody_of_practice_does_not_count_for_an_organisation() {
    let mut checked = Checked::set().await;
    checked.scene.sign_in(workstations()).await;
    let calls = checked.scene.tenant.calls(Route::FileAlerts);

    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
    checked.sign_in().await;
    let outcomes = checked.ended().await;

    assert_eq!(passed_and_waiting(&outcomes), (4, 0));
    assert_eq!(checked.scene.tenant.calls(Route::FileAlerts), calls);
    assert_eq!(checked.tenant().calls(Route::FileAlerts), 1);
}

#[tokio::test]
async fn an_unknown_tenant_fails_at_the_first_step_and_nobody_is_asked_to_sign_in() {
    let mut checked = Checked::with_tenant("00000000-93d4-4f6b-8f21-0b7d2c9e6a18").await;

    checked.check().await;
    let outcomes = checked.ended().await;

    assert_eq!(failure(&outcomes[0]), ErrorCode::DomainUnknown);
    assert_eq!(passed_and_waiting(&outcomes), (0, 3));
    assert!(checked.scene.links.try_recv().is_err(), "no link was opened");
}

#[tokio::test]
async fn an_authority_that_cannot_be_reached_fails_at_the_first_step() {
    let mut checked = Checked::set().await;
    checked.tenant().faults().always(Route::Discovery, Fault::reset());

    checked.check().await;
    let outcomes = checked.ended().await;

    assert_eq!(failure(&outcomes[0]), ErrorCode::AuthorityUnreachable);
    checked.tenant().faults().clear();
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
}

#[tokio::test]
async fn missing_consent_fails_at_the_sign_in() {
    let mut checked = Checked::set().await;
    checked.tenant().withhold_consent(&[Permission::AlertRead]);

    checked.check().await;
    let link = checked.scene.links.recv().await.unwrap();
    let browser = checked.stand_in.browser();
    browser.give_up_for_want_of_consent(&link, workstations().object_id).await.unwrap();
    let outcomes = checked.ended().await;

    assert_eq!(failure(&outcomes[1]), ErrorCode::ConsentMissing);
    let text = checked.scene.workbench.exact(message()).await.unwrap();
    assert!(text.contains("adminconsent") && text.contains(TENANT), "{text}");
    assert_eq!(passed_and_waiting(&outcomes), (1, 2));
}

#[tokio::test]
async fn a_sign_in_that_the_person_ends_ends_the_check() {
    let mut checked = Checked::set().await;
    checked.check().await;
    let link = checked.scene.links.recv().await.unwrap();
    checked.stand_in.browser().sign_in(&link, Choice::Cancel).await.unwrap();
    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[1]), ErrorCode::SignInDeclined);

    checked.check().await;
    checked.scene.links.recv().await.unwrap();
    checked.scene.workbench.cancel_sign_in();
    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[1]), ErrorCode::SignInGivenUp);
    assert_eq!(passed_and_waiting(&outcomes), (1, 2));
}

#[tokio::test]
async fn what_the_api_refuses_is_told_at_the_last_step_and_leaves_the_person_signed_in() {
    let mut checked = Checked::set().await;
    checked.tenant().deny_role(workstations().object_id);
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
    checked.sign_in().await;
    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[3]), ErrorCode::RoleMissing);
    assert_eq!(passed_and_waiting(&outcomes), (3, 0));
    let text = checked.scene.workbench.exact(message()).await.unwrap();
    assert!(text.contains("role") && text.contains(workstations().sign_in_name), "{text}");

    checked.tenant().restore_role(workstations().object_id);
    checked.tenant().require_read_write(true);
    checked.check().await;
    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[3]), ErrorCode::ReadWriteNeeded);
    checked.tenant().require_read_write(false);
    checked.check().await;
    assert_eq!(passed_and_waiting(&checked.ended().await), (4, 0));
    let gone = checked.scene.workbench.exact(message()).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::Gone, "nothing is in the way");
    let head = checked.scene.head_where(|_| true).await;
    assert!(matches!(head.session, Session::SignedIn { .. }));
}

#[tokio::test]
async fn a_check_that_is_closed_is_not_shown_again_by_what_comes_late() {
    let mut checked = Checked::set().await;
    let (held, release) = Fault::held();
    checked.tenant().faults().next(Route::Discovery, held);
    checked.check().await;
    checked.until_step(CheckKind::Discovery).await;
    checked.tenant().arrived(Route::Discovery, 1).await;

    checked.scene.workbench.close_check();
    checked.scene.head_where(|head| head.check.is_none()).await;
    release.now();
    checked.check().await;

    checked.until_step(CheckKind::SignIn).await;
}

#[tokio::test]
async fn a_check_goes_with_its_organisation_whether_it_runs_or_is_over() {
    let mut running = Checked::set().await;
    running.check().await;
    running.until_step(CheckKind::SignIn).await;
    let mut over = Checked::with_tenant("00000000-93d4-4f6b-8f21-0b7d2c9e6a18").await;
    over.check().await;
    over.ended().await;

    for checked in [&mut running, &mut over] {
        checked.scene.workbench.disconnect(checked.id).await.unwrap();
        let head = checked.scene.head_where(|head| head.organisations.is_empty()).await;
        assert_eq!(head.check, None, "there is nothing to check any more");
    }
}

#[tokio::test]
async fn the_tenant_of_a_domain_is_looked_for_at_the_authorities_alone() {
    let organisation = droptrace_practice_tenant::Organisation::commercial(TENANT, CLIENT)
        .with_domain("fernhill.example");
    let tenant = droptrace_practice_tenant::OrganisationTenant::start(
        Settings { keep_requests: true, ..Settings::default() },
        organisation,
    )
    .await
    .unwrap();
    let detour = Detour::new([AUTHORITY], tenant.port, &tenant.root_certificate).unwrap();
    let _led = detour.lead_this_thread();
    let scene = Scene::set().await;

    let found =
        scene.workbench.find_tenant("Mara Lind <mara.lind@FERNHILL.example>").await.unwrap();

    assert_eq!((found.tenant.as_str(), found.cloud), (TENANT, Cloud::Commercial));
    assert!(
        detour
            .asked()
            .iter()
            .all(|host| { [AUTHORITY, "login.microsoftonline.us"].contains(&host.as_str()) })
    );
    for request in tenant.tenant.requests() {
        assert_eq!(request.route, Route::Discovery);
        assert!(!request.carries(b"mara"), "of an address the domain alone is sent");
    }
    let unknown = scene.workbench.find_tenant("elsewhere.example").await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::DomainUnknown);
}

#[tokio::test]
async fn a_check_does_not_wait_for_a_sign_in_that_is_not_under_way_any_more() {
    let mut checked = Checked::set().await;
    let practice = checked.scene.sign_in(workstations()).await.accounts[0].handle;
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
    checked.scene.links.recv().await.unwrap();

    // The person goes back to the account that was there.
    checked.scene.workbench.switch_account(practice).await.unwrap();

    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[1]), ErrorCode::SignInGivenUp);
    assert_eq!(passed_and_waiting(&outcomes), (1, 2));
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
    checked.scene.links.recv().await.unwrap();
    checked.scene.workbench.sign_out();
    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[1]), ErrorCode::SignInGivenUp);
}

#[tokio::test]
async fn a_check_does_not_wait_for_somebody_who_signs_in_elsewhere() {
    let mut checked = Checked::set().await;
    checked.scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    let link = checked.scene.links.recv().await.unwrap();
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;

    let choice = Choice::Analyst(workstations().object_id);
    Browser::new().unwrap().sign_in(&link, choice).await.unwrap();

    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[1]), ErrorCode::SignInGivenUp);
    checked.scene.head_of(workstations()).await;
}

#[tokio::test]
async fn a_check_is_not_told_what_a_sign_in_elsewhere_has_met() {
    let mut checked = Checked::set().await;
    checked.scene.tenant.withhold_consent(&[Permission::AlertRead]);
    checked.scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    let link = checked.scene.links.recv().await.unwrap();
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;

    let browser = Browser::new().unwrap();
    browser.give_up_for_want_of_consent(&link, workstations().object_id).await.unwrap();

    let outcomes = checked.ended().await;
    assert_eq!(failure(&outcomes[1]), ErrorCode::SignInGivenUp);
    let head = checked.scene.head_where(|_| true).await;
    let Session::SignedOut { error, tried, .. } = head.session else {
        panic!("{:?}", head.session)
    };
    assert_eq!(error.map(|error| error.code), Some(ErrorCode::ConsentMissing));
    assert_eq!(tried, Some(SignInTo::Practice), "it is about that one");
}

#[tokio::test]
async fn a_session_that_is_over_is_found_by_the_check_and_told_to_all() {
    // Each call needs another access token.
    let settings =
        Settings { access_token_lifetime: Duration::from_secs(1), ..Settings::default() };
    let mut checked = Checked::of(TENANT, settings).await;
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
    checked.sign_in().await;
    assert_eq!(passed_and_waiting(&checked.ended().await), (4, 0));
    checked.tenant().revoke_sessions();

    checked.check().await;
    let outcomes = checked.ended().await;

    assert_eq!(failure(&outcomes[1]), ErrorCode::SessionRevoked);
    let head = checked.scene.head_where(|head| interrupted(head).is_some()).await;
    assert_eq!(interrupted(&head), Some(ErrorCode::SessionRevoked));
    // Whoever is there is not signed in any more.
    checked.check().await;
    checked.until_step(CheckKind::SignIn).await;
    checked.scene.links.recv().await.unwrap();
}
