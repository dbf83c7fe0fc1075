//! The actor's dealings with the journal: where answers are kept, what an earlier run left, what was
//! kept of a digest, and the history.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::oneshot;

use super::actor::{Actor, Event, reply};
use crate::{
    digest::Sha1Digest,
    journal::{
        AccountJournal, BatchId, HistoryEntry, ItemRecord, Journal, JournalError, JournalKey,
        JournalNotice, KeptAnswer, KeptItem, KeptItemKind, Noted, Unfinished,
    },
    lookup::FoundAnswer,
    source::Answer,
    view::{
        self, ErrorCode, HistoryId, HistoryRow, HistoryState, KeptSummary, Retention, RowList,
        Shown, UserError,
    },
};

/// For how many digests at a time the journal is asked.
const SOUGHT_AT_ONCE: usize = 256;

/// What is kept of the work.
pub(super) struct Records {
    journal: Journal,
    state: HistoryState,
    /// Of whoever is signed in, once it is known where it is kept.
    open: Option<(AccountJournal, BatchId)>,
    /// Counts how often it was opened: what an older opening reports is dropped.
    opening: u32,
    unfinished: Vec<Unfinished>,
    /// Whether it is known what earlier runs left.
    is_read: bool,
    /// Whoever takes up what is left as soon as that is known.
    takes_up: Option<oneshot::Sender<u32>>,
    history: History,
}

/// The history as it was read last.
#[derive(Default)]
struct History {
    search: String,
    entries: Vec<HistoryEntry>,
    /// The id of the first entry: ids are never used twice.
    first: u32,
    revision: u32,
    /// Counts the readings: only the last one is shown.
    reading: u32,
}

/// What the journal reports to the actor.
pub(super) enum Record {
    /// It is decided where this opening's answers are kept.
    Opened(u32, HistoryState),
    /// What was kept of these digests.
    Sought(u32, Vec<Sha1Digest>, Vec<KeptAnswer>),
    /// What earlier runs left.
    Unfinished(u32, Vec<Unfinished>),
    /// The items of what earlier runs left, and their batches, which this run has taken over.
    GoneOn(u32, Vec<KeptItem>, Vec<BatchId>, Option<oneshot::Sender<u32>>),
    /// The history, of this reading.
    History(u32, u32, Vec<HistoryEntry>, Option<oneshot::Sender<()>>),
}

impl Records {
    pub(super) fn new(journal: Journal) -> Self {
        Self {
            journal,
            state: HistoryState::Opening,
            open: None,
            opening: 0,
            unfinished: Vec::new(),
            is_read: false,
            takes_up: None,
            history: History::default(),
        }
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(super) fn state(&self) -> HistoryState {
        self.state.clone()
    }

    /// What earlier runs left, together.
    pub(super) fn unfinished(&self) -> Option<view::Unfinished> {
        let sum = |of: fn(&Unfinished) -> u32| self.unfinished.iter().map(of).sum();
        Some(view::Unfinished {
            began: self.unfinished.iter().map(|left| left.began).min()?.into(),
            items: sum(|left| left.items),
            unread: sum(|left| left.unread),
            unasked: sum(|left| left.unasked),
        })
    }

    /// The history's revision and length.
    pub(super) fn extent(&self) -> (u32, u32) {
        let entries = u32::try_from(self.history.entries.len()).unwrap_or(u32::MAX);
        (self.history.revision, entries)
    }

    /// The rows `from..to` of the history.
    pub(super) fn rows(&self, from: u32, to: u32) -> RowList {
        let shown = (from..to).map(|at| HistoryId(self.history.first.saturating_add(at)));
        let rows = shown.filter_map(|id| Some(history_row(id, self.history.entry(id)?)));
        RowList::History(rows.collect())
    }
}

impl History {
    fn entry(&self, id: HistoryId) -> Option<&HistoryEntry> {
        self.entries.get(usize::try_from(id.0.checked_sub(self.first)?).ok()?)
    }

