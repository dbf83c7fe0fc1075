//! The keyring's thread. A question that a person has to answer blocks without limit, a frozen
//! keyring for ever: so it is one thread at a time, whoever waits for it has a deadline, and what
//! does not answer is left behind.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use super::{KeyringError, TokenStoreError};

/// Runs jobs, one at a time. Nothing waits for its threads when the program ends.
#[derive(Default)]
pub(super) struct KeyringThread {
    turn: tokio::sync::Mutex<()>,
    left_behind: Arc<Mutex<Vec<Arc<Job>>>>,
}

/// A job that runs.
#[derive(Default)]
struct Job {
    abandoned: AtomicBool,
    /// Set while the list of those left behind is locked, so that no ended job is put there.
    ended: AtomicBool,
}

/// Marks a job as left behind unless it has answered.
struct Waiting {
    job: Arc<Job>,
    left_behind: Arc<Mutex<Vec<Arc<Job>>>>,
    answered: bool,
}

impl KeyringThread {
    /// How many may be left behind before a new one is not begun.
    const MOST_LEFT_BEHIND: usize = 3;

    /// Runs a job. It is told whether it was left behind, so that it begins nothing more.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError::NoAnswer`] when its time is over, [`TokenStoreError::Busy`] at once while
    /// too many are left behind.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce(&dyn Fn() -> bool) -> Result<T, TokenStoreError> + Send + 'static,
    ) -> Result<T, TokenStoreError> {
        let deadline = Instant::now() + patience;
        if self.left_behind() >= Self::MOST_LEFT_BEHIND {
            return Err(TokenStoreError::Busy);
        }
        let turn = timeout_at(deadline, self.turn.lock()).await;
        let _turn = turn.map_err(|_| TokenStoreError::NoAnswer)?;
        if self.left_behind() >= Self::MOST_LEFT_BEHIND {
            return Err(TokenStoreError::Busy);
        }

        let (send, answer) = oneshot::channel();
        let running = Arc::<Job>::default();
        let job_that_runs = Arc::clone(&running);
        let left_behind = Arc::clone(&self.left_behind);
        let spawned = thread::Builder::new().name("keyring".into()).spawn(move || {
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
                job(&|| running.abandoned.load(Ordering::SeqCst))
            }));
            if let Ok(outcome) = outcome {
                // Nobody may wait for it any more.
                let _ = send.send(outcome);
            }
            let mut left_behind = lock(&left_behind);
            running.ended.store(true, Ordering::SeqCst);
            left_behind.retain(|job| !Arc::ptr_eq(job, &running));
        });
        spawned.map_err(|_| KeyringError::Refused("no thread to ask it on"))?;
        let mut waiting = Waiting {
            job: job_that_runs,
            left_behind: Arc::clone(&self.left_behind),
            answered: false,
        };
        let outcome = timeout_at(deadline, answer).await.map_err(|_| TokenStoreError::NoAnswer)?;
        waiting.answered = true;
        // The job panicked: its location is in the log.
        outcome.unwrap_or(Err(TokenStoreError::NoAnswer))
    }

    /// How many jobs were left behind and have not ended.
    pub(super) fn left_behind(&self) -> usize {
        lock(&self.left_behind).len()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.answered {
            self.job.abandoned.store(true, Ordering::SeqCst);
            let mut left_behind = lock(&self.left_behind);
            if !self.job.ended.load(Ordering::SeqCst) {
                left_behind.push(Arc::clone(&self.job));
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::task::JoinHandle;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(20);

    /// Leaves a job behind; it ends when the sender is dropped, and tells whether it was told.
    async fn leave_behind(keyring: &KeyringThread) -> (mpsc::Sender<()>, mpsc::Receiver<bool>) {
        let (release, waits) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let job = move |abandoned: &dyn Fn() -> bool| {
            let _ = waits.recv();
            tell.send(abandoned()).unwrap();
            Ok(())
        };
        assert_eq!(keyring.run(SHORT, job).await, Err(TokenStoreError::NoAnswer));
        (release, told)
    }

    /// A job that runs until the sender is dropped, and is waited for.
    async fn hold(
        keyring: &Arc<KeyringThread>,
    ) -> (JoinHandle<Result<(), TokenStoreError>>, mpsc::Sender<()>) {
        let (release, waits) = mpsc::channel();
        let (started, runs) = oneshot::channel();
        let job = move |_: &dyn Fn() -> bool| {
            started.send(()).unwrap();
            let _ = waits.recv();
            Ok(())
        };
        let keyring = Arc::clone(keyring);
        let running = tokio::spawn(async move { keyring.run(LONG, job).await });
        runs.await.unwrap();
        (running, release)
    }

    async fn answers(keyring: &KeyringThread) -> Result<Option<String>, TokenStoreError> {
        keyring.run(LONG, |_| Ok(thread::current().name().map(str::to_owned))).await
    }

    #[tokio::test]
    async fn the_work_is_done_on_the_keyrings_own_thread() {
        let name = answers(&KeyringThread::default()).await.unwrap();

        assert_eq!(name.as_deref(), Some("keyring"));
    }

    #[tokio::test]
    async fn what_does_not_answer_is_left_behind_and_the_next_goes_on() {
        let keyring = KeyringThread::default();

        let (release, told) = leave_behind(&keyring).await;

        answers(&keyring).await.unwrap();
        assert_eq!(keyring.left_behind(), 1);
        drop(release);
        assert!(told.recv().unwrap(), "it is told that nobody waits");
    }

    #[tokio::test]
    async fn with_three_left_behind_it_is_busy_until_one_of_them_ends() {
        let keyring = KeyringThread::default();
        let mut left = Vec::new();
        for _ in 0..3 {
            left.push(leave_behind(&keyring).await);
        }
        assert_eq!(answers(&keyring).await, Err(TokenStoreError::Busy));

        let (release, told) = left.remove(1);
        drop(release);
        told.recv().unwrap();
        while keyring.left_behind() == 3 {
            tokio::task::yield_now().await; // between its last word and its end
        }

        answers(&keyring).await.unwrap();
    }

    #[tokio::test]
    async fn one_at_a_time_is_asked_and_who_waits_has_the_same_deadline() {
        let keyring = Arc::new(KeyringThread::default());
        let (first, release) = hold(&keyring).await;

        let second = keyring.run(SHORT, |_| Ok(())).await;
        assert_eq!(second, Err(TokenStoreError::NoAnswer));

        drop(release);
        first.await.unwrap().unwrap();
        assert_eq!(keyring.left_behind(), 0);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_the_job_behind() {
        let keyring = Arc::new(KeyringThread::default());
        let (asking, release) = hold(&keyring).await;

        asking.abort();
        assert!(asking.await.unwrap_err().is_cancelled());

        assert_eq!(keyring.left_behind(), 1);
        answers(&keyring).await.unwrap();
        drop(release);
    }

    #[tokio::test]
    async fn a_job_that_panics_harms_no_other() {
        let keyring = KeyringThread::default();

        let outcome = keyring.run::<()>(LONG, |_| panic!("of the test")).await;

        assert_eq!(outcome, Err(TokenStoreError::NoAnswer));
        answers(&keyring).await.unwrap();
    }
}
