//! Everything by the keyboard alone.

use std::{fs::File, path::PathBuf};

use anyhow::{Result, ensure};
use droptrace_practice_tenant::{Fault, PracticeTenant, Route};
use droptrace_tests::{App, Stage, journey};
use serde_json::json;

use crate::practice::{Written, drop_practice_files, practice_file};

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

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_file_and_the_window_offer_is_done_by_a_key() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["Driver schedule", "leave request"]).await?;
        app.see_state("leave request", "noneVisible").await?;
        app.see_count("detail alert", 4).await?;
        let file = practice_file(stage, "Driver schedule")?;

        filter_the_evidence(&app).await?;
        copy(stage, &app, &file).await?;
        open_the_portal(stage, &app, &file).await?;
        ask_again(&app, &tenant).await?;
        change_the_zone(&app).await?;
        move_the_splitter(&app).await?;
        change_the_look(&app).await?;
        open_the_sheets(&app).await?;
        close_the_guide(&app).await?;
        pause_and_cancel(stage, &app).await?;
        clear_and_sign_out(&app).await
    })
    .await
}

/// From the list to the first card and its evidence, and back.
async fn filter_the_evidence(app: &App) -> Result<()> {
    app.tab_to("items").await?;
    app.window().press("Return").await?;
    app.see("alert[data-expanded=true] evidence-table").await?;
    app.see_focus("alert[data-expanded=true] all-fields").await?;
    app.shows_focus().await?;

    app.tab_to("evidence-all").await?;
    app.window().press("Right").await?;
    app.see_focus("evidence-kind").await?;
    app.shows_focus().await?;
    app.see("evidence-all[aria-selected=true]").await?;
    app.window().press("Return").await?;
    app.see("evidence-kind[aria-selected=true]").await?;
    app.see_gone("evidence-all[aria-selected=true]").await?;
    app.shows_focus().await?;
    // What is in the table is the chosen kind's, and all of it.
    let look = r#"
        const [tab] = shown('[data-testid="evidence-kind"][aria-selected=true]');
        const rows = shown('[data-testid="evidence-row"]');
        return tab.innerText.includes(String(rows.length))
            && new Set(rows.map((each) => each.firstElementChild.innerText.split("\n")[0])).size === 1"#;
    app.until("only one kind is listed", look, json!(null)).await?;

    app.tab_to("row-fields").await?;
    app.window().press("Return").await?;
    app.see("row-more").await?;
    app.shows_focus().await?;
    app.tab_back_to("alert[data-expanded=true] all-fields").await?;
    app.window().press("Return").await?;
    app.see_gone("alert-detail").await?;
    app.window().press("Escape").await?;
    app.see_focus("items").await?;
    app.shows_focus().await
}

async fn copy(stage: &Stage, app: &App, file: &Written) -> Result<()> {
    app.window().press("c").await?;
    app.see_text("said", "SHA-1").await?;
    assert_eq!(stage.copied().await?, file.sha1);
    app.see_focus("items").await?;

    app.window().press("shift+c").await?;
    app.see_focus("choose-copy.sha1").await?;
    app.shows_focus().await?;
    app.window().press("Down").await?;
    app.see_focus("choose-copy.name").await?;
    app.shows_focus().await?;
    app.window().press("Return").await?;
    app.see_text("said", "Copied: Name").await?;
    app.see_focus("copy-item").await?;
    app.shows_focus().await?;
    ensure!(file.path.ends_with(stage.copied().await?), "not the name of the file");

    app.window().press("shift+c").await?;
    app.see("choose-copy.sha1").await?;
    app.window().press("Escape").await?;
    app.see_gone("choose-copy.sha1").await?;
    app.see_focus("copy-item").await?;
    app.shows_focus().await
}

async fn open_the_portal(stage: &Stage, app: &App, file: &Written) -> Result<()> {
    app.window().press("o").await?;
    let link = stage.link().await?;
    ensure!(link.contains(&format!("/file/{}/", file.sha1)), "{link}");
    app.shows_focus().await
}

/// Once in vain; then what failed is tried again.
async fn ask_again(app: &App, tenant: &PracticeTenant) -> Result<()> {
    app.tab_to("ask-again").await?;
    tenant.faults().next(Route::FileAlerts, Fault::status(400));
    app.window().press("r").await?;
    app.see_state("Driver schedule", "failed").await?;
    app.see("detail problem").await?;
    app.shows_focus().await?;
    app.window().press("ctrl+r").await?;
    app.see_state("Driver schedule", "alerted").await?;
    app.see_gone("detail problem").await?;
    app.shows_focus().await?;

    // The button goes while it is asked.
    let asked = tenant.calls(Route::FileAlerts);
    app.tab_to("ask-again").await?;
    let (held, release) = Fault::held();
    tenant.faults().next(Route::FileAlerts, held);
    app.window().press("Return").await?;
    app.see_gone("ask-again").await?;
    app.shows_focus().await?;
    release.now();
    app.see("ask-again").await?;
    app.see_state("Driver schedule", "alerted").await?;
    ensure!(tenant.calls(Route::FileAlerts) > asked, "it was not asked again");
    app.shows_focus().await
}

