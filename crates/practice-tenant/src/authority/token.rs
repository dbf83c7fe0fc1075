//! The token endpoint.

use std::sync::{Arc, PoisonError};

use aws_lc_rs::{constant_time, digest};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, Method,
        header::{CACHE_CONTROL, CONTENT_TYPE, ORIGIN, PRAGMA},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{
    ClaimsRequest,
    authorize::known_client,
    error::Refused,
    scope::Scopes,
    tokens::{self, Given, correlation},
};
use crate::{
    form::{Parameters, Repeated},
    organisation,
    permission::Permission,
    policy::ChallengeAnswer,
    state::{Code, RefreshGrant, Tenant, hash},
};

pub(super) async fn token(
    State(tenant): State<Arc<Tenant>>,
    Path(path_tenant): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let correlation = correlation(&tenant, &headers, &body);
    let granted = match grant(&tenant, &path_tenant, &headers, &body) {
        // A token that is given out is known after a restart.
        Ok(body) => tenant.saved().await.map(|()| body).map_err(|error| {
            tracing::warn!(%error, "no token was given out: the state was not saved");
            Refused::internal()
        }),
        Err(refused) => Err(refused),
    };
    match granted {
        Ok(body) => {
            if tenant.settings.keep_requests {
                tenant.granted.lock().unwrap_or_else(PoisonError::into_inner).push(body.clone());
            }
            let headers = [
                (CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache")),
                (PRAGMA, HeaderValue::from_static("no-cache")),
            ];
            (headers, Json(body)).into_response()
        }
        Err(refused) => refused.json(&tenant, &correlation),
    }
}

pub(super) async fn only_post(
    State(tenant): State<Arc<Tenant>>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let correlation = correlation(&tenant, &headers, b"");
    Refused::only_post(method.as_str()).json(&tenant, &correlation)
}

fn grant(
    tenant: &Tenant,
    path_tenant: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Refused> {
    // A form of another media type is read as one without parameters.
    let body = if is_form(headers) { body } else { b"" };
    let parameters = Parameters::parse(body).map_err(|Repeated(name)| Refused::repeated(&name))?;
    let required = |name| parameters.value(name).ok_or_else(|| Refused::missing(name));

    let grant_type = required("grant_type")?;
    known_client(path_tenant, &parameters, &tenant.registration)?;
    if parameters.names().any(|name| matches!(name, "client_secret" | "client_assertion")) {
        return Err(Refused::public_client());
    }
    // A browser sends this, and this registration is not for a page's own code.
    if headers.contains_key(ORIGIN) {
        return Err(Refused::cross_origin());
    }
    let consented = tenant.policy().consented();
    let asked = parameters
        .value("scope")
        .map(|scope| Scopes::parse(scope, &tenant.registration, &consented))
        .transpose()?;
    let claims = parameters.value("claims").map(ClaimsRequest::parse).transpose()?;
    let claims = claims.unwrap_or_default();
    let client_info = parameters.value("client_info") == Some("1");

    match grant_type {
        "authorization_code" => {
            let code = redeem(
                tenant,
                required("code")?,
                required("redirect_uri")?,
                required("code_verifier")?,
            )?;
            let analyst = organisation::analyst(code.object_id).ok_or_else(Refused::internal)?;
            let scopes = asked.unwrap_or(code.request.scopes);
            agreed(tenant, &scopes)?;
            let claims = answered(tenant, &code.request.claims, &claims)?;
            let nonce = Some(code.request.nonce.as_str());
            let given = Given { analyst, scopes: &scopes, nonce, client_info, claims: &claims };
            tokens::response(tenant, &given)
        }
        "refresh_token" => {
            let grant = refresh(tenant, required("refresh_token")?)?;
            let analyst = organisation::analyst(grant.object_id).ok_or_else(Refused::internal)?;
            let scopes = asked.unwrap_or(grant.scopes);
            agreed(tenant, &scopes)?;
            let claims = answered(tenant, &grant.claims, &claims)?;
            let given =
                Given { analyst, scopes: &scopes, nonce: None, client_info, claims: &claims };
            tokens::response(tenant, &given)
        }
        other => return Err(Refused::grant_type(other)),
    }
    .map_err(|_| Refused::internal())
}

/// Checks that there is consent to all of this.
fn agreed(tenant: &Tenant, scopes: &Scopes) -> Result<(), Refused> {
    let withheld = tenant.policy().withheld_of(&scopes.permissions);
    if withheld.is_empty() {
        return Ok(());
    }
    let client_id = &tenant.registration.client_id;
    Err(Refused::consent_required(client_id, &Permission::list(&withheld, ", ")))
}

/// The claims of new tokens: those that a person answered for, and those that are asked for now.
fn answered(
    tenant: &Tenant,
    by_person: &ClaimsRequest,
    now: &ClaimsRequest,
) -> Result<ClaimsRequest, Refused> {
    let both = by_person.and(now);
    match &tenant.policy().challenge {
        Some(challenge)
            if challenge.answer == ChallengeAnswer::SignIn
                && challenge.is_met_by(&both)
                && !challenge.is_met_by(by_person) =>
        {
            Err(Refused::interaction_required(challenge.text.clone()))
        }
        Some(_) | None => Ok(both),
    }
}

/// Takes a code in exchange, which works once.
fn redeem(
    tenant: &Tenant,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
) -> Result<Code, Refused> {
    let now = tenant.clock.now();
    let mut ledger = tenant.ledger();
    let known = ledger.codes.get_mut(&hash(code)).ok_or_else(Refused::malformed_grant)?;
    if known.redeemed {
        return Err(Refused::code_redeemed());
    }
    if now >= known.until {
        return Err(Refused::code_expired());
    }
    let requested = &known.request.return_to.redirect_uri;
    if redirect_uri != requested {
        return Err(Refused::reply_address(redirect_uri, requested));
    }
    if !fits(verifier, &known.request.code_challenge) {
        return Err(Refused::verifier());
    }
    known.redeemed = true;
    Ok(known.clone())
}

fn refresh(tenant: &Tenant, token: &str) -> Result<RefreshGrant, Refused> {
    let now = tenant.clock.now();
    let mut ledger = tenant.ledger();
    let grant =
        ledger.refresh_tokens.get(&hash(token)).cloned().ok_or_else(Refused::malformed_grant)?;
    if grant.revoked {
        return Err(Refused::refresh_revoked());
    }
    if now >= grant.until {
        return Err(Refused::refresh_expired());
    }
    ledger.refresh_tokens.retain(|_, grant| now < grant.until);
    Ok(grant)
}

/// Tells whether a verifier is well-formed (RFC 7636, section 4.1) and has this S256 challenge.
fn fits(verifier: &str, challenge: &str) -> bool {
    let well_formed = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let computed = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    well_formed
        && constant_time::verify_slices_are_equal(computed.as_bytes(), challenge.as_bytes()).is_ok()
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|media_type| {
            media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_of_rfc_7636_fits_its_challenge() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

        assert!(fits(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert!(!fits(verifier, verifier), "that would be `plain`");
    }
}
