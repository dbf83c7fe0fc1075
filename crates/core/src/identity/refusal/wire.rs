//! How the authority writes a refusal: as JSON at the token endpoint, as a text in the browser.

use serde::Deserialize;
use serde_json::Value;

use super::AuthorityRefusal;
use crate::identity::{Claims, without_tokens};

/// Reads the body of a refusal (RFC 6749, section 5.2); none if it is not of that form.
pub(in crate::identity) fn read(body: &[u8]) -> Option<AuthorityRefusal> {
    #[derive(Deserialize)]
    struct Body {
        error: String,
        error_description: Option<Value>,
        suberror: Option<Value>,
        error_codes: Option<Value>,
        claims: Option<Value>,
        correlation_id: Option<Value>,
        timestamp: Option<Value>,
    }
    // What is only for help is taken as far as it is of its form.
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    let body: Body = serde_json::from_slice(body).ok()?;
    let described = text(body.error_description).as_deref().map(described).unwrap_or_default();
    let number = body.error_codes.and_then(|codes| codes.get(0)?.as_u64()?.try_into().ok());
    // Claims of another form are a challenge too, of which nothing can be made.
    let challenged = body.claims.as_ref().is_some_and(|claims| claims != "" && !claims.is_null());
    Some(AuthorityRefusal {
        error: cut(body.error),
        suberror: text(body.suberror).map(cut),
        number: number.or(described.number),
        challenged,
        claims: text(body.claims).and_then(|claims| Claims::of_json(&claims).ok()),
        correlation: text(body.correlation_id).map(boxed).or(described.correlation),
        time: text(body.timestamp).map(boxed).or(described.time),
    })
}

/// What an error in the browser's answer says: only a text carries the details there.
pub(in crate::identity) fn in_browser(error: String, description: &str) -> AuthorityRefusal {
    AuthorityRefusal { error: cut(error), ..described(description) }
}

/// The details that Entra writes into its description, for help and support only.
fn described(description: &str) -> AuthorityRefusal {
    let lower = description.to_ascii_lowercase(); // with every byte at its place
    let after = |mark: &str| {
        let rest = &description[lower.find(mark)? + mark.len()..];
        let value = rest.lines().next().unwrap_or_default().trim();
        (!value.is_empty()).then(|| boxed(value))
    };
    let number = lower.match_indices("aadsts").find_map(|(at, mark)| {
        let rest = lower[at + mark.len()..].trim_start_matches([' ', ':']);
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    });
    AuthorityRefusal {
        error: String::new(),
        suberror: None,
        number,
        challenged: false,
        claims: None,
        correlation: after("correlation id:"),
        time: after("timestamp:"),
    }
}

fn boxed(text: impl AsRef<str>) -> Box<str> {
    cut(text).into()
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

    #[test]
    fn reads_the_documented_body() {
        let golden =
            include_bytes!("../../../../practice-tenant/golden/authority_error_invalid_grant.json");
        let refusal = read(golden).unwrap();
        assert_eq!(
            (&*refusal.error, refusal.suberror.as_deref()),
            ("invalid_grant", Some("bad_token"))
        );
        assert_eq!(refusal.number, Some(50_173));
        assert!(refusal.correlation.is_some() && refusal.time.is_some());
    }

    #[test]
    fn the_claims_of_a_refusal_are_kept_if_they_make_sense() {
        let refusal = |claims: &str| {
            let body = serde_json::json!({"error": "interaction_required", "claims": claims});
            read(body.to_string().as_bytes()).unwrap()
        };
        let claims = r#"{"access_token":{"capolids":{"essential":true,"values":["p-1"]}}}"#;

        let wanted = refusal(claims);
        assert!(wanted.challenged);
        assert_eq!(wanted.claims, Some(Claims::of_json(claims).unwrap()));
        let odd = refusal("[]");
        assert!(odd.challenged && odd.claims.is_none());
        assert!(!refusal("").challenged);
    }

    #[test]
    fn reads_a_refusal_of_entra() {
        let body = r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired.\r\nTrace ID: t\r\nCorrelation ID: c-1\r\nTimestamp: 2026-01-09 02:02:12Z","error_codes":[70008],"timestamp":"2026-01-09 02:02:12Z","trace_id":"t","correlation_id":"c-1","suberror":"token_expired"}"#;

        let refusal = read(body.as_bytes()).unwrap();

        assert_eq!(refusal.error, "invalid_grant");
        assert_eq!(refusal.suberror.as_deref(), Some("token_expired"));
        assert_eq!(refusal.number, Some(70_008));
        assert_eq!(refusal.correlation.as_deref(), Some("c-1"));
    }

    #[test]
    fn what_is_for_help_alone_does_not_hide_the_refusal_by_its_form() {
        let odd = serde_json::json!({
            "error": "invalid_grant", "suberror": "bad_token", "error_codes": "50173",
            "error_description": ["x"], "claims": {"access_token": {}}, "timestamp": 7,
            "correlation_id": null,
        });

        let refusal = read(odd.to_string().as_bytes()).unwrap();

        assert_eq!(refusal.suberror.as_deref(), Some("bad_token"));
        assert_eq!((refusal.number, refusal.correlation, refusal.time), (None, None, None));
        assert!(refusal.challenged && refusal.claims.is_none());
        for codes in [serde_json::json!([]), serde_json::json!([-1]), serde_json::json!({})] {
            let body = serde_json::json!({"error": "x", "error_codes": codes});
            assert_eq!(read(body.to_string().as_bytes()).unwrap().number, None);
        }
        assert!(read(br#"{"error": 7}"#).is_none());
    }

    #[test]
    fn reads_the_details_in_a_browsers_answer() {
        let refusal = in_browser(
            "server_error".into(),
            "AADSTS65001: no consent. Trace ID: t\r\nCorrelation ID: c-2\r\nTimestamp: now",
        );

        assert_eq!(refusal.number, Some(65_001));
        assert_eq!(refusal.correlation.as_deref(), Some("c-2"));
        assert_eq!(refusal.time.as_deref(), Some("now"));
        assert_eq!(in_browser("x".into(), "").number, None);
    }

    proptest! {
        #[test]
        fn whatever_the_description_says_is_read_and_cut(
            before in ".{0,300}", number in ".{0,20}", id in ".{0,300}",
        ) {
            let description = format!("{before}AADSTS{number}Correlation ID: {id}");

            let refusal = in_browser(before, &description);

            prop_assert!(refusal.error.len() <= 200);
            prop_assert!(refusal.correlation.unwrap_or_default().len() <= 200);
        }
    }
}
