use std::path::Path;

use jiff::Timestamp;

use super::*;
use crate::{
    digest::Digests,
    identity::{Account, AccountId},
    source::Incomplete,
    view::{CloudOnly, Counts, ItemSort, ListSpec, Reading, Realm, Role, RowList, Severity},
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

/// What a reading of a file gives.
fn digest_of(sha1: Sha1Digest, size: u64) -> FileDigest {
    let digests = Digests { sha1, sha256: None, md5: None };
    FileDigest { digests, size, first: false, streams: Vec::new() }
}

/// A digest that a pasted text named.
fn pasted(sha1: Sha1Digest) -> FromText {
    FromText { digest: GivenDigest::Sha1(sha1), text: None, line: 1, note: None }
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
        batch.reading_began(file.tag.item, file.tag.generation);
        let read = digest_of(digest(n), 3);
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(read));
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
        unresolved,
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
        + unresolved
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

    batch.reading_began(files[0].tag.item, files[0].tag.generation);
    assert_eq!((batch.counts().reading, sum(batch.counts())), (1, 5));

    batch.reading_ended(files[0].tag.item, files[0].tag.generation, Err(ReadError::NotRegular));
    batch.reading_ended(files[1].tag.item, files[1].tag.generation, Err(ReadError::Vanished));
    for (n, file) in [(1, &files[2]), (2, &files[3]), (3, &files[4])] {
        let read = digest_of(digest(n), 1);
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(read));
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
    let ids: Vec<ItemId> = files.iter().map(|file| file.tag.item).collect();
    let counted = |batch: &Batch| {
        let counts = batch.counts();
        assert_eq!((counts.items, sum(counts)), (6, 6), "{counts:?}");
        let Counts { unread, reading, cancelled, waiting, asking, none_visible, .. } = counts;
        [unread, reading, cancelled, waiting, asking, none_visible]
    };
    for (n, file) in (1..).zip(&files[2..]) {
        let read = digest_of(digest(n), 1);
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(read));
    }
    batch.reading_began(ids[0], files[0].tag.generation);
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
    batch.reading_began(ids[0], files[0].tag.generation);
    assert_eq!(counted(&batch), [2, 0, 0, 3, 0, 1], "of the reading that was cancelled");
    batch.reading_began(ids[0], again[0].tag.generation);
    assert_eq!(counted(&batch), [1, 1, 0, 3, 0, 1]);

    batch.cancel_all();
    assert_eq!(counted(&batch), [0, 0, 5, 0, 0, 1]);
    assert!(again.iter().all(|file| file.ticket.is_cancelled()));
    assert_eq!(batch.next_to_ask(), None);
    let read = digest_of(digest(9), 1);
    batch.reading_ended(ids[0], again[0].tag.generation, Ok(read));
    assert_eq!(counted(&batch), [0, 0, 5, 0, 0, 1]);

    batch.start_over();
    assert_eq!(counted(&batch), [0, 0, 5, 1, 0, 0], "the next account asks what was not cancelled");
}

#[test]
fn a_lookup_that_another_item_wants_goes_on_until_the_last_is_cancelled() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b")]);
    for file in &files {
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(digest_of(digest(1), 1)));
    }
    batch.take_in_digests(vec![pasted(digest(1))], true);
    let pasted = item(&batch, 2).id;

    assert_eq!(batch.cancel(files[0].tag.item), None);
    assert_eq!(batch.cancel(files[1].tag.item), None);
    assert_eq!(batch.counts().waiting, 3, "all are counted by the lookup that they share");

    assert_eq!(batch.cancel(pasted), Some(digest(1)));
    assert_eq!(batch.counts().cancelled, 3);

    batch.retry(files[1].tag.item);
    assert_eq!(batch.cancel(files[0].tag.item), None, "the other one wants it again");
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

    batch.reading_began(files[0].tag.item, files[0].tag.generation);
    batch.reading_began(files[1].tag.item, files[1].tag.generation);
    files[0].ticket.came_to(40, 100);
    assert_eq!(batch.work(), work(Some(("a", 40)), 3, 1_100, 0));

    batch.reading_ended(
        files[0].tag.item,
        files[0].tag.generation,
        Ok(digest_of(digest(1), 1_000)),
    );
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
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(digest_of(digest(1), 1)));
    }
    batch.take_in_digests(vec![pasted(digest(1))], true);

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

    batch.reading_ended(
        again[0].tag.item,
        again[0].tag.generation - 1,
        Ok(digest_of(digest(9), 1)),
    );
    assert_eq!(item(&batch, 0).sha1, None);

    batch.reading_ended(again[0].tag.item, again[0].tag.generation, Ok(digest_of(digest(8), 1)));
    assert_eq!(item(&batch, 0).sha1, Some(digest(8).to_string()));
}

