//! Installs what is missing, after saying so.

use std::{collections::HashSet, process::Stdio};

use anyhow::{Context, Result};

use crate::{
    consent,
    needs::{
        Group, PACKAGES, Package, RUNS_WINE, TAURI_DRIVER, WINDOWS_TARGET, WINE_TARGET, by_hand,
    },
    system::System,
    tools,
    workspace::{Workspace, program, succeed, succeeds},
};

/// Sees to it that everything that `groups` need is there.
///
/// On a system without `apt-get` its packages are listed for the person to install.
///
/// # Errors
///
/// Fails without consent, when an installation fails, and when Node is missing or old.
pub(crate) fn ensure(workspace: &Workspace, groups: &[Group], yes: bool) -> Result<()> {
    if groups.contains(&Group::Page) {
        tools::check_node(workspace)?;
    }
    let system = System::here();
    if let Some(list) = by_hand(system) {
        println!(
            "What this needs on this system, to install yourself (an untried list):\n{list}\n"
        );
    }
    let missing = Missing::find(workspace, system, groups)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("{}", missing.announcement(system));
    consent::obtain(yes)?;
    missing.install(workspace, system)
}

/// What is not there yet.
#[derive(Debug, Default)]
struct Missing {
    packages: Vec<&'static Package>,
    components: Vec<&'static str>,
    targets: Vec<&'static str>,
    tauri_driver: bool,
}

impl Missing {
    fn find(workspace: &Workspace, system: System, groups: &[Group]) -> Result<Self> {
        let lints = groups.contains(&Group::Lints);
        let subcommands = [("rustfmt", "fmt"), ("clippy", "clippy")];
        Ok(Self {
            packages: if system.has_apt() { missing_packages(system, groups)? } else { Vec::new() },
            components: subcommands
                .into_iter()
                .filter(|(_, name)| lints && !tools::has_cargo_subcommand(workspace, name))
                .map(|(component, _)| component)
                .collect(),
            targets: missing_targets(groups),
            tauri_driver: groups.contains(&Group::Journeys) && !tools::has_tauri_driver(workspace),
        })
    }

    fn is_empty(&self) -> bool {
        self.packages.is_empty()
            && self.components.is_empty()
            && self.targets.is_empty()
            && !self.tauri_driver
    }

    fn announcement(&self, system: System) -> String {
        let mut lines = Vec::new();
        if !self.packages.is_empty() {
            lines.push("To install with apt-get, as root:".to_owned());
            for package in &self.packages {
                lines.push(format!("  {:<28}{}", package.name(system), package.purpose));
            }
        }
        for component in &self.components {
            lines.push(format!("To install with rustup: {component}"));
        }
        for target in &self.targets {
            lines.push(format!("To install with rustup: target {target}"));
        }
        if self.tauri_driver {
            let driver = format!("tauri-driver {TAURI_DRIVER}");
            lines.push(format!("To build into the target directory: {driver}, drives the window"));
        }
        lines.join("\n")
    }

    fn install(&self, workspace: &Workspace, system: System) -> Result<()> {
        if !self.packages.is_empty() {
            apt_get(&["update"])?;
            let (dispensable, needed) =
                self.packages.iter().partition(|package| package.group == Group::Wine);
            install_packages(needed, system)?;
            if let Err(error) = install_packages(dispensable, system) {
                println!("The tests under Wine will be skipped: {error}");
            }
        }
        if !self.components.is_empty() {
            succeed(program("rustup").args(["component", "add"]).args(&self.components))?;
        }
        for target in &self.targets {
            if let Err(error) = succeed(program("rustup").args(["target", "add", target])) {
                println!("What needs the target {target} will be skipped: {error}");
            }
        }
        if self.tauri_driver {
            let mut install = workspace.cargo(&["install", "tauri-driver", "--locked", "--quiet"]);
            install.args(["--version", TAURI_DRIVER, "--root"]);
            succeed(install.arg(tools::tauri_driver_root(workspace)))?;
        }
        Ok(())
    }
}

/// The targets of `groups` without a standard library here. Without rustup none can be added: then
/// the steps are skipped that need one.
fn missing_targets(groups: &[Group]) -> Vec<&'static str> {
    let wanted = [(Group::WindowsCheck, WINDOWS_TARGET), (Group::Wine, WINE_TARGET)];
    let missing = wanted
        .into_iter()
        .filter(|(group, target)| is_wanted(*group, groups) && !tools::has_target(target))
        .map(|(_, target)| target);
    let missing: Vec<_> = missing.collect();
    let can_add = !missing.is_empty() && succeeds(program("rustup").arg("--version"));
    if can_add { missing } else { Vec::new() }
}

fn is_wanted(group: Group, groups: &[Group]) -> bool {
    groups.contains(&group) && (group != Group::Wine || RUNS_WINE)
}

fn install_packages(packages: Vec<&&Package>, system: System) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages.into_iter().map(|package| package.name(system));
    let install = ["install", "--yes", "--no-install-recommends"];
    apt_get(&install.into_iter().chain(names).collect::<Vec<_>>())
}

/// The packages of `groups` that dpkg does not hold as installed.
fn missing_packages(system: System, groups: &[Group]) -> Result<Vec<&'static Package>> {
    let wanted = PACKAGES.iter().filter(|package| is_wanted(package.group, groups));
    let wanted: Vec<_> = wanted.collect();
    if wanted.is_empty() {
        return Ok(wanted);
    }
    // dpkg-query fails if it does not know one of the names; what it prints is right all the same.
    let output = program("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"])
        .args(wanted.iter().map(|package| package.name(system)))
        .stderr(Stdio::null())
        .output()
        .context("cannot run dpkg-query")?;
    let installed = String::from_utf8_lossy(&output.stdout);
    let installed = installed_packages(&installed);
    Ok(wanted.into_iter().filter(|package| !installed.contains(package.name(system))).collect())
}

fn installed_packages(listing: &str) -> HashSet<&str> {
    listing.lines().filter_map(|line| line.strip_suffix(" installed")).collect()
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = if is_root() {
        program("apt-get")
    } else {
        let mut sudo = program("sudo");
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["--quiet", "--option=Dpkg::Use-Pty=0"])
        .args(arguments);
    succeed(&mut command)
}

/// Whether this process belongs to root, as the system itself sees it.
fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_package_is_not_installed() {
        let listing = "xvfb installed\nopenbox config-files\nxclip not-installed\n";

        assert_eq!(installed_packages(listing), HashSet::from(["xvfb"]));
    }

    #[test]
    fn the_announcement_names_everything_with_its_purpose() {
        let missing = Missing {
            packages: PACKAGES.iter().filter(|package| package.debian == "xvfb").collect(),
            components: vec!["clippy"],
            targets: vec![WINDOWS_TARGET],
            tauri_driver: true,
        };

        let text = missing.announcement(System::Debian);

        for part in ["xvfb", "a display without a screen", "clippy", WINDOWS_TARGET, TAURI_DRIVER] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn nothing_missing_needs_no_consent() {
        assert!(Missing::default().is_empty());
    }
}
