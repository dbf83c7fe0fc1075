//! What may be asked, and when: sliding windows for each quota class, and the wait that a refusal
//! asks for.
//!
//! Defender counts calls by application and tenant, in two windows (100 a minute and 1,500 an
//! hour for files and alerts; "Get file related alerts API" page). A [`Turn`] stands for one call
//! that was reserved before it is sent; a source cannot send without one. Calls are counted in a
//! [`Ledger`] that all processes on this computer share. Whoever else uses the same app
//! registration is seen only by what the server refuses.

mod calls;
mod ledger;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use self::{
    calls::{Calls, Millis, Why},
    ledger::{Event, QuotaId},
};
pub use ledger::{Ledger, LedgerError, SCHEMA};

use crate::view::Cloud;

/// How long a call counts at the most, in milliseconds: since its answer, and since its reservation
/// where it has none.
pub(crate) const COUNTS: (i64, i64) = (Calls::KEPT, Calls::KEPT + Calls::LONGEST_CALL);
/// How long a refusal is remembered, in milliseconds.
pub(crate) const REMEMBERED: i64 = Calls::REMEMBERED;

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

/// Why no call may be sent now. That calls go at a lower pace is none: it holds nothing for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The server refused a call and asked to wait.
    Refused(Instant),
    /// Our own calls fill a window.
    WindowFull(Instant),
}

/// What of a quota a person is told; times by the wall clock, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    refused_until: Millis,
    /// 0 if nobody has had to wait.
    full_until: Millis,
    is_shared: bool,
}

/// Every quota that this program has met, by key: what the server refused to one person holds for
/// the next, who uses the same app registration.
#[derive(Debug)]
pub struct Quotas {
    ledger: Arc<Ledger>,
    by_key: Mutex<HashMap<QuotaKey, Arc<Quota>>>,
}

impl Quotas {
    /// Quotas whose calls are counted in `ledger`.
    pub fn new(ledger: Arc<Ledger>) -> Self {
        Self { ledger, by_key: Mutex::default() }
    }

    /// Whether the ledger's file failed, so that calls are counted in memory from now on. Tells it
    /// once.
    pub fn trouble(&self) -> bool {
        self.ledger.trouble()
    }

    /// The quota of `key`. The first time, it is read from the ledger.
    pub fn of(&self, key: QuotaKey) -> Arc<Quota> {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        let quota =
            by_key.entry(key).or_insert_with_key(|key| Quota::new(key, Arc::clone(&self.ledger)));
        Arc::clone(quota)
    }
}

/// One quota class of one application in one tenant.
#[derive(Debug)]
pub struct Quota {
    id: QuotaId,
    ledger: Arc<Ledger>,
    /// The calls as they stood when they were last looked at.
    snapshot: Mutex<Arc<Calls>>,
    standing: watch::Sender<Standing>,
    /// Who waits for a lookup's first call, in the order in which they came.
    first: tokio::sync::Mutex<()>,
    /// Who waits to go on with a lookup.
    further: tokio::sync::Mutex<()>,
    /// How many those are; the first calls of others come after them.
    going_on: AtomicUsize,
    /// Something happened that can end a wait.
    news: watch::Sender<()>,
}

impl Quota {
    /// The longest wait after a refusal that names no time: of those in a row, the first waits five
    /// seconds, each further one twice as long.
    pub const DEFAULT_WAIT: Duration = Duration::from_mins(1);
    /// The longest wait that is believed.
    pub const LONGEST_WAIT: Duration = Duration::from_hours(24);
    /// The shortest: a server that says "now" and refuses again would otherwise be hammered.
    pub const SHORTEST_WAIT: Duration = Duration::from_secs(1);
    /// In any wait the wall clock is looked at again after so long: the computer may have slept, and
    /// another process may have been refused.
    const LOOK_AGAIN: Duration = Duration::from_secs(5);
    /// The same while calls of other processes are on their way, which may be given back.
    const LOOK_AT_OTHERS: Duration = Duration::from_secs(1);

    /// The quota of `key`, counted in `ledger`.
    pub fn new(key: &QuotaKey, ledger: Arc<Ledger>) -> Arc<Self> {
        let id = ledger.id(key);
        let (calls, _) = ledger.note(id, Event::Look);
        let quota = Self {
            id,
            ledger,
            snapshot: Mutex::new(Arc::clone(&calls)),
            standing: watch::Sender::new(Standing::default()),
            first: tokio::sync::Mutex::default(),
            further: tokio::sync::Mutex::default(),
            going_on: AtomicUsize::new(0),
            news: watch::Sender::new(()),
        };
        quota.tell(&calls, Waits::AsBefore);
        Arc::new(quota)
    }

    /// Waits until a call may be sent, and reserves it; first come, first served, after those who go
    /// on with a lookup ([`Turn::another`]).
    ///
    /// Dropping the future reserves nothing.
    pub async fn turn(self: &Arc<Self>) -> Turn {
        let _place = self.first.lock().await;
        self.reserved(|| self.going_on.load(Ordering::SeqCst) == 0).await
    }

    /// Waits until a call may be sent while it is `due`, and reserves it.
    async fn reserved(self: &Arc<Self>, due: impl Fn() -> bool) -> Turn {
        let mut news = self.news.subscribe();
        loop {
            news.borrow_and_update();
            let pause = if due() {
                match self.reserve() {
                    Ok(turn) => return turn,
                    Err(pause) => pause,
                }
            } else {
                Self::LOOK_AGAIN
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // The sender lives in this quota.
                _ = news.changed() => {}
            }
        }
    }

