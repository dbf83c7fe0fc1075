//! The actor's dealings with the batch: asking, pausing and cancelling; and how the work stands.

use std::{cmp::Reverse, sync::Arc, time::Duration};

use tokio::{
    task::{self, AbortHandle, JoinError, JoinSet},
    time::Instant,
};

use super::{
    actor::{Actor, Event},
    pace::{Ahead, Pace, Sample},
    passport::SeenOfApi,
    person::Person,
};
use crate::{
    digest::Sha1Digest,
    lookup::{self, Outcome, Progress},
    quota::{Closed, Turn},
    source::ApiError,
    view::{self, ErrorCode, Hold, ItemId, UserError},
};

/// How many lookups are asked side by side.
const SIDE_BY_SIDE: usize = 8;
/// How often rate and time left are told anew.
const FIGURES: Duration = Duration::from_millis(500);

/// The right to ask that is waited for. Dropping it gives that up.
pub(super) struct Awaited {
    number: u32,
    _task: JoinSet<()>,
}

/// What is being asked, and by which task.
pub(super) struct Asked {
    /// Counts up with every lookup that is begun: what an older one reports is dropped.
    number: u32,
    task: AbortHandle,
}

/// How the work goes, as it was last told.
#[derive(Default)]
pub(super) struct Figures {
    pace: Pace,
    told: Option<Instant>,
    longest: Option<(view::Shown, u8)>,
    rate: Option<u64>,
    left: Option<u32>,
}

impl Actor {
    /// Waits for the right to ask, as long as there is something to ask and room beside what is asked.
    /// Which digest it is for is decided when it is there: what the person does meanwhile goes first.
    pub(super) fn ask_more(&mut self) {
        let Person::There(signed_in) = &self.person else { return self.awaited = None };
        let full = self.asked.len() >= SIDE_BY_SIDE;
        if self.paused || full || signed_in.interrupted.is_some() || !self.batch.has_to_ask() {
            return self.awaited = None;
        }
        if self.awaited.is_some() {
            return;
        }
        let number = self.next_asked;
        self.next_asked += 1;
        let (events, quota) = (self.events.clone(), Arc::clone(&signed_in.quota));
        let mut task = JoinSet::new();
        task.spawn(async move {
            let turn = quota.turn().await;
            let _ = events.send(Event::Turn(number, turn));
        });
        self.awaited = Some(Awaited { number, _task: task });
    }

    /// A call may be sent: of the digest whose turn it is. One that nobody waits for any more is given
    /// back.
    pub(super) fn turn_came(&mut self, number: u32, turn: Turn) {
        if self.awaited.as_ref().is_none_or(|awaited| awaited.number != number) {
            return;
        }
        self.awaited = None;
        let Person::There(signed_in) = &self.person else { return };
        let Some(sha1) = self.batch.next_to_ask() else { return };
        self.figures.pace.asking_began(Instant::now());
        let events = self.events.clone();
        let task = self.lookups.spawn(lookup::ask(
            Arc::clone(&signed_in.source),
            Arc::clone(&signed_in.quota),
            turn,
            sha1,
            move |progress| {
                let _ = events.send(Event::Lookup(number, sha1, progress));
            },
        ));
        self.batch.lookup_went_on(sha1, Progress::Asking);
        self.asked.insert(sha1, Asked { number, task });
        self.ask_more();
    }

