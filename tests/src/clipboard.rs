//! The clipboard, as another program fills and reads it.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use tokio::process::Command;

use crate::process::{Running, output};

/// A text on the clipboard, for as long as this lives or until another program copies.
#[derive(Debug)]
pub struct Copied(#[expect(dead_code, reason = "holds the text until it is dropped")] Running);

/// Copies a text, by way of a file.
pub(crate) async fn copy(text: &str, file: &Path) -> Result<Copied> {
    fs::write(file, text)?;
    let selection = ["-selection", "clipboard", "-in"];
    let mut xclip = Running::start(Command::new("xclip").args(selection).arg(file))?;
    // It goes on in the background as soon as it holds the clipboard.
    ensure!(xclip.ended().await? == Some(0), "xclip did not get the clipboard");
    Ok(Copied(xclip))
}

/// The text on the clipboard.
pub(crate) async fn text() -> Result<String> {
    output(Command::new("xclip").args(["-selection", "clipboard", "-out"])).await
}

/// The text that is selected anywhere; empty if there is none.
pub(crate) async fn selected() -> String {
    // xclip fails where nothing is selected.
    output(Command::new("xclip").args(["-selection", "primary", "-out"])).await.unwrap_or_default()
}
