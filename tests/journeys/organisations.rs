//! Several accounts, one of them active.

use anyhow::{Context as _, Result};
use droptrace_practice_tenant::{Fault, Route};
use droptrace_tests::{App, Stage, journey};
use serde_json::json;

use crate::{
    analysts::shows_nothing_of_workstations,
    practice::{close_the_guide, drop_practice_files, practice_file},
};

const MARA: &str = "Mara Lindqvist";
const TOMAS: &str = "Tomas Adeyemi";

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_gone_over_to_in_a_batch_and_see_nothing_of_each_other() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "servers").await?;
        app.see("keeping[data-state=kept]").await?;
        close_the_guide(&app).await?;
        app.press("accounts").await?;
        app.press("other-account").await?;
        stage.answer("workstations").await?;
        app.see_text("account-name", MARA).await?;
        look_at_the_menu(&app).await?;

        let (held, release) = Fault::held();
        let tachograph = practice_file(stage, "tachograph")?.sha1;
        tenant.faults().next(Route::FileAlerts, held.only(tachograph));
        drop_practice_files(stage, &app, &["Driver schedule", "tachograph"]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see_state("tachograph", "asking").await?;
        app.choose("Driver schedule").await?;
        app.see_count("detail alert", 4).await?;

        app.press("accounts").await?;
        go_over_to(stage, &app, TOMAS).await?;
        release.now();
        shows_nothing_of_workstations(&app).await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see_count("detail alert", 2).await?;
        app.see_text("provenance", "asked as tomas.adeyemi@fernhill-logistics.example").await?;
        app.see_text("work-stage", "Finished").await?;
        shows_nothing_of_workstations(&app).await?;

        app.press("accounts").await?;
        go_over_to(stage, &app, MARA).await?;
        app.see_state("Driver schedule", "alerted").await?;
        app.see_count("detail alert", 4).await?;
        app.see_text("provenance", "asked as mara.lindqvist@fernhill-logistics.example").await?;
        app.see_state("tachograph", "alerted").await?;
        see_all_accounts(&app).await
    })
    .await
}

async fn look_at_the_menu(app: &App) -> Result<()> {
    app.press("accounts").await?;
    account(app, TOMAS).await?;
    app.is_accessible().await?;
    app.pictures(
        "14-accounts",
        "The accounts that are known, each with where it is; the active one is ticked. One press \
         goes over to another, without a browser.",
    )
    .await?;
    app.window().press("Escape").await?;
    app.see_gone("other-account").await
}

/// Goes over to an account in the open menu; nothing asks for a browser.
async fn go_over_to(stage: &Stage, app: &App, name: &str) -> Result<()> {
    app.press(&account(app, name).await?).await?;
    // It is said for three seconds.
    app.see_text("said", &format!("Going on as {name}")).await?;
    app.see_text("account-name", name).await?;
    assert!(!stage.link_is_waiting().await, "a browser was asked for");
    Ok(())
}

/// The place of an account in the open menu.
async fn account(app: &App, name: &str) -> Result<String> {
    let look = "return shown('[role=menuitemradio]')
        .find((each) => each.innerText.includes(given))?.dataset.testid";
    let place = app.until(&format!("the menu has {name}"), look, json!(name)).await?;
    Ok(place.as_str().context("not a test id")?.to_owned())
}

async fn see_all_accounts(app: &App) -> Result<()> {
    app.press("accounts").await?;
    app.press("accounts-all").await?;
    for name in [MARA, TOMAS] {
        app.see_text("accounts-sheet", name).await?;
    }
    app.is_accessible().await?;
    app.pictures(
        "15-all-accounts",
        "All accounts: which outlast the program, and how each is signed out or another added.",
    )
    .await
}
