//! The batch: items, what is known of them, and what is to be asked.
//!
//! [`Batch`] has one owner, which tells it what happened and asks it for the rows that the window
//! shows. It does no I/O and knows no time. Items with one digest share one lookup. All that changes
//! the batch stands in this one file, so that no state is changed from elsewhere.

mod asking;
mod count;
mod rows;
mod same;
mod store;
mod subject;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
};

pub use asking::{Progress, ask};
use same::SameContent;
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
    pasted: HashMap<Sha1Digest, ItemId>,
    /// What is read at the moment, the longest first.
    under_way: Vec<ItemId>,
    unread: Unread,
    lookups: HashMap<Sha1Digest, Lookup>,
    queue: VecDeque<Sha1Digest>,
    alerts: AlertStore,
    same: SameContent,
    revision: u32,
}

/// The files that wait to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Unread {
    files: usize,
    /// As far as their sizes are known. A sparse file can claim to be as large as it likes.
    bytes: u128,
}

/// One thing to look up.
struct Item {
    name: Shown,
    place: Option<Shown>,
    /// None for a pasted digest.
    reading: Option<FileReading>,
    sha1: Option<Sha1Digest>,
    size: Option<u64>,
    /// Whether it still wants its lookup: not since it was cancelled.
    wants: bool,
}

/// A file and how its reading stands.
struct FileReading {
    path: PathBuf,
    state: ReadingState,
    /// The size it had when it was found, in bytes; 0 where that is not known.
    expected: u64,
    /// Counts the readings of this item: what an older one reports is dropped.
    generation: u32,
    cancelled: Arc<AtomicBool>,
    percent: Arc<AtomicU8>,
}

enum ReadingState {
    Waiting,
    Reading,
    Read,
    Cancelled,
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

/// What is still to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The file that has been read the longest, and how far it is, 0 to 100.
    pub longest: Option<(Shown, u8)>,
    /// Files that are not read yet.
    pub files: usize,
    /// Their bytes that are not read yet, as far as sizes are known.
    pub bytes: u128,
    /// Digests that wait to be asked.
    pub queued: usize,
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
    /// Gives the files that are to be read, and those that are more than a batch takes.
    pub fn take_in_files(&mut self, origins: Vec<Origin>) -> (Vec<FileToRead>, Vec<Origin>) {
        let mut to_read = Vec::new();
        let mut left_out = Vec::new();
        for origin in origins {
            if let Some(&known) = self.by_path.get(&origin.path) {
                to_read.extend(self.read_again(known));
            } else if let Some(id) = self.free_id() {
                to_read.push(self.push_file(id, origin, ReadingState::Waiting));
            } else {
                left_out.push(origin);
            }
        }
        self.revision += 1;
        (to_read, left_out)
    }

    /// The item of a path, if it is in the list.
    pub fn item_at(&self, path: &Path) -> Option<ItemId> {
        self.by_path.get(path).copied()
    }

    /// The item of a pasted digest, if it is in the list.
    pub fn item_of_digest(&self, sha1: Sha1Digest) -> Option<ItemId> {
        self.pasted.get(&sha1).copied()
    }

    /// Takes in files that were found after the person had cancelled: they are items, cancelled. One
    /// that is in the list already stays as it is.
    ///
    /// Gives those that are more than a batch takes.
    pub fn take_in_cancelled(&mut self, origins: Vec<Origin>) -> Vec<Origin> {
        let mut left_out = Vec::new();
        for origin in origins {
            if self.by_path.contains_key(&origin.path) {
                continue;
            }
            match self.free_id() {
                Some(id) => drop(self.push_file(id, origin, ReadingState::Cancelled)),
                None => left_out.push(origin),
            }
        }
        self.revision += 1;
        left_out
    }

    fn push_file(&mut self, id: ItemId, origin: Origin, state: ReadingState) -> FileToRead {
        self.by_path.insert(origin.path.clone(), id);
        let reading = FileReading {
            path: origin.path,
            // Not counted as waiting before `turn` has seen it.
            state: ReadingState::Cancelled,
            expected: origin.size.unwrap_or(0),
            generation: 0,
            cancelled: Arc::default(),
            percent: Arc::default(),
        };
        let to_read = reading.to_read(id);
        self.items.push(Item {
            name: origin.name,
            place: origin.place,
            reading: Some(reading),
            sha1: None,
            size: None,
            wants: false,
        });
        self.turn(id, state);
        to_read
    }

