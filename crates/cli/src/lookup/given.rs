//! What was given: paths and digests, in groups that are taken in one after the other, and what each
//! file is called after it.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
};

use droptrace_core::intake::{FilePath, GivenDigest, leads_to_a_folder};

use super::Input;
use crate::{
    list::{Listed, Paths},
    name::Given,
};

/// What is taken in together.
#[derive(Debug)]
pub(super) enum Group {
    /// Files and folders.
    Paths(Vec<GivenPath>),
    /// Digests.
    Digests(Vec<GivenDigest>),
    /// What an earlier run left.
    Left,
    /// A path was meant by what could be a digest, too: there is a file of that name.
    Both(OsString),
    /// One digit repeated: no file has it, and core takes it for what stands in the place of a digest.
    Placeholder(OsString),
    /// A path that is no text, and on this system cannot be one; as much of it as is.
    #[cfg(not(unix))]
    NotText(OsString),
    /// The list could not be read to its end.
    Broken(io::Error),
}

/// A path, as it was given.
#[derive(Debug)]
pub(super) struct GivenPath {
    pub(super) path: PathBuf,
    /// Whether it leads to a folder.
    is_folder: bool,
}

/// How many paths or digests are taken in together at the most.
const TOGETHER: usize = 256;

/// Tells in groups what is given, in its order, until `take` says that no more is wanted. Looks at
/// each path; blocks as long as that and the list take.
pub(super) fn go_through(input: Input, take: impl FnMut(Group) -> bool) {
    let mut groups = Groups { paths: Vec::new(), digests: Vec::new(), take };
    match input {
        Input::Arguments { any, paths } => {
            let _ = any.into_iter().all(|given| groups.add(given))
                && paths.into_iter().all(|path| groups.add_path(path))
                && groups.flush();
        }
        Input::Stdin => groups.add_list(Paths::in_list(io::stdin().lock())),
        Input::Left => {
            (groups.take)(Group::Left);
        }
    }
}

/// What waits to be told. Of the two lists one is empty.
struct Groups<T> {
    paths: Vec<GivenPath>,
    digests: Vec<GivenDigest>,
    take: T,
}

impl<T: FnMut(Group) -> bool> Groups<T> {
    fn add_list(&mut self, mut list: Paths<impl io::Read>) {
        while let Some(given) = list.next() {
            let wanted = match given {
                Ok(Listed::Path(given)) => self.add(given),
                #[cfg(not(unix))]
                Ok(Listed::NotText(given)) => self.flush() && (self.take)(Group::NotText(given)),
                Err(error) => {
                    let _ = self.flush() && (self.take)(Group::Broken(error));
                    return;
                }
            };
            // Whoever writes the list may wait for the result before going on.
            if !wanted || (list.may_wait() && !self.flush()) {
                return;
            }
        }
        self.flush();
    }

    fn add(&mut self, given: OsString) -> bool {
        let Some(digest) = digest(&given) else { return self.add_path(given) };
        if fs::symlink_metadata(&given).is_ok() {
            return (self.take)(Group::Both(given.clone())) && self.add_path(given);
        }
        if is_placeholder(&given) {
            return (self.take)(Group::Placeholder(given));
        }
        if !self.paths.is_empty() && !self.flush() {
            return false;
        }
        self.digests.push(digest);
        self.digests.len() < TOGETHER || self.flush()
    }

    fn add_path(&mut self, path: OsString) -> bool {
        if !self.digests.is_empty() && !self.flush() {
            return false;
        }
        let is_folder = leads_to_a_folder(Path::new(&path));
        self.paths.push(GivenPath { path: path.into(), is_folder });
        self.paths.len() < TOGETHER || self.flush()
    }

    fn flush(&mut self) -> bool {
        let (paths, digests) = (std::mem::take(&mut self.paths), std::mem::take(&mut self.digests));
        (paths.is_empty() || (self.take)(Group::Paths(paths)))
            && (digests.is_empty() || (self.take)(Group::Digests(digests)))
    }
}

fn digest(given: &OsStr) -> Option<GivenDigest> {
    given.to_str()?.parse().ok()
}

