//! `cargo xtask test`: every check and test, each a named step.

mod built;
mod log;
mod skips;
mod steps;
mod tally;

use std::{
    fs,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use self::{
    built::Built,
    log::Log,
    skips::ExpectedSkips,
    steps::{STEPS, Step},
    tally::Tally,
};
use crate::{install, needs::Group, workspace::Workspace};

/// The names of all steps, in the order in which they run.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// Installs what the steps need and runs them, all of them even if one fails.
///
/// # Errors
///
/// Fails when the steps cannot begin: a name that no step has, something that cannot be installed.
/// What a step finds is no error; it is printed, and the exit code tells.
pub(crate) fn run(workspace: Workspace, yes: bool, only: &[String]) -> Result<ExitCode> {
    let steps = select(only)?;
    let began = Instant::now();
    let mut groups: Vec<Group> = Vec::new();
    for group in steps.iter().flat_map(|step| step.groups) {
        if !groups.contains(group) {
            groups.push(*group);
        }
    }
    install::ensure(&workspace, &groups, yes)?;

    let expected = ExpectedSkips::read(&workspace.root().join(".ci/expected-skips"))?;
    let logs = workspace.target().join("gate");
    fs::create_dir_all(&logs).context("cannot make the folder of the logs")?;
    let mut built = Built::new(workspace);
    let mut total = Tally::default();
    let mut failed = Vec::new();
    for step in steps {
        let log = Log::create(&logs, step.name)?;
        let tally = take(step, &mut built, log, &expected)?;
        if tally.has_failed() {
            failed.push(step.name);
        }
        total += tally;
    }
    if !failed.is_empty() {
        println!("\nfailed: {}", failed.join(", "));
    }
    println!("\n{}", total.closing(began.elapsed()));
    Ok(if total.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one step, and prints how it went.
fn take(step: &Step, built: &mut Built, mut log: Log, expected: &ExpectedSkips) -> Result<Tally> {
    println!("{:<16}…", step.name);
    let began = Instant::now();
    let outcome = step.action.run(built, &mut log);
    let took = began.elapsed();

    let (mut tally, error) = match outcome {
        Ok(tally) => (tally, None),
        Err(error) => (Tally::one_failed(), Some(error)),
    };
    let unlisted = tally.refuse_skips(|name| !expected.contain(step.name, name));
    println!("{:<16}{}", step.name, summary(&tally, took));
    for skip in &unlisted {
        println!("  skipped, which .ci/expected-skips does not expect: {skip}");
    }
    for skip in tally.skipped() {
        println!("  skipped: {skip}");
    }
    if tally.has_failed() {
        print!("{}", log.read()?);
    }
    if let Some(error) = error {
        println!("{}: {error:#}", step.name);
    }
    Ok(tally)
}

fn summary(tally: &Tally, took: Duration) -> String {
    let word = if tally.has_failed() { "FAILED" } else { "ok" };
    format!("{word:<8}{:>6.1} s   {tally}", took.as_secs_f64())
}

fn select(only: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = only.iter().find(|name| !names().contains(&name.as_str())) {
        bail!("there is no step {unknown:?}; there are: {}", names().join(", "));
    }
    let wanted = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    let steps: Vec<_> = STEPS.iter().filter(wanted).collect();
    ensure!(!steps.is_empty(), "no step to run");
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_steps_run_in_the_order_of_the_gate() {
        let steps = select(&["clippy".into(), "rustfmt".into()]).unwrap();

        let names: Vec<_> = steps.iter().map(|step| step.name).collect();
        assert_eq!(names, ["rustfmt", "clippy"]);
    }

    #[test]
    fn a_step_that_is_not_there_is_refused() {
        assert!(select(&["clipy".into()]).is_err());
    }
}
