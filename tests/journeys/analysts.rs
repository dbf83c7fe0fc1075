//! Two analysts, the same files, and what each of them may see.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{PracticeTenant, TENANT_ID, TENANT_NAME};
use droptrace_tests::{App, Browser, Drag, Stage, Theme, journey};
use serde_json::json;

use crate::practice::{Card, practice_file, see_cards};

/// What the workbook has for the analyst of the workstations, in its order.
const ON_WORKSTATIONS: [Card; 4] = [
    Card {
        severity: ["high", "High"],
        title: "Workbook starts a script host",
        status: "In progress",
        device: "fh-ws-0114 · Workstations",
        role: "This file: file, there Driver schedule week 32.xlsm in \
               C:\\Users\\i.caldera\\Downloads, Detected",
    },
    Card {
        severity: ["medium", "Medium"],
        title: "Workbook opened on a second computer",
        status: "New",
        device: "fh-ws-0132 · Workstations",
        role: "This file: file, there Driver schedule week 32.xlsm in \
               C:\\Users\\e.sharpe\\Downloads, Detected",
    },
    BY_MAIL,
    Card {
        severity: ["informational", "Informational"],
        title: "TrojanDownloader:O97M/Practice.A was prevented",
        status: "Resolved",
        device: "fh-ws-0121 · Workstations",
        role: "This file: file, there Driver schedule week 32.xlsm in \
               C:\\Users\\b.halvorsen\\Downloads, Prevented; file, there Driver schedule week 32 \
               (1).xlsm in C:\\Users\\b.halvorsen\\Downloads, Prevented",
    },
];

/// What the same workbook has for the analyst of the servers.
const ON_SERVERS: [Card; 2] = [
    BY_MAIL,
    Card {
        severity: ["low", "Low"],
        title: "Workbook written to a share by many people",
        status: "In progress",
        device: "fh-srv-file01 · Servers",
        role: "This file: file, there Driver schedule week 32.xlsm in E:\\Shares\\Dispatch, Detected",
    },
];

/// Everybody sees it, since it is on no device.
const BY_MAIL: Card = Card {
    severity: ["medium", "Medium"],
    title: "Mail with a harmful workbook was delivered",
    status: "New",
    device: "no device named",
    role: "This file: file, there Driver schedule week 32.xlsm in C:\\Users\\i.caldera\\Downloads, \
           Detected",
};

/// Ids and names that only the analyst of the workstations may see.
const ONLY_ON_WORKSTATIONS: [&str; 9] = [
    "da639171083977220239_-1982749984",
    "ebbdbd1cf957ce9fd15c61f5f781ea6b8e8d3177",
    "fh-ws-0114",
    "fh-ws-0121",
    "fh-ws-0132",
    "Workbook starts a script host",
    "Workbook opened on a second computer",
    "TrojanDownloader:O97M/Practice.A was prevented",
    "mara.lindqvist",
];

#[tokio::test(flavor = "multi_thread")]
async fn two_analysts_drop_the_same_files_and_see_their_own_alerts() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;

        sign_in_as_the_workstations_analyst(stage, &app).await?;
        let files = ask_for_practice_files(stage, &app).await?;
        drop_them(&app, &files).await?;
        read_the_alerts(&app).await?;
        read_what_no_alert_means(&app).await?;
        open_the_portal(stage, &app, &tenant).await?;

        sign_out(&app).await?;
        sign_in_as_the_servers_analyst(stage, &app).await?;
        see_other_alerts(stage, &app, &files).await
    })
    .await
}

async fn sign_in_as_the_workstations_analyst(stage: &Stage, app: &App) -> Result<()> {
    app.press("try-practice").await?;
    let link = stage.link().await?;
    app.see_text("sign-in-screen", "Choose an analyst in your browser").await?;
    see_practice(app).await?;
    app.is_accessible().await?;
    app.pictures(
        "03-signing-in",
        "Droptrace has opened the browser and waits for it. The link can be copied instead, and \
         the attempt can be cancelled.",
    )
    .await?;

    let browser = stage.browser().await?;
    browser.open(&link).await?;
    browser
        .picture(
            "04-sign-in-page",
            "The practice tenant's sign-in page in the browser: choose one of two analysts.",
        )
        .await?;
    choose_analyst(browser, "workstations").await?;

    app.see_text("account-name", "Mara Lindqvist").await?;
    assert_eq!(app.read("account-sees").await?, "sees Workstations");
    assert_eq!(app.read("account-tenant").await?, TENANT_NAME);
    see_practice(app).await?;
    app.is_accessible().await?;
    app.pictures(
        "06-signed-in",
        "Mara Lindqvist is signed in, and sees alerts of workstations. The striped band stays as \
         long as nothing is real.",
    )
    .await
}

async fn choose_analyst(browser: Browser, button: &str) -> Result<()> {
    browser.press(button).await?;
    browser.see_heading("Droptrace has the answer").await?;
    browser
        .picture("05-back-to-the-window", "The browser has brought the answer to Droptrace.")
        .await?;
    browser.close().await
}

