//! Two analysts, the same files, and what each of them may see.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use droptrace_tests::{App, Drag, Stage, journey};

#[tokio::test(flavor = "multi_thread")]
async fn two_analysts_drop_the_same_files_and_see_their_own_alerts() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;

        sign_in_as_the_workstations_analyst(stage, &app).await?;
        let files = ask_for_practice_files(stage, &app).await?;
        drop_them(&app, &files).await?;
        Ok(())
    })
    .await
}

async fn sign_in_as_the_workstations_analyst(stage: &Stage, app: &App) -> Result<()> {
    app.press("try-practice").await?;
    let link = stage.link().await?;
    app.see_text("sign-in-screen", "Choose an analyst in your browser").await?;
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
    browser.press("workstations").await?;
    browser.see_heading("Droptrace has the answer").await?;
    browser
        .picture("05-back-to-the-window", "The browser has brought the answer to Droptrace.")
        .await?;
    browser.close().await?;

    assert_eq!(app.read("account-name").await?, "Mara Lindqvist");
    assert_eq!(app.read("account-sees").await?, "sees Workstations");
    app.see_text("practice-band", "Nothing here is real").await?;
    app.is_accessible().await?;
    app.pictures(
        "06-signed-in",
        "Mara Lindqvist is signed in, and sees alerts of workstations. The striped band stays as \
         long as nothing is real.",
    )
    .await
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
    Ok(files)
}

async fn drop_them(app: &App, files: &[PathBuf]) -> Result<()> {
    let drag = Drag::over(app.window(), files).await?;
    app.see_text("hovering", &format!("Drop {} files", files.len())).await?;
    app.picture("07-dragging", "Files are dragged over the window from another program.").await?;
    drag.drop().await?;

    app.see_gone("hovering").await?;
    app.see_count("item", files.len()).await?;
    app.see_state("Driver schedule", "alerted").await?;
    app.choose("Driver schedule").await?;
    app.is_accessible().await?;
    app.pictures(
        "08-alerts",
        "Each alert of a file as a card: how severe, where, what the file is in it, and when.",
    )
    .await?;
    Ok(())
}
