//! What is kept of a sign-in: the refresh token, in the system's keyring and nowhere else.
//!
//! A [`TokenStore`] is asked from async code and answers within a deadline; the work is done on the
//! keyring's own thread, in steps of which each leaves something whole behind.

#[cfg(test)]
mod crashes;
mod disk;
mod entry;
mod error;
mod journal_key;
mod keyring;
mod lock;
mod marker;
#[cfg(test)]
mod meanwhile;
mod newest;
mod proxy_password;
mod record;
mod sealed;
mod sign_outs;
mod steps;
mod system;
mod thread;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use secrecy::SecretString;

pub use entry::Entry;
pub use error::TokenStoreError;
pub use journal_key::JournalSecret;
pub use keyring::{Access, Keyring, KeyringError};
pub use lock::AccountLock;
pub(crate) use proxy_password::LONGEST as LONGEST_PROXY_PASSWORD;

use self::{
    disk::{Disk, Folder},
    marker::{Marker, Standing},
    newest::Newest,
    proxy_password::Given,
    sign_outs::SignOuts,
    steps::Steps,
    thread::KeyringThread,
};
use crate::identity::AccountId;

/// What is kept of a sign-in.
#[derive(Clone)]
pub struct SavedSignIn {
    /// Of two, the greater is the newer.
    pub generation: u64,
    /// The refresh token: visible ASCII, at most 64 KiB.
    pub refresh_token: SecretString,
    /// The person's display name; cut to 256 characters.
    pub name: String,
    /// The name the person signs in with; cut to 256 characters.
    pub sign_in_name: String,
}

/// How long an answer of the keyring is waited for. An open one has three seconds in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Three seconds; a locked keyring is not asked, because nobody expects its question.
    Brief,
    /// A minute and a half: a person answers the keyring's question.
    ForPrompt,
}

impl Patience {
    fn duration(self) -> Duration {
        match self {
            Self::Brief => Duration::from_secs(3),
            Self::ForPrompt => Duration::from_secs(90),
        }
    }
}

/// The sign-ins that are kept on this computer. Clones are handles to the same.
#[derive(Clone)]
pub struct TokenStore(Arc<Inner>);

struct Inner {
    keyring: Arc<dyn Keyring>,
    disk: Arc<dyn Disk>,
    folder: Arc<Folder>,
    thread: KeyringThread,
    sign_outs: SignOuts,
    newest: Newest,
    proxy: Given,
}

/// What is asked of one account.
struct Asked {
    account: AccountId,
    entry: Entry,
    /// How often the person had signed out of it before.
    sign_outs: u64,
}

/// How long another process may hold an account's lock.
const LOCK_PATIENCE: Duration = Duration::from_secs(30);

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a path to a method is of one lifetime alone"
)]
impl TokenStore {
    /// The system's keyring. What belongs beside it lies in `folder`, which is made when it is
    /// needed.
    pub fn of_system(folder: PathBuf) -> Self {
        Self::with(Arc::new(system::SystemKeyring), folder)
    }

    /// Another keyring.
    pub fn with(keyring: Arc<dyn Keyring>, folder: PathBuf) -> Self {
        let folder = Arc::new(Folder::new(folder));
        Self::over(keyring, Arc::<Folder>::clone(&folder), folder)
    }

    fn over(keyring: Arc<dyn Keyring>, disk: Arc<dyn Disk>, folder: Arc<Folder>) -> Self {
        let thread = KeyringThread::default();
        let (sign_outs, newest) = (SignOuts::default(), Newest::default());
        let proxy = Given::default();
        Self(Arc::new(Inner { keyring, disk, folder, thread, sign_outs, newest, proxy }))
    }

    /// Whose sign-ins are kept, the newest first. Does not ask the keyring.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError::File`].
    pub async fn kept(&self) -> Result<Vec<AccountId>, TokenStoreError> {
        let mut markers = self.markers().await?;
        markers.retain(|marker| marker.standing == Standing::Kept);
        markers.sort_by_key(|marker| std::cmp::Reverse(marker.since));
        Ok(markers.iter().map(Marker::account).collect())
    }

    /// Whether the keyring would ask the person before it gives this sign-in.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if the keyring cannot be asked.
    pub async fn access(&self, account: &AccountId) -> Result<Access, TokenStoreError> {
        self.access_of(&self.asked(account)?).await
    }

    /// The sign-in that is kept, if any is and the person has not signed out.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it cannot be read.
    pub async fn load(
        &self,
        account: &AccountId,
        patience: Patience,
    ) -> Result<Option<SavedSignIn>, TokenStoreError> {
        let asked = self.asked(account)?;
        let patience = self.patience(&asked, patience).await?;
        self.step(asked, patience, |steps| steps.load()).await
    }

