//! What leaves the machine, against an API and an authority that want it elsewhere, and how much of
//! an answer is taken.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use droptrace_core::{
    identity::{
        Attempt, AuthError, Endpoints, Hint, OrganisationEndpoints, PracticeEndpoints,
        PracticeFacts, Purpose, Session, SignInError,
    },
    source::{AlertSource, Answer, ApiError, Incomplete, defender::DefenderFiles},
    view::{ApiHost, Cloud, Organisation, Permission},
};
use droptrace_practice_tenant::{Fault, PracticeTenant, Recorded, Route, Server, Settings};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinHandle,
    time::Instant,
};

use crate::{
    alone::{is_alone, run_alone},
    analyst::{self, facts, no_store, turn, workstations},
    browser::{Browser, Choice},
    organisation::{HOSTS, StandIn},
};

/// The example of the "Get file related alerts API" page: it has alerts.
const ALERTED: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";
/// Its route.
const PATH: &str = "/api/files/6532ec91d513acc05f43ee0aa3002599729fd3e1/alerts";
/// The most bytes of a page, and of a token response.
const PAGE_CAP: usize = 16 << 20;
const TOKEN_CAP: usize = 1 << 20;

/// A signed-in session, whom it talks to, and a stranger's listener to which nobody may come.
struct Scene<'a, E: Endpoints> {
    tenant: &'a PracticeTenant,
    session: Arc<Session<E>>,
    source: DefenderFiles<E>,
    stranger: Stranger,
}

impl<'a, E: Endpoints> Scene<'a, E> {
    fn set(tenant: &'a PracticeTenant, session: Session<E>) -> Self {
        let session = Arc::new(session);
        let source = DefenderFiles::new(Arc::clone(&session)).unwrap();
        Self { tenant, session, source, stranger: Stranger::listen() }
    }

    async fn ask(&self) -> Result<Answer, ApiError> {
        self.source.ask(ALERTED.parse().unwrap(), turn().await).await
    }

    /// Fills in `{origin}`, `{name}`, `{path}` and `{stranger}`.
    fn fill(&self, template: &str) -> String {
        let api = self.session.endpoints().api();
        template
            .replace("{origin}", &api.origin().ascii_serialization())
            .replace("{name}", api.host_str().unwrap())
            .replace("{path}", PATH)
            .replace("{stranger}", &format!("127.0.0.1:{}", self.stranger.port))
    }

    /// Makes `call` and returns its outcome and the requests that arrived meanwhile.
    async fn watch<T>(&self, call: impl Future<Output = T>) -> (T, Vec<Recorded>) {
        let before = self.tenant.requests().len();
        let outcome = call.await;
        (outcome, self.tenant.requests().split_off(before))
    }

    /// Nobody came to the stranger, and tokens went where they belong.
    fn assert_stayed_home(&self) {
        assert_eq!(self.stranger.visits(), 0);
        for request in self.tenant.requests() {
            let with_token = request.header_names.iter().any(|name| name == "authorization");
            let asks = request.server == Server::Api && request.route == Route::FileAlerts;
            assert_eq!(with_token, asks, "{request:?}");
        }
    }
}

/// A listener that notes who connects.
struct Stranger {
    listener: TcpListener,
    port: u16,
}

impl Stranger {
    fn listen() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { listener, port }
    }

    /// How many have connected since this was last asked: the system has accepted them already.
    fn visits(&self) -> usize {
        std::iter::from_fn(|| self.listener.accept().ok()).count()
    }
}

async fn in_organisation(stand_in: &StandIn) -> Scene<'_, OrganisationEndpoints> {
    Scene::set(&stand_in.tenant.tenant, stand_in.session().await)
}

/// Plenty of calls.
fn unhurried() -> Settings {
    Settings { calls_per_minute: 10_000, calls_per_hour: 100_000, ..Settings::default() }
}

async fn in_practice(tenant: &PracticeTenant) -> Scene<'_, PracticeEndpoints> {
    Scene::set(tenant, analyst::session(tenant, workstations()).await)
}

