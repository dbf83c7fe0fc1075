//! The threads that read files.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use super::{FileDigest, ReadError, read_file};

/// One file to read. Dropping the last handle to `cancelled` does not cancel; storing `true` does.
pub struct ReadJob {
    /// The file.
    pub path: PathBuf,
    /// Set to end the reading early.
    pub cancelled: Arc<AtomicBool>,
    /// How far the reading has come, 0 to 100; sampled, never sent.
    pub percent: Arc<AtomicU8>,
    /// Called on the reader thread when the reading begins.
    pub on_begin: Box<dyn FnOnce() + Send>,
    /// Called on the reader thread with the outcome, exactly once, unless it was cancelled.
    pub on_end: Box<dyn FnOnce(Result<FileDigest, ReadError>) + Send>,
}

/// A fixed set of threads that read files, one each at a time.
///
/// The threads end when this is dropped and the jobs that were begun are done; nothing waits for
/// them, so that a dead network share cannot hold up quitting.
pub struct Readers {
    jobs: mpsc::Sender<ReadJob>,
    shared: Arc<Shared>,
}

/// What the threads and their owner share.
#[derive(Default)]
struct Shared {
    gate: Gate,
    /// Bytes read by all of them since the start.
    bytes: AtomicU64,
}

/// Holds the readers while the person has paused.
#[derive(Default)]
struct Gate {
    paused: Mutex<bool>,
    opened: Condvar,
    /// The same, to look at after each block without a lock.
    is_paused: AtomicBool,
}

impl Gate {
    /// How soon a reading that is held notices that it was cancelled.
    const LOOK: Duration = Duration::from_millis(500);

    fn set(&self, paused: bool) {
        *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = paused;
        self.is_paused.store(paused, Ordering::Release);
        self.opened.notify_all();
    }

    /// Waits while it is paused, unless the reading is cancelled.
    fn pass(&self, cancelled: &AtomicBool) {
        if !self.is_paused.load(Ordering::Acquire) {
            return;
        }
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        while *paused && !cancelled.load(Ordering::Relaxed) {
            let waited = self.opened.wait_timeout(paused, Self::LOOK);
            paused = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        // A thread that is held would not see that its work is over.
        self.shared.gate.set(false);
    }
}

impl Readers {
    /// Starts `count` threads.
    ///
    /// # Errors
    ///
    /// If the system gives no more threads and there is none.
    pub fn start(count: usize) -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let (jobs, queue) = mpsc::channel::<ReadJob>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..count.max(1) {
            let (queue, shared) = (Arc::clone(&queue), Arc::clone(&shared));
            let started =
                thread::Builder::new().name(format!("reader-{number}")).spawn(move || {
                    loop {
                        // The guard is dropped before the job runs.
                        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        match job {
                            Ok(job) => run(job, &shared),
                            Err(mpsc::RecvError) => return,
                        }
                    }
                });
            if number == 0 {
                started?;
            }
        }
        Ok(Self { jobs, shared })
    }

    /// How many threads suit this machine: enough to hide the latency of a cold disk.
    pub fn suitable() -> usize {
        thread::available_parallelism().map_or(8, |cores| (4 * cores.get()).clamp(8, 32))
    }

    /// Holds every reading after its next block of at most 256 KiB, and begins none; or goes on.
    pub fn pause(&self, paused: bool) {
        self.shared.gate.set(paused);
    }

    /// How many bytes were read since the start; sampled, never sent.
    pub fn bytes(&self) -> u64 {
        self.shared.bytes.load(Ordering::Relaxed)
    }

    /// Puts a file in the queue; files are begun in the order in which they came.
    pub fn read(&self, job: ReadJob) {
        // Fails only if every thread is gone; the job's owner then sees it waiting for ever, so
        // its end is reported here.
        if let Err(mpsc::SendError(job)) = self.jobs.send(job) {
            (job.on_end)(Err(ReadError::Panicked));
        }
    }
}

