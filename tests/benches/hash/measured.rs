//! What a program cost.

use std::{
    fs::File,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// What a program, or several in a row, cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// Time of the processor, user's and system's, with that of the programs that they started.
    pub(crate) cpu: Duration,
    /// Time on the wall.
    pub(crate) wall: Duration,
    /// The most memory that one of them held at a time, in bytes.
    pub(crate) memory: u64,
}

/// Runs programs, the output of each the input of the next, and that of the last into a file.
///
/// # Errors
///
/// If one of them cannot be run, or fails.
pub(crate) fn run(stages: &[Vec<String>], output: &Path) -> Result<Cost> {
    let mut last = Some(File::create(output).context("cannot make a file for output")?);
    let began = Instant::now();
    let (mut children, mut input) = (Vec::new(), Stdio::null());
    for (index, stage) in stages.iter().enumerate() {
        let (program, arguments) = stage.split_first().context("a program without a name")?;
        let mut command = Command::new(program);
        let errors = File::create(output.with_extension("errors"));
        command.args(arguments).stdin(input);
        command.stderr(errors.context("cannot make a file for errors")?);
        match last.take_if(|_| index + 1 == stages.len()) {
            Some(file) => command.stdout(file),
            None => command.stdout(Stdio::piped()),
        };
        let mut child = command.spawn().with_context(|| format!("cannot run {program}"))?;
        input = child.stdout.take().map_or_else(Stdio::null, Stdio::from);
        children.push((program, child));
    }
    let mut cost = Cost::default();
    for (program, child) in children {
        let used = child.wait4().with_context(|| format!("cannot wait for {program}"))?;
        let errors = output.with_extension("errors");
        let status = used.status;
        ensure!(status.success(), "{program} failed: {status}; see {}", errors.display());
        cost.cpu += used.rusage.utime + used.rusage.stime;
        cost.memory = cost.memory.max(used.rusage.maxrss);
    }
    cost.wall = began.elapsed();
    Ok(cost)
}

/// The middle of what was measured.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => figures[middle],
        _ => f64::midpoint(figures[middle - 1], figures[middle]),
    }
}
