//! `cargo xtask bench`: how fast our program is, beside those that people would take otherwise.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::{
    cargo_messages, install,
    needs::Group,
    workspace::{Workspace, output_of},
};

/// The command line's package and program.
const PROGRAM: &str = "droptrace-cli";

/// Builds the command line as people get it, and measures it by `tests/benches/hash`. Its files stay
/// in `target/bench`, 2 GB of them.
///
/// # Errors
///
/// Fails when something cannot be installed or built. A goal that is missed is no error here: the
/// exit code tells.
pub(crate) fn hash(workspace: &Workspace, yes: bool, json: bool) -> Result<ExitCode> {
    install::ensure(workspace, &[Group::Bench], yes)?;
    let messages = output_of(&mut workspace.cargo(&[
        "build",
        "--release",
        "--package",
        PROGRAM,
        "--message-format=json-render-diagnostics",
    ]))?;
    let program = cargo_messages::programs(&messages)?
        .into_iter()
        .find(|program| program.target == PROGRAM)
        .context("cargo did not say where the program is")?;

    let bench = ["bench", "--quiet", "--package", "droptrace-tests", "--bench", "hash", "--"];
    let mut bench = workspace.cargo(&bench);
    bench.arg("--program").arg(program.file);
    bench.arg("--folder").arg(workspace.target().join("bench"));
    if json {
        bench.arg("--json");
    }
    ended(&mut bench)
}

/// Measures lookups by `tests/benches/lookup`: most of it in simulated time, beside the schedule of a
/// library.
///
/// # Errors
///
/// Fails when it cannot be built. A goal that is missed is no error here: the exit code tells.
pub(crate) fn lookup(workspace: &Workspace, json: bool) -> Result<ExitCode> {
    let bench = ["bench", "--quiet", "--package", "droptrace-tests", "--bench", "lookup", "--"];
    let mut bench = workspace.cargo(&bench);
    if json {
        bench.arg("--json");
    }
    ended(&mut bench)
}

fn ended(bench: &mut Command) -> Result<ExitCode> {
    let status = bench.status().context("cannot run the bench")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
