//! The alerts of the batch: each kept once, however many files name it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::KnownAnswer;
use crate::{alert::Alert, source::Answer, view::AlertHandle};

/// An answer that was kept.
#[derive(Debug, Clone)]
pub struct FoundAnswer {
    /// The answer.
    pub answer: Answer,
    /// When each of its alerts was last told of, in their order: that may have been later.
    pub alerts_at: Vec<Timestamp>,
}

fn known(answer: Answer, alerts: Vec<AlertHandle>, kept: bool) -> KnownAnswer {
    KnownAnswer {
        alerts,
        incomplete: answer.incomplete.as_ref().map(Into::into),
        reason: answer.incomplete,
        provenance: answer.provenance,
        kept,
    }
}

/// Alerts of one account, by handle. Handles are never used twice.
#[derive(Default)]
pub(super) struct AlertStore {
    alerts: Vec<Kept>,
    first: u32,
    by_key: HashMap<String, AlertHandle>,
    /// Counts the changes; it never falls.
    changes: u32,
}

pub(super) struct Kept {
    pub(super) alert: Arc<Alert>,
    /// When it was read: with the last answer that told of it, whichever file that was about.
    pub(super) read_at: Timestamp,
    /// The count of changes at its last one.
    changed: u32,
}

impl AlertStore {
    /// Keeps an answer's alerts; what was known of an alert gives way to what this answer says.
    ///
    /// Other lookups that hold one of these alerts show something new as well.
    pub(super) fn keep(&mut self, answer: Answer) -> KnownAnswer {
        let at = answer.provenance.at;
        let mut handles = Vec::with_capacity(answer.alerts.len());
        let mut seen = HashSet::new();
        for alert in &answer.alerts {
            let handle = self.keep_one(Arc::clone(alert), at, true);
            if seen.insert(handle) {
                handles.push(handle);
            }
        }
        known(answer, handles, false)
    }

    /// The same of an answer that was kept. What is known of an alert gives way only to what is newer.
    pub(super) fn keep_found(
        &mut self,
        FoundAnswer { answer, alerts_at }: FoundAnswer,
    ) -> KnownAnswer {
        let times = alerts_at.into_iter().map(Some).chain(std::iter::repeat(None));
        let mut handles = Vec::with_capacity(answer.alerts.len());
        for (alert, at) in answer.alerts.iter().zip(times) {
            let at = at.unwrap_or(answer.provenance.at);
            handles.push(self.keep_one(Arc::clone(alert), at, false));
        }
        known(answer, handles, true)
    }

    pub(super) fn alert(&self, handle: AlertHandle) -> Option<&Alert> {
        self.kept(handle).map(|kept| &*kept.alert)
    }

    /// Grows when the alert is another than before, or is gone.
    pub(super) fn changed(&self, handle: AlertHandle) -> u32 {
        self.kept(handle).map_or(self.changes, |kept| kept.changed)
    }

    pub(super) fn clear(&mut self) {
        self.first += u32::try_from(self.alerts.len()).unwrap_or(u32::MAX);
        self.changes += 1;
        self.alerts.clear();
        self.by_key.clear();
    }

    /// The alert, with the time of its reading.
    pub(super) fn kept(&self, handle: AlertHandle) -> Option<&Kept> {
        let index = handle.0.checked_sub(self.first)?;
        self.alerts.get(usize::try_from(index).ok()?)
    }

    fn keep_one(&mut self, alert: Arc<Alert>, read_at: Timestamp, is_new: bool) -> AlertHandle {
        if let Some(&handle) = self.by_key.get(alert.key()) {
            let index = usize::try_from(handle.0 - self.first).ok();
            let known = index.and_then(|index| self.alerts.get_mut(index));
            if let Some(known) = known.filter(|known| is_new || known.read_at <= read_at) {
                known.read_at = read_at;
                if known.alert.raw != alert.raw {
                    self.changes += 1;
                    *known = Kept { alert, read_at, changed: self.changes };
                }
            }
            return handle;
        }
        self.changes += 1;
        let handle = AlertHandle(self.first + u32::try_from(self.alerts.len()).unwrap_or(u32::MAX));
        self.by_key.insert(alert.key().to_owned(), handle);
        self.alerts.push(Kept { alert, read_at, changed: self.changes });
        handle
    }
}
