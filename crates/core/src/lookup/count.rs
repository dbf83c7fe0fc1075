//! The one count, for the screen and for everything else.

use std::collections::HashSet;

use super::{Batch, Item, ReadingState};
use crate::view::{Counts, Phase};

impl Batch {
    /// Counts the batch; every item is counted in exactly one state.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        let mut alerts = HashSet::new();
        for item in &self.items {
            counts.items += 1;
            *self.state_of(item, &mut counts) += 1;
            if let Some(answer) = item
                .sha1
                .and_then(|sha1| self.lookups.get(&sha1))
                .and_then(|lookup| lookup.answer.as_ref())
            {
                alerts.extend(answer.alerts.iter().copied());
            }
        }
        counts.alerts = u32::try_from(alerts.len()).unwrap_or(u32::MAX);
        counts
    }

    /// The count that the item belongs to.
    fn state_of<'a>(&self, item: &Item, counts: &'a mut Counts) -> &'a mut u32 {
        match item.reading.as_ref().map(|reading| &reading.state) {
            Some(ReadingState::Waiting) => return &mut counts.unread,
            Some(ReadingState::Reading) => return &mut counts.reading,
            Some(ReadingState::Cancelled) => return &mut counts.cancelled,
            Some(ReadingState::Skipped(_)) => return &mut counts.skipped,
            Some(ReadingState::Failed(_)) => return &mut counts.unreadable,
            Some(ReadingState::Read) | None => {}
        }
        let Some(lookup) = item.sha1.and_then(|sha1| self.lookups.get(&sha1)) else {
            return &mut counts.waiting;
        };
        match (lookup.phase, &lookup.failure, &lookup.answer) {
            (Phase::Waiting | Phase::Retrying, _, _) => &mut counts.waiting,
            (Phase::Asking, _, _) => &mut counts.asking,
            (Phase::Idle, Some(_), _) => &mut counts.failed,
            // Neither answer nor failure: the person cancelled it before there was one.
            (Phase::Idle, None, None) => &mut counts.cancelled,
            (Phase::Idle, None, Some(answer)) if answer.incomplete.is_some() => {
                &mut counts.incomplete
            }
            (Phase::Idle, None, Some(answer)) if answer.alerts.is_empty() => {
                &mut counts.none_visible
            }
            (Phase::Idle, None, Some(_)) => &mut counts.alerted,
        }
    }
}
