//! Before anybody is signed in.

use std::{fs, io, io::Write as _, path::Path};

use anyhow::Result;
use droptrace_tests::{App, journey};

const TENANT: &str = "1b2c3d4e-1111-2222-3333-1234567890ab";
const CLIENT: &str = "5e6f7a8b-4444-5555-6666-1234567890ab";

#[tokio::test(flavor = "multi_thread")]
async fn the_first_window_offers_two_ways_and_says_what_leaves_the_machine() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;

        app.see_text("welcome", "Try it with the practice tenant").await?;
        app.see_text("welcome", "Connect your organisation").await?;
        app.see_text("privacy", "Nothing leaves this computer").await?;
        app.see_text("privacy", "Only each file's SHA-1 is sent").await?;
        assert_eq!(app.window().title().await?, "Droptrace");
        app.pictures(
            "01-first-window",
            "The first window: try Droptrace with an invented organisation, or connect your own. \
             By the lock: what leaves this computer.",
        )
        .await?;
        app.is_accessible().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_is_there_soon_after_the_start() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.see("welcome").await?;

        // A figure to read, not a limit: this build is not the one that people run.
        let took = app.start_up().await?.as_millis();
        writeln!(io::stderr(), "from the start of the program to its first picture: {took} ms")?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_checked_kept_over_a_restart_and_forgotten() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        let settings = stage.app_folder().join("settings.json");

        wrong_ids_are_told_by_their_fields(&app).await?;
        assert!(!settings.exists(), "nothing wrong is kept");

        app.fill("connect-client", CLIENT).await?;
        app.press("connect-submit").await?;
        shows_the_organisation(&app).await?;
        app.see("connect-page check[data-running=false]").await?;
        app.press("check-done").await?;
        app.see_gone("connect-page").await?;
        shows_the_organisation(&app).await?;
        app.is_accessible().await?;
        app.pictures(
            "02-organisation",
            "The organisation is connected: from now on Droptrace offers to sign in to it.",
        )
        .await?;
        app.close().await?;

        let app = stage.open_app().await?;
        shows_the_organisation(&app).await?;

        app.press("disconnect").await?;
        app.see("connect-open").await?;
        app.see_gone("organisation").await?;
        assert!(!holds(&settings, TENANT)?, "the tenant is still in the settings");
        app.close().await?;

        let app = stage.open_app().await?;
        app.see("connect-open").await?;
        app.see_gone("organisation").await
    })
    .await
}

async fn wrong_ids_are_told_by_their_fields(app: &App) -> Result<()> {
    app.press("connect-open").await?;
    app.is_accessible().await?;
    app.fill("connect-tenant", "fernhill").await?;
    app.fill("connect-client", CLIENT).await?;
    app.press("connect-submit").await?;
    app.see_text("error-tenant", "This is not a tenant id").await?;
    app.see_gone("error-client").await?;
    app.see_focus("connect-tenant").await?;
    app.is_accessible().await?;
    app.pictures(
        "02-connect-wrong",
        "Connecting an organisation: what is wrong stands by its field, with the form that it \
         should have.",
    )
    .await?;

    app.fill("connect-tenant", TENANT).await?;
    app.fill("connect-client", &format!("{CLIENT}0")).await?;
    app.press("connect-submit").await?;
    app.see_text("error-client", "This is not a client id").await?;
    app.see_gone("error-tenant").await?;
    app.see_focus("connect-client").await
}

async fn shows_the_organisation(app: &App) -> Result<()> {
    app.see_text("organisation", "Commercial").await?;
    app.see_text("organisation", TENANT).await?;
    app.see_text("organisation", CLIENT).await?;
    app.see_gone("connect-form").await
}

fn holds(file: &Path, text: &str) -> Result<bool> {
    Ok(file.exists() && fs::read_to_string(file)?.contains(text))
}
