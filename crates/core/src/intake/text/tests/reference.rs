//! The same rules, written as plainly as can be.

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::intake::text::{GivenDigest, decode::guess};

/// The digests in a plain text, with their lines.
pub(super) fn digests(bytes: &[u8]) -> Vec<(GivenDigest, u32)> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => guess(&bytes[..bytes.len().min(4096)]).decode_without_bom_handling(bytes).0,
    };
    let text: Vec<char> = text.chars().collect();

    let mut digests = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let run = text[at..].iter().take_while(|c| c.is_ascii_hexdigit()).count();
        if run > 0 {
            let escape = [0, 2, 4].into_iter().find(|escape| {
                [32, 40, 64].contains(&run.wrapping_sub(*escape))
                    && parted(&text[..at], &text[at..at + escape])
            });
            if let Some(escape) = escape
                && text.get(at + run).is_none_or(|c| !c.is_alphanumeric())
                && !is_of_imports(&text[..at])
            {
                let digits: String = text[at + escape..at + run].iter().collect();
                let digits = digits.to_lowercase();
                if digits.chars().any(|digit| !digits.starts_with(digit)) {
                    digests.push((digits.parse().unwrap(), line));
                }
            }
        }
        at += run;
        match text.get(at) {
            Some('\n') => line += 1,
            Some('\r') if text.get(at + 1) != Some(&'\n') => line += 1,
            _ => {}
        }
        at += 1;
    }
    digests
}

/// One of the names for what is no digest of a file's bytes; the others are tested by example.
fn is_of_imports(before: &[char]) -> bool {
    let before: String = before.iter().collect::<String>().to_lowercase();
    let name = before.trim_end_matches([' ', '\t', '"', '\'', '\\', '=', ':']);
    let rest = name.strip_suffix("imphash").filter(|_| name.len() < before.len());
    rest.is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
}

fn parted(before: &[char], escape: &[char]) -> bool {
    let code = u32::from_str_radix(&escape.iter().collect::<String>(), 16).unwrap_or(0);
    let is_letter = char::from_u32(code).is_some_and(char::is_alphanumeric);
    match (escape.len(), before) {
        (0, [] | [.., '\\', 'n' | 'r' | 't']) => true,
        (0, [.., last]) => !last.is_alphanumeric(),
        (2, [.., '%'] | [.., '\\', 'x']) => !(is_letter && code < 0x80),
        (4, [.., '\\', 'u']) => !is_letter,
        _ => false,
    }
}