    /// Keeps a new sign-in, in the place of what was kept for the account.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it is not kept, or nobody knows whether it is.
    pub async fn begin(
        &self,
        account: &AccountId,
        sign_in: &SavedSignIn,
        patience: Patience,
    ) -> Result<(), TokenStoreError> {
        let (asked, sign_in) = (self.asked(account)?, sign_in.clone());
        let patience = self.patience(&asked, patience).await?;
        self.step(asked, patience, move |steps| steps.begin(&sign_in)).await
    }

    /// Keeps what a refresh gave, unless what is kept is newer.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError::SignedOut`] if no sign-in of the account is kept, and other
    /// [`TokenStoreError`]s if this one is not.
    pub async fn rotate(
        &self,
        account: &AccountId,
        sign_in: &SavedSignIn,
    ) -> Result<(), TokenStoreError> {
        let (asked, sign_in) = (self.asked(account)?, sign_in.clone());
        let patience = self.patience(&asked, Patience::Brief).await?;
        self.step(asked, patience, move |steps| steps.rotate(&sign_in)).await
    }

    /// Removes the sign-in if its token is the one that was refused; otherwise gives what is kept.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it cannot be read or removed.
    pub async fn delete_refused(
        &self,
        account: &AccountId,
        refused: &SecretString,
    ) -> Result<Option<SavedSignIn>, TokenStoreError> {
        let (asked, refused) = (self.asked(account)?, refused.clone());
        let patience = self.patience(&asked, Patience::Brief).await?;
        self.step(asked, patience, move |steps| steps.delete_refused(&refused)).await
    }

    /// Has this account looked for first at the next start, if its sign-in is kept: the person has gone
    /// over to it.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError::File`].
    pub async fn prefer(&self, account: &AccountId) -> Result<(), TokenStoreError> {
        let Some(entry) = Entry::of(account) else { return Ok(()) };
        let (account, inner, stem) = (account.clone(), Arc::clone(&self.0), Marker::stem(&entry));
        blocking(move || {
            inner.sign_outs.while_none_begins(&stem, |_| match Marker::read(&*inner.disk, &stem)? {
                Some(marker) if marker.standing == Standing::Kept => {
                    Marker::new(&account, Standing::Kept).write(&*inner.disk, &stem)
                }
                Some(_) | None => Ok(()),
            })
        })
        .await
    }

    /// Removes the sign-in. From the first step on it is not given out any more, whatever happens;
    /// after an error [`sweep`](Self::sweep) tries again.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it could not be removed, or a write that was left behind may still
    /// come.
    pub async fn sign_out(&self, account: &AccountId) -> Result<(), TokenStoreError> {
        // Of an account without a name in the keyring nothing is kept.
        let Some(entry) = Entry::of(account) else { return Ok(()) };
        // Not on the keyring's thread, which may be waiting for the person.
        let (marked, inner) = (account.clone(), Arc::clone(&self.0));
        let stem = Marker::stem(&entry);
        let begun = blocking(move || inner.sign_outs.begin(&*inner.disk, &stem, &marked)).await;
        match begun {
            Ok(true) => self.finish_sign_out(account).await,
            Ok(false) => Ok(()),
            Err(error) => {
                // The disk is full, or cannot be written: what has no entry is not given out either.
                let asked = self.asked(account)?;
                let patience = self.patience(&asked, Patience::ForPrompt).await?;
                self.step(asked, patience, |steps| steps.take_away()).await?;
                Err(error)
            }
        }
    }

    /// How often the person has signed out of an account, in this program: what began before a
    /// sign-out is not kept after it.
    pub fn sign_outs(&self, account: &AccountId) -> u64 {
        Entry::of(account).map_or(0, |entry| self.0.sign_outs.of(&Marker::stem(&entry)))
    }

