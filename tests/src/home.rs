//! A home of one journey's own: nothing in it comes from elsewhere, and it goes away.

use std::{
    env, fs,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::process::Command;

/// The app's identifier, under which the system keeps its files.
const IDENTIFIER: &str = "app.droptrace.desktop";

/// A throw-away home, with a stand-in for the system's browser.
#[derive(Debug)]
pub(crate) struct Home {
    folder: TempDir,
    /// The session bus, once it is known whether there is one.
    bus: OnceLock<Option<String>>,
}

impl Home {
    pub(crate) fn create() -> Result<Self> {
        // Short, since sockets lie in it, whose paths may have 107 bytes.
        let folder = tempfile::Builder::new().prefix("journey-").tempdir()?;
        let home = Self { folder, bus: OnceLock::new() };
        for folder in [home.runtime(), home.programs(), home.data(), home.files()] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let open = home.programs().join("xdg-open");
        fs::write(
            &open,
            format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >'{}'\n", home.pipe().display()),
        )?;
        fs::set_permissions(&open, fs::Permissions::from_mode(0o700))?;
        Ok(home)
    }

    /// Leaves nothing that could open a link: all that the system might ask for it fails.
    pub(crate) fn take_browser_away(&self) -> Result<()> {
        for name in ["xdg-open", "gio", "gnome-open", "kde-open", "kde-open5", "kde-open6"] {
            let program = self.programs().join(name);
            fs::write(&program, "#!/bin/sh\nexit 1\n")?;
            fs::set_permissions(&program, fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    /// Gives a command this home.
    pub(crate) fn move_in(&self, command: &mut Command) -> Result<()> {
        let others = env::var_os("PATH").context("no PATH")?;
        let path = env::join_paths([self.programs()].into_iter().chain(env::split_paths(&others)))?;
        command
            .env("HOME", self.folder.path())
            .env("PATH", path)
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("XDG_DATA_HOME", self.folder.path().join("data"))
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .env("XDG_RUNTIME_DIR", self.runtime());
        match self.bus.get() {
            Some(Some(bus)) => command.env("DBUS_SESSION_BUS_ADDRESS", bus),
            // Without any, GTK would start one that outlives the journey.
            Some(None) => {
                let nowhere = format!("unix:path={}", self.runtime().join("no-bus").display());
                command.env("DBUS_SESSION_BUS_ADDRESS", nowhere)
            }
            None => command,
        };
        Ok(())
    }

    /// From here on programs use this bus, or none.
    pub(crate) fn set_bus(&self, bus: Option<&str>) {
        // Told once, when the home is set up.
        let _ = self.bus.set(bus.map(str::to_owned));
    }

    /// Where what lives as long as a session lies.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// The app's own folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data").join(IDENTIFIER)
    }

    /// Where the app writes its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.data().join("logs")
    }

    /// A folder for the journey's files.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// Where the stand-in for the browser writes the links that it is to open.
    pub(crate) fn pipe(&self) -> PathBuf {
        self.folder.path().join("links")
    }

    /// Where the session bus and the keyring keep their files.
    pub(crate) fn keyring(&self) -> PathBuf {
        self.folder.path().join("keyring")
    }

    /// Where a program's messages go.
    pub(crate) fn messages_of(&self, program: &str) -> PathBuf {
        self.folder.path().join(format!("{program}.messages"))
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("programs")
    }
}

impl AsRef<Path> for Home {
    fn as_ref(&self) -> &Path {
        self.folder.path()
    }
}
