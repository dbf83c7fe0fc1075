use super::*;

#[tokio::test]
async fn an_answer_comes_back_as_it_was_after_a_restart() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let mut answer =
        answer_at(&me, clock.now(), vec![alert(2, "b"), alert(1, "a"), alert(2, "newer b")]);
    answer.incomplete = Some(Incomplete::PageMissing { page: 3 });
    let first = opened(folder.path(), &clock, 1).await.journal;
    let mine = first.of(Arc::clone(&me));
    let batch = mine.begin_batch();
    mine.note(batch, vec![answered(1, &answer)]);
    assert!(first.flushed().await);
    drop((first, mine));

    let again = opened(folder.path(), &clock, 1).await.journal;
    let kept = again.of(Arc::clone(&me)).answers(vec![sha1(2), sha1(1)]).await.unwrap();

    let [kept] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!(kept.sha1, sha1(1));
    assert_eq!(
        raws(&kept.answer),
        [&*alert(2, "newer b").raw, &*alert(1, "a").raw],
        "each once, in order, byte for byte"
    );
    assert_eq!(kept.answer.incomplete, answer.incomplete);
    assert_eq!(kept.complete_at, None);
    let provenance = &kept.answer.provenance;
    assert_eq!((&*provenance.host, provenance.at), ("api.example", clock.now()));
    assert_eq!(provenance.requests, ["request-1"]);
}

#[tokio::test]
async fn an_incomplete_answer_does_not_hide_when_the_last_complete_one_was() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let journal = opened(folder.path(), &clock, 1).await.journal;
    let mine = journal.of(Arc::clone(&me));
    let batch = mine.begin_batch();
    let complete = answer_at(&me, clock.now(), vec![alert(1, "a")]);
    clock.on(60);
    let mut incomplete = answer_at(&me, clock.now(), vec![]);
    incomplete.incomplete = Some(Incomplete::Partial);

    // In whichever order another process brings them.
    mine.note(batch, vec![answered(1, &complete), answered(1, &incomplete)]);
    mine.note(batch, vec![answered(2, &incomplete), answered(2, &complete)]);
    journal.flushed().await;

    for kept in mine.answers(vec![sha1(1), sha1(2)]).await.unwrap() {
        assert_eq!(kept.answer.incomplete, Some(Incomplete::Partial));
        assert_eq!(kept.answer.provenance.at, clock.now());
        assert_eq!(kept.complete_at, Some(complete.provenance.at));
        assert!(kept.answer.alerts.is_empty());
    }
}

