//! Text from attackers wherever text from outside is shown, and a page that an attacker has taken.
//!
//! What the texts of the corpus try to load, and what the page tries to reach, is an address at
//! which a listener here hears of it.

use std::{
    ffi::OsStr,
    fs,
    net::Ipv4Addr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use droptrace_core::view::Shown;
use droptrace_practice_tenant::{HOSTILE_SHA1, PracticeTenant, Settings, TENANT_ID, World};
use droptrace_tests::{App, Stage, Window, journey};
use serde_json::{Value, json};
use tokio::{
    io::AsyncReadExt as _,
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
};

/// Stands before each of the page's other scripts.
const SHARED: &str = include_str!("hostile/shared.js");
const CARDS: &str = include_str!("hostile/cards.js");
const NARROW: &str = include_str!("hostile/narrow.js");
const NAMES: &str = include_str!("hostile/names.js");
const PORTAL: &str = include_str!("hostile/portal.js");
const LOAD: &str = include_str!("hostile/load.js");
const LEAVE: &str = include_str!("hostile/leave.js");

/// The ways to leave the page that its script knows.
const WAYS: [&str; 18] = [
    "assign",
    "replace",
    "href",
    "open",
    "openHere",
    "anchor",
    "blankAnchor",
    "download",
    "ping",
    "form",
    "blankForm",
    "refresh",
    "javascript",
    "data",
    "blob",
    "file",
    "mailto",
    "history",
];

/// Where the texts begin that hide, turn around, pile up or are long.
const FIRST_ODD: usize = 360;

/// How many cards are read under one deadline.
const CHUNK: usize = 10;

/// What the file holds whose alerts they are.
const CONTENT: &str = "droptrace hostile text";

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_as_text_and_does_nothing() -> Result<()> {
    journey(async |stage| {
        let outside = Outside::listen().await?;
        let texts = corpus(outside.port)?;
        let world = World::Hostile(Arc::from(texts.clone()));
        let tenant = stage.tenant_with(Settings { world, ..Settings::default() }).await?;
        let app = stage.open_app().await?;
        watch(&app).await?;
        stage.sign_in(&app, "workstations").await?;

        paste_everything(stage, &app, &texts).await?;
        read_every_alert(&app, &texts).await?;
        copy_an_alert(stage, &app, &texts).await?;
        drop_every_name(stage, &app, &texts).await?;
        nothing_came_of_it(stage, &app).await?;
        read_in_the_portal(stage, &tenant, texts.len()).await?;
        outside.saw_nobody()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_taken_over_tells_nobody() -> Result<()> {
    journey(async |stage| {
        let outside = Outside::listen().await?;
        let app = stage.open_app().await?;
        watch(&app).await?;

        let tried = app.until("every load has been tried", LOAD, json!(outside.port)).await?;
        for way in WAYS {
            let given = json!({ "port": outside.port, "way": way });
            app.until(&format!("{way} has been tried"), LEAVE, given).await?;
            let look = "
                const here = location.href.replace(/#.*/, '');
                return { there: window.witness?.before.location === here }";
            let page = app.until("the page tells where it is", look, json!(null)).await?;
            ensure!(page["there"] == true, "{way} leads away");
        }
        // What does not come cannot be awaited; what is on its way is given this long.
        tokio::time::sleep(Duration::from_millis(500)).await;

        // The policy has stopped things, so they were tried.
        let look = "return window.witness.violations";
        let violations = app.until("the violations are told", look, json!(null)).await?;
        ensure!(
            violations.as_array().is_some_and(|all| all.len() > 20),
            "{tried:#} {violations:#}"
        );
        assert_eq!(Window::count().await?, 1);
        ensure!(!stage.link_is_waiting().await, "the system was asked to open a link");
        outside.saw_nobody().with_context(|| tried.to_string())
    })
    .await
}

/// Pastes the whole corpus, and in the middle of it the digest of the file.
async fn paste_everything(stage: &Stage, app: &App, texts: &[String]) -> Result<()> {
    let (before, after) = texts.split_at(texts.len() / 2);
    let pasted = format!("{}\n{HOSTILE_SHA1}\n{}", before.join("\n"), after.join("\n"));
    let _copied = stage.copy(&pasted.replace('\0', "")).await?;
    app.press("paste").await?;
    app.see_state(HOSTILE_SHA1, "alerted").await?;
    app.see_count("item", 1).await?;
    app.see(&format!("alert[aria-setsize=\"{}\"]", texts.len())).await
}

/// Goes through all cards, and through the odd ones in the smallest window, too. All fields are read
/// of each twentieth, and of the odd ones but the longest, whose fields take seconds to lay out.
async fn read_every_alert(app: &App, texts: &[String]) -> Result<()> {
    let cards: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let Shown { parts, hidden } = Shown::of(text);
            let is_odd = parts.len() > 1 || (1..10_000).contains(&hidden);
            expected_card(text, is_odd || number % 20 == 0)
        })
        .collect();
    for (number, cards) in cards.chunks(CHUNK).enumerate() {
        let given = json!({ "from": number * CHUNK, "cards": cards });
        read(app, "the cards have been read", CARDS, given).await?;
    }
    app.resize(900, 600).await?;
    let given = json!({ "from": FIRST_ODD, "to": texts.len() });
    read(app, "the narrow cards have been seen", NARROW, given).await?;
    app.resize(1280, 800).await?;
    draw_card(app, turned_around(texts)?).await?;
    app.pictures(
        "45-hostile-alerts",
        "Alerts whose every text is an attack: what would hide or turn text around is shown by its \
         name, and markup is text.",
    )
    .await
}

/// What is copied is the exact text.
async fn copy_an_alert(stage: &Stage, app: &App, texts: &[String]) -> Result<()> {
    let index = turned_around(texts)?;
    let card = format!("alert[aria-posinset=\"{}\"]", index + 1);
    draw_card(app, index).await?;
    app.press(&format!("{card} all-fields")).await?;
    // Until they are there, what is below them moves.
    app.see_count(&format!("{card} evidence-row"), 3).await?;
    app.press_named(&format!("{card} alert-detail"), "Copy as JSON").await?;
    app.see_text(&format!("{card} alert-detail"), "Copied").await?;
    let copied: Value = serde_json::from_str(&stage.copied().await?)?;
    assert_eq!(copied["realm"], "practice");
    let copied = &copied["given"];
    for field in ["title", "description", "computerDnsName", "threatName"] {
        assert_eq!(copied[field], *texts[index], "{field}");
    }
    Ok(())
}

/// Drops a file of each name that this system takes, and goes through the list.
async fn drop_every_name(stage: &Stage, app: &App, texts: &[String]) -> Result<()> {
    let mut names: Vec<Value> = Vec::new();
    let mut paths: Vec<PathBuf> = Vec::new();
    for name in texts {
        let path = stage.files().join(name);
        // What has a slash in it names something else.
        if path.file_name() == Some(OsStr::new(name)) && fs::write(&path, CONTENT).is_ok() {
            names.push(form(&Shown::of(name)));
            paths.push(path);
        }
    }
    ensure!(names.len() > 250, "this system takes only {} of the names", names.len());
    stage.drop_files(app, &paths).await?;
    app.see(&format!("count-alerted[data-count=\"{}\"]", names.len() + 1)).await?;
    let given = json!({ "names": names, "choose": 40 });
    read(app, "the names have been read", NAMES, given).await?;
    let look = "
        const list = document.querySelector('[data-testid=\"items\"]');
        const row = shown('[data-testid=\"item\"]').find((each) => each.innerText.includes('U+202E'));
        if (row === undefined) list.scrollTop -= 500;
        row?.click();
        return row !== undefined";
    app.until("a name that is turned around is chosen", look, json!(null)).await?;
    app.see("alert").await?;
    app.pictures(
        "46-hostile-names",
        "Files whose names are attacks: what would hide or turn text around is shown by its name.",
    )
    .await
}

/// The practice tenant's portal has the same texts in the browser.
async fn read_in_the_portal(stage: &Stage, tenant: &PracticeTenant, count: usize) -> Result<()> {
    let portal = format!("http://127.0.0.1:{}", tenant.addresses().portal);
    let alerts = (0..count).step_by(20).map(|number| {
        format!("{portal}/alerts/da{}_1?tid={TENANT_ID}", 639_000_000_000_000_000 + number)
    });
    let all = format!("{portal}/file/{HOSTILE_SHA1}/?tid={TENANT_ID}");
    let browser = stage.browser().await?;
    for link in alerts.chain([all]) {
        browser.open(&link).await?;
        let found = browser.ask(PORTAL).await?;
        let expected = json!({ "location": link, "hostile": "undefined", "odd": 0, "away": 0 });
        ensure!(found == expected, "{found:#}, not {expected:#}");
    }
    browser.close().await
}

/// Notes how the page is, and from here on whatever goes wrong on it.
async fn watch(app: &App) -> Result<()> {
    let look = r#"
        window.witness = { before: describePage(), violations: [] };
        const note = (what) => window.witness.violations.push(what);
        document.addEventListener("securitypolicyviolation", (event) =>
            note(`${event.violatedDirective}: ${event.blockedURI}`));
        if ("ReportingObserver" in window) {
            new ReportingObserver((reports) => reports.forEach(({ type }) => note(type))).observe();
        }
        return true;"#;
    app.until("the page is watched", &with_shared(look), json!(null)).await.map(drop)
}

/// No script ran, nothing was loaded, nothing led away.
async fn nothing_came_of_it(stage: &Stage, app: &App) -> Result<()> {
    let look = "
        const { before, violations } = window.witness;
        return { before, now: describePage(), violations, hostile: typeof window.hostile };";
    let page = app.until("the page is described", &with_shared(look), json!(null)).await?;
    ensure!(page["now"] == page["before"], "the page has changed: {page:#}");
    ensure!(page["violations"] == json!([]), "something was tried: {page:#}");
    ensure!(page["hostile"] == "undefined", "a script ran: {page:#}");
    assert_eq!(Window::count().await?, 1);
    ensure!(!stage.link_is_waiting().await, "the system was asked to open a link");
    Ok(())
}

/// Scrolls to the card at this place of the list.
async fn draw_card(app: &App, index: usize) -> Result<()> {
    let look = with_shared(
        "const card = cardAt(given); card?.scrollIntoView({ block: 'start' }); return card !== null",
    );
    app.until(&format!("card {index} is there"), &look, json!(index)).await.map(drop)
}

/// Runs a script that goes through what is on the page, and tells what is wrong with it.
async fn read(app: &App, what: &str, script: &str, given: Value) -> Result<()> {
    let read = app.until(what, &with_shared(script), given).await?;
    ensure!(read["wrong"] == json!([]), "{:#}", read["wrong"]);
    Ok(())
}

fn with_shared(script: &str) -> String {
    format!("{SHARED}{script}")
}

/// The place of a text that is turned around.
fn turned_around(texts: &[String]) -> Result<usize> {
    texts.iter().position(|text| text.contains('\u{202e}')).context("no text is turned around")
}

/// What the page must show for an alert that carries this text in all its fields, and whether these
/// are to be opened.
fn expected_card(text: &str, open: bool) -> Value {
    let shown = Shown::of(text);
    json!({
        "open": open,
        "label": shown.flat(),
        // What is blank is taken for absent.
        "line": (!text.trim().is_empty()).then(|| form(&shown)),
        "lines": form(&Shown::of_lines(text)),
        "name": form(&Shown::of(&format!("additionalData \u{b7} {text}"))),
    })
}

/// A display form as the scripts read it from the page.
fn form(shown: &Shown) -> Value {
    json!([shown.parts, shown.hidden])
}

/// The corpus in the order of its cards, with the listener's port in its addresses.
fn corpus(port: u16) -> Result<Vec<String>> {
    let mut texts: Vec<String> =
        serde_json::from_str(include_str!("../corpora/hostile-text.json"))?;
    // A blank text is no severity, and that comes last.
    texts.sort_by_key(|text| text.trim().is_empty());
    Ok(texts.into_iter().map(|text| text.replace("CANARY", &port.to_string())).collect())
}

/// Where nobody may come, by TCP or UDP.
struct Outside {
    port: u16,
    visits: Arc<Mutex<Visits>>,
    _listeners: JoinSet<()>,
}

#[derive(Debug, Default, Clone)]
struct Visits {
    connections: usize,
    heard: Vec<String>,
}

impl Outside {
    async fn listen() -> Result<Self> {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = tcp.local_addr()?.port();
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let visits = Arc::<Mutex<Visits>>::default();
        let mut listeners = JoinSet::new();
        listeners.spawn(receive(tcp, Arc::clone(&visits)));
        let noted = Arc::clone(&visits);
        listeners.spawn(async move {
            while udp.recv_from(&mut [0; 2_048]).await.is_ok() {
                note(&noted, |visits| visits.heard.push("a datagram".into()));
            }
        });
        Ok(Self { port, visits, _listeners: listeners })
    }

    /// Nobody has so much as connected.
    fn saw_nobody(&self) -> Result<()> {
        let visits = self.visits();
        ensure!(visits.connections == 0 && visits.heard.is_empty(), "{visits:#?}");
        Ok(())
    }

    fn visits(&self) -> Visits {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn receive(listener: TcpListener, visits: Arc<Mutex<Visits>>) {
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        note(&visits, |visits| visits.connections += 1);
        open.spawn(hear(stream, Arc::clone(&visits)));
    }
}

async fn hear(mut stream: TcpStream, visits: Arc<Mutex<Visits>>) {
    let mut start = [0; 256];
    if let Ok(length @ 1..) = stream.read(&mut start).await {
        let start = String::from_utf8_lossy(&start[..length]).into_owned();
        note(&visits, |visits| visits.heard.push(start));
    }
}

fn note(visits: &Mutex<Visits>, change: impl FnOnce(&mut Visits)) {
    change(&mut visits.lock().unwrap_or_else(PoisonError::into_inner));
}
