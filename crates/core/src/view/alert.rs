//! An alert as a row, in the eyes of one item, and everything behind it.

use serde::{Deserialize, Serialize};

use super::{AlertHandle, AlertPart, EvidencePart, Shown, UtcMillis};

/// An alert's severity, in the order of attention: one that is not known may be worse than any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The alert came without one.
    NotGiven,
    /// The API's own word for none: `UnSpecified`.
    Unspecified,
    /// Informational: usually stopped before damage; it does not mean harmless.
    Informational,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// A word that this app does not know.
    Unknown,
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
    /// The severity's own word, where it is [`Unknown`](Severity::Unknown).
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
    /// What of it can be copied.
    pub copies: Vec<AlertPart>,
    /// When it was read. That may be later than the item's answer: another item's answer told of the
    /// same alert since.
    pub read_at: UtcMillis,
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

/// Everything that the API said about an alert, beyond its row.
///
/// Evidence is a list of its own, [`ListSpec::Evidence`](super::ListSpec::Evidence), and so is the
/// raw text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AlertDetail {
    /// The epoch of the account it belongs to.
    pub epoch: u32,
    /// The alert's own id.
    pub id: Option<Shown>,
    /// The description, line breaks kept.
    pub description: Option<Shown>,
    /// The category, as given.
    pub category: Option<Shown>,
    /// The techniques, in the order of the API, at most 200.
    pub techniques: Vec<Technique>,
    /// What detected it, in the API's own word.
    pub detection_source: Option<Shown>,
    /// The threat's name.
    pub threat: Option<Shown>,
    /// The name of the threat's family.
    pub threat_family: Option<Shown>,
    /// The device's id.
    pub machine: Option<Shown>,
    /// The user it is about: `DOMAIN\user`.
    pub user: Option<Shown>,
    /// Who was logged on to the device, at most 200.
    pub logged_on: Vec<Shown>,
    /// The tenant's id.
    pub tenant: Option<Shown>,
    /// What is known of when, in the order of [`MomentKind`].
    pub moments: Vec<Moment>,
    /// Whom it is assigned to.
    pub assigned_to: Option<Shown>,
    /// How the automatic investigation stands, in the API's own word.
    pub investigation_state: Option<Shown>,
    /// The investigation's id.
    pub investigation: Option<Shown>,
    /// The incident's id.
    pub incident: Option<Shown>,
    /// The comments, in the order of the API, at most 200.
    pub comments: Vec<Comment>,
    /// The kinds of evidence, in the order in which they first occur.
    pub evidence: Vec<EvidenceKind>,
    /// The fields that had a value and stand nowhere above, in the order of the API, at most 2,000.
    pub other: Vec<Field>,
    /// How many entries of the lists above were left out.
    pub left_out: u32,
}

/// A technique of MITRE ATT&CK that an alert names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Technique {
    /// Its id, as given.
    pub id: Shown,
    /// Its name, where the id is one that this app knows.
    pub name: Option<String>,
    /// The names of its tactics.
    pub tactics: Vec<String>,
    /// Whether MITRE still keeps it; none where the id is not one that this app knows.
    pub standing: Option<Standing>,
    /// Whether it has a page: its id is of the known form.
    pub page: bool,
}

/// Whether MITRE still keeps a technique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// It is in the matrix.
    Current,
    /// MITRE no longer keeps it, and names none in its place.
    Deprecated,
    /// Another technique took its place.
    Revoked,
}

/// Something that has a time in an alert's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// What.
    pub kind: MomentKind,
    /// When.
    pub at: UtcMillis,
}

/// What has a time in an alert's life, in the order in which it usually comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum MomentKind {
    /// The first activity.
    FirstEvent,
    /// The last activity.
    LastEvent,
    /// The alert was created.
    Created,
    /// The alert was changed last.
    Updated,
    /// The alert was resolved.
    Resolved,
}

/// A comment of an analyst.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// What was said, line breaks kept.
    pub text: Shown,
    /// By whom.
    pub author: Option<Shown>,
    /// When.
    pub at: Option<UtcMillis>,
}

/// Evidence of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EvidenceKind {
    /// The API's own word for it; none where a row has none.
    pub kind: Option<Shown>,
    /// How many rows.
    pub rows: u32,
}

/// One row of evidence, in the eyes of one item.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EvidenceRow {
    /// Its place in the answer, from 0; names it to what can be copied.
    pub index: u32,
    /// The API's own word for what it is.
    pub kind: Option<Shown>,
    /// Whether it carries the item's SHA-1.
    pub ours: bool,
    /// The file's name.
    pub name: Option<Shown>,
    /// The file's folder.
    pub folder: Option<Shown>,
    /// What a row is that is no file and no process: an account, an address, a registry key.
    /// Addresses are defanged.
    pub value: Option<Shown>,
    /// Whether `value` is an address, shown defanged.
    pub address: bool,
    /// The SHA-1, as given.
    pub sha1: Option<Shown>,
    /// The SHA-256, as given.
    pub sha256: Option<Shown>,
    /// The process's id.
    pub process: Option<Shown>,
    /// The process's command line.
    pub command_line: Option<Shown>,
    /// The parent process's id.
    pub parent_process: Option<Shown>,
    /// The parent process's file, with its folder.
    pub parent_file: Option<Shown>,
    /// Detected, prevented.
    pub status: Option<Shown>,
    /// When it became evidence.
    pub at: Option<UtcMillis>,
    /// The fields that had a value and stand nowhere above, at most 100.
    pub other: Vec<Field>,
    /// How many more there are.
    pub other_left_out: u32,
    /// What of it can be copied; the form without addresses only where it differs.
    pub copies: Vec<EvidencePart>,
}

/// One field that is shown unadorned.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name as the API has it, with its place in lists: `domains 2 · host`.
    pub name: Shown,
    /// Its value.
    pub value: Shown,
}
