//! What is seen and done while the work goes on: what a drag carries, pausing, cancelling, and that
//! nothing moves when an answer arrives.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{
    Fault, PracticeTenant, Release, Route, practice_files, write_practice_files,
};
use droptrace_tests::{App, Drag, Stage, Theme, journey};
use serde_json::{Value, json};

use crate::practice::drop_practice_files;

/// The boxes of everything that has a name, by name and number. Of what is as long as what it holds
/// only the corner stands still, and of a text that shares its line with others the height, too.
const BOXES: &str = r#"
    const boxes = {};
    const seen = {};
    const grows = new Set(["alerts", "detail", "items"]);
    const shares = new Set(["item-name", "work-stage"]);
    for (const each of shown("[data-testid]")) {
        const name = each.dataset.testid;
        // What is only read aloud has no place.
        if (each.classList.contains("spoken")) continue;
        seen[name] = (seen[name] ?? 0) + 1;
        const { left, top, width, height } = each.getBoundingClientRect();
        const size = grows.has(name) ? [] : shares.has(name) ? [height] : [height, width];
        boxes[`${name} ${seen[name]}`] = [left, top, ...size].map(Math.round);
    }
    return boxes;
"#;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_when_an_answer_arrives() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let release = ask_about(stage, &app, &tenant, "Driver schedule").await?;
        app.pictures(
            "43-asking",
            "A file is being asked about: the place of its alerts is there already.",
        )
        .await?;
        stands_still(&app, "Driver schedule", release).await?;

        app.resize(900, 600).await?;
        let release = ask_about(stage, &app, &tenant, "tachograph").await?;
        stands_still(&app, "tachograph", release).await.context("in the smallest window")
    })
    .await
}

/// Drops a file and chooses it; its answer comes when that is released.
async fn ask_about(
    stage: &Stage,
    app: &App,
    tenant: &PracticeTenant,
    name: &str,
) -> Result<Release> {
    let (held, release) = Fault::held();
    tenant.faults().next(Route::FileAlerts, held);
    drop_practice_files(stage, app, &[name]).await?;
    app.choose(name).await?;
    app.see("alert-skeleton").await?;
    Ok(release)
}

/// Compares what is on screen before and after the answer about the chosen file.
async fn stands_still(app: &App, name: &str, release: Release) -> Result<()> {
    let asking = app.until("the boxes are known", BOXES, json!(null)).await?;
    release.now();
    app.see_state(name, "alerted").await?;
    app.see("detail alert").await?;
    app.see_gone("alert-skeleton").await?;
    let answered = app.until("the boxes are known", BOXES, json!(null)).await?;

    let first = |boxes: &Value, place: &str| boxes[format!("{place} 1")].clone();
    assert_eq!(first(&asking, "alert-skeleton"), first(&answered, "alert"), "the card's place");
    let moved = moved(&asking, &answered)?;
    ensure!(moved.is_empty(), "{moved:#?}");
    Ok(())
}

/// What is there before and after, and not in the same place.
fn moved(before: &Value, after: &Value) -> Result<Vec<String>> {
    let before = before.as_object().context("no boxes")?;
    ensure!(before.len() > 20, "only {} boxes", before.len());
    Ok(before
        .iter()
        .filter_map(|(name, place)| {
            let now = after.get(name)?;
            (now != place).then(|| format!("{name}: {place} is now {now}"))
        })
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_paused_gone_on_with_and_cancelled() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let (held, release) = Fault::held();
        tenant.faults().next(Route::FileAlerts, held);
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "asking").await?;

        app.press("pause").await?;
        app.see_text("work-stage", "Paused").await?;
        app.see_text("hold[data-kind=paused]", "nothing is lost").await?;
        drop_practice_files(stage, &app, &["tachograph", "leave request"]).await?;
        app.see_count("item", 3).await?;
        // What was asked already is answered.
        release.now();
        app.see_state("Driver schedule", "alerted").await?;
        app.see_state("tachograph", "unread").await?;
        app.is_accessible().await?;
        app.pictures(
            "42-paused",
            "Paused: what was asked already has been answered, nothing more is read or asked, and \
             files that come in wait.",
        )
        .await?;
        assert_eq!(tenant.calls(Route::FileAlerts), 1);

        app.choose("tachograph").await?;
        app.press("cancel-item").await?;
        app.see_state("tachograph", "cancelled").await?;
        app.pictures(
            "47-cancelled",
            "One file was cancelled: it stays in the list, and can be asked again.",
        )
        .await?;
        app.press("pause").await?;
        app.see_gone("hold").await?;
        app.see_state("leave request", "noneVisible").await?;
        app.see_text("work-stage", "Finished").await?;
        assert_eq!(tenant.calls(Route::FileAlerts), 2);

        app.press("ask-again").await?;
        app.see_state("tachograph", "alerted").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_drag_carries_is_said_while_it_hovers() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let folder = stage.files().join("from the mail gateway");
        let inner = folder.join("week 32");
        fs::create_dir_all(&inner)?;
        let loose = write_practice_files(&stage.files())?.remove(0);
        let files = practice_files()?;
        write_practice_files(&inner)?;

        let drag = Drag::over(app.window(), &[folder.clone(), loose]).await?;
        app.see_text("hovering", "Drop 1 file and 1 folder here").await?;
        app.see_text("hovering", "from the mail gateway and others").await?;
        drag.give_up().await?;
        app.see_gone("hovering").await?;
        app.see_gone("item").await?;

        for (width, height, name) in
            [(1280, 800, "44-dragging-a-link"), (900, 600, "44-dragging-a-link-small")]
        {
            app.resize(width, height).await?;
            drag_a_link(&app, name).await?;
        }
        app.resize(1280, 800).await?;

        stage.drop_files(&app, &[folder]).await?;
        app.see(&format!("item[aria-setsize=\"{}\"]", files.len())).await
    })
    .await
}

/// A link from a browser is no file, which is said while it hovers and once it was dropped.
async fn drag_a_link(app: &App, picture: &str) -> Result<()> {
    let link = PathBuf::from("https://fernhill.example/a.pdf");
    let drag = Drag::over(app.window(), &[link]).await?;
    app.see_text("hovering", "carries no file that Droptrace can read").await?;
    app.see_text("hovering", "save it first").await?;
    app.is_laid_out().await?;
    for (theme, name) in
        [(Theme::Dark, format!("{picture}-dark")), (Theme::Light, picture.to_owned())]
    {
        app.set_theme(theme).await?;
        app.picture(&name, "A link from a browser is no file: the window says so.").await?;
    }
    drag.drop().await?;
    app.see_text("notice[data-code=noFilesInDrop]", "is not a file").await?;
    app.see_gone("hovering").await?;
    app.see_gone("item").await?;
    app.press_named("notice", "Dismiss").await
}
