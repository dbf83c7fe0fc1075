//! What was looked up before: one entry a digest, the newest first.

use std::collections::{HashMap, HashSet, hash_map};

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::{digest::Sha1Digest, view::Severity};

use super::{
    JournalError,
    read::AccountRows,
    record::{AnswerForm, Brief, ItemRecord, KeptItemKind},
    seal::{Found, Row},
};

/// What is kept of one digest.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// The digest.
    pub sha1: Sha1Digest,
    /// The item that came in last with it; none if only its answer is kept.
    pub item: Option<ItemRecord>,
    /// How many other names it came in with.
    pub further_names: u32,
    /// When something of it was last written.
    pub seen: Timestamp,
    /// The last answer, if there is one.
    pub answer: Option<KeptSummary>,
}

/// What a row shows of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSummary {
    /// When it came.
    pub at: Timestamp,
    /// How many alerts it names.
    pub alerts: u32,
    /// How many of them are not known to be resolved.
    pub open: u32,
    /// The highest severity that we know among the open ones.
    pub highest_open: Option<Severity>,
    /// How many open ones have a severity that we do not know.
    pub unknown_open: u32,
    /// Whether it is not the whole answer.
    pub incomplete: bool,
    /// When the last complete answer came.
    pub complete_at: Option<Timestamp>,
}

/// An entry while it is put together.
#[derive(Default)]
struct Draft {
    seen: i64,
    sha1: Option<Sha1Digest>,
    item: Option<ItemRecord>,
    names: HashSet<String>,
    answer: Option<KeptSummary>,
    matches: bool,
}

/// What is searched for; it may be in the name, the path, the SHA-1 or an alert's title.
struct Search(String);

impl Search {
    fn new(text: &str) -> Self {
        Self(text.trim().to_lowercase())
    }

    fn is_in(&self, text: &str) -> bool {
        self.0.is_empty() || text.to_lowercase().contains(&self.0)
    }
}

impl AccountRows<'_> {
    /// The entries in which the text is; all of them if it is empty.
    pub(super) fn history(&self, search: &str) -> Result<Vec<HistoryEntry>, JournalError> {
        let search = Search::new(search);
        let drafts = self.store.with(|connection| {
            let mut drafts = HashMap::new();
            self.draft_items(connection, &search, &mut drafts)?;
            self.draft_answers(connection, &search, &mut drafts)?;
            Ok(drafts)
        })?;
        let mut entries: Vec<HistoryEntry> = drafts
            .into_values()
            .filter(|draft| draft.matches)
            .filter_map(Draft::into_entry)
            .collect();
        entries.sort_by_key(|entry| (std::cmp::Reverse(entry.seen), entry.sha1));
        Ok(entries)
    }

    fn draft_items(
        &self,
        connection: &Connection,
        search: &Search,
        drafts: &mut HashMap<Found, Draft>,
    ) -> rusqlite::Result<()> {
        let mut find = connection.prepare_cached(
            "SELECT batch, number, wanted, sealed, digest, changed FROM item
             WHERE account = ?1 AND digest IS NOT NULL ORDER BY changed DESC",
        )?;
        let mut rows = find.query([self.found])?;
        while let Some(row) = rows.next()? {
            let (batch, sealed): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(3)?);
            let Some(item) = self.item(&batch, row.get(1)?, row.get(2)?, &sealed) else { continue };
            drafts.entry(row.get(4)?).or_default().add_item(item, row.get(5)?, search);
        }
        Ok(())
    }

    fn draft_answers(
        &self,
        connection: &Connection,
        search: &Search,
        drafts: &mut HashMap<Found, Draft>,
    ) -> rusqlite::Result<()> {
        let mut briefs = Briefs::default();
        let mut find = connection.prepare_cached(
            "SELECT number, digest, at, complete_at, sealed FROM answer
             WHERE account = ?1 AND key = ?2",
        )?;
        let mut rows = find.query(params![self.found, self.store.seal.print()])?;
        while let Some(row) = rows.next()? {
            let (digest, sealed): (Found, Vec<u8>) = (row.get(1)?, row.get(4)?);
            let row_of = Row::Answer { account: &self.found, digest: &digest };
            let form = self.store.seal.open(row_of, &sealed).ok();
            let form = form.and_then(|form| AnswerForm::read(&form).ok());
            let read = form.and_then(|form| form.sha1().map(|sha1| (form, sha1)));
            let Some((form, sha1)) = read else {
                tracing::warn!("a kept answer cannot be read");
                continue;
            };
            let complete_at = row.get::<_, Option<i64>>(3)?;
            let mut summary = KeptSummary {
                at: form.at(),
                alerts: 0,
                open: 0,
                highest_open: None,
                unknown_open: 0,
                incomplete: form.incomplete.is_some(),
                complete_at: complete_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
            };
            let matches = briefs.add_to(self, connection, row.get(0)?, &mut summary, search)?;
            summary.incomplete |= usize::try_from(summary.alerts) != Ok(form.alerts);
            let draft = drafts.entry(digest).or_default();
            draft.matches |= matches;
            draft.add_answer(sha1, summary, row.get(2)?, search);
        }
        Ok(())
    }
}

