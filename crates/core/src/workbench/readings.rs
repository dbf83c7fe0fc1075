//! What the reader threads report, on its way to the actor: together, however many they are.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::{digest::Reading, lookup::ReadingOf};

/// Where reports lie until the actor takes them.
#[derive(Default)]
pub(super) struct Readings {
    reports: Mutex<Vec<(ReadingOf, Reading)>>,
    told: Notify,
}

impl Readings {
    /// Lays down a report; from any thread.
    pub(super) fn tell(&self, of: ReadingOf, reading: Reading) {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).push((of, reading));
        self.told.notify_one();
    }

    /// Waits until there is a report.
    pub(super) async fn come(&self) {
        self.told.notified().await;
    }

    /// Takes all that there are, in their order.
    pub(super) fn take(&self) -> Vec<(ReadingOf, Reading)> {
        std::mem::take(&mut *self.reports.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
