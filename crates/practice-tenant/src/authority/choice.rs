//! The page on which a person chooses whom to sign in as, and what their choice leads to.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY},
    },
    response::{IntoResponse, Response},
};
use url::form_urlencoded;

use super::{
    authorize::{AuthorizationRequest, NotShown, ResponseMode, ReturnTo},
    error::Refused,
    tokens,
};
use crate::{
    clock,
    faults::ScriptedError,
    form::{Parameters, Repeated},
    html::{Page, escape},
    organisation::{self, APP_NAME, Analyst, TENANT_NAME, analysts},
    permission::Permission,
    state::{Code, PAGE_LIFETIME, Tenant, hash},
};

/// The size of a real authorization code.
const CODE_LENGTH: usize = 1_080;
const SUBMIT: &str = "document.forms[0].submit()";

pub(super) async fn authorize(
    State(tenant): State<Arc<Tenant>>,
    Path(path_tenant): Path<String>,
    uri: Uri,
    scripted: Option<Extension<ScriptedError>>,
    headers: HeaderMap,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let correlation = tokens::correlation(&tenant, &headers, query.as_bytes());
    let consented = tenant.policy().consented();
    match AuthorizationRequest::parse(&path_tenant, query, &tenant.registration, &consented) {
        Ok(request) => {
            if let Some(Extension(scripted)) = scripted {
                let fields = Refused::scripted(&scripted).redirect_fields(&tenant, &correlation);
                return bring_back(&request.return_to, fields);
            }
            let page = tenant.chance.text(43);
            let shown = choices(&tenant, &page, &request);
            tenant.ledger().sign_ins.show(page, request, tenant.clock.now());
            shown.into_response()
        }
        Err(NotShown::Page(refused)) => refused.page(&tenant, &correlation).into_response(),
        Err(NotShown::Redirect(return_to, refused)) => {
            bring_back(&return_to, refused.redirect_fields(&tenant, &correlation))
        }
    }
}

pub(super) async fn choose(
    State(tenant): State<Arc<Tenant>>,
    scripted: Option<Extension<ScriptedError>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let correlation = tokens::correlation(&tenant, &headers, b"");
    let parameters = match Parameters::parse(&body) {
        Ok(parameters) => parameters,
        Err(Repeated(name)) => {
            return Refused::repeated(&name).page(&tenant, &correlation).into_response();
        }
    };
    let now = tenant.clock.now();
    // The page stays usable: a second click, or the browser's way back, gives another code.
    let shown = parameters
        .value("request")
        .and_then(|page| Some((page, tenant.ledger().sign_ins.of(page, now)?)));
    let Some((page, request)) = shown else {
        return Refused::missing("request").page(&tenant, &correlation).into_response();
    };

    if let Some(Extension(scripted)) = scripted {
        let fields = Refused::scripted(&scripted).redirect_fields(&tenant, &correlation);
        return bring_back(&request.return_to, fields);
    }
    let refused = match parameters.value("analyst").map(organisation::analyst) {
        Some(Some(analyst)) => {
            let withheld = tenant.policy().withheld_of(&request.scopes.permissions);
            if withheld.is_empty() {
                return bring_back(&request.return_to, grant(&tenant, &request, analyst));
            }
            return approval_needed(&tenant, page, &request, analyst, &withheld).into_response();
        }
        None if parameters.value("without_consent").is_some() => Refused::admin_consent_required(),
        Some(None) | None => Refused::declined(),
    };
    bring_back(&request.return_to, refused.redirect_fields(&tenant, &correlation))
}

/// Gives out a code for the analyst.
fn grant(
    tenant: &Tenant,
    request: &AuthorizationRequest,
    analyst: &'static Analyst,
) -> Vec<(&'static str, String)> {
    let now = tenant.clock.now();
    let code = tenant.chance.text(CODE_LENGTH);
    let mut ledger = tenant.ledger();
    // A code that ran out stays for a while, so that using it can be answered as such.
    ledger.codes.retain(|_, code| now < clock::after(code.until, PAGE_LIFETIME));
    ledger.codes.insert(
        hash(&code),
        Code {
            request: request.clone(),
            object_id: analyst.object_id,
            until: clock::after(now, tenant.settings.code_lifetime),
            redeemed: false,
        },
    );
    let mut fields = vec![("code", code)];
    if request.client_info {
        fields.push(("client_info", tokens::client_info(tenant, analyst)));
    }
    fields.push(("session_state", tenant.chance.guid()));
    fields
}

