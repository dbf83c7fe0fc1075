//! A process that is killed at any moment loses nothing of what it knew to be written.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use super::*;

const FOLDER: &str = "DROPTRACE_TEST_JOURNAL";

/// How many times it is killed.
fn points() -> u32 {
    std::env::var("DROPTRACE_TEST_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(20)
}

fn answer_of(number: u32, me: &Arc<Account>) -> Answer {
    let alerts = (0..number % 4).map(|nth| alert(number * 4 + nth, &"t".repeat(1_000)));
    answer_at(me, Timestamp::from_second(START).unwrap(), alerts.collect())
}

/// No test of its own: the process that is killed, which is this test program again. It tells after
/// each flush how far it has come.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "the other process reads it")]
async fn the_process_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let first: u32 = std::env::var("DROPTRACE_TEST_FIRST").unwrap().parse().unwrap();
    let me = account("me");
    let journal = opened(Path::new(&folder), &Clock::new(), 1).await.journal;
    let mine = journal.of(Arc::clone(&me));
    let batch = mine.begin_batch();
    for number in first.. {
        mine.note(
            batch,
            vec![
                item(number, file(&format!("/file-{number}"), read(number))),
                answered(number, &answer_of(number, &me)),
            ],
        );
        if number % 7 == 0 {
            assert!(journal.flushed().await);
            println!("flushed {number}");
        }
    }
}

#[tokio::test]
async fn a_kill_at_any_moment_loses_nothing_that_was_written() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let mut next = 1;
    for point in 0..points() {
        // Its start takes a moment too; some are killed in it.
        let random = u64::from(database::random()[0]) + u64::from(point % 4) * 60;
        let flushed = kill_after(folder.path(), next, Duration::from_millis(random));

        let opened = opened(folder.path(), &clock, 1).await;
        assert!(opened.notices.is_empty(), "{:?}", opened.notices);
        let mine = opened.journal.of(Arc::clone(&me));
        let until = flushed.map_or(next, |last| last + 1);
        let kept = mine.answers((1..until).map(sha1).collect()).await.unwrap();
        assert_eq!(kept.len(), usize::try_from(until - 1).unwrap(), "killed after {random} ms");
        for (number, kept) in (1..).zip(&kept) {
            assert_eq!(raws(&kept.answer), raws(&answer_of(number, &me)));
        }
        next = until;
    }
    assert!(next > 1, "it never came to write anything");
}

/// Starts the process and kills it; the last number that it told.
fn kill_after(folder: &Path, first: u32, wait: Duration) -> Option<u32> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "journal::tests::kill::the_process_that_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env("DROPTRACE_TEST_FIRST", first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let told = output.lines().map_while(Result::ok);
        told.filter_map(|line| line.rsplit_once("flushed ")?.1.parse().ok()).last()
    });
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}
