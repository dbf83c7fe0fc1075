//! A session: access tokens that are valid now, for one account. Access tokens live in memory; the
//! refresh token lies in the token store as well, where that can be had.

mod keeping;

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use secrecy::SecretString;
use tokio::sync::{Mutex, watch};

use super::{
    AccessToken, Account, AccountId, AuthError, AuthorityRefusal, Endpoints, WallClock,
    clock::Moment,
    error::InvalidAnswer,
    token::{self, Grant, TokenError},
};
use crate::token_store::{SavedSignIn, TokenStore};

pub use keeping::Keeping;

/// A signed-in account and its tokens.
pub struct Session<E>(Arc<Held<E>>);

struct Held<E> {
    account: Account,
    endpoints: E,
    http: reqwest::Client,
    store: TokenStore,
    clock: WallClock,
    keeping: watch::Sender<Keeping>,
    /// How often the person had signed out of the account before this session.
    sign_outs: u64,
    /// Held while the refresh token is put into the token store for the first time.
    saving: Mutex<()>,
    // Held across a refresh on purpose: whoever comes meanwhile waits for that refresh.
    tokens: Mutex<Tokens<E>>,
    /// How many refreshes have ended.
    refreshes: AtomicU64,
}

struct Tokens<E> {
    /// None after a restart, until it is first needed.
    access: Option<Access<E>>,
    refresh: Option<SecretString>,
    /// Of the refresh token: of two, the greater is the newer. It starts with the seconds since
    /// 1970 at the sign-in, so that a new sign-in is newer than what was kept before.
    generation: u64,
    /// Set when the authority has refused the refresh token for good.
    ended: Option<AuthorityRefusal>,
    /// Why the last refresh gave nothing, if it did not.
    failed: Option<AuthError>,
}

struct Access<E> {
    token: AccessToken<E>,
    obtained: Moment,
    good_for: Duration,
    /// It was asked for because the API had refused the one before, and has not been accepted yet.
    on_trial: bool,
}

impl<E: Endpoints> Session<E> {
    pub(super) fn begin(
        account: Account,
        endpoints: E,
        http: reqwest::Client,
        grant: Grant<E>,
        store: TokenStore,
        clock: WallClock,
    ) -> Self {
        let generation = u64::try_from(clock.now().as_second()).unwrap_or_default();
        let keeping = match grant.refresh_token {
            Some(_) => Keeping::Saving,
            None => Keeping::NotGiven,
        };
        let tokens = Tokens {
            access: Some(Access::new(&grant, &clock)),
            refresh: grant.refresh_token,
            generation,
            ended: None,
            failed: None,
        };
        Self::hold(account, endpoints, http, store, clock, keeping, tokens)
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
        let tokens = Tokens {
            access: None,
            refresh: Some(saved.refresh_token),
            generation: saved.generation,
            ended: None,
            failed: None,
        };
        Ok(Self::hold(account, endpoints, http, store, clock, Keeping::Kept, tokens))
    }

    fn hold(
        account: Account,
        endpoints: E,
        http: reqwest::Client,
        store: TokenStore,
        clock: WallClock,
        keeping: Keeping,
        tokens: Tokens<E>,
    ) -> Self {
        let sign_outs = store.sign_outs(&account.id);
        let (keeping, tokens) = (watch::Sender::new(keeping), Mutex::new(tokens));
        let (saving, refreshes) = (Mutex::default(), AtomicU64::default());
        Self(Arc::new(Held {
            account,
            endpoints,
            http,
            store,
            clock,
            keeping,
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
                None => held.refresh(&mut tokens).await,
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
            let token = held.refresh(&mut tokens).await?;
            if let Some(access) = &mut tokens.access {
                access.on_trial = true;
            }
            Ok(token)
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
    async fn refresh(&self, tokens: &mut Tokens<E>) -> Result<AccessToken<E>, AuthError> {
        let outcome = self.refresh_once(tokens).await;
        tokens.failed = outcome.as_ref().err().cloned();
        self.refreshes.fetch_add(1, Ordering::SeqCst);
        outcome
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
    async fn refresh_once(&self, tokens: &mut Tokens<E>) -> Result<AccessToken<E>, AuthError> {
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
            match token::refresh(&self.http, &self.endpoints, &refresh).await {
                Ok(grant) => return self.take(tokens, grant).await,
                Err(error) => {
                    let error = judge(error);
                    let AuthError::Ended(refusal) = error else { return Err(error) };
                    if !self.is_replaced(tokens, &refresh).await {
                        return Err(tokens.end(refusal));
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

impl<E: Endpoints> Tokens<E> {
    /// What is known without a call: a token that is fresh, or that there will be none.
    fn known(&self, clock: &WallClock) -> Option<Result<AccessToken<E>, AuthError>> {
        if let Some(refusal) = &self.ended {
            return Some(Err(AuthError::Ended(refusal.clone())));
        }
        let access = self.access.as_ref()?;
        access.is_fresh(clock).then(|| Ok(access.token.clone()))
    }

    fn adopt(&mut self, saved: SavedSignIn) {
        self.refresh = Some(saved.refresh_token);
        self.generation = saved.generation;
    }

    fn end(&mut self, refusal: AuthorityRefusal) -> AuthError {
        self.access = None;
        self.refresh = None;
        self.ended = Some(refusal.clone());
        AuthError::Ended(refusal)
    }
}

impl<E: Endpoints> Access<E> {
    /// How long before its end a token is not used any more, so that no call meets it on its way.
    const MARGIN: Duration = Duration::from_mins(5);

    fn new(grant: &Grant<E>, clock: &WallClock) -> Self {
        Self {
            token: grant.access_token.clone(),
            obtained: Moment::now(clock),
            good_for: grant.good_for,
            on_trial: false,
        }
    }

    /// Where a clock has jumped nothing is known of the token's age.
    fn is_fresh(&self, clock: &WallClock) -> bool {
        let margin = self.good_for.saturating_sub(Self::MARGIN);
        self.obtained.elapsed(clock).is_some_and(|elapsed| elapsed < margin)
    }
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

impl<E> fmt::Debug for Session<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
