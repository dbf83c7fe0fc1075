//! One attempt to sign in: listen, send the browser, take the first valid answer, redeem, check.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use secrecy::ExposeSecret;
use tokio::time::Instant;
use url::Url;

use super::{
    Endpoints, Hint, Purpose, Session, SignInError, WallClock,
    authorization::Authorization,
    claims,
    error::InvalidAnswer,
    loopback::{Expected, Listener, Reply},
    token::{self, TokenError},
};
use crate::token_store::TokenStore;

/// An attempt whose listener is ready. Dropping it, or the future of
/// [`finish`](Self::finish), gives it up and closes its port.
pub struct Attempt<E> {
    endpoints: E,
    listener: Listener,
    request: Authorization,
    deadline: Deadline,
}

impl<E: Endpoints> Attempt<E> {
    /// How long an attempt waits for the browser.
    pub const PATIENCE: Duration = Duration::from_mins(5);

    /// Begins an attempt: binds the listener, then makes the request.
    ///
    /// # Errors
    ///
    /// [`SignInError::Listener`] if no port can be had.
    pub async fn begin(endpoints: E, hint: Hint) -> Result<Self, SignInError> {
        Self::begin_with(endpoints, hint, Self::PATIENCE, WallClock::of_system()).await
    }

    /// The same with another patience than five minutes, and another clock.
    ///
    /// # Errors
    ///
    /// [`SignInError::Listener`] if no port can be had.
    #[expect(clippy::unused_async, reason = "sockets can be bound only within a runtime")]
    pub async fn begin_with(
        endpoints: E,
        hint: Hint,
        patience: Duration,
        clock: WallClock,
    ) -> Result<Self, SignInError> {
        let listener = Listener::bind()?;
        let request = Authorization::new(&endpoints, listener.port(), &hint);
        Ok(Self { endpoints, listener, request, deadline: Deadline::after(patience, clock) })
    }

    /// Where the browser goes: to be opened, and to be copied on this machine.
    pub fn link(&self) -> &Url {
        &self.request.link
    }

    /// When the attempt ends by itself.
    pub fn until(&self) -> Timestamp {
        self.deadline.wall
    }

    /// Waits for the browser and makes a session of its answer, which is to be kept in `store`
    /// ([`Session::keep`]). `on_code` is called when a code has come.
    ///
    /// # Errors
    ///
    /// [`SignInError`], after which the person starts again.
    pub async fn finish(
        self,
        store: TokenStore,
        on_code: impl FnOnce() + Send,
    ) -> Result<Session<E>, SignInError> {
        let Self { endpoints, listener, request, deadline } = self;
        let expected = Expected {
            state: request.state,
            authority: endpoints.authority().clone(),
            issuer: endpoints.issuer(),
        };
        let clock = deadline.clock.clone();
        let reply = tokio::select! {
            biased;
            reply = listener.answer(expected) => reply?,
            () = deadline.over() => return Err(SignInError::TimedOut),
        };
        let code = match reply {
            Reply::Code(code) => code,
            Reply::Refused { error, .. } if error == "access_denied" => {
                return Err(SignInError::Declined);
            }
            Reply::Refused { error, description } => {
                let refusal = token::refusal_in_browser(error, &description);
                return Err(SignInError::Refused(refusal));
            }
        };
        on_code();

        let http = endpoints.http(Purpose::SignIn).map_err(|error| {
            tracing::error!(error = %error.without_url(), "no HTTP client for the authority");
            InvalidAnswer::NoClient
        })?;
        let grant =
            token::redeem(&http, &endpoints, &code, &request.redirect, &request.verifier).await?;
        let id_token = grant.id_token.as_ref().ok_or(InvalidAnswer::NoIdToken)?;
        let account =
            claims::account(id_token.expose_secret(), &endpoints, &request.nonce, clock.now())?;
        Ok(Session::begin(account, endpoints, http, grant, store, clock))
    }
}

/// When an attempt ends, by two clocks: the monotonic one may stand still while a computer sleeps,
/// the other one may be set back.
struct Deadline {
    wall: Timestamp,
    monotonic: Instant,
    clock: WallClock,
}

impl Deadline {
    fn after(patience: Duration, clock: WallClock) -> Self {
        Self { wall: clock.now() + patience, monotonic: Instant::now() + patience, clock }
    }

    async fn over(self) {
        loop {
            let left = self.monotonic.saturating_duration_since(Instant::now());
            if left.is_zero() || self.clock.now() >= self.wall {
                return;
            }
            tokio::time::sleep(left.min(Duration::from_secs(1))).await;
        }
    }
}

impl<E> fmt::Debug for Attempt<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}

impl From<TokenError> for SignInError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused(refusal) => Self::Refused(refusal),
            TokenError::Unreachable { host, source } => Self::Unreachable { host, source },
            TokenError::Invalid(invalid) => Self::Invalid(invalid),
        }
    }
}
