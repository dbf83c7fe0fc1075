//! Real sockets: proxies and servers that misbehave, on loopback.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use url::Url;

use super::*;
use crate::view::UserError;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A proxy, and what it was sent.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// One whose answer to a head is what `answer` says; after one that lets through, it leads to
    /// `target`.
    async fn start(
        target: Option<SocketAddr>,
        answer: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let (seen, answer) = (Arc::clone(&heads), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let Ok(byte) = stream.read_u8().await else { return };
                        head.push(byte);
                    }
                    let head = String::from_utf8(head).unwrap();
                    let said = answer(&head);
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(head);
                    let _ = stream.write_all(said.as_bytes()).await;
                    if let Some(target) = target.filter(|_| said.contains(" 200 ")) {
                        let mut server = TcpStream::connect(target).await.unwrap();
                        let _ = copy_bidirectional(&mut stream, &mut server).await;
                    }
                });
            }
        });
        Self { address, heads }
    }

    async fn that_says(answer: &'static str) -> Self {
        Self::start(None, move |_| answer.to_owned()).await
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    fn address(&self) -> ProxyAddress {
        address(self.address)
    }
}

fn address(at: SocketAddr) -> ProxyAddress {
    ProxyAddress::new(&at.ip().to_string(), &at.port().to_string()).unwrap()
}

/// An address without a listener.
async fn nowhere() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn nothing_set() -> Network {
    Network::with_surroundings(Surroundings::default)
}

fn through(proxy: &Proxy) -> Network {
    let network = nothing_set();
    network.set_proxy(Some(proxy.address()), None);
    network
}

/// The failure of a request as the app makes it.
async fn failure(network: &Network, url: &Url) -> reqwest::Error {
    let builder = reqwest::Client::builder().timeout(PATIENCE);
    let client = network.apply(builder, url.host_str().unwrap()).unwrap().build().unwrap();
    client.get(url.clone()).bearer_auth("secret-token").send().await.unwrap_err()
}

/// What is found out after a request has failed.
async fn found(network: &Network, url: &str) -> Trouble {
    let url = Url::parse(url).unwrap();
    let error = failure(network, &url).await;
    tokio::time::timeout(PATIENCE, diagnose(network, &url, &error)).await.unwrap()
}

const FAR: &str = "https://api.contoso.example/api/files/1/alerts";

