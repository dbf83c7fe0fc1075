//! A window that slides over a text of any length.

use std::{
    cell::RefCell,
    io::{self, Read},
    ops::{ControlFlow, Range},
    sync::atomic::{AtomicBool, Ordering},
};

use memchr::{memchr, memchr_iter, memrchr2};

use super::{
    Mention, TextKind,
    decode::Decoded,
    find::{AFTER, BEFORE, Finder},
    table::{Place, Table},
};

/// How much is held at a time, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How much is read before it is looked through.
    pub(super) block: usize,
    /// The longest line of a table that gets a note.
    pub(super) line: usize,
}

impl Limits {
    pub(super) const USUAL: Self = Self { block: 256 * 1024, line: 64 * 1024 };
}

/// [`super::digests_in`], with limits.
pub(super) fn read(
    reader: impl Read,
    kind: TextKind,
    cancelled: &AtomicBool,
    limits: Limits,
    mut each: impl FnMut(Mention<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut text = Decoded::new(reader, kind == TextKind::Pasted)?;
    let mut window = Window::new(kind, limits);
    while !window.ended {
        if window.fill(&mut text, cancelled)?.is_break() || window.tell(&mut each).is_break() {
            break;
        }
        window.slide();
    }
    Ok(())
}

struct Window {
    bytes: Box<[u8]>,
    len: usize,
    /// Digests that end here or before have been told.
    told: usize,
    /// The text ends where the window does.
    ended: bool,
    /// How many lines end before `told`.
    lines_before: u32,
    limits: Limits,
    table: Rows,
}

/// What is known of the rows of a table.
enum Rows {
    /// The text may be a table of this kind; its first line is not read yet.
    Unknown(TextKind),
    None,
    Of {
        table: Box<RefCell<Table>>,
        /// Where the line of `told` begins, if that is in the window.
        start: Option<usize>,
    },
}

impl Window {
    fn new(kind: TextKind, limits: Limits) -> Self {
        let (table, len) = match kind {
            TextKind::Plain => (Rows::None, limits.block),
            TextKind::Csv | TextKind::Tsv | TextKind::Pasted => {
                (Rows::Unknown(kind), limits.line + 1 + limits.block)
            }
        };
        Self {
            bytes: vec![0; BEFORE + len + AFTER + 1].into(),
            len: 0,
            told: 0,
            ended: false,
            lines_before: 0,
            limits,
            table,
        }
    }

    /// Reads on, by a block; the first time by no less than the longest line.
    fn fill(
        &mut self,
        text: &mut impl Read,
        cancelled: &AtomicBool,
    ) -> io::Result<ControlFlow<()>> {
        let more = match self.table {
            Rows::Unknown(_) => self.limits.line + self.limits.block,
            Rows::None | Rows::Of { .. } => self.limits.block,
        };
        let until = self.bytes.len().min(self.len + more);
        while self.len < until {
            if cancelled.load(Ordering::Relaxed) {
                return Ok(ControlFlow::Break(()));
            }
            match text.read(&mut self.bytes[self.len..until])? {
                0 => {
                    self.ended = true;
                    break;
                }
                read => self.len += read,
            }
        }
        if let Rows::Unknown(kind) = self.table {
            let beginning = &self.bytes[..self.len];
            self.table = match Table::of(kind, beginning, self.ended, self.limits.line) {
                Some(table) => Rows::Of { table: Box::new(RefCell::new(table)), start: Some(0) },
                None => Rows::None,
            };
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Up to where everything that matters is in the window: the character after a run, and in a
    /// table the whole line, unless that is too long.
    fn ready(&self) -> usize {
        if self.ended {
            return self.len;
        }
        let ready = self.len.saturating_sub(AFTER).max(self.told);
        let Rows::Of { start, .. } = &self.table else {
            return ready;
        };
        let end = memrchr2(b'\n', b'\r', &self.bytes[self.told..ready]);
        let start = end.map_or(*start, |end| Some(self.told + end + 1));
        match start {
            Some(start) if ready - start <= self.limits.line => start.max(self.told),
            _ => ready,
        }
    }

    fn tell(&mut self, each: &mut impl FnMut(Mention<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let ready = self.ready();
        let text = &self.bytes[..self.len];
        let lines = Lines::of(text);
        let mut at = self.told;
        for found in Finder::after(text, self.told) {
            if found.digits.end > ready {
                break;
            }
            let next = found.digits.start.max(at);
            let ends = lines.ends_in(at..next);
            self.lines_before = self.lines_before.saturating_add(ends);
            let row = match &mut self.table {
                Rows::Unknown(_) | Rows::None => None,
                Rows::Of { table, start } => {
                    if let Some(end) = memrchr2(b'\n', b'\r', &text[at..next]) {
                        *start = Some(at + end + 1);
                    }
                    start.map(|start| Place { table, text, ended: self.ended, start, at: next })
                }
            };
            at = next;
            if row.as_ref().is_some_and(Place::is_in_another_column) {
                continue;
            }
            each(Mention { digest: found.digest, line: self.lines_before.saturating_add(1), row })?;
        }
        self.lines_before = self.lines_before.saturating_add(lines.ends_in(at..ready));
        if let Rows::Of { start, .. } = &mut self.table
            && let Some(end) = memrchr2(b'\n', b'\r', &text[at..ready])
        {
            *start = Some(at + end + 1);
        }
        self.told = ready;
        ControlFlow::Continue(())
    }

    /// Drops what is no longer needed.
    fn slide(&mut self) {
        let dropped = self.told.saturating_sub(BEFORE);
        self.bytes.copy_within(dropped..self.len, 0);
        self.len -= dropped;
        self.told -= dropped;
        if let Rows::Of { table, start } = &mut self.table {
            *start = start.and_then(|start| start.checked_sub(dropped));
            table.get_mut().forget_row();
        }
    }
}

/// Counts the ends of lines.
struct Lines<'text> {
    text: &'text [u8],
    has_returns: bool,
}

impl<'text> Lines<'text> {
    fn of(text: &'text [u8]) -> Self {
        Self { text, has_returns: memchr(b'\r', text).is_some() }
    }

    /// How many lines end in a range, by the character after it if there is one.
    fn ends_in(&self, range: Range<usize>) -> u32 {
        let bytes = &self.text[range.clone()];
        if !self.has_returns {
            return u32::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX);
        }
        // In pieces whose count fits a byte and without branches, which is many times faster.
        let ends = |(bytes, next): (&[u8], &[u8])| -> u32 {
            let is_end = |(&byte, &next): (&u8, &u8)| {
                let after_return = u8::from(byte == b'\r') & u8::from(next != b'\n');
                u8::from(byte == b'\n') | after_return
            };
            bytes.iter().zip(next).map(is_end).sum::<u8>().into()
        };
        let next = &self.text[self.text.len().min(range.start + 1)..];
        bytes.chunks(255).zip(next.chunks(255)).map(ends).sum()
    }
}
