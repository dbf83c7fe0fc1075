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
            requests: Vec::new(),
        },
    }
}

/// A batch of files that have been read, one digest each, from 1 on.
fn read(names: &[&str]) -> Batch {
    let mut batch = Batch::default();
    read_into(&mut batch, names);
    batch
}

fn read_into(batch: &mut Batch, names: &[&str]) {
    let (files, _) =
        batch.take_in_files(names.iter().map(|name| origin(name)).collect(), Haste::InTurn);
    for (n, file) in (1..).zip(files) {
        batch.reading_began(file.tag.item, file.tag.generation);
        let read = digest_of(digest(n), 3);
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(read));
    }
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
    let (files, _) = batch.take_in_files(names.map(origin).into(), Haste::InTurn);
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
    let (files, _) =
        batch.take_in_files(["a", "b", "c", "d", "e", "f"].map(origin).into(), Haste::InTurn);
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
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b")], Haste::InTurn);
    for file in &files {
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(digest_of(digest(1), 1)));
    }
    batch.take_in_digests(vec![pasted(digest(1))], Some(Haste::InTurn));
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
    let (files, _) = batch.take_in_files(origins, Haste::InTurn);
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
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b")], Haste::InTurn);
    for file in &files {
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(digest_of(digest(1), 1)));
    }
    batch.take_in_digests(vec![pasted(digest(1))], Some(Haste::InTurn));

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
    let (again, _) = batch.take_in_files(vec![origin("a")], Haste::InTurn);
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
    let (files, _) = batch.take_in_files(vec![origin("a")], Haste::InTurn);

    batch.clear();
    batch.reading_ended(files[0].tag.item, files[0].tag.generation, Ok(digest_of(digest(1), 1)));
    batch.lookup_went_on(digest(1), Progress::Ended(Ok(answer(&[]))));

    assert_eq!(batch.counts(), Counts::default());
    assert!(files[0].ticket.is_cancelled());
    let (next, _) = batch.take_in_files(vec![origin("b")], Haste::InTurn);
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

    let (files, left_out) = batch.take_in_files(many, Haste::InTurn);

    assert_eq!(files.len(), intake::MOST_ITEMS);
    assert_eq!(left_out, [origin(&intake::MOST_ITEMS.to_string())]);
    assert_eq!(batch.take_in_cancelled(vec![origin("one more")]), [origin("one more")]);
    assert_eq!(
        batch.take_in_digests(vec![pasted(digest(1)), pasted(digest(2))], Some(Haste::InTurn)),
        2
    );
}

#[test]
fn what_lies_with_a_cloud_is_listed_with_its_size_and_read_when_asked_for() {
    let mut batch = Batch::default();
    let cloud = Origin { finding: Finding::CloudOnly, size: Some(2_300), ..origin("a") };
    let (files, _) = batch.take_in_files(vec![cloud.clone(), origin("b")], Haste::InTurn);
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
    let (again, _) = batch.take_in_files(vec![cloud], Haste::InTurn);
    assert!(again.is_empty(), "dropped again, it is listed again");
    assert_eq!(batch.cloud_only().map(|cloud| cloud.files), Some(1));
}

#[test]
fn what_is_no_file_with_content_is_never_read() {
    let mut batch = Batch::default();
    let device = Origin { finding: Finding::NotRegular, ..origin("a") };

    let (files, _) = batch.take_in_files(vec![device], Haste::InTurn);

    assert!(files.is_empty());
    assert!(batch.retry(item(&batch, 0).id).is_none());
    assert_eq!(batch.counts().skipped, 1);
}

