//! The actor behind a workbench: one owner of session, batch and feed. It is one loop and the answer
//! to each message; what it does with the person stands in `presence.rs`, with the batch in `work.rs`.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    sync::{mpsc, oneshot},
    task::{self, JoinSet},
    time::Instant,
};
use url::Url;

use super::{
    Command, Policy, Practice, SignInTarget, Sink, Tried,
    accounts::Accounts,
    checking::Checking,
    feed::{Due, Feed},
    intakes::{self, Intakes},
    not_saved,
    organisations::Organisations,
    person::{Coming, News, Person},
    presence::Wish,
    readings::Readings,
    records::{Record, Records},
    shown,
    sign_in::{Surroundings, open_browser},
    work::{Asked, Awaited, Figures},
};
use crate::{
    alert::PortalTarget,
    digest::{Further, Readers, Reading, Sha1Digest},
    identity::{Account, AccountId, Claims},
    journal::Journal,
    lookup::{Batch, Progress, ReadingOf},
    managed::{self, Effective},
    quota::Turn,
    settings::SettingsStore,
    token_store::TokenStoreError,
    view::{
        self, AlertDetail, AlertHandle, Arrival, CheckKind, CopyField, ErrorCode, Head, Hovering,
        ListSpec, Notice, Opened, PortalPage, Preferences, QueryId, Rows, UserError,
    },
};

/// The most rows of one answer to the page.
const MOST_ROWS: u32 = 200;
/// The most notices that stand at once; the oldest give way.
const MOST_NOTICES: usize = 20;
/// How often the progress of readings is sampled.
const SAMPLING: Duration = Duration::from_millis(100);

/// How organisations are reached until that is known.
const DIRECT: view::Network = view::Network {
    proxy: view::ProxyInUse::Direct,
    extra_ca: None,
    error: None,
    proxy_locked: false,
    ca_locked: false,
};

/// What reaches the actor from its own helpers.
pub(super) enum Event {
    /// Of the lookup with this number.
    Lookup(u32, Sha1Digest, Progress),
    /// The right to ask that was waited for under this number.
    Turn(u32, Turn),
    /// The session of this round is over before anything was asked.
    SessionOver(u32, UserError),
    /// Whether the session of that round is good, for the check of that number; with the name of whose
    /// it is.
    SessionChecked(u32, u32, Result<String, UserError>),
    /// Of the journal.
    Record(Record),
    /// Something to tell the person.
    Told(UserError),
    /// What a kept account is called.
    Named(Account),
    /// The network is set up, the time of this number.
    Reached(u32, Box<view::Network>),
    /// A step of the check of this number has ended.
    Checked(u32, CheckKind, Result<Option<String>, UserError>),
    /// What was kept of a sign-in was removed, or could not be.
    Removed(AccountId, Result<(), TokenStoreError>),
}

