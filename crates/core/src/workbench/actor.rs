//! The actor behind a workbench: one owner of session, batch and feed. It is one loop and the answer
//! to each message; what it does with the person stands in `presence.rs`.

use std::{
    collections::{HashMap, VecDeque},
    io,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    task::{self, JoinError, JoinSet},
    time::Instant,
};
use url::Url;

use super::{
    Command, Practice, Sink,
    feed::{Due, Feed},
    person::{Coming, News, Person},
    shown,
    sign_in::{Surroundings, open_browser},
};
use crate::{
    alert::PortalTarget,
    digest::{FileDigest, ReadError, ReadJob, Readers, Sha1Digest},
    identity::{Account, AccountId},
    intake,
    lookup::{self, Batch, FileToRead, Progress},
    source::ApiError,
    token_store::TokenStoreError,
    view::{
        AlertDetail, AlertHandle, CopyField, ErrorCode, Head, ItemId, Notice, Opened, Organisation,
        PortalPage, QueryId, Rows, UserError,
    },
};

/// How many lookups are asked side by side.
const SIDE_BY_SIDE: usize = 8;
/// The most rows of one answer to the page.
const MOST_ROWS: u32 = 200;
/// The most notices that stand at once; the oldest give way.
const MOST_NOTICES: usize = 20;
/// How often the progress of readings is sampled.
const SAMPLING: Duration = Duration::from_millis(100);

/// What reaches the actor from its own helpers.
pub(super) enum Event {
    ReadingBegan(ItemId, u32),
    ReadingEnded(ItemId, u32, Result<FileDigest, ReadError>),
    Lookup(u32, Sha1Digest, Progress),
    /// The session of this round is over before anything was asked.
    SessionOver(u32, UserError),
    /// What was kept of a sign-in was removed, or could not be.
    Removed(AccountId, Result<(), TokenStoreError>),
}

/// Starts an actor; it ends when the last sender is dropped. Of the sign-ins that were `kept` the
/// first that has a place is restored.
pub(super) fn start(
    around: Surroundings,
    practice: Option<Arc<dyn Practice>>,
    organisation: Option<Organisation>,
    kept: Vec<AccountId>,
) -> io::Result<mpsc::UnboundedSender<Command>> {
    let (sender, commands) = mpsc::unbounded_channel();
    let (events, incoming) = mpsc::unbounded_channel();
    let mut actor = Actor {
        around,
        practice,
        organisation,
        readers: Readers::start(Readers::suitable())?,
        asked: HashMap::new(),
        last: None,
        kept: None,
        to_restore: kept.into(),
        swept: false,
        to_remove: None,
        batch: Batch::default(),
        feed: Feed::default(),
        person: Person::NOBODY,
        lookups: JoinSet::new(),
        epoch: 0,
        round: 0,
        hovering: None,
        practice_folder: None,
        notices: Vec::new(),
        next_notice: 0,
        events,
    };
    actor.restore_next();
    tokio::spawn(actor.run(commands, incoming));
    Ok(sender)
}

pub(super) struct Actor {
    pub(super) around: Surroundings,
    pub(super) practice: Option<Arc<dyn Practice>>,
    pub(super) organisation: Option<Organisation>,
    pub(super) readers: Readers,
    pub(super) batch: Batch,
    pub(super) feed: Feed,
    pub(super) person: Person,
    /// The lookups that run, all of the current epoch.
    pub(super) lookups: JoinSet<()>,
    /// Counts how often they were all broken off: what an older round reports is dropped.
    pub(super) round: u32,
    /// What each of them asks.
    pub(super) asked: HashMap<task::Id, Sha1Digest>,
    /// Who was signed in last, unless they signed out.
    pub(super) last: Option<Account>,
    /// Whose sign-in is kept and could not be restored yet.
    pub(super) kept: Option<AccountId>,
    /// Whose sign-ins are kept and have not been looked for yet, the newest first.
    pub(super) to_restore: VecDeque<AccountId>,
    /// Whether what earlier runs left was brought to its end.
    pub(super) swept: bool,
    /// Whose sign-in is to be removed and could not be yet.
    pub(super) to_remove: Option<AccountId>,
    pub(super) epoch: u32,
    pub(super) hovering: Option<u32>,
    pub(super) practice_folder: Option<PathBuf>,
    pub(super) notices: Vec<Notice>,
    pub(super) next_notice: u32,
    pub(super) events: mpsc::UnboundedSender<Event>,
}

