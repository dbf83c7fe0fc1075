//! The key of every lookup.

use std::{fmt, str::FromStr};

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

    /// That of a file without content.
    pub const EMPTY: Self = Self([
        0xda, 0x39, 0xa3, 0xee, 0x5e, 0x6b, 0x4b, 0x0d, 0x32, 0x55, 0xbf, 0xef, 0x95, 0x60, 0x18,
        0x90, 0xaf, 0xd8, 0x07, 0x09,
    ]);

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl From<[u8; Self::LEN]> for Sha1Digest {
    fn from(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
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
        const DIGITS: &[u8; 16] = b"0123456789abcdef";

        let mut text = [0; 2 * Self::LEN];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        // In one piece: a hundred thousand of them are printed.
        f.write_str(str::from_utf8(&text).unwrap_or_default())
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
    fn does_not_print_its_digits_in_debug() {
        let digest: Sha1Digest = "a9993e364706816aba3e25717850c26c9cd0d89d".parse().unwrap();

        assert!(!format!("{digest:?}").contains("a999"));
    }
}
