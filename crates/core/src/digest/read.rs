//! Reading one file, so that what was hashed is what was there.

use std::{
    ffi::OsStr,
    fs::{File, Metadata, OpenOptions},
    io,
    ops::ControlFlow,
    path::Path,
};

use super::{Digests, Further, Stream, first::goes_first, hashing::hash, streams::streams_of};
use crate::{
    intake::exact,
    view::{ErrorCode, UserError},
};

/// What a file is, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigest {
    /// The digests of its bytes.
    pub digests: Digests,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it is a program, a script or an archive, and goes first to the lookups.
    pub first: bool,
    /// Its alternate streams, which the digests are not of.
    pub streams: Vec<Stream>,
}

/// Why a file has no digest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is a pipe, a device or a socket; or a folder has taken its place.
    #[error("not a regular file")]
    NotRegular,
    /// It is not there.
    #[error("the file is not there")]
    Vanished,
    /// It is not there under a name that was no text: a drop carries names as text only.
    #[error("the name is no text")]
    NameNotText,
    /// The person may not read it.
    #[error("no permission to read the file")]
    NoPermission,
    /// Another program has it open, and shares it with nobody.
    #[error("another program holds the file")]
    Locked,
    /// Security software stopped the reading.
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

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        if cfg!(windows)
            && let Some(windows) = error.raw_os_error().and_then(Self::of_windows)
        {
            return windows;
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

impl ReadError {
    /// The errors of Windows that have words of their own ([System Error
    /// Codes](https://learn.microsoft.com/windows/win32/debug/system-error-codes)).
    fn of_windows(code: i32) -> Option<Self> {
        match code {
            // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION.
            32 | 33 => Some(Self::Locked),
            // ERROR_VIRUS_INFECTED, ERROR_VIRUS_DELETED.
            225 | 226 => Some(Self::Blocked),
            _ => None,
        }
    }
}

impl From<&ReadError> for UserError {
    fn from(error: &ReadError) -> Self {
        match error {
            ReadError::NotRegular => Self::new(ErrorCode::NotRegular),
            ReadError::Vanished => Self::new(ErrorCode::Vanished),
            ReadError::NameNotText => Self::new(ErrorCode::NameNotText),
            ReadError::NoPermission => Self::new(ErrorCode::NoPermission),
            ReadError::Locked => Self::new(ErrorCode::Locked),
            ReadError::Blocked => Self::new(ErrorCode::Blocked),
            ReadError::Changed => Self::new(ErrorCode::Changed),
            ReadError::Cancelled | ReadError::Panicked => Self::new(ErrorCode::ReadingFailed),
            ReadError::Io(cause) => {
                Self::new(ErrorCode::Unreadable).with("detail", cause.to_string().as_str())
            }
        }
    }
}

/// A file to read, and how.
pub(super) struct ToRead<'a> {
    pub(super) path: &'a Path,
    /// Whether it is known to be a regular file, so that to open it does nothing.
    pub(super) looked_at: bool,
    /// Whether a link at its place is followed: one that was given is, and no other.
    pub(super) follow: bool,
    pub(super) further: Further,
}

/// Reads a file to its end and gives its digests.
///
/// Only a regular file is opened, checked again on the open handle. A file that changed while it
/// was read is read once more. This blocks. `block` is what is read into; `on_block` receives the
/// bytes read and the size, and says whether to go on.
///
/// # Errors
///
/// See [`ReadError`]; a digest is never given for a part of a file.
pub(super) fn read_file(
    file: &ToRead<'_>,
    block: &mut [u8],
    mut on_block: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<FileDigest, ReadError> {
    // Before opening: to open a pipe or a device can block, or do something.
    if !file.looked_at {
        let path = exact(file.path);
        let metadata =
            if file.follow { std::fs::metadata(path) } else { std::fs::symlink_metadata(path) };
        check_kind(&metadata.map_err(|error| of_path(error, file.path))?)?;
    }
    for _ in 0..2 {
        if let Some(digest) = read_once(file, block, &mut on_block)? {
            return Ok(digest);
        }
    }
    Err(ReadError::Changed)
}

/// What an error means of a path that could not be looked at or opened.
fn of_path(error: io::Error, path: &Path) -> ReadError {
    if error.kind() == io::ErrorKind::NotFound && was_no_text(path) {
        return ReadError::NameNotText;
    }
    error.into()
}

/// Whether a path holds the character that stands for bytes that were no text.
fn was_no_text(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(char::REPLACEMENT_CHARACTER))
}

fn check_kind(metadata: &Metadata) -> Result<(), ReadError> {
    if metadata.is_file() { Ok(()) } else { Err(ReadError::NotRegular) }
}