#[tokio::test]
async fn another_account_and_another_key_see_nothing_and_lose_nothing() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::new());
    let (me, other) = (account("me"), account("other"));
    let journal = opened(folder.path(), &clock, 1).await.journal;
    let mine = journal.of(Arc::clone(&me));
    let batch = mine.begin_batch();
    mine.note(batch, vec![item(0, file("/a", read(1))), item(1, file("/b", KeptReading::Waiting))]);
    mine.note(batch, vec![answered(1, &answer_at(&me, clock.now(), vec![alert(1, "a")]))]);
    assert!(journal.flushed().await);
    drop((journal, mine));

    for (who, by) in [(&other, 1), (&me, 2), (&other, 2)] {
        let journal = opened(folder.path(), &clock, by).await.journal;
        let theirs = journal.of(Arc::clone(who));
        assert_eq!(number_of_answers(&theirs, 0..3).await, 0);
        assert!(theirs.history(String::new()).await.unwrap().is_empty());
        assert!(theirs.unfinished().await.unwrap().is_empty());
        assert!(theirs.items(batch).await.unwrap().is_empty());
        assert!(!theirs.take_over(batch).await.unwrap());
        // What they write beside it displaces nothing.
        let answer = answer_at(who, clock.now(), vec![alert(1, "theirs")]);
        theirs.note(theirs.begin_batch(), vec![answered(1, &answer)]);
        assert!(journal.flushed().await);
    }

    let journal = opened(folder.path(), &clock, 1).await.journal;
    let mine = journal.of(Arc::clone(&me));
    let kept = mine.answers(vec![sha1(1)]).await.unwrap();
    assert_eq!(raws(&kept[0].answer), [&*alert(1, "a").raw]);
    assert_eq!(mine.unfinished().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_left_is_offered_once_its_process_is_gone_and_taken_by_one() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let first = opened(folder.path(), &clock, 1).await.journal;
    let mine = first.of(Arc::clone(&me));
    let (batch, done) = (mine.begin_batch(), mine.begin_batch());
    let records = [
        file("/waiting", KeptReading::Waiting),
        file("/asked", read(1)),
        file("/unasked", read(2)),
        file("/unasked, too", read(2)),
        file("/failed", KeptReading::Ended { code: "unreadable".into() }),
        file("/cancelled", KeptReading::Cancelled),
        file("/no more", read(3)),
    ];
    mine.note(batch, (0..).zip(records.clone()).map(|(number, it)| item(number, it)).collect());
    let Noted::Item { mut record, .. } = item(6, records[6].clone()) else { panic!() };
    record.wanted = false;
    mine.note(batch, vec![Noted::Item { item: 6, record }]);
    mine.note(batch, vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
    mine.note(done, vec![item(0, file("/done", KeptReading::Waiting))]);
    mine.end_batch(done);
    first.flushed().await;

    let second = opened(folder.path(), &clock, 1).await.journal;
    let theirs = second.of(Arc::clone(&me));
    assert!(theirs.unfinished().await.unwrap().is_empty(), "its process lives");
    assert!(!theirs.take_over(batch).await.unwrap());
    drop((first, mine));
    // The writer thread has the lock until its last write is done.
    while theirs.unfinished().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }

    let unfinished = theirs.unfinished().await.unwrap();
    assert_eq!(
        unfinished,
        [Unfinished { batch, began: clock.now(), items: 7, unread: 1, unasked: 1 }]
    );
    let items = theirs.items(batch).await.unwrap();
    let mut as_noted = records.to_vec();
    as_noted[6].wanted = false;
    assert_eq!(items.iter().map(|it| it.record.clone()).collect::<Vec<_>>(), as_noted);

    let third = opened(folder.path(), &clock, 1).await.journal;
    assert!(theirs.take_over(batch).await.unwrap());
    assert!(!third.of(me).take_over(batch).await.unwrap(), "another has it");
}

#[tokio::test]
async fn the_history_has_a_digest_once_and_is_searched_by_all_that_it_shows() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let journal = opened(folder.path(), &clock, 1).await.journal;
    let mine = journal.of(Arc::clone(&me));
    let batch = mine.begin_batch();
    mine.note(batch, vec![item(0, file("/home/Old/Setup.exe", read(1)))]);
    clock.on(1);
    mine.note(batch, vec![item(1, file("/home/new/copy.exe", read(1)))]);
    mine.note(batch, vec![answered(1, &answer_at(&me, clock.now(), vec![alert(1, "Ein Übel")]))]);
    clock.on(1);
    mine.note(batch, vec![item(2, file("/tmp/other.bin", read(2)))]);
    journal.flushed().await;
    let found = async |text: &str| -> Vec<Sha1Digest> {
        let found = mine.history(text.into()).await.unwrap();
        found.iter().map(|entry| entry.sha1).collect()
    };

    let all = mine.history(String::new()).await.unwrap();
    assert_eq!(all.iter().map(|it| it.sha1).collect::<Vec<_>>(), [sha1(2), sha1(1)]);
    assert_eq!((all[1].further_names, all[0].further_names), (1, 0));
    let name = all[1].item.as_ref().and_then(ItemRecord::name);
    assert_eq!(name, Some(std::ffi::OsStr::new("copy.exe")));
    let summary = all[1].answer.as_ref().unwrap();
    assert_eq!((summary.alerts, summary.open, summary.unknown_open), (1, 1, 0));
    assert_eq!(summary.highest_open, Some(crate::view::Severity::High));
    assert!(all[0].answer.is_none());
    let digits = sha1(2).to_string();
    for (text, digest) in [
        ("setup", sha1(1)),
        ("/OLD/", sha1(1)),
        ("übel", sha1(1)),
        (" other.b ", sha1(2)),
        (&digits[..12], sha1(2)),
        (&digits.to_uppercase(), sha1(2)),
    ] {
        assert_eq!(found(text).await, [digest], "{text}");
    }
    assert!(found("nowhere").await.is_empty());
}

