//! Through folders: every file in them, in a stable order, without following anything out of them.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsString,
    fs::{self, DirEntry, Metadata},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    FilePath, Finding, FromText, MOST_ITEMS, Origin,
    device::{Device, Devices, Known},
    exact,
    finding::is_windows_device,
    from_text::Named,
    origin_of,
    text::{TextKind, kind_of},
};
use crate::view::LeftOutReason;

/// What was found since the last report.
#[derive(Debug, Default)]
pub struct Found {
    /// Files: those that were given, whether they can be read or not, and those in folders.
    pub files: Vec<Origin>,
    /// What the texts among the given files name.
    pub digests: Vec<FromText>,
    /// What else was in the folders.
    pub left_out: Vec<LeftOutEntry>,
    /// The folders that were gone through to their end.
    pub gone_through: Vec<PathBuf>,
}

/// Something that was found and is no item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutEntry {
    /// Why.
    pub reason: LeftOutReason,
    /// Where it lies.
    pub path: PathBuf,
}

impl Found {
    fn len(&self) -> usize {
        self.files.len() + self.digests.len() + self.left_out.len() + self.gone_through.len()
    }
}

/// Goes through what came in, one walk after the other.
pub struct Walker {
    /// The most entries of a folder, and the most folders that wait.
    most: usize,
    /// Whether the texts among the given files are looked through for digests.
    texts: bool,
    /// What was met by all of its walks.
    devices: Devices,
}

impl Walker {
    /// For a batch: what is more than it takes is counted, and texts are looked through.
    pub fn of_batch() -> Self {
        Self { most: MOST_ITEMS, texts: true, devices: Devices::default() }
    }

    /// For files alone, however many there are.
    pub fn of_files() -> Self {
        Self { most: usize::MAX, texts: false, devices: Devices::default() }
    }

    /// Goes through what was dropped or picked: a path to a folder for the files in it and beneath,
    /// any other as it is. A link that was given is followed; what is found in folders is not: links,
    /// junctions and mount points are left out, as are pipes, devices and sockets. Hidden files are
    /// files. No folder is gone through twice. Texts come last; nothing but them and folders is
    /// opened.
    ///
    /// In each folder come first its files, then its folders, both by name. `report` receives at most
    /// 64 entries at a time, at least every 100 ms while any are found, and says whether to go on.
    /// This blocks, and on a dead share for as long as the system does.
    ///
    /// When `cancelled` is set, the folders that were not gone through to their end are told.
    pub fn walk(
        &mut self,
        paths: &[PathBuf],
        cancelled: &AtomicBool,
        report: impl FnMut(Found) -> bool,
    ) {
        let mut walk = Walk::begin(self, cancelled, report);
        for path in paths {
            walk.given_path(path);
        }
        walk.flush();
        walk.look_through_texts();
        walk.flush();
    }
}

/// The most files and digests of one report.
pub(super) const BATCH: usize = 64;
/// How long found files wait for more.
const PATIENCE: Duration = Duration::from_millis(100);

struct Walk<'a, R> {
    walker: &'a mut Walker,
    cancelled: &'a AtomicBool,
    report: R,
    found: Found,
    reported: Instant,
    /// Nobody listens any more.
    gone: bool,
    /// The folders that were met, and where.
    visited: HashMap<FolderId, PathBuf>,
    /// The given folder that is being gone through.
    root: PathBuf,
    /// Files that were given beside the folders in which they are found as well.
    given: HashSet<FilePath>,
    /// Folders that were given.
    given_folders: HashSet<PathBuf>,
    /// Given files that are texts by their names.
    texts: Vec<(PathBuf, TextKind)>,
}

/// Which folder it is, whatever its path.
#[cfg(unix)]
type FolderId = (u64, u64);
/// Where a folder is known by its path alone, once links are resolved: those that lead into a folder
/// were given, since no other is followed.
#[cfg(not(unix))]
type FolderId = PathBuf;

#[cfg(unix)]
fn folder_id(_path: &Path, folder: &Metadata) -> FolderId {
    use std::os::unix::fs::MetadataExt;

    (folder.dev(), folder.ino())
}

#[cfg(not(unix))]
fn folder_id(path: &Path, _folder: &Metadata) -> FolderId {
    fs::canonicalize(exact(path)).unwrap_or_else(|_| path.to_owned())
}