/// Starts an actor; it ends when the last sender is dropped. Of the sign-ins that were `kept` the
/// first that has a place is restored.
pub(super) fn start(
    around: Surroundings,
    practice: Option<Arc<dyn Practice>>,
    settings: Arc<SettingsStore>,
    managed: Arc<Policy>,
    journal: Journal,
    kept: Vec<AccountId>,
) -> mpsc::UnboundedSender<Command> {
    let (sender, commands) = mpsc::unbounded_channel();
    let (events, incoming) = mpsc::unbounded_channel();
    let (intakes, came_in) = Intakes::new();
    let readings = Arc::<Readings>::default();
    let told = Arc::clone(&readings);
    let effective = managed::effective(&managed, &settings.current());
    let preferences = effective.settings.preferences;
    let mut organisations = Organisations::default();
    let locked = effective.locked_organisation.as_ref();
    organisations.set(effective.settings.organisations.clone(), locked);
    let mut actor = Actor {
        around,
        practice,
        settings,
        managed,
        effective,
        network: DIRECT,
        reached: 0,
        reaching: JoinSet::new(),
        organisations,
        tried: None,
        wanted: None,
        preferences,
        readers: Readers::start(Further::default(), move |of, reading| told.tell(of, reading)),
        readings,
        asked: HashMap::new(),
        awaited: None,
        next_asked: 0,
        intakes,
        figures: Figures::default(),
        last: None,
        kept: None,
        accounts: Accounts::default(),
        check: Checking::default(),
        to_restore: kept.into(),
        swept: false,
        to_remove: None,
        batch: Batch::default(),
        records: Records::new(journal),
        feed: Feed::default(),
        person: Person::NOBODY,
        lookups: JoinSet::new(),
        epoch: 0,
        round: 0,
        paused: false,
        hovering: None,
        arrival: None,
        practice_folder: None,
        notices: Vec::new(),
        next_notice: 0,
        events,
    };
    actor.batch.seek(true);
    let with_a_place: Vec<AccountId> = actor.to_restore.iter().cloned().collect();
    actor.accounts.are_kept(with_a_place);
    actor.drop_placeless();
    actor.records.journal().keep_for(preferences.retention);
    actor.reach();
    actor.restore_next();
    tokio::spawn(actor.run(commands, incoming, came_in));
    sender
}