    /// Reserves a call, or tells when to look again.
    fn reserve(self: &Arc<Self>) -> Result<Turn, Duration> {
        let (calls, number) = self.ledger.note(self.id, Event::Reserve);
        if let Some(number) = number {
            self.tell(&calls, Waits::Nobody);
            return Ok(Turn { quota: Arc::clone(self), number: Some(number), sent: false });
        }
        let now = self.ledger.now();
        self.tell(&calls, Waits::Somebody);
        let most = if calls.awaits_others() { Self::LOOK_AT_OTHERS } else { Self::LOOK_AGAIN };
        let opens = calls.opening(now).at;
        // A call that has to go alone waits for the end of another, which is told.
        Err(if opens > now { until(opens, now).min(most) } else { most })
    }

    /// Stops every lane of every process: the server refused a call, the one whose turn was dropped
    /// last.
    ///
    /// `asked` is the server's `Retry-After`, believed from a second to a day; without one the wait
    /// grows from five seconds to a minute as long as no call goes through.
    pub fn refused(&self, asked: Option<Duration>) {
        let asked = asked.map(|asked| asked.clamp(Self::SHORTEST_WAIT, Self::LONGEST_WAIT));
        let (calls, _) = self.ledger.note(self.id, Event::Refused(asked));
        self.tell(&calls, Waits::AsBefore);
    }

    /// Why no call may be sent now, if none may.
    pub fn closed(&self) -> Option<Closed> {
        let now = self.ledger.now();
        let Standing { refused_until, full_until, .. } = *self.standing.borrow();
        let at = |end| Instant::now() + until(end, now);
        if refused_until > now {
            Some(Closed::Refused(at(refused_until)))
        } else if full_until > now {
            Some(Closed::WindowFull(at(full_until)))
        } else {
            None
        }
    }

    /// How long it takes, at the least, until so many more calls have been sent, if nobody else sends
    /// any.
    pub fn soonest(&self, calls: usize) -> Duration {
        self.snapshot().soonest(calls, self.ledger.now())
    }

    /// The same for who has asked nothing yet.
    pub fn soonest_of_all(calls: usize) -> Duration {
        Calls::none(QuotaClass::FilesAndAlerts).soonest(calls, 0)
    }

    /// Whether others use the same app registration: calls were refused in the last two hours that
    /// our own do not explain.
    pub fn is_shared(&self) -> bool {
        self.snapshot().is_shared(self.ledger.now())
    }

    /// Tells of every change of [`closed`](Self::closed) and [`is_shared`](Self::is_shared) but
    /// their running out.
    pub fn changes(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    fn snapshot(&self) -> Arc<Calls> {
        Arc::clone(&self.snapshot.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps what the ledger said last, and tells who wants to know.
    fn tell(&self, calls: &Arc<Calls>, waits: Waits) {
        let now = self.ledger.now();
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(calls);
        self.standing.send_if_modified(|standing| {
            let waits = match waits {
                Waits::Nobody => false,
                Waits::Somebody => true,
                Waits::AsBefore => standing.full_until > now,
            };
            let opening = calls.opening(now);
            let is_full = waits && opening.why == Some(Why::WindowFull);
            let stands = Standing {
                refused_until: calls.closed(now).unwrap_or(0),
                full_until: if is_full { opening.at } else { 0 },
                is_shared: calls.is_shared(now),
            };
            let has_changed = *standing != stands;
            *standing = stands;
            has_changed
        });
    }

    /// One who goes on with a lookup, from now until this is dropped.
    fn going_on(&self) -> GoingOn<'_> {
        self.going_on.fetch_add(1, Ordering::SeqCst);
        GoingOn(self)
    }
}

/// Whether somebody has to wait for a call: a full window is told only then.
#[derive(Debug, Clone, Copy)]
enum Waits {
    Nobody,
    Somebody,
    AsBefore,
}

struct GoingOn<'a>(&'a Quota);

impl Drop for GoingOn<'_> {
    fn drop(&mut self) {
        self.0.going_on.fetch_sub(1, Ordering::SeqCst);
        self.0.news.send_replace(());
    }
}

/// The right to send one call, which counts from the moment it was given.
///
/// Dropped before the call was [`sent`](Self::sent), it is given back. Dropped afterwards, which is
/// when the response has come, the call's place in the windows is measured from then.
#[must_use = "a turn that is not used is a call that is lost"]
#[derive(Debug)]
pub struct Turn {
    quota: Arc<Quota>,
    number: Option<i64>,
    sent: bool,
}

impl Turn {
    /// The call is being sent: from now on it counts, whatever comes of it.
    pub fn sent(&mut self) {
        self.sent = true;
    }

    /// Ends this call and waits for the right to send another of the same lookup, before all who
    /// have not begun.
    pub async fn another(self) -> Self {
        let quota = Arc::clone(&self.quota);
        let _going_on = quota.going_on();
        drop(self);
        let _place = quota.further.lock().await;
        quota.reserved(|| true).await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(number) = self.number.take() else { return };
        let event = if self.sent { Event::Answered(number) } else { Event::GivenBack(number) };
        let (calls, _) = self.quota.ledger.note(self.quota.id, event);
        self.quota.tell(&calls, Waits::AsBefore);
        self.quota.news.send_replace(());
    }
}

fn until(end: Millis, now: Millis) -> Duration {
    Duration::from_millis((end - now).try_into().unwrap_or(0))
}

#[cfg(test)]
mod tests;
