use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::server::{Route, Server};

/// A request that arrived.
///
/// Header values and bodies are not kept, since they carry tokens and codes; a test that looks for
/// what must not leave a machine asks for them with
/// [`keep_requests`](crate::Settings::keep_requests).
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Which server it came to.
    pub server: Server,
    /// What it asked for.
    pub route: Route,
    /// The method, as sent.
    pub method: String,
    /// The path and query, as sent.
    pub path_and_query: String,
    /// The `Host` header, as sent.
    pub host: String,
    /// The names of all headers, in lower case, in the order sent.
    pub header_names: Vec<String>,
    /// The `grant_type`, if it is a request for tokens that has one.
    pub grant_type: Option<String>,
    /// The status of the answer; none while there is none, and after a reset.
    pub status: Option<u16>,
    /// Whether it met a fault that changed the answer, or answered for the tenant.
    pub faulty: bool,
    pub(crate) raw: Option<Vec<u8>>,
}

impl Recorded {
    /// Request line, headers and body, if requests are kept.
    pub fn raw(&self) -> Option<&[u8]> {
        self.raw.as_deref()
    }

    /// Tells whether `needle` stands anywhere in the request line, headers or body.
    ///
    /// Only the path and query are searched unless requests are kept.
    pub fn carries(&self, needle: &[u8]) -> bool {
        let searched = self.raw.as_deref().unwrap_or(self.path_and_query.as_bytes());
        !needle.is_empty() && searched.windows(needle.len()).any(|window| window == needle)
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        formatter
            .debug_struct("Recorded")
            .field("server", &self.server)
            .field("method", &self.method)
            .field("path", &path)
            .field("host", &self.host)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// All that arrived, the newest [`Requests::KEPT`] of it, and a way to await more.
#[derive(Debug)]
pub(crate) struct Requests {
    kept: Mutex<Kept>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<Recorded>,
    /// How many were let go at the front.
    dropped: usize,
}

impl Requests {
    const KEPT: usize = 20_000;

    pub(crate) fn new() -> Self {
        Self { kept: Mutex::default(), changed: watch::Sender::new(()) }
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.kept().requests.iter().cloned().collect()
    }

    /// Notes an arrival and returns its number.
    pub(crate) fn arrived(&self, request: Recorded) -> usize {
        let number = {
            let mut kept = self.kept();
            if kept.requests.len() == Self::KEPT {
                kept.requests.pop_front();
                kept.dropped += 1;
            }
            kept.requests.push_back(request);
            kept.dropped + kept.requests.len() - 1
        };
        self.changed.send_replace(());
        number
    }

    /// Notes the status that a request was answered with.
    pub(crate) fn answered(&self, number: usize, status: u16) {
        self.change(number, |request| request.status = Some(status));
    }

    /// Notes that a request met a fault that changes its answer.
    pub(crate) fn met_fault(&self, number: usize) {
        self.change(number, |request| request.faulty = true);
    }

    fn change(&self, number: usize, change: impl FnOnce(&mut Recorded)) {
        {
            let mut kept = self.kept();
            let at = number.checked_sub(kept.dropped);
            if let Some(request) = at.and_then(|at| kept.requests.get_mut(at)) {
                change(request);
            }
        }
        self.changed.send_replace(());
    }

    /// Waits until `look` finds in all requests what it looks for.
    pub(crate) async fn until<T>(&self, mut look: impl FnMut(&[Recorded]) -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        loop {
            changed.borrow_and_update();
            if let Some(found) = look(self.kept().requests.make_contiguous()) {
                return found;
            }
            if changed.changed().await.is_err() {
                // The sender lives as long as `self`.
                std::future::pending::<()>().await;
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
