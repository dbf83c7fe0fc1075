//! Digests in pasted and dropped text.
//!
//! A text is read in blocks and never as a whole: bytes → UTF-8 ([`decode`]) → a window that slides
//! over it ([`window`]) → runs of hexadecimal digits ([`find`]), with the other columns of their row
//! where the text is a table ([`table`]). Memory is bounded whatever the text: about 300 KiB, and
//! for a table at most a few MiB.

mod decode;
mod find;
mod given;
mod table;
mod window;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

use std::{
    ffi::OsStr,
    io::{self, Read},
    ops::ControlFlow,
    path::Path,
    sync::atomic::AtomicBool,
};

pub use given::{GivenDigest, ParseGivenDigestError};
use window::Limits;

/// How a text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    /// Lines, or anything else that is read as they are: a log, JSON, Markdown, HTML.
    Plain,
    /// A table; its first line tells whether commas, semicolons, tabs or bars separate its columns.
    Csv,
    /// A table whose columns are separated by tabs.
    Tsv,
    /// UTF-8 from the clipboard: a table where its lines look like one.
    Pasted,
}

/// How a file of this name is read as text, by its extension in any case. `None`: it is not.
pub(super) fn kind_of(name: &OsStr) -> Option<TextKind> {
    const PLAIN: [&str; 11] =
        ["txt", "text", "log", "json", "jsonl", "ndjson", "stix", "md", "markdown", "html", "htm"];

    let extension = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" => Some(TextKind::Csv),
        "tsv" | "tab" => Some(TextKind::Tsv),
        other => PLAIN.contains(&other).then_some(TextKind::Plain),
    }
}

/// One place where a text names a digest.
#[derive(Debug)]
pub(super) struct Mention<'text> {
    /// The digest.
    pub(super) digest: GivenDigest,
    /// The line it stands in, the first being 1.
    pub(super) line: u32,
    row: Option<table::Place<'text>>,
}

impl Mention<'_> {
    /// The longest note, in characters.
    pub(super) const LONGEST_NOTE: usize = 200;

    /// What else stands in its row of a table: `column: value; column: value`, on one line, at most
    /// [`Self::LONGEST_NOTE`] characters. `None` outside of tables and where there is nothing else.
    ///
    /// This is text of a stranger: escape it before it is shown. It is built when asked for, so ask
    /// after it is known that the digest is new.
    pub(super) fn note(&self) -> Option<Box<str>> {
        self.row.as_ref()?.note()
    }
}

/// Finds every SHA-1, SHA-256 and MD5 that a text mentions, in its order.
///
/// A digest is a run of exactly 40, 64 or 32 hexadecimal digits in any case with no letter or digit
/// beside it; `_` and `-` are neither. Before it, a JSON escape (`\n`, `\u003c`) or an escape of a
/// URL (`%3D`) counts as the character it stands for. One digit repeated is a placeholder, and none.
///
/// The text is UTF-8, bytes that are not being no letters, or UTF-16 if it begins with a byte order
/// mark or has a NUL in every other place. Lines end in `\n`, `\r\n` or `\r`; past [`u32::MAX`] the
/// number of the line stays there.
///
/// Each mention is told, repeated ones too: the caller keeps the digests, and drops those that it
/// has. It ends the search by [`ControlFlow::Break`]. This blocks; `cancelled` ends it, with `Ok`,
/// before the next read.
///
/// # Errors
///
/// The reader's first error other than [`io::ErrorKind::Interrupted`], which is retried. What was
/// found in the blocks before it has been told.
pub(super) fn digests_in(
    reader: impl Read,
    kind: TextKind,
    cancelled: &AtomicBool,
    each: impl FnMut(Mention<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    window::read(reader, kind, cancelled, Limits::USUAL, each)
}
