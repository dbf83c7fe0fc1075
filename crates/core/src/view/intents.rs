//! What the page asks for beyond lists: by enums and opaque ids, never by a path or a URL.

use serde::{Deserialize, Serialize};

use super::{AlertHandle, Cloud, ItemId};

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

/// What can be copied; core holds the exact value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CopyField {
    /// The link that opens the sign-in page on this machine.
    SignInLink,
    /// The folder of the practice files.
    PracticeFolder,
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
