//! A session: access tokens that are valid now, for one account. It lives in memory.

use std::{fmt, sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::Instant,
};

use super::{
    AccessToken, Account, AuthError, AuthorityRefusal, Endpoints,
    error::InvalidAnswer,
    token::{self, Grant, TokenError},
};

/// A signed-in account and its tokens.
pub struct Session<E> {
    account: Account,
    endpoints: E,
    http: reqwest::Client,
    tokens: Arc<Mutex<Tokens<E>>>,
}

struct Tokens<E> {
    access: AccessToken<E>,
    /// By the monotonic clock: the wall clock can jump.
    stale_at: Instant,
    refresh: Option<SecretString>,
    /// Set when the authority has refused the refresh token for good.
    ended: Option<AuthorityRefusal>,
}

impl<E: Endpoints> Session<E> {
    pub(super) fn new(
        account: Account,
        endpoints: E,
        http: reqwest::Client,
        grant: Grant<E>,
    ) -> Self {
        let tokens = Tokens {
            stale_at: stale_at(grant.good_for),
            access: grant.access_token,
            refresh: grant.refresh_token,
            ended: None,
        };
        Self { account, endpoints, http, tokens: Arc::new(Mutex::new(tokens)) }
    }

    /// Whose session it is.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Where its tokens may go.
    pub fn endpoints(&self) -> &E {
        &self.endpoints
    }

    /// An access token that is valid now; refreshed first if need be.
    ///
    /// All who wait share one refresh, and dropping one of them does not cancel it.
    ///
    /// # Errors
    ///
    /// [`AuthError`] if there is none to be had.
    pub async fn access_token(&self) -> Result<AccessToken<E>, AuthError> {
        let tokens = Arc::clone(&self.tokens).lock_owned().await;
        if let Some(refusal) = &tokens.ended {
            return Err(AuthError::Ended(refusal.clone()));
        }
        if Instant::now() < tokens.stale_at {
            return Ok(tokens.access.clone());
        }
        self.refresh(tokens).await
    }

    /// Another access token in place of one that the API refused, unless it was replaced already.
    ///
    /// # Errors
    ///
    /// [`AuthError`] if there is none to be had.
    pub async fn replace(&self, refused: &AccessToken<E>) -> Result<AccessToken<E>, AuthError> {
        let tokens = Arc::clone(&self.tokens).lock_owned().await;
        if let Some(refusal) = &tokens.ended {
            return Err(AuthError::Ended(refusal.clone()));
        }
        if !tokens.access.is(refused) {
            return Ok(tokens.access.clone());
        }
        self.refresh(tokens).await
    }

    /// Refreshes in a task of its own, which holds the lock on purpose: whoever comes meanwhile
    /// waits for this refresh, and a caller that gives up does not lose the new refresh token.
    async fn refresh(
        &self,
        mut tokens: OwnedMutexGuard<Tokens<E>>,
    ) -> Result<AccessToken<E>, AuthError> {
        let (http, endpoints) = (self.http.clone(), self.endpoints.clone());
        let task = tokio::spawn(async move {
            let Some(refresh) = tokens.refresh.clone() else {
                return Err(AuthError::Ended(AuthorityRefusal::default()));
            };
            match token::refresh(&http, &endpoints, &refresh).await {
                Ok(grant) => {
                    tokens.stale_at = stale_at(grant.good_for);
                    tokens.access = grant.access_token.clone();
                    tokens.refresh = grant.refresh_token.or(Some(refresh));
                    Ok(grant.access_token)
                }
                Err(error) => {
                    let error = judge(error);
                    if let AuthError::Ended(refusal) = &error {
                        tokens.refresh = None;
                        tokens.ended = Some(refusal.clone());
                    }
                    Err(error)
                }
            }
        });
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a refresh did not come to its end");
            Err(InvalidAnswer::NotATokenResponse.into())
        })
    }
}

fn stale_at(good_for: Duration) -> Instant {
    // So that a call does not meet the token's end on its way.
    const MARGIN: Duration = Duration::from_mins(5);

    Instant::now() + good_for.saturating_sub(MARGIN)
}

/// What a failed refresh means: by `error` and `suberror`, never by the number.
fn judge(error: TokenError) -> AuthError {
    match error {
        TokenError::Unreachable { host, source } => {
            tracing::warn!(cause = ?source, "the authority could not be reached");
            AuthError::Unreachable { host }
        }
        TokenError::Invalid(invalid) => AuthError::Invalid(invalid),
        TokenError::Refused(refusal) => {
            let wants_person = refusal.challenged
                || refusal.error == "interaction_required"
                || matches!(
                    refusal.suberror.as_deref(),
                    Some(
                        "basic_action" | "additional_action" | "message_only" | "consent_required"
                    )
                );
            if refusal.error == "invalid_grant" && !wants_person {
                AuthError::Ended(refusal)
            } else {
                AuthError::Interaction(refusal)
            }
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for Session<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
