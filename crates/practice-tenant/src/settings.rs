use std::{path::PathBuf, sync::Arc, time::Duration};

/// What a practice tenant holds and how it is limited.
///
/// The defaults are the limits and lifetimes of the real services; tests make them small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which alerts, files and devices there are.
    pub world: World,
    /// How many API calls an app registration may make in a minute.
    pub calls_per_minute: usize,
    /// How many API calls an app registration may make in an hour.
    pub calls_per_hour: usize,
    /// How many alerts stand on one page of a list; the rest follows by `@odata.nextLink`.
    pub page_size: usize,
    /// How long an authorization code may be redeemed.
    pub code_lifetime: Duration,
    /// How long an access token is accepted.
    pub access_token_lifetime: Duration,
    /// How long a refresh token is accepted after it was issued.
    pub refresh_token_lifetime: Duration,
    /// How long the alerts of one practice file, `weighbridge tickets.csv`, are kept back after they
    /// are first asked for in this process, as when colleagues have used up the quota. No other
    /// file's request is refused for it. None: they are not kept back.
    pub lookup_wait: Option<Duration>,
    /// The folder of what the tenant knows over a restart: its signing key, hashes of its refresh
    /// tokens, and the calls that count against the quota. Without one it lives in memory alone.
    pub state: Option<PathBuf>,
    /// Keeps every request's raw bytes and every token response, for tests that look for what must
    /// never leave a machine or be written on it.
    pub keep_requests: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            world: World::Story,
            calls_per_minute: 100,
            calls_per_hour: 1_500,
            page_size: 10_000,
            code_lifetime: Duration::from_mins(10),
            access_token_lifetime: Duration::from_secs(4_499),
            refresh_token_lifetime: Duration::from_hours(90 * 24),
            lookup_wait: None,
            state: None,
            keep_requests: false,
        }
    }
}

/// Which alerts, files and devices a practice tenant holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum World {
    /// A believable small organisation, for people.
    Story,
    /// One file for every odd answer that the API gives or might give, for tests.
    Conformance,
    /// One file, [`HOSTILE_SHA1`](crate::HOSTILE_SHA1), with an alert for each of these texts, in
    /// their order, that carries the text in every field that holds one; for tests.
    Hostile(Arc<[String]>),
}
