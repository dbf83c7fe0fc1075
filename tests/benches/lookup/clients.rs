//! Who asks: our quota, and what people would take otherwise.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use governor::{
    RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use jiff::Timestamp;
use tokio::{task::JoinSet, time::Instant};

use crate::{
    core::{
        identity::WallClock,
        quota::{Ledger, Quota, QuotaClass, QuotaKey},
    },
    servers::Server,
};

/// As many as the app has.
pub(crate) const LANES: usize = 8;
/// From the sending of a call to its answer.
pub(crate) const LATENCY: Duration = Duration::from_millis(150);

/// What became of some lookups.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// Until the last answer.
    pub(crate) took: Duration,
    pub(crate) refused: usize,
    /// When calls of a second client were taken.
    pub(crate) others: Vec<Duration>,
}

/// A server at the end of a line.
#[derive(Clone)]
struct Line {
    server: Arc<Mutex<Server>>,
    start: Instant,
    left: Arc<AtomicUsize>,
}

impl Line {
    fn new(server: Server, lookups: usize) -> Self {
        let left = Arc::new(AtomicUsize::new(lookups));
        Self { server: Arc::new(Mutex::new(server)), start: Instant::now(), left }
    }

    /// Whether there is another lookup, which is then to be asked.
    fn next(&self) -> bool {
        let take = |left: usize| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// A call and its answer.
    async fn call(&self) -> Result<(), Duration> {
        tokio::time::sleep(LATENCY / 2).await;
        let arrived = self.start.elapsed();
        let outcome = self.server.lock().unwrap_or_else(PoisonError::into_inner).call(arrived);
        tokio::time::sleep(LATENCY / 2).await;
        outcome
    }

    async fn end(self, lanes: JoinSet<()>) -> Outcome {
        lanes.join_all().await;
        let took = self.start.elapsed();
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        Outcome { took, refused: server.refused, others: server.taken.clone() }
    }
}

/// Lookups by our quota, on a paused clock.
pub(crate) async fn ours(server: Server, lookups: usize) -> Result<Outcome> {
    let line = Line::new(server, lookups);
    let start = line.start;
    let began = Timestamp::UNIX_EPOCH + Duration::from_hours(500_000);
    let clock = WallClock::new(move || began + start.elapsed());
    let key = QuotaKey {
        cloud: None,
        tenant: "tenant".into(),
        client: "client".into(),
        class: QuotaClass::FilesAndAlerts,
    };
    let quota = Quota::new(&key, Arc::new(Ledger::in_memory(clock)?));
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (line, quota) = (line.clone(), Arc::clone(&quota));
        lanes.spawn(async move {
            while line.next() {
                loop {
                    let mut turn = quota.turn().await;
                    turn.sent();
                    let outcome = line.call().await;
                    drop(turn);
                    match outcome {
                        Ok(()) => break,
                        Err(asked) => quota.refused(Some(asked)),
                    }
                }
            }
        });
    }
    Ok(line.end(lanes).await)
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, PausedClock, NoOpMiddleware<Nanos>>;

/// The paused clock, as `governor` reads it.
#[derive(Debug, Clone)]
struct PausedClock(Instant);

impl Clock for PausedClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

/// Lookups by `governor`, a limiter a window with the whole window as its burst, and each lane
/// comes again by itself when a refusal has run out.
pub(crate) async fn governor(server: Server, lookups: usize) -> Outcome {
    let line = Line::new(server, lookups);
    let limiter = |quota: governor::Quota| -> Arc<Limiter> {
        Arc::new(RateLimiter::direct_with_clock(quota, PausedClock(line.start)))
    };
    let of = |calls: u32| NonZero::new(calls).unwrap_or(NonZero::<u32>::MIN);
    let limiters = [
        limiter(governor::Quota::per_hour(of(1_500))),
        limiter(governor::Quota::per_minute(of(100))),
    ];
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (line, limiters) = (line.clone(), limiters.clone());
        lanes.spawn(async move {
            while line.next() {
                loop {
                    for limiter in &limiters {
                        while let Err(not_until) = limiter.check() {
                            let now = line.start.elapsed().into();
                            tokio::time::sleep(not_until.wait_time_from(now)).await;
                        }
                    }
                    match line.call().await {
                        Ok(()) => break,
                        Err(asked) => tokio::time::sleep(asked).await,
                    }
                }
            }
        });
    }
    line.end(lanes).await
}
