//! What one window works on: the session, the batch, and the feed of changes to the page.
//!
//! [`Workbench`] is a handle; an actor behind it owns everything, does no I/O of its own and drops
//! what comes late: readings of an older generation, answers of an older epoch, sign-ins of an
//! older attempt.

mod accounts;
mod actor;
mod checking;
mod feed;
mod forgetting;
mod intakes;
mod organisations;
mod pace;
mod passport;
mod person;
mod presence;
mod reach;
mod readings;
mod records;
mod request;
mod sign_in;
mod whom;
mod work;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::{mpsc, oneshot};
use url::Url;

use self::sign_in::Surroundings;
pub use self::whom::Whom;
use crate::{
    browser::OpenError,
    identity::{
        self, AccountId, Domain, Endpoints, OrganisationEndpoints, PracticeEndpoints, WallClock,
    },
    intake,
    journal::{Journal, JournalError, JournalNotice, Opened},
    managed,
    network::Network,
    quota::{Ledger, LedgerError, Quotas},
    settings::{SettingsError, SettingsStore},
    token_store::TokenStore,
    view::{
        self, AccountHandle, AlertDetail, AlertHandle, CopyField, ErrorCode, Forgotten,
        FoundTenant, HistoryId, Hovering, ItemId, ListSpec, Organisation, OrganisationForm,
        OrganisationId, Passport, Permission, PortalPage, Preferences, ProxyForm, QueryId, Realm,
        Rows, Shown, SignInTo, Update, UserError,
    },
};

/// A workbench cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// There is no place for the journal, not even in memory.
    #[error("the journal cannot be opened")]
    Journal(#[from] JournalError),
    /// There is no place for the ledger of calls, not even in memory.
    #[error("the ledger of calls cannot be opened")]
    Ledger(#[from] LedgerError),
}

/// What the workbench needs of the desktop it stands on. All of it may block.
pub trait Desktop: Send + Sync + 'static {
    /// Opens a link in the system's browser.
    ///
    /// # Errors
    ///
    /// If the system says that it could not.
    fn open_link(&self, link: &Url) -> Result<(), OpenError>;

    /// The window now shows this realm, or nobody's.
    fn realm_changed(&self, realm: Option<Realm>);

    /// Somebody has signed in in the browser, which lies over the window.
    fn come_to_front(&self);
}

/// The practice tenant, where the program carries it.
#[async_trait::async_trait]
pub trait Practice: Send + Sync + 'static {
    /// Where it listens; starts it if need be.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    async fn endpoints(&self) -> io::Result<PracticeEndpoints>;

    /// Writes the practice files and gives their folder.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    async fn write_files(&self) -> io::Result<PathBuf>;
}

/// Takes updates to the page; `false` says that the page is gone.
pub type Sink = Box<dyn FnMut(Update) -> bool + Send>;

/// One window's work. Clones are handles to the same.
#[derive(Clone)]
pub struct Workbench {
    commands: mpsc::UnboundedSender<Command>,
    settings: Arc<SettingsStore>,
    practice: Option<Arc<dyn Practice>>,
    store: TokenStore,
    network: Network,
    managed: Arc<Policy>,
}

/// What an administrator has set for this computer, or why that is not followed.
pub type Policy = Result<Option<managed::Policy>, managed::ManagedError>;

