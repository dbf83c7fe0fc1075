//! A session: access tokens that are valid now, for one account. Access tokens live in memory; the
//! refresh token lies in the token store as well, where that can be had.

mod keeping;
mod tokens;

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{Mutex, watch};

use super::{
    AccessToken, Account, AccountId, AuthError, AuthorityRefusal, Claims, Endpoints, Granted,
    WallClock,
    error::InvalidAnswer,
    refusal::Decision,
    token::{self, Grant, TokenError},
};
use crate::{
    network::Client,
    token_store::{SavedSignIn, TokenStore},
};

use tokens::{Access, Tokens};

pub use keeping::Keeping;

/// A signed-in account and its tokens.
pub struct Session<E>(Arc<Held<E>>);

struct Held<E> {
    account: Account,
    endpoints: E,
    http: Client,
    store: TokenStore,
    clock: WallClock,
    keeping: watch::Sender<Keeping>,
    granted: watch::Sender<Granted>,
    /// What the next attempt to sign in has to ask for.
    wanted: watch::Sender<Option<Claims>>,
    /// How often the person had signed out of the account before this session.
    sign_outs: u64,
    /// Held while the refresh token is put into the token store for the first time.
    saving: Mutex<()>,
    // Held across a refresh on purpose: whoever comes meanwhile waits for that refresh.
    tokens: Mutex<Tokens<E>>,
    /// How many refreshes have ended.
    refreshes: AtomicU64,
}

impl<E: Endpoints> Session<E> {
    pub(super) fn begin(
        account: Account,
        endpoints: E,
        http: Client,
        grant: Grant<E>,
        store: TokenStore,
        clock: WallClock,
    ) -> Self {
        let generation = u64::try_from(clock.now().as_second()).unwrap_or_default();
        let keeping = match grant.refresh_token {
            Some(_) => Keeping::Saving,
            None => Keeping::NotGiven,
        };
        let granted = grant.granted(&endpoints);
        let tokens = Tokens {
            access: Some(Access::new(&grant, &clock)),
            refresh: grant.refresh_token,
            generation,
            ended: None,
            failed: None,
        };
        Self::hold(account, endpoints, http, store, clock, keeping, granted, tokens)
    }

    /// The session that was kept at an earlier start. It has no access token yet.
    ///
    /// # Errors
    ///
    /// [`InvalidAnswer::Claims`] if the account does not sign in at these endpoints: what is kept
    /// has no type that could tell. [`InvalidAnswer::NoClient`] if the system's certificates cannot
    /// be had.
    pub fn restore(
        id: AccountId,
        endpoints: E,
        saved: SavedSignIn,
        store: TokenStore,
        clock: WallClock,
    ) -> Result<Self, InvalidAnswer> {
        let place = (E::REALM, endpoints.cloud(), endpoints.tenant());
        if (id.realm, id.cloud, &*id.tenant) != place {
            return Err(InvalidAnswer::Claims("account"));
        }
        let http = endpoints.http(super::Purpose::SignIn).map_err(|error| {
            tracing::error!(error = %error.without_url(), "no HTTP client for the authority");
            InvalidAnswer::NoClient
        })?;
        let account = Account {
            sees: endpoints.sees(&id.object).map(Into::into),
            tenant_name: endpoints.tenant_name().map(Into::into),
            name: saved.name,
            sign_in_name: saved.sign_in_name,
            id,
        };
        let granted = Granted::asked(&endpoints, true);
        let tokens = Tokens {
            access: None,
            refresh: Some(saved.refresh_token),
            generation: saved.generation,
            ended: None,
            failed: None,
        };
        Ok(Self::hold(account, endpoints, http, store, clock, Keeping::Kept, granted, tokens))
    }

    #[expect(clippy::too_many_arguments, reason = "each is held as it is")]
    fn hold(
        account: Account,
        endpoints: E,
        http: Client,
        store: TokenStore,
        clock: WallClock,
        keeping: Keeping,
        granted: Granted,
        tokens: Tokens<E>,
    ) -> Self {
        let sign_outs = store.sign_outs(&account.id);
        let (keeping, tokens) = (watch::Sender::new(keeping), Mutex::new(tokens));
        let (granted, wanted) = (watch::Sender::new(granted), watch::Sender::default());
        let (saving, refreshes) = (Mutex::default(), AtomicU64::default());
        Self(Arc::new(Held {
            account,
            endpoints,
            http,
            store,
            clock,
            keeping,
            granted,
            wanted,
            sign_outs,
            saving,
            tokens,
            refreshes,
        }))
    }

    /// Whose session it is.
    pub fn account(&self) -> &Account {
        &self.0.account
    }

    /// Where its tokens may go.
    pub fn endpoints(&self) -> &E {
        &self.0.endpoints
    }

    /// Whether it outlasts the program, and every change of that.
    pub fn keeping(&self) -> watch::Receiver<Keeping> {
        self.0.keeping.subscribe()
    }

