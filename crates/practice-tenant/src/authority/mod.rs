//! The authority: signs people in and gives tokens, in the manner of Entra ID.

mod authorize;
mod choice;
mod claims;
mod consent;
mod error;
mod metadata;
mod scope;
mod signing;
mod token;
mod tokens;

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};

pub(crate) use self::{
    authorize::AuthorizationRequest,
    claims::ClaimsRequest,
    consent::ConsentRequest,
    scope::Scopes,
    signing::{SigningKey, VerifyError},
    tokens::AccessClaims,
};
use crate::state::Tenant;

pub(crate) fn router() -> Router<Arc<Tenant>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", get(choice::authorize))
        .route("/{tenant}/oauth2/v2.0/choose", post(choice::choose))
        .route("/{tenant}/oauth2/v2.0/token", post(token::token).fallback(token::only_post))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(metadata::discovery))
        .route("/{tenant}/v2.0/adminconsent", get(consent::ask))
        .route("/{tenant}/v2.0/adminconsent/give", post(consent::give))
        .route("/{tenant}/discovery/v2.0/keys", get(metadata::keys))
        .fallback(async || StatusCode::NOT_FOUND)
}
