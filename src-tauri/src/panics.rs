//! A panic in the log: where it was, and nothing of what it said.

use std::{
    io::{self, Write},
    panic, thread,
};

/// From now on a panic is told by its place and thread alone, in the log and on standard error.
/// What it says could hold a token or a file name, and what the standard library would print is
/// not printed.
pub(crate) fn tell_places_only() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = thread::current();
        let thread = thread.name().unwrap_or("without a name");
        tracing::error!(place, thread, "panicked");
        // Where there is no log yet; and the last line of a log may be lost when a panic ends the
        // program. If this fails too, nobody is left to be told.
        drop(writeln!(io::stderr(), "panicked at {place} in thread {thread}"));
    }));
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;
    use crate::{
        again::{self, Again},
        log,
    };

    /// Found in nothing that is written; put together, so that no compiler's message holds it.
    fn canary() -> String {
        ["0.AXEA", "canary", "of-a-panic"].join("-")
    }

    const FOLDER: &str = "DROPTRACE_TEST_FOLDER";

    #[test]
    fn a_panic_tells_its_place_and_not_what_it_said() {
        match again::from("panics::tests::a_panic_tells_its_place_and_not_what_it_said") {
            Again::Child => panic_in_every_way(Path::new(&env::var_os(FOLDER).unwrap())),
            Again::Parent(mut child) => {
                let folder = tempfile::tempdir().unwrap();

                let printed =
                    again::succeed(child.env(FOLDER, folder.path()).env("RUST_BACKTRACE", "full"));

                let file = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
                let log = fs::read_to_string(file).unwrap();
                assert!(!printed.contains(&canary()), "{printed}");
                assert!(!log.contains(&canary()), "{log}");
                for told in [&printed, &log] {
                    assert_eq!(told.matches("panicked").count(), 4, "{told}");
                    assert_eq!(told.matches("panics.rs:").count(), 4, "{told}");
                    assert!(told.contains("reader"), "{told}");
                }
            }
        }
    }

    /// With a text, with a formatted one, with an error's `Debug`, and in a task.
    fn panic_in_every_way(folder: &Path) {
        let log = log::start(folder.to_owned()).unwrap();
        tell_places_only();

        let reader = thread::Builder::new().name("reader".into());
        reader.spawn(|| panic::panic_any(canary())).unwrap().join().unwrap_err();
        panic::catch_unwind(|| panic!("token {}", canary())).unwrap_err();
        panic::catch_unwind(|| refused().unwrap()).unwrap_err();
        let task = tauri::async_runtime::spawn(async { panic!("token {}", canary()) });
        tauri::async_runtime::block_on(task).unwrap_err();

        log.finish();
    }

    fn refused() -> Result<(), String> {
        Err(canary())
    }
}
