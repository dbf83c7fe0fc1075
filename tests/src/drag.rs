//! Files dragged onto the window from another program, with the mouse.

use std::{convert::Infallible, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::{
    process::Running,
    window::{Window, xdotool},
};

/// The program that files are dragged from; the system's Python has the toolkit.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/journeys/drag_source.py");
const PYTHON: &str = "/usr/bin/python3";

/// A drag that hovers over the window with the mouse button held.
#[derive(Debug)]
pub struct Drag {
    source: Running,
}

impl Drag {
    /// Drags files from another program to the middle of the window, and holds them there.
    ///
    /// Returns as soon as the window has said that it takes them.
    ///
    /// # Errors
    ///
    /// Fails if the window takes no files.
    pub async fn over(window: &Window, files: &[PathBuf]) -> Result<Self> {
        let source = Running::start(Command::new(PYTHON).arg(SOURCE).args(files))?;
        let mut drag = Self { source };
        let (x, y) = drag.source.line(place).await.context("the files are not there")?;
        move_to(x, y).await?;
        xdotool(&["mousedown", "1"]).await?;
        // Beyond the distance from which on it is a drag.
        for step in [4, 8, 12, 16, 20] {
            move_to(x - step, y).await?;
        }
        drag.source.line(|line| (line == "BEGIN").then_some(())).await?;
        let (x, y) = window.place().await?.middle();
        tokio::select! {
            taken = drag.source.line(|line| (line == "TAKEN").then_some(())) => taken?,
            moved = hover(x, y) => match moved? {},
        }
        Ok(drag)
    }

    /// Lets the files go over the window.
    ///
    /// # Errors
    ///
    /// Fails if the window does not ask for them.
    pub async fn drop(mut self) -> Result<()> {
        xdotool(&["mouseup", "1"]).await?;
        self.end().await
    }

    /// Gives up by Escape.
    ///
    /// # Errors
    ///
    /// Fails if the drag goes on.
    pub async fn give_up(mut self) -> Result<()> {
        xdotool(&["key", "Escape"]).await?;
        let end = self.end().await;
        xdotool(&["mouseup", "1"]).await?;
        match end {
            Ok(()) => bail!("the files were dropped"),
            Err(_) => Ok(()),
        }
    }

    /// Waits for the end of the drag.
    async fn end(&mut self) -> Result<()> {
        let dropped = self.source.line(|line| match line {
            "END dropped" => Some(true),
            "END given up" => Some(false),
            _ => None,
        });
        if !dropped.await? {
            bail!("the window did not take the files");
        }
        // Over the window it would have the hint of what lies there stay in every picture.
        move_to(0, 0).await
    }
}

/// The middle of the source: `READY x y`.
fn place(line: &str) -> Option<(i32, i32)> {
    let (x, y) = line.strip_prefix("READY ")?.split_once(' ')?;
    Some((x.parse().ok()?, y.parse().ok()?))
}

/// Moves about a place until this is dropped. A window is entered by one motion and asked by another;
/// those that come before it has answered are lost, and it does not say when it has.
async fn hover(x: i32, y: i32) -> Result<Infallible> {
    loop {
        for step in [8, 4, 2, 1, 0] {
            move_to(x + step, y + step).await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn move_to(x: i32, y: i32) -> Result<()> {
    xdotool(&["mousemove", &x.to_string(), &y.to_string()]).await.map(drop)
}
