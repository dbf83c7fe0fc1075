//! Thousands of rows of evidence, of which a window is drawn.

use anyhow::{Context as _, Result, ensure};
use droptrace_tests::{App, journey};
use serde_json::{Value, json};

use super::{alerts_of, keep_in_view};
use crate::practice::{asked_again, close_the_guide, drop_practice_files, practice_file};

const ROW: &str = include_str!("row.js");

/// More elements than a window of rows has, and far fewer than thousands of rows have.
const MOST_ELEMENTS: u64 = 4_000;
/// More rows than a window of them has.
const MOST_ROWS: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_rows_of_evidence_come_and_go() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant_with(asked_again()).await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["delivery archive"]).await?;
        app.choose("delivery archive").await?;
        app.see("alert").await?;
        close_the_guide(&app).await?;
        let sha1 = practice_file(stage, "delivery archive")?.sha1;
        let alerts = alerts_of(&tenant, &sha1).await?;
        let alert = alerts.first().context("no alert")?;
        let evidence = alert["evidence"].as_array().context("no evidence")?;
        assert_eq!(evidence.len(), 3_003);
        let last = evidence.last().and_then(|row| row["fileName"].as_str()).context("no name")?;

        app.press("all-fields").await?;
        let first = see_row(&app, 0, None).await?;
        assert_eq!(first["ours"], "true");
        let text = first["text"].as_str().context("no text")?;
        ensure!(text.contains("delivery archive.csv") && text.contains("this file"), "{text}");
        ensure!(see_row(&app, 1, None).await?["ours"] == "false", "another row is ours");
        app.is_accessible().await?;
        keep_in_view(&app, "evidence").await?;
        app.pictures(
            "71-evidence",
            "An alert with 3,003 rows of evidence: the row of this file stands first, and only the \
             rows around what is in view are drawn.",
        )
        .await?;

        choose_kinds(&app).await?;
        let end = evidence.len() - 1;
        let row = see_row(&app, end, Some(1.0)).await?;
        let text = row["text"].as_str().context("no text")?;
        ensure!(text.contains(last), "the last row is {text:?}");
        see_row(&app, end / 2, Some(0.5)).await?;
        Ok(())
    })
    .await
}

/// Waits until the row of evidence at this place is in view, and returns it; `scroll` is where in
/// the whole to look for it. Only a window of all rows is drawn then.
async fn see_row(app: &App, place: usize, scroll: Option<f64>) -> Result<Value> {
    let given = json!({ "place": place, "scroll": scroll });
    let row = app.until(&format!("row {place} is in view"), ROW, given).await?;
    ensure!(row["drawn"].as_u64() < Some(MOST_ROWS), "{} rows are drawn", row["drawn"]);
    ensure!(row["elements"].as_u64() < Some(MOST_ELEMENTS), "{} elements", row["elements"]);
    Ok(row)
}

/// Only rows of one kind, by the keys and by the mouse.
async fn choose_kinds(app: &App) -> Result<()> {
    let kinds = app.read_all("evidence-kind").await?;
    let kinds: Vec<String> =
        kinds.iter().map(|kind| kind.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(kinds, ["Process 1", "User 1", "File 3,001"]);

    app.press("evidence-all").await?;
    for (key, rows, text) in [("Right", 2, "practiceshell.exe"), ("Right", 2, "i.caldera")] {
        app.window().press(key).await?;
        app.window().press("Return").await?;
        app.see(&format!("evidence-table[aria-rowcount=\"{rows}\"]")).await?;
        app.see_count("evidence-row", rows - 1).await?;
        app.see_text("evidence-row", text).await?;
        app.shows_focus().await?;
    }
    app.press("evidence-kind:last-of-type").await?;
    app.see("evidence-table[aria-rowcount=\"3002\"]").await?;
    app.see_text("evidence-row[aria-rowindex=\"2\"][data-ours=\"true\"]", "delivery archive.csv")
        .await?;
    app.press("evidence-all").await?;
    app.see("evidence-table[aria-rowcount=\"3004\"]").await
}