async fn practice_tenant() -> PracticeTenant {
    PracticeTenant::start(unhurried()).await.unwrap()
}

// ---- links to the next page ----

/// Links that name a position on the route that was asked: whatever their host, the next page is
/// asked of our own.
const FOLLOWED_AT_HOME: &[&str] = &[
    "{origin}{path}?$skip=1",
    "?$skip=1",
    "{path}?$skip=1",
    "HTTPS://{name}:443{path}?$skip=1",
    "https://{name}{path}?$skip=1",
    "http://{name}{path}?$skip=1",
    "https://{name}:8443{path}?$skip=1",
    "https://{name}.evil.example{path}?$skip=1",
    "https://{name}.{path}?$skip=1",
    "https://evil.example{path}?$skip=1",
    "https://xn--pi-7kc.evil.example{path}?$skip=1",
    "https://\u{430}pi.evil.example{path}?$skip=1",
    "https://\u{ff41}pi\u{3002}evil.example{path}?$skip=1",
    "http://{stranger}{path}?$skip=1",
    "https://{stranger}{path}?$skip=1",
    "//{stranger}{path}?$skip=1",
    "https:\\\\{stranger}{path}?$skip=1",
    "\\\\{stranger}{path}?$skip=1",
    "{origin}/x/..{path}?$skip=1",
    "\t{origin}{path}?$skip=1#@{stranger}",
    "{origin}{path}?$skip=1&$top=1&access_token=x&next=http://{stranger}/",
    "{origin}{path}?%24skip=1",
];

/// Links that are refused, and the answer says so.
const REFUSED: &[&str] = &[
    "",
    "not a link",
    "https://",
    "https://[/",
    "https://{name}@{stranger}{path}?$skip=1",
    "http://{name}:443@{stranger}{path}?$skip=1",
    "http://:password@{stranger}{path}?$skip=1",
    "https://user@{name}{path}?$skip=1",
    "{origin}/api/../../x?$skip=1",
    "{origin}/api/%2e%2e/admin?$skip=1",
    "{origin}{path}/..?$skip=1",
    "{origin}{path}/%2E%2e/alerts/x?$skip=1",
    "{origin}{path}/?$skip=1",
    "{origin}{path}%2f..?$skip=1",
    "{origin}{path};x?$skip=1",
    "{origin}\\..\\..\\x?$skip=1",
    "/api/files/1111111111111111111111111111111111111111/alerts?$skip=1",
    "//{stranger}?$skip=1",
    "https:\\\\{stranger}?$skip=1",
    "\\\\{stranger}\\x?$skip=1",
    "http://{stranger}",
    "data:text/plain,x?$skip=1",
    "data:{path}?$skip=1",
    "javascript:{path}?$skip=1",
    "file://{path}?$skip=1",
    "ws://{stranger}{path}?$skip=1",
    "{origin}{path}",
    "{origin}{path}#?$skip=1",
    "{origin}{path}?",
    "{origin}{path}?$top=5",
    "{origin}{path}?skip=1",
    "{origin}{path}?$skip",
    "{origin}{path}?$skiptoken=",
    "{origin}{path}?$skip=1&$skip=1",
    "{origin}{path}?$skip=1&%24skip=2",
    "{origin}{path}?$skiptoken=a&$skip=1&$skiptoken=b",
];

#[tokio::test]
async fn no_link_leads_practice_elsewhere_and_none_ends_an_answer_in_silence() {
    let tenant = practice_tenant().await;

    assert_links_stay_home(&in_practice(&tenant).await).await;
}

#[tokio::test]
async fn no_link_leads_an_organisation_elsewhere_and_none_ends_an_answer_in_silence() {
    for host in HOSTS {
        let stand_in = StandIn::at(host, unhurried()).await;

        assert_links_stay_home(&in_organisation(&stand_in).await).await;

        stand_in.assert_only_its_hosts_were_looked_up();
    }
}

