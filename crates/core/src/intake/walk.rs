//! Through folders: every file in them, in a stable order, without following anything out of them.

use std::{
    collections::HashSet,
    fs::{self, DirEntry, Metadata},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use super::{LeftOutTally, MOST_ITEMS, Origin, origin_of};
use crate::view::LeftOutReason;

/// What was found since the last report.
#[derive(Debug, Default)]
pub struct Found {
    /// Paths that were given and are no folders; whether they can be read is not known yet.
    pub given: Vec<Origin>,
    /// Files in folders.
    pub in_folders: Vec<Origin>,
    /// What else was in them.
    pub left_out: LeftOutTally,
}

impl Found {
    fn len(&self) -> usize {
        self.given.len() + self.in_folders.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0 && self.left_out.is_empty()
    }
}

/// Goes through what was dropped or picked: a path to a folder for the files in it and beneath, any
/// other as it is. A link that was given is followed; what is found in folders is not: links,
/// junctions and mount points are left out, as are pipes, devices and sockets. Hidden files are files.
/// No folder is gone through twice.
///
/// In each folder come first its files, then its folders, both by name. `report` receives at most 64
/// files at a time, at least every 100 ms while any are found, and says whether to go on. This
/// blocks, and on a dead share for as long as the system does.
///
/// When `cancelled` is set, the folders that were not gone through to their end are counted.
pub fn walk(paths: &[PathBuf], cancelled: &AtomicBool, report: impl FnMut(Found) -> bool) {
    let mut walk = Walk {
        cancelled,
        report,
        found: Found::default(),
        reported: Instant::now(),
        gone: false,
        visited: Visited::default(),
        given: HashSet::new(),
    };
    for path in paths {
        walk.given_path(path);
    }
    walk.flush();
}

/// The most files of one report.
const BATCH: usize = 64;
/// How long found files wait for more.
const PATIENCE: Duration = Duration::from_millis(100);

struct Walk<'a, R> {
    cancelled: &'a AtomicBool,
    report: R,
    found: Found,
    reported: Instant,
    /// Nobody listens any more.
    gone: bool,
    visited: Visited,
    /// Files that were given beside the folders in which they are found as well.
    given: HashSet<PathBuf>,
}

/// The folders that were gone through.
#[derive(Default)]
struct Visited {
    #[cfg(unix)]
    folders: HashSet<(u64, u64)>,
}

impl Visited {
    /// Whether this folder is met for the first time. Where the system does not tell which folder it
    /// is, every one is: without links there are no circles.
    #[cfg(unix)]
    fn is_new(&mut self, folder: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;

        self.folders.insert((folder.dev(), folder.ino()))
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "only some systems tell")]
    fn is_new(&mut self, _folder: &Metadata) -> bool {
        true
    }
}

/// What a folder lies on: a folder on another one is a mount point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Device(u64);

impl Device {
    #[cfg(unix)]
    fn of(folder: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;

        Self(folder.dev())
    }

    /// Where mount points are links, which are left out already.
    #[cfg(not(unix))]
    fn of(_folder: &Metadata) -> Self {
        Self(0)
    }
}

/// What a folder holds, sorted by name.
#[derive(Default)]
struct Entries {
    files: Vec<DirEntry>,
    folders: Vec<DirEntry>,
}

