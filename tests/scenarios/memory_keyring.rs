//! A keyring in memory that does what a test says. The real one is in `keyring.rs`.

use std::{
    collections::HashMap,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::Duration,
};

use droptrace_core::token_store::{Access, Entry, Keyring, KeyringError, TokenStore};
use tempfile::TempDir;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// What the keyring does when it is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum State {
    #[default]
    Works,
    /// There is none.
    Absent,
    /// It asks a person for its password, and waits until the state is another.
    Locked,
    /// It asks, and the person closes the question.
    Dismisses,
    /// It says no.
    Refuses,
}

type Secrets = HashMap<Entry, Vec<u8>>;

/// A keyring in memory. It may be asked on the keyring's own thread alone.
pub(crate) struct MemoryKeyring {
    state: Mutex<State>,
    changed: Condvar,
    /// The sign-ins.
    secrets: watch::Sender<Secrets>,
    /// The keys of the journal.
    journal_keys: watch::Sender<Secrets>,
    /// Where the store over it puts its files.
    folder: TempDir,
}

impl Default for MemoryKeyring {
    fn default() -> Self {
        let empty = || watch::Sender::new(Secrets::new());
        let (secrets, journal_keys) = (empty(), empty());
        let folder = tempfile::tempdir().unwrap();
        Self { state: Mutex::default(), changed: Condvar::new(), secrets, journal_keys, folder }
    }
}

impl MemoryKeyring {
    /// A token store over it.
    pub(crate) fn store(self: &Arc<Self>) -> TokenStore {
        let folder = self.folder.path().to_owned();
        TokenStore::with(Arc::<Self>::clone(self), folder)
    }

    pub(crate) fn set(&self, state: State) {
        *self.state.lock().unwrap() = state;
        self.changed.notify_all();
    }

    /// The sign-ins that it holds.
    pub(crate) fn secrets(&self) -> Vec<Vec<u8>> {
        self.secrets.borrow().values().cloned().collect()
    }

    /// Puts this into the place of every secret.
    pub(crate) fn replace_all(&self, secret: &[u8]) {
        self.secrets.send_modify(|secrets| {
            for kept in secrets.values_mut() {
                *kept = secret.to_vec();
            }
        });
    }

    /// The generation of its one record.
    pub(crate) fn generation(&self) -> u64 {
        generation(&self.secrets.borrow()).unwrap()
    }

    pub(crate) async fn until_generation(&self, wanted: u64) {
        self.until(|secrets| generation(secrets) == Some(wanted)).await;
    }

    /// Waits until its secrets are so.
    pub(crate) async fn until(&self, so: impl Fn(&Secrets) -> bool) {
        let mut secrets = self.secrets.subscribe();
        let waiting = secrets.wait_for(so);
        let came = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        came.expect("the keyring did not become so in time").unwrap();
    }

    pub(crate) async fn until_empty(&self) {
        self.until(HashMap::is_empty).await;
    }

    fn of(&self, entry: &Entry) -> &watch::Sender<Secrets> {
        if entry.is_of_journal() { &self.journal_keys } else { &self.secrets }
    }

    /// Answers once it may.
    fn answer(&self) -> Result<(), KeyringError> {
        assert_eq!(thread::current().name(), Some("keyring"), "asked on another thread");
        let waits = |state: &mut State| *state == State::Locked;
        let state: MutexGuard<State> =
            self.changed.wait_while(self.state.lock().unwrap(), waits).unwrap();
        match *state {
            State::Works => Ok(()),
            State::Absent => Err(KeyringError::None),
            State::Locked | State::Dismisses => Err(KeyringError::Dismissed),
            State::Refuses => Err(KeyringError::Refused("says no")),
        }
    }
}

impl Keyring for MemoryKeyring {
    fn access(&self, _: &Entry) -> Result<Access, KeyringError> {
        let state = *self.state.lock().unwrap();
        match state {
            State::Locked | State::Dismisses => Ok(Access::Locked),
            State::Works | State::Absent | State::Refuses => self.answer().map(|()| Access::Open),
        }
    }

    fn read(&self, entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        self.answer()?;
        Ok(self.of(entry).borrow().get(entry).cloned().map(Zeroizing::new))
    }

    fn write(&self, entry: &Entry, secret: &[u8]) -> Result<(), KeyringError> {
        self.answer()?;
        self.of(entry).send_modify(|secrets| {
            secrets.insert(entry.clone(), secret.to_vec());
        });
        Ok(())
    }

    fn delete(&self, entry: &Entry) -> Result<(), KeyringError> {
        self.answer()?;
        self.of(entry).send_modify(|secrets| {
            secrets.remove(entry);
        });
        Ok(())
    }
}

fn generation(secrets: &Secrets) -> Option<u64> {
    let record = std::str::from_utf8(secrets.values().next()?).ok()?;
    record.split(' ').nth(1)?.parse().ok()
}
