//! The batch: items, what is known of them, and what is to be asked.
//!
//! [`Batch`] has one owner, which tells it what happened and asks it for the rows that the window
//! shows. It does no I/O and knows no time. Items with one digest share one lookup. All that changes
//! the batch stands in this one file, so that no state is changed from elsewhere.

mod asking;
mod count;
mod rows;
mod store;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8},
    },
};

pub use asking::{Progress, ask};
use store::AlertStore;

use crate::{
    alert::Alert,
    digest::{FileDigest, ReadError, Sha1Digest},
    intake::{self, Origin},
    source::{Answer, ApiError, Provenance},
    view::{AlertHandle, ErrorCode, ItemId, Phase, Shown, UserError},
};

/// Everything that came in since the list was last cleared.
#[derive(Default)]
pub struct Batch {
    items: Vec<Item>,
    /// The id of the first item: ids are never used twice.
    first: u32,
    by_path: HashMap<PathBuf, ItemId>,
    /// The digests that were pasted.
    pasted: HashSet<Sha1Digest>,
    lookups: HashMap<Sha1Digest, Lookup>,
    queue: VecDeque<Sha1Digest>,
    alerts: AlertStore,
    revision: u32,
}

/// One thing to look up.
struct Item {
    name: Shown,
    place: Option<Shown>,
    /// None for a pasted digest.
    reading: Option<FileReading>,
    sha1: Option<Sha1Digest>,
    size: Option<u64>,
}

/// A file and how its reading stands.
struct FileReading {
    path: PathBuf,
    state: ReadingState,
    /// Counts the readings of this item: what an older one reports is dropped.
    generation: u32,
    cancelled: Arc<AtomicBool>,
    percent: Arc<AtomicU8>,
}

enum ReadingState {
    Waiting,
    Reading,
    Read,
    Skipped(UserError),
    Failed(UserError),
}

/// One digest asked of the source.
struct Lookup {
    phase: Phase,
    answer: Option<KnownAnswer>,
    failure: Option<UserError>,
    /// The batch's revision at its last change.
    changed: u32,
}

/// The last answer to a lookup.
struct KnownAnswer {
    alerts: Vec<AlertHandle>,
    incomplete: Option<UserError>,
    provenance: Provenance,
}

/// A file that is to be read.
pub struct FileToRead {
    /// The item.
    pub item: ItemId,
    /// Which reading of it.
    pub generation: u32,
    /// The file.
    pub path: PathBuf,
    /// Set when the reading is not wanted any more.
    pub cancelled: Arc<AtomicBool>,
    /// Where the reading puts how far it has come.
    pub percent: Arc<AtomicU8>,
}

/// More came in than one batch takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{left_out} items are more than one batch takes")]
pub struct BatchFull {
    /// How many were left out.
    pub left_out: u32,
}

impl From<BatchFull> for UserError {
    fn from(full: BatchFull) -> Self {
        Self::new(ErrorCode::TooManyItems)
            .with("limit", u32::try_from(intake::MOST_ITEMS).unwrap_or(u32::MAX))
            .with("left", full.left_out)
    }
}

impl Batch {
    /// Takes in files. One that is in the list already is read again, and asked again.
    ///
    /// Gives the files that are to be read, and how many were left out.
    pub fn take_in_files(
        &mut self,
        origins: Vec<Origin>,
    ) -> (Vec<FileToRead>, Result<(), BatchFull>) {
        let mut to_read = Vec::new();
        let mut left_out = 0;
        for origin in origins {
            if let Some(&known) = self.by_path.get(&origin.path) {
                to_read.extend(self.read_again(known));
                continue;
            }
            let Some(id) = self.free_id() else {
                left_out += 1;
                continue;
            };
            self.by_path.insert(origin.path.clone(), id);
            let reading = FileReading {
                path: origin.path,
                state: ReadingState::Waiting,
                generation: 0,
                cancelled: Arc::default(),
                percent: Arc::default(),
            };
            to_read.push(reading.to_read(id));
            self.items.push(Item {
                name: origin.name,
                place: origin.place,
                reading: Some(reading),
                sha1: None,
                size: None,
            });
        }
        self.revision += 1;
        (to_read, if left_out == 0 { Ok(()) } else { Err(BatchFull { left_out }) })
    }