    fn show(&mut self, entries: Vec<HistoryEntry>) {
        let shown = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.first = self.first.saturating_add(shown);
        self.entries = entries;
        self.revision += 1;
    }
}

impl Actor {
    /// Somebody is signed in: what they look up is kept from now on, and what was kept is looked for.
    pub(super) fn open_records(&mut self) {
        let Some(signed_in) = self.person.signed_in() else { return };
        let realm = signed_in.source.account().id.realm;
        self.records.close();
        let (opening, journal) = (self.records.opening, self.records.journal.clone());
        let off = self.preferences.retention == Retention::Off;
        let (store, events) = (self.around.store.clone(), self.events.clone());
        tokio::spawn(async move {
            let key = if off { Ok(None) } else { store.journal_key(realm).await.map(Some) };
            let (outcome, state) = match key {
                Ok(Some(key)) => match JournalKey::from_bytes(&*key) {
                    Some(key) => (journal.unlock(key).await, HistoryState::Kept),
                    None => (Err(JournalError::NoForm), HistoryState::Kept),
                },
                Ok(None) => (journal.in_memory_only().await, HistoryState::Off),
                Err(error) => {
                    tracing::warn!(%error, "there is no key for the journal");
                    let error = (&error).into();
                    (journal.in_memory_only().await, HistoryState::Memory { error })
                }
            };
            let state = match outcome {
                Ok(()) => state,
                Err(error) => {
                    tracing::error!(%error, "nothing is kept");
                    HistoryState::Memory { error: (&error).into() }
                }
            };
            let _ = events.send(Event::Record(Record::Opened(opening, state)));
        });
    }

    /// Nobody is signed in any more: nothing of theirs is shown, and what they were at is not
    /// offered again.
    pub(super) fn close_records(&mut self) {
        self.end_batch();
        self.records.close();
        if let Some(answer) = self.records.takes_up.take() {
            reply(answer, 0);
        }
    }

    pub(super) fn recorded(&mut self, record: Record) {
        match record {
            Record::Opened(opening, state) if opening == self.records.opening => self.opened(state),
            Record::Sought(opening, digests, found) if opening == self.records.opening => {
                self.sought(digests, found);
            }
            Record::Unfinished(opening, unfinished) if opening == self.records.opening => {
                self.records.unfinished = unfinished;
                self.records.is_read = true;
                if let Some(answer) = self.records.takes_up.take() {
                    self.go_on(Some(answer));
                }
            }
            Record::GoneOn(opening, items, taken, answer) if opening == self.records.opening => {
                let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
                self.restore_items(items);
                // Of what is in this run's batch, the others are told to be done only then.
                self.keep_records();
                if let Some((journal, _)) = &self.records.open {
                    for batch in taken {
                        journal.end_batch(batch);
                    }
                }
                if let Some(answer) = answer {
                    reply(answer, count);
                }
            }
            Record::History(opening, reading, entries, answer) => {
                if (opening, reading) == (self.records.opening, self.records.history.reading) {
                    self.records.history.show(entries);
                }
                if let Some(answer) = answer {
                    reply(answer, ());
                }
            }
            Record::Opened(..)
            | Record::Sought(..)
            | Record::Unfinished(..)
            | Record::GoneOn(..) => {}
        }
    }

    fn opened(&mut self, state: HistoryState) {
        let Some(signed_in) = self.person.signed_in() else { return };
        let account = Arc::new(signed_in.source.account().clone());
        let journal = self.records.journal.of(account);
        let batch = journal.begin_batch();
        let reads = matches!(state, HistoryState::Kept);
        self.records.state = state;
        self.records.open = Some((journal.clone(), batch));
        // What is on screen already, with what was answered before this was opened.
        self.batch.all_changed();
        self.batch.seek_again();
        let answers = self.batch.asked_answers();
        let noted = answers.into_iter().map(|(sha1, answer)| Noted::Answer { sha1, answer });
        journal.note(batch, noted.collect());
        let (events, opening) = (self.events.clone(), self.records.opening);
        tokio::spawn(async move {
            let unfinished =
                if reads { journal.unfinished().await.unwrap_or_else(unread) } else { Vec::new() };
            let _ = events.send(Event::Record(Record::Unfinished(opening, unfinished)));
        });
        if self.records.history.reading > 0 {
            self.read_history(None);
        }
    }

    /// Tells the journal of what has changed, and asks it for what may be kept.
    pub(super) fn keep_records(&mut self) {
        let Some((journal, batch)) = &self.records.open else { return };
        let changed = self.batch.changed();
        if !changed.is_empty() {
            let noted = changed.into_iter().filter_map(|id| {
                let record = Box::new(self.batch.record(id)?);
                Some(Noted::Item { item: id.0, record })
            });
            journal.note(*batch, noted.collect());
        }
        let digests = self.batch.to_seek();
        if digests.is_empty() {
            return;
        }
        let (events, opening, journal) =
            (self.events.clone(), self.records.opening, journal.clone());
        tokio::spawn(async move {
            for digests in digests.chunks(SOUGHT_AT_ONCE) {
                let digests = digests.to_vec();
                let found = journal.answers(digests.clone()).await.unwrap_or_else(unread);
                let _ = events.send(Event::Record(Record::Sought(opening, digests, found)));
            }
        });
    }

