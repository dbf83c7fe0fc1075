//! The portal: plain pages for an alert, an incident, a device and a file.

mod pages;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    form::Parameters,
    html::{Page, escape},
    state::Tenant,
};

pub(crate) fn router() -> Router<Arc<Tenant>> {
    Router::new()
        .route("/alerts/{id}", get(alert))
        .route("/incidents/{id}", get(incident))
        .route("/machines/v2/{id}", get(device))
        .route("/file/{hash}/", get(file))
        .fallback(async || StatusCode::NOT_FOUND)
}

async fn alert(State(tenant): State<Arc<Tenant>>, Path(id): Path<String>, uri: Uri) -> Response {
    answer(&tenant, &uri, &id, pages::alert)
}

async fn incident(State(tenant): State<Arc<Tenant>>, Path(id): Path<String>, uri: Uri) -> Response {
    answer(&tenant, &uri, &id, pages::incident)
}

async fn device(State(tenant): State<Arc<Tenant>>, Path(id): Path<String>, uri: Uri) -> Response {
    answer(&tenant, &uri, &id, pages::device)
}

async fn file(State(tenant): State<Arc<Tenant>>, Path(hash): Path<String>, uri: Uri) -> Response {
    answer(&tenant, &uri, &hash, pages::file)
}

/// Shows a page of this tenant: the link must say which tenant it means.
fn answer(
    tenant: &Tenant,
    uri: &Uri,
    id: &str,
    page: impl FnOnce(&Tenant, &str) -> Option<Page>,
) -> Response {
    let asked = Parameters::parse(uri.query().unwrap_or_default().as_bytes()).ok();
    let asked = asked.as_ref().and_then(|query| query.value("tid"));
    if asked != Some(tenant.registration.tenant_id.as_str()) {
        let body = "<h1>Another organisation</h1>\n\
             <p>The link does not name the practice tenant (<code>tid</code>), so this page does \
             not know what it should show.</p>\n";
        return Page::new("Another organisation", body.to_owned())
            .status(StatusCode::BAD_REQUEST)
            .into_response();
    }
    match page(tenant, id) {
        Some(page) => page.into_response(),
        None => not_found(id).into_response(),
    }
}

fn not_found(id: &str) -> Page {
    let body = format!(
        "<h1>Not found</h1>\n<p>The practice tenant has no <code>{}</code>.</p>\n",
        escape(id)
    );
    Page::new("Not found", body).status(StatusCode::NOT_FOUND)
}
