//! Programs that are run: to their end, or beside the journey for as long as it needs them.

use std::{fs, os::fd::OwnedFd, process::Stdio, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, pidfd_send_signal},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

/// How long anything may take. A machine that is busy otherwise gets patience; nobody waits that
/// long for what works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// Runs a program to its end and returns what it printed.
///
/// # Errors
///
/// Fails if it cannot be run, fails itself, or does not end.
pub(crate) async fn output(command: &mut Command) -> Result<String> {
    let name = command.as_std().get_program().display().to_string();
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output())
        .await
        .with_context(|| format!("{name} does not end"))?
        .with_context(|| format!("cannot run {name}"))?;
    ensure!(
        output.status.success(),
        "{name}: {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// A program that runs beside the journey. It is ended, with the programs that it started, when
/// this is dropped.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    group: Option<Pid>,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Running {
    /// Starts it in a process group of its own. What it prints is read from the start, so that it
    /// never waits for a reader.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be run.
    pub fn start(command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::null());
        Self::spawn(command)
    }

    /// Starts it as [`Running::start`] does, and gives it something to read.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be run, or does not read.
    pub async fn start_with(command: &mut Command, input: &str) -> Result<Self> {
        command.stdin(Stdio::piped());
        let mut running = Self::spawn(command)?;
        let mut reader = running.child.stdin.take().context("it takes no input")?;
        reader.write_all(input.as_bytes()).await?;
        Ok(running)
    }

    fn spawn(command: &mut Command) -> Result<Self> {
        let name = command.as_std().get_program().display().to_string();
        command.stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let output = child.stdout.take().context("the output is not readable")?;
        let (sender, lines) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut output = BufReader::new(output).lines();
            while let Ok(Some(line)) = output.next_line().await {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { name, child, group, lines })
    }

    /// Waits for the first line from here on that `wanted` makes something of.
    ///
    /// # Errors
    ///
    /// Fails if it does not come.
    pub async fn line<T>(&mut self, mut wanted: impl FnMut(&str) -> Option<T>) -> Result<T> {
        let mut passed = Vec::new();
        let found = timeout(PATIENCE, async {
            while let Some(line) = self.lines.recv().await {
                if let Some(found) = wanted(&line) {
                    return Some(found);
                }
                passed.push(line);
            }
            None
        });
        match found.await {
            Ok(Some(found)) => Ok(found),
            Ok(None) => bail!("{} ended; it printed {passed:?}", self.name),
            Err(_) => bail!("{} did not print what was waited for, but {passed:?}", self.name),
        }
    }

    /// Sends it a signal, and the programs that it started.
    ///
    /// # Errors
    ///
    /// Fails if it has ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let group = self.group.with_context(|| format!("{} has ended", self.name))?;
        Ok(kill_process_group(group, signal)?)
    }

    /// Waits until it ends by itself, and returns its exit code; none if a signal ended it.
    ///
    /// # Errors
    ///
    /// Fails if it does not end.
    pub async fn ended(&mut self) -> Result<Option<i32>> {
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .with_context(|| format!("{} does not end", self.name))??;
        Ok(status.code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // Fails only if all of them have ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// A process that somebody else started, to wait for its end.
#[derive(Debug)]
pub(crate) struct Other(OwnedFd);

impl Other {
    /// Takes hold of the process that has this id now.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub(crate) fn hold(id: i32) -> Result<Self> {
        let pid = Pid::from_raw(id).context("not a process id")?;
        Ok(Self(pidfd_open(pid, PidfdFlags::empty())?))
    }

    /// Sends it a signal.
    ///
    /// # Errors
    ///
    /// Fails if it has ended.
    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        Ok(pidfd_send_signal(&self.0, signal)?)
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    ///
    /// Fails if it does not end.
    pub(crate) async fn ended(self) -> Result<()> {
        let patience = Timespec::try_from(PATIENCE)?;
        // The system calls it readable when it has ended.
        let waiting = tokio::task::spawn_blocking(move || {
            poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&patience))
        });
        ensure!(waiting.await?? == 1, "the process does not end");
        Ok(())
    }
}

/// How long a process has been running, to a hundredth of a second.
///
/// # Errors
///
/// Fails if there is none of this id.
pub(crate) fn age(id: i32) -> Result<Duration> {
    let facts = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name, which comes first, can hold anything.
    let (_, facts) = facts.rsplit_once(") ").context("not the facts of a process")?;
    let started = facts.split(' ').nth(19).context("no start")?;
    let uptime = fs::read_to_string("/proc/uptime")?;
    let (uptime, _) = uptime.split_once(' ').context("not an uptime")?;
    // Both count from the start of the system.
    let started = Duration::from_millis(10 * started.parse::<u64>()?);
    Ok(Duration::try_from_secs_f64(uptime.parse()?)?.saturating_sub(started))
}
