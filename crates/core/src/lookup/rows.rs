//! The batch as rows of the window.

use std::{cmp::Reverse, collections::HashSet, hash::Hash, ops::Range, path::Path};

use super::{Batch, FileItem, Kind, KnownAnswer, Lookup, ReadingState, store::Kept};
use crate::{
    alert::Alert,
    digest::Sha1Digest,
    intake::FromText,
    view::{
        self, Activity, AlertHandle, AlertRow, ErrorCode, ItemId, ItemRow, ItemSort, ListSpec,
        Mention, Place, RowList, Severities, Severity, Shown, Status, UnknownSeverities, UserError,
    },
};

impl Batch {
    /// The most devices, and the most people, that an answer names.
    const MOST_NAMES: usize = 3;

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
            ListSpec::Evidence { item, alert, only } => {
                let rows = self.alert(alert).map_or(0, |alert| alert.evidence_count(only));
                // A lookup changes with each of its alerts.
                (self.lookup_of(item).map_or(self.revision, |lookup| lookup.changed), rows)
            }
            ListSpec::Raw { alert } => {
                let lines = self.alert(alert).map_or(0, Alert::raw_line_count);
                (self.alerts.changed(alert), u32::try_from(lines).unwrap_or(u32::MAX))
            }
            ListSpec::SameContent { item } => {
                let lookup = self.item(item).and_then(|item| item.lookup);
                (self.lookups.members_changed(lookup), self.lookups.others(item, lookup))
            }
            // The journal's, and no part of the batch.
            ListSpec::History => (0, 0),
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
                let shown = self.order(sort, window(self.items.len()));
                RowList::Items(shown.into_iter().map(|id| self.item_row(id)).collect())
            }
            ListSpec::Alerts { item } => {
                let order = self.alert_order(item);
                let shown = &order[window(order.len())];
                let sha1 = self.sha1_of(item);
                RowList::Alerts(
                    shown.iter().filter_map(|handle| self.alert_row(*handle, sha1?)).collect(),
                )
            }
            ListSpec::Evidence { item, alert, only } => {
                let sha1 = self.sha1_of(item);
                RowList::Evidence(self.alert(alert).map_or_else(Vec::new, |alert| {
                    alert.evidence_rows(sha1, only, window(usize::MAX))
                }))
            }
            ListSpec::Raw { alert } => {
                RowList::Raw(self.alert(alert).map_or_else(Vec::new, |alert| {
                    window(alert.raw_line_count()).filter_map(|line| alert.raw_line(line)).collect()
                }))
            }
            ListSpec::SameContent { item } => {
                let shown = window(usize::MAX);
                let lookup = self.item(item).and_then(|item| item.lookup);
                let others = self.lookups.members(lookup).filter(|other| *other != item);
                let shown = others.skip(shown.start).take(shown.len());
                RowList::SameContent(shown.filter_map(|other| self.place(other)).collect())
            }
            ListSpec::History => RowList::History(Vec::new()),
        }
    }

    /// The items `window` in this order.
    fn order(&self, sort: ItemSort, window: Range<usize>) -> Vec<ItemId> {
        match sort {
            ItemSort::Arrival => self.ids().skip(window.start).take(window.len()).collect(),
            ItemSort::Severity => {
                let mut sorted = self.by_severity.borrow_mut();
                let order = match &mut *sorted {
                    Some((revision, order)) if *revision == self.revision => order,
                    outdated => {
                        let mut order: Vec<ItemId> = self.ids().collect();
                        order.sort_by_cached_key(|id| Reverse(self.weight(*id)));
                        &outdated.insert((self.revision, order)).1
                    }
                };
                order.get(window).map(<[ItemId]>::to_vec).unwrap_or_default()
            }
        }
    }

    /// Highest open severity first, then any alerts, then what failed or is not whole.
    fn weight(&self, id: ItemId) -> (Option<Severity>, bool, bool) {
        let answer = self.lookup_of(id).and_then(|lookup| lookup.answer.as_ref());
        let highest = answer.and_then(|answer| self.tally(answer).first_open());
        let any = answer.is_some_and(|answer| !answer.alerts.is_empty());
        (highest, any, self.has_failed(id))
    }

    /// Open alerts first, then by severity, then the latest first.
    pub(super) fn alert_order(&self, item: ItemId) -> Vec<AlertHandle> {
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
        let item = self.item(id);
        let file = item.and_then(super::Item::file);
        let given = item.and_then(super::Item::given);
        let lookup = item.and_then(|item| item.lookup);
        ItemRow {
            id,
            name: item.map(|item| item.kind.name()).unwrap_or_default(),
            place: file.and_then(|file| file.at.folder()).map(folder),
            through_link: file.is_some_and(|file| file.through_link),
            mention: given.map(mention),
            size: file.and_then(FileItem::known_size).and_then(|size| i64::try_from(size).ok()),
            sha1: self.sha1_of(id).map(|sha1| sha1.to_string()),
            streams: file.map(FileItem::streams_view).unwrap_or_default(),
            same_content: self.lookups.others(id, lookup),
            reading: item.and_then(|item| item.kind.reading_view()),
            lookup: self.lookup_of(id).map(|lookup| self.lookup_view(lookup)),
        }
    }

    fn lookup_view(&self, lookup: &Lookup) -> view::Lookup {
        view::Lookup {
            phase: lookup.phase,
            answer: lookup.answer.as_deref().map(|answer| self.answer_view(answer)),
            failure: lookup.failure.as_deref().cloned(),
        }
    }

    fn answer_view(&self, answer: &KnownAnswer) -> view::Answer {
        let account = &answer.provenance.account;
        let tally = self.tally(answer);
        let latest = self.latest(answer);
        view::Answer {
            incomplete: answer.incomplete.clone(),
            alerts: count(answer.alerts.len()),
            open: tally.open,
            severities: tally.severities,
            highest_open: tally.highest_open,
            unknown_open: tally.unknown_open(Self::MOST_NAMES),
            devices: tally.devices,
            device_names: latest.devices,
            last_activity: latest.activity,
            assignees: latest.assignees,
            people: latest.people,
            unassigned: latest.unassigned,
            provenance: view::Provenance {
                realm: account.id.realm,
                host: answer.provenance.host.clone(),
                account: Shown::of(&account.sign_in_name),
                tenant: Shown::of(account.tenant_label()),
                at: answer.provenance.at.into(),
                kept: answer.kept,
                requests: answer.provenance.requests.iter().map(|id| Shown::of(id)).collect(),
            },
        }
    }

    fn tally(&self, answer: &KnownAnswer) -> Tally<'_> {
        let mut tally = Tally::default();
        let mut devices = HashSet::new();
        for alert in answer.alerts.iter().filter_map(|handle| self.alerts.alert(*handle)) {
            let severity = alert.severity.known;
            *tally.severities.of(severity) += 1;
            if alert.is_open() {
                tally.open += 1;
                if severity == Severity::Unknown {
                    tally.unknown.extend(alert.severity.other.as_deref());
                } else {
                    tally.highest_open = tally.highest_open.max(Some(severity));
                }
            }
            devices.extend(alert.device_key());
        }
        tally.devices = count(devices.len());
        tally
    }

    /// Where, when and with whom, the alert of the latest activity first.
    fn latest(&self, answer: &KnownAnswer) -> Latest {
        let alerts = answer.alerts.iter().filter_map(|handle| self.alerts.alert(*handle));
        let at = |alert: &Alert| alert.last_activity().map(|activity| activity.at);
        let mut alerts: Vec<&Alert> = alerts.collect();
        alerts.sort_by_cached_key(|alert| Reverse(at(alert)));
        let mut devices = HashSet::new();
        let device_names = alerts
            .iter()
            .filter_map(|alert| Some((alert.device_key()?, alert.device.as_deref()?)))
            .filter(|(device, _)| devices.insert(*device))
            .map(|(_, name)| Shown::of(name));
        let open = || alerts.iter().filter(|alert| alert.is_open());
        let assigned = once(open().filter_map(|alert| alert.assigned_to.as_deref()));
        let unassigned = open().filter(|alert| alert.assigned_to.is_none()).count();
        Latest {
            devices: device_names.take(Self::MOST_NAMES).collect(),
            activity: latest_activity(&alerts),
            assignees: assigned.iter().take(Self::MOST_NAMES).copied().map(Shown::of).collect(),
            people: count(assigned.len()),
            unassigned: count(unassigned),
        }
    }

    fn place(&self, id: ItemId) -> Option<Place> {
        let kind = &self.item(id)?.kind;
        let folder = self.file(id).and_then(|file| file.at.folder()).map(folder);
        Some(Place { item: id, name: kind.name(), folder })
    }

    fn alert_row(&self, handle: AlertHandle, sha1: Sha1Digest) -> Option<AlertRow> {
        self.alerts.kept(handle).map(|kept| alert_row(handle, kept, sha1))
    }
}

