//! Where results are printed, and those that are none are said.

use std::{
    io::{self, Write},
    path::Path,
};

use droptrace_core::{
    view::{ErrorCode, Fact, Shown, UserError},
    words::{problem, sentence},
};
use serde::Serialize;

use crate::{
    arguments::{Algorithm, Form},
    lines::{Hex, add_json, add_sum},
    name::Name,
    outcome::Outcome,
    screen::Screen,
};

/// Prints results. Only whole lines are written, however the program ends.
pub(crate) struct Printer<'a, W> {
    out: W,
    lines: Vec<u8>,
    form: Form,
    screen: &'a Screen,
    counts: Counts,
}

/// How many files became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Files with a digest.
    pub(crate) read: u32,
    /// Files without.
    pub(crate) not_read: u32,
}

impl<'a, W: Write> Printer<'a, W> {
    /// How many bytes are written at a time: as many as a pipe takes.
    const MANY: usize = 64 * 1024;

    /// Prints to `out` in this form; problems are said on the screen where the form has no place
    /// for them.
    pub(crate) fn new(out: W, form: Form, screen: &'a Screen) -> Self {
        Self { out, lines: Vec::with_capacity(Self::MANY), form, screen, counts: Counts::default() }
    }

    /// How many became what, so far.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether something waits to be written.
    pub(crate) fn has_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Prints one result, now or with those that follow.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub(crate) fn add(&mut self, name: &Name, outcome: &Outcome) -> io::Result<()> {
        let path = &*name.path();
        let counter = match outcome {
            Outcome::Read { .. } => &mut self.counts.read,
            Outcome::NotRead(_) | Outcome::FolderNotRead => &mut self.counts.not_read,
        };
        *counter = counter.saturating_add(1);
        match (self.form, outcome) {
            (Form::Sums(algorithm), Outcome::Read { sha1, further, .. }) => {
                let lines = &mut self.lines;
                let further = further.as_deref();
                match algorithm {
                    Algorithm::Sha1 => add_sum(lines, sha1, path),
                    Algorithm::Sha256 => {
                        add_sum(
                            lines,
                            Hex(&further.and_then(|all| all.sha256).unwrap_or_default()),
                            path,
                        );
                    }
                    Algorithm::Md5 => {
                        add_sum(
                            lines,
                            Hex(&further.and_then(|all| all.md5).unwrap_or_default()),
                            path,
                        );
                    }
                }
            }
            (Form::Sums(_), Outcome::NotRead(error)) => self.say(path, &words(name, error))?,
            (Form::Sums(_), Outcome::FolderNotRead) => {
                self.say(path, sentence("cli.folderNotRead"))?;
            }
            (Form::Json { .. }, _) => self.add_json(name, path, outcome),
        }
        if self.lines.len() >= Self::MANY { self.flush() } else { Ok(()) }
    }

    fn say(&mut self, path: &Path, words: &str) -> io::Result<()> {
        // Where both are looked at, they stand in their order.
        self.flush()?;
        let path = Shown::of_os(path.as_os_str()).flat();
        self.screen.say(format_args!("{path}: {words}"));
        Ok(())
    }

    fn add_json(&mut self, name: &Name, path: &Path, outcome: &Outcome) {
        #[derive(Serialize)]
        struct Read {
            size: u64,
            sha1: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            sha256: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            md5: Option<String>,
        }
        #[derive(Serialize)]
        struct NotRead {
            error: Problem,
        }
        #[derive(Serialize)]
        struct Problem {
            code: ErrorCode,
            words: String,
        }

        match outcome {
            Outcome::Read { sha1, size, further } => {
                let further = further.as_deref();
                let read = Read {
                    size: *size,
                    sha1: sha1.to_string(),
                    sha256: further
                        .and_then(|all| all.sha256)
                        .map(|sha256| Hex(&sha256).to_string()),
                    md5: further.and_then(|all| all.md5).map(|md5| Hex(&md5).to_string()),
                };
                add_json(&mut self.lines, path, read);
            }
            Outcome::NotRead(error) => {
                let error = Problem { code: error.code, words: words(name, error) };
                add_json(&mut self.lines, path, NotRead { error });
            }
            Outcome::FolderNotRead => {
                let words = sentence("cli.folderNotRead").to_owned();
                let error = Problem { code: ErrorCode::Unreadable, words };
                add_json(&mut self.lines, path, NotRead { error });
            }
        }
    }

    /// Writes what waits.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.lines).and_then(|()| self.out.flush());
        self.lines.clear();
        written
    }
}

/// What went wrong with a file, in words, with what the system says of it.
fn words(name: &Name, error: &UserError) -> String {
    // Of a file in a folder it is known that it was there.
    if error.code == ErrorCode::Vanished && matches!(name, Name::Plain(_)) {
        return sentence("cli.noSuchFile").to_owned();
    }
    match error.facts.get("detail") {
        Some(Fact::Text(detail)) => format!("{} ({})", problem(error), detail.flat()),
        _ => problem(error),
    }
}
