//! What the headers of a response say beside its body. Nothing here fails: what cannot be read was
//! not said.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_ENCODING, DATE, HeaderMap, RETRY_AFTER, WARNING};

use crate::identity::without_tokens;

/// The headers in which Microsoft's services give the request's id, the most telling first.
const REQUEST_IDS: [&str; 4] =
    ["request-id", "x-ms-request-id", "mise-correlation-id", "client-request-id"];

/// The longest id of a request, in bytes: those that were seen have 36 at most.
const LONGEST_ID: usize = 100;

/// What the headers of a response say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Whether the server warns of its answer (`Warning`).
    pub(super) warned: bool,
    /// How long it asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// The request's id: visible ASCII, at most 100 bytes.
    pub(super) request: Option<String>,
    /// Whether the body is deflated.
    pub(super) deflated: bool,
}

impl Said {
    /// Reads the headers of a response that arrived `now`.
    pub(super) fn by(headers: &HeaderMap, now: Timestamp) -> Self {
        let texts = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        // A date counts from the server's clock, for ours may be wrong.
        let now = texts(DATE.as_str()).next().and_then(date).unwrap_or(now);
        Self {
            warned: headers.contains_key(WARNING),
            retry_after: texts(RETRY_AFTER.as_str()).filter_map(|text| wait(text, now)).max(),
            request: REQUEST_IDS.into_iter().flat_map(texts).find_map(request),
            deflated: texts(CONTENT_ENCODING.as_str())
                .any(|text| text.trim().eq_ignore_ascii_case("deflate")),
        }
    }
}

/// `Retry-After` (RFC 9110, section 10.2.3): whole seconds, or a date. Seconds without end are as
/// many as there can be.
fn wait(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = date(text)?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// A date in one of HTTP's three forms (RFC 9110, section 5.6.7), or as mail has it, which names
/// other zones.
fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let of_http = httpdate::parse_http_date(text).ok();
    of_http
        .and_then(|date| Timestamp::try_from(date).ok())
        .or_else(|| Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp()))
}

/// The id of a request, if it looks like one: short, and nothing that could be a token.
fn request(text: &str) -> Option<String> {
    let text = text.trim();
    let is_id = (1..=LONGEST_ID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && without_tokens(text) == text;
    is_id.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn said(headers: &[(&str, &str)]) -> Said {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                (name, HeaderValue::from_bytes(value.as_bytes()).unwrap())
            })
            .collect();
        Said::by(&headers, now())
    }

    fn wait_of(texts: &[&str]) -> Option<u64> {
        let headers: Vec<_> = texts.iter().map(|text| ("retry-after", *text)).collect();
        said(&headers).retry_after.map(|wait| wait.as_secs())
    }

    #[test]
    fn a_wait_is_whole_seconds_or_a_date_in_any_form_of_http() {
        for (text, seconds) in [
            ("42", Some(42)),
            (" 42 ", Some(42)),
            ("0", Some(0)),
            ("007", Some(7)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Tue, 24 Nov 2026 12:01:00 GMT", Some(60)),
            ("Tuesday, 24-Nov-26 12:01:00 GMT", Some(60)),
            ("Tue Nov 24 12:01:00 2026", Some(60)),
            ("Tue, 24 Nov 2026 13:01:00 +0100", Some(60)),
            ("Tue, 24 Nov 2026 11:00:00 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
            ("1e3", None),
            ("0x10", None),
            ("5, 10", None),
            ("soon", None),
            ("2026-11-24T12:01:00Z", None),
            ("Tue, 32 Nov 2026 12:01:00 GMT", None),
            ("\u{e9}", None),
        ] {
            assert_eq!(wait_of(&[text]), seconds, "{text:?}");
        }
        assert_eq!(wait_of(&[]), None);
    }

    #[test]
    fn of_several_waits_the_longest_counts() {
        assert_eq!(wait_of(&["5", "soon", "90", "7"]), Some(90));
    }

    #[test]
    fn a_date_counts_from_the_servers_clock() {
        let headers = [
            ("date", "Tue, 24 Nov 2026 10:00:00 GMT"),
            ("retry-after", "Tue, 24 Nov 2026 10:00:30 GMT"),
        ];

        assert_eq!(said(&headers).retry_after, Some(Duration::from_secs(30)));
    }

    #[test]
    fn the_id_of_a_request_is_one_short_word() {
        let id = |headers: &[_]| said(headers).request;
        let guid = "1fa66c0f-18bd-4133-b378-36d76f3a2ba0";

        for name in REQUEST_IDS {
            assert_eq!(id(&[(name, guid)]).as_deref(), Some(guid), "{name}");
        }
        assert_eq!(id(&[("client-request-id", "b"), ("request-id", "a")]).as_deref(), Some("a"));
        assert_eq!(id(&[("request-id", ""), ("request-id", "|1d2.")]).as_deref(), Some("|1d2."));
        let exact = "a|".repeat(50);
        assert_eq!(id(&[("request-id", &exact)]), Some(exact.clone()));
        for odd in ["two words", "\u{e9}", "a\tb", &format!("{exact}a"), &"a".repeat(65)] {
            assert_eq!(id(&[("request-id", odd), ("x-ms-request-id", "b")]).as_deref(), Some("b"));
        }
    }

    #[test]
    fn a_warning_and_a_deflated_body_are_told() {
        assert!(said(&[("warning", "214 - \"Transformation Applied\"")]).warned);
        assert!(said(&[("content-encoding", " Deflate ")]).deflated);
        let nothing = said(&[("content-encoding", "gzip"), ("content-type", "text/html")]);
        assert!(!nothing.warned && !nothing.deflated);
    }
}