#[tokio::test]
async fn a_proxy_that_wants_a_windows_sign_in_is_known_by_its_schemes() {
    for (schemes, expected) in [
        (
            "Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n",
            IntegratedScheme::Negotiate,
        ),
        ("Proxy-Authenticate: NTLM\r\n", IntegratedScheme::Ntlm),
        ("Proxy-Authenticate: Kerberos, Digest realm=\"x\"\r\n", IntegratedScheme::Kerberos),
    ] {
        let proxy = Proxy::start(None, move |_| {
            format!("HTTP/1.1 407 Denied\r\n{schemes}Content-Length: 0\r\n\r\n")
        })
        .await;

        let trouble = found(&through(&proxy), FAR).await;

        let Trouble::ProxyWantsIntegrated { proxy: at, scheme, host } = &trouble else {
            panic!("{trouble:?}")
        };
        assert_eq!((&**at, *scheme, &**host), ("127.0.0.1", expected, "api.contoso.example"));
        let heads = proxy.heads();
        assert_eq!(heads.len(), 2, "the request's and the probe's");
        for head in heads {
            assert!(head.starts_with("CONNECT api.contoso.example:443 HTTP/1.1\r\n"), "{head}");
            assert!(!head.to_lowercase().contains("authorization"), "{head}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_takes_a_password_says_so_and_is_given_the_one_that_is_set() {
    let wants = "HTTP/1.1 407 x\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    let proxy = Proxy::that_says(wants).await;
    let network = through(&proxy);
    let told = Trouble::ProxyWantsBasic { proxy: "127.0.0.1".to_owned() };
    assert_eq!(found(&network, FAR).await, told, "none is set");

    let user = proxy.address().with_user("ann").unwrap();
    network.set_proxy(Some(user), Some(ProxySecret::new("p:w".into())));
    assert_eq!(found(&network, FAR).await, told, "it is not taken");

    let given = |head: &String| head.contains("roxy-") && head.contains("Basic YW5uOnA6dw==");
    let given: Vec<bool> =
        proxy.heads().iter().map(|head| given(&head.replace("proxy-", "Proxy-"))).collect();
    assert_eq!(given, [false, false, true, false, true], "a probe asks without it first");
}

#[tokio::test]
async fn a_name_without_its_password_is_not_given() {
    let wants = "HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    let proxy = Proxy::that_says(wants).await;
    let network = nothing_set();

    network.set_proxy(Some(proxy.address().with_user("ann").unwrap()), None);
    found(&network, FAR).await;

    let heads = proxy.heads();
    assert!(!heads.is_empty() && heads.iter().all(|head| !head.contains("Basic ")), "{heads:?}");
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_none_is_told_from_one_that_is_not_there() {
    let at = |proxy: &Proxy| ("127.0.0.1".to_owned(), proxy.address.port());

    let forbids = Proxy::that_says("HTTP/1.1 403 Forbidden\r\n\r\n").await;
    let trouble = found(&through(&forbids), FAR).await;
    assert!(matches!(trouble, Trouble::ProxyRefused { status: 403, .. }), "{trouble:?}");

    let digest = "HTTP/1.1 407 x\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n\r\n";
    let trouble = found(&through(&Proxy::that_says(digest).await), FAR).await;
    assert!(matches!(trouble, Trouble::ProxyRefused { status: 407, .. }), "{trouble:?}");

    let ssh = Proxy::that_says("SSH-2.0-OpenSSH_9.6\r\n\r\n").await;
    let (host, port) = at(&ssh);
    assert_eq!(found(&through(&ssh), FAR).await, Trouble::ProxyUnreachable { host, port });

    let endless = Proxy::start(None, |_| format!("HTTP/1.1 200 {}\r\n\r\n", "x".repeat(20_000)));
    let trouble = found(&through(&endless.await), FAR).await;
    assert!(matches!(trouble, Trouble::ProxyUnreachable { .. }), "{trouble:?}");

    let network = nothing_set();
    let dead = nowhere().await;
    network.set_proxy(Some(address(dead)), None);
    let (host, port) = ("127.0.0.1".to_owned(), dead.port());
    assert_eq!(found(&network, FAR).await, Trouble::ProxyUnreachable { host, port });
}

#[tokio::test]
async fn without_a_proxy_the_name_and_the_port_are_looked_at() {
    let network = nothing_set();
    // Longer than a label may be, so that nobody is asked for it.
    let unknown = format!("https://{}.example/", "a".repeat(64));
    let trouble = found(&network, &unknown).await;
    assert!(matches!(trouble, Trouble::Name { .. }), "{trouble:?}");

    let refuses = format!("https://{}/", nowhere().await);
    let host = "127.0.0.1".to_owned();
    assert_eq!(found(&network, &refuses).await, Trouble::Refused { host: host.clone() });

    let script = Network::with_surroundings(|| Surroundings {
        system: SystemProxy {
            automatic: Some(AutomaticProxy::Pac { host: None }),
            ..SystemProxy::default()
        },
        ..Surroundings::default()
    });
    assert_eq!(found(&script, &refuses).await, Trouble::AutomaticProxyNotFollowed { host });
}

#[tokio::test]
async fn a_server_that_resets_is_no_answer_of_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_zero_linger().unwrap();
        }
    });

    let trouble = found(&nothing_set(), &url).await;

    assert!(matches!(trouble, Trouble::Tls { .. }), "{trouble:?}");
}

#[tokio::test]
async fn what_does_not_answer_ends_in_its_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = listener.local_addr().unwrap();
    let network = nothing_set();
    network.set_proxy(Some(address(silent)), None);
    let refuses = Url::parse(&format!("https://{}/", nowhere().await)).unwrap();
    let error = failure(&nothing_set(), &refuses).await;

    let far = Url::parse(FAR).unwrap();
    let trouble = tokio::time::timeout(PATIENCE, diagnose(&network, &far, &error)).await.unwrap();

    assert!(matches!(trouble, Trouble::ProxyUnreachable { .. }), "{trouble:?}");
}

