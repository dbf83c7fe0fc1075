//! Whether something may be installed.

use std::{
    env,
    io::{self, BufRead, IsTerminal, Write},
};

use anyhow::{Result, bail};

/// Asks, unless the answer is known. What would be done has been printed before.
///
/// # Errors
///
/// Fails when the person says no, and when there is nobody to ask.
pub(crate) fn obtain(yes: bool) -> Result<()> {
    let ci = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    match Consent::decide(yes, ci, io::stdin().is_terminal()) {
        Consent::Given => Ok(()),
        Consent::Ask => {
            print!("Go on? [y/N] ");
            io::stdout().flush()?;
            let mut answer = String::new();
            io::stdin().lock().read_line(&mut answer)?;
            if !is_yes(&answer) {
                bail!("nothing was installed");
            }
            Ok(())
        }
        Consent::NobodyToAsk => bail!(
            "nothing was installed: there is no terminal to ask on; \
             give --yes, or install the above yourself"
        ),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Consent {
    Given,
    Ask,
    NobodyToAsk,
}

impl Consent {
    fn decide(yes: bool, ci: bool, terminal: bool) -> Self {
        if yes || ci {
            Self::Given
        } else if terminal {
            Self::Ask
        } else {
            Self::NobodyToAsk
        }
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_or_ci_is_consent_and_a_closed_stdin_is_not() {
        assert_eq!(Consent::decide(true, false, false), Consent::Given);
        assert_eq!(Consent::decide(false, true, false), Consent::Given);
        assert_eq!(Consent::decide(false, false, true), Consent::Ask);
        assert_eq!(Consent::decide(false, false, false), Consent::NobodyToAsk);
    }

    #[test]
    fn an_empty_answer_is_no() {
        assert!(!is_yes("\n"));
        assert!(!is_yes("yesterday\n"));
        assert!(is_yes("Y\n"));
    }
}