fn choices(tenant: &Tenant, page: &str, request: &AuthorizationRequest) -> Page {
    let hinted = request.login_hint.as_deref().and_then(|hint| {
        analysts().iter().find(|analyst| analyst.sign_in_name.eq_ignore_ascii_case(hint))
    });
    let mut ordered: Vec<&Analyst> = hinted.into_iter().collect();
    ordered.extend(analysts().iter().filter(|analyst| Some(*analyst) != hinted));

    let mut buttons = String::new();
    for analyst in ordered {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            buttons,
            "<button type=\"submit\" id=\"{button}\" name=\"analyst\" value=\"{id}\"{focus}>\
             <strong>{name}</strong> {duty} Sees alerts of the device group {group}.</button>",
            button = analyst.button,
            id = analyst.object_id,
            focus = if Some(analyst) == hinted { " autofocus" } else { "" },
            name = escape(analyst.name),
            duty = escape(analyst.duty),
            group = escape(analyst.device_group),
        );
    }
    let body = format!(
        "<h1>Sign in to {organisation}</h1>\n\
         <p>This is an invented company to practise with. It runs on your own computer, inside \
         Droptrace. You need no account and no password: choose whom to be.</p>\n\
         <form method=\"post\" action=\"/{tenant_id}/oauth2/v2.0/choose\" class=\"choices\">\n\
         <input type=\"hidden\" name=\"request\" value=\"{page}\">\n\
         {buttons}\
         <button type=\"submit\" id=\"cancel\" name=\"cancel\" value=\"1\" class=\"cancel\">Cancel \
         and go back</button>\n\
         </form>\n\
         <p class=\"quiet\">The two see different alerts, since each may see one group of devices \
         only.</p>\n",
        organisation = escape(TENANT_NAME),
        tenant_id = tenant.registration.tenant_id,
        page = escape(page),
    );
    // A browser applies the policy to the redirect that follows a form, too.
    Page::new("Sign in", body)
        .form_action(format!("'self' {}", origin(&request.return_to.redirect_uri)))
}

/// What a person sees who may not consent themselves.
fn approval_needed(
    tenant: &Tenant,
    page: &str,
    request: &AuthorizationRequest,
    analyst: &Analyst,
    withheld: &[Permission],
) -> Page {
    let mut asked = String::new();
    for permission in withheld {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            asked,
            "<li><code>{permission}</code>: {}</li>",
            escape(permission.explained())
        );
    }
    let body = format!(
        "<h1>Need admin approval</h1>\n\
         <p>{name}, {app} needs permission that only an administrator of {organisation} can \
         give:</p>\n\
         <ul>\n{asked}</ul>\n\
         <p>Ask an administrator to approve {app}, then sign in again.</p>\n\
         <form method=\"post\" action=\"/{tenant_id}/oauth2/v2.0/choose\" class=\"choices\">\n\
         <input type=\"hidden\" name=\"request\" value=\"{page}\">\n\
         <button type=\"submit\" id=\"without-consent\" name=\"without_consent\" value=\"1\">Return \
         to the app without consent</button>\n\
         </form>\n\
         <p class=\"quiet\">AADSTS90094</p>\n",
        name = escape(analyst.name),
        app = escape(APP_NAME),
        organisation = escape(TENANT_NAME),
        tenant_id = tenant.registration.tenant_id,
        page = escape(page),
    );
    Page::new("Need admin approval", body)
        .form_action(format!("'self' {}", origin(&request.return_to.redirect_uri)))
}

/// Sends the browser back to the app with these fields.
fn bring_back(return_to: &ReturnTo, mut fields: Vec<(&'static str, String)>) -> Response {
    if let Some(state) = &return_to.state {
        fields.push(("state", state.clone()));
    }
    match return_to.mode {
        ResponseMode::FormPost => post_back(&return_to.redirect_uri, &fields).into_response(),
        ResponseMode::Query => redirect_back(&return_to.redirect_uri, &fields),
    }
}

fn post_back(redirect_uri: &str, fields: &[(&'static str, String)]) -> Page {
    let mut inputs = String::new();
    for (name, value) in fields {
        // Writing to a `String` cannot fail.
        let _ =
            writeln!(inputs, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
    }
    let body = format!(
        "<h1>Going back to Droptrace</h1>\n\
         <form method=\"post\" action=\"{action}\" class=\"choices\">\n\
         {inputs}\
         <button type=\"submit\" id=\"continue\" class=\"go\">Continue to Droptrace</button>\n\
         </form>\n",
        action = escape(redirect_uri),
    );
    Page::new("Going back to Droptrace", body)
        .form_action(origin(redirect_uri).to_owned())
        .script(SUBMIT)
}

fn redirect_back(redirect_uri: &str, fields: &[(&'static str, String)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    // In this mode a redirect without a path comes back with a slash.
    let location = format!("{}/?{query}", origin(redirect_uri));
    let Ok(location) = HeaderValue::from_str(&location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// A registered redirect URI has no path but the slash.
pub(super) fn origin(redirect_uri: &str) -> &str {
    redirect_uri.strip_suffix('/').unwrap_or(redirect_uri)
}
