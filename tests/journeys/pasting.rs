//! Ways in beside dropping: the clipboard and the system's file chooser.

use std::fs;

use anyhow::Result;
use droptrace_tests::journey;

/// The digest that the documentation of the API shows.
const DOCUMENTED: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_digest_is_looked_up_and_can_be_copied() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let mail = format!("The file {} was seen.\n", DOCUMENTED.to_uppercase());
        let copied = stage.copy(&mail).await?;

        app.window().press("ctrl+v").await?;

        app.see_count("item", 1).await?;
        app.see_state(DOCUMENTED, "alerted").await?;
        app.see("alert").await?;
        assert_eq!(app.read("sha1").await?, DOCUMENTED);
        app.is_accessible().await?;
        app.pictures(
            "22-pasted",
            "A SHA-1 from a mail, pasted: it is looked up as a file is, without the file.",
        )
        .await?;
        drop(copied);

        app.press_named("detail", "Copy the SHA-1").await?;
        app.see_text("detail", "Copied").await?;
        assert_eq!(stage.copied().await?, DOCUMENTED);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_pastes_and_text_without_a_digest_is_told() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;

        let prose = stage.copy("Could you look at the file from yesterday?").await?;
        app.press("paste").await?;
        app.see_text("notice[data-code=noDigestInText]", "holds no SHA-1, SHA-256 or MD5").await?;
        app.see_count("item", 0).await?;
        app.is_accessible().await?;
        app.pictures(
            "23-no-digest",
            "What was pasted holds no digest: Droptrace says so, and what one looks like.",
        )
        .await?;
        drop(prose);
        app.press_named("notice", "Dismiss").await?;
        app.see_gone("notice").await?;

        let _digest = stage.copy(DOCUMENTED).await?;
        app.press("paste").await?;
        app.see_state(DOCUMENTED, "alerted").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_chooser_adds_a_file() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let file = stage.files().join("quarterly report.txt");
        fs::write(&file, "nothing to see here")?;

        app.pick(&file).await?;

        app.see_count("item", 1).await?;
        app.see_state("quarterly report.txt", "noneVisible").await?;
        app.see_text("none-visible", "No alerts visible to you").await?;
        app.is_accessible().await?;
        app.pictures(
            "24-none-visible",
            "A file that has no alerts which this person may see, and what that can mean.",
        )
        .await
    })
    .await
}
