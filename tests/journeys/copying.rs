//! What is copied, as another program reads it from the clipboard.

mod read;

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::TENANT_NAME;
use droptrace_tests::{App, Stage, journey};
use serde_json::{Value, json};

use self::read::{Markdown, rows_of};
use crate::practice::{asked_again, close_the_guide, drop_practice_files, given, practice_file};

/// Two of the practice files; the person may see three alerts of the first, and none of the second,
/// whose name a spreadsheet would take for a formula.
const SCRIPT: &str = "week 32 update.txt";
const FORCE: &str = "--force.log";

/// A file of the story of which only the digest is known; its alerts name a domain and an address.
const LABEL_TOOL: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";

const TITLES: [&str; 3] = [
    "Hidden script was started by a script host",
    "Workbook starts a script host",
    "Script starts again at each sign-in",
];
/// More entries than a menu has.
const MOST_ENTRIES: usize = 12;
const MARA: &str = "mara.lindqvist@fernhill-logistics.example";

#[tokio::test(flavor = "multi_thread")]
async fn each_copy_is_what_it_says() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant_with(asked_again()).await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &[SCRIPT, FORCE]).await?;
        let sha1 = practice_file(stage, SCRIPT)?.sha1;
        app.choose(SCRIPT).await?;
        app.see_count("alert", TITLES.len()).await?;
        close_the_guide(&app).await?;
        let alerts = given(&tenant, &sha1).await?;

        copy_an_item(stage, &app, &sha1, &alerts).await?;
        copy_an_alert(stage, &app, &sha1, &alerts).await?;
        copy_evidence(stage, &app).await?;
        copy_the_note(stage, &app, &sha1).await?;
        copy_what_has_no_alerts(stage, &app).await?;
        copy_a_domain(stage, &app).await
    })
    .await
}

/// By the keyboard alone.
async fn copy_an_item(stage: &Stage, app: &App, sha1: &str, alerts: &[String]) -> Result<()> {
    app.window().press("shift+c").await?;
    app.see("choose-copy.csv").await?;
    app.is_accessible().await?;
    app.pictures(
        "73-copy-menu",
        "What can be copied of a file, and in which form. Everything is in reach of the keyboard.",
    )
    .await?;
    app.window().press("Escape").await?;
    app.see_gone("choose-copy.csv").await?;
    app.see_focus("copy-item").await?;

    assert_eq!(copy_by_keys(stage, app, "copy.sha1", "Copied: SHA-1").await?, sha1);

    let markdown = Markdown::of(
        &copy_by_keys(stage, app, "copy.markdown", "Copied: Markdown, addresses defanged").await?,
    )?;
    assert_eq!(markdown.headings.first().map(String::as_str), Some(SCRIPT));
    let headings: Vec<String> = TITLES.iter().map(|title| format!("Alert: {title}")).collect();
    assert_eq!(markdown.headings[1..], headings);
    for text in [
        "Practice tenant: nothing in this report is real.",
        sha1,
        "T1059.001 Command and Scripting Interpreter: PowerShell",
        "hxxp://schedule-update[.]example/w32?depot=fernhill&part=2",
        "203[.]0[.]113[.]77",
    ] {
        markdown.says(text)?;
    }
    ensure!(!markdown.text.contains("http://"), "an address is live: {}", markdown.text);

    let json =
        copy_by_keys(stage, app, "copy.json", "Copied: JSON, with every alert as it came").await?;
    let item: Value = serde_json::from_str(&json)?;
    assert_eq!(item["realm"], "practice");
    assert_eq!(item["name"], SCRIPT);
    assert_eq!(item["sha1"], sha1);
    assert_eq!(item["answer"]["complete"], true);
    assert_eq!(item["answer"]["account"], MARA);
    assert_eq!(item["answer"]["tenant"], TENANT_NAME);
    assert_eq!(item["answer"]["alerts"].as_array().map(Vec::len), Some(alerts.len()));
    for alert in alerts {
        ensure!(json.contains(alert), "not as it came: {alert}");
    }

    let csv =
        copy_by_keys(stage, app, "copy.csv", "Copied: CSV, a row each, with a header").await?;
    let rows = rows_of(&csv)?;
    let titles: Vec<&Value> = rows.iter().map(|row| &row["title"]).collect();
    assert_eq!(titles, TITLES);
    for row in &rows {
        for (name, text) in
            [("realm", "practice"), ("fileName", SCRIPT), ("sha1", sha1), ("answer", "complete")]
        {
            assert_eq!(row[name], text, "{name}");
        }
    }
    Ok(())
}

