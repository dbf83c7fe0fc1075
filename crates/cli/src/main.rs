//! Droptrace without a window: the digests of files and folders, printed as `sha1sum` prints them.

mod arguments;
mod feed;
mod hash;
mod lines;
mod list;
mod name;
mod outcome;
mod printer;
mod progress;
mod screen;
mod window;

use std::{env, io, process::ExitCode};

use crate::hash::Ending;

fn main() -> ExitCode {
    match arguments::parse(env::args_os()) {
        Ok(request) => hash::run(request).into(),
        Err(instead) => say(&instead),
    }
}

/// Prints what the program says instead of doing something: an error, its help, its version.
fn say(instead: &clap::Error) -> ExitCode {
    match instead.print() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ending::BrokenPipe.into(),
        // If it cannot be said, the exit code still tells.
        Err(_) if instead.exit_code() == 0 => Ending::NotAllRead.into(),
        Ok(()) | Err(_) => {
            u8::try_from(instead.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::AllRead => Self::SUCCESS,
            Ending::NotAllRead => Self::FAILURE,
            Ending::Interrupted => Self::from(hash::INTERRUPTED),
            // As of a program that the system ends for it (SIGPIPE, 13); Windows knows no such end.
            Ending::BrokenPipe => Self::from(if cfg!(unix) { 128 + 13 } else { 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use droptrace_core::words::{counted, sentence};

    #[test]
    fn every_sentence_that_this_program_says_has_its_words() {
        let mut said = 0;
        for file in fs::read_dir("src").unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for key in text.split('"').filter(|text| {
                let rest = text.split_once('.').filter(|(topic, _)| *topic == "cli");
                rest.is_some_and(|(_, rest)| {
                    rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
                })
            }) {
                said += 1;
                let key = &*key.to_owned().leak();
                assert!(sentence(key) != key || counted(key, 1, &[]) != key, "{key}");
            }
        }
        assert!(said > 30, "{said}");
    }
}
