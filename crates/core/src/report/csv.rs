//! CSV that a spreadsheet opens without running anything of it.
//!
//! Names, titles and command lines are chosen by attackers, and a cell that begins like a formula is
//! one (CWE-1236, OWASP "CSV Injection"). Such a cell is given an apostrophe before it is quoted
//! (RFC 4180); so is one that a spreadsheet would read as a number and write back as another.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// The signs that a formula begins with, and what spreadsheets take for them.
const SIGNS: &str =
    "=+-@|%\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{fe66}\u{fe62}\u{fe63}\u{fe6b}\u{2212}";

/// The signs that begin a new cell or line for some spreadsheet, in some place, when the text is
/// pasted.
const BREAKS: [char; 4] = [';', '\t', '\r', '\n'];

/// One row, with its line break. Every cell is quoted.
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells
        .into_iter()
        .map(|cell| format!("\"{}\"", neutral(cell).replace('"', "\"\"")))
        .collect();
    cells.join(",") + "\r\n"
}

/// The text in a form that no spreadsheet takes for a formula or a number.
fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    if text.starts_with(['\t', '\r', '\n']) || is_altered_number(text) {
        out.push('\'');
    }
    for part in text.split_inclusive(BREAKS) {
        if part.trim_start_matches(is_cover).starts_with(|first| SIGNS.contains(first)) {
            out.push('\'');
        }
        out.push_str(part);
    }
    out
}

/// What may stand before a sign without hiding it from a spreadsheet.
fn is_cover(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '"' | '\'' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Whether a spreadsheet would read a number and lose digits of it: a digest of digits alone, or of
/// digits around an `e`, and numbers that begin with zero.
fn is_altered_number(text: &str) -> bool {
    let text = text.trim();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = text
        .split_once(['e', 'E'])
        .is_some_and(|(number, power)| number.split(['.', ',']).all(is_number) && is_number(power));
    exponent || (is_number(text) && (text.len() > 15 || (text.len() > 1 && text.starts_with('0'))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The cells of a row, as a reader of RFC 4180 sees them.
    fn read(row: &str) -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
        let mut records = reader.records();
        let record = records.next().unwrap().unwrap();
        assert!(records.next().is_none());
        record.iter().map(str::to_owned).collect()
    }

    fn cell(text: &str) -> String {
        read(&row([text])).remove(0)
    }

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let cells = ["plain", "with \"quotes\"", "a, b", "two\r\nlines", "", "é"];

        assert_eq!(read(&row(cells)), cells);
        assert!(row(cells).ends_with("\r\n"));
    }

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for formula in [
            "=cmd|'/c calc'!A1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t1",
            "\r1",
            "\n1",
            "  =1",
            "\"=1",
            "'=1",
            "\u{a0}=1",
            "\u{200b}=1",
            "\u{feff}\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            "\u{ff20}1",
            "|calc",
            "%0A",
        ] {
            assert_eq!(cell(formula), format!("'{formula}"), "{formula:?}");
        }
    }

    #[test]
    fn what_begins_like_a_formula_after_a_break_is_text() {
        assert_eq!(cell("x;=1"), "x;'=1");
        assert_eq!(cell("\t=1"), "'\t'=1");
        assert_eq!(cell("x\n =1"), "x\n' =1");
        assert_eq!(cell("x\t@y"), "x\t'@y");
        assert_eq!(cell("run.exe /x -y"), "run.exe /x -y");
    }

    #[test]
    fn a_digest_that_looks_like_a_number_stays_text() {
        let digits = "1234567890".repeat(4);
        let power = format!("{}e{}", "1".repeat(20), "2".repeat(19));
        for number in [digits.as_str(), &power, "1e10", "12345E67", "007", "1.5e3"] {
            assert_eq!(cell(number), format!("'{number}"));
        }
        for text in ["0", "48213", "a9993e364706816aba3e25717850c26c9cd0d89d", "e5", "1e", "1e5x"] {
            assert_eq!(cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_cell_begins_with_a_formula(text in "[=+@|%\"' \\t\\r\\n;,a\u{200b}\u{ff1d}-]{0,8}|.{0,40}") {
            let cell = cell(&text);

            for part in cell.split(BREAKS) {
                let begins = part.trim_start_matches(|c: char| c != '\'' && is_cover(c));
                prop_assert!(!begins.starts_with(|first| SIGNS.contains(first)), "{cell:?}");
            }
            prop_assert!(!cell.starts_with(['\t', '\r', '\n']));
        }

        #[test]
        fn nothing_of_a_cell_is_lost(cells in prop::collection::vec(".{0,20}|[\",\r\n;=x]{0,6}", 1..5)) {
            let read = read(&row(cells.iter().map(String::as_str)));

            let bare = |cell: &String| cell.replace('\'', "");
            prop_assert_eq!(
                read.iter().map(bare).collect::<Vec<_>>(),
                cells.iter().map(bare).collect::<Vec<_>>()
            );
        }
    }
}
