//! The page on which an administrator consents to what the app asks for, for everyone.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use url::form_urlencoded;

use super::{
    authorize::{is_registered, known_client},
    choice::origin,
    error::Refused,
    scope::Scopes,
    tokens::correlation,
};
use crate::{
    form::{Parameters, Repeated},
    html::{Page, escape},
    organisation::{APP_NAME, Registration, TENANT_NAME},
    permission::Permission,
    state::Tenant,
};

/// What an administrator is asked to consent to.
#[derive(Debug, Clone)]
pub(crate) struct ConsentRequest {
    permissions: Vec<Permission>,
    scope: String,
    redirect_uri: String,
    state: Option<String>,
}

impl ConsentRequest {
    fn parse(path_tenant: &str, query: &str, registration: &Registration) -> Result<Self, Refused> {
        let parameters = Parameters::parse(query.as_bytes())
            .map_err(|Repeated(name)| Refused::repeated(&name))?;
        let required = |name| parameters.value(name).ok_or_else(|| Refused::missing(name));
        let client_id = known_client(path_tenant, &parameters, registration)?;
        let redirect_uri = required("redirect_uri")?;
        if !is_registered(redirect_uri) {
            return Err(Refused::redirect_mismatch(redirect_uri, client_id));
        }
        let scope = required("scope")?;
        Ok(Self {
            permissions: Scopes::parse_for_consent(scope, registration)?,
            scope: scope.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            state: parameters.value("state").map(str::to_owned),
        })
    }

    /// Where the browser would bring the app the news.
    fn back(&self, registration: &Registration) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("admin_consent", "True")
            .append_pair("tenant", &registration.tenant_id)
            .append_pair("scope", &self.scope);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        format!("{}/?{}", origin(&self.redirect_uri), query.finish())
    }
}

pub(super) async fn ask(
    State(tenant): State<Arc<Tenant>>,
    Path(path_tenant): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let query = uri.query().unwrap_or_default();
    match ConsentRequest::parse(&path_tenant, query, &tenant.registration) {
        Ok(request) => {
            let page = tenant.chance.text(43);
            let shown = question(&tenant, &page, &request);
            tenant.ledger().consents.show(page, request, tenant.clock.now());
            shown.into_response()
        }
        Err(refused) => {
            let correlation = correlation(&tenant, &headers, query.as_bytes());
            refused.page(&tenant, &correlation).into_response()
        }
    }
}

pub(super) async fn give(
    State(tenant): State<Arc<Tenant>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = tenant.clock.now();
    let shown = Parameters::parse(&body)
        .map_err(|Repeated(name)| Refused::repeated(&name))
        .and_then(|parameters| {
            parameters
                .value("request")
                .and_then(|page| tenant.ledger().consents.of(page, now))
                .ok_or_else(|| Refused::missing("request"))
        });
    match shown {
        Ok(request) => {
            tenant.policy().consent(&request.permissions);
            given(&request.back(&tenant.registration)).into_response()
        }
        Err(refused) => {
            let correlation = correlation(&tenant, &headers, b"");
            refused.page(&tenant, &correlation).into_response()
        }
    }
}

fn question(tenant: &Tenant, page: &str, request: &ConsentRequest) -> Page {
    let mut asked = String::new();
    for permission in &request.permissions {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            asked,
            "<li><code>{permission}</code>: {}</li>",
            escape(permission.explained())
        );
    }
    let body = format!(
        "<h1>Approve {app} for {organisation}</h1>\n\
         <p>You are the administrator of this invented company. {app} asks for these \
         permissions, for everyone in it:</p>\n\
         <ul>\n{asked}</ul>\n\
         <form method=\"post\" action=\"/{tenant_id}/v2.0/adminconsent/give\" class=\"choices\">\n\
         <input type=\"hidden\" name=\"request\" value=\"{page}\">\n\
         <button type=\"submit\" id=\"approve\" class=\"go\">Approve for everyone</button>\n\
         </form>\n",
        app = escape(APP_NAME),
        organisation = escape(TENANT_NAME),
        tenant_id = tenant.registration.tenant_id,
        page = escape(page),
    );
    Page::new("Approve the app", body).form_action("'self'".to_owned())
}

/// Entra would lead on to the redirect address by itself. Nothing may listen there by then, so here
/// it is a link.
fn given(back: &str) -> Page {
    let body = format!(
        "<h1>{app} is approved</h1>\n\
         <p>People can sign in to {app} now. You can close this page.</p>\n\
         <p class=\"quiet\"><a id=\"back\" href=\"{back}\">Tell the app</a></p>\n",
        app = escape(APP_NAME),
        back = escape(back),
    );
    Page::new("The app is approved", body)
}