/// Each link comes with an empty page, which without a word of it would be an empty answer.
async fn assert_links_stay_home<E: Endpoints>(scene: &Scene<'_, E>) {
    let page_with =
        |link: &str| Fault::json(200, &json!({ "value": [], "@odata.nextLink": link })).only(PATH);
    for template in FOLLOWED_AT_HOME {
        let link = scene.fill(template);
        scene.tenant.faults().next(Route::FileAlerts, page_with(&link));

        let (answer, requests) = scene.watch(scene.ask()).await;

        let answer = answer.unwrap();
        assert_eq!(answer.incomplete, None, "{link}");
        assert!(!answer.alerts.is_empty(), "{link}");
        let asked: Vec<_> = requests.iter().map(|request| &*request.path_and_query).collect();
        assert_eq!(asked, [PATH, &format!("{PATH}?%24skip=1")], "{link}");
    }
    let too_long = format!("{{path}}?$skip=1&padding={}", "x".repeat(9 * 1024));
    for template in REFUSED.iter().copied().chain([too_long.as_str()]) {
        let link = scene.fill(template);
        scene.tenant.faults().next(Route::FileAlerts, page_with(&link));

        let (answer, requests) = scene.watch(scene.ask()).await;

        let answer = answer.unwrap();
        assert_eq!(answer.incomplete, Some(Incomplete::LinkRefused { page: 1 }), "{link:.200}");
        assert!(answer.alerts.is_empty());
        assert_eq!(requests.len(), 1, "{link:.200}");
    }
    scene.assert_stayed_home();
}

#[tokio::test]
async fn pages_without_end_and_pages_in_a_circle_are_given_up_and_said() {
    let tenant = practice_tenant().await;
    let scene = in_practice(&tenant).await;
    let page = |skip: usize| {
        let link = format!("{PATH}?$skip={skip}");
        Fault::json(200, &json!({ "value": [], "@odata.nextLink": link }))
    };

    for number in 1..=10_000 {
        tenant.faults().next(Route::FileAlerts, page(number));
    }
    let (answer, requests) = scene.watch(scene.ask()).await;
    assert_eq!(answer.unwrap().incomplete, Some(Incomplete::TooManyPages { pages: 100 }));
    assert_eq!(requests.len(), 100);

    for circle in [vec![1, 1], vec![1, 2, 1], vec![1, 2, 3, 2]] {
        tenant.faults().clear();
        for skip in &circle {
            tenant.faults().next(Route::FileAlerts, page(*skip));
        }
        let (answer, requests) = scene.watch(scene.ask()).await;
        let page = u32::try_from(circle.len()).unwrap();
        assert_eq!(answer.unwrap().incomplete, Some(Incomplete::LinkRefused { page }));
        assert_eq!(requests.len(), circle.len(), "{circle:?}");
    }
}

// ---- redirects ----

const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// Where a redirect leads, and which host the error names; `{name}` is our own.
const TARGETS: &[(&str, Option<&str>)] = &[
    ("http://{stranger}{path}", Some("127.0.0.1")),
    ("https://{stranger}{path}", Some("127.0.0.1")),
    ("//{stranger}/", Some("127.0.0.1")),
    ("https://evil.example{path}", Some("evil.example")),
    ("https://{name}.evil.example{path}", Some("{name}.evil.example")),
    ("https://{name}@evil.example{path}", Some("evil.example")),
    ("http://{name}{path}", Some("{name}")),
    ("{origin}/elsewhere", Some("{name}")),
    ("{path}", Some("{name}")),
    ("?$skip=1", Some("{name}")),
    ("http://[/", None),
    ("data:text/plain,x", None),
];

#[tokio::test]
async fn practice_follows_no_redirect() {
    let tenant = practice_tenant().await;

    assert_redirects_are_not_followed(&in_practice(&tenant).await).await;
}

#[tokio::test]
async fn an_organisation_follows_no_redirect() {
    for host in HOSTS {
        let stand_in = StandIn::at(host, unhurried()).await;

        assert_redirects_are_not_followed(&in_organisation(&stand_in).await).await;

        stand_in.assert_only_its_hosts_were_looked_up();
    }
}

