//! What a journey runs in, and what is told when it fails.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command as BlockingCommand, Stdio},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use droptrace_practice_tenant::{PracticeTenant, Settings};
use tokio::{process::Command, sync::MutexGuard};

use crate::{
    app::App,
    browser::Browser,
    clipboard::{self, Copied},
    drag::Drag,
    driver,
    home::Home,
    keyring::{KeyringSession, KeyringState},
    links::Links,
    process::Running,
    read_aloud::{self, Spoken},
    tour::Tour,
    unattended::Unattended,
    window::Window,
};

/// Runs a journey on a stage of its own. If it fails, its picture and the app's log are told.
///
/// # Errors
///
/// Fails if the journey does, or cannot be run here.
pub async fn journey(body: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    journey_with(KeyringState::Unlocked, body).await
}

/// Runs a journey that begins with the keyring in this state.
///
/// # Errors
///
/// Fails if the journey does, or cannot be run here.
pub async fn journey_with(
    keyring: KeyringState,
    body: impl AsyncFnOnce(&Stage) -> Result<()>,
) -> Result<()> {
    let stage = Stage::set(keyring).await?;
    let mut witness = Witness { stage: &stage, called: true };
    body(&stage).await?;
    witness.called = false;
    Ok(())
}

/// A home, a way for links to be opened, and the drivers of the windows.
#[derive(Debug)]
pub struct Stage {
    // Dropped in this order: nothing runs any more when the home goes away.
    drivers: Mutex<Vec<Running>>,
    links: Links,
    tour: Tour,
    program: PathBuf,
    keyring: tokio::sync::Mutex<KeyringSession>,
    home: Home,
}

impl Stage {
    async fn set(keyring: KeyringState) -> Result<Self> {
        let program = env::var_os("DROPTRACE_APP").map(PathBuf::from);
        let program = program.context(
            "journeys need a display and the built app (DROPTRACE_APP); `cargo xtask test` has both",
        )?;
        // That of an earlier journey would be taken for this one's.
        Window::none().await?;
        let home = Home::create()?;
        let links = Links::listen(&home)?;
        let keyring = KeyringSession::start(&home.keyring(), keyring).await?;
        home.set_bus(keyring.address());
        Ok(Self {
            drivers: Mutex::default(),
            links,
            tour: Tour::of_environment()?,
            program,
            keyring: keyring.into(),
            home,
        })
    }

