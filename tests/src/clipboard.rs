//! The clipboard, as another program fills and reads it.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::{
    io::AsyncWriteExt as _,
    process::{Child, Command},
};

use crate::process::output;

/// A text on the clipboard, for as long as this lives or until another program copies.
#[derive(Debug)]
pub struct Copied(#[expect(dead_code, reason = "holds the text; ended on drop")] Child);

/// Copies a text.
pub(crate) async fn copy(text: &str) -> Result<Copied> {
    let mut xclip = Command::new("xclip")
        .args(["-selection", "clipboard", "-quiet", "-in"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("cannot run xclip")?;
    let mut input = xclip.stdin.take().context("xclip takes no input")?;
    input.write_all(text.as_bytes()).await?;
    drop(input);
    Ok(Copied(xclip))
}

/// The text on the clipboard.
pub(crate) async fn text() -> Result<String> {
    output(Command::new("xclip").args(["-selection", "clipboard", "-out"])).await
}