/// What must be the same before and after a reading: the size, the time of the last writing and,
/// since that one can be set back, the time of the last change as the system alone keeps it.
#[derive(PartialEq, Eq)]
struct Stamp {
    size: u64,
    /// In seconds, and beyond them in nanoseconds.
    #[cfg(unix)]
    times: [i128; 2],
    #[cfg(unix)]
    fractions: [i128; 2],
    #[cfg(not(unix))]
    written: Option<std::time::SystemTime>,
}

impl Stamp {
    /// Of an open file, if it is a regular one.
    #[cfg(unix)]
    fn of(file: &File) -> Result<Self, ReadError> {
        // A cheaper call than that of `File::metadata`, which asks for more.
        let stat = rustix::fs::fstat(file).map_err(io::Error::from)?;
        if rustix::fs::FileType::from_raw_mode(stat.st_mode) != rustix::fs::FileType::RegularFile {
            return Err(ReadError::NotRegular);
        }
        // Their types differ from system to system.
        let times = [stat.st_mtime, stat.st_ctime].map(i128::from);
        let fractions = [stat.st_mtime_nsec, stat.st_ctime_nsec].map(i128::from);
        Ok(Self { size: u64::try_from(stat.st_size).unwrap_or(0), times, fractions })
    }

    #[cfg(not(unix))]
    fn of(file: &File) -> Result<Self, ReadError> {
        let metadata = file.metadata()?;
        check_kind(&metadata)?;
        Ok(Self { size: metadata.len(), written: metadata.modified().ok() })
    }
}

/// What opening a link says where it is not to be followed (`ELOOP`).
#[cfg(unix)]
const TOO_MANY_LINKS: i32 = libc::ELOOP;
#[cfg(not(unix))]
const TOO_MANY_LINKS: i32 = 0;

/// One reading; none if the file was not the same afterwards.
fn read_once(
    &ToRead { path, follow, further, .. }: &ToRead<'_>,
    block: &mut [u8],
    on_block: &mut impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Option<FileDigest>, ReadError> {
    let file = open(path, follow).map_err(|error| {
        // A link that took the file's place. One that leads to itself is another matter.
        let is_link = cfg!(unix) && !follow && error.raw_os_error() == Some(TOO_MANY_LINKS);
        if is_link { ReadError::NotRegular } else { of_path(error, path) }
    })?;
    let before = Stamp::of(&file)?;

    let (mut read, mut first) = (0, false);
    let digests = hash(&file, further, block, |bytes, done| {
        if read == 0 {
            first = goes_first(path.file_name().unwrap_or(OsStr::new("")), bytes);
        }
        read = done;
        on_block(done, before.size)
    })?;
    let digests = digests.ok_or(ReadError::Cancelled)?;

    let after = Stamp::of(&file)?;
    if before != after || read != after.size {
        return Ok(None);
    }
    Ok(Some(FileDigest { digests, size: read, first, streams: streams_of(&exact(path)) }))
}

/// Opens a file to look through it, if it is a regular one.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if it is not, or why it cannot be opened.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let regular = |metadata: Metadata| {
        if metadata.is_file() { Ok(()) } else { Err(io::ErrorKind::InvalidInput.into()) }
    };
    std::fs::metadata(exact(path)).and_then(regular)?;
    let file = open(path, true)?;
    file.metadata().and_then(regular)?;
    Ok(file)
}