    fn sought(&mut self, digests: Vec<Sha1Digest>, found: Vec<KeptAnswer>) {
        let mut found = found.into_iter().peekable();
        // In the order in which they were asked for, without those that were not found.
        self.batch.sought(digests.into_iter().map(|sha1| {
            let kept = found.next_if(|kept| kept.sha1 == sha1);
            let found =
                kept.map(|KeptAnswer { answer, alerts_at, .. }| FoundAnswer { answer, alerts_at });
            (sha1, found)
        }));
    }

    /// A digest was answered.
    pub(super) fn note_answer(&self, sha1: Sha1Digest, answer: &Answer) {
        if let Some((journal, batch)) = &self.records.open {
            journal.note(*batch, vec![Noted::Answer { sha1, answer: answer.clone() }]);
        }
    }

    /// The list was emptied: what was in it is not offered again.
    pub(super) fn begin_batch(&mut self) {
        self.end_batch();
        if let Some((journal, batch)) = &mut self.records.open {
            *batch = journal.begin_batch();
        }
    }

    /// Nobody goes on with what is in the list: it is not offered again.
    pub(super) fn end_batch(&self) {
        if let Some((journal, batch)) = &self.records.open {
            journal.end_batch(*batch);
        }
    }

    /// Tries again to keep what could only be kept in memory, if the sign-in is kept: so the keyring
    /// can give the key.
    pub(super) fn try_records(&mut self) {
        let could = matches!(self.records.state, HistoryState::Memory { .. });
        if could && self.person.is_kept() {
            self.open_records();
        }
    }

    /// Takes up what earlier runs left, and answers with the number of its items.
    pub(super) fn go_on(&mut self, answer: Option<oneshot::Sender<u32>>) {
        let unfinished = std::mem::take(&mut self.records.unfinished);
        let Some((journal, _)) = self.records.open.clone() else { return };
        let (events, opening) = (self.events.clone(), self.records.opening);
        tokio::spawn(async move {
            let (mut all, mut taken) = (Vec::new(), Vec::new());
            // The oldest first, as they came in.
            for Unfinished { batch, .. } in unfinished.into_iter().rev() {
                // Another window may have it by now.
                if !journal.take_over(batch).await.unwrap_or_else(unread) {
                    continue;
                }
                match journal.items(batch).await {
                    Ok(items) => {
                        all.extend(items);
                        taken.push(batch);
                    }
                    Err(error) => {
                        tracing::error!(%error, "what was left could not be read");
                        let _ = events.send(Event::Told((&error).into()));
                    }
                }
            }
            let _ = events.send(Event::Record(Record::GoneOn(opening, all, taken, answer)));
        });
    }

    /// The same as soon as it is known what was left.
    pub(super) fn take_up(&mut self, answer: oneshot::Sender<u32>) {
        if self.records.is_read {
            self.go_on(Some(answer));
        } else {
            self.records.takes_up = Some(answer);
        }
    }

    /// Leaves what earlier runs left to the history.
    pub(super) fn leave_unfinished(&mut self) {
        let unfinished = std::mem::take(&mut self.records.unfinished);
        let Some((journal, _)) = self.records.open.clone() else { return };
        tokio::spawn(async move {
            for Unfinished { batch, .. } in unfinished {
                if journal.take_over(batch).await.unwrap_or_else(unread) {
                    journal.end_batch(batch);
                }
            }
        });
    }

    fn restore_items(&mut self, items: Vec<KeptItem>) {
        let records = items.into_iter().map(|kept| kept.record);
        let (files, left_out) = self.batch.restore(records);
        self.read(files);
        self.intakes.leave_out_many(left_out);
    }

    /// Shows the history from now on as far as it fits, and answers once it is so.
    pub(super) fn search_history(&mut self, search: String, answer: oneshot::Sender<()>) {
        self.records.history.search = search;
        self.read_history(Some(answer));
    }

    pub(super) fn read_history(&mut self, answer: Option<oneshot::Sender<()>>) {
        self.records.history.reading += 1;
        let Some((journal, _)) = self.records.open.clone() else {
            if let Some(answer) = answer {
                reply(answer, ());
            }
            return;
        };
        let (events, opening) = (self.events.clone(), self.records.opening);
        let (reading, search) = (self.records.history.reading, self.records.history.search.clone());
        tokio::spawn(async move {
            let entries = journal.history(search).await.unwrap_or_else(unread);
            let record = Record::History(opening, reading, entries, answer);
            let _ = events.send(Event::Record(record));
        });
    }