/// A TLS server with a certificate, and what it got of requests.
mod tls {
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
        KeyUsagePurpose,
    };
    use rustls::{ServerConfig, crypto::aws_lc_rs::default_provider, pki_types::PrivateKeyDer};
    use tokio_rustls::TlsAcceptor;

    use super::*;

    pub(super) struct Server {
        pub(super) address: SocketAddr,
        /// The authority's certificate in a file.
        pub(super) authority: tempfile::NamedTempFile,
        pub(super) requests: Arc<Mutex<Vec<String>>>,
    }

    impl Server {
        pub(super) async fn start(change: impl FnOnce(&mut CertificateParams)) -> Self {
            let mut root = CertificateParams::default();
            root.distinguished_name.push(DnType::CommonName, "ACME Proxy \u{202e}CA");
            root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
            let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
            let mut leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            leaf.distinguished_name.push(DnType::CommonName, "The inspected host");
            change(&mut leaf);
            let key = KeyPair::generate().unwrap();
            let leaf = leaf.signed_by(&key, &root).unwrap();

            let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
            let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![leaf.der().clone()], private)
                .unwrap();
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let requests = Arc::<Mutex<Vec<String>>>::default();
            let seen = Arc::clone(&requests);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                    tokio::spawn(async move {
                        let Ok(mut stream) = acceptor.accept(stream).await else { return };
                        let mut bytes = [0; 4096];
                        let length = stream.read(&mut bytes).await.unwrap_or_default();
                        let request = String::from_utf8_lossy(&bytes[..length]).into_owned();
                        seen.lock().unwrap().push(request);
                        let _ =
                            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
                    });
                }
            });
            let mut authority = tempfile::NamedTempFile::new().unwrap();
            std::io::Write::write_all(&mut authority, root.pem().as_bytes()).unwrap();
            Self { address, authority, requests }
        }

        pub(super) fn url(&self) -> String {
            format!("https://localhost:{}/", self.address.port())
        }

        pub(super) fn requests(&self) -> Vec<String> {
            self.requests.lock().unwrap().clone()
        }

        #[cfg_attr(windows, expect(dead_code, reason = "there the system judges it"))]
        pub(super) fn trusted(&self) -> Network {
            let network = nothing_set();
            network.set_roots(Some(ExtraRoots::read(self.authority.path()).unwrap()));
            network
        }
    }

    #[tokio::test]
    async fn an_issuer_that_is_not_trusted_is_named_and_gets_no_request() {
        let server = Server::start(|_| {}).await;

        let trouble = found(&nothing_set(), &server.url()).await;

        let told = Trouble::UntrustedIssuer {
            host: "localhost".to_owned(),
            issuer: "ACME Proxy \u{202e}CA".to_owned(),
            subject: "The inspected host".to_owned(),
        };
        assert_eq!(trouble, told);
        assert_eq!(server.requests(), Vec::<String>::new());
        let shown = format!("{:?}", UserError::from(&trouble));
        assert!(shown.contains("U+202E") && !shown.contains('\u{202e}'), "{shown}");
    }

    #[tokio::test]
    async fn the_same_is_found_through_a_proxy_that_wants_a_password() {
        let server = Server::start(|_| {}).await;
        let proxy = Proxy::start(Some(server.address), |head| {
            let answer = if head.to_lowercase().contains("proxy-authorization: basic ") {
                "HTTP/1.1 200 OK\r\n\r\n"
            } else {
                "HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"
            };
            answer.to_owned()
        })
        .await;
        let network = nothing_set();
        let user = proxy.address().with_user("ann").unwrap();
        network.set_proxy(Some(user), Some(ProxySecret::new("secret".into())));

        let trouble = found(&network, "https://localhost/").await;

        assert!(matches!(trouble, Trouble::UntrustedIssuer { .. }), "{trouble:?}");
        assert_eq!(server.requests(), Vec::<String>::new());
    }

    // What Windows says of certificates depends on its version; `judge` has its own test.
    #[cfg(not(windows))]
    #[tokio::test]
    async fn an_authority_from_a_file_is_trusted_and_still_does_not_excuse_everything() {
        let server = Server::start(|_| {}).await;
        let client = server.trusted().apply(reqwest::Client::builder(), "localhost").unwrap();
        let response = client.build().unwrap().get(server.url()).send().await.unwrap();
        assert_eq!(response.status(), 200);

        let ended = Server::start(|leaf| {
            leaf.not_before = rcgen::date_time_ymd(2020, 1, 1);
            leaf.not_after = rcgen::date_time_ymd(2021, 1, 1);
        });
        let ended = ended.await;
        let trouble = found(&ended.trusted(), &ended.url()).await;
        let Trouble::CertificateExpired { until, .. } = &trouble else { panic!("{trouble:?}") };
        assert_eq!(until.to_string(), "2021-01-01T00:00:00Z");

        let to_come = Server::start(|leaf| {
            leaf.not_before = rcgen::date_time_ymd(2200, 1, 1);
            leaf.not_after = rcgen::date_time_ymd(2201, 1, 1);
        });
        let to_come = to_come.await;
        let trouble = found(&to_come.trusted(), &to_come.url()).await;
        assert!(matches!(trouble, Trouble::CertificateNotYetValid { .. }), "{trouble:?}");

        let other = Server::start(|leaf| {
            *leaf = CertificateParams::new(vec!["portal.hotel.example".to_owned()]).unwrap();
        });
        let other = other.await;
        let trouble = found(&other.trusted(), &other.url()).await;
        let Trouble::WrongHost { names, .. } = &trouble else { panic!("{trouble:?}") };
        assert_eq!(names, &["portal.hotel.example"]);
        for server in [ended, to_come, other] {
            assert_eq!(server.requests(), Vec::<String>::new());
        }
    }
}

