//! The pages that the browser gets: fixed words, nothing of the request, no script.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    header::{self, HeaderName, HeaderValue},
};

use crate::words::sentence;

/// The answer was taken. What the authority will make of it is not known yet.
pub(super) fn answered() -> Response<Full<Bytes>> {
    page(StatusCode::OK, "browser.answered.title", "browser.answered.text")
}

/// Something that is no answer to this attempt.
pub(super) fn refused(status: StatusCode) -> Response<Full<Bytes>> {
    page(status, "browser.refused.title", "browser.refused.text")
}

/// The address was opened, rather than posted to.
pub(super) fn opened() -> Response<Full<Bytes>> {
    let mut response =
        page(StatusCode::METHOD_NOT_ALLOWED, "browser.opened.title", "browser.opened.text");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

/// Leads from an address with an answer in it to [`opened`], so that the answer leaves the
/// address bar.
pub(super) fn leave_the_address_bar() -> Response<Full<Bytes>> {
    let mut response = opened();
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    response
}

const STYLE: &str = include_str!("page.css");

/// The digest is that of [`STYLE`], in base64.
const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-WQEAZg+bZqCNmh7H6VOF9+wRMeCvdklC8BxhGvTRFZM='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

fn page(status: StatusCode, title: &'static str, text: &'static str) -> Response<Full<Bytes>> {
    let (title, text) = (sentence(title), sentence(text));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Droptrace</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n\
         </main>\n</body>\n</html>\n"
    );
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_the_style_of_the_page_and_nothing_else() {
        let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE));

        assert!(POLICY.contains(&format!("style-src 'sha256-{digest}'")), "{digest}");
        assert!(POLICY.starts_with("default-src 'none';"));
    }

    #[test]
    fn every_page_has_words_that_are_no_markup() {
        for part in ["answered", "refused", "opened"] {
            for kind in ["title", "text"] {
                let key: &'static str = format!("browser.{part}.{kind}").leak();
                let words = sentence(key);
                assert_ne!(words, key);
                assert!(!words.contains(['<', '>', '&']), "{words}");
            }
        }
    }
}
