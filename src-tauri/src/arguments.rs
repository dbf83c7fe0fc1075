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

/// What a start was given, within bounds: a start can come from any program.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// Where the files lie, as far as that is known.
    pub(crate) files: Vec<PathBuf>,
    /// Something is the address of what is no file of this computer.
    pub(crate) elsewhere: bool,
    /// How many more there were than are taken, or than a path can be long.
    pub(crate) left_out: u32,
}

impl Given {
    /// The most files that are taken at once.
    pub(crate) const MOST: u32 = 100_000;
    /// The longest path that a system takes, in bytes: `PATH_MAX` of Linux; on Windows 32,767 units
    /// of UTF-16.
    const LONGEST: usize = if cfg!(windows) { 3 * 32_767 } else { 4_096 };

    /// The files that were named in `folder`: by a path, or by the `file:` address of one.
    pub(crate) fn named(names: impl IntoIterator<Item = OsString>, folder: &Path) -> Self {
        let mut given = Self::default();
        // Joined to the folder, nothing would be the folder itself.
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            match of_address(&name) {
                Some(Address::File(path)) => given.add(path),
                Some(Address::Elsewhere) => given.elsewhere = true,
                None => match folder.join(name) {
                    path if path.is_absolute() => given.add(path),
                    // Without the folder in which it was named, it would be another file here.
                    _ => given.elsewhere = true,
                },
            }
        }
        given
    }

    /// Adds what another start was given.
    pub(crate) fn append(&mut self, other: Self) {
        self.elsewhere |= other.elsewhere;
        self.left_out = self.left_out.saturating_add(other.left_out);
        for file in other.files {
            self.add(file);
        }
    }

    /// Whether there is nothing to take in, and nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, file: PathBuf) {
        let most = usize::try_from(Self::MOST).unwrap_or(usize::MAX);
        if file.as_os_str().len() > Self::LONGEST {
            self.elsewhere = true;
        } else if self.files.len() < most {
            self.files.push(file);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }
}

/// The same files in text alone, if they are not text already. A second start hands its arguments
/// on as text, in which a name that is none would be lost.
#[cfg(any(target_os = "macos", all(test, unix)))]
pub(crate) fn as_text(files: &[OsString], folder: &Path) -> Option<Vec<String>> {
    let here = folder.to_str().is_some();
    let is_whole = |file: &OsString| Path::new(file).is_absolute() || of_address(file).is_some();
    if files.iter().all(|file| file.to_str().is_some() && (here || is_whole(file))) {
        return None;
    }
    let addresses = files.iter().filter(|file| !file.is_empty()).map(|file| {
        let path = match of_address(file) {
            Some(Address::File(path)) => path,
            Some(Address::Elsewhere) => return Ok(file.to_string_lossy().into_owned()),
            None => folder.join(file),
        };
        // A path that is not absolute has no address: then the folder is gone, and the files with
        // it.
        Ok(Url::from_file_path(path)?.into())
    });
    addresses.collect::<Result<_, ()>>().ok()
}

/// What an address leads to.
enum Address {
    File(PathBuf),
    /// No file of this computer: `smb://server/share`, `https://…`, on some systems
    /// `file://server/share`.
    Elsewhere,
}

/// Reads `scheme://…`; a file of such a name can be given as `./scheme://…`.
fn of_address(name: &OsString) -> Option<Address> {
    let name = name.to_str()?;
    let (scheme, _) = name.split_once("://")?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        // One letter is a drive.
        && scheme.len() > 1
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme {
        return None;
    }
    let file = if scheme.eq_ignore_ascii_case("file") {
        Url::parse(name).ok().and_then(|address| address.to_file_path().ok())
    } else {
        None
    };
    Some(file.map_or(Address::Elsewhere, Address::File))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(arguments: &[&str]) -> Result<Asked, UnknownOption> {
        read(arguments.iter().map(OsString::from))
    }

    fn named(names: &[&str], folder: &str) -> Given {
        Given::named(names.iter().map(OsString::from), Path::new(folder))
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
    fn a_file_lies_in_the_folder_in_which_it_was_named() {
        let typed = ["a", "/b", "../c", "", "FILE:///d%20e%FF", "file://localhost/f", "//s/g"];

        let given = named(&typed, "/here");

        let paths = [&b"/here/a"[..], b"/b", b"/here/../c", b"/d e\xff", b"/f", b"//s/g"];
        let found: Vec<&[u8]> =
            given.files.iter().map(|path| path.as_os_str().as_encoded_bytes()).collect();
        assert_eq!(found, paths);
        assert!(!given.elsewhere);
    }

    #[test]
    fn an_address_is_never_taken_for_a_path() {
        let mut addresses = vec!["smb://server/share", "https://example.org/a", "a+b-c.1://x"];
        if cfg!(not(windows)) {
            addresses.push("file://server/share/x");
        }
        for address in addresses {
            let given = named(&[address], "/here");

            assert_eq!((given.files.len(), given.elsewhere), (0, true), "{address}");
        }
        for name in ["./smb://x", "a b://x", "1a://x", "://x", "c://x", "a:/x", "mailto:a"] {
            let given = named(&[name], "/here");

            assert_eq!((given.files.len(), given.elsewhere), (1, false), "{name}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn the_address_of_a_file_on_a_server_is_its_path_on_windows() {
        let given = named(&["file://server/share/x"], "C:\\here");

        assert_eq!(given.files, [Path::new(r"\\server\share\x")]);
    }

    #[cfg(unix)]
    #[test]
    fn what_was_named_in_a_folder_that_is_gone_is_no_file_of_that_name_here() {
        let given = named(&["report.doc", "/b"], "");

        assert_eq!((given.files, given.elsewhere), (vec!["/b".into()], true));
    }

    #[test]
    fn more_than_is_taken_is_counted_and_what_no_system_takes_is_not_of_here() {
        let most = usize::try_from(Given::MOST).unwrap();
        let mut given = named(&["b"; 2], "/here");
        given.append(named(&[&"x".repeat(Given::LONGEST), "c"], "/here"));
        assert_eq!((given.files.len(), given.left_out, given.elsewhere), (3, 0, true));

        given.append(named(&vec!["a"; most], "/here"));

        assert_eq!((given.files.len(), given.left_out), (most, 3));
    }

    #[test]
    fn names_with_controls_stay_as_they_are() {
        let names = ["a\nb", "\u{202e}c", "$(d)", "`e`;f", "%g%"];

        let given = named(&names, "/here");

        let names: Vec<PathBuf> = names.map(|name| Path::new("/here").join(name)).into();
        assert_eq!(given.files, names);
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
            assert_eq!(
                Given::named(text, Path::new("/there")),
                Given::named(typed.clone(), folder)
            );
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