/// Neither the API's with an access token, nor the token endpoint's with a refresh token.
async fn assert_redirects_are_not_followed<E: Endpoints>(scene: &Scene<'_, E>) {
    let token = scene.session.access_token().await.unwrap();
    for (template, host) in TARGETS {
        let (location, named) = (scene.fill(template), host.map(|host| scene.fill(host)));
        for redirect in REDIRECTS {
            let fault = Fault::status(redirect).header("location", &location);

            scene.tenant.faults().next(Route::FileAlerts, fault.clone());
            let (answer, requests) = scene.watch(scene.ask()).await;
            let Err(ApiError::Redirected { status, host }) = answer else { panic!("{answer:?}") };
            assert_eq!((status, &host), (redirect, &named), "{location}");
            assert_eq!(requests.len(), 1, "{redirect} {location}");

            scene.tenant.faults().next(Route::Token, fault);
            let (refreshed, requests) = scene.watch(scene.session.replace(&token)).await;
            let unreachable = matches!(refreshed, Err(AuthError::Unreachable { .. }));
            assert!(unreachable, "{redirect} {location}: {refreshed:?}");
            assert_eq!(requests.len(), 1, "{redirect} {location}");
        }
    }
    scene.assert_stayed_home();
}

#[tokio::test]
async fn a_code_follows_no_redirect() {
    let tenant = practice_tenant().await;
    let stranger = Stranger::listen();
    for redirect in REDIRECTS {
        let location = format!("http://127.0.0.1:{}/", stranger.port);
        let fault = Fault::status(redirect).header("location", location);
        tenant.faults().next(Route::Token, fault);
        let attempt = Attempt::begin(analyst::endpoints(&tenant), Hint::None).await.unwrap();
        let (browser, link) = (Browser::new().unwrap(), attempt.link().clone());
        let choice = Choice::Analyst(workstations().object_id);

        let (finished, shown) =
            tokio::join!(attempt.finish(no_store(), |_| {}), browser.sign_in(&link, choice));

        assert!(shown.unwrap().is_success());
        assert!(matches!(finished, Err(SignInError::Unreachable { .. })), "{redirect}");
    }
    assert_eq!(tenant.calls(Route::Token), REDIRECTS.len());
    assert_eq!(stranger.visits(), 0);
}

// ---- how much is taken ----

/// A body of this many bytes that begins with `json`, in each way in which it can be sent.
fn bodies(json: &str, bytes: usize) -> Vec<(&'static str, Fault)> {
    let mut plain = json.as_bytes().to_vec();
    plain.resize(bytes, b' ');
    let answer = |body: Vec<u8>| Fault::new().body(body).header("content-type", "application/json");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&plain).unwrap();
    let mut brotli = Vec::new();
    brotli::BrotliCompress(
        &mut &*plain,
        &mut brotli,
        &brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() },
    )
    .unwrap();
    assert!(brotli.len() < 20_000, "a small body that grows");
    vec![
        ("in chunks", answer(plain.clone())),
        ("with its length", answer(plain).header("content-length", bytes.to_string())),
        ("gzip", answer(gzip.finish().unwrap()).header("content-encoding", "gzip")),
        ("brotli", answer(brotli).header("content-encoding", "br")),
    ]
}

#[tokio::test]
async fn a_page_over_the_cap_is_no_answer_however_it_is_packed() {
    let tenant = practice_tenant().await;
    let scene = in_practice(&tenant).await;
    let empty = r#"{"value":[]}"#;
    for (packed, fault) in bodies(empty, PAGE_CAP) {
        tenant.faults().next(Route::FileAlerts, fault);
        let answer = scene.ask().await.unwrap();
        assert_eq!(answer.incomplete, None, "{packed}");
    }
    for size in [PAGE_CAP + 1, 4 * PAGE_CAP] {
        for (packed, fault) in bodies(empty, size) {
            tenant.faults().next(Route::FileAlerts, fault.clone());
            let error = scene.ask().await.unwrap_err();
            assert!(matches!(error, ApiError::TooLarge { limit: PAGE_CAP }), "{packed}: {error:?}");

            let first = json!({ "value": [], "@odata.nextLink": "?$skip=1" });
            tenant.faults().next(Route::FileAlerts, Fault::json(200, &first));
            tenant.faults().next(Route::FileAlerts, fault);
            let answer = scene.ask().await.unwrap();
            assert_eq!(answer.incomplete, Some(Incomplete::PageMissing { page: 2 }), "{packed}");
        }
    }
}

