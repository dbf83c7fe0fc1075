//! The journeys: the built app in a real window, on a display, with a session bus and a home of
//! their own.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
};

use anyhow::{Context, Result};

use crate::{
    cargo_messages::{self, Program},
    display::Display,
    tools,
    workspace::{Workspace, output_of, program},
};

/// The package and the test that the journeys are.
pub(crate) const PACKAGE: &str = "droptrace-tests";
/// See [`PACKAGE`].
pub(crate) const TARGET: &str = "journeys";

/// The arguments with which cargo builds the app as people run it, and prints where it is.
pub(crate) const BUILD_APP: &[&str] =
    &["build", "--package", "droptrace", "--message-format=json-render-diagnostics"];

/// Builds the app, with cargo's output shown.
///
/// # Errors
///
/// Fails when cargo does.
pub(crate) fn build_app(workspace: &Workspace) -> Result<PathBuf> {
    app_among(&output_of(&mut workspace.cargo(BUILD_APP))?)
}

/// The app's program among cargo's messages.
///
/// # Errors
///
/// Fails when it is not there.
pub(crate) fn app_among(messages: &str) -> Result<PathBuf> {
    let programs = cargo_messages::programs(messages)?;
    let app = programs.into_iter().find(|program| program.package == "droptrace");
    Ok(app.context("cargo did not say where the app is")?.file)
}

/// What the journeys run in. It ends, with all that was written to it, when this is dropped.
#[derive(Debug)]
pub(crate) struct Stage {
    display: Display,
    home: Home,
}

impl Stage {
    /// Starts the display.
    ///
    /// # Errors
    ///
    /// Fails when the home cannot be made or the display does not start.
    pub(crate) fn set() -> Result<Self> {
        let home = Home::create()?;
        let display = Display::start(|command| home.move_in(command))?;
        Ok(Self { display, home })
    }

    /// Gives a command the display and the home.
    pub(crate) fn move_in(&self, command: &mut Command) {
        self.home.move_in(command);
        command.env("DISPLAY", self.display.name());
    }

    /// The command that runs the journeys here with the built app, one at a time: they share the
    /// display's mouse, keyboard and clipboard.
    ///
    /// # Errors
    ///
    /// Fails when the search path cannot be extended.
    pub(crate) fn command(
        &self,
        workspace: &Workspace,
        journeys: &Program,
        app: &Path,
    ) -> Result<Command> {
        let folders = [tools::tauri_driver_folder(workspace)];
        let others = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(folders.into_iter().chain(env::split_paths(&others)))?;
        let mut command = program("dbus-run-session");
        self.move_in(&mut command);
        command
            .arg("--")
            .arg(&journeys.file)
            .arg("--test-threads=1")
            .current_dir(&journeys.directory)
            .env("CARGO_MANIFEST_DIR", &journeys.directory)
            .env("DROPTRACE_APP", app)
            .env("PATH", path);
        Ok(command)
    }
}

/// A home folder that nobody else can read.
#[derive(Debug)]
struct Home(PathBuf);

impl Home {
    fn create() -> Result<Self> {
        // Short, because the paths of sockets in it have a limit of 108 bytes.
        let home = env::temp_dir().join(format!("droptrace-{}", process::id()));
        create_private(&home).with_context(|| format!("cannot make {}", home.display()))?;
        let home = Self(home);
        create_private(&home.runtime()).context("cannot make a runtime folder")?;
        Ok(home)
    }

    fn runtime(&self) -> PathBuf {
        self.0.join("run")
    }

    /// Gives a command this home, and nothing of the session that this program runs in.
    fn move_in(&self, command: &mut Command) {
        for variable in [
            "DBUS_SESSION_BUS_ADDRESS",
            "WAYLAND_DISPLAY",
            "XAUTHORITY",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_CURRENT_DESKTOP",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(variable);
        }
        command
            .env("HOME", &self.0)
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env("GDK_BACKEND", "x11")
            .env("LC_ALL", "C.UTF-8");
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // It lies where the system clears away what is left.
        drop(fs::remove_dir_all(&self.0));
    }
}

#[cfg(unix)]
fn create_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_is_private_and_goes_away() {
        let home = Home::create().unwrap();
        let path = home.0.clone();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(home.runtime()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }

        drop(home);

        assert!(!path.exists());
    }

    #[test]
    fn the_app_is_found_by_its_package() {
        let message = r#"{"reason":"compiler-artifact","package_id":"path+file:///s/src-tauri#droptrace@0.1.0","manifest_path":"/s/src-tauri/Cargo.toml","target":{"kind":["bin"],"name":"droptrace"},"profile":{"test":false},"executable":"/t/debug/droptrace"}"#;

        assert_eq!(app_among(message).unwrap(), Path::new("/t/debug/droptrace"));
        assert!(app_among("").is_err());
    }
}
