//! A digest as a text gives it.

use std::{fmt, str::FromStr};

use super::find;
use crate::digest::Sha1Digest;

/// A file's digest that a text names. Only a SHA-1 can be looked up; the others need resolving.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GivenDigest {
    /// 40 digits.
    Sha1(Sha1Digest),
    /// 64 digits.
    Sha256([u8; 32]),
    /// 32 digits.
    Md5([u8; 16]),
}

/// The text is not the hexadecimal digits of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: expected 32, 40 or 64 hexadecimal digits")]
pub struct ParseGivenDigestError;

impl GivenDigest {
    /// The digest that these digits, and nothing else, are.
    pub(super) fn of_digits(digits: &[u8]) -> Option<Self> {
        match digits.len() {
            32 => bytes(digits).map(Self::Md5),
            40 => bytes::<20>(digits).map(|bytes| Self::Sha1(bytes.into())),
            64 => bytes(digits).map(Self::Sha256),
            _ => None,
        }
    }
}

fn bytes<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut seen = 0;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (find::value(pair[0]), find::value(pair[1]));
        seen |= high | low;
        *byte = high << 4 | low;
    }
    (seen != find::NO_DIGIT).then_some(bytes)
}

impl FromStr for GivenDigest {
    type Err = ParseGivenDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::of_digits(text.as_bytes()).ok_or(ParseGivenDigestError)
    }
}

impl fmt::Display for GivenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: &[u8] = match self {
            Self::Sha1(digest) => return digest.fmt(f),
            Self::Sha256(bytes) => bytes,
            Self::Md5(bytes) => bytes,
        };
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Prints no digits: an analyst's digests are confidential, and `Debug` ends in logs.
impl fmt::Debug for GivenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1(_) => "Sha1(..)",
            Self::Sha256(_) => "Sha256(..)",
            Self::Md5(_) => "Md5(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_case_and_writes_lower_case() {
        for digest in [
            "900150983cd24fb0d6963f7d28e17f72",
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ] {
            let given: GivenDigest = digest.to_uppercase().parse().unwrap();

            assert_eq!(given.to_string(), digest);
        }
    }

    #[test]
    fn rejects_what_is_no_digest() {
        for text in [
            "",
            "a9993e364706816aba3e25717850c26c9cd0d89",
            "+9993e364706816aba3e25717850c26c9cd0d89d",
            "a9993e364706816aba3e25717850c26c9cd0d89g",
            "a9993e364706816aba3e25717850c26c9cd0d8é",
        ] {
            assert_eq!(text.parse::<GivenDigest>(), Err(ParseGivenDigestError), "{text}");
        }
    }

    #[test]
    fn does_not_print_its_digits_in_debug() {
        let given: GivenDigest = "900150983cd24fb0d6963f7d28e17f72".parse().unwrap();

        assert_eq!(format!("{given:?}"), "Md5(..)");
    }
}
