//! The claims challenge of an API (continuous access evaluation): a 401 that asks for a token with
//! more in it, in `WWW-Authenticate` (RFC 9110, section 11.6.1; "Claims challenges, claims requests
//! and client capabilities" page).

use http_auth::ChallengeRef;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

use crate::identity::Claims;

/// The longest header that is looked into, in bytes: a claims request and what stands around it.
const LONGEST: usize = 2 * Claims::LONGEST;

/// What the first challenge that asks for claims asks for. There may be several headers, and
/// several challenges in one; one that cannot be read counts as none.
///
/// Where a challenge says the authority is (`authorization_uri`) is of no interest: the authority is
/// fixed with the session.
pub(super) fn claims(headers: &HeaderMap) -> Option<Claims> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .filter(|header| header.len() <= LONGEST)
        .filter_map(|header| http_auth::parse_challenges(header).ok())
        .flatten()
        .find_map(|challenge| asked_by(&challenge))
}

fn asked_by(challenge: &ChallengeRef<'_>) -> Option<Claims> {
    let is_asking = challenge.scheme.eq_ignore_ascii_case("Bearer")
        && parameter(challenge, "error")? == "insufficient_claims";
    if !is_asking {
        return None;
    }
    Claims::of_base64(&parameter(challenge, "claims")?).ok()
}

/// A parameter that the challenge has once: of two nobody knows which is meant.
fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let mut values = challenge.params.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.to_unescaped())
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    const JSON: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;

    fn encoded() -> String {
        BASE64_STANDARD.encode(JSON)
    }

    fn read(headers: &[&str]) -> Option<Claims> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(WWW_AUTHENTICATE, HeaderValue::from_bytes(header.as_bytes()).unwrap());
        }
        claims(&map)
    }

    #[test]
    fn a_challenge_is_found_wherever_it_stands() {
        let asked = Some(Claims::of_json(JSON).unwrap());
        let claims = encoded();
        let usual = format!(
            r#"Bearer realm="", authorization_uri="https://evil.example/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="{claims}""#
        );
        let turned = format!(r#"bearer CLAIMS="{claims}",Error="insufficient_claims""#);
        let padless = claims.trim_end_matches('=');
        let bare = format!("Bearer error=insufficient_claims, claims={padless}");
        let escaped = format!(r#"Bearer error="insufficient\_claims", claims="{claims}""#);
        let second = format!(r#"Basic realm="a, Bearer b", {usual}"#);
        for header in [&usual, &turned, &bare, &escaped, &second] {
            assert_eq!(read(&[header]), asked, "{header}");
        }
        assert_eq!(read(&["Negotiate", "Bearer realm=\"", &usual]), asked);
        assert_eq!(read(&[r#"Bearer error="invalid_token""#, &usual]), asked);
    }

    #[test]
    fn what_asks_for_nothing_or_makes_no_sense_is_no_challenge() {
        let claims = encoded();
        let with =
            |claims: &str| format!(r#"Bearer error="insufficient_claims", claims="{claims}""#);
        let odd = BASE64_STANDARD.encode(r#"{"access_token":{},"userinfo":{}}"#);
        let large = BASE64_STANDARD
            .encode(format!(r#"{{"id_token":{{"x":"{}"}}}}"#, "a".repeat(Claims::LONGEST)));
        for header in [
            String::new(),
            "Bearer".to_owned(),
            format!(r#"Bearer claims="{claims}""#),
            format!(r#"Bearer error="invalid_token", claims="{claims}""#),
            format!(r#"Bearer error="Insufficient_Claims", claims="{claims}""#),
            format!(r#"PoP error="insufficient_claims", claims="{claims}""#),
            r#"Bearer error="insufficient_claims""#.to_owned(),
            format!(r#"Bearer error="insufficient_claims", Basic claims="{claims}""#),
            format!(r#"{}, claims="{claims}""#, with(&claims)),
            format!(r#"Bearer realm="error=\"insufficient_claims\", claims=\"{claims}\"""#),
            with(""),
            with("!"),
            with("e30="),
            with(&odd),
            with(&large),
            with(&claims)[1..].to_owned(),
            with(&claims).trim_end_matches('"').to_owned(),
        ] {
            assert_eq!(read(&[&header]), None, "{header}");
        }
        assert_eq!(read(&[]), None);
    }

    proptest! {
        #[test]
        fn any_headers_are_read(headers in prop::collection::vec("[ -~\t]{0,120}", 0..4)) {
            let _ = read(&headers.iter().map(String::as_str).collect::<Vec<_>>());
        }

        #[test]
        fn a_challenge_among_others_in_any_order_is_found(
            realm in "[ !#-\\[\\]-~]{0,20}",
            shuffled in Just(vec![0_usize, 1, 2]).prop_shuffle(),
            comma in "[ ]{0,2},[ \t]{0,2}",
            before in any::<bool>(),
        ) {
            let parameters = [
                format!(r#"realm="{realm}""#),
                r#"error="insufficient_claims""#.to_owned(),
                format!(r#"claims="{}""#, encoded()),
            ];
            let parameters: Vec<&str> = shuffled.iter().map(|at| &*parameters[*at]).collect();
            let bearer = format!("Bearer {}", parameters.join(&comma));
            let header = if before { format!(r#"Basic realm="x", {bearer}"#) } else { bearer };
            prop_assert_eq!(read(&[&header]), Some(Claims::of_json(JSON).unwrap()));
        }
    }
}
