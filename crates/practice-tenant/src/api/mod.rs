//! The API: answers about files and alerts, in the manner of Defender for Endpoint.

mod alerts;
mod bearer;
mod error;
mod files;
mod paging;
mod quota;
mod reply;

use std::sync::Arc;

use axum::{Router, http::StatusCode, routing::get};
use tower_http::compression::CompressionLayer;

pub(crate) use self::quota::{KeptBack, Quota};
use crate::state::Tenant;

pub(crate) fn router() -> Router<Arc<Tenant>> {
    Router::new()
        .route("/api/files/{hash}/alerts", get(alerts::of_file))
        .route("/api/files/{hash}", get(files::file))
        .route("/api/alerts/{id}", get(alerts::alert))
        // A wrong route or method is answered without a body.
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(CompressionLayer::new())
}
