//! How fast the work goes, measured while it goes, and how long the rest will take. Nothing is said
//! that was not measured.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Measures readings by their bytes and lookups by their number.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Bytes read so far, at times; empty while nothing is read.
    bytes: VecDeque<(Instant, u64)>,
    /// Lookups ended so far, by the time that they could have been asked in.
    ended: VecDeque<(Duration, u64)>,
    total_ended: u64,
    /// The time in which lookups could be asked: none of it is a hold.
    active: Duration,
    last: Option<Instant>,
}

/// What happens at the moment of a sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    /// Bytes read since the start, if files are read.
    pub(super) bytes: Option<u64>,
    /// Whether lookups are under way and nothing holds them.
    pub(super) asking: bool,
}

/// What is still to be done.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ahead {
    /// Bytes to be read.
    pub(super) bytes: u128,
    /// Lookups to be asked.
    pub(super) lookups: usize,
    /// How long nothing may be asked yet.
    pub(super) held: Duration,
    /// How long the quota's windows make the lookups last at the least.
    pub(super) quota: Duration,
}

impl Pace {
    /// How far back the rate of readings looks.
    const RATE: Duration = Duration::from_secs(3);
    /// How far back the pace of lookups looks.
    const LOOKUPS: Duration = Duration::from_secs(30);
    /// What was measured for a shorter time tells nothing...
    const SHORTEST: Duration = Duration::from_millis(500);
    /// ...but for so many lookups, which can be over before half a second is.
    const ENOUGH: u32 = 10;

    /// Lookups are asked from now on. A minute's quota can be used up before there is a sample.
    pub(super) fn asking_began(&mut self, now: Instant) {
        if self.last.is_none() {
            self.ended.push_back((self.active, self.total_ended));
            self.last = Some(now);
        }
    }

    /// A lookup has ended.
    pub(super) fn lookup_ended(&mut self) {
        self.total_ended += 1;
    }

    /// Notes how things stand.
    pub(super) fn sample(&mut self, now: Instant, Sample { bytes, asking }: Sample) {
        match bytes {
            Some(bytes) => {
                self.bytes.push_back((now, bytes));
                let too_old =
                    |at: &(Instant, u64)| now.saturating_duration_since(at.0) > Self::RATE;
                trim(&mut self.bytes, too_old);
            }
            None => self.bytes.clear(),
        }
        // What ended between the last sample and a hold ended in that time.
        if asking || self.last.is_some() {
            let since =
                self.last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last));
            self.active += since;
            let active = self.active;
            self.ended.push_back((active, self.total_ended));
            trim(&mut self.ended, |at| active.saturating_sub(at.0) > Self::LOOKUPS);
        }
        self.last = asking.then_some(now);
    }

    /// Nothing goes on, by the person's wish or since all is done: what comes then is measured anew.
    pub(super) fn rest(&mut self) {
        self.bytes.clear();
        self.last = None;
    }

    /// Bytes read a second, lately.
    pub(super) fn rate(&self) -> Option<u64> {
        let ((from, before), (to, now)) = (self.bytes.front()?, self.bytes.back()?);
        let took = to.saturating_duration_since(*from);
        if took < Self::SHORTEST {
            return None;
        }
        let rate = u128::from(now.saturating_sub(*before)) * 1_000 / took.as_millis();
        u64::try_from(rate).ok()
    }

    /// Whole seconds until all is read and asked; none as long as one of them cannot be told.
    pub(super) fn left(&self, ahead: Ahead) -> Option<u32> {
        let reading = match ahead.bytes {
            0 => Duration::ZERO,
            bytes => {
                let rate = u128::from(self.rate().filter(|rate| *rate > 0)?);
                Duration::from_secs(u64::try_from(bytes.div_ceil(rate)).ok()?)
            }
        };
        let asking = match u32::try_from(ahead.lookups).ok()? {
            0 => Duration::ZERO,
            lookups => (ahead.held + self.a_lookup_takes()? * lookups).max(ahead.quota),
        };
        let left = reading.max(asking);
        u32::try_from(left.as_millis().div_ceil(1_000)).ok()
    }

    fn a_lookup_takes(&self) -> Option<Duration> {
        let ((from, before), (to, now)) = (self.ended.front()?, self.ended.back()?);
        let (took, ended) = (to.saturating_sub(*from), now.saturating_sub(*before));
        let ended = u32::try_from(ended).ok().filter(|ended| *ended > 0)?;
        (took >= Self::SHORTEST || ended >= Self::ENOUGH).then(|| took / ended)
    }
}

