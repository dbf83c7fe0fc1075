//! What a checkout of Droptrace can do for itself: install what is missing, build, run, test.
//!
//! Kept to two dependencies, so that it compiles in seconds on a machine that has only Rust.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "this program talks to the person in front of it"
)]

mod arguments;
mod bench;
mod bindings;
mod bundle;
mod cargo_messages;
mod checks;
mod consent;
mod display;
mod gate;
mod install;
mod journeys;
mod needs;
mod page;
mod run;
mod system;
mod third_party;
mod tools;
mod wine;
mod workspace;

use std::{env, process::ExitCode};

use anyhow::Result;

use crate::{
    arguments::{Measured, Task, USAGE},
    workspace::Workspace,
};

fn main() -> ExitCode {
    // Not returned from here: that would print a backtrace of this program, which tells nothing.
    Task::parse(env::args().skip(1)).and_then(perform).unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn perform(task: Task) -> Result<ExitCode> {
    match task {
        Task::Help => {
            println!("{USAGE}\nSteps of `test`: {}", gate::names().join(", "));
            Ok(ExitCode::SUCCESS)
        }
        Task::Run { yes } => run::run(&Workspace::open()?, yes),
        Task::Test { yes, only } => gate::run(Workspace::open()?, yes, &only),
        Task::Bindings => bindings::write(&Workspace::open()?),
        Task::Ui => page::show_states(&Workspace::open()?),
        Task::Licences => third_party::write(&Workspace::open()?),
        Task::Bench { measured: Measured::Hash, yes, json } => {
            bench::hash(&Workspace::open()?, yes, json)
        }
        Task::Bench { measured: Measured::Lookup, json, .. } => {
            bench::lookup(&Workspace::open()?, json)
        }
        Task::Bundle { yes } => bundle::make(&Workspace::open()?, yes),
    }
}
