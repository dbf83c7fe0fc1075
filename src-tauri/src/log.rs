//! The log: in the system's place, one file a day, seven files.

use std::{
    env, fs,
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
    // Otherwise the library says on standard error that it found no old files in it.
    fs::create_dir_all(&folder).context("the log's folder cannot be made")?;
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
        .with_env_filter(EnvFilter::new(events()))
        .try_init()
        .map_err(|error| anyhow::anyhow!(error))
        .context("another log is running")?;
    Ok(Log { folder, writer: Mutex::new(Some(guard)) })
}

/// Our own events alone: what an HTTP library logs could hold a token.
const OURS: &str = "off,droptrace=info,droptrace_core=info,droptrace_practice_tenant=info";

/// The variable that holds another filter, for a program built to be debugged.
const ASKED: &str = "DROPTRACE_LOG";

/// Which events are written. In a release nothing from outside can make them more.
fn events() -> String {
    let asked = if cfg!(debug_assertions) { env::var(ASKED).ok() } else { None };
    asked.unwrap_or_else(|| OURS.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::again::{self, Again};

    const FOLDER: &str = "DROPTRACE_TEST_FOLDER";

    #[test]
    fn only_our_own_events_are_written_whatever_the_environment_says() {
        let name = "log::tests::only_our_own_events_are_written_whatever_the_environment_says";
        let Again::Parent(mut child) = again::from(name) else { return log_at_every_level() };
        let folder = tempfile::tempdir().unwrap();

        again::succeed(child.env(FOLDER, folder.path()).env("RUST_LOG", "trace").env_remove(ASKED));

        let log = written(folder.path());
        assert!(log.contains("ours to be read"), "{log}");
        assert!(!log.contains("ours in detail"), "{log}");
        assert!(!log.contains("a library's"), "{log}");
    }

    #[cfg(debug_assertions)]
    #[test]
    fn a_program_built_to_be_debugged_can_write_everything() {
        let name = "log::tests::a_program_built_to_be_debugged_can_write_everything";
        let Again::Parent(mut child) = again::from(name) else { return log_at_every_level() };
        let folder = tempfile::tempdir().unwrap();

        again::succeed(child.env(FOLDER, folder.path()).env(ASKED, "trace"));

        let log = written(folder.path());
        for event in ["ours to be read", "ours in detail", "a library's"] {
            assert!(log.contains(event), "{log}");
        }
    }

    fn log_at_every_level() {
        let log = start(env::var_os(FOLDER).unwrap().into()).unwrap();

        tracing::info!("ours to be read");
        tracing::trace!("ours in detail");
        tracing::error!(target: "hyper::proto", "a library's");

        log.finish();
    }

    fn written(folder: &Path) -> String {
        let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap();
        fs::read_to_string(file.path()).unwrap()
    }
}
