use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::server::Route;

/// What goes wrong next: faults wait in line, each for one request to its route.
#[derive(Debug, Default)]
pub struct Faults {
    line: Mutex<VecDeque<(Route, Fault)>>,
}

impl Faults {
    /// Lets the next request to `route` meet `fault`, after those already in line.
    pub fn next(&self, route: Route, fault: Fault) {
        self.line().push_back((route, fault));
    }

    /// Lets the next `count` requests to `route` each meet `fault`.
    pub fn next_n(&self, route: Route, count: usize, fault: &Fault) {
        let mut line = self.line();
        line.extend((0..count).map(|_| (route, fault.clone())));
    }

    /// Lets every request to `route` meet `fault`, until [`Faults::clear`].
    ///
    /// Faults that stand in line before it come first.
    pub fn always(&self, route: Route, fault: Fault) {
        self.line().push_back((route, Fault { stays: true, ..fault }));
    }

    /// Takes all faults out of the line. A request that already met one is not changed.
    pub fn clear(&self) {
        self.line().clear();
    }

    /// Returns how many faults still wait for a request to `route`.
    pub fn waiting(&self, route: Route) -> usize {
        self.line().iter().filter(|(of, _)| *of == route).count()
    }

    /// Takes the first fault that fits a request.
    pub(crate) fn take(&self, route: Route, path_and_query: &str) -> Option<Fault> {
        let mut line = self.line();
        let at = line.iter().position(|(of, fault)| *of == route && fault.fits(path_and_query))?;
        if line[at].1.stays {
            return Some(line[at].1.clone());
        }
        line.remove(at).map(|(_, fault)| fault)
    }

    fn line(&self) -> MutexGuard<'_, VecDeque<(Route, Fault)>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thing that goes wrong with one request; what is not said stays as it is.
///
/// With a status or a body the request is answered by the fault alone and changes nothing in the
/// tenant. Otherwise the tenant answers, and the fault changes that answer.
#[derive(Debug, Clone, Default)]
pub struct Fault {
    pub(crate) only: Option<String>,
    pub(crate) stays: bool,
    pub(crate) delay: Option<Duration>,
    pub(crate) held: Option<watch::Receiver<()>>,
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(String, ScriptedHeader)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) cut_at: Option<usize>,
    pub(crate) reset: bool,
    pub(crate) next_link: Option<Value>,
    pub(crate) redirect_error: Option<ScriptedError>,
}

/// What the authority tells the app by way of the browser, in place of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScriptedError {
    pub(crate) error: String,
    pub(crate) code: u32,
    pub(crate) subcode: Option<String>,
}

impl Fault {
    /// Nothing wrong yet: to add to.
    pub fn new() -> Self {
        Self::default()
    }

    /// A bare answer with this status and an empty body.
    pub fn status(status: u16) -> Self {
        Self { status: Some(status), body: Some(Vec::new()), ..Self::default() }
    }

