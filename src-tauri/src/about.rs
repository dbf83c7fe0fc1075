//! What this program is and runs on: for the page, and as a text that a person can send.

use std::{env, fmt::Write as _, fs, path::Path};

use droptrace_core::words::sentence;
use serde::Serialize;
use serde_json::Value;

/// The program and what it runs on. Nothing here is of the person, their account or their files.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    version: &'static str,
    /// The version of the system's web view; none if the system does not tell.
    web_view: Option<String>,
    tauri: &'static str,
    /// The system with its version, `Debian GNU/Linux 12 (bookworm)`.
    system: String,
    /// The processor's architecture, `x86_64`.
    architecture: &'static str,
    /// The desktop and the kind of its session, `GNOME, wayland`; none where the system has one only.
    desktop: Option<String>,
    /// Whether the practice tenant is built in.
    practice: bool,
}

impl About {
    /// Asks the system. This may block.
    pub(crate) fn here() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            web_view: tauri::webview_version().ok().map(|version| plain(&version)),
            tauri: tauri::VERSION,
            system: plain(&system().unwrap_or_else(|| env::consts::OS.to_owned())),
            architecture: env::consts::ARCH,
            desktop: desktop(|name| env::var(name).ok()),
            practice: cfg!(feature = "practice"),
        }
    }
}

/// What helps to find a fault: the program and its system, where it keeps things, and the shape of
/// its settings. No account, tenant, file or digest, and the home folder is `~`. This may block.
pub(crate) fn diagnostics(about: &About, data: &Path, log: &Path, home: Option<&Path>) -> String {
    let unknown = || sentence("diagnostics.unknown").to_owned();
    let lines = [
        ("diagnostics.version", about.version.to_owned()),
        ("diagnostics.webView", about.web_view.clone().unwrap_or_else(unknown)),
        ("diagnostics.tauri", about.tauri.to_owned()),
        ("diagnostics.system", format!("{}, {}", about.system, about.architecture)),
        ("diagnostics.desktop", about.desktop.clone().unwrap_or_else(unknown)),
        (
            "diagnostics.practice",
            sentence(if about.practice { "diagnostics.yes" } else { "diagnostics.no" }).to_owned(),
        ),
        ("diagnostics.data", without_home(data, home)),
        ("diagnostics.log", without_home(log, home)),
        ("diagnostics.settings", settings(&data.join("settings.json"))),
    ];
    let mut text = sentence("diagnostics.title").to_owned();
    for (label, value) in lines {
        // Writing to a text does not fail.
        let _ = write!(text, "\n{}: {value}", sentence(label));
    }
    text
}

/// The settings with what is in them left out: which there are, and of what kind.
fn settings(file: &Path) -> String {
    let Ok(text) = fs::read(file) else { return sentence("diagnostics.none").to_owned() };
    match serde_json::from_slice::<Value>(&text) {
        Ok(settings) => shape(&settings).to_string(),
        Err(_) => sentence("diagnostics.notUnderstood").to_owned(),
    }
}

/// A value with its kind in the place of each text and number. The names are those that this
/// program writes; any other could be somebody's.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => "yes or no".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "text".into(),
        Value::Array(values) => values.iter().map(shape).collect(),
        Value::Object(members) => {
            let known =
                |name: &str| name.len() <= 24 && name.bytes().all(|b| b.is_ascii_alphabetic());
            members
                .iter()
                .map(|(name, value)| {
                    (if known(name) { name.clone() } else { "?".to_owned() }, shape(value))
                })
                .collect()
        }
    }
}

fn without_home(path: &Path, home: Option<&Path>) -> String {
    let inside = home.and_then(|home| path.strip_prefix(home).ok());
    match inside {
        Some(inside) => Path::new("~").join(inside).display().to_string(),
        // A folder elsewhere can hold the person's name as well; its last part says enough.
        None => path.file_name().map_or_else(String::new, |name| format!("…/{}", name.display())),
    }
}

/// What the system tells of itself, as short plain text: it can have been set to anything.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| matches!(letter, ' '..='~')).take(80).collect::<String>()
}

