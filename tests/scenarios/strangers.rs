//! The listener on loopback under attack, with a real attempt behind it: whatever strangers send,
//! even if they know code and state, the person's browser still ends the attempt, and once.

use std::{net::Ipv4Addr, time::Duration};

use droptrace_core::identity::{Attempt, Hint, PracticeEndpoints, Session, SignInError};
use droptrace_practice_tenant::{PracticeTenant, Route, Settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};
use url::form_urlencoded;

#[cfg(target_os = "linux")]
use crate::alone::{is_alone, run_alone};
use crate::{
    analyst::{endpoints, no_store, workstations},
    browser::{Browser, Choice, Return},
};

/// An attempt that waits for an answer which the browser has, and has not delivered.
struct Scene {
    tenant: PracticeTenant,
    back: Return,
    finished: JoinHandle<Result<Session<PracticeEndpoints>, SignInError>>,
}

impl Scene {
    async fn set() -> Self {
        Self::set_at(PracticeTenant::start(Settings::default()).await.unwrap()).await
    }

    async fn set_at(tenant: PracticeTenant) -> Self {
        let attempt = Attempt::begin(endpoints(&tenant), Hint::None).await.unwrap();
        let choice = Choice::Analyst(workstations().object_id);
        let back = Browser::new().unwrap().choose(attempt.link(), choice).await.unwrap();
        Self { tenant, back, finished: tokio::spawn(attempt.finish(no_store(), |_| {})) }
    }

    fn port(&self) -> u16 {
        self.back.action.port().unwrap()
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port())).await.unwrap()
    }

    /// Fills in what stands in angle brackets: the right host, origin, type, form, length and parts
    /// of the form.
    fn fill(&self, template: &str) -> Vec<u8> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.back.fields)
            .finish();
        let origin = format!("http://127.0.0.1:{}", self.tenant.addresses().authority);
        let template = template
            .replace("<post>", "POST / HTTP/1.1\r\n<head>")
            .replace("<head>", "Host: <host>\r\nOrigin: <origin>\r\nContent-Type: <type>\r\n")
            .replace("<sized>", "Content-Length: <length>\r\n\r\n<form>")
            .replace("<host>", &format!("localhost:{}", self.port()))
            .replace("<port>", &self.port().to_string())
            .replace("<origin>", &origin)
            .replace("<type>", "application/x-www-form-urlencoded")
            .replace("<length>", &form.len().to_string())
            .replace("<hex>", &format!("{:x}", form.len()))
            .replace("<form>", &form)
            .replace("<code>", self.back.field("code").unwrap())
            .replace("<state>", self.back.field("state").unwrap())
            .replace("<8k>", &"x".repeat(8 * 1024))
            .replace("<64k>", &"x".repeat(64 * 1024));
        // A character stands for one byte, so that a template can hold what is no text.
        template.chars().map(|byte| u8::try_from(byte).unwrap()).collect()
    }

    /// A post of this body with its length.
    fn post(&self, body: &str) -> Vec<u8> {
        let body = self.fill(body);
        let head = format!("<post>Content-Length: {}\r\n\r\n", body.len());
        [self.fill(&head), body].concat()
    }

    /// Sends bytes on a connection of their own and returns the status of each answer.
    async fn send(&self, bytes: &[u8]) -> Vec<u16> {
        exchange(self.connect().await, bytes).await
    }

    /// No code was redeemed so far; the browser's answer is, and once.
    async fn assert_browser_gets_through(self) {
        assert_eq!(self.tenant.calls(Route::Token), 0);
        // By the same template as what strangers send, so that it is known to be right otherwise.
        assert_eq!(self.send(&self.fill("<post><sized>")).await, [200]);
        self.finished.await.unwrap().unwrap();
        assert_eq!(self.tenant.calls(Route::Token), 1);
    }
}

async fn exchange(mut stream: TcpStream, bytes: &[u8]) -> Vec<u16> {
    // A listener that has read enough may close before everything is sent, and reset what it has
    // not read after its answer.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let whole = stream.read_to_end(&mut answer);
    let _ = timeout(Duration::from_secs(4), whole).await.expect("closed after one answer");
    let answer = String::from_utf8(answer).unwrap();
    assert!(!answer.to_lowercase().contains("access-control-"), "{answer}");
    answer.split("HTTP/1.").skip(1).map(|rest| rest[2..5].parse().unwrap()).collect()
}

