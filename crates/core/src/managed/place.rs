//! Where it stands, and whether nobody but an administrator could have written it.

use std::path::PathBuf;

use super::ManagedError;

/// Where what an administrator has set stands.
#[derive(Debug, Clone)]
pub struct Place(Where);

#[derive(Debug, Clone)]
enum Where {
    /// A file. On Windows there is one only in tests.
    #[cfg_attr(windows, allow(dead_code, reason = "there it is a key of the registry"))]
    File {
        path: PathBuf,
        #[cfg(unix)]
        owner: Owner,
    },
    #[cfg(windows)]
    Registry(registry::Place),
}

/// What was read.
pub(super) enum Read {
    /// The bytes of a file.
    Text(Vec<u8>),
    /// The values of a key: section, name, value.
    #[cfg(windows)]
    Values(Vec<(String, String, super::Value)>),
}

/// Why a file or a folder is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is a link.
    Link,
    /// It is no regular file.
    NotRegular,
    /// It does not belong to root.
    Owner,
    /// Its group or everybody may write it.
    Mode,
}

impl Fault {
    /// Its words, with the fact `path`.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Link => "managed.fault.link",
            Self::NotRegular => "managed.fault.notRegular",
            Self::Owner => "managed.fault.owner",
            Self::Mode => "managed.fault.mode",
        }
    }
}

/// Whom everything on the way to a file must belong to.
#[cfg(unix)]
#[derive(Debug, Clone)]
struct Owner {
    /// Their number.
    id: u32,
    /// The first folder that is looked at.
    from: PathBuf,
}

#[cfg(unix)]
impl Owner {
    fn root() -> Self {
        Self { id: 0, from: "/".into() }
    }
}

impl Place {
    /// The place of this system: `/etc/droptrace/managed.json`, on macOS
    /// `/Library/Application Support/app.droptrace/managed.json`, on Windows
    /// `HKLM\SOFTWARE\Policies\Droptrace`.
    pub fn system() -> Self {
        #[cfg(windows)]
        return Self(Where::Registry(registry::Place::system()));
        #[cfg(target_os = "macos")]
        return Self::file("/Library/Application Support/app.droptrace/managed.json");
        #[cfg(all(unix, not(target_os = "macos")))]
        return Self::file("/etc/droptrace/managed.json");
    }

    /// A file, under the rule of all files: it and the folders above it belong to root.
    #[cfg(any(unix, test, feature = "test-endpoints"))]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Where::File {
            path: path.into(),
            #[cfg(unix)]
            owner: Owner::root(),
        })
    }

    /// For tests alone: a file that, with the folders from `from` on, belongs to `owner`.
    #[cfg(all(unix, any(test, feature = "test-endpoints")))]
    pub fn owned_by(owner: u32, from: impl Into<PathBuf>, path: impl Into<PathBuf>) -> Self {
        let owner = Owner { id: owner, from: from.into() };
        Self(Where::File { path: path.into(), owner })
    }

    /// For tests alone: a key of the person's own part of the registry.
    #[cfg(all(windows, test))]
    pub(super) fn own_key(path: &str) -> Self {
        Self(Where::Registry(registry::Place::own(path)))
    }

    /// As a person reads it.
    pub fn shown(&self) -> String {
        match &self.0 {
            Where::File { path, .. } => path.display().to_string(),
            #[cfg(windows)]
            Where::Registry(place) => place.shown(),
        }
    }

    /// What stands there; none if nothing does.
    pub(super) fn read(&self) -> Result<Option<Read>, ManagedError> {
        match &self.0 {
            #[cfg(unix)]
            Where::File { path, owner } => {
                self.outcome(file::read(path, owner)).map(|text| text.map(Read::Text))
            }
            #[cfg(not(unix))]
            Where::File { path } => match std::fs::read(path) {
                Ok(text) => Ok(Some(Read::Text(text))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(source) => Err(ManagedError::Unreadable { place: self.shown(), source }),
            },
            #[cfg(windows)]
            Where::Registry(place) => match place.values() {
                Ok(values) => Ok(values.map(Read::Values)),
                Err(source) => Err(ManagedError::Unreadable { place: self.shown(), source }),
            },
        }
    }

    #[cfg(unix)]
    fn outcome<T>(
        &self,
        outcome: Result<Option<T>, file::Refusal>,
    ) -> Result<Option<T>, ManagedError> {
        outcome.map_err(|refusal| match refusal {
            file::Refusal::Fault(what, fault) => {
                ManagedError::Writable { place: self.shown(), what, fault }
            }
            file::Refusal::Io(source) => ManagedError::Unreadable { place: self.shown(), source },
        })
    }
}

#[cfg(unix)]
mod file {
    use std::{
        fs::{self, File},
        io::{self, Read as _},
        os::fd::{AsFd, OwnedFd},
        path::{Component, Path, PathBuf},
    };

