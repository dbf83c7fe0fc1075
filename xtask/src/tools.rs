//! Tools of the Rust toolchain, Node, and the driver: what is there, what is not.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    needs::{NODE, TAURI_DRIVER},
    workspace::{Workspace, output_of, program, succeeds},
};

/// Whether a cargo subcommand works here.
pub(crate) fn has_cargo_subcommand(workspace: &Workspace, name: &str) -> bool {
    succeeds(&mut workspace.cargo(&[name, "--version"]))
}

/// Whether the standard library of a target is installed.
pub(crate) fn has_target(name: &str) -> bool {
    let mut rustc = program("rustc");
    rustc.args(["--print", "target-libdir", "--target", name]);
    output_of(&mut rustc).is_ok_and(|directory| Path::new(directory.trim()).is_dir())
}

/// Where the driver's program belongs. The version is in the path, so that another one is built
/// when it changes.
pub(crate) fn tauri_driver_root(workspace: &Workspace) -> PathBuf {
    workspace.target().join("tools").join(format!("tauri-driver-{TAURI_DRIVER}"))
}

/// The folder that holds the driver's program.
pub(crate) fn tauri_driver_folder(workspace: &Workspace) -> PathBuf {
    tauri_driver_root(workspace).join("bin")
}

/// Whether the driver was built.
pub(crate) fn has_tauri_driver(workspace: &Workspace) -> bool {
    tauri_driver_folder(workspace).join("tauri-driver").is_file()
}

/// Checks that Node is new enough. It is not installed from here: most systems' own is too old,
/// and which other one to take is the person's choice.
///
/// # Errors
///
/// Fails when there is no Node, or an old one.
pub(crate) fn check_node(workspace: &Workspace) -> Result<()> {
    let (major, minor) = NODE;
    let needed = format!("Node {major}.{minor} or newer is needed (https://nodejs.org)");
    let found = output_of(program("node").arg("--version")).with_context(|| needed.clone())?;
    let Some(version) = node_version(&found) else {
        bail!("`node --version` printed {found:?}");
    };
    ensure!(version >= NODE, "{needed}, and this is {}", found.trim());
    ensure!(
        succeeds(&mut workspace.npm(&["--version"])),
        "npm is needed: it comes with Node, but is not on the PATH"
    );
    Ok(())
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read_as_numbers() {
        assert_eq!(node_version("v20.20.2\n"), Some((20, 20)));
        assert!(node_version("v100.0.0") > Some(NODE));
        assert!(node_version("v20.9.0") < Some(NODE));
        assert_eq!(node_version("node: not found"), None);
    }
}