/// What strangers send who even know code and state, and the status that they get, 0 if none.
const STRANGERS: &[(u16, &str)] = &[
    // Other protocols.
    (505, "POST / HTTP/1.0\r\n<head><sized>"),
    (400, "POST /\r\n"),
    (0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"),
    (0, "\u{16}\u{3}\u{1}\0\u{5}\u{1}\0\0\u{1}\u{3}"),
    (400, "\u{5}\u{1}\0"),
    (400, "\0\0\0\0\r\n\r\n"),
    (400, "\u{ff}\u{ff}\u{ff}\r\n\r\n"),
    // Methods.
    (302, "GET /?<form> HTTP/1.1\r\n<head>\r\n"),
    (302, "GET /? HTTP/1.1\r\n<head>\r\n"),
    (405, "GET / HTTP/1.1\r\n<head><sized>"),
    (405, "HEAD / HTTP/1.1\r\n<head><sized>"),
    (405, "PUT / HTTP/1.1\r\n<head><sized>"),
    (405, "post / HTTP/1.1\r\n<head><sized>"),
    (405, "POSTS / HTTP/1.1\r\n<head><sized>"),
    (405, "OPTIONS / HTTP/1.1\r\n<head>Access-Control-Request-Method: POST\r\n\r\n"),
    (405, "TRACE / HTTP/1.1\r\n<head>\r\n"),
    // Targets.
    (404, "POST /callback HTTP/1.1\r\n<head><sized>"),
    (404, "POST // HTTP/1.1\r\n<head><sized>"),
    (404, "POST /. HTTP/1.1\r\n<head><sized>"),
    (404, "POST /../ HTTP/1.1\r\n<head><sized>"),
    (404, "POST /%2e HTTP/1.1\r\n<head><sized>"),
    (404, "POST /%2f HTTP/1.1\r\n<head><sized>"),
    (404, "POST /%00 HTTP/1.1\r\n<head><sized>"),
    (404, "POST /; HTTP/1.1\r\n<head><sized>"),
    (404, "POST * HTTP/1.1\r\n<head><sized>"),
    (400, "POST /? HTTP/1.1\r\n<head><sized>"),
    (400, "POST /?<form> HTTP/1.1\r\n<head><sized>"),
    (400, "POST http://<host>/ HTTP/1.1\r\n<head><sized>"),
    (400, "POST http://evil.example/ HTTP/1.1\r\n<head><sized>"),
    (400, "CONNECT <host> HTTP/1.1\r\n<head>\r\n"),
    // Hosts.
    (400, "POST / HTTP/1.1\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost:\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: evil.example:<port>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: 127.0.0.1.nip.io:<port>\r\nContent-Type: <type>\r\n<sized>"),
    (
        400,
        "POST / HTTP/1.1\r\nHost: localhost.evil.example:<port>\r\nContent-Type: <type>\r\n<sized>",
    ),
    (400, "POST / HTTP/1.1\r\nHost: localhost.:<port>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: user@<host>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: 0.0.0.0:<port>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: <host>\u{ff}\r\nContent-Type: <type>\r\n<sized>"),
    (400, "<post>Host: <host>\r\n<sized>"),
    (400, "<post>Host: evil.example\r\n<sized>"),
    // Origins.
    (
        403,
        "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: https://evil.example\r\nContent-Type: <type>\r\n<sized>",
    ),
    (
        403,
        "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: <origin>.evil.example\r\nContent-Type: <type>\r\n<sized>",
    ),
    (
        403,
        "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: <origin>/\r\nContent-Type: <type>\r\n<sized>",
    ),
    (
        403,
        "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: http://<host>\r\nContent-Type: <type>\r\n<sized>",
    ),
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: NULL\r\nContent-Type: <type>\r\n<sized>"),
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin:\r\nContent-Type: <type>\r\n<sized>"),
    (400, "<post>Origin: <origin>\r\n<sized>"),
    (400, "<post>Origin: null\r\n<sized>"),
    // Content types.
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\n<sized>"),
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: text/plain\r\n<sized>"),
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: application/json\r\n<sized>"),
    (
        415,
        "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: multipart/form-data; boundary=x\r\n<sized>",
    ),
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: <type>x\r\n<sized>"),
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: text/plain, <type>\r\n<sized>"),
    (400, "<post>Content-Type: <type>\r\n<sized>"),
    // Framing.
    (400, "<post>Content-Length: 1\r\n<sized>"),
    (400, "<post>Content-Length: +<length>\r\n\r\n<form>"),
    (400, "<post>Content-Length: -1\r\n\r\n<form>"),
    (400, "<post>Content-Length: 99999999999999999999\r\n\r\n<form>"),
    (400, "<post>Content-Length: <length>, 1\r\n\r\n<form>"),
    (400, "<post>Transfer-Encoding: gzip\r\n\r\n<form>"),
    (400, "<post>Transfer-Encoding: chunked, identity\r\n\r\n<hex>\r\n<form>\r\n0\r\n\r\n"),
    (400, "<post>Transfer-Encoding: chunked\r\n\r\nzz\r\n<form>\r\n0\r\n\r\n"),
    (400, "<post>Transfer-Encoding: chunked\r\n\r\n-1\r\n<form>\r\n0\r\n\r\n"),
    (400, "<post>Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n<form>\r\n0\r\n\r\n"),
    (400, "<post>Transfer-Encoding: chunked\r\n\r\n1\r\n<form>\r\n0\r\n\r\n"),
    (400, "<post>Transfer-Encoding: chunked\r\n\r\n<hex>;<8k><8k><8k>\r\n<form>\r\n0\r\n\r\n"),
    (413, "<post>Transfer-Encoding: chunked\r\n\r\n10000\r\n<64k>\r\n<hex>\r\n<form>\r\n0\r\n\r\n"),
    (400, "<post>Bad Name: x\r\n<sized>"),
    (400, "<post>X: a\r\n folded\r\n<sized>"),
    (400, "<post>X: a\0b\r\n<sized>"),
    (400, "<post>X: a\rb\r\n<sized>"),
    // One request after another on one connection: the second is not read.
    (405, "GET / HTTP/1.1\r\n<head>\r\n<post><sized>"),
    (405, "GET / HTTP/1.1\r\n<head>Connection: keep-alive\r\n\r\n<post><sized>"),
    (400, "<post>Content-Length: 0\r\n\r\n<post><sized>"),
    (
        400,
        "<post>Content-Length: <length>\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n<post><sized>",
    ),
    // Size.
    (431, "<post>X: <8k>\r\n<sized>"),
    (431, "POST /<8k> HTTP/1.1\r\n<head><sized>"),
    (431, "GET /?<8k> HTTP/1.1\r\n<head>\r\n"),
];

/// Forms that strangers post, and the status that they get. The first ones know code and state.
const FORMS: &[(u16, &str)] = &[
    (400, "<form>&code=another"),
    (400, "code=<code>&<form>"),
    (400, "<form>&%63ode=another"),
    (400, "<form>&state=<state>"),
    (400, "<form>&state="),
    (400, "<form>&extra=1&extra=2"),
    (400, "<form>&error=access_denied"),
    (400, "<form>&iss=https%3A%2F%2Flogin.evil.example%2Fv2.0"),
    (400, "<form>&extra=%ff"),
    (400, "<form>&extra=\u{ff}\u{fe}"),
    (400, "<form>&%ff=1"),
    (400, "code=&state=<state>"),
    (400, "CODE=<code>&state=<state>"),
    (400, "state=<state>"),
    (413, "<form>&extra=<64k>"),
    // Nine of a wrong state, which is one fewer than an attempt bears.
    (400, ""),
    (400, "code=<code>"),
    (400, "code=<code>&state="),
    (400, "code=<code>&state=<state>x"),
    (400, "code=<code>&state=<state>%00"),
    (400, "code=<code>&state=%20<state>"),
    (400, "code=<code>&State=<state>"),
    (400, "error=access_denied"),
    (400, "error=access_denied&state=<state>x"),
];

#[tokio::test]
async fn no_form_of_a_stranger_is_redeemed_or_ends_the_attempt() {
    let scene = Scene::set().await;

    for (status, body) in FORMS {
        assert_eq!(scene.send(&scene.post(body)).await, [*status], "{body}");
    }

    scene.assert_browser_gets_through().await;
}

#[tokio::test]
async fn no_request_of_a_stranger_is_redeemed_or_ends_the_attempt() {
    let scene = Scene::set().await;

    for (status, template) in STRANGERS {
        let expected: Vec<_> = (*status > 0).then_some(*status).into_iter().collect();
        assert_eq!(scene.send(&scene.fill(template)).await, expected, "{template:?}");
    }

    scene.assert_browser_gets_through().await;
}

#[tokio::test]
async fn an_answer_in_an_odd_frame_is_redeemed_once_at_most() {
    for template in [
        "<post><sized><post><sized>",
        "<post><sized>GET /?<form> HTTP/1.1\r\n<head>\r\n",
        "<post><sized>\0\u{ff} and more",
        "<post>Connection: keep-alive\r\n<sized><post><sized>",
        "<post>Transfer-Encoding: chunked\r\n\r\n<hex>\r\n<form>\r\n0\r\n\r\n<post><sized>",
        "<post>Transfer-Encoding: chunked\r\n\r\n<hex>\r\n<form>\r\n0\r\nHost: evil.example\r\n\r\n",
        "<post>Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n<hex>\r\n<form>\r\n0\r\n\r\n",
    ] {
        let Scene { tenant, finished, .. } = {
            let scene = Scene::set().await;
            assert_eq!(scene.send(&scene.fill(template)).await, [200], "{template:?}");
            scene
        };

        finished.await.unwrap().unwrap();

        assert_eq!(tenant.calls(Route::Token), 1, "{template:?}");
    }
}

#[tokio::test]
async fn of_two_answers_at_once_one_is_redeemed_and_both_get_the_page() {
    let mut tenant = PracticeTenant::start(Settings::default()).await.unwrap();
    for pair in 1..=100 {
        let scene = Scene::set_at(tenant).await;
        let (first, second) = (scene.connect().await, scene.connect().await);
        let answer = scene.fill("<post><sized>");

        let pages = tokio::join!(exchange(first, &answer), exchange(second, &answer));

        assert_eq!(pages, (vec![200], vec![200]));
        scene.finished.await.unwrap().unwrap();
        assert_eq!(scene.tenant.calls(Route::Token), pair);
        tenant = scene.tenant;
    }
}

#[tokio::test]
async fn a_crowd_that_is_slow_is_cut_down_and_keeps_nobody_out() {
    const CROWD: usize = 100;
    const LIVE: usize = 16;

    for begun in [
        "",
        "POST",
        "<post>",
        "<post>X: y\r\n",
        "<post>Content-Length: 65536\r\n\r\n<form>",
        "<post>Transfer-Encoding: chunked\r\n\r\n<hex>\r\n<form>\r\n",
        "<post>Expect: 100-continue\r\nContent-Length: <length>\r\n\r\n",
    ] {
        let scene = Scene::set().await;
        let begun = scene.fill(begun);
        let mut crowd = Vec::new();
        for _ in 0..CROWD {
            let mut stranger = scene.connect().await;
            // It may have been shut out already.
            let _ = stranger.write_all(&begun).await;
            crowd.push(stranger);
        }

        // Well before the five seconds that each may take for its head.
        let shut_out = async {
            for stranger in &mut crowd[..CROWD - LIVE] {
                let _ = stranger.read_to_end(&mut Vec::new()).await;
            }
        };
        timeout(Duration::from_secs(4), shut_out).await.expect("too many live");
        scene.assert_browser_gets_through().await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_strangers_pour_in_is_neither_read_nor_kept() {
    const POURED: usize = 64 << 20;
    const HELD: &[u8] = &[b'x'; 60_000];
    if !is_alone() {
        run_alone("strangers::what_strangers_pour_in_is_neither_read_nor_kept", &[]).await;
        return;
    }

    let scene = Scene::set().await;
    let block = vec![b'x'; 64 * 1024];
    let before = resident();
    for begun in [
        "<post>Content-Length: 99999999999\r\n\r\n",
        "<post>Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n",
        "<post>X: ",
        "POST /",
        "GET / HTTP/1.1\r\n<head>Content-Length: 99999999999\r\n\r\n",
        "PUT / HTTP/1.1\r\n<head>Content-Length: 99999999999\r\n\r\n",
    ] {
        let poured = async {
            let mut stranger = scene.connect().await;
            stranger.write_all(&scene.fill(begun)).await?;
            for _ in 0..POURED / block.len() {
                stranger.write_all(&block).await?;
            }
            Ok::<_, std::io::Error>(())
        };
        poured.await.expect_err("the listener stops reading");
    }
    let mut crowd = Vec::new();
    for _ in 0..100 {
        let mut stranger = scene.connect().await;
        let begun = scene.fill("<post>Content-Length: 65000\r\n\r\n");
        let _ = stranger.write_all(&[&begun, HELD].concat()).await;
        crowd.push(stranger);
    }
    let grown = resident().saturating_sub(before);

    // The bound by construction: sixteen connections, each with 8 KiB of head and 64 KiB of body.
    assert!(grown < 8 << 20, "{grown} bytes more");
    scene.assert_browser_gets_through().await;
}

/// The bytes of memory that this process occupies.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}
