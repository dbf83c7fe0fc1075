//! The window: what Tauri needs to know, and nothing that core could know.

// No console beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[cfg(test)]
mod again;
mod app;
#[cfg(test)]
mod built;
mod clipboard;
mod commands;
mod core_dumps;
mod desktop;
mod drop;
mod log;
mod page;
mod panics;
mod picker;
#[cfg(feature = "practice")]
mod practice;
mod reload;

use std::process::ExitCode;

fn main() -> ExitCode {
    panics::tell_places_only();
    // A program built to be debugged may be looked into.
    let core_dumps = if cfg!(debug_assertions) { Ok(()) } else { core_dumps::forbid() };
    match app::run(core_dumps) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            app::tell_that_it_cannot_start(&error);
            ExitCode::FAILURE
        }
    }
}