#[tokio::test]
async fn a_token_response_over_the_cap_is_no_grant_however_it_is_packed() {
    let tenant = practice_tenant().await;
    let grant = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"another"}"#;
    for (size, is_taken) in [(TOKEN_CAP, true), (TOKEN_CAP + 1, false), (4 * PAGE_CAP, false)] {
        for (packed, fault) in bodies(grant, size) {
            let scene = in_practice(&tenant).await;
            let token = scene.session.access_token().await.unwrap();
            tenant.faults().next(Route::Token, fault);

            let replaced = scene.session.replace(&token).await;

            match replaced {
                Ok(_) => assert!(is_taken, "{size} {packed}"),
                Err(AuthError::Invalid(_)) => assert!(!is_taken, "{size} {packed}"),
                Err(error) => panic!("{size} {packed}: {error:?}"),
            }
        }
    }
}

// ---- how long is waited ----

/// What a server sends after which pauses in seconds, after which it is silent.
type Dripping = &'static [(u64, &'static str)];

const NOTHING: Dripping = &[];
const A_HEADER_NOW_AND_THEN: Dripping =
    &[(5, "HTTP/1.1 200 OK\r\n"), (5, "a: b\r\n"), (5, "c: d\r\n"), (5, "e: f\r\n"), (5, "\r\n")];
const HALF_A_BODY: Dripping =
    &[(1, "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n"), (1, "{\"valu")];
const A_BYTE_NOW_AND_THEN: Dripping = &[
    (1, "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n"),
    (15, "{"),
    (15, "\""),
    (15, "v"),
    (15, "a"),
    (15, "l"),
];

/// A server for one request. From its arrival on, time runs as fast as everybody has nothing to do.
struct Slow {
    port: u16,
    server: JoinHandle<()>,
}

impl Slow {
    async fn serve(dripping: Dripping) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            tokio::time::pause();
            // Second by second, so that what was sent is read before the clock is far ahead.
            for (pause, bytes) in dripping {
                seconds(*pause).await;
                stream.write_all(bytes.as_bytes()).await.unwrap();
            }
            seconds(3_600).await;
        });
        Self { port, server }
    }

    /// How long the call took, in seconds by the clock that ran ahead.
    async fn time<T>(self, call: impl Future<Output = T>) -> (T, u64) {
        let begun = Instant::now();
        let outcome = call.await;
        let took = begun.elapsed().as_secs();
        self.server.abort();
        tokio::time::resume();
        (outcome, took)
    }
}