async fn see_band(app: &App) -> Result<()> {
    app.see_text("practice-band", "Nothing here is real").await
}

/// The band, and the title in the window's frame.
async fn see_practice(app: &App) -> Result<()> {
    see_band(app).await?;
    app.window().is_titled("Droptrace: practice tenant").await
}

/// Presses the button, and returns the files in the folder that the system is asked to open.
async fn ask_for_practice_files(stage: &Stage, app: &App) -> Result<Vec<PathBuf>> {
    app.press("practice-files").await?;
    let folder = PathBuf::from(stage.link().await?);
    app.see_text("practice-folder", folder.to_str().context("an odd folder")?).await?;
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        files.push(file?.path());
    }
    // As they stand in a file manager.
    files.sort();
    Ok(files)
}

async fn drop_them(app: &App, files: &[PathBuf]) -> Result<()> {
    let drag = Drag::over(app.window(), files).await?;
    app.see_text("hovering", &format!("Drop {} files", files.len())).await?;
    app.picture("07-dragging", "Files are dragged over the window from another program.").await?;
    drag.drop().await?;

    app.see_gone("hovering").await?;
    let all = format!("item[aria-setsize=\"{}\"]", files.len());
    app.see(&all).await
}

async fn read_the_alerts(app: &App) -> Result<()> {
    app.see("count-alerted[data-count=\"7\"]").await?;
    app.see("count-noneVisible[data-count=\"7\"]").await?;
    app.see("count-skipped[data-count=\"1\"]").await?;
    app.see("count-alerts[data-count=\"13\"]").await?;

    app.choose("Driver schedule").await?;
    app.see_text("summary", "4 alerts visible to you, 3 open, highest open").await?;
    app.see_text("summary", "High, on fh-ws-0132").await?;
    app.see_text("summary", "Last activity").await?;
    see_cards(app, &ON_WORKSTATIONS).await?;
    app.see_text("provenance", "asked as mara.lindqvist@fernhill-logistics.example").await?;
    see_practice(app).await?;
    app.is_accessible().await?;
    app.pictures(
        "08-alerts",
        "Each alert of a file as a card: how severe, where, what the file is in it, and when.",
    )
    .await?;

    app.press("alert[aria-posinset=\"1\"] all-fields").await?;
    for text in [
        "Look at the command line, and ask whether the person knows the sender.",
        "da639171083977220239_-1982749984",
        "waits for somebody to approve its actions",
        "User Execution: Malicious File",
        "T1059.005",
        "Ines says the mail looked like the usual schedule from the depot.",
        "EXCEL.EXE",
    ] {
        see_field(app, 1, text).await?;
    }
    app.is_accessible().await?;
    app.pictures(
        "09-all-fields",
        "Behind “More” stands everything that Defender says about an alert: what, where, when, its \
         evidence, and how it is handled.",
    )
    .await
}

/// Waits until a text stands among all fields of a card, in view or further down.
async fn see_field(app: &App, card: usize, text: &str) -> Result<()> {
    let look = r#"
        const detail = `[aria-posinset="${given.card}"] [data-testid="alert-detail"]`;
        return shown(detail).some((each) => each.textContent.includes(given.text))"#;
    let given = json!({ "card": card, "text": text });
    app.until(&format!("{text:?} is among the fields"), look, given).await.map(drop)
}

/// A file without alerts is not called anything that it may not be.
async fn read_what_no_alert_means(app: &App) -> Result<()> {
    app.choose("leave request").await?;
    let text = app.read("none-visible").await?;
    for part in [
        "No alerts visible to you",
        "Defender does not know the file.",
        "no alert names it",
        "your device groups hide from you",
        "older than your tenant keeps them",
    ] {
        ensure!(text.contains(part), "{part:?} is not in {text:?}");
    }
    let page = app.everything().await?.to_lowercase();
    for word in ["clean", "harmless", "no threat"] {
        ensure!(!page.contains(word), "the page says {word:?}");
    }
    for theme in [Theme::Dark, Theme::Light] {
        app.set_theme(theme).await?;
        shows_no_green(app).await?;
    }
    app.is_accessible().await?;
    app.pictures(
        "10-none-visible",
        "A file without alerts that this analyst may see, with what that can mean. It does not say \
         that the file is harmless.",
    )
    .await
}

/// Green would say that all is well.
async fn shows_no_green(app: &App) -> Result<()> {
    let look = r##"
        const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
        const isGreen = (color) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = "#000";
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
            return alpha > 0 && green > red * 1.1 && green > blue * 1.1;
        };
        if (!isGreen("rgb(30, 130, 60)")) throw new Error("green is not told from other colours");
        const places = shown('[data-testid="detail"], [data-testid="detail"] *, [role="option"] *');
        const colors = ["color", "backgroundColor", "borderTopColor", "fill", "stroke"];
        const found = places.flatMap((place) => {
            const style = getComputedStyle(place);
            const green = colors.find((name) => style[name] !== "none" && isGreen(style[name]));
            return green ? [`${place.outerHTML.slice(0, 120)}: ${green} ${style[green]}`] : [];
        });
        return { places: places.length, found };"##;
    let result = app.until("the colours are known", look, json!(null)).await?;
    ensure!(result["places"].as_u64() > Some(20), "too little is shown: {result}");
    ensure!(result["found"] == json!([]), "green: {}", result["found"]);
    Ok(())
}