/// What stands first in an answer, by the time of its alerts.
struct Latest {
    devices: Vec<Shown>,
    activity: Option<Activity>,
    assignees: Vec<Shown>,
    people: u32,
    unassigned: u32,
}

/// The last that happened; only where no alert has the time of an event, the last creation.
fn latest_activity(alerts: &[&Alert]) -> Option<Activity> {
    let activities = || alerts.iter().filter_map(|alert| alert.last_activity());
    activities()
        .filter(|activity| !activity.created)
        .max_by_key(|activity| activity.at)
        .or_else(|| activities().max_by_key(|activity| activity.at))
}

/// Each of them once, in their order.
fn once<T: Copy + Eq + Hash>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    all.filter(|one| seen.insert(*one)).collect()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// What an answer's alerts come to.
#[derive(Default)]
struct Tally<'a> {
    open: u32,
    severities: Severities,
    /// Of the severities that are known.
    highest_open: Option<Severity>,
    /// The words of the others, one for each open alert.
    unknown: Vec<&'a str>,
    devices: u32,
}

impl Tally<'_> {
    /// What the open alerts are sorted by: nobody knows how bad an unknown severity is.
    fn first_open(&self) -> Option<Severity> {
        if self.unknown.is_empty() { self.highest_open } else { Some(Severity::Unknown) }
    }

    /// The open alerts of a severity that is not known, in at most so many words.
    fn unknown_open(&self, most: usize) -> UnknownSeverities {
        let words = once(self.unknown.iter().copied());
        UnknownSeverities {
            alerts: count(self.unknown.len()),
            words: words.iter().take(most).copied().map(Shown::of).collect(),
            more: count(words.len().saturating_sub(most)),
        }
    }
}

