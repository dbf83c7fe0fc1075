use aws_lc_rs::error::Unspecified;
use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{claims::ClaimsRequest, scope::Scopes};
use crate::{
    clock,
    form::Parameters,
    organisation::{APP_NAME, Analyst},
    permission::Permission,
    state::{RefreshGrant, Tenant, hash},
};

/// The sizes of tokens that a real tenant gave.
const ACCESS_TOKEN_LENGTH: usize = 2_931;
const REFRESH_TOKEN_LENGTH: usize = 1_524;

/// What the API reads of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) iat: i64,
    pub(crate) nbf: i64,
    pub(crate) exp: i64,
    pub(crate) appid: String,
    pub(crate) oid: String,
    pub(crate) tid: String,
    pub(crate) scp: String,
    /// What the client said it can do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) xms_cc: Vec<String>,
    /// The claims that were asked for and given. Real tokens hold the claims themselves.
    #[serde(default, skip_serializing_if = "ClaimsRequest::is_empty")]
    pub(crate) given: ClaimsRequest,
    /// Which tokens are revoked together; the real services have other means.
    pub(crate) series: u64,
}

/// What tokens are given for.
#[derive(Debug)]
pub(super) struct Given<'request> {
    pub(super) analyst: &'static Analyst,
    pub(super) scopes: &'request Scopes,
    pub(super) nonce: Option<&'request str>,
    pub(super) client_info: bool,
    pub(super) claims: &'request ClaimsRequest,
}

/// The body of a successful token response.
pub(super) fn response(tenant: &Tenant, given: &Given<'_>) -> Result<Value, Unspecified> {
    let &Given { analyst, scopes, nonce, client_info, claims } = given;
    let lifetime = tenant.settings.access_token_lifetime.as_secs();
    let mut body = json!({
        "token_type": "Bearer",
        "scope": scopes.granted(&tenant.registration),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": access_token(tenant, analyst, scopes, claims)?,
    });
    if scopes.offline_access {
        body["refresh_token"] = refresh_token(tenant, analyst, scopes, claims).into();
    }
    body["id_token"] = id_token(tenant, analyst, scopes, nonce)?.into();
    if client_info {
        body["client_info"] = self::client_info(tenant, analyst).into();
    }
    Ok(body)
}

/// The home account, as `client_info=1` asks for it.
pub(super) fn client_info(tenant: &Tenant, analyst: &Analyst) -> String {
    let home = json!({"uid": analyst.object_id, "utid": tenant.registration.tenant_id});
    URL_SAFE_NO_PAD.encode(home.to_string())
}

/// The id by which one request is found again: the client's, if it gave one.
pub(super) fn correlation(tenant: &Tenant, headers: &HeaderMap, query: &[u8]) -> String {
    let by_header =
        headers.get("client-request-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let given = by_header.or_else(|| {
        let parameters = Parameters::parse(query).ok()?;
        parameters.value("client-request-id").map(str::to_owned)
    });
    given.filter(|id| is_guid(id)).unwrap_or_else(|| tenant.chance.guid())
}

fn access_token(
    tenant: &Tenant,
    analyst: &Analyst,
    scopes: &Scopes,
    asked: &ClaimsRequest,
) -> Result<String, Unspecified> {
    let now = tenant.clock.now();
    let registration = &tenant.registration;
    let claims = AccessClaims {
        aud: registration.resource.clone(),
        iss: registration.access_issuer.clone(),
        iat: now.as_second(),
        nbf: now.as_second(),
        exp: clock::after(now, tenant.settings.access_token_lifetime).as_second(),
        appid: registration.client_id.clone(),
        oid: analyst.object_id.to_owned(),
        tid: registration.tenant_id.clone(),
        scp: Permission::list(&scopes.permissions, " "),
        xms_cc: asked.capabilities(),
        given: asked.without_capabilities(),
        series: tenant.ledger().access_series,
    };
    let mut claims = serde_json::to_value(claims).map_err(|_| Unspecified)?;
    claims["acr"] = "1".into();
    claims["amr"] = json!(["mfa"]);
    claims["app_displayname"] = APP_NAME.into();
    claims["appidacr"] = "0".into();
    claims["ipaddr"] = "127.0.0.1".into();
    claims["name"] = analyst.name.into();
    claims["sub"] = subject(tenant, analyst).into();
    claims["unique_name"] = analyst.sign_in_name.into();
    claims["upn"] = analyst.sign_in_name.into();
    claims["uti"] = tenant.chance.text(22).into();
    claims["ver"] = "1.0".into();
    claims["wids"] = json!([tenant.chance.guid(), tenant.chance.guid()]);
    // Real tokens are this large, mostly by claims that no client reads.
    claims["aio"] = "".into();
    let short = tenant.signing_key.sign(&claims)?.len();
    let missing = ACCESS_TOKEN_LENGTH.saturating_sub(short) * 3 / 4;
    claims["aio"] = tenant.chance.text(missing).into();
    tenant.signing_key.sign(&claims)
}

fn refresh_token(
    tenant: &Tenant,
    analyst: &'static Analyst,
    scopes: &Scopes,
    asked: &ClaimsRequest,
) -> String {
    let now = tenant.clock.now();
    let token = tenant.chance.text(REFRESH_TOKEN_LENGTH);
    let grant = RefreshGrant {
        object_id: analyst.object_id,
        scopes: scopes.clone(),
        claims: asked.without_capabilities(),
        until: clock::after(now, tenant.settings.refresh_token_lifetime),
        revoked: false,
    };
    tenant.ledger().grant_refresh(hash(&token), grant);
    token
}

fn id_token(
    tenant: &Tenant,
    analyst: &Analyst,
    scopes: &Scopes,
    nonce: Option<&str>,
) -> Result<String, Unspecified> {
    let now = tenant.clock_shown();
    let registration = &tenant.registration;
    let mut claims = json!({
        "aud": registration.client_id,
        "iss": registration.issuer(),
        "iat": now.as_second(),
        "nbf": now.as_second(),
        "exp": clock::after(now, tenant.settings.access_token_lifetime).as_second(),
        "rh": tenant.chance.text(64),
        "sub": subject(tenant, analyst),
        "tid": registration.tenant_id,
        "uti": tenant.chance.text(22),
        "ver": "2.0",
    });
    if scopes.profile {
        claims["name"] = analyst.name.into();
        claims["oid"] = analyst.object_id.into();
        claims["preferred_username"] = analyst.sign_in_name.into();
    }
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    tenant.signing_key.sign(&claims)
}

/// The person as this one app knows them.
fn subject(tenant: &Tenant, analyst: &Analyst) -> String {
    let pair = format!("{}|{}", tenant.registration.client_id, analyst.object_id);
    URL_SAFE_NO_PAD.encode(hash(&pair))
}

pub(super) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
