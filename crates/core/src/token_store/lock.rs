//! One refresh at a time across the processes of one person.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    time::Duration,
};

use super::TokenStoreError;

/// While it is held, no other process of this person refreshes the account's sign-in.
#[derive(Debug)]
pub struct AccountLock {
    // Closing the file gives the lock back.
    _file: File,
}

/// How often a lock that another process holds is tried; the system tells nobody when it is free.
const AGAIN: Duration = Duration::from_millis(50);

impl AccountLock {
    /// Takes the lock, or waits for it.
    pub(super) async fn wait(path: &Path, patience: Duration) -> Result<Self, TokenStoreError> {
        let file = open(path)?;
        let taken = tokio::time::timeout(patience, async {
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(AGAIN).await,
                    Err(TryLockError::Error(error)) => return Err(error),
                }
            }
        });
        taken.await.map_err(|_| TokenStoreError::File(io::ErrorKind::TimedOut))??;
        Ok(Self { _file: file })
    }

    /// Takes the lock if it is free.
    pub(super) fn try_now(path: &Path) -> Result<Option<Self>, TokenStoreError> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(60);

    #[tokio::test]
    async fn it_is_held_by_one_alone_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let held = AccountLock::wait(&path, SHORT).await.unwrap();

        let other = AccountLock::wait(&path, SHORT).await;
        assert_eq!(other.err(), Some(TokenStoreError::File(io::ErrorKind::TimedOut)));
        assert!(AccountLock::try_now(&path).unwrap().is_none());

        drop(held);
        AccountLock::wait(&path, SHORT).await.unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_in_its_place_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, target) = (folder.path().join("a.lock"), folder.path().join("target"));
        std::os::unix::fs::symlink(&target, &path).unwrap();

        assert!(AccountLock::wait(&path, SHORT).await.is_err());
        assert!(!target.exists());
    }
}
