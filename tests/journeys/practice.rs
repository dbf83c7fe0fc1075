//! The practice files on the disk, and the alerts that they have.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{PracticeTenant, Settings, practice_files, write_practice_files};
use droptrace_tests::{App, Stage};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

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

/// Writes the practice files, and drags those over whose names contain these texts.
pub(crate) async fn drop_practice_files(stage: &Stage, app: &App, names: &[&str]) -> Result<()> {
    let mut paths = Vec::new();
    for name in names {
        paths.push(practice_file(stage, name)?.path);
    }
    stage.drop_files(app, &paths).await
}

/// Closes the guide, which would stand in every picture; once nothing moves any more.
pub(crate) async fn close_the_guide(app: &App) -> Result<()> {
    app.press("guide-close").await?;
    app.see_gone("guide").await
}

/// The settings of a tenant of which [`given`] can be asked.
pub(crate) fn asked_again() -> Settings {
    Settings { keep_requests: true, ..Settings::default() }
}

/// The alerts of a file that the tenant gives to whoever has signed in last, each exactly as it
/// stands in the answer.
pub(crate) async fn given(tenant: &PracticeTenant, sha1: &str) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Answer {
        value: Vec<Box<RawValue>>,
    }

    let granted = tenant.granted();
    let token = granted.iter().rev().find_map(|response| response["access_token"].as_str());
    let token = token.context("the tenant gave out no token, or did not keep it")?;
    let link = format!("http://127.0.0.1:{}/api/files/{sha1}/alerts", tenant.addresses().api);
    let browser = reqwest::Client::builder().no_proxy().build()?;
    let answer = browser.get(link).bearer_auth(token).send().await?.error_for_status()?;
    let answer: Answer = serde_json::from_str(&answer.text().await?)?;
    Ok(answer.value.iter().map(|alert| alert.get().to_owned()).collect())
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
            /Z$/.test(text(card, '[data-testid="alert-time"]')),
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