    /// An answer with this status and a JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::status(status)
            .body(body.to_string())
            .header("content-type", "application/json; charset=utf-8")
    }

    /// An error in the API's shape.
    pub fn api_error(status: u16, code: &str, message: &str) -> Self {
        let target = "|4c1d7e90-52b08ad3f6e7c914.";
        Self::json(status, &json!({"error": {"code": code, "message": message, "target": target}}))
    }

    /// The API's answer to an access token that it does not accept, whatever token is sent.
    ///
    /// [`PracticeTenant::refuse_access_tokens`](crate::PracticeTenant::refuse_access_tokens)
    /// refuses those that were given out before, and accepts new ones.
    pub fn unauthorized() -> Self {
        Self::api_error(401, "Unauthorized", "Unauthorized request - scripted for a test.")
            .header("www-authenticate", "Bearer error=\"invalid_token\"")
    }

    /// The API's answer to one call too many; `retry_after` is the header's text.
    pub fn throttled(retry_after: Option<&str>) -> Self {
        let fault = Self::api_error(429, "TooManyRequests", "API calls quota exceeded.");
        match retry_after {
            Some(text) => fault.header("retry-after", text),
            None => fault,
        }
    }

    /// An error in the authority's shape; a real number stands in `code`, say 50173.
    pub fn authority_error(error: &str, code: u32, suberror: Option<&str>) -> Self {
        Self::json(400, &authority_error(error, code, suberror))
    }

    /// The same with the claims that only a person can answer for, say with `interaction_required`.
    pub fn authority_error_with_claims(
        error: &str,
        code: u32,
        suberror: Option<&str>,
        claims: &str,
    ) -> Self {
        let mut body = authority_error(error, code, suberror);
        body["claims"] = claims.into();
        Self::json(400, &body)
    }

    /// What the authority tells the app by way of the browser in place of a code, by a form or a
    /// redirect as the app asked for. It fits [`Route::Authorize`], where the person sees no page, and
    /// [`Route::Choose`], after they chose.
    pub fn authorize_error(error: &str, code: u32, subcode: Option<&str>) -> Self {
        Self {
            redirect_error: Some(ScriptedError {
                error: error.to_owned(),
                code,
                subcode: subcode.map(str::to_owned),
            }),
            ..Self::default()
        }
    }

    /// The connection is reset before anything is answered.
    pub fn reset() -> Self {
        Self { reset: true, ..Self::default() }
    }

    /// The request waits until the [`Release`] is used or dropped.
    ///
    /// The fault also fits requests that come after that; they do not wait.
    pub fn held() -> (Self, Release) {
        Self::default().hold()
    }

    /// Waits as [`held`](Self::held) does before anything else happens.
    #[must_use]
    pub fn hold(mut self) -> (Self, Release) {
        let (release, held) = watch::channel(());
        self.held = Some(held);
        (self, Release { _held: release })
    }

    /// Fits only a request whose path and query contain `part`, say a SHA-1.
    #[must_use]
    pub fn only(mut self, part: impl Into<String>) -> Self {
        self.only = Some(part.into());
        self
    }

    /// Waits before anything else happens.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Answers with this body, byte for byte, and status 200 unless another was given.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets a header of the answer, in place of any of that name.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), ScriptedHeader::Set(value.into())));
        self
    }

    /// Sets one more header of the answer, beside any of that name.
    #[must_use]
    pub fn more_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), ScriptedHeader::Added(value.into())));
        self
    }

    /// Leaves a header out of the answer.
    #[must_use]
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.headers.push((name.into(), ScriptedHeader::LeftOut));
        self
    }

    /// Closes the connection after `bytes` bytes of the body, as it goes over the wire.
    #[must_use]
    pub fn cut_at(mut self, bytes: usize) -> Self {
        self.cut_at = Some(bytes);
        self
    }

    /// Puts this in place of `@odata.nextLink`, or beside a list that has none.
    #[must_use]
    pub fn next_link(mut self, link: impl Into<Value>) -> Self {
        self.next_link = Some(link.into());
        self
    }

    /// Whether the answer is another one than without the fault, however late.
    pub(crate) fn changes_the_answer(&self) -> bool {
        self.reset
            || self.status.is_some()
            || self.body.is_some()
            || self.cut_at.is_some()
            || self.next_link.is_some()
            || self.redirect_error.is_some()
            || !self.headers.is_empty()
    }

    fn fits(&self, path_and_query: &str) -> bool {
        self.only.as_ref().is_none_or(|part| path_and_query.contains(part.as_str()))
    }
}

fn authority_error(error: &str, code: u32, suberror: Option<&str>) -> Value {
    let mut body = json!({
        "error": error,
        "error_description": format!(
            "AADSTS{code}: Scripted for a test.\r\n\
             Trace ID: 5d0a1f7c-3b62-4e18-9c4d-70e2b8a6f100\r\n\
             Correlation ID: 91b7c2e4-6f08-4d35-a1c9-2e5d83f07b64\r\n\
             Timestamp: 2026-01-05 08:00:00Z"
        ),
        "error_codes": [code],
        "timestamp": "2026-01-05 08:00:00Z",
        "trace_id": "5d0a1f7c-3b62-4e18-9c4d-70e2b8a6f100",
        "correlation_id": "91b7c2e4-6f08-4d35-a1c9-2e5d83f07b64",
    });
    if let Some(suberror) = suberror {
        body["suberror"] = suberror.into();
    }
    body
}

/// What becomes of one header of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ScriptedHeader {
    Set(String),
    Added(String),
    LeftOut,
}

/// Lets a held request go on: by [`Release::now`], or when it is dropped.
#[derive(Debug)]
pub struct Release {
    _held: watch::Sender<()>,
}

impl Release {
    /// Lets the held requests go on.
    pub fn now(self) {
        drop(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_waits_for_its_own_route_and_file() {
        let faults = Faults::default();
        faults.next(Route::FileAlerts, Fault::status(500).only("aaaa"));
        faults.next(Route::FileAlerts, Fault::status(503));

        let other = faults.take(Route::FileAlerts, "/api/files/bbbb/alerts");
        let token = faults.take(Route::Token, "/t/oauth2/v2.0/token");
        let own = faults.take(Route::FileAlerts, "/api/files/aaaa/alerts");

        assert_eq!(other.and_then(|fault| fault.status), Some(503));
        assert!(token.is_none());
        assert_eq!(own.and_then(|fault| fault.status), Some(500));
        assert_eq!(faults.waiting(Route::FileAlerts), 0);
    }

    #[test]
    fn a_standing_fault_stays_until_cleared() {
        let faults = Faults::default();
        faults.always(Route::Token, Fault::reset());

        assert!(faults.take(Route::Token, "/").is_some());
        assert!(faults.take(Route::Token, "/").is_some());

        faults.clear();
        assert!(faults.take(Route::Token, "/").is_none());
    }
}