/// How a folder is met.
enum Meeting {
    First,
    /// It was gone through, or is going to be.
    Again,
    /// It lies under another path as well: a mount point, or a server that numbers its folders badly.
    Elsewhere,
}

/// What all that lies in a folder, and beneath it, has in common.
#[derive(Clone, Copy)]
struct Tree {
    device: Device,
    /// Where a folder beneath lies on another one, it is a mount point.
    mount: Mount,
    through_link: bool,
}

/// What a folder is mounted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mount(u64);

impl Mount {
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
    files: Vec<Entry>,
    folders: Vec<OsString>,
    /// Whether the system failed before the end.
    cut_short: bool,
}

/// A file in a folder.
struct Entry {
    name: OsString,
    size: Option<u64>,
    finding: Finding,
}

impl Entry {
    fn of(entry: &DirEntry) -> Self {
        // Of the entry, not of what a link would lead to that has taken its place.
        let metadata = entry.metadata().ok();
        Self {
            name: entry.file_name(),
            size: metadata.as_ref().map(Metadata::len),
            finding: metadata.as_ref().map_or(Finding::Unknown, Finding::of),
        }
    }
}

/// Where an entry lies: its own path begins with the exact form of its folder's.
fn path_of(folder: &Path, name: OsString) -> PathBuf {
    FilePath::in_folder(&folder.into(), name).path()
}

impl<'a, R: FnMut(Found) -> bool> Walk<'a, R> {
    fn begin(walker: &'a mut Walker, cancelled: &'a AtomicBool, report: R) -> Self {
        Self {
            walker,
            cancelled,
            report,
            found: Found::default(),
            reported: Instant::now(),
            gone: false,
            visited: HashMap::new(),
            root: PathBuf::new(),
            given: HashSet::new(),
            given_folders: HashSet::new(),
            texts: Vec::new(),
        }
    }

    fn given_path(&mut self, path: &Path) {
        if self.is_over() {
            return self.left_out(LeftOutReason::Cancelled, path);
        }
        let mut origin = origin_of(path);
        let path = origin.at.path();
        if cfg!(windows) && is_windows_device(&path) {
            origin.finding = Finding::NotRegular;
        } else if let Ok(metadata) = fs::metadata(exact(&path)) {
            let Known { device, made_up } = self.walker.devices.of(&path, &metadata);
            let link = fs::symlink_metadata(exact(&path));
            let through_link = link.is_ok_and(|metadata| metadata.is_symlink());
            if metadata.is_dir() {
                // Of a folder that the system makes up nothing is a file with content.
                if made_up {
                    return self.left_out(LeftOutReason::NotRegular, &path);
                }
                let tree = Tree { device, mount: Mount::of(&metadata), through_link };
                return self.folder(path, &metadata, tree);
            }
            origin.size = Some(metadata.len());
            origin.device = device;
            origin.finding = if made_up { Finding::NotRegular } else { Finding::of(&metadata) };
            origin.through_link = through_link;
            if self.walker.texts
                && origin.finding == Finding::Regular
                && let Some(kind) = kind_of(origin.at.name())
            {
                self.texts.push((path, kind));
            }
        }
        self.given.insert(FilePath::clone(&origin.at));
        self.found.files.push(origin);
        self.flush_if_due();
    }

    /// Finds the digests that the given texts name.
    fn look_through_texts(&mut self) {
        let mut named = Named::default();
        for (path, kind) in std::mem::take(&mut self.texts) {
            if self.is_over() {
                self.left_out(LeftOutReason::TextUnread, &path);
                continue;
            }
            let cancelled = self.cancelled;
            let read = named.in_file(&path, kind, cancelled, |digest| {
                self.found.digests.push(digest);
                self.flush_if_due();
                !self.is_over()
            });
            // A search that was cancelled ends without an error.
            if read.is_err() || self.is_over() {
                self.left_out(LeftOutReason::TextUnread, &path);
            }
        }
    }

    /// A given folder and all beneath it.
    fn folder(&mut self, path: PathBuf, metadata: &Metadata, tree: Tree) {
        let id = folder_id(&path, metadata);
        if self.visited.contains_key(&id) {
            return;
        }
        self.visited.insert(id, path.clone());
        self.given_folders.insert(path.clone());
        self.root.clone_from(&path);
        let mut pending = vec![path];
        while let Some(next) = pending.pop() {
            if self.is_over() {
                self.left_out(LeftOutReason::Cancelled, &next);
            } else {
                self.gone_through(&next, tree, &mut pending);
            }
        }
    }

