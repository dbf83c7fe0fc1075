//! The sentences that a person reads, from `words/en.json`; the page has its own reader of the same
//! file.

use std::{collections::HashMap, sync::LazyLock};

use crate::view::{Fact, Severity, UserError};

static ENGLISH: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    // A test reads the file; an unreadable one never leaves this repository.
    serde_json::from_str(include_str!("../../../words/en.json")).unwrap_or_default()
});

/// The sentence with this key; the key itself if there is none, which a test rules out for the
/// keys in use.
pub fn sentence(key: &'static str) -> &'static str {
    ENGLISH.get(key).copied().unwrap_or(key)
}

/// Whether there are words with this key.
#[cfg(test)]
pub(crate) fn is_known(key: &str) -> bool {
    ENGLISH.get(key).is_some_and(|words| !words.is_empty())
}

/// The sentence with this key, its `{facts}` in their places. One that is not given is said to be
/// absent; one that holds a `{name}` itself stays as it is.
pub fn filled(key: &'static str, facts: &[(&str, &str)]) -> String {
    fill(sentence(key), |name| fact(facts, name))
}

/// The sentence with this key for so many of something: `key.one` or `key.other`, with the fact
/// `count`.
pub fn counted(key: &'static str, count: u32, facts: &[(&str, &str)]) -> String {
    let form = if count == 1 { "one" } else { "other" };
    let sentence = ENGLISH.get(&*format!("{key}.{form}")).copied().unwrap_or(key);
    fill(sentence, |name| if name == "count" { Some(grouped(count)) } else { fact(facts, name) })
}

/// What an error is called, its facts in their places; without a full stop.
pub fn problem(error: &UserError) -> String {
    part(error, "title")
}

/// Who can do what about an error, its facts in their places; in whole sentences.
pub fn help(error: &UserError) -> String {
    part(error, "help")
}

fn part(error: &UserError, part: &str) -> String {
    let code = serde_json::to_value(error.code).ok();
    let code = code.as_ref().and_then(|code| code.as_str()).unwrap_or_default();
    let sentence = ENGLISH.get(&*format!("error.{code}.{part}")).copied().unwrap_or_default();
    fill(sentence, |name| {
        error.facts.get(name).map(|fact| match fact {
            // A status is a number without being an amount.
            Fact::Number(number) if matches!(name, "number" | "status") => number.to_string(),
            Fact::Number(number) => grouped(*number),
            Fact::Text(text) => text.flat(),
        })
    })
}

/// The words of a severity that this app knows.
pub fn severity(severity: Severity) -> &'static str {
    sentence(match severity {
        Severity::High => "severity.high",
        Severity::Medium => "severity.medium",
        Severity::Low => "severity.low",
        Severity::Informational => "severity.informational",
        Severity::Unspecified => "severity.unspecified",
        Severity::NotGiven => "severity.notGiven",
        Severity::Unknown => "severity.unknown",
    })
}

/// A number in groups of three digits: `1,200`.
pub fn grouped(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn fact(facts: &[(&str, &str)], name: &str) -> Option<String> {
    facts.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
}

fn fill(sentence: &str, fact: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&fact(name).unwrap_or_else(|| self::sentence("fact.absent").to_owned()));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ErrorCode;

    #[test]
    fn facts_stand_in_their_places_and_are_not_read_again() {
        let fact = |name: &str| (name == "host").then(|| "{evil} {host}".to_owned());

        assert_eq!(fill("{host} and {other}, {", fact), "{evil} {host} and (not given), {");
    }

    #[test]
    fn an_amount_is_grouped_and_chooses_its_form() {
        let groups = [0, 999, 1_000, 1_234_567].map(|number: u32| grouped(number));

        assert_eq!(groups, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(counted("size.bytes", 1, &[]), "1 byte");
        assert_eq!(counted("size.bytes", 48_213, &[]), "48,213 bytes");
    }

    #[test]
    fn an_error_is_called_by_its_words() {
        let error = UserError::new(ErrorCode::ServerError).with("status", 1503_u16);

        assert_eq!(problem(&error), "Defender failed (HTTP 1503)");
    }

    #[test]
    fn every_error_has_its_words() {
        for code in ErrorCode::ALL {
            let code = serde_json::to_value(code).unwrap();
            for part in ["title", "help"] {
                let key = format!("error.{}.{part}", code.as_str().unwrap());
                assert!(ENGLISH.get(&*key).is_some_and(|words| !words.is_empty()), "{key}");
            }
        }
    }

    #[test]
    fn the_sentences_of_the_shell_are_there() {
        for key in [
            "window.title",
            "window.title.practice",
            "picker.title",
            "picker.folders",
            "start.failed",
        ] {
            assert_ne!(sentence(key), key);
        }
    }

    #[test]
    fn nothing_is_ever_called_by_a_word_that_promises_too_much() {
        for (key, words) in &*ENGLISH {
            let words = words.to_lowercase();
            // A hyphen keeps `threat-free` in one: an alert may well name a threat.
            for word in words.split(|c: char| !c.is_alphabetic() && c != '-') {
                let promises = [
                    "clean",
                    "safe",
                    "verdict",
                    "harmless",
                    "threat-free",
                    "demo",
                    "mock",
                    "simulator",
                ];
                let about_practice_files = key.starts_with("practice") || key.starts_with("empty");
                assert!(
                    !promises.contains(&word) || (word == "harmless" && about_practice_files),
                    "{key}: {words}"
                );
            }
        }
    }
}
