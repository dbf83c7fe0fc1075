use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::world::{PracticeSource, practice_sources};

/// A harmless file to practise with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeFile {
    /// Its name; some are odd on purpose.
    pub file_name: String,
    /// The SHA-1 of its content.
    pub sha1: String,
}

/// Lists the practice files without writing them.
///
/// # Errors
///
/// Fails only if the data that was built in cannot be read.
pub fn practice_files() -> io::Result<Vec<PracticeFile>> {
    Ok(practice_sources()?
        .into_iter()
        .map(|source| PracticeFile { file_name: source.file_name, sha1: source.sha1 })
        .collect())
}

/// Writes the practice files into a folder, which is made if it is not there.
///
/// All are short texts that say what they are. Files that are there already with the same content
/// stay as they are.
///
/// # Errors
///
/// Returns [`io::ErrorKind::AlreadyExists`] for a file of that name with other content, which is
/// not touched, and any other error of the file system.
pub fn write_practice_files(into: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(into)?;
    practice_sources()?.iter().map(|source| write(into, source)).collect()
}

fn write(into: &Path, source: &PracticeSource) -> io::Result<PathBuf> {
    let path = into.join(&source.file_name);
    match fs::File::create_new(&path) {
        Ok(mut file) => file.write_all(&source.content)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::read(&path)? != source.content {
                return Err(error);
            }
        }
        Err(error) => return Err(error),
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_again_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();

        let first = write_practice_files(folder.path()).unwrap();
        let second = write_practice_files(folder.path()).unwrap();

        assert_eq!(first, second);
        assert_eq!(first.len(), practice_files().unwrap().len());
    }

    #[test]
    fn a_foreign_file_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let foreign = folder.path().join("leave request.txt");
        fs::write(&foreign, "mine").unwrap();

        let error = write_practice_files(folder.path()).unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&foreign).unwrap(), b"mine");
    }

    #[test]
    fn the_names_are_odd_in_every_way_that_is_practised() {
        let names: Vec<String> =
            practice_files().unwrap().into_iter().map(|file| file.file_name).collect();
        let any = |test: fn(&String) -> bool| names.iter().any(test);

        assert!(any(|name| name.contains('\u{202e}')));
        assert!(any(|name| name.starts_with('-')));
        assert!(any(|name| name.starts_with(' ') && name.contains("   ")));
        assert!(any(|name| name.contains('Ä')));
        assert!(any(|name| name.contains('📦')));
    }

    #[test]
    fn every_file_says_what_it_is_or_is_empty() {
        for source in practice_sources().unwrap() {
            let text = String::from_utf8(source.content).unwrap();
            assert!(
                text.is_empty() || text.contains("practice file of Droptrace"),
                "{}",
                source.file_name
            );
        }
    }
}
