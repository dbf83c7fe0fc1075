//! A test that needs a process to itself: it starts this program again, for that one test.

use std::{env, ffi::OsStr, process::Stdio};

use tokio::process::Command;

const MARK: &str = "DROPTRACE_TEST_ALONE";

/// Whether this process was started for one test.
pub(crate) fn is_alone() -> bool {
    env::var_os(MARK).is_some()
}

/// Runs the test of this name alone, with these variables besides those of this process, and fails
/// with what it said if it fails.
pub(crate) async fn run_alone<V: AsRef<OsStr>>(
    test: &str,
    variables: impl IntoIterator<Item = (&str, V)>,
) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(MARK, "1")
        .envs(variables)
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
