//! Starting, ending, and what lies on disk between.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};
use droptrace_practice_tenant::{Fault, Route};
use droptrace_tests::{App, Drag, journey};

/// How soon a closed window's program is gone.
const SOON: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_brings_the_first_window_to_the_front() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.window().minimize().await?;

        let mut second = stage.start_app()?;

        assert_eq!(second.ended().await?, Some(0));
        app.window().is_at_the_front().await?;
        app.see("welcome").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_a_newer_version_are_kept_and_told() -> Result<()> {
    settings_are_set_aside(
        br#"{ "version": 2, "organisations": [{ "name": "Fernhill" }] }"#,
        "settingsNewer",
        "settings.newer-1.json",
        (
            "50-newer-settings",
            "The settings came from a newer Droptrace: they are kept under another name, and the \
             window says where.",
        ),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_settings_are_kept_and_told() -> Result<()> {
    settings_are_set_aside(
        b"{ \"version\": 1, \"organisation\": \xff\x00",
        "settingsBroken",
        "settings.broken-1.json",
        (
            "51-broken-settings",
            "The settings could not be understood: they are kept under another name, and the \
             window says where.",
        ),
    )
    .await
}

async fn settings_are_set_aside(
    content: &[u8],
    code: &str,
    aside: &str,
    (picture, caption): (&str, &str),
) -> Result<()> {
    journey(async |stage| {
        let folder = stage.app_folder();
        fs::write(folder.join("settings.json"), content)?;

        let app = stage.open_app().await?;

        app.see_text(&format!("notice[data-code={code}]"), aside).await?;
        assert_eq!(fs::read(folder.join(aside))?, content);
        app.is_accessible().await?;
        app.pictures(picture, caption).await?;
        app.press_named("notice", "Dismiss").await?;
        app.see_gone("notice").await?;
        app.close().await?;

        let app = stage.open_app().await?;
        app.see("welcome").await?;
        app.see_gone("notice").await?;
        assert_eq!(fs::read(folder.join(aside))?, content);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_ends_the_program_while_it_waits_for_the_browser() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.press("try-practice").await?;
        stage.link().await?;
        app.see("sign-in-screen").await?;

        ends_soon(app).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_ends_the_program_while_it_reads() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        // Takes minutes to read, and no room on the disk.
        let large = stage.files().join("large.img");
        File::create(&large)?.set_len(1 << 40)?;
        stage.drop_files(&app, &[large]).await?;
        app.see_state("large.img", "reading").await?;

        ends_soon(app).await
    })
    .await
}

async fn ends_soon(app: App) -> Result<()> {
    let took = app.close().await?;
    assert!(took < SOON, "the program ended only after {took:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_died_comes_back_with_its_list() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_unattended().await?;
        app.see_texts(&["Try it with the practice tenant"]).await?;
        Drag::over(app.window(), &some_files(&stage.files())?).await?.drop().await?;
        app.see_texts(&["quarterly report.txt", "minutes.txt", "3 items"]).await?;

        app.kill_page().await?;

        app.see_texts(&["was loaded again", "quarterly report.txt", "minutes.txt", "3 items"])
            .await?;
        app.picture(
            "52-page-reloaded",
            "The part of the window that draws had stopped; it was started again. The list is \
             still there.",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_at_hand_and_names_no_file_digest_token_or_person() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        // Failures are what a log tells of.
        tenant.faults().next(Route::FileAlerts, Fault::status(400));
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let files = some_files(&stage.files())?;
        stage.drop_files(&app, &files).await?;
        app.see_count("item-state[data-state=failed]", 1).await?;
        app.see_count("item-state[data-state=noneVisible]", 1).await?;
        app.see_count("item-state[data-state=unreadable]", 1).await?;
        let digest = app.read("sha1").await?;

        app.press("log-folder").await?;

        let folder = PathBuf::from(stage.link().await?);
        let mut kept = fs::read_dir(&folder)?;
        assert!(kept.next().context("the folder is empty")??.metadata()?.len() > 0);
        app.press("sign-out").await?;
        app.see_gone("account").await?;
        app.close().await?;
        let log = stage.log()?;
        assert!(log.contains("\"started\""), "this is not the log: {log}");
        for told in [&*digest, "quarterly", "minutes", "files/", "Mara", "mara.", "eyJ", "code="] {
            assert!(!log.contains(told), "{told:?} is in the log:\n{log}");
        }
        let mut words = log.split(|letter: char| !letter.is_ascii_alphanumeric());
        assert!(words.all(|word| word.len() < 40), "a secret may be in the log:\n{log}");
        Ok(())
    })
    .await
}

/// Two files, and one that is gone.
fn some_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = ["quarterly report.txt", "minutes.txt", "gone.txt"].map(|name| folder.join(name));
    for file in &files[..2] {
        fs::write(file, file.to_string_lossy().as_bytes())?;
    }
    Ok(files.to_vec())
}
