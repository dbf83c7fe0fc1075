//! The actor's dealings with the batch: taking in, reading, asking; pausing and cancelling; and how
//! the work stands.

use std::{
    cmp::Reverse,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    sync::mpsc,
    task::{self, AbortHandle, JoinError},
    time::Instant,
};

use super::{
    actor::{Actor, Event},
    pace::{Ahead, Pace, Sample},
    person::Person,
};
use crate::{
    digest::{ReadJob, Sha1Digest},
    intake::{self, Found, LeftOutTally},
    lookup::{self, BatchFull, FileToRead, Progress},
    quota::Closed,
    source::ApiError,
    view::{self, Arrival, ErrorCode, Hold, Intake, ItemId, LeftOutReason, UserError},
};

/// How many lookups are asked side by side.
const SIDE_BY_SIDE: usize = 8;
/// How often rate and time left are told anew.
const FIGURES: Duration = Duration::from_millis(500);
/// How many reports of folders wait for the actor before the walks do.
const REPORTS: usize = 4;

/// What is being asked, and by which task.
pub(super) struct Asked {
    /// Counts up with every lookup that is begun: what an older one reports is dropped.
    number: u32,
    task: AbortHandle,
}

/// The ways through folders, each on a thread of its own, and what came of them since the list was
/// last cleared.
pub(super) struct Walks {
    running: HashMap<u32, Walk>,
    next: u32,
    found: u32,
    left_out: LeftOutTally,
    reports: mpsc::Sender<WalkReport>,
}

struct Walk {
    cancelled: Arc<AtomicBool>,
    /// Given files that were more than a batch takes.
    left_out: u32,
    /// Whether one path was given, and no more.
    alone: bool,
}

impl Walk {
    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// What a walk reports; one that is not known any more is of a list that was cleared.
pub(super) struct WalkReport {
    walk: u32,
    /// None when it has ended.
    found: Option<Found>,
}

impl Walks {
    pub(super) fn new() -> (Self, mpsc::Receiver<WalkReport>) {
        let (reports, incoming) = mpsc::channel(REPORTS);
        let walks = Self {
            running: HashMap::new(),
            next: 0,
            found: 0,
            left_out: LeftOutTally::default(),
            reports,
        };
        (walks, incoming)
    }

