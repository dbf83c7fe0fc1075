//! The least time that calls can take.

use std::time::Duration;

/// Alone, and safe whatever the phase of the server's windows: a minute's worth at once, and an
/// hour's worth at once.
pub(crate) fn alone(calls: usize) -> Duration {
    let last = calls.saturating_sub(1);
    let whole = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Duration::from_hours(1) * whole(last / 1_500)
        + Duration::from_mins(1) * whole(last % 1_500 / 100)
}

/// Beside calls of a second client that the server takes, when each of them comes is known.
pub(crate) fn beside(others: &[Duration], calls: usize) -> Duration {
    let mut windows =
        [(100, Duration::from_mins(1)), (1_500, Duration::from_hours(1))].map(|(most, length)| {
            // How many calls each window has that ends with a call of the second client.
            let ends = others.iter().map(|end| between(others, *end, length)).collect();
            Window { most, length, ends }
        });
    let mut ours: Vec<Duration> = Vec::new();
    for _ in 0..calls {
        let mut at = ours.last().copied().unwrap_or_default();
        while let Some(later) =
            windows.iter().filter_map(|window| window.moves(others, &ours, at)).max()
        {
            at = later;
        }
        for window in &mut windows {
            window.take(others, at);
        }
        ours.push(at);
    }
    ours.last().copied().unwrap_or_default()
}

struct Window {
    most: usize,
    length: Duration,
    ends: Vec<usize>,
}

impl Window {
    /// Until when a call has to move that has no place at this time.
    fn moves(&self, others: &[Duration], ours: &[Duration], at: Duration) -> Option<Duration> {
        let (from, to) = self.reach(others, at);
        // Those to come keep their places.
        let full = (from..to).rev().find(|end| self.ends[*end] >= self.most);
        if let Some(end) = full {
            return Some(others[end] + Duration::from_millis(1));
        }
        if between(others, at, self.length) + between(ours, at, self.length) < self.most {
            return None;
        }
        let earliest = |calls: &[Duration]| {
            calls.iter().find(|call| **call + self.length > at).map(|call| *call + self.length)
        };
        earliest(others).into_iter().chain(earliest(ours)).min()
    }

    fn take(&mut self, others: &[Duration], at: Duration) {
        let (from, to) = self.reach(others, at);
        for end in &mut self.ends[from..to] {
            *end += 1;
        }
    }

    /// The windows that end with a call of the second client and hold this time.
    fn reach(&self, others: &[Duration], at: Duration) -> (usize, usize) {
        let before = |end: Duration| others.partition_point(|other| *other < end);
        (before(at), before(at + self.length))
    }
}

/// How many of these calls are in the window that ends then.
fn between(calls: &[Duration], end: Duration, length: Duration) -> usize {
    let last = calls.partition_point(|call| *call <= end);
    last - calls.partition_point(|call| *call + length <= end)
}
