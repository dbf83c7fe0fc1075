//! What else stands in the row of a digest.

use std::{cell::RefCell, fmt, mem};

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr2};

use super::{
    Mention, TextKind,
    find::{Finder, is_name_of_another},
};

/// How a table is laid out, and the row that was read last.
///
/// Each line is read for itself, so that a quote that is never closed costs the rest of its line and
/// not of the table.
pub(super) struct Table {
    separator: u8,
    /// The longest line that is read, in bytes.
    most: usize,
    reader: Reader,
    /// One field, its quotes resolved.
    field: Box<[u8]>,
    /// The names of the columns, if the first line tells them.
    names: Vec<String>,
    /// The columns that say that they hold something else than digests of files.
    others: Vec<usize>,
    /// How many columns a row must have, where it is not known that the text is a table.
    columns: Option<usize>,
    /// Where the line begins that was looked at last, and its row, unless it is too long.
    row: Option<(usize, Option<Row>)>,
    /// A row whose memory is to be used again.
    spare: Row,
}

#[derive(Debug, Default)]
struct Row {
    /// The values one after the other.
    values: String,
    /// Those columns that are not empty, in their order.
    columns: Vec<Column>,
    /// How many columns there are, with the empty ones.
    count: usize,
}

#[derive(Debug)]
struct Column {
    number: usize,
    /// Where it ends in the line, in bytes.
    end: usize,
    /// Where its value ends in [`Row::values`].
    value_end: usize,
}

/// A digest's place in a table. Nothing is read before a note is asked for.
#[derive(Clone, Copy)]
pub(super) struct Place<'text> {
    pub(super) table: &'text RefCell<Table>,
    /// What is known of the text.
    pub(super) text: &'text [u8],
    /// Whether there is no more.
    pub(super) ended: bool,
    /// Where the digest's line begins.
    pub(super) start: usize,
    /// Where the digest begins.
    pub(super) at: usize,
}

impl Table {
    /// The table that a text is, by its first `most` bytes: its first line that is not empty and no
    /// comment separates columns and, if it mentions no digest, names them. Feeds name them in the
    /// comment (`#`) before it; Excel is told the separator in a line before it (`sep=;`).
    pub(super) fn of(kind: TextKind, text: &[u8], ended: bool, most: usize) -> Option<Self> {
        let whole = ended && text.len() <= most;
        let text = &text[..text.len().min(most + 1)];
        let mut told = None;
        let mut comment: &[u8] = b"";
        let mut rest = text;
        let first = loop {
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let line = match end {
                Some(end) => &rest[..end],
                None if whole && !rest.is_empty() => rest,
                None => return None,
            };
            match line {
                [] => {}
                [b'#', ..] if kind != TextKind::Pasted => {
                    let text = line.iter().position(|byte| !matches!(byte, b'#' | b' '));
                    comment = text.map_or(b"", |start| &line[start..]);
                }
                [b's', b'e', b'p', b'=', separator @ (b',' | b';' | b'\t' | b'|' | b':')]
                    if kind == TextKind::Csv =>
                {
                    told = Some(*separator);
                }
                line => break line,
            }
            rest = &rest[end? + 1..];
        };
        let mut table = match (kind, told) {
            (TextKind::Plain, _) => return None,
            (TextKind::Csv, Some(separator)) => Self::separated_by(separator, most),
            (TextKind::Csv, None) => Self::that_parts(first, b",;\t|", most),
            (TextKind::Tsv, _) => Self::separated_by(b'\t', most),
            (TextKind::Pasted, _) if first.contains(&b'\t') => Self::separated_by(b'\t', most),
            (TextKind::Pasted, _) => Self::that_parts(first, b",;", most),
        };
        let columns = table.read(first).count;
        if kind == TextKind::Pasted {
            if columns < 2 {
                return None;
            }
            table.columns = Some(columns);
        }
        let names = if Finder::after(first, 0).next().is_none() { first } else { comment };
        let names = table.read(names);
        if names.count == columns && columns > 1 {
            table.names = names.list();
            let columns = table.names.iter().enumerate();
            let others = columns.filter(|(_, name)| is_name_of_another(name.as_bytes()));
            table.others = others.map(|(number, _)| number).collect();
        }
        Some(table)
    }

