//! Starts beside a window that is open: many at once, and one that does not answer.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use droptrace_tests::{App, Running, Stage, Window, journey};
use serde_json::json;
use tokio::process::Command;

use crate::practice::drop_practice_files;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_with_300_files_joins_the_window() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        let (folder, names) = written(stage, 300)?;
        app.window().minimize().await?;

        let mut second = start(stage, &folder, &names)?;

        assert_eq!(second.ended().await?, Some(0));
        app.window().is_at_the_front().await?;
        app.see_text("count-items", "300 items").await?;
        app.see_text("count-waiting", "300").await?;
        assert_eq!(Window::count().await?, 1);
        Ok(())
    })
    .await
}

/// As a file manager does that starts the program once for each file.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_starts_side_by_side_come_in_as_one() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let (folder, names) = written(stage, 21)?;
        let mut alone = start(stage, &folder, &names[20..])?;
        assert_eq!(alone.ended().await?, Some(0));
        see_chosen(&app, "20.txt").await?;

        let starts: Result<Vec<Running>> =
            names[..20].chunks(1).map(|name| start(stage, &folder, name)).collect();
        for mut start in starts? {
            assert_eq!(start.ended().await?, Some(0));
        }

        app.see_text("count-items", "21 items").await?;
        // One that had come in alone would have been chosen.
        see_chosen(&app, "20.txt").await?;
        assert_eq!(Window::count().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_joins_a_window_that_shows_a_dialog() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        let (folder, names) = written(stage, 1)?;
        app.window().press("ctrl+o").await?;
        let chooser = Window::titled("Add files").await?;

        let mut second = start(stage, &folder, &names)?;

        assert_eq!(second.ended().await?, Some(0));
        app.see_text("count-items", "1 item").await?;
        chooser.press("Escape").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_window_that_does_not_answer_one_of_its_own_opens_and_says_so() -> Result<()> {
    journey(async |stage| {
        let (folder, names) = written(stage, 4)?;
        let first = stage.attend(start(stage, &folder, &names[..1])?).await?;
        first.see_texts(&["0.txt", "1 item"]).await?;
        // Who reads the clipboard would wait for the one that hangs, if the text in it were its.
        let _copied = stage.copy("nothing").await?;
        first.freeze()?;

        let began = Instant::now();
        let second = start(stage, &folder, &names[1..2])?;
        let second = stage.attend_beside(second, first.window()).await?;
        let took = began.elapsed();

        ensure!(took < Duration::from_secs(20), "the window came after {took:?}");
        second.see_texts(&["1.txt", "1 item", "This is a second window"]).await?;
        second.picture("53-second-window", "The first window hangs: a second one says so.").await?;
        // The next start finds the one that answers.
        let mut third = start(stage, &folder, &names[2..3])?;
        assert_eq!(third.ended().await?, Some(0));
        second.see_texts(&["1.txt", "2.txt", "2 items"]).await?;

        // What was handed over while it hung is not in the first, too.
        first.thaw()?;
        // It has to have gone through what came meanwhile.
        first.see_texts(&["0.txt", "1 item"]).await?;
        let mut fourth = start(stage, &folder, &names[3..])?;
        assert_eq!(fourth.ended().await?, Some(0));
        first.see_texts(&["0.txt", "3.txt", "2 items"]).await?;
        assert_eq!(Window::count().await?, 2);
        second.close().await?;
        first.close().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_beside_one_that_hangs_signs_in_and_looks_up() -> Result<()> {
    journey(async |stage| {
        let first = stage.open_app().await?;
        first.freeze()?;

        let second = stage.open_app_beside(first.window()).await?;

        second.see("notice[data-code=openedBeside]").await?;
        stage.sign_in(&second, "workstations").await?;
        drop_practice_files(stage, &second, &["Driver schedule"]).await?;
        second.see_state("Driver schedule", "alerted").await?;
        second.close().await?;
        first.thaw()?;
        first.close().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_bus_holds_up_no_start() -> Result<()> {
    journey(async |stage| {
        let (folder, names) = written(stage, 1)?;
        stage.keyring().await.freeze_bus()?;

        let began = Instant::now();
        let app = stage.attend(start(stage, &folder, &names)?).await?;
        let took = began.elapsed();
        app.see_texts(&["0.txt", "1 item"]).await?;

        ensure!(took < Duration::from_secs(20), "the window came after {took:?}");
        stage.keyring().await.thaw_bus()?;
        app.close().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_told_and_is_no_missing_file() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        let (folder, mut names) = written(stage, 1)?;
        names.extend(["smb://server/share/a".into(), "file://server/share/b".into()]);

        let mut second = start(stage, &folder, &names)?;

        assert_eq!(second.ended().await?, Some(0));
        app.see_text("notice[data-code=argumentElsewhere]", "not a file on this computer").await?;
        app.see_text("count-items", "1 item").await?;
        app.is_accessible().await
    })
    .await
}

/// So many small files, `0.txt` and on, in a folder; and their names.
fn written(stage: &Stage, count: usize) -> Result<(PathBuf, Vec<String>)> {
    let folder = stage.files().join("many");
    fs::create_dir(&folder)?;
    let names: Vec<String> = (0..count).map(|number| format!("{number}.txt")).collect();
    for name in &names {
        fs::write(folder.join(name), name)?;
    }
    Ok((folder, names))
}

fn start(stage: &Stage, folder: &Path, names: &[String]) -> Result<Running> {
    stage.start(Command::new(stage.program()).args(names), folder)
}

async fn see_chosen(app: &App, name: &str) -> Result<()> {
    let look = "return document.querySelector('#detail-name')?.innerText.includes(given)";
    app.until(&format!("{name} is chosen"), look, json!(name)).await.map(drop)
}
