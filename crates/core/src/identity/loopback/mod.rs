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
    pub(super) async fn answer(self, expected: Expected) -> Result<Reply, ListenError> {
        self.answer_within(expected, Limits::USUAL).await
    }

    async fn answer_within(self, expected: Expected, limits: Limits) -> Result<Reply, ListenError> {
        let Pair { v4, v6, port } = self.ports;
        let (send, mut outcome) = mpsc::channel(1);
        let door = Arc::new(Door::new(expected, port, limits.read, send));
        let mut connections = Connections::new(limits);
        let accept_v6 = async || match &v6 {
            Some(v6) => accept(v6).await,
            None => std::future::pending().await,
        };
        // Not biased: strangers on one address must not starve the other.
        let accept_any = async || {
            tokio::select! {
                stream = accept(&v4) => stream,
                stream = accept_v6() => stream,
            }
        };
        loop {
            let stream = tokio::select! {
                biased;
                Some(outcome) = outcome.recv() => {
                    connections.drain();
                    return outcome;
                }
                stream = accept_any() => stream,
            };
            connections.serve(stream, Arc::clone(&door));
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
}

impl Connections {
    fn new(limits: Limits) -> Self {
        Self { tasks: JoinSet::new(), handles: VecDeque::new(), limits }
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
        let handle = self.tasks.spawn(serve(stream, door, self.limits));
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
}

async fn serve(stream: TcpStream, door: Arc<Door>, limits: Limits) {
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
