use std::{
    convert::Infallible,
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame};

/// A body of unknown length, so that it goes out in chunks as the real API's does.
pub(crate) fn chunked(bytes: impl Into<Bytes>) -> Body {
    Body::new(Chunked(Some(bytes.into())))
}

/// The first bytes of a body, after which the connection breaks.
pub(crate) fn cut(bytes: &Bytes, at: usize) -> Body {
    Body::new(Cut { bytes: Some(bytes.slice(..at.min(bytes.len()))), pauses: 4 })
}

struct Chunked(Option<Bytes>);

impl HttpBody for Chunked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

struct Cut {
    bytes: Option<Bytes>,
    /// How often the connection still gets to flush what it has before the body fails.
    pauses: u8,
}

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if let Some(fewer) = self.pauses.checked_sub(1) {
            self.pauses = fewer;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}

impl fmt::Debug for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cut").finish_non_exhaustive()
    }
}
