//! What may be asked, and when: sliding windows for each quota class, and the wait that a refusal
//! asks for.
//!
//! Defender counts calls by application and tenant, in two windows (100 a minute and 1,500 an
//! hour for files and alerts; "Get file related alerts API" page). A [`Turn`] stands for one call
//! that was reserved before it is sent; a source cannot send without one.

mod ledger;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

pub use ledger::{Ledger, MemoryLedger, Reservation, Wait};

use crate::view::Cloud;

/// A group of routes that share limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuotaClass {
    /// Files and alerts: 100 a minute and 1,500 an hour.
    FilesAndAlerts,
}

/// Whose quota: Defender counts by application and tenant, not by person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QuotaKey {
    /// None for the practice tenant.
    pub cloud: Option<Cloud>,
    /// The tenant's id.
    pub tenant: String,
    /// The app registration's client id.
    pub client: String,
    /// The routes.
    pub class: QuotaClass,
}

/// Why no call may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The server refused a call and asked to wait.
    Refused(Instant),
    /// Our own calls fill a window.
    WindowFull(Instant),
}

impl Closed {
    fn holds_at(&self, now: Instant) -> bool {
        match self {
            Self::Refused(until) | Self::WindowFull(until) => *until > now,
        }
    }
}

/// Every quota that this program has met, by key: what the server refused to one person holds for
/// the next, who uses the same app registration.
#[derive(Debug)]
pub struct Quotas {
    ledger: Arc<dyn Ledger>,
    by_key: Mutex<HashMap<QuotaKey, Arc<Quota>>>,
}

impl Quotas {
    /// Quotas whose calls are counted in `ledger`.
    pub fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self { ledger, by_key: Mutex::default() }
    }

    /// The quota of `key`.
    pub fn of(&self, key: QuotaKey) -> Arc<Quota> {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        let quota = by_key
            .entry(key)
            .or_insert_with_key(|key| Quota::new(key.clone(), Arc::clone(&self.ledger)));
        Arc::clone(quota)
    }
}

/// One quota class of one application in one tenant.
#[derive(Debug)]
pub struct Quota {
    key: QuotaKey,
    ledger: Arc<dyn Ledger>,
    closed: watch::Sender<Option<Closed>>,
}

impl Quota {
    /// How long to wait after a refusal that names no time.
    pub const DEFAULT_WAIT: Duration = Duration::from_mins(1);
    /// The longest wait that is believed.
    pub const LONGEST_WAIT: Duration = Duration::from_hours(24);
    /// The shortest: a server that says "now" and refuses again would otherwise be hammered.
    pub const SHORTEST_WAIT: Duration = Duration::from_secs(1);
    /// Added to what the server asks for, so that its clock's rounding refuses nothing.
    const MARGIN: Duration = Duration::from_millis(250);

    /// The quota of `key`, counted in `ledger`.
    pub fn new(key: QuotaKey, ledger: Arc<dyn Ledger>) -> Arc<Self> {
        Arc::new(Self { key, ledger, closed: watch::Sender::new(None) })
    }

    /// Waits until a call may be sent, and reserves it.
    ///
    /// Dropping the future reserves nothing. No order among those who wait is promised.
    pub async fn turn(self: &Arc<Self>) -> Turn {
        loop {
            if let Some(Closed::Refused(until)) = self.closed() {
                // A later refusal may have moved the end: look again.
                tokio::time::sleep_until(until).await;
                continue;
            }
            match self.ledger.reserve(&self.key, Instant::now()) {
                Ok(reservation) => {
                    // A refusal that came meanwhile stays.
                    self.closed.send_if_modified(|closed| {
                        closed.take_if(|closed| !closed.holds_at(Instant::now())).is_some()
                    });
                    return Turn { quota: Arc::clone(self), reservation: Some(reservation) };
                }
                Err(Wait { until }) => {
                    self.closed.send_if_modified(|closed| {
                        let full = Some(Closed::WindowFull(until));
                        let news = !matches!(closed, Some(Closed::Refused(_))) && *closed != full;
                        if news {
                            *closed = full;
                        }
                        news
                    });
                    tokio::time::sleep_until(until).await;
                }
            }
        }
    }

    /// Stops every lane: the server refused a call.
    ///
    /// `asked` is the server's `Retry-After`, believed up to a day; without one, a minute stands in.
    pub fn refused(&self, asked: Option<Duration>) {
        let wait = asked.unwrap_or(Self::DEFAULT_WAIT);
        let wait = wait.clamp(Self::SHORTEST_WAIT, Self::LONGEST_WAIT) + Self::MARGIN;
        let until = Instant::now() + wait;
        self.closed.send_modify(|closed| {
            *closed = match *closed {
                Some(Closed::Refused(already)) if already >= until => {
                    Some(Closed::Refused(already))
                }
                _ => Some(Closed::Refused(until)),
            };
        });
    }

    /// Why no call may be sent now, if none may.
    pub fn closed(&self) -> Option<Closed> {
        self.closed.borrow().filter(|closed| closed.holds_at(Instant::now()))
    }

