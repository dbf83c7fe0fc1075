//! Where items are printed.

use std::io::{self, Write};

use droptrace_core::view::Realm;

use super::{Form, data, record::Record, table};

/// Prints items. Only whole lines are written, however the program ends.
pub(super) struct Printer<W> {
    out: W,
    form: Form,
    realm: Realm,
    lines: Vec<u8>,
    /// In the table, what was not read stands below all that was.
    unread: Vec<u8>,
}

impl<W: Write> Printer<W> {
    /// How many bytes are written at a time: as many as a pipe takes.
    const MANY: usize = 64 * 1024;

    /// Prints to `out` in this form.
    pub(super) fn new(out: W, form: Form, realm: Realm) -> Self {
        Self { out, form, realm, lines: Vec::new(), unread: Vec::new() }
    }

    /// Prints what stands above all items.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        match self.form {
            Form::Table => self.lines.extend(table::header(self.realm).bytes()),
            Form::Csv => self.lines.extend(data::csv_header().bytes()),
            Form::Json => {}
        }
        self.flush()
    }

    /// Prints one item, now or with those that follow.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub(super) fn add(&mut self, record: &Record) -> io::Result<()> {
        match self.form {
            Form::Table if record.state.is_unread() => {
                self.unread.extend(table::row(record).bytes());
            }
            Form::Table => self.lines.extend(table::row(record).bytes()),
            Form::Csv => self.lines.extend(data::csv_rows(record).bytes()),
            Form::Json => data::add_json(&mut self.lines, record),
        }
        if self.lines.len() >= Self::MANY { self.flush() } else { Ok(()) }
    }

    /// Whether something waits to be written.
    pub(super) fn has_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Writes what waits.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.lines).and_then(|()| self.out.flush());
        self.lines.clear();
        written
    }

    /// Prints what stands below all items.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.lines.append(&mut self.unread);
        self.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::{record::State, tests::record};

    fn printed(form: Form) -> String {
        let mut out = Vec::new();
        let mut printer = Printer::new(&mut out, form, Realm::Practice);
        printer.begin().unwrap();
        let unread = Record { state: State::Unreadable, answer: None, sha1: None, ..record("b") };
        for record in [record("a"), unread, record("c")] {
            printer.add(&record).unwrap();
        }
        printer.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_was_not_read_stands_below_in_the_table_and_in_its_place_in_data() {
        let table = printed(Form::Table);
        let json = printed(Form::Json);
        let csv = printed(Form::Csv);

        let last: Vec<_> = table.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
        assert_eq!(last, ["NAME", "a", "c", "b"]);
        let states: Vec<_> = json.lines().map(|line| line.contains("unreadable")).collect();
        assert_eq!(states, [false, true, false]);
        let states: Vec<_> = csv.lines().map(|line| line.contains("unreadable")).collect();
        assert_eq!(states, [false, false, true, false]);
    }
}
