//! What the quota makes wait, and what outlasts the program of the work: going on after a restart, the
//! history, and that all of it can be forgotten.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{Fault, Route, Settings};
use droptrace_tests::{App, Stage, journey};
use serde_json::json;

use crate::practice::{close_the_guide, practice_file};

/// Writes so many small files, no two alike, into a folder of their own.
fn small_files(folder: &Path, count: u32) -> Result<()> {
    fs::create_dir_all(folder)?;
    for number in 0..count {
        let row = format!("badge {number:04}, gate {}", number % 7);
        fs::write(folder.join(format!("badge {number:04}.csv")), row)?;
    }
    Ok(())
}

/// Signs in, and waits until the sign-in and the history are kept.
async fn sign_in_for_good(stage: &Stage, app: &App) -> Result<()> {
    stage.sign_in(app, "workstations").await?;
    app.see("keeping[data-state=kept]").await
}

/// What the banner says is left of the whole work.
async fn whole_work_left(app: &App) -> Result<Duration> {
    let look = r#"
        const text = shown('[data-testid="hold-whole"]')[0]?.innerText ?? "";
        const found = /(?:(\d+) min )?(\d+) s left/.exec(text);
        return found === null ? null : Number(found[1] ?? 0) * 60 + Number(found[2]);
    "#;
    let seconds = app.until("the whole work's end is told", look, json!(null)).await?;
    Ok(Duration::from_secs(seconds.as_u64().context("no number")?))
}

#[tokio::test(flavor = "multi_thread")]
async fn more_files_than_a_minute_takes_wait_and_the_time_left_is_true() -> Result<()> {
    const FILES: u32 = 250;
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        close_the_guide(&app).await?;
        let folder = stage.files().join("badge readers");
        small_files(&folder, FILES)?;

        stage.drop_files(&app, &[folder]).await?;
        app.see("hold[data-kind=quota]").await?;
        assert!(tenant.calls(Route::FileAlerts) <= 100);
        let told = whole_work_left(&app).await?;
        let since = Instant::now();
        app.is_accessible().await?;
        app.pictures(
            "90-waiting-for-quota",
            "More files than a minute's quota takes: the rest waits, the hour at which it goes on by \
             itself is told, and how long the whole work takes.",
        )
        .await?;
        // The minute is over, and more is asked; then the next one is full.
        until_calls(&app, &tenant, 101).await?;
        until_calls(&app, &tenant, usize::try_from(FILES)?).await?;
        app.see(&format!("count-noneVisible[data-count=\"{FILES}\"]")).await?;

        let took = since.elapsed();
        let off = took.abs_diff(told);
        let bearable = Duration::from_secs(2).max(told / 20);
        ensure!(off <= bearable, "it took {took:?}, and {told:?} was told");
        assert_eq!(tenant.calls(Route::FileAlerts), usize::try_from(FILES)?, "none was refused");
        Ok(())
    })
    .await
}

