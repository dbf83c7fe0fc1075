use std::collections::BTreeSet;

use serde_json::Value;

use crate::{authority::ClaimsRequest, permission::Permission};

/// What the tenant's administrator decided, changeable while it runs.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    without_consent: BTreeSet<Permission>,
    /// Object ids of people who may not read security data.
    pub(crate) without_role: BTreeSet<String>,
    /// Whether reading a file's alerts takes the permission to change them.
    pub(crate) read_write_required: bool,
    pub(crate) challenge: Option<Challenge>,
    /// How many seconds the servers' clocks are ahead of this computer's, as far as a client sees.
    pub(crate) clocks_off_by: i64,
}

/// A claims challenge that stands: which claims an access token has to be asked for with.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    /// The claims as they go over the wire.
    pub(crate) text: String,
    /// None if the text asks for nothing that a token can have.
    claims: Option<ClaimsRequest>,
    pub(crate) answer: ChallengeAnswer,
    /// How often it was given, so that no two in a row look the same.
    pub(crate) given: usize,
}

/// What a claims challenge takes before new tokens are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeAnswer {
    /// A refresh that asks for the claims.
    Refresh,
    /// A sign-in by a person whose authorization request asks for the claims; a refresh that asks for
    /// them is answered with `interaction_required`.
    SignIn,
}

impl Policy {
    pub(crate) fn withhold(&mut self, permissions: &[Permission]) {
        self.without_consent.extend(permissions);
    }

    pub(crate) fn consent(&mut self, permissions: &[Permission]) {
        self.without_consent.retain(|withheld| !permissions.contains(withheld));
    }

    /// Those of the permissions that nobody consented to.
    pub(crate) fn withheld_of(&self, permissions: &[Permission]) -> Vec<Permission> {
        permissions.iter().copied().filter(|asked| self.without_consent.contains(asked)).collect()
    }

    /// All permissions with consent.
    pub(crate) fn consented(&self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|one| !self.without_consent.contains(one)).collect()
    }
}

impl Challenge {
    pub(crate) fn new(claims: &Value, answer: ChallengeAnswer) -> Self {
        Self { text: claims.to_string(), claims: ClaimsRequest::of(claims), answer, given: 0 }
    }

    /// Tells whether these claims are what it asks for.
    pub(crate) fn is_met_by(&self, asked: &ClaimsRequest) -> bool {
        self.claims.as_ref().is_some_and(|claims| asked.covers(claims))
    }
}
