//! The key of every lookup.

use std::{
    fmt,
    io::{self, Read},
    str::FromStr,
};

use sha1::{Digest, Sha1};

/// A file's SHA-1, the key of every lookup.
///
/// SHA-1 is used because the Defender file API is keyed by it, not for integrity: a match means
/// "Defender has seen this digest", never "this file is authentic".
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha1Digest([u8; Self::LEN]);

/// The text is not forty hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-1 digest: expected 40 hexadecimal digits")]
pub struct ParseDigestError;

impl Sha1Digest {
    /// Length of a SHA-1 digest in bytes (FIPS 180-4, section 1).
    pub const LEN: usize = 20;

    /// How much is read at a time: small enough to notice a cancellation within 50 ms on slow
    /// media, and as fast as any larger block.
    const BLOCK: usize = 256 * 1024;

    /// Hashes everything `reader` yields, until a read gives 0 bytes.
    ///
    /// This blocks: call it on a reader thread. `on_block` receives the number of bytes hashed so
    /// far, after each block of at most 256 KiB.
    ///
    /// # Errors
    ///
    /// The reader's first error other than [`io::ErrorKind::Interrupted`], which is retried, or
    /// the first error that `on_block` returns.
    pub fn of_reader(
        mut reader: impl Read,
        mut on_block: impl FnMut(u64) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut hasher = Sha1::new();
        let mut block = vec![0; Self::BLOCK];
        let mut done = 0;
        loop {
            match reader.read(&mut block) {
                Ok(0) => return Ok(Self(hasher.finalize().into())),
                Ok(n) => {
                    hasher.update(&block[..n]);
                    done += n as u64;
                    on_block(done)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl FromStr for Sha1Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.as_bytes();
        if digits.len() != 2 * Self::LEN {
            return Err(ParseDigestError);
        }
        let mut bytes = [0; Self::LEN];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = 16 * digit(pair[0])? + digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn digit(character: u8) -> Result<u8, ParseDigestError> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        b'A'..=b'F' => Ok(character - b'A' + 10),
        _ => Err(ParseDigestError),
    }
}

impl fmt::Display for Sha1Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Prints no digits: an analyst's digests are confidential, and `Debug` ends in logs.
impl fmt::Debug for Sha1Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha1Digest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_fips_180_example() {
        let digest = Sha1Digest::of_reader(&b"abc"[..], |_| Ok(())).unwrap();

        assert_eq!(digest.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    #[test]
    fn reads_upper_case_and_writes_lower_case() {
        let digest: Sha1Digest = "A9993E364706816ABA3E25717850C26C9CD0D89D".parse().unwrap();

        assert_eq!(digest.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn rejects_a_sign_in_place_of_a_digit() {
        let text = "+9993e364706816aba3e25717850c26c9cd0d89d"; // `u8::from_str_radix` would accept "+9"
        assert_eq!(text.parse::<Sha1Digest>(), Err(ParseDigestError));
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

        let digest = Sha1Digest::of_reader(Stuttering(b"abc", false), |_| Ok(())).unwrap();

        assert_eq!(digest.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
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

        assert!(Sha1Digest::of_reader(broken, |_| Ok(())).is_err());
    }

    #[test]
    fn does_not_print_its_digits_in_debug() {
        let digest: Sha1Digest = "a9993e364706816aba3e25717850c26c9cd0d89d".parse().unwrap();

        assert!(!format!("{digest:?}").contains("a999"));
    }
}
