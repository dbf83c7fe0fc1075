//! The listener over real sockets.

use std::{net::Ipv6Addr, sync::Mutex};

use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinHandle,
};

use super::*;

const STATE: &str = "the-state-of-this-attempt";
const CODE: &str = "code=0.AX-code_1&session_state=s&state=the-state-of-this-attempt";

/// Headers to replace, to add, or (empty) to leave out; the one without a name is the first line.
type Changes<'a> = &'a [(&'a str, &'a str)];

/// An attempt that waits, and what a browser or a stranger sends to it.
struct Waiting {
    port: u16,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: JoinHandle<Result<Reply, ListenError>>,
}

impl Waiting {
    fn begin() -> Self {
        Self::within(Limits::USUAL)
    }

    fn within(limits: Limits) -> Self {
        Self::asked_for(ResponseMode::FormPost, limits)
    }

    fn asked_for(mode: ResponseMode, limits: Limits) -> Self {
        let listener = Listener::bind().unwrap();
        let expected = Expected {
            state: STATE.to_owned().into(),
            authority: Url::parse("https://login.example/").unwrap(),
            issuer: "https://login.example/tenant/v2.0".into(),
            mode,
        };
        let port = listener.port();
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let told = Arc::clone(&heard);
        let told = move |heard| told.lock().unwrap().push(heard);
        Self { port, heard, task: tokio::spawn(listener.answer_within(expected, limits, told)) }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// Sends bytes and returns all that comes back.
    async fn send(&self, bytes: &str) -> String {
        exchange(self.connect().await, bytes).await
    }

    /// A form as a browser posts it, with lines of the head replaced or added.
    fn form(&self, body: &str, changes: Changes) -> String {
        let mut head = vec![
            ("", "POST / HTTP/1.1".to_owned()),
            ("Host", format!("localhost:{}", self.port)),
            ("Origin", "https://login.example".to_owned()),
            ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
            ("Content-Length", body.len().to_string()),
        ];
        for &(name, value) in changes {
            head.retain(|(known, _)| *known != name);
            if name.is_empty() {
                head.insert(0, (name, value.to_owned()));
            } else if !value.is_empty() {
                head.push((name, value.to_owned()));
            }
        }
        let lines = head
            .into_iter()
            .map(|(name, value)| if name.is_empty() { value } else { format!("{name}: {value}") });
        lines.chain([String::new(), body.to_owned()]).collect::<Vec<_>>().join("\r\n")
    }

    async fn post(&self, body: &str) -> String {
        self.send(&self.form(body, &[])).await
    }

    async fn outcome(self) -> Result<Reply, ListenError> {
        timeout(Duration::from_secs(20), self.task).await.expect("it waits for ever").unwrap()
    }

    /// The attempt still takes its answer.
    async fn assert_goes_on(self) {
        assert_eq!(status(&self.post(CODE).await), 200);
        assert!(matches!(self.outcome().await, Ok(Reply::Code(_))));
    }
}

async fn exchange(mut stream: TcpStream, bytes: &str) -> String {
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A reset after the answer is an answer.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn the_first_valid_answer_is_taken_and_the_port_closed() {
    let waiting = Waiting::begin();
    let port = waiting.port;

    let answer = waiting.post(CODE).await;

    assert_eq!(status(&answer), 200);
    let Ok(Reply::Code(code)) = waiting.outcome().await else { panic!("no code") };
    assert_eq!(code.expose_secret(), "0.AX-code_1");
    TcpStream::connect(("127.0.0.1", port)).await.unwrap_err();
}

#[tokio::test]
async fn both_families_listen_where_there_are_two() {
    let waiting = Waiting::begin();
    let Ok(stream) = TcpStream::connect((Ipv6Addr::LOCALHOST, waiting.port)).await else {
        return waiting.assert_goes_on().await; // no IPv6 on this machine
    };

    let answer = exchange(stream, &waiting.form(CODE, &[])).await;

    assert_eq!(status(&answer), 200);
    assert!(matches!(waiting.outcome().await, Ok(Reply::Code(_))));
}

#[tokio::test]
async fn the_page_reflects_nothing_and_may_do_nothing() {
    let waiting = Waiting::begin();

    let answer = waiting
        .post("error=x&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E&state=the-state-of-this-attempt")
        .await
        .to_lowercase();

    for header in [
        "content-type: text/html; charset=utf-8",
        "content-security-policy: default-src 'none'; style-src 'sha256-",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "connection: close",
    ] {
        assert!(answer.contains(header), "{header}: {answer}");
    }
    assert!(answer.contains("you can close this tab"));
    for absent in ["script", "alert", STATE, "access-control"] {
        assert!(!answer.contains(absent), "{absent}");
    }
}

#[tokio::test]
async fn what_is_of_the_wrong_form_gets_a_page_and_ends_nothing() {
    let waiting = Waiting::begin();
    let long = format!("{CODE}&padding={}", "x".repeat(64 * 1024));
    let (own, rebound) = (waiting.port, format!("rebound.example:{}", waiting.port));
    let cases: &[(u16, &str, Changes)] = &[
        (400, CODE, &[("Host", &rebound)]),
        (400, CODE, &[("Host", "localhost")]),
        (400, CODE, &[("Host", "localhost:1")]),
        (400, CODE, &[("Host", "")]),
        (400, CODE, &[("host", "localhost:2")]), // a second one
        (400, CODE, &[("", &format!("POST http://localhost:{own}/ HTTP/1.1"))]),
        (404, CODE, &[("", "POST /callback HTTP/1.1")]),
        (404, CODE, &[("", "POST // HTTP/1.1")]),
        (400, CODE, &[("", &format!("POST /?{CODE} HTTP/1.1"))]),
        (405, CODE, &[("", "PUT / HTTP/1.1")]),
        (405, CODE, &[("", "OPTIONS / HTTP/1.1")]),
        (505, CODE, &[("", "POST / HTTP/1.0")]),
        (403, CODE, &[("Origin", "https://elsewhere.example")]),
        (403, CODE, &[("Origin", "https://login.example.elsewhere.example")]),
        (403, CODE, &[("Origin", "http://login.example")]),
        (415, CODE, &[("Content-Type", "")]),
        (415, CODE, &[("Content-Type", "text/plain")]),
        (415, CODE, &[("Content-Type", "multipart/form-data; boundary=x")]),
        (413, &long, &[]),
        (400, &format!("{CODE}&code=another"), &[]),
        (400, &format!("{CODE}&session_state=again"), &[]),
        (400, &format!("{CODE}&error=access_denied"), &[]),
        (400, &format!("{CODE}&iss=https%3A%2F%2Flogin.elsewhere%2Ftenant%2Fv2.0"), &[]),
        (400, "code=%ff%fe&state=the-state-of-this-attempt", &[]),
        (400, "code=&state=the-state-of-this-attempt", &[]),
        (400, "state=the-state-of-this-attempt", &[]),
    ];

    for (expected, body, changes) in cases {
        let answer = waiting.send(&waiting.form(body, changes)).await;
        assert_eq!(status(&answer), *expected, "{changes:?} {body:.80}");
        assert!(!answer.contains("0.AX-code_1"));
    }

    waiting.assert_goes_on().await;
}

#[tokio::test]
async fn an_honest_answer_may_differ_in_form() {
    let issuer = format!("{CODE}&iss=https%3A%2F%2Flogin.example%2Ftenant%2Fv2.0");
    let cases: &[(&str, Changes)] = &[
        (CODE, &[("Origin", "null")]),
        (CODE, &[("Origin", "")]),
        (CODE, &[("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8")]),
        (&issuer, &[]),
    ];
    for (body, changes) in cases {
        let waiting = Waiting::begin();
        let answer = waiting.send(&waiting.form(body, changes)).await;
        assert_eq!(status(&answer), 200, "{changes:?}");
        assert!(matches!(waiting.outcome().await, Ok(Reply::Code(_))));
    }

    let waiting = Waiting::begin();
    let by_address = format!("127.0.0.1:{}", waiting.port);
    let answer = waiting.send(&waiting.form(CODE, &[("Host", &by_address)])).await;
    assert_eq!(status(&answer), 200);
}

#[tokio::test]
async fn a_code_in_an_address_is_not_redeemed_and_leaves_the_address_bar() {
    let waiting = Waiting::begin();
    let host = format!("Host: localhost:{}", waiting.port);

    let answer = waiting.send(&format!("GET /?{CODE} HTTP/1.1\r\n{host}\r\n\r\n")).await;
    assert_eq!(status(&answer), 302);
    assert!(answer.contains("location: /\r\n") && !answer.contains("0.AX-code_1"), "{answer}");

    let answer = waiting.send(&format!("GET / HTTP/1.1\r\n{host}\r\n\r\n")).await;
    assert_eq!(status(&answer), 405);
    assert!(answer.contains("This address was not used"));

    waiting.assert_goes_on().await;
}

/// A GET as a browser sends it when it is led to an address.
fn opened(waiting: &Waiting, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", waiting.port)
}

#[tokio::test]
async fn where_it_was_asked_for_a_code_in_an_address_is_taken_and_leaves_it() {
    let waiting = Waiting::asked_for(ResponseMode::Query, Limits::USUAL);
    let page = opened(&waiting, "/");
    assert_eq!(status(&waiting.send(&page).await), 405, "nothing was taken yet");

    let answer = waiting.send(&opened(&waiting, &format!("/?{CODE}"))).await;
    assert_eq!(status(&answer), 302);
    assert!(answer.contains("location: /\r\n") && !answer.contains("0.AX-code_1"), "{answer}");

    // The browser goes on to the page while the attempt has ended.
    let led_on = waiting.send(&page).await;
    assert_eq!(status(&led_on), 200);
    assert!(led_on.contains("You can close this tab"), "{led_on}");
    let port = waiting.port;
    let Ok(Reply::Code(code)) = waiting.outcome().await else { panic!("no code") };
    assert_eq!(code.expose_secret(), "0.AX-code_1");
    while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        tokio::task::yield_now().await; // until the port is closed: well within the two seconds
    }
}

#[tokio::test]
async fn an_address_is_judged_as_a_form_is() {
    let waiting = Waiting::asked_for(ResponseMode::Query, Limits::USUAL);
    for (wrong, expected) in [
        ("/?code=c&state=another", 302),
        ("/?", 302),
        ("/?code=c&code=d&state=the-state-of-this-attempt", 400),
        (&format!("/?{CODE}&iss=https%3A%2F%2Flogin.elsewhere%2Ftenant%2Fv2.0"), 400),
        (&format!("/callback?{CODE}"), 404),
    ] {
        assert_eq!(status(&waiting.send(&opened(&waiting, wrong)).await), expected, "{wrong}");
    }
    let rebound = opened(&waiting, &format!("/?{CODE}")).replace("localhost", "rebound.example");
    assert_eq!(status(&waiting.send(&rebound).await), 400);
    // A form is an answer all the same.
    waiting.assert_goes_on().await;
}

#[tokio::test]
async fn a_port_that_led_on_is_closed_without_the_browser() {
    let limits = Limits { drain: Duration::from_millis(50), ..Limits::USUAL };
    let waiting = Waiting::asked_for(ResponseMode::Query, limits);
    let port = waiting.port;

    waiting.send(&opened(&waiting, &format!("/?{CODE}"))).await;
    assert!(matches!(waiting.outcome().await, Ok(Reply::Code(_))));

    let closed = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(2), closed).await.unwrap();
}

