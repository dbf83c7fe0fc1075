//! Files that only this person may read.

use std::{
    fs,
    fs::{File, TryLockError},
    io,
    io::{Read as _, Write as _},
    path::Path,
    time::Duration,
};

use tokio::time::timeout;

/// Makes a folder, and those above it, unless it is there.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file to write it from its start.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads a file of at most `most` bytes.
pub(crate) fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut contents)?;
    if contents.len() as u64 > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(contents)
}

/// Writes a file whole or not at all: a kill at any moment leaves the old contents or the new.
///
/// Only one caller may do so at a time.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    // One that a kill left may have other rights.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = private_file(&new)?;
    file.write_all(contents)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    // The rename itself is kept with the folder; other systems offer no way to ask for that.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Waits until no other process holds this lock, at most `patience`. It is held until the file is
/// dropped.
pub(crate) async fn lock(path: &Path, patience: Duration) -> io::Result<File> {
    let file = private_file(path)?;
    let locked = async {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                // The system offers no event for this.
                Err(TryLockError::WouldBlock) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    };
    timeout(patience, locked).await??;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_the_limit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "four").unwrap();

        assert_eq!(read_at_most(&path, 4).unwrap(), b"four");
        assert_eq!(read_at_most(&path, 3).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_is_private_whatever_a_kill_left() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.json");
        for file in ["file.json", "file.new"] {
            let file = folder.path().join(file);
            fs::write(&file, "older and longer").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
        }

        let mut before = File::open(&path).unwrap();

        replace(&path, b"new").unwrap();

        let mut untouched = String::new();
        before.read_to_string(&mut untouched).unwrap();
        assert_eq!(untouched, "older and longer", "the old file was written to");
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
