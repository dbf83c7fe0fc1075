//! The command line: two options, and files to look up.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use url::Url;

/// What the program was asked on its command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Its version, and nothing else.
    Version,
    /// What it can be asked, and nothing else.
    Help,
    /// To open its window, with these files; as they were typed.
    Files(Vec<OsString>),
}

/// An option that there is not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownOption(pub(crate) OsString);

/// Reads the arguments that follow the program's name. After `--` everything is a file, and so is
/// a dash alone.
///
/// # Errors
///
/// [`UnknownOption`], with the first one.
pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, UnknownOption> {
    let mut files = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_encoded_bytes() {
            b"--version" | b"-V" => return Ok(Asked::Version),
            b"--help" | b"-h" => return Ok(Asked::Help),
            b"--" => files.extend(arguments.by_ref()),
            [b'-', _, ..] => return Err(UnknownOption(argument)),
            _ => files.push(argument),
        }
    }
    Ok(Asked::Files(files))
}

/// Where files lie that were typed in `folder`: a path, or the `file:` address of one.
pub(crate) fn paths(files: impl IntoIterator<Item = OsString>, folder: &Path) -> Vec<PathBuf> {
    files
        .into_iter()
        // Joined to the folder, nothing would be the folder itself.
        .filter(|file| !file.is_empty())
        .map(|file| of_address(&file).unwrap_or_else(|| folder.join(file)))
        .collect()
}

/// The same files in text alone, if they are not text already. A second start hands its arguments
/// on as text, in which a name that is none would be lost.
#[cfg(unix)]
pub(crate) fn as_text(files: &[OsString], folder: &Path) -> Option<Vec<String>> {
    let here = folder.to_str().is_some();
    let is_whole = |file: &OsString| Path::new(file).is_absolute() || of_address(file).is_some();
    if files.iter().all(|file| file.to_str().is_some() && (here || is_whole(file))) {
        return None;
    }
    let addresses = paths(files.iter().cloned(), folder);
    let addresses = addresses.iter().map(|path| Ok(Url::from_file_path(path)?.into()));
    // A path that is not absolute has no address: then the folder is gone, and the files with it.
    addresses.collect::<Result<_, ()>>().ok()
}

fn of_address(file: &OsString) -> Option<PathBuf> {
    let file = file.to_str().filter(|file| file.starts_with("file://"))?;
    Url::parse(file).ok()?.to_file_path().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(arguments: &[&str]) -> Result<Asked, UnknownOption> {
        read(arguments.iter().map(OsString::from))
    }

    fn files(names: &[&str]) -> Asked {
        Asked::Files(names.iter().map(OsString::from).collect())
    }

    #[test]
    fn what_is_no_option_is_a_file() {
        assert_eq!(read_all(&[]), Ok(files(&[])));
        assert_eq!(read_all(&["a", "-", "b c"]), Ok(files(&["a", "-", "b c"])));
        assert_eq!(
            read_all(&["a", "--", "-b", "--version", "--"]),
            Ok(files(&["a", "-b", "--version", "--"]))
        );
    }

    #[test]
    fn an_option_is_answered_and_an_unknown_one_refused() {
        for (typed, asked) in
            [("--version", Asked::Version), ("-V", Asked::Version), ("--help", Asked::Help)]
        {
            assert_eq!(read_all(&["a", typed, "b"]), Ok(asked));
        }
        for unknown in ["--verbose", "-x", "--version=1", "-psn_0_1"] {
            assert_eq!(read_all(&["a", unknown]), Err(UnknownOption(unknown.into())));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_lies_in_the_folder_in_which_it_was_typed() {
        let typed = ["a", "/b", "../c", "", "file:///d%20e%FF", "file://server/f", "http://g"];

        let found = paths(typed.map(OsString::from), Path::new("/here"));

        let text = [(0, "/here/a"), (1, "/b"), (2, "/here/../c")];
        for (index, path) in text {
            assert_eq!(found[index], Path::new(path));
        }
        assert_eq!(found[3].as_os_str().as_encoded_bytes(), b"/d e\xff");
        assert_eq!(found[4], Path::new("/here/file://server/f"));
        assert_eq!(found[5], Path::new("/here/http://g"));
        assert_eq!(found.len(), 6);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_the_same_file_as_text() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

        let name = |bytes: &[u8]| OsStr::from_bytes(bytes).to_owned();
        let typed = [name(b"a\xff%20"), name(b"-b"), name("/ü?#".as_bytes())];
        for folder in [name(b"/here"), name(b"/h\xfe")] {
            let folder = Path::new(&folder);

            let text = as_text(&typed, folder).unwrap();

            let text: Vec<OsString> = text.into_iter().map(OsString::from).collect();
            assert_eq!(as_text(&text, folder), None, "once is enough");
            assert_eq!(paths(text, Path::new("/there")), paths(typed.clone(), folder));
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_text_stay_as_they_are() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

        assert_eq!(as_text(&["a".into(), "-b".into()], Path::new("/here")), None);
        let no_text = Path::new(OsStr::from_bytes(b"/h\xfe"));
        assert_eq!(as_text(&[], no_text), None);
        assert_eq!(as_text(&["/a".into()], no_text), None);
    }
}