    fn separated_by(separator: u8, most: usize) -> Self {
        Self {
            separator,
            most,
            reader: ReaderBuilder::new().delimiter(separator).build(),
            field: vec![0; most].into(),
            names: Vec::new(),
            others: Vec::new(),
            columns: None,
            row: None,
            spare: Row::default(),
        }
    }

    /// Separated by whichever of these gives the line the most columns, the first of equals.
    fn that_parts(line: &[u8], separators: &[u8], most: usize) -> Self {
        let count = |&separator: &u8| Self::separated_by(separator, most).read(line).count;
        let best = separators.iter().copied().rev().max_by_key(count);
        Self::separated_by(best.unwrap_or(b','), most)
    }

    /// Reads the line of a place, if that is not the one that was read last.
    fn read_row_of(&mut self, place: &Place<'_>) {
        if self.row.as_ref().is_none_or(|(of, _)| *of != place.start) {
            self.forget_row();
            let row = place.line(self.most).map(|line| self.read(line));
            self.row = Some((place.start, row));
        }
    }

    /// Makes the next place read its line, because other lines begin there now.
    pub(super) fn forget_row(&mut self) {
        if let Some((_, Some(row))) = self.row.take() {
            self.spare = row;
        }
    }

    fn read(&mut self, line: &[u8]) -> Row {
        let mut row = mem::take(&mut self.spare);
        row.values.clear();
        row.columns.clear();
        row.count = 0;
        let mut at = 0;
        loop {
            let rest = &line[at..];
            let last = if rest.first() != Some(&b'"') {
                let end = memchr(self.separator, rest);
                at += end.map_or(rest.len(), |end| end + 1);
                row.push(&rest[..end.unwrap_or(rest.len())], at);
                end.is_none()
            } else if let Some(end) = self.end_of_simply_quoted(rest) {
                at += end + 2;
                row.push(&rest[1..end], at);
                false
            } else {
                let (read, written, last) = self.read_quoted(rest);
                at += read;
                row.push(&self.field[..written], at);
                last
            };
            if last {
                return row;
            }
        }
    }

    /// Where the closing quote of the first field is, if that has no other and is not the last.
    fn end_of_simply_quoted(&self, line: &[u8]) -> Option<usize> {
        let end = 1 + memchr(b'"', &line[1..])?;
        (*line.get(end + 1)? == self.separator).then_some(end)
    }

    /// Reads the field that `line` begins with, which is quoted, into [`Self::field`]: how long it is
    /// with its separator, how long without its quotes, and whether it is the last.
    fn read_quoted(&mut self, line: &[u8]) -> (usize, usize, bool) {
        self.reader.reset();
        let (mut at, mut filled) = (0, 0);
        loop {
            let (result, read, written) =
                self.reader.read_field(&line[at..], &mut self.field[filled..]);
            at += read;
            filled += written;
            match result {
                // The end is told by asking once more.
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::Field { record_end } => return (at, filled, record_end),
                // A field is no longer than its line, for which there is room.
                ReadFieldResult::OutputFull | ReadFieldResult::End => return (at, filled, true),
            }
        }
    }
}

impl Row {
    /// Takes the next column, which ends at byte `end` of the line.
    fn push(&mut self, field: &[u8], end: usize) {
        let start = self.values.len();
        match str::from_utf8(field) {
            Ok(text) if is_one_word(field) => self.values.push_str(text),
            Ok(text) => self.push_words(text),
            Err(_) => self.push_words(&String::from_utf8_lossy(field)),
        }
        if self.values.len() > start {
            let value_end = self.values.len();
            self.columns.push(Column { number: self.count, end, value_end });
        }
        self.count += 1;
    }

