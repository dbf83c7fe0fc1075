//! A forward proxy on loopback, as an organisation has one between its people and the internet.

use std::{
    collections::HashMap,
    fmt, io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use url::Url;

/// A forward proxy on 127.0.0.1: tunnels by `CONNECT`, and plain HTTP by absolute addresses.
///
/// It never leaves loopback: a host name leads where a test says ([`Proxy::lead`]), `127.0.0.1` and
/// `localhost` lead to themselves, and any other name is answered with 502. It stops, and open
/// connections close, when it is dropped.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    _serving: JoinSet<()>,
}

/// What a proxy asks of its clients.
#[derive(Clone, PartialEq, Eq)]
pub enum ProxyMode {
    /// Nothing.
    Open,
    /// This name and password by `Basic`; 407 to others.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// A sign-in by Windows: 407 with `Negotiate` and `NTLM`, whatever is sent.
    Negotiate,
    /// Accepts connections and never answers.
    Dead,
}

/// A request that a proxy got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxied {
    /// The method: `CONNECT` for a tunnel.
    pub method: String,
    /// The target as sent: host and port for a tunnel, an address otherwise.
    pub target: String,
    /// The names of all headers, in lower case, in the order sent. Values are not kept.
    pub header_names: Vec<String>,
    /// The status of the proxy's own answer, 200 for a tunnel; none if it was forwarded, or is not
    /// answered.
    pub status: Option<u16>,
}

struct Shared {
    mode: ProxyMode,
    led: Mutex<HashMap<String, u16>>,
    requests: watch::Sender<Vec<Proxied>>,
}

/// The first part of a request.
struct Head {
    request: Proxied,
    authorization: Option<String>,
    /// The header lines that go on to a server, each with its line end.
    forwarded: String,
}

/// The largest head that is read.
const HEAD_LIMIT: usize = 64 * 1024;

impl Proxy {
    /// Starts a proxy on a port that the system chooses.
    ///
    /// # Errors
    ///
    /// Fails if no port can be had.
    pub async fn start(mode: ProxyMode) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            mode,
            led: Mutex::default(),
            requests: watch::Sender::new(Vec::new()),
        });
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { port, shared, _serving: serving })
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address as a client is configured with it, without a name and password.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Leads this host name, with any port, to a port on 127.0.0.1.
    pub fn lead(&self, host: impl Into<String>, port: u16) {
        self.shared.led().insert(host.into().to_ascii_lowercase(), port);
    }

    /// The requests that arrived, in their order.
    pub fn requests(&self) -> Vec<Proxied> {
        self.shared.requests.borrow().clone()
    }

    /// The targets of all tunnels that were asked for, in their order, those refused included.
    pub fn tunnels(&self) -> Vec<String> {
        let requests = self.shared.requests.borrow();
        let tunnels = requests.iter().filter(|request| request.method == "CONNECT");
        tunnels.map(|request| request.target.clone()).collect()
    }

    /// Waits until `count` requests arrived, and returns the last of them. Cancel safe.
    pub async fn arrived(&self, count: usize) -> Proxied {
        let mut requests = self.shared.requests.subscribe();
        let last = count.saturating_sub(1);
        match requests.wait_for(|requests| requests.len() > last).await {
            Ok(requests) => requests[last].clone(),
            // The sender lives as long as `self`.
            Err(_) => std::future::pending().await,
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Proxy").field("port", &self.port).finish_non_exhaustive()
    }
}

impl fmt::Debug for ProxyMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Open => "Open",
            Self::Basic { .. } => "Basic",
            Self::Negotiate => "Negotiate",
            Self::Dead => "Dead",
        })
    }
}

