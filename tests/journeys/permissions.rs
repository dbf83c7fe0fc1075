//! What the tenant has to permit before alerts can be read, and what the window says where it has not.

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{CLIENT_ID, ChallengeAnswer, Permission, TENANT_ID, analysts};
use droptrace_tests::{App, Stage, journey};
use serde_json::json;

use crate::practice::{close_the_guide, drop_practice_files};

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_is_missing_is_asked_for_and_given() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        tenant.withhold_consent(&[Permission::AlertRead]);
        let app = stage.open_app().await?;
        come_back_without_consent(stage, &app).await?;

        let problem = "session-error[data-code=consentMissing]";
        app.see_text(problem, "Droptrace is not approved in your organisation").await?;
        app.see_text(problem, "An administrator must give consent once").await?;
        for fact in ["90094", "access_denied", "Correlation id"] {
            app.see_text(problem, fact).await?;
        }
        app.is_accessible().await?;
        app.pictures(
            "35-consent-missing",
            "The organisation has not approved the app: what an administrator must do, the number \
             and the ids by which they find it, and a message for them to copy.",
        )
        .await?;
        app.press("copy-details").await?;
        app.see_text("copy-details", "Copied").await?;
        let details = stage.copied().await?;
        ensure!(details.contains("90094"), "{details}");

        approve(stage, &request_of_administrator(stage, &app).await?).await?;
        assert_eq!(tenant.consented(), Permission::ALL);
        stage.sign_in(&app, "workstations").await?;
        app.see_gone("session-error").await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "alerted").await
    })
    .await
}

async fn come_back_without_consent(stage: &Stage, app: &App) -> Result<()> {
    app.press("try-practice").await?;
    let browser = stage.browser().await?;
    browser.open(&stage.link().await?).await?;
    browser.press("workstations").await?;
    browser.see_heading("Need admin approval").await?;
    browser
        .picture(
            "34-need-approval",
            "In the browser: the organisation lets only an administrator approve the app.",
        )
        .await?;
    browser.press("without-consent").await?;
    browser.see_heading("Droptrace has the answer").await?;
    browser.close().await
}

/// Copies the message for the administrator, and returns the link for consent in it.
async fn request_of_administrator(stage: &Stage, app: &App) -> Result<String> {
    app.press("remedy-askAdministrator").await?;
    app.see_text("remedy-askAdministrator", "Copied").await?;
    let message = stage.copied().await?;
    for part in [CLIENT_ID, TENANT_ID, "90094", "An administrator must give consent once"] {
        ensure!(message.contains(part), "{part:?} is not in {message}");
    }
    let link = message.split_whitespace().find(|word| word.contains("/adminconsent?"));
    Ok(link.with_context(|| format!("no link for consent in {message}"))?.to_owned())
}

