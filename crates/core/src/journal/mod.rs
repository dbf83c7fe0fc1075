//! What outlasts the program of the work: items, digests, answers and alerts, sealed in one `SQLite`
//! file, which the ledger of calls shares.
//!
//! A [`Journal`] is told what happened and never makes its teller wait: a writer thread writes in
//! groups. What is confidential is sealed with a key that the keyring holds; without that key, or if
//! the person wants no history, all of it is in memory, in a database of the same form.

mod database;
mod history;
mod owner;
mod read;
mod record;
mod retention;
mod seal;
#[cfg(test)]
mod tests;
mod write;

use std::{
    collections::VecDeque,
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock, mpsc},
    thread,
    time::Instant,
};

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::{mpsc::UnboundedReceiver, oneshot};

use crate::{
    digest::Sha1Digest,
    identity::{Account, WallClock},
    source::Answer,
    view::Retention,
};

pub use history::{HistoryEntry, KeptSummary};
pub use record::{ItemRecord, KeptAnswer, KeptFile, KeptItemKind, KeptReading};
pub use retention::Forgotten;
pub use seal::{JournalKey, NoRandomness};

use self::{
    owner::Owner,
    read::{AccountRows, Store},
    write::{Current, Told, What, Write, Writer},
};

/// The journal of this person. A clone is the same journal; what was told is written when the last
/// one is dropped, which nobody waits for: see [`flushed`](Self::flushed).
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    tell: mpsc::Sender<Told>,
    current: Current,
    owner: Arc<Owner>,
    clock: WallClock,
}

/// A journal that was opened.
pub struct Opened {
    /// It keeps nothing on the disk before [`Journal::unlock`] or [`Journal::in_memory_only`]: what
    /// it is told before waits in memory.
    pub journal: Journal,
    /// For the ledger of calls; it has the tables `quota`, `refusal`, `call` and `meta`.
    pub ledger: Connection,
    /// What is to be told about the file.
    pub notices: Vec<JournalNotice>,
    /// What is to be told later.
    pub later: UnboundedReceiver<JournalNotice>,
}

/// What the person is to be told about the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalNotice {
    /// The file was damaged: it was set aside, and a new one begun.
    Damaged {
        /// Where it is now.
        aside: PathBuf,
        /// Whether its record of calls could be taken over. If not, calls go slowly for an hour.
        calls_kept: bool,
    },
    /// The file is of a newer version of this app: it is left alone, and everything is in memory.
    Newer,
    /// The file cannot be opened: everything is in memory.
    Unusable(io::ErrorKind),
    /// The file was found to be damaged while it was in use: what comes is in memory, and the next
    /// start sets the file aside.
    DamagedMeanwhile,
    /// The file was removed while it was in use: what comes is in memory.
    Gone,
    /// It cannot be written at the moment; it is tried again every few seconds.
    NotWritten(io::ErrorKind),
    /// It was written after all.
    WrittenAgain,
    /// So many of what was told were not kept.
    Lost {
        /// How many.
        count: u32,
    },
}

/// Something could not be read or done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The database did not do it. The message has no content of a row.
    #[error("the journal's database failed")]
    Database(#[source] rusqlite::Error),
    /// A file beside it could not be used.
    #[error("a file of the journal failed")]
    Disk(io::ErrorKind),
    /// Nothing could be sealed.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// Something has no form in which it can be kept.
    #[error("something cannot be kept")]
    NoForm,
    /// The thread has ended.
    #[error("the journal has ended")]
    Ended,
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.kind())
    }
}

impl From<record::Unreadable> for JournalError {
    fn from(_: record::Unreadable) -> Self {
        Self::NoForm
    }
}

/// Names a batch, over restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BatchId([u8; 16]);

/// What is told of a batch.
#[derive(Debug, Clone)]
pub enum Noted {
    /// How an item stands now.
    Item {
        /// Its number in the batch.
        item: u32,
        /// What is to be kept of it.
        record: Box<ItemRecord>,
    },
    /// A digest was answered.
    Answer {
        /// The digest.
        sha1: Sha1Digest,
        /// The answer, given to the account whose journal this is.
        answer: Answer,
    },
}

/// A batch that nobody works on any more, with something left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished {
    /// The batch.
    pub batch: BatchId,
    /// When it began.
    pub began: Timestamp,
    /// How many items it has.
    pub items: u32,
    /// How many of them were not read to the end.
    pub unread: u32,
    /// How many digests were not answered.
    pub unasked: u32,
}

/// An item as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptItem {
    /// Its number in the batch.
    pub item: u32,
    /// What was kept of it.
    pub record: ItemRecord,
}

impl Journal {
    /// Opens `journal.sqlite` in `folder`, which is made if it is not there. A damaged file is set
    /// aside. This blocks, longer the larger the file is: all of it is checked.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if there is not even memory, or no thread to be had.
    pub fn open(folder: &Path, clock: WallClock) -> Result<Opened, JournalError> {
        let database = database::open(folder, clock.now())?;
        let owner = Arc::new(Owner::begin(folder));
        if database.file.is_some()
            && let Err(error) = owner.tidy()
        {
            tracing::warn!(%error, "lock files of ended processes stay");
        }
        let (tell, told) = mpsc::channel();
        let (notices, later) = tokio::sync::mpsc::unbounded_channel();
        let current = Arc::new(RwLock::new(None));
        let writer = Writer {
            told,
            current: Arc::clone(&current),
            file: database.file,
            path: folder.join(database::NAME),
            owner: Arc::clone(&owner),
            clock: clock.clone(),
            notices,
            pending: VecDeque::new(),
            since: Instant::now(),
            target: None,
            blocked: None,
            told_blocked: false,
            retention: None,
            swept: None,
        };
        thread::Builder::new().name("journal".into()).spawn(move || writer.run())?;
        let journal = Self(Arc::new(Inner { tell, current, owner, clock }));
        Ok(Opened { journal, ledger: database.ledger, notices: database.notices, later })
    }

