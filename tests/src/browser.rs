//! The system's browser: Chromium, driven from outside, without a window of its own.

use std::{env, fs::File, path::PathBuf};

use anyhow::{Context as _, Result};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    driver,
    home::Home,
    process::{PATIENCE, Running},
    tour::Tour,
};

/// The browser, with one tab.
#[derive(Debug)]
pub struct Browser {
    session: Client,
    tour: Tour,
    _driver: Running,
}

impl Browser {
    pub(crate) async fn start(home: &Home, tour: Tour) -> Result<Self> {
        let (driver, port) = chromedriver(home).await?;
        let profile = home.as_ref().join("browser");
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": program()?,
                "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--window-size=1000,760",
                    format!("--user-data-dir={}", profile.display()),
                    // Nothing but what the journey asks for.
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-quic",
                    "--disable-sync",
                ],
            },
        });
        let session = driver::connect(port, &capabilities).await?;
        Ok(Self { session, tour, _driver: driver })
    }

    /// Opens a link.
    ///
    /// # Errors
    ///
    /// Fails if the page does not load.
    pub async fn open(&self, link: &str) -> Result<()> {
        self.session.goto(link).await?;
        Ok(())
    }

    /// Presses the button with this `id`.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub async fn press(&self, id: &str) -> Result<()> {
        self.session.find(Locator::Id(id)).await?.click().await?;
        Ok(())
    }

    /// Waits until the page has this heading.
    ///
    /// # Errors
    ///
    /// Fails if it does not come to it.
    pub async fn see_heading(&self, text: &str) -> Result<()> {
        let heading = format!("//h1[contains(., \"{text}\")]");
        let found = loop {
            let looking = self.session.wait().at_most(PATIENCE);
            match looking.for_element(Locator::XPath(&heading)).await {
                // The look fell into the navigation that leads there.
                Err(error) if error.to_string().contains("aborted by navigation") => {}
                found => break found,
            }
        };
        if let Err(error) = found {
            let page = self.session.source().await.unwrap_or_default();
            return Err(error).context(format!("no heading {text:?} in {page}"));
        }
        Ok(())
    }

    /// The text of the page.
    ///
    /// # Errors
    ///
    /// Fails if the browser does not answer.
    pub async fn text(&self) -> Result<String> {
        Ok(self.session.find(Locator::Css("body")).await?.text().await?)
    }

    /// Runs a script, the body of a function, on the page, and returns what it returns.
    ///
    /// # Errors
    ///
    /// Fails if the script does.
    pub async fn ask(&self, script: &str) -> Result<Value> {
        Ok(self.session.execute(script, vec![]).await?)
    }

    /// Takes a picture for the tour, if one is made.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be taken.
    pub async fn picture(&self, name: &str, caption: &str) -> Result<()> {
        let Some(file) = self.tour.file(name) else { return Ok(()) };
        std::fs::write(file, self.session.screenshot().await?)?;
        self.tour.add(name, caption)
    }

    /// Closes the browser.
    ///
    /// # Errors
    ///
    /// Fails if it does not answer.
    pub async fn close(self) -> Result<()> {
        self.session.close().await?;
        Ok(())
    }
}

/// Starts the driver on a port of its choice, and returns the port.
async fn chromedriver(home: &Home) -> Result<(Running, u16)> {
    let port_of = |line: &str| -> Option<Option<u16>> {
        if line.contains("port not available") {
            return Some(None);
        }
        line.rsplit_once("successfully on port ")?.1.strip_suffix('.')?.parse().ok().map(Some)
    };
    loop {
        let mut command = Command::new("chromedriver");
        home.move_in(&mut command)?;
        command.arg("--port=0").stderr(File::create(home.messages_of("browser"))?);
        let mut driver = Running::start(&mut command)?;
        // It takes a free port of IPv6, and gives up when that of IPv4 is not free: once more then.
        if let Some(port) = driver.line(port_of).await? {
            return Ok((driver, port));
        }
    }
}

/// Debian's and Ubuntu's name of it, whichever is here.
fn program() -> Result<PathBuf> {
    let path = env::var_os("PATH").context("no PATH")?;
    env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser"].map(|name| folder.join(name)))
        .find(|program| program.is_file())
        .context("no Chromium here")
}
