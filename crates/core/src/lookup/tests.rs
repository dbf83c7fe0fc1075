use std::path::Path;

use jiff::Timestamp;

use super::*;
use crate::{
    identity::{Account, AccountId},
    source::Incomplete,
    view::{Counts, ItemSort, ListSpec, Realm, Role, RowList, Severity},
};

const ITEMS: ListSpec = ListSpec::Items { sort: ItemSort::Arrival };

fn account() -> Account {
    Account {
        id: AccountId {
            realm: Realm::Practice,
            cloud: None,
            tenant: "tenant".into(),
            object: "object".into(),
        },
        name: "Ann".into(),
        sign_in_name: "ann@example.org".into(),
        tenant_name: None,
        sees: None,
    }
}

fn digest(n: u8) -> Sha1Digest {
    format!("{n:02x}").repeat(20).parse().unwrap()
}

fn origin(name: &str) -> Origin {
    intake::origin_of(&Path::new("/drop").join(name))
}

fn answer(entries: &[&str]) -> Answer {
    Answer {
        alerts: entries.iter().map(|raw| Arc::new(Alert::read(raw).unwrap())).collect(),
        incomplete: None,
        provenance: Provenance {
            account: Arc::new(account()),
            host: "api.example".into(),
            at: Timestamp::UNIX_EPOCH,
        },
    }
}

/// A batch of files that have been read, one digest each, from 1 on.
fn read(names: &[&str]) -> Batch {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(names.iter().map(|name| origin(name)).collect());
    for (n, file) in (1..).zip(files) {
        batch.reading_began(file.item, file.generation);
        let read = FileDigest { sha1: digest(n), size: 3 };
        batch.reading_ended(file.item, file.generation, &Ok(read));
    }
    batch
}

fn ended(batch: &mut Batch, sha1: Sha1Digest, outcome: Outcome) {
    batch.lookup_went_on(sha1, Progress::Asking);
    batch.lookup_went_on(sha1, Progress::Ended(outcome));
}

fn item(batch: &Batch, index: u32) -> crate::view::ItemRow {
    let rows = batch.rows(ITEMS, index, index + 1);
    let RowList::Items(mut rows) = rows else { panic!("items were asked for: {rows:?}") };
    rows.remove(0)
}

fn sum(counts: Counts) -> u32 {
    let Counts {
        items: _,
        alerts: _,
        unread,
        reading,
        skipped,
        unreadable,
        cancelled,
        waiting,
        asking,
        alerted,
        none_visible,
        incomplete,
        failed,
    } = counts;
    unread
        + reading
        + skipped
        + unreadable
        + cancelled
        + waiting
        + asking
        + alerted
        + none_visible
        + incomplete
        + failed
}

