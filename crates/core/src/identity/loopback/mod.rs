//! The listener on loopback that takes the browser's answer (RFC 8252, section 7.3).

mod door;
mod page;
mod ports;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use secrecy::SecretString;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::mpsc,
    task::{AbortHandle, JoinSet},
    time::timeout,
};
use url::Url;
use zeroize::Zeroizing;

use self::{door::Door, ports::Pair};
use super::ResponseMode;

/// Both loopback addresses at one port, bound before the browser is sent anywhere.
pub(super) struct Listener {
    ports: Pair<TcpListener>,
}

/// What an answer must match.
pub(super) struct Expected {
    /// The state of this attempt.
    pub(super) state: Zeroizing<String>,
    /// Whose page may send the form.
    pub(super) authority: Url,
    /// The issuer, if the answer names one.
    pub(super) issuer: String,
    /// How the answer was asked for.
    pub(super) mode: ResponseMode,
}

/// What is heard of the browser while an attempt waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Something has connected, for the first time. A browser does so before it sends anything.
    Connected,
    /// Something began a TLS handshake: a browser that insists on HTTPS for localhost. It got no
    /// answer.
    InsistsOnHttps,
    /// A code has come, and is being redeemed.
    Code,
}

/// The answer to this attempt.
#[derive(Debug)]
pub(super) enum Reply {
    /// A code to redeem.
    Code(SecretString),
    /// The authority or the person refused.
    Refused {
        /// The OAuth error.
        error: String,
        /// What the authority says of it.
        description: String,
    },
}

/// Why the browser's answer could not be waited for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// No port could be had on the loopback addresses.
    #[error("no loopback port could be had")]
    NoPort(#[source] io::Error),
    /// Too many answers of a wrong state came: something on this machine interferes.
    #[error("too many answers were of another attempt")]
    TooManyStrangers,
}

/// What a connection may take; tests make it small.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// For the headers, and again for the body.
    read: Duration,
    /// For the whole connection.
    whole: Duration,
    /// For pages under way when the attempt ends.
    drain: Duration,
    /// How many connections live at once. A browser opens a few ahead of need.
    connections: usize,
}

impl Limits {
    const USUAL: Self = Self {
        read: Duration::from_secs(5),
        whole: Duration::from_secs(15),
        drain: Duration::from_secs(2),
        connections: 16,
    };
}

impl Listener {
    /// Binds both addresses.
    pub(super) fn bind() -> Result<Self, ListenError> {
        let ports = ports::bind(listen).map_err(ListenError::NoPort)?;
        if ports.v6.is_none() {
            tracing::info!("this machine has no IPv6: listening on 127.0.0.1 alone");
        }
        Ok(Self { ports })
    }

    pub(super) fn port(&self) -> u16 {
        self.ports.port
    }

    /// Waits for the first valid answer, then closes the port. Dropping the future closes it too.
    /// `told` is called with what is heard meanwhile, of [`Heard::Connected`] and
    /// [`Heard::InsistsOnHttps`].
    ///
    /// After an answer in an address ([`ResponseMode::Query`]) the port stays open for at most two
    /// seconds more, for the browser that was led on to the page.
    pub(super) async fn answer(
        self,
        expected: Expected,
        told: impl Fn(Heard) + Send + Sync,
    ) -> Result<Reply, ListenError> {
        self.answer_within(expected, Limits::USUAL, told).await
    }

    async fn answer_within(
        self,
        expected: Expected,
        limits: Limits,
        told: impl Fn(Heard) + Send + Sync,
    ) -> Result<Reply, ListenError> {
        let ports = self.ports;
        let (send, mut outcome) = mpsc::channel(1);
        // Has room for one: what is heard more often says nothing new.
        let (insists, mut insisted) = mpsc::channel(1);
        let door = Arc::new(Door::new(expected, ports.port, limits.read, send));
        let mut connections = Connections::new(limits, insists);
        let mut is_first = true;
        loop {
            let stream = tokio::select! {
                biased;
                Some(outcome) = outcome.recv() => {
                    if door.leads_on() {
                        connections.linger(ports, door);
                    } else {
                        connections.drain();
                    }
                    return outcome;
                }
                Some(()) = insisted.recv() => {
                    told(Heard::InsistsOnHttps);
                    continue;
                }
                stream = ports.accept() => stream,
            };
            if std::mem::take(&mut is_first) {
                told(Heard::Connected);
            }
            connections.serve(stream, Arc::clone(&door));
        }
    }
}

