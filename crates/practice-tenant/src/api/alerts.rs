use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    bearer::Caller,
    error::Refused,
    paging::{Part, skip_token},
    reply::json_reply,
};
use crate::{gate::ScriptedNextLink, permission::Permission, state::Tenant, world::is_hash};

/// One of these is needed.
const READ: &[Permission] = &[Permission::AlertRead, Permission::AlertReadWrite];
/// What the page of November 2025 names alone for a file's alerts.
const READ_WRITE: &[Permission] = &[Permission::AlertReadWrite];

/// `GET /api/files/{sha1}/alerts`
pub(super) async fn of_file(
    State(tenant): State<Arc<Tenant>>,
    Path(hash): Path<String>,
    uri: Uri,
    scripted: Option<Extension<ScriptedNextLink>>,
    headers: HeaderMap,
) -> Response {
    let query = uri.query().unwrap_or_default();
    match list(&tenant, &hash, query, &headers) {
        Ok(mut body) => {
            if let Some(Extension(ScriptedNextLink(link))) = scripted {
                body["@odata.nextLink"] = link;
            }
            json_reply(StatusCode::OK, &body)
        }
        Err(refused) => refused.response(&tenant),
    }
}

/// `GET /api/alerts/{id}`
pub(super) async fn alert(
    State(tenant): State<Arc<Tenant>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match one(&tenant, &id, &headers) {
        Ok(body) => json_reply(StatusCode::OK, &body),
        Err(refused) => refused.response(&tenant),
    }
}

fn list(tenant: &Tenant, hash: &str, query: &str, headers: &HeaderMap) -> Result<Value, Refused> {
    let needed = if tenant.policy().read_write_required { READ_WRITE } else { READ };
    let caller = Caller::recognise(tenant, headers, needed)?;
    not_kept_back(tenant, hash)?;
    caller.count(tenant)?;
    // Upper case is not documented: a client that sends it relies on luck.
    if !is_hash(hash, 40) {
        return Err(Refused::InvalidHash(hash.to_owned()));
    }
    let part = Part::parse(query)?;
    let visible: Vec<&Value> = tenant
        .world
        .alerts_of_file(hash)
        .filter(|alert| alert.visible_to(caller.analyst))
        .map(|alert| &alert.body)
        .collect();
    let asked = part.top.unwrap_or(usize::MAX);
    let page: Vec<&Value> = visible
        .iter()
        .skip(part.skip)
        .take(asked.min(tenant.settings.page_size))
        .copied()
        .collect();

    let mut body = json!({
        "@odata.context": format!("{}/api/$metadata#Alerts", tenant.registration.api),
        "value": page,
    });
    let end = part.skip.saturating_add(page.len());
    // As seen: with `$top` there is no link to the rest.
    if part.top.is_none() && end < visible.len() {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("$skiptoken", &skip_token(end))
            .finish();
        body["@odata.nextLink"] =
            format!("{}/api/files/{hash}/alerts?{query}", tenant.registration.api).into();
    }
    Ok(body)
}

/// Refuses while this file has to wait, if [`lookup_wait`](crate::Settings::lookup_wait) says so.
fn not_kept_back(tenant: &Tenant, hash: &str) -> Result<(), Refused> {
    let Some(wait) = tenant.settings.lookup_wait else { return Ok(()) };
    if tenant.world.waits.as_deref() != Some(hash) {
        return Ok(());
    }
    let now = tenant.clock.now();
    tenant.ledger().kept_back.ask(now, wait).map_err(|seconds| Refused::TooManyRequests { seconds })
}

fn one(tenant: &Tenant, id: &str, headers: &HeaderMap) -> Result<Value, Refused> {
    let caller = Caller::admit(tenant, headers, READ)?;
    // What a person may not see does not exist for them.
    let alert = tenant
        .world
        .alert(id)
        .filter(|alert| alert.visible_to(caller.analyst))
        .ok_or_else(|| Refused::NotFound(format!("Alert {id} was not found")))?;
    let mut body = json!({
        "@odata.context": format!("{}/api/$metadata#Alerts/$entity", tenant.registration.api),
    });
    if let (Some(body), Some(alert)) = (body.as_object_mut(), alert.body.as_object()) {
        body.extend(alert.clone());
    }
    Ok(body)
}
