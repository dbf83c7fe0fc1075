//! What outlasts the program: the sign-in in a real keyring, and what is said where it cannot.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use droptrace_practice_tenant::Route;
use droptrace_tests::{App, KeyringState, Stage, journey, journey_with};

use crate::practice::practice_file;

/// Under which name practice lies in the keyring.
const SERVICE: &str = "app.droptrace.desktop.practice";

/// How soon a closed window's program is gone.
const SOON: Duration = Duration::from_millis(2_800);

async fn sign_in_for_good(stage: &Stage, app: &App) -> Result<()> {
    stage.sign_in(app, "workstations").await?;
    app.see("keeping[data-state=kept]").await
}

/// The sign-ins in the keyring; the key of the journal lies beside them.
async fn sign_ins(stage: &Stage) -> Result<Vec<String>> {
    let mut entries = stage.keyring().await.entries(SERVICE).await?;
    entries.retain(|entry| !entry.starts_with("journal-key:"));
    Ok(entries)
}

/// Small files that nobody has alerts about.
fn files(stage: &Stage, names: std::ops::Range<u32>) -> Result<Vec<PathBuf>> {
    names
        .map(|number| {
            let path = stage.files().join(format!("file {number}.txt"));
            fs::write(&path, format!("content {number}"))?;
            Ok(path)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_is_still_signed_in_after_a_restart() -> Result<()> {
    journey(async |stage| {
        // The app's own practice tenant: what it keeps outlasts the program as well.
        let app = stage.open_app().await?;
        sign_in_for_good(stage, &app).await?;
        assert!(app.close().await? < SOON);

        let app = stage.open_app().await?;

        assert_eq!(app.read("account-name").await?, "Mara Lindqvist");
        stage.drop_files(&app, &[practice_file(stage, "Driver schedule")?.path]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        assert!(!stage.link_is_waiting().await, "no browser was asked for");
        app.is_accessible().await?;
        app.pictures(
            "60-restarted",
            "Closed and started again: still signed in, without a browser. The sign-in lies in the \
             system's keyring.",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_removes_the_entry_from_the_keyring() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        assert_eq!(sign_ins(stage).await?, Vec::<String>::new());
        sign_in_for_good(stage, &app).await?;
        let entries = sign_ins(stage).await?;
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert!(entries[0].starts_with("v1:practice:") && !entries[0].contains('@'), "{entries:?}");

        app.press("sign-out").await?;

        app.see("signed-out[data-state=removed]").await?;
        assert_eq!(sign_ins(stage).await?, Vec::<String>::new());
        app.is_accessible().await?;
        app.pictures(
            "61-signed-out",
            "Signed out: the entry is gone from the keyring, and the window says what only the \
             authority can end.",
        )
        .await?;
        app.close().await?;
        let app = stage.open_app().await?;
        app.see("try-practice").await?;
        app.see_gone("signed-out").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_told_and_can_be_tried_again() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        sign_in_for_good(stage, &app).await?;
        app.close().await?;
        stage.keyring().await.lock().await?;

        let app = stage.open_app().await?;
        app.see("restoring[data-locked=true]").await?;
        app.is_accessible().await?;
        app.pictures(
            "62-locked-keyring",
            "The keyring is locked and asks for its password. Meanwhile the window can be used, \
             and one can sign in without it.",
        )
        .await?;
        stage.keyring().await.dismiss().await?;
        app.see("session-error[data-code=keyringDismissed]").await?;
        stage.drop_files(&app, &files(stage, 0..1)?).await?;
        app.see_state("file 0", "waiting").await?;
        app.pictures(
            "63-keyring-stayed-locked",
            "The question was closed: the window says what that means, and tries again on demand.",
        )
        .await?;
        app.press("try-keyring").await?;
        stage.keyring().await.answer().await?;

        assert_eq!(app.read("account-name").await?, "Mara Lindqvist");
        app.see_state("file 0", "noneVisible").await?;
        assert!(!stage.link_is_waiting().await, "no browser was asked for");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_sign_in_ends_with_the_program_and_says_so() -> Result<()> {
    journey_with(KeyringState::Missing, async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        app.see("keeping[data-code=keyringNone]").await?;
        stage.drop_files(&app, &files(stage, 0..1)?).await?;
        app.see_state("file 0", "noneVisible").await?;
        app.is_accessible().await?;
        app.pictures(
            "64-no-keyring",
            "There is no keyring on this computer: signed in all the same, until the program ends.",
        )
        .await?;

        // One that comes later is taken without a restart.
        stage.keyring().await.appear().await?;
        app.press("try-keyring").await?;
        app.see("keeping[data-state=kept]").await?;
        app.see_gone("keeping[data-state=notKept]").await?;
        assert_eq!(sign_ins(stage).await?.len(), 1);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bus_one_signs_in_again_at_the_next_start() -> Result<()> {
    journey_with(KeyringState::NoBus, async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        app.see("keeping[data-code=keyringNone]").await?;
        assert!(app.close().await? < SOON);

        let app = stage.open_app().await?;

        app.see("try-practice").await?;
        app.see_gone("account").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_keyring_holds_up_neither_the_window_nor_its_end() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        sign_in_for_good(stage, &app).await?;
        app.close().await?;
        stage.keyring().await.freeze()?;

        let app = stage.open_app().await?;
        let begun = Instant::now();
        stage.drop_files(&app, &files(stage, 0..1)?).await?;
        app.see_state("file 0", "waiting").await?;
        assert!(begun.elapsed() < Duration::from_secs(30));
        app.see("session-error[data-code=keyringSilent]").await?;
        app.press("try-keyring").await?;
        assert!(app.close().await? < SOON, "while the keyring is asked");

        stage.keyring().await.thaw()?;
        let app = stage.open_app().await?;
        assert_eq!(app.read("account-name").await?, "Mara Lindqvist");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_a_batch_pauses_it_and_goes_on_after_sign_in() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        sign_in_for_good(stage, &app).await?;
        stage.drop_files(&app, &files(stage, 0..3)?).await?;
        stage.drop_files(&app, &[practice_file(stage, "Driver schedule")?.path]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        let asked = tenant.calls(Route::FileAlerts);

        tenant.revoke_sessions();
        tenant.refuse_access_tokens();
        stage.drop_files(&app, &files(stage, 3..9)?).await?;
        app.see("interrupted[data-code=sessionRevoked]").await?;
        app.see_state("file 8", "waiting").await?;
        // What is known stays, and whose it is.
        app.see_state("Driver schedule", "alerted").await?;
        assert_eq!(app.read("account-name").await?, "Mara Lindqvist");
        assert!(tenant.calls(Route::FileAlerts) > asked);
        app.is_accessible().await?;
        app.pictures(
            "65-interrupted",
            "The session ended in the middle of a batch: what is known stays, the rest waits.",
        )
        .await?;

        app.press("sign-in-again").await?;
        let browser = stage.browser().await?;
        browser.open(&stage.link().await?).await?;
        browser.press("workstations").await?;
        browser.see_heading("Droptrace has the answer").await?;
        browser.close().await?;

        for number in 3..9 {
            app.see_state(&format!("file {number}"), "noneVisible").await?;
        }
        app.see_gone("interrupted").await.context("after signing in again")
    })
    .await
}
