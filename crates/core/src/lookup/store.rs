//! The alerts of the batch: each kept once, however many files name it.

use std::{collections::HashMap, sync::Arc};

use super::KnownAnswer;
use crate::{alert::Alert, source::Answer, view::AlertHandle};

/// Alerts of one account, by handle. Handles are never used twice.
#[derive(Default)]
pub(super) struct AlertStore {
    alerts: Vec<Arc<Alert>>,
    first: u32,
    by_key: HashMap<String, AlertHandle>,
}

impl AlertStore {
    /// Keeps an answer's alerts; what was known of an alert gives way to what this answer says.
    ///
    /// Other lookups that hold one of these alerts show something new as well.
    pub(super) fn keep(&mut self, answer: Answer) -> KnownAnswer {
        let mut handles = Vec::with_capacity(answer.alerts.len());
        for alert in answer.alerts {
            let handle = self.keep_one(alert);
            if !handles.contains(&handle) {
                handles.push(handle);
            }
        }
        KnownAnswer {
            alerts: handles,
            incomplete: answer.incomplete.as_ref().map(Into::into),
            provenance: answer.provenance,
        }
    }

    pub(super) fn alert(&self, handle: AlertHandle) -> Option<&Alert> {
        let index = handle.0.checked_sub(self.first)?;
        self.alerts.get(usize::try_from(index).ok()?).map(AsRef::as_ref)
    }

    pub(super) fn clear(&mut self) {
        self.first += u32::try_from(self.alerts.len()).unwrap_or(u32::MAX);
        self.alerts.clear();
        self.by_key.clear();
    }

    fn keep_one(&mut self, alert: Arc<Alert>) -> AlertHandle {
        if let Some(&handle) = self.by_key.get(alert.key()) {
            let index = usize::try_from(handle.0 - self.first).ok();
            if let Some(known) = index.and_then(|index| self.alerts.get_mut(index)) {
                *known = alert;
            }
            return handle;
        }
        let handle = AlertHandle(self.first + u32::try_from(self.alerts.len()).unwrap_or(u32::MAX));
        self.by_key.insert(alert.key().to_owned(), handle);
        self.alerts.push(alert);
        handle
    }
}