/// What the actor is told and asked.
enum Command {
    Subscribe(Sink),
    Acknowledge(u32),
    Open(ListSpec, oneshot::Sender<view::Opened>),
    Rows(QueryId, u32, u32, oneshot::Sender<Result<Rows, UserError>>),
    Close(QueryId),
    Detail(AlertHandle, oneshot::Sender<Result<AlertDetail, UserError>>),
    Files(Vec<PathBuf>),
    /// Paths that another program has given.
    Arguments(Vec<PathBuf>),
    Text(String, oneshot::Sender<Result<(), UserError>>),
    /// To a question, whether to go on.
    Answer(u32, bool),
    /// Reads what lies with a cloud.
    CloudOnly,
    Retry(ItemId),
    RetryFailed,
    Clear,
    Pause(bool),
    Cancel(ItemId),
    CancelAll,
    /// The person has chosen other preferences.
    Preferences,
    SignIn(SignInTo, bool, oneshot::Sender<Result<(), UserError>>),
    CancelSignIn,
    OpenBrowser,
    SignOut,
    Switch(AccountHandle, oneshot::Sender<Result<(), UserError>>),
    ForgetAccount(AccountHandle),
    StepUp(oneshot::Sender<Result<(), UserError>>),
    Check(OrganisationId, oneshot::Sender<Result<(), UserError>>),
    CloseCheck,
    Passport(oneshot::Sender<Result<Passport, UserError>>),
    GoOn,
    TakeUp(oneshot::Sender<u32>),
    LeaveUnfinished,
    SearchHistory(String, oneshot::Sender<()>),
    Reopen(HistoryId, oneshot::Sender<Result<(), UserError>>),
    Flush(oneshot::Sender<()>),
    Forget(oneshot::Sender<Forgotten>),
    /// What the settings say of the network is to be looked at anew.
    Reach,
    TryKeyring,
    /// The settings name other organisations than before.
    Connected,
    Disconnect(OrganisationId, oneshot::Sender<Result<(), UserError>>),
    PracticeFolder(PathBuf),
    Hovering(Option<Hovering>),
    Notice(UserError),
    Dismiss(u32),
    PortalLink(PortalPage, oneshot::Sender<Result<Url, UserError>>),
    Exact(CopyField, oneshot::Sender<Result<String, UserError>>),
    Path(ItemId, oneshot::Sender<Option<PathBuf>>),
    Is(Whom, oneshot::Sender<bool>),
}

/// Where to sign in.
#[derive(Clone)]
enum SignInTarget {
    Practice(Arc<dyn Practice>),
    Organisation(Box<OrganisationEndpoints>),
}

/// An attempt at a sign-in, or a search for one that was kept.
#[derive(Clone)]
struct Tried {
    target: SignInTarget,
    /// The name that whoever is expected signs in with, if that is known.
    who: Option<String>,
}

impl SignInTarget {
    /// Whether both are one tenant.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Practice(_), Self::Practice(_)) => true,
            (Self::Organisation(one), Self::Organisation(other)) => {
                (one.cloud(), one.tenant()) == (other.cloud(), other.tenant())
            }
            (Self::Practice(_), Self::Organisation(_))
            | (Self::Organisation(_), Self::Practice(_)) => false,
        }
    }

    /// Whether the account could sign in here.
    fn is_for(&self, account: &AccountId) -> bool {
        match self {
            Self::Practice(_) => account.realm == Realm::Practice,
            Self::Organisation(endpoints) => {
                account.realm == Realm::Organisation
                    && account.cloud == endpoints.cloud()
                    && account.tenant == endpoints.tenant()
            }
        }
    }
}

impl Workbench {
    /// Starts an empty workbench with the settings in `folder`, and looks for the sign-in that was
    /// kept in `store`. The actor ends with the last handle. Reading the settings blocks.
    ///
    /// # Errors
    ///
    /// [`StartError`] if there is not even memory for what is kept of the work.
    pub async fn start(
        folder: &Path,
        store: TokenStore,
        desktop: Arc<dyn Desktop>,
        practice: Option<Arc<dyn Practice>>,
    ) -> Result<Self, StartError> {
        Self::start_as(&Whom::Newest, folder, store, desktop, practice).await
    }

