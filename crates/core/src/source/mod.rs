//! Who answers: asks one digest as one account.

pub mod defender;
mod error;

use std::sync::Arc;

use jiff::Timestamp;

pub use error::{ApiError, Incomplete, Refusal};

use crate::{alert::Alert, digest::Sha1Digest, identity::Account, quota::Turn};

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
    /// [`ApiError`] if nothing of the answer arrived. What arrived in part is an answer with
    /// [`Answer::incomplete`] set.
    async fn ask(&self, sha1: Sha1Digest, turn: Turn) -> Result<Answer, ApiError>;
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
}
