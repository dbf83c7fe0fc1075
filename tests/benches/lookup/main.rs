//! How long lookups take under the quota, beside what people would take otherwise, against servers
//! that count in different ways; in simulated time, with the quota of the app. Started by
//! `cargo xtask bench lookup`.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "this program talks to the person in front of it"
)]
#![expect(clippy::unwrap_used, reason = "in the scenarios what cannot be set up is a failed test")]

#[expect(dead_code, reason = "the scenarios use more of it")]
#[path = "../../scenarios/analyst.rs"]
mod analyst;
#[expect(dead_code, reason = "the scenarios use more of it")]
#[path = "../../scenarios/browser.rs"]
mod browser;
mod cases;
mod clients;
mod measured;
#[expect(dead_code, reason = "the scenarios use more of it")]
#[path = "../../scenarios/memory_keyring.rs"]
mod memory_keyring;
mod oracle;
mod report;
#[expect(dead_code, reason = "the scenarios use more of it")]
#[path = "../../scenarios/scene.rs"]
mod scene;
mod servers;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};
use droptrace_core as core;

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
    let mut json = false;
    for argument in env::args().skip(1) {
        match argument.as_str() {
            // What cargo says to each bench.
            "--bench" => {}
            "--json" => json = true,
            _ => bail!("what is {argument}?"),
        }
    }
    Bench::new(Report::new(json)).run()
}
