//! What the scenarios share: the two analysts, a tenant's endpoints, a session.

use std::sync::Arc;

use crate::{
    browser::{Browser, Choice},
    memory_keyring::{MemoryKeyring, State},
};
use droptrace_core::{
    identity::{Attempt, Hint, PracticeEndpoints, PracticeFacts, Session, WallClock},
    quota::{Ledger, Quota, QuotaClass, QuotaKey, Turn},
    token_store::TokenStore,
};
use droptrace_practice_tenant::{
    Analyst, CLIENT_ID, PracticeTenant, SCOPE, TENANT_ID, TENANT_NAME, analysts,
};

/// The analyst who sees the workstations.
pub(crate) fn workstations() -> &'static Analyst {
    analysts().iter().find(|analyst| analyst.device_group == "Workstations").unwrap()
}

/// The analyst who sees the servers.
pub(crate) fn servers() -> &'static Analyst {
    analysts().iter().find(|analyst| analyst.device_group == "Servers").unwrap()
}

/// What the tenant says of itself.
pub(crate) fn facts(tenant: &PracticeTenant) -> PracticeFacts {
    let addresses = tenant.addresses();
    PracticeFacts {
        authority: addresses.authority,
        api: addresses.api,
        portal: addresses.portal,
        tenant: TENANT_ID.into(),
        tenant_name: TENANT_NAME.into(),
        client: CLIENT_ID.into(),
        scope: SCOPE.into(),
        sees: analysts()
            .iter()
            .map(|analyst| (analyst.object_id.into(), analyst.device_group.into()))
            .collect(),
    }
}

/// The tenant as core knows it.
pub(crate) fn endpoints(tenant: &PracticeTenant) -> PracticeEndpoints {
    PracticeEndpoints::new(facts(tenant))
}

/// A session of this analyst.
pub(crate) async fn session(
    tenant: &PracticeTenant,
    analyst: &'static Analyst,
) -> Session<PracticeEndpoints> {
    session_at(endpoints(tenant), analyst).await
}

/// A session of this analyst with these endpoints.
pub(crate) async fn session_at(
    endpoints: PracticeEndpoints,
    analyst: &'static Analyst,
) -> Session<PracticeEndpoints> {
    let attempt = Attempt::begin(endpoints, Hint::None).await.unwrap();
    let link = attempt.link().clone();
    let browser = Browser::new().unwrap();
    let choice = Choice::Analyst(analyst.object_id);
    let (session, answered) =
        tokio::join!(attempt.finish(no_store(), |_| {}), browser.sign_in(&link, choice));
    assert!(answered.unwrap().is_success());
    session.unwrap()
}

/// A token store without a keyring.
pub(crate) fn no_store() -> TokenStore {
    let keyring = Arc::<MemoryKeyring>::default();
    keyring.set(State::Absent);
    keyring.store()
}

/// A reserved call.
pub(crate) async fn turn() -> Turn {
    let key = QuotaKey {
        cloud: None,
        tenant: TENANT_ID.into(),
        client: CLIENT_ID.into(),
        class: QuotaClass::FilesAndAlerts,
    };
    let ledger = Ledger::in_memory(WallClock::of_system()).unwrap();
    Quota::new(&key, Arc::new(ledger)).turn().await
}
