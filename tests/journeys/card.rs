//! The whole card: all that the API gave, thousands of rows of evidence, the raw text, the portal.

mod evidence;
mod fields;

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{PracticeTenant, TENANT_ID, TENANT_NAME};
use droptrace_tests::{App, Stage, journey};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use self::fields::{Texts, in_utc};
use crate::practice::{
    Card, asked_again, close_the_guide, drop_practice_files, given, practice_file, see_cards,
};

const EVERYTHING: &str = include_str!("card/everything.js");
const NOTHING: &str = include_str!("card/nothing.js");
const RAW: &str = include_str!("card/raw.js");
const TIMES: &str = include_str!("card/times.js");

/// What the script has for the analyst of the workstations, in its order.
const OF_THE_SCRIPT: [Card; 3] = [
    Card {
        severity: ["high", "High"],
        title: "Hidden script was started by a script host",
        status: "In progress",
        device: "fh-ws-0114 · Workstations",
        role: "This file: file, there week 32 update.ps1 in \
               C:\\Users\\i.caldera\\AppData\\Roaming\\Depot, Detected",
    },
    Card {
        severity: ["high", "High"],
        title: "Workbook starts a script host",
        status: "In progress",
        device: "fh-ws-0114 · Workstations",
        role: "This file: file, there week 32 update.ps1 in \
               C:\\Users\\i.caldera\\AppData\\Roaming\\Depot, Detected",
    },
    Card {
        severity: ["medium", "Medium"],
        title: "Script starts again at each sign-in",
        status: "New",
        device: "fh-ws-0114 · Workstations",
        role: "This file: file, there week 32 update.ps1 in \
               C:\\Users\\i.caldera\\AppData\\Roaming\\Depot, Detected",
    },
];

/// A zone that never turns its clocks.
const ZONE: (&str, &str) = ("TZ", "Asia/Kolkata");
const OFFSET: &str = "+05:30";

#[tokio::test(flavor = "multi_thread")]
async fn the_card_tells_all_that_the_api_gave() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant_with(asked_again()).await?;
        let app = stage.open_app_with(&[ZONE]).await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["week 32 update", "Tourenplan"]).await?;
        app.choose("week 32 update").await?;
        see_cards(&app, &OF_THE_SCRIPT).await?;
        close_the_guide(&app).await?;
        let sha1 = practice_file(stage, "week 32 update")?.sha1;
        let alerts = alerts_of(&tenant, &sha1).await?;
        read_one_card(stage, &app, &alerts).await?;
        read_the_raw_text(stage, &app, &alerts).await?;
        change_the_zone(&app).await?;
        read_all_fields(&app, &alerts, &sha1).await?;
        open_the_pages(stage, &app, &tenant, &alerts, &sha1).await?;

        // A row whose address is null.
        app.choose("Tourenplan").await?;
        let sha1 = practice_file(stage, "Tourenplan")?.sha1;
        read_all_fields(&app, &alerts_of(&tenant, &sha1).await?, &sha1).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_nowhere_called_null() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant_with(asked_again()).await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        // Files of the story without practice files: an alert whose category is the word null, and
        // one with a hidden character in its description.
        for sha1 in
            ["1dafd0b0ee780e63deb1d0959d2f79a3ec031a6b", "6532ec91d513acc05f43ee0aa3002599729fd3e1"]
        {
            let _copied = stage.copy(sha1).await?;
            app.press("paste").await?;
            app.see_state(sha1, "alerted").await?;
            app.choose(sha1).await?;
            read_all_fields(&app, &alerts_of(&tenant, sha1).await?, sha1).await?;
        }
        Ok(())
    })
    .await
}

/// The alerts of a file as the tenant gives them. Written down again, each is what came, for the
/// tenant puts no white space between its tokens.
async fn alerts_of(tenant: &PracticeTenant, sha1: &str) -> Result<Vec<Value>> {
    let mut alerts = Vec::new();
    for came in given(tenant, sha1).await? {
        let alert: Value = serde_json::from_str(&came)?;
        let again = alert.to_string();
        ensure!(again == came, "{again} is not {came}");
        alerts.push(alert);
    }
    Ok(alerts)
}

/// The alert among these that has this title.
fn titled<'a>(alerts: &'a [Value], title: &str) -> Result<&'a Value> {
    let mut found = alerts.iter().filter(|alert| alert["title"] == title);
    found.next().with_context(|| format!("no alert {title:?}"))
}

