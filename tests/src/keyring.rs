//! A session bus of one's own and a real keyring on it, in whatever state a journey or scenario
//! needs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;
use tokio::{io::AsyncWriteExt as _, process::Command, time::timeout};

use crate::{
    process::{PATIENCE, Running, output},
    window::Window,
};

/// The password of the keyring.
const PASSWORD: &str = "the keyring's password";

/// The keyring's name on the bus and its object.
const SECRETS: (&str, &str) = ("org.freedesktop.secrets", "/org/freedesktop/secrets");

/// How a bus starts the window in which a keyring asks.
const PROMPTER: &str = "org.gnome.keyring.SystemPrompter.service";

/// What a session begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyringState {
    /// A keyring that answers.
    Unlocked,
    /// A bus, and no keyring on it.
    Missing,
    /// No bus.
    NoBus,
}

/// A session bus with a gnome-keyring on it. Both end when this is dropped.
#[derive(Debug)]
pub struct KeyringSession {
    folder: PathBuf,
    bus: Option<Bus>,
    daemon: Option<Running>,
}

#[derive(Debug)]
struct Bus {
    address: String,
    process: Running,
}

impl KeyringSession {
    /// Starts a bus and a keyring that keep their files in `folder`.
    ///
    /// # Errors
    ///
    /// Fails if one of them does not start.
    pub async fn start(folder: &Path, state: KeyringState) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let bus = match state {
            KeyringState::NoBus => None,
            KeyringState::Unlocked | KeyringState::Missing => Some(Bus::start(folder).await?),
        };
        let mut session = Self { folder: folder.to_owned(), bus, daemon: None };
        if state == KeyringState::Unlocked {
            session.appear().await?;
        }
        Ok(session)
    }

    /// Gives a command this bus, or none: until there is one where it is looked for by default.
    pub fn move_in(&self, command: &mut Command) {
        match &self.bus {
            Some(bus) => command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address),
            None => command.env_remove("DBUS_SESSION_BUS_ADDRESS"),
        };
        command.env("XDG_RUNTIME_DIR", &self.folder);
    }

    /// Starts the bus that was not there.
    ///
    /// # Errors
    ///
    /// Fails if it does not start.
    pub async fn bus_appears(&mut self) -> Result<()> {
        self.bus = Some(Bus::start(&self.folder).await?);
        Ok(())
    }

    /// Stops the bus in the middle of whatever it does, until [`thaw_bus`](Self::thaw_bus).
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub fn freeze_bus(&self) -> Result<()> {
        self.bus.as_ref().context("there is no bus")?.process.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub fn thaw_bus(&self) -> Result<()> {
        self.bus.as_ref().context("there is no bus")?.process.signal(Signal::CONT)
    }

    /// The bus's address, if there is a bus.
    pub fn address(&self) -> Option<&str> {
        self.bus.as_ref().map(|bus| &*bus.address)
    }

    /// Starts the keyring, unlocked; what it held before it holds again.
    ///
    /// # Errors
    ///
    /// Fails if it does not come to the bus.
    pub async fn appear(&mut self) -> Result<()> {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        command.stderr(fs::File::create(self.folder.join("keyring.messages"))?);
        self.own_folders(&mut command);
        self.daemon = Some(Running::start_with(&mut command, PASSWORD).await?);
        let mut wait = Command::new("gdbus");
        wait.args(["wait", "--session", "org.freedesktop.secrets"]);
        self.move_in(&mut wait);
        let came = timeout(PATIENCE, output(&mut wait)).await;
        came.context("the keyring does not come to the bus")??;
        Ok(())
    }

    /// Ends the keyring at once.
    ///
    /// # Errors
    ///
    /// Fails if it does not end.
    pub async fn kill(&mut self) -> Result<()> {
        let mut daemon = self.daemon.take().context("there is no keyring")?;
        daemon.signal(Signal::KILL)?;
        daemon.ended().await?;
        Ok(())
    }

    /// Stops the keyring in the middle of whatever it does, until [`thaw`](Self::thaw).
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub fn freeze(&self) -> Result<()> {
        self.daemon.as_ref().context("there is no keyring")?.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub fn thaw(&self) -> Result<()> {
        self.daemon.as_ref().context("there is no keyring")?.signal(Signal::CONT)
    }

    /// Takes away the window in which the keyring asks.
    ///
    /// # Errors
    ///
    /// Fails if the bus still has it.
    pub async fn cannot_ask(&self) -> Result<()> {
        fs::remove_file(self.folder.join("services").join(PROMPTER))?;
        self.refuse(false).await
    }

    /// Lets the bus refuse whatever is sent to the keyring, or let it through again.
    ///
    /// # Errors
    ///
    /// Fails if the bus does not take its new rules.
    pub async fn refuse(&self, refused: bool) -> Result<()> {
        configure(&self.folder, refused)?;
        let bus = "org.freedesktop.DBus";
        self.call((bus, "/org/freedesktop/DBus"), "org.freedesktop.DBus.ReloadConfig", &[]).await?;
        Ok(())
    }

    /// Locks the keyring: it asks for its password before it gives anything out.
    ///
    /// # Errors
    ///
    /// Fails if it does not lock.
    pub async fn lock(&self) -> Result<()> {
        let login = "['/org/freedesktop/secrets/collection/login']";
        let locked = self.call(SECRETS, "org.freedesktop.Secret.Service.Lock", &[login]).await?;
        ensure!(locked.contains("collection/login"), "the keyring is not locked: {locked}");
        Ok(())
    }

    /// The users of the entries under a service's name. Asks the keyring itself.
    ///
    /// # Errors
    ///
    /// Fails if it does not answer.
    pub async fn entries(&self, service: &str) -> Result<Vec<String>> {
        let mut search = Command::new("secret-tool");
        search.args(["search", "--all", "service", service]);
        self.move_in(&mut search);
        search.stderr(Stdio::piped()).stdin(Stdio::null());
        let told = timeout(PATIENCE, search.output()).await.context("no answer")??;
        // It prints names to one and values to the other of its two outputs.
        let told = [told.stdout, told.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        let users = told.lines().filter_map(|line| line.strip_prefix("attribute.username = "));
        Ok(users.map(str::to_owned).collect())
    }

    /// The secret of an entry, byte for byte. Asks the keyring itself.
    ///
    /// # Errors
    ///
    /// Fails if there is no such entry, or the keyring does not answer.
    pub async fn secret(&self, service: &str, user: &str) -> Result<Vec<u8>> {
        let mut lookup = Command::new("secret-tool");
        lookup.args(["lookup", "service", service, "username", user]).stdin(Stdio::null());
        self.move_in(&mut lookup);
        let told = timeout(PATIENCE, lookup.output()).await.context("no answer")??;
        ensure!(told.status.success(), "no secret of {user}: {}", told.status);
        Ok(told.stdout)
    }

    /// Removes an entry.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub async fn clear(&self, service: &str, user: &str) -> Result<()> {
        let mut clear = Command::new("secret-tool");
        clear.args(["clear", "service", service, "username", user]);
        self.move_in(&mut clear);
        output(&mut clear).await.map(drop)
    }

    /// Puts a secret into the place of an entry that another program made.
    ///
    /// # Errors
    ///
    /// Fails if there is no such entry, or the keyring does not take the secret.
    pub async fn replace(&self, service: &str, user: &str, secret: &str) -> Result<()> {
        // Another program's entry has attributes besides, so that it would lie beside it.
        self.clear(service, user).await?;
        self.store(service, user, secret).await
    }

    /// Makes an entry.
    ///
    /// # Errors
    ///
    /// Fails if the keyring does not take it.
    pub async fn store(&self, service: &str, user: &str, secret: &str) -> Result<()> {
        let mut store = Command::new("secret-tool");
        store.args(["store", "--label", "x", "service", service, "username", user]);
        self.move_in(&mut store);
        let mut store = store.stdin(Stdio::piped()).spawn()?;
        let mut input = store.stdin.take().context("no input")?;
        input.write_all(secret.as_bytes()).await?;
        drop(input);
        let status = timeout(PATIENCE, store.wait()).await.context("no answer")??;
        ensure!(status.success(), "the keyring did not take it: {status}");
        Ok(())
    }

    /// Answers the question for the password.
    ///
    /// # Errors
    ///
    /// Fails if no question stands on the display.
    pub async fn answer(&self) -> Result<()> {
        let question = Self::question().await?;
        question.type_text(PASSWORD).await?;
        question.press("Return").await
    }

    /// Waits until the question for the password stands on the display.
    ///
    /// # Errors
    ///
    /// Fails if it does not come.
    pub async fn is_asking(&self) -> Result<()> {
        Self::question().await.map(drop)
    }

    /// Closes the question for the password.
    ///
    /// # Errors
    ///
    /// Fails if no question stands on the display.
    pub async fn dismiss(&self) -> Result<()> {
        Self::question().await?.press("Escape").await
    }

    async fn question() -> Result<Window> {
        Window::of_class("gcr-prompter").await
    }

    async fn call(
        &self,
        (name, object): (&str, &str),
        method: &str,
        arguments: &[&str],
    ) -> Result<String> {
        let mut call = Command::new("gdbus");
        call.args(["call", "--session", "--dest", name])
            .args(["--object-path", object, "--method", method])
            .args(arguments);
        self.move_in(&mut call);
        timeout(PATIENCE, output(&mut call)).await.context("no answer")?
    }

    fn own_folders(&self, command: &mut Command) {
        own_folders(&self.folder, command);
        self.move_in(command);
    }
}

impl Bus {
    /// A bus that starts nothing by itself but the window in which a keyring asks.
    async fn start(folder: &Path) -> Result<Self> {
        let services = folder.join("services");
        fs::create_dir_all(&services)?;
        fs::copy(Path::new("/usr/share/dbus-1/services").join(PROMPTER), services.join(PROMPTER))
            .context("gcr, which asks for a keyring's password, is not installed")?;
        let configuration = configure(folder, false)?;
        // It ends with the test that started it, also with one that is killed; and the keyring with
        // it.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "dbus-daemon", "--nofork", "--print-address"]);
        command.arg("--config-file").arg(&configuration);
        command.stderr(fs::File::create(folder.join("bus.messages"))?);
        // What it starts opens its window where the journeys look.
        command.env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
        own_folders(folder, &mut command);
        let mut process = Running::start(&mut command)?;
        let address = process.line(|line| Some(line.to_owned())).await?;
        Ok(Self { address, process })
    }
}

/// Writes the rules of the bus.
fn configure(folder: &Path, keyring_refused: bool) -> Result<PathBuf> {
    let file = folder.join("bus.conf");
    let refusal = if keyring_refused {
        "<deny send_destination=\"org.freedesktop.secrets\" send_type=\"method_call\"/>"
    } else {
        ""
    };
    fs::write(
        &file,
        format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
             \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
             <busconfig><type>session</type><listen>unix:path={}</listen>\
             <servicedir>{}</servicedir>\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
             <allow eavesdrop=\"true\"/><allow own=\"*\"/>{refusal}</policy></busconfig>\n",
            folder.join("bus").display(),
            folder.join("services").display()
        ),
    )?;
    Ok(file)
}

/// Nothing of the person's own is touched.
fn own_folders(folder: &Path, command: &mut Command) {
    command
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("XDG_RUNTIME_DIR", folder);
}