#[test]
fn what_ends_after_the_list_was_cleared_changes_nothing() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a")]);

    batch.clear();
    batch.reading_ended(files[0].tag.item, files[0].tag.generation, Ok(digest_of(digest(1), 1)));
    batch.lookup_went_on(digest(1), Progress::Ended(Ok(answer(&[]))));

    assert_eq!(batch.counts(), Counts::default());
    assert!(files[0].ticket.is_cancelled());
    let (next, _) = batch.take_in_files(vec![origin("b")]);
    assert_ne!(next[0].tag.item, files[0].tag.item, "ids are never used twice");
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
    assert_eq!(batch.take_in_digests(vec![pasted(digest(1)), pasted(digest(2))], true), 2);
}

#[test]
fn what_lies_with_a_cloud_is_listed_with_its_size_and_read_when_asked_for() {
    let mut batch = Batch::default();
    let cloud = Origin { finding: Finding::CloudOnly, size: Some(2_300), ..origin("a") };
    let (files, _) = batch.take_in_files(vec![cloud.clone(), origin("b")]);
    assert_eq!(files.len(), 1, "to open the other one would download it");
    let row = item(&batch, 0);
    assert_eq!(row.size, Some(2_300));
    let Some(Reading::Skipped { error }) = row.reading else { panic!("{:?}", row.reading) };
    assert_eq!(error.code, ErrorCode::CloudOnly);
    assert_eq!(batch.cloud_only(), Some(CloudOnly { files: 1, bytes: 2_300 }));
    assert!(batch.retry_failed().is_empty(), "it did not fail");

    let fetched = batch.read_cloud_only();

    assert_eq!(fetched.len(), 1);
    assert_eq!((batch.cloud_only(), batch.counts().unread), (None, 2));
    batch.reading_ended(fetched[0].tag.item, fetched[0].tag.generation, Err(ReadError::Locked));
    let (again, _) = batch.take_in_files(vec![cloud]);
    assert!(again.is_empty(), "dropped again, it is listed again");
    assert_eq!(batch.cloud_only().map(|cloud| cloud.files), Some(1));
}

#[test]
fn what_is_no_file_with_content_is_never_read() {
    let mut batch = Batch::default();
    let device = Origin { finding: Finding::NotRegular, ..origin("a") };

    let (files, _) = batch.take_in_files(vec![device]);

    assert!(files.is_empty());
    assert!(batch.retry(item(&batch, 0).id).is_none());
    assert_eq!(batch.counts().skipped, 1);
}

#[test]
fn an_empty_file_is_named_and_not_looked_up_nor_is_its_digest() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a")]);
    let nothing = "da39a3ee5e6b4b0d3255bfef95601890afd80709".parse().unwrap();

    batch.reading_ended(files[0].tag.item, files[0].tag.generation, Ok(digest_of(nothing, 0)));
    batch.take_in_digests(vec![pasted(nothing)], true);

    assert_eq!((batch.counts().skipped, batch.next_to_ask()), (2, None));
    let code = |row: crate::view::ItemRow| match row.reading {
        Some(Reading::Skipped { error }) => error.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(item(&batch, 0)), ErrorCode::EmptyFile);
    assert_eq!(code(item(&batch, 1)), ErrorCode::EmptyDigest);
}

#[test]
fn programs_go_first_and_those_of_one_kind_in_their_order() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(["a", "b", "c", "d"].map(origin).into());
    let firsts = [false, true, false, true];
    for ((n, first), file) in (1..).zip(firsts).zip(&files) {
        let read = FileDigest { first, ..digest_of(digest(n), 1) };
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(read));
    }
    // A program with the content of one that is none.
    let (more, _) = batch.take_in_files(vec![origin("e")]);
    let read = FileDigest { first: true, ..digest_of(digest(3), 1) };
    batch.reading_ended(more[0].tag.item, more[0].tag.generation, Ok(read));

    let order: Vec<_> = std::iter::from_fn(|| batch.next_to_ask()).collect();

    assert_eq!(order, [2, 4, 3, 1].map(digest));
}

#[test]
fn a_digest_of_another_kind_waits_for_nothing_and_is_asked_of_nobody() {
    let mut batch = Batch::default();
    let md5 = FromText { digest: GivenDigest::Md5([7; 16]), ..pasted(digest(1)) };

    batch.take_in_digests(vec![md5, pasted(digest(1))], true);

    let counts = batch.counts();
    assert_eq!((counts.unresolved, counts.waiting, sum(counts)), (1, 1, 2));
    assert_eq!(item(&batch, 0).sha1, None);
    assert!(batch.retry(item(&batch, 0).id).is_none());
    batch.start_over();
    assert_eq!([batch.next_to_ask(), batch.next_to_ask()], [Some(digest(1)), None]);
}

