//! The key that seals the journal: 32 random bytes in the system's keyring, made when they are first
//! asked for. Practice and organisation have one each, as they have entries of their own.

use std::sync::Arc;

use chacha20poly1305::{Key, aead::Generate};
use zeroize::Zeroizing;

use super::{
    Access, AccountLock, Entry, Keyring, KeyringError, LOCK_PATIENCE, Patience, TokenStore,
    TokenStoreError,
};
use crate::view::Realm;

/// The key of a realm's journal.
pub type JournalSecret = Zeroizing<[u8; 32]>;

/// Held while a key is made, so that of two programs only one makes it.
const LOCK: &str = "journal-key.lock";

impl TokenStore {
    /// The key of the realm's journal. A locked keyring is not asked, because nobody expects its
    /// question; ask again once a sign-in was read or kept.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it can neither be read nor made.
    pub async fn journal_key(&self, realm: Realm) -> Result<JournalSecret, TokenStoreError> {
        let lock = self.0.folder.made()?.join(LOCK);
        let _lock = AccountLock::wait(&lock, LOCK_PATIENCE).await?;
        let keyring = Arc::clone(&self.0.keyring);
        let entry = Entry::of_journal(realm);
        let job = move |abandoned: &dyn Fn() -> bool| read_or_make(&*keyring, &entry, abandoned);
        self.0.thread.run(Patience::Brief.duration(), job).await
    }

    /// Removes the key of the realm's journal: what it has sealed cannot be read any more.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it could not be removed.
    pub async fn remove_journal_key(&self, realm: Realm) -> Result<(), TokenStoreError> {
        let keyring = Arc::clone(&self.0.keyring);
        let entry = Entry::of_journal(realm);
        let job = move |_: &dyn Fn() -> bool| Ok(keyring.delete(&entry)?);
        self.0.thread.run(Patience::Brief.duration(), job).await
    }
}

fn read_or_make(
    keyring: &dyn Keyring,
    entry: &Entry,
    abandoned: &dyn Fn() -> bool,
) -> Result<JournalSecret, TokenStoreError> {
    if keyring.access(entry)? == Access::Locked {
        return Err(KeyringError::Locked.into());
    }
    if let Some(key) = read(keyring, entry)? {
        return Ok(key);
    }
    if abandoned() {
        return Err(TokenStoreError::NoAnswer);
    }
    let new = Key::try_generate();
    let new = Zeroizing::new(<[u8; 32]>::from(new.map_err(|_| TokenStoreError::NotKept)?));
    keyring.write(entry, &*new)?;
    // What a keyring took and does not have would seal what nobody can read again.
    read(keyring, entry)?.filter(|kept| **kept == *new).ok_or(TokenStoreError::NotKept)
}

fn read(keyring: &dyn Keyring, entry: &Entry) -> Result<Option<JournalSecret>, TokenStoreError> {
    let Some(kept) = keyring.read(entry)? else { return Ok(None) };
    let key = <[u8; 32]>::try_from(&kept[..]).map_err(|_| TokenStoreError::Damaged)?;
    Ok(Some(Zeroizing::new(key)))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        sync::{Mutex, PoisonError},
    };

    use super::*;

    /// A keyring that keeps all, or nothing.
    #[derive(Default)]
    struct Kept {
        secrets: Mutex<HashMap<String, Vec<u8>>>,
        locked: bool,
        forgets: bool,
    }

    impl Keyring for Kept {
        fn access(&self, _: &Entry) -> Result<Access, KeyringError> {
            Ok(if self.locked { Access::Locked } else { Access::Open })
        }

        fn read(&self, entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
            let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(secrets.get(entry.service()).cloned().map(Zeroizing::new))
        }

        fn write(&self, entry: &Entry, secret: &[u8]) -> Result<(), KeyringError> {
            if !self.forgets {
                let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
                secrets.insert(entry.service().to_owned(), secret.to_vec());
            }
            Ok(())
        }

        fn delete(&self, entry: &Entry) -> Result<(), KeyringError> {
            let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
            secrets.remove(entry.service());
            Ok(())
        }
    }

    fn store(keyring: Kept) -> (TokenStore, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (TokenStore::with(Arc::new(keyring), folder.path().to_owned()), folder)
    }

    #[tokio::test]
    async fn a_key_is_made_once_for_each_realm() {
        let (store, _folder) = store(Kept::default());

        let practice = store.journal_key(Realm::Practice).await.unwrap();
        let organisation = store.journal_key(Realm::Organisation).await.unwrap();

        assert_ne!(*practice, *organisation);
        assert_eq!(*store.journal_key(Realm::Practice).await.unwrap(), *practice);

        store.remove_journal_key(Realm::Practice).await.unwrap();
        assert_ne!(*store.journal_key(Realm::Practice).await.unwrap(), *practice);
    }

    #[tokio::test]
    async fn two_that_ask_at_once_get_the_same() {
        let (store, _folder) = store(Kept::default());

        let both = tokio::join!(
            store.journal_key(Realm::Organisation),
            store.journal_key(Realm::Organisation)
        );

        assert_eq!(*both.0.unwrap(), *both.1.unwrap());
    }

    #[tokio::test]
    async fn nothing_is_sealed_with_a_key_that_was_not_kept_or_a_keyring_that_is_locked() {
        let (forgetful, _folder) = store(Kept { forgets: true, ..Kept::default() });
        let key = forgetful.journal_key(Realm::Practice).await;
        assert_eq!(key.err(), Some(TokenStoreError::NotKept));

        let (locked, _folder) = store(Kept { locked: true, ..Kept::default() });
        let key = locked.journal_key(Realm::Practice).await;
        assert_eq!(key.err(), Some(KeyringError::Locked.into()));
    }

    #[tokio::test]
    async fn what_is_no_key_is_left_alone() {
        let keyring = Kept::default();
        let entry = Entry::of_journal(Realm::Practice);
        keyring.write(&entry, b"something else").unwrap();
        let (store, _folder) = store(keyring);

        let key = store.journal_key(Realm::Practice).await;

        assert_eq!(key.err(), Some(TokenStoreError::Damaged));
    }
}
