//! The sheets: every key, and what the program is and is made of.

use anyhow::{Result, ensure};
use droptrace_tests::{App, journey};
use serde_json::json;

use crate::practice::{drop_practice_files, practice_file};

#[tokio::test(flavor = "multi_thread")]
async fn the_sheet_of_keys_opens_anywhere_and_gives_the_focus_back() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.tab_to("items").await?;

        app.window().press("question").await?;

        app.see_text("keys-sheet key-zone", "U").await?;
        app.see_text("keys-sheet key-addFiles", "Ctrl+O").await?;
        app.shows_focus().await?;
        app.is_accessible().await?;
        app.pictures(
            "82-keys",
            "Every key there is. Single letters can be switched off, for whoever speaks to the \
             computer.",
        )
        .await?;
        app.window().press("Escape").await?;
        app.see_gone("keys-sheet").await?;
        app.see_focus("items").await?;
        app.shows_focus().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn single_letters_can_be_switched_off_for_good() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        see_zone(&app, "utc").await?;
        app.window().press("u").await?;
        see_zone(&app, "local").await?;

        app.window().press("question").await?;
        app.see_focus("keys-sheet").await?;
        app.tab_to("letter-keys").await?;
        app.window().press("space").await?;
        app.see("letter-keys:not(:checked)").await?;
        app.see_text("key-zone", "(switched off)").await?;
        app.window().press("Escape").await?;
        app.see_gone("keys-sheet").await?;

        letters_do_nothing(&app).await?;
        app.close().await?;
        let app = stage.open_app().await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        letters_do_nothing(&app).await
    })
    .await
}

async fn letters_do_nothing(app: &App) -> Result<()> {
    // What a letter did would be seen before what the key after it does.
    for key in ["u", "question", "ctrl+plus"] {
        app.window().press(key).await?;
    }
    app.until("everything is larger", "return innerWidth < 1280", json!(null)).await?;
    app.see_count("keys-sheet", 0).await?;
    see_zone(app, "local").await?;
    app.window().press("ctrl+0").await?;
    app.until("the size is the usual", "return innerWidth === 1280", json!(null)).await?;

    app.window().press("F1").await?;
    app.see("letter-keys:not(:checked)").await?;
    app.window().press("Escape").await?;
    app.see_gone("keys-sheet").await
}

async fn see_zone(app: &App, zone: &str) -> Result<()> {
    let look = r#"return document.querySelector('[data-testid="zone"] :checked')?.value === given"#;
    app.until(&format!("times are in {zone}"), look, json!(zone)).await.map(drop)
}

/// What a user can be called.
const USER: &str = "quillon";

#[tokio::test(flavor = "multi_thread")]
async fn about_tells_the_versions_the_terms_and_what_helps_to_find_a_fault() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app_with(&[("USER", USER), ("LOGNAME", USER)]).await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "alerted").await?;

        app.press("about").await?;

        app.see_text("about-version", env!("CARGO_PKG_VERSION")).await?;
        let web_view = app.read("about-webView").await?;
        let versions = web_view.split('.').collect::<Vec<_>>();
        assert!(versions.len() >= 2, "{web_view}");
        assert!(versions.iter().all(|part| part.parse::<u32>().is_ok()), "{web_view}");
        app.see_text("about-practice", "built in").await?;
        app.see("parts").await?;
        app.is_accessible().await?;
        app.pictures(
            "83-about",
            "What the program is, what it runs on, and what helps to find a fault.",
        )
        .await?;

        let sha1 = practice_file(stage, "Driver schedule")?.sha1;
        app.press("copy-diagnostics").await?;
        app.see_text("copy-diagnostics", "Copied").await?;
        let told = stage.copied().await?;
        for part in [env!("CARGO_PKG_VERSION"), &*web_view, "Tauri: 2.", "Practice tenant", "~/"] {
            ensure!(told.contains(part), "{part:?} is not in {told}");
        }
        let home = stage.home().display().to_string();
        let lower = told.to_lowercase();
        for secret in
            [&*home, &*sha1, USER, "mara", "lindqvist", "fernhill", "schedule", ".xlsm", "eyj"]
        {
            ensure!(!lower.contains(&secret.to_lowercase()), "{secret:?} is in {told}");
        }
        let mut words = told.split(|letter: char| !letter.is_ascii_alphanumeric());
        ensure!(words.all(|word| word.len() < 32), "a secret may be in {told}");

        read_the_licences(&app).await?;
        app.window().press("Escape").await?;
        app.see_gone("about-sheet").await?;
        app.see_focus("about").await?;
        app.shows_focus().await
    })
    .await
}

async fn read_the_licences(app: &App) -> Result<()> {
    app.press_choice("about-sheet", "MITRE ATT&CK").await?;
    for text in ["Enterprise 18.1", "The MITRE Corporation (MITRE) hereby grants you"] {
        app.see_text("about-sheet", text).await?;
    }
    app.press_choice("about-sheet", "MITRE ATT&CK").await?;
    for (part, text) in [("tauri ", "Tauri Apps Contributors"), ("react ", "Meta Platforms")] {
        app.press_choice("parts", part).await?;
        app.see_text("parts", text).await?;
        if part == "tauri " {
            app.press_choice("parts", part).await?;
        }
    }
    app.is_accessible().await?;
    app.pictures("84-licences", "The parts that others have made, each with its terms.").await
}
