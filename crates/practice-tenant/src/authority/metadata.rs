use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    error::Refused,
    tokens::{correlation, is_guid},
};
use crate::state::Tenant;

pub(super) async fn discovery(
    State(tenant): State<Arc<Tenant>>,
    Path(path_tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    let registration = &tenant.registration;
    if !registration.is_named(&path_tenant) {
        return not_found(&tenant, &path_tenant, &headers);
    }
    // By whatever name a tenant is asked for, it answers with its id.
    let base = format!("{}/{}", registration.authority, registration.tenant_id);
    let cloud = &registration.cloud;
    let mut metadata = json!({
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
        "tenant_region_scope": cloud.region,
        "cloud_instance_name": cloud.instance,
        "cloud_graph_host_name": cloud.graph,
        "msgraph_host": cloud.microsoft_graph,
    });
    if let Some(sub_region) = cloud.sub_region {
        metadata["tenant_region_sub_scope"] = sub_region.into();
    }
    Json(metadata).into_response()
}

pub(super) async fn keys(
    State(tenant): State<Arc<Tenant>>,
    Path(path_tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !tenant.registration.is_named(&path_tenant) {
        return not_found(&tenant, &path_tenant, &headers);
    }
    let key = tenant.signing_key.public_jwk(&tenant.registration.issuer());
    Json(json!({"keys": [key]})).into_response()
}

fn not_found(tenant: &Tenant, path_tenant: &str, headers: &HeaderMap) -> Response {
    let correlation = correlation(tenant, headers, b"");
    let refused = if is_name(path_tenant) {
        Refused::no_such_tenant(path_tenant)
    } else {
        Refused::malformed_tenant(path_tenant)
    };
    refused.json(tenant, &correlation)
}

/// Tells whether a tenant could have this name: an id or a domain of two parts or more.
fn is_name(path_tenant: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    is_guid(path_tenant)
        || (path_tenant.contains('.')
            && path_tenant.len() <= 253
            && path_tenant.split('.').all(is_label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_named_by_an_id_or_a_domain() {
        for name in ["7f1d0c4e-5b2a-4e86-9a53-f0e1d2c3b4a5", "a.example", "xn--a-1.b.example"] {
            assert!(is_name(name), "{name}");
        }
        for other in ["fernhill", "a..example", ".example", "-a.example", "a b.example", "a_b.c"] {
            assert!(!is_name(other), "{other}");
        }
    }
}
