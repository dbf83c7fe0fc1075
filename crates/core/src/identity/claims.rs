//! The claims of the id token (OIDC Core 1.0, section 3.1.3.7).
//!
//! The token comes straight from the token endpoint over TLS, so the signature need not be checked
//! (rule 6 of that section); the claims must be.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Account, AccountId, Drift, Endpoints};

/// Clocks may differ by this much.
const SKEW: Duration = Duration::from_mins(5);

/// Why an id token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum ClaimsError {
    #[error("the id token cannot be read")]
    Malformed,
    #[error("a claim of the id token is wrong")]
    Wrong(&'static str),
    #[error("the id token is not valid at this time")]
    Clock(Option<Drift>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    nonce: Option<String>,
    ver: String,
    tid: String,
    oid: String,
    name: Option<String>,
    preferred_username: Option<String>,
}

/// The account that an id token names, if the token is for this attempt.
///
/// `sent` is the authority's time as the response gave it, which arrived `now`.
pub(super) fn account(
    id_token: &str,
    endpoints: &impl Endpoints,
    nonce: &str,
    sent: Option<Timestamp>,
    now: Timestamp,
) -> Result<Account, ClaimsError> {
    let claims = read(id_token).ok_or(ClaimsError::Malformed)?;
    let right = [
        ("iss", claims.iss == endpoints.issuer()),
        ("aud", claims.aud == endpoints.client_id()),
        ("tid", claims.tid == endpoints.tenant()),
        ("ver", claims.ver == "2.0"),
        ("nonce", claims.nonce.as_deref() == Some(nonce)),
        ("oid", !claims.oid.is_empty()),
    ];
    if let Some((claim, _)) = right.into_iter().find(|(_, right)| !right) {
        return Err(ClaimsError::Wrong(claim));
    }
    let at = |seconds| Timestamp::from_second(seconds).map_err(|_| ClaimsError::Malformed);
    let begins = claims.nbf.map(at).transpose()?;
    if at(claims.exp)? + SKEW < now || begins.is_some_and(|begins| begins - SKEW > now) {
        // The token was made for this response, so either time is the authority's.
        let made = claims.iat.and_then(|made| Timestamp::from_second(made).ok());
        let drift = [sent, made].into_iter().flatten().find_map(|there| drift(there, now));
        return Err(ClaimsError::Clock(drift));
    }

    let sign_in_name = claims.preferred_username.unwrap_or_default();
    Ok(Account {
        name: claims.name.filter(|name| !name.is_empty()).unwrap_or_else(|| sign_in_name.clone()),
        tenant_name: endpoints.tenant_name().map(str::to_owned),
        sees: endpoints.sees(&claims.oid).map(str::to_owned),
        id: AccountId {
            realm: realm_of(endpoints),
            cloud: endpoints.cloud(),
            tenant: claims.tid,
            object: claims.oid,
        },
        sign_in_name,
    })
}

/// How far the clock here is from the one there, if it is further than clocks may be.
fn drift(there: Timestamp, here: Timestamp) -> Option<Drift> {
    let off = here.duration_since(there).as_secs();
    let apart = Duration::from_secs(off.unsigned_abs());
    let minutes = (apart.as_secs() + 30) / 60;
    (apart > SKEW)
        .then(|| Drift { minutes: u32::try_from(minutes).unwrap_or(u32::MAX), is_ahead: off > 0 })
}

fn realm_of<E: Endpoints>(_: &E) -> crate::view::Realm {
    E::REALM
}

fn read(id_token: &str) -> Option<Claims> {
    let mut parts = id_token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::identity::{PracticeEndpoints, PracticeFacts};

    const NOW: i64 = 1_800_000_000;

    fn endpoints() -> PracticeEndpoints {
        PracticeEndpoints::new(PracticeFacts {
            authority: 1,
            api: 2,
            portal: 3,
            tenant: "tenant".into(),
            tenant_name: "Tenant".into(),
            client: "client".into(),
            scope: "scope".into(),
            sees: vec![("object".into(), "Servers".into())],
        })
    }

    fn claims() -> Value {
        json!({
            "iss": "http://127.0.0.1:1/tenant/v2.0", "aud": "client", "tid": "tenant",
            "oid": "object", "ver": "2.0", "nonce": "nonce", "name": "Ann",
            "preferred_username": "ann@example.org", "nbf": NOW - 10, "exp": NOW + 3_600,
        })
    }

    fn judge(claims: &Value) -> Result<Account, ClaimsError> {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        let now = Timestamp::from_second(NOW).unwrap();
        account(&format!("e30.{payload}.c2ln"), &endpoints(), "nonce", None, now)
    }

    #[test]
    fn a_right_token_names_the_account() {
        let account = judge(&claims()).unwrap();

        assert_eq!(account.name, "Ann");
        assert_eq!(account.sees.as_deref(), Some("Servers"));
        assert_eq!(account.id.object, "object");
    }

    #[test]
    fn each_wrong_claim_is_refused() {
        for claim in ["iss", "aud", "tid", "ver", "nonce"] {
            let mut wrong = claims();
            wrong[claim] = json!("another");
            assert_eq!(judge(&wrong), Err(ClaimsError::Wrong(claim)));
        }
        let mut without = claims();
        without.as_object_mut().unwrap().remove("nonce");
        assert_eq!(judge(&without), Err(ClaimsError::Wrong("nonce")));
    }

    #[test]
    fn five_minutes_of_skew_are_forgiven_and_no_more() {
        let at = |claim: &str, value: i64| {
            let mut claims = claims();
            claims[claim] = json!(value);
            judge(&claims).map(|_| ())
        };

        assert_eq!(at("exp", NOW - 299), Ok(()));
        assert_eq!(at("exp", NOW - 301), Err(ClaimsError::Clock(None)));
        assert_eq!(at("nbf", NOW + 299), Ok(()));
        assert_eq!(at("nbf", NOW + 301), Err(ClaimsError::Clock(None)));
        assert_eq!(at("exp", i64::MAX), Err(ClaimsError::Malformed));
    }

    #[test]
    fn a_wrong_clock_is_told_by_how_much() {
        let now = Timestamp::from_second(NOW).unwrap();
        let told = |off: i64, iat: Option<i64>, sent: Option<i64>| {
            let mut claims = claims();
            (claims["nbf"], claims["exp"]) = (json!(NOW + off), json!(NOW + off + 3_600));
            claims["iat"] = json!(iat);
            let payload = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
            let sent = sent.map(|seconds| Timestamp::from_second(seconds).unwrap());
            account(&format!("e30.{payload}.c2ln"), &endpoints(), "nonce", sent, now).unwrap_err()
        };
        let off = |minutes, is_ahead| ClaimsError::Clock(Some(Drift { minutes, is_ahead }));

        assert_eq!(told(7_200, None, Some(NOW + 7_200)), off(120, false));
        assert_eq!(told(-7_200, None, Some(NOW - 7_231)), off(121, true));
        assert_eq!(told(601, Some(NOW + 601), None), off(10, false));
        assert_eq!(told(601, Some(NOW), Some(NOW + 900)), off(15, false), "the response is newer");
        assert_eq!(told(601, Some(NOW + 601), Some(NOW)), off(10, false));
        assert_eq!(told(601, None, None), ClaimsError::Clock(None));
        assert_eq!(told(601, Some(NOW), Some(NOW)), ClaimsError::Clock(None), "the clock is right");
        assert_eq!(told(601, Some(i64::MAX), None), ClaimsError::Clock(None));
        assert_eq!(told(-9_000, None, Some(NOW - 86_400 * 900)), off(1_296_000, true));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let now = Timestamp::from_second(NOW).unwrap();
        for text in ["", "a.b", "a.b.c.d", "a.!!.c", "e30.e30.e30"] {
            assert_eq!(
                account(text, &endpoints(), "nonce", None, now),
                Err(ClaimsError::Malformed)
            );
        }
    }
}