#[test]
fn an_empty_file_is_named_and_not_looked_up_nor_is_its_digest() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a")], Haste::InTurn);
    let nothing = "da39a3ee5e6b4b0d3255bfef95601890afd80709".parse().unwrap();

    batch.reading_ended(files[0].tag.item, files[0].tag.generation, Ok(digest_of(nothing, 0)));
    batch.take_in_digests(vec![pasted(nothing)], Some(Haste::InTurn));

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
    let (files, _) = batch.take_in_files(["a", "b", "c", "d"].map(origin).into(), Haste::InTurn);
    let firsts = [false, true, false, true];
    for ((n, first), file) in (1..).zip(firsts).zip(&files) {
        let read = FileDigest { first, ..digest_of(digest(n), 1) };
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(read));
    }
    // A program with the content of one that is none.
    let (more, _) = batch.take_in_files(vec![origin("e")], Haste::InTurn);
    let read = FileDigest { first: true, ..digest_of(digest(3), 1) };
    batch.reading_ended(more[0].tag.item, more[0].tag.generation, Ok(read));

    let order: Vec<_> = std::iter::from_fn(|| batch.next_to_ask()).collect();

    assert_eq!(order, [2, 4, 3, 1].map(digest));
}

#[test]
fn a_digest_of_another_kind_waits_for_nothing_and_is_asked_of_nobody() {
    let mut batch = Batch::default();
    let md5 = FromText { digest: GivenDigest::Md5([7; 16]), ..pasted(digest(1)) };

    batch.take_in_digests(vec![md5, pasted(digest(1))], Some(Haste::InTurn));

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

    batch.take_in_digests(vec![pasted(digest(1))], None);

    assert_eq!((batch.counts().cancelled, batch.next_to_ask()), (1, None));
    batch.retry(item(&batch, 0).id);
    assert_eq!((batch.counts().waiting, batch.next_to_ask()), (1, Some(digest(1))));
}

#[test]
fn what_no_file_has_any_more_is_not_asked_about() {
    let mut batch = read(&["a", "b"]);

    let (again, _) = batch.take_in_files(vec![origin("a")], Haste::InTurn);

    assert_eq!([batch.next_to_ask(), batch.next_to_ask()], [Some(digest(2)), None]);
    batch.reading_ended(again[0].tag.item, again[0].tag.generation, Ok(digest_of(digest(1), 3)));
    assert_eq!(batch.next_to_ask(), Some(digest(1)), "unless it has it again");
}

