//! The batch as rows of the window.

use std::{cmp::Reverse, collections::HashSet, sync::atomic::Ordering};

use super::{Batch, FileReading, Item, KnownAnswer, Lookup, ReadingState};
use crate::{
    alert::Alert,
    digest::Sha1Digest,
    view::{
        self, AlertHandle, AlertRow, ItemId, ItemRow, ItemSort, ListSpec, RowList, Severities,
        Severity, Shown, Status,
    },
};

impl Batch {
    /// A list's revision and length.
    pub fn extent(&self, list: ListSpec) -> (u32, u32) {
        match list {
            ListSpec::Items { .. } => {
                (self.revision, u32::try_from(self.items.len()).unwrap_or(u32::MAX))
            }
            ListSpec::Alerts { item } => match self.lookup_of(item) {
                Some(lookup) => {
                    let alerts = lookup.answer.as_ref().map_or(0, |answer| answer.alerts.len());
                    (lookup.changed, u32::try_from(alerts).unwrap_or(u32::MAX))
                }
                None => (self.revision, 0),
            },
        }
    }

    /// The rows `from..to` of a list.
    pub fn rows(&self, list: ListSpec, from: u32, to: u32) -> RowList {
        let window = |length: usize| {
            let bound = |at: u32| usize::try_from(at).unwrap_or(usize::MAX).min(length);
            bound(from)..bound(to).max(bound(from))
        };
        match list {
            ListSpec::Items { sort } => {
                let order = self.order(sort);
                let shown = &order[window(order.len())];
                RowList::Items(shown.iter().map(|id| self.item_row(*id)).collect())
            }
            ListSpec::Alerts { item } => {
                let order = self.alert_order(item);
                let shown = &order[window(order.len())];
                let sha1 = self.sha1_of(item);
                RowList::Alerts(
                    shown.iter().filter_map(|handle| self.alert_row(*handle, sha1?)).collect(),
                )
            }
        }
    }

    fn lookup_of(&self, item: ItemId) -> Option<&Lookup> {
        self.lookups.get(&self.sha1_of(item)?)
    }

    fn order(&self, sort: ItemSort) -> Vec<ItemId> {
        let mut order: Vec<ItemId> = self.ids().collect();
        match sort {
            ItemSort::Arrival => {}
            ItemSort::Severity => order.sort_by_cached_key(|id| Reverse(self.weight(*id))),
        }
        order
    }

    /// Highest open severity first, then any alerts, then what failed or is not whole.
    fn weight(&self, id: ItemId) -> (Option<Severity>, bool, bool) {
        let answer = self.lookup_of(id).and_then(|lookup| lookup.answer.as_ref());
        let highest = answer.and_then(|answer| self.tally(answer).highest_open);
        let any = answer.is_some_and(|answer| !answer.alerts.is_empty());
        (highest, any, self.has_failed(id))
    }

    /// Open alerts first, then by severity, then the latest first.
    fn alert_order(&self, item: ItemId) -> Vec<AlertHandle> {
        let answer = self.lookup_of(item).and_then(|lookup| lookup.answer.as_ref());
        let mut order = answer.map(|answer| answer.alerts.clone()).unwrap_or_default();
        order.sort_by_cached_key(|handle| {
            let alert = self.alerts.alert(*handle);
            Reverse(alert.map(|alert| {
                let last = alert.last_activity().map(|activity| activity.at);
                (alert.is_open(), alert.severity.known, last)
            }))
        });
        order
    }

    fn item_row(&self, id: ItemId) -> ItemRow {
        let item = self.index(id).and_then(|index| self.items.get(index));
        let lookup = item
            .and_then(|item| item.sha1)
            .and_then(|sha1| self.lookups.get(&sha1))
            .map(|lookup| self.lookup_view(lookup));
        ItemRow {
            id,
            name: item.map(|item| item.name.clone()).unwrap_or_default(),
            place: item.and_then(|item| item.place.clone()),
            size: item.and_then(|item| item.size).and_then(|size| i64::try_from(size).ok()),
            sha1: item.and_then(|item| item.sha1).map(|sha1| sha1.to_string()),
            reading: item.and_then(Item::reading_view),
            lookup,
        }
    }

