use std::{
    fmt, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, middleware};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    api, authority,
    faults::Faults,
    gate, join,
    organisation::{Analyst, Registration},
    permission::Permission,
    policy::{Challenge, ChallengeAnswer},
    portal,
    record::Recorded,
    serve::serve,
    server::{Route, Server},
    settings::Settings,
    state::{Hash, RefreshGrant, Tenant, hash},
    state_file::StateFile,
};

/// A running tenant: an authority, an API and a portal on three ports of 127.0.0.1.
///
/// The servers stop, and open connections close, when it is dropped.
pub struct PracticeTenant {
    tenant: Arc<Tenant>,
    addresses: Addresses,
    announced: Mutex<Option<PathBuf>>,
    _servers: JoinSet<()>,
}

/// The ports on 127.0.0.1 on which a tenant answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// The port of the authority.
    pub authority: u16,
    /// The port of the API.
    pub api: u16,
    /// The port of the portal.
    pub portal: u16,
}

impl PracticeTenant {
    /// Starts a tenant on ports that the system chooses.
    ///
    /// With [`Settings::state`] it goes on where the last one ended: refresh tokens and calls are
    /// known. Access tokens of before are refused, since their issuer has another port.
    ///
    /// # Errors
    ///
    /// Fails if no port can be had, no key can be made, or the state cannot be written or is in use
    /// by another tenant.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        let authority = listen().await?;
        let api = listen().await?;
        let portal = listen().await?;
        let addresses = Addresses {
            authority: authority.local_addr()?.port(),
            api: api.local_addr()?.port(),
            portal: portal.local_addr()?.port(),
        };
        let registration =
            Registration::practice(addresses.authority, addresses.api, addresses.portal);
        let tenant = tenant(settings, registration).await?;

