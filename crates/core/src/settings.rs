//! What is kept between starts: `settings.json`, with a version, written whole or not at all.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::view::{ErrorCode, Organisation, Preferences, UserError};

/// What is kept between starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The connected organisations, the latest last: a tenant of a cloud once.
    #[serde(default)]
    pub organisations: Vec<Organisation>,
    /// How organisations are reached.
    #[serde(default)]
    pub network: NetworkChoice,
    /// What the person has chosen for the window.
    #[serde(default)]
    pub preferences: Preferences,
    /// What the person has chosen in the place of an administrator's presets.
    #[serde(default)]
    pub chosen: Chosen,
}

/// What the person has chosen in the place of an administrator's presets, where the choice itself
/// looks like none: no proxy, no further authorities, the usual time, no organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Chosen {
    /// Whether the proxy, or that there is none, is theirs.
    pub proxy: bool,
    /// Whether the file of further certificate authorities, or that there is none, is theirs.
    pub extra_ca: bool,
    /// Whether the time for which answers are kept is theirs.
    pub history: bool,
    /// The tenant of the preset organisation that they have disconnected.
    pub disconnected: Option<String>,
}

/// How the person has organisations reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkChoice {
    /// The proxy; none leaves it to the environment and the system.
    #[serde(default)]
    pub proxy: Option<ProxyChoice>,
    /// A file of further certificate authorities.
    #[serde(default)]
    pub extra_ca: Option<PathBuf>,
}

/// A proxy. Its password, if it has one, lies in the keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyChoice {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name to give to it.
    #[serde(default)]
    pub user: Option<String>,
}

impl Settings {
    /// The most organisations that are connected at once.
    pub const MOST_ORGANISATIONS: usize = 50;

    /// Adds an organisation, in the place of the one of the same tenant and cloud if there is one.
    /// Of too many the oldest gives way.
    pub fn connect(&mut self, organisation: Organisation) {
        self.organisations.retain(|known| !known.is_same_tenant(&organisation));
        self.chosen.disconnected.take_if(|tenant| *tenant == organisation.tenant);
        self.organisations.push(organisation);
        let too_many = self.organisations.len().saturating_sub(Self::MOST_ORGANISATIONS);
        self.organisations.drain(..too_many);
    }

    /// Takes an organisation out.
    pub fn disconnect(&mut self, organisation: &Organisation) {
        self.organisations.retain(|known| !known.is_same_tenant(organisation));
    }

    /// The person names a proxy, or none.
    pub fn choose_proxy(&mut self, proxy: Option<ProxyChoice>) {
        self.network.proxy = proxy;
        self.chosen.proxy = true;
    }

    /// The person names a file of further certificate authorities, or none.
    pub fn choose_extra_ca(&mut self, file: Option<PathBuf>) {
        self.network.extra_ca = file;
        self.chosen.extra_ca = true;
    }

    /// The person has chosen these, within bounds, where those held before: what is as it was is no
    /// choice against an administrator's preset.
    pub fn choose_preferences(&mut self, preferences: Preferences, held: &Preferences) {
        let own = self.preferences.retention;
        self.preferences = preferences.bounded();
        if preferences.retention == held.retention {
            self.preferences.retention = own;
        } else {
            self.chosen.history = true;
        }
    }
}

impl Organisation {
    /// Whether both are the same tenant of the same cloud.
    pub fn is_same_tenant(&self, other: &Self) -> bool {
        (self.cloud, &self.tenant) == (other.cloud, &other.tenant)
    }
}

impl Preferences {
    /// The narrowest and the widest list, in CSS pixels: beside the one there is room for an item in
    /// the smallest window, and the other is still a list.
    const LIST_WIDTHS: (u16, u16) = (240, 900);

    /// The least and the greatest zoom, in percent: WCAG 1.4.10 asks for 400.
    const ZOOMS: (u16, u16) = (50, 400);

    /// The longest that a kept answer stands for a new one, in minutes: a day.
    const LONGEST_FRESH: u16 = 24 * 60;