    /// Puts an entry of the history into the list, with what was kept; what was never answered is
    /// asked.
    pub(super) fn reopen(&mut self, id: HistoryId, answer: oneshot::Sender<Result<(), UserError>>) {
        let Some(entry) = self.records.history.entry(id) else {
            return reply(answer, Err(UserError::new(ErrorCode::Gone)));
        };
        let record = record_of(entry);
        let Some(item) = self.batch.reopen(record) else {
            return reply(answer, Err(UserError::new(ErrorCode::ListFull)));
        };
        self.arrived_alone(item);
        reply(answer, Ok(()));
    }

    /// The person has chosen how long answers are kept.
    pub(super) fn retention_chosen(&mut self, before: Retention) {
        let now = self.preferences.retention;
        if now == before {
            return;
        }
        self.records.journal.keep_for(now);
        if now == Retention::Off || before == Retention::Off {
            self.open_records();
        }
    }

    /// Answers once everything that was told so far is written.
    pub(super) fn flush(&self, answer: oneshot::Sender<()>) {
        let journal = self.records.journal.clone();
        tokio::spawn(async move {
            if !journal.flushed().await {
                tracing::warn!("not everything was kept");
            }
            reply(answer, ());
        });
    }

    /// How old an answer may be that is as good as a new one.
    pub(super) fn fresh(&self) -> Option<SignedDuration> {
        let minutes = i64::from(self.preferences.fresh_minutes);
        (minutes > 0).then(|| SignedDuration::from_mins(minutes))
    }
}

impl Records {
    fn close(&mut self) {
        self.opening += 1;
        self.open = None;
        self.state = HistoryState::Opening;
        self.is_read = false;

        self.unfinished.clear();
        self.history.show(Vec::new());
    }
}

/// What is read from the journal is as if it were not there where it cannot be read.
#[expect(clippy::needless_pass_by_value, reason = "as `unwrap_or_else` gives it")]
fn unread<T: Default>(error: JournalError) -> T {
    tracing::error!(%error, "the journal could not be read");
    T::default()
}

/// An entry as an item: the file that had this content last, or the digest alone.
fn record_of(entry: &HistoryEntry) -> ItemRecord {
    let wanted = entry.answer.is_none();
    let what = match &entry.item {
        Some(item) => item.what.clone(),
        None => KeptItemKind::of_digest(entry.sha1),
    };
    ItemRecord { what, wanted }
}

fn history_row(id: HistoryId, entry: &HistoryEntry) -> HistoryRow {
    let file = entry.item.as_ref().and_then(|item| match &item.what {
        KeptItemKind::File(file) => Some(file),
        KeptItemKind::Given(_) => None,
    });
    let sha1 = entry.sha1.to_string();
    let name = file.map(|file| file.path.file_name().unwrap_or(file.path.as_os_str()));
    HistoryRow {
        id,
        name: name.map_or_else(|| Shown::of(&sha1), Shown::of_os),
        names: entry.further_names,
        place: file.and_then(|file| file.path.parent()).map(super::shown),
        sha1,
        seen: entry.seen.into(),
        answer: entry.answer.as_ref().map(|kept| KeptSummary {
            at: kept.at.into(),
            alerts: kept.alerts,
            open: kept.open,
            highest_open: kept.highest_open,
            unknown_open: kept.unknown_open,
            incomplete: kept.incomplete,
        }),
    }
}

impl From<&JournalNotice> for UserError {
    fn from(notice: &JournalNotice) -> Self {
        match notice {
            JournalNotice::Damaged { aside, calls_kept: true } => {
                Self::new(ErrorCode::JournalDamaged)
                    .with("file", aside.display().to_string().as_str())
            }
            JournalNotice::Damaged { aside, calls_kept: false } => {
                Self::new(ErrorCode::JournalAndCallsDamaged)
                    .with("file", aside.display().to_string().as_str())
            }
            JournalNotice::Newer => Self::new(ErrorCode::JournalNewer),
            JournalNotice::Unusable(kind) => {
                Self::new(ErrorCode::JournalUnavailable).with("detail", kind.to_string().as_str())
            }
            JournalNotice::DamagedMeanwhile => Self::new(ErrorCode::JournalDamagedMeanwhile),
            JournalNotice::Gone => Self::new(ErrorCode::JournalGone),
            JournalNotice::NotWritten(kind) => {
                Self::new(ErrorCode::JournalNotWritten).with("detail", kind.to_string().as_str())
            }
            JournalNotice::WrittenAgain => Self::new(ErrorCode::JournalWrittenAgain),
            JournalNotice::Lost { count } => {
                Self::new(ErrorCode::JournalLost).with("count", *count)
            }
        }
    }
}

impl From<&JournalError> for UserError {
    fn from(error: &JournalError) -> Self {
        Self::new(ErrorCode::JournalUnavailable).with("detail", error.to_string().as_str())
    }
}
