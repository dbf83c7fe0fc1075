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
    /// Make packages to install.
    Bundle {
        /// Install without asking.
        yes: bool,
    },
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
        let takes_yes = matches!(task.as_deref(), Some("run" | "test" | "bundle"));
        let takes_only = task.as_deref() == Some("test");
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--yes" if takes_yes => yes = true,
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
    fn an_argument_without_meaning_is_refused() {
        for line in ["run --only core", "test --only", "ui --yes", "run now", "fly"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
