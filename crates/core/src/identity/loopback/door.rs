//! Which requests to the listener are the answer to this attempt.
//!
//! Any program and any web page on this machine can send requests here. What is not the answer gets
//! a fixed page and does not end the attempt, unless ten answers of a wrong state have come.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode, Version,
    body::Body,
    header::{self, HeaderMap, HeaderName},
    http::request::Parts,
};
use subtle::ConstantTimeEq;
use tokio::sync::mpsc;
use url::form_urlencoded;

use super::{Expected, ListenError, Reply, page};
use crate::identity::ResponseMode;

/// Judges the requests of one attempt.
pub(super) struct Door {
    expected: Expected,
    /// What a `Host` header may say; any other name that leads here is a rebound one.
    hosts: [String; 2],
    /// Where the form comes from, if the browser tells.
    origin: String,
    patience: Duration,
    /// Set when an answer in an address was taken, and when its browser has got the page.
    leads_on: AtomicBool,
    has_led_on: AtomicBool,
    /// How many answers of a wrong state there were.
    strangers: AtomicUsize,
    /// Has room for one outcome: the first one wins.
    outcome: mpsc::Sender<Result<Reply, ListenError>>,
}

/// Why a request is not the answer.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// It is of the wrong form.
    Form(StatusCode),
    /// Its address was opened in a browser.
    Opened { with_query: bool },
    /// Its state is missing or is not the state of this attempt.
    Stranger,
}

impl Door {
    /// The most bytes of a body.
    const LARGEST_BODY: usize = 64 * 1024;
    /// This many answers of a wrong state end the attempt.
    const STRANGERS: usize = 10;

    pub(super) fn new(
        expected: Expected,
        port: u16,
        patience: Duration,
        outcome: mpsc::Sender<Result<Reply, ListenError>>,
    ) -> Self {
        Self {
            hosts: ["localhost", "127.0.0.1"].map(|host| format!("{host}:{port}")),
            origin: expected.authority.origin().ascii_serialization(),
            expected,
            patience,
            leads_on: AtomicBool::new(false),
            has_led_on: AtomicBool::new(false),
            strangers: AtomicUsize::new(0),
            outcome,
        }
    }

    /// Whether an answer in an address was taken, and its browser was led on to the page.
    pub(super) fn leads_on(&self) -> bool {
        self.leads_on.load(Ordering::Acquire)
    }

    /// Whether the browser has come for the page since.
    pub(super) fn has_led_on(&self) -> bool {
        self.has_led_on.load(Ordering::Acquire)
    }

    /// Answers a request, and passes it on if it is the first valid answer to the attempt.
    pub(super) async fn answer<B>(&self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: Body,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        // Read in any case: closing a connection over unread bytes resets it, and the page is lost.
        let body = Limited::new(body, Self::LARGEST_BODY).collect();
        let body = match tokio::time::timeout(self.patience, body).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
            Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
            Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
        };
        let judged = self
            .judge_head(&head)
            .and_then(|()| body.map_err(Refusal::Form))
            .and_then(|body| self.judge_form(&body));
        let (judged, in_address) = match judged {
            Err(Refusal::Opened { with_query: true })
                if self.expected.mode == ResponseMode::Query =>
            {
                let query = head.uri.query().unwrap_or_default();
                (self.judge_form(query.as_bytes()), true)
            }
            judged => (judged, false),
        };
        match judged {
            Ok(reply) => {
                if in_address {
                    self.leads_on.store(true, Ordering::Release);
                }
                // Full or closed: an earlier answer won. Its sender gets the same page.
                let _ = self.outcome.try_send(Ok(reply));
                if in_address { page::leave_the_address_bar() } else { page::answered() }
            }
            Err(Refusal::Form(status)) => {
                tracing::debug!(%status, "a request to the sign-in listener was refused");
                page::refused(status)
            }
            Err(Refusal::Opened { with_query: true }) => {
                tracing::warn!("an answer came in an address and was not used");
                page::leave_the_address_bar()
            }
            Err(Refusal::Opened { with_query: false }) if self.leads_on() => {
                self.has_led_on.store(true, Ordering::Release);
                page::answered()
            }
            Err(Refusal::Opened { with_query: false }) => page::opened(),
            Err(Refusal::Stranger) => {
                let strangers = self.strangers.fetch_add(1, Ordering::Relaxed) + 1;
                tracing::warn!(strangers, "an answer of another state was not used");
                if strangers >= Self::STRANGERS {
                    let _ = self.outcome.try_send(Err(ListenError::TooManyStrangers));
                }
                if in_address {
                    page::leave_the_address_bar()
                } else {
                    page::refused(StatusCode::BAD_REQUEST)
                }
            }
        }
    }

    fn judge_head(&self, head: &Parts) -> Result<(), Refusal> {
        if head.version != Version::HTTP_11 {
            return Err(Refusal::Form(StatusCode::HTTP_VERSION_NOT_SUPPORTED));
        }
        // An absolute target would have its own host.
        let host = single(&head.headers, &header::HOST)?;
        let known = |host: &str| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host));
        if head.uri.authority().is_some() || !host.is_some_and(known) {
            return Err(Refusal::Form(StatusCode::BAD_REQUEST));
        }
        if head.uri.path() != "/" {
            return Err(Refusal::Form(StatusCode::NOT_FOUND));
        }
        if head.method == Method::GET {
            return Err(Refusal::Opened { with_query: head.uri.query().is_some() });
        }
        if head.method != Method::POST {
            return Err(Refusal::Form(StatusCode::METHOD_NOT_ALLOWED));
        }
        if head.uri.query().is_some() {
            return Err(Refusal::Form(StatusCode::BAD_REQUEST));
        }
        if single(&head.headers, &header::ORIGIN)?
            .is_some_and(|origin| origin != "null" && origin != self.origin)
        {
            return Err(Refusal::Form(StatusCode::FORBIDDEN));
        }
        let kind = single(&head.headers, &header::CONTENT_TYPE)?.unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refusal::Form(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        Ok(())
    }

    /// The parameters of a body, or of an address.
    fn judge_form(&self, body: &[u8]) -> Result<Reply, Refusal> {
        let malformed = Refusal::Form(StatusCode::BAD_REQUEST);
        let Some(Form { state, iss, code, error, error_description }) = Form::read(body) else {
            return Err(malformed);
        };
        let state = state.unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(self.expected.state.as_bytes())) {
            return Err(Refusal::Stranger);
        }
        // RFC 9207, section 2.4. Entra sends none.
        if iss.is_some_and(|iss| iss != self.expected.issuer) {
            return Err(malformed);
        }
        match (code.filter(|code| !code.is_empty()), error) {
            (Some(code), None) => Ok(Reply::Code(code.into())),
            (None, Some(error)) => {
                Ok(Reply::Refused { error, description: error_description.unwrap_or_default() })
            }
            (Some(_), Some(_)) | (None, None) => Err(malformed),
        }
    }
}

