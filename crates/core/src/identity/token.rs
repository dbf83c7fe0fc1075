//! The token endpoint (RFC 6749, sections 4.1.3 and 6): one attempt a call, no redirects, a bounded
//! body.

use std::time::Duration;

use reqwest::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::IgnoredAny};
use url::form_urlencoded;

use super::{
    AccessToken, AuthorityRefusal, Endpoints, authorization::requested_scope, error::InvalidAnswer,
    without_tokens,
};

/// What the authority gave.
pub(super) struct Grant<E> {
    pub(super) access_token: AccessToken<E>,
    /// A new one with each use; absent means that the old one stays.
    pub(super) refresh_token: Option<SecretString>,
    pub(super) id_token: Option<SecretString>,
    /// How long the access token is good for, from now on.
    pub(super) good_for: Duration,
}

/// Why the authority gave nothing. Carries no body and no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum TokenError {
    #[error("the authority refused")]
    Refused(AuthorityRefusal),
    #[error("the authority could not be reached")]
    Unreachable {
        host: String,
        #[source]
        source: Option<reqwest::Error>,
    },
    #[error(transparent)]
    Invalid(#[from] InvalidAnswer),
}

/// The most bytes of a token response.
const LARGEST_BODY: usize = 1 << 20;

/// Exchanges a code. A code is good once: after a failure the person starts again.
pub(super) async fn redeem<E: Endpoints>(
    http: &reqwest::Client,
    endpoints: &E,
    code: &SecretString,
    redirect: &str,
    verifier: &str,
) -> Result<Grant<E>, TokenError> {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.expose_secret()),
        ("redirect_uri", redirect),
        ("code_verifier", verifier),
    ];
    call(http, endpoints, &form).await
}

/// Exchanges a refresh token.
pub(super) async fn refresh<E: Endpoints>(
    http: &reqwest::Client,
    endpoints: &E,
    refresh_token: &SecretString,
) -> Result<Grant<E>, TokenError> {
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
    call(http, endpoints, &form).await
}

async fn call<E: Endpoints>(
    http: &reqwest::Client,
    endpoints: &E,
    form: &[(&str, &str)],
) -> Result<Grant<E>, TokenError> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", endpoints.client_id())
        .append_pair("scope", &requested_scope(endpoints))
        .extend_pairs(form)
        .finish();
    let url = endpoints.token_url();
    let host = url.host_str().unwrap_or_default().to_owned();
    let unreachable = |error: reqwest::Error| TokenError::Unreachable {
        host: host.clone(),
        source: Some(error.without_url()),
    };

    let mut response = http
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .body(body)
        .send()
        .await
        .map_err(unreachable)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(InvalidAnswer::NotATokenResponse.into());
        }
        body.extend_from_slice(&chunk);
    }

    judge(status, &body).map_err(|error| match error {
        Failure::Refused(refusal) => TokenError::Refused(refusal),
        Failure::Invalid(invalid) => TokenError::Invalid(invalid),
        Failure::Passing => {
            tracing::warn!(%status, "the authority, or something before it, failed");
            TokenError::Unreachable { host, source: None }
        }
    })
}

/// What a response that arrived whole is, if it is no grant.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    Refused(AuthorityRefusal),
    Invalid(InvalidAnswer),
    /// The authority's own trouble, or the page of a proxy or a network's log-in.
    Passing,
}

fn judge<E: Endpoints>(status: StatusCode, body: &[u8]) -> Result<Grant<E>, Failure> {
    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Err(Failure::Passing);
    }
    if status.is_success() {
        return read_grant(body).map_err(Failure::Invalid);
    }
    let refusal = read_refusal(body).ok_or(Failure::Passing)?;
    let passing = status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || matches!(&*refusal.error, "temporarily_unavailable" | "server_error");
    Err(if passing { Failure::Passing } else { Failure::Refused(refusal) })
}

#[derive(Deserialize)]
struct Response {
    access_token: SecretString,
    token_type: String,
    expires_in: Number,
    refresh_in: Option<Number>,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
}

/// Seconds: a number, or (older endpoints) its digits.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(u64),
    Digits(String),
}

impl Number {
    fn seconds(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Digits(digits) => digits.parse().ok(),
        }
    }
}

