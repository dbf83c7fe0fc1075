//! What one window works on: the session, the batch, and the feed of changes to the page.
//!
//! [`Workbench`] is a handle; an actor behind it owns everything, does no I/O of its own and drops
//! what comes late: readings of an older generation, answers of an older epoch, sign-ins of an
//! older attempt.

mod actor;
mod feed;
mod intakes;
mod pace;
mod person;
mod presence;
mod readings;
mod sign_in;
mod work;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::{mpsc, oneshot};
use url::Url;

use self::sign_in::Surroundings;
use crate::{
    identity::{AccountId, Endpoints, OrganisationEndpoints, PracticeEndpoints},
    intake,
    quota::{MemoryLedger, Quotas},
    settings::{SettingsError, SettingsStore},
    token_store::TokenStore,
    view::{
        AlertDetail, AlertHandle, CopyField, ErrorCode, Hovering, ItemId, ListSpec, Opened,
        Organisation, OrganisationForm, PortalPage, Preferences, QueryId, Realm, Rows, Shown,
        Update, UserError,
    },
};

/// What the workbench needs of the desktop it stands on. All of it may block.
pub trait Desktop: Send + Sync + 'static {
    /// Opens a link in the system's browser.
    ///
    /// # Errors
    ///
    /// If the system says that it could not.
    fn open_link(&self, link: &Url) -> io::Result<()>;

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
}

/// What the actor is told and asked.
enum Command {
    Subscribe(Sink),
    Acknowledge(u32),
    Open(ListSpec, oneshot::Sender<Opened>),
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
    Preferences(Preferences),
    SignIn(SignInTarget, bool),
    CancelSignIn,
    OpenBrowser,
    SignOut,
    TryKeyring,
    Connected(Option<Organisation>),
    PracticeFolder(PathBuf),
    Hovering(Option<Hovering>),
    Notice(UserError),
    Dismiss(u32),
    PortalLink(PortalPage, oneshot::Sender<Result<Url, UserError>>),
    Exact(CopyField, oneshot::Sender<Result<String, UserError>>),
}

/// Where to sign in.
enum SignInTarget {
    Practice(Arc<dyn Practice>),
    Organisation(Box<OrganisationEndpoints>),
}

impl SignInTarget {
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
    pub async fn start(
        folder: &Path,
        store: TokenStore,
        desktop: Arc<dyn Desktop>,
        practice: Option<Arc<dyn Practice>>,
    ) -> Self {
        let (settings, error) = SettingsStore::open(folder);
        let settings = Arc::new(settings);
        let kept = store.kept().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what is kept could not be listed");
            Vec::new()
        });
        let quotas = Arc::new(Quotas::new(Arc::new(MemoryLedger::default())));
        let around = Surroundings { quotas, desktop, store };
        let commands = actor::start(around, practice.clone(), Arc::clone(&settings), kept);
        let workbench = Self { commands, settings, practice };
        if let Some(error) = error {
            tracing::warn!(%error, "the settings are not used");
            workbench.notice((&error).into());
        }
        workbench
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
    pub async fn open(&self, list: ListSpec) -> Result<Opened, UserError> {
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
        self.settings.current().preferences
    }

    /// Takes what the person has chosen for the window, within bounds. It holds at once and is saved
    /// beside everything else; that it could not be is a notice.
    pub fn set_preferences(&self, preferences: Preferences) {
        let preferences = preferences.bounded();
        self.settings.change(|settings| settings.preferences = preferences);
        self.tell(Command::Preferences(preferences));
    }

    /// Empties the list.
    pub fn clear(&self) {
        self.tell(Command::Clear);
    }

    /// Begins to sign in. `other_account` asks the authority to let the person choose.
    ///
    /// # Errors
    ///
    /// If no organisation is connected, or this program carries no practice tenant.
    pub fn sign_in(&self, realm: Realm, other_account: bool) -> Result<(), UserError> {
        let target = match realm {
            Realm::Practice => {
                let practice = self.practice.as_ref();
                let practice =
                    practice.ok_or_else(|| UserError::new(ErrorCode::PracticeUnavailable))?;
                SignInTarget::Practice(Arc::clone(practice))
            }
            Realm::Organisation => {
                let organisation = self.settings.current().organisation;
                let organisation =
                    organisation.ok_or_else(|| UserError::new(ErrorCode::NotConnected))?;
                let endpoints = OrganisationEndpoints::new(&organisation)?;
                SignInTarget::Organisation(Box::new(endpoints))
            }
        };
        self.tell(Command::SignIn(target, other_account));
        Ok(())
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

    /// Tries the keyring again: looks for the sign-in that was kept, saves the one that could not
    /// be, or removes what could not be removed.
    pub fn try_keyring(&self) {
        self.tell(Command::TryKeyring);
    }

    /// Checks and stores an organisation.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::TenantInvalid`], [`ErrorCode::ClientInvalid`], or that it could not be saved.
    pub async fn connect(&self, form: OrganisationForm) -> Result<(), UserError> {
        let organisation = Organisation {
            cloud: form.cloud,
            tenant: form.tenant.trim().to_ascii_lowercase(),
            client: form.client.trim().to_ascii_lowercase(),
        };
        OrganisationEndpoints::new(&organisation)?;
        self.store(Some(organisation)).await
    }

    /// Forgets the organisation.
    ///
    /// # Errors
    ///
    /// If that could not be saved.
    pub async fn disconnect(&self) -> Result<(), UserError> {
        self.store(None).await
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

    async fn store(&self, organisation: Option<Organisation>) -> Result<(), UserError> {
        self.settings.change(|settings| settings.organisation.clone_from(&organisation));
        let settings = Arc::clone(&self.settings);
        let saved = tokio::task::spawn_blocking(move || settings.save()).await;
        // What could not be saved holds until the program ends.
        self.tell(Command::Connected(organisation));
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

fn not_saved(error: &SettingsError) -> UserError {
    tracing::warn!(%error, "the settings were not saved");
    error.into()
}

/// A path in its display form.
fn shown(path: &Path) -> Shown {
    Shown::of_os(path.as_os_str())
}
