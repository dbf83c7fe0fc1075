//! `cargo xtask bundle`: the program as people get it, as packages to install.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::{
    install,
    needs::Group,
    page, third_party,
    workspace::{Workspace, program, succeed},
};

/// Builds the program, and packs it.
///
/// # Errors
///
/// Fails on another system than Linux, and when something cannot be installed, built or packed.
pub(crate) fn make(workspace: &Workspace, yes: bool) -> Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "packages are made on Linux only, so far");
    let began = Instant::now();
    install::ensure(workspace, &[Group::Page, Group::App], yes)?;
    page::build(workspace)?;
    let tool = bundler(workspace)?;
    let tauri = |arguments: &[&str]| -> Command {
        let mut command = program("node");
        command.arg(&tool).args(arguments).arg("--ci");
        command.current_dir(workspace.root().join("src-tauri"));
        command
    };
    succeed(&mut tauri(&["build", "--no-bundle"]))?;
    succeed(&mut workspace.cargo(&["build", "--release", "--package", "droptrace-cli"]))?;

    let release = workspace.target().join("release");
    let mut built = fs::read(release.join("droptrace")).context("cannot read the built program")?;
    let command_line = release.join("droptrace-cli");
    built.extend(fs::read(&command_line).context("cannot read the command line's program")?);
    let glibc = newest_glibc(&built).context("the built programs name no version of glibc")?;
    let bundles = release.join("bundle");
    fs::create_dir_all(&bundles).context("cannot make the folder of the packages")?;
    let copyright = bundles.join("copyright");
    fs::write(&copyright, third_party::as_text(workspace)?)?;
    let files = json!({
        "/usr/bin/droptrace-cli": command_line,
        "/usr/share/doc/droptrace/copyright": copyright,
        "/usr/share/doc/droptrace/CHANGELOG.md": workspace.root().join("CHANGELOG.md"),
        "/usr/share/applications/zz-droptrace-open.desktop":
            workspace.root().join("src-tauri/linux/zz-droptrace-open.desktop"),
        "/usr/share/icons/hicolor/scalable/apps/droptrace.svg":
            workspace.root().join("icons/source.svg"),
    });
    let settings = json!({
        // As packages, menu entries and folders are named on Linux.
        "productName": "droptrace",
        "bundle": { "linux": {
            "deb": { "depends": [format!("libc6 (>= {glibc})")], "files": files },
            "rpm": { "depends": [format!("libc.so.6(GLIBC_{glibc})(64bit)")], "files": files },
        } },
    });
    succeed(&mut tauri(&["bundle", "--bundles", "deb,rpm", "--config", &settings.to_string()]))?;

    println!("\nMade in {} s:", began.elapsed().as_secs());
    for package in packages(&bundles)? {
        let size = fs::metadata(&package)?.len();
        println!("  {} ({} kB)", package.display(), size / 1000);
    }
    Ok(ExitCode::SUCCESS)
}

/// The program that packs, from the npm registry; which one is said by the lock file beside this
/// package. Installed into the target directory, where it stays.
fn bundler(workspace: &Workspace) -> Result<PathBuf> {
    let wanted = workspace.root().join("xtask/bundler");
    let folder = workspace.target().join("tools/bundler");
    let tool = folder.join("node_modules/@tauri-apps/cli/tauri.js");
    let lock = "package-lock.json";
    let is_current = || -> Result<bool> {
        let installed = fs::read(folder.join(lock)).unwrap_or_default();
        Ok(tool.is_file() && installed == fs::read(wanted.join(lock))?)
    };
    if !is_current()? {
        fs::create_dir_all(&folder)?;
        let mut npm = workspace.npm(&["ci", "--no-audit", "--no-fund"]);
        npm.current_dir(&folder);
        // The lock file last: it says that the rest is there.
        fs::copy(wanted.join("package.json"), folder.join("package.json"))?;
        fs::copy(wanted.join(lock), folder.join(lock))?;
        if let Err(error) = succeed(&mut npm) {
            fs::remove_file(folder.join(lock))?;
            return Err(error);
        }
    }
    Ok(tool)
}

/// The newest version of glibc whose functions a program needs: the names of versions stand in it
/// as text.
fn newest_glibc(program: &[u8]) -> Option<String> {
    let marker = b"GLIBC_2.";
    let minors = program.windows(marker.len()).enumerate().filter(|(_, bytes)| bytes == marker);
    let minors = minors.filter_map(|(at, _)| {
        let rest = &program[at + marker.len()..];
        let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
        std::str::from_utf8(&rest[..end]).ok()?.parse::<u32>().ok()
    });
    Some(format!("2.{}", minors.max()?))
}

fn packages(bundles: &Path) -> Result<Vec<PathBuf>> {
    let mut packages = Vec::new();
    for kind in ["deb", "rpm"] {
        for entry in fs::read_dir(bundles.join(kind))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == kind) {
                packages.push(path);
            }
        }
    }
    packages.sort();
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_glibc_is_found_among_the_names() {
        let program = b"\0GLIBC_2.9\0\xffGLIBC_2.34\0x\0GLIBC_2.3.4\0GLIBC_PRIVATE\0";

        assert_eq!(newest_glibc(program).as_deref(), Some("2.34"));
        assert_eq!(newest_glibc(b"\0GLIBCXX_3.4\0"), None);
    }

    #[test]
    fn the_program_that_packs_goes_with_the_crate() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let wanted = fs::read_to_string(root.join("xtask/bundler/package.json")).unwrap();
        let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
        let (_, rest) = lock.split_once("name = \"tauri\"\nversion = \"").unwrap();
        let (version, _) = rest.split_once('"').unwrap();

        assert!(wanted.contains(&format!("\"@tauri-apps/cli\": \"{version}\"")), "{version}");
    }
}
