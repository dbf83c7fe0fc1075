//! The record of calls: who asked how often in the last minute and hour.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{QuotaClass, QuotaKey};

/// A call that was reserved.
#[derive(Debug, PartialEq, Eq)]
pub struct Reservation(pub u64);

/// No call may be sent before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When to ask again.
    pub until: Instant,
}

/// Counts calls in sliding windows. A call is in the windows from its reservation on, and leaves
/// them a window's length after its answer.
pub trait Ledger: fmt::Debug + Send + Sync {
    /// Reserves a call.
    ///
    /// # Errors
    ///
    /// A [`Wait`] if a window is full.
    fn reserve(&self, key: &QuotaKey, now: Instant) -> Result<Reservation, Wait>;

    /// How long it takes, at the least, until `calls` more calls have been reserved, if nobody else
    /// reserves any.
    fn soonest(&self, key: &QuotaKey, calls: usize, now: Instant) -> Duration;

    /// The call's response has come, or the call was given up.
    fn answered(&self, key: &QuotaKey, reservation: Reservation, now: Instant);
}

/// A sliding window.
struct Window {
    calls: usize,
    length: Duration,
}

impl Window {
    /// How long until the last of `calls` fits in, when those in it leave at these times.
    fn soonest(&self, mut leaving: Vec<Instant>, calls: usize, now: Instant) -> Duration {
        let Some(last) = calls.checked_sub(1) else { return Duration::ZERO };
        // Whatever the last call of a window has to wait for, it waits for once a window.
        let (rounds, place) = (last / self.calls, last % self.calls);
        let free = self.calls.saturating_sub(leaving.len());
        let first = match place.checked_sub(free) {
            Some(nth) => *leaving.select_nth_unstable(nth).1 - now,
            None => Duration::ZERO,
        };
        first + self.length * u32::try_from(rounds).unwrap_or(u32::MAX)
    }
}

impl QuotaClass {
    /// The documented windows, each a little longer than written, so that a server whose clock
    /// rounds refuses nothing.
    fn windows(self) -> [Window; 2] {
        match self {
            Self::FilesAndAlerts => [
                Window { calls: 100, length: Duration::from_millis(60_250) },
                Window { calls: 1_500, length: Duration::from_millis(3_600_250) },
            ],
        }
    }
}

/// How soon to look again while calls are still unanswered: their place is not known yet.
const UNANSWERED: Duration = Duration::from_millis(100);

/// A ledger for one process, in memory.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    logs: Mutex<HashMap<QuotaKey, Log>>,
}

/// The calls of one key, in the order of their reservation.
#[derive(Debug, Default)]
struct Log {
    next: u64,
    calls: VecDeque<Call>,
}

#[derive(Debug)]
struct Call {
    number: u64,
    answered: Option<Instant>,
}

impl Ledger for MemoryLedger {
    fn reserve(&self, key: &QuotaKey, now: Instant) -> Result<Reservation, Wait> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let log = logs.entry(key.clone()).or_default();

        let mut open_at = now;
        for window in key.class.windows() {
            if let Some(at) = log.opens(&window, now) {
                open_at = open_at.max(at);
            }
        }
        if open_at > now {
            return Err(Wait { until: open_at });
        }

        let longest = key.class.windows().map(|window| window.length).into_iter().max();
        log.forget(now, longest.unwrap_or_default());
        let number = log.next;
        log.next += 1;
        log.calls.push_back(Call { number, answered: None });
        Ok(Reservation(number))
    }

    fn soonest(&self, key: &QuotaKey, calls: usize, now: Instant) -> Duration {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let log = logs.get(key);
        let windows = key.class.windows().map(|window| {
            let leaving = log.map(|log| log.leaving(&window, now)).unwrap_or_default();
            window.soonest(leaving, calls, now)
        });
        windows.into_iter().max().unwrap_or_default()
    }

    fn answered(&self, key: &QuotaKey, reservation: Reservation, now: Instant) {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(log) = logs.get_mut(key)
            && let Ok(at) = log.calls.binary_search_by_key(&reservation.0, |call| call.number)
        {
            log.calls[at].answered = Some(now);
        }
    }
}

impl Log {
    /// When `window` takes another call, if it does not now.
    fn opens(&self, window: &Window, now: Instant) -> Option<Instant> {
        let mut leaving = self.leaving(window, now);
        let excess = (leaving.len() + 1).checked_sub(window.calls).filter(|excess| *excess > 0)?;
        let (_, nth, _) = leaving.select_nth_unstable(excess - 1);
        let unanswered = self.calls.iter().any(|call| call.answered.is_none());
        Some(if unanswered { (*nth).min(now + UNANSWERED) } else { *nth })
    }

    /// When each of the calls in `window` leaves it, as far as that is known.
    fn leaving(&self, window: &Window, now: Instant) -> Vec<Instant> {
        let leaves =
            |call: &Call| call.answered.map_or(now + window.length, |at| at + window.length);
        self.calls.iter().map(leaves).filter(|leaves| *leaves > now).collect()
    }

    fn forget(&mut self, now: Instant, longest: Duration) {
        while let Some(Call { answered: Some(at), .. }) = self.calls.front()
            && *at + longest <= now
        {
            self.calls.pop_front();
        }
    }
}