    /// Takes a text less its quotes, with one blank between its words.
    fn push_words(&mut self, text: &str) {
        let start = self.values.len();
        let text = text.trim();
        // Feeds put a blank between separator and quote; then the quotes are a part of the field.
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        for word in bare.unwrap_or(text).split_whitespace() {
            if self.values.len() > start {
                self.values.push(' ');
            }
            self.values.push_str(word);
        }
    }

    /// The columns that are not empty, with their values.
    fn filled(&self) -> impl Iterator<Item = (&Column, &str)> {
        let mut start = 0;
        self.columns.iter().map(move |column| {
            let value = &self.values[start..column.value_end];
            start = column.value_end;
            (column, value)
        })
    }

    /// All values, the empty ones too.
    fn list(&self) -> Vec<String> {
        let mut list = vec![String::new(); self.count];
        for (column, value) in self.filled() {
            value.clone_into(&mut list[column.number]);
        }
        list
    }
}

/// Whether a field is its own value. This is most fields, and faster than to read their words.
fn is_one_word(field: &[u8]) -> bool {
    field.first() != Some(&b'"') && field.iter().all(u8::is_ascii_graphic)
}

/// The first characters of a text, at most so many.
fn cut(text: &str, characters: usize) -> &str {
    if text.len() <= characters {
        return text;
    }
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

impl<'text> Place<'text> {
    /// Whether its column says that it holds something else than digests of files.
    pub(super) fn is_in_another_column(&self) -> bool {
        let mut table = self.table.borrow_mut();
        if table.others.is_empty() {
            return false;
        }
        table.read_row_of(self);
        let own = table.row.as_ref().and_then(|(_, row)| self.column(row.as_ref()?));
        own.is_some_and(|own| table.others.contains(&own))
    }

    /// The number of the digest's column.
    fn column(&self, row: &Row) -> Option<usize> {
        let at = self.at - self.start;
        let own = row.columns.partition_point(|column| column.end <= at);
        row.columns.get(own).map(|column| column.number)
    }

    pub(super) fn note(&self) -> Option<Box<str>> {
        let mut table = self.table.borrow_mut();
        table.read_row_of(self);
        let row = table.row.as_ref()?.1.as_ref()?;
        if table.columns.is_some_and(|columns| columns != row.count) {
            return None;
        }
        let own = self.column(row)?;
        let mut note = Note { text: String::with_capacity(Note::USUAL), characters: 0 };
        for (column, value) in row.filled().filter(|(column, _)| column.number != own) {
            if !note.text.is_empty() {
                note.push("; ");
            }
            if let Some(name) = table.names.get(column.number).filter(|name| !name.is_empty()) {
                note.push(name);
                note.push(": ");
            }
            note.push(value);
            if note.is_full() {
                break;
            }
        }
        note.end()
    }

    /// The whole line, if it is no longer than `most`.
    fn line(&self, most: usize) -> Option<&'text [u8]> {
        let until = self.text.len().min(self.start + most + 1);
        let line = &self.text[self.start..];
        let end = memchr2(b'\n', b'\r', self.text.get(self.at..until)?);
        if let Some(end) = end {
            return Some(&line[..self.at - self.start + end]);
        }
        (self.ended && line.len() <= most).then_some(line)
    }
}

struct Note {
    text: String,
    characters: usize,
}

impl Note {
    /// How many bytes most notes have at most.
    const USUAL: usize = 128;

    fn push(&mut self, text: &str) {
        let room = Mention::LONGEST_NOTE + 1 - self.characters;
        let text = cut(text, room);
        self.text.push_str(text);
        self.characters += text.chars().count();
    }

    /// Whether there is more than may stay.
    fn is_full(&self) -> bool {
        self.characters > Mention::LONGEST_NOTE
    }

    fn end(mut self) -> Option<Box<str>> {
        if self.is_full() {
            let kept = self.text.char_indices().nth(Mention::LONGEST_NOTE - 1);
            self.text.truncate(kept.map_or(self.text.len(), |(at, _)| at));
            self.text.push('…');
        }
        (!self.text.is_empty()).then(|| self.text.into())
    }
}

impl fmt::Debug for Place<'_> {
    /// Prints no text: it is an analyst's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place(..)")
    }
}
