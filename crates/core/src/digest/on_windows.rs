//! What Windows alone does to files that are read.

use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    ops::ControlFlow,
    os::windows::{ffi::OsStringExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use super::{
    FileDigest, Further, ReadError,
    read::{ToRead, read_file},
};
use crate::intake::{Walker, exact};

fn read(path: &Path) -> Result<FileDigest, ReadError> {
    let further = Further::default();
    let file = ToRead { path, looked_at: false, follow: true, further };
    read_file(&file, &mut [0; 4096], |_, _| ControlFlow::Continue(()))
}

/// The files of a folder, with their sizes as they are read.
fn sizes_in(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut sizes = Vec::new();
    let given = [folder.to_owned()];
    Walker::of_files().walk(&given, &AtomicBool::new(false), |found| {
        let paths = found.files.iter().map(|origin| origin.at.path());
        sizes.extend(paths.map(|path| {
            let size = read(&path).unwrap().size;
            (path, size)
        }));
        true
    });
    sizes
}

#[test]
fn a_file_that_another_program_shares_with_nobody_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("held");
    fs::write(&path, "x").unwrap();
    let held = OpenOptions::new().write(true).share_mode(0).open(&path).unwrap();

    assert!(matches!(read(&path), Err(ReadError::Locked)));
    drop(held);
    assert_eq!(read(&path).unwrap().size, 1);
}

#[test]
fn a_file_of_a_folder_is_read_itself_whatever_a_path_would_make_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    // Of a device nothing could be read; the others would be taken for the first.
    let names = ["file", "file ", "file.", "NUL", "com1.txt"];
    for (size, name) in names.into_iter().enumerate() {
        fs::write(exact(&folder.path().join(name)), "x".repeat(size)).unwrap();
    }
    let inner = folder.path().join("inner. ");
    fs::create_dir(exact(&inner)).unwrap();
    fs::write(exact(&inner).join("last"), "longest").unwrap();

    let found = sizes_in(folder.path());

    // In the order in which they are found.
    let expected = [("NUL", 3), ("com1.txt", 4), ("file", 0), ("file ", 1), ("file.", 2)];
    let mut expected: Vec<_> =
        expected.into_iter().map(|(name, size)| (folder.path().join(name), size)).collect();
    expected.push((inner.join("last"), 7));
    let texts = |files: Vec<(PathBuf, u64)>| -> Vec<(OsString, u64)> {
        files.into_iter().map(|(path, size)| (path.into_os_string(), size)).collect()
    };
    assert_eq!(texts(found), texts(expected));
}

#[test]
fn a_path_of_any_length_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("d".repeat(200)).join("e".repeat(200));
    fs::create_dir_all(&deep).unwrap();
    // One that fits into what a path could be long, and one that does not (MAX_PATH, 260).
    fs::write(folder.path().join("short"), "x").unwrap();
    fs::write(deep.join("f".repeat(200)), "long").unwrap();

    let sizes: Vec<u64> = sizes_in(folder.path()).iter().map(|(_, size)| *size).collect();

    assert_eq!(sizes, [1, 4]);
}

/// On NTFS; other file systems take no such name.
#[test]
fn a_name_that_is_no_text_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let name = OsString::from_wide(&[0x61, 0xd800, 0x62]);
    let path = folder.path().join(name);
    fs::write(&path, "xyz").unwrap();

    assert_eq!(sizes_in(folder.path()), [(path, 3)]);
}