fn read_grant<E: Endpoints>(body: &[u8]) -> Result<Grant<E>, InvalidAnswer> {
    // A token of more than a day is believed for a day.
    const LONGEST: u64 = 24 * 3_600;

    let response: Response =
        serde_json::from_slice(body).map_err(|_| InvalidAnswer::NotATokenResponse)?;
    if !response.token_type.eq_ignore_ascii_case("Bearer") {
        return Err(InvalidAnswer::NotBearer);
    }
    let expires = response.expires_in.seconds().ok_or(InvalidAnswer::NotATokenResponse)?;
    let refresh = response.refresh_in.as_ref().and_then(Number::seconds).unwrap_or(u64::MAX);
    Ok(Grant {
        access_token: AccessToken::new(&response.access_token)?,
        refresh_token: response.refresh_token,
        id_token: response.id_token,
        good_for: Duration::from_secs(expires.min(refresh).min(LONGEST)),
    })
}

fn read_refusal(body: &[u8]) -> Option<AuthorityRefusal> {
    #[derive(Deserialize)]
    struct Body {
        error: String,
        error_description: Option<String>,
        suberror: Option<String>,
        error_codes: Option<Vec<u32>>,
        claims: Option<String>,
        correlation_id: Option<String>,
        timestamp: Option<String>,
    }
    let body: Body = serde_json::from_slice(body).ok()?;
    let described = body.error_description.as_deref().map(described).unwrap_or_default();
    Some(AuthorityRefusal {
        error: cut(body.error),
        suberror: body.suberror.map(cut).filter(|suberror| !suberror.is_empty()),
        number: body.error_codes.and_then(|codes| codes.first().copied()).or(described.number),
        challenged: body.claims.is_some_and(|claims| !claims.is_empty()),
        correlation: body.correlation_id.map(cut).or(described.correlation),
        time: body.timestamp.map(cut).or(described.time),
    })
}

/// What an error in the browser's answer says: only a text carries the details there.
pub(super) fn refusal_in_browser(error: String, description: &str) -> AuthorityRefusal {
    AuthorityRefusal { error: cut(error), ..described(description) }
}

/// The details that Entra writes into its description, for help and support only.
fn described(description: &str) -> AuthorityRefusal {
    let after = |mark: &str| {
        let rest = &description[description.find(mark)? + mark.len()..];
        let value = rest.lines().next().unwrap_or_default().trim();
        (!value.is_empty()).then(|| cut(value))
    };
    let digits = after("AADSTS").unwrap_or_default();
    let digits = digits.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    AuthorityRefusal {
        error: String::new(),
        suberror: None,
        number: digits.parse().ok(),
        challenged: false,
        correlation: after("Correlation ID:"),
        time: after("Timestamp:"),
    }
}