async fn seconds(count: u64) {
    for _ in 0..count {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn an_api_that_stalls_or_drips_is_given_up() {
    let tenant = practice_tenant().await;
    for (dripping, patience) in [
        (NOTHING, 20..=22),
        (A_HEADER_NOW_AND_THEN, 20..=22),
        (HALF_A_BODY, 20..=26),
        (A_BYTE_NOW_AND_THEN, 60..=62),
    ] {
        let slow = Slow::serve(dripping).await;
        let facts = PracticeFacts { api: slow.port, ..facts(&tenant) };
        let session = analyst::session_at(PracticeEndpoints::new(facts), workstations()).await;
        let source = DefenderFiles::new(Arc::new(session)).unwrap();
        let turn = turn().await;

        let (answer, took) = slow.time(source.ask(ALERTED.parse().unwrap(), turn)).await;

        assert!(matches!(answer, Err(ApiError::TimedOut { .. })), "{dripping:?}: {answer:?}");
        assert!(patience.contains(&took), "{dripping:?}: {took} s");
    }
}

#[tokio::test]
async fn an_authority_that_stalls_or_drips_is_given_up() {
    let tenant = practice_tenant().await;
    for (dripping, patience) in [
        (NOTHING, 20..=22),
        (A_HEADER_NOW_AND_THEN, 20..=22),
        (HALF_A_BODY, 20..=26),
        (A_BYTE_NOW_AND_THEN, 30..=32),
    ] {
        let slow = Slow::serve(dripping).await;
        let facts = PracticeFacts { authority: slow.port, ..facts(&tenant) };
        let attempt = Attempt::begin(PracticeEndpoints::new(facts), Hint::None).await.unwrap();
        let (browser, link) = (Browser::new().unwrap(), attempt.link().clone());

        let (finished, took) = slow
            .time(async {
                tokio::join!(attempt.finish(no_store(), |_| {}), browser.answer_unasked(&link)).0
            })
            .await;

        let unreachable = matches!(finished, Err(SignInError::Unreachable { .. }));
        assert!(unreachable, "{dripping:?}: {finished:?}");
        assert!(patience.contains(&took), "{dripping:?}: {took} s");
    }
}

// ---- practice and proxies ----

#[tokio::test]
async fn a_proxy_in_the_environment_sees_nothing_of_practice() {
    if is_alone() {
        practise_beside_a_proxy().await;
        return;
    }
    let proxy = Proxy::start();
    let address = format!("http://user:password@127.0.0.1:{}", proxy.port);
    let address = address.as_str();

    run_alone(
        "egress::a_proxy_in_the_environment_sees_nothing_of_practice",
        &[
            ("http_proxy", address),
            ("https_proxy", address),
            ("all_proxy", address),
            ("HTTP_PROXY", address),
            ("HTTPS_PROXY", address),
            ("ALL_PROXY", address),
            ("no_proxy", ""),
            ("NO_PROXY", ""),
        ],
    )
    .await;

    assert_eq!(
        proxy.lines.try_iter().collect::<Vec<_>>(),
        ["GET http://127.0.0.1:9/proof HTTP/1.1", "CONNECT proof.invalid:443 HTTP/1.1"],
        "the proxy works, and only the proofs of that came to it"
    );
}

/// Signs in, refreshes and looks up; then shows by two other clients that a proxy is set.
async fn practise_beside_a_proxy() {
    let tenant = practice_tenant().await;
    let scene = in_practice(&tenant).await;
    let token = scene.session.access_token().await.unwrap();
    scene.session.replace(&token).await.unwrap();
    assert!(!scene.ask().await.unwrap().alerts.is_empty());

    assert!(env::var_os("http_proxy").is_some());
    reqwest::get("http://127.0.0.1:9/proof").await.unwrap();
    let organisation = OrganisationEndpoints::new(&Organisation {
        cloud: Cloud::Commercial,
        tenant: "11111111-2222-3333-4444-555555555555".into(),
        client: "66666666-7777-8888-9999-000000000000".into(),
        host: ApiHost::Global,
        domain: None,
        permission: Permission::default(),
    })
    .unwrap();
    let http = organisation.http(Purpose::Api).unwrap().current();
    http.get("https://proof.invalid/").send().await.unwrap_err();
}

/// A proxy that forwards nothing and notes the first line of every request.
struct Proxy {
    port: u16,
    lines: mpsc::Receiver<String>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (note, lines) = mpsc::channel();
        // It ends with the test program.
        thread::spawn(move || -> io::Result<()> {
            for stream in listener.incoming() {
                let mut stream = stream?;
                let mut head = BufReader::new(stream.try_clone()?).lines();
                let first = head.next().transpose()?.unwrap_or_default();
                while head.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
                if note.send(first).is_err() {
                    break;
                }
                stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")?;
            }
            Ok(())
        });
        Self { port, lines }
    }
}
