//! The app under test, as the person in front of it has it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::{Client, elements::Element};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{
    axe::{self, Rules},
    layout,
    process::{self, Other, PATIENCE},
    tour::{Theme, Tour},
    window::Window,
};

/// The app in its window.
///
/// Places on the page are test ids, one in another: `"detail alert-role"` is what has the test id
/// `alert-role` in what has the test id `detail`. An id can carry conditions in the manner of a
/// style sheet: `"alert[data-severity=high]"`.
#[derive(Debug)]
pub struct App {
    session: Client,
    window: Window,
    process: Other,
    process_id: i32,
    tour: Tour,
}

/// Waits on the page until `look` finds something. What can change what it finds is observed, and
/// it looks at every frame besides: what lies outside the view has no text until it is drawn.
const WAIT: &str = "
const [patience, given, done] = arguments;
// What lies over the window is there for some frames before it can be seen.
const isShown = (each) =>
    each.getClientRects().length > 0 && each.checkVisibility({ opacityProperty: true });
const shown = (css) => [...document.querySelectorAll(css)].filter(isShown);
const look = () => { LOOK };
const events = ['resize', 'focusin', 'input', 'load'];
const end = (outcome) => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    observer.disconnect();
    for (const event of events) window.removeEventListener(event, check, true);
    done(outcome);
};
const check = () => {
    try {
        const found = look();
        if (found !== null && found !== undefined && found !== false) end({ found });
    } catch (error) {
        end({ error: String(error) });
    }
};
const timer = setTimeout(() => end({ page: document.body.innerText }), patience);
const observer = new MutationObserver(check);
observer.observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
});
for (const event of events) window.addEventListener(event, check, true);
const draw = () => {
    frame = requestAnimationFrame(draw);
    check();
};
let frame = requestAnimationFrame(draw);
check();
";

/// Finds an element once it is in sight, and in the same place in two frames: what comes into sight
/// can turn out to be of another height than was guessed, and the driver clicks at a place.
const STILL: &str = "
const element = (() => { FIND })() ?? null;
if (element === null || element === false) return false;
element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
const { left, top } = element.getBoundingClientRect();
const now = { element, left, top, frame: document.timeline.currentTime };
const before = window.stillBefore;
const isSame = before?.element === element && before.left === left && before.top === top;
if (isSame && before.frame !== now.frame) {
    delete window.stillBefore;
    return element;
}
if (!isSame) window.stillBefore = now;
return false;
";

impl App {
    /// Takes hold of the app's window, or of the one beside another.
    pub(crate) async fn attach(
        session: Client,
        tour: Tour,
        other: Option<&Window>,
    ) -> Result<Self> {
        let window = match other {
            None => Window::find().await?,
            Some(other) => other.find_another().await?,
        };
        let process_id = window.process().await?;
        let process = Other::hold(process_id)?;
        window.move_up().await?;
        let app = Self { session, window, process, process_id, tour };
        app.until("the page is there", "return document.querySelector('h1') !== null", json!(null))
            .await?;
        app.resize(1280, 800).await?;
        Ok(app)
    }