    /// Takes in pasted digests. One that is in the list already is asked again.
    ///
    /// # Errors
    ///
    /// If there were more than the batch takes; the others are in.
    pub fn take_in_digests(&mut self, digests: &[Sha1Digest]) -> Result<(), BatchFull> {
        let mut left_out = 0;
        for &sha1 in digests {
            if !self.pasted.contains_key(&sha1) {
                let Some(id) = self.free_id() else {
                    left_out += 1;
                    continue;
                };
                self.pasted.insert(sha1, id);
                self.items.push(Item {
                    name: Shown::of(&sha1.to_string()),
                    place: None,
                    reading: None,
                    sha1: Some(sha1),
                    size: None,
                    wants: true,
                });
            }
            if let Some(&id) = self.pasted.get(&sha1) {
                self.want_for(id, sha1);
            }
        }
        self.revision += 1;
        if left_out == 0 { Ok(()) } else { Err(BatchFull { left_out }) }
    }

    /// A reading began.
    pub fn reading_began(&mut self, id: ItemId, generation: u32) {
        if self.is_current(id, generation) {
            self.turn(id, ReadingState::Reading);
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
        if !self.is_current(id, generation) {
            return;
        }
        match outcome {
            Ok(digest) => {
                self.turn(id, ReadingState::Read);
                if let Some(item) = self.item_mut(id) {
                    item.sha1 = Some(digest.sha1);
                    item.size = Some(digest.size);
                }
                self.want_for(id, digest.sha1);
            }
            Err(error) if error.is_skip() => self.turn(id, ReadingState::Skipped(error.into())),
            Err(error) => self.turn(id, ReadingState::Failed(error.into())),
        }
        self.revision += 1;
    }

    /// The next digest to ask; it counts as waiting until [`lookup_went_on`](Self::lookup_went_on).
    pub fn next_to_ask(&mut self) -> Option<Sha1Digest> {
        self.queue.pop_front()
    }

    /// These lookups were broken off: they are asked again before all others, the last one first.
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

    /// The account changed: what is known is forgotten, and everything is to be asked again but what
    /// the person has cancelled.
    pub fn start_over(&mut self) {
        self.alerts.clear();
        self.queue.clear();
        self.revision += 1;
        let revision = self.revision;
        self.lookups.retain(|_, lookup| lookup.was_cancelled());
        for lookup in self.lookups.values_mut() {
            lookup.changed = revision;
        }
        let cancelled: HashSet<Sha1Digest> = self.lookups.keys().copied().collect();
        let read: Vec<(ItemId, Sha1Digest)> =
            self.ids().filter_map(|id| Some((id, self.sha1_of(id)?))).collect();
        for (id, sha1) in read {
            if !cancelled.contains(&sha1) {
                self.want_for(id, sha1);
            }
        }
    }

    /// Cancels what is still to be done for an item: its reading, or its lookup. A lookup that others
    /// want too goes on until the last of them is cancelled, and all of them are counted by it. An
    /// answer that is known stays.
    ///
    /// Gives the digest that is not to be asked any more.
    pub fn cancel(&mut self, id: ItemId) -> Option<Sha1Digest> {
        self.cancel_reading(id);
        let sha1 = self.sha1_of(id)?;
        if self.lookups.get(&sha1).is_none_or(|lookup| lookup.phase == Phase::Idle) {
            return None;
        }
        if let Some(item) = self.item_mut(id) {
            item.wants = false;
        }
        if self.items.iter().any(|other| other.wants && other.sha1 == Some(sha1)) {
            return None;
        }
        self.revision += 1;
        self.queue.retain(|queued| *queued != sha1);
        if let Some(lookup) = self.lookups.get_mut(&sha1) {
            lookup.phase = Phase::Idle;
            lookup.changed = self.revision;
        }
        Some(sha1)
    }

    /// Cancels every reading and every lookup.
    pub fn cancel_all(&mut self) {
        for id in self.ids() {
            self.cancel_reading(id);
        }
        self.revision += 1;
        self.queue.clear();
        for item in &mut self.items {
            item.wants = false;
        }
        for lookup in self.lookups.values_mut().filter(|lookup| lookup.phase != Phase::Idle) {
            lookup.phase = Phase::Idle;
            lookup.changed = self.revision;
        }
    }

    fn cancel_reading(&mut self, id: ItemId) {
        let Some(reading) = self.item_mut(id).and_then(|item| item.reading.as_mut()) else {
            return;
        };
        if matches!(reading.state, ReadingState::Waiting | ReadingState::Reading) {
            reading.cancelled.store(true, Ordering::Relaxed);
            reading.generation += 1;
            self.turn(id, ReadingState::Cancelled);
            self.revision += 1;
        }
    }

    /// Empties the list. Readings that run are cancelled.
    pub fn clear(&mut self) {
        for item in &self.items {
            if let Some(reading) = &item.reading {
                reading.cancelled.store(true, Ordering::Relaxed);
            }
        }
        *self = Self {
            first: self.first + u32::try_from(self.items.len()).unwrap_or(u32::MAX),
            revision: self.revision + 1,
            alerts: std::mem::take(&mut self.alerts),
            same: std::mem::take(&mut self.same),
            ..Self::default()
        };
        self.alerts.clear();
        self.same.clear();
    }

    /// Tries one item again: reads a file that was not read, or asks its digest again.
    pub fn retry(&mut self, id: ItemId) -> Option<FileToRead> {
        let item = self.items.get(self.index(id)?)?;
        match (&item.reading, item.sha1) {
            (_, Some(sha1)) => {
                self.want_for(id, sha1);
                self.revision += 1;
                None
            }
            (Some(_), None) => self.read_again(id),
            (None, None) => None,
        }
    }

    /// Tries again everything that failed or came in part, and nothing that was cancelled.
    pub fn retry_failed(&mut self) -> Vec<FileToRead> {
        let failed: Vec<ItemId> = self.ids().filter(|id| self.has_failed(*id)).collect();
        failed.into_iter().filter_map(|id| self.retry(id)).collect()
    }

    /// Whether a file is being read at the moment, so that the progress is worth a look.
    pub fn is_reading(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Whether a lookup of this digest asks at the moment, rather than waiting.
    pub fn is_asking(&self, sha1: Sha1Digest) -> bool {
        self.lookups.get(&sha1).is_some_and(|lookup| lookup.phase == Phase::Asking)
    }

    /// What is still to be done.
    pub fn work(&self) -> Work {
        let mut bytes = self.unread.bytes;
        let mut longest = None;
        for (item, reading) in self.under_way.iter().filter_map(|id| self.file(*id)) {
            let percent = reading.percent.load(Ordering::Relaxed).min(100);
            bytes += u128::from(reading.expected) * u128::from(100 - percent) / 100;
            longest.get_or_insert_with(|| (item.name.clone(), percent));
        }
        Work {
            longest,
            files: self.unread.files + self.under_way.len(),
            bytes,
            queued: self.queue.len(),
        }
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

    /// The item's digest is to be asked, unless it is on its way already.
    fn want_for(&mut self, id: ItemId, sha1: Sha1Digest) {
        if let Some(item) = self.item_mut(id) {
            item.wants = true;
        }
        self.same.join(id, sha1);
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
        reading.generation += 1;
        reading.cancelled = Arc::default();
        reading.percent = Arc::default();
        // An old digest must not stand beside a file that is read anew.
        let old = item.sha1.take();
        item.size = None;
        let to_read = item.reading.as_ref().map(|reading| reading.to_read(id));
        if let Some(old) = old {
            self.same.leave(id, old);
        }
        self.turn(id, ReadingState::Waiting);
        self.revision += 1;
        to_read
    }

    /// The one place where a reading's state changes, so that what is counted along with it is right.
    fn turn(&mut self, id: ItemId, state: ReadingState) {
        let index = self.index(id);
        let item = index.and_then(|index| self.items.get_mut(index));
        let Some(reading) = item.and_then(|item| item.reading.as_mut()) else { return };
        match reading.state {
            ReadingState::Waiting => {
                self.unread.files -= 1;
                self.unread.bytes -= u128::from(reading.expected);
            }
            ReadingState::Reading => self.under_way.retain(|reading| *reading != id),
            ReadingState::Read
            | ReadingState::Cancelled
            | ReadingState::Skipped(_)
            | ReadingState::Failed(_) => {}
        }
        match state {
            ReadingState::Waiting => {
                self.unread.files += 1;
                self.unread.bytes += u128::from(reading.expected);
            }
            ReadingState::Reading => self.under_way.push(id),
            ReadingState::Read
            | ReadingState::Cancelled
            | ReadingState::Skipped(_)
            | ReadingState::Failed(_) => {}
        }
        reading.state = state;
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

    fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        let index = self.index(id)?;
        self.items.get_mut(index)
    }

    fn file(&self, id: ItemId) -> Option<(&Item, &FileReading)> {
        let item = self.items.get(self.index(id)?)?;
        Some((item, item.reading.as_ref()?))
    }

    fn is_current(&self, id: ItemId, generation: u32) -> bool {
        self.file(id).is_some_and(|(_, reading)| reading.generation == generation)
    }
}

impl Lookup {
    /// Whether it has nothing to tell and nothing to do.
    fn was_cancelled(&self) -> bool {
        self.phase == Phase::Idle && self.answer.is_none() && self.failure.is_none()
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
