//! The threads that read files.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
        mpsc,
    },
    thread,
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
}

impl Readers {
    /// Starts `count` threads.
    ///
    /// # Errors
    ///
    /// If the system gives no more threads and there is none.
    pub fn start(count: usize) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<ReadJob>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..count.max(1) {
            let queue = Arc::clone(&queue);
            let started =
                thread::Builder::new().name(format!("reader-{number}")).spawn(move || {
                    loop {
                        // The guard is dropped before the job runs.
                        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        match job {
                            Ok(job) => run(job),
                            Err(mpsc::RecvError) => return,
                        }
                    }
                });
            if number == 0 {
                started?;
            }
        }
        Ok(Self { jobs })
    }

    /// How many threads suit this machine: enough to hide the latency of a cold disk.
    pub fn suitable() -> usize {
        thread::available_parallelism().map_or(8, |cores| (4 * cores.get()).clamp(8, 32))
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

fn run(job: ReadJob) {
    if job.cancelled.load(Ordering::Relaxed) {
        return;
    }
    (job.on_begin)();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        read_file(&job.path, &job.cancelled, |done, size| {
            let percent = done.saturating_mul(100).checked_div(size).unwrap_or(100).min(100);
            job.percent.store(u8::try_from(percent).unwrap_or(100), Ordering::Relaxed);
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
        assert!(matches!(ends.recv().unwrap(), Err(ReadError::Folder)));
        assert_eq!(ends.recv().unwrap().unwrap().size, 3);
    }
}
