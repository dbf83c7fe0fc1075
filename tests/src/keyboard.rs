//! The app by the keyboard alone: where the focus is, and that it can be seen there.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;

use crate::app::{App, css};

/// More stops than any screen has.
const STOPS: usize = 150;

impl App {
    /// Presses Tab until the focus is in a place. At every stop it must be visible.
    ///
    /// # Errors
    ///
    /// Fails if it does not come there, or cannot be seen on the way.
    pub async fn tab_to(&self, place: &str) -> Result<()> {
        self.go_to(place, "Tab").await
    }

    /// Goes to a place as [`App::tab_to`] does, backwards.
    ///
    /// # Errors
    ///
    /// Fails if it does not come there, or cannot be seen on the way.
    pub async fn tab_back_to(&self, place: &str) -> Result<()> {
        self.go_to(place, "shift+Tab").await
    }

    /// Presses Tab until the focus has been everywhere that it can be, and returns how many stops
    /// that took. At every stop it must be visible.
    ///
    /// # Errors
    ///
    /// Fails if something can have the focus and Tab does not come there, or if the focus cannot be
    /// seen at a stop.
    pub async fn tab_through(&self) -> Result<usize> {
        self.move_focus("Tab").await?;
        let begin = "window.visited = new Set([document.activeElement]); return true";
        self.until("the focus is noted", begin, json!(null)).await?;
        for stops in 1..STOPS {
            self.move_focus("Tab").await?;
            let visit = "
                const again = visited.has(document.activeElement);
                visited.add(document.activeElement);
                return { again };";
            let told = self.until("the focus is told", visit, json!(null)).await?;
            if told["again"] == true {
                self.was_everywhere().await?;
                return Ok(stops);
            }
        }
        bail!("the focus does not come back to where it was")
    }

    /// Checks that the focus is on something, and that this can be seen: it is marked, in the window
    /// and not under anything.
    ///
    /// # Errors
    ///
    /// Fails if it is nowhere, looks like anything else, or is hidden.
    pub async fn shows_focus(&self) -> Result<()> {
        let look = format!(
            "window.focusTold = (() => {{ {} }})(); return window.focusTold === true",
            include_str!("focus.js")
        );
        let Err(error) = self.until("the focus is seen", &look, json!(null)).await else {
            return Ok(());
        };
        let told = self.until("it is told why", "return window.focusTold", json!(null)).await?;
        Err(error.context(told.to_string()))
    }

    async fn go_to(&self, place: &str, key: &str) -> Result<()> {
        for _ in 0..STOPS {
            self.move_focus(key).await?;
            if self.has_focus(place).await? {
                return Ok(());
            }
        }
        bail!("the focus does not come to {place}")
    }

    /// Presses a key, and waits until the focus has moved.
    async fn move_focus(&self, key: &str) -> Result<()> {
        let note = "window.focusBefore = document.activeElement;
            return window.focusBefore.outerHTML.slice(0, 300);";
        let before = self.until("the focus is noted", note, json!(null)).await?;
        self.window().press(key).await?;
        let moved = "return document.activeElement !== window.focusBefore";
        let told = async {
            self.until(&format!("{key} moves the focus"), moved, json!(null)).await?;
            self.shows_focus().await
        };
        told.await.with_context(|| format!("{key} was pressed on {before}"))
    }

    /// Checks that nothing was left out on the way of the focus.
    async fn was_everywhere(&self) -> Result<()> {
        let look = "
            const inner = document.querySelector('[role=dialog]') ?? document;
            const focusable = 'button, a[href], input, select, textarea, summary, [tabindex]';
            const of = (each) => (each.type === 'radio' ? each.name : each);
            const been = new Set([...visited].map(of));
            const left = shown(focusable).filter((each) =>
                inner.contains(each) && each.tabIndex >= 0 && !each.disabled && !been.has(of(each)));
            return { left: left.map((each) => each.outerHTML.slice(0, 200)) };";
        let told = self.until("what was left out is told", look, json!(null)).await?;
        ensure!(told["left"] == json!([]), "Tab does not come to {}", told["left"]);
        Ok(())
    }

    async fn has_focus(&self, place: &str) -> Result<bool> {
        let look = "return { there: document.activeElement.closest(given) !== null }";
        let found = self.until("the focus is told", look, json!(css(place))).await?;
        Ok(found["there"] == true)
    }
}
