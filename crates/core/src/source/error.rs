//! Why there is no answer, or not a whole one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    identity::AuthError,
    network::Trouble,
    view::{ErrorCode, UserError},
};

/// Why a call to the Defender API gave no answer.
///
/// Variants exist because a caller acts differently on them. Messages carry no token, no response
/// body and no file name, so they may be logged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// There is no usable access token.
    #[error("no access token")]
    Auth(#[from] AuthError),
    /// The session was not accepted, even with a new token (HTTP 401).
    #[error("Defender did not accept the session")]
    Unauthorized(Refusal),
    /// The organisation has no licence for Defender, or has not set it up (HTTP 401).
    #[error("the organisation has no active licence")]
    NotLicensed(Refusal),
    /// The app lacks a permission (HTTP 403).
    #[error("the app lacks a permission of Defender")]
    ScopeMissing {
        /// What Defender asks for, as far as it said: at most 16 names of at most 64 bytes.
        required: Vec<String>,
        /// What it said.
        refusal: Refusal,
    },
    /// Defender asks for the greater of the two permissions, and the session has the lesser one
    /// (HTTP 403).
    #[error("Defender asks for Alert.ReadWrite")]
    ReadWriteNeeded(Refusal),
    /// The person lacks a role in Defender (HTTP 403).
    #[error("the person lacks a role in Defender")]
    RoleMissing(Refusal),
    /// Something refused and did not say what for (HTTP 403): a feature that is switched off, or
    /// somebody before Defender.
    #[error("access to the alerts of a file was refused")]
    Forbidden(Refusal),
    /// The route does not exist (HTTP 404 or 410): an unknown file is never one.
    #[error("Defender does not know the route")]
    NotFound {
        /// The host asked.
        host: String,
    },
    /// The request was wrong (HTTP 400 and other 4xx).
    #[error("Defender rejected the request")]
    Rejected(Refusal),
    /// Defender asks to wait (HTTP 429).
    #[error("Defender is throttling")]
    Throttled {
        /// What `Retry-After` said, if it said anything.
        retry_after: Option<Duration>,
    },
    /// Defender failed (HTTP 5xx).
    #[error("Defender failed (HTTP {status})")]
    Server {
        /// The status.
        status: u16,
    },
    /// A redirect; none is followed, for a token must not travel.
    #[error("Defender redirected (HTTP {status})")]
    Redirected {
        /// The status.
        status: u16,
        /// Where to, if it said so.
        host: Option<String>,
    },
    /// The answer was not what the API reference describes.
    #[error("Defender sent an unexpected answer (HTTP {status})")]
    Unexpected {
        /// The status.
        status: u16,
    },
    /// The answer was larger than any honest one.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The connection broke before the answer was whole.
    #[error("the answer broke off")]
    BrokenOff {
        /// The host asked.
        host: String,
        /// The cause, without the URL.
        #[source]
        source: reqwest::Error,
    },
    /// Defender could not be reached.
    #[error("Defender could not be reached")]
    Unreachable {
        /// The host asked.
        host: String,
        /// The cause, without the URL.
        #[source]
        source: reqwest::Error,
    },
    /// Defender could not be reached, and it was found out what is in the way.
    #[error("something is in the way to Defender")]
    InTheWay(Trouble),
    /// The code that asks failed.
    #[error("the asking failed inside the app")]
    Panicked,
    /// Defender did not answer in time, or said so of us (HTTP 408).
    #[error("Defender did not answer in time")]
    TimedOut {
        /// The host asked.
        host: String,
    },
}

/// What Defender said with a refusal ("Common REST API error codes" page).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Its free text; may be empty.
    pub message: String,
    /// The request's id, for Microsoft's support; of no fixed form.
    pub request: String,
}

/// Why an answer is not the whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Incomplete {
    /// A later page did not arrive.
    PageMissing {
        /// Which, counted from 1.
        page: u32,
    },
    /// A later page did not arrive, since the session had ended meanwhile.
    SessionEnded {
        /// Which, counted from 1.
        page: u32,
        /// Why the session ended. Of a kept answer, that it did.
        #[serde(skip, default = "session_ended")]
        error: UserError,
    },
    /// The link to the next page was not acceptable, so it was not followed.
    LinkRefused {
        /// The page that carried it, counted from 1.
        page: u32,
    },
    /// There were more pages than any honest answer has.
    TooManyPages {
        /// The limit.
        pages: u32,
    },
    /// Entries could not be read as alerts.
    EntriesUnreadable {
        /// How many.
        count: u32,
    },
    /// The server itself marked the answer as partial.
    Partial,
    /// The answer came with something in it that no answer has, such as bytes that are no text or a
    /// second list.
    Damaged,
}

fn session_ended() -> UserError {
    UserError::new(ErrorCode::SessionEnded)
}

impl Incomplete {
    /// Without this page and those after it.
    pub(super) fn without(page: u32, error: &ApiError) -> Self {
        if error.needs_person() {
            Self::SessionEnded { page, error: error.into() }
        } else {
            Self::PageMissing { page }
        }
    }
}

