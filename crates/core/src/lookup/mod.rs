//! The batch: items, what is known of them, and what is to be asked.
//!
//! [`Batch`] has one owner, which tells it what happened and asks it for the rows that the window
//! shows. It does no I/O and knows no time. Items with one digest share one lookup. All that changes
//! the batch stands in this one file, so that no state is changed from elsewhere.

mod asking;
mod count;
mod files;
mod lookups;
mod record;
mod rows;
mod store;
mod subject;
mod turns;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    num::NonZeroI64,
    sync::Arc,
};

pub use asking::{Progress, ask};
use files::ByPath;
use lookups::{Lookup, LookupId, Lookups, Sought};
use store::AlertStore;
pub use store::FoundAnswer;
use turns::{Lane, Turn, Turns};

use jiff::{SignedDuration, Timestamp};

use crate::{
    alert::Alert,
    digest::{FileDigest, ReadError, ReadJob, Sha1Digest, Stream, Ticket},
    intake::{self, Device, FilePath, Finding, FromText, GivenDigest, Origin},
    journal::{ItemRecord, KeptFile, KeptItemKind, KeptReading},
    source::{Answer, ApiError, Incomplete, Provenance},
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
    /// Whether there is a journal, which may have answers.
    seeks: bool,
    /// The digests whose kept answers are to be looked for.
    to_seek: Vec<Sha1Digest>,
    /// The time, as it was last told.
    now: Timestamp,
    /// How old an answer may be that is as good as a new one; none if no answer is.
    fresh: Option<SignedDuration>,
    /// The items that have changed since the journal was told of them; some more than once.
    changed: Vec<ItemId>,
}

/// How soon what came in is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// At once: it came in with few others, and the person waits for it.
    Soon,
    /// When its turn comes.
    InTurn,
}

