//! The password that a proxy asks for: an entry of its own in the system's keyring, bound to the proxy
//! and the name that it was given for, so that no other proxy is ever sent it. What the keyring does
//! not take is remembered until the program ends.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Access, Entry, KeyringError, Patience, TokenStore, TokenStoreError};

/// The longest password, in bytes: the smallest keyring takes 2,560 an entry.
pub(crate) const LONGEST: usize = 1_024;

/// What became of the last password that was given.
#[derive(Default)]
pub(super) struct Given {
    /// Counts what was given and taken back. A job that was left behind by one before does nothing.
    number: AtomicU64,
    /// The record that the keyring did not take.
    remembered: Mutex<Option<Zeroizing<Vec<u8>>>>,
}

impl TokenStore {
    /// The password for this proxy and user, if one is kept or remembered. A locked keyring is not
    /// asked, because nobody expects its question.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it cannot be read.
    pub async fn proxy_password(
        &self,
        proxy: &str,
        user: &str,
    ) -> Result<Option<SecretString>, TokenStoreError> {
        let (keyring, bound) = (Arc::clone(&self.0.keyring), bound_to(proxy, user));
        if let Some(record) = &*self.remembered() {
            return Ok(password(record, &bound));
        }
        let job = move |_: &dyn Fn() -> bool| {
            let entry = Entry::of_proxy();
            if keyring.access(&entry)? == Access::Locked {
                return Err(KeyringError::Locked.into());
            }
            let Some(kept) = keyring.read(&entry)? else { return Ok(None) };
            Ok(password(&kept, &bound))
        };
        self.0.thread.run(Patience::Brief.duration(), job).await
    }

    /// Keeps the password for this proxy and user, in place of any other; if the keyring does not
    /// take it, it [is remembered](Self::remembers_proxy_password).
    ///
    /// # Errors
    ///
    /// [`TokenStoreError::NotKept`] if it is longer than any keyring would take.
    pub async fn keep_proxy_password(
        &self,
        proxy: &str,
        user: &str,
        password: &SecretString,
    ) -> Result<(), TokenStoreError> {
        let mut record = bound_to(proxy, user);
        record.extend_from_slice(password.expose_secret().as_bytes());
        if password.expose_secret().len() > LONGEST || record.len() > 2 * LONGEST {
            return Err(TokenStoreError::NotKept);
        }
        let number = self.next_given();
        let kept = self.write_record(number, record.clone(), Patience::ForPrompt).await;
        if let Err(error) = &kept {
            tracing::warn!(%error, "the proxy's password was not kept");
        }
        let mut remembered = self.remembered();
        if self.is_given(number) {
            *remembered = kept.is_err().then_some(record);
        }
        Ok(())
    }

    /// Whether a password is remembered that the keyring does not hold.
    pub fn remembers_proxy_password(&self) -> bool {
        self.remembered().is_some()
    }

    /// Keeps what is remembered, if the keyring takes it now without a question.
    pub async fn keep_remembered_proxy_password(&self) {
        let number = self.0.proxy.number.load(Ordering::SeqCst);
        let Some(record) = self.remembered().clone() else { return };
        match self.write_record(number, record, Patience::Brief).await {
            Ok(()) => {
                let mut remembered = self.remembered();
                if self.is_given(number) {
                    *remembered = None;
                }
            }
            Err(error) => tracing::debug!(%error, "the proxy's password is still remembered alone"),
        }
    }

    /// Removes the password.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError`] if it could not be removed.
    pub async fn remove_proxy_password(&self) -> Result<(), TokenStoreError> {
        self.next_given();
        *self.remembered() = None;
        let keyring = Arc::clone(&self.0.keyring);
        let job = move |_: &dyn Fn() -> bool| Ok(keyring.delete(&Entry::of_proxy())?);
        self.0.thread.run(Patience::Brief.duration(), job).await
    }

    /// Writes a record, unless another was given meanwhile. Brief patience means that a locked
    /// keyring is not asked.
    async fn write_record(
        &self,
        number: u64,
        record: Zeroizing<Vec<u8>>,
        patience: Patience,
    ) -> Result<(), TokenStoreError> {
        let store = self.clone();
        let job = move |abandoned: &dyn Fn() -> bool| {
            let (keyring, entry) = (&store.0.keyring, Entry::of_proxy());
            if patience == Patience::Brief && keyring.access(&entry)? == Access::Locked {
                return Err(KeyringError::Locked.into());
            }
            if abandoned() || !store.is_given(number) {
                return Err(TokenStoreError::NotKept);
            }
            keyring.write(&entry, &record)?;
            let kept = keyring.read(&entry)?.ok_or(TokenStoreError::NotKept)?;
            let same: bool = kept.ct_eq(&record).into();
            if same { Ok(()) } else { Err(TokenStoreError::NotKept) }
        };
        self.0.thread.run(patience.duration(), job).await
    }

