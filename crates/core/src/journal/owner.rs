//! Which process works on a batch: each holds a lock on a file of its own beside the database, which
//! the system gives back however the process ends.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::database::{hex, one_at_a_time, open_private, random};

/// Names a process, or rather one opening of the journal.
pub(super) type OwnerId = [u8; 16];

/// The lock of this process.
pub(super) struct Owner {
    id: OwnerId,
    folder: PathBuf,
    /// Closing the file gives the lock back. None where there is no folder to put it.
    lock: Option<File>,
}

impl Owner {
    /// One that lives. Where no file can be made, no batch of it is on a disk either.
    pub(super) fn begin(folder: &Path) -> Self {
        let id = random();
        // Not while another tidies: it would take a file that is not locked yet for left behind.
        let lock = one_at_a_time(folder).and_then(|_turn| {
            let file = open_private(&file_of(folder, &id))?;
            file.lock()?;
            Ok(file)
        });
        let lock = lock.inspect_err(|error| tracing::warn!(%error, "no lock beside the journal"));
        Self { id, folder: folder.to_owned(), lock: lock.ok() }
    }

    pub(super) fn id(&self) -> &OwnerId {
        &self.id
    }

    /// Whether another process lives. The file of one that does not is removed: a file that is not
    /// there says the same.
    pub(super) fn lives(&self, other: &[u8]) -> io::Result<bool> {
        if other == self.id {
            return Ok(true);
        }
        let path = file_of(&self.folder, other);
        let file = match File::options().write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => {
                remove(&path);
                Ok(false)
            }
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Removes what processes that do not live any more have left.
    pub(super) fn tidy(&self) -> io::Result<()> {
        let _turn = one_at_a_time(&self.folder)?;
        for entry in fs::read_dir(&self.folder)? {
            let Ok(name) = entry?.file_name().into_string() else { continue };
            let id = name.strip_prefix("journal.").and_then(|name| name.strip_suffix(".lock"));
            if let Some(id) = id.and_then(unhex) {
                self.lives(&id)?;
            }
        }
        Ok(())
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if self.lock.is_some() {
            remove(&file_of(&self.folder, &self.id));
        }
    }
}

/// Whether any process lives that has opened the journal in this folder.
pub(super) fn any_lives(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let id = name.strip_prefix("journal.").and_then(|name| name.strip_suffix(".lock"));
        if id.and_then(unhex).is_none() {
            continue;
        }
        match File::options().write(true).open(entry.path()) {
            Ok(file) if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) => {
                return Ok(true);
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::debug!(%error, "a lock file stays");
    }
}

fn file_of(folder: &Path, owner: &[u8]) -> PathBuf {
    folder.join(format!("journal.{}.lock", hex(owner)))
}

fn unhex(text: &str) -> Option<OwnerId> {
    let mut id = OwnerId::default();
    let digits = text.as_bytes();
    if digits.len() != 2 * id.len() {
        return None;
    }
    for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locks(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn one_lives_until_it_is_gone_and_its_file_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Owner::begin(folder.path()), Owner::begin(folder.path()));
        let id = *one.id();
        assert!(other.lives(&id).unwrap() && one.lives(&id).unwrap());

        drop(one);

        assert!(!other.lives(&id).unwrap());
        assert_eq!(locks(folder.path()), 2, "and the one of opening");
    }

    #[test]
    fn what_a_killed_one_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let owner = Owner::begin(folder.path());
        let living = Owner::begin(folder.path());
        fs::write(file_of(folder.path(), &[7; 16]), "").unwrap();
        fs::write(folder.path().join("journal.other.lock"), "").unwrap();

        owner.tidy().unwrap();

        assert!(!file_of(folder.path(), &[7; 16]).exists());
        assert_eq!(locks(folder.path()), 4, "and the one of opening");
        assert!(owner.lives(living.id()).unwrap());
    }
}
