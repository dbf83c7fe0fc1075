//! What became of a file.

use droptrace_core::{
    digest::{FileDigest, ReadError, Sha1Digest},
    view::{ErrorCode, UserError},
};

/// What became of a file. Small: many wait for those that were found before them.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was read.
    Read {
        /// Its SHA-1.
        sha1: Sha1Digest,
        /// Its size in bytes.
        size: u64,
        /// Its other digests, if any was asked for.
        further: Option<Box<Further>>,
    },
    /// It was not.
    NotRead(Box<UserError>),
    /// It is a folder, or an entry of one, that could not be read.
    FolderNotRead,
}

/// Digests beside the SHA-1.
#[derive(Debug)]
pub(crate) struct Further {
    /// The SHA-256, if it was asked for.
    pub(crate) sha256: Option<[u8; 32]>,
    /// The MD5, if it was asked for.
    pub(crate) md5: Option<[u8; 16]>,
}

impl Outcome {
    /// A file that is not read, for this reason.
    pub(crate) fn not_read(code: ErrorCode) -> Self {
        Self::NotRead(Box::new(UserError::new(code)))
    }
}

impl From<Result<FileDigest, ReadError>> for Outcome {
    fn from(reading: Result<FileDigest, ReadError>) -> Self {
        match reading {
            Ok(FileDigest { digests, size, .. }) => {
                let (sha256, md5) = (digests.sha256, digests.md5);
                let any = sha256.is_some() || md5.is_some();
                let further = any.then(|| Box::new(Further { sha256, md5 }));
                Self::Read { sha1: digests.sha1, size, further }
            }
            // A name comes here whole, whatever it holds: the file is not there.
            Err(ReadError::NameNotText) => Self::not_read(ErrorCode::Vanished),
            Err(error) => Self::NotRead(Box::new(UserError::from(&error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_take_little_room() {
        assert!(size_of::<Option<Outcome>>() <= 40, "{}", size_of::<Option<Outcome>>());
    }

    #[test]
    fn a_name_with_a_replacement_character_is_a_name_like_any_other() {
        let Outcome::NotRead(error) = Outcome::from(Err(ReadError::NameNotText)) else { panic!() };

        assert_eq!(error.code, ErrorCode::Vanished);
    }
}
