//! Digests in a piece of UTF-8, or of bytes that mean to be.

use std::ops::Range;

use super::GivenDigest;

/// What [`value`] gives for a byte that is no hexadecimal digit.
pub(super) const NO_DIGIT: u8 = 0xff;

/// How many bytes before a run tell, together with the run, whether it is a digest: the longest
/// digest, an escape before it, and the longest character in UTF-8. More does no harm.
pub(super) const BEFORE: usize = 128;

/// How many bytes after a run tell so: the longest character in UTF-8.
pub(super) const AFTER: usize = 4;

/// The fewest digits that a digest has.
const SHORTEST: usize = 32;

/// A digest, and where its digits are.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) digest: GivenDigest,
    pub(super) digits: Range<usize>,
}

/// Finds one digest after the other.
#[derive(Debug)]
pub(super) struct Finder<'text> {
    text: &'text [u8],
    /// Where to go on. The byte before is no digit, or there is none, or the one here is none.
    at: usize,
}

impl<'text> Finder<'text> {
    /// Finds digests that end after `told`, which may be inside a run.
    pub(super) fn after(text: &'text [u8], told: usize) -> Self {
        let mut at = told;
        while at > 0 && at < text.len() && is_digit(text[at]) && is_digit(text[at - 1]) {
            at -= 1;
        }
        Self { text, at }
    }

    /// The next run that is no shorter than a digest.
    fn next_run(&mut self) -> Option<Range<usize>> {
        // A run that long covers every place where the look falls.
        while let Some(&byte) = self.text.get(self.at + SHORTEST - 1) {
            let look = self.at + SHORTEST - 1;
            if !is_digit(byte) {
                self.at = look + 1;
                continue;
            }
            let before = self.text[self.at..look].iter().rposition(|&byte| !is_digit(byte));
            let start = before.map_or(self.at, |before| self.at + before + 1);
            let after = self.text[look..].iter().position(|&byte| !is_digit(byte));
            let end = after.map_or(self.text.len(), |after| look + after);
            self.at = end;
            if end - start >= SHORTEST {
                return Some(start..end);
            }
        }
        None
    }
}

impl Iterator for Finder<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let run = self.next_run()?;
            if let Some(found) = digest_in(self.text, run) {
                return Some(found);
            }
        }
    }
}

/// The digest that a run is, by itself or after an escape whose digits the run begins with.
fn digest_in(text: &[u8], run: Range<usize>) -> Option<Found> {
    let before = &text[..run.start];
    let (parted, escape) = match run.len() {
        32 | 40 | 64 => (parts_from_before(before), 0),
        34 | 42 | 66 => (before.ends_with(b"%") || before.ends_with(b"\\x"), 2),
        36 | 44 | 68 => (before.ends_with(b"\\u"), 4),
        _ => return None,
    };
    let digits = run.start + escape..run.end;
    if !parted
        || stands_for_a_letter(&text[run.start..digits.start])
        || !parts_from_after(&text[run.end..])
        || is_one_digit_repeated(&text[digits.clone()])
        || is_called_otherwise(before)
    {
        return None;
    }
    let digest = GivenDigest::of_digits(&text[digits.clone()])?;
    Some(Found { digest, digits })
}

/// What is as long as a digest, stands beside digests in logs and reports, and is none of a file's
/// bytes: of its imports, of a handshake, of what a signature covers.
const OTHERS: [&str; 14] = [
    "authentihash",
    "cdhash",
    "dhash",
    "imphash",
    "ja3",
    "ja3s",
    "ja3hash",
    "ja3shash",
    "pehash",
    "richhash",
    "richpe",
    "symhash",
    "telfhash",
    "vhash",
];

/// Whether what stands before a run calls it something else than a digest of a file:
/// `IMPHASH=…`, `"imphash": "…"`.
fn is_called_otherwise(before: &[u8]) -> bool {
    /// A name, and what stands between it and the digits; no more, so that it is always there.
    const LONGEST: usize = 32;

    let before = &before[before.len().saturating_sub(LONGEST)..];
    let between = |byte: &u8| b" \t\"'\\=:".contains(byte);
    let end = before.iter().rposition(|byte| !between(byte)).map_or(0, |last| last + 1);
    if end == before.len() {
        return false;
    }
    let name = before[..end].rsplit(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').next();
    name.is_some_and(is_name_of_another)
}

/// Whether a name says that what it names is no digest of a file's bytes.
pub(super) fn is_name_of_another(name: &[u8]) -> bool {
    OTHERS.iter().any(|other| {
        let letters = name.iter().filter(|byte| **byte != b'_');
        letters.map(u8::to_ascii_lowercase).eq(other.bytes())
    })
}

fn parts_from_before(before: &[u8]) -> bool {
    match before {
        [] | [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., byte] if byte.is_ascii() => !byte.is_ascii_alphanumeric(),
        [..] => (2..=4)
            .filter_map(|len| only_char(before.get(before.len().checked_sub(len)?..)?))
            .all(|character| !character.is_alphanumeric()),
    }
}

fn parts_from_after(after: &[u8]) -> bool {
    match after {
        [] => true,
        [byte, ..] if byte.is_ascii() => !byte.is_ascii_alphanumeric(),
        [..] => (2..=4)
            .filter_map(|len| only_char(after.get(..len)?))
            .all(|character| !character.is_alphanumeric()),
    }
}

fn only_char(bytes: &[u8]) -> Option<char> {
    let mut characters = str::from_utf8(bytes).ok()?.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// Whether the digits of an escape are those of a letter. Two digits are of a byte, which past ASCII
/// is a part of a character that is not looked at; four may be half a character: no letters.
fn stands_for_a_letter(escape: &[u8]) -> bool {
    let code = escape.iter().fold(0, |code, &digit| code << 4 | u32::from(value(digit)));
    match escape.len() {
        4 => char::from_u32(code).is_some_and(char::is_alphanumeric),
        _ => u8::try_from(code).is_ok_and(|byte| byte.is_ascii_alphanumeric()),
    }
}

fn is_one_digit_repeated(digits: &[u8]) -> bool {
    digits.iter().all(|digit| digit.eq_ignore_ascii_case(&digits[0]))
}

fn is_digit(byte: u8) -> bool {
    value(byte) != NO_DIGIT
}

/// The value of a hexadecimal digit in any case, or [`NO_DIGIT`].
pub(super) fn value(byte: u8) -> u8 {
    static VALUES: [u8; 256] = {
        let mut values = [NO_DIGIT; 256];
        let mut value = 0;
        while value < 16 {
            values[b"0123456789abcdef"[value as usize] as usize] = value;
            values[b"0123456789ABCDEF"[value as usize] as usize] = value;
            value += 1;
        }
        values
    };
    VALUES[usize::from(byte)]
}