#[tokio::test]
async fn a_browser_that_insists_on_https_gets_nothing_and_is_heard() {
    let waiting = Waiting::begin();
    assert_eq!(*waiting.heard.lock().unwrap(), []);

    for _ in 0..3 {
        let answer = waiting.send("\x16\x03\x01\x02\x00\x01\x00\x01\x00\x03\x03").await;
        assert_eq!(answer, "");
    }

    let heard = Arc::clone(&waiting.heard);
    waiting.assert_goes_on().await;
    let heard = heard.lock().unwrap();
    assert_eq!(heard[..2], [Heard::Connected, Heard::InsistsOnHttps]);
    assert!(!heard[1..].contains(&Heard::Connected), "that is told once");
}

#[tokio::test]
async fn the_first_connection_is_heard_before_it_says_anything() {
    let waiting = Waiting::begin();
    let first = waiting.connect().await;
    let seen = async {
        while waiting.heard.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(2), seen).await.unwrap();
    drop(first);

    assert_eq!(*waiting.heard.lock().unwrap(), [Heard::Connected]);
    waiting.assert_goes_on().await;
}

#[tokio::test]
async fn nine_wrong_states_end_nothing_and_ten_end_the_attempt() {
    let wrong = [
        "code=c&state=another",
        "code=c",
        "code=c&state=",
        "error=access_denied&state=another",
        "code=c&state=THE-STATE-OF-THIS-ATTEMPT",
        "code=c&state=the-state-of-this-attempt%20",
        "code=c&state=the-state-of-this-attemp",
        "code=c&State=the-state-of-this-attempt",
        "",
    ];
    let waiting = Waiting::begin();
    for body in wrong {
        assert_eq!(status(&waiting.post(body).await), 400, "{body}");
    }
    waiting.assert_goes_on().await;

    let waiting = Waiting::begin();
    for body in wrong {
        waiting.post(body).await;
    }
    waiting.post("code=c&state=another").await;
    assert!(matches!(waiting.outcome().await, Err(ListenError::TooManyStrangers)));
}

