use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{error::Refused, tokens::correlation};
use crate::state::Tenant;

pub(super) async fn discovery(
    State(tenant): State<Arc<Tenant>>,
    Path(path_tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    if path_tenant != tenant.registration.tenant_id {
        return not_found(&tenant, &path_tenant, &headers);
    }
    let registration = &tenant.registration;
    let base = format!("{}/{path_tenant}", registration.authority);
    Json(json!({
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["none"],
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": registration.issuer(),
        "request_uri_parameter_supported": false,
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver",
        ],
    }))
    .into_response()
}

pub(super) async fn keys(
    State(tenant): State<Arc<Tenant>>,
    Path(path_tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    if path_tenant != tenant.registration.tenant_id {
        return not_found(&tenant, &path_tenant, &headers);
    }
    let key = tenant.signing_key.public_jwk(&tenant.registration.issuer());
    Json(json!({"keys": [key]})).into_response()
}

fn not_found(tenant: &Tenant, path_tenant: &str, headers: &HeaderMap) -> Response {
    let correlation = correlation(tenant, headers, b"");
    Refused::tenant_not_found(path_tenant).json(tenant, &correlation)
}