    /// The window that the page is in.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Stops the program in the middle of whatever it does, until [`thaw`](Self::thaw).
    ///
    /// # Errors
    ///
    /// Fails if it has ended.
    pub fn freeze(&self) -> Result<()> {
        self.process.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    ///
    /// Fails if it has ended.
    pub fn thaw(&self) -> Result<()> {
        self.process.signal(Signal::CONT)
    }

    /// The process that the window belongs to.
    pub(crate) fn process_id(&self) -> i32 {
        self.process_id
    }

    /// Waits until something is shown in a place.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear.
    pub async fn see(&self, place: &str) -> Result<()> {
        self.read(place).await.map(drop)
    }

    /// Waits until something is shown in a place, and returns its text.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear.
    pub async fn read(&self, place: &str) -> Result<String> {
        let look = "return shown(given)[0]?.innerText";
        let text = self.until(&format!("{place} is shown"), look, json!(css(place))).await?;
        Ok(text.as_str().context("not a text")?.to_owned())
    }

    /// Waits until a place shows a text, among others.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear.
    pub async fn see_text(&self, place: &str, text: &str) -> Result<()> {
        let look = "return shown(given.css).some((each) => each.innerText.includes(given.text))";
        let given = json!({ "css": css(place), "text": text });
        self.until(&format!("{place} shows {text:?}"), look, given).await.map(drop)
    }

    /// Waits until nothing is shown in a place.
    ///
    /// # Errors
    ///
    /// Fails if it stays.
    pub async fn see_gone(&self, place: &str) -> Result<()> {
        let look = "return shown(given).length === 0";
        self.until(&format!("{place} is gone"), look, json!(css(place))).await.map(drop)
    }

    /// Waits until a place is shown so many times.
    ///
    /// # Errors
    ///
    /// Fails if it is not.
    pub async fn see_count(&self, place: &str, count: usize) -> Result<()> {
        let look = "return shown(given.css).length === given.count";
        let given = json!({ "css": css(place), "count": count });
        self.until(&format!("{place} is shown {count} times"), look, given).await.map(drop)
    }

    /// The texts that a place shows now, wherever it occurs.
    ///
    /// # Errors
    ///
    /// Fails if the page does not answer.
    pub async fn read_all(&self, place: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .filter((each) => each.getClientRects().length > 0)
            .map((each) => each.innerText)";
        let texts = self.session.execute(script, vec![json!(css(place))]).await?;
        Ok(serde_json::from_value(texts)?)
    }

    /// All text on the page now, and the names that are read aloud.
    ///
    /// # Errors
    ///
    /// Fails if the page does not answer.
    pub async fn everything(&self) -> Result<String> {
        Ok(self.session.source().await?)
    }

    /// Waits until a button is there and can be pressed, and presses it.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear, or lies under something else.
    pub async fn press(&self, place: &str) -> Result<()> {
        let look = "return shown(given).find((each) => !each.disabled)";
        self.click(&format!("{place} can be pressed"), look, json!(css(place))).await
    }

    /// Presses the button in a place that has this text.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear, or lies under something else.
    pub async fn press_named(&self, place: &str, text: &str) -> Result<()> {
        let look = "return shown(`${given.css} button`).find((each) =>
            !each.disabled && (each.innerText.trim() === given.text || each.ariaLabel === given.text))";
        let given = json!({ "css": css(place), "text": text });
        self.click(&format!("{text:?} in {place} can be pressed"), look, given).await
    }

    /// Presses what has a text that begins so in a place: one of several choices, or what opens and
    /// closes.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear, or lies under something else.
    pub async fn press_choice(&self, place: &str, text: &str) -> Result<()> {
        let look = "return shown(`${given.css} :is(label, summary)`)
            .find((each) => each.innerText.trim().startsWith(given.text))";
        let given = json!({ "css": css(place), "text": text });
        self.click(&format!("{text:?} in {place} can be chosen"), look, given).await
    }

