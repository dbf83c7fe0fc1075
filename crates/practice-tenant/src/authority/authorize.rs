use super::{claims::ClaimsRequest, error::Refused, scope::Scopes};
use crate::{
    form::{Parameters, Repeated},
    organisation::Registration,
    permission::Permission,
};

/// An authorization request that may be shown to a person.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizationRequest {
    pub(super) return_to: ReturnTo,
    pub(super) scopes: Scopes,
    pub(super) nonce: String,
    pub(super) code_challenge: String,
    pub(super) login_hint: Option<String>,
    pub(super) client_info: bool,
    pub(super) claims: ClaimsRequest,
}

/// Where the browser brings the answer, and how.
#[derive(Debug, Clone)]
pub(crate) struct ReturnTo {
    pub(super) redirect_uri: String,
    pub(super) mode: ResponseMode,
    pub(super) state: Option<String>,
}

/// How the browser brings the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    FormPost,
    Query,
}

/// Why a request is not shown: the app is told, unless nobody knows that it is the app.
#[derive(Debug)]
pub(super) enum NotShown {
    /// The client or its redirect is not known: only the person is told.
    Page(Refused),
    /// The app is told.
    Redirect(ReturnTo, Box<Refused>),
}

impl AuthorizationRequest {
    pub(super) fn parse(
        path_tenant: &str,
        query: &str,
        registration: &Registration,
        consented: &[Permission],
    ) -> Result<Self, NotShown> {
        let parameters = Parameters::parse(query.as_bytes())
            .map_err(|Repeated(name)| NotShown::Page(Refused::repeated(&name)))?;
        let client_id =
            known_client(path_tenant, &parameters, registration).map_err(NotShown::Page)?;
        let redirect_uri = parameters
            .value("redirect_uri")
            .ok_or_else(|| NotShown::Page(Refused::missing("redirect_uri")))?;
        if !is_registered(redirect_uri) {
            return Err(NotShown::Page(Refused::redirect_mismatch(redirect_uri, client_id)));
        }

        let mode = parameters.value("response_mode");
        let return_to = ReturnTo {
            redirect_uri: redirect_uri.to_owned(),
            mode: match mode {
                Some("form_post") => ResponseMode::FormPost,
                _ => ResponseMode::Query,
            },
            state: parameters.value("state").map(without_markup),
        };
        match Self::parse_rest(&parameters, mode, (registration, consented), &return_to) {
            Ok(request) => Ok(request),
            Err(refused) => Err(NotShown::Redirect(return_to, Box::new(refused))),
        }
    }

    fn parse_rest(
        parameters: &Parameters,
        mode: Option<&str>,
        (registration, consented): (&Registration, &[Permission]),
        return_to: &ReturnTo,
    ) -> Result<Self, Refused> {
        let required = |name| parameters.value(name).ok_or_else(|| Refused::missing(name));
        match required("response_type")? {
            "code" => {}
            other => return Err(Refused::response_type(other)),
        }
        match mode {
            None | Some("form_post" | "query") => {}
            Some(other) => return Err(Refused::response_mode(other)),
        }
        let scopes = Scopes::parse(required("scope")?, registration, consented)?;
        let nonce = required("nonce")?;
        // Entra takes a missing method as `plain`.
        let method = parameters.value("code_challenge_method").unwrap_or("plain");
        let code_challenge = required("code_challenge")?;
        if method != "S256" {
            return Err(Refused::challenge_method(method));
        }
        if code_challenge.len() != 43 || !code_challenge.bytes().all(is_base64url) {
            return Err(Refused::challenge_size());
        }
        match parameters.value("prompt") {
            None | Some("login" | "consent" | "select_account") => {}
            Some("none") => return Err(Refused::no_session()),
            Some(other) => return Err(Refused::prompt(other)),
        }
        let claims = parameters.value("claims").map(ClaimsRequest::parse).transpose()?;
        Ok(Self {
            return_to: return_to.clone(),
            scopes,
            nonce: nonce.to_owned(),
            code_challenge: code_challenge.to_owned(),
            login_hint: parameters.value("login_hint").map(str::to_owned),
            client_info: parameters.value("client_info") == Some("1"),
            claims: claims.unwrap_or_default(),
        })
    }
}

/// Checks the tenant in the path and the `client_id`, which it returns.
pub(super) fn known_client<'request>(
    path_tenant: &str,
    parameters: &'request Parameters,
    registration: &Registration,
) -> Result<&'request str, Refused> {
    let client_id = parameters.value("client_id").ok_or_else(|| Refused::missing("client_id"))?;
    if matches!(path_tenant, "common" | "organizations" | "consumers") {
        return Err(Refused::not_multi_tenant(client_id));
    }
    if !registration.is_named(path_tenant) {
        return Err(Refused::tenant_not_found(path_tenant));
    }
    if !client_id.eq_ignore_ascii_case(&registration.client_id) {
        return Err(Refused::unknown_client(client_id, path_tenant));
    }
    Ok(client_id)
}

/// Tells whether a redirect URI is the registered `http://localhost`: any port, no path, with or
/// without the slash.
pub(super) fn is_registered(redirect_uri: &str) -> bool {
    let Some(rest) = redirect_uri.strip_prefix("http://localhost") else {
        return false;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    match rest.strip_prefix(':') {
        Some(port) => {
            port.bytes().all(|byte| byte.is_ascii_digit())
                && port.parse::<u16>().is_ok_and(|port| port != 0)
        }
        None => rest.is_empty(),
    }
}

/// Takes out whatever looks like an element, as Entra does with a `state`.
fn without_markup(state: &str) -> String {
    let mut kept = String::with_capacity(state.len());
    let mut rest = state;
    while let Some((before, tag)) = rest.split_once('<') {
        kept.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_does_not_matter_and_the_path_does() {
        for registered in [
            "http://localhost",
            "http://localhost/",
            "http://localhost:49152",
            "http://localhost:49152/",
        ] {
            assert!(is_registered(registered), "{registered}");
        }
        for other in [
            "http://localhost:49152/callback",
            "http://localhost:49152//",
            "http://localhost:0",
            "http://localhost:+80",
            "http://localhost:70000",
            "http://localhost:",
            "http://localhost.example:80",
            "http://127.0.0.1:49152",
            "http://[::1]:49152",
            "https://localhost:49152",
            "HTTP://localhost:49152",
            "http://localhost:49152/?a=b",
            "http://localhost:49152#a",
            "http://person@localhost:49152",
        ] {
            assert!(!is_registered(other), "{other}");
        }
    }

    #[test]
    fn markup_is_taken_out_of_a_state() {
        assert_eq!(without_markup("a<b>c</b>d<e"), "acd");
        assert_eq!(without_markup("Az09-_"), "Az09-_");
    }
}
