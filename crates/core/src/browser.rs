//! How a link is opened in the browser of this computer.
//!
//! The system has a way for that; what stands here are the places where it fails without a word: a
//! Linux inside Windows, a session without a screen, and a bundle whose libraries would be handed
//! on to the browser. A link is always one argument of a program, never part of a command.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    io,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;
use url::Url;

use crate::view::{ErrorCode, UserError};

/// How long opening may take before the person is told of it.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why a link was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no screen to open a browser on.
    #[error("there is no display for a browser")]
    NoDisplay {
        /// Whether this session came over SSH.
        ssh: bool,
    },
    /// The system, or the program that opens links, said that it could not.
    #[error("the link was not opened")]
    NotOpened(#[from] io::Error),
    /// The program that opens links did not come to an end in time.
    #[error("the opening of the link hangs")]
    Hangs,
}

impl From<&OpenError> for UserError {
    fn from(error: &OpenError) -> Self {
        Self::new(match error {
            OpenError::NoDisplay { ssh: false } => ErrorCode::BrowserNoDisplay,
            OpenError::NoDisplay { ssh: true } => ErrorCode::BrowserNoDisplaySsh,
            OpenError::NotOpened(_) => ErrorCode::BrowserNotOpened,
            OpenError::Hangs => ErrorCode::BrowserHangs,
        })
    }
}

/// Opens a link in the browser. This may block: see [`open_within`].
///
/// # Errors
///
/// [`OpenError`], as far as the system tells.
pub fn open(link: &Url) -> Result<(), OpenError> {
    if cfg!(any(windows, target_os = "macos")) {
        return Ok(open::that_detached(link.as_str())?);
    }
    let launch = plan(link, &Environment::of_process())?;
    if let Program::Named(program) = launch.program {
        return Ok(first_that_starts([launch.command(program)])?);
    }
    if launch.changes.is_empty() {
        return Ok(open::that_detached(link.as_str())?);
    }
    let commands = open::commands(link.as_str()).into_iter();
    Ok(first_that_starts(commands.map(|command| launch.changed(command)))?)
}

/// Does `open`, which opens a link, on a thread of its own, and waits at most `patience` for it. A
/// thread that hangs is left behind: nothing waits for it at the program's end.
///
/// # Errors
///
/// What `open` says, or [`OpenError::Hangs`].
pub async fn open_within(
    open: impl FnOnce() -> Result<(), OpenError> + Send + 'static,
    patience: Duration,
) -> Result<(), OpenError> {
    let (send, opened) = oneshot::channel();
    thread::Builder::new().name("browser".to_owned()).spawn(move || {
        // Closed if it took too long.
        let _ = send.send(open());
    })?;
    match tokio::time::timeout(patience, opened).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(io::Error::other("the thread that opens links ended").into()),
        Err(_) => Err(OpenError::Hangs),
    }
}

/// What decides how a link is opened.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The variables.
    pub variables: BTreeMap<OsString, OsString>,
    /// The text of `/proc/version`; empty where there is none.
    pub kernel: String,
    /// Which of [`Environment::PROGRAMS`] are there.
    pub programs: Vec<&'static str>,
}

