//! Asking one digest, and the only retry policy there is.

use std::{sync::Arc, time::Duration};

use super::Outcome;
use crate::{
    digest::Sha1Digest,
    quota::{Quota, Turn},
    source::{AlertSource, ApiError},
};

/// How a lookup goes on.
#[derive(Debug)]
pub enum Progress {
    /// It waits for its turn, again.
    Waiting,
    /// It was refused with all others, and keeps its place.
    Refused,
    /// It asks.
    Asking,
    /// It waits to be tried again after a failure that may pass.
    Retrying,
    /// It ended.
    Ended(Outcome),
}

/// The pauses before the second and third attempt.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// Asks until there is an answer or a failure that will not pass by itself. `turn` is the first call.
///
/// A refusal to be patient (HTTP 429) closes the quota for all and costs no attempt; a failure that
/// may pass is tried twice again. Dropping the future ends the lookup.
pub async fn ask(
    source: Arc<dyn AlertSource>,
    quota: Arc<Quota>,
    mut turn: Turn,
    sha1: Sha1Digest,
    report: impl Fn(Progress),
) {
    let mut pauses = PAUSES.into_iter();
    loop {
        report(Progress::Asking);
        match source.ask(sha1, turn).await {
            Err(ApiError::Throttled { retry_after }) => {
                quota.refused(retry_after);
                return report(Progress::Refused);
            }
            Err(error) if error.is_transient() => {
                let Some(pause) = pauses.next() else {
                    return report(Progress::Ended(Err(source.explained(error).await)));
                };
                tracing::info!(%error, "a lookup is tried again");
                report(Progress::Retrying);
                tokio::time::sleep(pause).await;
                report(Progress::Waiting);
                turn = quota.turn().await;
            }
            outcome => return report(Progress::Ended(outcome)),
        }
    }
}
