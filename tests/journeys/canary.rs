//! Where the tokens of a whole run lie afterwards: in the keyring, and nowhere else.
//!
//! The run has errors in it, since those are what a program tells of itself. Everything is searched
//! that lies in the journey's home: the log at its finest level, of all libraries, the app's data,
//! the web view's profile (cookies, storage, cache), temporary files and standard error; besides,
//! standard output and what reached the page. Not searched is the browser's own profile: Chromium
//! keeps the forms of its tabs to restore them, and the code, which is spent by then, came in one.
//! What else the page is told is searched in `scenarios/canary.rs`; that a panic's text is not told,
//! the shell's tests show.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, Result, ensure};
use droptrace_practice_tenant::{Fault, PracticeTenant, Recorded, Route, Settings};
use droptrace_tests::{
    App, Browser, Canary, Drag, Form, KeyringSession, Searched, Sighting, Stage, Window,
    answers_without_a_token, journey, planted, repeated_token,
};
use serde_json::{Value, json};

use crate::practice::practice_file;

/// Under which name practice lies in the keyring.
const SERVICE: &str = "app.droptrace.desktop.practice";

#[tokio::test(flavor = "multi_thread")]
async fn after_a_run_with_errors_the_tokens_are_in_the_keyring_alone() -> Result<()> {
    journey(async |stage| {
        let keeping = Settings { keep_requests: true, ..Settings::default() };
        let tenant = stage.tenant_with(keeping).await?;
        let browser = stage.browser().await?;

        let app = open(stage).await?;
        sign_in_with_errors(stage, &app, &browser, &tenant).await?;
        look_up_with_errors(stage, &app, &tenant).await?;
        lose_the_session(stage, &app, &browser, &tenant).await?;
        let told = told(&app).await?;
        app.close().await?;

        let canary = Canary::of_tenant(&tenant, planted())?;
        nowhere(&canary.in_bytes("the page", told.to_string().as_bytes()))?;
        nothing_at_home(stage, &canary)?;
        // The same search finds what the page is to be told, and what the keyring is to hold.
        let name =
            Canary::of([(String::new(), "mara.lindqvist@fernhill-logistics.example".into())])?;
        ensure!(!name.in_bytes("the page", told["told"].to_string().as_bytes()).is_empty());
        let user = the_entry(stage).await?;
        let secret = stage.keyring().await.secret(SERVICE, &user).await?;
        let kept = canary.in_bytes("the keyring", &secret);
        ensure!(kept.iter().any(|sighting| sighting.secret.starts_with("refresh_token")));

        let printed = run_without_driver(stage, &tenant).await?;
        stage.keyring().await.store(SERVICE, &user, "what is no sign-in").await?;
        let app = open(stage).await?;
        meet_errors_of_the_keyring(stage, &app, &browser, &user).await?;
        let told = self::told(&app).await?;
        app.close().await?;

        let canary = Canary::of_tenant(&tenant, planted())?;
        nowhere(&canary.in_bytes("the page", told.to_string().as_bytes()))?;
        nowhere(&canary.in_bytes("standard output", printed.as_bytes()))?;
        nothing_at_home(stage, &canary)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_were_written_anywhere_would_be_found() -> Result<()> {
    journey(async |stage| {
        let canary = Canary::of(planted())?;
        let app = open(stage).await?;
        let [(secret, planted), ..] = planted();
        let script = "return shown('h1').forEach((each) => { each.title = given; }) ?? true";
        app.until("it is planted", script, json!(planted)).await?;
        let places = ["data/app.droptrace.desktop/x", "cache/x", "config/x", "state/x", "run/x"];
        for place in places {
            let file = stage.home().join(place);
            std::fs::create_dir_all(file.parent().context("no folder")?)?;
            std::fs::write(file, &planted)?;
        }

        let page = canary.in_bytes("the page", told(&app).await?.to_string().as_bytes());
        let searched = search_home(stage, &canary)?;

        let sighting = |place: &str| Sighting {
            secret: secret.clone(),
            form: Form::Plain,
            place: place.into(),
        };
        assert_eq!(page, BTreeSet::from([sighting("the page")]));
        assert_eq!(searched.sightings, places.map(sighting).into());
        Ok(())
    })
    .await
}

/// Attempts that fail because of what the authority answers, and one that does not.
async fn sign_in_with_errors(
    stage: &Stage,
    app: &App,
    browser: &Browser,
    tenant: &PracticeTenant,
) -> Result<()> {
    let [_, _, no_bearer, refusal] = answers_without_a_token();
    for (answer, code) in [(no_bearer, "signInInvalid"), (refusal, "sessionRevoked")] {
        tenant.faults().next(Route::Token, answer);
        app.press("try-practice").await?;
        app.press_named("sign-in-screen", "Copy the link").await?;
        choose(stage, browser).await?;
        app.see(&format!("session-error[data-code={code}]")).await?;
    }
    app.press("try-practice").await?;
    choose(stage, browser).await?;
    app.see("keeping[data-state=kept]").await
}

/// Questions that Defender does not answer as it should.
async fn look_up_with_errors(stage: &Stage, app: &App, tenant: &PracticeTenant) -> Result<()> {
    let faults = [
        ("tachograph", Fault::unauthorized()),
        ("Q3 fuel", Fault::status(500)),
        ("leave request", Fault::reset()),
        ("Tourenplan", Fault::new().cut_at(200)),
        ("route log", Fault::throttled(Some("1"))),
    ];
    let mut paths = Vec::new();
    for (name, fault) in faults {
        let file = practice_file(stage, name)?;
        tenant.faults().next(Route::FileAlerts, fault.only(file.sha1));
        paths.push(file.path);
    }
    stage.drop_files(app, &paths).await?;
    app.see("count-alerted[data-count=\"2\"]").await?;
    app.see("count-noneVisible[data-count=\"3\"]").await?;
    app.choose("tachograph").await?;
    app.see("detail alert").await?;

    // A server that says which token it does not like.
    let file = practice_file(stage, "stücksliste")?;
    tenant.faults().next(Route::FileAlerts, repeated_token(tenant)?.only(file.sha1));
    stage.drop_files(app, &[file.path]).await?;
    app.see_state("stücksliste", "failed").await?;
    app.choose("stücksliste").await?;
    app.see_text("detail problem[data-code=scopeMissing]", "lacks Alert.Read").await
}

/// A renewal that brings no token, then the end of the session, and another sign-in.
async fn lose_the_session(
    stage: &Stage,
    app: &App,
    browser: &Browser,
    tenant: &PracticeTenant,
) -> Result<()> {
    let [_, no_token, ..] = answers_without_a_token();
    tenant.refuse_access_tokens();
    tenant.faults().next(Route::Token, no_token);
    let file = practice_file(stage, "Driver schedule")?;
    stage.drop_files(app, &[file.path]).await?;
    app.choose("Driver schedule").await?;
    app.see("detail problem[data-code=renewalInvalid]").await?;

    tenant.revoke_sessions();
    tenant.refuse_access_tokens();
    app.press("retry-failed").await?;
    app.see("interrupted[data-code=sessionRevoked]").await?;
    app.press("sign-in-again").await?;
    choose(stage, browser).await?;
    app.see("keeping[data-state=kept]").await?;
    app.see_state("Driver schedule", "alerted").await
}

/// The app with nothing that drives it, so that its standard output can be read; returns that.
async fn run_without_driver(stage: &Stage, tenant: &PracticeTenant) -> Result<String> {
    let mut app = stage.start_app_with(&everything_logged(stage)?)?;
    let window = Window::find().await?;
    window.is_drawn().await?;
    // One that was not asked about before: of others the answer is kept.
    let file = stage.files().join("asked about now.txt");
    fs::write(&file, "asked about now")?;
    tenant.faults().next(Route::FileAlerts, Fault::unauthorized());
    let asked = tenant.requests().len();
    Drag::over(&window, &[file]).await?.drop().await?;
    let answered =
        |request: &Recorded| request.route == Route::FileAlerts && request.status == Some(200);
    tenant.until(|requests| requests[asked..].iter().any(answered).then_some(())).await;
    window.press("alt+F4").await?;

    let mut printed = String::new();
    let end = app.line(|line| {
        printed.push_str(line);
        printed.push('\n');
        None::<()>
    });
    // It says that the output has ended.
    ensure!(end.await.is_err());
    ensure!(app.ended().await? == Some(0), "the app did not end well");
    Ok(printed)
}

/// An entry that is no sign-in, a keyring that stays locked and one that is opened; then signs out.
async fn meet_errors_of_the_keyring(
    stage: &Stage,
    app: &App,
    browser: &Browser,
    user: &str,
) -> Result<()> {
    app.see("session-error[data-code=keyringDamaged]").await?;
    let keyring = stage.keyring().await;
    keyring.lock().await?;
    app.press("try-practice").await?;
    choose(stage, browser).await?;
    keyring.dismiss().await?;
    app.see("keeping[data-code=keyringDismissed]").await?;
    app.press("try-keyring").await?;
    keyring.answer().await?;
    app.see("keeping[data-state=kept]").await?;
    ensure!(sign_ins(&keyring).await? == [user]);

    app.press("sign-out").await?;
    app.see("signed-out[data-state=removed]").await?;
    ensure!(sign_ins(&keyring).await? == [] as [String; 0]);
    Ok(())
}

/// Opens the app with everything logged, and notes all that its page is told from here on.
async fn open(stage: &Stage) -> Result<App> {
    let app = stage.open_app_with(&everything_logged(stage)?).await?;
    // Answers of commands and messages of the channel alike come by these callbacks.
    let listen = "
        if (window.told === undefined) {
            window.told = [];
            const { callbacks } = window.__TAURI_INTERNALS__;
            callbacks.get = (id) => {
                const callback = Map.prototype.get.call(callbacks, id);
                return callback && ((message) => {
                    window.told.push(JSON.stringify(message) ?? '');
                    return callback(message);
                });
            };
        }
        return true";
    app.until("the page is listened to", listen, Value::Null).await?;
    Ok(app)
}

/// What the page was told since it was opened, and what it holds now.
async fn told(app: &App) -> Result<Value> {
    let look = "return {
        told: window.told,
        page: document.documentElement.outerHTML,
        local: { ...localStorage },
        session: { ...sessionStorage },
        cookies: document.cookie,
    }";
    app.until("the page tells all", look, Value::Null).await
}

/// Temporary files lie in the home as well.
fn everything_logged(stage: &Stage) -> Result<[(&str, &str); 2]> {
    let folder = stage.home().to_str().context("the home's path is no text")?;
    Ok([("DROPTRACE_LOG", "trace"), ("TMPDIR", folder)])
}

async fn choose(stage: &Stage, browser: &Browser) -> Result<()> {
    browser.open(&stage.link().await?).await?;
    browser.press("workstations").await?;
    browser.see_heading("Droptrace has the answer").await
}

/// The sign-ins in the keyring; the key of the journal lies beside them.
async fn sign_ins(keyring: &KeyringSession) -> Result<Vec<String>> {
    let mut entries = keyring.entries(SERVICE).await?;
    entries.retain(|entry| !entry.starts_with("journal-key:"));
    Ok(entries)
}

/// The name of the one entry.
async fn the_entry(stage: &Stage) -> Result<String> {
    let entries = sign_ins(&*stage.keyring().await).await?;
    let [user] = &*entries else { anyhow::bail!("{entries:?} instead of one entry") };
    Ok(user.clone())
}

fn nothing_at_home(stage: &Stage, canary: &Canary) -> Result<()> {
    let log = stage.log()?;
    for library in ["hyper_util", "zbus"] {
        let event = format!("\"target\":\"{library}");
        ensure!(log.contains(&event), "the log holds nothing of {library}");
    }
    ensure!(log.contains("\"level\":\"TRACE\""), "the log is not at its finest level");
    let searched = search_home(stage, canary)?;
    nowhere(&searched.sightings)
}

fn search_home(stage: &Stage, canary: &Canary) -> Result<Searched> {
    let browser = stage.home().join("browser");
    canary.in_folder(stage.home(), &[&browser])
}

fn nowhere(sightings: &BTreeSet<Sighting>) -> Result<()> {
    let told: Vec<String> = sightings.iter().map(|sighting| format!("{sighting:?}")).collect();
    ensure!(told.is_empty(), "secrets where none may be:\n{}", told.join("\n"));
    Ok(())
}
