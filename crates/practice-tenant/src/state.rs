use std::{
    collections::HashMap,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_lc_rs::{digest, hmac};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    api::{KeptBack, Quota},
    authority::{AuthorizationRequest, ClaimsRequest, ConsentRequest, Scopes, SigningKey},
    chance::Chance,
    clock::{self, Clock},
    faults::Faults,
    organisation::Registration,
    policy::Policy,
    record::Requests,
    saved::Saved,
    settings::Settings,
    state_file::StateFile,
    world::WorldData,
};

/// Everything that a tenant is and knows, in one place.
pub(crate) struct Tenant {
    pub(crate) settings: Settings,
    pub(crate) registration: Registration,
    pub(crate) world: WorldData,
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
    pub(crate) signing_key: SigningKey,
    /// Proves to a later process that this server wrote the runtime file.
    pub(crate) proof_key: Vec<u8>,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    /// Every token response, if requests are kept.
    pub(crate) granted: Mutex<Vec<Value>>,
    pub(crate) state_file: Option<StateFile>,
    ledger: Mutex<Ledger>,
    policy: Mutex<Policy>,
}

/// What changes with requests. Tokens and codes stand here as hashes only.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Sign-in pages that wait for a choice.
    pub(crate) sign_ins: ShownPages<AuthorizationRequest>,
    /// Pages on which an administrator may consent.
    pub(crate) consents: ShownPages<ConsentRequest>,
    pub(crate) codes: HashMap<Hash, Code>,
    pub(crate) refresh_tokens: HashMap<Hash, RefreshGrant>,
    pub(crate) quota: Quota,
    pub(crate) kept_back: KeptBack,
    /// Which access tokens are accepted: those of this series.
    pub(crate) access_series: u64,
    /// Which state of what is kept over a restart this is: refresh tokens and quota.
    pub(crate) revision: u64,
}

/// SHA-256 of a code or token.
pub(crate) type Hash = [u8; 32];

/// How long a shown page may be used.
pub(crate) const PAGE_LIFETIME: Duration = Duration::from_mins(30);

/// Pages that were shown and may still be used, by the id that their buttons send.
#[derive(Debug)]
pub(crate) struct ShownPages<R>(HashMap<String, (R, Timestamp)>);

/// An authorization code that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) request: AuthorizationRequest,
    pub(crate) object_id: &'static str,
    pub(crate) until: Timestamp,
    pub(crate) redeemed: bool,
}

/// A refresh token that was given out. Using it does not revoke it, as at Entra.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefreshGrant {
    pub(crate) object_id: &'static str,
    /// What is given when a refresh does not say what it wants.
    pub(crate) scopes: Scopes,
    /// The claims that were asked for and given with the sign-in, or with a refresh since.
    pub(crate) claims: ClaimsRequest,
    pub(crate) until: Timestamp,
    pub(crate) revoked: bool,
}