#[tokio::test]
async fn without_a_key_all_is_in_memory_and_nothing_in_the_file() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let Opened { journal, .. } = Journal::open(folder.path(), clock.wall()).unwrap();
    let mine = journal.of(Arc::clone(&me));
    let batch = mine.begin_batch();
    mine.note(batch, vec![item(0, file("/a", read(1)))]);
    mine.note(batch, vec![answered(1, &answer_at(&me, clock.now(), vec![alert(1, "a")]))]);
    assert!(!journal.flushed().await, "it is not decided where");
    assert_eq!(number_of_answers(&mine, 0..3).await, 0);

    journal.in_memory_only().await.unwrap();
    assert!(journal.flushed().await);
    assert_eq!(number_of_answers(&mine, 0..3).await, 1);
    assert_eq!(mine.history(String::new()).await.unwrap().len(), 1);

    journal.unlock(key(1)).await.unwrap();
    assert_eq!(number_of_answers(&mine, 0..3).await, 0, "what was in memory stayed there");
}

#[tokio::test]
async fn what_was_told_before_the_key_was_there_is_kept_with_it() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let Opened { journal, .. } = Journal::open(folder.path(), clock.wall()).unwrap();
    let mine = journal.of(Arc::clone(&me));
    mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);

    journal.unlock(key(1)).await.unwrap();
    assert!(journal.flushed().await);

    assert_eq!(number_of_answers(&mine, 0..3).await, 1);
}

#[tokio::test]
async fn what_is_too_old_is_deleted_at_once_and_hourly_whoevers_it_is() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let old = opened(folder.path(), &clock, 9).await.journal;
    let theirs = old.of(Arc::clone(&me));
    theirs.note(
        theirs.begin_batch(),
        vec![
            item(0, file("/a", read(1))),
            answered(1, &answer_at(&me, clock.now(), vec![alert(1, "a")])),
        ],
    );
    assert!(old.flushed().await);
    drop((old, theirs));
    clock.on(23 * 3_600);
    let Opened { journal, ledger, .. } = opened(folder.path(), &clock, 1).await;
    let rows = |table: &str| -> u32 {
        ledger.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    let mine = journal.of(Arc::clone(&me));
    mine.note(
        mine.begin_batch(),
        vec![answered(2, &answer_at(&me, clock.now(), vec![alert(2, "b")]))],
    );
    journal.keep_for(Retention::Day);
    journal.flushed().await;
    assert_eq!((rows("answer"), rows("alert"), rows("item"), rows("batch")), (2, 2, 1, 1));

    clock.on(2 * 3_600);
    journal.flushed().await;

    assert_eq!((rows("answer"), rows("alert"), rows("item"), rows("batch")), (1, 1, 0, 0));
    assert_eq!(number_of_answers(&mine, 0..3).await, 1);
    journal.keep_for(Retention::Off);
    journal.flushed().await;
    assert_eq!((rows("answer"), rows("alert"), rows("batch"), rows("told")), (0, 0, 0, 0));
}

