//! How calls are let through, in paused time.

use std::{
    collections::VecDeque,
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::identity::WallClock;

/// A clock that goes with tokio's, from here on, and can be set.
#[derive(Clone)]
struct Clock {
    start: Instant,
    offset: Arc<AtomicI64>,
}

impl Clock {
    fn new() -> Self {
        Self { start: Instant::now(), offset: Arc::default() }
    }

    /// Milliseconds that have truly passed.
    fn passed(&self) -> i64 {
        self.start.elapsed().as_millis().try_into().unwrap()
    }

    fn wall(&self) -> WallClock {
        let clock = self.clone();
        WallClock::new(move || {
            let at = 1_800_000_000_000 + clock.passed() + clock.offset.load(Ordering::Relaxed);
            Timestamp::from_millisecond(at).unwrap()
        })
    }

    /// The clock is set, or the computer slept.
    fn jump(&self, seconds: i64) {
        self.offset.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }
}

fn key() -> QuotaKey {
    QuotaKey {
        cloud: None,
        tenant: "tenant".into(),
        client: "client".into(),
        class: QuotaClass::FilesAndAlerts,
    }
}

fn quota() -> Arc<Quota> {
    quota_by(&Clock::new())
}

fn quota_by(clock: &Clock) -> Arc<Quota> {
    Quota::new(&key(), Arc::new(Ledger::in_memory(clock.wall()).unwrap()))
}

/// The quota as another process sees it.
fn quota_in(folder: &Path, clock: &Clock) -> Arc<Quota> {
    Quota::new(&key(), ledger_in(folder, clock))
}

fn ledger_in(folder: &Path, clock: &Clock) -> Arc<Ledger> {
    Arc::new(Ledger::new(file_in(folder), clock.wall()).unwrap())
}

fn file_in(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("journal.sqlite")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "NORMAL").unwrap();
    let has_tables = connection.table_exists(None, "call").unwrap();
    if !has_tables {
        connection.execute_batch(SCHEMA).unwrap();
    }
    connection
}

/// A call that is answered at once.
async fn call(quota: &Arc<Quota>) {
    quota.turn().await.sent();
}

async fn calls(quota: &Arc<Quota>, number: usize) {
    for _ in 0..number {
        call(quota).await;
    }
}

fn is_ready<T>(future: impl Future<Output = T>) -> bool {
    let mut future = std::pin::pin!(future);
    future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready()
}

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_go_at_once_and_the_next_waits_a_minute() {
    let quota = quota();
    let start = Instant::now();

    calls(&quota, 100).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(quota.closed(), None, "nobody has had to wait");

    let waiting = tokio::spawn({
        let quota = Arc::clone(&quota);
        async move { call(&quota).await }
    });
    quota.changes().changed().await.unwrap();
    let opens = start + Duration::from_millis(60_250);
    assert_eq!(quota.closed(), Some(Closed::WindowFull(opens)));
    waiting.await.unwrap();
    assert_eq!(Instant::now(), opens);
    assert_eq!(quota.closed(), None);
}