    /// Takes in pasted digests. One that is in the list already is asked again.
    ///
    /// # Errors
    ///
    /// If there were more than the batch takes; the others are in.
    pub fn take_in_digests(&mut self, digests: &[Sha1Digest]) -> Result<(), BatchFull> {
        let mut left_out = 0;
        for &sha1 in digests {
            if !self.pasted.contains(&sha1) {
                if self.free_id().is_none() {
                    left_out += 1;
                    continue;
                }
                self.pasted.insert(sha1);
                self.items.push(Item {
                    name: Shown::of(&sha1.to_string()),
                    place: None,
                    reading: None,
                    sha1: Some(sha1),
                    size: None,
                });
            }
            self.want(sha1);
        }
        self.revision += 1;
        if left_out == 0 { Ok(()) } else { Err(BatchFull { left_out }) }
    }

    /// A reading began.
    pub fn reading_began(&mut self, id: ItemId, generation: u32) {
        if let Some(reading) = self.current_reading(id, generation) {
            reading.state = ReadingState::Reading;
            self.revision += 1;
        }
    }

    /// A reading ended.
    pub fn reading_ended(
        &mut self,
        id: ItemId,
        generation: u32,
        outcome: &Result<FileDigest, ReadError>,
    ) {
        let Some(reading) = self.current_reading(id, generation) else { return };
        match outcome {
            Ok(digest) => {
                reading.state = ReadingState::Read;
                let index = self.index(id);
                if let Some(item) = index.and_then(|index| self.items.get_mut(index)) {
                    item.sha1 = Some(digest.sha1);
                    item.size = Some(digest.size);
                }
                self.want(digest.sha1);
            }
            Err(error) if error.is_skip() => reading.state = ReadingState::Skipped(error.into()),
            Err(error) => reading.state = ReadingState::Failed(error.into()),
        }
        self.revision += 1;
    }

    /// The next digest to ask; it counts as waiting until [`lookup_went_on`](Self::lookup_went_on).
    pub fn next_to_ask(&mut self) -> Option<Sha1Digest> {
        self.queue.pop_front()
    }

    /// These lookups were broken off: they are asked again before all others.
    pub fn put_back(&mut self, broken_off: impl IntoIterator<Item = Sha1Digest>) {
        self.revision += 1;
        for sha1 in broken_off {
            let Some(lookup) = self.lookups.get_mut(&sha1) else { continue };
            // One that has ended meanwhile was not broken off.
            if lookup.phase == Phase::Idle || self.queue.contains(&sha1) {
                continue;
            }
            lookup.phase = Phase::Waiting;
            lookup.changed = self.revision;
            self.queue.push_front(sha1);
        }
    }

    /// A lookup went on. The answer's alerts replace what was known of them.
    pub fn lookup_went_on(&mut self, sha1: Sha1Digest, progress: Progress) {
        let Some(lookup) = self.lookups.get_mut(&sha1) else { return };
        self.revision += 1;
        lookup.changed = self.revision;
        match progress {
            Progress::Waiting => lookup.phase = Phase::Waiting,
            Progress::Asking => lookup.phase = Phase::Asking,
            Progress::Retrying => lookup.phase = Phase::Retrying,
            Progress::Ended(outcome) => {
                lookup.phase = Phase::Idle;
                match outcome {
                    Ok(answer) => {
                        let known = self.alerts.keep(answer);
                        self.changed_with(&known);
                        if let Some(lookup) = self.lookups.get_mut(&sha1) {
                            lookup.failure = None;
                            lookup.answer = Some(known);
                        }
                    }
                    Err(error) => lookup.failure = Some((&error).into()),
                }
            }
        }
    }

    /// Marks every lookup that shares an alert with an answer that has just come.
    fn changed_with(&mut self, known: &KnownAnswer) {
        let alerts: HashSet<AlertHandle> = known.alerts.iter().copied().collect();
        for lookup in self.lookups.values_mut() {
            let shares = |answer: &KnownAnswer| answer.alerts.iter().any(|at| alerts.contains(at));
            if lookup.answer.as_ref().is_some_and(shares) {
                lookup.changed = self.revision;
            }
        }
    }

    /// The account changed: what is known is forgotten, and everything is to be asked again.
    pub fn start_over(&mut self) {
        self.alerts.clear();
        self.lookups.clear();
        self.queue.clear();
        self.revision += 1;
        let digests: Vec<Sha1Digest> = self.items.iter().filter_map(|item| item.sha1).collect();
        for sha1 in digests {
            self.want(sha1);
        }
    }

