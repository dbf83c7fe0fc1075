//! The one count, for the screen and for everything else.

use std::collections::{BTreeMap, HashSet};

use super::{Batch, Item, Kind, ReadingState};
use crate::{
    intake::LeftOutTally,
    view::{CloudOnly, Counts, ErrorCode, LeftOutReason, NotRead, NotReadReason, Phase, Sums},
};

impl Batch {
    /// Counts the batch; every item is counted in exactly one state.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in &self.items {
            counts.items += 1;
            *self.state_of(item, &mut counts) += 1;
        }
        let mut alerts = HashSet::new();
        for lookup in self.lookups.iter().filter(|lookup| lookup.has_members()) {
            if let Some(answer) = &lookup.answer {
                alerts.extend(answer.alerts.iter().copied());
            }
        }
        counts.alerts = u32::try_from(alerts.len()).unwrap_or(u32::MAX);
        counts
    }

    /// Counts everything that came in: the items, and what was `left_out` of them.
    pub fn sums(&self, left_out: &LeftOutTally) -> Sums {
        let mut sums = Sums::default();
        let mut not_read = BTreeMap::new();
        for item in &self.items {
            match &item.kind {
                Kind::Given(given) if given.digest.is_sha1() => sums.digests += 1,
                Kind::Given(_) => sums.unresolved += 1,
                Kind::File(file) => match &file.state {
                    ReadingState::Waiting | ReadingState::Reading => sums.to_read += 1,
                    ReadingState::Read => sums.read += 1,
                    ReadingState::Cancelled => {
                        *not_read.entry(NotReadReason::Cancelled).or_default() += 1;
                    }
                    ReadingState::Skipped(error) | ReadingState::Failed(error) => {
                        *not_read.entry(reason_of(error.code)).or_default() += 1;
                    }
                },
            }
        }
        for (reason, count) in left_out.counts() {
            if let Some(reason) = reason_of_entry(reason) {
                let known: &mut u32 = not_read.entry(reason).or_default();
                *known = known.saturating_add(count);
            }
        }
        sums.not_read =
            not_read.into_iter().map(|(reason, count)| NotRead { reason, count }).collect();
        let without = sums.not_read.iter().fold(0, |all: u32, each| all.saturating_add(each.count));
        sums.found = (sums.read + sums.to_read).saturating_add(without);
        sums
    }

    /// The files that lie with a cloud and were not fetched, if there are any.
    pub fn cloud_only(&self) -> Option<CloudOnly> {
        let mut cloud = CloudOnly { files: 0, bytes: 0 };
        for file in self.items.iter().filter_map(Item::file).filter(|file| file.is_cloud_only()) {
            cloud.files += 1;
            let bytes = i64::try_from(file.size).unwrap_or(i64::MAX);
            cloud.bytes = cloud.bytes.saturating_add(bytes);
        }
        (cloud.files > 0).then_some(cloud)
    }

    /// The count that the item belongs to.
    fn state_of<'a>(&self, item: &Item, counts: &'a mut Counts) -> &'a mut u32 {
        match &item.kind {
            Kind::File(file) => match file.state {
                ReadingState::Waiting => return &mut counts.unread,
                ReadingState::Reading => return &mut counts.reading,
                ReadingState::Cancelled => return &mut counts.cancelled,
                ReadingState::Skipped(_) => return &mut counts.skipped,
                ReadingState::Failed(_) => return &mut counts.unreadable,
                ReadingState::Read => {}
            },
            Kind::Given(given) if given.digest.is_of_nothing() => return &mut counts.skipped,
            Kind::Given(given) if !given.digest.is_sha1() => return &mut counts.unresolved,
            Kind::Given(_) => {}
        }
        let Some(lookup) = item.lookup.and_then(|lookup| self.lookups.get(lookup)) else {
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

/// Why a file was not read, by the error that its item shows.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are of other things than readings")]
fn reason_of(code: ErrorCode) -> NotReadReason {
    match code {
        ErrorCode::CloudOnly => NotReadReason::CloudOnly,
        ErrorCode::EmptyFile => NotReadReason::Empty,
        ErrorCode::NotRegular => NotReadReason::NotRegular,
        ErrorCode::Locked => NotReadReason::Locked,
        ErrorCode::NoPermission => NotReadReason::NoPermission,
        ErrorCode::Blocked => NotReadReason::Blocked,
        ErrorCode::Vanished | ErrorCode::NameNotText => NotReadReason::Vanished,
        ErrorCode::Changed => NotReadReason::Changed,
        _ => NotReadReason::Unreadable,
    }
}

/// Why an entry of a folder was left out; none where it is an item all the same.
fn reason_of_entry(reason: LeftOutReason) -> Option<NotReadReason> {
    match reason {
        LeftOutReason::Link => Some(NotReadReason::Link),
        LeftOutReason::NotRegular => Some(NotReadReason::NotRegular),
        LeftOutReason::Unreadable => Some(NotReadReason::Unreadable),
        LeftOutReason::TooMany => Some(NotReadReason::TooMany),
        LeftOutReason::Cancelled => Some(NotReadReason::Cancelled),
        LeftOutReason::Declined => Some(NotReadReason::Declined),
        LeftOutReason::TextUnread => None,
    }
}