#[tokio::test]
async fn to_forget_leaves_the_calls_of_the_last_hour_alone_and_says_what_it_removed() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let Opened { journal, ledger, .. } = opened(folder.path(), &clock, 1).await;
    let now = clock.now().as_millisecond();
    for at in [now - 3_800_000, now - 10, now] {
        ledger.execute("INSERT INTO call (quota, reserved) VALUES (x'01', ?1)", [at]).unwrap();
    }
    for at in [now - 7_300_000, now - 7_100_000] {
        ledger.execute("INSERT INTO refusal (quota, at) VALUES (x'01', ?1)", [at]).unwrap();
    }
    let mine = journal.of(Arc::clone(&me));
    let answer = answer_at(&me, clock.now(), vec![alert(1, "a"), alert(2, "b")]);
    mine.note(
        mine.begin_batch(),
        vec![item(0, file("/a", read(1))), answered(1, &answer), answered(2, &answer)],
    );
    std::fs::write(folder.path().join("journal.damaged-2027-01-01.sqlite"), "x").unwrap();
    std::fs::write(folder.path().join("journal.damaged-2027-01-01.sqlite-wal"), "x").unwrap();

    let forgotten = journal.forget().await.unwrap();

    let expected = Forgotten {
        answers: 2,
        alerts: 2,
        items: 1,
        batches: 1,
        set_aside: 1,
        calls_kept: 2,
        log_left: false,
    };
    assert_eq!(forgotten, expected);
    let refusals: u32 =
        ledger.query_row("SELECT count(*) FROM refusal", [], |row| row.get(0)).unwrap();
    assert_eq!(refusals, 1, "the one that is remembered");
    assert_eq!(number_of_answers(&mine, 0..3).await, 0);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    let aside = |name: &std::ffi::OsStr| name.to_str().unwrap().contains("damaged");
    assert!(!left.iter().any(|entry| aside(&entry.as_ref().unwrap().file_name())));
    assert_eq!(std::fs::metadata(folder.path().join("journal.sqlite-wal")).unwrap().len(), 0);
    let free: u32 = ledger.query_row("PRAGMA freelist_count", [], |row| row.get(0)).unwrap();
    assert_eq!(free, 0);

    // It goes on all the same.
    mine.note(mine.begin_batch(), vec![answered(1, &answer)]);
    assert!(journal.flushed().await);
    assert_eq!(number_of_answers(&mine, 0..3).await, 1);
}

#[tokio::test]
async fn two_processes_write_at_once_and_a_ledger_between_them() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let first = opened(folder.path(), &clock, 1).await;
    let second = opened(folder.path(), &clock, 1).await;
    let answer = answer_at(&me, clock.now(), vec![alert(1, "shared")]);
    for (opened, digests) in [(&first, 0..300), (&second, 300..600)] {
        let mine = opened.journal.of(Arc::clone(&me));
        let batch = mine.begin_batch();
        for digest in digests {
            mine.note(batch, vec![answered(digest, &answer)]);
        }
    }
    for _ in 0..100 {
        first.ledger.execute("INSERT INTO call (quota, reserved) VALUES (x'01', 1)", []).unwrap();
    }

    assert!(first.journal.flushed().await && second.journal.flushed().await);

    let mine = first.journal.of(Arc::clone(&me));
    assert_eq!(number_of_answers(&mine, 0..600).await, 600);
    let count = |sql| second.ledger.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM alert"), 1, "an alert is kept once");
    assert_eq!(count("SELECT count(*) FROM call"), 100);
}

#[tokio::test]
async fn a_huge_alert_comes_back_byte_for_byte() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let huge = alert(1, &"ü\\u0000 ".repeat(1 << 20));
    let journal = opened(folder.path(), &clock, 1).await.journal;
    let mine = journal.of(Arc::clone(&me));
    let answer = answer_at(&me, clock.now(), vec![Arc::clone(&huge)]);
    mine.note(mine.begin_batch(), vec![answered(1, &answer)]);
    assert!(journal.flushed().await);

    let kept = mine.answers(vec![sha1(1)]).await.unwrap();
    assert!(*kept[0].answer.alerts[0].raw == *huge.raw);
}
