//! `cargo xtask run`: the window, or where there is no display, the tour.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{ExitCode, ExitStatus},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    cargo_messages, install,
    journeys::{self, Stage},
    needs::Group,
    page, system,
    workspace::{Workspace, output_of, program},
};

/// Builds what is shown, and shows it.
///
/// # Errors
///
/// Fails when something cannot be installed, built or started. A journey that fails is no error
/// here: the exit code tells.
pub(crate) fn run(workspace: &Workspace, yes: bool) -> Result<ExitCode> {
    if system::has_display() { open_window(workspace, yes) } else { make_tour(workspace, yes) }
}

fn open_window(workspace: &Workspace, yes: bool) -> Result<ExitCode> {
    install::ensure(workspace, &[Group::Page, Group::App], yes)?;
    page::build(workspace)?;
    let app = journeys::build_app(workspace)?;
    println!("Opening the window.");
    Ok(code_of(program(app).status().context("cannot start the app")?))
}

fn make_tour(workspace: &Workspace, yes: bool) -> Result<ExitCode> {
    println!(
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can \
         open.\nInstead the app is taken through its tour on a virtual display, and pictures are \
         kept.\n"
    );
    let groups = [Group::Page, Group::App, Group::Display, Group::Keyring, Group::Journeys];
    install::ensure(workspace, &groups, yes)?;
    page::build(workspace)?;
    let app = journeys::build_app(workspace)?;
    // With the features of the whole workspace, so that `cargo xtask test` finds it built.
    let messages = output_of(&mut workspace.cargo(&[
        "test",
        "--workspace",
        "--test",
        journeys::TARGET,
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]))?;
    let program = cargo_messages::programs(&messages)?
        .into_iter()
        .find(|program| program.is_test && program.target == journeys::TARGET)
        .context("cargo did not say where the journeys are")?;

    let folder = workspace.target().join("tour");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot remove the last tour's pictures")?;
    }
    fs::create_dir_all(&folder).context("cannot make the folder of the tour")?;
    let stage = Stage::set()?;
    let status = stage
        .command(workspace, &program, &app)?
        .env("DROPTRACE_TOUR", &folder)
        .status()
        .context("cannot run the journeys")?;

    let contents = folder.join("tour.json");
    let text = fs::read_to_string(&contents)
        .with_context(|| format!("the journeys left no {}", contents.display()))?;
    println!("\nThe tour's pictures:");
    for picture in pictures(&folder, &text)? {
        println!("  {}\n      {}", picture.file.display(), picture.caption);
    }
    Ok(code_of(status))
}

/// A picture of the tour.
#[derive(Debug, PartialEq, Eq)]
struct Picture {
    file: PathBuf,
    caption: String,
}

/// Reads the table of contents that the journeys write: `[{"file": …, "caption": …}, …]`.
fn pictures(folder: &Path, contents: &str) -> Result<Vec<Picture>> {
    let contents: Value = serde_json::from_str(contents).context("tour.json is not JSON")?;
    let entries = contents.as_array().context("tour.json is not a list")?;
    let text = |entry: &Value, key: &str| -> Result<String> {
        Ok(entry[key].as_str().with_context(|| format!("tour.json: no {key} in {entry}"))?.into())
    };
    entries
        .iter()
        .map(|entry| {
            Ok(Picture {
                file: folder.join(text(entry, "file")?),
                caption: text(entry, "caption")?,
            })
        })
        .collect()
}

/// A program that a signal ended has no code; that is a failure.
fn code_of(status: ExitStatus) -> ExitCode {
    match status.code().map(u8::try_from) {
        Some(Ok(code)) => ExitCode::from(code),
        Some(Err(_)) | None => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_come_in_their_order_with_their_captions() {
        let contents = r#"[{"file":"01.png","caption":"The first window"},{"file":"02.png","caption":"Signing in"}]"#;

        let pictures = pictures(Path::new("/tour"), contents).unwrap();

        assert_eq!(pictures[1].file, Path::new("/tour/02.png"));
        assert_eq!(pictures[1].caption, "Signing in");
    }

    #[test]
    fn a_picture_without_a_caption_is_an_error() {
        assert!(pictures(Path::new("/tour"), r#"[{"file":"01.png"}]"#).is_err());
    }
}
