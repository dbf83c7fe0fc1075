//! An alert as a row, in the eyes of one item, and everything behind it.

use serde::Serialize;

use super::{AlertHandle, Shown, UtcMillis};

/// An alert's severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Unspecified, absent, or a severity this app does not know.
    Other,
    /// Informational: usually stopped before damage; it does not mean harmless.
    Informational,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// One alert, in the eyes of one item.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AlertRow {
    /// Names it.
    pub alert: AlertHandle,
    /// How severe.
    pub severity: Severity,
    /// The severity's own word, where it is none of ours.
    pub severity_text: Option<Shown>,
    /// The title; none if the answer had none.
    pub title: Option<Shown>,
    /// New, in progress, resolved.
    pub status: Status,
    /// The status's own word, where it is none of ours.
    pub status_text: Option<Shown>,
    /// How it was classified, if it was.
    pub classification: Option<Shown>,
    /// The determination, if there is one.
    pub determination: Option<Shown>,
    /// What the item's file is in this alert.
    pub role: Role,
    /// The device's name.
    pub device: Option<Shown>,
    /// The device group.
    pub device_group: Option<Shown>,
    /// The last activity, if known.
    pub last_activity: Option<Activity>,
    /// The pages that the portal has for it.
    pub pages: Vec<AlertPage>,
}

/// A page of the portal about an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum AlertPage {
    /// Its own.
    Alert,
    /// The incident's it belongs to.
    Incident,
    /// The device's it is on.
    Device,
}

/// An alert's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// New.
    New,
    /// In progress.
    InProgress,
    /// Resolved.
    Resolved,
    /// Unknown, absent, or a status this app does not know.
    Other,
}

/// When something last happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// When.
    pub at: UtcMillis,
    /// Whether it is only the time at which the alert was created, for want of an event's time.
    pub created: bool,
}

/// What a file is in an alert, from the evidence rows that carry its SHA-1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Role {
    /// Evidence names the file.
    Named {
        /// Its parts, the most telling first; at least one.
        parts: Vec<RolePart>,
    },
    /// Evidence was given, and no row of it names this SHA-1.
    NotNamed,
    /// No evidence was given: that may mean that it was left out.
    NoEvidence,
}

/// One evidence row that carries the file's SHA-1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RolePart {
    /// What the file is there.
    pub part: FilePart,
    /// The entity's own word, where it is none of ours.
    pub entity: Option<Shown>,
    /// The file's name there.
    pub name: Option<Shown>,
    /// Its folder there.
    pub folder: Option<Shown>,
    /// Detected, prevented.
    pub detection: Option<Shown>,
}

/// What a file is in an evidence row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FilePart {
    /// A process whose id another evidence row names as its parent's.
    ParentProcess,
    /// A process.
    Process,
    /// A file.
    File,
    /// Something else that carries the SHA-1.
    Other,
}

/// Everything else that the API said about an alert, unadorned.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AlertDetail {
    /// The epoch of the account it belongs to.
    pub epoch: u32,
    /// The alert's own id.
    pub id: Shown,
    /// The description, line breaks kept.
    pub description: Option<Shown>,
    /// The fields that had a value, in the order in which the API gave them, at most 2,000.
    pub fields: Vec<Field>,
    /// How many fields were left out.
    pub left_out: u32,
}

/// One field of an alert.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name as the API has it, with its place in lists: `evidence 2 · fileName`.
    pub name: Shown,
    /// Its value.
    pub value: Shown,
}
