//! The file in which a tenant's state lies between two starts.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::{
    authority::SigningKey,
    private_files::{lock, make_private_folder, read_at_most, replace},
    saved::Saved,
    state::Ledger,
};

/// A tenant's state file. No other tenant can open it before this is dropped.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    /// The revision that stands in the file, and the lock around writing it.
    written: Mutex<Option<u64>>,
    /// Something changed that may be saved a little later.
    pub(crate) changed: Notify,
    _lock: fs::File,
}

impl StateFile {
    const FILE: &str = "tenant.json";
    const LOCK: &str = "tenant.lock";
    const SET_ASIDE: &str = "tenant.unreadable.json";
    /// How long another process may take to end its tenant.
    const LOCK_PATIENCE: Duration = Duration::from_secs(5);
    /// The most that is read: several times what is ever written.
    const LIMIT: u64 = 4 * 1024 * 1024;

    /// Takes the folder for this tenant alone.
    pub(crate) async fn open(folder: &Path) -> io::Result<Self> {
        make_private_folder(folder)?;
        let lock = lock(&folder.join(Self::LOCK), Self::LOCK_PATIENCE).await.map_err(|error| {
            if error.kind() == io::ErrorKind::TimedOut {
                io::Error::new(error.kind(), "another practice tenant uses the same state")
            } else {
                error
            }
        })?;
        Ok(Self {
            path: folder.join(Self::FILE),
            written: Mutex::new(None),
            changed: Notify::new(),
            _lock: lock,
        })
    }

    /// What was saved, if anything can be used. A file that cannot is set aside: everyone signs in
    /// again. Blocks.
    pub(crate) fn load(
        &self,
        tenant_id: &str,
        now: Timestamp,
    ) -> io::Result<Option<(SigningKey, Ledger)>> {
        let contents = match read_at_most(&self.path, Self::LIMIT) {
            Ok(contents) => contents,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return self.set_aside(&error).map(|()| None),
        };
        match Saved::read(&contents).and_then(|saved| saved.restore(tenant_id, now)) {
            Ok((key, ledger)) => {
                *self.written() = Some(ledger.revision);
                Ok(Some((key, ledger)))
            }
            Err(error) => self.set_aside(&error).map(|()| None),
        }
    }

    fn set_aside(&self, error: &dyn std::error::Error) -> io::Result<()> {
        tracing::warn!(%error, "the practice tenant's state cannot be used: it starts afresh");
        fs::rename(&self.path, self.path.with_file_name(Self::SET_ASIDE))
    }

    /// Writes what `newest` gives, which is told the revision that stands there. Blocks.
    ///
    /// `newest` is asked when no other save is at work, so of many who wait, the first saves for
    /// all.
    pub(crate) fn save(
        &self,
        newest: impl FnOnce(Option<u64>) -> io::Result<Option<Saved>>,
    ) -> io::Result<()> {
        let mut written = self.written();
        if let Some(saved) = newest(*written)? {
            replace(&self.path, &serde_json::to_vec(&saved)?)?;
            *written = Some(saved.revision);
        }
        Ok(())
    }

    fn written(&self) -> MutexGuard<'_, Option<u64>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
