//! What the window shows: the whole contract with the page, generated to TypeScript.
//!
//! The page subscribes to [`Update`]s, opens lists as queries and asks for the rows it shows. It
//! sends intents with opaque ids; nothing here carries a token, a path to act on or a URL.

mod alert;
mod error;
mod head;
mod intents;
mod item;
mod lists;
mod organisation;
mod preferences;
mod text;

use serde::{Deserialize, Serialize};

pub use alert::{
    Activity, AlertDetail, AlertPage, AlertRow, Comment, EvidenceKind, EvidenceRow, Field,
    FilePart, Moment, MomentKind, Role, RolePart, Severity, Standing, Status, Technique,
};
pub use error::{ErrorCode, Fact, Facts, Remedy, UserError};
pub use head::{
    Arrival, CloudOnly, Counts, Head, HistoryState, Hold, Hovering, Intake, Keeping, LeftOut,
    LeftOutReason, NotRead, NotReadReason, Notice, Progress, QueryChange, Question, QuestionAbout,
    Removal, Session, ShownAccount, SignInStep, SignOut, Sums, Unfinished, Update,
};
pub use intents::{
    AlertPart, CopyField, EvidencePart, Forgotten, ItemPart, PortalPage, RequestAbout,
};
pub use item::{
    Answer, DigestKind, ItemRow, Lookup, Mention, Phase, Place, Provenance, Reading, Severities,
    Stream, UnknownSeverities,
};
pub use lists::{HistoryRow, ItemSort, KeptSummary, ListSpec, Opened, RowList, Rows};
pub use organisation::{
    AccountHandle, ApiHost, Check, CheckKind, CheckOutcome, CheckStep, Cloud, Connected, ExtraCa,
    Feature, FoundTenant, Grant, KnownAccount, Managed, ManagedName, ManagedSetting, Network,
    Organisation, OrganisationForm, OrganisationId, Passport, PassportRow, Permission, ProxyForm,
    ProxyInUse, Registration, RegistrationText, SignInTo,
};
pub use preferences::{Contrast, Preferences, Retention, Theme, Zone};
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

/// A digest that was looked up, as the page names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct HistoryId(pub u32);

/// An open query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct QueryId(pub u32);

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

#[cfg(test)]
mod bindings;
