//! Bytes → digests.

use std::{
    io::{self, Read},
    ops::ControlFlow,
};

use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::Sha1Digest;

/// Which digests are computed beside the SHA-1. Each costs its own time: in one reading, SHA-256
/// doubles it, and MD5 makes it five times as long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Further {
    /// SHA-256 (FIPS 180-4).
    pub sha256: bool,
    /// MD5 (RFC 1321).
    pub md5: bool,
}

/// The digests of some bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digests {
    /// The SHA-1.
    pub sha1: Sha1Digest,
    /// The SHA-256, if it was asked for.
    pub sha256: Option<[u8; 32]>,
    /// The MD5, if it was asked for.
    pub md5: Option<[u8; 16]>,
}

/// Prints no digits, as [`Sha1Digest`] does not.
impl std::fmt::Debug for Digests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Digests").finish_non_exhaustive()
    }
}

/// How much is read at a time: small enough to notice a cancellation within 50 ms on slow media,
/// and as fast as any larger block.
pub(super) const BLOCK: usize = 256 * 1024;

/// Hashes everything that `reader` yields, until a read gives 0 bytes.
///
/// `block` is what is read into. `on_block` receives each block and the number of bytes hashed so
/// far, and says whether to go on.
///
/// # Errors
///
/// The reader's first error other than [`io::ErrorKind::Interrupted`], which is retried; nothing at
/// all where `on_block` has ended it.
pub(super) fn hash(
    mut reader: impl Read,
    further: Further,
    block: &mut [u8],
    mut on_block: impl FnMut(&[u8], u64) -> ControlFlow<()>,
) -> io::Result<Option<Digests>> {
    let mut sha1 = Sha1::new();
    let mut sha256 = further.sha256.then(Sha256::new);
    let mut md5 = further.md5.then(Md5::new);
    let mut done = 0;
    loop {
        let read = match reader.read(block) {
            Ok(0) => {
                return Ok(Some(Digests {
                    sha1: <[u8; Sha1Digest::LEN]>::from(sha1.finalize()).into(),
                    sha256: sha256.map(|sha256| sha256.finalize().into()),
                    md5: md5.map(|md5| md5.finalize().into()),
                }));
            }
            Ok(read) => &block[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        sha1.update(read);
        if let Some(sha256) = &mut sha256 {
            sha256.update(read);
        }
        if let Some(md5) = &mut md5 {
            md5.update(read);
        }
        done += read.len() as u64;
        if on_block(read, done).is_break() {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn hashed(reader: impl Read, further: Further) -> io::Result<Option<Digests>> {
        hash(reader, further, &mut [0; 16], |_, _| ControlFlow::Continue(()))
    }

    fn hex<const N: usize>(bytes: Option<[u8; N]>) -> String {
        let mut hex = String::new();
        for byte in bytes.unwrap() {
            write!(hex, "{byte:02x}").unwrap();
        }
        hex
    }

    #[test]
    fn matches_the_published_examples() {
        let all = Further { sha256: true, md5: true };

        let digests = hashed(&b"abc"[..], all).unwrap().unwrap();

        // FIPS 180-4 (the examples of NIST), RFC 1321 A.5.
        assert_eq!(digests.sha1.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            hex(digests.sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(hex(digests.md5), "900150983cd24fb0d6963f7d28e17f72");
        let one = hashed(&b"abc"[..], Further::default()).unwrap().unwrap();
        assert_eq!(one, Digests { sha256: None, md5: None, ..digests });
    }

    #[test]
    fn goes_on_after_short_reads_and_interruptions() {
        struct Stuttering<'a>(&'a [u8], bool);
        impl Read for Stuttering<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                self.1 = !self.1;
                if self.1 {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                let n = self.0.len().min(1);
                into[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }

        let digests = hashed(Stuttering(b"abc", false), Further::default()).unwrap().unwrap();

        assert_eq!(digests.sha1.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn an_error_in_the_middle_gives_no_digest() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::Other.into())
            }
        }
        let broken = (&b"abc"[..]).chain(Failing);

        assert!(hashed(broken, Further::default()).is_err());
    }

    #[test]
    fn what_is_ended_early_gives_no_digest() {
        let stop = |_: &[u8], _| ControlFlow::Break(());

        assert!(hash(&b"abc"[..], Further::default(), &mut [0; 16], stop).unwrap().is_none());
    }
}
