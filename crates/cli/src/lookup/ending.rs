//! How a lookup ends, as scripts see it.

use droptrace_core::view::{Counts, ErrorCode, LeftOutReason, UserError};

use crate::hash;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All was answered completely, and no alert is visible.
    NoneVisible,
    /// It was asked for something that it does not know.
    Usage,
    /// At least one alert is visible, whatever became of the rest.
    Alerts,
    /// No alert is visible, and something was answered in part or not asked.
    Incomplete,
    /// No alert is visible, and something could not be read, looked up or printed.
    Failed,
    /// Nobody is signed in, or the session ended before all was asked.
    NotSignedIn,
    /// The person stopped it.
    Interrupted,
    /// Nobody reads what is printed any more.
    BrokenPipe,
}

impl Ending {
    /// The exit code. They are documented, and stay.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::NoneVisible => 0,
            Self::Usage => 2,
            Self::Alerts => 10,
            Self::Incomplete => 11,
            Self::Failed => 12,
            Self::NotSignedIn => 13,
            Self::Interrupted => hash::INTERRUPTED,
            Self::BrokenPipe => hash::BROKEN_PIPE,
        }
    }
}

/// What became of everything, as far as the ending depends on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Complete answers.
    pub(super) complete: u32,
    /// Items with alerts, whether the answer is complete or not.
    pub(super) alerted: u32,
    /// Answered in part, or not asked although it could say something.
    pub(super) incomplete: u32,
    /// Not read, or not answered.
    pub(super) failed: u32,
    /// Whether the session ended before all was asked.
    pub(super) session_over: bool,
}

impl Tally {
    /// Adds what is not in the rows: what core counts of the batch, and entries that are no items.
    pub(super) fn add_left_out(&mut self, reason: LeftOutReason, count: u32) {
        let counter = match reason {
            // They are no files of the folder.
            LeftOutReason::Link | LeftOutReason::NotRegular => return,
            LeftOutReason::Unreadable => &mut self.failed,
            LeftOutReason::TooMany
            | LeftOutReason::Cancelled
            | LeftOutReason::Declined
            | LeftOutReason::TextUnread => &mut self.incomplete,
        };
        *counter = counter.saturating_add(count);
    }

    /// The counts that core makes of the batch.
    pub(super) fn add_counts(&mut self, counts: &Counts) {
        self.complete += counts.alerted + counts.none_visible;
        self.incomplete += counts.incomplete + counts.unresolved + counts.cancelled;
        self.failed += counts.unreadable + counts.failed;
    }

    /// A file that was skipped. One without content has nothing to look up.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all others leave something unasked")]
    pub(super) fn add_skipped(&mut self, error: &UserError) {
        match error.code {
            ErrorCode::EmptyFile | ErrorCode::EmptyDigest => {}
            _ => self.incomplete += 1,
        }
    }

    /// Alerts first: a script must not miss them because one file of many could not be read. That
    /// none is visible is only said where something was answered, and all of it completely.
    pub(super) fn ending(self) -> Ending {
        if self.alerted > 0 {
            Ending::Alerts
        } else if self.session_over {
            Ending::NotSignedIn
        } else if self.failed > 0 {
            Ending::Failed
        } else if self.incomplete > 0 || self.complete == 0 {
            Ending::Incomplete
        } else {
            Ending::NoneVisible
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_told_before_anything_else() {
        let all = Tally { complete: 3, alerted: 1, incomplete: 1, failed: 1, session_over: true };

        assert_eq!(all.ending(), Ending::Alerts);
        assert_eq!(Tally { alerted: 0, ..all }.ending(), Ending::NotSignedIn);
        let all = Tally { alerted: 0, session_over: false, ..all };
        assert_eq!(all.ending(), Ending::Failed);
        assert_eq!(Tally { failed: 0, ..all }.ending(), Ending::Incomplete);
        assert_eq!(Tally { failed: 0, incomplete: 0, ..all }.ending(), Ending::NoneVisible);
    }

    #[test]
    fn that_none_is_visible_is_not_said_of_nothing() {
        let mut tally = Tally::default();
        tally.add_skipped(&UserError::new(ErrorCode::EmptyFile));
        tally.add_left_out(LeftOutReason::Link, 3);

        assert_eq!(tally.ending(), Ending::Incomplete);
        tally.complete = 1;
        assert_eq!(tally.ending(), Ending::NoneVisible);
    }

    #[test]
    fn what_was_left_unasked_is_no_complete_answer() {
        let complete = Tally { complete: 1, ..Tally::default() };
        let left_out = |reason| {
            let mut tally = complete;
            tally.add_left_out(reason, 1);
            tally.ending()
        };
        let mut cloud_only = complete;
        cloud_only.add_skipped(&UserError::new(ErrorCode::CloudOnly));
        let mut unresolved = complete;
        unresolved.add_counts(&Counts { unresolved: 1, ..Counts::default() });

        assert_eq!(left_out(LeftOutReason::Unreadable), Ending::Failed);
        assert_eq!(left_out(LeftOutReason::TextUnread), Ending::Incomplete);
        assert_eq!(left_out(LeftOutReason::NotRegular), Ending::NoneVisible);
        assert_eq!(cloud_only.ending(), Ending::Incomplete);
        assert_eq!(unresolved.ending(), Ending::Incomplete);
    }
}
