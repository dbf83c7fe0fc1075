//! What the person sees when Defender does not answer as it should.

use anyhow::{Result, ensure};
use droptrace_practice_tenant::{Fault, PracticeTenant, Route, Settings};
use droptrace_tests::{App, journey};
use serde_json::json;

use crate::practice::{drop_practice_files, practice_file};

#[tokio::test(flavor = "multi_thread")]
async fn offline_is_said_and_retried_when_the_network_is_back() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        tenant.faults().always(Route::FileAlerts, Fault::reset());

        let files = ["Driver schedule", "leave request"];
        drop_practice_files(stage, &app, &files).await?;
        for file in files {
            app.see_state(file, "failed").await?;
        }
        app.choose("Driver schedule").await?;
        app.see_text("detail problem[data-code=offline]", "127.0.0.1 could not be reached").await?;
        app.see_text("detail problem[data-code=offline]", "Check the network and the proxy")
            .await?;
        app.see_gone("none-visible").await?;
        app.see("count-failed[data-count=\"2\"]").await?;
        app.is_accessible().await?;
        app.pictures(
            "30-offline",
            "Defender cannot be reached: nothing is known of these files, and one button asks for \
             all of them again.",
        )
        .await?;

        tenant.faults().clear();
        app.press("retry-failed").await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see_state("leave request", "noneVisible").await?;
        app.see_count("detail alert", 4).await?;
        app.see_gone("count-failed").await?;
        app.see_gone("problem").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn lookups_wait_as_long_as_defender_asks_and_go_on_by_themselves() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        tenant.faults().next(Route::FileAlerts, Fault::throttled(Some("12")));
        let others = [practice_file(stage, "tachograph")?, practice_file(stage, "leave request")?];
        let _copied = stage.copy(&format!("{} {}", others[0].sha1, others[1].sha1)).await?;

        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        let seconds = seconds_left(&app, u64::MAX).await?;
        ensure!((1..=13).contains(&seconds), "{seconds} seconds are left");
        app.press("paste").await?;
        app.see_count("item", 3).await?;
        seconds_left(&app, seconds - 1).await?;
        app.see_text("hold[data-kind=throttled]", "Defender asked for a pause").await?;
        app.see_text("hold[data-kind=throttled]", "Lookups go on by themselves.").await?;
        app.see_count("item-state[data-state=waiting]", 3).await?;
        assert_eq!(tenant.calls(Route::FileAlerts), 1);

        app.see_gone("hold").await?;
        app.see_count("item-state[data-state=alerted]", 2).await?;
        app.see_count("item-state[data-state=noneVisible]", 1).await?;
        app.see_gone("count-failed").await?;
        assert_eq!(statuses(&tenant), [429, 200, 200, 200]);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_pause_says_how_long_it_is_and_until_when() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        tenant.faults().next_n(Route::FileAlerts, 2, &Fault::throttled(Some("1800")));

        drop_practice_files(stage, &app, &["Driver schedule", "tachograph"]).await?;
        app.see_text("hold[data-kind=throttled]", "29:").await?;
        app.see_text("hold[data-kind=throttled]", "Z").await?;
        app.is_accessible().await?;
        app.pictures(
            "31-pause",
            "Defender has asked for a pause: all lookups wait, the rest of it is shown, and they \
             go on by themselves.",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_has_its_own_words_and_stops_no_other_file() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let html = Fault::new().body("<!doctype html><title>Log in</title>");
        let failures = [
            (
                "tachograph",
                Fault::api_error(
                    403,
                    "Forbidden",
                    "Missing application scopes. API required scopes: Alert.Read, application \
                     scopes: User.Read.",
                ),
                "scopeMissing",
                1,
            ),
            ("Q3 fuel", Fault::status(503), "serverError", 3),
            ("leave request", html.header("content-type", "text/html"), "unexpectedAnswer", 1),
            ("Tourenplan", Fault::new().cut_at(200), "brokenOff", 3),
            ("route log", Fault::status(404), "notFound", 1),
        ];
        for (file, fault, ..) in &failures {
            let sha1 = practice_file(stage, file)?.sha1;
            tenant.faults().always(Route::FileAlerts, fault.clone().only(sha1));
        }

        let mut files: Vec<&str> = failures.iter().map(|(file, ..)| *file).collect();
        files.push("Driver schedule");
        drop_practice_files(stage, &app, &files).await?;
        app.see_state("Driver schedule", "alerted").await?;
        for (file, _, code, calls) in &failures {
            app.see_state(file, "failed").await?;
            assert_eq!(calls_for(&tenant, &practice_file(stage, file)?.sha1), *calls, "{file}");
            app.choose(file).await?;
            app.see(&format!("detail problem[data-code={code}]")).await?;
            app.is_accessible().await?;
        }
        app.see("count-failed[data-count=\"5\"]").await?;
        app.see_gone("none-visible").await?;
        app.choose("tachograph").await?;
        app.see_text("detail problem", "The app lacks a permission of Defender").await?;
        app.see_text("detail problem", "Defender asks for Alert.Read").await?;
        app.see_text("detail problem", "Missing application scopes.").await?;
        app.pictures(
            "32-failures",
            "Each failure has its own words, and says who can do what about it. The file that was \
             answered stands among them.",
        )
        .await?;

        tenant.faults().clear();
        app.press("retry-failed").await?;
        app.see_gone("count-failed").await?;
        app.see("count-alerted[data-count=\"3\"]").await?;
        app.see("count-noneVisible[data-count=\"3\"]").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_answer_is_never_shown_as_a_whole_one() -> Result<()> {
    journey(async |stage| {
        let one_by_one = Settings { page_size: 1, ..Settings::default() };
        let tenant = stage.tenant_with(one_by_one).await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let later_pages = Fault::status(500).only("skiptoken");
        tenant.faults().always(Route::FileAlerts, later_pages);
        let leads_away = Fault::new().next_link("https://elsewhere.example/api/alerts");
        let nothing_yet = leads_away.only(practice_file(stage, "leave request")?.sha1);
        tenant.faults().always(Route::FileAlerts, nothing_yet);

        drop_practice_files(stage, &app, &["Driver schedule", "leave request"]).await?;
        app.see_state("leave request", "incomplete").await?;
        app.choose("leave request").await?;
        app.see_text("incomplete", "No alert arrived, but the answer was cut short").await?;
        app.see("incomplete problem[data-code=linkRefused]").await?;
        app.see_gone("none-visible").await?;
        app.see_text("provenance", "Incomplete answer").await?;
        app.is_accessible().await?;
        app.pictures(
            "33-incomplete-without-alerts",
            "An answer of which a part is missing is called incomplete, also when no alert was in \
             the part that came.",
        )
        .await?;

        app.see_state("Driver schedule", "incomplete").await?;
        app.choose("Driver schedule").await?;
        app.see_text("incomplete", "The alerts below arrived; there may be more.").await?;
        app.see("incomplete problem[data-code=pageMissing]").await?;
        app.see_text("summary", "1 alert visible to you so far").await?;
        app.see_count("detail alert", 1).await?;
        app.see("count-incomplete[data-count=\"2\"]").await?;
        app.see_gone("count-noneVisible").await?;
        app.is_accessible().await?;
        app.pictures(
            "34-incomplete",
            "The first page of an answer came and the second did not: what came is shown, and that \
             there may be more.",
        )
        .await?;

        tenant.faults().clear();
        app.press("detail retry").await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see_count("detail alert", 4).await?;
        app.see_gone("incomplete").await?;
        app.press("retry-failed").await?;
        app.see_state("leave request", "noneVisible").await
    })
    .await
}

/// Waits until the pause has no more seconds left than this, and returns how many.
async fn seconds_left(app: &App, most: u64) -> Result<u64> {
    let look = r#"
        const text = shown('[data-testid="hold"] [role="timer"]')[0]?.innerText;
        const [, minutes, seconds] = text?.match(/, in (\d+):(\d\d)$/) ?? [];
        const left = Number(minutes) * 60 + Number(seconds);
        return left <= given && { left }"#;
    let found = app.until(&format!("at most {most} s are left"), look, json!(most)).await?;
    Ok(found["left"].as_u64().unwrap_or_default())
}

/// How often a file was asked for.
fn calls_for(tenant: &PracticeTenant, sha1: &str) -> usize {
    let path = format!("/api/files/{sha1}/alerts");
    tenant.requests().iter().filter(|request| request.path_and_query == path).count()
}

/// What the questions about files were answered with, in their order.
fn statuses(tenant: &PracticeTenant) -> Vec<u16> {
    let requests = tenant.requests();
    let questions = requests.iter().filter(|request| request.route == Route::FileAlerts);
    questions.filter_map(|request| request.status).collect()
}
