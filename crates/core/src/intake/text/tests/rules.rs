use std::{
    io::{self, Read},
    ops::ControlFlow,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{MD5, SHA1, SHA256, found, told, utf_16_be, utf_16_le};
use crate::intake::text::{TextKind, digests_in};

#[track_caller]
fn finds(text: impl AsRef<[u8]>) {
    assert_eq!(found(&text), [format!("1 {SHA1}")], "{}", text.as_ref().escape_ascii());
}

#[track_caller]
fn finds_none(text: impl AsRef<[u8]>) {
    assert_eq!(found(&text), [""; 0], "{}", text.as_ref().escape_ascii());
}

#[test]
fn each_kind_of_digest_in_any_case() {
    let text = format!("{MD5} {SHA1}\n{SHA256} {}", SHA1.to_uppercase());

    let expected =
        [format!("1 {MD5}"), format!("1 {SHA1}"), format!("2 {SHA256}"), format!("2 {SHA1}")];
    assert_eq!(found(text), expected);
}

#[test]
fn digits_inside_a_longer_run_are_none() {
    for len in (0..=200).filter(|len| ![32, 40, 64].contains(len)) {
        finds_none(&SHA256.repeat(4)[..len]);
    }
    for text in [
        format!("{SHA1}a"),
        format!("F{SHA1}"),
        format!("x{SHA1}"),
        format!("{SHA1}g"),
        format!("n{SHA1}"),
        format!("0x{SHA1}"),
    ] {
        finds_none(text);
    }
}

#[test]
fn a_letter_in_any_script_beside_it_makes_it_none() {
    for letter in ["é", "ß", "д", "中", "𝐀", "٣"] {
        finds_none(format!("{letter}{SHA1}"));
        finds_none(format!("{SHA1}{letter}"));
    }
}

#[test]
fn marks_blanks_and_what_is_not_seen_are_beside_it() {
    for mark in [
        "_",
        "-",
        ".",
        ":",
        "/",
        "\\",
        "|",
        "\"",
        "(",
        "[",
        "\0",
        "\u{7f}",
        "\u{a0}",
        "“",
        "—",
        "…",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{ad}",
        "\u{2028}",
        "😀",
        "[.]",
        "hxxp[:]//a[.]b/",
        "VirusShare_",
        "sha1:",
        "<b>",
        "&#x3c;",
        "&nbsp;",
    ] {
        finds(format!("{mark}{SHA1}"));
    }
    for mark in ["_", "-", ".exe", "[.]exe", "\0", "\u{a0}", "”", "\u{200b}", "\\u003e", "%20"] {
        finds(format!("{SHA1}{mark}"));
    }
    finds(SHA1);
}

#[test]
fn bytes_that_are_no_utf_8_are_no_letters() {
    for bytes in
        [&b"\xe9"[..], b"\xff", b"\x80", b"\xc3", b"\xe4\xb8", b"\xf0\x9f\x98", b"\xa9\xc3"]
    {
        finds([bytes, SHA1.as_bytes()].concat());
        finds([SHA1.as_bytes(), bytes].concat());
        finds([SHA1.as_bytes(), bytes, b" and more"].concat());
    }
}

#[test]
fn an_escape_before_it_is_what_it_stands_for() {
    for escape in [
        r"\n",
        r"\r",
        r"\t",
        r"\r\n",
        r"\\n",
        r"\u003c",
        r"\u003C",
        r"\u00a0",
        r"\u200b",
        r"\ud83d\ude00",
        r"\x3c",
        r"\x00",
        "%20",
        "%3D",
        "%3d",
        "%0A",
        "%E2%80%9C",
        r"\/",
        r#"\""#,
    ] {
        finds(format!("{escape}{SHA1}"));
        finds(format!("{{\"text\": \"found{escape}{}\"}}", SHA1.to_uppercase()));
    }
}

#[test]
fn an_escape_before_it_may_stand_for_a_letter() {
    for escape in [r"\u00e9", r"\u0041", "%41", "%7a", r"\x30", r"\u4e2d"] {
        finds_none(format!("{escape}{SHA1}"));
    }
}

#[test]
fn what_only_looks_like_an_escape_is_none() {
    for before in ["3c", "u003c", "003c", "x3c", r"\g", r"\q", r"\u", r"\x", r"\u3c", "%3", "%003c"]
    {
        finds_none(format!("{before}{SHA1}"));
    }
}

#[test]
fn a_windows_path_keeps_the_digits_after_its_backslash() {
    for path in [r"C:\quarantine\", r"C:\\quarantine\\", r"\\server\share\"] {
        finds(format!("{path}{SHA1}"));
        // `\b` and `\f` are escapes in JSON, and the digits of a name in a path.
        assert_eq!(found(format!("{path}{}.bin", "f5b7".repeat(10))).len(), 1);
        assert_eq!(found(format!("{path}{}.bin", "b5f7".repeat(10))).len(), 1);
    }
}

#[test]
fn one_digit_repeated_is_a_placeholder() {
    for len in [32, 40, 64] {
        finds_none("0".repeat(len));
        finds_none("f".repeat(len));
        finds_none("fF".repeat(len / 2));
        assert_eq!(found("0".repeat(len - 1) + "1").len(), 1);
    }
}

#[test]
fn a_uuid_is_none() {
    finds_none("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
}

#[test]
fn lines_end_in_three_ways() {
    for (text, line) in [
        ("", 1),
        ("a\n", 2),
        ("a\r\n", 2),
        ("a\r", 2),
        ("\n\n", 3),
        ("\r\r", 3),
        ("\r\n\r\n", 3),
        ("\n\r", 3),
        ("\r\n\r", 3),
        ("a\u{2028}b\u{b}c\u{85}", 1),
    ] {
        assert_eq!(found(format!("{text}{SHA1}")), [format!("{line} {SHA1}")], "{text:?}");
    }
    let many = "line\r\n".repeat(100_000) + &"\r".repeat(70_000) + &"\n".repeat(70_000);
    // The last return and the first newline are one end.
    assert_eq!(found(many + SHA1), [format!("240000 {SHA1}")]);
}

#[test]
fn utf_16_is_known_by_its_mark_or_its_nuls() {
    let text = format!("Bericht über 中文\r\n“{SHA1}”\r\né{SHA1}\r\n");
    for marked in ["\u{feff}", ""].map(|mark| format!("{mark}{text}")) {
        assert_eq!(found(utf_16_le(&marked)), [format!("2 {SHA1}")]);
        assert_eq!(found(utf_16_be(&marked)), [format!("2 {SHA1}")]);
    }
    let few_in_ascii = "中文的报告".repeat(20) + " " + SHA1 + "\n";
    assert_eq!(found(utf_16_le(&few_in_ascii)), [format!("1 {SHA1}")]);
    assert_eq!(found(utf_16_be(&few_in_ascii)), [format!("1 {SHA1}")]);
    let odd_end = [utf_16_le(&text), vec![b'x']].concat();
    assert_eq!(found(odd_end), [format!("2 {SHA1}")]);
    let half_a_pair = [utf_16_le("a"), vec![0x3d, 0xd8], utf_16_le(SHA1)].concat();
    assert_eq!(found(half_a_pair), [format!("1 {SHA1}")]);
}

#[test]
fn nuls_alone_do_not_make_utf_16() {
    finds(format!("\0{SHA1}\0"));
    finds(format!("{}{SHA1}", "\0".repeat(5000)));
    finds(format!("name\0{SHA1}\0name\0"));
}

#[test]
fn pasted_text_is_never_utf_16() {
    let text = utf_16_le(SHA1);

    assert_eq!(told(&text[..], TextKind::Pasted).unwrap(), []);
}

#[test]
fn a_mark_of_utf_8_is_no_part_of_the_text() {
    finds(format!("\u{feff}{SHA1}"));
    let table = format!("\u{feff}name,sha1\nx,{SHA1}\n");
    assert_eq!(super::notes(table, TextKind::Csv), [Some("name: x".into())]);
}

#[test]
fn a_digest_anywhere_across_the_edge_of_a_block_is_found_once() {
    const BLOCK: usize = 256 * 1024;
    for kind in [TextKind::Plain, TextKind::Csv] {
        for before in (BLOCK - 90..BLOCK + 90).chain(BLOCK + 64 * 1024 - 90..BLOCK + 64 * 1024 + 90)
        {
            let mut text = vec![b' '; before];
            text.extend(format!("“{SHA1}”{}", " ".repeat(BLOCK)).bytes());

            let told = told(&text[..], kind).unwrap();

            assert_eq!(told.len(), 1, "{before}");
            assert_eq!((told[0].0.to_string(), told[0].1), (SHA1.into(), 1));
        }
    }
}

#[test]
fn one_endless_line_is_read_in_bounded_memory() {
    for kind in [TextKind::Plain, TextKind::Csv] {
        // A window cannot grow: that the end is reached shows that it moves on.
        let line = io::repeat(b'a').take(1 << 26);
        let end = format!("; {SHA1}");
        assert_eq!(told(line.chain(end.as_bytes()), kind).unwrap().len(), 1);
    }
}

#[test]
fn an_error_ends_the_search() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let text = SHA1.repeat(20_000);

    let result = told(text.as_bytes().chain(Failing), TextKind::Plain);

    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn interruptions_do_not() {
    struct Interrupted<'a>(&'a [u8], bool);
    impl Read for Interrupted<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let most = into.len().min(100);
            self.0.read(&mut into[..most])
        }
    }
    for text in
        [format!("{:9000}{SHA1}", "").into_bytes(), utf_16_le(&format!("{:9000}{SHA1}", ""))]
    {
        assert_eq!(told(Interrupted(&text, false), TextKind::Plain).unwrap().len(), 1);
    }
}