/// What the environment and the system name.
fn named(https: &str, all: &str, no: &str, system: Option<&str>) -> Network {
    let surroundings = Surroundings {
        environment: ProxyVariables { https: https.into(), all: all.into(), no: no.into() },
        system: SystemProxy {
            server: system.map(str::to_owned),
            exceptions: "direct.example,10.0.0.0/8".to_owned(),
            automatic: None,
        },
    };
    Network::with_surroundings(move || surroundings.clone())
}

#[tokio::test]
async fn the_proxy_in_use_is_the_chosen_one_then_the_environments_then_the_systems() {
    let use_of = async |network: &Network| in_use(network, "api.contoso.example").await;
    let environment = |host: &str, port| ProxyInUse::Environment { host: host.to_owned(), port };
    let secret = "http://ann:secret@env.example:3128/path";

    let both = named(secret, "", "", Some("system.example:8080"));
    assert_eq!(use_of(&both).await, environment("env.example", 3128));
    let all = named("", "all.example", "", Some("system.example:8080"));
    assert_eq!(use_of(&all).await, environment("all.example", 80));
    let v6 = named("http://[::1]:81", "", "", None);
    assert_eq!(use_of(&v6).await, environment("[::1]", 81));
    let system = named("", "", "", Some("system.example:8080"));
    let told = ProxyInUse::System { host: "system.example".to_owned(), port: 8080 };
    assert_eq!(use_of(&system).await, told);
    assert_eq!(in_use(&system, "x.direct.example").await, ProxyInUse::None);
    assert_eq!(in_use(&system, "10.1.2.3").await, ProxyInUse::None);
    for no in ["contoso.example", "*", " .contoso.example , x"] {
        let excepted = named(secret, "", no, Some("system.example:8080"));
        assert_eq!(use_of(&excepted).await, ProxyInUse::None, "{no}");
    }
    let both_except = named("", "", "other.example", Some("system.example:8080"));
    assert_eq!(in_use(&both_except, "x.direct.example").await, ProxyInUse::None);
    assert_eq!(in_use(&both_except, "x.other.example").await, ProxyInUse::None);
    assert_eq!(use_of(&both_except).await, told);
    assert_eq!(use_of(&named("not a proxy", "", "", None)).await, ProxyInUse::None);

    both.set_proxy(Some(ProxyAddress::new("Chosen", "1").unwrap()), None);
    let chosen = ProxyInUse::Chosen { host: "chosen".to_owned(), port: 1 };
    assert_eq!(use_of(&both).await, chosen);
    both.set_proxy(None, None);
    assert_eq!(use_of(&both).await, environment("env.example", 3128));

    let printed = format!("{both:?} {:?} {:?}", both.surroundings(), both.route("x.example"));
    assert!(!printed.contains("secret") && !printed.contains("YW5u"), "{printed}");
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_spoken_to_as_its_scheme_says() {
    for (scheme, first) in [("socks5", 5), ("socks4", 4), ("http", b'C')] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap();
        let network = named("", &format!("{scheme}://{place}"), "", None);

        let url = Url::parse("https://127.0.0.2/").unwrap();
        let asked = tokio::spawn(async move { failure(&network, &url).await });
        let (mut stream, _) = listener.accept().await.unwrap();

        assert_eq!(stream.read_u8().await.unwrap(), first, "{scheme}");
        drop((stream, listener));
        asked.await.unwrap();
    }
}

#[tokio::test]
async fn a_script_is_told_and_not_followed() {
    for kind in [AutomaticProxy::Wpad, AutomaticProxy::Pac { host: Some("x.example".into()) }] {
        let system = SystemProxy { automatic: Some(kind.clone()), ..SystemProxy::default() };
        let surroundings = Surroundings { system, ..Surroundings::default() };
        let network = Network::with_surroundings(move || surroundings.clone());

        assert_eq!(in_use(&network, "api.contoso.example").await, ProxyInUse::Automatic { kind });
    }
}

#[tokio::test]
async fn what_the_environment_names_is_gone_through_with_its_password() {
    let proxy = Proxy::that_says("HTTP/1.1 403 Forbidden\r\n\r\n").await;
    let network = named(&format!("http://ann:p%3Aw@{}", proxy.address), "", "", None);

    failure(&network, &Url::parse(FAR).unwrap()).await;

    let heads = proxy.heads();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with("CONNECT api.contoso.example:443 "), "{}", heads[0]);
    assert!(heads[0].contains("Basic YW5uOnA6dw=="), "{}", heads[0]);
    assert!(!heads[0].contains("secret-token"), "{}", heads[0]);
}
