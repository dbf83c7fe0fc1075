//! Lists are queries: opened by what they list, read by rows.

use serde::{Deserialize, Serialize};

use super::{
    AlertHandle, AlertRow, EvidenceRow, HistoryId, ItemId, ItemRow, Place, QueryId, Severity,
    Shown, UtcMillis,
};

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
    /// The evidence of an alert: rows that carry the item's SHA-1 first, the others in the order of
    /// the API.
    Evidence {
        /// In whose eyes.
        item: ItemId,
        /// Of which alert.
        alert: AlertHandle,
        /// Only the kind at this place of [`AlertDetail::evidence`](super::AlertDetail::evidence).
        only: Option<u32>,
    },
    /// The alert exactly as the API gave it, in indented lines.
    Raw {
        /// Which alert.
        alert: AlertHandle,
    },
    /// The other items with this item's SHA-1.
    SameContent {
        /// Whose.
        item: ItemId,
    },
    /// What was looked up, the latest first: as far as it fits what the person searches for.
    History,
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
    /// Of [`ListSpec::Evidence`].
    Evidence(Vec<EvidenceRow>),
    /// Of [`ListSpec::Raw`]: a line each.
    Raw(Vec<Shown>),
    /// Of [`ListSpec::SameContent`].
    SameContent(Vec<Place>),
    /// Of [`ListSpec::History`].
    History(Vec<HistoryRow>),
}

/// A digest that was looked up.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HistoryRow {
    /// Names it, to [`reopen`](crate::workbench::Workbench::reopen).
    pub id: HistoryId,
    /// The name of the file that had this content last, or the digest that a text named.
    pub name: Shown,
    /// How many other names it had.
    pub names: u32,
    /// The folder of that file; none for a digest of a text.
    pub place: Option<Shown>,
    /// The SHA-1 in lower-case hexadecimal.
    pub sha1: String,
    /// When it last came in.
    pub seen: UtcMillis,
    /// What was last answered, if anything was.
    pub answer: Option<KeptSummary>,
}

/// A kept answer, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeptSummary {
    /// When it was given.
    pub at: UtcMillis,
    /// How many alerts.
    pub alerts: u32,
    /// How many of them are not resolved.
    pub open: u32,
    /// The highest severity of the open ones, of those that this app knows.
    pub highest_open: Option<Severity>,
    /// How many open ones are of a severity that this app does not know.
    pub unknown_open: u32,
    /// Whether it is not the whole answer.
    pub incomplete: bool,
}