impl<R: FnMut(Found) -> bool> Walk<'_, R> {
    fn given_path(&mut self, path: &Path) {
        if self.is_over() {
            return self.found.left_out.add(LeftOutReason::Cancelled, path);
        }
        let mut origin = origin_of(path);
        match fs::metadata(&origin.path) {
            Ok(metadata) if metadata.is_dir() => self.folder(origin.path, &metadata),
            // Whoever reads it finds out what is wrong with it, if anything is.
            outcome => {
                origin.size = outcome.ok().map(|metadata| metadata.len());
                self.given.insert(origin.path.clone());
                self.found.given.push(origin);
                self.flush_if_due();
            }
        }
    }

    /// A given folder and all beneath it.
    fn folder(&mut self, path: PathBuf, metadata: &Metadata) {
        if !self.visited.is_new(metadata) {
            return;
        }
        let device = Device::of(metadata);
        let mut pending = vec![path];
        while let Some(next) = pending.pop() {
            if self.is_over() {
                self.found.left_out.add(LeftOutReason::Cancelled, &next);
            } else {
                self.gone_through(&next, device, &mut pending);
            }
        }
    }

    /// One folder: its files are found, and its folders wait.
    fn gone_through(&mut self, folder: &Path, device: Device, pending: &mut Vec<PathBuf>) {
        let Entries { files, folders } = match fs::read_dir(folder) {
            Ok(entries) => self.sorted(entries, folder),
            Err(error) => return self.unreadable(folder, &error),
        };
        if self.is_over() {
            return self.found.left_out.add(LeftOutReason::Cancelled, folder);
        }
        // The next one is taken from the end.
        for entry in folders.iter().rev() {
            self.folder_entry(&entry.path(), device, pending);
        }
        for entry in files {
            if self.is_over() {
                return self.found.left_out.add(LeftOutReason::Cancelled, folder);
            }
            let mut origin = origin_of(&entry.path());
            if !self.given.contains(&origin.path) {
                origin.size = entry.metadata().ok().map(|metadata| metadata.len());
                self.found.in_folders.push(origin);
                self.flush_if_due();
            }
        }
    }

    fn folder_entry(&mut self, path: &Path, device: Device, pending: &mut Vec<PathBuf>) {
        // Not followed, should a link have taken its place.
        match fs::symlink_metadata(path) {
            Ok(metadata) if !metadata.is_dir() || Device::of(&metadata) != device => {
                self.found.left_out.add(LeftOutReason::Link, path);
            }
            Ok(metadata) => {
                if pending.len() == MOST_ITEMS {
                    self.found.left_out.add(LeftOutReason::TooMany, path);
                } else if self.visited.is_new(&metadata) {
                    pending.push(path.to_owned());
                }
            }
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn sorted(&mut self, entries: fs::ReadDir, folder: &Path) -> Entries {
        let mut sorted = Entries::default();
        for entry in entries {
            if self.is_over() {
                break;
            }
            let entry = match entry {
                Ok(entry) => entry,
                // The system may give the same error for ever.
                Err(error) => {
                    self.unreadable(folder, &error);
                    break;
                }
            };
            // On Windows a junction, a mount point and a symbolic link are links to `FileType`; a
            // file or folder that a cloud keeps is none, although it is a reparse point as well.
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {
                    self.found.left_out.add(LeftOutReason::Link, &entry.path());
                }
                Ok(_) if sorted.files.len() + sorted.folders.len() == MOST_ITEMS => {
                    self.found.left_out.add(LeftOutReason::TooMany, &entry.path());
                }
                Ok(kind) if kind.is_dir() => sorted.folders.push(entry),
                Ok(kind) if kind.is_file() => sorted.files.push(entry),
                Ok(_) => self.found.left_out.add(LeftOutReason::NotRegular, &entry.path()),
                Err(error) => self.unreadable(&entry.path(), &error),
            }
        }
        sorted.files.sort_by_cached_key(DirEntry::file_name);
        sorted.folders.sort_by_cached_key(DirEntry::file_name);
        sorted
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        tracing::info!(kind = ?error.kind(), "an entry of a folder could not be read");
        self.found.left_out.add(LeftOutReason::Unreadable, path);
    }

    fn is_over(&self) -> bool {
        self.gone || self.cancelled.load(Ordering::Relaxed)
    }

    fn flush_if_due(&mut self) {
        if self.found.len() >= BATCH || self.reported.elapsed() >= PATIENCE {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.reported = Instant::now();
        let found = std::mem::take(&mut self.found);
        if !self.gone && !found.is_empty() {
            self.gone = !(self.report)(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::LeftOut;

    /// Everything that is found, and what was left out.
    struct Outcome {
        given: Vec<PathBuf>,
        in_folders: Vec<PathBuf>,
        left_out: Vec<LeftOut>,
        largest: usize,
    }

    impl Outcome {
        fn count(&self, reason: LeftOutReason) -> u32 {
            let entry = self.left_out.iter().find(|entry| entry.reason == reason);
            entry.map_or(0, |entry| entry.count)
        }
    }

    /// Walks, and cancels once so many files have been reported.
    fn walked(paths: &[PathBuf], cancel_at: usize) -> Outcome {
        let cancelled = AtomicBool::new(false);
        let (mut given, mut in_folders) = (Vec::new(), Vec::new());
        let (mut tally, mut largest) = (LeftOutTally::default(), 0);
        walk(paths, &cancelled, |found| {
            largest = largest.max(found.len());
            given.extend(found.given.into_iter().map(|origin| origin.path));
            in_folders.extend(found.in_folders.into_iter().map(|origin| origin.path));
            tally.append(found.left_out);
            cancelled.store(in_folders.len() >= cancel_at, Ordering::Relaxed);
            true
        });
        Outcome { given, in_folders, left_out: tally.view(), largest }
    }

    fn write(folder: &Path, names: &[&str]) {
        for name in names {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, *name).unwrap();
        }
    }

    #[test]
    fn files_come_by_name_those_of_a_folder_before_those_beneath() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["b/2", "b/a/1", ".hidden", "c", "a/x", "B"]);

        let outcome = walked(&[folder.path().to_owned()], usize::MAX);

        let expected = [".hidden", "B", "c", "a/x", "b/2", "b/a/1"];
        assert_eq!(outcome.in_folders, expected.map(|name| folder.path().join(name)));
        assert_eq!((outcome.given.len(), outcome.left_out.len()), (0, 0));
    }

    #[test]
    fn what_is_no_folder_is_taken_as_it_was_given_and_found_once() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a/1", "a/2"]);
        let [file, missing] = ["a/2", "missing"].map(|name| folder.path().join(name));
        let paths = [file.clone(), missing.clone(), folder.path().join("a")];

        let outcome = walked(&paths, usize::MAX);

        assert_eq!(outcome.given, [file, missing]);
        assert_eq!(outcome.in_folders, [folder.path().join("a/1")]);
    }

    #[test]
    fn many_files_come_in_parts() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..200).map(|n| format!("{n:03}")).collect();
        write(folder.path(), &names.iter().map(String::as_str).collect::<Vec<_>>());

        let outcome = walked(&[folder.path().to_owned()], usize::MAX);

        assert_eq!(outcome.in_folders.len(), 200);
        assert!(outcome.largest <= 64, "{}", outcome.largest);
    }

    #[test]
    fn folders_that_were_not_gone_through_when_it_was_cancelled_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let mut names: Vec<String> = (0..100).map(|n| format!("a/{n:03}")).collect();
        names.extend(["b/1".into(), "c/1".into()]);
        write(folder.path(), &names.iter().map(String::as_str).collect::<Vec<_>>());

        let outcome = walked(&[folder.path().to_owned()], 1);

        assert!(outcome.in_folders.len() < 100);
        assert_eq!(outcome.count(LeftOutReason::Cancelled), 3, "{:?}", outcome.left_out);
    }

    #[test]
    fn it_ends_when_nobody_listens() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..200).map(|n| format!("{n:03}")).collect();
        write(folder.path(), &names.iter().map(String::as_str).collect::<Vec<_>>());
        let mut reports = 0;

        walk(&[folder.path().to_owned()], &AtomicBool::new(false), |_| {
            reports += 1;
            false
        });

        assert_eq!(reports, 1);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::{fs::symlink, net::UnixListener};

        use super::*;

        #[test]
        fn links_in_folders_are_not_followed_and_one_that_was_given_is() {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &["outside/secret", "in/file"]);
            let inside = folder.path().join("in");
            symlink(folder.path().join("outside"), inside.join("to-folder")).unwrap();
            symlink(folder.path().join("outside/secret"), inside.join("to-file")).unwrap();
            symlink(&inside, inside.join("circle")).unwrap();
            let link = folder.path().join("link");
            symlink(&inside, &link).unwrap();

            let outcome = walked(std::slice::from_ref(&link), usize::MAX);

            assert_eq!(outcome.in_folders, [link.join("file")]);
            assert_eq!(outcome.count(LeftOutReason::Link), 3);
        }

        #[test]
        fn a_socket_is_left_out_and_named() {
            let folder = tempfile::tempdir().unwrap();
            let socket = folder.path().join("socket");
            let _listening = UnixListener::bind(&socket).unwrap();

            let outcome = walked(&[folder.path().to_owned()], usize::MAX);

            assert_eq!(outcome.count(LeftOutReason::NotRegular), 1);
            assert_eq!(outcome.left_out[0].first[0].flat(), socket.display().to_string());
        }

        #[test]
        fn no_folder_is_gone_through_twice() {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &["a/b/1", "a/2"]);
            let inner = folder.path().join("a/b");

            let outcome = walked(&[inner.clone(), folder.path().to_owned()], usize::MAX);

            assert_eq!(outcome.in_folders, [inner.join("1"), folder.path().join("a/2")]);
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn a_mount_point_in_a_folder_is_left_out() {
            // `/proc` and `/sys` lie on devices of their own.
            let mut walk = Walk {
                cancelled: &AtomicBool::new(false),
                report: |_| true,
                found: Found::default(),
                reported: Instant::now(),
                gone: false,
                visited: Visited::default(),
                given: HashSet::new(),
            };
            let root = Device::of(&fs::metadata("/").unwrap());
            let mut pending = Vec::new();

            walk.folder_entry(Path::new("/proc"), root, &mut pending);

            assert!(pending.is_empty());
            assert_eq!(walk.found.left_out.view()[0].reason, LeftOutReason::Link);
        }

        /// The superuser may read everything, so there is nothing to see then.
        #[test]
        fn a_folder_that_may_not_be_read_is_counted_and_stops_nothing() {
            use std::os::unix::fs::PermissionsExt;
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &["closed/1", "open/2"]);
            let closed = folder.path().join("closed");
            fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
            let superuser = fs::read_dir(&closed).is_ok();

            let outcome = walked(&[folder.path().to_owned()], usize::MAX);

            fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
            assert!(outcome.in_folders.contains(&folder.path().join("open/2")));
            assert_eq!(outcome.count(LeftOutReason::Unreadable), u32::from(!superuser));
        }
    }
}