fn open(path: &Path, follow: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A pipe that took the file's place since the check must not block the thread.
        let no_link = if follow { 0 } else { libc::O_NOFOLLOW };
        options.custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC | no_link);
    }
    #[cfg(not(unix))]
    let _ = follow;
    options.open(exact(path))
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    fn read_with(
        path: &Path,
        on_block: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<FileDigest, ReadError> {
        let further = Further::default();
        let file = ToRead { path, looked_at: false, follow: true, further };
        read_file(&file, &mut vec![0; 4096], on_block)
    }

    fn read(path: &Path) -> Result<FileDigest, ReadError> {
        read_with(path, |_, _| ControlFlow::Continue(()))
    }

    fn append(path: &Path, bytes: &[u8]) {
        fs::OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
    }

    #[test]
    fn reads_a_file_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        fs::write(&path, "abc").unwrap();

        let digest = read(&path).unwrap();

        assert_eq!((digest.size, digest.first), (3, false));
        assert_eq!(digest.digests.sha1.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn a_program_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("renamed.txt");
        fs::write(&path, b"MZ and so on").unwrap();

        assert!(read(&path).unwrap().first);
    }

    #[test]
    fn an_empty_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty");
        fs::write(&path, "").unwrap();

        let digest = read(&path).unwrap();

        assert_eq!(digest.size, 0);
        assert_eq!(digest.digests.sha1.to_string(), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    #[test]
    fn a_file_that_grows_once_is_read_again_and_right() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("growing");
        fs::write(&path, "a").unwrap();
        let mut grown = false;

        let digest = read_with(&path, |_, _| {
            if !std::mem::replace(&mut grown, true) {
                append(&path, b"bc");
            }
            ControlFlow::Continue(())
        });

        let sha1 = digest.unwrap().digests.sha1;
        assert_eq!(sha1.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn a_file_that_shrinks_to_nothing_is_not_taken_for_its_half() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shrinking");
        fs::write(&path, vec![7; 10_000]).unwrap();
        let mut shrunk = false;

        let digest = read_with(&path, |_, _| {
            if !std::mem::replace(&mut shrunk, true) {
                fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(5_000).unwrap();
            }
            ControlFlow::Continue(())
        });

        assert_eq!(digest.unwrap().size, 5_000);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_whose_time_was_set_back_is_known_to_have_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("synced");
        fs::write(&path, vec![7; 10_000]).unwrap();
        let mut reading = 0;

        let digest = read_with(&path, |done, _| {
            reading += u32::from(done == 4096);
            if done == 4096 && reading == 1 {
                let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
                let before = file.metadata().unwrap().modified().unwrap();
                std::os::unix::fs::FileExt::write_at(&file, &[8; 10_000], 0).unwrap();
                file.set_modified(before).unwrap();
            }
            ControlFlow::Continue(())
        });

        let expected = hash(&[8; 10_000][..], Further::default(), &mut [0; 99], |_, _| {
            ControlFlow::Continue(())
        });
        assert_eq!(digest.unwrap().digests, expected.unwrap().unwrap());
        assert_eq!(reading, 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_took_the_place_of_a_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (secret, link) = (folder.path().join("secret"), folder.path().join("link"));
        fs::write(&secret, "abc").unwrap();
        std::os::unix::fs::symlink(&secret, &link).unwrap();
        let further = Further::default();
        for looked_at in [true, false] {
            let file = ToRead { path: &link, looked_at, follow: false, further };

            let read = read_file(&file, &mut [0; 16], |_, _| ControlFlow::Continue(()));

            assert!(matches!(read, Err(ReadError::NotRegular)));
        }
        assert!(read(&link).is_ok(), "one that was given is");
    }

    #[test]
    fn a_file_that_changes_every_time_has_no_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("restless");
        fs::write(&path, "a").unwrap();
        let mut before = u64::MAX;

        let error = read_with(&path, |done, _| {
            let new_reading = done <= std::mem::replace(&mut before, done);
            if new_reading {
                append(&path, b"x");
            }
            ControlFlow::Continue(())
        })
        .unwrap_err();

        assert!(matches!(error, ReadError::Changed));
    }

    #[test]
    fn folders_and_missing_files_are_named_as_what_they_are() {
        let folder = tempfile::tempdir().unwrap();

        assert!(matches!(read(folder.path()), Err(ReadError::NotRegular)));
        assert!(matches!(read(&folder.path().join("none")), Err(ReadError::Vanished)));
        assert!(matches!(read(&folder.path().join("n\u{fffd}")), Err(ReadError::NameNotText)));
    }

    #[test]
    fn what_windows_says_of_a_file_has_words_of_its_own() {
        let of = |code| ReadError::of_windows(code).map(|error| UserError::from(&error).code);

        assert_eq!([32, 33].map(of), [Some(ErrorCode::Locked); 2]);
        assert_eq!([225, 226].map(of), [Some(ErrorCode::Blocked); 2]);
        assert_eq!([2, 5, 0].map(of), [None; 3]);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_never_opened() {
        assert!(matches!(read(Path::new("/dev/zero")), Err(ReadError::NotRegular)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_that_took_the_place_of_a_file_does_not_block() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
        let further = Further::default();
        let file = ToRead { path: &pipe, looked_at: true, follow: false, further };

        let read = read_file(&file, &mut [0; 16], |_, _| ControlFlow::Continue(()));

        assert!(matches!(read, Err(ReadError::NotRegular)));
    }

    #[test]
    fn a_cancelled_reading_gives_no_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        fs::write(&path, vec![7; 1 << 20]).unwrap();

        let error = read_with(&path, |_, _| ControlFlow::Break(()));

        assert!(matches!(error, Err(ReadError::Cancelled)));
    }
}
