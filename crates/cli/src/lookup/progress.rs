//! How far a lookup has come, in a line.

use droptrace_core::{
    view::{Head, Hold},
    words::{counted, filled, grouped, sentence},
};
use jiff::Timestamp;

/// How far it has come, and how long it takes to the end as far as that is known.
pub(super) fn line(head: &Head, now: Timestamp) -> String {
    let counts = &head.counts;
    let ahead = counts.unread + counts.reading + counts.waiting + counts.asking;
    let done = grouped(counts.items - ahead);
    let mut parts = vec![counted("cli.lookupLine", counts.items, &[("done", &done)])];
    if counts.alerts > 0 {
        parts.push(counted("cli.lookupLine.alerts", counts.alerts, &[]));
    }
    if let Some(hold) = &head.hold {
        parts.push(held(hold, now));
    }
    if let Some(left) = head.progress.as_ref().and_then(|progress| progress.left) {
        parts.push(filled("cli.left", &[("time", &time(left))]));
    }
    parts.join(", ")
}

/// Why nothing is asked at the moment, and for how long.
fn held(hold: &Hold, now: Timestamp) -> String {
    let (key, until) = match hold {
        Hold::Throttled { until } => ("cli.hold.throttled", until),
        Hold::Quota { until } => ("cli.hold.quota", until),
        Hold::Paused => return sentence("cli.hold.paused").to_owned(),
        Hold::SignedOut | Hold::Interrupted => return sentence("cli.hold.signedOut").to_owned(),
    };
    let millis = until.0.saturating_sub(now.as_millisecond()).max(0);
    let seconds = u32::try_from(millis.saturating_add(999) / 1_000).unwrap_or(u32::MAX);
    filled(key, &[("time", &time(seconds))])
}

/// A time of so many seconds, as exact as a person wants it.
pub(super) fn time(seconds: u32) -> String {
    match seconds {
        0..60 => counted("cli.time.seconds", seconds, &[]),
        60..3_600 => counted("intake.minutes", seconds.div_ceil(60), &[]),
        3_600.. => counted("intake.hours", seconds.div_ceil(3_600), &[]),
    }
}

#[cfg(test)]
mod tests {
    use droptrace_core::view::UtcMillis;

    use super::*;

    #[test]
    fn a_hold_says_how_long_it_still_holds() {
        let now = Timestamp::from_second(1_000).unwrap();
        let throttled = |until| held(&Hold::Throttled { until: UtcMillis(until) }, now);

        assert_eq!(throttled(1_012_001), "Defender asked to wait, 13 seconds more");
        assert_eq!(throttled(900_000), "Defender asked to wait, 0 seconds more");
        let quota = held(&Hold::Quota { until: UtcMillis(1_120_000) }, now);
        assert_eq!(quota, "the quota is used up for 2 minutes");
    }

    #[test]
    fn a_time_is_rounded_up_to_what_a_person_wants_to_know() {
        let times = [1, 59, 60, 61, 3_599, 3_600, 3_601].map(time);

        assert_eq!(
            times,
            ["1 second", "59 seconds", "1 minute", "2 minutes", "60 minutes", "1 hour", "2 hours"]
        );
    }
}