    /// Brings to its end what earlier runs could not, and gives what still cannot be removed.
    pub async fn sweep(&self) -> Vec<(AccountId, TokenStoreError)> {
        let markers = self.markers().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what is kept could not be listed");
            Vec::new()
        });
        let mut failed = Vec::new();
        for marker in markers {
            let account = marker.account();
            let swept = match marker.standing {
                Standing::SignedOut => self.finish_unasked(&account).await,
                Standing::Kept => self.tidy(&account).await,
            };
            if let Err(error) = swept {
                match marker.standing {
                    Standing::SignedOut => failed.push((account, error)),
                    Standing::Kept => tracing::info!(%error, "files were left behind"),
                }
            }
        }
        if let Err(error) = self.remove_strays().await {
            tracing::info!(%error, "files were left behind");
        }
        failed
    }

    /// Keeps the other processes of this person from refreshing this account's sign-in.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError::File`], with [`std::io::ErrorKind::TimedOut`] after half a minute.
    pub async fn lock(&self, account: &AccountId) -> Result<AccountLock, TokenStoreError> {
        AccountLock::wait(&self.lock_file(account)?, LOCK_PATIENCE).await
    }

    /// Removes what is left of an account that is marked as signed out.
    async fn finish_sign_out(&self, account: &AccountId) -> Result<(), TokenStoreError> {
        let asked = self.asked(account)?;
        let patience = self.patience(&asked, Patience::ForPrompt).await?;
        self.step(asked, patience, |steps| steps.finish_sign_out()).await
    }

    /// The same, without a question that the person does not expect.
    async fn finish_unasked(&self, account: &AccountId) -> Result<(), TokenStoreError> {
        let asked = self.asked(account)?;
        let patience = self.patience(&asked, Patience::Brief).await?;
        self.step(asked, patience, |steps| steps.finish_sign_out()).await
    }

    fn asked(&self, account: &AccountId) -> Result<Asked, TokenStoreError> {
        let entry = Entry::of(account).ok_or(TokenStoreError::Form)?;
        let sign_outs = self.0.sign_outs.of(&Marker::stem(&entry));
        Ok(Asked { account: account.clone(), entry, sign_outs })
    }

    async fn access_of(&self, asked: &Asked) -> Result<Access, TokenStoreError> {
        let (inner, entry) = (Arc::clone(&self.0), asked.entry.clone());
        let job = move |_: &dyn Fn() -> bool| Ok(inner.keyring.access(&entry)?);
        self.0.thread.run(Patience::Brief.duration(), job).await
    }

    /// An open keyring is not waited for as long as a person; and a locked one is not asked where
    /// nobody expects its question.
    async fn patience(
        &self,
        asked: &Asked,
        if_locked: Patience,
    ) -> Result<Patience, TokenStoreError> {
        match (self.access_of(asked).await?, if_locked) {
            (Access::Locked, Patience::Brief) => Err(KeyringError::Locked.into()),
            (Access::Locked | Access::Unknown, patience) => Ok(patience),
            (Access::Open, _) => Ok(Patience::Brief),
        }
    }

    /// Removes files that nothing needs, unless another process is at work there.
    async fn tidy(&self, account: &AccountId) -> Result<(), TokenStoreError> {
        let Some(_lock) = AccountLock::try_now(&self.lock_file(account)?)? else { return Ok(()) };
        self.step(self.asked(account)?, Patience::Brief, |steps| steps.tidy()).await
    }

    /// Removes files that belong to no account any more.
    async fn remove_strays(&self) -> Result<(), TokenStoreError> {
        let inner = Arc::clone(&self.0);
        blocking(move || {
            for stem in steps::strays(&*inner.disk)? {
                let file = inner.folder.made()?.join(format!("{stem}.lock"));
                if let Some(_lock) = AccountLock::try_now(&file)? {
                    steps::remove_stray(&*inner.disk, &stem)?;
                }
            }
            Ok(())
        })
        .await
    }

    fn lock_file(&self, account: &AccountId) -> Result<PathBuf, TokenStoreError> {
        let entry = Entry::of(account).ok_or(TokenStoreError::Form)?;
        Ok(self.0.folder.made()?.join(format!("{}.lock", Marker::stem(&entry))))
    }

    async fn markers(&self) -> Result<Vec<Marker>, TokenStoreError> {
        let inner = Arc::clone(&self.0);
        blocking(move || Marker::all(&*inner.disk)).await
    }

    async fn step<T: Send + 'static>(
        &self,
        asked: Asked,
        patience: Patience,
        step: impl FnOnce(&Steps<'_>) -> Result<T, TokenStoreError> + Send + 'static,
    ) -> Result<T, TokenStoreError> {
        let inner = Arc::clone(&self.0);
        let job = move |abandoned: &dyn Fn() -> bool| {
            step(&Steps {
                keyring: &*inner.keyring,
                disk: &*inner.disk,
                account: &asked.account,
                entry: &asked.entry,
                sign_outs: &inner.sign_outs,
                signed_out_before: asked.sign_outs,
                newest: &inner.newest,
                abandoned,
                others_hang: &|| inner.thread.left_behind() > 0,
            })
        };
        self.0.thread.run(patience.duration(), job).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TokenStoreError> + Send + 'static,
) -> Result<T, TokenStoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(TokenStoreError::File(std::io::ErrorKind::Other)))
}

impl fmt::Debug for TokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenStore").finish_non_exhaustive()
    }
}

impl fmt::Debug for SavedSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedSignIn").field("generation", &self.generation).finish_non_exhaustive()
    }
}