    /// Stops all; what they have found until they notice is still reported.
    fn stop(&self) {
        for walk in self.running.values() {
            walk.cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// Stops all and forgets them.
    fn clear(&mut self) {
        self.stop();
        self.running.clear();
        self.found = 0;
        self.left_out = LeftOutTally::default();
    }

    fn view(&self) -> Intake {
        Intake {
            running: self.running.values().any(|walk| !walk.is_cancelled()),
            found: self.found,
            left_out: self.left_out.view(),
        }
    }
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
    /// Looks at paths on a thread of their own, since a dead share can hold up even that. What is a
    /// file becomes an item, and so does every file in what is a folder.
    pub(super) fn take_in_files(&mut self, paths: Vec<PathBuf>) {
        let walk = self.walks.next;
        self.walks.next += 1;
        let cancelled = Arc::<AtomicBool>::default();
        let (paths, flag) = (Arc::<[PathBuf]>::from(paths), Arc::clone(&cancelled));
        let (reports, given) = (self.walks.reports.clone(), Arc::clone(&paths));
        let report = move |found| reports.blocking_send(WalkReport { walk, found }).is_ok();
        let started = thread::Builder::new().name("folders".into()).spawn(move || {
            let walked = catch_unwind(AssertUnwindSafe(|| {
                intake::walk(&given, &flag, |found| report(Some(found)));
            }));
            if walked.is_err() {
                tracing::error!("going through folders failed inside the app");
                report(Some(unreadable(&given)));
            }
            report(None);
        });
        match started {
            Ok(_) => {
                let alone = paths.len() == 1;
                self.walks.running.insert(walk, Walk { cancelled, left_out: 0, alone });
            }
            Err(error) => {
                tracing::error!(%error, "no thread to go through folders");
                self.walks.left_out.append(unreadable(&paths).left_out);
            }
        }
    }

    /// A walk has found something, or has ended.
    pub(super) fn walked(&mut self, WalkReport { walk: id, found }: WalkReport) {
        let Some(walk) = self.walks.running.get_mut(&id) else { return };
        let Some(Found { given, in_folders, left_out }) = found else {
            let left_out = walk.left_out;
            self.walks.running.remove(&id);
            if left_out > 0 {
                self.tell(BatchFull { left_out }.into());
            }
            return;
        };
        self.walks.found =
            self.walks.found.saturating_add(u32::try_from(in_folders.len()).unwrap_or(u32::MAX));
        self.walks.left_out.append(left_out);
        let cancelled = walk.is_cancelled();
        let alone = match &given[..] {
            [origin] if walk.alone => Some(origin.path.clone()),
            _ => None,
        };
        let mut files = Vec::new();
        let mut take_in = |origins| {
            if cancelled {
                return self.batch.take_in_cancelled(origins);
            }
            let (to_read, left_out) = self.batch.take_in_files(origins);
            files.extend(to_read);
            left_out
        };
        let given_left_out = take_in(given).len();
        for origin in take_in(in_folders) {
            self.walks.left_out.add(LeftOutReason::TooMany, &origin.path);
        }
        walk.left_out += u32::try_from(given_left_out).unwrap_or(u32::MAX);
        self.read(files);
        if let Some(item) = alone.and_then(|path| self.batch.item_at(&path)) {
            self.arrived_alone(item);
        }
    }

    fn arrived_alone(&mut self, item: ItemId) {
        let number = self.arrival.map_or(0, |before| before.number + 1);
        self.arrival = Some(Arrival { item, number });
    }

    pub(super) fn take_in_text(&mut self, text: &str) -> Result<(), UserError> {
        let found = intake::digests_in(text);
        if found.others > 0 {
            let error = UserError::new(ErrorCode::OtherDigestsInText).with("count", found.others);
            if found.sha1.is_empty() {
                return Err(error);
            }
            self.tell(error);
        }
        if found.sha1.is_empty() {
            return Err(UserError::new(ErrorCode::NoDigestInText));
        }
        self.batch.take_in_digests(&found.sha1)?;
        if let [alone] = found.sha1[..]
            && let Some(item) = self.batch.item_of_digest(alone)
        {
            self.arrived_alone(item);
        }
        Ok(())
    }

    pub(super) fn read(&self, files: impl IntoIterator<Item = FileToRead>) {
        for file in files {
            let FileToRead { item, generation, path, cancelled, percent } = file;
            let (began, ended) = (self.events.clone(), self.events.clone());
            self.readers.read(ReadJob {
                path,
                cancelled,
                percent,
                // Sending fails only when the actor is gone, and with it the list.
                on_begin: Box::new(move || {
                    let _ = began.send(Event::ReadingBegan(item, generation));
                }),
                on_end: Box::new(move |outcome| {
                    let _ = ended.send(Event::ReadingEnded(item, generation, outcome));
                }),
            });
        }
    }

    /// Starts as many lookups as may run side by side.
    pub(super) fn ask_more(&mut self) {
        let Person::There(signed_in) = &self.person else { return };
        if self.paused || signed_in.interrupted.is_some() {
            return;
        }
        let now = Instant::now();
        let held = !self.held(now).is_zero();
        while self.lookups.len() < SIDE_BY_SIDE
            && let Some(sha1) = self.batch.next_to_ask()
        {
            if !held {
                self.figures.pace.asking_began(now);
            }
            let (events, number) = (self.events.clone(), self.next_asked);
            self.next_asked += 1;
            let task = self.lookups.spawn(lookup::ask(
                Arc::clone(&signed_in.source),
                Arc::clone(&signed_in.quota),
                sha1,
                move |progress| {
                    let _ = events.send(Event::Lookup(number, sha1, progress));
                },
            ));
            self.asked.insert(sha1, Asked { number, task });
        }
    }

    /// A lookup has gone on. One that was broken off or cancelled has nothing to say any more.
    pub(super) fn lookup_went_on(&mut self, number: u32, sha1: Sha1Digest, progress: Progress) {
        if self.asked.get(&sha1).is_none_or(|asked| asked.number != number) {
            return;
        }
        if let Progress::Ended(outcome) = &progress {
            self.asked.remove(&sha1);
            self.figures.pace.lookup_ended();
            if let Err(error) = outcome {
                tracing::warn!(%error, cause = cause(error), "a lookup failed");
                if error.needs_person() {
                    return self.interrupt(error.into(), Some(sha1));
                }
            }
        }
        self.batch.lookup_went_on(sha1, progress);
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
    }

    /// Cancels all that is still to be done. What a walk has found before it notices becomes items
    /// that are cancelled.
    pub(super) fn cancel_all(&mut self) {
        self.walks.stop();
        self.batch.cancel_all();
        self.break_off();
    }

    /// Empties the list; what still comes for it is dropped.
    pub(super) fn clear(&mut self) {
        self.epoch += 1;
        self.break_off();
        self.walks.clear();
        self.batch.clear();
    }

    /// Whether anything goes on that is worth measuring.
    pub(super) fn is_at_work(&self) -> bool {
        !self.asked.is_empty() || (self.batch.is_reading() && !self.paused)
    }

    /// Measures how the work goes.
    pub(super) fn sample(&mut self) {
        let now = Instant::now();
        let reading = self.batch.is_reading() && !self.paused;
        if reading {
            self.batch.sampled();
        }
        let held = self.held(now);
        let asking = !self.asked.is_empty() && held.is_zero();
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

    /// What comes in, and what was left out.
    pub(super) fn intake(&self) -> Intake {
        self.walks.view()
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

/// Given paths that could not be looked at, by no fault of theirs.
fn unreadable(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        found.left_out.add(LeftOutReason::Unreadable, Path::new(path));
    }
    found
}

/// The innermost cause, which is the one worth reading in a log.
fn cause(error: &dyn std::error::Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Some(cause.to_string())
}
