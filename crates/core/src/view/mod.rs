//! What the window shows: the whole contract with the page, generated to TypeScript.
//!
//! The page subscribes to [`Update`]s, opens lists as queries and asks for the rows it shows. It
//! sends intents with opaque ids; nothing here carries a token, a path to act on or a URL.

mod error;
mod text;

use serde::{Deserialize, Serialize};

pub use error::{ErrorCode, Fact, Facts, UserError};
pub use text::{Part, Shown};

/// A UTC instant in milliseconds since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct UtcMillis(#[cfg_attr(test, ts(type = "number"))] pub i64);

impl From<jiff::Timestamp> for UtcMillis {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.as_millisecond())
    }
}

/// An item of the batch, as the page names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ItemId(pub u32);

/// An alert that is on screen, as the page names it; Defender's own id stays in core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct AlertHandle(pub u32);

/// An open query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct QueryId(pub u32);

/// One message to the page. The next one is not sent before the page has acknowledged this one.
///
/// The first message of a subscription carries the head and no changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// Counts up from 0 within a subscription.
    pub sequence: u32,
    /// The head, if it changed since the last update.
    pub head: Option<Head>,
    /// The queries whose rows changed since the last update.
    pub queries: Vec<QueryChange>,
}

/// A query's rows are no longer what they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QueryChange {
    /// Which query.
    pub query: QueryId,
    /// Grows with every change.
    pub revision: u32,
    /// How many rows the query has now.
    pub total: u32,
}

/// Everything outside the lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Grows when the account changes: rows of an older epoch are not shown any more.
    pub epoch: u32,
    /// Who is signed in.
    pub session: Session,
    /// Whether this program carries the practice tenant.
    pub practice: bool,
    /// The organisation that was connected, if any.
    pub organisation: Option<Organisation>,
    /// The whole batch, counted.
    pub counts: Counts,
    /// Why no lookup is asked at the moment, if none is.
    pub hold: Option<Hold>,
    /// How many files a drag that hovers over the window carries; none if nothing hovers.
    pub hovering: Option<u32>,
    /// Where the practice files were written, if they were.
    pub practice_folder: Option<Shown>,
    /// What the person is to be told and has not dismissed.
    pub notices: Vec<Notice>,
}

/// Something to tell once, in place until dismissed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Names the notice to `dismiss`.
    pub id: u32,
    /// What is to be told.
    pub error: UserError,
}

/// Practice or organisation; part of every account id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Realm {
    /// The built-in practice tenant: nothing in it is real.
    Practice,
    /// The person's own organisation.
    Organisation,
}

/// Who is signed in, or how far signing in has come.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Session {
    /// Nobody.
    SignedOut {
        /// Why the last attempt or session ended, if it did not end by the person's wish.
        error: Option<UserError>,
    },
    /// The browser is open, or was asked to open.
    SigningIn {
        /// Where.
        realm: Realm,
        /// How far.
        step: SignInStep,
        /// When the attempt ends by itself.
        until: UtcMillis,
        /// Set if the system said that it could not open a browser.
        browser: Option<UserError>,
    },
    /// Somebody.
    SignedIn {
        /// Where.
        realm: Realm,
        /// The person's display name.
        name: Shown,
        /// The name the person signs in with.
        sign_in_name: Shown,
        /// The tenant's name or, for want of it, its id.
        tenant: Shown,
        /// The device groups this person sees, where that can be known; otherwise the roles
        /// decide and the page says so.
        sees: Option<Shown>,
    },
}

/// How far an attempt to sign in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SignInStep {
    /// The listener is ready; the browser has it.
    InBrowser,
    /// The browser came back; the code is being exchanged.
    Exchanging,
}

/// A connected organisation, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// The cloud the tenant lives in.
    pub cloud: Cloud,
    /// The tenant's id: a GUID.
    pub tenant: String,
    /// The app registration's client id: a GUID.
    pub client: String,
}

/// What the person typed to connect an organisation; checked in core.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OrganisationForm {
    /// The cloud the tenant lives in.
    pub cloud: Cloud,
    /// The tenant's id as typed.
    pub tenant: String,
    /// The client id as typed.
    pub client: String,
}

/// A Microsoft cloud: fixes authority, audience, host and portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Cloud {
    /// The commercial cloud.
    Commercial,
    /// US government community cloud; signs in at the commercial authority.
    Gcc,
    /// US government community cloud, high.
    GccHigh,
    /// US department of defense.
    Dod,
}

/// Why lookups are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Hold {
    /// Defender asked to wait (HTTP 429); shared by everyone who uses this app registration.
    Throttled {
        /// When lookups go on by themselves.
        until: UtcMillis,
    },
    /// This app's own share of the quota is used up.
    Quota {
        /// When lookups go on by themselves.
        until: UtcMillis,
    },
    /// Nobody is signed in.
    SignedOut,
}

