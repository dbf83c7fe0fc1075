//! How fast files are read, beside the programs that people would take otherwise; started by
//! `cargo xtask bench hash`, which builds our program and installs the others.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "this program talks to the person in front of it"
)]

mod cases;
mod corpora;
mod measured;
mod read_text;
mod report;
mod sums;

use std::{env, ffi::OsString, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};

use crate::{cases::Bench, report::Report};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    match Asked::parse(env::args_os().skip(1))? {
        Asked::Read(text) => read_text::print(&text),
        Asked::Bench { program, folder, json } => {
            let report = Report::new(json);
            Bench::new(&program, folder, report)?.run()
        }
    }
}

/// What this program can be asked for.
enum Asked {
    /// The cases.
    Bench {
        /// Our program.
        program: PathBuf,
        /// Where files may lie that take long to make.
        folder: PathBuf,
        /// Whether to print an object a line.
        json: bool,
    },
    /// One side of a case: the digests of a text.
    Read(PathBuf),
}

impl Asked {
    fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self> {
        let (mut program, mut folder, mut json) = (None, None, false);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                // What cargo says to each bench.
                Some("--bench") => {}
                Some("--json") => json = true,
                Some("--program") => program = arguments.next(),
                Some("--folder") => folder = arguments.next(),
                Some(read_text::ARGUMENT) => {
                    return Ok(Self::Read(arguments.next().context("which text?")?.into()));
                }
                _ => bail!("what is {}?", argument.display()),
            }
        }
        let why = "this is started by `cargo xtask bench hash`";
        let program = PathBuf::from(program.context(why)?);
        Ok(Self::Bench { program, folder: folder.context(why)?.into(), json })
    }
}
