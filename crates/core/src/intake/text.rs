//! Digests in pasted text.

use std::collections::HashSet;

use crate::digest::Sha1Digest;

/// The digests in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Digests {
    /// Every SHA-1, once, in the order of first mention.
    pub sha1: Vec<Sha1Digest>,
    /// How many runs have the length of an MD5 or a SHA-256.
    pub others: u32,
}

/// Finds every run of exactly 40 hexadecimal digits; digits inside a longer run are none.
pub fn digests_in(text: &str) -> Digests {
    let mut found = Digests::default();
    let mut seen = HashSet::new();
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    for word in words {
        match word.len() {
            40 => {
                if let Ok(digest) = word.parse()
                    && seen.insert(digest)
                {
                    found.sha1.push(digest);
                }
            }
            32 | 64 if word.bytes().all(|byte| byte.is_ascii_hexdigit()) => found.others += 1,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

    #[test]
    fn finds_a_digest_in_a_sentence_once() {
        let found = digests_in(&format!("see {SHA1}, or <{}>.", SHA1.to_uppercase()));

        assert_eq!(found.sha1, [SHA1.parse().unwrap()]);
        assert_eq!(found.others, 0);
    }

    #[test]
    fn forty_digits_inside_a_longer_run_are_none() {
        assert_eq!(digests_in(&format!("{SHA1}a")), Digests::default());
        assert_eq!(digests_in(&format!("x{SHA1}")), Digests::default());
        assert_eq!(digests_in(&format!("é{SHA1}")), Digests::default());
    }

    #[test]
    fn other_digests_are_counted() {
        let found = digests_in(&format!("{} {}", "a".repeat(32), "B".repeat(64)));

        assert_eq!(found, Digests { sha1: vec![], others: 2 });
    }
}