async fn read_one_card(stage: &Stage, app: &App, alerts: &[Value]) -> Result<()> {
    let alert = titled(alerts, OF_THE_SCRIPT[0].title)?;
    let last = in_utc(alert["lastEventTime"].as_str().context("no time")?);
    app.see_text("alert[aria-posinset=\"1\"] alert-time", &last).await?;
    app.see_gone("alert-detail").await?;

    app.press("alert[aria-posinset=\"1\"] all-fields").await?;
    for (place, text) in [
        ("what", "Look at the command line: where the script came from, what it was to read"),
        ("what", "Detected by"),
        ("where", "ebbdbd1cf957ce9fd15c61f5f781ea6b8e8d3177"),
        ("handling", "failed"),
        ("comments", "by mara.lindqvist@fernhill-logistics.example"),
        (
            "alert-provenance",
            &format!(
                "from 127.0.0.1 as mara.lindqvist@fernhill-logistics.example (tenant {TENANT_NAME})"
            ),
        ),
    ] {
        app.see_text(&format!("alert-detail {place}"), text).await?;
    }
    read_the_line_of_time(app).await?;
    read_the_techniques(stage, app).await?;
    app.is_accessible().await?;
    keep_in_view(app, "alert").await?;
    app.pictures(
        "70-card-expanded",
        "A whole card: what happened and by which technique, where and to whom, when, the evidence, \
         who deals with it, and from where it was read.",
    )
    .await
}

/// What happened when, and how long after what came before.
async fn read_the_line_of_time(app: &App) -> Result<()> {
    let look = r#"
        const points = shown('[data-testid="when"] [data-moment]');
        return points.length === 5 && points.map((each) =>
            [each.dataset.moment, each.lastElementChild.innerText])"#;
    let line = app.until("the line of time is there", look, json!(null)).await?;
    let (first, others) = line.as_array().and_then(|all| all.split_first()).context("no points")?;
    assert_eq!(first[0], "firstEvent");
    let expected = json!([
        ["lastEvent", "after 1 h 53 min"],
        ["created", "1 h 50 min before"],
        ["updated", "after 3 h 40 min"],
        ["resolved", "not resolved"],
    ]);
    ensure!(json!(others) == expected, "the line of time is {others:?}");
    Ok(())
}

/// The techniques with their names and tactics. A link leads to a page by way of the app alone.
async fn read_the_techniques(stage: &Stage, app: &App) -> Result<()> {
    let look = r#"
        const techniques = shown('[data-testid="what"] li');
        return techniques.length === 3 && techniques.map((each) => each.innerText.replace(/\s+/g, " ").trim())"#;
    let techniques = app.until("the techniques are there", look, json!(null)).await?;
    let expected = [
        "T1059.001 Command and Scripting Interpreter: PowerShell (Execution)",
        "T1564.003 Hide Artifacts: Hidden Window (Defense Evasion)",
        "T1105 Ingress Tool Transfer (Command and Control)",
    ];
    ensure!(techniques == json!(expected), "the techniques are {techniques:#}");
    app.press("open-technique").await?;
    assert_eq!(stage.link().await?, "https://attack.mitre.org/techniques/T1059/001/");
    let look = "return { links: document.querySelectorAll('a[href], area[href]').length }";
    let links = app.until("the links are counted", look, json!(null)).await?;
    ensure!(links["links"] == 0, "the page has links of its own");
    Ok(())
}

/// What is shown as the raw text, and what is copied as JSON, is what came.
async fn read_the_raw_text(stage: &Stage, app: &App, alerts: &[Value]) -> Result<()> {
    #[derive(Deserialize)]
    struct Copied {
        realm: String,
        given: Box<RawValue>,
    }

    let came = titled(alerts, OF_THE_SCRIPT[0].title)?.to_string();
    app.press("alert[aria-posinset=\"1\"] raw-toggle").await?;
    let lines = app.until("the raw text has been read", RAW, json!(null)).await?;
    let lines: Vec<String> = serde_json::from_value(lines)?;
    let shown: Value = serde_json::from_str(&lines.join("\n")).context("the raw text")?;
    let text = shown.to_string();
    ensure!(text == came, "the raw text is {shown:#}");

    app.press_named("alert[aria-posinset=\"1\"] alert-detail", "Copy as JSON").await?;
    app.see_text("alert[aria-posinset=\"1\"] alert-detail", "Copied").await?;
    let copied: Copied = serde_json::from_str(&stage.copied().await?)?;
    assert_eq!(copied.realm, "practice");
    assert_eq!(copied.given.get(), came);

    let look = r#"
        const raw = shown('[data-testid="raw"]')[0];
        raw.scrollTop = 0;
        return raw.innerText.includes('"severity"')"#;
    app.until("the raw text is at its beginning", look, json!(null)).await?;
    app.is_accessible().await?;
    keep_in_view(app, "raw").await?;
    app.pictures(
        "72-raw",
        "The alert exactly as it came, set in lines: nothing is left out, and nothing is written in \
         another way.",
    )
    .await?;
    app.press("alert[aria-posinset=\"1\"] raw-toggle").await?;
    app.see_gone("raw").await
}

