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

use super::TokenStoreError;

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
        let mut waiting = Waiting {
            job: Arc::clone(&running),
            left_behind: Arc::clone(&self.left_behind),
            answered: false,
        };
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
        spawned.map_err(TokenStoreError::from)?;
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
