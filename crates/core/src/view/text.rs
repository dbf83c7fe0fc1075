//! Text from outside, made safe to look at.
//!
//! File names, alert titles and command lines are chosen by attackers: characters that hide,
//! reorder or break text (CVE-2021-42574) are shown as what they are. The exact value stays in core,
//! and is never normalised.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup},
};
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
    /// A character that would hide, mislead or spill over its neighbours, as `U+202E`.
    Control(String),
}

impl Shown {
    /// The most characters of a text that are shown.
    pub const LONGEST: usize = 4_096;

    /// The most marks on one character that are drawn; one that follows them is shown by name, as
    /// is one that has no character to stand on. Few languages need more; without a bound they
    /// cover the lines above and below.
    const MOST_MARKS: usize = 6;

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
        // How many marks the last character carries; none where no character could carry one.
        let mut carried = None;
        let mut characters = text.chars();
        for character in characters.by_ref().take(Self::LONGEST) {
            let is_break = lines && matches!(character, '\n' | '\t');
            let visible = match Kind::of(character) {
                _ if is_break => {
                    carried = None;
                    true
                }
                Kind::Visible => {
                    carried = Some(0);
                    true
                }
                Kind::Mark => {
                    carried = carried.map(|marks| marks + 1);
                    carried.is_some_and(|marks| marks <= Self::MOST_MARKS)
                }
                Kind::Misleading => {
                    carried = None;
                    false
                }
            };
            if visible {
                plain.push(character);
            } else {
                if !plain.is_empty() {
                    parts.push(Part::Plain(std::mem::take(&mut plain)));
                }
                parts.push(Part::Control(format!("U+{:04X}", u32::from(character))));
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Plain(plain));
        }
        Self { parts, hidden: u32::try_from(characters.count()).unwrap_or(u32::MAX) }
    }
}

/// What a character does to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Stands for itself.
    Visible,
    /// Is drawn above, below or around the character before it.
    Mark,
    /// Is not seen, reorders what is, or has no meaning that everybody knows.
    Misleading,
}

impl Kind {
    /// By the Unicode Character Database, in the version that `icu_properties` carries: what it
    /// does not know yet is unassigned, and misleading.
    fn of(character: char) -> Self {
        // Almost everything that is shown; the database says the same of each, more slowly.
        if matches!(character, ' '..='~') {
            return Self::Visible;
        }
        Self::by_database(character)
    }

    fn by_database(character: char) -> Self {
        let category = CodePointMapData::<GeneralCategory>::new().get(character);
        // Controls, formats, private use, unassigned.
        let has_no_form = GeneralCategoryGroup::Other.contains(category)
            || matches!(
                category,
                GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator
            );
        // Variation selectors, tags, fillers, joiners: of any category, and drawn as nothing.
        let is_ignored =
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character);
        // Symbols by their category: a blank one, and what stands for an object or for bytes that
        // were no text.
        let is_stand_in = || matches!(character, '\u{2800}' | '\u{FFFC}' | '\u{FFFD}');
        if has_no_form || is_ignored() || is_stand_in() {
            Self::Misleading
        } else if matches!(
            category,
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
        ) {
            Self::Mark
        } else {
            Self::Visible
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Characters that hide, reorder or break text, from the sources that warn of them.
    const WARNED_OF: &[std::ops::RangeInclusive<char>] = &[
        '\u{0}'..='\u{1F}',         // C0
        '\u{7F}'..='\u{9F}',        // delete, C1
        '\u{AD}'..='\u{AD}',        // soft hyphen
        '\u{34F}'..='\u{34F}',      // combining grapheme joiner
        '\u{61C}'..='\u{61C}',      // Arabic letter mark
        '\u{115F}'..='\u{1160}',    // Hangul fillers
        '\u{17B4}'..='\u{17B5}',    // Khmer inherent vowels
        '\u{180B}'..='\u{180F}',    // Mongolian selectors and vowel separator
        '\u{200B}'..='\u{200F}',    // no width, directional marks
        '\u{2028}'..='\u{202E}',    // line and paragraph separator, embeddings, overrides
        '\u{2060}'..='\u{206F}',    // word joiner, invisible operators, isolates
        '\u{2800}'..='\u{2800}',    // blank braille pattern
        '\u{3164}'..='\u{3164}',    // Hangul filler
        '\u{E000}'..='\u{F8FF}',    // private use
        '\u{FDD0}'..='\u{FDEF}',    // no characters
        '\u{FE00}'..='\u{FE0F}',    // variation selectors
        '\u{FEFF}'..='\u{FEFF}',    // byte order mark
        '\u{FFA0}'..='\u{FFA0}',    // half-width Hangul filler
        '\u{FFF9}'..='\u{FFFF}',    // annotations, replacements, no characters
        '\u{1D173}'..='\u{1D17A}',  // musical formats
        '\u{E0000}'..='\u{10FFFF}', // tags, variation selectors, private use, unassigned
    ];

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

        assert_eq!(shown.parts, [Part::Plain("x".repeat(Shown::LONGEST))]);
        assert_eq!(shown.hidden, 7);
    }

