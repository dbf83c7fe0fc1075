//! The threads that read files.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    thread,
};

use super::{
    FileDigest, Further, ReadError,
    hashing::BLOCK,
    queue::Queue,
    read::{ToRead, read_file},
};
use crate::intake::{Device, FilePath};

/// One file to read.
#[derive(Debug)]
pub struct ReadJob<T> {
    /// The file.
    pub file: Arc<FilePath>,
    /// Its size in bytes, as far as it is known: the biggest is begun first.
    pub size: u64,
    /// What it lies on.
    pub device: Device,
    /// Whether it was seen to be a regular file; any other is looked at before it is opened.
    pub looked_at: bool,
    /// Whether a link at its place is followed: one that was given is, and no other.
    pub follow: bool,
    /// The reading, in the hands of who wants it.
    pub ticket: Arc<Ticket>,
    /// Names it in reports.
    pub tag: T,
}

/// A reading that was asked for. Dropping it cancels nothing.
#[derive(Debug, Default)]
pub struct Ticket {
    cancelled: AtomicBool,
    percent: AtomicU8,
}

impl Ticket {
    /// Ends the reading within its next block of at most 256 KiB. Nothing more is reported of it.
    /// [`Readers::let_go`] has to follow.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// How far the reading has come, 0 to 100.
    pub fn percent(&self) -> u8 {
        self.percent.load(Ordering::Relaxed)
    }

    /// The reading has come so far.
    pub(crate) fn came_to(&self, done: u64, size: u64) {
        let percent = done.saturating_mul(100).checked_div(size).unwrap_or(100).min(100);
        self.percent.store(u8::try_from(percent).unwrap_or(100), Ordering::Relaxed);
    }
}

/// What happened to a reading.
#[derive(Debug)]
pub enum Reading {
    /// It began.
    Began,
    /// It ended; nothing comes after it.
    Ended(Result<FileDigest, ReadError>),
}

/// Threads that read files, one each at a time, the biggest of those that wait first; as many side
/// by side as suit the machine, and on a rotating disk or a share one.
///
/// The threads end when this is dropped and the readings that were begun are done; nothing waits
/// for them, so that a dead network share cannot hold up quitting.
pub struct Readers<T: Copy + Send + 'static> {
    shared: Arc<Shared<T>>,
}

/// What the threads and their owner share.
struct Shared<T> {
    crew: Mutex<Crew<T>>,
    /// Something waits, or all is over.
    called: Condvar,
    gate: Gate,
    /// Bytes read by all of them since the start.
    bytes: AtomicU64,
    further: Further,
    report: Box<Report<T>>,
}

type Report<T> = dyn Fn(T, Reading) + Send + Sync;

/// The threads and their work.
struct Crew<T> {
    queue: Queue<T>,
    /// The readings that go on, but for those that were left behind.
    busy: HashMap<u64, Busy>,
    next: u64,
    /// Threads that wait for work.
    idle: usize,
    /// Threads that were started and have not come to work yet.
    starting: usize,
    /// All threads, those that were left behind too.
    alive: usize,
    /// How many are to work side by side.
    most: usize,
    over: bool,
}

struct Busy {
    device: Device,
    ticket: Arc<Ticket>,
}

/// How many threads may hang in readings that nobody wants any more. With so many no other is
/// started in their place: a machine on which that many shares are dead has no use for more.
const MOST_LEFT_BEHIND: usize = 64;

/// Holds the readers while the person has paused.
#[derive(Default)]
struct Gate {
    paused: Mutex<bool>,
    opened: Condvar,
    /// The same, to look at after each block without a lock.
    is_paused: AtomicBool,
}

impl Gate {
    fn set(&self, paused: bool) {
        *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = paused;
        self.is_paused.store(paused, Ordering::Release);
        self.opened.notify_all();
    }

