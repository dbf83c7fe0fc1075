//! Whether the person has signed out since something was begun, in this program.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{TokenStoreError, disk::Disk, marker::Marker};
use crate::identity::AccountId;

/// Counts how often the person has signed out of each account, by the stem of its files. What
/// changes a marker holds the count, so that no sign-out begins between a look and a change.
#[derive(Default)]
pub(super) struct SignOuts(Mutex<HashMap<String, u64>>);

impl SignOuts {
    /// How often it was so far.
    pub(super) fn of(&self, stem: &str) -> u64 {
        self.held().get(stem).copied().unwrap_or_default()
    }

    /// Begins one. Tells whether there is anything to remove.
    pub(super) fn begin(
        &self,
        disk: &dyn Disk,
        stem: &str,
        account: &AccountId,
    ) -> Result<bool, TokenStoreError> {
        let mut counts = self.held();
        *counts.entry(stem.to_owned()).or_default() += 1;
        Marker::sign_out(disk, stem, account)
    }

    /// Changes a marker while none begins. The change is told how often it was so far.
    pub(super) fn while_none_begins<T>(&self, stem: &str, change: impl FnOnce(u64) -> T) -> T {
        let counts = self.held();
        change(counts.get(stem).copied().unwrap_or_default())
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
