//! One attempt to sign in: listen, send the browser, take the first valid answer, redeem, check.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use secrecy::ExposeSecret;
use tokio::time::Instant;
use url::Url;

use super::{
    Endpoints, Heard, Purpose, Request, Session, SignInError, WallClock,
    authorization::Authorization,
    claims,
    error::InvalidAnswer,
    loopback::{Expected, Listener, Reply},
    refusal,
    token::{self, TokenError},
};
use crate::{token_store::TokenStore, view::ErrorCode};

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
    pub async fn begin(endpoints: E, request: impl Into<Request>) -> Result<Self, SignInError> {
        Self::begin_with(endpoints, request, Self::PATIENCE, WallClock::of_system()).await
    }

    /// The same with another patience than five minutes, and another clock.
    ///
    /// # Errors
    ///
    /// [`SignInError::Listener`] if no port can be had.
    #[expect(clippy::unused_async, reason = "sockets can be bound only within a runtime")]
    pub async fn begin_with(
        endpoints: E,
        request: impl Into<Request>,
        patience: Duration,
        clock: WallClock,
    ) -> Result<Self, SignInError> {
        let Request { hint, permission, claims } = request.into();
        let permission = permission.unwrap_or(endpoints.permission());
        let endpoints = endpoints.with_permission(permission);
        let listener = Listener::bind()?;
        let request = Authorization::new(&endpoints, listener.port(), &hint, claims);
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
    /// ([`Session::keep`]). `told` is called with what is heard of the browser meanwhile.
    ///
    /// # Errors
    ///
    /// [`SignInError`], after which the person starts again.
    pub async fn finish(
        self,
        store: TokenStore,
        told: impl Fn(Heard) + Send + Sync,
    ) -> Result<Session<E>, SignInError> {
        let Self { endpoints, listener, request, deadline } = self;
        let expected = Expected {
            state: request.state,
            authority: endpoints.authority().clone(),
            issuer: endpoints.issuer(),
            mode: endpoints.response_mode(),
        };
        let clock = deadline.clock.clone();
        let reply = tokio::select! {
            biased;
            reply = listener.answer(expected, &told) => reply?,
            () = deadline.over() => return Err(SignInError::TimedOut),
        };
        let code = match reply {
            Reply::Code(code) => code,
            Reply::Refused { error, description } => {
                return Err(refused(error, &description));
            }
        };
        told(Heard::Code);

        let http = endpoints.http(Purpose::SignIn).map_err(|error| {
            tracing::error!(error = %error.without_url(), "no HTTP client for the authority");
            InvalidAnswer::NoClient
        })?;
        let grant = token::redeem(
            &http,
            &endpoints,
            &code,
            &request.redirect,
            &request.verifier,
            request.claims.as_ref(),
        )
        .await?;
        let id_token = grant.id_token.as_ref().ok_or(InvalidAnswer::NoIdToken)?;
        let (id_token, now) = (id_token.expose_secret(), clock.now());
        let account = claims::account(id_token, &endpoints, &request.nonce, grant.sent, now)?;
        Ok(Session::begin(account, endpoints, http, grant, store, clock))
    }
}

/// What an error in the browser's answer is. Whoever pressed Cancel knows it; another number than
/// that of a declined consent tells more.
fn refused(error: String, description: &str) -> SignInError {
    let is_denied = error == "access_denied";
    let refusal = refusal::in_browser(error, description);
    if is_denied && matches!(refusal.meaning(), None | Some(ErrorCode::ConsentDeclined)) {
        SignInError::Declined
    } else {
        SignInError::Refused(refusal)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_presses_cancel_declines_and_another_denial_is_told_by_its_number() {
        for description in ["", "The user cancelled", "AADSTS65004: User declined to consent"] {
            let error = refused("access_denied".into(), description);
            assert!(matches!(error, SignInError::Declined), "{description}");
        }
        for (error, description, number) in [
            ("access_denied", "AADSTS90095: Admin consent is required", 90_095),
            ("server_error", "AADSTS65004: User declined to consent", 65_004),
            ("invalid_client", "AADSTS650057: Invalid resource", 650_057),
        ] {
            let SignInError::Refused(refusal) = refused(error.into(), description) else {
                panic!("{description}")
            };
            assert_eq!((&*refusal.error, refusal.number), (error, Some(number)));
        }
    }
}