impl Tenant {
    /// Makes a tenant that goes on from its state file, or has seen nothing.
    ///
    /// Blocks: a new RSA key takes some 100 ms.
    pub(crate) fn new(
        settings: Settings,
        registration: Registration,
        state_file: Option<StateFile>,
    ) -> io::Result<Self> {
        let clock = Clock::default();
        let chance = Chance::new()?;
        let kept = match &state_file {
            Some(file) => file.load(&registration.tenant_id, clock.now())?,
            None => None,
        };
        let (signing_key, ledger) = match kept {
            Some(kept) => kept,
            None => (SigningKey::generate()?, Ledger::default()),
        };
        let tenant = Self {
            world: WorldData::load(&settings.world, &registration, clock.now())?,
            signing_key,
            proof_key: chance.bytes(32),
            settings,
            registration,
            clock,
            chance,
            faults: Faults::default(),
            requests: Requests::new(),
            granted: Mutex::default(),
            state_file,
            ledger: Mutex::new(ledger),
            policy: Mutex::default(),
        };
        tenant.save()?;
        Ok(tenant)
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // A poisoned ledger is still whole: no entry is written in parts.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time as the servers tell it to clients, which a test may have set wrong.
    pub(crate) fn clock_shown(&self) -> Timestamp {
        let off_by = SignedDuration::from_secs(self.policy().clocks_off_by);
        let now = self.clock.now();
        now.checked_add(off_by).unwrap_or(now)
    }

    pub(crate) fn policy(&self) -> MutexGuard<'_, Policy> {
        // No decision is written in parts either.
        self.policy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Saves what changed since the last save, if this tenant has a state file. Blocks.
    pub(crate) fn save(&self) -> io::Result<()> {
        let Some(file) = &self.state_file else { return Ok(()) };
        file.save(|written| {
            let ledger = self.ledger();
            if written == Some(ledger.revision) {
                return Ok(None);
            }
            let ahead = self.clock.ahead_millis();
            Saved::of(&self.registration.tenant_id, &self.signing_key, &ledger, ahead)
                .map(Some)
                .map_err(|_| io::Error::other("the signing key cannot be encoded"))
        })
    }

    /// Returns when all that changed until now is saved. Cancel safe: it is saved all the same.
    pub(crate) async fn saved(self: &Arc<Self>) -> io::Result<()> {
        if self.state_file.is_none() {
            return Ok(());
        }
        let tenant = Arc::clone(self);
        tokio::task::spawn_blocking(move || tenant.save()).await.map_err(io::Error::other)?
    }

    /// Has a change saved soon, without waiting for it.
    pub(crate) fn save_soon(&self) {
        if let Some(file) = &self.state_file {
            file.changed.notify_one();
        }
    }

    /// Saves whatever [`Tenant::save_soon`] announces, for ever.
    pub(crate) async fn keep_saving(self: Arc<Self>) {
        let Some(file) = &self.state_file else { return };
        loop {
            file.changed.notified().await;
            if let Err(error) = self.saved().await {
                tracing::warn!(%error, "the practice tenant's state was not saved");
            }
        }
    }

    /// What a server that holds `proof_key` answers to a challenge.
    pub(crate) fn proof(proof_key: &[u8], challenge: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, proof_key);
        crate::chance::hex(hmac::sign(&key, challenge.as_bytes()).as_ref())
    }
}

impl<R: Clone> ShownPages<R> {
    /// How many are remembered.
    const KEPT: usize = 256;

    /// Notes a page; the one that ends first makes room for it.
    pub(crate) fn show(&mut self, page: String, request: R, now: Timestamp) {
        self.0.retain(|_, (_, until)| now < *until);
        if self.0.len() >= Self::KEPT {
            let first = self.0.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(first) = first.map(|(page, _)| page.clone()) {
                self.0.remove(&first);
            }
        }
        self.0.insert(page, (request, clock::after(now, PAGE_LIFETIME)));
    }

    /// What a page was shown for. It stays usable: a button may be pressed twice.
    pub(crate) fn of(&self, page: &str, now: Timestamp) -> Option<R> {
        self.0.get(page).filter(|(_, until)| now < *until).map(|(request, _)| request.clone())
    }
}

impl<R> Default for ShownPages<R> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl Ledger {
    /// How many refresh tokens are remembered: of one that is used every hour, six weeks.
    const REFRESH_TOKENS: usize = 1_000;

    /// Notes a refresh token that is given out; the one that runs out first makes room for it.
    pub(crate) fn grant_refresh(&mut self, token: Hash, grant: RefreshGrant) {
        if self.refresh_tokens.len() >= Self::REFRESH_TOKENS {
            let first = self.refresh_tokens.iter().min_by_key(|(_, grant)| grant.until);
            if let Some(first) = first.map(|(token, _)| *token) {
                self.refresh_tokens.remove(&first);
            }
        }
        self.refresh_tokens.insert(token, grant);
        self.changed();
    }

    /// Notes that something changed that is kept over a restart.
    pub(crate) fn changed(&mut self) {
        self.revision = self.revision.wrapping_add(1);
    }

    /// Revokes the refresh tokens that `which` picks, and returns how many there were.
    pub(crate) fn revoke(&mut self, which: impl Fn(&Hash, &RefreshGrant) -> bool) -> usize {
        let mut count = 0;
        for (token, grant) in &mut self.refresh_tokens {
            if which(token, grant) {
                grant.revoked = true;
                count += 1;
            }
        }
        self.changed();
        count
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tenant")
            .field("settings", &self.settings)
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}

pub(crate) fn hash(text: &str) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}