fn is_placeholder(digits: &OsStr) -> bool {
    let digits = digits.as_encoded_bytes();
    digits.iter().all(|digit| digit.eq_ignore_ascii_case(&digits[0]))
}

/// What files are called: as they were given.
#[derive(Debug, Default)]
pub(super) struct Names {
    files: HashMap<PathBuf, PathBuf>,
    folders: Vec<Given>,
}

impl Names {
    /// These were given.
    pub(super) fn add(&mut self, paths: &[GivenPath]) {
        for GivenPath { path, is_folder } in paths {
            if *is_folder {
                self.folders.push(Given::new(path.clone().into_os_string()));
            } else {
                // What is given twice is one item, called as at first.
                self.files.entry(FilePath::of(path).path()).or_insert_with(|| path.clone());
            }
        }
    }

    /// What a file is called that lies there, and whether it was given itself.
    pub(super) fn of(&self, found: PathBuf) -> (PathBuf, bool) {
        if let Some(path) = self.files.get(&found) {
            return (path.clone(), true);
        }
        let folder = self.folders.iter().find(|folder| folder.holds(&found));
        (folder.map(|folder| folder.name_of(&found)).unwrap_or(found), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

    /// The groups in short, without a look at their kind of error.
    fn groups(any: &[&str], paths: &[&str]) -> Vec<String> {
        let all = |given: &[&str]| given.iter().map(OsString::from).collect();
        let mut told = Vec::new();
        go_through(Input::Arguments { any: all(any), paths: all(paths) }, |group| {
            told.push(match group {
                Group::Paths(paths) => {
                    let paths: Vec<_> =
                        paths.iter().map(|given| given.path.to_str().unwrap()).collect();
                    format!("paths {}", paths.join(" "))
                }
                Group::Digests(digests) => format!("{} digests", digests.len()),
                other @ (Group::Left
                | Group::Both(_)
                | Group::Placeholder(_)
                | Group::Broken(_)) => {
                    format!("{other:?}")
                }
                #[cfg(not(unix))]
                other @ Group::NotText(_) => format!("{other:?}"),
            });
            true
        });
        told
    }

    #[test]
    fn what_is_given_keeps_its_order() {
        let sha256 = "0a".repeat(32);
        let md5 = "0b".repeat(16);

        assert_eq!(
            groups(&["a", "b", DIGEST, &sha256, &md5, "c"], &["-x"]),
            ["paths a b", "3 digests", "paths c -x"]
        );
    }

    #[test]
    fn what_only_looks_like_a_digest_is_a_path() {
        let short = &DIGEST[1..];
        let dotted = format!("./{DIGEST}");

        assert_eq!(groups(&[short, &dotted], &[]), [format!("paths {short} {dotted}")]);
        assert_eq!(groups(&[], &[DIGEST]), [format!("paths {DIGEST}")]);
    }

    #[test]
    fn one_digit_repeated_is_told() {
        let none = "F".repeat(40);

        assert_eq!(
            groups(&[DIGEST, &none], &[]),
            [format!("Placeholder({none:?})"), "1 digests".to_owned()]
        );
    }

    #[test]
    fn a_list_is_taken_in_as_arguments_are() {
        let mut told = Vec::new();
        let mut groups = Groups {
            paths: Vec::new(),
            digests: Vec::new(),
            take: |group| {
                told.push(matches!(group, Group::Digests(_)));
                true
            },
        };

        groups.add_list(Paths::in_list(format!("a\0{DIGEST}\0b").as_bytes()));

        assert_eq!(told, [false, true, false]);
    }

    #[test]
    fn files_are_called_as_they_were_given() {
        let here = std::path::absolute("x").unwrap();
        let given = |path: &str, is_folder| GivenPath { path: path.into(), is_folder };
        let mut names = Names::default();
        names.add(&[given("./d/../x", false), given("d", true)]);

        let odd = std::path::absolute("./d/../x").unwrap();
        assert_eq!(names.of(odd), ("./d/../x".into(), true));
        let beneath = here.with_file_name("d").join("e");
        assert_eq!(names.of(beneath), (Path::new("d").join("e"), false));
        assert_eq!(names.of("/elsewhere".into()), ("/elsewhere".into(), false));
    }
}
