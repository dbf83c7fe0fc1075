//! What the person chooses for the window: it holds at once, and after the program was closed.

use anyhow::Result;
use droptrace_tests::{App, Theme, journey};
use serde_json::json;

use crate::practice::drop_practice_files;

/// A zone in which no time reads as in UTC.
const ZONE: [(&str, &str); 1] = [("TZ", "Asia/Kolkata")];
const AHEAD: &str = "+05:30";

/// From the usual size to four times that, which WCAG 1.4.10 asks for.
const STEPS_TO_400: usize = 9;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_holds_at_once_and_after_a_restart() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app_with(&ZONE).await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_count("detail alert", 4).await?;

        choose_the_look(&app).await?;
        choose_the_zone(&app).await?;
        choose_the_width_of_the_list(&app).await?;
        choose_the_size(&app).await?;
        app.close().await?;

        let app = stage.open_app_with(&ZONE).await?;
        see_look(&app, "dark", "more").await?;
        see_size(&app, 110).await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_count("detail alert", 4).await?;
        see_zone(&app, AHEAD).await?;
        see_width_of_the_list(&app, 440).await?;
        app.window().press("ctrl+0").await?;
        see_size(&app, 100).await?;
        app.is_accessible().await?;
        app.set_theme(Theme::Light).await?;
        app.pictures(
            "80-more-contrast",
            "More contrast, times of this computer, a wider list: what was chosen is there again \
             after a restart.",
        )
        .await
    })
    .await
}

async fn choose_the_look(app: &App) -> Result<()> {
    see_look(app, "light", "system").await?;
    app.press("look").await?;
    app.see("look-dialog").await?;
    for (place, choice, theme, contrast) in [
        ("theme", "Dark", "dark", "system"),
        ("theme", "Light", "light", "system"),
        ("contrast", "More", "light", "more"),
        ("theme", "System", "light", "more"),
        ("theme", "Dark", "dark", "more"),
    ] {
        app.press_choice(place, choice).await?;
        see_look(app, theme, contrast).await?;
    }
    app.window().press("Escape").await?;
    app.see_gone("look-dialog").await
}

/// By the colours that are drawn, and by what the page is told of the window's frame.
async fn see_look(app: &App, theme: &str, contrast: &str) -> Result<()> {
    let look = r#"
        const bright = (colour) =>
            colour.match(/\d+/g).slice(0, 3).reduce((sum, each) => sum + Number(each), 0) / 3;
        const { color, backgroundColor } = getComputedStyle(document.body);
        const [text, ground] = [bright(color), bright(backgroundColor)];
        const dark = given.theme === "dark";
        return text > ground === dark
            && Math.abs(text - ground) > 250 === (given.contrast === "more")
            && matchMedia("(prefers-color-scheme: dark)").matches === dark"#;
    let what = format!("it looks {theme}, contrast {contrast}");
    app.until(&what, look, json!({ "theme": theme, "contrast": contrast })).await.map(drop)
}

async fn choose_the_zone(app: &App) -> Result<()> {
    see_zone(app, "Z").await?;
    app.press_choice("zone", "Local").await?;
    see_zone(app, AHEAD).await?;
    app.press_choice("zone", "UTC").await?;
    see_zone(app, "Z").await?;
    app.press_choice("zone", "Local").await?;
    see_zone(app, AHEAD).await
}

/// Every card's time ends like this.
async fn see_zone(app: &App, end: &str) -> Result<()> {
    let look = r#"
        const times = shown('[data-testid="alert-time"]');
        return times.length > 0 && times.every((each) => each.innerText.trim().endsWith(given))"#;
    app.until(&format!("times end in {end}"), look, json!(end)).await.map(drop)
}

async fn choose_the_width_of_the_list(app: &App) -> Result<()> {
    see_width_of_the_list(app, 392).await?;
    app.tab_to("splitter").await?;
    for (key, width) in [("Right", 408), ("Left", 392), ("Home", 280), ("End", 640), ("Left", 624)]
    {
        app.window().press(key).await?;
        see_width_of_the_list(app, width).await?;
        app.shows_focus().await?;
    }
    app.window().press("Home").await?;
    for _ in 0..10 {
        app.window().press("Right").await?;
    }
    see_width_of_the_list(app, 440).await
}

/// As the splitter tells it, and as it is drawn.
async fn see_width_of_the_list(app: &App, width: u32) -> Result<()> {
    let look = r#"
        const splitter = shown('[data-testid="splitter"]')[0];
        return splitter?.ariaValueNow === String(given)
            && Math.abs(splitter.parentElement.getBoundingClientRect().width - given) < 1"#;
    app.until(&format!("the list is {width} wide"), look, json!(width)).await.map(drop)
}

