//! Files that take long, and files that are none.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::PathBuf,
};

use anyhow::Result;
use droptrace_tests::{App, Stage, journey};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::json;

use crate::practice::practice_file;

/// Zeros that lie nowhere on the disk, and still take minutes to read.
const LONG: u64 = 200 << 30;
/// As many files as the app reads at once on the largest machine.
const MOST_AT_ONCE: usize = 32;

#[tokio::test(flavor = "multi_thread")]
async fn no_drop_is_lost_while_another_file_is_read() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;

        stage.drop_files(&app, &[long_file(stage, "disk image.raw")?]).await?;
        app.press("question-go-on").await?;
        app.see_state("disk image.raw", "reading").await?;
        let before = percent(&app, 0).await?;

        stage.drop_files(&app, &[practice_file(stage, "Driver schedule")?.path]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see_state("disk image.raw", "reading").await?;
        percent(&app, before + 1).await?;
        app.choose("disk image.raw").await?;
        app.see_text("detail", "Reading the file on this computer").await?;
        app.is_accessible().await?;
        app.pictures(
            "40-reading",
            "A large file is still being read; what was dropped after it is answered already.",
        )
        .await?;

        stage.drop_files(&app, &[practice_file(stage, "tachograph")?.path]).await?;
        app.see_state("tachograph", "alerted").await?;
        app.see_state("disk image.raw", "reading").await?;
        app.see_count("item", 3).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_the_list_ends_all_reading() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        let mut long = Vec::new();
        for number in 0..MOST_AT_ONCE {
            long.push(long_file(stage, &format!("disk image {number}.raw"))?);
        }
        stage.drop_files(&app, &long).await?;
        app.see_text("question-size", "32 files and digests, 6.9 TB").await?;
        app.see_text("question", "Nothing of it is hashed or looked up before you answer.").await?;
        app.is_accessible().await?;
        app.pictures(
            "38-huge",
            "Very much at once: before anything of it is read, Droptrace says how much it is and what \
             it costs, and asks.",
        )
        .await?;
        app.press("question-go-on").await?;
        app.see_gone("question").await?;
        app.see_state("disk image 0.raw", "reading").await?;

        app.press("clear").await?;
        app.see_gone("items").await?;

        // Whoever still read one of those files could not read this one.
        let file = practice_file(stage, "Driver schedule")?;
        stage.drop_files(&app, &[file.path]).await?;
        app.see_state("Driver schedule", "waiting").await?;
        app.choose("Driver schedule").await?;
        assert_eq!(app.read("sha1").await?, file.sha1);
        app.see_count("item", 1).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_says_why_and_stops_nothing_else() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        let files = stage.files();
        let (folder, empty, pipe) =
            (files.join("a folder"), files.join("nothing.txt"), files.join("a pipe"));
        let (target, dangling) = (files.join("was here.txt"), files.join("points nowhere.txt"));
        fs::create_dir(&folder)?;
        symlink("elsewhere", folder.join("a link"))?;
        File::create(&empty)?;
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
        symlink(&target, &dangling)?;
        let good = practice_file(stage, "leave request")?;

        let dropped = [folder, empty, pipe, dangling, files.join("never was.txt"), good.path];
        stage.drop_files(&app, &dropped).await?;

        app.see_state("leave request", "waiting").await?;
        for (name, state, code, title, help) in [
            ("nothing.txt", "skipped", "emptyFile", "The file is empty", "the same SHA-1"),
            ("a pipe", "skipped", "notRegular", "This is not a file with content", "a pipe"),
            ("points nowhere", "unreadable", "vanished", "The file was gone", "Add it again"),
            ("never was", "unreadable", "vanished", "The file was gone", "Add it again"),
        ] {
            app.see_state(name, state).await?;
            app.choose(name).await?;
            let problem = format!("detail[data-state={state}] problem[data-code={code}]");
            app.see_text(&problem, title).await?;
            app.see_text(&problem, help).await?;
            app.is_accessible().await?;
        }
        // The folder is gone through, and what is left out of it is counted and named.
        app.press("left-out-open").await?;
        app.see_text("left-out-link", "1 link, not followed").await?;
        app.see_text("left-out-link", "a link").await?;
        app.see("count-skipped[data-count=\"2\"]").await?;
        app.see("count-unreadable[data-count=\"2\"]").await?;
        app.choose("points nowhere").await?;
        app.pictures(
            "41-not-read",
            "A folder with nothing but a link, an empty file, a pipe, and two files that are gone: \
             each says why it was not read. The file beside them was read.",
        )
        .await?;

        fs::write(&target, "here again")?;
        app.press("detail retry").await?;
        app.see_state("points nowhere", "waiting").await?;
        app.see_text("sha1", "28157d4c6ea4bcdd29656184128dfa21d30c49b2").await
    })
    .await
}

fn long_file(stage: &Stage, name: &str) -> Result<PathBuf> {
    let path = stage.files().join(name);
    File::create(&path)?.set_len(LONG)?;
    Ok(path)
}

/// Waits until the first file in the list has been read so far, and returns how far.
async fn percent(app: &App, least: u64) -> Result<u64> {
    let look = r#"
        const percent = shown('[data-testid="item-words"] progress')[0]?.value;
        return percent >= given && { percent }"#;
    let found = app.until(&format!("{least} % have been read"), look, json!(least)).await?;
    Ok(found["percent"].as_u64().unwrap_or_default())
}
