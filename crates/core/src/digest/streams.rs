//! Alternate streams of a file (NTFS): bytes under its name that its digest is not of.

use std::{ffi::OsStr, path::Path};

/// An alternate stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Its name, without the file's.
    pub name: Box<OsStr>,
    /// Its size in bytes.
    pub size: u64,
}

/// The most streams that are listed of a file.
#[cfg(windows)]
const MOST: usize = 32;

/// The first 32 alternate streams of a file: none on other systems, on file systems that have none,
/// and where they cannot be listed. Nothing of them is read.
#[cfg(not(windows))]
pub(super) fn streams_of(_path: &Path) -> Vec<Stream> {
    Vec::new()
}

/// The first 32 alternate streams of a file: none on other systems, on file systems that have none,
/// and where they cannot be listed. Nothing of them is read.
#[cfg(windows)]
pub(super) fn streams_of(path: &Path) -> Vec<Stream> {
    use std::os::windows::ffi::OsStringExt;

    let mut streams = Vec::new();
    let told = system::each_stream(path, |name, size| {
        if let Some(name) = alternate(name) {
            streams.push(Stream { name: std::ffi::OsString::from_wide(name).into(), size });
        }
        streams.len() < MOST
    });
    if let Err(error) = told {
        // Each file on a disk of another kind gives one.
        tracing::debug!(%error, "the streams of a file could not be listed");
    }
    streams
}

/// The name of a stream that the system calls `:name:$DATA`; none for the main one, `::$DATA`
/// ([File Streams](https://learn.microsoft.com/windows/win32/fileio/file-streams)).
#[cfg(any(windows, test))]
fn alternate(full: &[u16]) -> Option<&[u16]> {
    const TYPE: [u16; 6] =
        [b':' as u16, b'$' as u16, b'D' as u16, b'A' as u16, b'T' as u16, b'A' as u16];

    let name = full.strip_prefix(&[u16::from(b':')]).unwrap_or(full);
    let name = name.strip_suffix(&TYPE).unwrap_or(name);
    (!name.is_empty()).then_some(name)
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "the streams of a file are listed by calls of the system alone")]
mod system {
    use std::{io, os::windows::ffi::OsStrExt, path::Path};

    use windows_sys::Win32::{
        Foundation::{ERROR_HANDLE_EOF, HANDLE, INVALID_HANDLE_VALUE},
        Storage::FileSystem::{
            FindClose, FindFirstStreamW, FindNextStreamW, FindStreamInfoStandard,
            WIN32_FIND_STREAM_DATA,
        },
    };

    /// An open search.
    struct Search(HANDLE);

    impl Drop for Search {
        fn drop(&mut self) {
            // SAFETY: the handle is open, and closed nowhere else.
            unsafe { FindClose(self.0) };
        }
    }

    /// Tells the full name and the size of each stream, until `tell` says that it is enough.
    pub(super) fn each_stream(
        path: &Path,
        mut tell: impl FnMut(&[u16], u64) -> bool,
    ) -> io::Result<()> {
        let path: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
        let mut stream = WIN32_FIND_STREAM_DATA::default();
        // SAFETY: the path ends with a zero, and what is written to is of the kind that is asked
        // for; both outlive the call.
        let search = unsafe {
            FindFirstStreamW(path.as_ptr(), FindStreamInfoStandard, (&raw mut stream).cast(), 0)
        };
        if search == INVALID_HANDLE_VALUE {
            return ended();
        }
        let search = Search(search);
        loop {
            let name = stream.cStreamName.split(|unit| *unit == 0).next().unwrap_or_default();
            if !tell(name, u64::try_from(stream.StreamSize).unwrap_or(0)) {
                return Ok(());
            }
            // SAFETY: the search is open, and what is written to is of the kind that it was begun
            // with.
            if unsafe { FindNextStreamW(search.0, (&raw mut stream).cast()) } == 0 {
                return ended();
            }
        }
    }

    /// The last call's error, unless it says that there are no more.
    fn ended() -> io::Result<()> {
        let error = io::Error::last_os_error();
        let is_end = error.raw_os_error().and_then(|code| u32::try_from(code).ok())
            == Some(ERROR_HANDLE_EOF);
        if is_end { Ok(()) } else { Err(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_known_by_its_own_name_and_the_main_one_is_none() {
        let of = |full: &str| {
            let full: Vec<u16> = full.encode_utf16().collect();
            alternate(&full).map(String::from_utf16_lossy)
        };

        assert_eq!(of("::$DATA"), None);
        assert_eq!(of(":Zone.Identifier:$DATA"), Some("Zone.Identifier".into()));
        assert_eq!(of(":$DATA:$DATA"), Some("$DATA".into()));
        assert_eq!(of(":a b"), Some("a b".into()));
        assert_eq!(of(""), None);
    }

    #[test]
    fn a_file_without_streams_and_one_that_is_not_there_have_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plain");
        std::fs::write(&path, "x").unwrap();

        assert_eq!(streams_of(&path), []);
        assert_eq!(streams_of(&folder.path().join("none")), []);
    }

    /// On NTFS; other file systems have none.
    #[cfg(windows)]
    #[test]
    fn streams_are_listed_with_their_sizes_the_first_of_many() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "x").unwrap();
        let stream = |name: &str| {
            let mut stream = path.clone().into_os_string();
            stream.push(format!(":{name}"));
            std::fs::write(stream, "four").unwrap();
        };
        stream("first");

        let listed = streams_of(&path);

        assert_eq!(listed, [Stream { name: Box::from(OsStr::new("first")), size: 4 }]);
        for name in 0..40 {
            stream(&name.to_string());
        }
        assert_eq!(streams_of(&path).len(), MOST);
    }
}
