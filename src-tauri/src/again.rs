//! Tests of what holds for a whole process: each runs again in a process of its own.

use std::{
    env,
    process::{Command, Output},
};

const CHILD: &str = "DROPTRACE_TEST_AGAIN";

/// On which side a test is.
pub(crate) enum Again {
    /// In the process of its own.
    Child,
    /// In the one that starts it, with the command to do so.
    Parent(Command),
}

/// Which side this is of the test with this path.
pub(crate) fn from(test: &str) -> Again {
    if env::var_os(CHILD).is_some() {
        return Again::Child;
    }
    let mut child = Command::new(env::current_exe().unwrap());
    child.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(CHILD, "1");
    Again::Parent(child)
}

/// Runs the child, sees that its test ran and passed, and gives everything that it printed.
pub(crate) fn succeed(child: &mut Command) -> String {
    let Output { status, stdout, stderr } = child.output().unwrap();
    let mut printed = String::from_utf8(stdout).unwrap();
    printed.push_str(&String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{status}\n{printed}");
    assert!(printed.contains("1 passed"), "{printed}");
    printed
}
