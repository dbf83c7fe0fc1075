//! What comes in, each intake on a thread of its own; and the questions that are asked before much of
//! it, or what lies on a server, is taken in.

use std::{
    collections::BTreeMap,
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
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::actor::{Actor, reply};
use crate::{
    intake::{
        self, Found, FromText, GivenDigest, LeftOutEntry, LeftOutTally, Origin, Walker,
        is_on_server,
    },
    lookup::{Batch, FileToRead, Haste},
    quota::Quota,
    view::{
        Arrival, ErrorCode, Intake, ItemId, LeftOutReason, Question, QuestionAbout, Shown,
        UserError,
    },
};

/// How many reports wait for the actor before the threads do.
const REPORTS: usize = 4;
/// From how many files and digests on one intake is very much.
const HUGE: usize = 100_000;
/// From how many bytes on.
const HUGE_BYTES: u64 = 50_000_000_000;
/// How long an intake is held back to see whether it becomes very much. What takes longer to be gone
/// through is read meanwhile; should it become very much, the rest waits for the answer.
const GATHERING: Duration = Duration::from_secs(1);
/// Up to how many files and digests an intake is looked up before all others: the person waits.
const FEW: usize = 20;
/// How many paths a question names.
const NAMED: usize = 5;

/// All that comes in, and what was left out since the list was last cleared.
pub(super) struct Intakes {
    running: BTreeMap<u32, Running>,
    /// Paths on servers, and the number of the question about them.
    on_servers: BTreeMap<u32, OnServers>,
    next: u32,
    left_out: LeftOutTally,
    reports: mpsc::Sender<Report>,
}

/// Paths on servers that the person is asked about, since then.
struct OnServers {
    paths: Vec<PathBuf>,
    since: Instant,
}

/// What an intake reports; one that is not known any more is of a list that was cleared.
pub(super) struct Report {
    intake: u32,
    /// None when it has ended.
    found: Option<Found>,
}

/// One intake.
struct Running {
    cancelled: Arc<AtomicBool>,
    stage: Stage,
    /// What was found and is not in the list yet.
    held: Held,
    /// All that was found so far.
    amount: Amount,
    /// Whether its thread has found all.
    ended: bool,
    /// What to choose, if it turns out that it came in alone.
    alone: Option<Alone>,
    /// Who waits for whether a text held digests.
    answer: Option<oneshot::Sender<Result<(), UserError>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Held back until then, or until it has ended.
    Gathering(Instant),
    /// Taken in as it is found.
    Flowing,
    /// It is very much: the person is asked, since then.
    Asking(Instant),
    /// The person wants all of it.
    Agreed,
    /// The person wants none of what is not in the list yet.
    Declined,
}

#[derive(Default)]
struct Held {
    files: Vec<Origin>,
    digests: Vec<FromText>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Amount {
    items: usize,
    bytes: u64,
}

impl Amount {
    fn is_huge(self) -> bool {
        self.items >= HUGE || self.bytes >= HUGE_BYTES
    }
}

/// What may have come in alone.
enum Alone {
    /// One path was given.
    Path,
    /// A text was pasted.
    Text(Option<GivenDigest>),
}

impl Running {
    fn new(cancelled: Arc<AtomicBool>, alone: Option<Alone>) -> Self {
        Self {
            cancelled,
            stage: Stage::Gathering(Instant::now() + GATHERING),
            held: Held::default(),
            amount: Amount::default(),
            ended: false,
            alone,
            answer: None,
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn hold(&mut self, files: Vec<Origin>, digests: Vec<FromText>) -> u32 {
        self.amount.items += files.len() + digests.len();
        let bytes = files.iter().map(|file| file.size.unwrap_or(0));
        self.amount.bytes = bytes.fold(self.amount.bytes, u64::saturating_add);
        match &mut self.alone {
            Some(Alone::Text(alone)) => match &digests[..] {
                [one] if self.amount.items == 1 => *alone = Some(one.digest),
                [] => {}
                _ => self.alone = None,
            },
            Some(Alone::Path) if self.amount.items > 1 => self.alone = None,
            Some(Alone::Path) | None => {}
        }
        let held = &mut self.held;
        let room = intake::MOST_ITEMS.saturating_sub(held.files.len() + held.digests.len());
        let without = (files.len() + digests.len()).saturating_sub(room);
        held.files.extend(files.into_iter().take(room));
        held.digests.extend(digests.into_iter().take(room));
        u32::try_from(without).unwrap_or(u32::MAX)
    }

    /// Whether what was found is to be taken in now.
    fn is_due(&mut self, now: Instant) -> bool {
        if matches!(self.stage, Stage::Gathering(_) | Stage::Flowing) && self.amount.is_huge() {
            self.stage = Stage::Asking(now);
        }
        match self.stage {
            Stage::Flowing | Stage::Agreed | Stage::Declined => true,
            Stage::Asking(_) => false,
            Stage::Gathering(until) => {
                let due = self.ended || now >= until;
                if due {
                    self.stage = Stage::Flowing;
                }
                due
            }
        }
    }
}

impl Intakes {
    pub(super) fn new() -> (Self, mpsc::Receiver<Report>) {
        let (reports, incoming) = mpsc::channel(REPORTS);
        let intakes = Self {
            running: BTreeMap::new(),
            on_servers: BTreeMap::new(),
            next: 0,
            left_out: LeftOutTally::default(),
            reports,
        };
        (intakes, incoming)
    }

    /// So many items were more than a batch takes.
    pub(super) fn leave_out_many(&mut self, count: u32) {
        self.left_out.add_many(LeftOutReason::TooMany, count);
    }

    /// Stops all, and leaves out what a question is open about; what is found until the threads
    /// notice is still reported.
    pub(super) fn stop(&mut self) {
        for intake in self.running.values_mut() {
            intake.cancelled.store(true, Ordering::Relaxed);
            // Nothing is held back any more, so nothing is due later.
            if let Stage::Gathering(_) = intake.stage {
                intake.stage = Stage::Flowing;
            }
        }
        let all: Vec<u32> = self.running.keys().chain(self.on_servers.keys()).copied().collect();
        for id in all {
            self.decline(id);
        }
    }

    /// Stops all and forgets them.
    pub(super) fn clear(&mut self) {
        for intake in std::mem::take(&mut self.running).into_values() {
            intake.cancelled.store(true, Ordering::Relaxed);
            if let Some(answer) = intake.answer {
                reply(answer, Ok(()));
            }
        }
        self.on_servers.clear();
        self.left_out = LeftOutTally::default();
    }

    /// When something that is held back is due.
    pub(super) fn due(&self) -> Option<Instant> {
        let due = self.running.values().filter_map(|intake| match intake.stage {
            Stage::Gathering(until) => Some(until),
            Stage::Flowing | Stage::Asking(_) | Stage::Agreed | Stage::Declined => None,
        });
        due.min()
    }

    /// What was found of an intake is not wanted.
    fn decline(&mut self, id: u32) {
        for path in self.on_servers.remove(&id).map(|asked| asked.paths).unwrap_or_default() {
            self.left_out.add(LeftOutReason::Declined, &path);
        }
        let is_asked = |intake: &&mut Running| matches!(intake.stage, Stage::Asking(_));
        let Some(intake) = self.running.get_mut(&id).filter(is_asked) else { return };
        intake.cancelled.store(true, Ordering::Relaxed);
        intake.stage = Stage::Declined;
    }

    /// The question that has been open the longest: none takes the place of another that the person
    /// is about to answer.
    fn question(&self, soonest: impl Fn(usize) -> Duration) -> Option<Question> {
        let huge = self.running.iter().filter_map(|(id, intake)| match intake.stage {
            Stage::Asking(since) => Some((since, *id)),
            Stage::Gathering(_) | Stage::Flowing | Stage::Agreed | Stage::Declined => None,
        });
        let servers = self.on_servers.iter().map(|(id, asked)| (asked.since, *id));
        let (_, id) = huge.chain(servers).min()?;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let about = if let Some(OnServers { paths, .. }) = self.on_servers.get(&id) {
            let first = paths.iter().take(NAMED).map(|path| Shown::of_os(path.as_os_str()));
            QuestionAbout::Server { paths: count(paths.len()), first: first.collect() }
        } else {
            let Running { amount: Amount { items, bytes }, ended, .. } = self.running.get(&id)?;
            let lookups = (*items).min(intake::MOST_ITEMS);
            QuestionAbout::Huge {
                items: count(*items),
                bytes: i64::try_from(*bytes).unwrap_or(i64::MAX),
                counting: !ended,
                lookups: count(lookups),
                seconds: u32::try_from(soonest(lookups).as_secs()).unwrap_or(u32::MAX),
            }
        };
        Some(Question { id, about })
    }

    pub(super) fn view(&self, batch: &Batch, soonest: impl Fn(usize) -> Duration) -> Intake {
        Intake {
            running: self.running.values().any(|intake| !intake.ended && !intake.is_cancelled()),
            sums: batch.sums(&self.left_out),
            left_out: self.left_out.view(),
            cloud: batch.cloud_only(),
            question: self.question(soonest),
        }
    }
}

/// What a thread of an intake does, until all is reported.
type Search = Box<dyn FnOnce(&AtomicBool, &mut dyn FnMut(Found) -> bool) + Send>;

impl Actor {
    /// Looks at paths on a thread of their own, since a dead share can hold up even that. What is a
    /// file becomes an item, and so does every file in what is a folder.
    pub(super) fn take_in_files(&mut self, paths: Vec<PathBuf>) {
        let alone = (paths.len() == 1).then_some(Alone::Path);
        let given = paths.clone();
        let search: Search = Box::new(move |cancelled, report| {
            Walker::of_batch().walk(&paths, cancelled, report);
        });
        self.begin(search, alone, &given);
    }

    /// Takes in paths that another program has given. To look at one on a server would tell that
    /// server who the person is, so they are asked first.
    pub(super) fn take_in_arguments(&mut self, paths: Vec<PathBuf>) {
        let (on_servers, here): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.into_iter().partition(|path| is_on_server(path));
        if !on_servers.is_empty() {
            let id = self.intakes.next;
            self.intakes.next += 1;
            let asked = OnServers { paths: on_servers, since: Instant::now() };
            self.intakes.on_servers.insert(id, asked);
        }
        if !here.is_empty() {
            self.take_in_files(here);
        }
    }

    /// Takes in the digests of a pasted text; `answer` learns whether there were any.
    pub(super) fn take_in_text(
        &mut self,
        text: String,
        answer: oneshot::Sender<Result<(), UserError>>,
    ) {
        let search: Search = Box::new(move |cancelled, report| {
            let read = intake::digests_in_pasted(&text, cancelled, &mut *report);
            // A search that was cancelled ends without an error.
            if read.is_err() || cancelled.load(Ordering::Relaxed) {
                report(unreadable(LeftOutReason::TextUnread, &[PathBuf::new()]));
            }
        });
        if let Some(intake) = self.begin(search, Some(Alone::Text(None)), &[]) {
            intake.answer = Some(answer);
        }
    }

    /// Starts the thread of an intake. `given` is what cannot be looked at should it fail.
    fn begin(
        &mut self,
        search: Search,
        alone: Option<Alone>,
        given: &[PathBuf],
    ) -> Option<&mut Running> {
        let id = self.intakes.next;
        self.intakes.next += 1;
        let cancelled = Arc::<AtomicBool>::default();
        let (reports, flag) = (self.intakes.reports.clone(), Arc::clone(&cancelled));
        let report = move |found| reports.blocking_send(Report { intake: id, found }).is_ok();
        let paths = given.to_vec();
        let started = thread::Builder::new().name("intake".into()).spawn(move || {
            let searched =
                catch_unwind(AssertUnwindSafe(|| search(&flag, &mut |found| report(Some(found)))));
            if searched.is_err() {
                tracing::error!("taking in failed inside the app");
                report(Some(unreadable(LeftOutReason::Unreadable, &paths)));
            }
            report(None);
        });
        if let Err(error) = started {
            tracing::error!(%error, "no thread to take in what came");
            for path in given {
                self.intakes.left_out.add(LeftOutReason::Unreadable, path);
            }
            return None;
        }
        Some(self.intakes.running.entry(id).or_insert(Running::new(cancelled, alone)))
    }

    /// An intake has found something, or has ended.
    pub(super) fn came_in(&mut self, Report { intake: id, found }: Report) {
        let Some(intake) = self.intakes.running.get_mut(&id) else { return };
        match found {
            None => intake.ended = true,
            Some(Found { files, digests, left_out, gone_through }) => {
                // Met again, it is counted as what it is now.
                self.intakes.left_out.take_back_all(&files);
                let without_room = intake.hold(files, digests);
                let declined = intake.stage == Stage::Declined;
                for LeftOutEntry { reason, path } in left_out {
                    // The walk ends because the person has left it out.
                    let declined = declined && reason == LeftOutReason::Cancelled;
                    let reason = if declined { LeftOutReason::Declined } else { reason };
                    self.intakes.left_out.add(reason, &path);
                }
                for folder in gone_through {
                    self.intakes.left_out.take_back(&folder);
                }
                self.intakes.left_out.add_many(LeftOutReason::TooMany, without_room);
            }
        }
        self.take_in_what_is_due();
    }

    /// Takes in what was held back, as far as it is due.
    pub(super) fn take_in_what_is_due(&mut self) {
        let now = Instant::now();
        let due: Vec<u32> = (self.intakes.running.iter_mut())
            .filter_map(|(id, intake)| (intake.is_cancelled() || intake.is_due(now)).then_some(*id))
            .collect();
        for id in due {
            self.take_in_held(id);
        }
    }

    fn take_in_held(&mut self, id: u32) {
        let Some(intake) = self.intakes.running.get_mut(&id) else { return };
        let Held { files, digests } = std::mem::take(&mut intake.held);
        let cancelled = intake.is_cancelled();
        let alone = match (&intake.alone, &files[..]) {
            (Some(Alone::Path), [file]) if file.given => Some(Arc::clone(&file.at)),
            _ => None,
        };
        let few = intake.ended && intake.amount.items <= FEW;
        let haste = if few { Haste::Soon } else { Haste::InTurn };
        let declined = intake.stage == Stage::Declined;
        let (reason, files, digests) = if declined {
            // What is in the list already is counted there.
            let files = files.into_iter().filter(|file| self.batch.item_at(&file.at).is_none());
            let known = |digest: &&FromText| self.batch.item_of_digest(digest.digest).is_none();
            let digests = digests.iter().filter(known).count();
            (LeftOutReason::Declined, files.collect(), u32::try_from(digests).unwrap_or(u32::MAX))
        } else if cancelled {
            let files = self.batch.take_in_cancelled(files);
            (LeftOutReason::TooMany, files, self.batch.take_in_digests(digests, None))
        } else {
            let (to_read, files) = self.batch.take_in_files(files, haste);
            self.read(to_read);
            (LeftOutReason::TooMany, files, self.batch.take_in_digests(digests, Some(haste)))
        };
        for file in files {
            self.intakes.left_out.add(reason, &file.at.path());
        }
        self.intakes.left_out.add_many(reason, digests);
        if let Some(item) = alone.and_then(|at| self.batch.item_at(&at)) {
            self.arrived_alone(item);
        }
        if self.intakes.running.get(&id).is_some_and(|intake| intake.ended) {
            self.intake_ended(id);
        }
    }

    fn intake_ended(&mut self, id: u32) {
        let Some(intake) = self.intakes.running.remove(&id) else { return };
        if let Some(Alone::Text(Some(digest))) = intake.alone
            && let Some(item) = self.batch.item_of_digest(digest)
        {
            self.arrived_alone(item);
        }
        if let Some(answer) = intake.answer {
            let none = || Err(UserError::new(ErrorCode::NoDigestInText));
            let found = intake.amount.items > 0 || intake.cancelled.load(Ordering::Relaxed);
            let outcome = if found { Ok(()) } else { none() };
            reply(answer, outcome);
        }
    }

    /// The person has answered a question.
    pub(super) fn question_answered(&mut self, id: u32, go_on: bool) {
        if !go_on {
            self.intakes.decline(id);
            return self.take_in_what_is_due();
        }
        if let Some(asked) = self.intakes.on_servers.remove(&id) {
            return self.take_in_files(asked.paths);
        }
        if let Some(intake) = self.intakes.running.get_mut(&id)
            && matches!(intake.stage, Stage::Asking(_))
        {
            intake.stage = Stage::Agreed;
            self.take_in_held(id);
        }
    }

    /// What comes in, what was left out, and what is asked about it.
    pub(super) fn intake(&self) -> Intake {
        let quota = self.person.signed_in().map(|there| &there.quota);
        self.intakes.view(&self.batch, |lookups| {
            quota.map_or_else(|| Quota::soonest_of_all(lookups), |quota| quota.soonest(lookups))
        })
    }

    /// An item came to be chosen, as it came in alone.
    pub(super) fn arrived_alone(&mut self, item: ItemId) {
        let number = self.arrival.map_or(0, |before| before.number + 1);
        self.arrival = Some(Arrival { item, number });
    }

    /// Gives files to the readers.
    pub(super) fn read(&self, files: impl IntoIterator<Item = FileToRead>) {
        self.readers.read(files);
    }
}

/// What could not be looked at, by no fault of its own.
fn unreadable(reason: LeftOutReason, paths: &[PathBuf]) -> Found {
    let entry = |path: &PathBuf| LeftOutEntry { reason, path: Path::new(path).to_owned() };
    Found { left_out: paths.iter().map(entry).collect(), ..Found::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::origin_of;

    fn files(count: usize, size: u64) -> Vec<Origin> {
        let file =
            |n: usize| Origin { size: Some(size), ..origin_of(Path::new(&format!("/f{n}"))) };
        (0..count).map(file).collect()
    }

    fn running() -> Running {
        Running::new(Arc::default(), None)
    }

    fn soonest(lookups: usize) -> Duration {
        Quota::soonest_of_all(lookups)
    }

    #[tokio::test(start_paused = true)]
    async fn an_intake_is_held_back_for_a_moment_or_until_it_has_ended() {
        let mut intake = running();
        intake.hold(files(3, 1), Vec::new());
        assert!(!intake.is_due(Instant::now()));

        tokio::time::advance(GATHERING).await;
        assert!(intake.is_due(Instant::now()));

        let mut ended = Running { ended: true, ..running() };
        assert!(ended.is_due(Instant::now()));
    }

    #[tokio::test]
    async fn nothing_is_due_of_an_intake_that_was_stopped() {
        let (mut intakes, _reports) = Intakes::new();
        intakes.running.insert(0, running());
        assert!(intakes.due().is_some());

        intakes.stop();

        assert_eq!(intakes.due(), None);
    }

    #[tokio::test]
    async fn very_much_is_asked_about_whether_in_files_or_in_bytes() {
        let mut many = running();
        many.hold(files(HUGE - 1, 0), Vec::new());
        let mut large = running();
        large.hold(files(1, HUGE_BYTES - 1), Vec::new());
        for intake in [&mut many, &mut large] {
            assert!(!intake.amount.is_huge());
            intake.hold(files(1, 1), Vec::new());
            intake.ended = true;

            assert!(!intake.is_due(Instant::now()));
            assert!(matches!(intake.stage, Stage::Asking(_)));
        }
    }

    #[tokio::test]
    async fn what_becomes_very_much_while_it_is_taken_in_waits_from_then_on() {
        let mut intake = running();
        intake.stage = Stage::Flowing;
        intake.hold(files(1, HUGE_BYTES), Vec::new());

        assert!(!intake.is_due(Instant::now()));
    }

    #[tokio::test]
    async fn what_is_more_than_a_batch_takes_is_counted_and_not_kept() {
        let mut intake = running();

        let without = intake.hold(files(intake::MOST_ITEMS + 7, 0), Vec::new());

        assert_eq!((without, intake.held.files.len()), (7, intake::MOST_ITEMS));
        assert_eq!(intake.amount.items, intake::MOST_ITEMS + 7);
    }

    #[tokio::test]
    async fn the_question_says_what_it_would_cost() {
        let (mut intakes, _reports) = Intakes::new();
        let mut intake = running();
        intake.hold(files(HUGE, 1_000), Vec::new());
        intake.is_due(Instant::now());
        intakes.running.insert(0, intake);

        let about = intakes.question(soonest).map(|question| question.about);

        let Some(QuestionAbout::Huge { items, bytes, counting, lookups, seconds }) = about else {
            panic!("{about:?}")
        };
        assert_eq!((items, bytes, counting, lookups), (100_000, 100_000_000, true, 100_000));
        // 66 hours, by the windows of 100 a minute and 1,500 an hour.
        assert!((237_600..238_200).contains(&seconds), "{seconds}");

        intakes.decline(0);
        assert_eq!(intakes.question(soonest), None);
        assert!(intakes.running[&0].is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn no_question_takes_the_place_of_an_older_one() {
        let (mut intakes, _reports) = Intakes::new();
        let server = |name: &str| OnServers { paths: vec![name.into()], since: Instant::now() };
        intakes.on_servers.insert(2, server(r"\\server\share\a"));
        tokio::time::advance(Duration::from_secs(1)).await;
        let mut intake = running();
        intake.hold(files(HUGE, 0), Vec::new());
        intake.is_due(Instant::now());
        // It came in before, and has become very much only now.
        intakes.running.insert(0, intake);
        tokio::time::advance(Duration::from_secs(1)).await;
        intakes.on_servers.insert(1, server(r"\\server\share\b"));

        let mut asked = Vec::new();
        while let Some(question) = intakes.question(soonest) {
            asked.push(question.id);
            intakes.decline(question.id);
        }

        assert_eq!(asked, [2, 0, 1]);
        assert_eq!(intakes.left_out.view()[0].reason, LeftOutReason::Declined);
        assert_eq!(intakes.left_out.view()[0].count, 2);
    }
}
