//! From the paths that were given to the readers: what is found is given its place in the row of
//! results, and is read.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    slice,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
};

use droptrace_core::{
    digest::{ReadJob, Readers, Ticket},
    intake::{FilePath, Finding, Found, LeftOutEntry, Origin, Walker, leads_to_a_folder},
    view::{ErrorCode, LeftOutReason},
};

use crate::{
    arguments::Source,
    list::{Listed, Paths},
    name::{Given, Name},
    outcome::Outcome,
    window::Window,
};

/// The results of a run, each in the place of its file.
pub(crate) type Results = Window<Name, Outcome>;

/// How many entries of folders were left out and have no result of their own, by reason.
pub(crate) type LeftOutCounts = BTreeMap<LeftOutReason, u32>;

/// What finds files, and gives them to be read.
pub(crate) struct Feed {
    walker: Walker,
    taker: Taker,
}

/// Where what is found goes.
pub(crate) struct Taker {
    /// Where results wait for those before them.
    pub(crate) results: Arc<Results>,
    /// Who reads.
    pub(crate) readers: Arc<Readers<u64>>,
    /// Set when nothing more is to be found.
    pub(crate) cancelled: Arc<AtomicBool>,
    /// What was left out.
    pub(crate) left_out: Arc<Mutex<LeftOutCounts>>,
}

impl Feed {
    /// How many given files are looked at together.
    const TOGETHER: usize = 256;

    /// Nothing is found yet.
    pub(crate) fn new(taker: Taker) -> Self {
        Self { walker: Walker::of_files(), taker }
    }

    /// Goes through all that was given, and closes the row of results. Blocks as long as that takes.
    ///
    /// # Errors
    ///
    /// If a list could not be read to its end; what came before is being read.
    pub(crate) fn run(&mut self, source: Source) -> io::Result<()> {
        let outcome = match source {
            Source::Paths(paths) => {
                self.given(paths);
                Ok(())
            }
            Source::Stdin => self.listed(Paths::in_list(io::stdin().lock())),
        };
        self.taker.results.close();
        outcome
    }

    fn given(&mut self, paths: Vec<OsString>) {
        let mut together = Vec::new();
        for path in paths {
            if !self.give(path, &mut together) {
                return;
            }
        }
        self.files(&together);
    }

    fn listed(&mut self, mut paths: Paths<impl io::Read>) -> io::Result<()> {
        let mut together = Vec::new();
        while let Some(path) = paths.next() {
            let wanted = match path {
                Ok(Listed::Path(path)) => self.give(path, &mut together),
                #[cfg(not(unix))]
                Ok(Listed::NotText(path)) => {
                    let name = Name::Plain(Path::new(&path).into());
                    let outcome = Outcome::not_read(ErrorCode::NameNotText);
                    self.files(&std::mem::take(&mut together))
                        && self.taker.results.push(vec![(name, Some(outcome))]).is_some()
                }
                Err(error) => {
                    self.files(&together);
                    return Err(error);
                }
            };
            // Whoever writes the list may wait for the result before going on.
            if !wanted || (paths.may_wait() && !self.files(&std::mem::take(&mut together))) {
                return Ok(());
            }
        }
        self.files(&together);
        Ok(())
    }

    /// Takes in one path; whether more are wanted.
    fn give(&mut self, path: OsString, together: &mut Vec<PathBuf>) -> bool {
        // A folder is gone through alone: what is found beneath it is called after it.
        if leads_to_a_folder(Path::new(&path)) {
            return self.files(&std::mem::take(together)) && self.folder(path);
        }
        together.push(path.into());
        together.len() < Self::TOGETHER || self.files(&std::mem::take(together))
    }

    fn folder(&mut self, path: OsString) -> bool {
        let paths = [PathBuf::from(&path)];
        self.walk(&paths, &mut Naming::Beneath(Arc::new(Given::new(path))))
    }

    fn files(&mut self, paths: &[PathBuf]) -> bool {
        self.walk(paths, &mut Naming::AsGiven(paths.iter()))
    }

