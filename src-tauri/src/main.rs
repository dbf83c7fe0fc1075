//! The window: what Tauri needs to know, and nothing that core could know.

// No console beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
#[cfg(test)]
mod built;
mod clipboard;
mod commands;
mod desktop;
mod drop;
mod log;
mod page;
mod picker;
#[cfg(feature = "practice")]
mod practice;
mod reload;

use std::process::ExitCode;

fn main() -> ExitCode {
    match app::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            app::tell_that_it_cannot_start(&error);
            ExitCode::FAILURE
        }
    }
}
