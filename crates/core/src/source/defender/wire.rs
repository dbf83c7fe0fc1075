//! What comes over the wire: a page of alerts, and a refusal.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{alert::Alert, identity::without_tokens, source::Refusal};

/// One page of an answer.
#[derive(Debug)]
pub(super) struct Page {
    /// The entries that are alerts.
    pub(super) alerts: Vec<Arc<Alert>>,
    /// How many entries are none.
    pub(super) unreadable: u32,
    /// The link to the next page, whatever it is: it was there.
    pub(super) next_link: Option<String>,
}

/// The body is not a page of alerts.
#[derive(Debug, thiserror::Error)]
#[error("not a page of alerts")]
pub(super) struct PageError;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    value: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "@odata.nextLink")]
    next_link: Option<&'a RawValue>,
}

impl Page {
    /// Reads a page: an object whose `value` is a list. Without that list it is no answer at all,
    /// however successful its status.
    pub(super) fn read(body: &[u8]) -> Result<Self, PageError> {
        let envelope: Envelope<'_> = serde_json::from_slice(body).map_err(|_| PageError)?;
        let mut page = Self { alerts: Vec::new(), unreadable: 0, next_link: None };
        for entry in envelope.value.ok_or(PageError)? {
            match Alert::read(entry.get()) {
                Ok(alert) => page.alerts.push(Arc::new(alert)),
                Err(_) => page.unreadable += 1,
            }
        }
        // A link that is no text is a link all the same: it will be refused, not overlooked.
        page.next_link = envelope
            .next_link
            .map(RawValue::get)
            .filter(|raw| *raw != "null")
            .map(|raw| serde_json::from_str(raw).unwrap_or_default());
        Ok(page)
    }
}

/// The error body of a refusal: `{"error": {"code", "message", "target"}}`, or anything else.
pub(super) fn refusal(body: &[u8]) -> Refusal {
    #[derive(Deserialize)]
    struct Body {
        error: Error,
    }
    #[derive(Deserialize)]
    struct Error {
        message: Option<String>,
        target: Option<String>,
    }
    match serde_json::from_slice::<Body>(body) {
        Ok(Body { error }) => Refusal {
            message: cut(&error.message.unwrap_or_default()),
            request: cut(&error.target.unwrap_or_default()),
        },
        Err(_) => Refusal::default(),
    }
}

/// What is kept of a refusal's text: no token that it repeats, and 500 bytes at most.
fn cut(text: &str) -> String {
    let mut text = without_tokens(text);
    text.truncate(text.floor_char_boundary(500));
    text
}

/// The `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date.
pub(super) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(header).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! golden {
        ($file:literal) => {
            include_bytes!(concat!("../../../../practice-tenant/golden/", $file)).as_slice()
        };
    }

    #[test]
    fn an_empty_list_is_a_page_and_no_list_is_none() {
        assert!(Page::read(br#"{"@odata.context":"x","value":[]}"#).unwrap().alerts.is_empty());
        for body in
            ["", "{}", r#"{"value":null}"#, r#"{"value":{}}"#, "[]", "<html>", r#"{"value":["#]
        {
            assert!(Page::read(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn entries_that_are_no_alerts_are_counted() {
        let page = Page::read(br#"{"value":[{"id":"a"},null,3,{}]}"#).unwrap();

        assert_eq!(page.alerts.len(), 2);
        assert_eq!(page.unreadable, 2);
    }

    #[test]
    fn a_link_of_another_type_is_not_overlooked() {
        assert_eq!(Page::read(br#"{"value":[],"@odata.nextLink":null}"#).unwrap().next_link, None);
        for link in ["7", "{}", "\"\""] {
            let body = format!(r#"{{"value":[],"@odata.nextLink":{link}}}"#);
            assert_eq!(Page::read(body.as_bytes()).unwrap().next_link.as_deref(), Some(""));
        }
    }

    #[test]
    fn reads_the_documented_bodies() {
        use crate::view::{FilePart, Role, Severity, Status};

        let page = Page::read(golden!("file_alerts_page.json")).unwrap();
        assert!(page.next_link.is_some());
        assert_eq!(page.unreadable, 0);
        assert!(Page::read(golden!("file_alerts_none.json")).unwrap().alerts.is_empty());

        let page = Page::read(golden!("file_alerts.json")).unwrap();
        assert_eq!(page.next_link, None);
        let alert = &page.alerts[0];
        assert!(alert.id.is_some() && alert.incident.is_some() && alert.title.is_some());
        assert!((Severity::Informational..=Severity::High).contains(&alert.severity.known));
        assert_ne!(alert.status.known, Status::Other);
        assert!(alert.last_event.is_some() && alert.created.is_some());
        assert!(alert.device.is_some() && alert.device_group.is_some());
        let sha1 = "2c1f9b7e5d3a80641f0e9c8b7a6d5e4f3a2b1c0d".parse().unwrap();
        let Role::Named { parts } = alert.evidence.role_of(sha1) else { panic!() };
        assert_eq!(parts[0].part, FilePart::File);

        for body in [
            golden!("error_forbidden.json"),
            golden!("error_unauthorized.json"),
            golden!("error_too_many_requests.json"),
            golden!("error_invalid_hash_value.json"),
        ] {
            let refusal = refusal(body);
            assert!(!refusal.message.is_empty() && !refusal.request.is_empty());
        }
    }

    #[test]
    fn reads_a_refusal_or_nothing() {
        let body = br#"{"error":{"code":"Forbidden","message":"Missing roles","target":"|1d2."}}"#;

        assert_eq!(
            refusal(body),
            Refusal { message: "Missing roles".into(), request: "|1d2.".into() }
        );
        assert_eq!(refusal(b"upstream connect error"), Refusal::default());
    }

    #[test]
    fn reads_retry_after_as_seconds_or_as_a_date() {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();

        assert_eq!(retry_after("42", now), Some(Duration::from_secs(42)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 12:01:00 GMT", now), Some(Duration::from_mins(1)));
        assert_eq!(
            retry_after("Tue, 24 Nov 2026 11:00:00 GMT", now),
            Some(Duration::ZERO),
            "a date that has passed"
        );
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-5", now), None);
    }
}