/// From the menu of the first card.
async fn copy_an_alert(stage: &Stage, app: &App, sha1: &str, alerts: &[String]) -> Result<()> {
    let menu = "alert[aria-posinset=\"1\"] copy-alert";
    let raw = alerts.iter().find(|alert| alert.contains(TITLES[0])).context("no such alert")?;
    let alert: Value = serde_json::from_str(raw)?;
    // Whom the alert is about is known once it is open.
    app.press("alert[aria-posinset=\"1\"] all-fields").await?;
    app.see("alert-detail").await?;
    for (id, said, expected) in [
        ("copy.title", "Copied: Title", TITLES[0]),
        ("copy.id", "Copied: Alert id", alert["id"].as_str().context("no id")?),
        ("copy.device", "Copied: Device", alert["computerDnsName"].as_str().context("no device")?),
        ("copy.user", "Copied: User", "FERNHILL\\i.caldera"),
    ] {
        assert_eq!(copy(stage, app, menu, id, said).await?, expected);
    }

    let csv = copy(stage, app, menu, "copy.csv", "Copied: CSV, one row, with a header").await?;
    let rows = rows_of(&csv)?;
    let [row] = &*rows else { anyhow::bail!("{} rows", rows.len()) };
    for (name, text) in [
        ("realm", "practice"),
        ("sha1", sha1),
        ("account", MARA),
        ("severity", "High"),
        ("title", TITLES[0]),
        ("techniques", "T1059.001 T1564.003 T1105"),
        ("role", "a file (Detected)"),
    ] {
        assert_eq!(row[name], text, "{name}");
    }
    assert_eq!(row["alertId"], alert["id"]);
    assert_eq!(row["lastActivity"], alert["lastEventTime"]);

    let json =
        copy(stage, app, menu, "copy.json", "Copied: JSON, as it came, marked as practice").await?;
    ensure!(json.contains(raw), "not as it came: {json}");
    assert_eq!(serde_json::from_str::<Value>(&json)?["realm"], "practice");

    let markdown = "Copied: Markdown, addresses defanged";
    let markdown = Markdown::of(&copy(stage, app, menu, "copy.markdown", markdown).await?)?;
    assert_eq!(markdown.headings, [format!("Alert: {}", TITLES[0])]);
    markdown.says("Practice tenant: nothing in this report is real.")?;
    markdown.says("hxxp://schedule-update[.]example/w32")
}

/// An address is copied defanged, and live only by an entry of its own.
async fn copy_evidence(stage: &Stage, app: &App) -> Result<()> {
    for (kind, defanged, live) in [
        (
            "Url",
            "hxxp://schedule-update[.]example/w32?depot=fernhill&part=2",
            "http://schedule-update.example/w32?depot=fernhill&part=2",
        ),
        ("Ip", "203[.]0[.]113[.]77", "203.0.113.77"),
    ] {
        copy_address(stage, app, kind, defanged, live).await?;
    }
    let menu = menu_of(app, "Process").await?;
    let line = copy(stage, app, &menu, "copy.commandLine", "Copied: Command line").await?;
    ensure!(line.starts_with("scripthost.exe  /q \""), "{line:?}");
    let csv = copy(stage, app, &menu, "copy.csv", "Copied: CSV, one row, with a header").await?;
    assert_eq!(rows_of(&csv)?[0]["commandLine"], line);

    // This one has an address in it.
    let look = r#"
        const lines = shown('[data-testid="evidence-row"]').filter((each) => /hxxp|http:/.test(
            each.querySelector('[data-testid="command-line"]')?.innerText));
        return lines.length === 1 && { index: lines[0].getAttribute("aria-rowindex") }"#;
    let row = app.until("the row with the long command line is there", look, json!(null)).await?;
    let row =
        format!("evidence-row[aria-rowindex=\"{}\"]", row["index"].as_str().context("no row")?);
    let menu = format!("{row} copy-evidence");
    let said = "Copied: Command line, addresses defanged";
    let line = copy(stage, app, &menu, "copy.commandLine", said).await?;
    ensure!(
        line.contains("hxxp://schedule-update[.]example/w32") && !line.contains("http:"),
        "{line}"
    );
    let said = "Copied: Command line, live, exact, not defanged";
    let exact = copy(stage, app, &menu, "copy.commandLineExact", said).await?;
    ensure!(
        exact.contains("\"http://schedule-update.example/w32?depot=fernhill&part=2\""),
        "{exact}"
    );
    app.press_named(&format!("{row} command-line"), "Copy defanged: the command line").await?;
    app.see_text(&format!("{row} command-line"), "Copied").await?;
    assert_eq!(stage.copied().await?, line);
    Ok(())
}