impl ApiError {
    /// Whether no call of this session will succeed before the person has signed in again, or somebody
    /// has set the organisation up.
    pub fn needs_person(&self) -> bool {
        match self {
            Self::Unauthorized(_) | Self::NotLicensed(_) | Self::ReadWriteNeeded(_) => true,
            Self::Auth(error) => error.needs_person(),
            Self::Server { .. }
            | Self::BrokenOff { .. }
            | Self::Unreachable { .. }
            | Self::InTheWay(_)
            | Self::TimedOut { .. }
            | Self::ScopeMissing { .. }
            | Self::RoleMissing(_)
            | Self::Forbidden(_)
            | Self::NotFound { .. }
            | Self::Rejected(_)
            | Self::Throttled { .. }
            | Self::Redirected { .. }
            | Self::Unexpected { .. }
            | Self::TooLarge { .. }
            | Self::Panicked => false,
        }
    }

    /// Whether the same call may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Server { .. }
            | Self::BrokenOff { .. }
            | Self::Unreachable { .. }
            | Self::InTheWay(_)
            | Self::TimedOut { .. } => true,
            Self::Auth(error) => error.is_transient(),
            Self::Unauthorized(_)
            | Self::NotLicensed(_)
            | Self::ScopeMissing { .. }
            | Self::ReadWriteNeeded(_)
            | Self::RoleMissing(_)
            | Self::Forbidden(_)
            | Self::NotFound { .. }
            | Self::Rejected(_)
            | Self::Throttled { .. }
            | Self::Redirected { .. }
            | Self::Unexpected { .. }
            | Self::TooLarge { .. }
            | Self::Panicked => false,
        }
    }
}

impl From<&ApiError> for UserError {
    fn from(error: &ApiError) -> Self {
        let refused = |code, refusal: &Refusal| {
            Self::new(code)
                .with("message", refusal.message.as_str())
                .with("request", refusal.request.as_str())
        };
        match error {
            ApiError::Auth(error) => error.into(),
            ApiError::Unauthorized(refusal) => refused(ErrorCode::Unauthorized, refusal),
            ApiError::NotLicensed(refusal) => refused(ErrorCode::NotLicensed, refusal),
            ApiError::ScopeMissing { required, refusal } => {
                let error = refused(ErrorCode::ScopeMissing, refusal);
                // Where Defender did not say which, the app's own is the one.
                let required =
                    if required.is_empty() { "Alert.Read" } else { &required.join(", ") };
                error.with("required", required)
            }
            ApiError::ReadWriteNeeded(refusal) => refused(ErrorCode::ReadWriteNeeded, refusal),
            ApiError::RoleMissing(refusal) => refused(ErrorCode::RoleMissing, refusal),
            ApiError::Forbidden(refusal) => refused(ErrorCode::Forbidden, refusal),
            ApiError::NotFound { host } => {
                Self::new(ErrorCode::NotFound).with("host", host.as_str())
            }
            ApiError::Rejected(refusal) => refused(ErrorCode::Rejected, refusal),
            ApiError::Throttled { retry_after } => {
                let seconds = retry_after.map_or(60, |wait| wait.as_secs());
                Self::new(ErrorCode::Throttled)
                    .with("seconds", u32::try_from(seconds).unwrap_or(u32::MAX))
            }
            ApiError::Server { status } => {
                Self::new(ErrorCode::ServerError).with("status", *status)
            }
            ApiError::Redirected { status, host } => Self::new(ErrorCode::Redirected)
                .with("status", *status)
                .with("host", host.as_deref().unwrap_or("?")),
            ApiError::Unexpected { status } => {
                Self::new(ErrorCode::UnexpectedAnswer).with("status", *status)
            }
            ApiError::TooLarge { limit } => Self::new(ErrorCode::TooLarge)
                .with("megabytes", u32::try_from(limit >> 20).unwrap_or(u32::MAX)),
            ApiError::BrokenOff { host, .. } => {
                Self::new(ErrorCode::BrokenOff).with("host", host.as_str())
            }
            ApiError::InTheWay(trouble) => trouble.into(),
            ApiError::Unreachable { host, .. } => {
                Self::new(ErrorCode::Offline).with("host", host.as_str())
            }
            ApiError::Panicked => Self::new(ErrorCode::AskingFailed),
            ApiError::TimedOut { host } => {
                Self::new(ErrorCode::TimedOut).with("host", host.as_str())
            }
        }
    }
}

impl From<&Incomplete> for UserError {
    fn from(incomplete: &Incomplete) -> Self {
        match incomplete {
            Incomplete::PageMissing { page } | Incomplete::SessionEnded { page, .. } => {
                Self::new(ErrorCode::PageMissing).with("page", *page)
            }
            Incomplete::LinkRefused { page } => {
                Self::new(ErrorCode::LinkRefused).with("page", *page)
            }
            Incomplete::TooManyPages { pages } => {
                Self::new(ErrorCode::TooManyPages).with("pages", *pages)
            }
            Incomplete::EntriesUnreadable { count } => {
                Self::new(ErrorCode::EntriesUnreadable).with("count", *count)
            }
            Incomplete::Partial => Self::new(ErrorCode::Partial),
            Incomplete::Damaged => Self::new(ErrorCode::AnswerDamaged),
        }
    }
}