/// One key changes all times on the page, and changes them back.
async fn change_the_zone(app: &App) -> Result<()> {
    for (turn, offset) in ["Z", OFFSET, "Z"].into_iter().enumerate() {
        if turn > 0 {
            app.window().press("u").await?;
        }
        let given = json!({ "offset": offset, "least": 12 });
        app.until(&format!("all times are in {offset}"), TIMES, given).await?;
        app.see_text("alert-provenance", &format!("{offset} from")).await?;
    }
    Ok(())
}

/// Opens every card and everything in it: nothing is missing, and nothing reads like the lack of a
/// value.
async fn read_all_fields(app: &App, alerts: &[Value], sha1: &str) -> Result<()> {
    app.see_count("alert", alerts.len()).await?;
    for card in 1..=alerts.len() {
        let place = format!("alert[aria-posinset=\"{card}\"]");
        if app.read_all(&format!("{place} alert-detail")).await?.is_empty() {
            // By the keyboard: what stands above the button takes its height as it comes into view.
            let look = r"
                const button = shown(given)[0];
                button?.focus();
                return button !== undefined && document.activeElement === button";
            let button = format!("[aria-posinset=\"{card}\"] [data-testid=\"all-fields\"]");
            app.until(&format!("card {card} has the focus"), look, json!(button)).await?;
            app.window().press("Return").await?;
        }
        let id = app.read(&format!("{place} handling")).await?;
        let alert = alerts
            .iter()
            .find(|alert| alert["id"].as_str().is_some_and(|known| id.contains(known)))
            .with_context(|| format!("no alert of {id:?}"))?;
        let rows = alert["evidence"].as_array().map(Vec::len);
        let given = json!({ "card": card, "rows": rows });
        let texts = app.until(&format!("card {card} is open"), EVERYTHING, given).await?;
        let texts: Texts = serde_json::from_value(texts)?;
        texts.tell_all_of(alert, sha1)?;
    }
    let nothing = app.until("the page is read", NOTHING, json!(null)).await?;
    ensure!(nothing["texts"].as_u64() > Some(200), "too little is read: {nothing}");
    ensure!(nothing["found"] == json!([]), "the page says {}", nothing["found"]);
    Ok(())
}

/// Each button leads to the practice tenant's own page of the very thing.
async fn open_the_pages(
    stage: &Stage,
    app: &App,
    tenant: &PracticeTenant,
    alerts: &[Value],
    sha1: &str,
) -> Result<()> {
    let alert = titled(alerts, OF_THE_SCRIPT[0].title)?;
    let text = |name: &str| alert[name].as_str().with_context(|| format!("no {name}"));
    let portal = format!("http://127.0.0.1:{}", tenant.addresses().portal);
    let browser = stage.browser().await?;
    for (button, path, heading) in [
        (
            "alert[aria-posinset=\"1\"] open-alert",
            format!("alerts/{}", text("id")?),
            text("title")?,
        ),
        (
            "alert[aria-posinset=\"1\"] open-incident",
            format!("incidents/{}", alert["incidentId"]),
            "From a schedule workbook to the file server",
        ),
        (
            "alert[aria-posinset=\"1\"] open-device",
            format!("machines/v2/{}", text("machineId")?),
            text("computerDnsName")?,
        ),
        ("open-file", format!("file/{sha1}/"), "week 32 update.ps1"),
    ] {
        app.press(button).await?;
        let link = stage.link().await?;
        assert_eq!(link, format!("{portal}/{path}?tid={TENANT_ID}"));
        browser.open(&link).await?;
        browser.see_heading(heading).await?;
    }
    browser.close().await
}

/// Scrolls to a place now and whenever the window has another size, so that each picture shows it.
async fn keep_in_view(app: &App, place: &str) -> Result<()> {
    let look = r#"
        const place = shown(`[data-testid="${given}"]`)[0];
        const show = () => place.scrollIntoView({ block: "start" });
        place && addEventListener("resize", show);
        place && show();
        return place !== undefined"#;
    app.until(&format!("{place} is in view"), look, json!(place)).await.map(drop)
}
