use std::{
    collections::HashMap,
    fmt, io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{digest, hmac};
use jiff::Timestamp;

use crate::{
    api::Quota,
    authority::{AuthorizationRequest, Scopes, SigningKey},
    chance::Chance,
    clock::Clock,
    faults::Faults,
    organisation::Registration,
    record::Requests,
    settings::Settings,
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
    ledger: Mutex<Ledger>,
}

/// What changes with requests. Tokens and codes stand here as hashes only.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Sign-in pages that were shown, by the id that their buttons send.
    pub(crate) sign_ins: HashMap<String, ShownSignIn>,
    pub(crate) codes: HashMap<Hash, Code>,
    pub(crate) refresh_tokens: HashMap<Hash, RefreshGrant>,
    pub(crate) quota: Quota,
}

/// SHA-256 of a code or token.
pub(crate) type Hash = [u8; 32];

/// A sign-in page that waits for a choice.
#[derive(Debug, Clone)]
pub(crate) struct ShownSignIn {
    pub(crate) request: AuthorizationRequest,
    pub(crate) until: Timestamp,
}

/// An authorization code that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) request: AuthorizationRequest,
    pub(crate) object_id: &'static str,
    pub(crate) until: Timestamp,
    pub(crate) redeemed: bool,
}

/// A refresh token that was given out. Using it does not revoke it, as at Entra.
#[derive(Debug, Clone)]
pub(crate) struct RefreshGrant {
    pub(crate) object_id: &'static str,
    /// What is given when a refresh does not say what it wants.
    pub(crate) scopes: Scopes,
    pub(crate) until: Timestamp,
    pub(crate) revoked: bool,
}

impl Tenant {
    /// Makes a tenant that has seen nothing. Makes an RSA key, so it blocks for some 100 ms.
    pub(crate) fn new(settings: Settings, registration: Registration) -> io::Result<Self> {
        let clock = Clock::default();
        let chance = Chance::new()?;
        Ok(Self {
            world: WorldData::load(settings.world, &registration, clock.now())?,
            signing_key: SigningKey::generate()?,
            proof_key: chance.bytes(32),
            settings,
            registration,
            clock,
            chance,
            faults: Faults::default(),
            requests: Requests::new(),
            ledger: Mutex::default(),
        })
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // A poisoned ledger is still whole: no entry is written in parts.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a server that holds `proof_key` answers to a challenge.
    pub(crate) fn proof(proof_key: &[u8], challenge: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, proof_key);
        crate::chance::hex(hmac::sign(&key, challenge.as_bytes()).as_ref())
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