pub(super) struct Actor {
    pub(super) around: Surroundings,
    pub(super) practice: Option<Arc<dyn Practice>>,
    pub(super) settings: Arc<SettingsStore>,
    /// What an administrator has set.
    pub(super) managed: Arc<Policy>,
    /// What holds, of that and the settings.
    pub(super) effective: Effective,
    /// How organisations are reached.
    pub(super) network: view::Network,
    /// Counts how often the network was set up: what an older time reports is dropped.
    pub(super) reached: u32,
    /// The set-up under way; another in its place ends it.
    pub(super) reaching: JoinSet<()>,
    pub(super) organisations: Organisations,
    /// Where somebody tried to sign in last.
    pub(super) tried: Option<Tried>,
    /// What the next attempt there is to be asked with, since the authority has said so.
    pub(super) wanted: Option<(SignInTarget, Claims)>,
    pub(super) accounts: Accounts,
    pub(super) check: Checking,
    pub(super) preferences: Preferences,
    pub(super) readers: Readers<ReadingOf>,
    readings: Arc<Readings>,
    pub(super) batch: Batch,
    /// What is kept of the work.
    pub(super) records: Records,
    pub(super) feed: Feed,
    pub(super) person: Person,
    /// The lookups that run, all of the current epoch, and those that were broken off and have not
    /// ended yet.
    pub(super) lookups: JoinSet<()>,
    /// What is being asked.
    pub(super) asked: HashMap<Sha1Digest, Asked>,
    /// The right to ask that is waited for.
    pub(super) awaited: Option<Awaited>,
    pub(super) next_asked: u32,
    pub(super) intakes: Intakes,
    pub(super) figures: Figures,
    /// Counts the sessions: what one before reports is dropped.
    pub(super) round: u32,
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
    /// Whether the person has paused.
    pub(super) paused: bool,
    pub(super) hovering: Option<Hovering>,
    pub(super) arrival: Option<Arrival>,
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
        mut came_in: mpsc::Receiver<intakes::Report>,
    ) {
        let mut sample = tokio::time::interval(SAMPLING);
        sample.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // Whether anything may have changed since the feed looked.
        let mut changed = false;
        loop {
            let fresh = self.fresh();
            self.batch.it_is(Timestamp::now(), fresh);
            let due = self.feed.due(Instant::now());
            let (gathered, readings) = (self.intakes.due(), Arc::clone(&self.readings));
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => {
                        // What has happened already is not paused or cancelled any more.
                        self.note_readings();
                        while let Ok(event) = events.try_recv() {
                            self.note(event);
                        }
                        self.obey(command);
                    }
                    None => return,
                },
                Some(event) = events.recv() => self.note(event),
                Some(news) = self.person.news() => match news {
                    News::Restore(progress) => self.restore_went_on(progress),
                    News::SignIn(progress) => self.sign_in_went_on(progress),
                    News::Changed => {}
                    News::Keeping => self.keeping_changed(),
                },
                Some(ended) = self.lookups.join_next_with_id() => self.lookup_ended(&ended),
                Some(report) = came_in.recv() => self.came_in(report),
                () = readings.come() => {}
                () = until(gathered) => self.take_in_what_is_due(),
                _ = sample.tick(), if self.is_at_work() => self.sample(),
                () = wait(due), if changed => {}
            }
            changed = true;
            // What came together is told together.
            self.note_readings();
            while let Ok(event) = events.try_recv() {
                self.note(event);
            }
            self.keep_records();
            self.ask_more();
            self.settle();
            if self.feed.due(Instant::now()) == Due::Now {
                let head = self.head();
                let (batch, records) = (&self.batch, &self.records);
                self.feed.send(Instant::now(), head, |list| match list {
                    ListSpec::History => records.extent(),
                    ListSpec::Items { .. }
                    | ListSpec::Alerts { .. }
                    | ListSpec::Evidence { .. }
                    | ListSpec::Raw { .. }
                    | ListSpec::SameContent { .. } => batch.extent(list),
                });
                changed = false;
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Subscribe(sink) => self.subscribe(sink),
            Command::Acknowledge(sequence) => self.feed.acknowledge(sequence),
            Command::Open(list, answer) => {
                if list == ListSpec::History {
                    self.read_history(None);
                }
                let (revision, total) = self.extent(list);
                let query = self.feed.open(list, (revision, total));
                reply(answer, Opened { query, revision, total });
            }
            Command::Rows(query, from, to, answer) => reply(answer, self.rows(query, from, to)),
            Command::Close(query) => self.feed.close(query),
            Command::Detail(alert, answer) => reply(answer, self.detail(alert)),
            Command::Files(paths) => self.take_in_files(paths),
            Command::Arguments(paths) => self.take_in_arguments(paths),
            Command::Text(text, answer) => self.take_in_text(text, answer),
            Command::Answer(question, go_on) => self.question_answered(question, go_on),
            Command::CloudOnly => {
                let files = self.batch.read_cloud_only();
                self.read(files);
            }
            Command::Retry(item) => {
                let file = self.batch.retry(item);
                self.read(file);
            }
            Command::RetryFailed => {
                let files = self.batch.retry_failed();
                self.read(files);
            }
            Command::Clear => self.clear(),
            Command::Pause(paused) => self.pause(paused),
            Command::Cancel(item) => self.cancel(item),
            Command::CancelAll => self.cancel_all(),
            Command::Preferences => self.preferences_chosen(),
            Command::SignIn(to, other, answer) => {
                let target = self.target(to);
                let wish = Wish { other, ..Wish::default() };
                reply(answer, target.map(|target| self.sign_in(target, wish)));
            }
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
            Command::Switch(account, answer) => reply(answer, self.switch(account)),
            Command::ForgetAccount(account) => self.forget_account(account),
            Command::StepUp(answer) => reply(answer, self.step_up()),
            Command::Check(organisation, answer) => reply(answer, self.start_check(organisation)),
            Command::CloseCheck => self.check = Checking::after(&self.check),
            Command::Passport(answer) => reply(answer, self.passport()),
            Command::GoOn => self.go_on(None),
            Command::TakeUp(answer) => self.take_up(answer),
            Command::LeaveUnfinished => self.leave_unfinished(),
            Command::SearchHistory(search, answer) => self.search_history(search, answer),
            Command::Reopen(entry, answer) => self.reopen(entry, answer),
            Command::Flush(answer) => self.flush(answer),
            Command::Forget(answer) => self.forget(answer),
            Command::Reach => {
                self.settings_changed();
                // A password or a file can be another though it has the same name.
                self.reach();
            }
            Command::TryKeyring => self.try_keyring(),
            Command::Connected => self.organisations_changed(),
            Command::Disconnect(organisation, answer) => {
                reply(answer, self.disconnect(organisation));
            }
            Command::PracticeFolder(folder) => self.practice_folder = Some(folder),
            Command::Hovering(files) => self.hovering = files,
            Command::Notice(error) => self.tell(error),
            Command::Dismiss(notice) => self.notices.retain(|known| known.id != notice),
            Command::PortalLink(page, answer) => reply(answer, self.portal_link(page)),
            Command::Exact(CopyField::Request { about }, answer) => self.request(&about, answer),
            Command::Exact(field, answer) => reply(answer, self.exact(&field)),
            Command::Path(item, answer) => reply(answer, self.batch.path_of(item)),
            Command::Is(whom, answer) => {
                let there = self.person.signed_in().map(|there| there.source.account());
                reply(answer, there.is_some_and(|account| whom.is(account)));
            }
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Lookup(number, sha1, progress) => self.lookup_went_on(number, sha1, progress),
            Event::Turn(number, turn) => self.turn_came(number, turn),
            Event::SessionOver(round, error) if round == self.round => self.interrupt(error, None),
            Event::SessionOver(..) => {}
            Event::SessionChecked(number, round, outcome) => {
                self.session_checked(number, round, outcome);
            }
            Event::Record(record) => self.recorded(record),
            Event::Told(error) => self.tell(error),
            Event::Named(account) => self.accounts.named(account),
            Event::Reached(number, network) => self.network_set_up(number, *network),
            Event::Checked(number, step, outcome) => self.checked(number, step, outcome),
            Event::Removed(account, outcome) => self.removed(&account, outcome),
        }
    }

    fn note_readings(&mut self) {
        for (ReadingOf { item, generation }, reading) in self.readings.take() {
            match reading {
                Reading::Began => self.batch.reading_began(item, generation),
                Reading::Ended(outcome) => {
                    if let Err(error) = &outcome {
                        tracing::info!(item = item.0, %error, "a file was not read");
                    }
                    self.batch.reading_ended(item, generation, outcome);
                }
            }
        }
    }

    fn subscribe(&mut self, sink: Sink) {
        self.feed.subscribe(sink);
    }

    /// What the person has chosen holds as far as it may, and is saved beside everything else.
    fn preferences_chosen(&mut self) {
        self.settings_changed();
        self.save_settings();
    }

    /// Saves the settings beside everything else.
    pub(super) fn save_settings(&self) {
        let (settings, events) = (Arc::clone(&self.settings), self.events.clone());
        task::spawn_blocking(move || {
            if let Err(error) = settings.save() {
                let _ = events.send(Event::Told(not_saved(&error)));
            }
        });
    }

    pub(super) fn begin_epoch(&mut self) {
        self.epoch += 1;
        self.break_off();
        self.batch.start_over();
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
        let (revision, total) = self.extent(list);
        let to = to.min(from.saturating_add(MOST_ROWS));
        let rows = match list {
            ListSpec::History => self.records.rows(from, to.min(total)),
            ListSpec::Items { .. }
            | ListSpec::Alerts { .. }
            | ListSpec::Evidence { .. }
            | ListSpec::Raw { .. }
            | ListSpec::SameContent { .. } => self.batch.rows(list, from, to),
        };
        Ok(Rows { epoch: self.epoch, revision, total, from, rows })
    }

    /// A list's revision and length.
    fn extent(&self, list: ListSpec) -> (u32, u32) {
        match list {
            ListSpec::History => self.records.extent(),
            ListSpec::Items { .. }
            | ListSpec::Alerts { .. }
            | ListSpec::Evidence { .. }
            | ListSpec::Raw { .. }
            | ListSpec::SameContent { .. } => self.batch.extent(list),
        }
    }

    fn detail(&self, alert: AlertHandle) -> Result<AlertDetail, UserError> {
        let alert = self.batch.alert(alert).ok_or_else(|| UserError::new(ErrorCode::Gone))?;
        Ok(alert.detail(self.epoch))
    }

    fn portal_link(&self, page: PortalPage) -> Result<Url, UserError> {
        let gone = || UserError::new(ErrorCode::Gone);
        let no_page = || UserError::new(ErrorCode::NoPortalPage);
        let Some(signed_in) = self.person.signed_in() else { return Err(gone()) };
        let alert = |handle| self.batch.alert(handle).ok_or_else(gone);
        let target = match page {
            PortalPage::Alert { alert: handle } => PortalTarget::Alert(alert(handle)?),
            PortalPage::Incident { alert: handle } => PortalTarget::Incident(alert(handle)?),
            PortalPage::Device { alert: handle } => PortalTarget::Device(alert(handle)?),
            PortalPage::File { item } => {
                PortalTarget::File(self.batch.sha1_of(item).ok_or_else(gone)?)
            }
            PortalPage::Technique { alert: handle, technique } => {
                return alert(handle)?.technique_page(technique).ok_or_else(no_page);
            }
        };
        signed_in.portal.link(target).ok_or_else(no_page)
    }

    fn exact(&self, field: &CopyField) -> Result<String, UserError> {
        let realm = self.person.realm();
        let value = match *field {
            CopyField::SignInLink => match &self.person {
                Person::Coming(Coming { opened: Some((link, _)), .. }) => Some(link.to_string()),
                Person::Coming(_)
                | Person::Nobody { .. }
                | Person::Restoring(_)
                | Person::There(_) => None,
            },
            CopyField::SessionProblem => self.session_problem(),
            CopyField::Passport => Some(self.passport_text()?),
            // Told beside this, since it takes asking.
            CopyField::Request { .. } => None,
            CopyField::PracticeFolder => {
                self.practice_folder.as_ref().map(|folder| folder.display().to_string())
            }
            CopyField::Item { item, part } => self.batch.item_part(item, part, realm),
            CopyField::Alert { item, alert, part } => {
                self.batch.alert_part(item, alert, part, realm)
            }
            CopyField::Evidence { alert, row, part } => {
                self.batch.evidence_part(alert, row, part, realm)
            }
        };
        value.ok_or_else(|| UserError::new(ErrorCode::Gone))
    }

    fn head(&self) -> Head {
        let counts = self.batch.counts();
        Head {
            epoch: self.epoch,
            session: self.session(),
            practice: self.practice.is_some(),
            organisations: self.organisations.all().to_vec(),
            accounts: self.accounts.shown(
                self.person.signed_in().map(|there| &there.source.account().id),
                &self.organisations,
            ),
            managed: self.effective.managed.clone(),
            network: self.network.clone(),
            check: self.check.shown(),
            counts,
            hold: self.hold(),
            quota_shared: self.person.signed_in().is_some_and(|there| there.quota.is_shared()),
            history: self.records.state(),
            unfinished: self.records.unfinished(),
            progress: self.progress(counts),
            paused: self.paused,
            intake: self.intake(),
            arrival: self.arrival,
            hovering: self.hovering.clone(),
            preferences: self.preferences,
            practice_folder: self.practice_folder.as_deref().map(shown),
            notices: self.notices.clone(),
        }
    }
}

/// Waits until something is due, if anything is.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn wait(due: Due) {
    match due {
        // It has become so since the last look.
        Due::Now => {}
        Due::OnAcknowledge => std::future::pending().await,
        Due::At(at) => tokio::time::sleep_until(at).await,
    }
}

pub(super) fn reply<T>(answer: oneshot::Sender<T>, value: T) {
    // Fails only if whoever asked has gone.
    let _ = answer.send(value);
}
