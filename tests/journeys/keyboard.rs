//! Everything by the keyboard alone.

use std::path::PathBuf;

use anyhow::Result;
use droptrace_tests::{App, journey};

/// Practice files; the person may see alerts of the first.
const FILES: [&str; 3] = ["Driver schedule week 32.xlsm", "leave request.txt", "route log.txt"];

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_a_mouse_does_the_main_job() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.tab_to("try-practice").await?;
        app.window().press("Return").await?;
        let link = stage.link().await?;
        app.see("sign-in-screen").await?;
        app.shows_focus().await?;
        app.window().press("Escape").await?;
        app.see("try-practice").await?;
        app.shows_focus().await?;

        app.tab_to("try-practice").await?;
        app.window().press("Return").await?;
        let again = stage.link().await?;
        assert_ne!(again, link, "a cancelled attempt is over");
        let browser = stage.browser().await?;
        browser.open(&again).await?;
        browser.press("workstations").await?;
        browser.see_heading("Droptrace has the answer").await?;
        browser.close().await?;
        app.see("empty").await?;
        app.shows_focus().await?;

        app.tab_to("practice-files").await?;
        app.window().press("Return").await?;
        let folder = PathBuf::from(stage.link().await?);
        app.see("practice-folder").await?;
        for (index, name) in FILES.iter().enumerate() {
            app.pick(&folder.join(name)).await?;
            app.see_count("item", index + 1).await?;
        }
        go_through_the_list(&app).await?;
        read_a_card(&app).await
    })
    .await
}

async fn go_through_the_list(app: &App) -> Result<()> {
    app.tab_to("items").await?;
    for (key, expected) in
        [("End", 2), ("Home", 0), ("Down", 1), ("Down", 2), ("Down", 2), ("Up", 1)]
    {
        app.window().press(key).await?;
        app.see_text("item[aria-selected=true] item-name", FILES[expected]).await?;
        app.see_text("detail", FILES[expected]).await?;
        app.shows_focus().await?;
        app.see_focus("items").await?;
    }
    app.window().press("Home").await?;
    app.see_state(FILES[0], "alerted").await
}

async fn read_a_card(app: &App) -> Result<()> {
    app.see("detail alert").await?;
    app.tab_to("all-fields").await?;
    app.picture(
        "60-keyboard",
        "Without a mouse: the list by the arrow keys, the cards by Tab. A ring marks where the \
         keyboard is.",
    )
    .await?;
    app.window().press("Return").await?;
    app.see_text("alert-detail", "Alert id").await?;
    app.shows_focus().await?;
    app.see_focus("all-fields").await?;
    app.window().press("Return").await?;
    app.see_gone("alert-detail").await
}
