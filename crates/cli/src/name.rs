//! What a file is called in what is printed: as whoever gave it wrote it.

use std::{
    borrow::Cow,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use droptrace_core::intake::FilePath;

/// A path that was given, and the absolute form under which core finds what is there.
#[derive(Debug)]
pub(crate) struct Given {
    path: PathBuf,
    absolute: PathBuf,
}

impl Given {
    /// The path as it was given.
    pub(crate) fn new(path: OsString) -> Self {
        let path = PathBuf::from(path);
        let absolute = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        Self { path, absolute }
    }

    /// Whether core means this path by that one.
    pub(crate) fn is(&self, found: &Path) -> bool {
        found == self.absolute
    }

    /// Whether a path lies there or beneath it.
    pub(crate) fn holds(&self, found: &Path) -> bool {
        found.starts_with(&self.absolute)
    }

    /// What a path is called that was found there or beneath it.
    pub(crate) fn name_of(&self, found: &Path) -> PathBuf {
        match found.strip_prefix(&self.absolute) {
            Ok(rest) if rest.as_os_str().is_empty() => self.path.clone(),
            Ok(rest) => self.path.join(rest),
            Err(_) => found.to_owned(),
        }
    }
}

/// A name, made when it is printed: as long as it waits it takes little room.
#[derive(Debug)]
pub(crate) enum Name {
    /// As it stands.
    Plain(Box<Path>),
    /// Of a file beneath a folder that was given.
    Beneath(Arc<Given>, Arc<FilePath>),
}

impl Name {
    /// The name.
    pub(crate) fn path(&self) -> Cow<'_, Path> {
        match self {
            Self::Plain(path) => Cow::Borrowed(path),
            Self::Beneath(given, found) => Cow::Owned(given.name_of(&found.path())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_it_was_given() {
        for given in ["a", "./a", "b/../a", "a//b", "/a/b", "."] {
            let given = Given::new(given.into());

            assert_eq!(given.name_of(&given.absolute).as_os_str(), given.path.as_os_str());
        }
    }

    #[test]
    fn what_is_beneath_a_folder_has_the_folder_as_given_before_it() {
        for (folder, name) in [(".", "./x/y"), ("a", "a/x/y"), ("a/", "a/x/y"), ("./a", "./a/x/y")]
        {
            let given = Given::new(folder.into());
            let found = given.absolute.join("x").join("y");

            let parts: Vec<_> = name.split('/').collect();
            let name = parts.join(std::path::MAIN_SEPARATOR_STR);
            assert_eq!(
                given.name_of(&found).to_str().unwrap().replace('/', std::path::MAIN_SEPARATOR_STR),
                name
            );
        }
    }

    #[test]
    fn what_is_elsewhere_keeps_its_path() {
        let given = Given::new("a".into());

        assert_eq!(given.name_of(Path::new("/elsewhere")), Path::new("/elsewhere"));
    }
}
