//! The links that the app asks the system to open.

use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    net::unix::pipe,
    sync::Mutex,
    time::timeout,
};

use crate::{home::Home, process::PATIENCE};

/// The links that arrived at the stand-in for the browser.
#[derive(Debug)]
pub(crate) struct Links(Mutex<Lines<BufReader<pipe::Receiver>>>);

impl Links {
    pub(crate) fn listen(home: &Home) -> Result<Self> {
        let path = home.pipe();
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
        // Also as a writer, so that it does not end when one link has been written.
        let pipe = pipe::OpenOptions::new().read_write(true).open_receiver(&path)?;
        Ok(Self(Mutex::new(BufReader::new(pipe).lines())))
    }

    /// Whether a link has come that nobody has taken.
    pub(crate) async fn is_waiting(&self) -> bool {
        let mut lines = self.0.lock().await;
        timeout(Duration::ZERO, lines.next_line()).await.is_ok()
    }

    /// Waits for the next link.
    pub(crate) async fn next(&self) -> Result<String> {
        let mut lines = self.0.lock().await;
        let line = timeout(PATIENCE, lines.next_line()).await.context("no link was opened")?;
        line?.context("the pipe has ended")
    }
}