impl Shared {
    fn led(&self) -> MutexGuard<'_, HashMap<String, u16>> {
        self.led.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, request: Proxied) {
        self.requests.send_modify(|requests| requests.push(request));
    }

    /// The port on 127.0.0.1 to which a host and port lead.
    fn way_to(&self, host: &str, port: u16) -> Option<u16> {
        let host = host.to_ascii_lowercase();
        let led = self.led().get(&host).copied();
        led.or_else(|| matches!(host.as_str(), "127.0.0.1" | "localhost").then_some(port))
    }

    /// The challenges to a request that does not say the right thing.
    fn challenges(&self, authorization: Option<&str>) -> &'static [&'static str] {
        match &self.mode {
            ProxyMode::Open | ProxyMode::Dead => &[],
            ProxyMode::Negotiate => &["Negotiate", "NTLM"],
            ProxyMode::Basic { user, password } => {
                let right = STANDARD.encode(format!("{user}:{password}"));
                let sent = authorization.and_then(|sent| sent.split_once(' '));
                let allowed = sent.is_some_and(|(scheme, sent)| {
                    scheme.eq_ignore_ascii_case("basic") && sent == right
                });
                if allowed { &[] } else { &["Basic realm=\"Practice proxy\""] }
            }
        }
    }
}

/// Accepts connections until the future is dropped, which also ends the connections.
async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let shared = Arc::clone(&shared);
                    connections.spawn(async move {
                        if let Err(error) = answer(stream, &shared).await {
                            tracing::debug!(%error, "a proxied connection ended early");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers the one request of a connection: another needs a connection of its own.
async fn answer(mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    let (head, rest) = read_head(&mut client).await?;
    let Head { mut request, authorization, forwarded } = head;
    if shared.mode == ProxyMode::Dead {
        shared.note(request);
        // The connection stays open for as long as the client or this proxy lives.
        return std::future::pending().await;
    }

    let challenges = shared.challenges(authorization.as_deref());
    if !challenges.is_empty() {
        request.status = Some(407);
        shared.note(request);
        let challenges = challenges
            .iter()
            .flat_map(|challenge| ["Proxy-Authenticate: ", challenge, "\r\n"])
            .collect::<String>();
        return refuse(&mut client, "407 Proxy Authentication Required", &challenges).await;
    }

    let tunnel = request.method == "CONNECT";
    // A tunnel's target has no scheme, and is read as if it had one.
    let address =
        if tunnel { format!("https://{}", request.target) } else { request.target.clone() };
    let way = Url::parse(&address).ok().and_then(|url| {
        let port = url.port_or_known_default()?;
        Some((shared.way_to(url.host_str()?, port)?, url))
    });
    let Some((port, url)) = way else {
        request.status = Some(502);
        shared.note(request);
        return refuse(&mut client, "502 Bad Gateway", "").await;
    };
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
        request.status = Some(502);
        shared.note(request);
        return refuse(&mut client, "502 Bad Gateway", "").await;
    };

    if tunnel {
        request.status = Some(200);
        shared.note(request);
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    } else {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let start = format!("{} {}{query} HTTP/1.1\r\n", request.method, url.path());
        shared.note(request);
        let head = format!("{start}{forwarded}Connection: close\r\n\r\n");
        server.write_all(head.as_bytes()).await?;
    }
    server.write_all(&rest).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn refuse(client: &mut TcpStream, status: &str, headers: &str) -> io::Result<()> {
    let answer =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n");
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

/// Reads the head of a request, and what came after it.
async fn read_head(client: &mut TcpStream) -> io::Result<(Head, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if bytes.len() > HEAD_LIMIT || client.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    };
    let rest = bytes.split_off(end + 4);
    let text = String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    let head = Head::parse(&text).ok_or(io::ErrorKind::InvalidData)?;
    Ok((head, rest))
}

impl Head {
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split("\r\n").take_while(|line| !line.is_empty());
        let mut start = lines.next()?.split(' ');
        let (method, target) = (start.next()?, start.next()?);
        let mut head = Self {
            request: Proxied {
                method: method.to_owned(),
                target: target.to_owned(),
                header_names: Vec::new(),
                status: None,
            },
            authorization: None,
            forwarded: String::new(),
        };
        for line in lines {
            let (name, value) = line.split_once(':')?;
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "proxy-authorization" => head.authorization = Some(value.trim().to_owned()),
                "proxy-connection" | "connection" | "keep-alive" => {}
                _ => {
                    head.forwarded.push_str(line);
                    head.forwarded.push_str("\r\n");
                }
            }
            head.request.header_names.push(name);
        }
        Some(head)
    }
}
