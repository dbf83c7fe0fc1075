//! Files from the menu, the file manager and the command line; and where the window opens.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use droptrace_tests::{Place, Running, Stage, Window, journey};
use serde_json::json;
use tokio::process::Command;

/// The entry in the menu, as the packages are made from it.
const MENU: &str = include_str!("../../src-tauri/linux/droptrace.desktop.hbs");
/// The entry among "Open with".
const OPEN_WITH: &str = include_str!("../../src-tauri/linux/zz-droptrace-open.desktop");

#[tokio::test(flavor = "multi_thread")]
async fn files_opened_by_the_desktop_come_into_the_window_and_later_ones_join_it() -> Result<()> {
    journey(async |stage| {
        let program = stage.program().to_str().context("the program's path is no text")?;
        let menu = MENU.replace("{{exec}}", program).replace("{{icon}}", "droptrace");
        let menu = write_entry(stage, "droptrace.desktop", &menu)?;
        let open_with = OPEN_WITH.replace("Exec=droptrace", &format!("Exec={program}"));
        let open_with = write_entry(stage, "zz-droptrace-open.desktop", &open_with)?;
        let files = files(stage, &["quarterly report.txt", "-minutes.txt", "100% {off}.txt"])?;

        let app = stage.attend(launch(stage, &menu, &files[..1])?).await?;
        app.see_texts(&["quarterly report.txt", "1 item"]).await?;
        app.window().minimize().await?;

        let _second = launch(stage, &open_with, &files[1..])?;

        app.window().is_at_the_front().await?;
        app.see_texts(&["quarterly report.txt", "-minutes.txt", "100% {off}.txt", "3 items"])
            .await?;
        assert_eq!(Window::count().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_hands_on_every_file_exactly() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        let folder = stage.files().join("other");
        fs::create_dir(&folder)?;
        for name in [&b"caf\xe9.txt"[..], b"--version", b"a%20b.txt"] {
            fs::write(folder.join(OsStr::from_bytes(name)), name)?;
        }

        let mut second = Command::new(stage.program());
        second.args(["a%20b.txt", "missing.txt", "--", "--version"]);
        let mut second = stage.start(second.arg(OsStr::from_bytes(b"caf\xe9.txt")), &folder)?;

        assert_eq!(second.ended().await?, Some(0));
        // Each was read, and waits for the person to sign in.
        for name in ["a%20b.txt", "--version", "caf"] {
            app.see_state(name, "waiting").await?;
        }
        app.see_state("missing.txt", "unreadable").await?;
        app.see_count("item", 4).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn version_and_help_need_no_display_and_an_unknown_option_is_refused() -> Result<()> {
    journey(async |stage| {
        for (option, code, printed) in [
            ("--version", 0, format!("Droptrace {}", env!("CARGO_PKG_VERSION"))),
            ("--help", 0, "Usage: droptrace [FILE]…".to_owned()),
            ("--verbose", 2, "There is no such option: --verbose".to_owned()),
        ] {
            let mut command = Command::new(stage.program());
            command.arg(option).env_clear();
            let output = command.output().await?;

            assert_eq!(output.status.code(), Some(code), "{option}");
            let (told, other) = match code {
                0 => (output.stdout, output.stderr),
                _ => (output.stderr, output.stdout),
            };
            assert!(String::from_utf8(told)?.starts_with(&printed), "{option}");
            assert!(other.is_empty(), "{option}");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_opens_where_it_was_closed() -> Result<()> {
    journey(async |stage| {
        let app = stage.start_app()?;
        let window = Window::find().await?;
        window.move_to(120, 60).await?;
        window.resize(1000, 700).await?;
        // Within the frame, which is a few pixels wide and has the title above.
        let moved = |place: Place| (120..130).contains(&place.x) && (60..100).contains(&place.y);
        let sized = |place: Place| (place.width, place.height) == (1000, 700);
        let place = window.is_placed(|place| moved(place) && sized(place)).await?;
        close(app, &window).await?;

        let app = stage.start_app()?;
        let window = Window::find().await?;
        window.is_placed(|again| again == place).await?;

        window.double_click_title().await?;
        let whole = window.is_placed(|whole| whole.width > 1_200 && whole.height > 700).await?;
        close(app, &window).await?;

        let app = stage.start_app()?;
        let window = Window::find().await?;
        window.is_placed(|again| again == whole).await?;
        window.double_click_title().await?;
        window.is_placed(|again| again == place).await?;
        close(app, &window).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_of_a_screen_that_is_gone_opens_on_the_one_that_is_there() -> Result<()> {
    journey(async |stage| {
        let gone = json!({
            "version": 1, "x": 9_000, "y": -700, "width": 3_000, "height": 650,
            "frameWidth": 2, "frameHeight": 24, "scale": 1.0, "maximised": false,
        });
        fs::write(stage.app_folder().join("window.json"), gone.to_string())?;

        let app = stage.start_app()?;

        // The display is 1280 by 900.
        let window = Window::find().await?;
        window
            .is_placed(|place| {
                place.height == 650
                    && (0..=3).contains(&place.x)
                    && (0..=30).contains(&place.y)
                    && (1_200..=1_280).contains(&place.width)
            })
            .await?;
        close(app, &window).await
    })
    .await
}

fn write_entry(stage: &Stage, name: &str, entry: &str) -> Result<PathBuf> {
    let path = stage.home().join(name);
    fs::write(&path, entry)?;
    Ok(path)
}

/// Opens files as a file manager does.
fn launch(stage: &Stage, entry: &Path, files: &[PathBuf]) -> Result<Running> {
    let mut gio = Command::new("gio");
    stage.start(gio.arg("launch").arg(entry).args(files), stage.home())
}

fn files(stage: &Stage, names: &[&str]) -> Result<Vec<PathBuf>> {
    let files: Vec<PathBuf> = names.iter().map(|name| stage.files().join(name)).collect();
    for file in &files {
        fs::write(file, file.as_os_str().as_bytes())?;
    }
    Ok(files)
}

async fn close(mut app: Running, window: &Window) -> Result<()> {
    window.press("alt+F4").await?;
    assert_eq!(app.ended().await?, Some(0));
    Ok(())
}
