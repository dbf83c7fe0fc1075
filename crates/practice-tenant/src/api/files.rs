use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

use super::{bearer::Caller, error::Refused, reply::json_reply};
use crate::{permission::Permission, state::Tenant, world::is_hash};

const READ: &[Permission] = &[Permission::FileReadAll];

/// `GET /api/files/{sha1 or sha256}`
pub(super) async fn file(
    State(tenant): State<Arc<Tenant>>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Response {
    match one(&tenant, &hash, &headers) {
        Ok(body) => json_reply(StatusCode::OK, &body),
        Err(refused) => refused.response(&tenant),
    }
}

/// What is known of a file does not depend on device groups.
fn one(tenant: &Tenant, hash: &str, headers: &HeaderMap) -> Result<Value, Refused> {
    Caller::admit(tenant, headers, READ)?;
    if !is_hash(hash, 40) && !is_hash(hash, 64) {
        return Err(Refused::InvalidHash(hash.to_owned()));
    }
    let file = tenant
        .world
        .file(hash)
        .ok_or_else(|| Refused::NotFound(format!("File {hash} was not found")))?;
    let mut body = json!({
        "@odata.context": format!("{}/api/$metadata#Files/$entity", tenant.registration.api),
    });
    if let (Some(body), Some(file)) = (body.as_object_mut(), file.body.as_object()) {
        body.extend(file.clone());
    }
    Ok(body)
}
