//! What was found and is no item: counted by reason, the first ones named.

use std::{collections::BTreeMap, path::Path};

use crate::view::{LeftOut, LeftOutReason, Shown};

/// What was left out, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOutTally(BTreeMap<LeftOutReason, Entries>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Entries {
    count: u32,
    first: Vec<Shown>,
}

impl LeftOutTally {
    /// How many paths are kept for each reason.
    const NAMED: usize = 5;

    /// Counts one.
    pub fn add(&mut self, reason: LeftOutReason, path: &Path) {
        let entries = self.0.entry(reason).or_default();
        entries.count = entries.count.saturating_add(1);
        if entries.first.len() < Self::NAMED {
            entries.first.push(Shown::of_os(path.as_os_str()));
        }
    }

    /// Adds what another tally has counted after this one.
    pub fn append(&mut self, other: Self) {
        for (reason, Entries { count, first }) in other.0 {
            let entries = self.0.entry(reason).or_default();
            entries.count = entries.count.saturating_add(count);
            let room = Self::NAMED - entries.first.len();
            entries.first.extend(first.into_iter().take(room));
        }
    }

    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same for the window.
    pub fn view(&self) -> Vec<LeftOut> {
        let view = self.0.iter().map(|(reason, Entries { count, first })| LeftOut {
            reason: *reason,
            count: *count,
            first: first.clone(),
        });
        view.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_five_of_a_reason_named() {
        let (mut first, mut second) = (LeftOutTally::default(), LeftOutTally::default());
        for name in ["a", "b", "c"] {
            first.add(LeftOutReason::Link, Path::new(name));
        }
        for name in ["d", "e", "f"] {
            second.add(LeftOutReason::Link, Path::new(name));
        }
        second.add(LeftOutReason::Unreadable, Path::new("g"));

        first.append(second);

        let view = first.view();
        let names: Vec<String> = view[0].first.iter().map(Shown::flat).collect();
        assert_eq!((view[0].reason, view[0].count), (LeftOutReason::Link, 6));
        assert_eq!(names, ["a", "b", "c", "d", "e"]);
        assert_eq!((view[1].reason, view[1].count), (LeftOutReason::Unreadable, 1));
    }
}
