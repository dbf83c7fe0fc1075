//! The real program where nobody is signed in, and no keyring and no browser is. With somebody who
//! is, it is tested among the scenarios.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do; the lint only knows test functions"
)]

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

/// The program, in a home of its own.
fn lookup(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_droptrace-cli"));
    command.current_dir(home).arg("lookup").args(arguments).stdin(Stdio::null());
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    for folder in ["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "APPDATA", "USERPROFILE"] {
        command.env(folder, home);
    }
    command
}

/// What it gave on both outputs, and how it ended.
fn ran(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), status.code().unwrap())
}

#[test]
fn wrong_use_ends_with_two_and_prints_nothing() {
    let home = tempfile::tempdir().unwrap();
    for arguments in
        [&["-x"][..], &["-"], &[], &["--csv", "--json", "a"], &["--stdin0", "a"], &["--account"]]
    {
        let (out, err, code) = ran(&mut lookup(home.path(), arguments));

        assert_eq!((&*out, code), ("", 2), "{arguments:?}");
        assert!(err.starts_with("error: "), "{err}");
    }
}

// Where the folders of other systems lie, their programs are not told by the environment.
#[cfg(target_os = "linux")]
#[test]
fn nobody_is_asked_for_where_nobody_is_signed_in() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a"), "abc").unwrap();

    for arguments in [&["a"][..], &["--json", "a"], &["--csv", "--account", "somebody", "a"]] {
        let (out, err, code) = ran(&mut lookup(home.path(), arguments));

        assert_eq!((&*out, code), ("", 13), "{arguments:?}");
        assert!(err.starts_with("droptrace-cli: Nobody is signed in. "), "{err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_signed_in_to_says_so() {
    let home = tempfile::tempdir().unwrap();

    let (out, err, code) = ran(&mut lookup(home.path(), &["--sign-in=always", "a"]));

    assert_eq!((&*out, code), ("", 13));
    assert_eq!(err, "droptrace-cli: No organisation is connected.\n");
}
