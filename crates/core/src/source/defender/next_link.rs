//! The link to the next page, of which only the position is taken.
//!
//! A link is text from outside and the request carries a token: host, port and scheme of the link
//! are ignored, and the position goes onto the request that we made.

use std::collections::HashSet;

use url::Url;

/// The longest link that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// The link is not acceptable: it is no web address, carries user info or another path, or names no
/// position or one twice.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link to the next page is not acceptable")]
pub(super) struct LinkRefused;

/// The request for the next page: `first` with the position that `link` names.
pub(super) fn next_page(first: &Url, link: &str) -> Result<Url, LinkRefused> {
    if link.len() > LONGEST {
        return Err(LinkRefused);
    }
    let link = first.join(link).map_err(|_| LinkRefused)?;
    let is_web = matches!(link.scheme(), "https" | "http");
    let same_path = link.path().eq_ignore_ascii_case(first.path());
    if !is_web || !same_path || !link.username().is_empty() || link.password().is_some() {
        return Err(LinkRefused);
    }
    let mut named = HashSet::new();
    let mut next = first.clone();
    for (name, value) in link.query_pairs() {
        if matches!(&*name, "$skip" | "$skiptoken") {
            next.query_pairs_mut().append_pair(&name, &value);
            // Of two positions of one name, nobody knows which is meant.
            if value.is_empty() || !named.insert(name) {
                return Err(LinkRefused);
            }
        }
    }
    if named.is_empty() { Err(LinkRefused) } else { Ok(next) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(link: &str) -> Result<String, LinkRefused> {
        let first = "https://api.example/api/files/aa/alerts".parse().unwrap();
        next_page(&first, link).map(String::from)
    }

    #[test]
    fn takes_the_position_and_nothing_else() {
        let expected = Ok("https://api.example/api/files/aa/alerts?%24skiptoken=x%26y".to_owned());

        assert_eq!(next("https://api.example/api/files/aa/alerts?$skiptoken=x%26y"), expected);
        assert_eq!(
            next("https://evil.example:8443/api/files/aa/alerts?$skiptoken=x%26y"),
            expected
        );
        assert_eq!(next("http://api.example/api/files/AA/alerts?$skiptoken=x%26y&a=b"), expected);
        assert_eq!(next("//evil.example/api/files/aa/alerts?$skiptoken=x%26y"), expected);
    }

    #[test]
    fn refuses_what_names_no_position_on_this_path() {
        for link in [
            "",
            "not a link",
            "https://api.example/api/files/aa/alerts",
            "https://api.example/api/files/aa/alerts?$top=5",
            "https://api.example/api/../x?$skip=1",
            "https://api.example/api/%2e%2e/admin?$skip=1",
            "https://api.example@evil.example/api/files/bb/alerts?$skip=1",
            "https://user@api.example/api/files/aa/alerts?$skip=1",
            "https://:password@api.example/api/files/aa/alerts?$skip=1",
            "data:text/plain,x?$skip=1",
            "https:\\\\evil.example?$skip=1",
            "https://[/?$skip=1",
            "data:/api/files/aa/alerts?$skip=1",
            "javascript:/api/files/aa/alerts?$skip=1",
            "file:///api/files/aa/alerts?$skip=1",
            "?$skip=1&$skip=1",
            "?$skip=1&%24skip=2",
            "?$skiptoken=a&$skip=1&$skiptoken=b",
            "?$skiptoken=",
            "?$skip",
        ] {
            assert_eq!(next(link), Err(LinkRefused), "{link}");
        }
        assert_eq!(next(&format!("?$skip={}", "1".repeat(LONGEST))), Err(LinkRefused));
    }
}