    #[test]
    fn every_character_that_is_warned_of_is_shown_by_name() {
        for character in WARNED_OF.iter().cloned().flatten() {
            let name = format!("U+{:04X}", u32::from(character));

            assert_eq!(
                Shown::of(&format!("a{character}")).parts.last(),
                Some(&Part::Control(name))
            );
        }
    }

    #[test]
    fn what_is_not_looked_up_is_what_the_database_says() {
        for character in ' '..='~' {
            assert_eq!(Kind::of(character), Kind::by_database(character), "{character:?}");
        }
    }

    #[test]
    fn what_people_write_stands_for_itself() {
        for text in [
            "Angebot für Łódź, 7,5\u{a0}% – «prêt»",
            "отчёт за май.xlsx",
            "تقرير.pdf",
            "דו״ח.docx",
            "見積書\u{3000}七月.pdf",
            "보고서.hwp",
            "रिपोर्ट.pdf",
            "รายงานที่สี่.pdf",
            "bao\u{301} ca\u{301}o Vie\u{323}\u{302}t",
            "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ།",
            "\u{1F600} :-) <b>&amp;</b> {{7*7}} ${x}",
        ] {
            assert_eq!(Shown::of(text).parts, [Part::Plain(text.into())]);
        }
    }

    #[test]
    fn a_heap_of_marks_does_not_grow_over_its_neighbours() {
        let shown = Shown::of(&format!("Z{}a", "\u{301}".repeat(60)));

        assert_eq!(shown.parts.len(), 1 + (60 - Shown::MOST_MARKS) + 1);
        assert_eq!(shown.parts[0], Part::Plain(format!("Z{}", "\u{301}".repeat(6))));
        assert_eq!(shown.parts.last(), Some(&Part::Plain("a".into())));
    }

    #[test]
    fn a_mark_stands_on_nothing_but_its_own_text() {
        for text in ["\u{338}", "\u{202e}\u{338}", "\n\u{338}"] {
            let parts = Shown::of_lines(text).parts;

            assert_eq!(parts.last(), Some(&Part::Control("U+0338".into())), "{text:?}");
        }
    }

    /// Every string of the contract with the page that is not in the display form, and why not.
    #[test]
    fn no_text_from_outside_reaches_the_page_but_in_its_display_form() {
        let contract = include_str!("../../../../ui/src/ipc/view.ts");

        let mut kind = "";
        let mut bare = Vec::new();
        for line in contract.lines().filter(|line| !line.starts_with([' ', '/'])) {
            if let Some(declared) = line.strip_prefix("export type ") {
                kind = declared.split(' ').next().unwrap_or_default();
            }
            // Words in quotes are ours.
            let ours = line.split('"').step_by(2).collect::<String>();
            if ours.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "string") {
                let field = ours.split(':').next().unwrap_or_default();
                bare.push(format!("{kind} {}", field.trim_start_matches("export type ")));
            }
        }

