//! Connections: one task for each, HTTP/1.1, reset on demand.

use std::{io, sync::Arc};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::Service as _, service::service_fn};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::gate::Severed;

/// Accepts connections until the future is dropped, which also ends the connections.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let router = router.clone();
                    connections.spawn(answer(
                        stream,
                        move |_| router.clone(),
                        |stream: TcpStream| stream.set_zero_linger(),
                    ));
                }
                Err(error) => {
                    // Say, too many open files: others may close theirs meanwhile.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers the requests of one connection, each by the router that `pick` gives for it.
///
/// `prepare_reset` makes dropping the stream send a reset.
pub(crate) async fn answer<S>(
    stream: S,
    pick: impl Fn(&Request<Body>) -> Router,
    prepare_reset: impl FnOnce(S) -> io::Result<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let severed = Severed(Arc::default());
    let extension = severed.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(extension.clone());
        TowerToHyperService::new(pick(&request)).call(request)
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);

    tokio::select! {
        ended = &mut connection => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        }
        () = severed.0.notified() => {
            let stream = connection.into_parts().io.into_inner();
            if let Err(error) = prepare_reset(stream) {
                tracing::warn!(%error, "a connection was closed instead of reset");
            }
        }
    }
}
