//! Lists are queries: opened by what they list, read by rows.

use serde::{Deserialize, Serialize};

use super::{AlertHandle, AlertRow, EvidenceRow, ItemId, ItemRow, Place, QueryId, Shown};

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
}