/// Drops what is too old, but for the last of it: from there to now is what is looked at. Two are
/// left at least.
fn trim<T>(samples: &mut VecDeque<T>, too_old: impl Fn(&T) -> bool) {
    while samples.len() > 2 && samples.get(1).is_some_and(&too_old) {
        samples.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pace with a clock of its own.
    struct Clock {
        pace: Pace,
        now: Instant,
        bytes: u64,
    }

    impl Clock {
        fn new() -> Self {
            Self { pace: Pace::default(), now: Instant::now(), bytes: 0 }
        }

        fn begin(mut self) -> Self {
            self.pace.sample(self.now, Sample { bytes: Some(0), asking: true });
            self
        }

        /// So many seconds in which so many bytes are read and so many lookups end in each.
        fn seconds(&mut self, seconds: u32, bytes: u64, lookups: u64) {
            for _ in 0..seconds * 10 {
                self.now += Duration::from_millis(100);
                self.bytes += bytes / 10;
                self.pace.sample(self.now, Sample { bytes: Some(self.bytes), asking: true });
            }
            self.pace.total_ended += lookups * u64::from(seconds);
            self.pace.sample(self.now, Sample { bytes: Some(self.bytes), asking: true });
        }

        fn held(&mut self, seconds: u32) {
            for _ in 0..seconds * 10 {
                self.now += Duration::from_millis(100);
                self.pace.sample(self.now, Sample { bytes: None, asking: false });
            }
        }
    }

    #[test]
    fn nothing_is_told_before_it_was_measured() {
        let mut clock = Clock::new();
        let ahead = Ahead { bytes: 1_000, lookups: 10, ..Ahead::default() };
        assert_eq!((clock.pace.rate(), clock.pace.left(ahead)), (None, None));

        clock.seconds(1, 1_000, 0);

        assert!(clock.pace.rate().is_some());
        assert_eq!(clock.pace.left(ahead), None, "no lookup has ended yet");
    }

    #[test]
    fn the_rate_is_that_of_the_last_three_seconds() {
        let mut clock = Clock::new().begin();
        clock.seconds(60, 1_000, 0);
        assert_eq!(clock.pace.rate(), Some(1_000));

        clock.seconds(4, 5_000, 0);

        assert_eq!(clock.pace.rate(), Some(5_000));
    }

    #[test]
    fn a_reading_that_stalls_has_a_rate_of_nothing_and_no_end() {
        let mut clock = Clock::new().begin();
        clock.seconds(5, 1_000, 1);
        clock.seconds(4, 0, 0);

        assert_eq!(clock.pace.rate(), Some(0));
        assert_eq!(clock.pace.left(Ahead { bytes: 1, ..Ahead::default() }), None);
    }

    #[test]
    fn the_longer_of_reading_and_asking_counts() {
        let mut clock = Clock::new().begin();
        clock.seconds(5, 1_000, 2);

        let left = |bytes, lookups| clock.pace.left(Ahead { bytes, lookups, ..Ahead::default() });

        assert_eq!(left(60_000, 1), Some(60));
        assert_eq!(left(1_000, 100), Some(50));
        assert_eq!(left(0, 0), Some(0));
    }

    #[test]
    fn never_sooner_than_the_quota_allows_nor_than_a_hold_ends() {
        let mut clock = Clock::new().begin();
        clock.seconds(5, 0, 10);
        let ahead = Ahead { lookups: 100, ..Ahead::default() };
        assert_eq!(clock.pace.left(ahead), Some(10));

        let quota = Duration::from_mins(1);
        assert_eq!(clock.pace.left(Ahead { quota, ..ahead }), Some(60));
        let held = Duration::from_secs(42);
        assert_eq!(clock.pace.left(Ahead { held, ..ahead }), Some(52));
    }

    #[test]
    fn a_hold_is_no_slowness() {
        let mut clock = Clock::new().begin();
        clock.seconds(5, 0, 10);
        let ahead = Ahead { lookups: 100, ..Ahead::default() };

        clock.held(600);

        assert_eq!(clock.pace.left(ahead), Some(11), "all but the moment in which it began");
    }

    #[test]
    fn a_burst_that_ends_in_a_hold_was_measured_too() {
        // It was over before there was a sample.
        let mut clock = Clock::new();
        clock.pace.asking_began(clock.now);
        clock.pace.total_ended += 100;

        clock.held(10);

        let quota = Duration::from_mins(1);
        let left = clock.pace.left(Ahead { lookups: 100, quota, ..Ahead::default() });
        assert_eq!(left, Some(60));
    }

    #[test]
    fn the_pace_of_lookups_is_that_of_the_last_half_minute() {
        let mut clock = Clock::new().begin();
        clock.seconds(60, 0, 100);

        for _ in 0..31 {
            clock.seconds(1, 0, 1);
        }

        let left = clock.pace.left(Ahead { lookups: 100, ..Ahead::default() });
        assert!(left.is_some_and(|left| (95..=105).contains(&left)), "{left:?}");
    }

    #[test]
    fn after_a_pause_the_rate_is_measured_anew() {
        let mut clock = Clock::new().begin();
        clock.seconds(5, 1_000, 0);

        clock.pace.rest();
        assert_eq!(clock.pace.rate(), None);
        clock.now += Duration::from_mins(10);
        clock.seconds(1, 1_000, 0);

        assert_eq!(clock.pace.rate(), Some(1_000));
    }
}
