//! A program that is killed again and again, whatever it is at, keeps every answer that it said was
//! written, and calls no more often than it may.
//!
//! `asker.rs` is that program. What it called and what it said stands in files that know nothing of
//! the journal; by them it is judged.

use std::{
    collections::HashSet,
    env,
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use droptrace_core::{
    digest::Sha1Digest,
    identity::WallClock,
    journal::{Journal, Opened},
};
use jiff::Timestamp;
use proptest::{
    prelude::RngExt as _,
    test_runner::{RngAlgorithm, TestRng},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    task::JoinSet,
    time::timeout,
};

use crate::asked::{CALLS, ITEMS, LANES, TIME, TOLD, account, digests, opened};

/// How many programs live side by side, each in a folder of its own, and how often each is killed.
const FOLDERS: u64 = 2;
const KILLS: usize = 100;
/// The latest moment of a kill in milliseconds from the start, by when the journal is open...
const OPENING: u64 = 100;
/// ...and from the first call, by when half of a batch is asked.
const ASKING: u64 = 180;
/// How long anything may take that works.
const PATIENCE: Duration = Duration::from_secs(40);

const HOUR: i64 = 3_600_000;
/// So many calls in so many milliseconds are the most that the server takes.
const WINDOWS: [(usize, i64); 2] = [(100, 60_000), (1_500, HOUR)];

#[tokio::test]
#[expect(clippy::print_stdout, reason = "to be read where it fails")]
async fn whoever_is_killed_at_any_moment_loses_no_answer_and_calls_no_more_often_than_allowed() {
    let seed = env::var("DROPTRACE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| Timestamp::now().as_millisecond().unsigned_abs());
    println!("DROPTRACE_TEST_SEED={seed}");
    let mut folders = JoinSet::new();
    for number in 0..FOLDERS {
        folders.spawn(Record::begin(seed + number).live());
    }
    while let Some(lived) = folders.join_next().await {
        println!("{}", lived.unwrap());
    }
}

/// What is known of one folder.
struct Record {
    folder: TempDir,
    random: TestRng,
    /// By how many milliseconds the program's clock is behind the server's.
    behind: u64,
    batch: u32,
    called: Lines,
    told: Lines,
    /// Every call, by the server's clock in milliseconds.
    calls: Vec<i64>,
    /// The digests to which the journal has an answer.
    answered: HashSet<Sha1Digest>,
    /// The last row of the ledger.
    row: i64,
}

/// How a program ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Killed,
    /// All was answered.
    Done,
}

impl Record {
    fn begin(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self {
            random: TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
            behind: 0,
            batch: 0,
            called: Lines::of(folder.path().join(CALLS)),
            told: Lines::of(folder.path().join(TOLD)),
            calls: Vec::new(),
            answered: HashSet::new(),
            row: 0,
            folder,
        }
    }

    /// Kills one program after the other, and lets the last come to its end. Tells what there was.
    async fn live(mut self) -> String {
        let mut kills = 0;
        while kills < KILLS {
            match self.run().await {
                End::Killed => kills += 1,
                End::Done => self.batch += 1,
            }
        }
        let mut last = self.start();
        let status = timeout(PATIENCE, last.wait()).await.expect("it does not end").unwrap();
        assert!(status.success(), "{status}");
        self.judge(End::Done).await;

        let batches = usize::try_from(self.batch).unwrap() + 1;
        let items = batches * usize::try_from(ITEMS).unwrap();
        let again = self.calls.len() - items;
        assert!(0 < again && again <= LANES * kills, "{again} of {items} were called again");
        format!("{kills} kills in {batches} batches, {again} calls were made again")
    }

    /// One program, until it is killed or done.
    async fn run(&mut self) -> End {
        // A clock may be set back while nobody looks.
        if self.random.random_bool(0.25) {
            self.behind += self.random.random_range(0..3_000);
        }
        let mut program = self.start();
        let moment = if self.random.random_bool(0.5) {
            self.random.random_range(0..OPENING)
        } else {
            let output = program.stdout.take().unwrap();
            let asking = timeout(PATIENCE, BufReader::new(output).lines().next_line()).await;
            asking.expect("it does not begin").unwrap();
            self.random.random_range(0..ASKING)
        };
        let end = killed_after(program, Duration::from_millis(moment)).await;
        self.judge(end).await;
        end
    }

    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_asker"))
            .arg(self.folder.path())
            .args([self.batch.to_string(), self.behind.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// Looks at what a program left.
    async fn judge(&mut self, end: End) {
        let before = self.calls.len();
        let called = self.read_calls();
        self.judge_windows(before);

        let opened = opened(self.folder.path(), WallClock::of_system()).await;
        self.judge_answers(&opened.journal, called).await;
        if end == End::Done {
            let batch: Vec<Sha1Digest> = digests(self.batch).collect();
            assert_eq!(answered(&opened.journal, batch.clone()).await.len(), batch.len());
        }
        self.judge_rows(&opened, before);
    }

    /// The digests that were called since.
    fn read_calls(&mut self) -> HashSet<Sha1Digest> {
        let mut called = HashSet::new();
        for line in self.called.take() {
            let (at, sha1) = line.split_once(' ').unwrap();
            let sha1 = sha1.parse().unwrap();
            assert!(!self.answered.contains(&sha1), "{sha1} was answered before");
            assert!(called.insert(sha1), "{sha1} was called twice by one program");
            self.calls.push(at.parse().unwrap());
        }
        called
    }

    /// The server had nothing to refuse.
    fn judge_windows(&self, before: usize) {
        assert!(self.calls.is_sorted(), "the server's clock goes forward");
        for (most, length) in WINDOWS {
            for last in before.max(most)..self.calls.len() {
                let took = self.calls[last] - self.calls[last - most];
                assert!(took >= length, "{} calls in {took} ms", most + 1);
            }
        }
    }

    /// What was said to be written can be read.
    async fn judge_answers(&mut self, journal: &Journal, called: HashSet<Sha1Digest>) {
        let answered = answered(journal, called.iter().copied().collect()).await;
        let in_flight = called.len() - answered.len();
        assert!(in_flight <= LANES, "{in_flight} calls have no answer");
        self.answered.extend(answered);
        for line in self.told.take() {
            assert!(self.answered.contains(&line.parse().unwrap()), "{line} was lost");
        }
    }

    /// No answer of an earlier program is missing, and the ledger had each call before the server.
    fn judge_rows(&mut self, Opened { ledger, .. }: &Opened, before: usize) {
        let answers = "SELECT count(*) FROM answer";
        let answers: i64 = ledger.query_row(answers, [], |row| row.get(0)).unwrap();
        assert_eq!(usize::try_from(answers).unwrap(), self.answered.len(), "answers are kept");

        // What is older than an hour may be forgotten.
        let hour_ago = self.server_time() - HOUR;
        let recent = self.calls[before..].iter().filter(|at| **at > hour_ago).count();
        let calls = "SELECT count(*), coalesce(max(rowid), ?1) FROM call WHERE rowid > ?1";
        let (calls, last): (i64, i64) =
            ledger.query_row(calls, [self.row], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        self.row = last;
        let calls = usize::try_from(calls).unwrap();
        assert!(recent <= calls, "of {recent} calls only {calls} were reserved");
    }

    /// The latest that it can have been, in milliseconds.
    fn server_time(&self) -> i64 {
        // It is not there before the first one asks.
        let time = fs::read(self.folder.path().join(TIME)).unwrap_or_default();
        time.try_into().map_or(0, |time| i64::from_le_bytes(time) + 1_000)
    }
}

/// Which of these have an answer in the journal.
async fn answered(journal: &Journal, digests: Vec<Sha1Digest>) -> HashSet<Sha1Digest> {
    let answers = journal.of(account()).answers(digests).await.unwrap();
    answers.into_iter().map(|kept| kept.sha1).collect()
}

/// Kills the program at that moment, if it is not done before.
async fn killed_after(mut program: Child, moment: Duration) -> End {
    const KILLED: i32 = 9;

    let status = if let Ok(status) = timeout(moment, program.wait()).await {
        status.unwrap()
    } else {
        program.start_kill().unwrap();
        program.wait().await.unwrap()
    };
    let is_killed = status.signal() == Some(KILLED);
    assert!(is_killed || status.success(), "{status}");
    if is_killed { End::Killed } else { End::Done }
}

/// A file that grows.
struct Lines {
    path: PathBuf,
    read: u64,
}

impl Lines {
    fn of(path: PathBuf) -> Self {
        Self { path, read: 0 }
    }

    /// The lines that came since.
    fn take(&mut self) -> Vec<String> {
        // It is not there before the first one asks.
        let Ok(mut file) = File::open(&self.path) else { return Vec::new() };
        file.seek(SeekFrom::Start(self.read)).unwrap();
        let mut text = String::new();
        self.read += u64::try_from(file.read_to_string(&mut text).unwrap()).unwrap();
        text.lines().map(|line| line.trim_end().into()).collect()
    }
}
