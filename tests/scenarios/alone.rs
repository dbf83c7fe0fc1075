//! A test that needs a process to itself: it starts this program again, for that one test.

use std::{env, path::PathBuf, process::Stdio};

use tokio::process::Command;

const MARK: &str = "DROPTRACE_TEST_ALONE";

/// Whether this process was started for one test.
pub(crate) fn is_alone() -> bool {
    env::var_os(MARK).is_some()
}

/// Runs the test of this name alone, with these variables besides those of this process, and fails
/// with what it said if it fails.
pub(crate) async fn run_alone(test: &str, variables: &[(&str, &str)]) {
    let output = Command::new(this_program())
        .args(["--exact", test, "--nocapture"])
        .env(MARK, "1")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// This program; on Linux even if its file has been replaced by a newer build meanwhile.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") { "/proc/self/exe".into() } else { env::current_exe().unwrap() }
}