#[test]
fn what_is_found_after_a_cancellation_is_not_read_where_it_would_not_have_been() {
    let mut batch = Batch::default();
    let cloud = Origin { finding: Finding::CloudOnly, size: Some(7), ..origin("a") };
    let device = Origin { finding: Finding::NotRegular, ..origin("b") };

    batch.take_in_cancelled(vec![cloud, device, origin("c")]);

    let counts = batch.counts();
    assert_eq!((counts.skipped, counts.cancelled), (2, 1));
    assert_eq!(batch.cloud_only(), Some(CloudOnly { files: 1, bytes: 7 }));
}

#[test]
fn digests_that_come_after_a_cancellation_are_items_and_not_asked() {
    let mut batch = Batch::default();

    batch.take_in_digests(vec![pasted(digest(1))], false);

    assert_eq!((batch.counts().cancelled, batch.next_to_ask()), (1, None));
    batch.retry(item(&batch, 0).id);
    assert_eq!((batch.counts().waiting, batch.next_to_ask()), (1, Some(digest(1))));
}

#[test]
fn what_no_file_has_any_more_is_not_asked_about() {
    let mut batch = read(&["a", "b"]);

    let (again, _) = batch.take_in_files(vec![origin("a")]);

    assert_eq!([batch.next_to_ask(), batch.next_to_ask()], [Some(digest(2)), None]);
    batch.reading_ended(again[0].tag.item, again[0].tag.generation, Ok(digest_of(digest(1), 3)));
    assert_eq!(batch.next_to_ask(), Some(digest(1)), "unless it has it again");
}

