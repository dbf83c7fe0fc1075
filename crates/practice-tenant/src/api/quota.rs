use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use jiff::Timestamp;

use crate::{clock, settings::Settings};

/// The calls of each app registration in each tenant, in two sliding windows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Quota {
    calls: HashMap<App, VecDeque<i64>>,
}

/// A client id and a tenant id: everyone who uses one app shares its quota.
pub(crate) type App = (String, String);

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

impl Quota {
    /// Counts a call, or tells in how many whole seconds the next is free.
    pub(crate) fn take(
        &mut self,
        app: App,
        now: Timestamp,
        settings: &Settings,
    ) -> Result<(), i64> {
        let now = now.as_millisecond();
        let calls = self.calls.entry(app).or_default();
        while calls.front().is_some_and(|call| call + HOUR <= now) {
            calls.pop_front();
        }
        let wait = wait(calls, now, HOUR, settings.calls_per_hour).max(wait(
            calls,
            now,
            MINUTE,
            settings.calls_per_minute,
        ));
        if wait > 0 {
            return Err(whole_seconds(wait));
        }
        calls.push_back(now);
        Ok(())
    }

    /// The times of the calls, in milliseconds, oldest first.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&App, &VecDeque<i64>)> {
        self.calls.iter()
    }

    /// Counts calls that were made before; those after `now` are of a clock that was set back.
    pub(crate) fn restored(
        calls: impl IntoIterator<Item = (App, Vec<i64>)>,
        now: Timestamp,
    ) -> Self {
        let now = now.as_millisecond();
        let calls = calls.into_iter().map(|(app, mut at)| {
            at.retain(|call| *call <= now);
            at.sort_unstable();
            (app, at.into())
        });
        Self { calls: calls.collect() }
    }
}

/// What people practise waiting with: one file's requests are refused for a while. No other file's
/// are, so that this one stands in nobody's way but by how a client takes a refusal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct KeptBack {
    until: Option<Timestamp>,
}

impl KeptBack {
    /// Tells in how many whole seconds the file may be asked about. The first call begins the wait.
    pub(crate) fn ask(&mut self, now: Timestamp, wait: Duration) -> Result<(), i64> {
        let until = *self.until.get_or_insert_with(|| clock::after(now, wait));
        let left = until.as_millisecond().saturating_sub(now.as_millisecond());
        if left > 0 { Err(whole_seconds(left)) } else { Ok(()) }
    }
}

fn whole_seconds(millis: i64) -> i64 {
    millis.div_euclid(1_000) + i64::from(millis.rem_euclid(1_000) > 0)
}

/// Milliseconds until a window of this length has room for one more call.
fn wait(calls: &VecDeque<i64>, now: i64, window: i64, limit: usize) -> i64 {
    let Some(earliest) = calls.len().checked_sub(limit) else {
        return 0;
    };
    // With no room at all, a whole window from now.
    let call = calls.get(earliest).copied().unwrap_or(now);
    (call + window - now).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn app() -> App {
        ("client".to_owned(), "tenant".to_owned())
    }

    #[test]
    fn the_minute_window_slides() {
        let settings = Settings { calls_per_minute: 2, ..Settings::default() };
        let mut quota = Quota::default();

        assert_eq!(quota.take(app(), at(0), &settings), Ok(()));
        assert_eq!(quota.take(app(), at(20), &settings), Ok(()));
        assert_eq!(quota.take(app(), at(30), &settings), Err(30));
        assert_eq!(quota.take(app(), at(60), &settings), Ok(()));
        assert_eq!(quota.take(app(), at(61), &settings), Err(19));
    }

    #[test]
    fn the_hour_window_holds_over_minutes() {
        let settings = Settings { calls_per_hour: 3, ..Settings::default() };
        let mut quota = Quota::default();
        for minute in 0..3 {
            assert_eq!(quota.take(app(), at(minute * 60), &settings), Ok(()));
        }

        assert_eq!(quota.take(app(), at(180), &settings), Err(3_420));
        assert_eq!(quota.take(app(), at(3_600), &settings), Ok(()));
    }

    #[test]
    fn what_is_kept_back_is_free_once_the_wait_of_the_first_call_is_over() {
        let wait = Duration::from_secs(20);
        let mut kept_back = KeptBack::default();

        assert_eq!(kept_back.ask(at(5), wait), Err(20));
        assert_eq!(kept_back.ask(at(24), wait), Err(1));
        assert_eq!(kept_back.ask(at(25), wait), Ok(()));
        assert_eq!(kept_back.ask(at(26), wait), Ok(()));
    }

    #[test]
    fn apps_do_not_share_a_quota() {
        let settings = Settings { calls_per_minute: 1, ..Settings::default() };
        let other = ("other".to_owned(), "tenant".to_owned());
        let mut quota = Quota::default();

        assert_eq!(quota.take(app(), at(0), &settings), Ok(()));
        assert_eq!(quota.take(other, at(0), &settings), Ok(()));
    }
}
