//! What a screen reader finds: the accessibility tree that the app gives the system.

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use crate::{home::Home, process::Running};

/// The program that reads the tree; the system's Python has the bindings.
const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/journeys/read_aloud.py");
const PYTHON: &str = "/usr/bin/python3";

/// The accessibility bus, as desktops start it.
const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";
const BUS: &str = "org.a11y.Bus";

/// Something that is read aloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// What the system calls it: `list item`, `button`, `status bar`.
    pub role: String,
    /// What is said of it.
    pub name: String,
}

/// Starts the accessibility bus on the home's session bus, and waits until it is there.
pub(crate) async fn start_bus(home: &Home) -> Result<Running> {
    let mut launcher = Command::new(LAUNCHER);
    home.move_in(&mut launcher)?;
    launcher.args(["--launch-immediately", "--a11y=1", "--screen-reader=1"]);
    let launcher = Running::start(&mut launcher)?;
    let mut wait = Command::new("gdbus");
    home.move_in(&mut wait)?;
    let came = wait.args(["wait", "--session", "--timeout=30", BUS]).status().await?;
    ensure!(came.success(), "the accessibility bus did not come");
    Ok(launcher)
}

/// Waits until the tree of a process has something for each text, and gives them in that order.
pub(crate) async fn find(home: &Home, process: i32, texts: &[&str]) -> Result<Vec<Spoken>> {
    let mut reader = Command::new(PYTHON);
    home.move_in(&mut reader)?;
    let output = reader.arg(READER).arg(process.to_string()).args(texts).output().await?;
    let printed = String::from_utf8(output.stdout)?;
    ensure!(
        output.status.success(),
        "not everything is read aloud:\n{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let spoken = printed.lines().map(|line| {
        let (role, name) = line.split_once('\t').context("not a role and a name")?;
        Ok(Spoken { role: role.to_owned(), name: name.to_owned() })
    });
    spoken.collect()
}