    /// A lookup has gone on. One that was broken off or cancelled has nothing to say any more.
    pub(super) fn lookup_went_on(&mut self, number: u32, sha1: Sha1Digest, progress: Progress) {
        if self.asked.get(&sha1).is_none_or(|asked| asked.number != number) {
            return;
        }
        match &progress {
            Progress::Waiting | Progress::Asking | Progress::Retrying => {}
            Progress::Refused => {
                self.asked.remove(&sha1);
                self.batch.lookup_went_on(sha1, progress);
                return self.batch.put_back([sha1]);
            }
            Progress::Ended(outcome) => {
                self.asked.remove(&sha1);
                self.figures.pace.lookup_ended();
                self.note_seen(outcome);
                let ended = match outcome {
                    Ok(answer) => {
                        self.note_answer(sha1, answer);
                        answer.session_ended().cloned()
                    }
                    Err(error) => {
                        tracing::warn!(%error, cause = cause(error), "a lookup failed");
                        error.needs_person().then(|| error.into())
                    }
                };
                if let Some(error) = ended {
                    // What arrived before the session ended is known.
                    if outcome.is_ok() {
                        self.batch.lookup_went_on(sha1, progress);
                    }
                    return self.interrupt(error, Some(sha1));
                }
            }
        }
        self.batch.lookup_went_on(sha1, progress);
    }

    /// What an outcome lets be seen of what the person may do.
    fn note_seen(&mut self, outcome: &Outcome) {
        let Person::There(there) = &mut self.person else { return };
        match outcome {
            Ok(_) => there.seen = SeenOfApi::Answered,
            Err(ApiError::RoleMissing(_)) => there.seen = SeenOfApi::NoRole,
            Err(ApiError::ScopeMissing { .. }) => there.seen = SeenOfApi::NoScope,
            Err(_) => {}
        }
    }

    /// A lookup's task has ended; one that failed inside this app must not be left asking for ever.
    pub(super) fn lookup_ended(&mut self, ended: &Result<(task::Id, ()), JoinError>) {
        if let Err(error) = ended
            && error.is_panic()
            && let Some(sha1) = self.asked_by(error.id())
        {
            tracing::error!("a lookup failed inside the app");
            self.asked.remove(&sha1);
            self.batch.lookup_went_on(sha1, Progress::Ended(Err(ApiError::Panicked)));
        }
    }

    fn asked_by(&self, task: task::Id) -> Option<Sha1Digest> {
        self.asked.iter().find(|(_, asked)| asked.task.id() == task).map(|(sha1, _)| *sha1)
    }

    /// Breaks off all lookups, and gives what they asked, the latest first.
    pub(super) fn break_off(&mut self) -> Vec<Sha1Digest> {
        self.break_off_where(|_| true)
    }

    fn break_off_where(&mut self, goes: impl Fn(Sha1Digest) -> bool) -> Vec<Sha1Digest> {
        let mut broken_off: Vec<(Sha1Digest, Asked)> =
            self.asked.extract_if(|sha1, _| goes(*sha1)).collect();
        broken_off.sort_by_key(|(_, asked)| Reverse(asked.number));
        broken_off
            .into_iter()
            .map(|(sha1, asked)| {
                asked.task.abort();
                sha1
            })
            .collect()
    }

    /// Begins nothing any more, or goes on. What is being asked may be answered; what only waits to
    /// be asked goes back to the queue.
    pub(super) fn pause(&mut self, paused: bool) {
        self.paused = paused;
        self.readers.pause(paused);
        if paused {
            self.put_back_waiting();
        }
    }

    /// Has nothing more asked: what only waits for its turn goes back to the queue.
    pub(super) fn put_back_waiting(&mut self) {
        let batch = &self.batch;
        let waiting: Vec<Sha1Digest> =
            self.asked.keys().copied().filter(|sha1| !batch.is_asking(*sha1)).collect();
        let waiting = self.break_off_where(|sha1| waiting.contains(&sha1));
        self.batch.put_back(waiting);
    }

    /// Cancels what is still to be done for one item.
    pub(super) fn cancel(&mut self, item: ItemId) {
        if let Some(sha1) = self.batch.cancel(item) {
            self.break_off_where(|asked| asked == sha1);
        }
        self.readers.let_go();
    }