/// Waits until so many calls have come; the page is looked at meanwhile, which takes its time.
async fn until_calls(
    app: &App,
    tenant: &droptrace_practice_tenant::PracticeTenant,
    calls: usize,
) -> Result<()> {
    let patience = Instant::now() + Duration::from_secs(90);
    while tenant.calls(Route::FileAlerts) < calls {
        ensure!(Instant::now() < patience, "{} calls", tenant.calls(Route::FileAlerts));
        app.see("work-stage").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_is_gone_on_with_after_a_restart() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        sign_in_for_good(stage, &app).await?;
        close_the_guide(&app).await?;
        stage.drop_files(&app, &[practice_file(stage, "Driver schedule")?.path]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        let (held, _release) = Fault::held();
        tenant.faults().next(Route::FileAlerts, held);
        stage.drop_files(&app, &[practice_file(stage, "tachograph")?.path]).await?;
        app.see_state("tachograph", "asking").await?;
        app.press("pause").await?;
        stage.drop_files(&app, &[practice_file(stage, "leave request")?.path]).await?;
        app.see_state("leave request", "unread").await?;
        let asked = tenant.calls(Route::FileAlerts);
        app.close().await?;

        let app = stage.open_app().await?;
        app.see_text("unfinished", "3 items").await?;
        app.see_gone("item").await?;
        app.is_accessible().await?;
        app.pictures(
            "91-unfinished",
            "Closed in the middle of the work and started again: the window offers to go on.",
        )
        .await?;
        app.press("go-on").await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see_state("tachograph", "alerted").await?;
        app.see_state("leave request", "noneVisible").await?;
        app.see_gone("unfinished").await?;
        // What had been answered is not asked again.
        assert_eq!(tenant.calls(Route::FileAlerts) - asked, 2);

        app.choose("Driver schedule").await?;
        app.see("read-earlier").await?;
        app.pictures(
            "92-gone-on",
            "Gone on: what was answered before the restart is shown as a kept answer with its age.",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_there_without_a_network() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        sign_in_for_good(stage, &app).await?;
        close_the_guide(&app).await?;
        let names = ["Driver schedule", "tachograph", "leave request"];
        let files: Result<Vec<PathBuf>> =
            names.iter().map(|name| Ok(practice_file(stage, name)?.path)).collect();
        stage.drop_files(&app, &files?).await?;
        for (name, state) in names.iter().zip(["alerted", "alerted", "noneVisible"]) {
            app.see_state(name, state).await?;
        }
        app.close().await?;
        let asked = tenant.calls(Route::FileAlerts);
        for route in [Route::FileAlerts, Route::Token] {
            tenant.faults().always(route, Fault::reset());
        }

        let app = stage.open_app().await?;
        app.see("keeping[data-state=kept]").await?;
        app.window().press("h").await?;
        app.see_count("history-row", names.len()).await?;
        app.is_accessible().await?;
        app.pictures(
            "93-history",
            "What was looked up before, with what was last answered and when; no network is needed.",
        )
        .await?;
        app.fill("history-search", "DRIVER").await?;
        app.see_count("history-row", 1).await?;
        app.press("history-row").await?;
        app.see_gone("history-sheet").await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see("detail alert").await?;
        app.see_text("detail", "Kept answer").await?;
        app.is_accessible().await?;
        app.pictures(
            "94-kept-answer",
            "An answer that was kept says so and tells its age, until it is asked for again.",
        )
        .await?;
        assert_eq!(tenant.calls(Route::FileAlerts), asked);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_forgotten() -> Result<()> {
    journey(async |stage| {
        let _tenant = stage.tenant_with(Settings::default()).await?;
        let app = stage.open_app().await?;
        sign_in_for_good(stage, &app).await?;
        close_the_guide(&app).await?;
        stage.drop_files(&app, &[practice_file(stage, "Driver schedule")?.path]).await?;
        app.see_state("Driver schedule", "alerted").await?;

        app.window().press("ctrl+comma").await?;
        app.see("preferences-sheet").await?;
        app.is_accessible().await?;
        app.pictures("95-preferences", "How long answers are kept, and how long they are fresh.")
            .await?;
        app.press("forget").await?;
        app.see("forget-goes").await?;
        app.pictures("96-forget", "What goes when everything is forgotten, and what stays.")
            .await?;
        app.press("forget-do").await?;
        app.see("forgotten-removed").await?;
        app.see_gone("forgotten-failed").await?;
        app.is_accessible().await?;
        app.pictures("97-forgotten", "What was removed, and the count of calls that stays.")
            .await?;

        for service in ["app.droptrace.desktop.practice", "app.droptrace.desktop"] {
            assert_eq!(stage.keyring().await.entries(service).await?, Vec::<String>::new());
        }
        assert!(!stage.app_folder().join("settings.json").exists());
        app.close().await?;
        let app = stage.open_app().await?;
        app.see("try-practice").await
    })
    .await
}