    /// The same as somebody in particular.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub async fn start_as(
        whom: &Whom,
        folder: &Path,
        store: TokenStore,
        desktop: Arc<dyn Desktop>,
        practice: Option<Arc<dyn Practice>>,
    ) -> Result<Self, StartError> {
        let managed = managed::read();
        Self::start_managed(whom, folder, store, desktop, practice, managed).await
    }

    /// The same where an administrator has set this up.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub async fn start_managed(
        whom: &Whom,
        folder: &Path,
        store: TokenStore,
        desktop: Arc<dyn Desktop>,
        practice: Option<Arc<dyn Practice>>,
        managed: Policy,
    ) -> Result<Self, StartError> {
        if let Err(error) = &managed {
            tracing::error!(%error, "what an administrator has set is not followed");
        }
        let managed = Arc::new(managed);
        let (settings, error) = SettingsStore::open(folder);
        let holds = managed::effective(&managed, &settings.current());
        let practice = practice.filter(|_| holds.practice);
        let settings = Arc::new(settings);
        let kept = store.kept().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what is kept could not be listed");
            Vec::new()
        });
        let kept = whom.among(kept, &store).await;
        let Opened { journal, ledger, notices, later } =
            Journal::open(folder, WallClock::of_system())?;
        let quotas = Arc::new(Quotas::new(Arc::new(Ledger::new(ledger, WallClock::of_system())?)));
        let network = Network::of_system();
        let around =
            Surroundings { quotas, desktop, store: store.clone(), network: network.clone() };
        let (practice_too, settings_too) = (practice.clone(), Arc::clone(&settings));
        let managed_too = Arc::clone(&managed);
        let commands = actor::start(around, practice_too, settings_too, managed_too, journal, kept);
        let workbench = Self { commands, settings, practice, store, network, managed };
        if let Err(error) = &*workbench.managed {
            workbench.notice(error.into());
        }
        for notice in notices {
            tracing::warn!(?notice, "the journal's file");
            workbench.notice((&notice).into());
        }
        tokio::spawn(tell_later(later, workbench.commands.downgrade()));
        if let Some(error) = error {
            tracing::warn!(%error, "the settings are not used");
            workbench.notice((&error).into());
        }
        Ok(workbench)
    }

    /// Sends updates to a page from now on; the page before it gets no more.
    pub fn subscribe(&self, sink: Sink) {
        self.tell(Command::Subscribe(sink));
    }

    /// The page has taken in this update.
    pub fn acknowledge(&self, sequence: u32) {
        self.tell(Command::Acknowledge(sequence));
    }

    /// Opens a list.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] while the program ends.
    pub async fn open(&self, list: ListSpec) -> Result<view::Opened, UserError> {
        self.ask(|answer| Command::Open(list, answer)).await
    }

    /// The rows `from..to` of a list, at most 200.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] if the query is not open.
    pub async fn rows(&self, query: QueryId, from: u32, to: u32) -> Result<Rows, UserError> {
        self.ask(|answer| Command::Rows(query, from, to, answer)).await?
    }

    /// Closes a list.
    pub fn close(&self, query: QueryId) {
        self.tell(Command::Close(query));
    }

    /// Everything else about an alert.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] if the alert is not on screen any more.
    pub async fn alert_detail(&self, alert: AlertHandle) -> Result<AlertDetail, UserError> {
        self.ask(|answer| Command::Detail(alert, answer)).await?
    }

    /// Takes in dropped or picked files, and the files in dropped or picked folders; they are read
    /// and looked up as they are found.
    pub fn take_in_files(&self, paths: Vec<PathBuf>) {
        self.tell(Command::Files(paths));
    }

    /// The same for paths that another program has given: what lies on a server is not looked at
    /// before the person was asked.
    pub fn take_in_arguments(&self, paths: Vec<PathBuf>) {
        self.tell(Command::Arguments(paths));
    }

    /// Answers a question about what came in: whether to take it in.
    pub fn answer_question(&self, question: u32, go_on: bool) {
        self.tell(Command::Answer(question, go_on));
    }

    /// Reads every file whose content lies with a cloud, which downloads it.
    pub fn read_cloud_only(&self) {
        self.tell(Command::CloudOnly);
    }

    /// Takes in the digests of a pasted text.
    ///
    /// # Errors
    ///
    /// If there is none in it, or the text is too long.
    pub async fn take_in_text(&self, text: String) -> Result<(), UserError> {
        if text.len() > intake::LONGEST_TEXT {
            let megabytes = u32::try_from(intake::LONGEST_TEXT >> 20).unwrap_or(u32::MAX);
            return Err(UserError::new(ErrorCode::TextTooLong).with("megabytes", megabytes));
        }
        self.ask(|answer| Command::Text(text, answer)).await?
    }

    /// Tries one item again, also one that was cancelled.
    pub fn retry(&self, item: ItemId) {
        self.tell(Command::Retry(item));
    }

    /// Tries again everything that failed or came in part. What was cancelled did not fail: the
    /// person wished it so, and asks for it by itself.
    pub fn retry_failed(&self) {
        self.tell(Command::RetryFailed);
    }

    /// Begins no reading and no lookup until [`resume`](Self::resume): readings hold, and what is
    /// being asked may still be answered.
    pub fn pause(&self) {
        self.tell(Command::Pause(true));
    }

    /// Goes on where it was paused.
    pub fn resume(&self) {
        self.tell(Command::Pause(false));
    }

    /// Cancels what is still to be done for one item. A lookup that another item waits for goes on.
    pub fn cancel(&self, item: ItemId) {
        self.tell(Command::Cancel(item));
    }

    /// Cancels all that is still to be done: readings, lookups, and the way through folders.
    pub fn cancel_all(&self) {
        self.tell(Command::CancelAll);
    }

    /// What the person has chosen for the window.
    pub fn preferences(&self) -> Preferences {
        managed::effective(&self.managed, &self.settings.current()).settings.preferences
    }

    /// Takes what the person has chosen for the window, within bounds. It holds at once and is saved
    /// beside everything else; that it could not be is a notice.
    pub fn set_preferences(&self, preferences: Preferences) {
        let holds = managed::effective(&self.managed, &self.settings.current());
        let held = holds.settings.preferences;
        let preferences = Preferences {
            retention: if holds.history_locked { held.retention } else { preferences.retention },
            ..preferences
        };
        self.settings.change(|settings| settings.choose_preferences(preferences, &held));
        self.tell(Command::Preferences);
    }

    /// Empties the list.
    pub fn clear(&self) {
        self.tell(Command::Clear);
    }

    /// Begins to sign in. `other_account` asks the authority to let the person choose.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotConnected`] if there is no such organisation,
    /// [`ErrorCode::PracticeUnavailable`] if this program carries no practice tenant.
    pub async fn sign_in(&self, to: SignInTo, other_account: bool) -> Result<(), UserError> {
        self.ask(|answer| Command::SignIn(to, other_account, answer)).await?
    }

    /// Ends the attempt to sign in.
    pub fn cancel_sign_in(&self) {
        self.tell(Command::CancelSignIn);
    }

    /// Asks the system once more to open the sign-in page.
    pub fn reopen_browser(&self) {
        self.tell(Command::OpenBrowser);
    }

    /// Signs out: late answers are dropped, tokens and results are forgotten.
    pub fn sign_out(&self) {
        self.tell(Command::SignOut);
    }

    /// Asks as another account from now on, without a browser: what is on screen is asked again as
    /// that one. Whoever was signed in before can be gone back to.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] if there is no such account any more.
    pub async fn switch_account(&self, account: AccountHandle) -> Result<(), UserError> {
        self.ask(|answer| Command::Switch(account, answer)).await?
    }

    /// Signs one account out, and removes what is kept of its sign-in.
    pub fn forget_account(&self, account: AccountHandle) {
        self.tell(Command::ForgetAccount(account));
    }

    /// Signs in once more, as the same person, with the permission that the API has asked for.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] if nobody is signed in.
    pub async fn step_up(&self) -> Result<(), UserError> {
        self.ask(Command::StepUp).await?
    }

    /// Checks a connected organisation, step by step; the head tells how it goes.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotConnected`] if there is no such one.
    pub async fn start_check(&self, organisation: OrganisationId) -> Result<(), UserError> {
        self.ask(|answer| Command::Check(organisation, answer)).await?
    }

    /// Ends the check, and shows it no more.
    pub fn close_check(&self) {
        self.tell(Command::CloseCheck);
    }

    /// What whoever is signed in may do, and by what.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] if nobody is.
    pub async fn passport(&self) -> Result<Passport, UserError> {
        self.ask(Command::Passport).await?
    }

    /// Takes up what earlier runs left unfinished.
    pub fn go_on(&self) {
        self.tell(Command::GoOn);
    }

    /// The same for who cannot look whether there is something: waits until that is known, and gives
    /// the number of items that were taken up.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] while the program ends.
    pub async fn take_up(&self) -> Result<u32, UserError> {
        self.ask(Command::TakeUp).await
    }

    /// Leaves what earlier runs left to the history.
    pub fn leave_unfinished(&self) {
        self.tell(Command::LeaveUnfinished);
    }

    /// The history shows what has this text in a name, a path, a SHA-1 or the title of an alert; all
    /// of it if the text is empty. Of a longer text the first 200 characters count. Ends when it
    /// does show that, or another search has taken its place.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] while the program ends.
    pub async fn search_history(&self, text: &str) -> Result<(), UserError> {
        const LONGEST: usize = 200;
        let text = text.chars().take(LONGEST).collect();
        self.ask(|answer| Command::SearchHistory(text, answer)).await
    }

    /// Puts an entry of the history into the list, with what was kept of it.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] if it is not shown any more, [`ErrorCode::ListFull`] if there is no room.
    pub async fn reopen(&self, entry: HistoryId) -> Result<(), UserError> {
        self.ask(|answer| Command::Reopen(entry, answer)).await?
    }

    /// Forgets everything of everybody: signs out, empties the list, and removes what is kept of
    /// answers and history, the sign-ins in the keyring and the settings. The times of the calls of
    /// the last hour stay, which name no file and no person.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] while the program ends. What could not be removed is told in the answer.
    pub async fn forget_everything(&self) -> Result<Forgotten, UserError> {
        self.ask(Command::Forget).await
    }

    /// Waits until everything that happened so far is kept, as far as it can be.
    pub async fn flushed(&self) {
        // Fails only if the actor has ended already.
        let _ = self.ask(Command::Flush).await;
    }

    /// Tries the keyring again: looks for the sign-in that was kept, saves the one that could not
    /// be, or removes what could not be removed.
    pub fn try_keyring(&self) {
        self.tell(Command::TryKeyring);
    }

    /// Checks and stores an organisation, in place of the one of the same tenant if there is one.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::TenantInvalid`], [`ErrorCode::ClientInvalid`], [`ErrorCode::HostInvalid`], or that
    /// it could not be saved.
    pub async fn connect(&self, form: OrganisationForm) -> Result<(), UserError> {
        let domain = form.domain.as_deref().map(Domain::parse).transpose()?;
        let organisation = Organisation {
            cloud: form.cloud,
            tenant: form.tenant.trim().to_ascii_lowercase(),
            client: form.client.trim().to_ascii_lowercase(),
            host: form.host,
            domain: domain.map(|domain| domain.as_str().to_owned()),
            permission: Permission::default(),
        };
        OrganisationEndpoints::new(&organisation)?;
        self.settings.change(|settings| settings.connect(organisation));
        self.saved_with(Command::Connected).await
    }

    /// The tenant of a domain, or of an address for mail: of that, the domain alone is sent, to the
    /// sign-in authority.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::DomainInvalid`], [`ErrorCode::DomainUnknown`], or why the authority did not tell.
    pub async fn find_tenant(&self, text: &str) -> Result<FoundTenant, UserError> {
        let domain = Domain::parse(text)?;
        let http = identity::authority_client(&self.network).map_err(|error| {
            tracing::error!(error = %error.without_url(), "no HTTP client for the authority");
            UserError::new(ErrorCode::SignInInvalid).with("detail", "client")
        })?;
        match identity::find_tenant(&http, &domain).await {
            Ok(found) => Ok(found),
            Err(error) => {
                tracing::warn!(%error, "no tenant was found by a domain");
                Err(sign_in::undiscovered(&error, Some(&self.network)).await)
            }
        }
    }

    /// Sends what goes to organisations through this proxy from now on. Its password is kept in the
    /// keyring, or remembered until the program ends.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::ProxyHostInvalid`], [`ErrorCode::ProxyPortInvalid`],
    /// [`ErrorCode::ProxyUserInvalid`], [`ErrorCode::ProxyPasswordInvalid`], or that it could not be
    /// saved.
    pub async fn set_proxy(&self, form: ProxyForm) -> Result<(), UserError> {
        let holds = managed::effective(&self.managed, &self.settings.current());
        let (mut choice, password) = reach::checked(form)?;
        if let (true, Some(fixed)) = (holds.proxy_locked, &holds.settings.network.proxy) {
            // Of what is fixed, the password alone is the person's.
            choice = fixed.clone();
        }
        reach::keep_password(&self.store, &choice, password).await?;
        if !holds.proxy_locked {
            self.settings.change(|settings| settings.choose_proxy(Some(choice)));
        }
        self.saved_with(Command::Reach).await
    }

    /// Leaves the proxy to the environment and the system again.
    ///
    /// # Errors
    ///
    /// If that could not be saved.
    pub async fn clear_proxy(&self) -> Result<(), UserError> {
        if let Err(error) = self.store.remove_proxy_password().await {
            tracing::warn!(%error, "the proxy's password was not removed");
        }
        self.settings.change(|settings| settings.choose_proxy(None));
        self.saved_with(Command::Reach).await
    }

    /// Trusts the certificate authorities in this file too.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, or that it could not be saved.
    pub async fn set_extra_ca(&self, file: PathBuf) -> Result<(), UserError> {
        reach::read(file.clone()).await?;
        self.settings.change(|settings| settings.choose_extra_ca(Some(file)));
        self.saved_with(Command::Reach).await
    }

    /// Trusts the system's certificate authorities alone again.
    ///
    /// # Errors
    ///
    /// If that could not be saved.
    pub async fn clear_extra_ca(&self) -> Result<(), UserError> {
        self.settings.change(|settings| settings.choose_extra_ca(None));
        self.saved_with(Command::Reach).await
    }

    /// Forgets an organisation, and what is kept of those who signed in to it.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotConnected`] if there is no such one, or that it could not be saved.
    pub async fn disconnect(&self, organisation: OrganisationId) -> Result<(), UserError> {
        self.ask(|answer| Command::Disconnect(organisation, answer)).await??;
        self.saved_with(Command::Connected).await
    }

    /// Writes the practice files and gives their folder.
    ///
    /// # Errors
    ///
    /// If they could not be written.
    pub async fn practice_files(&self) -> Result<PathBuf, UserError> {
        let practice = self.practice.as_ref();
        let practice = practice.ok_or_else(|| UserError::new(ErrorCode::PracticeUnavailable))?;
        match practice.write_files().await {
            Ok(folder) => {
                self.tell(Command::PracticeFolder(folder.clone()));
                Ok(folder)
            }
            Err(error) => Err(UserError::new(ErrorCode::PracticeFilesNotWritten)
                .with("detail", error.to_string().as_str())),
        }
    }

    /// A drag over the window carries so many files, or has left.
    pub fn hovering(&self, files: Option<Hovering>) {
        self.tell(Command::Hovering(files));
    }

    /// Tells the person something, in place until dismissed.
    pub fn notice(&self, error: UserError) {
        self.tell(Command::Notice(error));
    }

    /// The person has seen it.
    pub fn dismiss(&self, notice: u32) {
        self.tell(Command::Dismiss(notice));
    }

    /// The link to a page of the portal, for the system's browser; it never reaches the page.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NoPortalPage`] where there is none.
    pub async fn portal_link(&self, page: PortalPage) -> Result<Url, UserError> {
        self.ask(|answer| Command::PortalLink(page, answer)).await?
    }

    /// The exact value of a field, for the clipboard; it never reaches the page.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] where there is none any more.
    pub async fn exact(&self, field: CopyField) -> Result<String, UserError> {
        self.ask(|answer| Command::Exact(field, answer)).await?
    }

    /// The exact path of an item, for programs without a page; none for a digest of a text.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] while the program ends.
    pub async fn path(&self, item: ItemId) -> Result<Option<PathBuf>, UserError> {
        self.ask(|answer| Command::Path(item, answer)).await
    }

    /// Whether this is who is signed in.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Gone`] while the program ends.
    pub async fn is_signed_in(&self, whom: Whom) -> Result<bool, UserError> {
        self.ask(|answer| Command::Is(whom, answer)).await
    }

    /// Saves the settings, and tells the actor that they are others.
    async fn saved_with(&self, changed: Command) -> Result<(), UserError> {
        let settings = Arc::clone(&self.settings);
        let saved = tokio::task::spawn_blocking(move || settings.save()).await;
        // What could not be saved holds until the program ends.
        self.tell(changed);
        match saved {
            Ok(outcome) => outcome.map_err(|error| not_saved(&error)),
            Err(_) => Err(UserError::new(ErrorCode::SettingsNotSaved)),
        }
    }

    fn tell(&self, command: Command) {
        // Fails only while the program ends, when there is nothing left to tell.
        let _ = self.commands.send(command);
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, UserError> {
        let (sender, answer) = oneshot::channel();
        self.tell(command(sender));
        answer.await.map_err(|_| UserError::new(ErrorCode::Gone))
    }
}

/// Tells the person what the journal tells, as long as there is a workbench.
async fn tell_later(
    mut notices: mpsc::UnboundedReceiver<JournalNotice>,
    commands: mpsc::WeakUnboundedSender<Command>,
) {
    while let Some(notice) = notices.recv().await {
        tracing::warn!(?notice, "the journal's file");
        let Some(commands) = commands.upgrade() else { return };
        let _ = commands.send(Command::Notice((&notice).into()));
    }
}

fn not_saved(error: &SettingsError) -> UserError {
    tracing::warn!(%error, "the settings were not saved");
    error.into()
}

/// A path in its display form.
fn shown(path: &Path) -> Shown {
    Shown::of_os(path.as_os_str())
}