    fn lookup_view(&self, lookup: &Lookup) -> view::Lookup {
        view::Lookup {
            phase: lookup.phase,
            answer: lookup.answer.as_ref().map(|answer| self.answer_view(answer)),
            failure: lookup.failure.clone(),
        }
    }

    fn answer_view(&self, answer: &KnownAnswer) -> view::Answer {
        let account = &answer.provenance.account;
        let tally = self.tally(answer);
        view::Answer {
            incomplete: answer.incomplete.clone(),
            alerts: u32::try_from(answer.alerts.len()).unwrap_or(u32::MAX),
            open: tally.open,
            severities: tally.severities,
            highest_open: tally.highest_open,
            devices: tally.devices,
            provenance: view::Provenance {
                realm: account.id.realm,
                host: answer.provenance.host.clone(),
                account: Shown::of(&account.sign_in_name),
                tenant: Shown::of(account.tenant_label()),
                at: answer.provenance.at.into(),
            },
        }
    }

    fn tally(&self, answer: &KnownAnswer) -> Tally {
        let mut tally = Tally::default();
        let mut devices = HashSet::new();
        for alert in answer.alerts.iter().filter_map(|handle| self.alerts.alert(*handle)) {
            let severity = alert.severity.known;
            *tally.severities.of(severity) += 1;
            if alert.is_open() {
                tally.open += 1;
                tally.highest_open = tally.highest_open.max(Some(severity));
            }
            devices.extend(alert.machine.as_deref().or(alert.device.as_deref()));
        }
        tally.devices = u32::try_from(devices.len()).unwrap_or(u32::MAX);
        tally
    }

    fn alert_row(&self, handle: AlertHandle, sha1: Sha1Digest) -> Option<AlertRow> {
        self.alerts.alert(handle).map(|alert| alert_row(handle, alert, sha1))
    }
}

/// What an answer's alerts come to.
#[derive(Default)]
struct Tally {
    open: u32,
    severities: Severities,
    highest_open: Option<Severity>,
    devices: u32,
}

impl Severities {
    fn of(&mut self, severity: Severity) -> &mut u32 {
        match severity {
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Informational => &mut self.informational,
            Severity::Other => &mut self.other,
        }
    }
}

impl Item {
    fn reading_view(&self) -> Option<view::Reading> {
        let FileReading { state, percent, .. } = self.reading.as_ref()?;
        Some(match state {
            ReadingState::Waiting => view::Reading::Waiting,
            ReadingState::Reading => {
                view::Reading::Reading { percent: percent.load(Ordering::Relaxed) }
            }
            ReadingState::Read => view::Reading::Read,
            ReadingState::Skipped(error) => view::Reading::Skipped { error: error.clone() },
            ReadingState::Failed(error) => view::Reading::Failed { error: error.clone() },
        })
    }
}

fn alert_row(handle: AlertHandle, alert: &Alert, sha1: Sha1Digest) -> AlertRow {
    let shown = |text: &Option<String>| text.as_deref().map(Shown::of);
    AlertRow {
        alert: handle,
        severity: alert.severity.known,
        severity_text: shown(&alert.severity.other),
        title: shown(&alert.title),
        status: alert.status.known,
        status_text: shown(&alert.status.other).filter(|_| alert.status.known == Status::Other),
        classification: shown(&alert.classification),
        determination: shown(&alert.determination),
        role: alert.evidence.role_of(sha1),
        device: shown(&alert.device),
        device_group: shown(&alert.device_group),
        last_activity: alert.last_activity(),
        pages: alert.pages(),
    }
}