    /// How long it takes, at the least, until so many more calls may be sent, by our own windows.
    pub fn soonest(&self, calls: usize) -> Duration {
        self.ledger.soonest(&self.key, calls, Instant::now())
    }

    /// The same for who has asked nothing yet.
    pub fn soonest_of_all(calls: usize) -> Duration {
        let nobody = QuotaKey {
            cloud: None,
            tenant: String::new(),
            client: String::new(),
            class: QuotaClass::FilesAndAlerts,
        };
        MemoryLedger::default().soonest(&nobody, calls, Instant::now())
    }

    /// Tells of every change of [`closed`](Self::closed) but its running out.
    pub fn changes(&self) -> watch::Receiver<Option<Closed>> {
        self.closed.subscribe()
    }
}

/// The right to send one call. It counts from the moment it was given; its place in the windows is
/// measured from when it is dropped, which is when the response has come.
#[must_use = "a turn that is not used is a call that is lost"]
#[derive(Debug)]
pub struct Turn {
    quota: Arc<Quota>,
    reservation: Option<Reservation>,
}

impl Turn {
    /// Ends this call and waits for the right to send another of the same lookup.
    pub async fn another(self) -> Self {
        let quota = Arc::clone(&self.quota);
        drop(self);
        quota.turn().await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(reservation) = self.reservation.take() {
            self.quota.ledger.answered(&self.quota.key, reservation, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota() -> Arc<Quota> {
        let key = QuotaKey {
            cloud: None,
            tenant: "tenant".into(),
            client: "client".into(),
            class: QuotaClass::FilesAndAlerts,
        };
        Quota::new(key, Arc::new(MemoryLedger::default()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_calls_go_at_once_and_the_next_waits_a_minute() {
        let quota = quota();
        let start = Instant::now();

        for _ in 0..100 {
            drop(quota.turn().await);
        }
        assert_eq!(start.elapsed(), Duration::ZERO);

        drop(quota.turn().await);
        assert!(start.elapsed() >= Duration::from_mins(1));
        assert!(start.elapsed() < Duration::from_secs(62));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_counts_from_its_answer_not_from_its_sending() {
        let quota = quota();
        let slow = quota.turn().await;
        for _ in 0..99 {
            drop(quota.turn().await);
        }
        let start = Instant::now();
        tokio::time::advance(Duration::from_secs(50)).await;
        drop(slow);

        for _ in 0..99 {
            drop(quota.turn().await);
        }
        let after = start.elapsed();
        drop(quota.turn().await);

        assert!(after < Duration::from_secs(62), "{after:?}");
        assert!(start.elapsed() >= Duration::from_secs(110), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn never_more_than_1500_in_any_hour() {
        let quota = quota();
        let start = Instant::now();

        for _ in 0..1_501 {
            drop(quota.turn().await);
        }

        assert!(start.elapsed() >= Duration::from_hours(1));
        assert!(start.elapsed() < Duration::from_secs(3_602));
    }

    #[tokio::test(start_paused = true)]
    async fn how_long_calls_will_take_is_how_long_they_take() {
        for (before, calls) in [(0, 1), (0, 100), (0, 101), (70, 30), (70, 31), (100, 350)] {
            let quota = quota();
            for _ in 0..before {
                drop(quota.turn().await);
            }
            tokio::time::advance(Duration::from_secs(20)).await;
            let start = Instant::now();
            let said = quota.soonest(calls);

            for _ in 0..calls {
                drop(quota.turn().await);
            }

            let took = start.elapsed();
            assert!(said <= took && took < said + Duration::from_secs(1), "{said:?} {took:?}");
        }
        assert_eq!(quota().soonest(0), Duration::ZERO);
        assert!(quota().soonest(1_501) >= Duration::from_hours(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_stops_all_and_lets_them_go_on_by_themselves() {
        let quota = quota();
        let start = Instant::now();
        quota.refused(Some(Duration::from_secs(42)));
        assert!(matches!(quota.closed(), Some(Closed::Refused(_))));

        drop(quota.turn().await);

        assert!(start.elapsed() >= Duration::from_secs(42));
        assert!(start.elapsed() < Duration::from_secs(43));
        assert_eq!(quota.closed(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_absurd_wait_is_not_believed() {
        let quota = quota();
        let start = Instant::now();
        quota.refused(Some(Duration::from_hours(8760)));

        drop(quota.turn().await);

        assert!(start.elapsed() <= Quota::LONGEST_WAIT + Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_of_nothing_is_a_second_all_the_same() {
        let quota = quota();
        let start = Instant::now();
        quota.refused(Some(Duration::ZERO));

        drop(quota.turn().await);

        assert!(start.elapsed() >= Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_shorter_refusal_does_not_open_early() {
        let quota = quota();
        let start = Instant::now();
        quota.refused(Some(Duration::from_secs(40)));
        quota.refused(Some(Duration::from_secs(2)));

        drop(quota.turn().await);

        assert!(start.elapsed() >= Duration::from_secs(40));
    }
}