/// What alerts are in brief, each opened once.
#[derive(Default)]
struct Briefs(HashMap<i64, Option<(Brief, bool)>>);

impl Briefs {
    /// Counts the alerts of an answer; whether one has the searched title.
    fn add_to(
        &mut self,
        rows: &AccountRows<'_>,
        connection: &Connection,
        answer: i64,
        summary: &mut KeptSummary,
        search: &Search,
    ) -> rusqlite::Result<bool> {
        let mut find = connection.prepare_cached(
            "SELECT told.alert, alert.id, alert.brief
             FROM told JOIN alert ON alert.number = told.alert WHERE told.answer = ?1",
        )?;
        let mut found = find.query([answer])?;
        let mut matches = false;
        while let Some(row) = found.next()? {
            let brief = match self.0.entry(row.get(0)?) {
                hash_map::Entry::Occupied(known) => known.into_mut(),
                hash_map::Entry::Vacant(vacant) => {
                    let (id, sealed): (Found, Vec<u8>) = (row.get(1)?, row.get(2)?);
                    let row = Row::Brief { account: &rows.found, id: &id };
                    let brief = rows.store.seal.open(row, &sealed).ok();
                    let brief = brief.and_then(|brief| Brief::read(&brief).ok());
                    vacant.insert(brief.map(|brief| {
                        let matches = brief.title.as_deref().is_some_and(|it| search.is_in(it));
                        (brief, matches)
                    }))
                }
            };
            summary.alerts += 1;
            // Of one that cannot be read nothing is known, so it is not known to be resolved.
            let known = brief.as_ref().map(|(brief, _)| (brief.open, brief.severity));
            let (open, severity) = known.unwrap_or((true, Severity::Unknown));
            if open {
                summary.open += 1;
                if severity == Severity::Unknown {
                    summary.unknown_open += 1;
                } else {
                    summary.highest_open = summary.highest_open.max(Some(severity));
                }
            }
            matches |= brief.as_ref().is_some_and(|(_, matches)| *matches);
        }
        Ok(matches)
    }
}

impl Draft {
    /// The newest item comes first.
    fn add_item(&mut self, item: ItemRecord, changed: i64, search: &Search) {
        self.seen = self.seen.max(changed);
        if let KeptItemKind::File(file) = &item.what {
            // The path has the name in it.
            self.matches |= search.is_in(&file.path.to_string_lossy());
        }
        if let Some(name) = item.name() {
            self.names.insert(name.to_string_lossy().into_owned());
        }
        if let Some(sha1) = item.sha1() {
            self.matches |= self.sha1.is_none() && search.is_in(&sha1.to_string());
            self.sha1 = Some(sha1);
        }
        // A name says more than a line of a list.
        let better = self.item.as_ref().is_none_or(|known| known.name().is_none());
        if better && (self.item.is_none() || item.name().is_some()) {
            self.item = Some(item);
        }
    }

    fn add_answer(&mut self, sha1: Sha1Digest, answer: KeptSummary, at: i64, search: &Search) {
        self.seen = self.seen.max(at);
        self.matches |= search.is_in(&sha1.to_string());
        self.sha1 = Some(sha1);
        self.answer = Some(answer);
    }

    fn into_entry(self) -> Option<HistoryEntry> {
        Some(HistoryEntry {
            sha1: self.sha1?,
            item: self.item,
            further_names: u32::try_from(self.names.len().saturating_sub(1)).unwrap_or(u32::MAX),
            seen: Timestamp::from_millisecond(self.seen).unwrap_or_default(),
            answer: self.answer,
        })
    }
}
