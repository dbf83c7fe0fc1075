//! A program that looks up a batch as the app does, goes on with it where it was killed, and ends
//! when all of it is answered. In its own time, of which an hour passes in a moment.
//!
//! Its arguments: the folder, the number of the batch, and by how many milliseconds its clock is
//! behind the server's.
#![expect(clippy::unwrap_used, reason = "what cannot be done is a failed test")]
#![expect(clippy::print_stdout, reason = "whoever kills it waits for that")]

mod asked;

use std::{
    collections::{HashSet, VecDeque},
    env,
    fs::{self, File},
    io::{Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use droptrace_core::{
    digest::Sha1Digest,
    identity::WallClock,
    journal::{AccountJournal, BatchId, ItemRecord, Journal, KeptItemKind, Noted},
    quota::{Ledger, Quota, QuotaClass, QuotaKey},
    source::{Answer, Provenance},
    view::Cloud,
};
use jiff::Timestamp;
use tokio::{
    runtime::Handle,
    task::{JoinSet, spawn_blocking},
    time::{Instant, pause, sleep},
};

use self::asked::{CALLS, LANES, TIME, TOLD, account, digests, opened};

/// When the first one begins, in milliseconds.
const START: i64 = 1_800_000_000_000;
/// From here to the server, and back.
const THERE: Duration = Duration::from_millis(50);
const BACK: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    pause();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = PathBuf::from(&arguments[0]);
    let (number, behind) = (arguments[1].parse().unwrap(), arguments[2].parse().unwrap());
    let server = Server::go_on(&folder);
    let clock = server.clock_behind(behind);

    let opened = opened(&folder, clock.clone()).await;
    let ledger = Arc::new(Ledger::new(opened.ledger, clock.clone()).unwrap());
    let mut later = opened.later;
    let journal = opened.journal.of(account());
    let Some((batch, unasked)) = take_up(&opened.journal, &journal, number).await else { return };
    let asker = Arc::new(Asker {
        unasked: Mutex::new(unasked),
        quota: Quota::new(&quota_key(), Arc::clone(&ledger)),
        server,
        clock,
        batch,
        all: opened.journal,
        journal,
        told: appended(&folder.join(TOLD)),
    });

    println!("asking");
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        lanes.spawn(ask(Arc::clone(&asker)));
    }
    let mut time = asker.server.time(&folder);
    loop {
        tokio::select! {
            lane = lanes.join_next() => match lane {
                Some(lane) => lane.unwrap(),
                None => break,
            },
            notice = later.recv() => panic!("{notice:?}"),
            () = time.keep(&asker.server) => assert!(!ledger.trouble(), "the ledger is on the disk"),
        }
    }
    asker.journal.end_batch(batch);
    assert!(asker.all.flushed().await);
}

fn quota_key() -> QuotaKey {
    QuotaKey {
        cloud: Some(Cloud::Commercial),
        tenant: account().id.tenant.clone(),
        client: "66666666-7777-8888-9999-000000000000".into(),
        class: QuotaClass::FilesAndAlerts,
    }
}

/// The batch that an earlier run left, or a new one, and what of it is not answered. None if all of
/// it was done.
async fn take_up(
    all: &Journal,
    journal: &AccountJournal,
    number: u32,
) -> Option<(BatchId, VecDeque<Sha1Digest>)> {
    let digests: Vec<Sha1Digest> = digests(number).collect();
    let answers = journal.answers(digests.clone()).await.unwrap();
    let answered: HashSet<Sha1Digest> = answers.iter().map(|kept| kept.sha1).collect();
    let unasked = digests.iter().filter(|sha1| !answered.contains(*sha1)).copied().collect();
    let left = journal.unfinished().await.unwrap();
    let batch = match &left[..] {
        [] if answered.len() == digests.len() => return None,
        [] => journal.begin_batch(),
        [left] => {
            assert!(journal.take_over(left.batch).await.unwrap(), "who had it does not live");
            left.batch
        }
        _ => panic!("more than one batch was left: {left:?}"),
    };

    // What was told first was written first: the end may lack.
    let kept = journal.items(batch).await.unwrap();
    let items = (0..).zip(&digests).map(|(item, sha1)| (item, record(*sha1)));
    let mut missing = Vec::new();
    for (place, (item, record)) in items.enumerate() {
        match kept.get(place) {
            Some(kept) => assert_eq!((kept.item, &kept.record), (item, &record)),
            None => missing.push(Noted::Item { item, record: Box::new(record) }),
        }
    }
    assert!(missing.is_empty() || answered.is_empty(), "nothing was asked before all was written");
    journal.note(batch, missing);
    assert!(all.flushed().await);
    Some((batch, unasked))
}

