use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::Refused;

/// Which claims a client asks for in its tokens (OIDC Core, section 5.5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimsRequest {
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    access_token: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    id_token: Map<String, Value>,
}

/// The claim by which a client says what it can do.
const CAPABILITIES: &str = "xms_cc";
/// The capability to answer a claims challenge.
const ANSWERS_CHALLENGES: &str = "cp1";

impl ClaimsRequest {
    /// How large a `claims` parameter may be, in bytes.
    const LIMIT: usize = 8 * 1024;

    /// Parses a `claims` parameter.
    ///
    /// It is an object of `access_token` and `id_token`, each an object of claims; a claim is null or
    /// an object in which `essential` is a truth value and `values` a list that is not empty.
    pub(super) fn parse(text: &str) -> Result<Self, Refused> {
        if text.len() > Self::LIMIT {
            return Err(Refused::claims("it is too long"));
        }
        // A list would be read as well, in the order of the fields.
        let is_object = text.trim_ascii_start().starts_with('{');
        let claims: Option<Self> = serde_json::from_str(text).ok().filter(|_| is_object);
        let claims = claims.ok_or_else(|| Refused::claims("it is not a JSON object of tokens"))?;
        if !claims.is_well_formed() {
            return Err(Refused::claims("a claim in it is not well-formed"));
        }
        Ok(claims)
    }

    /// The request that this value is, if it is one.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let claims = value.is_object().then(|| serde_json::from_value(value.clone()).ok());
        claims.flatten().filter(Self::is_well_formed)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.access_token.is_empty() && self.id_token.is_empty()
    }

    /// What the client says it can do.
    pub(super) fn capabilities(&self) -> Vec<String> {
        let said = self.access_token.get(CAPABILITIES).and_then(|claim| claim.get("values"));
        let said = said.and_then(Value::as_array).into_iter().flatten();
        said.filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    /// Tells whether these capabilities hold the one to answer a claims challenge.
    pub(crate) fn answers_challenges(capabilities: &[String]) -> bool {
        capabilities.iter().any(|said| said.eq_ignore_ascii_case(ANSWERS_CHALLENGES))
    }

    /// The same without what the client says it can do, which it says in each request.
    pub(super) fn without_capabilities(&self) -> Self {
        let mut claims = self.clone();
        claims.access_token.remove(CAPABILITIES);
        claims
    }

    /// Tells whether all that `other` asks for is asked for here, in the same way.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let covers = |ours: &Map<String, Value>, theirs: &Map<String, Value>| {
            theirs.iter().all(|(name, claim)| name == CAPABILITIES || ours.get(name) == Some(claim))
        };
        covers(&self.access_token, &other.access_token) && covers(&self.id_token, &other.id_token)
    }

    /// What both ask for; where they differ, `later` holds.
    pub(super) fn and(&self, later: &Self) -> Self {
        let mut both = self.clone();
        both.access_token.extend(later.access_token.clone());
        both.id_token.extend(later.id_token.clone());
        both
    }

    fn is_well_formed(&self) -> bool {
        self.access_token.iter().chain(&self.id_token).all(|(name, claim)| {
            let Value::Object(claim) = claim else {
                return claim.is_null() && name != CAPABILITIES;
            };
            let essential = claim.get("essential").is_none_or(Value::is_boolean);
            let values = match claim.get("values") {
                None => name != CAPABILITIES,
                Some(Value::Array(values)) => {
                    !values.is_empty()
                        && (name != CAPABILITIES || values.iter().all(Value::is_string))
                }
                Some(_) => false,
            };
            essential && values
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPABLE: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    const CHALLENGED: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1767600000"}}}"#;

    #[test]
    fn what_is_no_request_for_claims_is_refused() {
        for wrong in [
            "x",
            "[]",
            "null",
            r#"{"access_token":[]}"#,
            r#"{"access_token":null}"#,
            r#"{"accessToken":{}}"#,
            r#"{"access_token":{},"access_token":{}}"#,
            r#"{"access_token":{"xms_cc":["cp1"]}}"#,
            r#"{"access_token":{"xms_cc":null}}"#,
            r#"{"access_token":{"xms_cc":{"value":"cp1"}}}"#,
            r#"{"access_token":{"xms_cc":{"values":"cp1"}}}"#,
            r#"{"access_token":{"xms_cc":{"values":[1]}}}"#,
            r#"{"access_token":{"xms_cc":{"values":[]}}}"#,
            r#"{"access_token":{"nbf":1}}"#,
            r#"{"access_token":{"nbf":{"essential":"true"}}}"#,
            "{\"access_token\":{}}x",
        ] {
            assert!(ClaimsRequest::parse(wrong).is_err(), "{wrong}");
        }
        let long = format!(r#"{{"access_token":{{"{}":null}}}}"#, "a".repeat(9_000));
        assert!(ClaimsRequest::parse(&long).is_err());
    }

    #[test]
    fn a_capability_is_heard_and_not_kept() {
        let claims = ClaimsRequest::parse(CAPABLE).unwrap();

        assert!(ClaimsRequest::answers_challenges(&claims.capabilities()));
        assert!(claims.without_capabilities().is_empty());
        let other = ClaimsRequest::parse(&CAPABLE.replace("cp1", "cp2")).unwrap();
        assert!(!ClaimsRequest::answers_challenges(&other.capabilities()));
    }

    #[test]
    fn a_request_covers_what_it_repeats_unchanged() {
        let challenged = ClaimsRequest::parse(CHALLENGED).unwrap();
        let merged = ClaimsRequest::parse(CAPABLE).unwrap().and(&challenged);
        let other = ClaimsRequest::parse(&CHALLENGED.replace("1767", "1766")).unwrap();

        assert!(merged.covers(&challenged));
        assert!(!other.covers(&challenged));
        assert!(!ClaimsRequest::default().covers(&challenged));
    }
}
