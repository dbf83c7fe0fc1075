//! The page: its packages, its build, its component states.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::{
    install,
    needs::Group,
    workspace::{Workspace, succeed},
};

/// The command that installs the page's packages, unless they are those of the lock file already.
pub(crate) fn install_packages(workspace: &Workspace) -> Option<Command> {
    let page = workspace.page();
    if is_current(&page) {
        return None;
    }
    Some(workspace.npm(&["ci", "--no-audit", "--no-fund"]))
}

/// Notes that the packages are now those of the lock file.
///
/// # Errors
///
/// Fails when the lock file cannot be copied.
pub(crate) fn packages_installed(workspace: &Workspace) -> Result<()> {
    let page = workspace.page();
    let copied = fs::copy(page.join("package-lock.json"), page.join(INSTALLED));
    copied.context("cannot note which packages of the page are installed")?;
    Ok(())
}

/// Installs the page's packages if needed, and builds it, with the output shown.
///
/// # Errors
///
/// Fails when npm does.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    install_shown(workspace)?;
    succeed(&mut workspace.npm(&["run", "build"]))
}

/// Serves the page that shows every component in every state.
///
/// # Errors
///
/// Fails when Node is missing or npm fails.
pub(crate) fn show_states(workspace: &Workspace) -> Result<ExitCode> {
    install::ensure(workspace, &[Group::Page], false)?;
    install_shown(workspace)?;
    succeed(&mut workspace.npm(&["run", "states"]))?;
    Ok(ExitCode::SUCCESS)
}

/// A copy of the lock file that the installed packages came from. npm removes it with the rest
/// when it installs anew, so a broken installation never looks whole.
const INSTALLED: &str = "node_modules/.droptrace-installed-lock.json";

/// Installs the page's packages if needed, with the output shown.
///
/// # Errors
///
/// Fails when npm does.
pub(crate) fn install_shown(workspace: &Workspace) -> Result<()> {
    if let Some(mut install) = install_packages(workspace) {
        succeed(&mut install)?;
        packages_installed(workspace)?;
    }
    Ok(())
}

fn is_current(page: &Path) -> bool {
    let wanted = fs::read(page.join("package-lock.json"));
    let installed = fs::read(page.join(INSTALLED));
    matches!((wanted, installed), (Ok(wanted), Ok(installed)) if wanted == installed)
}