    /// What the authority granted, as of the last token.
    pub fn granted(&self) -> Granted {
        self.0.granted.borrow().clone()
    }

    /// What the next attempt to sign in has to ask for, since the API or the authority has said so
    /// ([`Request::claims`](super::Request::claims)); none once a token was had.
    pub fn claims(&self) -> Option<Claims> {
        self.0.wanted.borrow().clone()
    }

    /// Puts the refresh token into the token store, which may have a question for the person. The
    /// outcome is told by [`keeping`](Self::keeping). It goes on if the caller gives up.
    pub async fn keep(&self) {
        self.apart(|held| async move { held.keep().await }).await;
    }

    /// An access token that is valid now; refreshed first if need be.
    ///
    /// All who wait share one refresh, also if it fails, and dropping one of them does not cancel it.
    ///
    /// # Errors
    ///
    /// [`AuthError`] if there is none to be had.
    pub async fn access_token(&self) -> Result<AccessToken<E>, AuthError> {
        let before = self.0.refreshes.load(Ordering::SeqCst);
        if let Some(known) = self.0.tokens.lock().await.known(&self.0.clock) {
            return known;
        }
        self.refreshed(|held| async move {
            let mut tokens = held.tokens.lock().await;
            match tokens.known(&held.clock).or_else(|| held.failed_since(&tokens, before)) {
                Some(known) => known,
                None => held.refresh(&mut tokens, None).await,
            }
        })
        .await
    }

    /// Another access token in place of one that the API refused, unless it was replaced already.
    ///
    /// # Errors
    ///
    /// [`AuthError`] if there is none to be had; [`AuthError::Rejected`] if the refused token was
    /// itself such a replacement: then a further one would be refused as well.
    pub async fn replace(&self, refused: &AccessToken<E>) -> Result<AccessToken<E>, AuthError> {
        let before = self.0.refreshes.load(Ordering::SeqCst);
        let refused = refused.clone();
        self.refreshed(|held| async move {
            let mut tokens = held.tokens.lock().await;
            if let Some(refusal) = &tokens.ended {
                return Err(AuthError::Ended(refusal.clone()));
            }
            match &tokens.access {
                Some(access) if !access.token.is(&refused) => return Ok(access.token.clone()),
                Some(access) if access.on_trial => return Err(AuthError::Rejected),
                Some(_) | None => {}
            }
            if let Some(failed) = held.failed_since(&tokens, before) {
                return failed;
            }
            held.refresh_on_trial(&mut tokens, None).await
        })
        .await
    }

    /// Another access token in place of one that the API refused because it wants `claims` in it,
    /// unless there is one that was asked for with them already.
    ///
    /// # Errors
    ///
    /// [`AuthError`] if there is none to be had. [`AuthError::Interaction`] if the authority wants
    /// the person for it: then [`claims`](Self::claims) has what the next attempt is to ask for.
    /// [`AuthError::Rejected`] if the refused token was asked for with these claims and was never
    /// accepted: a further one would be refused as well.
    pub async fn challenged(
        &self,
        refused: &AccessToken<E>,
        claims: Claims,
    ) -> Result<AccessToken<E>, AuthError> {
        let before = self.0.refreshes.load(Ordering::SeqCst);
        let refused = refused.clone();
        self.refreshed(|held| async move {
            let mut tokens = held.tokens.lock().await;
            if let Some(refusal) = &tokens.ended {
                return Err(AuthError::Ended(refusal.clone()));
            }
            if let Some(access) = &tokens.access
                && access.claims.as_ref() == Some(&claims)
            {
                if !access.token.is(&refused) {
                    return Ok(access.token.clone());
                }
                if access.on_trial {
                    return Err(AuthError::Rejected);
                }
            }
            if let Some(failed) = held.failed_since(&tokens, before) {
                return failed;
            }
            held.refresh_on_trial(&mut tokens, Some(claims)).await
        })
        .await
    }

    /// The API accepted this access token.
    pub async fn accepted(&self, token: &AccessToken<E>) {
        if let Some(access) = &mut self.0.tokens.lock().await.access
            && access.token.is(token)
        {
            access.on_trial = false;
        }
    }

    async fn refreshed<F>(&self, work: impl FnOnce(Arc<Held<E>>) -> F) -> F::Output
    where
        F: Future<Output = Result<AccessToken<E>, AuthError>> + Send + 'static,
    {
        self.apart(work).await.unwrap_or_else(|| Err(InvalidAnswer::NotATokenResponse.into()))
    }

    /// Works in a task of its own, so that a caller that gives up does not end it: a new refresh
    /// token that came would be lost.
    async fn apart<F>(&self, work: impl FnOnce(Arc<Held<E>>) -> F) -> Option<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let task = tokio::spawn(work(Arc::clone(&self.0)));
        match task.await {
            Ok(outcome) => Some(outcome),
            Err(error) => {
                tracing::error!(panic = error.is_panic(), "a refresh did not come to its end");
                None
            }
        }
    }
}

