//! What holds for any bytes.

use std::{io::Read, ops::ControlFlow, sync::atomic::AtomicBool};

use super::{GivenDigest, Mention, TextKind, decode::Decoded, window, window::Limits};

type Told = (GivenDigest, u32, Option<Box<str>>);

/// Reads any bytes as a text of each kind.
///
/// # Panics
///
/// If the finds depend on how the bytes are cut into blocks or reads, if their lines go back or are
/// none of the text's, if a digest is not in the text, or if a note is longer than it may be or has
/// more than one line.
pub(super) fn fuzz(bytes: &[u8]) {
    for kind in [TextKind::Plain, TextKind::Csv, TextKind::Tsv, TextKind::Pasted] {
        let mut text = Vec::new();
        let decoded = Decoded::new(bytes, kind == TextKind::Pasted);
        let read = decoded.and_then(|mut decoded| decoded.read_to_end(&mut text));
        assert!(read.is_ok(), "a slice is read without errors");
        text.make_ascii_lowercase();
        let lines = text.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;

        let told = told(bytes, kind, Limits { line: 96, ..Limits::USUAL });

        assert!(told.is_sorted_by_key(|(_, line, _)| *line), "lines go back");
        for (digest, line, note) in &told {
            let digits = digest.to_string();
            let is_there = memchr::memmem::find(&text, digits.as_bytes()).is_some();
            assert!(is_there, "a digest that the text does not have");
            assert!((1..=lines).contains(&(*line as usize)), "a line that the text does not have");
            if let Some(note) = note {
                assert!(kind != TextKind::Plain, "a note outside of a table");
                assert!((1..=Mention::LONGEST_NOTE).contains(&note.chars().count()));
                assert!(!note.contains(['\n', '\r', '\t']), "a note of several lines");
            }
        }
        for block in 1..=7 {
            let again = self::told(Sips(bytes, block), kind, Limits { block, line: 96 });
            assert!(again == told, "other finds in blocks of {block}");
        }
    }
}

fn told(reader: impl Read, kind: TextKind, limits: Limits) -> Vec<Told> {
    let mut told = Vec::new();
    let read = window::read(reader, kind, &AtomicBool::new(false), limits, |mention| {
        told.push((mention.digest, mention.line, mention.note()));
        ControlFlow::Continue(())
    });
    assert!(read.is_ok(), "a slice is read without errors");
    told
}

/// Gives so many bytes at a time.
struct Sips<'a>(&'a [u8], usize);

impl Read for Sips<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = into.len().min(self.1);
        self.0.read(&mut into[..most])
    }
}
