//! The two clocks by which a session and an attempt end.
//!
//! The monotonic clock may stand still while a computer sleeps, the wall clock may be set. Only the
//! two together tell how much time has passed.

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;

/// The time of day, which a test can set.
#[derive(Clone)]
pub struct WallClock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl WallClock {
    /// The system's.
    pub fn of_system() -> Self {
        Self::new(Timestamp::now)
    }

    /// One that tells what `now` tells.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WallClock")
    }
}

/// A moment by both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    monotonic: Instant,
    wall: Timestamp,
}

impl Moment {
    /// How far the clocks may part before one of them must have jumped: the wall clock was set, or
    /// the computer slept.
    const APART: Duration = Duration::from_mins(1);

    pub(crate) fn now(clock: &WallClock) -> Self {
        Self { monotonic: Instant::now(), wall: clock.now() }
    }

    /// How long ago it was, or none if a clock has jumped since.
    pub(crate) fn elapsed(&self, clock: &WallClock) -> Option<Duration> {
        let monotonic = self.monotonic.elapsed();
        let wall = clock.now().duration_since(self.wall);
        let wall = Duration::try_from(wall).ok()?;
        (wall.abs_diff(monotonic) <= Self::APART).then_some(monotonic)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_jump_of_either_clock_is_seen() {
        let seconds = Arc::new(AtomicI64::new(1_000_000));
        let told = Arc::clone(&seconds);
        let clock = WallClock::new(move || {
            Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap_or_default()
        });
        let moment = Moment::now(&clock);

        tokio::time::advance(Duration::from_mins(10)).await;
        seconds.fetch_add(590, Ordering::Relaxed);
        assert_eq!(moment.elapsed(&clock), Some(Duration::from_mins(10)));

        seconds.fetch_add(-3_600, Ordering::Relaxed);
        assert_eq!(moment.elapsed(&clock), None, "the wall clock was set back");

        seconds.fetch_add(3_600 + 8 * 3_600, Ordering::Relaxed);
        assert_eq!(moment.elapsed(&clock), None, "the computer slept");
    }
}
