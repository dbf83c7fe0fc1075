//! The log: in the system's place, one file a day, seven files.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use anyhow::Context;
use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::EnvFilter;

/// A running log.
pub(crate) struct Log {
    /// Where the files are.
    pub(crate) folder: PathBuf,
    writer: Mutex<Option<WorkerGuard>>,
}

impl Log {
    /// Writes what is left. The program ends without dropping what it manages, so it says when.
    pub(crate) fn finish(&self) {
        drop(self.writer.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Starts the log in `folder`.
///
/// # Errors
///
/// If the folder cannot be written.
pub(crate) fn start(folder: PathBuf) -> anyhow::Result<Log> {
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("droptrace")
        .filename_suffix("log")
        .max_log_files(7)
        .build(&folder)
        .context("the log cannot be written")?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    tracing_subscriber::fmt()
        // One event a line, escaped: names from outside cannot forge a line.
        .json()
        .with_writer(writer)
        // Our own events alone: what an HTTP library logs could hold a token.
        .with_env_filter(EnvFilter::new(
            "off,droptrace=info,droptrace_core=info,droptrace_practice_tenant=info",
        ))
        .try_init()
        .map_err(|error| anyhow::anyhow!(error))
        .context("another log is running")?;
    Ok(Log { folder, writer: Mutex::new(Some(guard)) })
}