    /// What is given or taken back from now on is newer than all before.
    fn next_given(&self) -> u64 {
        self.0.proxy.number.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn is_given(&self, number: u64) -> bool {
        self.0.proxy.number.load(Ordering::SeqCst) == number
    }

    fn remembered(&self) -> MutexGuard<'_, Option<Zeroizing<Vec<u8>>>> {
        self.0.proxy.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands before the password: whom it is for. Neither part holds a line break, and the second
/// ends it.
fn bound_to(proxy: &str, user: &str) -> Zeroizing<Vec<u8>> {
    let one_line = |text: &str| text.replace(['\n', '\r'], "");
    Zeroizing::new(format!("{}\n{}\n", one_line(proxy), one_line(user)).into_bytes())
}

fn password(kept: &[u8], bound: &[u8]) -> Option<SecretString> {
    let password = kept.strip_prefix(bound)?;
    Some(str::from_utf8(password).ok()?.to_owned().into())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{super::Keyring, *};

    /// Holds one entry, once it is there.
    #[derive(Default)]
    struct Late {
        is_there: AtomicBool,
        secret: Mutex<Option<Vec<u8>>>,
    }

    impl Late {
        fn opened(&self) -> Result<MutexGuard<'_, Option<Vec<u8>>>, KeyringError> {
            let is_there = self.is_there.load(Ordering::SeqCst);
            is_there.then(|| self.secret.lock().unwrap()).ok_or(KeyringError::None)
        }
    }

    impl Keyring for Late {
        fn access(&self, _: &Entry) -> Result<Access, KeyringError> {
            self.opened().map(|_| Access::Open)
        }

        fn read(&self, _: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
            Ok(self.opened()?.clone().map(Zeroizing::new))
        }

        fn write(&self, _: &Entry, secret: &[u8]) -> Result<(), KeyringError> {
            *self.opened()? = Some(secret.to_vec());
            Ok(())
        }

        fn delete(&self, _: &Entry) -> Result<(), KeyringError> {
            *self.opened()? = None;
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_the_keyring_does_not_take_is_remembered_for_that_proxy_alone_until_it_does() {
        let (keyring, folder) = (Arc::<Late>::default(), tempfile::tempdir().unwrap());
        let store = TokenStore::with(keyring.clone(), folder.path().into());
        let (proxy, user, given) = ("proxy.example:8080", "mara", SecretString::from("a pass"));
        let known = async |proxy| {
            let known = store.proxy_password(proxy, user).await.ok().flatten();
            known.map(|password| password.expose_secret().to_owned())
        };

        store.keep_proxy_password(proxy, user, &given).await.unwrap();
        assert_eq!(known(proxy).await.as_deref(), Some("a pass"));
        assert_eq!(known("evil.example:8080").await, None);
        store.keep_remembered_proxy_password().await;
        assert!(store.remembers_proxy_password());

        keyring.is_there.store(true, Ordering::SeqCst);
        store.keep_remembered_proxy_password().await;
        assert!(!store.remembers_proxy_password());
        assert_eq!(known(proxy).await.as_deref(), Some("a pass"));

        // One that is left behind does not overwrite the next one.
        let left = bound_to(proxy, "tomas");
        let number = store.0.proxy.number.load(Ordering::SeqCst);
        store.keep_proxy_password(proxy, user, &SecretString::from("another")).await.unwrap();
        assert!(store.write_record(number, left, Patience::Brief).await.is_err());
        assert_eq!(known(proxy).await.as_deref(), Some("another"));

        keyring.is_there.store(false, Ordering::SeqCst);
        store.keep_proxy_password(proxy, user, &given).await.unwrap();
        assert!(store.remove_proxy_password().await.is_err());
        assert!(!store.remembers_proxy_password(), "what the person takes back is not used");
    }

    #[test]
    fn a_password_is_for_its_own_proxy_and_user_alone() {
        let kept = [&**bound_to("proxy.example:8080", "mara"), b"a pass\nword"].concat();
        let given = |proxy, user| {
            let found = password(&kept, &bound_to(proxy, user));
            found.map(|password| password.expose_secret().to_owned())
        };

        assert_eq!(given("proxy.example:8080", "mara").as_deref(), Some("a pass\nword"));
        assert_eq!(given("proxy.example:8081", "mara"), None);
        assert_eq!(given("evil.example:8080", "mara"), None);
        assert_eq!(given("proxy.example:8080", "tomas"), None);
        assert_eq!(given("proxy.example:8080\nmara", ""), None);
        assert!(password(b"", &bound_to("proxy.example:8080", "mara")).is_none());
        assert!(password(b"no lines", &bound_to("", "")).is_none());
    }
}