/// Both ways to copy the address of the only row of this kind.
async fn copy_address(
    stage: &Stage,
    app: &App,
    kind: &str,
    defanged: &str,
    live: &str,
) -> Result<()> {
    let menu = menu_of(app, kind).await?;
    app.press(&menu).await?;
    let first = app.read("choose-copy.address").await?;
    ensure!(first.contains("defanged"), "the first entry says {first:?}");
    app.window().press("Escape").await?;
    app.see_gone("choose-copy.address").await?;

    let copied = copy(stage, app, &menu, "copy.address", "Copied: Address, defanged").await?;
    assert_eq!(copied, defanged);
    let said = "Copied: Address, live, exact, not defanged";
    assert_eq!(copy(stage, app, &menu, "copy.addressExact", said).await?, live);
    Ok(())
}

/// The menu of the first row of evidence of this kind.
async fn menu_of(app: &App, kind: &str) -> Result<String> {
    let look = r#"
        const kindOf = (row) => row.querySelector('[role="cell"] bdi')?.innerText;
        const row = shown('[data-testid="evidence-row"]').find((each) => kindOf(each) === given);
        row?.scrollIntoView({ block: "center" });
        return row && { index: row.ariaRowIndex ?? row.getAttribute("aria-rowindex") }"#;
    let row = app.until(&format!("a row of the kind {kind} is there"), look, json!(kind)).await?;
    let index = row["index"].as_str().context("no index")?;
    Ok(format!("evidence-row[aria-rowindex=\"{index}\"] copy-evidence"))
}

/// Plain sentences, which promise nothing.
async fn copy_the_note(stage: &Stage, app: &App, sha1: &str) -> Result<()> {
    let note = copied_note(stage, app).await?;
    ensure!(note.starts_with("Practice tenant: nothing in this note is real.\n"), "{note}");
    let host = format!("127.0.0.1 answered {MARA}");
    let asked = format!("Asked about the file {SCRIPT} (");
    let digest = format!("SHA-1 {sha1}.");
    for part in [
        asked.as_str(),
        &digest,
        &host,
        &format!("of the tenant {TENANT_NAME} on 20"),
        "The answer is complete.",
        &format!("3 alerts visible to {MARA}: 2 high, 1 medium."),
        "There may be others that this account does not see.",
        "3 of them are open; the highest severity of an open one is high.",
        "On 1 device: fh-ws-0114.fernhill-logistics.example.",
        "In it the file is a file (Detected).",
    ] {
        ensure!(note.contains(part), "{part:?} is not in {note}");
    }
    for (number, title) in (1..).zip(TITLES) {
        let begins = format!("{number}. ");
        let line = note.lines().find(|line| line.starts_with(&begins));
        ensure!(
            line.is_some_and(|line| line.contains(title)),
            "{title:?} is not {number}. in {note}"
        );
    }
    promises_nothing(&note)
}

