//! Claims that an API or the authority asks for beyond those of a usual token, and the one thing
//! that this app says of itself: that it can be asked so (continuous access evaluation, "Claims
//! challenges, claims requests and client capabilities" page).

use std::fmt;

use base64::{
    Engine,
    alphabet::{self, Alphabet},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value, json};

/// A claims request (OIDC Core 1.0, section 5.5): a JSON object of at most 8 KiB whose members are
/// `access_token` and `id_token` at most, each an object.
///
/// Kept as it came, to be passed on unchanged; only the capability of this app is added to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims(Box<Map<String, Value>>);

/// The text is no claims request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a claims request")]
pub struct ClaimsForm;

impl Claims {
    /// The most bytes of a claims request.
    pub const LONGEST: usize = 8 * 1024;

    /// Reads it as JSON, the form in which the authority sends it.
    ///
    /// # Errors
    ///
    /// If it is of another form, or larger than [`LONGEST`](Self::LONGEST).
    pub fn of_json(text: &str) -> Result<Self, ClaimsForm> {
        if text.len() > Self::LONGEST {
            return Err(ClaimsForm);
        }
        let members: Map<String, Value> = serde_json::from_str(text).map_err(|_| ClaimsForm)?;
        let is_right = !members.is_empty()
            && members.iter().all(|(name, claims)| {
                matches!(&**name, "access_token" | "id_token") && claims.is_object()
            });
        if is_right { Ok(Self(Box::new(members))) } else { Err(ClaimsForm) }
    }

    /// Reads it as base64 of JSON, the form in which an API sends it: in the usual alphabet or in
    /// that for URLs, padded or not.
    ///
    /// # Errors
    ///
    /// As [`of_json`](Self::of_json).
    pub fn of_base64(text: &str) -> Result<Self, ClaimsForm> {
        if text.len() > Self::LONGEST.div_ceil(3) * 4 {
            return Err(ClaimsForm);
        }
        let alphabet =
            if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
        let json = lenient(alphabet).decode(text).map_err(|_| ClaimsForm)?;
        Self::of_json(std::str::from_utf8(&json).map_err(|_| ClaimsForm)?)
    }
}

/// The `claims` parameter of a request to the authority: what is asked for, and that this app can be
/// challenged (`cp1`).
pub(super) fn parameter(claims: Option<&Claims>) -> String {
    let mut members = claims.map(|claims| (*claims.0).clone()).unwrap_or_default();
    let of_access_token = members.entry("access_token").or_insert_with(|| json!({}));
    if let Some(of_access_token) = of_access_token.as_object_mut() {
        of_access_token.insert("xms_cc".to_owned(), json!({ "values": ["cp1"] }));
    }
    Value::Object(members).to_string()
}

fn lenient(alphabet: &Alphabet) -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims(..)")
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::{
        BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD,
    };
    use proptest::prelude::*;

    use super::*;

    /// As Entra's page has it, with characters whose base64 differs between the alphabets.
    const CHALLENGE: &str =
        r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"},"x":{"value":"ÿ??>"}}}"#;

    #[test]
    fn it_is_read_in_either_alphabet_padded_or_not() {
        let expected = Claims::of_json(CHALLENGE).unwrap();
        for engine in
            [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD]
        {
            let text = engine.encode(CHALLENGE);
            assert_eq!(Claims::of_base64(&text), Ok(expected.clone()), "{text}");
        }
    }

    #[test]
    fn another_form_is_none() {
        for json in [
            "",
            "{}",
            "[]",
            "null",
            "\"access_token\"",
            r#"{"access_token":null}"#,
            r#"{"access_token":[]}"#,
            r#"{"access_token":{},"userinfo":{}}"#,
            r#"{"Access_Token":{}}"#,
            r#"{"access_token":{}}x"#,
            r#"{"access_token":{}"#,
        ] {
            assert_eq!(Claims::of_json(json), Err(ClaimsForm), "{json}");
            assert_eq!(Claims::of_base64(&BASE64_STANDARD.encode(json)), Err(ClaimsForm), "{json}");
        }
        for text in ["", "*", "e30", "eyJhY2Nlc3NfdG9rZW4iOnt9f-+Q==", CHALLENGE] {
            assert_eq!(Claims::of_base64(text), Err(ClaimsForm), "{text}");
        }
    }

    #[test]
    fn it_has_eight_kibibytes_at_most() {
        let of_length = |length: usize| {
            let frame = r#"{"id_token":{"x":""}}"#;
            format!(r#"{{"id_token":{{"x":"{}"}}}}"#, "a".repeat(length - frame.len()))
        };
        for (length, is_taken) in [(Claims::LONGEST, true), (Claims::LONGEST + 1, false)] {
            let json = of_length(length);
            assert_eq!(json.len(), length);
            assert_eq!(Claims::of_json(&json).is_ok(), is_taken);
            assert_eq!(Claims::of_base64(&BASE64_STANDARD.encode(&json)).is_ok(), is_taken);
        }
    }

    #[test]
    fn the_capability_is_always_told_and_the_rest_is_passed_on_unchanged() {
        let plain = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
        assert_eq!(parameter(None), plain);

        let challenged = parameter(Some(&Claims::of_json(CHALLENGE).unwrap()));
        assert_eq!(
            challenged,
            CHALLENGE.replace("}}}", r#"},"xms_cc":{"values":["cp1"]}}}"#),
            "the order stays as well"
        );

        let of_id_token = Claims::of_json(r#"{"id_token":{"acr":null}}"#).unwrap();
        assert_eq!(
            parameter(Some(&of_id_token)),
            r#"{"id_token":{"acr":null},"access_token":{"xms_cc":{"values":["cp1"]}}}"#
        );
        let other = Claims::of_json(r#"{"access_token":{"xms_cc":{"values":["cp9"]}}}"#).unwrap();
        assert_eq!(parameter(Some(&other)), plain, "this app has no other capability");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(text in ".{0,200}") {
            let _ = (Claims::of_json(&text), Claims::of_base64(&text));
        }

        #[test]
        fn what_is_taken_is_sent_as_a_claims_request_again(
            name in "[a-z_]{1,12}", value in ".{0,40}", of_id in any::<bool>(),
        ) {
            let token = if of_id { "id_token" } else { "access_token" };
            let json = json!({ token: { name: { "value": value } } }).to_string();
            let claims = Claims::of_json(&json).unwrap();
            let sent = Claims::of_json(&parameter(Some(&claims))).unwrap();
            let capability = &sent.0["access_token"]["xms_cc"]["values"][0];
            prop_assert_eq!(capability, "cp1");
        }
    }
}