    /// One folder: its files are found, and its folders wait.
    fn gone_through(&mut self, folder: &Path, tree: Tree, pending: &mut Vec<PathBuf>) {
        // Looked at before and after it is opened: a link may take its place.
        let look = |walk: &Self| walk.look(folder, tree.mount);
        let before = look(self);
        let Entries { files, folders, cut_short } = match fs::read_dir(exact(folder)) {
            Ok(entries) if before.is_some() && before == look(self) => self.sorted(entries, folder),
            Ok(_) => return self.left_out(LeftOutReason::Link, folder),
            Err(error) => return self.unreadable(folder, &error),
        };
        if self.is_over() {
            return self.left_out(LeftOutReason::Cancelled, folder);
        }
        // The next one is taken from the end.
        for name in folders.into_iter().rev() {
            self.folder_entry(&path_of(folder, name), tree.mount, pending);
        }
        let shared = Arc::<Path>::from(folder);
        for Entry { name, size, finding } in files {
            if self.is_over() {
                return self.left_out(LeftOutReason::Cancelled, folder);
            }
            let at = FilePath::in_folder(&shared, name);
            if !self.given.is_empty() && self.given.contains(&at) {
                continue;
            }
            self.found.files.push(Origin {
                at: Arc::new(at),
                size,
                device: tree.device,
                finding,
                given: false,
                through_link: tree.through_link,
            });
            self.flush_if_due();
        }
        if !cut_short {
            self.found.gone_through.push(folder.to_owned());
            self.flush_if_due();
        }
    }

    /// Which folder lies here, unless it is a link or a mount point. The way to a given one may be a
    /// link.
    fn look(&self, folder: &Path, mount: Mount) -> Option<FolderId> {
        let path = exact(folder);
        let metadata =
            if folder == self.root { fs::metadata(path) } else { fs::symlink_metadata(path) };
        let metadata = metadata.ok()?;
        (metadata.is_dir() && Mount::of(&metadata) == mount).then(|| folder_id(folder, &metadata))
    }

    /// How a folder is met beneath one that was given.
    fn meet(&mut self, path: &Path, folder: &Metadata) -> Meeting {
        let id = folder_id(path, folder);
        let Some(known) = self.visited.get(&id) else {
            self.visited.insert(id, path.to_owned());
            return Meeting::First;
        };
        let of_another = |root: &PathBuf| *root != self.root && known.starts_with(root);
        if known == path || self.given_folders.iter().any(of_another) {
            return Meeting::Again;
        }
        // A server or a memory stick may give the number of a folder that is gone to another one.
        let still = fs::symlink_metadata(exact(known)).ok();
        if still.is_some_and(|still| folder_id(known, &still) == id) {
            return Meeting::Elsewhere;
        }
        self.visited.insert(id, path.to_owned());
        Meeting::First
    }