    /// Chooses the item whose name contains a text.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear.
    pub async fn choose(&self, name: &str) -> Result<()> {
        let look = "return shown(given.css).find((each) =>
            each.querySelector('[data-testid=\"item-name\"]').innerText.includes(given.name))";
        let given = json!({ "css": css("item"), "name": name });
        self.click(&format!("{name:?} is in the list"), look, given).await?;
        let look = "return shown('#detail-name').some((each) => each.innerText.includes(given))";
        self.until(&format!("{name:?} is chosen"), look, json!(name)).await.map(drop)
    }

    /// Waits until the item whose name contains a text has a state.
    ///
    /// # Errors
    ///
    /// Fails if it does not come to it.
    pub async fn see_state(&self, name: &str, state: &str) -> Result<()> {
        let look = "return shown(given.css).some((each) =>
            each.dataset.state === given.state
            && each.querySelector('[data-testid=\"item-name\"]').innerText.includes(given.name))";
        let given = json!({ "css": css("item-state"), "name": name, "state": state });
        self.until(&format!("{name:?} is {state}"), look, given).await.map(drop)
    }

    /// Fills a field.
    ///
    /// # Errors
    ///
    /// Fails if it does not appear.
    pub async fn fill(&self, place: &str, text: &str) -> Result<()> {
        let look = "return shown(given)[0]";
        let field = self.element(&format!("{place} is shown"), look, json!(css(place))).await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Waits until the focus is in a place.
    ///
    /// # Errors
    ///
    /// Fails if it does not come there.
    pub async fn see_focus(&self, place: &str) -> Result<()> {
        let look = "return (document.activeElement?.closest(given) ?? null) !== null";
        self.until(&format!("{place} has the focus"), look, json!(css(place))).await.map(drop)
    }

    /// Gives the window a size, and waits until the page has it.
    ///
    /// # Errors
    ///
    /// Fails if the page does not get it.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.window.resize(width, height).await?;
        // The outer size is the window's; the inner one follows it, and is less where all is enlarged.
        let look = "
            const drawn = innerWidth / given.width;
            return outerWidth === given.width && outerHeight === given.height
                && Math.abs(innerHeight - given.height * drawn) < 2";
        let given = json!({ "width": width, "height": height });
        self.until(&format!("the page is {width} by {height}"), look, given).await.map(drop)
    }

    /// Checks the screen as it stands with axe: bright, dark, and with more contrast. It looks as
    /// before in the end.
    ///
    /// # Errors
    ///
    /// Fails with what axe finds.
    pub async fn is_accessible(&self) -> Result<()> {
        let script = "return { ...document.documentElement.dataset }";
        let before = self.session.execute(script, vec![]).await?;
        axe::prepare(&self.session).await?;
        // Looks differ in their colours alone.
        for (theme, contrast, rules) in [
            (Theme::Light, "system", Rules::All),
            (Theme::Dark, "system", Rules::Colours),
            (Theme::Dark, "more", Rules::Colours),
            (Theme::Light, "more", Rules::Colours),
        ] {
            self.set_theme(theme).await?;
            self.set_contrast(contrast).await?;
            let found = axe::violations(&self.session, rules).await?;
            ensure!(
                found.is_empty(),
                "axe finds on this screen ({}, contrast {contrast}):\n{}",
                theme.name(),
                found.join("\n")
            );
        }
        let script = "const look = document.documentElement.dataset;
            for (const name of ['theme', 'contrast']) delete look[name];
            Object.assign(look, arguments[0]);";
        self.session.execute(script, vec![before]).await?;
        Ok(())
    }

    /// Checks how the screen is laid out as it stands: no text clipped or over another, at most five
    /// sizes of text, one primary button.
    ///
    /// # Errors
    ///
    /// Fails with what is wrong.
    pub async fn is_laid_out(&self) -> Result<()> {
        let found = layout::faults(&self.session).await?;
        ensure!(found.is_empty(), "this screen is not laid out well:\n{}", found.join("\n"));
        Ok(())
    }

    /// Takes a picture for the tour, if one is made: the window as it is.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be taken.
    pub async fn picture(&self, name: &str, caption: &str) -> Result<()> {
        let Some(file) = self.tour.file(name) else { return Ok(()) };
        // The display can be some frames behind the page: it is there when it stays the same.
        let mut looks = self.window.looks().await?;
        for _ in 0..20 {
            self.is_painted().await?;
            let now = self.window.looks().await?;
            if now == looks {
                break;
            }
            looks = now;
        }
        self.window.picture(&file).await?;
        self.tour.add(name, caption)
    }

    /// Checks how the screen is laid out, and takes three pictures for the tour, if one is made:
    /// bright, dark, and in the smallest window.
    ///
    /// # Errors
    ///
    /// Fails if the screen is not laid out well, or they cannot be taken.
    pub async fn pictures(&self, name: &str, caption: &str) -> Result<()> {
        self.is_laid_out().await?;
        self.picture(name, caption).await?;
        if self.tour.file(name).is_some() {
            self.set_theme(Theme::Dark).await?;
            self.picture(&format!("{name}-dark"), &format!("{caption} (Dark.)")).await?;
            self.set_theme(Theme::Light).await?;
        }
        self.resize(900, 600).await?;
        self.is_laid_out().await?;
        let small = format!("{caption} (In the smallest window.)");
        self.picture(&format!("{name}-small"), &small).await?;
        self.resize(1280, 800).await
    }

    /// Waits until `look`, the body of a function over `given`, finds something on the page.
    ///
    /// # Errors
    ///
    /// Fails if it finds nothing in time, with what the page shows instead.
    pub async fn until(&self, what: &str, look: &str, given: Value) -> Result<Value> {
        let script = WAIT.replace("LOOK", look);
        let patience = u64::try_from(PATIENCE.as_millis())?;
        let outcome = self.session.execute_async(&script, vec![json!(patience), given]).await;
        let mut outcome = outcome.with_context(|| format!("while waiting that {what}"))?;
        if let Some(error) = outcome.get("error") {
            bail!("the page cannot tell whether {what}: {error}");
        }
        match outcome.get_mut("found") {
            Some(found) => Ok(found.take()),
            None => bail!(
                "waited that {what}, but the page shows:\n{}",
                outcome["page"].as_str().unwrap_or_default()
            ),
        }
    }

    /// How long it took from the start of the program until the page had drawn something.
    ///
    /// # Errors
    ///
    /// Fails if the page or the system does not tell.
    pub async fn start_up(&self) -> Result<Duration> {
        // How long ago it was drawn, in milliseconds.
        let script = "const done = arguments[0];
            const told = (entries) => {
                const first = entries.getEntriesByName('first-contentful-paint')[0];
                if (first) done(Math.max(0, Math.round(performance.now() - first.startTime)));
            };
            new PerformanceObserver(told).observe({ type: 'paint', buffered: true });";
        let drawn = self.session.execute_async(script, vec![]).await?;
        let drawn = Duration::from_millis(drawn.as_u64().context("not a time")?);
        Ok(process::age(self.process_id)?.saturating_sub(drawn))
    }

    /// Closes the window as a person does, waits until the program has ended, and returns how long
    /// that took.
    ///
    /// # Errors
    ///
    /// Fails if it does not end.
    pub async fn close(self) -> Result<Duration> {
        self.window.press("alt+F4").await?;
        let closed = Instant::now();
        self.process.ended().await?;
        let took = closed.elapsed();
        // The driver's session ends with the program.
        drop(self.session.close().await);
        self.window.is_gone().await?;
        Ok(took)
    }

    /// Switches between bright and dark, as the system's setting does.
    ///
    /// # Errors
    ///
    /// Fails if the page does not answer.
    pub async fn set_theme(&self, theme: Theme) -> Result<()> {
        self.hold_still().await?;
        let script = "document.documentElement.dataset.theme = arguments[0]";
        self.session.execute(script, vec![json!(theme.name())]).await?;
        Ok(())
    }

    async fn set_contrast(&self, contrast: &str) -> Result<()> {
        let script = "document.documentElement.dataset.contrast = arguments[0]";
        self.session.execute(script, vec![json!(contrast)]).await?;
        Ok(())
    }

    /// Waits until what the page shows has reached the display.
    async fn is_painted(&self) -> Result<()> {
        self.hold_still().await?;
        let script = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0, true)));";
        self.session.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// Lets every change take effect at once, so that no picture shows one halfway.
    async fn hold_still(&self) -> Result<()> {
        let script = "if (document.adoptedStyleSheets.length > 0) return;
            const still = new CSSStyleSheet();
            still.replaceSync('* { transition: none !important; }');
            document.adoptedStyleSheets = [still];";
        self.session.execute(script, vec![]).await?;
        Ok(())
    }

    async fn click(&self, what: &str, look: &str, given: Value) -> Result<()> {
        let look = STILL.replace("FIND", look);
        self.element(what, &look, given).await?.click().await?;
        Ok(())
    }

    async fn element(&self, what: &str, look: &str, given: Value) -> Result<Element> {
        let found = self.until(what, look, given).await?;
        let id = found.as_object().and_then(|reference| reference.values().next());
        let id = id.and_then(Value::as_str).with_context(|| format!("no element: {found}"))?;
        Ok(Element::from_element_id(self.session.clone(), id.to_owned().into()))
    }
}

/// The style sheet's path of a place.
pub(crate) fn css(place: &str) -> String {
    let steps = place.split(' ').map(|step| {
        let (id, conditions) = step.split_at(step.find(['[', ':']).unwrap_or(step.len()));
        format!("[data-testid=\"{id}\"]{conditions}")
    });
    steps.collect::<Vec<String>>().join(" ")
}