    fn walk(&mut self, paths: &[PathBuf], naming: &mut Naming<'_>) -> bool {
        let mut wanted = true;
        let Self { walker, taker } = self;
        walker.walk(paths, &taker.cancelled, |found| {
            wanted = taker.take(found, naming);
            wanted
        });
        wanted
    }
}

impl Taker {
    fn take(&self, Found { files, left_out, .. }: Found, naming: &mut Naming<'_>) -> bool {
        let mut entries = Vec::with_capacity(files.len());
        for entry in left_out {
            self.left_out(entry, naming, &mut entries);
        }
        let before = entries.len();
        entries.extend(files.iter().map(|file| (naming.file(file), without_reading(file.finding))));
        let is_to_read: Vec<bool> =
            entries[before..].iter().map(|(_, outcome)| outcome.is_none()).collect();
        let Some(first) = self.results.push(entries) else { return false };
        let jobs = files.into_iter().zip(first + before as u64..).zip(is_to_read);
        let ticket = Arc::new(Ticket::default());
        self.readers.read(jobs.filter(|(_, is_to_read)| *is_to_read).map(|((file, tag), _)| {
            ReadJob {
                size: file.size.unwrap_or(0),
                device: file.device,
                looked_at: file.finding == Finding::Regular,
                follow: file.given,
                file: file.at,
                ticket: Arc::clone(&ticket),
                tag,
            }
        }));
        true
    }

    /// What should have been read is a result; of the rest it is counted how much there is.
    fn left_out(
        &self,
        LeftOutEntry { reason, path }: LeftOutEntry,
        naming: &Naming<'_>,
        entries: &mut Vec<(Name, Option<Outcome>)>,
    ) {
        let outcome = match reason {
            LeftOutReason::Unreadable => Outcome::FolderNotRead,
            LeftOutReason::NotRegular if naming.is_given(&path) => {
                Outcome::not_read(ErrorCode::NotRegular)
            }
            LeftOutReason::NotRegular
            | LeftOutReason::Link
            | LeftOutReason::TooMany
            | LeftOutReason::Cancelled
            | LeftOutReason::Declined
            | LeftOutReason::TextUnread => {
                let mut counts = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
                let count = counts.entry(reason).or_default();
                *count = count.saturating_add(1);
                return;
            }
        };
        entries.push((Name::Plain(naming.entry(&path).into()), Some(outcome)));
    }
}

/// What those are called that a walk finds.
enum Naming<'a> {
    /// Files, which come back in the order in which they were given.
    AsGiven(slice::Iter<'a, PathBuf>),
    /// Those in a folder.
    Beneath(Arc<Given>),
}

impl Naming<'_> {
    fn file(&mut self, file: &Origin) -> Name {
        match self {
            Self::AsGiven(rest) => {
                let given = rest.find(|path| file.given && FilePath::of(path) == *file.at);
                let name =
                    given.map_or_else(|| file.at.path().into(), |path| path.as_path().into());
                Name::Plain(name)
            }
            Self::Beneath(given) => Name::Beneath(Arc::clone(given), Arc::clone(&file.at)),
        }
    }

    fn entry(&self, path: &Path) -> PathBuf {
        match self {
            Self::AsGiven(_) => path.to_owned(),
            Self::Beneath(given) => given.name_of(path),
        }
    }

    /// Whether this is the folder that was given.
    fn is_given(&self, path: &Path) -> bool {
        match self {
            Self::AsGiven(_) => false,
            Self::Beneath(given) => given.is(path),
        }
    }
}

/// The result of a file that is not to be opened.
fn without_reading(finding: Finding) -> Option<Outcome> {
    match finding {
        Finding::Regular | Finding::Unknown => None,
        Finding::CloudOnly => Some(Outcome::not_read(ErrorCode::CloudOnly)),
        Finding::NotRegular => Some(Outcome::not_read(ErrorCode::NotRegular)),
    }
}
