//! The forward proxy, between a client and the tenant.

use std::time::Duration;

use droptrace_practice_tenant::{Proxy, ProxyMode, Route};
use reqwest::{StatusCode, redirect};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::Client;

fn through(url: &str) -> reqwest::Client {
    reqwest::Client::builder()
        .proxy(reqwest::Proxy::all(url).unwrap())
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

fn basic() -> ProxyMode {
    ProxyMode::Basic { user: "mara".to_owned(), password: "p:w @".to_owned() }
}

#[tokio::test]
async fn plain_requests_are_forwarded_as_a_server_expects_them() {
    let client = Client::start().await;
    let proxy = Proxy::start(ProxyMode::Open).await.unwrap();
    let http = through(&proxy.url());

    for _ in 0..2 {
        let url = client.authority("/discovery/v2.0/keys?a=b");
        let response = http.get(&url).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.text().await.unwrap().contains("keys"));
        assert_eq!(proxy.requests().last().unwrap().target, url);
    }

    assert_eq!(proxy.requests().len(), 2, "each has a connection of its own");
    let recorded = client.tenant.arrived(Route::Keys, 2).await;
    assert!(recorded.path_and_query.starts_with('/'), "{}", recorded.path_and_query);
    assert!(recorded.path_and_query.ends_with("?a=b"));
    assert!(!recorded.header_names.iter().any(|name| name.starts_with("proxy-")));
    assert!(proxy.tunnels().is_empty());
    assert_eq!(proxy.requests()[0].status, None);
}

#[tokio::test]
async fn what_a_client_says_to_the_proxy_alone_is_not_forwarded() {
    let client = Client::start().await;
    let proxy = Proxy::start(basic()).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();

    let keys = client.authority("/discovery/v2.0/keys");
    let host = format!("127.0.0.1:{}", client.tenant.addresses().authority);
    let head = format!(
        "GET {keys} HTTP/1.1\r\nHost: {host}\r\nProxy-Authorization: Basic bWFyYTpwOncgQA==\r\n\
         Proxy-Connection: keep-alive\r\nConnection: keep-alive\r\nX-Kept: yes\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(20), read).await.unwrap().unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let recorded = client.tenant.arrived(Route::Keys, 1).await;
    assert_eq!(recorded.header_names, ["host", "x-kept", "connection"]);
    assert_eq!(
        proxy.requests()[0].header_names,
        ["host", "proxy-authorization", "proxy-connection", "connection", "x-kept"]
    );
}

#[tokio::test]
async fn a_name_that_is_not_led_anywhere_is_a_bad_gateway() {
    let client = Client::start().await;
    let proxy = Proxy::start(ProxyMode::Open).await.unwrap();
    let http = through(&proxy.url());
    let port = client.tenant.addresses().authority;

    let response = http.get(format!("http://login.example:{port}/")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    assert!(http.get("https://login.example/").send().await.is_err());

    assert_eq!(proxy.tunnels(), ["login.example:443"]);
    assert_eq!(proxy.arrived(2).await.status, Some(502));
}

#[tokio::test]
async fn a_name_and_password_are_asked_for_and_not_kept() {
    let client = Client::start().await;
    let proxy = Proxy::start(basic()).await.unwrap();
    let keys = client.authority("/discovery/v2.0/keys");
    let authority = proxy.url().replace("http://", "");

    let refused = through(&proxy.url()).get(&keys).send().await.unwrap();
    assert_eq!(refused.status(), 407);
    assert_eq!(refused.headers()["proxy-authenticate"], "Basic realm=\"Practice proxy\"");
    let wrong = through(&format!("http://mara:other@{authority}"));
    assert_eq!(wrong.get(&keys).send().await.unwrap().status(), 407);
    let right = through(&format!("http://mara:p%3Aw%20%40@{authority}"));
    assert_eq!(right.get(&keys).send().await.unwrap().status(), 200);

    let last = proxy.requests().pop().unwrap();
    assert!(last.header_names.contains(&"proxy-authorization".to_owned()));
    assert_eq!(client.tenant.calls(Route::Keys), 1);
    let printed = format!("{proxy:?} {:?} {:?}", basic(), proxy.requests());
    assert!(!printed.contains("p:w"), "{printed}");
}

#[tokio::test]
async fn a_sign_in_by_windows_is_asked_for_whatever_is_sent() {
    let proxy = Proxy::start(ProxyMode::Negotiate).await.unwrap();
    let authority = proxy.url().replace("http://", "");

    for url in [proxy.url(), format!("http://mara:x@{authority}")] {
        let response = through(&url).get("http://127.0.0.1:9/").send().await.unwrap();
        assert_eq!(response.status(), 407);
        let asked: Vec<_> = response.headers().get_all("proxy-authenticate").iter().collect();
        assert_eq!(asked, ["Negotiate", "NTLM"]);
        assert!(through(&url).get("https://login.example/").send().await.is_err());
    }
    assert_eq!(proxy.tunnels(), ["login.example:443"; 2]);
    assert!(proxy.requests().iter().all(|request| request.status == Some(407)));
}

#[tokio::test]
async fn a_dead_proxy_accepts_and_never_answers() {
    let proxy = Proxy::start(ProxyMode::Dead).await.unwrap();
    let http = through(&proxy.url());

    let mut asked = std::pin::pin!(http.get("https://login.example/").send());
    let arrived = tokio::select! {
        _ = &mut asked => panic!("it answered"),
        arrived = proxy.arrived(1) => arrived,
    };

    assert_eq!(arrived.target, "login.example:443");
    assert_eq!(arrived.status, None);
    assert!(tokio::time::timeout(Duration::from_millis(50), asked).await.is_err());
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn a_tunnel_leads_a_host_name_to_a_port() {
    use droptrace_practice_tenant::{Organisation, OrganisationTenant, Settings};

    let id = "5e0d9c8b-7a61-4f52-8e43-d2c1b0a9f8e7";
    let started = OrganisationTenant::start(Settings::default(), Organisation::commercial(id, id));
    let started = started.await.unwrap();
    let proxy = Proxy::start(ProxyMode::Open).await.unwrap();
    proxy.lead("login.microsoftonline.com", started.port);
    let http = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all(proxy.url()).unwrap())
        .tls_certs_only([
            reqwest::Certificate::from_pem(started.root_certificate.as_bytes()).unwrap()
        ])
        .build()
        .unwrap();

    let keys = format!("https://login.microsoftonline.com/{id}/discovery/v2.0/keys");
    assert_eq!(http.get(&keys).send().await.unwrap().status(), 200);

    assert_eq!(proxy.tunnels(), ["login.microsoftonline.com:443"]);
    let asked = proxy.arrived(1).await;
    assert_eq!(asked.status, Some(200));
    assert_eq!(asked.header_names, ["host"]);
    assert_eq!(started.tenant.arrived(Route::Keys, 1).await.host, "login.microsoftonline.com");
}
