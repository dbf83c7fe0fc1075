use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::Response,
};
use serde_json::json;

use super::reply::json_reply;
use crate::{permission::Permission, state::Tenant};

/// Why the API refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// The token is missing, not ours, expired or for another resource.
    Unauthorized(&'static str),
    /// The token has none of the claims that are asked for; its client can ask for them.
    Challenged(Vec<String>),
    /// The token lacks every scope that the route asks for.
    Forbidden { required: &'static [Permission], granted: String },
    /// The person lacks the role.
    WithoutRole,
    /// There were too many calls; the next is free in so many seconds.
    TooManyRequests { seconds: i64 },
    /// The path holds something that is not a hash.
    InvalidHash(String),
    /// The query asks for what the route does not offer.
    BadRequest(String),
    /// There is none, or the person may not see it.
    NotFound(String),
}

impl Refused {
    pub(super) fn response(&self, tenant: &Tenant) -> Response {
        let (status, code, message) = match self {
            Self::Unauthorized(reason) => (
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                format!("Unauthorized request - reason of failure: {reason}"),
            ),
            Self::Challenged(_) => (
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                "Unauthorized request - reason of failure: The token lacks required claims"
                    .to_owned(),
            ),
            Self::Forbidden { required, granted } => (
                StatusCode::FORBIDDEN,
                "Forbidden",
                format!(
                    "Missing application scopes. API required scopes: {}, application scopes: \
                     {granted}.",
                    Permission::list(required, ", ")
                ),
            ),
            Self::WithoutRole => (
                StatusCode::FORBIDDEN,
                "Forbidden",
                "User does not have the required permission to perform this action: View Data."
                    .to_owned(),
            ),
            Self::TooManyRequests { seconds } => (
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequests",
                format!("API calls quota exceeded. Retry after {seconds} seconds."),
            ),
            Self::InvalidHash(hash) => (
                StatusCode::BAD_REQUEST,
                "InvalidHashValue",
                format!("Hash value {hash} is invalid."),
            ),
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, "BadRequest", message.clone()),
            Self::NotFound(message) => (StatusCode::NOT_FOUND, "ResourceNotFound", message.clone()),
        };
        let target = format!("|{}-{}.", tenant.chance.hex(4), tenant.chance.hex(8));
        let body = json!({"error": {"code": code, "message": message, "target": target}});
        let mut response = json_reply(status, &body);
        match self {
            Self::Unauthorized(_) => {
                let challenge = format!(
                    "Bearer authorization_uri=\"{}/{}/oauth2/v2.0/authorize\", \
                     error=\"invalid_token\"",
                    tenant.registration.authority, tenant.registration.tenant_id
                );
                if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
                }
            }
            Self::Challenged(challenges) => {
                for challenge in challenges {
                    if let Ok(challenge) = HeaderValue::from_str(challenge) {
                        response.headers_mut().append(WWW_AUTHENTICATE, challenge);
                    }
                }
            }
            Self::TooManyRequests { seconds } => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Self::Forbidden { .. }
            | Self::WithoutRole
            | Self::InvalidHash(_)
            | Self::BadRequest(_)
            | Self::NotFound(_) => {}
        }
        response
    }
}
