//! A display without a screen, with a window manager on it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How long the display and the window manager may take to come up. Both take well under a second;
/// a machine that is busy otherwise gets patience.
const DEADLINE: Duration = Duration::from_secs(30);

/// Xvfb with openbox. Both end when this is dropped.
#[derive(Debug)]
pub(crate) struct Display {
    // Dropped in this order.
    _window_manager: Running,
    server: Server,
}

impl Display {
    /// Starts both, and waits until the display takes clients and windows are managed.
    ///
    /// `prepare` gives the window manager its environment.
    ///
    /// # Errors
    ///
    /// Fails when a program is missing, ends, or is not ready in time.
    pub(crate) fn start(prepare: impl Fn(&mut Command)) -> Result<Self> {
        let server = Server::start()?;
        let mut openbox = Command::new("openbox");
        prepare(&mut openbox);
        openbox.env("DISPLAY", server.display()).stdout(Stdio::null());
        let window_manager = Running::start(&mut openbox)?;
        await_window_manager(&server).context("openbox did not start")?;
        Ok(Self { _window_manager: window_manager, server })
    }

    /// The value of `DISPLAY`.
    pub(crate) fn name(&self) -> String {
        self.server.display()
    }
}

/// Xvfb.
#[derive(Debug)]
struct Server {
    number: u32,
    process: Running,
}

impl Server {
    fn start() -> Result<Self> {
        // The server takes a free number itself and tells which on its standard output.
        let mut process = Running::start(
            Command::new("Xvfb")
                // Without repeating keys: on a busy machine one that is held for a moment would.
                .args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-r"])
                .stdout(Stdio::piped()),
        )?;
        let number = await_line(process.stdout()?, |line| line.trim().parse().ok())
            .context("Xvfb did not start")?;
        Ok(Self { number, process })
    }

    fn display(&self) -> String {
        format!(":{}", self.number)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.end();
        // A server that is killed leaves its lock and its socket behind. The next one would clear
        // them away as well, so it does not matter if they are gone or cannot be removed.
        drop(fs::remove_file(format!("/tmp/.X{}-lock", self.number)));
        drop(fs::remove_file(format!("/tmp/.X11-unix/X{}", self.number)));
    }
}

/// Waits until a window manager has announced itself on the root window: `xprop -spy` prints its
/// properties now and each time that one changes.
fn await_window_manager(server: &Server) -> Result<()> {
    let mut spy = Running::start(
        Command::new("xprop")
            .args(["-root", "-spy"])
            .env("DISPLAY", server.display())
            .stdout(Stdio::piped()),
    )?;
    await_line(spy.stdout()?, |line| line.starts_with("_NET_SUPPORTING_WM_CHECK").then_some(()))
}

/// A program that is ended when this is dropped.
#[derive(Debug)]
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_owned();
        let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
        Ok(Self(child.with_context(|| format!("cannot run {}", name.display()))?))
    }

    fn stdout(&mut self) -> Result<ChildStdout> {
        self.0.stdout.take().context("the output is not readable")
    }

    /// Ends the program. One that has ended already is as good.
    fn end(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits for the first line that `wanted` makes something of.
fn await_line<T: Send + 'static>(
    output: impl Read + Send + 'static,
    wanted: impl Fn(&str) -> Option<T> + Send + 'static,
) -> Result<T> {
    await_line_until(Instant::now() + DEADLINE, output, wanted)
}

fn await_line_until<T: Send + 'static>(
    deadline: Instant,
    output: impl Read + Send + 'static,
    wanted: impl Fn(&str) -> Option<T> + Send + 'static,
) -> Result<T> {
    let (found, finding) = mpsc::channel();
    // The thread ends with the line, or with the output of a program that ends.
    thread::spawn(move || {
        let lines = BufReader::new(output).lines();
        if let Some(value) = lines.map_while(Result::ok).find_map(|line| wanted(&line)) {
            // Nobody listens any more after the deadline.
            drop(found.send(value));
        }
    });
    match finding.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(value) => Ok(value),
        Err(RecvTimeoutError::Timeout) => bail!("it was not ready in time"),
        Err(RecvTimeoutError::Disconnected) => bail!("it ended"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_is_taken() {
        let number = await_line(&b"starting\n99\n100\n"[..], |line| line.parse::<u32>().ok());

        assert_eq!(number.unwrap(), 99);
    }

    #[test]
    fn a_program_that_ends_without_the_line_is_not_waited_for() {
        let error =
            await_line(&b"cannot start\n"[..], |line| line.parse::<u32>().ok()).unwrap_err();

        assert_eq!(error.to_string(), "it ended");
    }

    #[cfg(unix)]
    #[test]
    fn silence_ends_with_the_deadline() {
        let (silent, _kept_open) = std::os::unix::net::UnixStream::pair().unwrap();

        let error = await_line_until(Instant::now(), silent, |_| Some(())).unwrap_err();

        assert_eq!(error.to_string(), "it was not ready in time");
    }
}
