mod kinds;
mod notes;
mod properties;
mod reference;
mod rules;

use std::{
    io::{self, Read},
    ops::ControlFlow,
    sync::atomic::AtomicBool,
};

use super::{GivenDigest, TextKind, digests_in};

/// The digests of "abc" (RFC 1321, FIPS 180-4).
const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";
const SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";
const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

type Told = (GivenDigest, u32, Option<Box<str>>);

fn told(reader: impl Read, kind: TextKind) -> io::Result<Vec<Told>> {
    let mut told = Vec::new();
    digests_in(reader, kind, &AtomicBool::new(false), |mention| {
        told.push((mention.digest, mention.line, mention.note()));
        ControlFlow::Continue(())
    })?;
    Ok(told)
}

/// The digests in a plain text, each with its line: "1 a999…".
fn found(text: impl AsRef<[u8]>) -> Vec<String> {
    let told = told(text.as_ref(), TextKind::Plain).unwrap();
    told.iter().map(|(digest, line, _)| format!("{line} {digest}")).collect()
}

fn notes(text: impl AsRef<[u8]>, kind: TextKind) -> Vec<Option<String>> {
    let told = told(text.as_ref(), kind).unwrap();
    told.into_iter().map(|(.., note)| note.map(Into::into)).collect()
}

fn utf_16_le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn utf_16_be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}
