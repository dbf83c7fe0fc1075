//! The practice files on the disk, and the alerts that they have.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{practice_files, write_practice_files};
use droptrace_tests::{App, Stage};
use serde_json::{Value, json};

/// A practice file that was written to the disk.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    pub(crate) sha1: String,
}

/// Writes the practice files, and returns the one whose name contains a text.
pub(crate) fn practice_file(stage: &Stage, name: &str) -> Result<Written> {
    let paths = write_practice_files(&stage.files())?;
    let (path, file) = paths
        .into_iter()
        .zip(practice_files()?)
        .find(|(_, file)| file.file_name.contains(name))
        .with_context(|| format!("no practice file {name:?}"))?;
    Ok(Written { path, sha1: file.sha1 })
}

/// An alert as its card tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Card {
    /// As the style sheet knows it, and as it is written.
    pub(crate) severity: [&'static str; 2],
    pub(crate) title: &'static str,
    pub(crate) status: &'static str,
    pub(crate) device: &'static str,
    pub(crate) role: &'static str,
}

/// Waits until the chosen item has so many cards, and compares them, in their order.
pub(crate) async fn see_cards(app: &App, expected: &[Card]) -> Result<()> {
    let look = r#"
        const text = (card, css) => card.querySelector(css)?.innerText.replace(/\s+/g, " ").trim();
        const cards = shown('[data-testid="alert"]');
        return cards.length === given && cards.map((card) => [
            card.dataset.severity,
            text(card, "p"),
            text(card, "h3"),
            text(card, '[data-testid="alert-status"]'),
            text(card, '[data-testid="alert-device"]'),
            text(card, '[data-testid="alert-role"]'),
            / UTC$/.test(text(card, "time")),
        ])"#;
    let cards = app.until("the alerts are there", look, json!(expected.len())).await?;
    let expected: Value = expected
        .iter()
        .map(|Card { severity: [kind, word], title, status, device, role }| {
            json!([kind, word, title, status, device, role, true])
        })
        .collect();
    ensure!(cards == expected, "the cards are {cards:#}, not {expected:#}");
    Ok(())
}
