//! The batch: items, what is known of them, and what is to be asked.
//!
//! [`Batch`] has one owner, which tells it what happened and asks it for the rows that the window
//! shows. It does no I/O and knows no time. Items with one digest share one lookup. All that changes
//! the batch stands in this one file, so that no state is changed from elsewhere.

mod asking;
mod count;
mod files;
mod lookups;
mod rows;
mod store;
mod subject;
mod turns;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

pub use asking::{Progress, ask};
use files::ByPath;
use lookups::{Lookup, LookupId, Lookups};
use store::AlertStore;
use turns::{Lane, Turn, Turns};

use crate::{
    alert::Alert,
    digest::{FileDigest, ReadError, ReadJob, Sha1Digest, Stream, Ticket},
    intake::{self, Device, FilePath, Finding, FromText, GivenDigest, Origin},
    source::{Answer, ApiError, Provenance},
    view::{AlertHandle, ErrorCode, ItemId, Phase, Shown, UserError},
};

/// Everything that came in since the list was last cleared.
#[derive(Default)]
pub struct Batch {
    items: Vec<Item>,
    /// The id of the first item: ids are never used twice.
    first: u32,
    by_path: ByPath,
    /// The digests that texts named.
    given: HashMap<GivenDigest, ItemId>,
    /// What is read at the moment, the longest first.
    under_way: Vec<ItemId>,
    unread: Unread,
    lookups: Lookups,
    turns: Turns,
    alerts: AlertStore,
    revision: u32,
    /// The items by severity, as they were at a revision: rows are asked for by the page, again and
    /// again.
    by_severity: RefCell<Option<(u32, Vec<ItemId>)>>,
}

/// The files that wait to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Unread {
    files: usize,
    /// As far as their sizes are known. A sparse file can claim to be as large as it likes.
    bytes: u128,
}

/// One thing to look up. A batch may have 250,000 of them.
struct Item {
    kind: Kind,
    /// The lookup of its SHA-1, once that is known.
    lookup: Option<LookupId>,
    /// Whether it still wants its lookup: not since it was cancelled.
    wants: bool,
}

enum Kind {
    File(FileItem),
    Given(Box<FromText>),
}

/// A file and how its reading stands.
struct FileItem {
    at: Arc<FilePath>,
    state: ReadingState,
    /// Its size in bytes: as it was read, before that as it was found; 0 where that is not known.
    size: u64,
    device: Device,
    finding: Finding,
    /// Whether it was given itself: then a link at its place is followed.
    given: bool,
    through_link: bool,
    /// Counts the readings of this item: what an older one reports is dropped.
    generation: u32,
    /// The reading that goes on or waits.
    ticket: Option<Arc<Ticket>>,
    /// Its alternate streams, as rarely as there are any.
    #[expect(clippy::box_collection, reason = "half as large, and none in almost every item")]
    streams: Option<Box<Vec<Stream>>>,
}

enum ReadingState {
    Waiting,
    Reading,
    Read,
    Cancelled,
    Skipped(Box<UserError>),
    Failed(Box<UserError>),
}

/// The last answer to a lookup.
struct KnownAnswer {
    alerts: Vec<AlertHandle>,
    incomplete: Option<UserError>,
    provenance: Provenance,
}

/// A file that is to be read, under the name by which the batch knows the reading.
pub type FileToRead = ReadJob<ReadingOf>;

/// Names a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingOf {
    /// The item.
    pub item: ItemId,
    /// Which reading of it.
    pub generation: u32,
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

impl Batch {
    /// Takes in files. One that is in the list already is read again, and asked again. What was found
    /// to be no file with content, or to lie with a cloud, is not read.
    ///
    /// Gives the files that are to be read, and those that are more than a batch takes.
    pub fn take_in_files(&mut self, origins: Vec<Origin>) -> (Vec<FileToRead>, Vec<Origin>) {
        let mut to_read = Vec::new();
        let mut left_out = Vec::new();
        for origin in origins {
            if let Some(known) = self.item_at(&origin.at) {
                to_read.extend(self.found_again(known, &origin));
            } else if let Some(id) = self.free_id() {
                self.push_file(id, origin);
                to_read.extend(self.read_or_skip(id));
            } else {
                left_out.push(origin);
            }
        }
        self.revision += 1;
        (to_read, left_out)
    }

