//! Paths from the standard input, each ended by a NUL.

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader, Read},
};

/// The paths of a list, one after the other as they come; the last may lack its NUL.
pub(crate) struct Paths<R>(BufReader<R>);

/// A path of the list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// To be read.
    Path(OsString),
    /// On this system a path is text, and this is none. As much of it as is.
    #[cfg(not(unix))]
    NotText(OsString),
}

/// More than any system takes as one path, in bytes. A list whose paths do not end in NUL is cut
/// there, so that it does not fill the memory.
const LONGEST: u64 = 128 * 1024;

impl<R: Read> Paths<R> {
    /// The paths that `list` holds.
    pub(crate) fn in_list(list: R) -> Self {
        Self(BufReader::with_capacity(64 * 1024, list))
    }

    /// Whether the next path is perhaps still to come.
    pub(crate) fn may_wait(&self) -> bool {
        self.0.buffer().is_empty()
    }
}

impl<R: Read> Iterator for Paths<R> {
    type Item = io::Result<Listed>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        match (&mut self.0).take(LONGEST).read_until(0, &mut bytes) {
            Ok(0) => None,
            Ok(_) => {
                bytes.pop_if(|last| *last == 0);
                Some(Ok(listed(bytes)))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// A path of a list is never the standard input; `./-` says so to whoever reads what is printed.
fn listed(bytes: Vec<u8>) -> Listed {
    if bytes == b"-" { Listed::Path("./-".into()) } else { path(bytes) }
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> Listed {
    use std::os::unix::ffi::OsStringExt;
    Listed::Path(OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> Listed {
    match String::from_utf8(bytes) {
        Ok(path) => Listed::Path(path.into()),
        Err(error) => Listed::NotText(String::from_utf8_lossy(error.as_bytes()).as_ref().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(list: &[u8]) -> Vec<OsString> {
        Paths::in_list(list)
            .map(|listed| match listed.unwrap() {
                Listed::Path(path) => path,
                #[cfg(not(unix))]
                Listed::NotText(path) => panic!("{path:?}"),
            })
            .collect()
    }

    #[test]
    fn each_path_ends_with_a_nul_but_the_last_need_not() {
        assert_eq!(paths(b""), [""; 0]);
        assert_eq!(paths(b"a\0b\nc\0d"), ["a", "b\nc", "d"]);
        assert_eq!(paths(b"\0a\0\0"), ["", "a", ""]);
    }

    #[test]
    fn a_dash_in_a_list_is_a_file() {
        assert_eq!(paths(b"-\0-x\0./-"), ["./-", "-x", "./-"]);
    }
}
