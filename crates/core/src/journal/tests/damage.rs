use std::{fs, io::Write as _};

use rusqlite::params;

use super::*;

/// Does something to the bytes of a file.
type Damage<'a> = &'a dyn Fn(&mut Vec<u8>);

/// A folder with a journal of some pages and a call in it, closed.
async fn some(clock: &Clock, me: &Arc<Account>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let Opened { journal, ledger, .. } = opened(folder.path(), clock, 1).await;
    let at = clock.now().as_millisecond();
    ledger
        .execute("INSERT INTO call (quota, reserved, answered) VALUES (x'0102', ?1, ?1)", [at])
        .unwrap();
    ledger.execute("INSERT INTO meta (name, value) VALUES ('salt', x'0a0b')", []).unwrap();
    let mine = journal.of(Arc::clone(me));
    let batch = mine.begin_batch();
    for number in 0..300 {
        let answer = answer_at(me, clock.now(), vec![alert(number, &"t".repeat(2_000))]);
        mine.note(batch, vec![answered(number, &answer)]);
    }
    assert!(journal.flushed().await);
    drop((journal, mine));
    while locks(folder.path()) > 1 {
        tokio::task::yield_now().await; // the thread closes the file
    }
    ledger.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    folder
}

/// That of opening, and one a process.
fn locks(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|it| it == "lock")).count()
}

fn calls(ledger: &Connection) -> u32 {
    ledger.query_row("SELECT count(*) FROM call", [], |row| row.get(0)).unwrap()
}

