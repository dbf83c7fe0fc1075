//! Addresses in a form that nothing turns into a link: `hxxp`, `[.]`, `[:]`, `[@]`.
//!
//! In running text only what is certainly an address is changed: a bare `name.com` may be a file, and
//! four numbers may be a version. What is known to be an address is changed whole.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What this module puts in an address. A word that has one of them is defanged already.
const MARKS: [&str; 3] = ["[.]", "[:]", "[@]"];

/// The schemes of what a click would open, and what becomes of them, so that both are read alike.
const WEB_SCHEMES: [&str; 8] = ["https", "http", "ftps", "ftp", "hxxps", "hxxp", "fxps", "fxp"];

/// Defangs every address in running text: URLs of any scheme, IP addresses, e-mail addresses, and
/// names that begin with `www.`. Hashes, paths and versions stay as they are.
///
/// What is defanged already stays as it is, so that doing it twice is doing it once.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let gap = rest.len() - rest.trim_start_matches(is_gap).len();
        let word = rest[gap..].find(is_gap).unwrap_or(rest.len() - gap);
        out.push_str(&rest[..gap]);
        let before = text.len() - rest.len() + gap;
        defang_word(&text[..before], &rest[gap..gap + word], &mut out);
        rest = &rest[gap + word..];
    }
    out
}

/// Defangs what is known to be an address: a URL, with or without its scheme, an IP address, or an
/// e-mail address.
pub fn address(address: &str) -> String {
    let is_url = || (0..address.len()).any(|at| web_scheme(address, at).is_some());
    if address.contains("://") || is_url() {
        return text(address);
    }
    let ends = |c: char| matches!(c, '/' | '?' | '#' | '\\') || is_gap(c);
    let (host, path) = address.split_at(address.find(ends).unwrap_or(address.len()));
    let is_v6 = host.split('%').next().is_some_and(|host| host.parse::<Ipv6Addr>().is_ok());
    let mut out = String::with_capacity(address.len() + 12);
    if is_marked(host) {
        out.push_str(host);
    } else {
        defang_host(host, is_v6, &mut out);
    }
    out + &text(path)
}

/// What stands between words.
fn is_gap(character: char) -> bool {
    character.is_whitespace() || "\"'`<>(){},;|".contains(character)
}

fn is_marked(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark))
}

/// Defangs a word that stands after this text.
fn defang_word(before: &str, word: &str, out: &mut String) {
    let marked = is_marked(word);
    let mut at = 0;
    while let Some(next) = word[at..].chars().next() {
        // Of a word that is defanged already, only what a click would open.
        let found = if marked {
            web_scheme(word, at).map(|(scheme, host)| Found { scheme, host, end: host })
        } else {
            find(before, word, at)
        };
        if let Some(Found { end, scheme, host }) = found {
            out.extend(word[at..scheme].chars().map(without_t));
            out.push_str(&word[scheme..host]);
            // A port stands only after a host that follows a scheme.
            let is_v6 = host == at || word[host..end].parse::<Ipv6Addr>().is_ok();
            defang_host(&word[host..end], is_v6, out);
            at = end;
        } else {
            out.push(next);
            at += next.len_utf8();
        }
    }
}

/// `http` becomes `hxxp`, `ftp` becomes `fxp`.
fn without_t(character: char) -> char {
    match character {
        't' => 'x',
        'T' => 'X',
        other => other,
    }
}

/// An address in a word: `at..scheme` is a scheme that is changed, `scheme..host` stays, `host..end`
/// is a host with all that belongs to it.
struct Found {
    scheme: usize,
    host: usize,
    end: usize,
}

impl Found {
    fn host(at: usize, end: usize) -> Self {
        Self { scheme: at, host: at, end }
    }
}

/// The address that begins here, if one does; it ends where a URL begins within it.
fn find(before: &str, word: &str, at: usize) -> Option<Found> {
    let found = web_url(word, at)
        .or_else(|| other_url(word, at))
        .or_else(|| mail(word, at))
        .or_else(|| ip_v4(before, word, at))
        .or_else(|| ip_v6(word, at))
        .or_else(|| www(word, at))?;
    let inner = (found.host..found.end).find(|inner| web_scheme(word, *inner).is_some());
    Some(Found { end: inner.unwrap_or(found.end), ..found })
}

/// A URL that a click would open, wherever in the word it begins.
fn web_url(word: &str, at: usize) -> Option<Found> {
    let (scheme, host) = web_scheme(word, at)?;
    Some(Found { scheme, host, end: end_of_host(word, host) })
}

/// The end of the scheme of such a URL, and the beginning of its host. Browsers take the slashes
/// either way round, and one for two.
fn web_scheme(word: &str, at: usize) -> Option<(usize, usize)> {
    let rest = word.as_bytes().get(at..)?;
    let length = WEB_SCHEMES.into_iter().find_map(|scheme| {
        let (name, rest) = rest.split_at_checked(scheme.len())?;
        let slash = rest.first() == Some(&b':') && matches!(rest.get(1), Some(b'/' | b'\\'));
        (slash && name.eq_ignore_ascii_case(scheme.as_bytes())).then_some(scheme.len())
    })?;
    let slashes = rest[length + 1..].iter().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
    Some((at + length, at + length + 1 + slashes))
}

