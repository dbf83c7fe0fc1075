//! The app's window as the window system has it: place, size, keys, picture.

use std::{collections::HashMap, path::Path};

use anyhow::{Context as _, Result};
use tokio::{process::Command, time::timeout};

use crate::process::{PATIENCE, Running, output};

/// A window of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window(String);

/// Where a window lies on the display, without its frame, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The left edge.
    pub x: i32,
    /// The upper edge.
    pub y: i32,
    /// The width.
    pub width: i32,
    /// The height.
    pub height: i32,
}

/// What a window looks like, to be compared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Looks {
    pub(crate) colours: u32,
    pub(crate) digest: String,
}

impl Place {
    pub(crate) fn middle(self) -> (i32, i32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

impl Window {
    /// Waits until the app has a window on the display.
    ///
    /// # Errors
    ///
    /// Fails if there is none in time.
    pub async fn find() -> Result<Self> {
        Self::whose("WM_CLASS", "droptrace", None).await.context("the app shows no window")
    }

    /// Waits until the app has a window on the display beside this one.
    ///
    /// # Errors
    ///
    /// Fails if there is none in time.
    pub(crate) async fn find_another(&self) -> Result<Self> {
        let found = Self::whose("WM_CLASS", "droptrace", Some(self)).await;
        found.context("the app shows no other window")
    }

    /// How many windows the app has on the display.
    ///
    /// # Errors
    ///
    /// Fails if the display does not tell.
    pub async fn count() -> Result<usize> {
        let mut count = 0;
        for id in ids(&output(Command::new("xprop").args(["-root", "_NET_CLIENT_LIST"])).await?) {
            let id = id.to_string();
            let told = output(Command::new("xprop").args(["-id", &id, "WM_CLASS"])).await;
            // One that has gone meanwhile is none.
            count += usize::from(told.is_ok_and(|told| told.contains("\"droptrace\"")));
        }
        Ok(count)
    }

    /// Waits until the app has no window on the display any more: that of a program that has ended
    /// can be there a little longer.
    ///
    /// # Errors
    ///
    /// Fails if one stays.
    pub(crate) async fn none() -> Result<()> {
        let mut spy =
            Running::start(Command::new("xprop").args(["-root", "-spy", "_NET_CLIENT_LIST"]))?;
        while Self::count().await? > 0 {
            spy.line(|_| Some(())).await.context("an earlier window of the app stays")?;
        }
        Ok(())
    }

    /// Waits until a window with this title is on the display: a dialog of the app.
    ///
    /// # Errors
    ///
    /// Fails if there is none in time.
    pub async fn titled(title: &str) -> Result<Self> {
        Self::whose("_NET_WM_NAME", title, None)
            .await
            .with_context(|| format!("no window {title:?}"))
    }

    /// Waits until another program's window of this class is on the display.
    ///
    /// # Errors
    ///
    /// Fails if there is none in time.
    pub(crate) async fn of_class(class: &str) -> Result<Self> {
        Self::whose("WM_CLASS", class, None).await.with_context(|| format!("no window of {class}"))
    }

    /// Waits until the display has it no more, which can be a little after its program has ended.
    ///
    /// # Errors
    ///
    /// Fails if it stays.
    pub(crate) async fn is_gone(&self) -> Result<()> {
        let mut spy =
            Running::start(Command::new("xprop").args(["-root", "-spy", "_NET_CLIENT_LIST"]))?;
        let gone = |line: &str| ids(line).iter().all(|id| id.to_string() != self.0).then_some(());
        spy.line(gone).await.context("the window stays")
    }

    /// Waits for a window of which a property holds this text, and which is not that other one.
    async fn whose(property: &str, text: &str, other: Option<&Self>) -> Result<Self> {
        let text = format!("{text:?}");
        // Prints the list now and each time that it changes. A search through all windows of the
        // display would stumble over one that goes while it is looked at.
        let mut spy =
            Running::start(Command::new("xprop").args(["-root", "-spy", "_NET_CLIENT_LIST"]))?;
        loop {
            for id in spy.line(|line| Some(ids(line))).await? {
                let hexadecimal = format!("{id:#x}");
                let mut xprop = Command::new("xprop");
                let told = output(xprop.args(["-id", &hexadecimal, property])).await;
                // One that has gone meanwhile is not the one.
                let found = Self(id.to_string());
                if told.is_ok_and(|told| told.contains(&text)) && other != Some(&found) {
                    return Ok(found);
                }
            }
        }
    }

    /// Types a text in the window.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.activate().await?;
        xdotool(&["type", "--clearmodifiers", text]).await?;
        Ok(())
    }

    /// The title in its frame.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn title(&self) -> Result<String> {
        Ok(xdotool(&["getwindowname", &self.0]).await?.trim_end().to_owned())
    }

    /// Waits until the title in its frame is this.
    ///
    /// # Errors
    ///
    /// Fails if it stays another.
    pub async fn is_titled(&self, title: &str) -> Result<()> {
        let titled = format!("= {title:?}");
        // Prints the property now and each time that it changes.
        let mut spy =
            Running::start(Command::new("xprop").args(["-id", &self.0, "-spy", "_NET_WM_NAME"]))?;
        let found = spy.line(|line| line.trim_end().ends_with(&titled).then_some(()));
        found.await.with_context(|| format!("the window is not titled {title:?}"))
    }