/// A file of which the person sees no alert, whose name looks like a formula.
async fn copy_what_has_no_alerts(stage: &Stage, app: &App) -> Result<()> {
    app.choose(FORCE).await?;
    app.see("none-visible").await?;
    let note = copied_note(stage, app).await?;
    for part in [
        &format!("No alerts visible to {MARA} as of 20"),
        "This says nothing about the file itself",
        "on devices that this account does not see",
    ] {
        ensure!(note.contains(part), "{part:?} is not in {note}");
    }
    promises_nothing(&note)?;
    let csv =
        copy_by_keys(stage, app, "copy.csv", "Copied: CSV, a row each, with a header").await?;
    let rows = rows_of(&csv)?;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["fileName"], format!("'{FORCE}"));
    assert_eq!(rows[0]["answer"], "complete");
    assert_eq!(copy_by_keys(stage, app, "copy.name", "Copied: Name").await?, FORCE);
    Ok(())
}

/// A domain without a scheme, and an address of the newer kind.
async fn copy_a_domain(stage: &Stage, app: &App) -> Result<()> {
    let copied = stage.copy(LABEL_TOOL).await?;
    app.press("paste").await?;
    app.see_state(LABEL_TOOL, "alerted").await?;
    drop(copied);
    app.choose(LABEL_TOOL).await?;
    let look = r#"
        const title = "Label tool asks an unknown name server";
        const cards = shown('[data-testid="alert"]');
        const card = cards.find((each) => each.querySelector("h3").innerText === title);
        return card && { place: card.getAttribute("aria-posinset") }"#;
    let card = app.until("the alert is there", look, json!(null)).await?;
    let card = card["place"].as_str().context("no place")?;
    app.press(&format!("alert[aria-posinset=\"{card}\"] all-fields")).await?;
    copy_address(stage, app, "Url", "xk3q9v[.]example", "xk3q9v.example").await?;
    copy_address(stage, app, "Ip", "2001[:]db8[:]41[:][:]7", "2001:db8:41::7").await
}

async fn copied_note(stage: &Stage, app: &App) -> Result<String> {
    app.see_text("copy-triage-note", "Copy triage note").await?;
    app.press("copy-triage-note").await?;
    app.see_text("copy-triage-note", "Copied").await?;
    stage.copied().await
}

/// Nobody may take from it that all is well.
fn promises_nothing(note: &str) -> Result<()> {
    let words: Vec<String> =
        note.split(|character: char| !character.is_alphanumeric()).map(str::to_lowercase).collect();
    for promise in ["clean", "safe", "harmless", "benign", "fine"] {
        ensure!(!words.iter().any(|word| word == promise), "it says {promise:?}: {note}");
    }
    Ok(())
}

/// Chooses an entry of a menu, waits until this is said, and returns what another program finds.
async fn copy(stage: &Stage, app: &App, menu: &str, id: &str, said: &str) -> Result<String> {
    is_quiet(app).await?;
    app.press(menu).await?;
    app.press(&format!("choose-{id}")).await?;
    is_copied(stage, app, said).await
}

/// The same from the item's menu, by the keyboard.
async fn copy_by_keys(stage: &Stage, app: &App, id: &str, said: &str) -> Result<String> {
    is_quiet(app).await?;
    app.window().press("shift+c").await?;
    let entry = format!("choose-{id}");
    app.see(&entry).await?;
    let look = r#"
        const focused = document.activeElement?.dataset.testid ?? "";
        return focused.startsWith("choose-") && focused !== given.before && { focused }"#;
    let mut before = String::new();
    for _ in 0..MOST_ENTRIES {
        let found = app.until("an entry has the focus", look, json!({ "before": before })).await?;
        found["focused"].as_str().context("no entry")?.clone_into(&mut before);
        app.shows_focus().await?;
        if before == entry {
            break;
        }
        app.window().press("Down").await?;
    }
    assert_eq!(before, entry);
    app.window().press("Return").await?;
    let copied = is_copied(stage, app, said).await;
    app.see_focus("copy-item").await?;
    copied
}

/// What was said before is over, so that what is said next is about this copy.
async fn is_quiet(app: &App) -> Result<()> {
    let look = "return document.querySelector('[data-testid=\"said\"]')?.textContent === ''";
    app.until("nothing is said", look, json!(null)).await.map(drop)
}

async fn is_copied(stage: &Stage, app: &App, said: &str) -> Result<String> {
    // It is said for three seconds.
    let look =
        "return document.querySelector('[data-testid=\"said\"]')?.textContent.trim() === given";
    app.until(&format!("{said:?} is said"), look, json!(said)).await?;
    stage.copied().await
}
