//! What is said on the standard error output: sentences, and at most one line of progress that is
//! drawn over itself.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
    sync::{Mutex, PoisonError},
};

use crate::arguments::PROGRAM;

/// The standard error output, shared by all who say something.
///
/// What cannot be written there is lost: there is nowhere else to say so.
#[derive(Debug)]
pub(crate) struct Screen {
    /// Whether what is there can be drawn over.
    is_terminal: bool,
    /// How many characters of progress stand on the last line.
    drawn: Mutex<usize>,
}

impl Screen {
    /// The one of this process.
    pub(crate) fn new() -> Self {
        Self { is_terminal: io::stderr().is_terminal(), drawn: Mutex::new(0) }
    }

    /// Whether a person is looking.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Says a sentence on a line of its own.
    pub(crate) fn say(&self, what: impl Display) {
        self.write(|out, drawn| {
            wipe(out, drawn)?;
            writeln!(out, "{PROGRAM}: {what}")
        });
    }

    /// Shows progress: on a terminal over the last one, elsewhere on a line of its own.
    pub(crate) fn draw(&self, progress: &str) {
        self.write(|out, drawn| {
            if !self.is_terminal {
                return writeln!(out, "{progress}");
            }
            let length = progress.chars().count();
            // Spaces rather than a control sequence: they work on every terminal.
            write!(out, "\r{progress}{:1$}", "", drawn.saturating_sub(length))?;
            *drawn = length;
            out.flush()
        });
    }

    /// Takes progress off the screen.
    pub(crate) fn clear(&self) {
        self.write(wipe);
    }

    fn write(&self, write: impl FnOnce(&mut io::StderrLock<'_>, &mut usize) -> io::Result<()>) {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write(&mut io::stderr().lock(), &mut drawn);
    }
}

fn wipe(out: &mut io::StderrLock<'_>, drawn: &mut usize) -> io::Result<()> {
    match std::mem::take(drawn) {
        0 => Ok(()),
        width => write!(out, "\r{:width$}\r", ""),
    }
}