/// Every link leads to the practice tenant's own portal, on this computer.
async fn open_the_portal(stage: &Stage, app: &App, tenant: &PracticeTenant) -> Result<()> {
    app.choose("Driver schedule").await?;
    let sha1 = practice_file(stage, "Driver schedule")?.sha1;
    let port = tenant.addresses().portal;
    let mut links = Vec::new();
    app.press("alert[aria-posinset=\"1\"] all-fields").await?;
    for (button, path) in [
        ("alert[aria-posinset=\"1\"] open-alert", "alerts/da639171083977220239_-1982749984"),
        ("alert[aria-posinset=\"1\"] open-incident", "incidents/41207"),
        (
            "alert[aria-posinset=\"1\"] open-device",
            "machines/v2/ebbdbd1cf957ce9fd15c61f5f781ea6b8e8d3177",
        ),
        ("open-file", &format!("file/{sha1}/")),
    ] {
        app.press(button).await?;
        let link = stage.link().await?;
        assert_eq!(link, format!("http://127.0.0.1:{port}/{path}?tid={TENANT_ID}"));
        links.push(link);
    }

    let browser = stage.browser().await?;
    for (link, heading) in links.iter().zip([
        "Workbook starts a script host",
        "From a schedule workbook to the file server",
        "fh-ws-0114.fernhill-logistics.example",
        "Driver schedule week 32.xlsm",
    ]) {
        browser.open(link).await?;
        browser.see_heading(heading).await?;
    }
    browser.open(&links[0]).await?;
    browser
        .picture("11-portal", "An alert's page in the practice portal, opened from its card.")
        .await?;
    browser.close().await
}

async fn sign_out(app: &App) -> Result<()> {
    // What is to go away is there.
    app.see("alert[aria-posinset=\"1\"] alert-detail").await?;
    let page = app.everything().await?;
    for text in ONLY_ON_WORKSTATIONS {
        ensure!(page.contains(text), "{text:?} is not on the page");
    }

    app.press("sign-out").await?;
    app.see_gone("account").await?;
    app.see("hold[data-kind=signedOut]").await?;
    shows_nothing_of_workstations(app).await?;
    app.is_accessible().await?;
    app.pictures(
        "12-signed-out",
        "Nobody is signed in: the files stay in the list and wait, and no alert is left.",
    )
    .await
}

pub(crate) async fn shows_nothing_of_workstations(app: &App) -> Result<()> {
    let page = app.everything().await?;
    for text in ONLY_ON_WORKSTATIONS {
        ensure!(!page.contains(text), "{text:?} is still on the page");
    }
    Ok(())
}

async fn sign_in_as_the_servers_analyst(stage: &Stage, app: &App) -> Result<()> {
    app.press_named("hold", "Sign in…").await?;
    app.press("try-practice").await?;
    let browser = stage.browser().await?;
    browser.open(&stage.link().await?).await?;
    see_practice(app).await?;
    choose_analyst(browser, "servers").await?;

    app.see_text("account-name", "Tomas Adeyemi").await?;
    assert_eq!(app.read("account-sees").await?, "sees Servers");
    see_practice(app).await
}

async fn see_other_alerts(stage: &Stage, app: &App, files: &[PathBuf]) -> Result<()> {
    stage.drop_files(app, files).await?;

    app.see("count-alerted[data-count=\"7\"]").await?;
    app.see("count-noneVisible[data-count=\"7\"]").await?;
    app.see("count-alerts[data-count=\"11\"]").await?;
    app.see(&format!("item[aria-setsize=\"{}\"]", files.len())).await?;
    app.choose("Driver schedule").await?;
    see_cards(app, &ON_SERVERS).await?;
    app.see_text("provenance", "asked as tomas.adeyemi@fernhill-logistics.example").await?;
    app.press("alert[aria-posinset=\"2\"] all-fields").await?;
    see_field(app, 2, "da639171160003319287_-1069488114").await?;
    shows_nothing_of_workstations(app).await?;
    see_practice(app).await?;
    app.is_accessible().await?;
    app.press("alert[aria-posinset=\"2\"] all-fields").await?;
    app.pictures(
        "13-other-analyst",
        "The same files for Tomas Adeyemi, who sees alerts of servers: other cards, and none of \
         those before.",
    )
    .await?;

    // Alerts of the workstations alone are none for this analyst.
    app.see_state("Tourenplan", "noneVisible").await?;
    app.choose("Tourenplan").await?;
    app.see("none-visible").await?;
    shows_nothing_of_workstations(app).await
}
