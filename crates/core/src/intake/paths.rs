//! Paths as they came in, and what they lead to.

use std::{
    ffi::{OsStr, OsString},
    path::{MAIN_SEPARATOR_STR, Path, PathBuf},
    sync::Arc,
};

use super::{Device, Finding};

/// Where a file lies: its folder, which all files in it share, and its name. The exact path, as the
/// system gave it, made absolute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FilePath {
    folder: Arc<Path>,
    /// Empty where the path ends in no name, as a root does: then the folder is all of it.
    name: Box<OsStr>,
}

impl FilePath {
    /// Of a given path. Nothing is read from disk.
    pub fn of(path: &Path) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        match (path.parent(), path.file_name()) {
            (Some(folder), Some(name)) => Self { folder: folder.into(), name: name.into() },
            _ => Self { folder: path.into(), name: Box::default() },
        }
    }

    /// Of an entry of a folder.
    pub fn in_folder(folder: &Arc<Path>, name: OsString) -> Self {
        Self { folder: Arc::clone(folder), name: name.into_boxed_os_str() }
    }

    /// The whole path.
    pub fn path(&self) -> PathBuf {
        if self.name.is_empty() {
            return self.folder.to_path_buf();
        }
        let folder = self.folder.as_os_str();
        let mut whole = OsString::with_capacity(folder.len() + 1 + self.name.len());
        whole.push(folder);
        // Not `join`: the name of an alternate stream, `a:b`, reads as a path on a drive to it.
        if !ends_in_separator(folder) {
            whole.push(MAIN_SEPARATOR_STR);
        }
        whole.push(&self.name);
        whole.into()
    }

    /// The file's name; the whole path where it ends in none.
    pub fn name(&self) -> &OsStr {
        if self.name.is_empty() { self.folder.as_os_str() } else { &self.name }
    }

    /// The folder in which it lies.
    pub fn folder(&self) -> Option<&Path> {
        if self.name.is_empty() { self.folder.parent() } else { Some(&self.folder) }
    }
}

fn ends_in_separator(folder: &OsStr) -> bool {
    let last = folder.as_encoded_bytes().last().copied();
    last.is_some_and(|last| std::path::is_separator(char::from(last)))
}

/// A file that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Where it lies.
    pub at: Arc<FilePath>,
    /// Its size in bytes when it was found, if it was looked at.
    pub size: Option<u64>,
    /// What it lies on.
    pub device: Device,
    /// What it was found to be.
    pub finding: Finding,
    /// Whether it was given itself, rather than found in a folder.
    pub given: bool,
    /// Whether it, or the folder in which it was found, was given as a link, which was followed.
    pub through_link: bool,
}

/// The origin of a given path that was not looked at yet. Nothing is read from disk.
pub fn origin_of(path: &Path) -> Origin {
    Origin {
        at: Arc::new(FilePath::of(path)),
        size: None,
        device: Device::default(),
        finding: Finding::Unknown,
        given: true,
        through_link: false,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::view::Shown;

    #[test]
    fn a_name_that_is_no_text_is_shown_and_its_path_kept() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new("/tmp").join(OsStr::from_bytes(b"bad\xff\nname"));

        let at = origin_of(&path).at;

        assert_eq!(at.path(), path);
        let shown = Shown::of_os(at.name()).flat();
        assert_eq!(shown, "bad\u{27e8}U+FFFD\u{27e9}\u{27e8}U+000A\u{27e9}name");
        assert_eq!(at.folder(), Some(Path::new("/tmp")));
    }

    #[test]
    fn a_path_is_the_same_after_it_was_parted() {
        for path in ["/", "/a", "/a/b", "/a/..", "/a:b", "/a/b:c", "/ö/\\"] {
            assert_eq!(FilePath::of(Path::new(path)).path(), Path::new(path), "{path}");
        }
        let folder = Arc::from(Path::new("/"));
        let root = FilePath::in_folder(&folder, "a".into());
        assert_eq!(root, FilePath::of(Path::new("/a")));
        assert_eq!(root.path(), Path::new("/a"));
        let root = FilePath::of(Path::new("/"));
        assert_eq!((root.name(), root.folder()), (OsStr::new("/"), None));
    }
}