    /// Waits while it is paused, unless the reading is cancelled.
    fn pass(&self, ticket: &Ticket) {
        if !self.is_paused.load(Ordering::Acquire) {
            return;
        }
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        while *paused && !ticket.is_cancelled() {
            paused = self.opened.wait(paused).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes the readings that are held look whether they were cancelled.
    fn look(&self) {
        // Whoever is between its look and its wait holds the lock.
        drop(self.paused.lock().unwrap_or_else(PoisonError::into_inner));
        self.opened.notify_all();
    }
}

impl<T: Copy + Send + 'static> Drop for Readers<T> {
    fn drop(&mut self) {
        let mut crew = self.shared.crew();
        crew.over = true;
        for ticket in crew.queue.drain() {
            ticket.cancel();
        }
        drop(crew);
        self.shared.called.notify_all();
        // A thread that is held would not see that its work is over.
        self.shared.gate.set(false);
    }
}

impl<T: Copy + Send + 'static> Readers<T> {
    /// Readers for this machine. `report` is called on their threads, for each reading in order,
    /// and must not block; nothing is reported of one that was cancelled. Threads are started as
    /// there is work for them.
    pub fn start(further: Further, report: impl Fn(T, Reading) + Send + Sync + 'static) -> Self {
        Self::with(suitable(), further, report)
    }

    fn with(
        most: usize,
        further: Further,
        report: impl Fn(T, Reading) + Send + Sync + 'static,
    ) -> Self {
        let crew = Crew {
            queue: Queue::new(most),
            busy: HashMap::new(),
            next: 0,
            idle: 0,
            starting: 0,
            alive: 0,
            most,
            over: false,
        };
        let shared = Shared {
            crew: Mutex::new(crew),
            called: Condvar::new(),
            gate: Gate::default(),
            bytes: AtomicU64::new(0),
            further,
            report: Box::new(report),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Takes in files to read. This does not block.
    pub fn read(&self, jobs: impl IntoIterator<Item = ReadJob<T>>) {
        let mut crew = self.shared.crew();
        for job in jobs {
            crew.queue.put(job);
        }
        self.shared.man(crew);
    }

    /// To be called once readings were cancelled. Leaves them behind: their threads count no more, and others are
    /// started in their place where there is work. One that comes back finds out, and delivers
    /// nothing.
    pub fn let_go(&self) {
        self.shared.gate.look();
        let mut crew = self.shared.crew();
        let cancelled: Vec<u64> = crew
            .busy
            .iter()
            .filter(|(_, busy)| busy.ticket.is_cancelled())
            .map(|(number, _)| *number)
            .collect();
        for number in cancelled {
            crew.is_done(number);
        }
        self.shared.man(crew);
    }

    /// Holds every reading after its next block of at most 256 KiB, and begins none; or goes on.
    pub fn pause(&self, paused: bool) {
        self.shared.gate.set(paused);
    }

    /// How many bytes were read since the start; sampled, never sent.
    pub fn bytes(&self) -> u64 {
        self.shared.bytes.load(Ordering::Relaxed)
    }
}

/// How many threads suit this machine: enough to hide the latency of a cold disk.
fn suitable() -> usize {
    thread::available_parallelism().map_or(8, |cores| (4 * cores.get()).clamp(8, 32))
}

impl<T> Crew<T> {
    /// A reading is over, or is left behind; not twice.
    fn is_done(&mut self, number: u64) {
        if let Some(Busy { device, .. }) = self.busy.remove(&number) {
            self.queue.done(device);
        }
    }

    /// The next file to read, if there is one and it is this thread's turn.
    fn take(&mut self) -> Option<(u64, ReadJob<T>)> {
        if self.busy.len() >= self.most {
            return None;
        }
        let job = self.queue.take()?;
        let number = self.next;
        self.next += 1;
        let busy = Busy { device: job.device, ticket: Arc::clone(&job.ticket) };
        self.busy.insert(number, busy);
        Some((number, job))
    }

    /// How many threads there are to be started.
    fn wanted(&self) -> usize {
        let work = self.queue.ready().min(self.most.saturating_sub(self.busy.len()));
        let room = (self.most + MOST_LEFT_BEHIND).saturating_sub(self.alive);
        work.saturating_sub(self.idle + self.starting).min(room)
    }
}

impl<T> Shared<T> {
    fn crew(&self) -> MutexGuard<'_, Crew<T>> {
        self.crew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Copy + Send + 'static> Shared<T> {
    /// Sees that there are threads for what waits.
    fn man(self: &Arc<Self>, mut crew: MutexGuard<'_, Crew<T>>) {
        for _ in 0..crew.wanted() {
            let shared = Arc::clone(self);
            let started = thread::Builder::new().name("reader".into()).spawn(move || work(&shared));
            match started {
                Ok(_) => {
                    crew.alive += 1;
                    crew.starting += 1;
                }
                Err(error) if crew.alive == 0 => {
                    tracing::error!(%error, "no thread to read files");
                    return self.give_up(crew);
                }
                // Those that there are take over.
                Err(_) => break,
            }
        }
        // No more than there is work for: each that wakes in vain costs two switches.
        let work = crew.queue.ready().min(crew.most.saturating_sub(crew.busy.len()));
        let wake = crew.idle.min(work);
        drop(crew);
        for _ in 0..wake {
            self.called.notify_one();
        }
    }

    /// Without any thread all that waits has failed.
    fn give_up(&self, mut crew: MutexGuard<'_, Crew<T>>) {
        let mut jobs = Vec::new();
        while let Some((number, job)) = crew.take() {
            crew.is_done(number);
            jobs.push(job);
        }
        drop(crew);
        for job in jobs {
            (self.report)(job.tag, Reading::Ended(Err(ReadError::Panicked)));
        }
    }

    fn read(&self, job: &ReadJob<T>, block: &mut [u8]) {
        let ticket = &*job.ticket;
        self.gate.pass(ticket);
        if ticket.is_cancelled() {
            return;
        }
        (self.report)(job.tag, Reading::Began);
        let path = job.file.path();
        let further = self.further;
        let file = ToRead { path: &path, looked_at: job.looked_at, follow: job.follow, further };
        let mut before = 0;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            read_file(&file, block, |done, size| {
                // A second reading begins at 0 again.
                let block = done.checked_sub(before).unwrap_or(done);
                before = done;
                self.bytes.fetch_add(block, Ordering::Relaxed);
                ticket.came_to(done, size);
                self.gate.pass(ticket);
                if ticket.is_cancelled() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
        }));
        if !ticket.is_cancelled() {
            (self.report)(job.tag, Reading::Ended(outcome.unwrap_or(Err(ReadError::Panicked))));
        }
    }
}

/// What a thread does.
fn work<T: Copy + Send + 'static>(shared: &Arc<Shared<T>>) {
    let mut block = Vec::new();
    let mut crew = shared.crew();
    crew.starting -= 1;
    loop {
        if crew.over {
            crew.alive -= 1;
            return;
        }
        let Some((number, job)) = crew.take() else {
            // Others have taken the places of those that were left behind.
            if crew.alive > crew.most && crew.idle > 0 {
                crew.alive -= 1;
                return;
            }
            crew.idle += 1;
            crew = shared.called.wait(crew).unwrap_or_else(PoisonError::into_inner);
            crew.idle -= 1;
            continue;
        };
        // The end of one reading can make room for more than the one that its thread takes.
        if crew.busy.len() < crew.most && crew.queue.ready() > 0 {
            shared.man(crew);
        } else {
            drop(crew);
        }
        block.resize(BLOCK, 0);
        shared.read(&job, &mut block);
        crew = shared.crew();
        crew.is_done(number);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::{Path, PathBuf},
        sync::mpsc,
        time::Duration,
    };