impl Actor {
    async fn run(
        mut self,
        mut commands: mpsc::UnboundedReceiver<Command>,
        mut events: mpsc::UnboundedReceiver<Event>,
    ) {
        let mut sample = tokio::time::interval(SAMPLING);
        sample.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let due = self.feed.due(Instant::now());
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                Some(event) = events.recv() => self.note(event),
                Some(news) = self.person.news() => match news {
                    News::Restore(progress) => self.restore_went_on(progress),
                    News::SignIn(progress) => self.sign_in_went_on(progress),
                    News::Changed => {}
                },
                Some(ended) = self.lookups.join_next_with_id() => self.lookup_ended(&ended),
                _ = sample.tick(), if self.batch.is_reading() => self.batch.sampled(),
                () = wait(due) => {}
            }
            // What came together is told together.
            while let Ok(event) = events.try_recv() {
                self.note(event);
            }
            self.ask_more();
            if self.feed.due(Instant::now()) == Due::Now {
                let head = self.head();
                self.feed.send(Instant::now(), head, |list| self.batch.extent(list));
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Subscribe(sink) => self.subscribe(sink),
            Command::Acknowledge(sequence) => self.feed.acknowledge(sequence),
            Command::Open(list, answer) => {
                let (revision, total) = self.batch.extent(list);
                let query = self.feed.open(list, (revision, total));
                reply(answer, Opened { query, revision, total });
            }
            Command::Rows(query, from, to, answer) => reply(answer, self.rows(query, from, to)),
            Command::Close(query) => self.feed.close(query),
            Command::Detail(alert, answer) => reply(answer, self.detail(alert)),
            Command::Files(paths) => self.take_in_files(&paths),
            Command::Text(text, answer) => reply(answer, self.take_in_text(&text)),
            Command::Retry(item) => {
                let file = self.batch.retry(item);
                self.read(file);
            }
            Command::RetryFailed => {
                let files = self.batch.retry_failed();
                self.read(files);
            }
            Command::Clear => {
                self.break_off();
                self.epoch += 1;
                self.batch.clear();
            }
            Command::SignIn(target, other) => self.sign_in(target, other),
            Command::CancelSignIn => {
                self.sign_in_given_up(None);
            }
            Command::OpenBrowser => {
                if let Person::Coming(Coming { opened: Some((link, _)), browser, report, .. }) =
                    &mut self.person
                {
                    *browser = None;
                    open_browser(Arc::clone(&self.around.desktop), link.clone(), report.clone());
                }
            }
            Command::SignOut => self.sign_out(),
            Command::TryKeyring => self.try_keyring(),
            Command::Connected(organisation) => {
                self.organisation = organisation;
                self.organisation_changed();
            }
            Command::PracticeFolder(folder) => self.practice_folder = Some(folder),
            Command::Hovering(files) => self.hovering = files,
            Command::Notice(error) => self.tell(error),
            Command::Dismiss(notice) => self.notices.retain(|known| known.id != notice),
            Command::PortalLink(page, answer) => reply(answer, self.portal_link(page)),
            Command::Exact(field, answer) => reply(answer, self.exact(field)),
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::ReadingBegan(item, generation) => self.batch.reading_began(item, generation),
            Event::ReadingEnded(item, generation, outcome) => {
                if let Err(error) = &outcome {
                    tracing::info!(item = item.0, %error, "a file was not read");
                }
                self.batch.reading_ended(item, generation, &outcome);
            }
            Event::Lookup(round, sha1, progress) if round == self.round => {
                if let Progress::Ended(Err(error)) = &progress {
                    tracing::warn!(%error, cause = cause(error), "a lookup failed");
                    if error.needs_person() {
                        return self.interrupt(error.into(), Some(sha1));
                    }
                }
                self.batch.lookup_went_on(sha1, progress);
            }
            Event::SessionOver(round, error) if round == self.round => self.interrupt(error, None),
            // Of an account or a list that is gone.
            Event::Lookup(..) | Event::SessionOver(..) => {}
            Event::Removed(account, outcome) => self.removed(&account, outcome),
        }
    }

    fn subscribe(&mut self, sink: Sink) {
        self.feed.subscribe(sink);
    }

    fn take_in_files(&mut self, paths: &[PathBuf]) {
        let origins = paths.iter().map(|path| intake::origin_of(path)).collect();
        let (files, outcome) = self.batch.take_in_files(origins);
        self.read(files);
        if let Err(full) = outcome {
            self.tell(full.into());
        }
    }

    fn take_in_text(&mut self, text: &str) -> Result<(), UserError> {
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
        Ok(self.batch.take_in_digests(&found.sha1)?)
    }

    fn read(&self, files: impl IntoIterator<Item = FileToRead>) {
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
    fn ask_more(&mut self) {
        let Person::There(signed_in) = &self.person else { return };
        if signed_in.interrupted.is_some() {
            return;
        }
        while self.lookups.len() < SIDE_BY_SIDE
            && let Some(sha1) = self.batch.next_to_ask()
        {
            let (events, round) = (self.events.clone(), self.round);
            let task = self.lookups.spawn(lookup::ask(
                Arc::clone(&signed_in.source),
                Arc::clone(&signed_in.quota),
                sha1,
                move |progress| {
                    let _ = events.send(Event::Lookup(round, sha1, progress));
                },
            ));
            self.asked.insert(task.id(), sha1);
        }
    }

    /// A lookup's task has ended; one that failed inside this app must not be left asking for ever.
    fn lookup_ended(&mut self, ended: &Result<(task::Id, ()), JoinError>) {
        let (id, panicked) = match ended {
            Ok((id, ())) => (*id, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        if let Some(sha1) = self.asked.remove(&id)
            && panicked
        {
            tracing::error!("a lookup failed inside the app");
            self.batch.lookup_went_on(sha1, Progress::Ended(Err(ApiError::Panicked)));
        }
    }

    pub(super) fn begin_epoch(&mut self) {
        self.epoch += 1;
        self.break_off();
        self.batch.start_over();
    }

    /// Breaks off all lookups, and gives what they asked.
    pub(super) fn break_off(&mut self) -> Vec<Sha1Digest> {
        self.round += 1;
        self.lookups.abort_all();
        self.asked.drain().map(|(_, sha1)| sha1).collect()
    }

    pub(super) fn tell(&mut self, error: UserError) {
        if self.notices.iter().any(|known| known.error == error) {
            return;
        }
        if self.notices.len() == MOST_NOTICES {
            self.notices.remove(0);
        }
        self.notices.push(Notice { id: self.next_notice, error });
        self.next_notice += 1;
    }

    fn rows(&self, query: QueryId, from: u32, to: u32) -> Result<Rows, UserError> {
        let list = self.feed.list(query).ok_or_else(|| UserError::new(ErrorCode::Gone))?;
        let (revision, total) = self.batch.extent(list);
        let to = to.min(from.saturating_add(MOST_ROWS));
        let rows = self.batch.rows(list, from, to);
        Ok(Rows { epoch: self.epoch, revision, total, from, rows })
    }

    fn detail(&self, alert: AlertHandle) -> Result<AlertDetail, UserError> {
        let alert = self.batch.alert(alert).ok_or_else(|| UserError::new(ErrorCode::Gone))?;
        Ok(alert.detail(self.epoch))
    }

    fn portal_link(&self, page: PortalPage) -> Result<Url, UserError> {
        let gone = || UserError::new(ErrorCode::Gone);
        let Some(signed_in) = self.person.signed_in() else { return Err(gone()) };
        let alert = |handle| self.batch.alert(handle).ok_or_else(gone);
        let target = match page {
            PortalPage::Alert { alert: handle } => PortalTarget::Alert(alert(handle)?),
            PortalPage::Incident { alert: handle } => PortalTarget::Incident(alert(handle)?),
            PortalPage::Device { alert: handle } => PortalTarget::Device(alert(handle)?),
            PortalPage::File { item } => {
                PortalTarget::File(self.batch.sha1_of(item).ok_or_else(gone)?)
            }
        };
        signed_in.portal.link(target).ok_or_else(|| UserError::new(ErrorCode::NoPortalPage))
    }

    fn exact(&self, field: CopyField) -> Result<String, UserError> {
        let value = match field {
            CopyField::SignInLink => match &self.person {
                Person::Coming(Coming { opened: Some((link, _)), .. }) => Some(link.to_string()),
                Person::Coming(_)
                | Person::Nobody { .. }
                | Person::Restoring(_)
                | Person::There(_) => None,
            },
            CopyField::Sha1 { item } => self.batch.sha1_of(item).map(|sha1| sha1.to_string()),
            CopyField::AlertJson { alert } => {
                self.batch.alert(alert).map(|alert| alert.raw.to_string())
            }
            CopyField::PracticeFolder => {
                self.practice_folder.as_ref().map(|folder| folder.display().to_string())
            }
        };
        value.ok_or_else(|| UserError::new(ErrorCode::Gone))
    }

    fn head(&self) -> Head {
        Head {
            epoch: self.epoch,
            session: self.person.session(),
            practice: self.practice.is_some(),
            organisation: self.organisation.clone(),
            counts: self.batch.counts(),
            hold: self.person.hold(),
            hovering: self.hovering,
            practice_folder: self.practice_folder.as_deref().map(shown),
            notices: self.notices.clone(),
        }
    }
}

async fn wait(due: Due) {
    match due {
        // Nothing has changed since the last look; what comes next wakes the actor.
        Due::Now | Due::OnAcknowledge => std::future::pending().await,
        Due::At(at) => tokio::time::sleep_until(at).await,
    }
}

fn reply<T>(answer: oneshot::Sender<T>, value: T) {
    // Fails only if whoever asked has gone.
    let _ = answer.send(value);
}

/// The innermost cause, which is the one worth reading in a log.
fn cause(error: &dyn std::error::Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Some(cause.to_string())
}