/// What is kept of the authority's text: no token that it repeats, and 200 bytes at most.
fn cut(text: impl AsRef<str>) -> String {
    let mut text = without_tokens(text.as_ref());
    text.truncate(text.floor_char_boundary(200));
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identity::PracticeEndpoints;

    fn grant(body: &str) -> Result<Grant<PracticeEndpoints>, InvalidAnswer> {
        read_grant(body.as_bytes())
    }

    #[test]
    fn reads_a_grant_whose_seconds_are_a_number_or_digits() {
        for seconds in ["3599", "\"3599\""] {
            let grant = grant(&format!(
                r#"{{"token_type":"bearer","expires_in":{seconds},"access_token":"a.b.c"}}"#
            ))
            .unwrap();
            assert_eq!(grant.good_for, Duration::from_secs(3_599));
            assert!(grant.refresh_token.is_none());
        }
    }

    #[test]
    fn reads_the_documented_bodies() {
        let golden = include_str!("../../../practice-tenant/golden/authority_token.json");
        let grant = grant(golden).unwrap();
        assert!(grant.refresh_token.is_some() && grant.id_token.is_some());
        assert_eq!(grant.good_for, Duration::from_secs(3_599));

        let golden =
            include_bytes!("../../../practice-tenant/golden/authority_error_invalid_grant.json");
        let refusal = read_refusal(golden).unwrap();
        assert_eq!(
            (&*refusal.error, refusal.suberror.as_deref()),
            ("invalid_grant", Some("bad_token"))
        );
        assert_eq!(refusal.number, Some(50_173));
        assert!(refusal.correlation.is_some() && refusal.time.is_some());
    }

    #[test]
    fn a_token_that_fits_no_header_is_refused() {
        for token in ["", "a b", "a\\r\\nX: y", "é"] {
            let body =
                format!(r#"{{"token_type":"Bearer","expires_in":1,"access_token":"{token}"}}"#);
            assert_eq!(grant(&body).err(), Some(InvalidAnswer::TokenForm), "{token}");
        }
        let proof = r#"{"token_type":"pop","expires_in":1,"access_token":"a"}"#;
        assert_eq!(grant(proof).err(), Some(InvalidAnswer::NotBearer));
        assert_eq!(grant("<html>").err(), Some(InvalidAnswer::NotATokenResponse));
    }

    #[test]
    fn what_passes_is_no_refusal() {
        let judge = |status: u16, body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            judge::<PracticeEndpoints>(status, body.as_bytes()).map(|_| ()).unwrap_err()
        };
        let refusal = |error: &str| {
            Failure::Refused(AuthorityRefusal {
                error: error.into(),
                ..AuthorityRefusal::default()
            })
        };

        for (status, body) in [
            (200, "<html>log in to the guest network</html>"),
            (200, ""),
            (302, "<html>moved</html>"),
            (400, "<html>blocked by the proxy</html>"),
            (400, r#"{"message":"no OAuth error"}"#),
            (400, r#"{"error":"temporarily_unavailable"}"#),
            (429, r#"{"error":"invalid_request"}"#),
            (500, r#"{"error":"invalid_grant"}"#),
            (503, ""),
        ] {
            assert_eq!(judge(status, body), Failure::Passing, "{status} {body}");
        }
        assert_eq!(judge(400, r#"{"error":"invalid_grant"}"#), refusal("invalid_grant"));
        assert_eq!(judge(401, r#"{"error":"invalid_client"}"#), refusal("invalid_client"));
        assert_eq!(judge(200, "{}"), Failure::Invalid(InvalidAnswer::NotATokenResponse));
    }

    #[test]
    fn a_response_in_error_prints_no_secret() {
        let body = r#"{"token_type":"Bearer","expires_in":1,"access_token":"secret value","refresh_token":"secret-too"}"#;

        let error = judge::<PracticeEndpoints>(StatusCode::OK, body.as_bytes()).err().unwrap();

        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }

    #[test]
    fn reads_a_refusal_of_entra() {
        let body = r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired.\r\nTrace ID: t\r\nCorrelation ID: c-1\r\nTimestamp: 2026-01-09 02:02:12Z","error_codes":[70008],"timestamp":"2026-01-09 02:02:12Z","trace_id":"t","correlation_id":"c-1","suberror":"token_expired"}"#;

        let refusal = read_refusal(body.as_bytes()).unwrap();

        assert_eq!(refusal.error, "invalid_grant");
        assert_eq!(refusal.suberror.as_deref(), Some("token_expired"));
        assert_eq!(refusal.number, Some(70_008));
        assert_eq!(refusal.correlation.as_deref(), Some("c-1"));
    }

    #[test]
    fn reads_the_details_in_a_browsers_answer() {
        let refusal = refusal_in_browser(
            "server_error".into(),
            "AADSTS65001: no consent. Trace ID: t\r\nCorrelation ID: c-2\r\nTimestamp: now",
        );

        assert_eq!(refusal.number, Some(65_001));
        assert_eq!(refusal.correlation.as_deref(), Some("c-2"));
        assert_eq!(refusal.time.as_deref(), Some("now"));
        assert_eq!(refusal_in_browser("x".into(), "").number, None);
    }

    proptest! {
        #[test]
        fn whatever_the_description_says_is_read_and_cut(
            before in ".{0,300}", number in ".{0,20}", id in ".{0,300}",
        ) {
            let description = format!("{before}AADSTS{number}Correlation ID: {id}");

            let refusal = refusal_in_browser(before, &description);

            prop_assert!(refusal.error.len() <= 200);
            prop_assert!(refusal.correlation.unwrap_or_default().len() <= 200);
        }

        #[test]
        fn bytes_that_are_no_grant_give_none(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(judge::<PracticeEndpoints>(StatusCode::OK, &body).is_err());
        }
    }
}
