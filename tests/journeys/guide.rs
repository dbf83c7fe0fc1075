//! The guide through the practice tenant.

use anyhow::Result;
use droptrace_tests::{App, journey};
use serde_json::json;

use crate::practice::drop_practice_files;

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_leads_through_practice_until_it_is_closed() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.see("welcome").await?;
        app.see_gone("guide").await?;
        stage.sign_in(&app, "workstations").await?;
        see_step(&app, 1, "Get files to look up").await?;
        see_done(&app, &[]).await?;

        drop_practice_files(stage, &app, &["Driver schedule", "week 32 update"]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        see_done(&app, &[1]).await?;
        app.press("guide-next").await?;
        see_step(&app, 2, "Read the mail attachment").await?;
        app.choose("Driver schedule").await?;
        app.see_count("detail alert", 4).await?;
        app.is_accessible().await?;
        app.pictures(
            "85-guide",
            "Five steps through the practice tenant. What can be seen to be done is ticked; each \
             step can be gone to, and the guide can be closed.",
        )
        .await?;
        for (step, title) in [
            (3, "See what it started"),
            (4, "Tell a false alarm from silence"),
            (5, "Look with other eyes"),
        ] {
            app.press("guide-next").await?;
            see_step(&app, step, title).await?;
        }

        app.press("accounts").await?;
        app.press("other-account").await?;
        let browser = stage.browser().await?;
        browser.open(&stage.link().await?).await?;
        see_step(&app, 5, "Look with other eyes").await?;
        browser.press("servers").await?;
        browser.see_heading("Droptrace has the answer").await?;
        browser.close().await?;
        app.see_text("account-name", "Tomas Adeyemi").await?;
        see_done(&app, &[1, 5]).await?;
        app.press("guide-step-4").await?;
        see_step(&app, 4, "Tell a false alarm from silence").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_guide_stays_closed_until_it_is_asked_for() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        app.tab_to("guide-next").await?;
        app.window().press("Return").await?;
        see_step(&app, 2, "Read the mail attachment").await?;
        app.tab_to("guide-close").await?;

        app.window().press("Return").await?;

        app.see_gone("guide").await?;
        app.shows_focus().await?;
        app.close().await?;
        let app = stage.open_app().await?;
        app.see("account").await?;
        app.see("empty").await?;
        app.see_gone("guide").await?;

        app.window().press("question").await?;
        app.see_focus("keys-sheet").await?;
        app.tab_to("keys-sheet guide-open").await?;
        app.window().press("Return").await?;
        app.see_gone("keys-sheet").await?;
        see_step(&app, 1, "Get files to look up").await?;
        app.shows_focus().await
    })
    .await
}

async fn see_step(app: &App, step: u32, title: &str) -> Result<()> {
    app.see_text(&format!("guide[data-step=\"{step}\"]"), title).await
}

/// These steps are ticked, and no other.
async fn see_done(app: &App, steps: &[u32]) -> Result<()> {
    let look = r#"
        const ticked = shown('[data-testid="guide"] li button')
            .flatMap((each, index) => (each.ariaLabel.endsWith(", done") ? [index + 1] : []));
        return JSON.stringify(ticked) === JSON.stringify(given)"#;
    app.until(&format!("the steps {steps:?} are ticked"), look, json!(steps)).await.map(drop)
}