#[test]
fn a_card_that_comes_back_is_news_to_whoever_looks_at_it() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b")]);
    let reads = |batch: &mut Batch, file: &FileToRead| {
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(digest_of(digest(1), 1)));
    };
    for file in &files {
        reads(&mut batch, file);
    }
    ended(&mut batch, digest(1), Ok(answer(&[r#"{"id":"x"}"#])));
    let cards = ListSpec::Alerts { item: files[1].tag.item };
    let mut before = batch.extent(cards).0;

    let (again, _) = batch.take_in_files(vec![origin("a"), origin("b")]);
    for file in &again {
        reads(&mut batch, file);
        let (revision, _) = batch.extent(cards);
        assert!(revision > before, "{revision} after {before}");
        before = revision;
    }
    assert_eq!(batch.extent(cards).1, 1);
}

#[test]
fn another_account_asks_for_what_was_answered_and_not_for_what_was_cancelled() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b"), origin("c")]);
    for (file, content) in files.iter().zip([1, 2, 2]) {
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(digest_of(digest(content), 1)));
    }
    ended(&mut batch, digest(1), Ok(answer(&[])));
    batch.cancel(files[1].tag.item);
    batch.cancel_all();

    batch.start_over();

    assert_eq!((batch.counts().waiting, batch.counts().cancelled), (1, 2));
}

/// Whatever comes in and whatever happens to it, each is counted once.
mod sums {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        intake::LeftOutTally,
        view::{LeftOutReason, Sums},
    };

    #[derive(Debug, Clone, Copy)]
    enum Event {
        File(u8, Finding),
        Found(u8),
        Digest(u8),
        LeftOut(LeftOutReason),
        Begins(usize),
        Ends(usize, u8),
        Late(usize),
        Cancel(u8),
        CancelAll,
        Retry(u8),
        RetryFailed,
        Fetch,
        Ask,
        StartOver,
    }

    fn event() -> impl Strategy<Value = Event> {
        let finding = prop_oneof![
            4 => Just(Finding::Regular),
            1 => Just(Finding::Unknown),
            1 => Just(Finding::CloudOnly),
            1 => Just(Finding::NotRegular),
        ];
        let reason = prop_oneof![
            Just(LeftOutReason::Link),
            Just(LeftOutReason::NotRegular),
            Just(LeftOutReason::Unreadable),
            Just(LeftOutReason::TooMany),
            Just(LeftOutReason::Cancelled),
            Just(LeftOutReason::Declined),
            Just(LeftOutReason::TextUnread),
        ];
        prop_oneof![
            6 => (0_u8..20, finding).prop_map(|(name, finding)| Event::File(name, finding)),
            1 => (0_u8..20).prop_map(Event::Found),
            2 => (0_u8..9).prop_map(Event::Digest),
            2 => reason.prop_map(Event::LeftOut),
            4 => (0_usize..9).prop_map(Event::Begins),
            6 => (0_usize..9, 0_u8..10).prop_map(|(at, how)| Event::Ends(at, how)),
            1 => (0_usize..9).prop_map(Event::Late),
            2 => (0_u8..20).prop_map(Event::Cancel),
            1 => Just(Event::CancelAll),
            2 => (0_u8..20).prop_map(Event::Retry),
            1 => Just(Event::RetryFailed),
            1 => Just(Event::Fetch),
            3 => Just(Event::Ask),
            1 => Just(Event::StartOver),
        ]
    }

    fn outcome(how: u8) -> Result<FileDigest, ReadError> {
        match how {
            0 => Err(ReadError::Vanished),
            1 => Err(ReadError::Changed),
            2 => Err(ReadError::NotRegular),
            3 => Err(ReadError::Blocked),
            4 => Ok(digest_of(digest(0), 0)),
            n => Ok(FileDigest { first: n % 2 == 0, ..digest_of(digest(n), 1) }),
        }
    }

    #[derive(Default)]
    struct World {
        batch: Batch,
        tally: LeftOutTally,
        /// Readings that were handed out.
        readings: Vec<(ItemId, u32)>,
        over: Vec<(ItemId, u32)>,
        left_out: u32,
    }

    impl World {
        fn reads(&mut self, files: impl IntoIterator<Item = FileToRead>) {
            self.readings
                .extend(files.into_iter().map(|file| (file.tag.item, file.tag.generation)));
        }

        fn happens(&mut self, event: Event) {
            let id = |n: u8| ItemId(u32::from(n));
            match event {
                Event::File(name, finding) => {
                    let file = Origin { finding, ..origin(&name.to_string()) };
                    let (files, _) = self.batch.take_in_files(vec![file]);
                    self.reads(files);
                }
                Event::Found(name) => {
                    self.batch.take_in_cancelled(vec![origin(&name.to_string())]);
                }
                Event::Digest(n) if n % 3 == 0 => {
                    let digest = GivenDigest::Md5([n; 16]);
                    self.batch
                        .take_in_digests(vec![FromText { digest, ..pasted(digest_n()) }], true);
                }
                Event::Digest(n) => {
                    self.batch.take_in_digests(vec![pasted(digest(n))], true);
                }
                Event::LeftOut(reason) => {
                    self.tally.add_many(reason, 1);
                    self.left_out += u32::from(reason != LeftOutReason::TextUnread);
                }
                Event::Begins(at) => {
                    if let Some((item, generation)) = self.readings.get(at) {
                        self.batch.reading_began(*item, *generation);
                    }
                }
                Event::Ends(at, how) => {
                    if at < self.readings.len() {
                        let (item, generation) = self.readings.remove(at);
                        self.batch.reading_ended(item, generation, outcome(how));
                        self.over.push((item, generation));
                    }
                }
                Event::Late(at) => {
                    if let Some(&(item, generation)) = self.over.get(at) {
                        // Of an older reading, unless it was the last one: then it changes nothing.
                        if !self.batch.is_current(item, generation) {
                            self.batch.reading_ended(item, generation, outcome(9));
                        }
                    }
                }
                Event::Cancel(n) => drop(self.batch.cancel(id(n))),
                Event::CancelAll => self.batch.cancel_all(),
                Event::Retry(n) => {
                    let file = self.batch.retry(id(n));
                    self.reads(file);
                }
                Event::RetryFailed => {
                    let files = self.batch.retry_failed();
                    self.reads(files);
                }
                Event::Fetch => {
                    let files = self.batch.read_cloud_only();
                    self.reads(files);
                }
                Event::Ask => {
                    if let Some(sha1) = self.batch.next_to_ask() {
                        ended(&mut self.batch, sha1, Ok(answer(&[])));
                    }
                }
                Event::StartOver => self.batch.start_over(),
            }
        }
    }

    fn digest_n() -> Sha1Digest {
        digest(1)
    }

    proptest! {
        #[test]
        fn add_up_whatever_comes_in_and_whatever_happens_to_it(
            events in proptest::collection::vec(event(), 0..120)
        ) {
            let mut world = World::default();
            for event in events {
                world.happens(event);

                let counts = world.batch.counts();
                prop_assert_eq!(sum(counts), counts.items);
                let sums = world.batch.sums(&world.tally);
                let files = world.batch.ids().filter(|id| world.batch.file(*id).is_some()).count();
                let Sums { found, read, to_read, not_read, digests, unresolved } = sums;
                let without: u32 = not_read.iter().map(|each| each.count).sum();
                prop_assert_eq!(found, read + to_read + without);
                prop_assert_eq!(found, u32::try_from(files).unwrap() + world.left_out);
                prop_assert_eq!(counts.unresolved, unresolved);
                let all = u32::try_from(files).unwrap() + digests + unresolved;
                prop_assert_eq!(counts.items, all);
                prop_assert!(not_read.iter().all(|each| each.count > 0));
                let work = world.batch.work();
                prop_assert_eq!(work.files, usize::try_from(to_read).unwrap());
            }
        }
    }
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
