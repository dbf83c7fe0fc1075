//! How the page is laid out: nothing clipped, nothing overlapping, few sizes, one primary button.

use anyhow::{Result, bail};
use fantoccini::Client;
use serde_json::Value;

/// Returns what is wrong with the page as it stands, a sentence each.
pub(crate) async fn faults(session: &Client) -> Result<Vec<String>> {
    let Value::Array(found) = session.execute(include_str!("layout.js"), vec![]).await? else {
        bail!("the page does not tell how it is laid out")
    };
    Ok(found.iter().filter_map(|fault| fault.as_str().map(str::to_owned)).collect())
}