/// When a lookup is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    /// In any case.
    Anew,
    /// Unless there is a complete answer that is fresh.
    Fresh,
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
    /// When it was read, in milliseconds since 1970.
    read_at: Option<NonZeroI64>,
    /// Whether that was before this program was started.
    earlier: bool,
    /// Whether it was given itself: then a link at its place is followed.
    given: bool,
    through_link: bool,
    /// How soon it is asked.
    haste: Haste,
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
    /// The same as the source said it.
    reason: Option<Incomplete>,
    provenance: Provenance,
    /// Whether it is of an earlier time, and was not asked for since.
    kept: bool,
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
    pub fn take_in_files(
        &mut self,
        origins: Vec<Origin>,
        haste: Haste,
    ) -> (Vec<FileToRead>, Vec<Origin>) {
        let mut to_read = Vec::new();
        let mut left_out = Vec::new();
        for origin in origins {
            if let Some(known) = self.item_at(&origin.at) {
                to_read.extend(self.found_again(known, &origin, haste));
            } else if let Some(id) = self.free_id() {
                self.push_file(id, origin, haste);
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
                    self.push_file(id, origin, Haste::InTurn);
                    self.skip_what_is_not_read(id);
                }
                None => left_out.push(origin),
            }
        }
        self.revision += 1;
        left_out
    }

    /// A new file, whose reading is cancelled.
    fn push_file(&mut self, id: ItemId, origin: Origin, haste: Haste) {
        let file = FileItem {
            at: origin.at,
            state: ReadingState::Cancelled,
            size: origin.size.unwrap_or(0),
            device: origin.device,
            finding: origin.finding,
            read_at: None,
            earlier: false,
            given: origin.given,
            through_link: origin.through_link,
            haste,
            generation: 0,
            ticket: None,
            streams: None,
        };
        let at = Arc::clone(&file.at);
        self.items.push(Item { kind: Kind::File(file), lookup: None, wants: false });
        self.changed.push(id);
        let (items, first) = (&self.items, self.first);
        self.by_path.put(&at, id, |id| {
            let index = usize::try_from(id.0.checked_sub(first)?).ok()?;
            items.get(index)?.file().map(|file| &*file.at)
        });
    }

    /// A file that is in the list came in again.
    fn found_again(&mut self, id: ItemId, origin: &Origin, haste: Haste) -> Option<FileToRead> {
        let file = self.file_mut(id)?;
        if haste == Haste::Soon {
            file.haste = haste;
        }
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

    /// Takes in digests that texts named. One that is in the list already is asked again, unless its
    /// answer is fresh; those without `haste`, since the person has cancelled meanwhile, are items and
    /// not asked.
    ///
    /// Gives how many were more than a batch takes.
    pub fn take_in_digests(&mut self, digests: Vec<FromText>, haste: Option<Haste>) -> u32 {
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
                match haste {
                    Some(Haste::Soon) => self.want_for(id, sha1, Want::Fresh, Lane::Now),
                    Some(Haste::InTurn) => self.want_for(id, sha1, Want::Fresh, Lane::Rest),
                    None => {
                        self.belongs_to(id, sha1);
                    }
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
        self.changed.push(id);
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
                let mut haste = Haste::InTurn;
                let now = NonZeroI64::new(self.now.as_millisecond());
                if let Some(file) = self.file_mut(id) {
                    file.read_at = now;
                    file.size = read.size;
                    file.streams = (!read.streams.is_empty()).then(|| Box::new(read.streams));
                    haste = std::mem::replace(&mut file.haste, haste);
                }
                let lane = match (haste, read.first) {
                    (Haste::Soon, _) => Lane::Now,
                    (Haste::InTurn, true) => Lane::First,
                    (Haste::InTurn, false) => Lane::Rest,
                };
                self.want_for(id, read.digests.sha1, Want::Fresh, lane);
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

    /// Whether a digest waits to be asked.
    pub fn has_to_ask(&self) -> bool {
        self.turns.len() > 0
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
        lookup.phase = match &progress {
            Progress::Waiting | Progress::Refused => Phase::Waiting,
            Progress::Asking => Phase::Asking,
            Progress::Retrying => Phase::Retrying,
            // It is put back, to be asked again once the person has signed in.
            Progress::Ended(Ok(answer)) if answer.session_ended().is_some() => Phase::Waiting,
            Progress::Ended(_) => Phase::Idle,
        };
        self.revision += 1;
        let revision = self.revision;
        let failure = match progress {
            Progress::Ended(Ok(answer)) => {
                let known = self.alerts.keep(answer);
                self.changed_with(&known.alerts.iter().copied().collect());
                if let Some(lookup) = self.lookup_mut(sha1) {
                    lookup.failure = None;
                    lookup.answer = Some(Box::new(known));
                }
                None
            }
            Progress::Ended(Err(error)) => Some(Box::new((&error).into())),
            Progress::Waiting | Progress::Refused | Progress::Asking | Progress::Retrying => None,
        };
        // What has ended need not be asked for after a restart.
        let ended = self
            .lookups
            .id(sha1)
            .filter(|id| self.lookups.get(*id).is_some_and(|lookup| lookup.phase == Phase::Idle));
        self.changed.extend(self.lookups.members(ended));
        if let Some(lookup) = self.lookup_mut(sha1) {
            lookup.changed = revision;
            if lookup.phase == Phase::Idle && lookup.lane == Lane::Now {
                lookup.lane = Lane::Rest;
            }
            if failure.is_some() {
                lookup.failure = failure;
            }
        }
    }

    /// Marks every lookup that shares one of these alerts, of which something has just come.
    fn changed_with(&mut self, alerts: &HashSet<AlertHandle>) {
        if alerts.is_empty() {
            return;
        }
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
            lookup.sought = Sought::NotYet;
        }
        self.to_seek.clear();
        let known: Vec<(ItemId, Sha1Digest)> = self
            .ids()
            .filter(|id| self.item(*id).is_some_and(|item| item.wants))
            .filter_map(|id| Some((id, self.sha1_of(id)?)))
            .collect();
        for (id, sha1) in known {
            if !cancelled.contains(&sha1) {
                // The lane is that of the first time.
                self.want_for(id, sha1, Want::Fresh, Lane::Background);
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
        self.changed.push(id);
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
        self.changed.extend(self.ids());
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
            seeks: self.seeks,
            now: self.now,
            fresh: self.fresh,
            ..Self::default()
        };
        self.alerts.clear();
        self.lookups.clear();
    }

    /// Tries one item again: reads a file that was not read, or asks its digest again. A file that
    /// lies with a cloud is downloaded by it; what is no file with content is left alone.
    pub fn retry(&mut self, id: ItemId) -> Option<FileToRead> {
        self.try_again(id, Lane::Now)
    }

    fn try_again(&mut self, id: ItemId, lane: Lane) -> Option<FileToRead> {
        let item = self.item(id)?;
        if let Some(lookup) = item.lookup.and_then(|lookup| self.lookups.get(lookup)) {
            let sha1 = lookup.sha1;
            self.want_for(id, sha1, Want::Anew, lane);
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
        failed.into_iter().filter_map(|id| self.try_again(id, Lane::Rest)).collect()
    }

    /// Reads every file that lies with a cloud, and so downloads it.
    pub fn read_cloud_only(&mut self) -> Vec<FileToRead> {
        let cloud = |id: &ItemId| self.file(*id).is_some_and(FileItem::is_cloud_only);
        let cloud: Vec<ItemId> = self.ids().filter(cloud).collect();
        cloud.into_iter().filter_map(|id| self.try_again(id, Lane::Rest)).collect()
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

    /// The item's digest is to be asked, unless it is on its way already or an answer will do.
    fn want_for(&mut self, id: ItemId, sha1: Sha1Digest, want: Want, lane: Lane) {
        let lookup_id = self.belongs_to(id, sha1);
        if let Some(item) = self.item_mut(id) {
            item.wants = true;
        }
        let will_do = self.will_do(lookup_id, want);
        let seeks = self.seeks && want != Want::Anew;
        let Some(lookup) = self.lookups.get_mut(lookup_id) else { return };
        let sooner = lane < lookup.lane;
        lookup.lane = lane.min(lookup.lane);
        match lookup.phase {
            Phase::Idle if will_do => {}
            Phase::Idle if seeks && lookup.sought != Sought::Done => {
                lookup.phase = Phase::Waiting;
                if lookup.sought == Sought::NotYet {
                    self.to_seek.push(sha1);
                }
                lookup.sought = Sought::UnderWay;
            }
            Phase::Idle => self.queue(lookup_id),
            Phase::Waiting if lookup.sought != Sought::Done => {
                if want == Want::Anew {
                    self.queue(lookup_id);
                }
            }
            Phase::Waiting | Phase::Retrying | Phase::Asking => {
                if sooner && let Some(turn) = lookup.turn {
                    self.turns.leave(turn, lookup_id);
                    self.queue(lookup_id);
                }
            }
        }
    }

    /// Whether what is known of a lookup makes asking needless.
    fn will_do(&self, lookup: LookupId, want: Want) -> bool {
        let Some(lookup) = self.lookups.get(lookup).filter(|lookup| lookup.failure.is_none())
        else {
            return false;
        };
        let complete = lookup.answer.as_deref().filter(|answer| answer.incomplete.is_none());
        complete.is_some_and(|answer| match want {
            Want::Anew => false,
            Want::Fresh => self.is_fresh(answer.provenance.at),
        })
    }

    /// An answer of the future was given while the clock was ahead: nobody knows when.
    fn is_fresh(&self, at: Timestamp) -> bool {
        let age = self.now.duration_since(at);
        self.fresh.is_some_and(|fresh| !age.is_negative() && age <= fresh)
    }

    /// The lookup waits in its lane; in the background where an older answer is on screen, unless
    /// the person waits for it.
    fn queue(&mut self, id: LookupId) {
        let Some(lookup) = self.lookups.get_mut(id) else { return };
        lookup.phase = Phase::Waiting;
        lookup.sought = Sought::Done;
        let lane = match lookup.lane {
            Lane::Now => Lane::Now,
            Lane::First | Lane::Rest if lookup.answer.is_none() => lookup.lane,
            Lane::First | Lane::Rest | Lane::Background => Lane::Background,
        };
        lookup.turn = Some(self.turns.queue(lane, id));
    }

    /// Answers may be kept from earlier times, and are looked for from now on; or not.
    pub fn seek(&mut self, seeks: bool) {
        self.seeks = seeks;
    }

    /// Tells the time, and how old an answer may be that is as good as a new one; none if no answer is.
    pub fn it_is(&mut self, now: Timestamp, fresh: Option<SignedDuration>) {
        (self.now, self.fresh) = (now, fresh);
    }

    /// What is being looked for is to be looked for again, elsewhere.
    pub fn seek_again(&mut self) {
        let under_way = self.lookups.iter().filter(|lookup| lookup.sought == Sought::UnderWay);
        self.to_seek = under_way.map(|lookup| lookup.sha1).collect();
    }

    /// The digests whose kept answers are to be looked for; each has to be told of once, by
    /// [`sought`](Self::sought).
    pub fn to_seek(&mut self) -> Vec<Sha1Digest> {
        std::mem::take(&mut self.to_seek)
    }

    /// What was found of digests that were looked for: the last answer to each, if any was kept.
    pub fn sought(&mut self, found: impl IntoIterator<Item = (Sha1Digest, Option<FoundAnswer>)>) {
        self.revision += 1;
        let mut alerts = HashSet::new();
        for (sha1, found) in found {
            let Some(id) = self.lookups.id(sha1) else { continue };
            let is_under_way = |lookup: &Lookup| lookup.sought == Sought::UnderWay;
            if !self.lookups.get(id).is_some_and(is_under_way) {
                continue;
            }
            if let Some(found) = found {
                alerts.extend(self.show_kept(id, found));
            }
            self.seeking_ended(id);
        }
        self.changed_with(&alerts);
    }

    /// Shows what was kept, unless there is an answer by now. Gives the alerts that it tells of.
    fn show_kept(&mut self, id: LookupId, found: FoundAnswer) -> Vec<AlertHandle> {
        if self.lookups.get(id).is_none_or(|lookup| lookup.answer.is_some()) {
            return Vec::new();
        }
        let known = self.alerts.keep_found(found);
        let alerts = known.alerts.clone();
        if let Some(lookup) = self.lookups.get_mut(id) {
            lookup.answer = Some(Box::new(known));
        }
        alerts
    }

    /// It is known what was kept: what will not do is asked now.
    fn seeking_ended(&mut self, id: LookupId) {
        let will_do = self.will_do(id, Want::Fresh);
        let revision = self.revision;
        let Some(lookup) = self.lookups.get_mut(id) else { return };
        lookup.sought = Sought::Done;
        lookup.changed = revision;
        match lookup.phase {
            Phase::Waiting if will_do => {
                lookup.phase = Phase::Idle;
                // The journal need not ask for it after a restart.
                self.changed.extend(self.lookups.members(Some(id)));
            }
            Phase::Waiting => self.queue(id),
            Phase::Idle | Phase::Asking | Phase::Retrying => {}
        }
    }

    /// Takes up what an earlier run left: what was read is as it was read then, and asked if it had no
    /// answer; what was not is read now. What is in the list already stays as it is.
    ///
    /// Gives the files that are to be read, and how many items are more than a batch takes.
    pub fn restore(
        &mut self,
        records: impl IntoIterator<Item = ItemRecord>,
    ) -> (Vec<FileToRead>, u32) {
        let (mut to_read, mut left_out) = (Vec::new(), 0);
        for record in records {
            if self.item_of_record(&record).is_some() {
                continue;
            }
            match self.push_record(record) {
                Some((_, file)) => to_read.extend(file),
                None => left_out += 1,
            }
        }
        self.revision += 1;
        (to_read, left_out)
    }

    /// Puts what was looked up before into the list, as it was read and answered then; what was never
    /// answered is asked. Gives its item; none if there is no room.
    pub fn reopen(&mut self, record: ItemRecord) -> Option<ItemId> {
        self.revision += 1;
        match (self.item_of_record(&record), record.sha1()) {
            (None, _) => self.push_record(record).map(|(id, _)| id),
            (Some(known), sha1) if self.sha1_of(known) == sha1 => Some(known),
            (Some(known), None) => Some(known),
            // The file has another content by now: what was looked up then is shown by its digest.
            (Some(_), Some(sha1)) => {
                let what = KeptItemKind::of_digest(sha1);
                let record = ItemRecord { what, wanted: record.wanted };
                self.item_of_record(&record).or_else(|| self.push_record(record).map(|(id, _)| id))
            }
        }
    }

    /// The item that a record is about, if it is in the list; its content may be another by now.
    fn item_of_record(&self, record: &ItemRecord) -> Option<ItemId> {
        match &record.what {
            KeptItemKind::File(file) => self.item_at(&FilePath::of(&file.path)),
            KeptItemKind::Given(given) => self.item_of_digest(given.digest),
        }
    }

    fn push_record(&mut self, record: ItemRecord) -> Option<(ItemId, Option<FileToRead>)> {
        let file = match record.what {
            KeptItemKind::File(file) => file,
            KeptItemKind::Given(given) => {
                let digest = given.digest;
                let id = self.push_given(given)?;
                if let GivenDigest::Sha1(sha1) = digest
                    && !digest.is_of_nothing()
                {
                    self.want_kept(id, sha1, record.wanted, Lane::Rest);
                }
                return Some((id, None));
            }
        };
        let id = self.free_id()?;
        self.push_file(id, origin_of(&file), Haste::InTurn);
        let to_read = match file.reading {
            KeptReading::Read { sha1, size, read_at } => {
                self.turn(id, ReadingState::Read);
                if let Some(known) = self.file_mut(id) {
                    known.size = size;
                    known.read_at = NonZeroI64::new(read_at.as_millisecond());
                    known.earlier = true;
                }
                let lane = if file.first { Lane::First } else { Lane::Rest };
                self.want_kept(id, sha1, record.wanted, lane);
                None
            }
            KeptReading::Cancelled => None,
            KeptReading::Waiting | KeptReading::Ended { .. } => self.read_or_skip(id),
        };
        Some((id, to_read))
    }

    /// The item has this content since an earlier time: what was kept of it is shown, and if it is
    /// wanted it is asked where that is nothing fresh.
    fn want_kept(&mut self, id: ItemId, sha1: Sha1Digest, wanted: bool, lane: Lane) {
        if wanted {
            return self.want_for(id, sha1, Want::Fresh, lane);
        }
        let lookup_id = self.belongs_to(id, sha1);
        let seeks = self.seeks;
        let Some(lookup) = self.lookups.get_mut(lookup_id) else { return };
        if seeks && lookup.sought == Sought::NotYet {
            lookup.sought = Sought::UnderWay;
            self.to_seek.push(sha1);
        }
    }

    /// The items that have changed since this was last asked, each once.
    pub fn changed(&mut self) -> Vec<ItemId> {
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    /// All items count as changed.
    pub fn all_changed(&mut self) {
        self.changed.extend(self.ids());
    }

    /// The item has this content. What the lookup tells is news to whoever looks at the item.
    fn belongs_to(&mut self, id: ItemId, sha1: Sha1Digest) -> LookupId {
        let revision = self.revision + 1;
        let lookup_id = self.lookups.of(sha1, revision);
        if let Some(item) = self.item_mut(id) {
            item.lookup = Some(lookup_id);
        }
        self.changed.push(id);
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
                && (lookup.turn.is_some() || lookup.sought == Sought::UnderWay)
            {
                if let Some(turn) = lookup.turn.take() {
                    self.turns.leave(turn, old);
                }
                lookup.phase = Phase::Idle;
                lookup.changed = self.revision + 1;
            }
        }
        if let Some(file) = self.file_mut(id) {
            file.streams = None;
            (file.read_at, file.earlier) = (None, false);
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
        self.changed.push(id);
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

/// Where a file came from that an earlier run took in. What it lies on is looked at when it is read.
fn origin_of(file: &KeptFile) -> Origin {
    Origin {
        size: file.size,
        finding: file.finding,
        given: file.given,
        through_link: file.through_link,
        ..intake::origin_of(&file.path)
    }
}

/// How a lookup ended.
pub type Outcome = Result<Answer, ApiError>;

#[cfg(test)]
mod tests;
