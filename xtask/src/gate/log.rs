//! The output of a step: kept in a file, shown only if the step fails.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::workspace::shown;

/// A step's log.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    /// Begins the log of a step, in place of its last one.
    pub(super) fn create(folder: &Path, step: &str) -> Result<Self> {
        let path = folder.join(format!("{step}.log"));
        let file =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path, file })
    }

    /// Everything that was written so far, without colours: some tools give them to a file, too.
    pub(super) fn read(&self) -> Result<String> {
        let bytes = fs::read(&self.path).context("cannot read the log")?;
        Ok(plain(&String::from_utf8_lossy(&bytes)))
    }

    /// Writes a line of our own.
    pub(super) fn line(&mut self, text: &str) -> Result<()> {
        writeln!(self.file, "{text}").context("cannot write the log")
    }

    /// Runs a command with all of its output in the log. A failure is a status, not an error.
    pub(super) fn status(&mut self, command: &mut Command) -> Result<ExitStatus> {
        let name = self.announce(command)?;
        command
            .stdin(Stdio::null())
            .stdout(self.file.try_clone()?)
            .stderr(self.file.try_clone()?)
            .status()
            .with_context(|| format!("cannot run {name}"))
    }

    /// Runs a command with all of its output in the log; it must succeed.
    pub(super) fn run(&mut self, command: &mut Command) -> Result<()> {
        let status = self.status(command)?;
        ensure!(status.success(), "{} failed: {status}", shown(command));
        Ok(())
    }

    /// Runs a command that must succeed, and returns what it prints; its errors go to the log.
    pub(super) fn output(&mut self, command: &mut Command) -> Result<String> {
        let (output, status) = self.output_and_status(command)?;
        ensure!(status.success(), "{} failed: {status}", shown(command));
        Ok(output)
    }

    /// Runs a command, and returns what it prints; its errors go to the log.
    pub(super) fn output_and_status(
        &mut self,
        command: &mut Command,
    ) -> Result<(String, ExitStatus)> {
        let name = self.announce(command)?;
        let output = command
            .stdin(Stdio::null())
            .stderr(self.file.try_clone()?)
            .output()
            .with_context(|| format!("cannot run {name}"))?;
        let text = String::from_utf8(output.stdout)
            .with_context(|| format!("{name} did not print UTF-8"))?;
        Ok((text, output.status))
    }

    fn announce(&mut self, command: &Command) -> Result<String> {
        let name = shown(command);
        self.line(&format!("$ {name}"))?;
        Ok(name)
    }
}

/// Text without terminal sequences (ECMA-48, ECMA-35): control sequences end with a character from
/// `@` to `~`, links with a backslash after an escape, or with a bell; the others end with the
/// first character after those from space to slash.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\x1b' {
            plain.push(character);
            continue;
        }
        let is_last: fn(&char) -> bool = match characters.next() {
            Some('[') => |character| ('@'..='~').contains(character),
            Some(']') => |character| matches!(character, '\\' | '\x07'),
            Some(' '..='/') => |character| !(' '..='/').contains(character),
            _ => continue,
        };
        characters.by_ref().find(is_last);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_links_are_left_out() {
        let coloured =
            "\x1b[1m\x1b[31merror\x1b(B\x1b[m in \x1b]8;;file:///a\x1b\\a.ts\x1b]8;;\x1b\\:1";

        assert_eq!(plain(coloured), "error in a.ts:1");
    }

    #[cfg(unix)]
    #[test]
    fn both_outputs_are_kept_in_their_order() {
        let folder = std::env::temp_dir();
        let mut log = Log::create(&folder, &format!("xtask-log-{}", std::process::id())).unwrap();

        log.run(Command::new("sh").args(["-c", "echo one; echo two >&2; echo three"])).unwrap();

        let text = log.read().unwrap();
        fs::remove_file(&log.path).unwrap();
        assert!(text.ends_with("one\ntwo\nthree\n"), "{text}");
    }
}
