//! How new the tokens are that this program has put into the keyring.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The greatest generation of each account, by the stem of its files. By it a write that comes late
/// knows that it was overtaken.
#[derive(Default)]
pub(super) struct Newest(Mutex<HashMap<String, u64>>);

impl Newest {
    /// Notes a token that is about to be put there.
    pub(super) fn put(&self, stem: &str, generation: u64) {
        let mut newest = self.held();
        let known = newest.entry(stem.to_owned()).or_default();
        *known = generation.max(*known);
    }

    /// Whether one was put there that is newer than this.
    pub(super) fn is_after(&self, stem: &str, generation: u64) -> bool {
        self.held().get(stem).is_some_and(|newest| *newest > generation)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