    /// From now on what is told is written to the file, and read from it, with this key. Where there
    /// is no file that can be used, it is kept in memory.
    ///
    /// # Errors
    ///
    /// [`JournalError`]; nothing has changed then.
    pub async fn unlock(&self, key: JournalKey) -> Result<(), JournalError> {
        self.ask(|tell| Told::KeepInFile(key, tell)).await?
    }

    /// From now on what is told is in memory only, and so is what can be read. What is in the file
    /// stays there.
    ///
    /// # Errors
    ///
    /// [`JournalError`]; nothing has changed then.
    pub async fn in_memory_only(&self) -> Result<(), JournalError> {
        self.ask(Told::KeepInMemory).await?
    }

    /// What belongs to one account. Nothing of another can be read or written with it.
    pub fn of(&self, account: Arc<Account>) -> AccountJournal {
        AccountJournal { journal: self.clone(), account }
    }

    /// Deletes what is older, soon and then hourly.
    pub fn keep_for(&self, retention: Retention) {
        self.tell(Told::KeepFor(retention));
    }

    /// Removes everything, of all accounts and keys, but the calls of the last hour.
    ///
    /// # Errors
    ///
    /// [`JournalError`]; something may be left.
    pub async fn forget(&self) -> Result<Forgotten, JournalError> {
        self.ask(Told::Forget).await?
    }

    /// Waits until everything that was told before is written. False if it cannot be, or if it is
    /// not decided where.
    pub async fn flushed(&self) -> bool {
        self.ask(Told::Flush).await.unwrap_or(false)
    }

    fn tell(&self, told: Told) {
        if self.0.tell.send(told).is_err() {
            tracing::error!("the journal's thread has ended");
        }
    }

    async fn ask<T>(
        &self,
        told: impl FnOnce(oneshot::Sender<T>) -> Told,
    ) -> Result<T, JournalError> {
        let (tell, answer) = oneshot::channel();
        self.tell(told(tell));
        answer.await.map_err(|_| JournalError::Ended)
    }

    /// Reads on a thread of its own. While it is not decided where answers are kept there are none.
    async fn read<T: Default + Send + 'static>(
        &self,
        account: &Arc<Account>,
        read: impl FnOnce(&AccountRows<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let store: Option<Arc<Store>> =
            self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(store) = store else { return Ok(T::default()) };
        let account = Arc::clone(account);
        let reading = tokio::task::spawn_blocking(move || read(&store.of(account)));
        let read = reading.await.map_err(|_| JournalError::Ended)?;
        if let Err(JournalError::Database(error)) = &read
            && database::is_damage(error)
        {
            self.tell(Told::Damaged);
        }
        read
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("notices", &self.notices).finish_non_exhaustive()
    }
}

/// The journal of one account.
#[derive(Debug, Clone)]
pub struct AccountJournal {
    journal: Journal,
    account: Arc<Account>,
}

impl AccountJournal {
    /// Begins a batch, on which this process works. It is kept with its first item.
    pub fn begin_batch(&self) -> BatchId {
        BatchId(database::random())
    }

    /// The person is done with a batch: it is not offered again. Its items stay in the history.
    pub fn end_batch(&self, batch: BatchId) {
        self.write(batch, [What::End]);
    }

    /// Tells what happened, in its order. This does not wait for anything.
    pub fn note(&self, batch: BatchId, noted: Vec<Noted>) {
        self.write(batch, noted.into_iter().map(What::Noted));
    }

    /// The last answer to each of these digests that has one.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if the database cannot be read.
    pub async fn answers(&self, digests: Vec<Sha1Digest>) -> Result<Vec<KeptAnswer>, JournalError> {
        self.journal.read(&self.account, move |rows| rows.answers(&digests)).await
    }

    /// The batches that were left with something to do by processes that do not live any more, the
    /// newest first.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if the database, or whether a process lives, cannot be read.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, JournalError> {
        let owner = Arc::clone(&self.journal.0.owner);
        self.journal.read(&self.account, move |rows| rows.unfinished(&owner)).await
    }

    /// The items of a batch, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if the database cannot be read.
    pub async fn items(&self, batch: BatchId) -> Result<Vec<KeptItem>, JournalError> {
        self.journal.read(&self.account, move |rows| rows.items(batch)).await
    }

    /// Makes an unfinished batch this process's own. False if another process has it, or if it is
    /// not there any more.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if the database cannot be written.
    pub async fn take_over(&self, batch: BatchId) -> Result<bool, JournalError> {
        let account = Arc::clone(&self.account);
        self.journal.ask(|tell| Told::TakeOver(batch, account, tell)).await?
    }

    /// What was looked up before: one entry a digest, the newest first. With a text, those that have
    /// it in a name, a path, the SHA-1 or an alert's title, in any case.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if the database cannot be read.
    pub async fn history(&self, search: String) -> Result<Vec<HistoryEntry>, JournalError> {
        self.journal.read(&self.account, move |rows| rows.history(&search)).await
    }

    fn write(&self, batch: BatchId, what: impl IntoIterator<Item = What>) {
        let at = self.journal.0.clock.now();
        let write = |what| Write { batch, account: Arc::clone(&self.account), at, what };
        self.journal.tell(Told::Write(what.into_iter().map(write).collect()));
    }
}
