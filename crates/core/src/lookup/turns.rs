//! In which order lookups are asked.

use std::{collections::BTreeSet, num::NonZeroI64};

use super::lookups::LookupId;

/// Which lookups go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// What the person just did: a few files, or one that is to be asked again.
    Now,
    /// Programs, scripts and archives: quota is scarce, and they are what matters most.
    First,
    /// All others.
    Rest,
    /// Those of which an older answer is on screen.
    Background,
}

/// A place among those that wait: the lower the earlier. Kept small, as each lookup has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn(NonZeroI64);

impl Turn {
    /// Zero is no place: before it stand those that go before all others, after it the lanes.
    fn at(place: i64) -> Self {
        Self(NonZeroI64::new(place).unwrap_or(NonZeroI64::MIN))
    }
}

impl Lane {
    /// Where a lane begins; none gets so long that it would reach into the next.
    fn begins(self) -> i64 {
        const LENGTH: i64 = i64::MAX / 4;
        match self {
            Self::Now => 1,
            Self::First => LENGTH,
            Self::Rest => LENGTH * 2,
            Self::Background => LENGTH * 3,
        }
    }
}

/// The lookups that wait.
#[derive(Default)]
pub(super) struct Turns {
    waiting: BTreeSet<(Turn, LookupId)>,
    next: i64,
    /// Where those stand that were asked already and go before all others.
    before: i64,
}

impl Turns {
    /// The last place of a lane.
    pub(super) fn queue(&mut self, lane: Lane, lookup: LookupId) -> Turn {
        let turn = Turn::at(lane.begins() + self.next);
        self.next += 1;
        self.waiting.insert((turn, lookup));
        turn
    }

    /// The place before all others.
    pub(super) fn put_first(&mut self, lookup: LookupId) -> Turn {
        self.before -= 1;
        let turn = Turn::at(self.before);
        self.waiting.insert((turn, lookup));
        turn
    }

    pub(super) fn leave(&mut self, turn: Turn, lookup: LookupId) {
        self.waiting.remove(&(turn, lookup));
    }

    pub(super) fn next(&mut self) -> Option<LookupId> {
        self.waiting.pop_first().map(|(_, lookup)| lookup)
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}
