//! Why there is no session, or no token.

use std::sync::Arc;

use super::{AuthorityRefusal, Claims, TokenForm, claims::ClaimsError, loopback::ListenError};
use crate::view::{ErrorCode, UserError};

/// Why an attempt to sign in gave no session.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// No loopback port could be had, or strangers wore the attempt out.
    #[error("the browser could not be listened to")]
    Listener(#[from] ListenError),
    /// Nothing came back in time.
    #[error("nothing came back from the browser in time")]
    TimedOut,
    /// The person declined.
    #[error("the person declined")]
    Declined,
    /// The authority refused, in the browser or at the token endpoint.
    #[error("the authority refused")]
    Refused(AuthorityRefusal),
    /// The authority could not be reached.
    #[error("the authority could not be reached")]
    Unreachable {
        /// The host asked.
        host: String,
        /// The cause, without the URL.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// What the authority sent is not an answer to this attempt.
    #[error("the authority's answer is not valid")]
    Invalid(#[from] InvalidAnswer),
    /// The id token is not valid yet or not any more: a clock is wrong.
    #[error("this computer's clock and the authority's differ")]
    Clock(Option<Drift>),
}

impl SignInError {
    /// What the next attempt has to ask for, if the authority said so.
    pub fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Refused(refusal) => refusal.claims.as_ref(),
            Self::Listener(_)
            | Self::TimedOut
            | Self::Declined
            | Self::Unreachable { .. }
            | Self::Invalid(_)
            | Self::Clock(_) => None,
        }
    }
}

/// How far this computer's clock is from the authority's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    /// Whole minutes, rounded to the nearest.
    pub minutes: u32,
    /// Whether this computer's clock is the later one.
    pub is_ahead: bool,
}

/// What is wrong with an answer of the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAnswer {
    /// It is not the JSON of a token response.
    #[error("not a token response")]
    NotATokenResponse,
    /// The token is of a type this app does not know.
    #[error("not a bearer token")]
    NotBearer,
    /// The access token fits no header.
    #[error("the access token fits no header")]
    TokenForm,
    /// There is no id token.
    #[error("no id token")]
    NoIdToken,
    /// The id token is of another issuer, audience, tenant or attempt.
    #[error("the id token is not for this attempt")]
    Claims(&'static str),
    /// The HTTP client could not be made.
    #[error("no HTTP client")]
    NoClient,
}

impl InvalidAnswer {
    /// What the answer lacks, in a word or two.
    fn detail(self) -> &'static str {
        match self {
            Self::NotATokenResponse => "token response",
            Self::NotBearer => "token type",
            Self::TokenForm => "access token",
            Self::NoIdToken => "id token",
            Self::Claims(claim) => claim,
            Self::NoClient => "client",
        }
    }
}

impl From<TokenForm> for InvalidAnswer {
    fn from(_: TokenForm) -> Self {
        Self::TokenForm
    }
}

impl From<ClaimsError> for SignInError {
    fn from(error: ClaimsError) -> Self {
        match error {
            ClaimsError::Clock(drift) => Self::Clock(drift),
            ClaimsError::Malformed => Self::Invalid(InvalidAnswer::Claims("form")),
            ClaimsError::Wrong(claim) => Self::Invalid(InvalidAnswer::Claims(claim)),
        }
    }
}

/// Why a session gives no access token.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The session ended; the person has to sign in again.
    #[error("the session ended")]
    Ended(AuthorityRefusal),
    /// The authority wants to see the person, and the session goes on meanwhile. Its claims, if it
    /// has any, belong to the next attempt to sign in.
    #[error("the authority wants the person to sign in again")]
    Interaction(AuthorityRefusal),
    /// The authority does not serve this app as it is set up; the session goes on.
    #[error("the authority does not serve the app as it is set up")]
    Configuration(AuthorityRefusal),
    /// The API refuses a new access token as well: a further one would not be accepted either.
    #[error("the API accepts no access token of this session")]
    Rejected,
    /// The authority could not be reached, or failed; the session goes on.
    #[error("the authority could not be reached")]
    Unreachable {
        /// The host asked.
        host: String,
        /// The cause, without the URL. One refresh answers all who wait for it.
        #[source]
        source: Option<Arc<reqwest::Error>>,
    },
    /// The authority's answer made no sense; the session goes on.
    #[error("the authority's answer is not valid")]
    Invalid(#[from] InvalidAnswer),
}

impl AuthError {
    /// Whether no call of this session will succeed before the person has signed in again.
    pub fn needs_person(&self) -> bool {
        match self {
            Self::Ended(_) | Self::Interaction(_) | Self::Configuration(_) | Self::Rejected => true,
            Self::Unreachable { .. } | Self::Invalid(_) => false,
        }
    }

    /// Whether the same call may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Ended(_)
            | Self::Interaction(_)
            | Self::Configuration(_)
            | Self::Rejected
            | Self::Invalid(_) => false,
        }
    }

    /// What the next attempt to sign in has to ask for, if the authority or the API said so.
    pub fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Interaction(refusal) => refusal.claims.as_ref(),
            Self::Ended(_)
            | Self::Configuration(_)
            | Self::Rejected
            | Self::Unreachable { .. }
            | Self::Invalid(_) => None,
        }
    }
}