/// A URL of another scheme: the scheme stays, its host is defanged.
fn other_url(word: &str, at: usize) -> Option<Found> {
    let rest = &word[at..];
    if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) || continues(word, at) {
        return None;
    }
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    // No scheme that is in use is longer.
    let length = rest.chars().take(40).take_while(|c| is_scheme(*c)).count();
    // One letter is a drive.
    if length < 2 || !rest[length..].starts_with("://") {
        return None;
    }
    if (at..at + length).any(|inner| web_scheme(word, inner).is_some()) {
        return None;
    }
    let host = at + length + 3;
    Some(Found { scheme: at, host, end: end_of_host(word, host) })
}

/// An e-mail address, from its sign on.
fn mail(word: &str, at: usize) -> Option<Found> {
    let domain = word[at..].strip_prefix('@')?;
    let is_local = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let local = word[..at].trim_end_matches(is_local);
    if local.len() == at || is_in_path(local) {
        return None;
    }
    let length = length_of_name(domain);
    domain[..length].contains('.').then(|| Found::host(at, at + 1 + length))
}

fn ip_v4(before: &str, word: &str, at: usize) -> Option<Found> {
    let rest = &word[at..];
    if !rest.starts_with(|first: char| first.is_ascii_digit()) || continues(word, at) {
        return None;
    }
    let length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let digits = rest[..length].trim_end_matches('.');
    digits.parse::<Ipv4Addr>().ok()?;
    let after = &rest[digits.len()..];
    let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        || after
            .strip_prefix(['.', '-'])
            .is_some_and(|after| after.starts_with(|c: char| c.is_alphabetic()));
    let so_far = &word[..at];
    if goes_on || is_in_path(so_far) || is_version(before, so_far) {
        return None;
    }
    Some(Found::host(at, at + digits.len()))
}

fn ip_v6(word: &str, at: usize) -> Option<Found> {
    let rest = &word[at..];
    if continues(word, at) || word[..at].ends_with(':') {
        return None;
    }
    let length = rest
        .find(|c: char| !(c.is_ascii_hexdigit() || matches!(c, ':' | '.')))
        .unwrap_or(rest.len());
    let run = &rest[..length];
    let found = [run, run.trim_end_matches(['.', ':'])]
        .into_iter()
        .find(|run| run.parse::<Ipv6Addr>().is_ok())?;
    let after = &rest[found.len()..];
    let is_word = after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        || !found.contains(|c: char| c.is_ascii_hexdigit());
    (!is_word).then(|| Found::host(at, at + found.len()))
}

/// A name that many programs make a link of.
fn www(word: &str, at: usize) -> Option<Found> {
    let rest = &word[at..];
    let begins = rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    if !begins || continues(word, at) {
        return None;
    }
    Some(Found::host(at, at + length_of_name(rest)))
}

/// Whether a name or number that stands here began before it.
fn continues(word: &str, at: usize) -> bool {
    word[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'))
}

/// Whether what follows is a part of a path: after a single slash of either kind.
fn is_in_path(before: &str) -> bool {
    let slash = |text: &str| text.strip_suffix(['/', '\\']).map(str::len);
    slash(before).is_some_and(|length| slash(&before[..length]).is_none())
}

/// Whether numbers that follow are a version: after a word that says so, or joined to a name.
fn is_version(before: &str, so_far: &str) -> bool {
    let joined = so_far
        .strip_suffix('-')
        .is_some_and(|name| name.ends_with(|c: char| c.is_alphabetic() || c == '_'));
    let label = if so_far.is_empty() { before } else { so_far };
    let label = label.trim_end_matches(|c: char| is_gap(c) || matches!(c, ':' | '=' | '.'));
    let name = label.trim_end_matches(|c: char| c.is_alphanumeric());
    let word = &label[name.len()..];
    joined
        || ["version", "ver", "v", "build", "release", "fileversion", "productversion"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
}

/// The end of the host that begins here, with the port and whatever stands before an `@`.
fn end_of_host(word: &str, start: usize) -> usize {
    let rest = &word[start..];
    start + rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len())
}

/// How long the name of a host at the beginning is; a full stop at its end is the sentence's.
fn length_of_name(text: &str) -> usize {
    let length = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(text.len());
    text[..length].trim_end_matches('.').len()
}

/// Writes a host; colons are a part of an IP address of version 6 alone.
fn defang_host(host: &str, is_v6: bool, out: &mut String) {
    let stops = host.len() - host.trim_end_matches('.').len();
    let (host, stops) = host.split_at(host.len() - stops);
    let mut in_brackets = false;
    for character in host.chars() {
        match character {
            '.' => out.push_str("[.]"),
            '@' => out.push_str("[@]"),
            ':' if is_v6 || in_brackets => out.push_str("[:]"),
            other => {
                in_brackets = (in_brackets || other == '[') && other != ']';
                out.push(other);
            }
        }
    }
    out.push_str(stops);
}

#[cfg(test)]
mod tests;