    /// Empties the list. Readings that run are cancelled.
    pub fn clear(&mut self) {
        for item in &self.items {
            if let Some(reading) = &item.reading {
                reading.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        }
        self.first += u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.clear();
        self.by_path.clear();
        self.pasted.clear();
        self.lookups.clear();
        self.queue.clear();
        self.alerts.clear();
        self.revision += 1;
    }

    /// Tries one item again: reads a file that was not read, or asks its digest again.
    pub fn retry(&mut self, id: ItemId) -> Option<FileToRead> {
        let item = self.items.get(self.index(id)?)?;
        match (&item.reading, item.sha1) {
            (_, Some(sha1)) => {
                self.want(sha1);
                self.revision += 1;
                None
            }
            (Some(_), None) => self.read_again(id),
            (None, None) => None,
        }
    }

    /// Tries again everything that failed or came in part.
    pub fn retry_failed(&mut self) -> Vec<FileToRead> {
        let failed: Vec<ItemId> = self.ids().filter(|id| self.has_failed(*id)).collect();
        failed.into_iter().filter_map(|id| self.retry(id)).collect()
    }

    /// Whether a file is being read at the moment, so that the progress is worth a look.
    pub fn is_reading(&self) -> bool {
        self.readings().any(|reading| matches!(reading.state, ReadingState::Reading))
    }

    /// Marks the list as changed: a reading's progress was sampled.
    pub fn sampled(&mut self) {
        self.revision += 1;
    }

    /// The item's SHA-1.
    pub fn sha1_of(&self, id: ItemId) -> Option<Sha1Digest> {
        self.items.get(self.index(id)?)?.sha1
    }

    /// An alert that is on screen.
    pub fn alert(&self, handle: AlertHandle) -> Option<&Alert> {
        self.alerts.alert(handle)
    }

    /// The digest is to be asked, unless it is on its way already.
    fn want(&mut self, sha1: Sha1Digest) {
        let revision = self.revision + 1;
        let lookup = self.lookups.entry(sha1).or_insert(Lookup {
            phase: Phase::Idle,
            answer: None,
            failure: None,
            changed: revision,
        });
        if lookup.phase == Phase::Idle {
            lookup.phase = Phase::Waiting;
            lookup.changed = revision;
            self.queue.push_back(sha1);
        }
    }

    /// Begins another reading of a file, unless one is under way.
    fn read_again(&mut self, id: ItemId) -> Option<FileToRead> {
        let index = self.index(id)?;
        let item = self.items.get_mut(index)?;
        let reading = item.reading.as_mut()?;
        if matches!(reading.state, ReadingState::Waiting | ReadingState::Reading) {
            return None;
        }
        reading.state = ReadingState::Waiting;
        reading.generation += 1;
        reading.cancelled = Arc::default();
        reading.percent = Arc::default();
        // An old digest must not stand beside a file that is read anew.
        item.sha1 = None;
        item.size = None;
        self.revision += 1;
        item.reading.as_ref().map(|reading| reading.to_read(id))
    }

    fn has_failed(&self, id: ItemId) -> bool {
        let Some(item) = self.index(id).and_then(|index| self.items.get(index)) else {
            return false;
        };
        let unread = item
            .reading
            .as_ref()
            .is_some_and(|reading| matches!(reading.state, ReadingState::Failed(_)));
        let lookup = item.sha1.and_then(|sha1| self.lookups.get(&sha1));
        unread
            || lookup.is_some_and(|lookup| {
                lookup.failure.is_some()
                    || lookup.answer.as_ref().is_some_and(|answer| answer.incomplete.is_some())
            })
    }

    fn free_id(&self) -> Option<ItemId> {
        (self.items.len() < intake::MOST_ITEMS)
            .then(|| self.first + u32::try_from(self.items.len()).unwrap_or(u32::MAX))
            .map(ItemId)
    }

    fn ids(&self) -> impl Iterator<Item = ItemId> + use<> {
        let count = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        (self.first..self.first + count).map(ItemId)
    }

    fn index(&self, id: ItemId) -> Option<usize> {
        usize::try_from(id.0.checked_sub(self.first)?).ok()
    }

    fn readings(&self) -> impl Iterator<Item = &FileReading> {
        self.items.iter().filter_map(|item| item.reading.as_ref())
    }

    fn current_reading(&mut self, id: ItemId, generation: u32) -> Option<&mut FileReading> {
        let index = self.index(id)?;
        self.items
            .get_mut(index)?
            .reading
            .as_mut()
            .filter(|reading| reading.generation == generation)
    }
}

impl FileReading {
    fn to_read(&self, item: ItemId) -> FileToRead {
        FileToRead {
            item,
            generation: self.generation,
            path: self.path.clone(),
            cancelled: Arc::clone(&self.cancelled),
            percent: Arc::clone(&self.percent),
        }
    }
}

/// How a lookup ended.
pub type Outcome = Result<Answer, ApiError>;

#[cfg(test)]
mod tests;
