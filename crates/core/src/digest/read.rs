//! Reading one file, so that what was hashed is what was there.

use std::{
    fs::{File, Metadata, OpenOptions},
    io,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::SystemTime,
};

use super::Sha1Digest;
use crate::view::{ErrorCode, UserError};

/// What a file is, read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileDigest {
    /// The SHA-1 of its bytes.
    pub sha1: Sha1Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// Why a file has no digest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is a pipe, a device or a socket; or a folder has taken its place.
    #[error("not a regular file")]
    NotRegular,
    /// It has no bytes.
    #[error("an empty file")]
    Empty,
    /// It is not there.
    #[error("the file is not there")]
    Vanished,
    /// It is not there under a name that was no text: a drop carries names as text only.
    #[error("the name is no text")]
    NameNotText,
    /// The person may not read it.
    #[error("no permission to read the file")]
    NoPermission,
    /// Security software stopped the reading (`ERROR_VIRUS_INFECTED`).
    #[error("security software stopped the reading")]
    Blocked,
    /// It changed while it was read, both times.
    #[error("the file changed while it was read")]
    Changed,
    /// The reading was cancelled.
    #[error("the reading was cancelled")]
    Cancelled,
    /// The code that reads failed.
    #[error("the reading failed inside the app")]
    Panicked,
    /// Anything else.
    #[error("the file could not be read")]
    Io(#[source] io::Error),
}

impl ReadError {
    /// Whether the file was left out by rule rather than by mishap.
    pub fn is_skip(&self) -> bool {
        matches!(self, Self::NotRegular | Self::Empty)
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        /// `ERROR_VIRUS_INFECTED` (winerror.h).
        const VIRUS_INFECTED: i32 = 225;

        if cfg!(windows) && error.raw_os_error() == Some(VIRUS_INFECTED) {
            return Self::Blocked;
        }
        let kind = error.kind();
        if kind == io::ErrorKind::NotFound {
            Self::Vanished
        } else if kind == io::ErrorKind::PermissionDenied {
            Self::NoPermission
        } else {
            Self::Io(error)
        }
    }
}

impl From<&ReadError> for UserError {
    fn from(error: &ReadError) -> Self {
        match error {
            ReadError::NotRegular => Self::new(ErrorCode::NotRegular),
            ReadError::Empty => Self::new(ErrorCode::EmptyFile),
            ReadError::Vanished => Self::new(ErrorCode::Vanished),
            ReadError::NameNotText => Self::new(ErrorCode::NameNotText),
            ReadError::NoPermission => Self::new(ErrorCode::NoPermission),
            ReadError::Blocked => Self::new(ErrorCode::Blocked),
            ReadError::Changed => Self::new(ErrorCode::Changed),
            ReadError::Cancelled | ReadError::Panicked => Self::new(ErrorCode::ReadingFailed),
            ReadError::Io(cause) => {
                Self::new(ErrorCode::Unreadable).with("detail", cause.to_string().as_str())
            }
        }
    }
}

/// Reads a file to its end and gives its digest.
///
/// Only a regular file is opened, checked again on the open handle. A file that changed while it
/// was read is read once more. This blocks. `on_progress` receives the bytes read and the size.
///
/// # Errors
///
/// See [`ReadError`]; a digest is never given for a part of a file.
pub fn read_file(
    path: &Path,
    cancelled: &AtomicBool,
    mut on_progress: impl FnMut(u64, u64),
) -> Result<FileDigest, ReadError> {
    // Before opening: to open a pipe or a device can block, or do something.
    match std::fs::metadata(path) {
        Ok(metadata) => check_kind(&metadata)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && was_no_text(path) => {
            return Err(ReadError::NameNotText);
        }
        Err(error) => return Err(error.into()),
    }
    for _ in 0..2 {
        if let Some(digest) = read_once(path, cancelled, &mut on_progress)? {
            return Ok(digest);
        }
    }
    Err(ReadError::Changed)
}

/// Whether a path holds the character that stands for bytes that were no text.
fn was_no_text(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(char::REPLACEMENT_CHARACTER))
}

fn check_kind(metadata: &Metadata) -> Result<(), ReadError> {
    if metadata.is_file() { Ok(()) } else { Err(ReadError::NotRegular) }
}

/// What must be the same before and after a reading.
fn stamp(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

/// One reading; none if the file was not the same afterwards.
fn read_once(
    path: &Path,
    cancelled: &AtomicBool,
    on_progress: &mut impl FnMut(u64, u64),
) -> Result<Option<FileDigest>, ReadError> {
    let file = open(path)?;
    let before = file.metadata()?;
    check_kind(&before)?;

    let mut read = 0;
    let digest = Sha1Digest::of_reader(&file, |done| {
        read = done;
        on_progress(done, before.len());
        if cancelled.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    });
    if cancelled.load(Ordering::Relaxed) {
        return Err(ReadError::Cancelled);
    }
    let sha1 = digest?;

    let after = file.metadata()?;
    if stamp(&before) != stamp(&after) || read != after.len() {
        return Ok(None);
    }
    if read == 0 {
        return Err(ReadError::Empty);
    }
    Ok(Some(FileDigest { sha1, size: read }))
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A pipe that took the file's place since the check must not block the thread.
        options.custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    fn read(path: &Path) -> Result<FileDigest, ReadError> {
        read_file(path, &AtomicBool::new(false), |_, _| {})
    }

    #[test]
    fn reads_a_file_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        fs::write(&path, "abc").unwrap();

        let digest = read(&path).unwrap();

        assert_eq!(digest.size, 3);
        assert_eq!(digest.sha1.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn a_file_that_grows_once_is_read_again_and_right() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("growing");
        fs::write(&path, "a").unwrap();
        let mut grown = false;

        let digest = read_file(&path, &AtomicBool::new(false), |_, _| {
            if !std::mem::replace(&mut grown, true) {
                fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"bc").unwrap();
            }
        });

        assert_eq!(digest.unwrap().sha1.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn a_file_that_changes_every_time_has_no_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("restless");
        fs::write(&path, "a").unwrap();
        let mut before = u64::MAX;

        let error = read_file(&path, &AtomicBool::new(false), |done, _| {
            let new_reading = done <= std::mem::replace(&mut before, done);
            if new_reading {
                fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"x").unwrap();
            }
        })
        .unwrap_err();

        assert!(matches!(error, ReadError::Changed));
    }

    #[test]
    fn folders_empty_and_missing_files_are_named_as_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty");
        fs::write(&empty, "").unwrap();

        assert!(matches!(read(folder.path()), Err(ReadError::NotRegular)));
        assert!(matches!(read(&empty), Err(ReadError::Empty)));
        assert!(matches!(read(&folder.path().join("none")), Err(ReadError::Vanished)));
        assert!(matches!(read(&folder.path().join("n\u{fffd}")), Err(ReadError::NameNotText)));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_never_opened() {
        assert!(matches!(read(Path::new("/dev/zero")), Err(ReadError::NotRegular)));
    }

    #[test]
    fn a_cancelled_reading_gives_no_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        fs::write(&path, vec![7; 1 << 20]).unwrap();
        let cancelled = AtomicBool::new(false);

        let error = read_file(&path, &cancelled, |_, _| cancelled.store(true, Ordering::Relaxed));

        assert!(matches!(error, Err(ReadError::Cancelled)));
    }
}
