//! What the page asks for beyond lists: by enums and opaque ids, never by a path or a URL.

use serde::{Deserialize, Serialize};

use super::{AlertHandle, ItemId, UserError};

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
    /// The page of MITRE ATT&CK about a technique that the alert names.
    Technique {
        /// Which alert.
        alert: AlertHandle,
        /// The technique's place in [`AlertDetail::techniques`](super::AlertDetail::techniques).
        technique: u32,
    },
}

/// What a message to the administrator can be about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RequestAbout {
    /// What stands in the way of the session.
    Session,
    /// The step that a check has failed at.
    Check,
    /// Why an item could not be asked for.
    Item {
        /// Which.
        item: ItemId,
    },
    /// What a page of the authority shows.
    Explained {
        /// As it was given to be explained.
        typed: String,
    },
}

/// What can be copied; core holds the exact value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CopyField {
    /// The link that opens the sign-in page on this machine.
    SignInLink,
    /// The folder of the practice files.
    PracticeFolder,
    /// What stands in the way of the session, with what support needs of it.
    SessionProblem,
    /// A message to the administrator.
    Request {
        /// About what.
        about: RequestAbout,
    },
    /// A message to the administrator about all permissions.
    Passport,
    /// Of an item.
    Item {
        /// Which.
        item: ItemId,
        /// What of it.
        part: ItemPart,
    },
    /// Of an alert.
    Alert {
        /// In whose eyes.
        item: ItemId,
        /// Which.
        alert: AlertHandle,
        /// What of it.
        part: AlertPart,
    },
    /// Of a row of evidence.
    Evidence {
        /// Of which alert.
        alert: AlertHandle,
        /// The row's place in the answer, from 0.
        row: u32,
        /// What of it.
        part: EvidencePart,
    },
}

/// What can be copied of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ItemPart {
    /// Its SHA-1.
    Sha1,
    /// Its name.
    Name,
    /// Its path.
    Path,
    /// A note in plain sentences.
    TriageNote,
    /// A report in Markdown, addresses defanged.
    Markdown,
    /// The item with its alerts as JSON: what came is kept exactly.
    Json,
    /// A CSV row for each alert, with a header.
    Csv,
}

/// What can be copied of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum AlertPart {
    /// Its title.
    Title,
    /// Its id.
    Id,
    /// The device's name.
    Device,
    /// The user it is about.
    User,
    /// A report in Markdown, addresses defanged.
    Markdown,
    /// The alert exactly as the API gave it.
    Json,
    /// One CSV row, with a header.
    Csv,
}

/// What can be copied of a row of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum EvidencePart {
    /// The file's name.
    Name,
    /// The file's folder.
    Folder,
    /// The SHA-1.
    Sha1,
    /// The SHA-256.
    Sha256,
    /// The command line, exactly.
    CommandLine,
    /// The command line, the addresses in it defanged.
    CommandLineDefanged,
    /// What a row is that is no file: exact.
    Value,
    /// The same, addresses defanged.
    Defanged,
    /// The fields that have no place of their own, a line each, addresses defanged.
    Other,
    /// The row exactly as the API gave it.
    Json,
    /// One CSV row, with a header.
    Csv,
}

/// What was removed when the person had everything forgotten, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Forgotten {
    /// Kept answers, of all accounts.
    pub answers: u32,
    /// Kept alerts.
    pub alerts: u32,
    /// Files and digests of the history.
    pub items: u32,
    /// Sign-ins in the keyring.
    pub sign_ins: u32,
    /// Whether the settings are gone.
    pub settings: bool,
    /// Files of the log.
    pub logs: u32,
    /// Whether what the web view kept is gone.
    pub profile: bool,
    /// Times of calls of the last hour, which stay until they no longer count.
    pub calls_kept: u32,
    /// What could not be removed.
    pub failed: Vec<UserError>,
}
