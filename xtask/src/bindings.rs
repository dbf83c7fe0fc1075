//! Writes the page's copy of the contract.

use std::process::ExitCode;

use anyhow::Result;

use crate::workspace::{Workspace, succeed};

/// Lets the test that compares the contract with the page's copy write that copy instead.
///
/// # Errors
///
/// Fails when core does not compile.
pub(crate) fn write(workspace: &Workspace) -> Result<ExitCode> {
    let mut test = workspace.cargo(&["test", "--quiet", "--package", "droptrace-core", "--lib"]);
    succeed(test.arg("view::bindings").env("DROPTRACE_WRITE_BINDINGS", "1"))?;
    println!("ui/src/ipc/view.ts is written");
    Ok(ExitCode::SUCCESS)
}
