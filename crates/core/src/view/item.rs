//! An item as a row: how its reading stands, and its lookup.

use serde::Serialize;

use super::{Activity, ItemId, Realm, Severity, Shown, UserError, UtcMillis};

/// One item.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ItemRow {
    /// Names it.
    pub id: ItemId,
    /// The file's name, or the digest that a text named.
    pub name: Shown,
    /// The folder it lies in; none for a digest of a text.
    pub place: Option<Shown>,
    /// Whether the file, or the folder in which it was found, was given as a link, which was
    /// followed.
    pub through_link: bool,
    /// Where a text named the digest; none for a file.
    pub mention: Option<Mention>,
    /// Its size in bytes, once known.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub size: Option<i64>,
    /// Its SHA-1 in lower-case hexadecimal, once known; none for a digest of another kind, as long
    /// as its SHA-1 is not known.
    pub sha1: Option<String>,
    /// The file's alternate streams, which its digest is not of (NTFS); once it was read.
    pub streams: Vec<Stream>,
    /// How many other items have the same SHA-1.
    pub same_content: u32,
    /// How the reading stands; none for a digest of a text, unless it is left out.
    pub reading: Option<Reading>,
    /// How the lookup stands; none until the digest is known.
    pub lookup: Option<Lookup>,
}

/// Where a text named a digest.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Mention {
    /// What kind of digest. A lookup needs a SHA-1: the others have to be resolved first.
    pub kind: DigestKind,
    /// The file's name; none for a pasted text.
    pub text: Option<Shown>,
    /// The line of its first mention, from 1.
    pub line: u32,
    /// What stands beside it in the row of a table.
    pub note: Option<Shown>,
}

/// What kind of digest a text named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DigestKind {
    /// 40 hexadecimal digits.
    Sha1,
    /// 64 hexadecimal digits.
    Sha256,
    /// 32 hexadecimal digits.
    Md5,
}

/// An alternate stream of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Stream {
    /// Its name, without the file's.
    pub name: Shown,
    /// Its size in bytes.
    #[cfg_attr(test, ts(type = "number"))]
    pub size: i64,
}

/// Where an item came from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The item.
    pub item: ItemId,
    /// The file's name, or the pasted digest.
    pub name: Shown,
    /// The folder it lies in; none for a pasted digest.
    pub folder: Option<Shown>,
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
    Read {
        /// When, if that was before the program was started: the file may have changed since.
        earlier: Option<UtcMillis>,
    },
    /// The person cancelled it.
    Cancelled,
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
    /// Nothing. Without an answer and without a failure, the person cancelled it.
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
    /// The highest severity of the open ones, of those that this app knows.
    pub highest_open: Option<Severity>,
    /// The open ones of a severity that this app does not know: they may be worse.
    pub unknown_open: UnknownSeverities,
    /// Different devices.
    pub devices: u32,
    /// The names of the first devices, the one of the latest activity first; at most 3.
    pub device_names: Vec<Shown>,
    /// The latest activity of all alerts; only if none has one, when the latest was created.
    pub last_activity: Option<Activity>,
    /// Whom open alerts are assigned to, at most 3 names.
    pub assignees: Vec<Shown>,
    /// How many different people open alerts are assigned to.
    pub people: u32,
    /// How many open alerts are assigned to nobody.
    pub unassigned: u32,
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
    /// Unspecified, in the API's own word.
    pub unspecified: u32,
    /// Without a severity.
    pub not_given: u32,
    /// Of a severity that this app does not know.
    pub unknown: u32,
}

/// Alerts of severities that this app does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UnknownSeverities {
    /// How many alerts.
    pub alerts: u32,
    /// The severities' own words, each once, at most 3.
    pub words: Vec<Shown>,
    /// How many more words there are.
    pub more: u32,
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
    /// Whether it was not asked for now, but kept from an earlier time.
    pub kept: bool,
    /// The ids that the source gave its responses, for Microsoft's support; a page has one at most.
    pub requests: Vec<Shown>,
}