impl Environment {
    /// The programs that matter: of Windows, reached from a Linux inside it.
    pub const PROGRAMS: [&'static str; 2] = [WSLVIEW, RUNDLL];

    /// That of this process.
    pub fn of_process() -> Self {
        let path = env::var_os("PATH").unwrap_or_default();
        let is_there = |name: &&str| env::split_paths(&path).any(|at| at.join(name).is_file());
        Self {
            variables: env::vars_os().collect(),
            kernel: std::fs::read_to_string("/proc/version").unwrap_or_default(),
            programs: Self::PROGRAMS.into_iter().filter(is_there).collect(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    fn is_inside_windows(&self) -> bool {
        self.has("WSL_DISTRO_NAME")
            || self.has("WSL_INTEROP")
            || self.kernel.to_ascii_lowercase().contains("microsoft")
    }
}

/// Which program opens a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The one that the desktop has for it.
    Usual,
    /// This one.
    Named(&'static str),
}

/// How a link is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// By which program.
    pub program: Program,
    /// Its arguments; the last one is the link.
    pub arguments: Vec<String>,
    /// Variables that the program gets in another form, or (with none) not at all.
    pub changes: BTreeMap<OsString, Option<OsString>>,
}

impl Launch {
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.args(&self.arguments);
        self.changed(command)
    }

    fn changed(&self, mut command: Command) -> Command {
        for (name, value) in &self.changes {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }
}

/// Of `wslu`, which Ubuntu's WSL brings along.
const WSLVIEW: &str = "wslview";
/// Of Windows itself: takes a link as its last argument, as it is. `PowerShell` has no such way: it
/// reads all that follows `-Command` as its own language, in which `&` has a meaning.
const RUNDLL: &str = "rundll32.exe";

/// Decides how a link is opened on Linux.
///
/// # Errors
///
/// [`OpenError::NoDisplay`] if there is no screen. Who has set `BROWSER` has one that needs none.
pub fn plan(link: &Url, environment: &Environment) -> Result<Launch, OpenError> {
    let changes = changes(environment);
    let link = link.as_str().to_owned();
    if environment.is_inside_windows() {
        let is_there = |program| environment.programs.contains(&program);
        let before: Option<(_, &[&str])> = if is_there(WSLVIEW) {
            Some((WSLVIEW, &[]))
        } else if is_there(RUNDLL) {
            Some((RUNDLL, &["url.dll,FileProtocolHandler"]))
        } else {
            None
        };
        if let Some((program, before)) = before {
            let arguments = before.iter().map(|&argument| argument.to_owned());
            let arguments = arguments.chain([link]).collect();
            return Ok(Launch { program: Program::Named(program), arguments, changes });
        }
    }
    if !["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"].iter().any(|name| environment.has(name)) {
        let ssh = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];
        return Err(OpenError::NoDisplay { ssh: ssh.iter().any(|name| environment.has(name)) });
    }
    Ok(Launch { program: Program::Usual, arguments: vec![link], changes })
}

/// Lists of folders to which a bundle adds its own.
const LISTS: [&str; 11] = [
    "PATH",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "XDG_DATA_DIRS",
    "XDG_CONFIG_DIRS",
    "GTK_PATH",
    "GIO_EXTRA_MODULES",
    "GST_PLUGIN_SYSTEM_PATH",
    "GST_PLUGIN_SYSTEM_PATH_1_0",
    "PYTHONPATH",
    "QT_PLUGIN_PATH",
];

/// What only a bundle sets for itself.
const ITS_OWN: [&str; 5] = ["APPDIR", "APPIMAGE", "ARGV0", "OWD", "BAMF_DESKTOP_FILE_HINT"];

/// What to take back of what an `AppImage` or a snap has set for the program in it: variables that
/// lead into it. Lists keep their other members.
fn changes(environment: &Environment) -> BTreeMap<OsString, Option<OsString>> {
    let roots: Vec<&Path> = ["APPDIR", "SNAP"]
        .into_iter()
        .filter_map(|name| environment.get(name))
        .map(Path::new)
        .filter(|root| root.is_absolute() && root.parent().is_some())
        .collect();
    if roots.is_empty() {
        return BTreeMap::new();
    }
    let leads_in = |path: &Path| roots.iter().any(|root| path.starts_with(root));
    let mut changes = BTreeMap::new();
    for (name, value) in &environment.variables {
        let text = name.to_string_lossy();
        let is_its_own = ITS_OWN.contains(&&*text) || &*text == "SNAP" || text.starts_with("SNAP_");
        if is_its_own {
            changes.insert(name.clone(), None);
        } else if LISTS.contains(&&*text) {
            let kept: Vec<_> = env::split_paths(value).filter(|path| !leads_in(path)).collect();
            if kept.len() < env::split_paths(value).count() {
                let kept = env::join_paths(kept).ok().filter(|kept| !kept.is_empty());
                changes.insert(name.clone(), kept);
            }
        } else if leads_in(Path::new(value)) {
            changes.insert(name.clone(), None);
        }
    }
    changes
}

/// How long a program is watched for a failure. Some end when the browser does.
const WATCHED: Duration = Duration::from_secs(1);

/// Starts one after the other, until one ends well or goes on.
fn first_that_starts(commands: impl IntoIterator<Item = Command>) -> io::Result<()> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for command in commands {
        match start(command) {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn start(mut command: Command) -> io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // A terminal's Ctrl+C is not for the browser.
        command.process_group(0);
    }
    let mut child = command.spawn()?;
    let until = Instant::now() + WATCHED;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("it ended with {status}"))),
            None if Instant::now() >= until => break,
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
    // Waited for, so that it does not stay behind as a zombie.
    thread::Builder::new().name("browser".to_owned()).spawn(move || child.wait()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://login.example/authorize?a=1&b=$(x)%22;%27'|calc";

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        Environment { variables: variables.collect(), ..Environment::default() }
    }

