//! Items and answers as the journal keeps them.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Batch, FileItem, Item, Kind, KnownAnswer, Lane, Lookup, ReadingState};
use crate::{
    digest::Sha1Digest,
    journal::{ItemRecord, KeptFile, KeptItemKind, KeptReading},
    source::Answer,
    view::{ItemId, Phase},
};

impl Batch {
    /// An item as it stands.
    pub fn record(&self, id: ItemId) -> Option<ItemRecord> {
        let item = self.item(id)?;
        let what = match &item.kind {
            Kind::File(file) => KeptItemKind::File(self.kept_file(item, file)),
            Kind::Given(given) => KeptItemKind::Given((**given).clone()),
        };
        let is_settled = self.lookup_of(id).is_some_and(Lookup::is_settled);
        Some(ItemRecord { what, wanted: item.wants && !is_settled })
    }

    fn kept_file(&self, item: &Item, file: &FileItem) -> KeptFile {
        let lookup = item.lookup.and_then(|lookup| self.lookups.get(lookup));
        KeptFile {
            path: file.at.path(),
            size: (file.size > 0).then_some(file.size),
            given: file.given,
            through_link: file.through_link,
            first: lookup.is_some_and(|lookup| lookup.lane <= Lane::First),
            finding: file.finding,
            reading: match (&file.state, lookup) {
                (ReadingState::Read, Some(lookup)) => KeptReading::Read {
                    sha1: lookup.sha1,
                    size: file.size,
                    read_at: file.read_at().unwrap_or(self.now),
                },
                (ReadingState::Cancelled, _) => KeptReading::Cancelled,
                (ReadingState::Skipped(error) | ReadingState::Failed(error), _) => {
                    KeptReading::Ended { code: format!("{:?}", error.code) }
                }
                (ReadingState::Waiting | ReadingState::Reading | ReadingState::Read, _) => {
                    KeptReading::Waiting
                }
            },
        }
    }

    /// The answers that were asked for since the program was started, as they are known.
    pub fn asked_answers(&self) -> Vec<(Sha1Digest, Answer)> {
        let asked = self.lookups.iter().filter_map(|lookup| {
            let answer = lookup.answer.as_deref().filter(|answer| !answer.kept)?;
            Some((lookup.sha1, self.answer_again(answer)))
        });
        asked.collect()
    }

    fn answer_again(&self, known: &KnownAnswer) -> Answer {
        let alert = |handle| self.alerts.kept(handle).map(|kept| Arc::clone(&kept.alert));
        Answer {
            alerts: known.alerts.iter().filter_map(|handle| alert(*handle)).collect(),
            incomplete: known.reason.clone(),
            provenance: known.provenance.clone(),
        }
    }
}

impl FileItem {
    fn read_at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.read_at?.get()).ok()
    }

    /// When it was read, if that was before this program was started.
    pub(super) fn read_earlier(&self) -> Option<Timestamp> {
        self.read_at().filter(|_| self.earlier)
    }
}

impl Lookup {
    /// Whether it has a whole answer, and nothing more is asked.
    fn is_settled(&self) -> bool {
        let complete = self.answer.as_deref().is_some_and(|answer| answer.incomplete.is_none());
        self.phase == Phase::Idle && self.failure.is_none() && complete
    }
}
