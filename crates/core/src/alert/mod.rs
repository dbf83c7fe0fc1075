//! The alert as we understand it, neutral of its source, with the raw JSON beside it.
//!
//! Reading is tolerant, because the documents and the service disagree about types; keeping is
//! exact: what was not understood is in the raw text.

mod detail;
mod evidence;
mod fields;
#[cfg(test)]
mod odd;
mod portal;
mod raw;
mod read;

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

pub(crate) use detail::{Beyond, Remark};
pub use evidence::{Evidence, EvidenceRows};
pub(crate) use evidence::{Row, Value};
pub(crate) use fields::{Members, Plain};
pub use portal::{Portal, PortalTarget};
pub use read::EntryError;

use crate::view::{self, AlertPart};

/// One alert of one account.
#[derive(Clone)]
pub struct Alert {
    /// Defender's id; opaque. None if the entry had none.
    pub id: Option<String>,
    /// The incident it belongs to.
    pub incident: Option<i64>,
    /// How severe.
    pub severity: Word<view::Severity>,
    /// Its status.
    pub status: Word<view::Status>,
    /// How it was classified.
    pub classification: Option<String>,
    /// The determination.
    pub determination: Option<String>,
    /// The title, exactly.
    pub title: Option<String>,
    /// The description, exactly.
    pub description: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// The ids of techniques of MITRE ATT&CK, as given.
    pub techniques: Vec<String>,
    /// What detected it.
    pub detection_source: Option<String>,
    /// The threat's name.
    pub threat: Option<String>,
    /// The name of the threat's family.
    pub threat_family: Option<String>,
    /// The user it is about: `DOMAIN\user`, or what there is of it.
    pub user: Option<String>,
    /// Whom it is assigned to.
    pub assigned_to: Option<String>,
    /// How the automatic investigation stands.
    pub investigation_state: Option<String>,
    /// When something first happened.
    pub first_event: Option<Timestamp>,
    /// When something last happened.
    pub last_event: Option<Timestamp>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was changed last.
    pub updated: Option<Timestamp>,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
    /// The device's id.
    pub machine: Option<String>,
    /// The device's DNS name.
    pub device: Option<String>,
    /// The device group.
    pub device_group: Option<String>,
    /// The evidence.
    pub evidence: Evidence,
    /// The entry exactly as the source gave it.
    pub raw: Arc<str>,
    /// Its lines, once they were asked for.
    lines: OnceLock<Arc<[raw::Line]>>,
}

/// A word of an open set: what we know, and the word itself, which survives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<T> {
    /// What we take it for.
    pub known: T,
    /// The word, where it is none of ours.
    pub other: Option<String>,
}

impl Alert {
    /// Whether it still asks for attention: everything that is not known to be resolved.
    pub fn is_open(&self) -> bool {
        self.status.known != view::Status::Resolved
    }

    /// When something last happened, or else when the alert was created.
    pub fn last_activity(&self) -> Option<view::Activity> {
        self.last_event
            .map(|at| view::Activity { at: at.into(), created: false })
            .or_else(|| self.created.map(|at| view::Activity { at: at.into(), created: true }))
    }

    /// What of it can be copied.
    pub fn copies(&self) -> Vec<AlertPart> {
        let parts = [
            (AlertPart::Title, self.title.is_some()),
            (AlertPart::Id, self.id.is_some()),
            (AlertPart::Device, self.device.is_some()),
            (AlertPart::User, self.user.is_some()),
            (AlertPart::Markdown, true),
            (AlertPart::Json, true),
            (AlertPart::Csv, true),
        ];
        parts.into_iter().filter_map(|(part, is_there)| is_there.then_some(part)).collect()
    }

    /// What tells its device from others: the device's id or, for want of it, its name.
    pub fn device_key(&self) -> Option<&str> {
        self.machine.as_deref().or(self.device.as_deref())
    }

    /// What tells this alert from others of the same account: its id, or its text if it has none.
    pub fn key(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.raw)
    }
}

/// Prints the shape only: alerts are confidential, and `Debug` ends in logs.
impl std::fmt::Debug for Alert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alert").field("severity", &self.severity.known).finish_non_exhaustive()
    }
}
