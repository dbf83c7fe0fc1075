use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use jiff::Timestamp;

/// The tenant's clock: the system's, moved forward as far as a test asked for.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_millis: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        later(Timestamp::now(), self.ahead_millis())
    }

    /// How far it is ahead of the system's.
    pub(crate) fn ahead_millis(&self) -> i64 {
        self.ahead_millis.load(Ordering::Relaxed)
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.ahead_millis.fetch_add(millis(by), Ordering::Relaxed);
    }
}

/// The instant `by` after `from`, or the last one there is.
pub(crate) fn after(from: Timestamp, by: Duration) -> Timestamp {
    later(from, millis(by))
}

/// The instant `by` before `from`, or the first one there is.
pub(crate) fn before(from: Timestamp, by: Duration) -> Timestamp {
    later(from, millis(by).saturating_neg())
}

fn later(from: Timestamp, by_millis: i64) -> Timestamp {
    Timestamp::from_millisecond(from.as_millisecond().saturating_add(by_millis))
        .unwrap_or(if by_millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