/// What the administrator does.
async fn approve(stage: &Stage, link: &str) -> Result<()> {
    let browser = stage.browser().await?;
    browser.open(link).await?;
    browser.see_heading("Approve Droptrace").await?;
    browser.press("approve").await?;
    browser.see_heading("Droptrace is approved").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_for_the_person_interrupts_a_batch_that_goes_on_after_it() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = signed_in(stage).await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "alerted").await?;

        let claims = json!({ "access_token": { "acrs": { "essential": true, "value": "c1" } } });
        tenant.challenge(&claims, ChallengeAnswer::SignIn);
        drop_practice_files(stage, &app, &["tachograph", "leave request"]).await?;
        app.see("interrupted").await?;
        app.see_text("interrupted", "2 items wait to be asked.").await?;
        for file in ["tachograph", "leave request"] {
            app.see_state(file, "waiting").await?;
        }
        app.see_state("Driver schedule", "alerted").await?;
        app.is_accessible().await?;
        app.pictures(
            "36-challenge",
            "In the middle of a batch Defender wants a stronger sign-in: what is known stays, the \
             rest waits, and one button opens the browser.",
        )
        .await?;

        app.press("sign-in-again").await?;
        stage.answer("workstations").await?;
        app.see_state("tachograph", "alerted").await?;
        app.see_state("leave request", "noneVisible").await?;
        app.see_gone("interrupted").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_greater_permission_is_asked_for_with_its_reason_and_the_item_stays() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = signed_in(stage).await?;
        drop_practice_files(stage, &app, &["leave request"]).await?;
        app.see_state("leave request", "noneVisible").await?;

        tenant.require_read_write(true);
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.choose("Driver schedule").await?;
        let banner = "interrupted[data-code=readWriteNeeded]";
        app.see_text(banner, "Defender asks for Alert.ReadWrite").await?;
        app.see_text(banner, "Droptrace reads alerts with it and changes none").await?;
        app.see_text(banner, "Your list and the chosen file stay as they are").await?;
        app.see_gone("sign-in-again").await?;
        app.is_accessible().await?;
        app.pictures(
            "37-further-permission",
            "Defender asks for a further permission: the bar says why, and has the one button that \
             helps.",
        )
        .await?;

        app.press("remedy-stepUp").await?;
        app.see_text("sign-in-why", "Defender asks for Alert.ReadWrite").await?;
        app.is_accessible().await?;
        app.pictures(
            "38-further-permission-waiting",
            "While the browser is waited for, the window still says what it is for.",
        )
        .await?;
        stage.answer("workstations").await?;

        app.see_state("Driver schedule", "alerted").await?;
        app.see_gone("interrupted").await?;
        app.see_text("item[aria-selected=true] item-name", "Driver schedule").await?;
        app.see_count("detail alert", 4).await?;
        see_passport(&app, "granted").await?;
        app.see_text("passport-readAlerts", "Alert.ReadWrite").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_role_is_told_and_the_passport_says_what_is_there() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = signed_in(stage).await?;
        drop_practice_files(stage, &app, &["Driver schedule"]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        see_passport(&app, "inferred").await?;
        app.is_accessible().await?;
        app.pictures(
            "18-passport",
            "What the person may do, by which permission and which role. Roles are inferred, and \
             it says so.",
        )
        .await?;
        app.window().press("Escape").await?;
        app.see_gone("passport-sheet").await?;

        tenant.deny_role(analysts()[0].object_id);
        drop_practice_files(stage, &app, &["tachograph"]).await?;
        app.see_state("tachograph", "failed").await?;
        app.choose("tachograph").await?;
        let problem = "detail problem[data-code=roleMissing]";
        app.see_text(problem, "Your account lacks a role in Defender").await?;
        app.see_text(problem, "An administrator must give you one").await?;
        app.is_accessible().await?;
        app.pictures(
            "39-role-missing",
            "The account may sign in and lacks a role in Defender: who can give it, and where.",
        )
        .await?;

        see_passport(&app, "missing").await?;
        app.is_accessible().await?;
        app.pictures("19-passport-missing", "The passport of an account that lacks a role.")
            .await?;
        app.press("copy-passport").await?;
        app.see_text("copy-passport", "Copied").await?;
        let text = stage.copied().await?;
        for part in ["Mara Lindqvist", "Alert.Read", "role in Defender: missing", "View Data"] {
            ensure!(text.contains(part), "{part:?} is not in {text}");
        }
        Ok(())
    })
    .await
}

async fn signed_in(stage: &Stage) -> Result<App> {
    let app = stage.open_app().await?;
    stage.sign_in(&app, "workstations").await?;
    close_the_guide(&app).await?;
    Ok(app)
}

/// Opens the passport, and waits until reading alerts has this grant in it.
async fn see_passport(app: &App, grant: &str) -> Result<()> {
    app.press("accounts").await?;
    app.press("open-passport").await?;
    app.see("passport-sheet passport-readAlerts").await?;
    let look =
        r#"return shown(`[data-testid="passport-readAlerts"] [data-grant="${given}"]`).length > 0"#;
    app.until(&format!("the passport says {grant}"), look, json!(grant)).await.map(drop)
}
