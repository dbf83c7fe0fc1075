//! How a server may count: any of these could stand behind the documented limits.

use std::{collections::VecDeque, time::Duration};

/// 100 calls a minute and 1,500 an hour.
const LIMITS: [(usize, Duration); 2] =
    [(100, Duration::from_mins(1)), (1_500, Duration::from_hours(1))];

/// How a server counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Counting {
    /// By minutes and hours of its clock, which began so long before the first call.
    Fixed(Duration),
    /// What came in the last minute and hour.
    Sliding,
    /// A bucket of tokens that is filled evenly.
    Bucket,
    /// The present minute and hour, which began so long before the first call, and the last ones as
    /// far as they reach into what slides.
    Weighted(Duration),
}

impl Counting {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Fixed(phase) => format!("fixed +{} s", phase.as_secs()),
            Self::Sliding => "sliding".into(),
            Self::Bucket => "bucket".into(),
            Self::Weighted(phase) => format!("weighted +{} s", phase.as_secs()),
        }
    }
}

/// A server, which may have a second client.
#[derive(Debug)]
pub(crate) struct Server {
    limits: [Limit; 2],
    /// When the second client calls, the next one first.
    others: VecDeque<Duration>,
    /// When calls of the second client were taken.
    pub(crate) taken: Vec<Duration>,
    /// How many calls of the first client it has refused.
    pub(crate) refused: usize,
}

#[derive(Debug)]
struct Limit {
    counting: Counting,
    calls: usize,
    length: Duration,
    /// When calls were taken that are still in a window.
    taken: VecDeque<Duration>,
    /// Tokens in the bucket, at a time.
    bucket: (f64, Duration),
    /// A window's number, and how many calls came in it and in the one before.
    windows: (u128, usize, usize),
}

impl Server {
    pub(crate) fn new(counting: Counting, others: impl IntoIterator<Item = Duration>) -> Self {
        let limits = LIMITS.map(|(calls, length)| Limit::new(counting, calls, length));
        Self { limits, others: others.into_iter().collect(), taken: Vec::new(), refused: 0 }
    }

    /// A call of the first client arrives.
    ///
    /// # Errors
    ///
    /// In how many whole seconds to come again, if it is refused.
    pub(crate) fn call(&mut self, now: Duration) -> Result<(), Duration> {
        while let Some(at) = self.others.pop_front_if(|at| *at <= now) {
            // Whatever comes of it, the second client goes on.
            if self.take(at).is_ok() {
                self.taken.push(at);
            }
        }
        self.take(now).inspect_err(|_| self.refused += 1)
    }

    fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let waits = self.limits.iter_mut().map(|limit| limit.wait(now));
        let wait = waits.max().unwrap_or_default();
        if wait > Duration::ZERO {
            return Err(Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)));
        }
        for limit in &mut self.limits {
            limit.take(now);
        }
        Ok(())
    }
}

impl Limit {
    fn new(counting: Counting, calls: usize, length: Duration) -> Self {
        let bucket = (count(calls), Duration::ZERO);
        Self { counting, calls, length, taken: VecDeque::new(), bucket, windows: (0, 0, 0) }
    }

    /// How long no further call is taken.
    fn wait(&mut self, now: Duration) -> Duration {
        self.go_on(now);
        match self.counting {
            Counting::Fixed(_) if self.windows.1 < self.calls => Duration::ZERO,
            Counting::Fixed(_) => self.left(now),
            Counting::Sliding => {
                let oldest = self.taken.len().checked_sub(self.calls);
                let leaves = oldest.and_then(|place| self.taken.get(place));
                leaves.map_or(Duration::ZERO, |at| (*at + self.length).saturating_sub(now))
            }
            Counting::Bucket => {
                let lacking = (1.0 - self.bucket.0).max(0.0);
                Duration::from_secs_f64(lacking * self.length.as_secs_f64() / count(self.calls))
            }
            Counting::Weighted(_) => self.wait_by_weight(now),
        }
    }

    fn take(&mut self, now: Duration) {
        self.windows.1 += 1;
        self.bucket.0 -= 1.0;
        self.taken.push_back(now);
    }

    fn go_on(&mut self, now: Duration) {
        while self.taken.front().is_some_and(|at| *at + self.length <= now) {
            self.taken.pop_front();
        }
        let (tokens, at) = self.bucket;
        let fill =
            now.saturating_sub(at).as_secs_f64() * count(self.calls) / self.length.as_secs_f64();
        // What is lacking by the rounding of a sum is not lacking.
        self.bucket = ((tokens + fill + 1e-9).min(count(self.calls)), now);
        let number = (now + self.phase()).as_nanos() / self.length.as_nanos();
        let (last, present, _) = self.windows;
        if number > last {
            self.windows = (number, 0, if number == last + 1 { present } else { 0 });
        }
    }

    fn phase(&self) -> Duration {
        match self.counting {
            Counting::Fixed(phase) | Counting::Weighted(phase) => phase,
            Counting::Sliding | Counting::Bucket => Duration::ZERO,
        }
    }

    /// Until the present window ends.
    fn left(&self, now: Duration) -> Duration {
        let into = (now + self.phase()).as_nanos() % self.length.as_nanos();
        self.length.saturating_sub(Duration::from_nanos(u64::try_from(into).unwrap_or(u64::MAX)))
    }

    fn wait_by_weight(&self, now: Duration) -> Duration {
        let (_, present, before) = self.windows;
        let left = self.left(now).as_secs_f64() / self.length.as_secs_f64();
        let room = count(self.calls) - 1.0 - count(present);
        if room < 0.0 {
            return self.left(now);
        }
        if count(before) * left <= room {
            return Duration::ZERO;
        }
        self.length.mul_f64(left - room / count(before))
    }
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn count(calls: usize) -> f64 {
    calls as f64
}