        assert_eq!(
            bare,
            [
                // GUIDs and a domain of ASCII letters, checked.
                "Organisation tenant",
                "Organisation client",
                "Organisation domain",
                // What the person typed, on its way in.
                "OrganisationForm tenant",
                "OrganisationForm client",
                "OrganisationForm domain",
                // Checked as above.
                "FoundTenant tenant",
                "FoundTenant domain",
                // What the person typed, on its way in.
                "ProxyForm host",
                "ProxyForm port",
                "ProxyForm user",
                "ProxyForm password",
                // Made from a digest.
                "HistoryRow sha1",
                "ItemRow sha1",
                // One of the hosts that the app knows.
                "Provenance host",
                // From the table of MITRE ATT&CK.
                "Technique name",
                "Technique tactics",
                // What the person typed, on its way in.
                "RequestAbout typed",
                // Names of facts stand in the code.
                "UserError facts",
                // The display form itself.
                "Part Part = { ",
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_that_misleads_is_left_in_plain_text(text in hostile(), lines: bool) {
            for part in Shown::build(&text, lines).parts {
                let Part::Plain(plain) = part else { continue };
                let mut marks = Shown::MOST_MARKS;
                for character in plain.chars() {
                    let is_break = lines && matches!(character, '\n' | '\t');
                    let warned_of = WARNED_OF.iter().any(|range| range.contains(&character));
                    prop_assert!(is_break || !warned_of, "{character:?}");
                    prop_assert!(is_break || Kind::of(character) != Kind::Misleading);
                    match Kind::of(character) {
                        Kind::Mark => marks += 1,
                        Kind::Visible => marks = 0,
                        Kind::Misleading => marks = Shown::MOST_MARKS,
                    }
                    prop_assert!(marks <= Shown::MOST_MARKS, "{plain:?}");
                }
            }
        }

        #[test]
        fn nothing_is_lost_and_nothing_invented(text in hostile(), lines: bool) {
            let shown = Shown::build(&text, lines);

            let hidden = usize::try_from(shown.hidden).unwrap();
            prop_assert_eq!(hidden, text.chars().count().saturating_sub(Shown::LONGEST));
            let kept: String = text.chars().take(Shown::LONGEST).collect();
            prop_assert_eq!(exact(&shown), kept);
        }

        #[test]
        fn what_is_shown_is_shown_the_same_again(text in hostile()) {
            let flat = Shown::of(&text).flat();
            let start: String = flat.chars().take(Shown::LONGEST).collect();

            prop_assert_eq!(Shown::of(&start).flat(), start);
        }

        #[test]
        fn the_display_form_is_at_most_eight_bytes_a_character(text in hostile(), lines: bool) {
            let shown = Shown::build(&text, lines);

            let characters = text.chars().count().min(Shown::LONGEST);
            prop_assert!(shown.parts.len() <= characters);
            let bytes: usize = shown.parts.iter().map(|part| written(part).len()).sum();
            prop_assert!(bytes <= 8 * characters);
            prop_assert!(shown.parts.iter().all(|part| !written(part).is_empty()));
        }
    }

    /// Any characters, and those that mislead more often than chance has them.
    fn hostile() -> impl Strategy<Value = String> {
        let character = prop_oneof![
            any::<char>(),
            prop::char::range('a', 'z'),
            prop::char::range('\u{300}', '\u{36F}'),
            prop::sample::select(WARNED_OF)
                .prop_flat_map(|range| { prop::char::range(*range.start(), *range.end()) }),
        ];
        prop_oneof![
            9 => prop::collection::vec(character.clone(), 0..120),
            1 => prop::collection::vec(character, 4_000..4_200),
        ]
        .prop_map(String::from_iter)
    }

    /// The text that a display form stands for, up to the cut.
    fn exact(shown: &Shown) -> String {
        let character = |name: &str| {
            let number = u32::from_str_radix(name.strip_prefix("U+").unwrap(), 16).unwrap();
            char::from_u32(number).unwrap().to_string()
        };
        let text = |part: &Part| match part {
            Part::Plain(text) => text.clone(),
            Part::Control(name) => character(name),
        };
        shown.parts.iter().map(text).collect()
    }

    fn written(part: &Part) -> &str {
        match part {
            Part::Plain(text) | Part::Control(text) => text,
        }
    }
}
