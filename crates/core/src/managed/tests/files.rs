use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use super::*;
use crate::view::Fact;

const TEXT: &str = r#"{"version":1,"locked":{"practice":false}}"#;

/// `etc/droptrace/managed.json` in a folder of this test's own, of whoever runs it.
struct Etc {
    root: tempfile::TempDir,
}

impl Etc {
    fn new() -> Self {
        let etc = Self { root: tempfile::tempdir().unwrap() };
        fs::create_dir_all(etc.folder()).unwrap();
        etc.allow(&etc.folder(), 0o755);
        etc.allow(etc.folder().parent().unwrap(), 0o755);
        etc
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("etc/droptrace")
    }

    fn file(&self) -> PathBuf {
        self.folder().join("managed.json")
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        fs::write(self.file(), text).unwrap();
        self.allow(&self.file(), 0o644);
    }

    #[expect(clippy::unused_self, reason = "only within it is anything changed")]
    fn allow(&self, path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Owned by whoever runs the test, where root would be asked for.
    fn place(&self) -> Place {
        self.owned_by(rustix::process::geteuid().as_raw())
    }

    fn owned_by(&self, owner: u32) -> Place {
        Place::owned_by(owner, self.root.path(), self.file())
    }

    fn fault(&self) -> (PathBuf, Fault) {
        match read_at(&self.place()) {
            Err(ManagedError::Writable { what, fault, .. }) => (what, fault),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_that_only_its_owner_can_write_is_followed() {
    let etc = Etc::new();
    assert_eq!(read_at(&etc.place()).unwrap(), None);

    etc.write(TEXT);

    let policy = read_at(&etc.place()).unwrap().unwrap();
    assert_eq!(policy.locked().practice, Some(false));
    assert_eq!(policy.place_shown(), etc.file().display().to_string());
}

#[test]
fn what_others_can_write_is_not_followed() {
    let etc = Etc::new();
    etc.write(TEXT);
    let above = etc.folder().parent().unwrap().to_owned();
    for path in [&etc.file(), &etc.folder(), &above, etc.root.path()] {
        let before = fs::metadata(path).unwrap().permissions();
        for mode in [0o775, 0o757, 0o1777] {
            etc.allow(path, mode);
            assert_eq!(etc.fault(), (path.to_owned(), Fault::Mode), "{mode:o}");
        }
        fs::set_permissions(path, before).unwrap();
    }
    assert!(read_at(&etc.place()).unwrap().is_some());
}

#[test]
fn what_belongs_to_somebody_else_is_not_followed() {
    let etc = Etc::new();
    etc.write(TEXT);
    let somebody = rustix::process::geteuid().as_raw() + 1;

    let error = read_at(&etc.owned_by(somebody)).unwrap_err();

    let ManagedError::Writable { what, fault, .. } = &error else { panic!("{error:?}") };
    assert_eq!((&**what, *fault), (etc.root.path(), Fault::Owner));
    let told = UserError::from(&error);
    assert_eq!(told.code, ErrorCode::ManagedWritable);
    assert_eq!(told.facts["file"], Fact::from(&*etc.file().display().to_string()));
}

#[test]
fn a_file_in_a_folder_that_everybody_can_write_is_not_followed_even_by_root() {
    let etc = Etc::new();
    etc.write(TEXT);
    etc.allow(&etc.folder(), 0o777);

    let error = read_at(&Place::file(etc.file())).unwrap_err();

    assert!(matches!(error, ManagedError::Writable { .. }), "{error:?}");
}

#[test]
fn no_link_is_followed() {
    let etc = Etc::new();
    let real = etc.root.path().join("real.json");
    fs::write(&real, TEXT).unwrap();
    symlink(&real, etc.file()).unwrap();
    assert_eq!(etc.fault(), (etc.file(), Fault::Link));

    fs::remove_file(etc.file()).unwrap();
    symlink("nowhere", etc.file()).unwrap();
    assert_eq!(etc.fault(), (etc.file(), Fault::Link));

    fs::remove_file(etc.file()).unwrap();
    etc.write(TEXT);
    let moved = etc.root.path().join("moved");
    fs::rename(etc.folder(), &moved).unwrap();
    symlink(&moved, etc.folder()).unwrap();
    assert_eq!(etc.fault(), (etc.folder(), Fault::Link));
}

#[test]
fn what_is_no_file_is_neither_waited_for_nor_followed() {
    let etc = Etc::new();
    fs::create_dir(etc.file()).unwrap();
    assert_eq!(etc.fault(), (etc.file(), Fault::NotRegular));

    fs::remove_dir(etc.file()).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(etc.file()).status().unwrap();
    assert!(pipe.success());
    assert_eq!(etc.fault(), (etc.file(), Fault::NotRegular));
}

#[test]
fn where_a_folder_should_be_and_is_none_there_is_nothing() {
    let etc = Etc::new();
    fs::remove_dir(etc.folder()).unwrap();
    assert_eq!(read_at(&etc.place()).unwrap(), None);

    fs::write(etc.folder(), "a file").unwrap();
    assert_eq!(read_at(&etc.place()).unwrap(), None);
}

#[test]
fn a_broken_file_is_told_by_its_name_and_line() {
    let etc = Etc::new();
    etc.write("{\n\"version\": 1,\n\"locked\": {\"tenant\": \"contoso\"}\n}");

    let error = read_at(&etc.place()).unwrap_err();

    let told = UserError::from(&error);
    assert_eq!(told.code, ErrorCode::ManagedBroken);
    assert_eq!(told.facts["line"], Fact::Number(3));
    assert_eq!(told.facts["file"], Fact::from(&*etc.file().display().to_string()));
    let Fact::Text(detail) = &told.facts["detail"] else { panic!("{told:?}") };
    assert!(detail.flat().starts_with("line 3, column 22: “tenant” has to be an id"), "{told:?}");
    let Managed::Refused { place, error } = error.view() else { panic!("{error:?}") };
    assert_eq!((place.flat(), error), (etc.file().display().to_string(), told));

    etc.write(b"\xff");
    let error = read_at(&etc.place()).unwrap_err();
    assert_eq!(UserError::from(&error).code, ErrorCode::ManagedBroken);

    etc.write(vec![b' '; Policy::LARGEST + 10]);
    let error = read_at(&etc.place()).unwrap_err();
    let ManagedError::Broken { broken, .. } = &error else { panic!("{error:?}") };
    assert_eq!(broken.reason, Reason::TooLarge);
    assert!(!UserError::from(&error).facts.contains_key("line"));
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    let etc = Etc::new();
    etc.write(TEXT);
    etc.allow(&etc.file(), 0o200);

    let read = read_at(&etc.place());

    // Root may read everything.
    if rustix::process::geteuid().is_root() {
        assert!(read.unwrap().is_some());
    } else {
        let told = UserError::from(&read.unwrap_err());
        assert_eq!(told.code, ErrorCode::ManagedUnreadable);
    }
}

#[test]
fn nothing_names_another_place() {
    let shown = Place::system().shown();

    let expected = if cfg!(target_os = "macos") {
        "/Library/Application Support/app.droptrace/managed.json"
    } else {
        "/etc/droptrace/managed.json"
    };
    assert_eq!(shown, expected);
}
