//! What Windows alone has among its paths.

use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    os::windows::{ffi::OsStringExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use tokio::net::windows::named_pipe::ServerOptions;

use super::{FilePath, Finding, Origin, Walker};
use crate::view::Shown;

fn found(paths: &[PathBuf]) -> Vec<Origin> {
    let mut files = Vec::new();
    Walker::of_batch().walk(paths, &AtomicBool::new(false), |found| {
        files.extend(found.files);
        true
    });
    files
}

fn findings(paths: &[PathBuf]) -> Vec<Finding> {
    found(paths).iter().map(|file| file.finding).collect()
}

#[test]
fn a_name_of_a_device_is_one_in_any_folder_and_with_any_ending() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["NUL", "con", "COM1", "aux.txt", "lpt9 .x", "NUL:"];
    let mut paths: Vec<PathBuf> = names.map(|name| folder.path().join(name)).into();
    paths.extend(["NUL", "C:NUL", r"\\.\NUL", r"\\?\C:", "CONIN$"].map(PathBuf::from));

    assert_eq!(findings(&paths), vec![Finding::NotRegular; paths.len()]);
}

#[tokio::test]
async fn a_pipe_is_never_opened() {
    let name = format!("droptrace-{}", std::process::id());
    let pipe = ServerOptions::new().create(format!(r"\\.\pipe\{name}")).unwrap();
    let paths = [r"\\.\pipe\", r"\\?\pipe\", r"\\localhost\pipe\", "//./pipe/"]
        .map(|start| PathBuf::from(format!("{start}{name}")));

    let findings = findings(&paths);

    assert_eq!(findings, [Finding::NotRegular; 4]);
    // Whoever had opened it would be there by now.
    tokio::select! {
        biased;
        connected = pipe.connect() => panic!("{connected:?}"),
        () = std::future::ready(()) => {}
    }
}

/// On NTFS; not every file system keeps the attribute.
#[test]
fn a_file_that_is_elsewhere_is_cloud_only() {
    const OFFLINE: u32 = 0x1000;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("placeholder");
    OpenOptions::new().write(true).create_new(true).attributes(OFFLINE).open(&path).unwrap();

    assert_eq!(findings(std::slice::from_ref(&path)), [Finding::CloudOnly]);
    assert_eq!(findings(&[folder.path().to_owned()]), [Finding::CloudOnly]);
}

#[test]
fn dots_and_spaces_at_the_end_of_a_given_name_are_none_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "x").unwrap();
    let mut given = path.clone().into_os_string();
    given.push(". .");

    let found = found(&[given.into()]);

    assert_eq!((found[0].at.path(), found[0].finding), (path, Finding::Regular));
}

#[test]
fn a_path_that_means_what_it_says_is_looked_at_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut path = OsString::from(r"\\?\");
    path.push(folder.path().join("NUL"));
    fs::write(&path, "xy").unwrap();

    let found = found(&[PathBuf::from(&path)]);

    assert_eq!((found[0].finding, found[0].size), (Finding::Regular, Some(2)));
    assert_eq!(found[0].at.path().into_os_string(), path);
    fs::remove_file(path).unwrap();
}

#[test]
fn a_name_that_is_no_text_is_shown_and_its_path_kept() {
    let path = Path::new(r"C:\a").join(OsString::from_wide(&[0x61, 0xd800, 0x0a, 0x62]));

    let at = FilePath::of(&path);

    assert_eq!(at.path(), path);
    assert_eq!(Shown::of_os(at.name()).flat(), "a\u{27e8}U+FFFD\u{27e9}\u{27e8}U+000A\u{27e9}b");
}

#[test]
fn a_path_is_the_same_after_it_was_parted() {
    for path in [r"C:\", r"C:\a", r"C:\a\b", r"C:\a:b", r"\\?\C:\a.", r"\\server\share\a", r"\\?\"]
    {
        assert_eq!(FilePath::of(Path::new(path)).path().as_os_str(), path);
    }
}
