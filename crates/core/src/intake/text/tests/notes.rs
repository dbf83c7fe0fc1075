use super::{MD5, SHA1, SHA256, notes};
use crate::intake::text::{TextKind, TextKind::Csv, TextKind::Pasted, TextKind::Tsv};

#[track_caller]
fn note(text: &str, kind: TextKind, expected: &str) {
    assert_eq!(notes(text, kind), [Some(expected.to_owned())], "{text}");
}

#[track_caller]
fn no_note(text: &str, kind: TextKind) {
    assert_eq!(notes(text, kind), [None], "{text}");
}

#[test]
fn the_other_columns_with_their_names() {
    note(&format!("name,sha1,seen\na.exe,{SHA1},2026\n"), Csv, "name: a.exe; seen: 2026");
    note(&format!("name\tsha1\na.exe\t{SHA1}"), Tsv, "name: a.exe");
    note(&format!("name\tsha1\r\na.exe\t{SHA1}\r\n"), Pasted, "name: a.exe");
}

#[test]
fn any_separator_of_a_csv() {
    for separator in [",", ";", "\t", "|"] {
        let text = format!("a,b sha1 c\nx {SHA1} y\n").replace(' ', separator);
        note(&text.replace("a,b", "a"), Csv, "a: x; c: y");
    }
    note(&format!("sep=;\nname, full;sha1\na;{SHA1}\n"), Csv, "name, full: a");
}

#[test]
fn a_first_line_with_a_digest_names_nothing() {
    note(&format!("a.exe,{SHA1},2026\n"), Csv, "a.exe; 2026");
}

#[test]
fn a_feed_names_its_columns_in_a_comment() {
    let text = format!("# Feed\n#\n# \"seen\",\"sha1\"\n\"2026, May\", \"{SHA1}\"\n");
    note(&text, Csv, "seen: 2026, May");
    note(&format!("# one\n\n1, \"{SHA1}\", \"b\"\n"), Csv, "1; b");
}

#[test]
fn quotes_are_resolved_and_empty_columns_left_out() {
    let text = format!("a,b,c,sha1,d\n\"x, \"\"y\"\"\",, \t ,\"{SHA1}\",\"\"\n");
    note(&text, Csv, "a: x, \"y\"");
    no_note(&format!("a,b\n{SHA1},\n"), Csv);
    no_note(&format!("sha1\n{SHA1}\n"), Csv);
}

#[test]
fn a_quote_that_is_not_closed_ends_with_its_line() {
    let text = format!("n,h\n\"open,{SHA1}\nx,{MD5}\n");

    assert_eq!(notes(text, Csv), [None, Some("n: x".into())]);
}

#[test]
fn each_digest_of_a_row_stands_in_the_notes_of_the_others() {
    let text = format!("md5,sha1,sha256\n{MD5},{SHA1},{SHA256}\n");

    let expected = [
        format!("sha1: {SHA1}; sha256: {SHA256}"),
        format!("md5: {MD5}; sha256: {SHA256}"),
        format!("md5: {MD5}; sha1: {SHA1}"),
    ];
    assert_eq!(notes(text, Csv), expected.map(Some));
}

#[test]
fn white_space_becomes_one_blank() {
    note(&format!("a\tsha1\n x\u{a0} \u{b}y\u{2028}z \t{SHA1}\n"), Tsv, "a: x y z");
}

#[test]
fn rows_may_have_more_or_fewer_columns_than_names() {
    note(&format!("sha1,a\n{SHA1},x,y\n"), Csv, "a: x; y");
    note(&format!("a,sha1,b\nx,{SHA1}\n"), Csv, "a: x");
}

#[test]
fn a_title_is_no_name_of_a_column() {
    note(&format!("Indicators\nx,{SHA1}\n"), Csv, "x");
}

#[test]
fn a_note_has_at_most_200_characters() {
    for (len, kept, end) in [(200, 200, ""), (201, 199, "…"), (5000, 199, "…")] {
        let text = format!("{SHA1},{}\n", "é".repeat(len));
        note(&text, Csv, &("é".repeat(kept) + end));
    }
    let many = format!("{SHA1}{}\n", ",ab".repeat(100));
    note(&many, Csv, &("ab; ".repeat(49) + "ab;…"));
    let words = format!("{SHA1},{}\n", "a ".repeat(1000));
    note(&words, Csv, &("a ".repeat(99) + "a…"));
}

#[test]
fn a_line_of_more_than_64_kib_gets_no_note() {
    const MOST: usize = 64 * 1024;
    let last = |len| format!("a,b\n{SHA1},{}", "x".repeat(len - 41));
    assert!(notes(last(MOST), Csv)[0].is_some());
    no_note(&last(MOST + 1), Csv);
    for (len, has_note) in [(MOST, true), (MOST + 1, false), (10 * MOST, false)] {
        for (before, after) in [(0, 0), (0, 300_000), (300_000, 0), (300_000, 300_000)] {
            for end in ["\n", "\r\n", "\r"] {
                let line = format!("{SHA1},{}", "x".repeat(len - 41));
                let text = format!(
                    "{}{line}{end}{MD5},y{end}{}",
                    format!("a,b{end}").repeat(before / 4 + 1),
                    format!("z{end}").repeat(after / 2)
                );

                let notes = notes(text, Csv);

                assert_eq!(notes[0].is_some(), has_note, "{len} {before} {after} {end:?}");
                assert_eq!(notes[1..], [Some("b: y".into())]);
            }
        }
    }
}

#[test]
fn pasted_text_is_a_table_where_its_lines_look_like_one() {
    note(&format!("name,sha1\na.exe,{SHA1}"), Pasted, "name: a.exe");
    note(&format!("name;sha1\na,b;{SHA1}"), Pasted, "name: a,b");
    note(&format!("\nname\tsha1, full\n\"a\"\t{SHA1}"), Pasted, "name: a");
    no_note(&format!("See below\nname,{SHA1}"), Pasted);
    no_note(&format!("Hello, see below\nthe file {SHA1}"), Pasted);
    no_note(&format!("Hello, see below\none, two, {SHA1}"), Pasted);
    no_note(SHA1, Pasted);
}

#[test]
fn other_texts_have_no_notes() {
    no_note(&format!("name,sha1\na.exe,{SHA1}"), TextKind::Plain);
}

#[test]
fn a_column_of_something_else_than_digests_of_files_names_none() {
    let text = format!("file,md5,imphash\na,{MD5},900150983cd24fb0d6963f7d28e17f73\n");

    assert_eq!(
        notes(text, Csv),
        [Some("file: a; imphash: 900150983cd24fb0d6963f7d28e17f73".into())]
    );
}
