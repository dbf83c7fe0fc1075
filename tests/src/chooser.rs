//! The system's file chooser, operated by the keyboard.

use std::path::Path;

use anyhow::{Context as _, Result};
use tokio::time::timeout;

use crate::{app::App, clipboard, process::PATIENCE, window::Window};

/// The title that the app gives it.
const TITLE: &str = "Add files";

impl App {
    /// Adds a file by the system's chooser, which the key for it opens.
    ///
    /// # Errors
    ///
    /// Fails if no chooser opens, or does not take the path.
    pub async fn pick(&self, file: &Path) -> Result<()> {
        self.window().press("ctrl+o").await?;
        let chooser = Window::titled(TITLE).await?;
        let path = file.to_str().context("an odd path")?;
        let entered = timeout(PATIENCE, enter(&chooser, path));
        entered.await.context("the chooser does not take the path")??;
        chooser.press("Return").await
    }
}

/// Types the path until it stands there. The chooser forgets what is typed while it still looks
/// at the folder that it opens with, and does not say when it has.
async fn enter(chooser: &Window, path: &str) -> Result<()> {
    loop {
        chooser.press("ctrl+a").await?;
        chooser.type_text(path).await?;
        chooser.press("ctrl+a").await?;
        if clipboard::selected().await == path {
            return Ok(());
        }
    }
}
