//! The token endpoint (RFC 6749, sections 4.1.3 and 6): one attempt a call, no redirects, a bounded
//! body.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::IgnoredAny};
use url::form_urlencoded;

use super::{
    AccessToken, AuthorityRefusal, Claims, Endpoints, Granted, authorization::requested_scope,
    challenge, error::InvalidAnswer, refusal, refusal::Decision,
};
use crate::network::Client;

/// What the authority gave.
pub(super) struct Grant<E> {
    pub(super) access_token: AccessToken<E>,
    /// A new one with each use; absent means that the old one stays.
    pub(super) refresh_token: Option<SecretString>,
    pub(super) id_token: Option<SecretString>,
    /// How long the access token is good for, from now on.
    pub(super) good_for: Duration,
    /// The scopes, as the response named them.
    pub(super) scope: Option<String>,
    /// The authority's time, if the response told it.
    pub(super) sent: Option<Timestamp>,
}

impl<E: Endpoints> Grant<E> {
    /// What was granted of what `endpoints` ask for.
    pub(super) fn granted(&self, endpoints: &E) -> Granted {
        Granted::by(self.scope.as_deref(), endpoints, self.refresh_token.is_some())
    }
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
    http: &Client,
    endpoints: &E,
    code: &SecretString,
    redirect: &str,
    verifier: &str,
    claims: Option<&Claims>,
) -> Result<Grant<E>, TokenError> {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.expose_secret()),
        ("redirect_uri", redirect),
        ("code_verifier", verifier),
    ];
    call(http, endpoints, &form, claims).await
}

/// Exchanges a refresh token; `claims` are what the API asked for with a challenge.
pub(super) async fn refresh<E: Endpoints>(
    http: &Client,
    endpoints: &E,
    refresh_token: &SecretString,
    claims: Option<&Claims>,
) -> Result<Grant<E>, TokenError> {
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
    call(http, endpoints, &form, claims).await
}

async fn call<E: Endpoints>(
    http: &Client,
    endpoints: &E,
    form: &[(&str, &str)],
    claims: Option<&Claims>,
) -> Result<Grant<E>, TokenError> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", endpoints.client_id())
        .append_pair("scope", &requested_scope(endpoints))
        .append_pair("claims", &challenge::parameter(claims))
        .extend_pairs(form)
        .finish();
    let url = endpoints.token_url();
    let host = url.host_str().unwrap_or_default().to_owned();
    let unreachable = |error: reqwest::Error| {
        http.failed(&error);
        TokenError::Unreachable { host: host.clone(), source: Some(error.without_url()) }
    };

    let mut response = http
        .current()
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .body(body)
        .send()
        .await
        .map_err(unreachable)?;
    let status = response.status();
    let sent = date(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(InvalidAnswer::NotATokenResponse.into());
        }
        body.extend_from_slice(&chunk);
    }

    judge(status, &body).map(|grant| Grant { sent, ..grant }).map_err(|error| match error {
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
    let refusal = refusal::read(body).ok_or(Failure::Passing)?;
    let passing = status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || refusal.decision() == Decision::Passing;
    Err(if passing { Failure::Passing } else { Failure::Refused(refusal) })
}

/// What a response says of the time at which it was sent.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    Timestamp::try_from(date).ok()
}

#[derive(Deserialize)]
struct Response {
    access_token: SecretString,
    token_type: String,
    expires_in: Number,
    refresh_in: Option<Number>,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
    scope: Option<String>,
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
        scope: response.scope.filter(|scope| !scope.trim().is_empty()),
        sent: None,
    })
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
        let scope = "openid profile https://api.securitycenter.microsoft.com/Alert.Read";
        assert_eq!(grant.scope.as_deref(), Some(scope));
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
    fn what_was_granted_is_what_is_named_or_else_what_was_asked_for() {
        let endpoints = practice();
        let granted = |more: &str| {
            let body =
                format!(r#"{{"token_type":"Bearer","expires_in":1,"access_token":"a"{more}}}"#);
            grant(&body).unwrap().granted(&endpoints)
        };

        let less = granted(r#","scope":"openid profile","refresh_token":"r""#);
        assert!(less.is_told && less.offline && !less.alert_read && !less.alert_read_write);
        assert_eq!(less.words, ["openid", "profile"]);
        for more in ["", r#","scope":" ""#, r#","scope":null"#] {
            let asked = granted(more);
            assert!(!asked.is_told && !asked.offline && asked.alert_read, "{more}");
            assert_eq!(asked.words, ["openid", "profile", "offline_access", "api://x/Alert.Read"]);
        }
        let stepped_up = practice().with_permission(crate::view::Permission::AlertReadWrite);
        assert!(Granted::asked(&stepped_up, true).alert_read_write);
    }

    fn practice() -> PracticeEndpoints {
        PracticeEndpoints::new(crate::identity::PracticeFacts {
            authority: 1,
            api: 2,
            portal: 3,
            tenant: "tenant".into(),
            tenant_name: "Tenant".into(),
            client: "client".into(),
            scope: "api://x/Alert.Read".into(),
            sees: Vec::new(),
        })
    }

    #[test]
    fn the_authoritys_time_is_read_where_it_is_told() {
        let mut headers = HeaderMap::new();
        assert_eq!(date(&headers), None);
        headers.insert(DATE, "Tue, 24 Nov 2026 12:01:00 GMT".parse().unwrap());
        assert_eq!(date(&headers), Some("2026-11-24T12:01:00Z".parse().unwrap()));
        headers.insert(DATE, "soon".parse().unwrap());
        assert_eq!(date(&headers), None);
    }

    proptest! {
        #[test]
        fn bytes_that_are_no_grant_give_none(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(judge::<PracticeEndpoints>(StatusCode::OK, &body).is_err());
        }
    }
}
