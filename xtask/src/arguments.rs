//! The command line.

use anyhow::{Result, bail};

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask TASK

  run  [--yes]                 install what is missing, build, open the window;
                               without a display: the tour, as pictures
  test [--yes] [--only STEP]…  install what is missing, then run every check and test
  bindings                     write ui/src/ipc/view.ts from the contract in Rust
  ui                           serve the page that shows every component in every state
  licences                     write licences/third-party.json from what is shipped
  bench hash [--yes] [--json]  install what is missing, then measure how fast files are read,
                               beside programs that do the same
  bench lookup [--json]        measure how lookups use the quota, beside a library, in simulated
                               time; and how fast answers come and are kept
  bundle [--yes]               build the program as people get it, as .deb and .rpm
  help                         print this

--yes installs without asking; so does a set CI variable.
";

/// One thing that this program can do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Print the usage.
    Help,
    /// Build and open the app, or make the tour.
    Run {
        /// Install without asking.
        yes: bool,
    },
    /// Run the gate.
    Test {
        /// Install without asking.
        yes: bool,
        /// The steps to run; all of them if empty.
        only: Vec<String>,
    },
    /// Write the page's copy of the contract.
    Bindings,
    /// Serve the component states.
    Ui,
    /// Write the licences of what is shipped.
    Licences,
    /// Measure.
    Bench {
        /// What.
        measured: Measured,
        /// Install without asking.
        yes: bool,
        /// Print an object a line.
        json: bool,
    },
    /// Make packages to install.
    Bundle {
        /// Install without asking.
        yes: bool,
    },
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measured {
    /// How fast files are read.
    Hash,
    /// How lookups use the quota, and how fast answers come and are kept.
    Lookup,
}

impl Task {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    ///
    /// Names the first argument that has no meaning.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut arguments = arguments.into_iter();
        let task = arguments.next();
        let mut yes = false;
        let mut only = Vec::new();
        let takes_yes = matches!(task.as_deref(), Some("run" | "test" | "bench" | "bundle"));
        let takes_only = task.as_deref() == Some("test");
        let is_bench = task.as_deref() == Some("bench");
        let (mut json, mut measured) = (false, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--yes" if takes_yes => yes = true,
                "--json" if is_bench => json = true,
                "hash" if is_bench => measured = Some(Measured::Hash),
                "lookup" if is_bench => measured = Some(Measured::Lookup),
                "--only" if takes_only => match arguments.next() {
                    Some(step) => only.push(step),
                    None => bail!("--only needs the name of a step\n\n{USAGE}"),
                },
                other => bail!("what is {other:?}?\n\n{USAGE}"),
            }
        }
        match task.as_deref() {
            None | Some("help" | "--help" | "-h") => Ok(Self::Help),
            Some("run") => Ok(Self::Run { yes }),
            Some("test") => Ok(Self::Test { yes, only }),
            Some("bindings") => Ok(Self::Bindings),
            Some("ui") => Ok(Self::Ui),
            Some("licences") => Ok(Self::Licences),
            Some("bench") => match measured {
                Some(measured) => Ok(Self::Bench { measured, yes, json }),
                None => bail!("bench needs what to measure: hash or lookup\n\n{USAGE}"),
            },
            Some("bundle") => Ok(Self::Bundle { yes }),
            Some(other) => bail!("there is no task {other:?}\n\n{USAGE}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Task> {
        Task::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn nothing_and_help_print_the_usage() {
        assert_eq!(parse("").unwrap(), Task::Help);
        assert_eq!(parse("help").unwrap(), Task::Help);
    }

    #[test]
    fn steps_can_be_named_more_than_once() {
        let only = vec!["clippy".to_owned(), "core".to_owned()];

        assert_eq!(
            parse("test --only clippy --yes --only core").unwrap(),
            Task::Test { yes: true, only }
        );
    }

    #[test]
    fn a_bench_is_named() {
        let hash = Task::Bench { measured: Measured::Hash, yes: false, json: true };
        let lookup = Task::Bench { measured: Measured::Lookup, yes: true, json: false };
        assert_eq!(parse("bench hash --json").unwrap(), hash);
        assert_eq!(parse("bench --yes lookup").unwrap(), lookup);
        assert!(parse("bench").is_err());
        assert!(parse("bench lookups").is_err());
    }

    #[test]
    fn an_argument_without_meaning_is_refused() {
        for line in ["run --only core", "test --only", "ui --yes", "run now", "run hash", "fly"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