    use super::*;

    type Outcome = (u32, Result<FileDigest, ReadError>);

    fn job(path: &Path, tag: u32) -> ReadJob<u32> {
        ReadJob {
            file: Arc::new(FilePath::of(path)),
            size: 0,
            device: Device::default(),
            looked_at: false,
            follow: true,
            ticket: Arc::default(),
            tag,
        }
    }

    /// Readers of which one works, what has begun, and what has ended.
    fn one_reader() -> (Readers<u32>, mpsc::Receiver<u32>, mpsc::Receiver<Outcome>) {
        let ((begin, begins), (end, ends)) = (mpsc::channel(), mpsc::channel());
        let readers = Readers::with(1, Further::default(), move |tag, reading| match reading {
            Reading::Began => drop(begin.send(tag)),
            Reading::Ended(outcome) => drop(end.send((tag, outcome))),
        });
        (readers, begins, ends)
    }

    fn file(folder: &Path, content: impl AsRef<[u8]>) -> PathBuf {
        let path = folder.join("file");
        std::fs::write(&path, content).unwrap();
        path
    }

    #[test]
    fn one_broken_file_stops_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let good = file(folder.path(), "abc");
        let (readers, _begins, ends) = one_reader();

        readers.read([
            job(&folder.path().join("missing"), 0),
            job(folder.path(), 1),
            job(&good, 2),
        ]);