impl Severities {
    /// The count of one severity.
    pub(crate) fn of(&mut self, severity: Severity) -> &mut u32 {
        match severity {
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Informational => &mut self.informational,
            Severity::Unspecified => &mut self.unspecified,
            Severity::NotGiven => &mut self.not_given,
            Severity::Unknown => &mut self.unknown,
        }
    }
}

impl Kind {
    fn name(&self) -> Shown {
        match self {
            Self::File(file) => Shown::of_os(file.at.name()),
            Self::Given(given) => Shown::of(&given.digest.to_string()),
        }
    }

    fn reading_view(&self) -> Option<view::Reading> {
        match self {
            Self::File(file) => Some(file.reading_view()),
            Self::Given(given) if given.digest.is_of_nothing() => {
                Some(view::Reading::Skipped { error: UserError::new(ErrorCode::EmptyDigest) })
            }
            Self::Given(_) => None,
        }
    }
}

impl FileItem {
    fn reading_view(&self) -> view::Reading {
        match &self.state {
            ReadingState::Waiting => view::Reading::Waiting,
            ReadingState::Reading => view::Reading::Reading { percent: self.percent() },
            ReadingState::Read => {
                view::Reading::Read { earlier: self.read_earlier().map(Into::into) }
            }
            ReadingState::Cancelled => view::Reading::Cancelled,
            ReadingState::Skipped(error) => {
                view::Reading::Skipped { error: UserError::clone(error) }
            }
            ReadingState::Failed(error) => view::Reading::Failed { error: UserError::clone(error) },
        }
    }

    /// Its size in bytes, where that is of what is there: once it was read, or while it lies with a
    /// cloud.
    pub(super) fn known_size(&self) -> Option<u64> {
        let known = matches!(self.state, ReadingState::Read) || self.is_cloud_only();
        known.then_some(self.size)
    }

    fn streams_view(&self) -> Vec<view::Stream> {
        let streams = self.streams.iter().flat_map(|streams| streams.iter());
        let view = streams.map(|stream| view::Stream {
            name: Shown::of_os(&stream.name),
            size: i64::try_from(stream.size).unwrap_or(i64::MAX),
        });
        view.collect()
    }
}

fn folder(folder: &Path) -> Shown {
    Shown::of_os(folder.as_os_str())
}

fn mention(given: &FromText) -> Mention {
    Mention {
        kind: given.digest.kind(),
        text: given.text.as_deref().map(Shown::of_os),
        line: given.line,
        note: given.note.as_deref().map(Shown::of),
    }
}

fn alert_row(handle: AlertHandle, kept: &Kept, sha1: Sha1Digest) -> AlertRow {
    let alert = &*kept.alert;
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
        copies: alert.copies(),
        read_at: kept.read_at.into(),
    }
}

#[cfg(test)]
mod tests;