    /// The item of a path, if it is in the list.
    pub fn item_at(&self, path: &FilePath) -> Option<ItemId> {
        self.by_path.get(path, |id| self.file(id).map(|file| &*file.at))
    }

    /// The item of a digest that a text named, if it is in the list.
    pub fn item_of_digest(&self, digest: GivenDigest) -> Option<ItemId> {
        self.given.get(&digest).copied()
    }

    /// Takes in files that were found after the person had cancelled: they are items, cancelled, but
    /// for those that would not have been read. One that is in the list already stays as it is.
    ///
    /// Gives those that are more than a batch takes.
    pub fn take_in_cancelled(&mut self, origins: Vec<Origin>) -> Vec<Origin> {
        let mut left_out = Vec::new();
        for origin in origins {
            if self.item_at(&origin.at).is_some() {
                continue;
            }
            match self.free_id() {
                Some(id) => {
                    self.push_file(id, origin);
                    self.skip_what_is_not_read(id);
                }
                None => left_out.push(origin),
            }
        }
        self.revision += 1;
        left_out
    }

    /// A new file, whose reading is cancelled.
    fn push_file(&mut self, id: ItemId, origin: Origin) {
        let file = FileItem {
            at: origin.at,
            state: ReadingState::Cancelled,
            size: origin.size.unwrap_or(0),
            device: origin.device,
            finding: origin.finding,
            given: origin.given,
            through_link: origin.through_link,
            generation: 0,
            ticket: None,
            streams: None,
        };
        let at = Arc::clone(&file.at);
        self.items.push(Item { kind: Kind::File(file), lookup: None, wants: false });
        let (items, first) = (&self.items, self.first);
        self.by_path.put(&at, id, |id| {
            let index = usize::try_from(id.0.checked_sub(first)?).ok()?;
            items.get(index)?.file().map(|file| &*file.at)
        });
    }

    /// A file that is in the list came in again.
    fn found_again(&mut self, id: ItemId, origin: &Origin) -> Option<FileToRead> {
        let file = self.file(id)?;
        if matches!(file.state, ReadingState::Waiting | ReadingState::Reading) {
            return None;
        }
        if let Some(file) = self.file_mut(id) {
            file.size = origin.size.unwrap_or(0);
            file.device = origin.device;
            file.finding = origin.finding;
            file.given = origin.given;
            file.through_link = origin.through_link;
        }
        self.read_or_skip(id)
    }

    /// Reads a file that is not being read, unless it is known already that it must not be.
    fn read_or_skip(&mut self, id: ItemId) -> Option<FileToRead> {
        if self.skip_what_is_not_read(id) { None } else { self.read_again(id) }
    }

    /// Skips a file of which the walk has found out that it must not be read.
    fn skip_what_is_not_read(&mut self, id: ItemId) -> bool {
        let code = match self.file(id).map(|file| file.finding) {
            Some(Finding::NotRegular) => ErrorCode::NotRegular,
            Some(Finding::CloudOnly) => ErrorCode::CloudOnly,
            Some(Finding::Regular | Finding::Unknown) | None => return false,
        };
        self.forget_content(id);
        self.turn(id, ReadingState::Skipped(Box::new(UserError::new(code))));
        true
    }

    /// Takes in digests that texts named. One that is in the list already is asked again; those that
    /// are not `wanted`, since the person has cancelled meanwhile, are items and not asked.
    ///
    /// Gives how many were more than a batch takes.
    pub fn take_in_digests(&mut self, digests: Vec<FromText>, wanted: bool) -> u32 {
        let mut left_out = 0;
        for from_text in digests {
            let digest = from_text.digest;
            let Some(id) = self.item_of_digest(digest).or_else(|| self.push_given(from_text))
            else {
                left_out += 1;
                continue;
            };
            if let GivenDigest::Sha1(sha1) = digest
                && !digest.is_of_nothing()
            {
                if wanted {
                    self.want_for(id, sha1, Lane::Rest);
                } else {
                    self.belongs_to(id, sha1);
                }
            }
        }
        self.revision += 1;
        left_out
    }