        assert!(matches!(ends.recv().unwrap(), (0, Err(ReadError::Vanished))));
        assert!(matches!(ends.recv().unwrap(), (1, Err(ReadError::NotRegular))));
        assert_eq!(ends.recv().unwrap().1.unwrap().size, 3);
    }

    #[test]
    fn a_pause_holds_a_reading_in_the_middle_and_loses_nothing() {
        const SIZE: usize = 8 << 20;
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), vec![7; SIZE]);
        let ((begin, begins), (end, ends)) = (mpsc::channel(), mpsc::channel());
        let (go, wait) = mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let readers = Readers::with(1, Further::default(), move |_, reading| match reading {
            // Held in its beginning, so that the pause comes before the first block.
            Reading::Began => {
                begin.send(()).unwrap();
                wait.lock().unwrap().recv().unwrap();
            }
            Reading::Ended(outcome) => end.send(outcome.unwrap().size).unwrap(),
        });
        readers.read([job(&path, 0)]);
        begins.recv().unwrap();
        readers.pause(true);
        go.send(()).unwrap();

        assert!(ends.recv_timeout(Duration::from_millis(300)).is_err());
        assert_eq!(readers.bytes(), BLOCK as u64, "one block");

        readers.pause(false);
        assert_eq!(ends.recv().unwrap(), SIZE as u64);
        assert_eq!(readers.bytes(), SIZE as u64);
    }

    #[test]
    fn nothing_begins_in_a_pause_and_what_is_cancelled_in_it_never_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "abc");
        let (readers, begins, ends) = one_reader();
        readers.pause(true);
        let cancelled = job(&path, 0);
        let ticket = Arc::clone(&cancelled.ticket);
        readers.read([cancelled, job(&path, 1)]);
        assert!(begins.recv_timeout(Duration::from_millis(100)).is_err());

        ticket.cancel();
        readers.let_go();
        readers.pause(false);

        assert_eq!(ends.recv().unwrap().0, 1);
        drop(readers);
        assert_eq!((begins.iter().collect::<Vec<_>>(), ends.iter().count()), (vec![1], 0));
    }

    #[test]
    fn a_reader_that_hangs_is_left_behind_and_delivers_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "abc");
        let ((begin, begins), (end, ends)) = (mpsc::channel(), mpsc::channel());
        let (come_back, hang) = mpsc::channel::<()>();
        let hang = Mutex::new(hang);
        let readers = Readers::with(1, Further::default(), move |tag, reading| match reading {
            Reading::Began => {
                begin.send(tag).unwrap();
                // As a read from a dead share does.
                if tag == 0 {
                    hang.lock().unwrap().recv().unwrap();
                }
            }
            Reading::Ended(outcome) => end.send((tag, outcome.is_ok())).unwrap(),
        });
        let stuck = job(&path, 0);
        let ticket = Arc::clone(&stuck.ticket);
        readers.read([stuck, job(&path, 1)]);
        assert_eq!(begins.recv().unwrap(), 0);

        ticket.cancel();
        readers.let_go();

        assert_eq!((begins.recv().unwrap(), ends.recv().unwrap()), (1, (1, true)));
        come_back.send(()).unwrap();
        readers.read([job(&path, 2)]);
        assert_eq!(ends.recv().unwrap(), (2, true));
        drop(readers);
        assert_eq!(ends.iter().count(), 0, "nothing comes of what was left behind");
    }

    #[test]
    fn where_many_hang_no_thread_is_started_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "abc");
        let (begin, begins) = mpsc::channel();
        let (come_back, hang) = mpsc::channel::<()>();
        let hang = Mutex::new(hang);
        let readers = Readers::with(1, Further::default(), move |_, reading| {
            if matches!(reading, Reading::Began) {
                begin.send(()).unwrap();
                let _ = hang.lock().unwrap().recv();
            }
        });
        for _ in 0..=MOST_LEFT_BEHIND {
            let stuck = job(&path, 0);
            let ticket = Arc::clone(&stuck.ticket);
            readers.read([stuck]);
            begins.recv().unwrap();
            ticket.cancel();
            readers.let_go();
        }

        readers.read([job(&path, 1)]);

        assert!(begins.recv_timeout(Duration::from_millis(100)).is_err());
        drop(come_back);
        begins.recv().unwrap();
    }
}
