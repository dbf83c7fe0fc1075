use std::borrow::Cow;

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, PRAGMA},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    faults::ScriptedError,
    html::{Page, escape},
    state::Tenant,
};

/// Why the authority refuses, as Entra words it: what a program branches on, and a number for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    status: StatusCode,
    error: Cow<'static, str>,
    code: u32,
    suberror: Option<Cow<'static, str>>,
    /// The claims that only a person can answer for.
    claims: Option<String>,
    message: String,
}

impl Refused {
    fn new(error: impl Into<Cow<'static, str>>, code: u32, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error: error.into(),
            code,
            suberror: None,
            claims: None,
            message: message.into(),
        }
    }

    fn suberror(self, suberror: impl Into<Cow<'static, str>>) -> Self {
        Self { suberror: Some(suberror.into()), ..self }
    }

    fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(super) fn tenant_not_found(tenant: &str) -> Self {
        let message = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and \
             are signing into the correct cloud."
        );
        Self::new("invalid_request", 90_002, message)
    }

    /// The same as the metadata says it.
    pub(super) fn no_such_tenant(tenant: &str) -> Self {
        Self { error: "invalid_tenant".into(), ..Self::tenant_not_found(tenant) }
    }

    /// What stands in the path is neither an id nor a domain.
    pub(super) fn malformed_tenant(tenant: &str) -> Self {
        let message = format!(
            "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid \
             external domain."
        );
        Self::new("invalid_request", 900_023, message)
    }

    pub(super) fn not_multi_tenant(client: &str) -> Self {
        let message = format!(
            "Application '{client}' is not configured as a multi-tenant application. Usage of the \
             /common endpoint is not supported for such apps."
        );
        Self::new("invalid_request", 50_194, message)
    }

    pub(super) fn unknown_client(client: &str, tenant: &str) -> Self {
        let message = format!(
            "Application with identifier '{client}' was not found in the directory '{tenant}'."
        );
        Self::new("unauthorized_client", 700_016, message)
    }

    pub(super) fn redirect_mismatch(redirect_uri: &str, client: &str) -> Self {
        let message = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the \
             redirect URIs configured for the application '{client}'."
        );
        Self::new("invalid_request", 50_011, message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let message =
            format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new("invalid_request", 900_144, message)
    }

    pub(super) fn repeated(parameter: &str) -> Self {
        let message = format!(
            "The request is not properly formatted. The parameter '{parameter}' is duplicated."
        );
        Self::new("invalid_request", 9_000_411, message)
    }

    pub(super) fn response_type(found: &str) -> Self {
        let message = format!("The response_type '{found}' is not enabled for the application.");
        Self::new("unsupported_response_type", 70_005, message)
    }

    pub(super) fn response_mode(found: &str) -> Self {
        let message = format!(
            "'{found}' is not a supported value of 'response_mode' when requesting a code."
        );
        Self::new("invalid_request", 70_007, message)
    }

    pub(super) fn prompt(found: &str) -> Self {
        let message = format!("The prompt value '{found}' is not supported.");
        Self::new("invalid_request", 90_023, message)
    }

    pub(super) fn no_session() -> Self {
        Self::new(
            "login_required",
            50_058,
            "A silent sign-in request was sent but no user is signed in.",
        )
    }

    pub(super) fn challenge_size() -> Self {
        Self::new(
            "invalid_request",
            50_147,
            "The size of the code challenge parameter isn't valid.",
        )
    }

    pub(super) fn challenge_method(found: &str) -> Self {
        let message = format!(
            "The code challenge method '{found}' isn't valid: this application must use S256."
        );
        Self::new("invalid_request", 9_002_325, message)
    }

    pub(super) fn scope(scope: &str) -> Self {
        let message = format!(
            "The provided value for the input parameter 'scope' isn't valid. The scope {scope} \
             isn't valid."
        );
        Self::new("invalid_scope", 70_011, message)
    }

    pub(super) fn declined() -> Self {
        Self::new("access_denied", 65_004, "User declined to consent to access the app.")
            .suberror("cancel")
    }

    /// Somebody has to consent first.
    pub(super) fn consent_required(client: &str, permissions: &str) -> Self {
        let message = format!(
            "The user or administrator has not consented to use the application with ID \
             '{client}' for {permissions}. Send an interactive authorization request for this \
             user and resource."
        );
        Self::new("invalid_grant", 65_001, message).suberror("consent_required")
    }

    /// Only an administrator can consent, and the person went back without.
    pub(super) fn admin_consent_required() -> Self {
        Self::new(
            "access_denied",
            90_094,
            "An administrator has to consent to the permissions that the application asks for.",
        )
        .suberror("cancel")
    }

    /// A claims challenge takes a person at the browser.
    pub(super) fn interaction_required(claims: String) -> Self {
        Self {
            claims: Some(claims),
            ..Self::new(
                "interaction_required",
                50_076,
                "Due to a configuration change made by your administrator, or because you moved \
                 to a new location, you must use multi-factor authentication to access this \
                 resource.",
            )
            .suberror("basic_action")
        }
    }

    pub(super) fn claims(reason: &str) -> Self {
        let message = format!("The request is not valid: 'claims' cannot be read, since {reason}.");
        Self::new("invalid_request", 90_023, message)
    }

    /// What a test has scripted.
    pub(super) fn scripted(scripted: &ScriptedError) -> Self {
        let refused =
            Self::new(scripted.error.clone(), scripted.code, "Scripted for a test.".to_owned());
        match &scripted.subcode {
            Some(subcode) => refused.suberror(subcode.clone()),
            None => refused,
        }
    }

    pub(super) fn grant_type(found: &str) -> Self {
        let message = format!("The app requested an unsupported grant type '{found}'.");
        Self::new("unsupported_grant_type", 70_003, message)
    }

    pub(super) fn only_post(method: &str) -> Self {
        let message =
            format!("The endpoint only accepts POST requests. Received a {method} request.");
        Self::new("invalid_request", 900_561, message)
    }

    pub(super) fn cross_origin() -> Self {
        Self::new(
            "invalid_request",
            9_002_326,
            "Cross-origin token redemption is permitted only for the 'Single-Page Application' \
             client-type.",
        )
    }

    pub(super) fn public_client() -> Self {
        Self::new(
            "invalid_client",
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be \
             presented.",
        )
        .status(StatusCode::UNAUTHORIZED)
    }

    pub(super) fn malformed_grant() -> Self {
        Self::new("invalid_grant", 9_002_313, "Invalid request. Request is malformed or invalid.")
    }

    pub(super) fn code_expired() -> Self {
        Self::new(
            "invalid_grant",
            70_008,
            "The provided authorization code or refresh token has expired due to inactivity. Send \
             a new interactive authorization request for this user and resource.",
        )
    }

    pub(super) fn code_redeemed() -> Self {
        Self::new(
            "invalid_grant",
            54_005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code \
             or use an existing refresh token.",
        )
    }

    pub(super) fn reply_address(sent: &str, requested: &str) -> Self {
        let message = format!(
            "The reply address '{sent}' does not match the reply address '{requested}' provided \
             when requesting Authorization code."
        );
        Self::new("invalid_grant", 500_112, message)
    }

    pub(super) fn verifier() -> Self {
        Self::new(
            "invalid_grant",
            501_481,
            "The Code_Verifier does not match the code_challenge supplied in the authorization \
             request.",
        )
    }

    pub(super) fn refresh_expired() -> Self {
        Self::new("invalid_grant", 700_082, "The refresh token has expired due to inactivity.")
            .suberror("bad_token")
    }

    pub(super) fn refresh_revoked() -> Self {
        Self::new(
            "invalid_grant",
            50_173,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        )
        .suberror("bad_token")
    }

    pub(super) fn internal() -> Self {
        Self::new("server_error", 90_033, "A transient error has occurred. Please try again.")
            .status(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// The error as it goes back to the app by way of the browser.
    pub(super) fn redirect_fields(
        &self,
        tenant: &Tenant,
        correlation: &str,
    ) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("error", self.error.clone().into_owned()),
            ("error_description", self.description(&Traces::new(tenant, correlation))),
            ("error_uri", self.uri(tenant)),
        ];
        if let Some(suberror) = &self.suberror {
            fields.push(("error_subcode", suberror.clone().into_owned()));
        }
        fields
    }

    /// The error as a page: what a person sees when the app must not be told.
    pub(super) fn page(&self, tenant: &Tenant, correlation: &str) -> Page {
        let traces = Traces::new(tenant, correlation);
        let body = format!(
            "<h1>Sign-in cannot go on</h1>\n\
             <p>AADSTS{code}: {message}</p>\n\
             <p class=\"quiet\">The request that opened this page was wrong, so the app was not \
             told. You can close this page.</p>\n\
             <dl>\n\
             <dt>Trace ID</dt><dd><code>{trace}</code></dd>\n\
             <dt>Correlation ID</dt><dd><code>{correlation}</code></dd>\n\
             <dt>Timestamp</dt><dd><code>{timestamp}</code></dd>\n\
             </dl>\n",
            code = self.code,
            message = escape(&self.message),
            trace = traces.trace,
            correlation = traces.correlation,
            timestamp = traces.timestamp,
        );
        Page::new("Sign-in cannot go on", body).status(self.status)
    }

    /// The error as the token endpoint answers it.
    pub(super) fn json(&self, tenant: &Tenant, correlation: &str) -> Response {
        let traces = Traces::new(tenant, correlation);
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(&traces),
            "error_codes": [self.code],
            "timestamp": traces.timestamp,
            "trace_id": traces.trace,
            "correlation_id": traces.correlation,
            "error_uri": self.uri(tenant),
        });
        if let Some(suberror) = &self.suberror {
            body["suberror"] = Value::from(suberror.as_ref());
        }
        if let Some(claims) = &self.claims {
            body["claims"] = Value::from(claims.as_str());
        }
        let headers = [
            (CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache")),
            (PRAGMA, HeaderValue::from_static("no-cache")),
        ];
        (self.status, headers, Json(body)).into_response()
    }

    fn description(&self, traces: &Traces) -> String {
        format!(
            "AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}",
            self.code, self.message, traces.trace, traces.correlation, traces.timestamp
        )
    }

    fn uri(&self, tenant: &Tenant) -> String {
        format!("{}/error?code={}", tenant.registration.authority, self.code)
    }
}

struct Traces {
    trace: String,
    correlation: String,
    timestamp: String,
}

impl Traces {
    fn new(tenant: &Tenant, correlation: &str) -> Self {
        Self {
            trace: tenant.chance.guid(),
            correlation: correlation.to_owned(),
            timestamp: tenant.clock.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}