    use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};

    use super::{Fault, Owner};
    use crate::managed::Policy;

    pub(super) enum Refusal {
        Fault(PathBuf, Fault),
        Io(io::Error),
    }

    impl From<io::Error> for Refusal {
        fn from(error: io::Error) -> Self {
            Self::Io(error)
        }
    }

    /// Reads the file at `path`, if there is one and it is trusted: folder by folder from
    /// `owner.from` on, each looked at on its open handle, so that nothing is put in its place
    /// meanwhile. At most one byte more is read than a policy may have.
    pub(super) fn read(path: &Path, owner: &Owner) -> Result<Option<Vec<u8>>, Refusal> {
        match fs::symlink_metadata(path) {
            Ok(_) => {}
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        match open(path, owner) {
            Ok(file) => {
                let mut bytes = Vec::new();
                file.take(Policy::LARGEST as u64 + 1).read_to_end(&mut bytes)?;
                Ok(Some(bytes))
            }
            // It went away meanwhile.
            Err(Refusal::Io(error)) if is_absent(&error) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    fn is_absent(error: &io::Error) -> bool {
        matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
    }

    fn open(path: &Path, owner: &Owner) -> Result<File, Refusal> {
        let below = path
            .strip_prefix(&owner.from)
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut at = owner.from.clone();
        let mut folder = open_part(CWD, &owner.from, &at, Part::Folder)?;
        check(&folder, &at, owner, Part::Folder)?;
        let mut parts = below.components().peekable();
        while let Some(Component::Normal(name)) = parts.next() {
            at.push(name);
            let part = if parts.peek().is_some() { Part::Folder } else { Part::File };
            let opened = open_part(&folder, Path::new(name), &at, part)?;
            check(&opened, &at, owner, part)?;
            match part {
                Part::Folder => folder = opened,
                Part::File => return Ok(File::from(opened)),
            }
        }
        Err(io::Error::from(io::ErrorKind::InvalidInput).into())
    }

    #[derive(Clone, Copy)]
    enum Part {
        Folder,
        File,
    }

    fn open_part(
        within: impl AsFd,
        name: &Path,
        at: &Path,
        part: Part,
    ) -> Result<OwnedFd, Refusal> {
        // A folder need not be listed to be gone through.
        #[cfg(target_os = "linux")]
        let folder = OFlags::PATH | OFlags::DIRECTORY;
        #[cfg(not(target_os = "linux"))]
        let folder = OFlags::RDONLY | OFlags::DIRECTORY;
        let flags = match part {
            Part::Folder => folder,
            // A pipe in its place is opened without waiting for whoever writes to it.
            Part::File => OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY,
        };
        openat(within, name, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()).map_err(
            |error| {
                let is_link = fs::symlink_metadata(at).is_ok_and(|metadata| metadata.is_symlink());
                if is_link {
                    Refusal::Fault(at.to_owned(), Fault::Link)
                } else {
                    Refusal::Io(error.into())
                }
            },
        )
    }

    fn check(opened: &OwnedFd, at: &Path, owner: &Owner, part: Part) -> Result<(), Refusal> {
        let stat = fstat(opened).map_err(io::Error::from)?;
        // Where there is an access control list, the group's bits are its mask.
        let others = Mode::WGRP | Mode::WOTH;
        let is_file = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        let fault = if matches!(part, Part::File) && !is_file {
            Fault::NotRegular
        } else if stat.st_uid != owner.id {
            Fault::Owner
        } else if Mode::from_raw_mode(stat.st_mode).intersects(others) {
            Fault::Mode
        } else {
            return Ok(());
        };
        Err(Refusal::Fault(at.to_owned(), fault))
    }
}

#[cfg(windows)]
mod registry {
    use std::io;

    use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type};

    use crate::managed::Value;

    /// A key of the registry.
    #[derive(Debug, Clone)]
    pub(super) struct Place {
        hive: Hive,
        path: String,
    }

    #[derive(Debug, Clone, Copy)]
    enum Hive {
        LocalMachine,
        #[cfg_attr(not(test), expect(dead_code, reason = "what the person can write is not read"))]
        CurrentUser,
    }

    impl Place {
        /// The most values, and the most sections, that are looked at.
        const MOST: usize = 100;

        pub(super) fn system() -> Self {
            Self { hive: Hive::LocalMachine, path: r"SOFTWARE\Policies\Droptrace".into() }
        }

        #[cfg(test)]
        pub(super) fn own(path: &str) -> Self {
            Self { hive: Hive::CurrentUser, path: path.into() }
        }

        pub(super) fn shown(&self) -> String {
            let hive = match self.hive {
                Hive::LocalMachine => "HKLM",
                Hive::CurrentUser => "HKCU",
            };
            format!(r"{hive}\{}", self.path)
        }

        /// The values of the key and of the keys in it: section, name, value. None if there is no
        /// such key.
        pub(super) fn values(&self) -> io::Result<Option<Vec<(String, String, Value)>>> {
            let hive = match self.hive {
                Hive::LocalMachine => LOCAL_MACHINE,
                Hive::CurrentUser => CURRENT_USER,
            };
            let key = match hive.open(&self.path) {
                Ok(key) => key,
                Err(error) if is_absent(error.code().0) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let mut values = values_of("", &key)?;
            for section in key.keys()?.take(Self::MOST) {
                values.extend(values_of(&section, &key.open(&section)?)?);
            }
            Ok(Some(values))
        }
    }

    fn values_of(section: &str, key: &Key) -> io::Result<Vec<(String, String, Value)>> {
        let values = key.values()?.take(Place::MOST);
        Ok(values.map(|(name, value)| (section.to_owned(), name, read(value))).collect())
    }

    fn read(value: windows_registry::Value) -> Value {
        match value.ty() {
            Type::U32 | Type::U64 => u64::try_from(value).map_or(Value::Other, Value::Number),
            Type::String => String::try_from(value).map_or(Value::Other, Value::Text),
            Type::ExpandString | Type::MultiString | Type::Bytes | Type::Other(_) => Value::Other,
        }
    }

    /// `ERROR_FILE_NOT_FOUND` and `ERROR_PATH_NOT_FOUND` (winerror.h), as an `HRESULT`.
    fn is_absent(code: i32) -> bool {
        matches!(code.cast_unsigned(), 0x8007_0002 | 0x8007_0003)
    }
}
