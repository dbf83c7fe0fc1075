//! The app without a driver, as it runs in a person's hands: it is read by what it copies.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::timeout;

use crate::{
    clipboard,
    process::{Other, PATIENCE, Running},
    tour::Tour,
    window::{Looks, Window},
};

/// The app's window with nothing that drives its page; the driver would not outlive the page.
#[derive(Debug)]
pub struct Unattended {
    window: Window,
    tour: Tour,
    program: Running,
}

impl Unattended {
    pub(crate) async fn attach(program: Running, tour: Tour) -> Result<Self> {
        let window = Window::find().await?;
        window.move_up().await?;
        Ok(Self { window, tour, program })
    }

    pub(crate) async fn attach_beside(
        program: Running,
        tour: Tour,
        other: &Window,
    ) -> Result<Self> {
        let window = other.find_another().await?;
        window.move_up().await?;
        Ok(Self { window, tour, program })
    }

    /// The window that the page is in.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Waits until the page holds all these texts: selects and copies all that it shows.
    ///
    /// # Errors
    ///
    /// Fails if it does not come to hold them.
    pub async fn see_texts(&self, texts: &[&str]) -> Result<()> {
        let mut shown = String::new();
        let found = timeout(PATIENCE, async {
            while !texts.iter().all(|text| shown.contains(text)) {
                self.window.press("ctrl+a").await?;
                self.window.press("ctrl+c").await?;
                // Nothing is there as long as nothing was copied.
                shown = clipboard::text().await.unwrap_or_default();
            }
            Ok(())
        });
        let found = found.await;
        found.with_context(|| format!("waited for {texts:?}, but the page shows {shown:?}"))?
    }

    /// Stops the program in the middle of whatever it does, until [`thaw`](Self::thaw).
    ///
    /// # Errors
    ///
    /// Fails if it has ended.
    pub fn freeze(&self) -> Result<()> {
        self.program.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    ///
    /// Fails if it has ended.
    pub fn thaw(&self) -> Result<()> {
        self.program.signal(Signal::CONT)
    }

    /// Closes the window as a person does, and waits until the program has ended well.
    ///
    /// # Errors
    ///
    /// Fails if it does not.
    pub async fn close(mut self) -> Result<()> {
        self.window.press("alt+F4").await?;
        let code = self.program.ended().await?;
        ensure!(code == Some(0), "the program ended with {code:?}");
        Ok(())
    }

    /// Ends the process that runs the page, as the system does when memory is short.
    ///
    /// # Errors
    ///
    /// Fails if there is no such process.
    pub async fn kill_page(&self) -> Result<()> {
        let id = self.page_process().await?;
        let page = Other::hold(id)?;
        let pid = Pid::from_raw(id).context("not a process id")?;
        kill_process(pid, Signal::KILL)?;
        page.ended().await
    }

    /// Takes a picture for the tour, if one is made, of what [`Self::see_texts`] has seen: without
    /// its selection, and as soon as that is drawn.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be taken.
    pub async fn picture(&self, name: &str, caption: &str) -> Result<()> {
        let Some(file) = self.tour.file(name) else { return Ok(()) };
        let drawn = timeout(PATIENCE, async {
            let selected = self.drawn(|_| true).await?;
            self.window.click().await?;
            self.drawn(|looks| *looks != selected).await
        });
        drawn.await.context("the page is not drawn")??;
        self.window.picture(&file).await?;
        self.tour.add(name, caption)
    }

    async fn page_process(&self) -> Result<i32> {
        let program = self.window.process().await?.to_string();
        for process in fs::read_dir("/proc")? {
            let status = process?.path().join("status");
            // What has ended meanwhile is none of ours.
            let Ok(status) = fs::read_to_string(status) else { continue };
            let field =
                |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if field("PPid:") == Some(&*program)
                && field("Name:").is_some_and(|name| name.starts_with("WebKitWebProces"))
                && let Some(id) = field("Pid:").and_then(|id| id.parse().ok())
            {
                return Ok(id);
            }
        }
        bail!("no process runs the page")
    }

    /// Looks until the window has more colours than a page of one line, and is as wanted.
    async fn drawn(&self, wanted: impl Fn(&Looks) -> bool) -> Result<Looks> {
        loop {
            let looks = self.window.looks().await?;
            if looks.colours > 800 && wanted(&looks) {
                return Ok(looks);
            }
        }
    }
}