/// The parameters of an answer (RFC 6749, sections 4.1.2 and 4.1.2.1).
#[derive(Default)]
struct Form {
    state: Option<String>,
    iss: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Form {
    /// None if a parameter comes twice (RFC 6749, section 3.1), or is not UTF-8.
    fn read(body: &[u8]) -> Option<Self> {
        let mut form = Self::default();
        // A set: a body has room for thousands of names.
        let mut seen = HashSet::new();
        for (name, value) in form_urlencoded::parse(body) {
            // What is not UTF-8 is decoded to this character, which no honest answer has.
            let is_text = !name.contains('\u{fffd}') && !value.contains('\u{fffd}');
            if !is_text {
                return None;
            }
            let place = match &*name {
                "state" => Some(&mut form.state),
                "iss" => Some(&mut form.iss),
                "code" => Some(&mut form.code),
                "error" => Some(&mut form.error),
                "error_description" => Some(&mut form.error_description),
                _ => None, // `session_state` and what else an authority may add
            };
            if let Some(place) = place {
                *place = Some(value.into_owned());
            }
            if !seen.insert(name) {
                return None;
            }
        }
        Some(form)
    }
}

/// The value of a header that may come once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let malformed = || Refusal::Form(StatusCode::BAD_REQUEST);
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(|value| value.to_str().map_err(|_| malformed())).transpose()?;
    if values.next().is_some() {
        return Err(malformed());
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn door() -> Door {
        let expected = Expected {
            state: "right".to_owned().into(),
            authority: url::Url::parse("https://login.example/").unwrap(),
            issuer: "https://login.example/tenant/v2.0".into(),
            mode: ResponseMode::FormPost,
        };
        Door::new(expected, 4_711, Duration::ZERO, mpsc::channel(1).0)
    }

    proptest! {
        #[test]
        fn no_body_without_the_state_is_an_answer(
            parts in proptest::collection::vec("(state|code|error|iss)=[a-z%+]{0,6}", 0..5),
            noise in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            let mut body = parts.join("&").into_bytes();
            body.extend(noise);
            let says_it = body.windows(5).any(|window| window == b"right");

            prop_assert!(door().judge_form(&body).is_err() || says_it);
        }

        #[test]
        fn a_code_arrives_as_it_was_sent(code in "[ -~]{1,200}") {
            let body = form_urlencoded::Serializer::new(String::new())
                .append_pair("code", &code)
                .append_pair("state", "right")
                .finish();

            let reply = door().judge_form(body.as_bytes());

            let Ok(Reply::Code(arrived)) = reply else { panic!("{reply:?}") };
            prop_assert_eq!(secrecy::ExposeSecret::expose_secret(&arrived), &code);
        }
    }
}
