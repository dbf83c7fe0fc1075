//! axe-core on the page as it stands.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use fantoccini::Client;
use serde_json::{Value, json};

/// Which of axe's rules are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    All,
    /// Those that the colours decide.
    Colours,
}

/// Makes axe ready on the page.
pub(crate) async fn prepare(session: &Client) -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let source = fs::read_to_string(&file)
        .with_context(|| format!("no {}: the page was not built", file.display()))?;
    session.execute(&source, vec![]).await?;
    Ok(())
}

/// Returns what axe finds, a line for each element, once it is [ready](prepare).
pub(crate) async fn violations(session: &Client, rules: Rules) -> Result<Vec<String>> {
    let only = match rules {
        Rules::All => Value::Null,
        Rules::Colours => json!(["color-contrast", "link-in-text-block"]),
    };
    let run = "const [only, done] = arguments;
        const rules = only === null ? {} : { runOnly: only };
        axe.run(document, { resultTypes: ['violations'], ...rules }).then(
            (result) => done(result.violations.flatMap((rule) =>
                rule.nodes.map((node) => ({
                    rule: rule.id, target: node.target.join(' '), summary: node.failureSummary,
                })))),
            (error) => done(String(error)),
        );";
    let Value::Array(found) = session.execute_async(run, vec![only]).await? else {
        bail!("axe did not run")
    };
    Ok(found
        .iter()
        .map(|each| format!("{} at {}: {}", each["rule"], each["target"], each["summary"]))
        .collect())
}