    /// The same within bounds, whoever asked for it.
    #[must_use]
    pub fn bounded(self) -> Self {
        let (narrowest, widest) = Self::LIST_WIDTHS;
        let (least, greatest) = Self::ZOOMS;
        Self {
            list_width: self.list_width.clamp(narrowest, widest),
            zoom: self.zoom.clamp(least, greatest),
            fresh_minutes: self.fresh_minutes.min(Self::LONGEST_FRESH),
            ..self
        }
    }
}

/// The settings as they hold now, and the file that keeps them.
#[derive(Debug)]
pub struct SettingsStore {
    /// Never held while the disk is waited for.
    current: Mutex<Settings>,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    file: SettingsFile,
    /// What was last written or read.
    settings: Settings,
}

impl SettingsStore {
    /// Reads the settings in `folder`, as [`SettingsFile::open`] does. This blocks.
    pub fn open(folder: &Path) -> (Self, Option<SettingsError>) {
        let (file, settings, error) = SettingsFile::open(folder);
        let current = Mutex::new(settings.clone());
        (Self { current, kept: Mutex::new(Kept { file, settings }) }, error)
    }

    /// The settings as they hold now.
    pub fn current(&self) -> Settings {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the settings; they hold from now on, saved or not.
    pub fn change(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.current.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes the settings as they are when it comes to it, so that of several savings the last one
    /// writes the newest. What is in the file already is not written again. This blocks.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NotSaved`]; what was there before is still there.
    pub fn save(&self) -> Result<(), SettingsError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current();
        if current != kept.settings {
            kept.file.save(&current)?;
            kept.settings = current;
        }
        Ok(())
    }

    /// Removes the settings; the defaults hold from now on. This blocks.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NotSaved`] if the file is still there.
    pub fn forget(&self) -> Result<(), SettingsError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        self.change(|settings| *settings = Settings::default());
        kept.settings = Settings::default();
        kept.file.remove().map_err(SettingsError::NotSaved)
    }
}

/// The settings file.
#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
    /// Set where the file could not be read: it is then not overwritten either.
    unreadable: bool,
}

/// What happened to the settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// They are of a newer version of this app; they were set aside under this name.
    #[error("the settings are of a newer version")]
    Newer(PathBuf),
    /// They could not be understood; they were set aside under this name.
    #[error("the settings could not be understood")]
    Broken(PathBuf),
    /// They could not be read, or not be set aside; they stay as they are.
    #[error("the settings could not be read")]
    Unreadable(#[source] io::Error),
    /// They could not be saved.
    #[error("the settings could not be saved")]
    NotSaved(#[source] io::Error),
}

impl From<&SettingsError> for UserError {
    fn from(error: &SettingsError) -> Self {
        let name = |path: &Path| path.display().to_string();
        match error {
            SettingsError::Newer(aside) => {
                Self::new(ErrorCode::SettingsNewer).with("file", name(aside).as_str())
            }
            SettingsError::Broken(aside) => {
                Self::new(ErrorCode::SettingsBroken).with("file", name(aside).as_str())
            }
            SettingsError::Unreadable(cause) => {
                Self::new(ErrorCode::SettingsUnreadable).with("detail", cause.to_string().as_str())
            }
            SettingsError::NotSaved(cause) => {
                Self::new(ErrorCode::SettingsNotSaved).with("detail", cause.to_string().as_str())
            }
        }
    }
}

/// What every version of the file has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// The file as it stands on disk.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    /// Of version 1, which knew one organisation.
    #[serde(default, skip_serializing)]
    organisation: Option<Organisation>,
    #[serde(flatten)]
    settings: Settings,
}

impl SettingsFile {
    /// The version that this app writes.
    pub const VERSION: u32 = 2;
    /// The largest file that is read.
    const LARGEST: u64 = 1 << 20;

    /// Reads `settings.json` in `folder`. This blocks.
    ///
    /// Settings that cannot be used are set aside, not overwritten, and the error says so; the
    /// defaults then stand in.
    pub fn open(folder: &Path) -> (Self, Settings, Option<SettingsError>) {
        let mut file = Self { path: folder.join("settings.json"), unreadable: false };
        match file.read() {
            Ok(settings) => (file, settings, None),
            Err(error) => {
                file.unreadable = matches!(error, SettingsError::Unreadable(_));
                (file, Settings::default(), Some(error))
            }
        }
    }

