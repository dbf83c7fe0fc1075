//! The actor behind a workbench: one owner of session, batch and feed.
//!
//! It is one loop and the answer to each message; that is why it is long.

use std::{
    collections::{HashMap, HashSet},
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
    Command, Practice, SignInTarget, Sink,
    feed::{Due, Feed},
    person::{Coming, News, Person, Restoring},
    shown,
    sign_in::{
        RestoreProgress, SignInProgress, SignedIn, Surroundings, open_browser, restore, sign_in,
    },
};
use crate::{
    alert::PortalTarget,
    digest::{FileDigest, ReadError, ReadJob, Readers, Sha1Digest},
    identity::{Account, AccountId, Hint, OrganisationEndpoints},
    intake,
    lookup::{self, Batch, FileToRead, Progress},
    source::ApiError,
    token_store::TokenStoreError,
    view::{
        AlertDetail, AlertHandle, CopyField, ErrorCode, Head, ItemId, Notice, Opened, Organisation,
        PortalPage, QueryId, Realm, Removal, Rows, SignInStep, SignOut, UserError,
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
enum Event {
    ReadingBegan(ItemId, u32),
    ReadingEnded(ItemId, u32, Result<FileDigest, ReadError>),
    Lookup(u32, Sha1Digest, Progress),
    /// The session of this epoch is over before anything was asked.
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
    actor.sweep();
    if let Some(account) = kept.into_iter().find(|account| actor.place_of(account).is_some()) {
        actor.restore(account);
    }
    tokio::spawn(actor.run(commands, incoming));
    Ok(sender)
}

struct Actor {
    around: Surroundings,
    practice: Option<Arc<dyn Practice>>,
    organisation: Option<Organisation>,
    readers: Readers,
    batch: Batch,
    feed: Feed,
    person: Person,
    /// The lookups that run, all of the current epoch.
    lookups: JoinSet<()>,
    /// Counts how often they were all broken off: what an older round reports is dropped.
    round: u32,
    /// What each of them asks.
    asked: HashMap<task::Id, Sha1Digest>,
    /// Who was signed in last, unless they signed out.
    last: Option<Account>,
    /// Whose sign-in is kept and could not be restored yet.
    kept: Option<AccountId>,
    /// Whose sign-in is to be removed and could not be yet.
    to_remove: Option<AccountId>,
    epoch: u32,
    hovering: Option<u32>,
    practice_folder: Option<PathBuf>,
    notices: Vec<Notice>,
    next_notice: u32,
    events: mpsc::UnboundedSender<Event>,
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
                self.remove_others(None);
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
            Event::SessionOver(epoch, error) if epoch == self.epoch => self.interrupt(error, None),
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

    fn sign_in(&mut self, target: SignInTarget, other: bool) {
        if matches!(self.person, Person::Coming(_)) {
            return; // one attempt at a time
        }
        let realm = match &target {
            SignInTarget::Practice(_) => Realm::Practice,
            SignInTarget::Organisation(_) => Realm::Organisation,
        };
        let hint = match &self.last {
            _ if other => Hint::SelectAccount,
            Some(last) if target.is_for(&last.id) => Hint::LoginHint(last.sign_in_name.clone()),
            Some(_) | None => Hint::None,
        };
        let (mut before, mut signed_out) = (None, None);
        match std::mem::replace(&mut self.person, Person::NOBODY) {
            Person::There(signed_in) => before = Some(Box::new(signed_in)),
            Person::Restoring(Restoring { account, .. }) => self.kept = Some(account),
            // What was removed needs no more words, what was not is told until it is.
            Person::Nobody { signed_out: told, .. } => {
                signed_out = told.filter(|told| told.removal != Removal::Removed);
            }
            Person::Coming(_) => {}
        }
        let (report, reports) = mpsc::unbounded_channel();
        let mut task = JoinSet::new();
        task.spawn(sign_in(target, hint, self.around.clone(), report.clone()));
        self.set_person(Person::Coming(Coming {
            realm,
            step: SignInStep::InBrowser,
            opened: None,
            browser: None,
            reports,
            report,
            task,
            before,
            signed_out,
        }));
    }

    fn sign_in_went_on(&mut self, progress: SignInProgress) {
        let Person::Coming(coming) = &mut self.person else { return };
        match progress {
            SignInProgress::Opened { link, until } => coming.opened = Some((link, until)),
            SignInProgress::NoBrowser => {
                coming.browser = Some(UserError::new(ErrorCode::BrowserNotOpened));
            }
            SignInProgress::Exchanging => coming.step = SignInStep::Exchanging,
            SignInProgress::Ended(Err(error)) => self.sign_in_given_up(Some(error)),
            SignInProgress::Ended(Ok(signed_in)) => {
                let account = signed_in.source.account().id.clone();
                let before = coming.before.take();
                let goes_on = before.is_some_and(|before| before.source.account().id == account);
                let session = Arc::clone(&signed_in.session);
                tokio::spawn(async move { session.keep().await });
                self.there(signed_in);
                if !goes_on {
                    self.begin_epoch();
                }
                self.remove_others(Some(account));
            }
        }
    }

    /// The attempt is over without a session: whoever was signed in before still is.
    fn sign_in_given_up(&mut self, error: Option<UserError>) {
        match std::mem::replace(&mut self.person, Person::NOBODY) {
            Person::Coming(Coming { before: Some(before), .. }) => {
                if let Some(error) = error {
                    self.tell(error);
                }
                self.set_person(Person::There(*before));
            }
            Person::Coming(Coming { before: None, signed_out, .. }) => {
                match (error, self.kept.clone()) {
                    (None, Some(account)) => self.restore(account),
                    (error, _) => self.set_person(Person::Nobody { error, signed_out }),
                }
            }
            other @ (Person::Nobody { .. } | Person::Restoring(_) | Person::There(_)) => {
                self.person = other;
            }
        }
    }

    /// Where an account signs in, if this program can lead there now.
    fn place_of(&self, account: &AccountId) -> Option<SignInTarget> {
        let target = match account.realm {
            Realm::Practice => SignInTarget::Practice(Arc::clone(self.practice.as_ref()?)),
            Realm::Organisation => {
                let endpoints = OrganisationEndpoints::new(self.organisation.as_ref()?).ok()?;
                SignInTarget::Organisation(Box::new(endpoints))
            }
        };
        target.is_for(account).then_some(target)
    }

    /// Looks for the sign-in that was kept.
    fn restore(&mut self, account: AccountId) {
        let Some(target) = self.place_of(&account) else {
            return self.set_person(Person::NOBODY);
        };
        let (report, reports) = mpsc::unbounded_channel();
        let mut task = JoinSet::new();
        task.spawn(restore(account.clone(), target, self.around.clone(), report));
        self.kept = None;
        self.set_person(Person::Restoring(Restoring { account, locked: false, reports, task }));
    }

    fn restore_went_on(&mut self, progress: RestoreProgress) {
        let Person::Restoring(restoring) = &mut self.person else { return };
        match progress {
            RestoreProgress::Locked => restoring.locked = true,
            RestoreProgress::Ended(Ok(Some(signed_in))) => {
                let (session, epoch) = (Arc::clone(&signed_in.session), self.epoch + 1);
                let events = self.events.clone();
                self.there(*signed_in);
                self.begin_epoch();
                // Told at once if it is over, and not with the first file.
                tokio::spawn(async move {
                    if let Err(error) = session.is_good().await
                        && error.needs_person()
                    {
                        let _ = events.send(Event::SessionOver(epoch, (&error).into()));
                    }
                });
            }
            RestoreProgress::Ended(Ok(None)) => self.set_person(Person::NOBODY),
            RestoreProgress::Ended(Err(error)) => {
                self.kept = Some(restoring.account.clone());
                self.set_person(Person::Nobody { error: Some(error), signed_out: None });
            }
        }
    }

    fn there(&mut self, signed_in: SignedIn) {
        self.last = Some(signed_in.source.account().clone());
        self.kept = None;
        self.set_person(Person::There(signed_in));
    }

    /// The session ended before the person wished it: what is known stays, and what was being
    /// asked is asked again after the next sign-in.
    fn interrupt(&mut self, error: UserError, sha1: Option<Sha1Digest>) {
        let broken_off = self.break_off();
        self.batch.put_back(broken_off.into_iter().chain(sha1).collect::<HashSet<_>>());
        match &mut self.person {
            Person::There(signed_in) => signed_in.interrupted = Some(error),
            Person::Coming(Coming { before: Some(before), .. }) => before.interrupted = Some(error),
            Person::Coming(_) | Person::Nobody { .. } | Person::Restoring(_) => {}
        }
    }

    /// Signs out: generation first, so that what comes late is dropped; then secrets, then what is
    /// known.
    fn sign_out(&mut self) {
        let Some(signed_in) = self.person.signed_in() else { return };
        let account = signed_in.source.account().id.clone();
        self.epoch += 1;
        self.break_off();
        self.last = None;
        self.set_person(Person::Nobody {
            error: None,
            signed_out: Some(SignOut { realm: account.realm, removal: Removal::Removing }),
        });
        self.batch.start_over();
        self.to_remove = Some(account.clone());
        self.remove(account);
    }

    /// Removes what was kept of a sign-in.
    fn remove(&self, account: AccountId) {
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            let outcome = store.sign_out(&account).await;
            let _ = events.send(Event::Removed(account, outcome));
        });
    }

    /// Removes what is kept of others than this account, or of those that have no place here any
    /// more. Practice never removes an organisation's.
    fn remove_others(&self, account: Option<AccountId>) {
        let organisation = self.organisation.clone();
        let organisation =
            organisation.and_then(|organisation| OrganisationEndpoints::new(&organisation).ok());
        let organisation = organisation.map(|it| SignInTarget::Organisation(Box::new(it)));
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            let kept = match store.kept().await {
                Ok(kept) => kept,
                Err(error) => return tracing::warn!(%error, "what is kept could not be listed"),
            };
            for other in kept {
                let goes = match (&account, other.realm) {
                    (Some(account), Realm::Practice) => *account != other,
                    (Some(account), Realm::Organisation) => {
                        account.realm == Realm::Organisation && *account != other
                    }
                    (None, Realm::Practice) => false,
                    (None, Realm::Organisation) => {
                        !organisation.as_ref().is_some_and(|target| target.is_for(&other))
                    }
                };
                if goes {
                    let outcome = store.sign_out(&other).await;
                    let _ = events.send(Event::Removed(other, outcome));
                }
            }
        });
    }

    /// Brings to its end what earlier runs could not.
    fn sweep(&self) {
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            for (account, error) in store.sweep().await {
                let _ = events.send(Event::Removed(account, Err(error)));
            }
        });
    }

    fn removed(&mut self, account: &AccountId, outcome: Result<(), TokenStoreError>) {
        let wished = self.to_remove.as_ref() == Some(account);
        if wished && outcome.is_ok() {
            self.to_remove = None;
        }
        let told = match &mut self.person {
            Person::Nobody { signed_out, .. } => signed_out.as_mut(),
            Person::Coming(coming) => coming.signed_out.as_mut(),
            Person::Restoring(_) | Person::There(_) => None,
        };
        if wished && let Some(SignOut { removal, .. }) = told {
            *removal = match &outcome {
                Ok(()) => Removal::Removed,
                Err(error) => Removal::NotRemoved { error: error.into() },
            };
        } else if let Err(error) = &outcome {
            let detail = error.to_string();
            self.tell(UserError::new(ErrorCode::SignOutUnfinished).with("detail", detail.as_str()));
        }
        if let Err(error) = outcome {
            tracing::warn!(%error, "a kept sign-in was not removed");
        }
    }

    fn try_keyring(&mut self) {
        match &mut self.person {
            Person::Nobody { signed_out: Some(SignOut { removal, .. }), .. } => {
                if let Some(account) = self.to_remove.clone() {
                    *removal = Removal::Removing;
                    self.remove(account);
                }
            }
            Person::Nobody { signed_out: None, .. } => {
                if let Some(account) = self.kept.take() {
                    self.restore(account);
                }
            }
            Person::There(signed_in) => {
                let session = Arc::clone(&signed_in.session);
                tokio::spawn(async move { session.keep().await });
            }
            Person::Restoring(_) | Person::Coming(_) => {}
        }
    }

    fn set_person(&mut self, person: Person) {
        self.around.desktop.realm_changed(person.realm());
        self.person = person;
    }

    fn begin_epoch(&mut self) {
        self.epoch += 1;
        self.break_off();
        self.batch.start_over();
    }

    /// Breaks off all lookups, and gives what they asked.
    fn break_off(&mut self) -> Vec<Sha1Digest> {
        self.round += 1;
        self.lookups.abort_all();
        self.asked.drain().map(|(_, sha1)| sha1).collect()
    }

    fn tell(&mut self, error: UserError) {
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
