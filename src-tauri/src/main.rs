//! The window: what Tauri needs to know, and nothing that core could know.

// No console beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod about;
#[cfg(test)]
mod again;
mod app;
mod arguments;
#[cfg(test)]
mod built;
mod clipboard;
mod commands;
mod core_dumps;
mod desktop;
mod doorstep;
mod drop;
mod forgetting;
mod log;
mod neighbour;
mod page;
mod panics;
mod picker;
mod reload;
mod theme;
#[cfg(any(windows, test))]
mod web_view;
mod window_place;

use std::{
    env,
    fmt::Write as _,
    io::{self, Write as _},
    process::ExitCode,
};

use droptrace_core::words::sentence;

use crate::arguments::{Asked, UnknownOption};

/// How a program ends that was asked for what it does not know.
const NOT_UNDERSTOOD: u8 = 2;

fn main() -> ExitCode {
    panics::tell_places_only();
    let files = match arguments::read(env::args_os().skip(1)) {
        Ok(Asked::Files(files)) => files,
        Ok(Asked::Version) => {
            return say(&format!("{} {}", sentence("app.name"), env!("CARGO_PKG_VERSION")));
        }
        Ok(Asked::Help) => return say(&help()),
        Err(UnknownOption(option)) => {
            let option = option.display();
            let unknown = sentence("arguments.unknown");
            // If it cannot be said, the exit code still tells.
            let _ = writeln!(io::stderr(), "{unknown}: {option}\n\n{}", help());
            return ExitCode::from(NOT_UNDERSTOOD);
        }
    };
    #[cfg(target_os = "macos")]
    begin_again_in_text(&files);
    // A program built to be debugged may be looked into.
    let core_dumps = if cfg!(debug_assertions) { Ok(()) } else { core_dumps::forbid() };
    match app::run(files, core_dumps) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            app::tell_that_it_cannot_start(&error);
            ExitCode::FAILURE
        }
    }
}

/// What the program can be asked.
fn help() -> String {
    let mut help = format!("{}\n\n{}\n", sentence("arguments.usage"), sentence("arguments.files"));
    for (option, does) in [
        ("--version", sentence("arguments.version")),
        ("--help", sentence("arguments.help")),
        ("--", sentence("arguments.rest")),
    ] {
        // Writing to a text does not fail.
        let _ = write!(help, "\n  {option:<11}{does}");
    }
    help
}

fn say(text: &str) -> ExitCode {
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Starts this program again in its place where the name of a file is no text: if a window is open
/// already, its name is handed on, and what hands it on takes text alone.
#[cfg(target_os = "macos")]
fn begin_again_in_text(files: &[std::ffi::OsString]) {
    use std::{os::unix::process::CommandExt, process::Command};

    let folder = env::current_dir().unwrap_or_default();
    if let (Some(text), Ok(program)) = (arguments::as_text(files, &folder), env::current_exe()) {
        // Comes back only if it failed; the files then go on under the names that they have.
        let _ = Command::new(program).arg("--").args(text).exec();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_sentence_that_this_program_says_has_its_words() {
        let mut said = 0;
        for file in fs::read_dir("src").unwrap() {
            let file = file.unwrap().path();
            if file.is_dir() {
                continue;
            }
            for text in fs::read_to_string(file).unwrap().split('"') {
                let key = text.split_once('.').is_some_and(|(topic, rest)| {
                    ["arguments", "diagnostics", "picker", "start", "window"].contains(&topic)
                        && rest != "json" // a file
                        && rest.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
                });
                if key {
                    said += 1;
                    assert_ne!(sentence(text.to_owned().leak()), text);
                }
            }
        }
        assert!(said > 20, "{said}");
    }
}
