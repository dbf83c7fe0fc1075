//! What was found and is no item: counted by reason, the first ones named.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, RandomState},
    path::Path,
};

use super::Origin;
use crate::view::{LeftOut, LeftOutReason, Shown};

/// What was left out, by reason. What is met again is counted once, and what is taken in later not
/// at all: the same folder may be dropped twice.
#[derive(Debug, Clone, Default)]
pub struct LeftOutTally {
    reasons: BTreeMap<LeftOutReason, Entries>,
    /// By the hashes of their paths, which cost less memory than the paths.
    known: HashMap<u64, LeftOutReason>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Entries {
    count: u32,
    /// The first ones, with their hashes.
    first: Vec<(u64, Shown)>,
}

impl LeftOutTally {
    /// How many paths are kept for each reason.
    const NAMED: usize = 5;

    /// Counts one.
    pub fn add(&mut self, reason: LeftOutReason, path: &Path) {
        let hash = self.hasher.hash_one(path);
        match self.known.insert(hash, reason) {
            Some(before) if before == reason => return,
            Some(before) => self.uncount(before, hash),
            None => {}
        }
        let entries = self.reasons.entry(reason).or_default();
        entries.count = entries.count.saturating_add(1);
        if entries.first.len() < Self::NAMED {
            entries.first.push((hash, Shown::of_os(path.as_os_str())));
        }
    }

    /// What lies there was taken in after all.
    pub fn take_back(&mut self, path: &Path) {
        if !self.known.is_empty() {
            let hash = self.hasher.hash_one(path);
            if let Some(before) = self.known.remove(&hash) {
                self.uncount(before, hash);
            }
        }
    }

    /// The same for files that are taken in. That a text among them could not be looked through is
    /// told again if it cannot be again.
    pub fn take_back_all(&mut self, files: &[Origin]) {
        if !self.known.is_empty() {
            for file in files {
                self.take_back(&file.at.path());
            }
        }
    }

    fn uncount(&mut self, reason: LeftOutReason, hash: u64) {
        if let Some(entries) = self.reasons.get_mut(&reason) {
            entries.count = entries.count.saturating_sub(1);
            entries.first.retain(|(known, _)| *known != hash);
            if entries.count == 0 {
                self.reasons.remove(&reason);
            }
        }
    }

    /// Counts so many that are not named.
    pub fn add_many(&mut self, reason: LeftOutReason, count: u32) {
        if count > 0 {
            let entries = self.reasons.entry(reason).or_default();
            entries.count = entries.count.saturating_add(count);
        }
    }

    /// How many there are of each reason.
    pub fn counts(&self) -> impl Iterator<Item = (LeftOutReason, u32)> {
        self.reasons.iter().map(|(reason, entries)| (*reason, entries.count))
    }

    /// The same for the window.
    pub fn view(&self) -> Vec<LeftOut> {
        let view = self.reasons.iter().map(|(reason, Entries { count, first })| LeftOut {
            reason: *reason,
            count: *count,
            first: first.iter().map(|(_, shown)| shown.clone()).collect(),
        });
        view.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_five_of_a_reason_named() {
        let mut tally = LeftOutTally::default();
        for name in ["a", "b", "c", "d", "e", "f"] {
            tally.add(LeftOutReason::Link, Path::new(name));
        }
        tally.add(LeftOutReason::Unreadable, Path::new("g"));
        tally.add_many(LeftOutReason::Unreadable, 2);

        let view = tally.view();
        let names: Vec<String> = view[0].first.iter().map(Shown::flat).collect();
        assert_eq!((view[0].reason, view[0].count), (LeftOutReason::Link, 6));
        assert_eq!(names, ["a", "b", "c", "d", "e"]);
        assert_eq!((view[1].reason, view[1].count), (LeftOutReason::Unreadable, 3));
    }

    #[test]
    fn what_is_met_again_is_counted_once_and_what_is_taken_in_later_not_at_all() {
        let mut tally = LeftOutTally::default();
        for _ in 0..2 {
            tally.add(LeftOutReason::Cancelled, Path::new("a"));
            tally.add(LeftOutReason::Cancelled, Path::new("b"));
        }
        assert_eq!(tally.counts().collect::<Vec<_>>(), [(LeftOutReason::Cancelled, 2)]);

        tally.add(LeftOutReason::Unreadable, Path::new("a"));
        assert_eq!(
            tally.counts().collect::<Vec<_>>(),
            [(LeftOutReason::Unreadable, 1), (LeftOutReason::Cancelled, 1)]
        );

        tally.take_back(Path::new("b"));
        tally.take_back(Path::new("c"));
        let view = tally.view();
        assert_eq!((view.len(), view[0].reason), (1, LeftOutReason::Unreadable));
        assert_eq!(view[0].first[0].flat(), "a");
    }
}