#[test]
fn every_item_is_counted_in_exactly_one_state_at_every_step() {
    let mut batch = Batch::default();
    let names = ["a", "b", "c", "d", "e"];
    let (files, _) = batch.take_in_files(names.map(origin).into());
    assert_eq!((batch.counts().unread, sum(batch.counts())), (5, 5));

    batch.reading_began(files[0].item, 0);
    assert_eq!((batch.counts().reading, sum(batch.counts())), (1, 5));

    batch.reading_ended(files[0].item, 0, &Err(ReadError::NotRegular));
    batch.reading_ended(files[1].item, 0, &Err(ReadError::Vanished));
    for (n, file) in [(1, &files[2]), (2, &files[3]), (3, &files[4])] {
        let read = FileDigest { sha1: digest(n), size: 1 };
        batch.reading_ended(file.item, 0, &Ok(read));
    }
    assert_eq!((batch.counts().waiting, sum(batch.counts())), (3, 5));

    ended(&mut batch, digest(1), Ok(answer(&[])));
    ended(&mut batch, digest(2), Ok(answer(&[r#"{"id":"x"}"#])));
    ended(&mut batch, digest(3), Err(ApiError::Server { status: 500 }));

    let counts = batch.counts();
    assert_eq!(sum(counts), 5);
    assert_eq!(
        (counts.skipped, counts.unreadable, counts.none_visible, counts.alerted, counts.failed),
        (1, 1, 1, 1, 1)
    );
    assert_eq!(counts.alerts, 1);
}

#[test]
fn every_item_is_counted_in_exactly_one_state_while_things_are_cancelled_and_tried_again() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(["a", "b", "c", "d", "e", "f"].map(origin).into());
    let ids: Vec<ItemId> = files.iter().map(|file| file.item).collect();
    let counted = |batch: &Batch| {
        let counts = batch.counts();
        assert_eq!((counts.items, sum(counts)), (6, 6), "{counts:?}");
        let Counts { unread, reading, cancelled, waiting, asking, none_visible, .. } = counts;
        [unread, reading, cancelled, waiting, asking, none_visible]
    };
    for (n, file) in (1..).zip(&files[2..]) {
        let read = FileDigest { sha1: digest(n), size: 1 };
        batch.reading_ended(file.item, 0, &Ok(read));
    }
    batch.reading_began(ids[0], 0);
    assert_eq!(batch.next_to_ask(), Some(digest(1)));
    batch.lookup_went_on(digest(1), Progress::Asking);
    ended(&mut batch, digest(4), Ok(answer(&[])));
    assert_eq!(counted(&batch), [1, 1, 0, 2, 1, 1]);

    assert_eq!(batch.cancel(ids[0]), None, "it was being read");
    assert_eq!(counted(&batch), [1, 0, 1, 2, 1, 1]);
    assert_eq!(batch.cancel(ids[1]), None, "it waited to be read");
    assert_eq!(counted(&batch), [0, 0, 2, 2, 1, 1]);
    assert_eq!(batch.cancel(ids[2]), Some(digest(1)), "it was being asked");
    assert_eq!(counted(&batch), [0, 0, 3, 2, 0, 1]);
    assert_eq!(batch.cancel(ids[3]), Some(digest(2)), "it waited to be asked");
    assert_eq!(counted(&batch), [0, 0, 4, 1, 0, 1]);
    assert_eq!(batch.cancel(ids[5]), None, "it was done");
    assert_eq!(counted(&batch), [0, 0, 4, 1, 0, 1]);
    batch.put_back([digest(1)]);
    assert_eq!(batch.next_to_ask(), Some(digest(3)), "what is cancelled is not in the queue");
    batch.put_back([digest(3)]);
    assert!(batch.retry_failed().is_empty(), "what was cancelled did not fail");
    assert_eq!(counted(&batch), [0, 0, 4, 1, 0, 1]);

    let again: Vec<FileToRead> = ids.iter().take(4).filter_map(|id| batch.retry(*id)).collect();
    assert_eq!(again.len(), 2);
    assert_eq!(counted(&batch), [2, 0, 0, 3, 0, 1]);
    batch.reading_began(ids[0], 0);
    assert_eq!(counted(&batch), [2, 0, 0, 3, 0, 1], "of the reading that was cancelled");
    batch.reading_began(ids[0], again[0].generation);
    assert_eq!(counted(&batch), [1, 1, 0, 3, 0, 1]);

    batch.cancel_all();
    assert_eq!(counted(&batch), [0, 0, 5, 0, 0, 1]);
    assert!(again.iter().all(|file| file.cancelled.load(Ordering::Relaxed)));
    assert_eq!(batch.next_to_ask(), None);
    let read = FileDigest { sha1: digest(9), size: 1 };
    batch.reading_ended(ids[0], again[0].generation, &Ok(read));
    assert_eq!(counted(&batch), [0, 0, 5, 0, 0, 1]);

    batch.start_over();
    assert_eq!(counted(&batch), [0, 0, 5, 1, 0, 0], "the next account asks what was not cancelled");
}

#[test]
fn a_lookup_that_another_item_wants_goes_on_until_the_last_is_cancelled() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b")]);
    for file in &files {
        batch.reading_ended(file.item, 0, &Ok(FileDigest { sha1: digest(1), size: 1 }));
    }
    batch.take_in_digests(&[digest(1)]).unwrap();
    let pasted = item(&batch, 2).id;

    assert_eq!(batch.cancel(files[0].item), None);
    assert_eq!(batch.cancel(files[1].item), None);
    assert_eq!(batch.counts().waiting, 3, "all are counted by the lookup that they share");

    assert_eq!(batch.cancel(pasted), Some(digest(1)));
    assert_eq!(batch.counts().cancelled, 3);

    batch.retry(files[1].item);
    assert_eq!(batch.cancel(files[0].item), None, "the other one wants it again");
    assert_eq!(batch.counts().waiting, 3);
}

#[test]
fn an_answer_outlasts_that_asking_again_was_cancelled() {
    let mut batch = read(&["a"]);
    while batch.next_to_ask().is_some() {}
    ended(&mut batch, digest(1), Ok(answer(&[r#"{"id":"x"}"#])));
    let id = item(&batch, 0).id;
    batch.retry(id);

    assert_eq!(batch.cancel(id), Some(digest(1)));

    let lookup = item(&batch, 0).lookup.unwrap();
    assert_eq!((lookup.phase, lookup.answer.unwrap().alerts), (Phase::Idle, 1));
    assert_eq!(batch.counts().alerted, 1);
}

#[test]
fn what_is_found_after_it_was_cancelled_is_cancelled_and_what_is_known_stays() {
    let mut batch = read(&["a"]);
    ended(&mut batch, digest(1), Ok(answer(&[])));

    assert!(batch.take_in_cancelled(vec![origin("a"), origin("b")]).is_empty());

    let counts = batch.counts();
    assert_eq!((counts.items, counts.none_visible, counts.cancelled), (2, 1, 1));
    assert!(batch.retry(item(&batch, 1).id).is_some());
}

#[test]
fn the_work_that_is_left_is_counted_in_bytes_and_told_by_the_file_that_is_read_the_longest() {
    let mut batch = Batch::default();
    let sized = |name, size| Origin { size, ..origin(name) };
    let origins = vec![sized("a", Some(1_000)), sized("b", Some(500)), sized("c", None)];
    let (files, _) = batch.take_in_files(origins);
    let work = |longest: Option<(&str, u8)>, files, bytes, queued| Work {
        longest: longest.map(|(name, percent)| (Shown::of(name), percent)),
        files,
        bytes,
        queued,
    };
    assert_eq!(batch.work(), work(None, 3, 1_500, 0));

    batch.reading_began(files[0].item, 0);
    batch.reading_began(files[1].item, 0);
    files[0].percent.store(40, Ordering::Relaxed);
    assert_eq!(batch.work(), work(Some(("a", 40)), 3, 1_100, 0));

    batch.reading_ended(files[0].item, 0, &Ok(FileDigest { sha1: digest(1), size: 1_000 }));
    assert_eq!(batch.work(), work(Some(("b", 0)), 2, 500, 1));

    batch.cancel_all();
    assert_eq!(batch.work(), work(None, 0, 0, 0));
    assert!(!batch.is_reading());
}

#[test]
fn an_incomplete_answer_without_alerts_is_never_counted_as_none_visible() {
    let mut batch = read(&["a"]);
    let partial = Answer { incomplete: Some(Incomplete::PageMissing { page: 2 }), ..answer(&[]) };

    ended(&mut batch, digest(1), Ok(partial));

    assert_eq!(batch.counts().none_visible, 0);
    assert_eq!(batch.counts().incomplete, 1);
    let answer = item(&batch, 0).lookup.unwrap().answer.unwrap();
    assert_eq!(answer.incomplete.unwrap().code, ErrorCode::PageMissing);
}

#[test]
fn items_with_one_digest_share_one_lookup() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b")]);
    for file in &files {
        batch.reading_ended(file.item, 0, &Ok(FileDigest { sha1: digest(1), size: 1 }));
    }
    batch.take_in_digests(&[digest(1)]).unwrap();

    assert_eq!(batch.next_to_ask(), Some(digest(1)));
    assert_eq!(batch.next_to_ask(), None);

    ended(&mut batch, digest(1), Ok(answer(&[r#"{"id":"x"}"#])));
    assert_eq!(batch.counts().alerted, 3);
    assert_eq!(batch.counts().alerts, 1, "one alert, however many items it concerns");
}

#[test]
fn an_alert_that_changes_with_one_answer_changes_the_cards_of_the_other_file() {
    let mut batch = read(&["a", "b"]);
    ended(&mut batch, digest(1), Ok(answer(&[r#"{"id":"x","status":"New"}"#])));
    let cards = ListSpec::Alerts { item: item(&batch, 0).id };
    let before = batch.extent(cards);

    ended(&mut batch, digest(2), Ok(answer(&[r#"{"id":"x","status":"Resolved"}"#])));

    assert_ne!(batch.extent(cards), before);
}

#[test]
fn a_failure_leaves_the_older_answer_visible() {
    let mut batch = read(&["a"]);
    ended(&mut batch, digest(1), Ok(answer(&[r#"{"id":"x"}"#])));
    batch.retry(item(&batch, 0).id);

    ended(&mut batch, digest(1), Err(ApiError::Server { status: 503 }));

    let lookup = item(&batch, 0).lookup.unwrap();
    assert_eq!(lookup.answer.unwrap().alerts, 1);
    assert_eq!(lookup.failure.unwrap().code, ErrorCode::ServerError);
    assert_eq!(batch.counts().failed, 1);
}

#[test]
fn another_account_sees_nothing_of_the_one_before_and_is_asked_anew() {
    let mut batch = read(&["a", "b"]);
    while batch.next_to_ask().is_some() {}
    ended(&mut batch, digest(1), Ok(answer(&[r#"{"id":"x"}"#])));
    let RowList::Alerts(rows) = batch.rows(ListSpec::Alerts { item: item(&batch, 0).id }, 0, 9)
    else {
        panic!("alerts were asked for")
    };

    batch.start_over();

    assert!(batch.alert(rows[0].alert).is_none());
    assert!(item(&batch, 0).lookup.unwrap().answer.is_none());
    assert_eq!(batch.counts().waiting, 2);
    assert_eq!([batch.next_to_ask(), batch.next_to_ask()], [Some(digest(1)), Some(digest(2))]);
}

#[test]
fn a_late_reading_of_an_older_generation_is_dropped() {
    let mut batch = read(&["a"]);
    let (again, _) = batch.take_in_files(vec![origin("a")]);
    assert_eq!(again.len(), 1, "a file dropped again is read again, not doubled");
    assert_eq!(item(&batch, 0).sha1, None, "no old digest beside a file that is read anew");

    batch.reading_ended(again[0].item, 0, &Ok(FileDigest { sha1: digest(9), size: 1 }));
    assert_eq!(item(&batch, 0).sha1, None);

    batch.reading_ended(again[0].item, 1, &Ok(FileDigest { sha1: digest(8), size: 1 }));
    assert_eq!(item(&batch, 0).sha1, Some(digest(8).to_string()));
}

#[test]
fn what_ends_after_the_list_was_cleared_changes_nothing() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a")]);

    batch.clear();
    batch.reading_ended(files[0].item, 0, &Ok(FileDigest { sha1: digest(1), size: 1 }));
    batch.lookup_went_on(digest(1), Progress::Ended(Ok(answer(&[]))));

    assert_eq!(batch.counts(), Counts::default());
    assert!(files[0].cancelled.load(std::sync::atomic::Ordering::Relaxed));
    let (next, _) = batch.take_in_files(vec![origin("b")]);
    assert_ne!(next[0].item, files[0].item, "ids are never used twice");
}

#[test]
fn alerts_come_open_first_then_by_severity_then_the_latest() {
    let mut batch = read(&["a"]);
    let entry = |id: &str, severity: &str, status: &str, at: &str| {
        format!(
            r#"{{"id":"{id}","severity":"{severity}","status":"{status}","lastEventTime":"{at}"}}"#
        )
    };
    let entries = [
        entry("1", "High", "Resolved", "2026-01-04T00:00:00Z"),
        entry("2", "Low", "New", "2026-01-02T00:00:00Z"),
        entry("3", "Medium", "InProgress", "2026-01-01T00:00:00.19Z"),
        entry("4", "Medium", "New", "2026-01-01T00:00:00.2Z"),
    ];
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    ended(&mut batch, digest(1), Ok(answer(&entries)));

    let list = ListSpec::Alerts { item: item(&batch, 0).id };
    let RowList::Alerts(rows) = batch.rows(list, 0, 9) else { panic!() };
    let ids: Vec<&str> =
        rows.iter().map(|row| batch.alert(row.alert).unwrap().id.as_deref().unwrap()).collect();

    assert_eq!(ids, ["4", "3", "2", "1"]);
    assert_eq!(rows[0].role, Role::NoEvidence);
    let answer = item(&batch, 0).lookup.unwrap().answer.unwrap();
    assert_eq!((answer.open, answer.highest_open), (3, Some(Severity::Medium)));
}

#[test]
fn rows_beyond_the_end_are_none_and_not_an_error() {
    let batch = read(&["a"]);

    assert_eq!(batch.rows(ITEMS, 5, 900), RowList::Items(vec![]));
    assert_eq!(batch.rows(ITEMS, 1, 0), RowList::Items(vec![]));
}

#[test]
fn what_is_more_than_a_batch_takes_is_counted() {
    let mut batch = Batch::default();
    let many = (0..=intake::MOST_ITEMS).map(|n| origin(&n.to_string())).collect();

    let (files, left_out) = batch.take_in_files(many);

    assert_eq!(files.len(), intake::MOST_ITEMS);
    assert_eq!(left_out, [origin(&intake::MOST_ITEMS.to_string())]);
    assert_eq!(batch.take_in_cancelled(vec![origin("one more")]), [origin("one more")]);
    let full = batch.take_in_digests(&[digest(1), digest(2)]);
    assert_eq!(full, Err(BatchFull { left_out: 2 }));
}

mod asking {
    use std::{
        collections::VecDeque,
        sync::{Mutex, mpsc},
        time::Duration,
    };

    use tokio::time::Instant;

    use super::*;
    use crate::{
        quota::{MemoryLedger, Quota, QuotaClass, QuotaKey, Turn},
        source::AlertSource,
    };

    /// A source that gives what it was told to give, in order.
    struct Scripted(Account, Mutex<VecDeque<Outcome>>);

    #[async_trait::async_trait]
    impl AlertSource for Scripted {
        fn account(&self) -> &Account {
            &self.0
        }

        async fn ask(&self, _: Sha1Digest, _turn: Turn) -> Outcome {
            self.1.lock().unwrap().pop_front().expect("asked once too often")
        }
    }

    /// Asks a source with this script; gives how it ended and how long it took.
    async fn asked(script: Vec<Outcome>) -> (Outcome, Duration) {
        let key = QuotaKey {
            cloud: None,
            tenant: "t".into(),
            client: "c".into(),
            class: QuotaClass::FilesAndAlerts,
        };
        let quota = Quota::new(key, Arc::new(MemoryLedger::default()));
        let source = Arc::new(Scripted(account(), Mutex::new(script.into())));
        let (sender, reports) = mpsc::channel();
        let start = Instant::now();

        ask(source, quota, digest(1), move |progress| sender.send(progress).unwrap()).await;

        let took = start.elapsed();
        match reports.iter().last() {
            Some(Progress::Ended(outcome)) => (outcome, took),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_waits_as_long_as_asked_and_goes_on() {
        let refusal = Err(ApiError::Throttled { retry_after: Some(Duration::from_secs(42)) });

        let (outcome, took) = asked(vec![refusal, Ok(answer(&[]))]).await;

        assert!(outcome.is_ok());
        assert!(took >= Duration::from_secs(42) && took < Duration::from_secs(43), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_three_times() {
        let failing = || Err(ApiError::Server { status: 503 });

        let (outcome, _) = asked(vec![failing(), failing(), Ok(answer(&[]))]).await;
        assert!(outcome.is_ok());

        let (outcome, _) = asked(vec![failing(), failing(), failing()]).await;
        assert!(matches!(outcome, Err(ApiError::Server { status: 503 })));
    }

    #[tokio::test(start_paused = true)]
    async fn what_will_not_pass_is_tried_once() {
        let (outcome, took) = asked(vec![Err(ApiError::Unexpected { status: 200 })]).await;

        assert!(matches!(outcome, Err(ApiError::Unexpected { status: 200 })));
        assert_eq!(took, Duration::ZERO);
    }
}