impl From<&SignInError> for UserError {
    fn from(error: &SignInError) -> Self {
        match error {
            SignInError::Listener(ListenError::NoPort(_)) => Self::new(ErrorCode::SignInNoListener),
            SignInError::Listener(ListenError::TooManyStrangers) => {
                Self::new(ErrorCode::SignInInvalid).with("detail", "state")
            }
            SignInError::TimedOut => Self::new(ErrorCode::SignInTimedOut),
            SignInError::Declined => Self::new(ErrorCode::SignInDeclined),
            SignInError::Refused(refusal) => refusal.told(ErrorCode::SignInRefused),
            SignInError::Unreachable { host, .. } => {
                Self::new(ErrorCode::AuthorityUnreachable).with("host", host.as_str())
            }
            SignInError::Invalid(invalid) => {
                Self::new(ErrorCode::SignInInvalid).with("detail", invalid.detail())
            }
            SignInError::Clock(None) => Self::new(ErrorCode::SignInClock),
            SignInError::Clock(Some(drift)) => {
                let code = if drift.is_ahead { ErrorCode::ClockFast } else { ErrorCode::ClockSlow };
                Self::new(code).with("minutes", drift.minutes)
            }
        }
    }
}

impl From<&AuthError> for UserError {
    fn from(error: &AuthError) -> Self {
        match error {
            AuthError::Ended(refusal) => refusal.told(ErrorCode::SessionEnded),
            AuthError::Interaction(refusal) => refusal.told(ErrorCode::PersonNeeded),
            AuthError::Configuration(refusal) => refusal.told(ErrorCode::SignInRefused),
            AuthError::Rejected => Self::new(ErrorCode::Unauthorized),
            AuthError::Unreachable { host, .. } => {
                Self::new(ErrorCode::AuthorityUnreachable).with("host", host.as_str())
            }
            AuthError::Invalid(_) => Self::new(ErrorCode::RenewalInvalid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Fact;

    #[test]
    fn a_refusal_tells_what_support_needs_and_leaves_out_what_is_not_known() {
        let whole = AuthorityRefusal {
            error: "invalid_grant".into(),
            suberror: Some("of_another_year".into()),
            number: Some(99_999),
            challenged: false,
            claims: None,
            correlation: Some("c-1".into()),
            time: Some("2026-01-05 08:00:00Z".into()),
        };

        let told = UserError::from(&SignInError::Refused(whole.clone()));
        assert_eq!(told.code, ErrorCode::SignInRefused);
        assert_eq!(told.facts["number"], Fact::from(99_999_u32));
        assert_eq!(told.facts["correlation"], Fact::from("c-1"));
        assert_eq!(told.facts["time"], Fact::from("2026-01-05 08:00:00Z"));

        let ended = UserError::from(&AuthError::Ended(AuthorityRefusal::default()));
        assert_eq!(ended, UserError::new(ErrorCode::SessionEnded));
        let wanted = UserError::from(&AuthError::Interaction(AuthorityRefusal::default()));
        assert_eq!(wanted, UserError::new(ErrorCode::PersonNeeded));
        let set_up = UserError::from(&AuthError::Configuration(AuthorityRefusal::default()));
        assert_eq!(set_up, UserError::new(ErrorCode::SignInRefused));
    }

    #[test]
    fn each_error_has_its_code() {
        let host = || "login.example".to_owned();
        let drift = |is_ahead| Drift { minutes: 9, is_ahead };
        let no_port = ListenError::NoPort(std::io::ErrorKind::AddrInUse.into());
        let unreachable = SignInError::Unreachable { host: host(), source: None };
        let cases = [
            (SignInError::Listener(no_port), ErrorCode::SignInNoListener),
            (SignInError::Listener(ListenError::TooManyStrangers), ErrorCode::SignInInvalid),
            (SignInError::TimedOut, ErrorCode::SignInTimedOut),
            (SignInError::Declined, ErrorCode::SignInDeclined),
            (unreachable, ErrorCode::AuthorityUnreachable),
            (SignInError::Invalid(InvalidAnswer::NoIdToken), ErrorCode::SignInInvalid),
            (ClaimsError::Wrong("nonce").into(), ErrorCode::SignInInvalid),
            (ClaimsError::Clock(None).into(), ErrorCode::SignInClock),
            (SignInError::Clock(Some(drift(true))), ErrorCode::ClockFast),
            (SignInError::Clock(Some(drift(false))), ErrorCode::ClockSlow),
        ];
        for (error, code) in cases {
            assert_eq!(UserError::from(&error).code, code, "{error:?}");
        }

        let away = UserError::from(&AuthError::Unreachable { host: host(), source: None });
        assert_eq!(away.code, ErrorCode::AuthorityUnreachable);
        assert_eq!(away.facts["host"], Fact::from("login.example"));
    }
}
