//! The listener on loopback under attack, with a real attempt behind it: whatever strangers send,
//! even if they know code and state, the person's browser still ends the attempt, and once.

use std::{net::Ipv4Addr, time::Duration};

use droptrace_core::identity::{Attempt, Hint, PracticeEndpoints, Session, SignInError};
use droptrace_practice_tenant::{PracticeTenant, Route, Settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
};
use url::form_urlencoded;

use crate::{
    alone::{is_alone, run_alone},
    analyst::{no_store, endpoints, workstations},
    browser::{Browser, Choice, Return},
};

/// An attempt that waits for an answer which the browser has, and has not delivered.
struct Scene {
    tenant: PracticeTenant,
    browser: Browser,
    back: Return,
    finished: JoinHandle<Result<Session<PracticeEndpoints>, SignInError>>,
}

impl Scene {
    async fn set() -> Self {
        Self::set_at(PracticeTenant::start(Settings::default()).await.unwrap()).await
    }

    async fn set_at(tenant: PracticeTenant) -> Self {
        let attempt = Attempt::begin(endpoints(&tenant), Hint::None).await.unwrap();
        let browser = Browser::new().unwrap();
        let choice = Choice::Analyst(workstations().object_id);
        let back = browser.choose(attempt.link(), choice).await.unwrap();
        Self { tenant, browser, back, finished: tokio::spawn(attempt.finish(no_store(), || {})) }
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
        let form =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.back.fields).finish();
        let origin = format!("http://127.0.0.1:{}", self.tenant.addresses().authority);
        let template = template
            .replace("<head>", "Host: <host>\r\nOrigin: <origin>\r\nContent-Type: <type>\r\n")
            .replace("<post>", "POST / HTTP/1.1\r\n<head>")
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
        // What is no text in a template is written as its code in braces.
        template.replace("{ff}", "\u{ff}").chars().map(|c| u8::try_from(c).unwrap()).collect()
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
        assert_eq!(self.browser.deliver(&self.back).await.unwrap().as_u16(), 200);
        self.finished.await.unwrap().unwrap();
        assert_eq!(self.tenant.calls(Route::Token), 1);
    }
}

async fn exchange(mut stream: TcpStream, bytes: &[u8]) -> Vec<u16> {
    // A listener that has read enough may close before everything is sent, and reset what it has
    // not read after its answer.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(!answer.to_lowercase().contains("access-control-"), "{answer}");
    answer.split("HTTP/1.1 ").skip(1).map(|rest| rest[..3].parse().unwrap()).collect()
}

/// What strangers send, and the status that they get. All but the last lines know code and state.
const STRANGERS: &[(u16, &str)] = &[
    // Other protocols.
    (505, "POST / HTTP/1.0\r\n<head><sized>"),
    (0, "POST /\r\n"),
    (0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"),
    (0, "\u{16}\u{3}\u{1}\0\u{5}\u{1}\0\0\u{1}\u{3}"),
    (0, "\u{5}\u{1}\0"),
    (0, "\0\0\0\0\r\n\r\n"),
    (0, "{ff}{ff}{ff}\r\n\r\n"),
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
    (400, "POST / HTTP/1.1\r\nHost: localhost.evil.example:<port>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: localhost.:<port>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: user@<host>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: 0.0.0.0:<port>\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: <type>\r\n<sized>"),
    (400, "POST / HTTP/1.1\r\nHost: <host>{ff}\r\nContent-Type: <type>\r\n<sized>"),
    (400, "<post>Host: <host>\r\n<sized>"),
    (400, "<post>Host: evil.example\r\n<sized>"),
    // Origins.
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: https://evil.example\r\nContent-Type: <type>\r\n<sized>"),
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: <origin>.evil.example\r\nContent-Type: <type>\r\n<sized>"),
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: <origin>/\r\nContent-Type: <type>\r\n<sized>"),
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: http://<host>\r\nContent-Type: <type>\r\n<sized>"),
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin: NULL\r\nContent-Type: <type>\r\n<sized>"),
    (403, "POST / HTTP/1.1\r\nHost: <host>\r\nOrigin:\r\nContent-Type: <type>\r\n<sized>"),
    (400, "<post>Origin: <origin>\r\n<sized>"),
    (400, "<post>Origin: null\r\n<sized>"),
    // Content types.
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\n<sized>"),
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: text/plain\r\n<sized>"),
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: application/json\r\n<sized>"),
    (415, "POST / HTTP/1.1\r\nHost: <host>\r\nContent-Type: multipart/form-data; boundary=x\r\n<sized>"),
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
    (400, "<post>Content-Length: <length>\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n<post><sized>"),
    // Size.
    (431, "<post>X: <8k>\r\n<sized>"),
    (431, "POST /<8k> HTTP/1.1\r\n<head><sized>"),
    (431, "GET /?<8k> HTTP/1.1\r\n<head>\r\n"),
];
