//! What holds for any bytes that a server sends.

use std::{fs, path::Path};

use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::{headers::Said, next_link::next_page, wire, wire::Page};
use crate::alert::Alert;

/// Reads any bytes as a page of alerts, and shows all of it.
///
/// # Panics
///
/// If an entry is not kept exactly, or is another one when it is read again.
fn page(bytes: &[u8]) {
    let _ = wire::refusal(bytes, None);
    let Ok(page) = Page::read(bytes) else { return };
    let (text, ..) = encoding_rs::UTF_8.decode(bytes);
    for alert in &page.alerts {
        assert!(text.contains(&*alert.raw), "an entry that the text does not have");
        let again = Alert::read(&alert.raw).map(|again| (again.raw.clone(), again.detail(0)));
        assert_eq!(again, Ok((alert.raw.clone(), alert.detail(0))), "another one the second time");
        let rows = alert.evidence_rows(None, None, 0..usize::MAX);
        assert_eq!(rows.len(), alert.evidence_count(None) as usize);
        for at in 0..alert.raw_line_count() {
            assert!(alert.raw_line(at).is_some());
        }
    }
}

/// Reads any bytes as headers, a line each: `name: value`.
///
/// # Panics
///
/// If a request's id is anything but a short word, or a wait is made of nothing.
fn headers(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        let value = HeaderValue::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let now = "2026-11-24T12:00:00Z".parse().unwrap();

    let said = Said::by(&headers, now);

    if let Some(id) = &said.request {
        assert!((1..=100).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    assert!(said.retry_after.is_none() || headers.contains_key("retry-after"));
    assert_eq!(said, Said::by(&headers, now));
}

/// Reads any bytes as a link to the next page.
///
/// # Panics
///
/// If the next request goes elsewhere than the first one, or is no other.
fn next_link(bytes: &[u8]) {
    let first: Url = "https://api.example/api/files/aa/alerts".parse().unwrap();
    let Ok(next) = next_page(&first, &String::from_utf8_lossy(bytes)) else { return };
    assert_eq!(next.origin(), first.origin());
    assert_eq!(next.path(), first.path());
    assert_eq!((next.username(), next.password(), next.fragment()), ("", None, None));
    assert!(next.query_pairs().count() > 0, "the same page again");
    for (name, value) in next.query_pairs() {
        assert!(matches!(&*name, "$skip" | "$skiptoken") && !value.is_empty(), "{name}");
    }
}

/// Replays a corpus, and counts its files.
fn replay(corpus: &str, target: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpora").join(corpus);
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    files.inspect(|bytes| target(bytes)).count()
}

#[test]
fn the_corpora_are_read() {
    assert!(replay("alerts", page) >= 20);
    assert!(replay("headers", headers) >= 10);
    assert!(replay("next_link", next_link) >= 10);
}

const GOLDEN: [&str; 4] = [
    include_str!("../../../../practice-tenant/golden/file_alerts.json"),
    include_str!("../../../../practice-tenant/golden/file_alerts_page.json"),
    include_str!("../../../../practice-tenant/golden/file_alerts_none.json"),
    include_str!("../../../../practice-tenant/golden/error_forbidden.json"),
];

/// Bytes that turn one thing into another.
const MARKS: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "null",
    "\"\\ud800\"",
    "1e999",
    "\u{feff}",
    "{}",
    "[]",
    "\"value\":[],",
    "\"@odata.nextLink\":7,",
];

/// A golden body with a few places changed: bytes taken out, doubled, or something put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), 0_usize..40, 0_usize..3, 0_usize..MARKS.len());
    (0..GOLDEN.len(), prop::collection::vec(change, 0..6)).prop_map(|(golden, changes)| {
        let mut bytes = GOLDEN[golden].as_bytes().to_vec();
        for (at, length, kind, mark) in changes {
            let at = at.index(bytes.len().max(1)).min(bytes.len());
            let end = (at + length).min(bytes.len());
            match kind {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, bytes[at..end].to_vec()).count()),
                _ => drop(bytes.splice(at..at, MARKS[mark].bytes()).count()),
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn a_golden_body_that_was_changed_is_read_or_refused(bytes in mutated()) {
        page(&bytes);
    }

    #[test]
    fn a_golden_body_that_was_cut_is_never_a_page(
        golden in 0_usize..3,
        end in any::<prop::sample::Index>(),
    ) {
        let body = GOLDEN[golden].trim_end().as_bytes();
        prop_assert!(Page::read(&body[..end.index(body.len())]).is_err());
        page(&body[..end.index(body.len())]);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        page(&bytes);
        headers(&bytes);
        next_link(&bytes);
    }

    #[test]
    fn any_headers_are_read(
        name in "retry-after|date|warning|request-id|x-ms-request-id|content-encoding",
        value in "[ -~]{0,30}|[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{1,5} [0-9:]{5,9} GMT",
    ) {
        headers(format!("{name}: {value}\n{name}: 7").as_bytes());
    }

    #[test]
    fn any_link_leads_to_the_first_requests_path_or_nowhere(
        link in "(https?:)?[/\\\\]{0,3}[a-z.@:]{0,12}/?(api/files/aa/alerts)?[?#&$=%a-z0-9]{0,30}",
    ) {
        next_link(link.as_bytes());
    }
}