/// The whole batch, counted: every item is in exactly one of the fields but `items` and `alerts`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// All items.
    pub items: u32,
    /// Waiting to be read.
    pub unread: u32,
    /// Being read.
    pub reading: u32,
    /// Not read, for a reason.
    pub skipped: u32,
    /// Could not be read.
    pub unreadable: u32,
    /// Read; the lookup waits.
    pub waiting: u32,
    /// Being asked.
    pub asking: u32,
    /// Answered completely, with alerts.
    pub alerted: u32,
    /// Answered completely, no alerts visible.
    pub none_visible: u32,
    /// Answered in part.
    pub incomplete: u32,
    /// The lookup failed.
    pub failed: u32,
    /// Different alerts on screen.
    pub alerts: u32,
}

/// Which list to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ListSpec {
    /// The items of the batch.
    Items {
        /// Their order.
        sort: ItemSort,
    },
    /// The alerts of one item: open ones first, then by severity, then the latest first.
    Alerts {
        /// Whose.
        item: ItemId,
    },
}

/// The order of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ItemSort {
    /// As they came in.
    Arrival,
    /// Highest open severity first.
    Severity,
}

/// A query that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// Its id.
    pub query: QueryId,
    /// Its revision when it was opened.
    pub revision: u32,
    /// How many rows it has.
    pub total: u32,
}

/// Rows of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Rows {
    /// The epoch of the account they belong to.
    pub epoch: u32,
    /// The query's revision they were read at.
    pub revision: u32,
    /// How many rows the query has.
    pub total: u32,
    /// The index of the first row given.
    pub from: u32,
    /// At most 200 rows.
    pub rows: RowList,
}

/// The rows, of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", content = "list", rename_all = "camelCase")]
pub enum RowList {
    /// Of [`ListSpec::Items`].
    Items(Vec<ItemRow>),
    /// Of [`ListSpec::Alerts`].
    Alerts(Vec<AlertRow>),
}

/// One item.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ItemRow {
    /// Names it.
    pub id: ItemId,
    /// The file's name, or the pasted digest.
    pub name: Shown,
    /// The folder it lies in; none for a pasted digest.
    pub place: Option<Shown>,
    /// Its size in bytes, once known.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub size: Option<i64>,
    /// Its SHA-1 in lower-case hexadecimal, once known.
    pub sha1: Option<String>,
    /// How the reading stands; none for a pasted digest.
    pub reading: Option<Reading>,
    /// How the lookup stands; none until the digest is known.
    pub lookup: Option<Lookup>,
}

/// How the reading of a file stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Reading {
    /// Not begun.
    Waiting,
    /// Begun.
    Reading {
        /// 0 to 100.
        percent: u8,
    },
    /// Done.
    Read,
    /// Left out, and why.
    Skipped {
        /// Why.
        error: UserError,
    },
    /// Failed, and why.
    Failed {
        /// Why.
        error: UserError,
    },
}

/// How a lookup stands: what it does now, and beside it what is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// What it does now.
    pub phase: Phase,
    /// The last answer, if any; it stays while the lookup is asked again.
    pub answer: Option<Answer>,
    /// The last failure, if it came after the last answer.
    pub failure: Option<UserError>,
}

/// What a lookup does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Waits for its turn; [`Head::hold`] says why if all do.
    Waiting,
    /// Waits to be tried again after a failure that may pass.
    Retrying,
    /// Asks.
    Asking,
    /// Nothing.
    Idle,
}

/// What a source said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Why the answer is not the whole answer; none if it is complete.
    ///
    /// Only a complete answer without alerts may be shown as "no alerts visible to you".
    pub incomplete: Option<UserError>,
    /// How many alerts.
    pub alerts: u32,
    /// How many of them are not resolved.
    pub open: u32,
    /// How many of each severity.
    pub severities: Severities,
    /// The highest severity of the open ones.
    pub highest_open: Option<Severity>,
    /// Different devices.
    pub devices: u32,
    /// Where it came from.
    pub provenance: Provenance,
}

/// Alerts counted by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Severities {
    /// High.
    pub high: u32,
    /// Medium.
    pub medium: u32,
    /// Low.
    pub low: u32,
    /// Informational.
    pub informational: u32,
    /// Unspecified, or a severity this app does not know.
    pub other: u32,
}

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

/// Where an answer came from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// The realm of the account that asked.
    pub realm: Realm,
    /// The host that answered.
    pub host: String,
    /// The account that asked, by the name it signs in with.
    pub account: Shown,
    /// The tenant's name or, for want of it, its id.
    pub tenant: Shown,
    /// When the answer was complete.
    pub at: UtcMillis,
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

/// A page of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PortalPage {
    /// The alert's.
    Alert {
        /// Which.
        alert: AlertHandle,
    },
    /// The incident the alert belongs to.
    Incident {
        /// Which alert.
        alert: AlertHandle,
    },
    /// The device the alert is on.
    Device {
        /// Which alert.
        alert: AlertHandle,
    },
    /// The file's.
    File {
        /// Whose.
        item: ItemId,
    },
}

/// What can be copied; core holds the exact value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CopyField {
    /// The link that opens the sign-in page on this machine.
    SignInLink,
    /// The item's SHA-1.
    Sha1 {
        /// Whose.
        item: ItemId,
    },
    /// The alert exactly as the API gave it.
    AlertJson {
        /// Which.
        alert: AlertHandle,
    },
    /// The folder of the practice files.
    PracticeFolder,
}

#[cfg(test)]
mod bindings;
