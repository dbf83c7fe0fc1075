use std::{
    fmt,
    fmt::Write as _,
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use aws_lc_rs::{hmac, rand};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// A source of unguessable values that cannot fail once it stands.
///
/// A key is drawn from the system once; the values are HMAC-SHA256 of a counter under it.
pub(crate) struct Chance {
    key: hmac::Key,
    counter: AtomicU64,
}

impl Chance {
    pub(crate) fn new() -> io::Result<Self> {
        let mut seed = [0; 32];
        rand::fill(&mut seed).map_err(|_| io::Error::other("the system gave no random numbers"))?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &seed), counter: AtomicU64::new(0) })
    }

    pub(crate) fn bytes(&self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 32);
        while bytes.len() < length {
            let count = self.counter.fetch_add(1, Ordering::Relaxed);
            bytes.extend_from_slice(hmac::sign(&self.key, &count.to_be_bytes()).as_ref());
        }
        bytes.truncate(length);
        bytes
    }

    /// Returns `length` characters of the base64url alphabet.
    pub(crate) fn text(&self, length: usize) -> String {
        let mut text = URL_SAFE_NO_PAD.encode(self.bytes(length * 3 / 4 + 1));
        text.truncate(length);
        text
    }

    /// Returns a random GUID (version 4).
    pub(crate) fn guid(&self) -> String {
        let mut bytes = self.bytes(16);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let mut guid = String::with_capacity(36);
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                guid.push('-');
            }
            push_hex(&mut guid, *byte);
        }
        guid
    }

    /// Returns `length` random bytes in lower-case hexadecimal digits.
    pub(crate) fn hex(&self, length: usize) -> String {
        hex(&self.bytes(length))
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Chance").finish_non_exhaustive()
    }
}

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        push_hex(&mut text, *byte);
    }
    text
}

fn push_hex(text: &mut String, byte: u8) {
    // Writing to a `String` cannot fail.
    let _ = write!(text, "{byte:02x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_values_are_alike() {
        let chance = Chance::new().unwrap();

        assert_ne!(chance.text(43), chance.text(43));
        assert_eq!(chance.text(1_524).len(), 1_524);
        assert_eq!(chance.guid().len(), 36);
        assert_eq!(chance.guid().as_bytes()[14], b'4');
    }
}
