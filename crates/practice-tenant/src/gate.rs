//! What every request passes first: the `Host` check, the record, and the faults.

use std::sync::Arc;

use axum::{
    body::{self, Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, DATE, HOST, TRANSFER_ENCODING},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

use crate::{
    body::{chunked, cut},
    faults::{Fault, ScriptedHeader},
    form::Parameters,
    record::Recorded,
    server::{Route, Server},
    state::Tenant,
};

/// What a fault puts in place of `@odata.nextLink`.
#[derive(Debug, Clone)]
pub(crate) struct ScriptedNextLink(pub(crate) Value);

/// Breaks the connection that a request came on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Severed(pub(crate) Arc<Notify>);

/// The largest request and response bodies that pass; nothing here comes near.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

pub(crate) async fn pass(
    State((tenant, server)): State<(Arc<Tenant>, Server)>,
    mut request: Request,
    next: Next,
) -> Response {
    let host = header_text(request.headers().get(HOST));
    let named = tenant.registration.server_named(&host);
    let path_and_query =
        request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    if named == Some(server) && request.uri().path() == crate::join::PROOF_PATH {
        return next.run(request).await;
    }

    let route = Route::of(server, request.uri().path());
    let mut raw = None;
    let mut grant_type = None;
    if tenant.settings.keep_requests || route == Route::Token {
        match keep(request).await {
            Ok((kept, head, body)) => {
                request = kept;
                if route == Route::Token {
                    grant_type = Parameters::parse(&body)
                        .ok()
                        .and_then(|form| form.value("grant_type").map(str::to_owned));
                }
                raw = tenant.settings.keep_requests.then(|| [&head[..], &body].concat());
            }
            Err(refused) => return refused.into_response(),
        }
    }
    let number = tenant.requests.arrived(Recorded {
        server,
        route,
        method: request.method().to_string(),
        path_and_query: path_and_query.clone(),
        host,
        header_names: request.headers().keys().map(ToString::to_string).collect(),
        grant_type,
        status: None,
        faulty: false,
        raw,
    });

    let mut response = if named == Some(server) {
        match tenant.faults.take(route, &path_and_query) {
            Some(fault) => {
                if fault.changes_the_answer() {
                    tenant.requests.met_fault(number);
                }
                faulty(fault, request, next).await
            }
            None => next.run(request).await,
        }
    } else {
        // A page of some website whose name leads here must get nothing.
        StatusCode::MISDIRECTED_REQUEST.into_response()
    };
    let clock_is_off = tenant.policy().clocks_off_by != 0;
    if clock_is_off && let Ok(date) = HeaderValue::from_str(&imf_date(tenant.clock_shown())) {
        response.headers_mut().entry(DATE).or_insert(date);
    }
    tenant.requests.answered(number, response.status().as_u16());
    response
}

async fn faulty(fault: Fault, mut request: Request, next: Next) -> Response {
    if let Some(delay) = fault.delay {
        tokio::time::sleep(delay).await;
    }
    if let Some(mut held) = fault.held.clone() {
        // An error says that the release was used: nothing is ever sent.
        while held.changed().await.is_ok() {}
    }
    if fault.reset {
        if let Some(Severed(severed)) = request.extensions().get() {
            severed.notify_one();
        }
        return std::future::pending().await;
    }
    if let Some(link) = fault.next_link.clone() {
        request.extensions_mut().insert(ScriptedNextLink(link));
    }
    if let Some(error) = fault.redirect_error.clone() {
        request.extensions_mut().insert(error);
    }

    let mut response = match (&fault.body, fault.status) {
        (None, None) => next.run(request).await,
        (body, status) => {
            let bytes = Bytes::from(body.clone().unwrap_or_default());
            let mut response =
                Response::new(if bytes.is_empty() { Body::empty() } else { chunked(bytes) });
            *response.status_mut() = status
                .and_then(|status| StatusCode::from_u16(status).ok())
                .unwrap_or(StatusCode::OK);
            response
        }
    };
    for (name, value) in &fault.headers {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            tracing::warn!(name, "a scripted header has an impossible name");
            continue;
        };
        let (text, beside) = match value {
            ScriptedHeader::LeftOut => {
                response.headers_mut().remove(name);
                continue;
            }
            ScriptedHeader::Set(text) => (text, false),
            ScriptedHeader::Added(text) => (text, true),
        };
        match HeaderValue::from_str(text) {
            Ok(value) if beside => {
                response.headers_mut().append(name, value);
            }
            Ok(value) => {
                response.headers_mut().insert(name, value);
            }
            Err(_) => tracing::warn!(%name, "a scripted header has an impossible value"),
        }
    }
    let Some(at) = fault.cut_at else {
        return response;
    };
    let (mut parts, whole) = response.into_parts();
    match body::to_bytes(whole, BODY_LIMIT).await {
        Ok(bytes) => {
            parts.headers.remove(CONTENT_LENGTH);
            parts.headers.remove(TRANSFER_ENCODING);
            Response::from_parts(parts, cut(&bytes, at))
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Reads the whole request, and returns it again together with the bytes of its head and body.
async fn keep(request: Request) -> Result<(Request, Vec<u8>, Bytes), StatusCode> {
    let (parts, body) = request.into_parts();
    let body = body::to_bytes(body, BODY_LIMIT).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let mut head = format!("{} {}\r\n", parts.method, parts.uri).into_bytes();
    for (name, value) in &parts.headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    Ok((Request::from_parts(parts, Body::from(body.clone())), head, body))
}

/// A time as headers hold it (RFC 9110, section 5.6.7).
fn imf_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn header_text(value: Option<&HeaderValue>) -> String {
    value.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