fn paced_until(ledger: &Connection) -> Option<i64> {
    let value: Option<[u8; 8]> = ledger
        .query_row("SELECT max(value) FROM meta WHERE name = 'paced_until'", [], |row| row.get(0))
        .unwrap();
    value.map(i64::from_le_bytes)
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_a_new_one_begun() {
    let (clock, me) = (Clock::new(), account("me"));
    let zeros = |bytes: &mut Vec<u8>| {
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 40 * 4096].fill(0);
    };
    let damages: [(&str, Damage<'_>); 4] = [
        ("garbage", &|bytes| bytes.fill(b'x')),
        ("short garbage", &|bytes| *bytes = b"no database".to_vec()),
        ("truncated", &|bytes| bytes.truncate(bytes.len() / 2 / 4096 * 4096)),
        ("zeros", &zeros),
    ];
    for (what, damage) in damages {
        let folder = some(&clock, &me).await;
        let path = folder.path().join("journal.sqlite");
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, &bytes).unwrap();

        let again = opened(folder.path(), &clock, 1).await;

        let [JournalNotice::Damaged { aside, calls_kept }] = &again.notices[..] else {
            panic!("{what}: {:?}", again.notices)
        };
        let name = aside.file_name().unwrap().to_str().unwrap();
        assert_eq!(name, "journal.damaged-2027-01-15T08-00-00Z.sqlite", "{what}");
        let kept = fs::read(aside).unwrap();
        assert!(kept.len() == bytes.len(), "{what}");
        // The zeros are in the journal's own pages; the calls stand at the beginning.
        assert_eq!(*calls_kept, what == "zeros", "{what}");
        let hour = clock.now().as_millisecond() + 3_600_000;
        let expected = if *calls_kept { (1, None) } else { (0, Some(hour)) };
        assert_eq!((calls(&again.ledger), paced_until(&again.ledger)), expected, "{what}");
        let mine = again.journal.of(Arc::clone(&me));
        assert_eq!(number_of_answers(&mine, 0..300).await, 0, "{what}");
        mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
        assert!(again.journal.flushed().await, "{what}");
        drop((again, mine));
        assert!(Journal::open(folder.path(), clock.wall()).unwrap().notices.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn damage_met_later_turns_to_memory_and_is_set_aside_by_the_next_start() {
    let (clock, me) = (Clock::new(), account("me"));
    let folder = some(&clock, &me).await;
    let mut opened_one = opened(folder.path(), &clock, 1).await;
    let mine = opened_one.journal.of(Arc::clone(&me));
    let path = folder.path().join("journal.sqlite");
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    file.write_all(&vec![b'x'; 1 << 20]).unwrap();

    let read = mine.answers((0..300).map(sha1).collect()).await;
    assert!(read.is_err(), "what cannot be read is not taken for nothing");
    let notice = opened_one.later.recv().await;
    assert_eq!(notice, Some(JournalNotice::DamagedMeanwhile));

    mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
    assert!(opened_one.journal.flushed().await);
    assert_eq!(number_of_answers(&mine, 0..300).await, 1);
    drop((opened_one, mine));
    // As long as it lives the file stays: it counts its calls there.
    while owner::any_lives(folder.path()).unwrap() {
        tokio::task::yield_now().await;
    }
    let again = Journal::open(folder.path(), clock.wall()).unwrap();
    assert!(matches!(again.notices[..], [JournalNotice::Damaged { .. }]), "{:?}", again.notices);
}

#[tokio::test]
async fn a_newer_file_is_left_alone() {
    let (clock, me) = (Clock::new(), account("me"));
    let folder = some(&clock, &me).await;
    let path = folder.path().join("journal.sqlite");
    {
        let newer = Connection::open(&path).unwrap();
        newer.execute_batch("DROP TABLE item; PRAGMA user_version = 2").unwrap();
    }
    let before = fs::read(&path).unwrap();

    let again = opened(folder.path(), &clock, 1).await;

    assert_eq!(again.notices, [JournalNotice::Newer]);
    assert!(paced_until(&again.ledger).is_some(), "nobody knows what was asked");
    let mine = again.journal.of(Arc::clone(&me));
    mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
    assert!(again.journal.flushed().await);
    assert_eq!(number_of_answers(&mine, 0..300).await, 1);
    let forgotten = again.journal.forget().await;
    assert!(forgotten.is_err(), "what is in it is still there");
    drop((again, mine));
    assert!(fs::read(&path).unwrap() == before);
}

#[tokio::test]
async fn a_file_of_the_ledger_alone_is_brought_to_this_version_with_its_calls() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    {
        let old = Connection::open(folder.path().join("journal.sqlite")).unwrap();
        old.execute_batch(
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE call (number INTEGER PRIMARY KEY AUTOINCREMENT, quota BLOB NOT NULL,
               reserved INTEGER NOT NULL, answered INTEGER) STRICT;",
        )
        .unwrap();
        old.execute("INSERT INTO call (quota, reserved) VALUES (x'01', ?1)", params![START])
            .unwrap();
    }

    let opened = opened(folder.path(), &clock, 1).await;

    assert!(opened.notices.is_empty());
    assert_eq!(calls(&opened.ledger), 1);
    let version: i32 =
        opened.ledger.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, database::VERSION);
    let mine = opened.journal.of(Arc::clone(&me));
    mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
    assert!(opened.journal.flushed().await);
}

#[tokio::test]
async fn where_no_file_can_be_all_is_in_memory() {
    let (parent, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let folder = parent.path().join("data");
    fs::write(&folder, "a file where the folder should be").unwrap();

    let opened = opened(&folder, &clock, 1).await;

    assert!(matches!(opened.notices[..], [JournalNotice::Unusable(_)]), "{:?}", opened.notices);
    assert!(paced_until(&opened.ledger).is_some());
    let mine = opened.journal.of(Arc::clone(&me));
    mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
    assert!(opened.journal.flushed().await);
    assert_eq!(number_of_answers(&mine, 0..3).await, 1);
}

// Windows gives no file away that is in use.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_taken_away_is_told_and_nothing_new_is_lost() {
    let (clock, me) = (Clock::new(), account("me"));
    let folder = some(&clock, &me).await;
    let mut opened = opened(folder.path(), &clock, 1).await;
    fs::remove_file(folder.path().join("journal.sqlite")).unwrap();
    let mine = opened.journal.of(Arc::clone(&me));

    mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
    assert!(opened.journal.flushed().await);

    assert_eq!(opened.later.recv().await, Some(JournalNotice::Gone));
    assert_eq!(number_of_answers(&mine, 0..3).await, 1);
}

#[tokio::test]
async fn a_full_disk_is_told_once_and_what_waits_is_written_later() {
    let (clock, me) = (Clock::new(), account("me"));
    let folder = some(&clock, &me).await;
    let mut opened = opened(folder.path(), &clock, 1).await;
    let mine = opened.journal.of(Arc::clone(&me));
    let full = |pages: i64| {
        // The limit is that of a connection, so the writer's own has to be told.
        opened.journal.tell(Told::Limit(pages));
    };
    full(1);
    let large = answer_at(&me, clock.now(), vec![alert(1_000, &"t".repeat(100_000))]);
    mine.note(mine.begin_batch(), vec![answered(1_000, &large)]);
    assert!(!opened.journal.flushed().await);
    mine.note(mine.begin_batch(), vec![answered(1_001, &large)]);
    assert!(!opened.journal.flushed().await);
    assert_eq!(
        opened.later.try_recv().ok(),
        Some(JournalNotice::NotWritten(io::ErrorKind::StorageFull))
    );
    assert!(opened.later.try_recv().is_err(), "it is told once");

    opened.journal.tell(Told::Limit(1 << 30));
    assert!(opened.journal.flushed().await);

    assert_eq!(opened.later.try_recv().ok(), Some(JournalNotice::WrittenAgain));
    assert_eq!(number_of_answers(&mine, 1_000..1_002).await, 2);
}

#[tokio::test]
async fn an_answer_that_has_lost_an_alert_is_none() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let Opened { journal, ledger, .. } = opened(folder.path(), &clock, 1).await;
    let mine = journal.of(Arc::clone(&me));
    let answer = answer_at(&me, clock.now(), vec![alert(1, "a"), alert(2, "b")]);
    mine.note(mine.begin_batch(), vec![answered(1, &answer), answered(2, &answer)]);
    assert!(journal.flushed().await);

    ledger.execute("DELETE FROM told WHERE answer = 1", []).unwrap();

    assert_eq!(number_of_answers(&mine, 0..3).await, 1);
    let history = mine.history(String::new()).await.unwrap();
    let incomplete = history.iter().filter(|entry| entry.answer.as_ref().unwrap().incomplete);
    assert_eq!(incomplete.count(), 1);
}

#[tokio::test]
async fn a_damaged_file_that_the_person_has_removed_is_begun_anew_and_paced() {
    let (clock, me) = (Clock::new(), account("me"));
    let folder = some(&clock, &me).await;
    fs::write(folder.path().join("journal.damaged"), "").unwrap();
    fs::remove_file(folder.path().join("journal.sqlite")).unwrap();

    let again = Journal::open(folder.path(), clock.wall()).unwrap();

    assert_eq!(again.notices, []);
    assert!(paced_until(&again.ledger).is_some());
    assert!(!folder.path().join("journal.damaged").exists());
}
