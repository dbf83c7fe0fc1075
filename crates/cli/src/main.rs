//! Droptrace without a window: the digests of files and folders, printed as `sha1sum` prints them, and
//! the alerts that are visible to whoever asks.

mod arguments;
mod feed;
mod hash;
mod lines;
mod list;
mod lookup;
mod name;
mod outcome;
mod printer;
mod progress;
mod screen;
mod window;

use std::{env, io, process::ExitCode};

use crate::{arguments::Task, hash::Ending};

fn main() -> ExitCode {
    match arguments::parse(env::args_os()) {
        Ok(Task::Hash(request)) => hash::run(request).into(),
        Ok(Task::Lookup(asked)) => lookup::run(asked).code().into(),
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
            Ending::BrokenPipe => Self::from(hash::BROKEN_PIPE),
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
        let files =
            ["src", "src/lookup"].into_iter().flat_map(|folder| fs::read_dir(folder).unwrap());
        for file in files.map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
            let text = fs::read_to_string(file).unwrap();
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
        assert!(said > 90, "{said}");
    }
}
