//! The app by the keyboard alone: where the focus is, and that it can be seen there.

use anyhow::{Result, bail, ensure};
use serde_json::json;

use crate::app::App;

/// More stops than any screen has.
const STOPS: usize = 40;

impl App {
    /// Presses Tab until the focus is in a place. At every stop it must be visible.
    ///
    /// # Errors
    ///
    /// Fails if it does not come there, or cannot be seen on the way.
    pub async fn tab_to(&self, place: &str) -> Result<()> {
        for _ in 0..STOPS {
            self.tab().await?;
            if self.has_focus(place).await? {
                return Ok(());
            }
        }
        bail!("the focus does not come to {place}")
    }

    /// Checks that the focus is on something, and that this can be seen.
    ///
    /// # Errors
    ///
    /// Fails if it is nowhere, or looks like anything else.
    pub async fn shows_focus(&self) -> Result<()> {
        let look = "
            const focused = document.activeElement;
            if (focused === null || focused === document.body) return 'the focus is nowhere';
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
            const marked =
                (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
            return marked ? true : `the focus cannot be seen on ${focused.outerHTML}`;";
        let told = self.until("the focus is told", look, json!(null)).await?;
        ensure!(told == true, "{told}");
        Ok(())
    }

    /// Presses Tab, and waits until the focus has moved.
    async fn tab(&self) -> Result<()> {
        let note = "window.focusBefore = document.activeElement; return true";
        self.until("the focus is noted", note, json!(null)).await?;
        self.window().press("Tab").await?;
        let moved = "return document.activeElement !== window.focusBefore";
        self.until("Tab moves the focus", moved, json!(null)).await?;
        self.shows_focus().await
    }

    async fn has_focus(&self, place: &str) -> Result<bool> {
        let look = "return { there: document.activeElement.matches(given) }";
        let found = self.until("the focus is told", look, json!(crate::app::css(place))).await?;
        Ok(found["there"] == true)
    }
}
