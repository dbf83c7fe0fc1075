//! Starting, ending, and what lies on disk between.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    net::Ipv4Addr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};
use droptrace_practice_tenant::{Fault, Route};
use droptrace_tests::{App, Drag, Stage, journey};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use url::Url;

use crate::practice::practice_file;

/// How soon a closed window's program is gone.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_brings_the_first_window_to_the_front() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.window().minimize().await?;

        let mut second = stage.start_app()?;

        assert_eq!(second.ended().await?, Some(0));
        app.window().is_at_the_front().await?;
        app.see("welcome").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_a_newer_version_are_kept_and_told() -> Result<()> {
    settings_are_set_aside(
        br#"{ "version": 3, "organisations": [{ "name": "Fernhill" }] }"#,
        "settingsNewer",
        "settings.newer-1.json",
        (
            "50-newer-settings",
            "The settings came from a newer Droptrace: they are kept under another name, and the \
             window says where.",
        ),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_settings_are_kept_and_told() -> Result<()> {
    settings_are_set_aside(
        b"{ \"version\": 1, \"organisation\": \xff\x00",
        "settingsBroken",
        "settings.broken-1.json",
        (
            "51-broken-settings",
            "The settings could not be understood: they are kept under another name, and the \
             window says where.",
        ),
    )
    .await
}

async fn settings_are_set_aside(
    content: &[u8],
    code: &str,
    aside: &str,
    (picture, caption): (&str, &str),
) -> Result<()> {
    journey(async |stage| {
        let folder = stage.app_folder();
        fs::write(folder.join("settings.json"), content)?;

        let app = stage.open_app().await?;

        app.see_text(&format!("notice[data-code={code}]"), aside).await?;
        assert_eq!(fs::read(folder.join(aside))?, content);
        app.is_accessible().await?;
        app.pictures(picture, caption).await?;
        app.press_named("notice", "Dismiss").await?;
        app.see_gone("notice").await?;
        app.close().await?;

        let app = stage.open_app().await?;
        app.see("welcome").await?;
        app.see_gone("notice").await?;
        assert_eq!(fs::read(folder.join(aside))?, content);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_ends_the_program_while_it_waits_for_the_browser() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.press("try-practice").await?;
        stage.link().await?;
        app.see("sign-in-screen").await?;

        ends_soon(app).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_ends_the_program_while_it_reads() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        // Takes minutes to read, and no room on the disk.
        let large = stage.files().join("large.img");
        File::create(&large)?.set_len(1 << 40)?;
        stage.drop_files(&app, &[large]).await?;
        app.press("question-go-on").await?;
        app.see_state("large.img", "reading").await?;

        ends_soon(app).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_dead_proxy_the_window_is_usable_at_once_and_practice_works() -> Result<()> {
    journey(async |stage| {
        connect_an_organisation(stage)?;
        let report = stage.files().join("report.txt");
        fs::write(&report, "content")?;

        // Nobody listens on the port that discards what is sent to it.
        let app = open_behind_proxy(stage, "http://127.0.0.1:9").await?;

        // A figure to read, not a limit: this build is not the one that people run.
        let took = app.start_up().await?.as_millis();
        writeln!(io::stderr(), "from the start of the program to its first picture: {took} ms")?;
        app.see("organisation").await?;
        stage.drop_files(&app, &[report]).await?;
        app.see_state("report.txt", "waiting").await?;

        app.press("sign-in").await?;
        answer(&stage.link().await?).await??;
        app.see_text(
            "session-error[data-code=proxyUnreachable]",
            "The proxy 127.0.0.1:9 could not be reached",
        )
        .await?;
        app.see_state("report.txt", "waiting").await?;
        app.is_accessible().await?;
        app.pictures(
            "53-dead-proxy",
            "The proxy of this computer does not answer: the sign-in says so, and the file waits.",
        )
        .await?;

        stage.sign_in(&app, "workstations").await?;
        app.see_state("report.txt", "noneVisible").await?;
        stage.drop_files(&app, &[practice_file(stage, "Driver schedule")?.path]).await?;
        app.see_state("Driver schedule", "alerted").await?;
        ends_soon(app).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_ends_the_program_while_it_waits_for_the_organisation() -> Result<()> {
    journey(async |stage| {
        connect_an_organisation(stage)?;
        // It takes connections and says nothing.
        let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let app = open_behind_proxy(stage, &format!("http://{}", proxy.local_addr()?)).await?;
        app.press("sign-in").await?;
        let link = stage.link().await?;
        app.see("sign-in-screen[data-step=inBrowser]").await?;
        let called = timeout(Duration::ZERO, proxy.accept()).await.is_ok();
        assert!(!called, "something was sent before the person had signed in");

        let answered = answer(&link);
        let calling = timeout(Duration::from_secs(30), proxy.accept()).await;
        let _call = calling.context("nobody asks the organisation")??;

        ends_soon(app).await?;
        answered.abort();
        Ok(())
    })
    .await
}

/// Writes the settings of somebody who has connected an organisation before.
fn connect_an_organisation(stage: &Stage) -> Result<()> {
    let settings = serde_json::json!({
        "version": 1,
        "organisation": {
            "cloud": "commercial",
            "tenant": "11111111-2222-3333-4444-555555555555",
            "client": "66666666-7777-8888-9999-000000000000",
        },
    });
    Ok(fs::write(stage.app_folder().join("settings.json"), settings.to_string())?)
}

/// Opens the app where everything but this computer is behind a proxy.
async fn open_behind_proxy(stage: &Stage, proxy: &str) -> Result<App> {
    let names =
        ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let mut environment = names.map(|name| (name, proxy)).to_vec();
    environment.extend([("no_proxy", ""), ("NO_PROXY", "")]);
    // Not so the web view's connection to what drives it, which would not come about.
    environment.push(("GIO_USE_PROXY_RESOLVER", "dummy"));
    stage.open_app_with(&environment).await
}

/// Brings the answer to a link, with a code that no authority gave, as the browser does.
fn answer(link: &str) -> JoinHandle<Result<()>> {
    let link = link.to_owned();
    tokio::spawn(async move {
        let link = Url::parse(&link)?;
        let field = |wanted: &str| {
            let found = link.query_pairs().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned()).with_context(|| format!("no {wanted}"))
        };
        let answer = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", "code")
            .append_pair("state", &field("state")?)
            .finish();
        let browser = reqwest::Client::builder().no_proxy().build()?;
        let answered = browser
            .post(field("redirect_uri")?)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", link.origin().ascii_serialization())
            .body(answer)
            .send();
        answered.await?.error_for_status()?;
        Ok(())
    })
}

async fn ends_soon(app: App) -> Result<()> {
    let took = app.close().await?;
    assert!(took < SOON, "the program ended only after {took:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_died_comes_back_with_its_list() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_unattended().await?;
        app.see_texts(&["Try it with the practice tenant"]).await?;
        Drag::over(app.window(), &some_files(&stage.files())?).await?.drop().await?;
        app.see_texts(&["quarterly report.txt", "minutes.txt", "3 items"]).await?;

        app.kill_page().await?;

        app.see_texts(&["was loaded again", "quarterly report.txt", "minutes.txt", "3 items"])
            .await?;
        app.picture(
            "52-page-reloaded",
            "The part of the window that draws had stopped; it was started again. The list is \
             still there.",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_at_hand_and_names_no_file_digest_token_or_person() -> Result<()> {
    journey(async |stage| {
        let tenant = stage.tenant().await?;
        // Failures are what a log tells of.
        tenant.faults().next(Route::FileAlerts, Fault::status(400));
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let files = some_files(&stage.files())?;
        stage.drop_files(&app, &files).await?;
        app.see_count("item-state[data-state=failed]", 1).await?;
        app.see_count("item-state[data-state=noneVisible]", 1).await?;
        app.see_count("item-state[data-state=unreadable]", 1).await?;
        let digest = app.read("sha1").await?;

        app.press("log-folder").await?;

        let folder = PathBuf::from(stage.link().await?);
        let mut kept = fs::read_dir(&folder)?;
        assert!(kept.next().context("the folder is empty")??.metadata()?.len() > 0);
        app.press("sign-out").await?;
        app.see_gone("account").await?;
        app.close().await?;
        let log = stage.log()?;
        assert!(log.contains("\"started\""), "this is not the log: {log}");
        for told in [&*digest, "quarterly", "minutes", "files/", "Mara", "mara.", "eyJ", "code="] {
            assert!(!log.contains(told), "{told:?} is in the log:\n{log}");
        }
        let mut words = log.split(|letter: char| !letter.is_ascii_alphanumeric());
        assert!(words.all(|word| word.len() < 40), "a secret may be in the log:\n{log}");
        Ok(())
    })
    .await
}

/// Two files, and one that is gone.
fn some_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = ["quarterly report.txt", "minutes.txt", "gone.txt"].map(|name| folder.join(name));
    for file in &files[..2] {
        fs::write(file, file.to_string_lossy().as_bytes())?;
    }
    Ok(files.to_vec())
}