    /// The keyring that the app uses.
    pub async fn keyring(&self) -> MutexGuard<'_, KeyringSession> {
        self.keyring.lock().await
    }

    /// Starts a practice tenant that the app will use, so that faults can be scripted.
    ///
    /// # Errors
    ///
    /// Fails if it does not start.
    pub async fn tenant(&self) -> Result<PracticeTenant> {
        self.tenant_with(Settings::default()).await
    }

    /// Starts a practice tenant with these settings, as [`Stage::tenant`] does.
    ///
    /// # Errors
    ///
    /// Fails if it does not start.
    pub async fn tenant_with(&self, settings: Settings) -> Result<PracticeTenant> {
        let tenant = PracticeTenant::start(settings).await?;
        tenant.announce(&self.home.runtime().join("droptrace"))?;
        Ok(tenant)
    }

    /// Opens the app, and waits for its page.
    ///
    /// # Errors
    ///
    /// Fails if it does not open.
    pub async fn open_app(&self) -> Result<App> {
        self.open_app_with(&[]).await
    }

    /// Opens the app with these environment variables, as [`Stage::open_app`] does.
    ///
    /// # Errors
    ///
    /// Fails if it does not open.
    pub async fn open_app_with(&self, environment: &[(&str, &str)]) -> Result<App> {
        self.open(environment, None).await
    }

    /// Opens the app in a window beside this one, as [`Stage::open_app`] does.
    ///
    /// # Errors
    ///
    /// Fails if it does not open.
    pub async fn open_app_beside(&self, other: &Window) -> Result<App> {
        self.open(&[], Some(other)).await
    }

    async fn open(&self, environment: &[(&str, &str)], other: Option<&Window>) -> Result<App> {
        let (driver, port) = driver::tauri_driver(&self.home, environment).await?;
        self.drivers.lock().unwrap_or_else(PoisonError::into_inner).push(driver);
        let session = driver::open_app(port, &self.program).await?;
        App::attach(session, self.tour.clone(), other).await
    }

    /// Starts the bus that programs tell a screen reader on; before the app opens.
    ///
    /// # Errors
    ///
    /// Fails if it does not start.
    pub async fn listen(&self) -> Result<()> {
        let bus = read_aloud::start_bus(&self.home).await?;
        self.drivers.lock().unwrap_or_else(PoisonError::into_inner).push(bus);
        Ok(())
    }

    /// Waits until a screen reader finds something for each text in the app, and gives what it finds
    /// in their order.
    ///
    /// # Errors
    ///
    /// Fails with what is not read aloud.
    pub async fn hear(&self, app: &App, texts: &[&str]) -> Result<Vec<Spoken>> {
        read_aloud::find(&self.home, app.process_id(), texts).await
    }

    /// Starts the app as a person does, without anything that drives its page.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be run.
    pub fn start_app(&self) -> Result<Running> {
        self.start_app_with(&[])
    }

    /// Starts the app with these environment variables, as [`Stage::start_app`] does.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be run.
    pub fn start_app_with(&self, environment: &[(&str, &str)]) -> Result<Running> {
        let mut command = Command::new(&self.program);
        self.home.move_in(&mut command)?;
        command.envs(environment.iter().copied());
        command.stderr(fs::File::create(self.home.messages_of("app"))?);
        Running::start(&mut command)
    }

    /// Starts another program in the journey's home, in this folder.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be run.
    pub fn start(&self, command: &mut Command, folder: &Path) -> Result<Running> {
        self.home.move_in(command)?;
        command.current_dir(folder);
        command.stderr(fs::File::create(self.home.messages_of("app"))?);
        Running::start(command)
    }

    /// Opens the app without anything that drives its page.
    ///
    /// # Errors
    ///
    /// Fails if no window appears.
    pub async fn open_unattended(&self) -> Result<Unattended> {
        self.attend(self.start_app()?).await
    }

    /// Waits for the window of the app that this program is or has started.
    ///
    /// # Errors
    ///
    /// Fails if no window appears.
    pub async fn attend(&self, program: Running) -> Result<Unattended> {
        Unattended::attach(program, self.tour.clone()).await
    }

    /// Waits for the window of the app that this program is, beside the one that is open.
    ///
    /// # Errors
    ///
    /// Fails if no other window appears.
    pub async fn attend_beside(&self, program: Running, other: &Window) -> Result<Unattended> {
        Unattended::attach_beside(program, self.tour.clone(), other).await
    }

    /// The app's program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// From here on the system cannot open a link.
    ///
    /// # Errors
    ///
    /// Fails if the stand-in for the browser cannot be replaced.
    pub fn take_browser_away(&self) -> Result<()> {
        self.home.take_browser_away()
    }

    /// Starts the browser.
    ///
    /// # Errors
    ///
    /// Fails if it does not start.
    pub async fn browser(&self) -> Result<Browser> {
        Browser::start(&self.home, self.tour.clone()).await
    }

    /// Waits for the next link that the app asks the system to open.
    ///
    /// # Errors
    ///
    /// Fails if none comes.
    pub async fn link(&self) -> Result<String> {
        self.links.next().await
    }

    /// Whether the app has asked the system to open a link that was not waited for.
    pub async fn link_is_waiting(&self) -> bool {
        self.links.is_waiting().await
    }

    /// Signs in on the practice tenant's page, as the analyst whose button has this `id`.
    ///
    /// # Errors
    ///
    /// Fails if the window does not come to name the person.
    pub async fn sign_in(&self, app: &App, button: &str) -> Result<()> {
        app.press("try-practice").await?;
        self.answer(button).await?;
        app.see("account").await
    }

    /// Opens the link that the app asks for, presses the button of this `id` on the practice tenant's
    /// sign-in page, and waits until the app has the answer.
    ///
    /// # Errors
    ///
    /// Fails if the browser does not come so far.
    pub async fn answer(&self, button: &str) -> Result<()> {
        let browser = self.browser().await?;
        browser.open(&self.link().await?).await?;
        browser.press(button).await?;
        browser.see_heading("Droptrace has the answer").await?;
        browser.close().await
    }

    /// Drops files onto the window from another program.
    ///
    /// # Errors
    ///
    /// Fails if the window does not take them.
    pub async fn drop_files(&self, app: &App, files: &[PathBuf]) -> Result<()> {
        Drag::over(app.window(), files).await?.drop().await
    }

    /// Copies a text to the clipboard, in another program.
    ///
    /// # Errors
    ///
    /// Fails if the clipboard cannot be had.
    pub async fn copy(&self, text: &str) -> Result<Copied> {
        clipboard::copy(text, &self.home.as_ref().join("copied")).await
    }

    /// The text on the clipboard, as another program sees it.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub async fn copied(&self) -> Result<String> {
        clipboard::text().await
    }

    /// The home of everything that runs in the journey, with all that it writes.
    pub fn home(&self) -> &Path {
        self.home.as_ref()
    }

    /// A folder for the journey's files.
    pub fn files(&self) -> PathBuf {
        self.home.files()
    }

    /// The app's own folder.
    pub fn app_folder(&self) -> PathBuf {
        self.home.data()
    }

    /// What the app has written to its log.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn log(&self) -> Result<String> {
        let mut log = String::new();
        for file in fs::read_dir(self.home.log()).context("there is no log")? {
            log.push_str(&fs::read_to_string(file?.path())?);
        }
        Ok(log)
    }
}

/// Tells what was there when a journey failed, before its windows go away.
struct Witness<'stage> {
    stage: &'stage Stage,
    called: bool,
}

impl Drop for Witness<'_> {
    #[expect(clippy::print_stderr, reason = "the test program shows it where a journey failed")]
    fn drop(&mut self) {
        if !self.called {
            return;
        }
        match picture_of_all() {
            Ok(picture) => eprintln!("the display at the end: {}", picture.display()),
            Err(error) => eprintln!("no picture of the display: {error:#}"),
        }
        match self.stage.log() {
            Ok(log) => eprintln!("the app's log:\n{log}"),
            Err(error) => eprintln!("no log of the app: {error:#}"),
        }
        for program in ["driver", "app"] {
            if let Ok(messages) = fs::read_to_string(self.stage.home.messages_of(program))
                && !messages.is_empty()
            {
                eprintln!("messages of the {program}:\n{messages}");
            }
        }
    }
}

/// Takes a picture of the whole display, into a folder that stays.
fn picture_of_all() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/journeys");
    fs::create_dir_all(&folder)?;
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("journey").replace("::", "-");
    let file = folder.join(format!("{name}.png"));
    let mut import = BlockingCommand::new("import");
    import.args(["-window", "root"]).arg(&file).stdin(Stdio::null());
    anyhow::ensure!(import.status()?.success(), "import failed");
    Ok(file)
}