#[test]
fn a_card_that_comes_back_is_news_to_whoever_looks_at_it() {
    let mut batch = Batch::default();
    let (files, _) = batch.take_in_files(vec![origin("a"), origin("b")], Haste::InTurn);
    let reads = |batch: &mut Batch, file: &FileToRead| {
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(digest_of(digest(1), 1)));
    };
    for file in &files {
        reads(&mut batch, file);
    }
    ended(&mut batch, digest(1), Ok(answer(&[r#"{"id":"x"}"#])));
    let cards = ListSpec::Alerts { item: files[1].tag.item };
    let mut before = batch.extent(cards).0;

    let (again, _) = batch.take_in_files(vec![origin("a"), origin("b")], Haste::InTurn);
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
    let (files, _) =
        batch.take_in_files(vec![origin("a"), origin("b"), origin("c")], Haste::InTurn);
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
                    let (files, _) = self.batch.take_in_files(vec![file], Haste::InTurn);
                    self.reads(files);
                }
                Event::Found(name) => {
                    self.batch.take_in_cancelled(vec![origin(&name.to_string())]);
                }
                Event::Digest(n) if n % 3 == 0 => {
                    let digest = GivenDigest::Md5([n; 16]);
                    self.batch.take_in_digests(
                        vec![FromText { digest, ..pasted(digest_n()) }],
                        Some(Haste::InTurn),
                    );
                }
                Event::Digest(n) => {
                    self.batch.take_in_digests(vec![pasted(digest(n))], Some(Haste::InTurn));
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
        identity::WallClock,
        quota::{Closed, Ledger, Quota, QuotaClass, QuotaKey, Turn},
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

    fn quota() -> Arc<Quota> {
        let key = QuotaKey {
            cloud: None,
            tenant: "t".into(),
            client: "c".into(),
            class: QuotaClass::FilesAndAlerts,
        };
        let start = Instant::now();
        let clock = WallClock::new(move || Timestamp::UNIX_EPOCH + start.elapsed());
        Quota::new(&key, Arc::new(Ledger::in_memory(clock).unwrap()))
    }

    /// Asks a source with this script; gives how it went on last, and how long it took.
    async fn asked_of(quota: &Arc<Quota>, script: Vec<Outcome>) -> (Progress, Duration) {
        let source = Arc::new(Scripted(account(), Mutex::new(script.into())));
        let (sender, reports) = mpsc::channel();
        let start = Instant::now();
        let turn = quota.turn().await;

        let report = move |progress| sender.send(progress).unwrap();
        ask(source, Arc::clone(quota), turn, digest(1), report).await;

        (reports.iter().last().unwrap(), start.elapsed())
    }

    async fn asked(script: Vec<Outcome>) -> (Outcome, Duration) {
        match asked_of(&quota(), script).await {
            (Progress::Ended(outcome), took) => (outcome, took),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_ends_the_asking_and_stops_all_for_as_long_as_asked() {
        let refusal = Err(ApiError::Throttled { retry_after: Some(Duration::from_secs(42)) });
        let quota = quota();

        let (progress, took) = asked_of(&quota, vec![refusal]).await;

        assert!(matches!(progress, Progress::Refused), "{progress:?}");
        assert_eq!(took, Duration::ZERO);
        assert!(matches!(quota.closed(), Some(Closed::Refused(_))));
        let start = Instant::now();
        drop(quota.turn().await);
        let waited = start.elapsed();
        assert!((42..=43).contains(&waited.as_secs()), "{waited:?}");
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

/// What an earlier time has left.
mod kept {
    use super::*;
    use crate::journal::{ItemRecord, KeptItemKind, KeptReading};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn answer_at(seconds: i64, entries: &[&str]) -> Answer {
        let mut answer = answer(entries);
        answer.provenance.at = at(seconds);
        answer
    }

    /// A batch at second 10,000 that looks for what was kept; an answer of second 1,000 or later is
    /// fresh.
    fn seeking() -> Batch {
        let mut batch = Batch::default();
        batch.seek(true);
        batch.it_is(at(10_000), Some(SignedDuration::from_secs(9_000)));
        batch
    }

    /// The journal tells of a digest.
    fn sought(batch: &mut Batch, sha1: Sha1Digest, found: Option<Answer>) {
        let found = found.map(|answer| FoundAnswer { answer, alerts_at: Vec::new() });
        batch.sought([(sha1, found)]);
    }

    fn given(batch: &mut Batch, n: u8) {
        batch.take_in_digests(vec![pasted(digest(n))], Some(Haste::InTurn));
    }

    fn shown(batch: &Batch, index: u32) -> (Phase, Option<crate::view::Answer>) {
        let lookup = item(batch, index).lookup.unwrap();
        (lookup.phase, lookup.answer)
    }

    #[test]
    fn nothing_is_asked_before_the_journal_has_been() {
        let mut batch = seeking();
        given(&mut batch, 1);

        assert_eq!((batch.has_to_ask(), batch.counts().waiting), (false, 1));
        assert_eq!(batch.to_seek(), [digest(1)]);
        assert_eq!(batch.to_seek(), []);

        sought(&mut batch, digest(1), None);
        assert_eq!(batch.next_to_ask(), Some(digest(1)));
    }

    #[test]
    fn a_fresh_answer_is_shown_as_kept_and_not_asked_for() {
        let mut batch = seeking();
        given(&mut batch, 1);

        sought(&mut batch, digest(1), Some(answer_at(1_000, &[])));

        assert!(!batch.has_to_ask());
        assert_eq!(batch.counts().none_visible, 1);
        let (phase, answer) = shown(&batch, 0);
        assert_eq!(phase, Phase::Idle);
        assert!(answer.unwrap().provenance.kept);
    }

    #[test]
    fn an_older_answer_stays_in_sight_and_is_asked_for_after_all_others() {
        let mut batch = seeking();
        given(&mut batch, 1);
        given(&mut batch, 2);
        sought(&mut batch, digest(1), Some(answer_at(999, &[r#"{"id":"a"}"#])));
        sought(&mut batch, digest(2), None);

        let (phase, kept) = shown(&batch, 0);
        assert_eq!((phase, kept.unwrap().alerts), (Phase::Waiting, 1));
        assert_eq!(batch.counts().waiting, 2);
        assert_eq!([batch.next_to_ask(), batch.next_to_ask()], [Some(digest(2)), Some(digest(1))]);

        ended(&mut batch, digest(1), Ok(answer_at(2_000, &[])));
        let (phase, answer) = shown(&batch, 0);
        assert_eq!((phase, answer.unwrap().provenance.kept), (Phase::Idle, false));
    }

    #[test]
    fn what_was_incomplete_is_asked_for_however_fresh() {
        let mut batch = seeking();
        given(&mut batch, 1);
        let mut partial = answer_at(5_000, &[]);
        partial.incomplete = Some(Incomplete::Partial);

        sought(&mut batch, digest(1), Some(partial));

        assert_eq!(batch.counts().none_visible, 0);
        assert_eq!(batch.next_to_ask(), Some(digest(1)));
    }

    #[test]
    fn a_fresh_answer_is_asked_for_anew_where_the_person_wishes() {
        let mut batch = seeking();
        given(&mut batch, 1);
        sought(&mut batch, digest(1), Some(answer_at(5_000, &[])));
        given(&mut batch, 1);
        assert!(!batch.has_to_ask(), "given again it is as fresh");

        batch.retry(item(&batch, 0).id);

        assert_eq!(batch.next_to_ask(), Some(digest(1)));
        assert!(shown(&batch, 0).1.is_some(), "the kept one stays in sight");
    }

    #[test]
    fn what_comes_too_late_changes_nothing() {
        let mut batch = seeking();
        given(&mut batch, 1);
        batch.retry(item(&batch, 0).id);
        assert_eq!(batch.next_to_ask(), Some(digest(1)));
        ended(&mut batch, digest(1), Ok(answer_at(6_000, &[])));

        sought(&mut batch, digest(1), Some(answer_at(5_000, &[r#"{"id":"a"}"#])));

        let (phase, answer) = shown(&batch, 0);
        let answer = answer.unwrap();
        assert_eq!((phase, answer.alerts, answer.provenance.kept), (Phase::Idle, 0, false));
        assert!(!batch.has_to_ask());
    }

    #[test]
    fn an_alert_of_a_kept_answer_does_not_displace_a_newer_one() {
        let mut batch = seeking();
        given(&mut batch, 1);
        given(&mut batch, 2);
        sought(&mut batch, digest(1), None);
        ended(&mut batch, digest(1), Ok(answer_at(6_000, &[r#"{"id":"a","status":"Resolved"}"#])));

        sought(&mut batch, digest(2), Some(answer_at(5_000, &[r#"{"id":"a","status":"New"}"#])));

        assert_eq!(shown(&batch, 1).1.unwrap().open, 0);
    }

    #[test]
    fn what_the_person_just_did_goes_before_programs_and_all_others() {
        let mut batch = Batch::default();
        batch.take_in_digests((1..4).map(|n| pasted(digest(n))).collect(), Some(Haste::InTurn));
        let (files, _) = batch.take_in_files(vec![origin("program")], Haste::InTurn);
        let reading = files[0].tag;
        batch.reading_began(reading.item, reading.generation);
        let program = FileDigest { first: true, ..digest_of(digest(9), 3) };
        batch.reading_ended(reading.item, reading.generation, Ok(program));
        let (files, _) = batch.take_in_files(vec![origin("now")], Haste::Soon);
        let reading = files[0].tag;
        batch.reading_began(reading.item, reading.generation);
        batch.reading_ended(reading.item, reading.generation, Ok(digest_of(digest(7), 3)));
        batch.retry(item(&batch, 2).id);

        let order: Vec<_> = std::iter::from_fn(|| batch.next_to_ask()).collect();

        assert_eq!(order, [7, 3, 9, 1, 2].map(digest));
    }

    /// What the journal would be told of every item.
    fn records(batch: &Batch) -> Vec<ItemRecord> {
        let items = batch.counts().items;
        (0..items).map(|index| batch.record(item(batch, index).id).unwrap()).collect()
    }

    #[test]
    fn a_restart_goes_on_where_it_stood() {
        let mut before = Batch::default();
        before.it_is(at(7), None);
        read_into(&mut before, &["answered", "waiting"]);
        before.it_is(at(700), None);
        ended(&mut before, digest(1), Ok(answer_at(500, &[])));
        before.take_in_files(vec![origin("unread")], Haste::InTurn);
        given(&mut before, 4);
        let records = records(&before);
        assert_eq!(
            records.iter().map(|it| it.wanted).collect::<Vec<_>>(),
            [false, true, false, true]
        );

        let mut batch = seeking();
        let (files, left_out) = batch.restore(records);

        assert_eq!((files.len(), left_out, batch.counts().items), (1, 0, 4));
        assert_eq!(files[0].file.name(), "unread");
        assert_eq!(batch.to_seek(), [digest(1), digest(2), digest(4)]);
        sought(&mut batch, digest(1), Some(answer_at(500, &[])));
        sought(&mut batch, digest(2), None);
        // It was to be asked, so what was answered long before does not stand for it.
        sought(&mut batch, digest(4), Some(answer_at(600, &[])));
        let order: Vec<_> = std::iter::from_fn(|| batch.next_to_ask()).collect();
        assert_eq!(order, [digest(2), digest(4)]);
        assert_eq!(batch.counts().none_visible, 1);
        let Some(Reading::Read { earlier: Some(earlier) }) = item(&batch, 0).reading else {
            panic!("{:?}", item(&batch, 0).reading)
        };
        assert_eq!(earlier, at(7).into());
    }

    #[test]
    fn what_is_in_the_list_already_stays_as_it_is() {
        let mut batch = read(&["a"]);
        let records = records(&batch);

        let (files, _) = batch.restore(records.clone());

        assert!(files.is_empty());
        assert_eq!(batch.counts().items, 1);
        assert_eq!(batch.reopen(records[0].clone()), Some(item(&batch, 0).id));
    }

    #[test]
    fn what_was_cancelled_is_not_asked_after_a_restart() {
        let mut before = read(&["a", "b"]);
        before.cancel(item(&before, 0).id);
        before.take_in_files(vec![origin("c")], Haste::InTurn);
        before.cancel(item(&before, 2).id);
        let mut batch = seeking();

        let (files, _) = batch.restore(records(&before));
        for sha1 in batch.to_seek() {
            sought(&mut batch, sha1, None);
        }

        assert!(files.is_empty());
        assert_eq!(batch.counts().cancelled, 2);
        assert_eq!(std::iter::from_fn(|| batch.next_to_ask()).count(), 1);
    }

    #[test]
    fn what_failed_to_be_read_is_read_again_after_a_restart() {
        let (mut before, mut batch) = (Batch::default(), seeking());
        let (files, _) = before.take_in_files(vec![origin("a")], Haste::InTurn);
        let reading = files[0].tag;
        before.reading_ended(reading.item, reading.generation, Err(ReadError::Changed));
        let records = records(&before);
        let KeptItemKind::File(file) = &records[0].what else { panic!() };
        assert!(matches!(&file.reading, KeptReading::Ended { .. }));

        assert_eq!(batch.restore(records).0.len(), 1);
    }

    #[test]
    fn what_is_reopened_is_shown_as_it_was_and_asked_only_if_it_never_was() {
        let mut before = read(&["a", "b"]);
        ended(&mut before, digest(1), Ok(answer_at(1, &[])));
        let [answered, never] = <[_; 2]>::try_from(records(&before)).unwrap();
        let mut batch = seeking();

        batch.reopen(answered).unwrap();
        batch.reopen(never).unwrap();
        for (sha1, answer) in batch.to_seek().into_iter().zip([Some(answer_at(1, &[])), None]) {
            sought(&mut batch, sha1, answer);
        }

        assert_eq!(shown(&batch, 0).0, Phase::Idle);
        assert_eq!(batch.counts().none_visible, 1);
        assert_eq!(batch.next_to_ask(), Some(digest(2)));
        assert_eq!(batch.next_to_ask(), None);
    }

    #[test]
    fn each_change_is_told_to_the_journal_once() {
        let mut batch = read(&["a", "b"]);
        let ids: Vec<_> = (0..2).map(|index| item(&batch, index).id).collect();
        assert_eq!(batch.changed(), ids);
        assert_eq!(batch.changed(), []);

        batch.cancel(ids[1]);
        assert_eq!(batch.changed(), ids[1..]);
    }

    #[test]
    fn an_answer_of_the_future_is_not_fresh() {
        let mut batch = seeking();
        given(&mut batch, 1);

        sought(&mut batch, digest(1), Some(answer_at(10_001, &[])));

        assert_eq!(batch.next_to_ask(), Some(digest(1)));
    }

    #[test]
    fn an_alert_that_is_new_replaces_one_of_the_future() {
        let mut batch = seeking();
        given(&mut batch, 1);
        let ahead = answer_at(99_999, &[r#"{"id":"a","status":"New"}"#]);
        sought(&mut batch, digest(1), Some(ahead));

        ended(&mut batch, digest(1), Ok(answer_at(10_000, &[r#"{"id":"a","status":"Resolved"}"#])));

        assert_eq!(shown(&batch, 0).1.unwrap().open, 0);
    }

    #[test]
    fn what_is_sought_when_the_journal_is_another_is_sought_again() {
        let mut batch = seeking();
        given(&mut batch, 1);
        given(&mut batch, 2);
        assert_eq!(batch.to_seek(), [digest(1), digest(2)]);
        sought(&mut batch, digest(2), None);

        batch.seek_again();

        assert_eq!(batch.to_seek(), [digest(1)]);
    }

    #[test]
    fn what_no_file_has_any_more_is_not_asked_once_it_was_sought() {
        let mut batch = seeking();
        read_into(&mut batch, &["a"]);
        let (again, _) = batch.take_in_files(vec![origin("a")], Haste::InTurn);
        let reading = again[0].tag;

        sought(&mut batch, digest(1), None);
        assert!(!batch.has_to_ask());

        batch.reading_ended(reading.item, reading.generation, Ok(digest_of(digest(2), 3)));
        sought(&mut batch, digest(2), None);
        assert_eq!(batch.next_to_ask(), Some(digest(2)));
        assert!(!batch.has_to_ask());
    }

    #[test]
    fn what_is_reopened_of_a_file_that_has_changed_is_shown_by_its_digest() {
        let mut before = read(&["a"]);
        ended(&mut before, digest(1), Ok(answer_at(1, &[])));
        let old = records(&before).remove(0);
        let mut batch = seeking();
        let (files, _) = batch.take_in_files(vec![origin("a")], Haste::InTurn);
        let reading = files[0].tag;
        batch.reading_ended(reading.item, reading.generation, Ok(digest_of(digest(2), 3)));

        let reopened = batch.reopen(old.clone()).unwrap();

        assert_eq!(batch.sha1_of(reopened), Some(digest(1)));
        assert_eq!(batch.counts().items, 2);
        assert_eq!(batch.reopen(old), Some(reopened));
    }
}