#[tokio::test]
async fn an_error_of_the_right_state_ends_the_attempt() {
    let waiting = Waiting::begin();

    waiting.post("error=access_denied&error_description=no&state=the-state-of-this-attempt").await;

    let Ok(Reply::Refused { error, description }) = waiting.outcome().await else { panic!() };
    assert_eq!((&*error, &*description), ("access_denied", "no"));
}

#[tokio::test]
async fn of_two_answers_at_once_one_is_taken_and_both_get_the_page() {
    for _ in 0..50 {
        let waiting = Waiting::begin();
        let (first, second) = (waiting.connect().await, waiting.connect().await);
        let form = waiting.form(CODE, &[]);

        let answers = tokio::join!(exchange(first, &form), exchange(second, &form));

        assert_eq!((status(&answers.0), status(&answers.1)), (200, 200));
        assert!(matches!(waiting.outcome().await, Ok(Reply::Code(_))));
    }
}

#[tokio::test]
async fn idle_and_slow_connections_do_not_keep_the_browser_out() {
    let waiting = Waiting::begin();
    let mut strangers = Vec::new();
    for _ in 0..100 {
        let mut stranger = waiting.connect().await;
        // Those beyond the limit may be closed already.
        let _ = stranger.write_all(b"POST / HTTP/1.1\r\nHost: ").await;
        strangers.push(stranger);
    }

    assert_eq!(status(&waiting.post(CODE).await), 200);
    assert!(matches!(waiting.outcome().await, Ok(Reply::Code(_))));
}