    /// Cancels all that is still to be done. What a walk has found before it notices becomes items
    /// that are cancelled.
    pub(super) fn cancel_all(&mut self) {
        self.intakes.stop();
        self.take_in_what_is_due();
        self.batch.cancel_all();
        self.readers.let_go();
        self.break_off();
    }

    /// Empties the list; what still comes for it is dropped.
    pub(super) fn clear(&mut self) {
        self.epoch += 1;
        self.break_off();
        self.intakes.clear();
        self.batch.clear();
        self.begin_batch();
        self.readers.let_go();
    }

    /// Whether anything goes on that is worth measuring.
    pub(super) fn is_at_work(&self) -> bool {
        !self.asked.is_empty()
            || self.awaited.is_some()
            || (self.batch.is_reading() && !self.paused)
    }

    /// Measures how the work goes.
    pub(super) fn sample(&mut self) {
        if self.around.quotas.trouble() {
            self.tell(UserError::new(ErrorCode::LedgerTrouble));
        }
        let now = Instant::now();
        let reading = self.batch.is_reading() && !self.paused;
        if reading {
            self.batch.sampled();
        }
        let held = self.held(now);
        let asking = (!self.asked.is_empty() || self.awaited.is_some()) && held.is_zero();
        let bytes = reading.then(|| self.readers.bytes());
        let work = self.batch.work();
        let figures = &mut self.figures;
        figures.pace.sample(now, Sample { bytes, asking });
        figures.longest = work.longest;
        if figures.told.is_some_and(|told| now - told < FIGURES) {
            return;
        }
        figures.told = Some(now);
        figures.rate = figures.pace.rate();
        let goes_on = matches!(&self.person, Person::There(there) if there.interrupted.is_none());
        figures.left = if goes_on && !self.paused {
            // Each file that is read is asked for, but where it shares a digest.
            let lookups = work.queued + self.asked.len() + work.files;
            let quota = self.person.signed_in().map(|there| there.quota.soonest(lookups));
            let quota = quota.unwrap_or_default();
            figures.pace.left(Ahead { bytes: work.bytes, lookups, held, quota })
        } else {
            None
        };
    }

    /// How long no lookup may be asked by what Defender and the quota's windows say.
    fn held(&self, now: Instant) -> Duration {
        let closed = self.person.signed_in().and_then(|there| there.quota.closed());
        closed.map_or(Duration::ZERO, |closed| match closed {
            Closed::Refused(until) | Closed::WindowFull(until) => {
                until.saturating_duration_since(now)
            }
        })
    }

    /// Forgets what was measured once nothing goes on.
    pub(super) fn settle(&mut self) {
        if !self.is_at_work() {
            let figures = &mut self.figures;
            figures.pace.rest();
            (figures.told, figures.rate, figures.left) = (None, None, None);
            figures.longest = self.batch.work().longest;
        }
    }

    /// How the work stands, if there is any.
    pub(super) fn progress(&self, counts: view::Counts) -> Option<view::Progress> {
        let ahead = counts.unread + counts.reading + counts.waiting + counts.asking;
        let (file, percent) = match &self.figures.longest {
            Some((file, percent)) => (Some(file.clone()), *percent),
            None => (None, 0),
        };
        (ahead > 0).then(|| view::Progress {
            file,
            percent,
            rate: self.figures.rate.and_then(|rate| i64::try_from(rate).ok()),
            left: self.figures.left,
        })
    }

    /// Why no lookup is asked. That nobody is signed in comes first: going on would change nothing.
    pub(super) fn hold(&self) -> Option<Hold> {
        match self.person.hold() {
            Some(hold @ (Hold::SignedOut | Hold::Interrupted)) => Some(hold),
            Some(Hold::Throttled { .. } | Hold::Quota { .. } | Hold::Paused) | None
                if self.paused =>
            {
                Some(Hold::Paused)
            }
            hold => hold,
        }
    }
}

/// The innermost cause, which is the one worth reading in a log.
fn cause(error: &dyn std::error::Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Some(cause.to_string())
}