#[test]
fn the_caller_ends_the_search() {
    let text = format!("{SHA1}\n").repeat(10);
    let mut count = 0;
    digests_in(text.as_bytes(), TextKind::Plain, &AtomicBool::new(false), |_| {
        count += 1;
        if count == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();

    assert_eq!(count, 3);
}

#[test]
fn a_cancelled_search_ends_before_the_next_read() {
    struct Counting<'a>(&'a AtomicBool, u32);
    impl Read for &mut Counting<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            self.0.store(self.1 == 3, Ordering::Relaxed);
            into.fill(b' ');
            Ok(into.len())
        }
    }
    let cancelled = AtomicBool::new(false);
    let mut reader = Counting(&cancelled, 0);

    digests_in(&mut reader, TextKind::Plain, &cancelled, |_| ControlFlow::Continue(())).unwrap();

    assert_eq!(reader.1, 3);
}

#[test]
fn what_is_called_something_else_than_a_digest_of_a_file_is_none() {
    for name in
        ["IMPHASH=", "imphash: ", "\"imphash\": \"", "\\\"imphash\\\":\\\"", "JA3S='", "Rich_PE: "]
    {
        assert_eq!(found(format!("MD5={MD5},{name}{MD5}'")), [format!("1 {MD5}")], "{name}");
        assert_eq!(found(format!("{name}{MD5}")), [""; 0], "{name}");
    }
    for name in ["myimphash=", "imphash of ", "imphash,", "IMPHASH=-,MD5="] {
        assert_eq!(found(format!("{name}{MD5}")), [format!("1 {MD5}")], "{name}");
    }
    finds_none(format!("authentihash {SHA1}"));
}
