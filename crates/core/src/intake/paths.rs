//! Dropped and picked paths.

use std::path::{Path, PathBuf};

use crate::view::Shown;

/// Where a file came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The exact path, as the system gave it, made absolute.
    pub path: PathBuf,
    /// Its name, to look at.
    pub name: Shown,
    /// Its folder, to look at.
    pub place: Option<Shown>,
    /// Its size in bytes when it was found, if it was looked at.
    pub size: Option<u64>,
}

/// The origin of a dropped or picked path. Nothing is read from disk.
pub fn origin_of(path: &Path) -> Origin {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().map_or_else(|| Shown::of_os(path.as_os_str()), Shown::of_os);
    let place = path.parent().map(|folder| Shown::of_os(folder.as_os_str()));
    Origin { path, name, place, size: None }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_text_is_shown_and_its_path_kept() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
        let path = Path::new("/tmp").join(OsStr::from_bytes(b"bad\xff\nname"));

        let origin = origin_of(&path);

        assert_eq!(origin.path, path);
        assert_eq!(origin.name.flat(), "bad\u{27e8}U+FFFD\u{27e9}\u{27e8}U+000A\u{27e9}name");
        assert_eq!(origin.place.unwrap().flat(), "/tmp");
    }
}