    /// A new digest, if there is room.
    fn push_given(&mut self, from_text: FromText) -> Option<ItemId> {
        let id = self.free_id()?;
        self.given.insert(from_text.digest, id);
        let kind = Kind::Given(Box::new(from_text));
        self.items.push(Item { kind, lookup: None, wants: false });
        Some(id)
    }

    /// A reading began.
    pub fn reading_began(&mut self, id: ItemId, generation: u32) {
        if self.is_current(id, generation) {
            self.turn(id, ReadingState::Reading);
            self.revision += 1;
        }
    }

    /// A reading ended. An empty file is named as what it is, and not looked up.
    pub fn reading_ended(
        &mut self,
        id: ItemId,
        generation: u32,
        outcome: Result<FileDigest, ReadError>,
    ) {
        if !self.is_current(id, generation) {
            return;
        }
        let skipped = |code| ReadingState::Skipped(Box::new(UserError::new(code)));
        match outcome {
            Ok(read) if read.size == 0 => self.turn(id, skipped(ErrorCode::EmptyFile)),
            Ok(read) => {
                self.turn(id, ReadingState::Read);
                if let Some(file) = self.file_mut(id) {
                    file.size = read.size;
                    file.streams = (!read.streams.is_empty()).then(|| Box::new(read.streams));
                }
                let lane = if read.first { Lane::First } else { Lane::Rest };
                self.want_for(id, read.digests.sha1, lane);
            }
            Err(error @ ReadError::NotRegular) => {
                self.turn(id, ReadingState::Skipped(Box::new((&error).into())));
            }
            Err(error) => self.turn(id, ReadingState::Failed(Box::new((&error).into()))),
        }
        self.revision += 1;
    }

    /// The next digest to ask; it counts as waiting until [`lookup_went_on`](Self::lookup_went_on).
    pub fn next_to_ask(&mut self) -> Option<Sha1Digest> {
        let lookup = self.turns.next().and_then(|id| self.lookups.get_mut(id))?;
        lookup.turn = None;
        Some(lookup.sha1)
    }

    /// These lookups were broken off: they are asked again before all others, the last one first.
    pub fn put_back(&mut self, broken_off: impl IntoIterator<Item = Sha1Digest>) {
        self.revision += 1;
        for sha1 in broken_off {
            let Some(id) = self.lookups.id(sha1) else { continue };
            let Some(lookup) = self.lookups.get_mut(id) else { continue };
            // One that has ended meanwhile was not broken off.
            if lookup.phase == Phase::Idle || lookup.turn.is_some() {
                continue;
            }
            lookup.phase = Phase::Waiting;
            lookup.changed = self.revision;
            lookup.turn = Some(self.turns.put_first(id));
        }
    }

    /// A lookup went on. The answer's alerts replace what was known of them.
    pub fn lookup_went_on(&mut self, sha1: Sha1Digest, progress: Progress) {
        let Some(lookup) = self.lookup_mut(sha1) else { return };
        lookup.phase = match progress {
            Progress::Waiting => Phase::Waiting,
            Progress::Asking => Phase::Asking,
            Progress::Retrying => Phase::Retrying,
            Progress::Ended(_) => Phase::Idle,
        };
        self.revision += 1;
        let revision = self.revision;
        let failure = match progress {
            Progress::Ended(Ok(answer)) => {
                let known = self.alerts.keep(answer);
                self.changed_with(&known);
                if let Some(lookup) = self.lookup_mut(sha1) {
                    lookup.failure = None;
                    lookup.answer = Some(Box::new(known));
                }
                None
            }
            Progress::Ended(Err(error)) => Some(Box::new((&error).into())),
            Progress::Waiting | Progress::Asking | Progress::Retrying => None,
        };
        if let Some(lookup) = self.lookup_mut(sha1) {
            lookup.changed = revision;
            if failure.is_some() {
                lookup.failure = failure;
            }
        }
    }

    /// Marks every lookup that shares an alert with an answer that has just come.
    fn changed_with(&mut self, known: &KnownAnswer) {
        if known.alerts.is_empty() {
            return;
        }
        let alerts: HashSet<AlertHandle> = known.alerts.iter().copied().collect();
        for lookup in self.lookups.iter_mut() {
            let shares = |answer: &KnownAnswer| answer.alerts.iter().any(|at| alerts.contains(at));
            if lookup.answer.as_deref().is_some_and(shares) {
                lookup.changed = self.revision;
            }
        }
    }

