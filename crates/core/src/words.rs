//! The sentences that a person reads, from `words/en.json`; the page has its own reader of the same
//! file.

use std::{collections::HashMap, sync::LazyLock};

static ENGLISH: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    // A test reads the file; an unreadable one never leaves this repository.
    serde_json::from_str(include_str!("../../../words/en.json")).unwrap_or_default()
});

/// The sentence with this key; the key itself if there is none, which a test rules out for the
/// keys in use.
pub fn sentence(key: &'static str) -> &'static str {
    ENGLISH.get(key).copied().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ErrorCode;

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
        for key in ["window.title", "window.title.practice", "picker.title", "start.failed"] {
            assert_ne!(sentence(key), key);
        }
    }

    #[test]
    fn nothing_is_ever_called_by_a_word_that_promises_too_much() {
        for (key, words) in &*ENGLISH {
            let words = words.to_lowercase();
            for word in words.split(|c: char| !c.is_alphabetic()) {
                let promises =
                    ["clean", "safe", "verdict", "harmless", "threat", "demo", "mock", "simulator"];
                let about_practice_files = key.starts_with("practice") || key.starts_with("empty");
                assert!(
                    !promises.contains(&word) || (word == "harmless" && about_practice_files),
                    "{key}: {words}"
                );
            }
        }
    }
}