async fn choose_the_size(app: &App) -> Result<()> {
    see_size(app, 100).await?;
    // Enlarged, the driver's pointer would miss.
    app.tab_back_to("look").await?;
    app.window().press("Return").await?;
    app.tab_to("zoom-in").await?;
    for size in [110, 125] {
        app.window().press("Return").await?;
        see_chosen_size(app, size).await?;
    }
    app.tab_back_to("zoom-out").await?;
    app.window().press("Return").await?;
    see_chosen_size(app, 110).await?;
    app.window().press("Escape").await?;
    app.see_gone("look-dialog").await?;
    for (keys, size) in [
        ("ctrl+minus", 100),
        ("ctrl+minus", 90),
        ("ctrl+plus", 100),
        ("ctrl+equal", 110),
        ("ctrl+plus", 125),
        ("ctrl+0", 100),
        ("ctrl+plus", 110),
    ] {
        app.window().press(keys).await?;
        see_size(app, size).await?;
    }
    Ok(())
}

async fn see_chosen_size(app: &App, percent: u32) -> Result<()> {
    see_size(app, percent).await?;
    app.see_text("zoom", &format!("{percent} %")).await
}

/// By how much the window has room for.
async fn see_size(app: &App, percent: u32) -> Result<()> {
    let look = "return Math.abs(innerWidth - 1280 * 100 / given) <= 1";
    app.until(&format!("everything is drawn at {percent} %"), look, json!(percent)).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn at_four_times_the_size_nothing_is_lost() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.see("welcome").await?;
        enlarge(&app).await?;
        reads_downwards(&app).await?;
        app.window().press("ctrl+0").await?;
        see_size(&app, 100).await?;

        stage.sign_in(&app, "workstations").await?;
        enlarge(&app).await?;
        app.see("empty").await?;
        reads_downwards(&app).await?;
        app.window().press("ctrl+0").await?;
        see_size(&app, 100).await?;

        drop_practice_files(stage, &app, &["Driver schedule", "leave request", "tachograph"])
            .await?;
        app.see_state("leave request", "noneVisible").await?;
        app.choose("Driver schedule").await?;
        app.see_count("detail alert", 4).await?;
        app.press("alert[aria-posinset=\"1\"] all-fields").await?;
        app.see("alert[data-expanded=true] evidence").await?;
        enlarge(&app).await?;
        reads_downwards(&app).await?;
        app.is_accessible().await?;
        app.tab_to("all-fields").await?;
        app.picture(
            "81-zoom-400",
            "Four times the size: one column, and nothing has to be scrolled sideways.",
        )
        .await?;

        app.window().press("F1").await?;
        app.see_focus("keys-sheet").await?;
        reads_downwards(&app).await?;
        app.is_accessible().await?;
        app.picture("81-zoom-400-keys", "A sheet at four times the size.").await?;
        app.window().press("Escape").await?;
        app.see_gone("keys-sheet").await?;
        app.shows_focus().await?;

        for (button, within) in [("copy-alert", "choose-copy.csv"), ("look", "look-dialog")] {
            app.tab_to(button).await?;
            app.window().press("Return").await?;
            app.see(within).await?;
            app.shows_focus().await?;
            app.is_laid_out().await?;
            if within == "look-dialog" {
                app.tab_through().await?;
            } else {
                app.window().press("Up").await?;
                app.see_focus(within).await?;
                app.shows_focus().await?;
            }
            app.picture(&format!("81-zoom-400-{button}"), "A menu at four times the size.").await?;
            app.window().press("Escape").await?;
            app.see_gone(within).await?;
            app.see_focus(button).await?;
            app.shows_focus().await?;
        }
        Ok(())
    })
    .await
}

/// To 400 %: the window has 320 by 200 CSS pixels.
async fn enlarge(app: &App) -> Result<()> {
    for _ in 0..STEPS_TO_400 {
        app.window().press("ctrl+plus").await?;
    }
    see_size(app, 400).await
}

/// Nothing is cut off or needs to be scrolled sideways, and the keyboard comes everywhere and is
/// seen there.
async fn reads_downwards(app: &App) -> Result<()> {
    let look = r#"
        const all = [...document.querySelectorAll("*")];
        const wide = all.filter((each) => {
            const scrolls = each === document.documentElement
                || /auto|scroll/.test(getComputedStyle(each).overflowX);
            return scrolls && each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1;
        });
        const out = all.filter((each) => each.getBoundingClientRect().right > innerWidth + 1);
        window.tooWide = [...wide, ...out].map((each) => each.outerHTML.slice(0, 200));
        return wide.length === 0"#;
    if let Err(error) = app.until("nothing scrolls sideways", look, json!(null)).await {
        let told = app.until("it is told what does", "return window.tooWide", json!(null)).await?;
        return Err(error.context(format!("too wide: {told:#}")));
    }
    app.is_laid_out().await?;
    app.tab_through().await?;
    Ok(())
}