impl<E: Endpoints> Held<E> {
    async fn refresh(
        &self,
        tokens: &mut Tokens<E>,
        claims: Option<&Claims>,
    ) -> Result<AccessToken<E>, AuthError> {
        let outcome = self.refresh_once(tokens, claims).await;
        tokens.failed = outcome.as_ref().err().cloned();
        match &outcome {
            Ok(_) => drop(self.wanted.send_replace(None)),
            Err(AuthError::Interaction(refusal)) => {
                self.wanted.send_replace(refusal.claims.clone());
            }
            Err(_) => {}
        }
        self.refreshes.fetch_add(1, Ordering::SeqCst);
        outcome
    }

    /// Refreshes in place of a token that the API refused.
    async fn refresh_on_trial(
        &self,
        tokens: &mut Tokens<E>,
        claims: Option<Claims>,
    ) -> Result<AccessToken<E>, AuthError> {
        let token = self.refresh(tokens, claims.as_ref()).await?;
        if let Some(access) = &mut tokens.access {
            access.on_trial = true;
            access.claims = claims;
        }
        Ok(token)
    }

    /// The failure of a refresh that ended while somebody waited for it, who had seen so many end
    /// before.
    fn failed_since(
        &self,
        tokens: &Tokens<E>,
        before: u64,
    ) -> Option<Result<AccessToken<E>, AuthError>> {
        let ended_since = self.refreshes.load(Ordering::SeqCst) > before;
        tokens.failed.clone().filter(|_| ended_since).map(Err)
    }

    /// Refreshes, and puts the new refresh token into the store before the new access token is
    /// used. Across processes one refresh at a time: what another has put there is taken.
    async fn refresh_once(
        &self,
        tokens: &mut Tokens<E>,
        claims: Option<&Claims>,
    ) -> Result<AccessToken<E>, AuthError> {
        let id = &self.account.id;
        let lock = self.store.lock(id).await;
        let _lock = lock.inspect_err(|error| {
            tracing::warn!(%error, "refreshing without the lock across processes");
        });
        if *self.keeping.borrow() == Keeping::Kept {
            self.take_newer(tokens).await?;
        }
        loop {
            let Some(refresh) = tokens.refresh.clone() else {
                return Err(tokens.end(AuthorityRefusal::default()));
            };
            match token::refresh(&self.http, &self.endpoints, &refresh, claims).await {
                Ok(grant) => return self.take(tokens, grant).await,
                Err(error) => {
                    let before = tokens.generation;
                    let error = judge(error, claims);
                    if let AuthError::Ended(refusal) = error {
                        if !self.is_replaced(tokens, &refresh).await {
                            return Err(tokens.end(refusal));
                        }
                        continue;
                    }
                    // One that was replaced meanwhile can be refused without saying so.
                    let is_kept = *self.keeping.borrow() == Keeping::Kept;
                    if is_kept && matches!(error, AuthError::Interaction(_)) {
                        self.take_newer(tokens).await?;
                    }
                    if tokens.generation == before {
                        return Err(error);
                    }
                }
            }
        }
    }

    async fn take(
        &self,
        tokens: &mut Tokens<E>,
        grant: Grant<E>,
    ) -> Result<AccessToken<E>, AuthError> {
        let access = Access::new(&grant, &self.clock);
        // A response without a refresh token leaves the old one good.
        let granted = Granted { offline: true, ..grant.granted(&self.endpoints) };
        self.granted.send_replace(granted);
        if let Some(refresh) = grant.refresh_token {
            tokens.refresh = Some(refresh);
            tokens.generation += 1;
            self.rotate(tokens).await?;
        }
        let token = access.token.clone();
        tokens.access = Some(access);
        Ok(token)
    }
}

/// What a failed refresh means, which was asked for with `claims`.
fn judge(error: TokenError, claims: Option<&Claims>) -> AuthError {
    match error {
        TokenError::Unreachable { host, source } => {
            tracing::warn!(cause = ?source, "the authority could not be reached");
            AuthError::Unreachable { host, source: source.map(Arc::new) }
        }
        TokenError::Invalid(invalid) => AuthError::Invalid(invalid),
        TokenError::Refused(refusal) => match refusal.decision() {
            Decision::Ends => AuthError::Ended(refusal),
            Decision::Configuration => AuthError::Configuration(refusal),
            // What is passing is no refusal: the token endpoint's reader has told it apart.
            Decision::Person | Decision::Passing => {
                // The authority's own claims come before those of the API.
                let claims = refusal.claims.clone().or_else(|| claims.cloned());
                AuthError::Interaction(AuthorityRefusal { claims, ..refusal })
            }
        },
    }
}

impl<E> fmt::Debug for Session<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
