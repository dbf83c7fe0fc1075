//! The tokens of a session, and how long each is good for.

use std::time::Duration;

use secrecy::SecretString;

use crate::{
    identity::{
        AccessToken, AuthError, AuthorityRefusal, Claims, Endpoints, WallClock, clock::Moment,
        token::Grant,
    },
    token_store::SavedSignIn,
};

/// What a session holds.
pub(super) struct Tokens<E> {
    /// None after a restart, until it is first needed.
    pub(super) access: Option<Access<E>>,
    pub(super) refresh: Option<SecretString>,
    /// Of the refresh token: of two, the greater is the newer. It starts with the seconds since
    /// 1970 at the sign-in, so that a new sign-in is newer than what was kept before.
    pub(super) generation: u64,
    /// Set when the authority has refused the refresh token for good.
    pub(super) ended: Option<AuthorityRefusal>,
    /// Why the last refresh gave nothing, if it did not.
    pub(super) failed: Option<AuthError>,
}

/// An access token, and what it was asked for.
pub(super) struct Access<E> {
    pub(super) token: AccessToken<E>,
    pub(super) obtained: Moment,
    pub(super) good_for: Duration,
    /// It was asked for because the API had refused the one before, and has not been accepted yet.
    pub(super) on_trial: bool,
    /// What the API had asked for with a challenge.
    pub(super) claims: Option<Claims>,
}

impl<E: Endpoints> Tokens<E> {
    /// What is known without a call: a token that is fresh, or that there will be none.
    pub(super) fn known(&self, clock: &WallClock) -> Option<Result<AccessToken<E>, AuthError>> {
        if let Some(refusal) = &self.ended {
            return Some(Err(AuthError::Ended(refusal.clone())));
        }
        let access = self.access.as_ref()?;
        access.is_fresh(clock).then(|| Ok(access.token.clone()))
    }

    pub(super) fn adopt(&mut self, saved: SavedSignIn) {
        self.refresh = Some(saved.refresh_token);
        self.generation = saved.generation;
    }

    pub(super) fn end(&mut self, refusal: AuthorityRefusal) -> AuthError {
        self.access = None;
        self.refresh = None;
        self.ended = Some(refusal.clone());
        AuthError::Ended(refusal)
    }
}

impl<E: Endpoints> Access<E> {
    /// How long before its end a token is not used any more, so that no call meets it on its way.
    const MARGIN: Duration = Duration::from_mins(5);

    pub(super) fn new(grant: &Grant<E>, clock: &WallClock) -> Self {
        Self {
            token: grant.access_token.clone(),
            obtained: Moment::now(clock),
            good_for: grant.good_for,
            on_trial: false,
            claims: None,
        }
    }

    /// Where a clock has jumped nothing is known of the token's age.
    fn is_fresh(&self, clock: &WallClock) -> bool {
        let margin = self.good_for.saturating_sub(Self::MARGIN);
        self.obtained.elapsed(clock).is_some_and(|elapsed| elapsed < margin)
    }
}