    /// Presses keys, as `ctrl+v`, in the window.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn press(&self, keys: &str) -> Result<()> {
        self.activate().await?;
        xdotool(&["key", "--clearmodifiers", keys]).await?;
        Ok(())
    }

    /// Puts the window away.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn minimize(&self) -> Result<()> {
        xdotool(&["windowminimize", "--sync", &self.0]).await?;
        Ok(())
    }

    /// Waits until the window is the one that the person works in.
    ///
    /// # Errors
    ///
    /// Fails if it does not come to the front.
    pub async fn is_at_the_front(&self) -> Result<()> {
        let id: u64 = self.0.parse()?;
        let at_the_front = format!("window id # {id:#x}");
        // Prints the property now and each time that it changes.
        let mut spy =
            Running::start(Command::new("xprop").args(["-root", "-spy", "_NET_ACTIVE_WINDOW"]))?;
        let front = spy.line(|line| line.trim_end().ends_with(&at_the_front).then_some(()));
        front.await.context("the window does not come to the front")
    }

    /// The process that the window belongs to.
    pub(crate) async fn process(&self) -> Result<i32> {
        Ok(xdotool(&["getwindowpid", &self.0]).await?.trim().parse()?)
    }

    /// Brings the window to the front. It is not `xdotool` that waits for it: that looks at the window
    /// which was there before, and fails where that one is just going.
    pub(crate) async fn activate(&self) -> Result<()> {
        xdotool(&["windowactivate", &self.0]).await?;
        self.is_at_the_front().await
    }

    /// Asks for this size; the page tells when it has it.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        xdotool(&["windowsize", &self.0, &width.to_string(), &height.to_string()]).await?;
        Ok(())
    }

    /// Asks for this place of the corner of its frame.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn move_to(&self, x: i32, y: i32) -> Result<()> {
        xdotool(&["windowmove", &self.0, &x.to_string(), &y.to_string()]).await.map(drop)
    }

    /// Clicks twice on the title in its frame, which maximises it or gives it back its size.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn double_click_title(&self) -> Result<()> {
        let Place { x, y, width, .. } = self.place().await?;
        let (x, y) = ((x + width / 2).to_string(), (y - 8).to_string());
        let click = ["click", "--repeat", "2", "--delay", "1", "1"];
        xdotool(&[&["mousemove", "--sync", &x, &y], &click[..]].concat()).await.map(drop)
    }

    /// Waits until its place is like this.
    ///
    /// # Errors
    ///
    /// Fails if it does not come to be, with the place that it has.
    pub async fn is_placed(&self, wanted: impl Fn(Place) -> bool) -> Result<Place> {
        let mut seen = None;
        let found = timeout(PATIENCE, async {
            // The display tells of no window's place but to the window itself, so this asks.
            loop {
                let place = self.place().await?;
                if wanted(place) {
                    return Ok(place);
                }
                seen = Some(place);
            }
        });
        found.await.with_context(|| format!("the window lies at {seen:?}"))?
    }

    /// Where it lies now.
    ///
    /// # Errors
    ///
    /// Fails if the window is gone.
    pub async fn place(&self) -> Result<Place> {
        let text = output(Command::new("xwininfo").args(["-id", &self.0])).await?;
        let facts: HashMap<&str, i32> = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .filter_map(|(name, value)| Some((name.trim(), value.trim().parse().ok()?)))
            .collect();
        let fact = |name| facts.get(name).copied().with_context(|| format!("no {name} in {text}"));
        Ok(Place {
            x: fact("Absolute upper-left X")?,
            y: fact("Absolute upper-left Y")?,
            width: fact("Width")?,
            height: fact("Height")?,
        })
    }

    /// Moves the window to the upper left corner, so that what a journey puts at the lower edge of
    /// the display lies beside it.
    pub(crate) async fn move_up(&self) -> Result<()> {
        xdotool(&["windowmove", "--sync", &self.0, "0", "0"]).await?;
        Ok(())
    }

    /// Takes a picture of what the display shows in the window's place.
    pub(crate) async fn picture(&self, file: &Path) -> Result<()> {
        // Of the window alone, what another one covers would be black.
        let Place { x, y, width, height } = self.place().await?;
        let part = format!("{width}x{height}{x:+}{y:+}");
        let mut import = Command::new("import");
        import.args(["-window", "root", "-crop", &part, "+repage"]);
        output(import.arg(file)).await?;
        Ok(())
    }

    /// Clicks into the middle.
    pub(crate) async fn click(&self) -> Result<()> {
        let (x, y) = self.place().await?.middle();
        xdotool(&["mousemove", &x.to_string(), &y.to_string(), "click", "1"]).await?;
        Ok(())
    }

    /// Waits until its page is drawn: before that it takes no drag.
    ///
    /// # Errors
    ///
    /// Fails if it stays blank.
    pub async fn is_drawn(&self) -> Result<()> {
        // The edges of letters alone have more.
        const OF_A_BLANK_ONE: u32 = 16;
        let drawn = timeout(PATIENCE, async {
            // The display does not tell when it draws, so this asks.
            while self.looks().await?.colours <= OF_A_BLANK_ONE {}
            Ok(())
        });
        drawn.await.context("the window stays blank")?
    }

    /// What the display shows in the window's place.
    pub(crate) async fn looks(&self) -> Result<Looks> {
        let mut import = Command::new("import");
        let told = output(import.args(["-window", &self.0, "-format", "%k %#", "info:"])).await?;
        let (colours, digest) = told.split_once(' ').context("import told nothing")?;
        Ok(Looks { colours: colours.parse()?, digest: digest.to_owned() })
    }
}

/// The windows in a line of `xprop`: `… window id # 0x400003, 0x600003`.
fn ids(line: &str) -> Vec<u64> {
    let list = line.rsplit('#').next().unwrap_or_default();
    list.split(',')
        .filter_map(|id| u64::from_str_radix(id.trim().strip_prefix("0x")?, 16).ok())
        .collect()
}

/// Moves the mouse, presses keys.
pub(crate) async fn xdotool(arguments: &[&str]) -> Result<String> {
    output(Command::new("xdotool").args(arguments)).await
}