fn run(job: ReadJob, shared: &Shared) {
    shared.gate.pass(&job.cancelled);
    if job.cancelled.load(Ordering::Relaxed) {
        return;
    }
    (job.on_begin)();
    let mut before = 0;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        read_file(&job.path, &job.cancelled, |done, size| {
            // A second reading begins at 0 again.
            let block = done.checked_sub(before).unwrap_or(done);
            before = done;
            shared.bytes.fetch_add(block, Ordering::Relaxed);
            let percent = done.saturating_mul(100).checked_div(size).unwrap_or(100).min(100);
            job.percent.store(u8::try_from(percent).unwrap_or(100), Ordering::Relaxed);
            shared.gate.pass(&job.cancelled);
        })
    }))
    .unwrap_or(Err(ReadError::Panicked));
    if !job.cancelled.load(Ordering::Relaxed) {
        (job.on_end)(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_file_stops_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good");
        std::fs::write(&good, "abc").unwrap();
        let readers = Readers::start(1).unwrap();
        let (sender, ends) = mpsc::channel();

        for path in [folder.path().join("missing"), folder.path().to_owned(), good] {
            let sender = sender.clone();
            readers.read(ReadJob {
                path,
                cancelled: Arc::default(),
                percent: Arc::default(),
                on_begin: Box::new(|| {}),
                on_end: Box::new(move |outcome| sender.send(outcome).unwrap()),
            });
        }

        assert!(matches!(ends.recv().unwrap(), Err(ReadError::Vanished)));
        assert!(matches!(ends.recv().unwrap(), Err(ReadError::NotRegular)));
        assert_eq!(ends.recv().unwrap().unwrap().size, 3);
    }

    /// A job that reads this file and tells how it began and ended.
    fn job(path: PathBuf, began: mpsc::Sender<()>, ended: mpsc::Sender<u64>) -> ReadJob {
        ReadJob {
            path,
            cancelled: Arc::default(),
            percent: Arc::default(),
            on_begin: Box::new(move || {
                let _ = began.send(());
            }),
            on_end: Box::new(move |outcome| ended.send(outcome.unwrap().size).unwrap()),
        }
    }

    #[test]
    fn a_pause_holds_a_reading_in_the_middle_and_loses_nothing() {
        const SIZE: usize = 8 << 20;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        std::fs::write(&path, vec![7; SIZE]).unwrap();
        let readers = Readers::start(1).unwrap();
        let ((begin, begins), (end, ends)) = (mpsc::channel(), mpsc::channel());
        // Held in its beginning, so that the pause comes before the first block.
        let shared = Arc::clone(&readers.shared);
        let mut held = job(path.clone(), begin.clone(), end.clone());
        held.on_begin = Box::new(move || {
            shared.gate.set(true);
            begin.send(()).unwrap();
        });
        readers.read(held);
        begins.recv().unwrap();

        assert!(ends.recv_timeout(Duration::from_millis(300)).is_err());
        assert_eq!(readers.bytes(), 256 * 1024, "one block");

        readers.pause(false);
        assert_eq!(ends.recv().unwrap(), SIZE as u64);
        assert_eq!(readers.bytes(), SIZE as u64);
    }

    #[test]
    fn nothing_begins_in_a_pause_and_what_is_cancelled_in_it_never_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "abc").unwrap();
        let readers = Readers::start(1).unwrap();
        let ((begin, begins), (end, ends)) = (mpsc::channel(), mpsc::channel());
        readers.pause(true);
        let cancelled = job(path.clone(), begin.clone(), end.clone());
        let flag = Arc::clone(&cancelled.cancelled);
        readers.read(cancelled);
        readers.read(job(path, begin, end));
        assert!(begins.recv_timeout(Duration::from_millis(100)).is_err());

        flag.store(true, Ordering::Relaxed);
        readers.pause(false);

        assert_eq!(ends.recv().unwrap(), 3);
        assert_eq!((begins.iter().count(), ends.iter().count()), (1, 0));
    }
}