/// The desktop by the variables of the specification for desktop entries.
fn desktop(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let told = ["XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE"].into_iter();
    let told: Vec<String> = told
        .filter_map(&variable)
        .map(|value| plain(&value))
        .filter(|value| !value.is_empty())
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// The system's name and version: os-release(5).
#[cfg(target_os = "linux")]
fn system() -> Option<String> {
    let files = ["/etc/os-release", "/usr/lib/os-release"];
    let text = files.iter().find_map(|file| fs::read_to_string(file).ok())?;
    pretty_name(&text)
}

#[cfg(target_os = "linux")]
fn pretty_name(os_release: &str) -> Option<String> {
    let value = os_release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(value.trim_matches(['"', '\'']).to_owned()).filter(|name| !name.is_empty())
}

/// `Microsoft Windows [Version 10.0.22631.4317]`.
#[cfg(windows)]
fn system() -> Option<String> {
    use std::{os::windows::process::CommandExt, process::Command};

    // `CREATE_NO_WINDOW`: no console appears for it.
    let told = Command::new("cmd").args(["/c", "ver"]).creation_flags(0x0800_0000).output().ok()?;
    let text = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

/// `macOS 15.1`.
#[cfg(target_os = "macos")]
fn system() -> Option<String> {
    let told =
        std::process::Command::new("/usr/bin/sw_vers").arg("-productVersion").output().ok()?;
    let version = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    (!version.is_empty()).then(|| format!("macOS {version}"))
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn system() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About {
            version: "1.2.3",
            web_view: None,
            tauri: "2.0.0",
            system: "Some Linux 12".into(),
            architecture: "x86_64",
            desktop: Some("GNOME, wayland".into()),
            practice: true,
        }
    }

    #[test]
    fn diagnostics_hold_the_program_and_nothing_of_the_person() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("share/app.droptrace.desktop");
        fs::create_dir_all(&data).unwrap();
        let secrets = [
            "11111111-2222-3333-4444-555555555555",
            "66666666-7777-8888-9999-000000000000",
            "mara@fernhill.example",
            "quarterly report.txt",
            "a9993e364706816aba3e25717850c26c9cd0d89d",
        ];
        let settings = serde_json::json!({
            "version": 1,
            "organisation": { "cloud": "commercial", "tenant": secrets[0], "client": secrets[1] },
            secrets[2]: { secrets[4]: [secrets[3], 7, true, null] },
        });
        fs::write(data.join("settings.json"), settings.to_string()).unwrap();

        let told = diagnostics(&about(), &data, &data.join("logs"), Some(home.path()));

        for part in ["1.2.3", "Some Linux 12, x86_64", "GNOME, wayland", "~/share", "organisation"]
        {
            assert!(told.contains(part), "{part} in {told}");
        }
        let home = home.path().display().to_string();
        for secret in secrets.into_iter().chain([&*home, "commercial"]) {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }

    #[test]
    fn a_folder_outside_of_the_home_is_told_by_its_last_part() {
        let elsewhere = Path::new("/mnt/mara/share/logs");

        assert_eq!(without_home(elsewhere, Some(Path::new("/home/x"))), "…/logs");
        assert_eq!(without_home(elsewhere, None), "…/logs");
    }

    #[test]
    fn settings_that_are_missing_or_broken_are_told_without_what_is_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        assert_eq!(settings(&file), sentence("diagnostics.none"));

        fs::write(&file, "{ \"tenant\": mara").unwrap();
        assert_eq!(settings(&file), sentence("diagnostics.notUnderstood"));
    }

    #[test]
    fn what_the_system_was_set_to_is_told_as_plain_text() {
        let told = desktop(|name| {
            Some(if name == "XDG_SESSION_TYPE" { "x\u{202e}11\n" } else { "" }.to_owned())
        });

        assert_eq!(told.as_deref(), Some("x11"));
        assert_eq!(desktop(|_| None), None);
        assert_eq!(plain(&"a".repeat(200)).len(), 80);
    }

    #[test]
    fn this_system_is_known() {
        let about = About::here();

        assert!(!about.system.is_empty());
        assert_eq!(about.version, env!("CARGO_PKG_VERSION"));
        let about = serde_json::to_value(about).unwrap();
        let mut names: Vec<&str> = about.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let told = ["architecture", "desktop", "practice", "system", "tauri", "version", "webView"];
        assert_eq!(names, told);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_name_of_the_system_is_read() {
        assert_eq!(
            pretty_name("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n").as_deref(),
            Some("Debian GNU/Linux 12 (bookworm)")
        );
        assert_eq!(pretty_name("ID=x\n"), None);
    }
}
