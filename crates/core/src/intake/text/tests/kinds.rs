use std::ffi::OsStr;

use crate::intake::text::{TextKind, kind_of};

#[test]
fn a_text_is_known_by_its_extension() {
    for (name, kind) in [
        ("report.txt", Some(TextKind::Plain)),
        ("REPORT.LOG", Some(TextKind::Plain)),
        ("bundle.stix.json", Some(TextKind::Plain)),
        ("page.HtMl", Some(TextKind::Plain)),
        ("notes.md", Some(TextKind::Plain)),
        ("feed.csv", Some(TextKind::Csv)),
        ("feed.tsv", Some(TextKind::Tsv)),
        ("feed.csv.gz", None),
        ("setup.exe", None),
        ("csv", None),
        (".txt", None),
        ("", None),
    ] {
        assert_eq!(kind_of(OsStr::new(name)), kind, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_may_have_an_extension_that_is() {
    use std::os::unix::ffi::OsStrExt;

    assert_eq!(kind_of(OsStr::from_bytes(b"bad\xff.csv")), Some(TextKind::Csv));
    assert_eq!(kind_of(OsStr::from_bytes(b"bad.\xff")), None);
}
