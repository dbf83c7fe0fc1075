use std::{fs, path::Path};

use proptest::prelude::*;

use super::{MD5, SHA1, SHA256, found, reference, told, utf_16_be, utf_16_le};
use crate::intake::text::{TextKind, fuzz::fuzz};

/// Texts made of what matters to the rules.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            MD5, SHA1, SHA256, "\n", "\r", "\r\n", " ", ",", ";", "\t", "|", "\"", "\"\"", "_", "-", "%",
            "%3D", "%41", "\\", "\\n", "\\t", "\\b", "\\u", "\\u003c", "\\u00e9", "\\x", "\\x22", "é", "中",
            "😀", "\u{a0}", "\u{200b}", "\u{feff}", "\0", "a", "0", "x", "n", "name", "#", "sep=;",
        ]).prop_map(str::to_owned),
        2 => "[0-9a-fA-F]{1,70}",
        1 => ".{0,80}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn plain(bytes: &[u8]) -> Vec<(crate::intake::text::GivenDigest, u32)> {
    let told = told(bytes, TextKind::Plain).unwrap();
    told.into_iter().map(|(digest, line, _)| (digest, line)).collect()
}

proptest! {
    #[test]
    fn any_text_is_read_as_the_rules_say(text in text()) {
        prop_assert_eq!(plain(text.as_bytes()), reference::digests(text.as_bytes()));
    }

    #[test]
    fn any_bytes_are_read_as_the_rules_say(
        pieces in prop::collection::vec(
            prop_oneof![prop::collection::vec(any::<u8>(), 0..6), text().prop_map(String::into_bytes)],
            0..6,
        ),
    ) {
        let bytes = pieces.concat();
        prop_assert_eq!(plain(&bytes), reference::digests(&bytes));
    }

    #[test]
    fn any_cut_into_reads_and_blocks_gives_the_same(text in text()) {
        fuzz(text.as_bytes());
    }

    #[test]
    fn any_cut_gives_the_same_for_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        fuzz(&bytes);
    }

    #[test]
    fn any_cut_gives_the_same_in_utf_16(text in text(), mark in "\u{feff}?") {
        fuzz(&utf_16_le(&format!("{mark}{text}")));
        fuzz(&utf_16_be(&format!("{mark}{text}")));
    }

    #[test]
    fn utf_16_names_what_utf_8_names(text in text()) {
        let marked = format!("\u{feff}{text}");
        let expected = found(&marked);
        prop_assert_eq!(&found(utf_16_le(&marked)), &expected);
        prop_assert_eq!(&found(utf_16_be(&marked)), &expected);
    }

    #[test]
    fn a_digest_between_marks_is_found_wherever_it_stands(
        before in text(),
        after in text(),
        marks in (mark(), mark()),
        digest in "[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}",
    ) {
        // Marked, because NULs may look like UTF-16.
        let text = format!("\u{feff}{before}{}{digest}{}{after}", marks.0, marks.1);
        let is_found = found(text).iter().any(|one| one.ends_with(&digest));
        prop_assert!(is_found);
    }

    #[test]
    fn a_row_has_the_columns_that_a_reader_of_csv_sees(
        before in "([ -~]|[,\"]){0,40}",
        after in "([ -~]|[,\"]){0,40}",
    ) {
        let line = format!("{before} {SHA1} {after}");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(line.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        let others = record.iter().filter(|field| !field.contains(SHA1)).map(|field| {
            let field = field.trim();
            let bare = field.strip_prefix('"').and_then(|field| field.strip_suffix('"'));
            bare.unwrap_or(field).split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let expected = others.filter(|field| !field.is_empty()).collect::<Vec<_>>().join("; ");

        let notes = super::notes(format!("{MD5},x\n{line}"), TextKind::Csv);

        prop_assert_eq!(notes.len(), 2);
        prop_assert_eq!(notes[1].clone().unwrap_or_default(), expected);
    }

    #[test]
    fn case_makes_no_difference(text in "[ -\\[\\]-~]{0,20}([0-9a-fA-F]{31,41}[ -\\[\\]-~]{0,2}){1,4}") {
        prop_assert_eq!(found(text.to_ascii_uppercase()), found(text.to_ascii_lowercase()));
    }
}

#[test]
fn any_cut_gives_the_same_where_a_line_is_as_long_as_it_may_be() {
    for len in 50..70 {
        let row = format!("{MD5},{}", "x".repeat(len));
        for end in ["\n", "\r\n", "\r"] {
            fuzz([&row, "a,b", &row, "", &row, &row].join(end).as_bytes());
        }
    }
}

fn mark() -> impl Strategy<Value = char> {
    any::<char>().prop_filter("no letter or digit", |character| !character.is_alphanumeric())
}

/// What each text of the corpus names: "line:kind", in its order.
const CORPUS: &[(&str, &str)] = &[
    ("bars.csv", "2:md5"),
    ("defanged.txt", "1:md5 1:sha1 1:md5 2:md5 2:sha256 3:sha1 3:sha1 3:md5 3:sha256"),
    ("edges.txt", "1:sha1 3:md5"),
    ("empty.txt", ""),
    ("excel-sep.csv", "3:sha1"),
    ("feed-comment.csv", "6:sha256 6:md5 6:sha1 7:sha256 7:md5 7:sha1"),
    ("invalid-utf-8.log", "1:sha1 2:md5"),
    ("json-escapes.json", "1:sha1 1:md5 1:sha256 1:sha1 1:sha1 1:sha1 1:md5"),
    ("lone-returns.txt", "2:sha1 4:md5 5:sha1 7:sha256"),
    ("longer-runs.txt", "11:sha1"),
    ("many-in-a-row.csv", "2:md5 2:md5 2:md5 2:md5 2:md5 2:md5"),
    ("nuls.log", "1:sha1 1:md5 2:sha256"),
    ("only-a-digest.txt", "1:sha256"),
    ("page.html", "3:sha1 4:sha256 4:md5 5:sha1"),
    ("pasted-prose.txt", "2:sha1 3:sha1"),
    ("pasted-table.txt", "3:sha1 5:sha1"),
    ("placeholders.txt", "6:sha1"),
    ("quoted.csv", "2:sha1 3:sha1 5:sha1"),
    ("sha1sum.txt", "1:sha1 2:sha1 3:sha1"),
    ("stix-1-line.json", "1:sha1 1:sha1 1:sha1 1:sha1"),
    ("stix-bundle.json", "11:sha256 11:md5 18:md5 19:sha1 20:sha256"),
    ("sysmon.log", "1:sha1 1:md5 1:sha256"),
    ("table.md", "5:sha1 5:md5 6:sha1 6:md5 8:sha256 9:sha1"),
    ("table.tsv", "2:md5 2:sha1 3:sha1"),
    ("unbalanced-quote.csv", "2:sha256 3:sha256 4:sha256"),
    ("urls.txt", "1:sha1 1:sha1 2:sha256 3:md5"),
    ("utf-16-be-no-mark.txt", "2:sha1 3:md5 4:sha1"),
    ("utf-16-le-mark.txt", "2:sha1 3:md5 4:sha1"),
    ("utf-16-le-no-mark.csv", "2:sha1"),
    ("utf-16-odd-and-lone-surrogates.txt", "1:sha1 2:sha1"),
    ("utf-8-mark.csv", "2:sha1"),
    ("uuids.txt", ""),
];

#[test]
fn the_corpus_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpora/text");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        fuzz(&bytes);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let told = plain(&bytes);
        assert_eq!(told, reference::digests(&bytes), "{name}");
        let kinds: Vec<_> = told
            .iter()
            .map(|(digest, line)| {
                let kind = format!("{digest:?}").replace("(..)", "").to_lowercase();
                format!("{line}:{kind}")
            })
            .collect();
        names.push((name, kinds.join(" ")));
    }
    names.sort();
    let names: Vec<_> = names.iter().map(|(name, kinds)| (name.as_str(), kinds.as_str())).collect();
    assert_eq!(names, CORPUS);
}
