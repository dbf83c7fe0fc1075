//! What may be skipped: `.ci/expected-skips`.

use std::{collections::HashSet, fs, path::Path};

use anyhow::{Context, Result, ensure};

/// The skips that are no failure. A line is `step: reason` or `step/test: reason`.
#[derive(Debug, Default)]
pub(super) struct ExpectedSkips(HashSet<String>);

impl ExpectedSkips {
    /// Reads the list.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read, and when a line gives no reason.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", file.display()))
    }

    /// Whether the step, or the test of this name in it, may be skipped.
    pub(super) fn contain(&self, step: &str, test: &str) -> bool {
        self.0.contains(step) || self.0.contains(&format!("{step}/{test}"))
    }

    fn parse(text: &str) -> Result<Self> {
        let mut names = HashSet::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // Names of tests hold `::`, so that the separator is a colon and a space.
            let (name, reason) = line.split_once(": ").unwrap_or((line, ""));
            ensure!(!reason.trim().is_empty(), "no reason is given: {line}");
            names.insert(name.to_owned());
        }
        Ok(Self(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_or_one_of_its_tests_can_be_expected() {
        let list = "# comment\n\nwindows: no such target\nshell/window::opens: no display\n";

        let expected = ExpectedSkips::parse(list).unwrap();

        assert!(expected.contain("windows", "whatever the reason"));
        assert!(expected.contain("shell", "window::opens"));
        assert!(!expected.contain("shell", "window::closes"));
        assert!(!expected.contain("core", "window::opens"));
    }

    #[test]
    fn a_skip_without_a_reason_is_not_accepted() {
        assert!(ExpectedSkips::parse("windows\n").is_err());
        assert!(ExpectedSkips::parse("windows: \n").is_err());
    }
}
