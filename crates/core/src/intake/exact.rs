//! Paths in the form that the system takes as it is written.

use std::{borrow::Cow, path::Path};

/// The form of an absolute path that leads to what has this very name.
///
/// To Windows a name that ends in a dot or a space is another one, and `NUL` in any folder is a
/// device, unless the path begins with `\\?\` ([Naming
/// Files](https://learn.microsoft.com/windows/win32/fileio/naming-a-file)); but folders can hold such
/// names, and who wants a file to be overlooked gives it one. Elsewhere each path is exact.
pub(crate) fn exact(path: &Path) -> Cow<'_, Path> {
    #[cfg(windows)]
    if let Some(verbatim) = verbatim(path) {
        return verbatim.into();
    }
    path.into()
}

#[cfg(windows)]
fn verbatim(path: &Path) -> Option<std::path::PathBuf> {
    use std::{
        ffi::OsString,
        path::{Component, Prefix},
    };

    let text = path.as_os_str().as_encoded_bytes();
    // What is not in its final form would mean something else.
    let is_final = !text.contains(&b'/')
        && text.split(|byte| *byte == b'\\').all(|name| !matches!(name, b"." | b".."));
    let Some(Component::Prefix(prefix)) = path.components().next() else { return None };
    if !is_final || !path.has_root() {
        return None;
    }
    let mut verbatim = OsString::new();
    match prefix.kind() {
        Prefix::Disk(_) => {
            verbatim.push(r"\\?\");
            verbatim.push(path);
        }
        Prefix::UNC(server, share) => {
            verbatim.push(r"\\?\UNC\");
            for part in [server, r"\".as_ref(), share] {
                verbatim.push(part);
            }
            // Begins with a separator.
            let mut rest = path.components();
            rest.next();
            verbatim.push(rest.as_path());
        }
        Prefix::Verbatim(_)
        | Prefix::VerbatimUNC(..)
        | Prefix::VerbatimDisk(_)
        | Prefix::DeviceNS(_) => return None,
    }
    Some(verbatim.into())
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_it_is_written() {
        for (path, exact_path) in [
            (r"C:\a\b.", r"\\?\C:\a\b."),
            (r"C:\", r"\\?\C:\"),
            (r"C:\a\NUL", r"\\?\C:\a\NUL"),
            (r"C:\a:b", r"\\?\C:\a:b"),
            (r"\\server\share\a ", r"\\?\UNC\server\share\a "),
            (r"\\server\share\", r"\\?\UNC\server\share\"),
        ] {
            // Compared as texts: to `Path`, what ends in a separator is the same.
            assert_eq!(exact(Path::new(path)).as_os_str(), exact_path);
            assert_eq!(exact(Path::new(exact_path)).as_os_str(), exact_path);
        }
    }

    #[test]
    fn what_is_not_in_its_final_form_stays() {
        for path in [r"C:\a\..\b", r"C:\.\a", "C:/a", "C:a", "a", r"\a", r"\\.\pipe\x", ""] {
            assert_eq!(exact(Path::new(path)).as_os_str(), path);
        }
    }
}
