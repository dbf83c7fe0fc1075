//! axe-core on the page as it stands.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use fantoccini::Client;
use serde_json::Value;

/// Returns what axe finds, a line for each element.
pub(crate) async fn violations(session: &Client) -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let source = fs::read_to_string(&file)
        .with_context(|| format!("no {}: the page was not built", file.display()))?;
    session.execute(&source, vec![]).await?;
    let run = "const done = arguments[0];
        axe.run(document, { resultTypes: ['violations'] }).then(
            (result) => done(result.violations.flatMap((rule) =>
                rule.nodes.map((node) => ({
                    rule: rule.id, target: node.target.join(' '), summary: node.failureSummary,
                })))),
            (error) => done(String(error)),
        );";
    let Value::Array(found) = session.execute_async(run, vec![]).await? else {
        bail!("axe did not run")
    };
    Ok(found
        .iter()
        .map(|each| format!("{} at {}: {}", each["rule"], each["target"], each["summary"]))
        .collect())
}