#[tokio::test]
async fn too_many_connections_end_the_oldest() {
    let waiting = Waiting::begin();
    let mut oldest = waiting.connect().await;
    let mut others = Vec::new();
    for _ in 0..Limits::USUAL.connections {
        others.push(waiting.connect().await);
    }

    let mut nothing = Vec::new();
    let closed = timeout(Duration::from_secs(2), oldest.read_to_end(&mut nothing)).await;

    assert!(closed.is_ok(), "well before the time for reading headers is over");
    waiting.assert_goes_on().await;
}

#[tokio::test]
async fn headers_and_body_have_their_time_and_size() {
    let waiting = Waiting::within(Limits { read: Duration::from_millis(50), ..Limits::USUAL });

    let slow_head = waiting.send("POST / HTTP/1.1\r\nHost: ");
    let slow_head = timeout(Duration::from_secs(2), slow_head).await.unwrap();
    assert_eq!(slow_head, "");

    let length = (CODE.len() + 1).to_string();
    let slow_body = waiting.send(&waiting.form(CODE, &[("Content-Length", &length)])).await;
    assert_eq!(status(&slow_body), 408);

    let large = "x".repeat(9 * 1024);
    let large_head = waiting.send(&waiting.form(CODE, &[("X-Large", &large)])).await;
    assert_eq!(status(&large_head), 431);

    waiting.assert_goes_on().await;
}

#[tokio::test]
async fn dropping_the_wait_closes_the_port_at_once() {
    let waiting = Waiting::begin();
    let port = waiting.port;
    let mut open = waiting.connect().await;

    waiting.task.abort();
    assert!(waiting.task.await.unwrap_err().is_cancelled());

    TcpStream::connect(("127.0.0.1", port)).await.unwrap_err();
    let mut nothing = Vec::new();
    let _ = open.read_to_end(&mut nothing).await;
    assert!(nothing.is_empty());
}

#[tokio::test]
async fn a_request_under_way_when_the_attempt_ends_still_gets_the_page() {
    let waiting = Waiting::begin();
    let mut second = waiting.connect().await;
    let form = waiting.form(CODE, &[("Expect", "100-continue")]);
    let (head, body) = form.split_at(form.len() - CODE.len());
    second.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    second.read_exact(&mut go_on).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 "), "the request is being read");

    waiting.post(CODE).await;
    assert!(matches!(waiting.outcome().await, Ok(Reply::Code(_))));

    assert_eq!(status(&exchange(second, body).await), 200);
}

#[tokio::test]
async fn a_connection_has_its_time_as_a_whole() {
    let waiting = Waiting::within(Limits { whole: Duration::from_millis(50), ..Limits::USUAL });

    let slow = waiting.send("POST / HTTP/1.1\r\nHost: ");

    assert_eq!(timeout(Duration::from_secs(2), slow).await.unwrap(), "");
}

#[cfg(unix)]
#[tokio::test]
async fn no_other_socket_can_share_the_port() {
    let listener = Listener::bind().unwrap();
    let other = TcpSocket::new_v4().unwrap();
    other.set_reuseport(true).unwrap();

    let error = other.bind(SocketAddr::from(([127, 0, 0, 1], listener.port()))).unwrap_err();

    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}
