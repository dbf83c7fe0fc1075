//! Where things lie, and how other programs are called.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The checkout and its target directory.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    packages: Value,
}

impl Workspace {
    /// Asks cargo where the workspace is. Needs no network.
    pub(crate) fn open() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let metadata = json_of(cargo().current_dir(here).args([
            "metadata",
            "--no-deps",
            "--format-version=1",
        ]))?;
        let path = |key: &str| -> Result<PathBuf> {
            Ok(metadata[key].as_str().with_context(|| format!("cargo metadata: no {key}"))?.into())
        };
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            packages: metadata["packages"].clone(),
        })
    }

    /// The directory that holds the root `Cargo.toml`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The directory of the page.
    pub(crate) fn page(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Cargo's target directory.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The workspace's own packages, as `cargo metadata` describes them.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &Value> {
        self.packages.as_array().into_iter().flatten()
    }

    /// Cargo, to be run in the root.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// npm, to be run in the page's directory.
    pub(crate) fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.current_dir(self.page()).args(arguments).env("NO_COLOR", "1");
        command
    }
}

/// A program to be run without what `cargo run` tells this one about itself: build scripts watch
/// some of these variables, and would be run again each time the caller changes.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    for (key, _) in env::vars_os() {
        if key.to_str().is_some_and(is_about_this_package) {
            command.env_remove(key);
        }
    }
    command
}

/// Runs a command with this program's own output, and fails if it does.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("cannot run {shown}"))?;
    ensure!(status.success(), "{shown} failed: {status}");
    Ok(())
}

/// What a command prints, if it succeeds; its error output goes where ours goes.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {shown}"))?;
    ensure!(output.status.success(), "{shown} failed: {}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{shown} did not print UTF-8"))
}

/// Whether a command can be run and succeeds; it prints nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a command prints, read as JSON.
pub(crate) fn json_of(command: &mut Command) -> Result<Value> {
    let shown = shown(command);
    serde_json::from_str(&output_of(command)?)
        .with_context(|| format!("{shown} did not print JSON"))
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn cargo() -> Command {
    program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn is_about_this_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_MANIFEST_")
        || matches!(variable, "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_set_for_cargo_is_passed_on() {
        assert!(is_about_this_package("CARGO_PKG_NAME"));
        assert!(is_about_this_package("CARGO_MANIFEST_DIR"));
        assert!(!is_about_this_package("CARGO_TARGET_DIR"));
        assert!(!is_about_this_package("CARGO_HOME"));
    }

    #[test]
    fn a_failed_command_names_itself() {
        let error = succeed(Command::new("false").arg("really")).unwrap_err();

        assert!(error.to_string().starts_with("false really failed"), "{error}");
    }

    #[test]
    fn the_workspace_knows_its_own_packages() {
        let workspace = Workspace::open().unwrap();

        assert!(workspace.root().join("Cargo.toml").is_file());
        assert!(workspace.packages().any(|package| package["name"] == "xtask"));
    }
}