        let mut servers = JoinSet::new();
        for (server, listener) in
            [(Server::Authority, authority), (Server::Api, api), (Server::Portal, portal)]
        {
            servers.spawn(serve(listener, router(server, &tenant)));
        }
        Ok(Self::running(tenant, addresses, servers))
    }

    pub(crate) fn running(
        tenant: Arc<Tenant>,
        addresses: Addresses,
        mut servers: JoinSet<()>,
    ) -> Self {
        servers.spawn(Arc::clone(&tenant).keep_saving());
        Self { tenant, addresses, announced: Mutex::default(), _servers: servers }
    }

    /// Where it answers.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// What goes wrong next, to be scripted.
    pub fn faults(&self) -> &Faults {
        &self.tenant.faults
    }

    /// The requests that arrived, in their order; of very many, the newest.
    pub fn requests(&self) -> Vec<Recorded> {
        self.tenant.requests.all()
    }

    /// The token responses that were given out, if
    /// [requests are kept](Settings::keep_requests): for tests that look for a token where none
    /// must be.
    pub fn granted(&self) -> Vec<Value> {
        self.tenant.granted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many requests to `route` arrived.
    pub fn calls(&self, route: Route) -> usize {
        self.requests().iter().filter(|request| request.route == route).count()
    }

    /// Returns how many requests for tokens with this `grant_type` arrived, say `refresh_token`,
    /// those that were refused or met a fault included.
    pub fn grants(&self, grant_type: &str) -> usize {
        let of_type =
            |request: &&Recorded| request.grant_type.as_deref().is_some_and(|of| of == grant_type);
        self.requests().iter().filter(of_type).count()
    }

    /// Waits until `count` requests to `route` arrived, and returns the last of them.
    ///
    /// It may not have been answered yet. Cancel safe.
    pub async fn arrived(&self, route: Route, count: usize) -> Recorded {
        self.until(|requests| {
            requests
                .iter()
                .filter(|request| request.route == route)
                .nth(count.saturating_sub(1))
                .cloned()
        })
        .await
    }

    /// Waits until `look` finds in all requests what it looks for. It is asked again whenever a
    /// request arrives or is answered. Cancel safe.
    pub async fn until<T>(&self, look: impl FnMut(&[Recorded]) -> Option<T>) -> T {
        self.tenant.requests.until(look).await
    }

    /// Moves the tenant's clock forward: codes and tokens run out, quotas are free again.
    pub fn advance(&self, by: Duration) {
        self.tenant.clock.advance(by);
    }

    /// Revokes all refresh tokens, as an administrator does who ends a person's sessions. Access
    /// tokens stay valid until they run out.
    pub fn revoke_sessions(&self) {
        self.revoke(|_, _| true);
    }

    /// Revokes one analyst's refresh tokens. Those of others stay good.
    pub fn revoke_sessions_of(&self, analyst: &Analyst) {
        self.revoke(|_, grant| grant.object_id == analyst.object_id);
    }

    /// Revokes one refresh token, and returns whether it was ever given out.
    pub fn revoke_refresh_token(&self, token: &str) -> bool {
        let revoked = hash(token);
        self.revoke(|token, _| *token == revoked) > 0
    }

    /// Lets the API refuse, with 401, all access tokens that were given out until now. Those that a
    /// refresh gives afterwards are accepted.
    pub fn refuse_access_tokens(&self) {
        self.tenant.ledger().access_series += 1;
    }

    /// Takes the organisation's consent to these permissions back.
    ///
    /// Whoever is chosen on the sign-in page for an app that asks for one of them sees that an
    /// administrator has to approve; the token endpoint refuses with `consent_required`. Access
    /// tokens that were given out stay good. There is consent to all permissions at the start.
    pub fn withhold_consent(&self, permissions: &[Permission]) {
        self.tenant.policy().withhold(permissions);
    }

    /// Consents to these permissions for everyone, as the button on the administrator's page does.
    pub fn grant_consent(&self, permissions: &[Permission]) {
        self.tenant.policy().consent(permissions);
    }

    /// The permissions with consent.
    pub fn consented(&self) -> Vec<Permission> {
        self.tenant.policy().consented()
    }

    /// Sets whether reading a file's alerts takes [`Permission::AlertReadWrite`], as the newest page
    /// has it, or [`Permission::AlertRead`] is enough, which it is at the start.
    pub fn require_read_write(&self, required: bool) {
        self.tenant.policy().read_write_required = required;
    }

    /// Takes from one person the role by which they may read security data: the API answers their
    /// calls with 403, whatever the app is permitted.
    pub fn deny_role(&self, object_id: &str) {
        self.tenant.policy().without_role.insert(object_id.to_owned());
    }

    /// Gives the role back.
    pub fn restore_role(&self, object_id: &str) {
        self.tenant.policy().without_role.remove(object_id);
    }

    /// Lets the API ask for `claims`, a JSON object as in a `claims` parameter, until
    /// [`end_challenge`](Self::end_challenge).
    ///
    /// It refuses access tokens that were not asked for with these claims: with a claims challenge if
    /// their client said `cp1`, plainly otherwise. `answer` says what gives a token that it accepts.
    pub fn challenge(&self, claims: &Value, answer: ChallengeAnswer) {
        self.tenant.policy().challenge = Some(Challenge::new(claims, answer));
    }

    /// Lets the API accept access tokens whatever claims they were asked for with.
    pub fn end_challenge(&self) {
        self.tenant.policy().challenge = None;
    }

    /// Sets how many seconds the servers' clocks seem ahead of this computer's, or behind if it is
    /// negative: in the `Date` of their answers and in the times of id tokens. Codes and tokens live
    /// as long as before.
    pub fn set_clocks_off_by(&self, seconds: i64) {
        self.tenant.policy().clocks_off_by = seconds;
    }

    /// Forgets all calls that were counted against the quota.
    pub fn refill_quota(&self) {
        {
            let mut ledger = self.tenant.ledger();
            ledger.quota = api::Quota::default();
            ledger.changed();
        }
        self.save();
    }

    /// Writes the private runtime file by which [`join_or_start`](crate::join_or_start) in other
    /// processes finds this tenant. The file is removed when the tenant is dropped.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be written.
    pub fn announce(&self, runtime: &Path) -> io::Result<()> {
        let path = join::announce(runtime, self.addresses, &self.tenant.proof_key)?;
        *self.announced.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
        Ok(())
    }

    fn revoke(&self, which: impl Fn(&Hash, &RefreshGrant) -> bool) -> usize {
        let count = self.tenant.ledger().revoke(which);
        self.save();
        count
    }

    fn save(&self) {
        if let Err(error) = self.tenant.save() {
            tracing::warn!(%error, "the practice tenant's state was not saved");
        }
    }
}

impl Drop for PracticeTenant {
    fn drop(&mut self) {
        self.save();
        let announced = self.announced.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = announced.take()
            && let Err(error) = join::withdraw(&path, &self.tenant.proof_key)
        {
            // A file that stays is replaced by the next process, which finds no server.
            tracing::debug!(%error, "the runtime file was not removed");
        }
    }
}

impl fmt::Debug for PracticeTenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PracticeTenant")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

/// Makes the tenant on a thread of its own, since making its key blocks.
pub(crate) async fn tenant(
    settings: Settings,
    registration: Registration,
) -> io::Result<Arc<Tenant>> {
    let state_file = match &settings.state {
        Some(folder) => Some(StateFile::open(folder).await?),
        None => None,
    };
    let made =
        tokio::task::spawn_blocking(|| Tenant::new(settings, registration, state_file)).await;
    Ok(Arc::new(made.map_err(io::Error::other)??))
}

/// The routes of one server, behind its gate.
pub(crate) fn router(server: Server, tenant: &Arc<Tenant>) -> Router {
    let routes = match server {
        Server::Authority => authority::router().merge(join::router()),
        Server::Api => api::router(),
        Server::Portal => portal::router(),
    };
    routes
        .layer(middleware::from_fn_with_state((Arc::clone(tenant), server), gate::pass))
        .with_state(Arc::clone(tenant))
}

pub(crate) async fn listen() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}