    fn folder_entry(&mut self, path: &Path, mount: Mount, pending: &mut Vec<PathBuf>) {
        // Not followed, should a link have taken its place.
        match fs::symlink_metadata(exact(path)) {
            Ok(metadata) if !metadata.is_dir() || Mount::of(&metadata) != mount => {
                self.left_out(LeftOutReason::Link, path);
            }
            Ok(metadata) => {
                if pending.len() == self.walker.most {
                    self.left_out(LeftOutReason::TooMany, path);
                } else {
                    match self.meet(path, &metadata) {
                        Meeting::First => pending.push(path.to_owned()),
                        Meeting::Again => {}
                        Meeting::Elsewhere => self.left_out(LeftOutReason::Link, path),
                    }
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
                    sorted.cut_short = true;
                    break;
                }
            };
            // On Windows a junction, a mount point and a symbolic link are links to `FileType`; a
            // file or folder that a cloud keeps is none, although it is a reparse point as well.
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() && self.was_given(folder, &entry) => {}
                Ok(kind) if kind.is_symlink() => {
                    self.left_out(LeftOutReason::Link, &path_of(folder, entry.file_name()));
                }
                Ok(_) if sorted.files.len() + sorted.folders.len() == self.walker.most => {
                    self.left_out(LeftOutReason::TooMany, &path_of(folder, entry.file_name()));
                }
                Ok(kind) if kind.is_dir() => sorted.folders.push(entry.file_name()),
                Ok(kind) if kind.is_file() => sorted.files.push(Entry::of(&entry)),
                Ok(_) => {
                    self.left_out(LeftOutReason::NotRegular, &path_of(folder, entry.file_name()));
                }
                Err(error) => self.unreadable(&path_of(folder, entry.file_name()), &error),
            }
        }
        sorted.files.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        sorted.folders.sort_unstable();
        sorted
    }

    /// Whether an entry of a folder was given itself, too.
    fn was_given(&self, folder: &Path, entry: &DirEntry) -> bool {
        let at = FilePath::in_folder(&folder.into(), entry.file_name());
        self.given.contains(&at) || self.given_folders.contains(&at.path())
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        tracing::info!(kind = ?error.kind(), "an entry of a folder could not be read");
        self.left_out(LeftOutReason::Unreadable, path);
    }

    fn left_out(&mut self, reason: LeftOutReason, path: &Path) {
        self.found.left_out.push(LeftOutEntry { reason, path: path.to_owned() });
        self.flush_if_due();
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
        if !self.gone && found.len() > 0 {
            self.gone = !(self.report)(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{intake::LeftOutTally, view::LeftOut};

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
        Walker::of_batch().walk(paths, &cancelled, |found| {
            largest = largest.max(found.len());
            for origin in found.files {
                let files = if origin.given { &mut given } else { &mut in_folders };
                files.push(origin.at.path());
            }
            for entry in found.left_out {
                tally.add(entry.reason, &entry.path);
            }
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
        write(folder.path(), &["b/2", "b/a/1", ".hidden", "c", "a/x", "Z"]);

        let outcome = walked(&[folder.path().to_owned()], usize::MAX);

        let expected = [".hidden", "Z", "c", "a/x", "b/2", "b/a/1"];
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

        Walker::of_batch().walk(&[folder.path().to_owned()], &AtomicBool::new(false), |_| {
            reports += 1;
            false
        });

        assert_eq!(reports, 1);
    }

    /// Everything that a walk reports.
    fn found(paths: &[PathBuf]) -> Found {
        let mut all = Found::default();
        Walker::of_batch().walk(paths, &AtomicBool::new(false), |found| {
            all.files.extend(found.files);
            all.digests.extend(found.digests);
            all.left_out.extend(found.left_out);
            true
        });
        all
    }

    #[test]
    fn what_a_given_text_names_comes_after_the_files_and_of_texts_in_folders_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
        write(folder.path(), &["f/report.csv"]);
        let [text, program] = ["report.CSV", "report.exe"].map(|name| folder.path().join(name));
        for path in [&text, &program, &folder.path().join("f/report.csv")] {
            fs::write(path, format!("sha1,where\n{sha1},desk\n")).unwrap();
        }

        let found = found(&[text, program, folder.path().join("f")]);

        assert_eq!(found.files.len(), 3);
        let [digest] = &found.digests[..] else { panic!("{:?}", found.digests) };
        assert_eq!((digest.digest.to_string(), digest.line), (sha1.to_owned(), 2));
        assert_eq!(digest.text.as_deref(), Some("report.CSV".as_ref()));
        assert_eq!(digest.note.as_deref(), Some("where: desk"));
    }

    #[test]
    fn a_text_that_was_not_looked_through_is_told() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a.txt", "b.txt"]);
        let texts = ["a.txt", "b.txt"].map(|name| folder.path().join(name));
        let cancelled = AtomicBool::new(false);
        let mut left_out = Vec::new();

        Walker::of_batch().walk(&texts, &cancelled, |found| {
            cancelled.store(!found.files.is_empty(), Ordering::Relaxed);
            left_out.extend(found.left_out);
            true
        });

        let expected = texts.map(|path| LeftOutEntry { reason: LeftOutReason::TextUnread, path });
        assert_eq!(left_out, expected);
    }

    #[test]
    fn files_in_deep_folders_and_with_long_names_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let long = "n".repeat(255);
        let mut deep = folder.path().to_owned();
        // Past what a path in one piece may be long (PATH_MAX, 4,096).
        for _ in 0..14 {
            deep.push(&long);
            if fs::create_dir(&deep).is_err() {
                deep.pop();
                break;
            }
        }
        fs::write(deep.join("f"), "x").unwrap();

        let found = found(&[folder.path().to_owned()]);

        assert_eq!(found.files.len(), 1);
        assert_eq!(found.files[0].finding, Finding::Regular);
        assert_eq!(found.left_out, []);
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
        fn what_came_through_a_link_says_so() {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &["in/file", "plain"]);
            let [to_folder, to_file] =
                ["to-folder", "to-file"].map(|name| folder.path().join(name));
            symlink(folder.path().join("in"), &to_folder).unwrap();
            symlink(folder.path().join("plain"), &to_file).unwrap();

            let found = found(&[to_folder, to_file, folder.path().join("plain")]);

            let links: Vec<bool> = found.files.iter().map(|file| file.through_link).collect();
            assert_eq!(links, [true, true, false]);
        }

        #[test]
        fn what_was_given_by_a_link_too_is_not_left_out_as_one() {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &["in/sub/1", "in/2", "outside"]);
            let inside = folder.path().join("in");
            let (to_folder, to_file) = (folder.path().join("l"), inside.join("m"));
            symlink(inside.join("sub"), &to_folder).unwrap();
            symlink(folder.path().join("outside"), &to_file).unwrap();

            let found = found(&[to_folder.clone(), to_file.clone(), inside.clone()]);

            let paths: Vec<PathBuf> = found.files.iter().map(|file| file.at.path()).collect();
            assert_eq!(paths, [to_folder.join("1"), to_file, inside.join("2")]);
            assert_eq!(found.left_out, []);
        }

        #[test]
        fn a_link_that_takes_the_place_of_a_folder_is_not_followed() {
            let folder = tempfile::tempdir().unwrap();
            let names: Vec<String> = (0..BATCH).map(|n| format!("in/{n:03}")).collect();
            write(folder.path(), &names.iter().map(String::as_str).collect::<Vec<_>>());
            write(folder.path(), &["in/z/mine", "outside/secret"]);
            let (pending, outside) = (folder.path().join("in/z"), folder.path().join("outside"));
            let (mut files, mut left_out, mut swapped) = (Vec::new(), Vec::new(), false);

            let given = [folder.path().join("in")];
            Walker::of_batch().walk(&given, &AtomicBool::new(false), |found| {
                // The files of a folder come before its folders are opened.
                if !std::mem::replace(&mut swapped, true) {
                    fs::rename(&pending, folder.path().join("away")).unwrap();
                    symlink(&outside, &pending).unwrap();
                }
                files.extend(found.files);
                left_out.extend(found.left_out);
                true
            });

            assert_eq!(files.len(), BATCH);
            assert_eq!(left_out, [LeftOutEntry { reason: LeftOutReason::Link, path: pending }]);
        }

        #[test]
        fn names_of_every_kind_are_found_as_they_are() {
            use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
            let folder = tempfile::tempdir().unwrap();
            let names: [&[u8]; 8] = [
                b"-rf",
                b"a\nb\r",
                b"not utf-8 \xff\xfe",
                "invoice\u{202e}fdp.exe".as_bytes(),
                b" ",
                b"\\",
                b"...",
                &[b'n'; 255],
            ];
            for name in names {
                fs::write(folder.path().join(OsStr::from_bytes(name)), "x").unwrap();
            }

            let found = found(&[folder.path().to_owned()]);

            let mut expected: Vec<&[u8]> = names.into();
            expected.sort_unstable();
            let found: Vec<PathBuf> = found.files.iter().map(|file| file.at.path()).collect();
            let expected: Vec<PathBuf> =
                expected.iter().map(|name| folder.path().join(OsStr::from_bytes(name))).collect();
            assert_eq!(found, expected);
            assert!(found.iter().all(|path| fs::read(path).is_ok()));
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn what_the_system_makes_up_is_no_file_with_content() {
            let paths = ["/proc/self/environ", "/sys/kernel", "/dev/null"].map(PathBuf::from);

            let found = found(&paths);

            let findings: Vec<Finding> = found.files.iter().map(|file| file.finding).collect();
            assert_eq!(findings, [Finding::NotRegular; 2]);
            assert_eq!(found.left_out[0].reason, LeftOutReason::NotRegular);
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
            let (mut walker, cancelled) = (Walker::of_batch(), AtomicBool::new(false));
            let mut walk = Walk::begin(&mut walker, &cancelled, |_| true);
            let root = Mount::of(&fs::metadata("/").unwrap());
            let mut pending = Vec::new();

            walk.folder_entry(Path::new("/proc"), root, &mut pending);

            assert!(pending.is_empty());
            assert_eq!(walk.found.left_out[0].reason, LeftOutReason::Link);
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
