//! The digests of a text, as the window takes them in.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
    sync::atomic::AtomicBool,
};

use anyhow::Result;
use droptrace_core::intake::Walker;

/// What this program is told to do this, in a process of its own that can be measured.
pub(crate) const ARGUMENT: &str = "--read-text";

/// Prints every digest on a line.
///
/// # Errors
///
/// If it cannot be printed.
pub(crate) fn print(text: &Path) -> Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut printed = Ok(());
    Walker::of_batch().walk(&[text.to_owned()], &AtomicBool::new(false), |found| {
        printed = found.digests.iter().try_for_each(|item| writeln!(out, "{}", item.digest));
        printed.is_ok()
    });
    printed?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