impl Pair<TcpListener> {
    async fn accept(&self) -> TcpStream {
        let accept_v6 = async || match &self.v6 {
            Some(v6) => accept(v6).await,
            None => std::future::pending().await,
        };
        // Not biased: strangers on one address must not starve the other.
        tokio::select! {
            stream = accept(&self.v4) => stream,
            stream = accept_v6() => stream,
        }
    }
}

/// Listens on one address. The address is never shared (no `SO_REUSEADDR`, no `SO_REUSEPORT`).
fn listen(address: IpAddr, port: u16) -> io::Result<(TcpListener, u16)> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.bind(SocketAddr::new(address, port))?;
    let listener = socket.listen(64)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                // Out of descriptors, say; a moment later there may be some.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// The connections that live, each in a task of its own. Dropping this ends them.
struct Connections {
    tasks: JoinSet<()>,
    /// The oldest first.
    handles: VecDeque<AbortHandle>,
    limits: Limits,
    /// Told when one of them begins a TLS handshake.
    insists: mpsc::Sender<()>,
}

impl Connections {
    fn new(limits: Limits, insists: mpsc::Sender<()>) -> Self {
        Self { tasks: JoinSet::new(), handles: VecDeque::new(), limits, insists }
    }

    /// Serves one request on `stream`. With too many connections the oldest has to go, so that
    /// idle ones cannot keep the browser out.
    fn serve(&mut self, stream: TcpStream, door: Arc<Door>) {
        while self.tasks.try_join_next().is_some() {}
        self.handles.retain(|handle| !handle.is_finished());
        if self.handles.len() >= self.limits.connections
            && let Some(oldest) = self.handles.pop_front()
        {
            oldest.abort();
        }
        let handle = self.tasks.spawn(serve(stream, door, self.limits, self.insists.clone()));
        self.handles.push_back(handle);
    }

    /// Lets pages that are under way reach the browser.
    fn drain(mut self) {
        tokio::spawn(async move {
            let all = async { while self.tasks.join_next().await.is_some() {} };
            // What is left is dropped: a connection that the browser opened and did not use.
            let _ = timeout(self.limits.drain, all).await;
        });
    }

    /// The same, and takes the connection that the browser makes for the page it is led on to.
    fn linger(mut self, ports: Pair<TcpListener>, door: Arc<Door>) {
        tokio::spawn(async move {
            let limit = self.limits.drain;
            let led_on = async {
                while !door.has_led_on() {
                    tokio::select! {
                        stream = ports.accept() => self.serve(stream, Arc::clone(&door)),
                        // Seen again after each request that is answered.
                        Some(_) = self.tasks.join_next() => {}
                    }
                }
            };
            let _ = timeout(limit, led_on).await;
            drop(ports);
            self.drain();
        });
    }
}

/// The first byte of a TLS handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

async fn serve(stream: TcpStream, door: Arc<Door>, limits: Limits, insists: mpsc::Sender<()>) {
    let mut first = [0];
    match timeout(limits.read.min(limits.whole), stream.peek(&mut first)).await {
        Ok(Ok(1)) if first == [HANDSHAKE] => {
            tracing::warn!("a browser wanted HTTPS of the sign-in listener");
            // Full: it is known already.
            let _ = insists.try_send(());
            return;
        }
        Ok(Ok(_)) => {}
        Ok(Err(_)) | Err(_) => return, // reset, or opened ahead of need
    }
    let service = service_fn(|request| {
        let door = Arc::clone(&door);
        async move { Ok::<_, Infallible>(door.answer(request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.read)
        .max_buf_size(8 * 1024)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    match timeout(limits.whole, served).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection to the sign-in listener failed"),
        Err(_) => tracing::debug!("a connection to the sign-in listener took too long"),
    }
}