    /// Writes the settings: to a new file, which then takes the old one's place. This blocks.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NotSaved`]; what was there before is still there.
    pub fn save(&self, settings: &Settings) -> Result<(), SettingsError> {
        self.write(settings).map_err(SettingsError::NotSaved)
    }

    fn read(&self) -> Result<Settings, SettingsError> {
        let text = match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Settings::default());
            }
            Err(error) => return Err(SettingsError::Unreadable(error)),
            Ok(metadata) if metadata.is_file() && metadata.len() <= Self::LARGEST => {
                fs::read(&self.path).map_err(SettingsError::Unreadable)?
            }
            Ok(_) => return Err(self.set_aside("broken", SettingsError::Broken)),
        };

        match serde_json::from_slice::<Version>(&text) {
            Ok(Version { version }) if version > Self::VERSION => {
                return Err(self.set_aside("newer", SettingsError::Newer));
            }
            Ok(_) => {}
            Err(_) => return Err(self.set_aside("broken", SettingsError::Broken)),
        }
        match serde_json::from_slice::<Stored>(&text) {
            Ok(Stored { organisation, mut settings, .. }) => {
                settings.organisations.extend(organisation);
                settings.preferences = settings.preferences.bounded();
                Ok(settings)
            }
            Err(_) => Err(self.set_aside("broken", SettingsError::Broken)),
        }
    }

    /// Renames the file to a name that is free.
    fn set_aside(&self, why: &str, error: fn(PathBuf) -> SettingsError) -> SettingsError {
        for number in 1..1_000 {
            let aside = self.path.with_file_name(format!("settings.{why}-{number}.json"));
            match aside.try_exists() {
                Ok(true) => {}
                Ok(false) => {
                    return match fs::rename(&self.path, &aside) {
                        Ok(()) => error(aside),
                        Err(cause) => SettingsError::Unreadable(cause),
                    };
                }
                Err(cause) => return SettingsError::Unreadable(cause),
            }
        }
        SettingsError::Unreadable(io::ErrorKind::AlreadyExists.into())
    }

    /// Removes the file, and those that were set aside.
    fn remove(&self) -> io::Result<()> {
        let folder = self.path.parent().ok_or(io::ErrorKind::NotFound)?;
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let is_aside = name.to_str().is_some_and(|name| {
                name.starts_with("settings.broken-") || name.starts_with("settings.newer-")
            });
            if is_aside || name == "settings.json" {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn write(&self, settings: &Settings) -> io::Result<()> {
        if self.unreadable {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let folder = self.path.parent().ok_or(io::ErrorKind::NotFound)?;
        fs::create_dir_all(folder)?;
        let stored =
            Stored { version: Self::VERSION, organisation: None, settings: settings.clone() };
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, &stored)?;
        file.flush()?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{ApiHost, Cloud, Permission, Theme, Zone};

    fn some() -> Settings {
        Settings {
            organisations: vec![Organisation {
                cloud: Cloud::GccHigh,
                tenant: "11111111-2222-3333-4444-555555555555".into(),
                client: "66666666-7777-8888-9999-000000000000".into(),
                host: ApiHost::Global,
                domain: None,
                permission: Permission::AlertRead,
            }],
            network: NetworkChoice::default(),
            chosen: Chosen::default(),
            preferences: Preferences {
                theme: Theme::Dark,
                zone: Zone::Local,
                ..Preferences::default()
            },
        }
    }

    #[test]
    fn what_was_saved_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (file, settings, error) = SettingsFile::open(folder.path());
        assert_eq!(settings, Settings::default());
        assert!(error.is_none());

        file.save(&some()).unwrap();

        assert_eq!(SettingsFile::open(folder.path()).1, some());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no file is left over");
    }

    #[test]
    fn another_organisation_brings_back_none_that_was_disconnected() {
        let mut settings = Settings::default();
        settings.chosen.disconnected = Some("a preset tenant".into());

        settings.connect(some().organisations[0].clone());
        assert_eq!(settings.chosen.disconnected.as_deref(), Some("a preset tenant"));

        settings.chosen.disconnected = Some(some().organisations[0].tenant.clone());
        settings.connect(some().organisations[0].clone());
        assert_eq!(settings.chosen.disconnected, None);
    }

    #[test]
    fn of_several_changes_none_is_lost_and_the_same_is_not_written_twice() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = SettingsStore::open(folder.path());
        store.save().unwrap();
        assert!(!folder.path().join("settings.json").exists(), "nothing was changed");

        store.change(|settings| settings.organisations = some().organisations);
        store.change(|settings| settings.preferences = some().preferences);
        store.save().unwrap();
        assert_eq!(SettingsFile::open(folder.path()).1, some());

        fs::remove_file(folder.path().join("settings.json")).unwrap();
        store.save().unwrap();
        assert!(!folder.path().join("settings.json").exists(), "it was saved already");
    }

    #[test]
    fn what_is_forgotten_is_gone_and_can_be_chosen_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = SettingsStore::open(folder.path());
        store.change(|settings| *settings = some());
        store.save().unwrap();
        fs::write(folder.path().join("settings.broken-1.json"), "a tenant").unwrap();

        store.forget().unwrap();

        assert_eq!(store.current(), Settings::default());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        store.forget().unwrap();
        store.change(|settings| *settings = some());
        store.save().unwrap();
        assert_eq!(SettingsFile::open(folder.path()).1, some());
    }

    #[test]
    fn what_could_not_be_saved_holds_and_is_saved_later() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (store, _) = SettingsStore::open(&data);
        fs::write(&data, "a file where the folder should be").unwrap();
        store.change(|settings| settings.preferences = some().preferences);

        assert!(store.save().is_err());
        assert_eq!(store.current().preferences, some().preferences);

        fs::remove_file(&data).unwrap();
        store.save().unwrap();
        assert!(data.join("settings.json").exists());
    }

    #[test]
    fn a_size_out_of_bounds_is_brought_back_into_them() {
        let folder = tempfile::tempdir().unwrap();
        for (given, list_width, zoom) in [(0, 240, 50), (300, 300, 300), (65_535, 900, 400)] {
            let text =
                format!(r#"{{"version":1,"preferences":{{"listWidth":{given},"zoom":{given}}}}}"#);
            fs::write(folder.path().join("settings.json"), text).unwrap();

            let (_, settings, error) = SettingsFile::open(folder.path());

            assert!(error.is_none());
            let Preferences { list_width: width, zoom: large, .. } = settings.preferences;
            assert_eq!((width, large), (list_width, zoom));
        }
    }

    #[test]
    fn an_organisation_that_was_connected_before_hosts_could_be_chosen_is_at_the_usual_one() {
        let folder = tempfile::tempdir().unwrap();
        let older = r#"{"version":1,"organisation":{"cloud":"gccHigh",
            "tenant":"11111111-2222-3333-4444-555555555555",
            "client":"66666666-7777-8888-9999-000000000000"}}"#;
        fs::write(folder.path().join("settings.json"), older).unwrap();

        let (_, settings, error) = SettingsFile::open(folder.path());

        assert!(error.is_none());
        assert_eq!(settings.organisations, some().organisations);
    }

    #[test]
    fn a_newer_file_is_set_aside_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let newer = r#"{"version":3,"organisations":"in another shape"}"#;
        fs::write(folder.path().join("settings.json"), newer).unwrap();

        let (file, settings, error) = SettingsFile::open(folder.path());
        file.save(&some()).unwrap();

        assert_eq!(settings, Settings::default());
        let Some(SettingsError::Newer(aside)) = error else { panic!("{error:?}") };
        assert_eq!(fs::read_to_string(aside).unwrap(), newer);
    }

    #[test]
    fn a_broken_file_is_set_aside_and_so_is_the_next() {
        let folder = tempfile::tempdir().unwrap();
        for (number, broken) in (1..).zip([
            "",
            "{",
            "[]",
            r#"{"version":1,"organisation":7}"#,
            r#"{"version":2,"organisations":{}}"#,
        ]) {
            fs::write(folder.path().join("settings.json"), broken).unwrap();

            let (_, settings, error) = SettingsFile::open(folder.path());

            assert_eq!(settings, Settings::default());
            let Some(SettingsError::Broken(aside)) = error else { panic!("{error:?}") };
            assert!(aside.ends_with(format!("settings.broken-{number}.json")));
            assert_eq!(fs::read_to_string(aside).unwrap(), broken);
        }
    }
}