async fn change_the_zone(app: &App) -> Result<()> {
    for zone in ["local", "utc"] {
        app.window().press("u").await?;
        see_zone(app, zone).await?;
        app.shows_focus().await?;
    }
    app.tab_back_to("zone").await?;
    for (key, zone) in [("Right", "local"), ("Left", "utc")] {
        app.window().press(key).await?;
        see_zone(app, zone).await?;
        app.see_focus("zone").await?;
        app.shows_focus().await?;
    }
    Ok(())
}

async fn see_zone(app: &App, zone: &str) -> Result<()> {
    let look = r#"
        const utc = shown('[data-testid="alert-time"]').every((each) => each.innerText.trim().endsWith("Z"));
        const chosen = document.querySelector('[data-testid="zone"] :checked').value;
        return utc === (given === "utc") && chosen === given"#;
    app.until(&format!("times are in {zone}"), look, json!(zone)).await.map(drop)
}

async fn move_the_splitter(app: &App) -> Result<()> {
    app.tab_to("splitter").await?;
    for (key, width) in [("Right", 408), ("Left", 392)] {
        app.window().press(key).await?;
        app.see(&format!("splitter[aria-valuenow=\"{width}\"]")).await?;
        app.see_focus("splitter").await?;
        app.shows_focus().await?;
    }
    Ok(())
}

async fn change_the_look(app: &App) -> Result<()> {
    app.tab_back_to("look").await?;
    app.window().press("Return").await?;
    app.see("look-dialog").await?;
    app.shows_focus().await?;
    app.tab_to("theme").await?;
    for (key, theme) in
        [("Right", "light"), ("Right", "dark"), ("Left", "light"), ("Left", "system")]
    {
        app.window().press(key).await?;
        let look = r#"
            const shown = document.documentElement.dataset.theme ?? "system";
            return shown === given && document.querySelector('[data-testid="theme"] :checked').value === given"#;
        app.until(&format!("the theme is {theme}"), look, json!(theme)).await?;
        app.shows_focus().await?;
    }
    app.tab_to("contrast").await?;
    app.tab_to("zoom-in").await?;
    for key in ["Return", "ctrl+0"] {
        app.window().press(key).await?;
        app.see_focus("zoom-in").await?;
        app.shows_focus().await?;
    }
    app.until("the size is the usual", "return innerWidth === 1280", json!(null)).await?;
    app.window().press("Escape").await?;
    app.see_gone("look-dialog").await?;
    app.see_focus("look").await?;
    app.shows_focus().await
}

async fn open_the_sheets(app: &App) -> Result<()> {
    for (button, sheet) in [("keys", "keys-sheet"), ("about", "about-sheet")] {
        app.tab_to(button).await?;
        for way_out in ["Escape", "Return"] {
            app.window().press("Return").await?;
            app.see(sheet).await?;
            app.shows_focus().await?;
            if way_out == "Return" {
                app.tab_to("close-sheet").await?;
            }
            app.window().press(way_out).await?;
            app.see_gone(sheet).await?;
            app.see_focus(button).await?;
            app.shows_focus().await?;
        }
    }
    Ok(())
}

async fn close_the_guide(app: &App) -> Result<()> {
    app.tab_back_to("guide-close").await?;
    app.window().press("Return").await?;
    app.see_gone("guide").await?;
    app.shows_focus().await
}

/// A file that takes minutes to read, and no room on the disk.
async fn pause_and_cancel(stage: &Stage, app: &App) -> Result<()> {
    let long = stage.files().join("disk image.raw");
    File::create(&long)?.set_len(200 << 30)?;
    app.pick(&long).await?;
    app.see("question").await?;
    app.shows_focus().await?;
    app.tab_to("question-go-on").await?;
    app.shows_focus().await?;
    app.window().press("Return").await?;
    app.see_gone("question").await?;
    app.see_state("disk image.raw", "reading").await?;
    app.shows_focus().await?;

    app.window().press("ctrl+period").await?;
    app.see("hold[data-kind=paused]").await?;
    app.see_text("work-stage", "Paused").await?;
    app.shows_focus().await?;
    app.window().press("ctrl+period").await?;
    app.see_gone("hold").await?;
    app.see_text("work-stage", "Reading").await?;
    app.shows_focus().await?;

    app.tab_to("pause").await?;
    for stage in ["Paused", "Reading"] {
        app.window().press("Return").await?;
        app.see_text("work-stage", stage).await?;
        app.see_focus("pause").await?;
        app.shows_focus().await?;
    }
    app.tab_to("cancel-all").await?;
    app.window().press("Return").await?;
    app.see_state("disk image.raw", "cancelled").await?;
    app.see_gone("cancel-all").await?;
    app.shows_focus().await
}

async fn clear_and_sign_out(app: &App) -> Result<()> {
    app.tab_to("clear").await?;
    app.window().press("Return").await?;
    app.see("empty").await?;
    app.shows_focus().await?;
    app.tab_to("sign-out").await?;
    app.window().press("Return").await?;
    app.see("welcome").await?;
    app.see_gone("account").await?;
    app.shows_focus().await
}
