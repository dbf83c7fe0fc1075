//! Text from outside, made safe to look at.
//!
//! File names, alert titles and command lines are chosen by attackers: characters that hide,
//! reorder or break text (CVE-2021-42574) are shown as what they are. The exact value stays in core.

use serde::Serialize;

/// A text in its display form: what is visible as it is, and every hidden character by its name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// In their order.
    pub parts: Vec<Part>,
    /// How many characters were cut off at the end.
    pub hidden: u32,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", content = "text", rename_all = "camelCase")]
pub enum Part {
    /// Visible text.
    Plain(String),
    /// A character that would hide or mislead, as `U+202E`.
    Control(String),
}

impl Shown {
    /// The most characters of a text that are shown.
    pub const LONGEST: usize = 4_096;

    /// The display form of a one-line text.
    pub fn of(text: &str) -> Self {
        Self::build(text, false)
    }

    /// The display form of a text whose line breaks and tabs are kept.
    pub fn of_lines(text: &str) -> Self {
        Self::build(text, true)
    }

    /// The display form of a file name: characters that are no text are shown, too.
    pub fn of_os(name: &std::ffi::OsStr) -> Self {
        Self::of(&name.to_string_lossy())
    }

    /// The whole in one string, hidden characters in brackets: for window titles and the log.
    pub fn flat(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Plain(text) => text.clone(),
                Part::Control(name) => format!("\u{27e8}{name}\u{27e9}"),
            })
            .collect()
    }

    fn build(text: &str, lines: bool) -> Self {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut characters = text.chars();
        for character in characters.by_ref().take(Self::LONGEST) {
            let kept = lines && matches!(character, '\n' | '\t');
            if !kept && misleads(character) {
                if !plain.is_empty() {
                    parts.push(Part::Plain(std::mem::take(&mut plain)));
                }
                parts.push(Part::Control(format!("U+{:04X}", u32::from(character))));
            } else {
                plain.push(character);
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Plain(plain));
        }
        Self { parts, hidden: u32::try_from(characters.count()).unwrap_or(u32::MAX) }
    }
}

/// Whether a character is a control, reorders text, has no width, or stands for bytes that were no
/// text.
fn misleads(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFD}' | '\u{E000}'..='\u{F8FF}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reordering_character_is_shown_by_name() {
        let shown = Shown::of("invoice\u{202e}fdp.exe");

        assert_eq!(
            shown.parts,
            [
                Part::Plain("invoice".into()),
                Part::Control("U+202E".into()),
                Part::Plain("fdp.exe".into()),
            ]
        );
        assert_eq!(shown.flat(), "invoice\u{27e8}U+202E\u{27e9}fdp.exe");
    }

    #[test]
    fn a_line_break_is_kept_only_where_lines_are() {
        assert_eq!(Shown::of("a\nb").flat(), "a\u{27e8}U+000A\u{27e9}b");
        assert_eq!(Shown::of_lines("a\nb").flat(), "a\nb");
    }

    #[test]
    fn a_long_text_is_cut_and_says_by_how_much() {
        let shown = Shown::of(&"x".repeat(Shown::LONGEST + 7));

        assert_eq!(shown.hidden, 7);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_misleads_is_left_in_plain_text(text in "\\PC*|.*") {
            for part in Shown::of(&text).parts {
                if let Part::Plain(plain) = part {
                    proptest::prop_assert!(!plain.chars().any(misleads));
                }
            }
        }
    }
}