#[tokio::test(start_paused = true)]
async fn a_call_counts_from_its_answer_not_from_its_sending() {
    let quota = quota();
    let mut slow = quota.turn().await;
    slow.sent();
    calls(&quota, 99).await;
    let start = Instant::now();
    tokio::time::advance(Duration::from_secs(50)).await;
    drop(slow);

    calls(&quota, 99).await;
    let after = start.elapsed();
    call(&quota).await;

    assert!(after < Duration::from_secs(62), "{after:?}");
    assert!(start.elapsed() >= Duration::from_secs(110), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn never_more_than_1500_in_any_hour() {
    let quota = quota();
    let start = Instant::now();

    calls(&quota, 1_501).await;

    assert!(start.elapsed() >= Duration::from_hours(1));
    assert!(start.elapsed() < Duration::from_secs(3_602));
}

#[tokio::test(start_paused = true)]
async fn how_long_calls_will_take_is_how_long_they_take() {
    let cases =
        [(0, 1), (0, 100), (0, 101), (70, 30), (70, 31), (100, 350), (0, 1_501), (40, 4_700)];
    for (before, ahead) in cases {
        let quota = quota();
        calls(&quota, before).await;
        tokio::time::advance(Duration::from_secs(20)).await;
        let start = Instant::now();
        let said = quota.soonest(ahead);

        calls(&quota, ahead).await;

        let took = start.elapsed();
        assert!(said <= took && took < said + Duration::from_millis(50), "{said:?} {took:?}");
    }
    assert_eq!(quota().soonest(0), Duration::ZERO);
    assert_eq!(Quota::soonest_of_all(100), Duration::ZERO);
    assert_eq!(Quota::soonest_of_all(1_501), Duration::from_millis(3_600_250));
    let hours = Quota::soonest_of_all(100_000).as_secs() / 3_600;
    assert_eq!(hours, 66);
}

#[tokio::test(start_paused = true)]
async fn how_long_calls_will_take_counts_refusals_and_the_lower_pace() {
    let quota = quota();
    quota.refused(Some(Duration::from_secs(42)));
    assert_eq!(quota.soonest(80), Duration::from_millis(42_250));
    assert_eq!(quota.soonest(81), Duration::from_millis(102_500), "a fifth is left to others");

    let clock = Clock::new();
    let ledger = lost(&clock);
    let quota = Quota::new(&key(), ledger);
    assert_eq!(quota.soonest(50), Duration::from_millis(49 * 606));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_stops_all_and_lets_them_go_on_by_themselves() {
    let quota = quota();
    let start = Instant::now();
    quota.refused(Some(Duration::from_secs(42)));
    assert!(matches!(quota.closed(), Some(Closed::Refused(_))));

    call(&quota).await;

    assert_eq!(start.elapsed(), Duration::from_millis(42_250));
    assert_eq!(quota.closed(), None);
}

#[tokio::test(start_paused = true)]
async fn an_absurd_wait_is_not_believed() {
    for absurd in [Duration::from_hours(8_760), Duration::MAX] {
        let quota = quota();
        quota.refused(Some(absurd));

        let longest = Quota::LONGEST_WAIT + Duration::from_secs(1);
        assert!(quota.soonest(1) <= longest);
        tokio::time::advance(longest).await;
        assert!(is_ready(quota.turn()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_nothing_is_a_second_all_the_same() {
    let quota = quota();
    let start = Instant::now();
    quota.refused(Some(Duration::ZERO));

    call(&quota).await;

    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_shorter_refusal_does_not_open_early() {
    let quota = quota();
    let start = Instant::now();
    quota.refused(Some(Duration::from_secs(40)));
    quota.refused(Some(Duration::from_secs(2)));

    call(&quota).await;

    assert!(start.elapsed() >= Duration::from_secs(40));
}

#[tokio::test(start_paused = true)]
async fn a_later_refusal_moves_the_end() {
    let quota = quota();
    let start = Instant::now();
    quota.refused(Some(Duration::from_secs(10)));
    let late = Arc::clone(&quota);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(9)).await;
        late.refused(Some(Duration::from_secs(30)));
    });

    call(&quota).await;

    assert_eq!(start.elapsed(), Duration::from_millis(39_250));
}

#[tokio::test(start_paused = true)]
async fn refusals_that_name_no_time_wait_longer_each_until_a_call_goes_through() {
    let quota = quota();
    let mut waits = Vec::new();
    for _ in 0..7 {
        let mut turn = quota.turn().await;
        turn.sent();
        drop(turn);
        let refused = Instant::now();
        quota.refused(None);
        // Another one, that was on its way.
        quota.refused(None);
        drop(quota.turn().await);
        waits.push(refused.elapsed());
    }
    for (wait, least) in waits.iter().zip([5.25, 10.25, 20.25, 40.25, 60.25, 60.25, 60.25]) {
        let ratio = wait.as_secs_f64() / least;
        assert!((1.0..1.26).contains(&ratio), "{waits:?}");
    }
    calls(&quota, 2).await;

    let start = Instant::now();
    quota.refused(None);
    call(&quota).await;

    assert!(start.elapsed() < Duration::from_secs(7), "{:?}", start.elapsed());
}

/// Three calls, each of which is refused for a second.
async fn three_refusals(quota: &Arc<Quota>) {
    for _ in 0..3 {
        call(quota).await;
        quota.refused(Some(Duration::from_secs(1)));
    }
}

#[tokio::test(start_paused = true)]
async fn three_short_refusals_in_a_minute_lower_the_pace_for_an_hour() {
    let quota = quota();
    three_refusals(&quota).await;
    call(&quota).await;
    let start = Instant::now();

    calls(&quota, 79).await;
    assert_eq!(start.elapsed(), Duration::from_millis(79 * 606));
    assert_eq!(quota.closed(), None, "a lower pace closes nothing");

    tokio::time::advance(Duration::from_hours(1)).await;
    let start = Instant::now();
    calls(&quota, 80).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn three_refusals_in_more_than_a_minute_lower_no_pace() {
    let quota = quota();
    for _ in 0..3 {
        quota.refused(Some(Duration::from_secs(30)));
        call(&quota).await;
    }
    let start = Instant::now();

    calls(&quota, 77).await;

    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_further_refusal_doubles_the_time_between_calls_and_an_hour_without_one_halves_it() {
    let quota = quota();
    three_refusals(&quota).await;
    // At the lowest pace some room is waited for as well.
    for (between, wait) in [(1_212, 1_250), (2_424, 1_250), (2_424, 61_250)] {
        call(&quota).await;
        let start = Instant::now();
        quota.refused(Some(Duration::from_secs(1)));
        call(&quota).await;
        assert_eq!(
            start.elapsed(),
            Duration::from_millis(wait).max(Duration::from_millis(between))
        );
        let start = Instant::now();
        calls(&quota, 2).await;
        assert_eq!(start.elapsed(), Duration::from_millis(2 * between));
    }
    for between in [1_212, 606, 0] {
        tokio::time::advance(Duration::from_hours(1)).await;
        call(&quota).await;
        let start = Instant::now();
        calls(&quota, 2).await;
        assert_eq!(start.elapsed(), Duration::from_millis(2 * between));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_has_no_place_in_the_windows_nor_after_a_restart() {
    for restarts in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new();
        let mut quota = quota_in(folder.path(), &clock);
        calls(&quota, 80).await;
        quota.refused(Some(Duration::from_secs(1)));
        if restarts {
            quota = quota_in(folder.path(), &clock);
        }

        // Of the eighty that are ours from then on, one was not taken.
        call(&quota).await;
        assert_eq!(clock.passed(), 1_250);
        call(&quota).await;
        assert_eq!(clock.passed(), 60_250);
    }
}

#[tokio::test(start_paused = true)]
async fn for_two_hours_after_a_refusal_calls_go_one_by_one() {
    let quota = quota();
    quota.refused(Some(Duration::from_secs(1)));
    tokio::time::advance(Duration::from_mins(119)).await;
    let mut alone = quota.turn().await;
    alone.sent();
    let waiting = tokio::spawn({
        let quota = Arc::clone(&quota);
        async move { call(&quota).await }
    });
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(!waiting.is_finished());
    let answered = Instant::now();
    drop(alone);
    waiting.await.unwrap();
    assert_eq!(answered.elapsed(), Duration::ZERO);

    tokio::time::advance(Duration::from_mins(1)).await;
    let _one = quota.turn().await;
    assert!(is_ready(quota.turn()));
}

#[tokio::test(start_paused = true)]
async fn lanes_that_are_refused_together_are_refused_once() {
    let quota = quota();
    for _ in 0..8 {
        quota.refused(Some(Duration::from_secs(1)));
    }
    let start = Instant::now();

    calls(&quota, 80).await;

    assert_eq!(start.elapsed(), Duration::from_millis(1_250), "at full pace");
}

#[tokio::test(start_paused = true)]
async fn for_two_hours_after_a_refusal_a_fifth_of_the_minute_is_left_to_others() {
    let quota = quota();
    quota.refused(Some(Duration::from_secs(1)));
    calls(&quota, 80).await;
    let start = Instant::now();
    call(&quota).await;
    assert_eq!(start.elapsed(), Duration::from_millis(60_250));

    tokio::time::advance(Duration::from_hours(2)).await;
    let start = Instant::now();
    calls(&quota, 100).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

/// Calls of an hour, minute by minute, until the hour's window holds one back; how many those are.
async fn calls_of_an_hour(quota: &Arc<Quota>) -> usize {
    let start = Instant::now();
    let mut calls = 0;
    loop {
        call(quota).await;
        if start.elapsed() > Duration::from_mins(30) {
            return calls;
        }
        calls += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_take_of_an_hour_is_left_to_them_after_a_restart_too() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let quota = quota_in(folder.path(), &clock);
    calls(&quota, 1_201).await;
    // One of ours was not taken: 1,200 are, so 300 are others'.
    quota.refused(Some(Duration::from_mins(48)));
    let again = quota_in(folder.path(), &clock);
    tokio::time::advance(Duration::from_mins(61)).await;

    assert_eq!(calls_of_an_hour(&again).await, 1_200);

    tokio::time::advance(Duration::from_hours(2)).await;
    assert_eq!(calls_of_an_hour(&again).await, 1_500, "it is forgotten after two hours");
}

#[tokio::test(start_paused = true)]
async fn a_short_refusal_near_the_end_of_the_hour_leaves_more_of_it_to_others() {
    let quota = quota();
    calls(&quota, 1_201).await;
    quota.refused(Some(Duration::from_mins(48)));
    tokio::time::advance(Duration::from_mins(61)).await;
    calls(&quota, 500).await;
    // One for the minute, while the hour has room.
    quota.refused(Some(Duration::from_secs(5)));
    calls(&quota, 660).await;
    let left = quota.soonest(40);
    quota.refused(Some(Duration::from_secs(5)));

    assert!(left < Duration::from_mins(1), "{left:?}");
    // Of 1,500 three hundred and thirty are left to others, and of ours two were not taken.
    assert!(quota.soonest(1_170 - 1_158) < Duration::from_mins(2));
    assert!(quota.soonest(1_170 - 1_158 + 1) > Duration::from_mins(30));
}

#[tokio::test(start_paused = true)]
async fn what_is_left_to_others_is_ours_again_two_hours_after_they_last_filled_the_hour() {
    let quota = quota();
    calls(&quota, 1_201).await;
    let refused = Instant::now();
    quota.refused(Some(Duration::from_mins(48)));
    tokio::time::advance(Duration::from_mins(61)).await;
    calls(&quota, 900).await;
    // One for the minute, while the hour has room.
    quota.refused(Some(Duration::from_secs(5)));
    tokio::time::advance(Duration::from_mins(62)).await;
    assert!(refused.elapsed() > Duration::from_hours(2));

    assert!(quota.soonest(1_300) < Duration::from_mins(20));
}

#[tokio::test(start_paused = true)]
async fn how_long_calls_will_take_knows_when_less_is_left_to_others() {
    for (wait, all) in [
        (0, [4_501, 1]),
        (49, [3_001, 1]),
        (60, [6_001, 1]),
        (75, [4_501, 1]),
        (90, [900, 10]),
        (100, [4_501, 1]),
        (110, [3_001, 1]),
        (119, [4_501, 1]),
    ] {
        let quota = quota();
        calls(&quota, 901).await;
        quota.refused(Some(Duration::from_mins(48)));
        tokio::time::advance(Duration::from_mins(wait)).await;
        for ahead in all {
            let start = Instant::now();
            let said = quota.soonest(ahead);

            calls(&quota, ahead).await;

            let took = start.elapsed();
            let is_true = said <= took && took < said + Duration::from_millis(50);
            assert!(is_true, "{wait} {ahead}: {said:?} {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_refusal_that_no_use_explains_leaves_nothing_of_the_hour() {
    let quota = quota();
    calls(&quota, 10).await;
    quota.refused(Some(Duration::from_mins(10)));
    tokio::time::advance(Duration::from_mins(61)).await;

    assert_eq!(calls_of_an_hour(&quota).await, 1_500);
}

#[tokio::test(start_paused = true)]
async fn others_show_by_refusals_that_our_own_calls_do_not_explain() {
    let quota = quota();
    calls(&quota, 40).await;
    assert!(!quota.is_shared());
    let mut changes = quota.changes();
    quota.refused(Some(Duration::from_secs(30)));
    assert!(quota.is_shared());
    assert!(changes.has_changed().unwrap());
    changes.borrow_and_update();
    tokio::time::advance(Duration::from_mins(121)).await;
    assert!(!quota.is_shared());

    // A server that weighs the last minute into this one.
    calls(&quota, 101).await;
    quota.refused(Some(Duration::from_secs(1)));
    assert!(!quota.is_shared());
}

#[tokio::test(start_paused = true)]
async fn who_goes_on_with_a_lookup_comes_before_who_begins_one() {
    let quota = quota();
    let mut going_on = quota.turn().await;
    going_on.sent();
    calls(&quota, 99).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut waiting = tokio::task::JoinSet::new();
    for name in ["first", "second"] {
        let (quota, order) = (Arc::clone(&quota), Arc::clone(&order));
        waiting.spawn(async move {
            call(&quota).await;
            order.lock().unwrap().push(name);
        });
        tokio::task::yield_now().await;
    }
    let told = Arc::clone(&order);
    waiting.spawn(async move {
        going_on.another().await.sent();
        told.lock().unwrap().push("going on");
    });

    waiting.join_all().await;

    assert_eq!(*order.lock().unwrap(), ["going on", "first", "second"]);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_was_not_used_is_given_back_to_who_waits() {
    let quota = quota();
    calls(&quota, 99).await;
    let unused = quota.turn().await;
    let waiting = tokio::spawn({
        let quota = Arc::clone(&quota);
        async move { call(&quota).await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let start = Instant::now();

    drop(unused);
    waiting.await.unwrap();

    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_reserves_nothing_and_holds_up_nobody() {
    let quota = quota();
    calls(&quota, 99).await;
    let mut held = quota.turn().await;
    assert!(!is_ready(quota.turn()));
    let waiting = tokio::time::timeout(Duration::from_secs(1), quota.turn()).await;
    assert!(waiting.is_err());
    held.sent();
    drop(held);

    let start = Instant::now();
    calls(&quota, 100).await;

    assert!(start.elapsed() <= Duration::from_millis(60_250), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_one_count_for_an_hour() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let mut lanes = tokio::task::JoinSet::new();
    for process in 0..2 {
        let quota = quota_in(folder.path(), &clock);
        for lane in 0..4 {
            let (quota, clock, sent) = (Arc::clone(&quota), clock.clone(), Arc::clone(&sent));
            lanes.spawn(async move {
                while clock.passed() < 3_700_000 {
                    let mut turn = quota.turn().await;
                    turn.sent();
                    tokio::time::sleep(Duration::from_millis(70 + 10 * lane)).await;
                    sent.lock().unwrap().push((clock.passed(), process));
                    tokio::time::sleep(Duration::from_millis(60)).await;
                }
            });
        }
    }
    lanes.join_all().await;

    let sent = sent.lock().unwrap().clone();
    let times: Vec<i64> = sent.iter().map(|(at, _)| *at).collect();
    assert_within_limits(&times);
    assert!(times.len() > 1_590, "the second hour has begun: {}", times.len());
    assert!((0..2).all(|process| sent.iter().filter(|(_, of)| *of == process).count() > 300));
}

#[tokio::test(start_paused = true)]
async fn another_process_learns_of_a_refusal_while_it_waits_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let (one, two) = (quota_in(folder.path(), &clock), quota_in(folder.path(), &clock));
    calls(&one, 100).await;
    let waiting = tokio::spawn(async move {
        call(&two).await;
        Instant::now()
    });
    tokio::time::sleep(Duration::from_secs(50)).await;
    let refused = Instant::now();

    one.refused(Some(Duration::from_secs(30)));
    drop(one);
    let restarted = quota_in(folder.path(), &clock);
    assert!(matches!(restarted.closed(), Some(Closed::Refused(_))));
    let opens = refused + Duration::from_millis(30_250);

    assert_eq!(waiting.await.unwrap(), opens);
    call(&restarted).await;
    assert_eq!(Instant::now(), opens);
}

#[tokio::test(start_paused = true)]
async fn a_restart_in_the_middle_of_an_hour_forgets_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    calls(&quota_in(folder.path(), &clock), 700).await;
    let quota = quota_in(folder.path(), &clock);

    calls(&quota, 801).await;

    assert!(clock.passed() >= 3_600_000, "{}", clock.passed());
    assert!(clock.passed() < 3_602_000, "{}", clock.passed());
}

#[tokio::test(start_paused = true)]
async fn a_call_of_a_process_that_was_killed_counts_as_answered_at_the_latest() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let killed = quota_in(folder.path(), &clock);
    calls(&killed, 99).await;
    std::mem::forget(killed.turn().await);
    let quota = quota_in(folder.path(), &clock);

    calls(&quota, 99).await;
    assert_eq!(clock.passed(), 60_250);
    call(&quota).await;
    assert_eq!(clock.passed(), 120_500, "the other place is not free yet");
    calls(&quota, 98).await;
    assert_eq!(clock.passed(), 120_500);
    call(&quota).await;
    assert_eq!(clock.passed(), 180_250, "answered after two minutes at the latest");
}

#[tokio::test(start_paused = true)]
async fn a_place_that_another_process_gives_back_is_seen_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let (one, two) = (quota_in(folder.path(), &clock), quota_in(folder.path(), &clock));
    calls(&one, 99).await;
    let unused = one.turn().await;
    let waiting = tokio::spawn(async move { call(&two).await });
    tokio::time::sleep(Duration::from_millis(10_500)).await;

    drop(unused);
    waiting.await.unwrap();

    assert!(clock.passed() <= 11_500, "{}", clock.passed());
}

#[tokio::test(start_paused = true)]
async fn a_wake_from_sleep_is_seen_within_five_seconds() {
    let clock = Clock::new();
    let quota = quota_by(&clock);
    calls(&quota, 1_500).await;
    let waiting = tokio::spawn(async move { call(&quota).await });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let slept = clock.passed();

    clock.jump(8 * 3_600);
    waiting.await.unwrap();

    assert!(clock.passed() - slept <= 5_000, "{}", clock.passed() - slept);
}

#[tokio::test(start_paused = true)]
async fn calls_in_the_future_count_as_made_now_whoever_finds_them() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    calls(&quota_in(folder.path(), &clock), 100).await;
    clock.jump(-86_400);

    let quota = quota_in(folder.path(), &clock);
    calls(&quota, 1).await;
    assert_eq!(clock.passed(), 60_250);

    let later = i64::MAX - 1;
    let in_the_future = "SELECT count(*) FROM call WHERE answered > ?1 OR reserved > ?1";
    let now = clock.wall().now().as_millisecond();
    let count = |at: i64| file_in(folder.path()).query_row(in_the_future, [at], |row| row.get(0));
    assert_eq!((count(now), count(later)), (Ok(0), Ok(0)), "rewritten");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_lasts_as_long_as_it_would_have_when_the_clock_goes_back() {
    let clock = Clock::new();
    let quota = quota_by(&clock);
    quota.refused(Some(Duration::from_secs(42)));
    clock.jump(-86_400);

    call(&quota).await;

    assert_eq!(clock.passed(), 42_250);
}

/// A ledger in a new file, in place of one that was lost.
fn lost(clock: &Clock) -> Arc<Ledger> {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    Ledger::calls_were_lost(&connection, clock.wall().now()).unwrap();
    Arc::new(Ledger::new(connection, clock.wall()).unwrap())
}

#[tokio::test(start_paused = true)]
async fn lost_call_times_lower_the_pace_for_an_hour_and_blame_nobody() {
    let clock = Clock::new();
    let quota = Quota::new(&key(), lost(&clock));

    calls(&quota, 101).await;
    assert_eq!(clock.passed(), 100 * 606);

    tokio::time::advance(Duration::from_hours(1)).await;
    let before = clock.passed();
    calls(&quota, 100).await;
    assert_eq!(clock.passed(), before);

    let quota = Quota::new(&key(), lost(&clock));
    quota.refused(Some(Duration::from_secs(1)));
    assert!(!quota.is_shared());
}

#[tokio::test(start_paused = true)]
async fn a_file_that_fails_costs_no_call_its_count() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let ledger = ledger_in(folder.path(), &clock);
    let quota = Quota::new(&key(), Arc::clone(&ledger));
    calls(&quota, 60).await;
    let mut before = quota.turn().await;
    let others = quota_in(folder.path(), &clock);
    calls(&others, 9).await;
    assert!(!ledger.trouble());
    let other = file_in(folder.path());
    // Every write fails from here on, as on a full disk.
    other
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON call BEGIN SELECT RAISE(ABORT, 'full'); END;",
        )
        .unwrap();

    calls(&quota, 30).await;
    before.sent();
    drop(before);
    assert_eq!(clock.passed(), 0);
    assert!(ledger.trouble());
    assert!(!ledger.trouble(), "it is told once");
    call(&quota).await;

    assert_eq!(clock.passed(), 60_250, "the calls of both processes were counted");
    calls(&quota, 99).await;
    assert_eq!(clock.passed(), 60_250);
    call(&quota).await;
    assert_eq!(clock.passed(), 120_500);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_even_be_read_lowers_the_pace() {
    let clock = Clock::new();
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_in(folder.path(), &clock);
    file_in(folder.path()).execute_batch("DROP TABLE quota; DROP TABLE call;").unwrap();
    let quota = Quota::new(&key(), ledger);

    calls(&quota, 11).await;

    assert_eq!(clock.passed(), 10 * 606);
}

#[tokio::test(start_paused = true)]
async fn quotas_of_different_keys_are_apart_and_tell_nothing_of_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let quotas = Quotas::new(ledger_in(folder.path(), &clock));
    let other = QuotaKey { tenant: "contoso".into(), client: "tenantclient".into(), ..key() };
    let (one, two) = (quotas.of(key()), quotas.of(other.clone()));

    calls(&one, 100).await;
    calls(&two, 100).await;
    // Written one after the other, its parts are those of the first.
    let alike = QuotaKey { tenant: "tenantc".into(), client: "lient".into(), ..key() };
    calls(&quotas.of(alike), 100).await;

    assert_eq!(clock.passed(), 0);
    assert!(Arc::ptr_eq(&two, &quotas.of(other)));
    drop((quotas, one, two));
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"contoso"));
    }
}

/// At no time more than the server's limits.
fn assert_within_limits(arrivals: &[i64]) {
    let mut arrivals = arrivals.to_vec();
    arrivals.sort_unstable();
    for (calls, length) in [(100, 60_000), (1_500, 3_600_000)] {
        for (first, next) in arrivals.iter().zip(arrivals.iter().skip(calls)) {
            assert!(next - first >= length, "{} calls in {} ms", calls + 1, next - first);
        }
    }
}

/// What can happen to calls, in a row.
#[derive(Debug, Clone)]
enum Happening {
    /// So many calls are reserved, as far as they may.
    Reserve(usize),
    /// The oldest call arrives and is answered.
    Answer(usize),
    GiveBack,
    Wait(u64),
    /// The process is killed, and another started.
    Kill,
    ClockBack(i64),
    Refused(Option<u64>),
    /// The other of two processes goes on.
    Other,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => (1_usize..120).prop_map(Happening::Reserve),
        8 => (1_usize..120).prop_map(Happening::Answer),
        2 => Just(Happening::GiveBack),
        6 => (1_u64..70_000).prop_map(Happening::Wait),
        1 => (1_u64..3_000_000).prop_map(Happening::Wait),
        1 => Just(Happening::Kill),
        1 => (1_i64..8_000).prop_map(Happening::ClockBack),
        1 => proptest::option::of(0_u64..100).prop_map(Happening::Refused),
        2 => Just(Happening::Other),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_window_of_the_server_takes_more_than_its_calls(
        happenings in proptest::collection::vec(happening(), 1..80),
        places in proptest::collection::vec(0.0..1.0_f64, 64),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let arrivals = runtime.block_on(arrivals(&happenings, &places));
        assert_within_limits(&arrivals);
    }
}

/// When the calls arrive at the server: somewhere between reservation and answer.
async fn arrivals(happenings: &[Happening], places: &[f64]) -> Vec<i64> {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let mut arrivals = Vec::new();
    let mut places = places.iter().cycle();
    let mut arrive = |reserved: i64, now: i64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "hours")]
        let later = ((now - reserved) as f64 * places.next().unwrap()) as i64;
        arrivals.push(reserved + later);
    };
    let process = || (quota_in(folder.path(), &clock), VecDeque::<(i64, Turn)>::new());
    let (mut this, mut other) = (process(), process());
    for happening in happenings {
        let (quota, under_way) = &mut this;
        match *happening {
            Happening::Reserve(calls) => {
                for _ in 0..calls {
                    let Ok(mut turn) = quota.reserve() else { break };
                    turn.sent();
                    under_way.push_back((clock.passed(), turn));
                }
            }
            Happening::Answer(calls) => {
                for (reserved, _turn) in under_way.drain(..calls.min(under_way.len())) {
                    arrive(reserved, clock.passed());
                }
            }
            Happening::GiveBack => drop(quota.reserve()),
            Happening::Wait(millis) => {
                let until = clock.passed() + i64::try_from(millis).unwrap();
                for (_, under_way) in [&mut this, &mut other] {
                    // No call takes longer.
                    let last = under_way
                        .partition_point(|(reserved, _)| reserved + Calls::LONGEST_CALL < until);
                    for (reserved, _turn) in under_way.drain(..last) {
                        arrive(reserved, clock.passed());
                    }
                }
                tokio::time::advance(Duration::from_millis(millis)).await;
            }
            Happening::Kill => {
                for (reserved, turn) in under_way.drain(..) {
                    arrive(reserved, clock.passed());
                    std::mem::forget(turn);
                }
                this = process();
            }
            Happening::ClockBack(seconds) => clock.jump(-seconds),
            Happening::Refused(asked) => {
                // The server has not counted it.
                if let Ok(mut turn) = quota.reserve() {
                    turn.sent();
                    drop(turn);
                    quota.refused(asked.map(Duration::from_secs));
                }
            }
            Happening::Other => std::mem::swap(&mut this, &mut other),
        }
    }
    for (reserved, _turn) in this.1.into_iter().chain(other.1) {
        arrive(reserved, clock.passed());
    }
    arrivals
}
