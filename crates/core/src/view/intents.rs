//! What the page asks for beyond lists: by enums and opaque ids, never by a path or a URL.

use serde::Deserialize;

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
