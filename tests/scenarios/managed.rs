//! What an administrator has set for this computer, seen from the window.

use droptrace_core::{
    managed::{ManagedError, Policy},
    view::{
        ApiHost, Cloud, ErrorCode, Head, Managed, ManagedName, OrganisationForm, Preferences,
        ProxyForm, ProxyInUse, Retention, Session, SignInTo,
    },
};

use crate::{
    analyst::workstations,
    browser::Choice,
    organisation::{CLIENT, StandIn, TENANT},
    scene::{Scene, account, is_kept},
};

const OTHER_TENANT: &str = "9b0e6f52-2d1c-4c3a-9a77-41d05c8be3f0";

/// A policy with this in this section.
fn with(section: &str, settings: &str) -> Policy {
    Policy::of_json(&format!(r#"{{"version": 1, "{section}": {{{settings}}}}}"#)).unwrap()
}

fn organisation() -> String {
    format!(r#""cloud": "commercial", "tenant": "{TENANT}", "client": "{CLIENT}""#)
}

fn other() -> OrganisationForm {
    OrganisationForm {
        cloud: Cloud::GccHigh,
        tenant: OTHER_TENANT.into(),
        client: CLIENT.into(),
        host: ApiHost::Global,
        domain: None,
    }
}

fn tenants(head: &Head) -> Vec<(&str, bool)> {
    let connected = head.organisations.iter();
    connected.map(|known| (&*known.organisation.tenant, known.locked)).collect()
}

fn names(head: &Head) -> Vec<ManagedName> {
    match &head.managed {
        Managed::Applied { settings, .. } => settings.iter().map(|setting| setting.name).collect(),
        Managed::None | Managed::Refused { .. } => Vec::new(),
    }
}

#[tokio::test]
async fn a_locked_organisation_is_the_only_one_and_stays() {
    let mut scene = Scene::managed(Ok(Some(with("locked", &organisation())))).await;
    let head = scene.head_where(|head| !head.organisations.is_empty()).await;
    assert_eq!(tenants(&head), [(TENANT, true)]);
    assert_eq!(names(&head), [ManagedName::Organisation]);

    let refused = scene.workbench.disconnect(head.organisations[0].id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotConnected);
    // The person's own is not forgotten, and not shown.
    scene.workbench.connect(other()).await.unwrap();
    scene.workbench.flushed().await;
    let head = scene.head_where(|_| true).await;
    assert_eq!(tenants(&head), [(TENANT, true)]);
    let mut scene = scene.restarted().await;
    let head = scene.head_where(|_| true).await;
    assert_eq!(tenants(&head), [(OTHER_TENANT, false)], "the administrator's is not the person's");
}

#[tokio::test]
async fn a_preset_organisation_can_be_disconnected_and_does_not_come_back() {
    let preset = || with("preset", &organisation());
    let mut scene = Scene::managed(Ok(Some(preset()))).await;
    let head = scene.head_where(|head| !head.organisations.is_empty()).await;
    assert_eq!(tenants(&head), [(TENANT, false)]);
    scene.workbench.connect(other()).await.unwrap();
    let head = scene.head_where(|head| head.organisations.len() == 2).await;
    let id = head.organisations.iter().find(|known| known.organisation.tenant == TENANT);

    scene.workbench.disconnect(id.unwrap().id).await.unwrap();

    let head = scene.head_where(|head| head.organisations.len() == 1).await;
    assert_eq!(tenants(&head), [(OTHER_TENANT, false)]);
    let mut scene = scene.restarted_managed(Ok(Some(preset()))).await;
    let head = scene.head_where(|head| !head.organisations.is_empty()).await;
    assert_eq!(tenants(&head), [(OTHER_TENANT, false)]);
}

#[tokio::test]
async fn without_practice_nobody_signs_in_there_and_nobody_is_restored() {
    let mut before = Scene::set().await;
    before.sign_in(workstations()).await;
    before.head_where(is_kept).await;

    let mut scene =
        before.restarted_managed(Ok(Some(with("locked", r#""practice": false"#)))).await;

    let head = scene.head_where(|_| true).await;
    assert!(!head.practice);
    assert!(head.accounts.is_empty(), "{:?}", head.accounts);
    let refused = scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PracticeUnavailable);
    let refused = scene.workbench.practice_files().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PracticeUnavailable);
    let head = scene.head_where(|_| true).await;
    assert!(account(&head).is_none(), "{:?}", head.session);
    assert!(scene.links.try_recv().is_err(), "no link was opened");
    // What is kept of it waits for the day on which it is offered again.
    let mut scene = scene.restarted().await;
    scene.head_of(workstations()).await;
}

#[tokio::test]
async fn how_long_answers_are_kept_stands_against_the_person_where_it_is_locked() {
    let wished = Preferences { retention: Retention::Quarter, ..Preferences::default() };
    let unmanaged = Preferences::default().retention;
    for (section, holds, own) in
        [("locked", Retention::Day, unmanaged), ("preset", Retention::Quarter, Retention::Quarter)]
    {
        let mut scene = Scene::managed(Ok(Some(with(section, r#""history": "day""#)))).await;
        let head = scene.head_where(|head| names(head) == [ManagedName::History]).await;
        assert_eq!(head.preferences.retention, Retention::Day, "{section}");

        scene.workbench.set_preferences(wished);
        scene.workbench.flushed().await;

        assert_eq!(scene.workbench.preferences().retention, holds, "{section}");
        scene.head_where(|head| head.preferences.retention == holds).await;
        // Without an administrator the person's own choice holds, which what is locked is not.
        let scene = scene.restarted().await;
        assert_eq!(scene.workbench.preferences().retention, own, "{section}");
    }
}

#[tokio::test]
async fn what_is_broken_locks_nothing_and_is_told() {
    let broken = Policy::of_json(r#"{"version": 1, "locked": {"practise": false}}"#).unwrap_err();
    let broken = ManagedError::Broken { place: "/etc/droptrace/managed.json".into(), broken };
    let mut scene = Scene::managed(Err(broken)).await;

    let head = scene.head_where(|_| true).await;

    let Managed::Refused { place, error } = &head.managed else { panic!("{:?}", head.managed) };
    assert_eq!(place.flat(), "/etc/droptrace/managed.json");
    assert_eq!(error.code, ErrorCode::ManagedBroken);
    assert!(head.practice && head.organisations.is_empty());
    scene.workbench.connect(other()).await.unwrap();
    let head = scene.head_where(|head| head.organisations.len() == 1).await;
    assert_eq!(tenants(&head), [(OTHER_TENANT, false)]);
    scene.workbench.disconnect(head.organisations[0].id).await.unwrap();
    scene.sign_in(workstations()).await;
}

#[tokio::test]
async fn of_a_locked_proxy_the_password_alone_is_the_persons() {
    let proxy = r#""proxyHost": "proxy.example", "proxyPort": 3128, "proxyUser": "mara""#;
    let mut scene = Scene::managed(Ok(Some(with("locked", proxy)))).await;
    let is_locked = |head: &Head| head.network.proxy_locked;
    let head = scene.head_where(is_locked).await;
    let in_use = |head: &Head| match &head.network.proxy {
        ProxyInUse::Chosen { host, port, .. } => Some((host.flat(), *port)),
        ProxyInUse::Direct
        | ProxyInUse::Environment { .. }
        | ProxyInUse::System { .. }
        | ProxyInUse::Desktop { .. }
        | ProxyInUse::Automatic => None,
    };
    let fixed = Some(("proxy.example".to_owned(), 3128));
    assert_eq!(in_use(&head), fixed);

    let form = ProxyForm {
        host: "evil.example".into(),
        port: "1".into(),
        user: "eve".into(),
        password: Some("a password".into()),
    };
    scene.workbench.set_proxy(form).await.unwrap();
    scene.workbench.flushed().await;

    assert_eq!(in_use(&scene.head_where(|_| true).await), fixed);
    let kept = scene.keyring.secrets();
    assert_eq!(kept.len(), 1);
    let kept = String::from_utf8(kept[0].clone()).unwrap();
    assert!(kept.contains("proxy.example") && !kept.contains("evil.example"), "{kept}");
    scene.workbench.clear_proxy().await.unwrap();
    scene.workbench.flushed().await;
    assert_eq!(in_use(&scene.head_where(|_| true).await), fixed);
}

#[tokio::test]
async fn where_it_is_set_so_the_answer_comes_back_in_the_address() {
    let stand_in = StandIn::start().await;
    let _led = stand_in.detour.lead_this_thread();
    let settings = format!(r#"{}, "responseMode": "query""#, organisation());
    let mut scene = Scene::managed(Ok(Some(with("locked", &settings)))).await;
    let head = scene.head_where(|head| !head.organisations.is_empty()).await;
    let to = SignInTo::Organisation { id: head.organisations[0].id };

    scene.workbench.sign_in(to, false).await.unwrap();

    let link = scene.links.recv().await.unwrap();
    assert!(link.query_pairs().any(|pair| pair == ("response_mode".into(), "query".into())));
    let in_address =
        |head: &Head| matches!(head.session, Session::SigningIn { in_address: true, .. });
    scene.head_where(in_address).await;
    let browser = stand_in.browser();
    let status = browser.sign_in_by_address(&link, workstations().object_id).await.unwrap();
    assert!(status.is_success(), "{status}");
    let head = scene.head_of(workstations()).await;
    assert_eq!(account(&head).unwrap().tenant.flat(), TENANT);
}

#[tokio::test]
async fn a_locked_organisation_costs_nobody_the_sign_in_to_their_own() {
    let stand_in = StandIn::start().await;
    let _led = stand_in.detour.lead_this_thread();
    let mut scene = Scene::set().await;
    let own = OrganisationForm { cloud: Cloud::Commercial, tenant: TENANT.into(), ..other() };
    scene.workbench.connect(own).await.unwrap();
    let head = scene.head_where(|head| !head.organisations.is_empty()).await;
    let to = SignInTo::Organisation { id: head.organisations[0].id };
    scene.workbench.sign_in(to, false).await.unwrap();
    let link = scene.links.recv().await.unwrap();
    let choice = Choice::Analyst(workstations().object_id);
    stand_in.browser().sign_in(&link, choice).await.unwrap();
    scene.head_where(is_kept).await;

    let locked = organisation().replace(TENANT, OTHER_TENANT);
    let mut scene = scene.restarted_managed(Ok(Some(with("locked", &locked)))).await;
    let head = scene.head_where(|head| !head.organisations.is_empty()).await;
    assert_eq!(tenants(&head), [(OTHER_TENANT, true)]);
    assert!(head.accounts.is_empty() && account(&head).is_none());
    // Which organisations there are is looked at anew.
    scene.workbench.connect(other()).await.unwrap();
    scene.workbench.flushed().await;

    let mut scene = scene.restarted().await;
    let head = scene.head_of(workstations()).await;
    assert_eq!(account(&head).unwrap().tenant.flat(), TENANT);
}