    fn planned(environment: &Environment) -> Launch {
        plan(&LINK.parse().unwrap(), environment).unwrap()
    }

    #[test]
    fn a_desktop_has_its_usual_program() {
        for display in ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"] {
            let launch = planned(&environment(&[(display, ":0"), ("PATH", "/usr/bin")]));

            assert_eq!(launch.program, Program::Usual);
            assert_eq!(launch.changes, BTreeMap::new());
        }
    }

    #[test]
    fn inside_windows_the_browser_of_windows_is_opened() {
        let by_variable = environment(&[("WSL_DISTRO_NAME", "Ubuntu")]);
        let kernel = "Linux version 5.15.90.1-microsoft-standard-WSL2".to_owned();
        let by_kernel = Environment { kernel, ..Environment::default() };

        for inside in [by_variable, by_kernel] {
            let with = |programs: &[&'static str]| {
                planned(&Environment { programs: programs.to_vec(), ..inside.clone() })
            };
            assert_eq!(with(&[WSLVIEW, RUNDLL]).program, Program::Named(WSLVIEW));
            assert_eq!(with(&[WSLVIEW]).arguments.len(), 1);
            let launch = with(&[RUNDLL]);
            assert_eq!(launch.program, Program::Named(RUNDLL));
            assert_eq!(launch.arguments[0], "url.dll,FileProtocolHandler");

            let nothing = plan(&LINK.parse().unwrap(), &inside);
            assert!(matches!(nothing, Err(OpenError::NoDisplay { ssh: false })));
        }
    }

    #[test]
    fn without_a_screen_it_is_told_whether_ssh_is_why() {
        for (variables, over_ssh) in [
            (&[][..], false),
            (&[("DISPLAY", "")], false),
            (&[("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")], true),
            (&[("SSH_TTY", "/dev/pts/1")], true),
        ] {
            let error = plan(&LINK.parse().unwrap(), &environment(variables)).unwrap_err();
            let OpenError::NoDisplay { ssh } = error else { panic!("{error:?}") };
            assert_eq!(ssh, over_ssh, "{variables:?}");
        }
        // A display that is forwarded is one.
        planned(&environment(&[("SSH_TTY", "/dev/pts/1"), ("DISPLAY", "localhost:10.0")]));
    }

    #[test]
    fn the_link_is_one_argument_and_the_last() {
        let screen = environment(&[("DISPLAY", ":0")]);
        let inside = environment(&[("WSL_INTEROP", "/run/WSL/1")]);
        let inside = |programs| Environment { programs, ..inside.clone() };
        let link = Url::parse(LINK).unwrap();

        for environment in [screen, inside(vec![WSLVIEW]), inside(vec![RUNDLL])] {
            let launch = planned(&environment);

            assert_eq!(launch.arguments.last().map(String::as_str), Some(link.as_str()));
            let before = &launch.arguments[..launch.arguments.len() - 1];
            assert!(before.iter().all(|argument| !argument.contains("login.example")));
        }
    }

    #[cfg(unix)] // paths of Linux
    #[test]
    fn what_a_bundle_has_set_for_itself_does_not_reach_the_browser() {
        let app_image = environment(&[
            ("DISPLAY", ":0"),
            ("APPDIR", "/tmp/.mount_dropt1"),
            ("APPIMAGE", "/home/ann/Droptrace.AppImage"),
            ("LD_LIBRARY_PATH", "/tmp/.mount_dropt1/usr/lib:/tmp/.mount_dropt1/lib"),
            ("PATH", "/tmp/.mount_dropt1/usr/bin:/usr/bin:/bin"),
            ("XDG_DATA_DIRS", "/tmp/.mount_dropt1/usr/share:/usr/share"),
            ("GTK_EXE_PREFIX", "/tmp/.mount_dropt1/usr"),
            ("GDK_PIXBUF_MODULE_FILE", "/tmp/.mount_dropt1/loaders.cache"),
            ("GTK_THEME", "Adwaita"),
            ("HOME", "/home/ann"),
            ("OTHER", "/tmp/.mount_dropt12/kept"),
        ]);
        let changes = planned(&app_image).changes;
        let changes: Vec<_> = changes
            .iter()
            .map(|(name, value)| (name.to_str().unwrap(), value.as_ref().and_then(|v| v.to_str())))
            .collect();
        assert_eq!(
            changes,
            [
                ("APPDIR", None),
                ("APPIMAGE", None),
                ("GDK_PIXBUF_MODULE_FILE", None),
                ("GTK_EXE_PREFIX", None),
                ("LD_LIBRARY_PATH", None),
                ("PATH", Some("/usr/bin:/bin")),
                ("XDG_DATA_DIRS", Some("/usr/share")),
            ]
        );

        let snap = environment(&[
            ("DISPLAY", ":0"),
            ("SNAP", "/snap/droptrace/7"),
            ("SNAP_NAME", "droptrace"),
            ("GTK_PATH", "/snap/droptrace/7/gtk:/usr/lib/gtk"),
        ]);
        let changes = planned(&snap).changes;
        assert_eq!(changes[OsStr::new("GTK_PATH")], Some("/usr/lib/gtk".into()));
        assert_eq!((&changes[OsStr::new("SNAP")], changes.len()), (&None, 3));

        let root = environment(&[("DISPLAY", ":0"), ("APPDIR", "/"), ("PATH", "/usr/bin")]);
        assert_eq!(planned(&root).changes, BTreeMap::new(), "everything would lead into it");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_gives_way_to_the_next_and_one_that_goes_on_is_taken() {
        let run = |program: &str, argument: &str| {
            let mut command = Command::new(program);
            command.arg(argument);
            command
        };
        let (missing, fails) = (|| run("/none/such", "x"), || run("false", "x"));

        first_that_starts([missing(), fails(), run("true", "x")]).unwrap();
        first_that_starts([missing(), fails()]).unwrap_err();
        first_that_starts([run("sleep", "2")]).unwrap();
    }

    #[tokio::test]
    async fn an_opening_that_hangs_is_left_behind() {
        let (release, hang) = std::sync::mpsc::channel::<()>();

        let hangs = open_within(
            move || {
                let _ = hang.recv();
                Ok(())
            },
            Duration::from_millis(50),
        );
        assert!(matches!(hangs.await, Err(OpenError::Hangs)));
        drop(release);

        let refused = || Err(io::Error::from(io::ErrorKind::NotFound).into());
        let refused = open_within(refused, PATIENCE).await;
        assert!(matches!(refused, Err(OpenError::NotOpened(_))));
        open_within(|| Ok(()), PATIENCE).await.unwrap();
    }
}