    /// The account changed: what is known is forgotten, and everything is to be asked again but what
    /// the person has cancelled.
    pub fn start_over(&mut self) {
        self.alerts.clear();
        self.turns.clear();
        self.revision += 1;
        let mut cancelled = HashSet::new();
        for lookup in self.lookups.iter_mut() {
            lookup.changed = self.revision;
            if lookup.was_cancelled() {
                cancelled.insert(lookup.sha1);
            }
            (lookup.phase, lookup.turn) = (Phase::Idle, None);
            (lookup.answer, lookup.failure) = (None, None);
        }
        let known: Vec<(ItemId, Sha1Digest)> = self
            .ids()
            .filter(|id| self.item(*id).is_some_and(|item| item.wants))
            .filter_map(|id| Some((id, self.sha1_of(id)?)))
            .collect();
        for (id, sha1) in known {
            if !cancelled.contains(&sha1) {
                // The lane is that of the first time.
                self.want_for(id, sha1, Lane::Rest);
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
        let lookup = self.item(id)?.lookup?;
        if self.lookups.get(lookup).is_none_or(|lookup| lookup.phase == Phase::Idle) {
            return None;
        }
        if let Some(item) = self.item_mut(id) {
            item.wants = false;
        }
        if self.is_wanted(lookup) {
            return None;
        }
        self.revision += 1;
        let lookup_id = lookup;
        let lookup = self.lookups.get_mut(lookup)?;
        if let Some(turn) = lookup.turn.take() {
            self.turns.leave(turn, lookup_id);
        }
        lookup.phase = Phase::Idle;
        lookup.changed = self.revision;
        Some(lookup.sha1)
    }

    /// Cancels every reading and every lookup.
    pub fn cancel_all(&mut self) {
        for id in self.ids() {
            self.cancel_reading(id);
        }
        self.revision += 1;
        self.turns.clear();
        for item in &mut self.items {
            // What was answered is asked again of another account.
            let lookup = item.lookup.and_then(|lookup| self.lookups.get(lookup));
            item.wants &= lookup.is_some_and(|lookup| lookup.phase == Phase::Idle);
        }
        for lookup in self.lookups.iter_mut().filter(|lookup| lookup.phase != Phase::Idle) {
            (lookup.phase, lookup.turn) = (Phase::Idle, None);
            lookup.changed = self.revision;
        }
    }

    fn cancel_reading(&mut self, id: ItemId) {
        let Some(file) = self.file_mut(id) else { return };
        if matches!(file.state, ReadingState::Waiting | ReadingState::Reading) {
            file.end_reading();
            file.generation += 1;
            self.turn(id, ReadingState::Cancelled);
            self.revision += 1;
        }
    }

    /// Empties the list. Readings that run are cancelled.
    pub fn clear(&mut self) {
        for item in &mut self.items {
            if let Kind::File(file) = &mut item.kind {
                file.end_reading();
            }
        }
        *self = Self {
            first: self.first + u32::try_from(self.items.len()).unwrap_or(u32::MAX),
            revision: self.revision + 1,
            alerts: std::mem::take(&mut self.alerts),
            lookups: std::mem::take(&mut self.lookups),
            ..Self::default()
        };
        self.alerts.clear();
        self.lookups.clear();
    }

    /// Tries one item again: reads a file that was not read, or asks its digest again. A file that
    /// lies with a cloud is downloaded by it; what is no file with content is left alone.
    pub fn retry(&mut self, id: ItemId) -> Option<FileToRead> {
        let item = self.item(id)?;
        if let Some(lookup) = item.lookup.and_then(|lookup| self.lookups.get(lookup)) {
            let (sha1, lane) = (lookup.sha1, lookup.lane);
            self.want_for(id, sha1, lane);
            self.revision += 1;
            return None;
        }
        match item.file()?.finding {
            Finding::NotRegular => None,
            Finding::Regular | Finding::CloudOnly | Finding::Unknown => self.read_again(id),
        }
    }

    /// Tries again everything that failed or came in part, and nothing that was cancelled.
    pub fn retry_failed(&mut self) -> Vec<FileToRead> {
        let failed: Vec<ItemId> = self.ids().filter(|id| self.has_failed(*id)).collect();
        failed.into_iter().filter_map(|id| self.retry(id)).collect()
    }

    /// Reads every file that lies with a cloud, and so downloads it.
    pub fn read_cloud_only(&mut self) -> Vec<FileToRead> {
        let cloud = |id: &ItemId| self.file(*id).is_some_and(FileItem::is_cloud_only);
        let cloud: Vec<ItemId> = self.ids().filter(cloud).collect();
        cloud.into_iter().filter_map(|id| self.retry(id)).collect()
    }

    /// Whether a file is being read at the moment, so that the progress is worth a look.
    pub fn is_reading(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Whether a lookup of this digest asks at the moment, rather than waiting.
    pub fn is_asking(&self, sha1: Sha1Digest) -> bool {
        let lookup = self.lookups.id(sha1).and_then(|id| self.lookups.get(id));
        lookup.is_some_and(|lookup| lookup.phase == Phase::Asking)
    }

    /// What is still to be done.
    pub fn work(&self) -> Work {
        let mut bytes = self.unread.bytes;
        let mut longest = None;
        for file in self.under_way.iter().filter_map(|id| self.file(*id)) {
            let percent = file.percent();
            bytes += u128::from(file.size) * u128::from(100 - percent) / 100;
            longest.get_or_insert_with(|| (Shown::of_os(file.at.name()), percent));
        }
        Work {
            longest,
            files: self.unread.files + self.under_way.len(),
            bytes,
            queued: self.turns.len(),
        }
    }

    /// Marks the list as changed: a reading's progress was sampled.
    pub fn sampled(&mut self) {
        self.revision += 1;
    }

    /// The item's SHA-1, once it is known.
    pub fn sha1_of(&self, id: ItemId) -> Option<Sha1Digest> {
        self.lookup_of(id).map(|lookup| lookup.sha1)
    }

    /// An alert that is on screen.
    pub fn alert(&self, handle: AlertHandle) -> Option<&Alert> {
        self.alerts.alert(handle)
    }

    /// The item's digest is to be asked, unless it is on its way already.
    fn want_for(&mut self, id: ItemId, sha1: Sha1Digest, lane: Lane) {
        let lookup_id = self.belongs_to(id, sha1);
        if let Some(item) = self.item_mut(id) {
            item.wants = true;
        }
        let Some(lookup) = self.lookups.get_mut(lookup_id) else { return };
        let sooner = lane < lookup.lane;
        lookup.lane = lane.min(lookup.lane);
        if lookup.phase == Phase::Idle {
            lookup.phase = Phase::Waiting;
            lookup.turn = Some(self.turns.queue(lookup.lane, lookup_id));
        } else if sooner && let Some(turn) = lookup.turn {
            self.turns.leave(turn, lookup_id);
            lookup.turn = Some(self.turns.queue(lookup.lane, lookup_id));
        }
    }

    /// The item has this content. What the lookup tells is news to whoever looks at the item.
    fn belongs_to(&mut self, id: ItemId, sha1: Sha1Digest) -> LookupId {
        let revision = self.revision + 1;
        let lookup_id = self.lookups.of(sha1, revision);
        if let Some(item) = self.item_mut(id) {
            item.lookup = Some(lookup_id);
        }
        self.lookups.join(lookup_id, id);
        if let Some(lookup) = self.lookups.get_mut(lookup_id) {
            lookup.changed = revision;
        }
        lookup_id
    }

    /// Begins another reading of a file, unless one is under way.
    fn read_again(&mut self, id: ItemId) -> Option<FileToRead> {
        let file = self.file(id)?;
        if matches!(file.state, ReadingState::Waiting | ReadingState::Reading) {
            return None;
        }
        self.forget_content(id);
        let file = self.file_mut(id)?;
        file.generation += 1;
        let ticket = Arc::<Ticket>::default();
        file.ticket = Some(Arc::clone(&ticket));
        let to_read = FileToRead {
            file: Arc::clone(&file.at),
            size: file.size,
            device: file.device,
            // The reader looks where the walk could not.
            looked_at: !matches!(file.finding, Finding::Unknown),
            follow: file.given,
            ticket,
            tag: ReadingOf { item: id, generation: file.generation },
        };
        self.turn(id, ReadingState::Waiting);
        self.revision += 1;
        Some(to_read)
    }

    /// An old digest must not stand beside a file that is read anew, nor wait to be asked for it.
    fn forget_content(&mut self, id: ItemId) {
        let old = self.item_mut(id).and_then(|item| {
            item.wants = false;
            item.lookup.take()
        });
        if let Some(old) = old {
            self.lookups.leave(old, id);
            let wanted = self.is_wanted(old);
            if let Some(lookup) = self.lookups.get_mut(old)
                && !wanted
                && let Some(turn) = lookup.turn.take()
            {
                self.turns.leave(turn, old);
                lookup.phase = Phase::Idle;
                lookup.changed = self.revision + 1;
            }
        }
        if let Some(file) = self.file_mut(id) {
            file.streams = None;
        }
    }

    /// The one place where a reading's state changes, so that what is counted along with it is right.
    fn turn(&mut self, id: ItemId, state: ReadingState) {
        let Some(index) = self.index(id) else { return };
        let Some(Kind::File(file)) = self.items.get_mut(index).map(|item| &mut item.kind) else {
            return;
        };
        match file.state {
            ReadingState::Waiting => {
                self.unread.files -= 1;
                self.unread.bytes -= u128::from(file.size);
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
                self.unread.bytes += u128::from(file.size);
            }
            ReadingState::Reading => self.under_way.push(id),
            ReadingState::Read
            | ReadingState::Cancelled
            | ReadingState::Skipped(_)
            | ReadingState::Failed(_) => file.ticket = None,
        }
        file.state = state;
    }

    fn has_failed(&self, id: ItemId) -> bool {
        let Some(item) = self.item(id) else { return false };
        let unread = item.file().is_some_and(|file| matches!(file.state, ReadingState::Failed(_)));
        unread
            || self.lookup_of(id).is_some_and(|lookup| {
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

    fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.get(self.index(id)?)
    }

    fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        let index = self.index(id)?;
        self.items.get_mut(index)
    }

    fn file(&self, id: ItemId) -> Option<&FileItem> {
        self.item(id)?.file()
    }

    fn file_mut(&mut self, id: ItemId) -> Option<&mut FileItem> {
        match &mut self.item_mut(id)?.kind {
            Kind::File(file) => Some(file),
            Kind::Given(_) => None,
        }
    }

    /// Whether any item wants this lookup.
    fn is_wanted(&self, lookup: LookupId) -> bool {
        let wants = |member| self.item(member).is_some_and(|member| member.wants);
        self.lookups.members(Some(lookup)).any(wants)
    }

    fn lookup_of(&self, id: ItemId) -> Option<&Lookup> {
        self.lookups.get(self.item(id)?.lookup?)
    }

    fn lookup_mut(&mut self, sha1: Sha1Digest) -> Option<&mut Lookup> {
        let id = self.lookups.id(sha1)?;
        self.lookups.get_mut(id)
    }

    fn is_current(&self, id: ItemId, generation: u32) -> bool {
        self.file(id).is_some_and(|file| file.generation == generation)
    }
}

impl Item {
    fn file(&self) -> Option<&FileItem> {
        match &self.kind {
            Kind::File(file) => Some(file),
            Kind::Given(_) => None,
        }
    }

    fn given(&self) -> Option<&FromText> {
        match &self.kind {
            Kind::File(_) => None,
            Kind::Given(given) => Some(given),
        }
    }
}

impl FileItem {
    fn percent(&self) -> u8 {
        self.ticket.as_ref().map_or(0, |ticket| ticket.percent().min(100))
    }

    /// Whether it was found to lie with a cloud, and was not fetched.
    fn is_cloud_only(&self) -> bool {
        matches!(&self.state, ReadingState::Skipped(error) if error.code == ErrorCode::CloudOnly)
    }

    fn end_reading(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            ticket.cancel();
        }
    }
}

impl Lookup {
    /// Whether it has nothing to tell and nothing to do.
    fn was_cancelled(&self) -> bool {
        self.phase == Phase::Idle && self.answer.is_none() && self.failure.is_none()
    }
}

/// How a lookup ended.
pub type Outcome = Result<Answer, ApiError>;

#[cfg(test)]
mod tests;