fn record(sha1: Sha1Digest) -> ItemRecord {
    ItemRecord { what: KeptItemKind::of_digest(sha1), wanted: true }
}

struct Asker {
    unasked: Mutex<VecDeque<Sha1Digest>>,
    quota: Arc<Quota>,
    server: Server,
    clock: WallClock,
    batch: BatchId,
    all: Journal,
    journal: AccountJournal,
    told: File,
}

impl Asker {
    fn next(&self) -> Option<Sha1Digest> {
        self.unasked.lock().unwrap().pop_front()
    }

    /// Waits until what was told is written, while no time passes.
    async fn flush(&self) {
        let (journal, runtime) = (self.all.clone(), Handle::current());
        assert!(spawn_blocking(move || runtime.block_on(journal.flushed())).await.unwrap());
    }
}

/// Asks one after the other.
async fn ask(asker: Arc<Asker>) {
    while let Some(sha1) = asker.next() {
        let mut turn = asker.quota.turn().await;
        turn.sent();
        sleep(THERE).await;
        asker.server.count(sha1);
        sleep(BACK).await;
        drop(turn);
        let answer = Answer {
            alerts: Vec::new(),
            incomplete: None,
            provenance: Provenance {
                account: account(),
                host: "api.example".into(),
                at: asker.clock.now(),
                requests: Vec::new(),
            },
        };
        asker.journal.note(asker.batch, vec![Noted::Answer { sha1, answer }]);
        asker.flush().await;
        write_line(&asker.told, &sha1.to_string());
    }
}

/// The server counts calls by its own clock, which never goes back.
struct Server {
    began: Instant,
    at: i64,
    calls: File,
}

impl Server {
    /// Its clock goes on from where it was last seen.
    fn go_on(folder: &Path) -> Self {
        // It may not have been seen yet.
        let time = fs::read(folder.join(TIME)).unwrap_or_default();
        let time = time.try_into().map_or(START, i64::from_le_bytes);
        let calls = appended(&folder.join(CALLS));
        let all = fs::read_to_string(folder.join(CALLS)).unwrap();
        let last = all.lines().last().map(|line| line.split_once(' ').unwrap().0.parse().unwrap());
        Self { began: Instant::now(), at: last.unwrap_or(START).max(time), calls }
    }

    fn now(&self) -> i64 {
        self.at + i64::try_from(self.began.elapsed().as_millis()).unwrap()
    }

    /// This computer's clock.
    fn clock_behind(&self, millis: i64) -> WallClock {
        let (began, at) = (self.began, self.at - millis);
        WallClock::new(move || Timestamp::from_millisecond(at).unwrap() + began.elapsed())
    }

    fn count(&self, sha1: Sha1Digest) {
        write_line(&self.calls, &format!("{} {sha1}", self.now()));
    }

    fn time(&self, folder: &Path) -> Time {
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        Time { file: options.open(folder.join(TIME)).unwrap(), next: self.began }
    }
}

/// The file that says which time it is.
struct Time {
    file: File,
    next: Instant,
}

impl Time {
    /// Waits for the next second, and writes it.
    async fn keep(&mut self, server: &Server) {
        tokio::time::sleep_until(self.next).await;
        self.next += Duration::from_secs(1);
        self.file.rewind().unwrap();
        self.file.write_all(&server.now().to_le_bytes()).unwrap();
    }
}

fn appended(path: &Path) -> File {
    File::options().create(true).append(true).open(path).unwrap()
}

/// A kill may part a write where a page of the file ends, which a line of 64 bytes never crosses.
fn write_line(mut file: &File, line: &str) {
    file.write_all(format!("{line:<63}\n").as_bytes()).unwrap();
}
