//! Who answers: asks one digest as one account.

pub mod defender;
mod error;

use std::sync::Arc;

use jiff::Timestamp;

pub use error::{ApiError, Incomplete, Refusal};

use crate::{alert::Alert, digest::Sha1Digest, identity::Account, quota::Turn, view::UserError};

/// Answers lookups, as one account.
#[async_trait::async_trait]
pub trait AlertSource: Send + Sync {
    /// Whom it asks as.
    fn account(&self) -> &Account;

    /// Asks for the alerts of a file that the account may see.
    ///
    /// `turn` is the reserved call; further pages take further turns. Dropping the future cancels.
    ///
    /// # Errors
    ///
    /// [`ApiError`] if nothing of the answer arrived, or if the rest of it is refused for now
    /// ([`ApiError::Throttled`]): then it is to be asked again from the start. What else arrived in
    /// part is an answer with [`Answer::incomplete`] set.
    async fn ask(&self, sha1: Sha1Digest, turn: Turn) -> Result<Answer, ApiError>;

    /// What is behind an error of this source, where looking into it can tell more. It may take
    /// seconds, and asks nothing of the API.
    async fn explained(&self, error: ApiError) -> ApiError {
        error
    }
}

/// What a source said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The alerts, in the source's order.
    pub alerts: Vec<Arc<Alert>>,
    /// Why this is not the whole answer; none if it is complete and well-formed.
    pub incomplete: Option<Incomplete>,
    /// Where it came from.
    pub provenance: Provenance,
}

/// Where an answer came from.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// Whom the answer was given to.
    pub account: Arc<Account>,
    /// The host that answered.
    pub host: String,
    /// When the last part arrived.
    pub at: Timestamp,
    /// The ids of the requests by which Microsoft's support finds them, as far as the responses
    /// carried any: at most one a page, of at most 100 characters of visible ASCII.
    pub requests: Vec<String>,
}

impl Answer {
    /// Why the session ended while the answer arrived, if it did: what came before is in the answer,
    /// which is incomplete, and no call will succeed before the person has signed in again.
    pub fn session_ended(&self) -> Option<&UserError> {
        match &self.incomplete {
            Some(Incomplete::SessionEnded { error, .. }) => Some(error),
            Some(
                Incomplete::PageMissing { .. }
                | Incomplete::LinkRefused { .. }
                | Incomplete::TooManyPages { .. }
                | Incomplete::EntriesUnreadable { .. }
                | Incomplete::Partial
                | Incomplete::Damaged,
            )
            | None => None,
        }
    }
}
