//! The authorization request: what the browser is sent to.
//!
//! RFC 6749 section 4.1.1, PKCE by RFC 7636 with S256 alone, `response_mode=form_post` so that the
//! code stays out of the address bar, and an OIDC nonce.

use oauth2::{CsrfToken, PkceCodeChallenge};
use url::Url;
use zeroize::Zeroizing;

use super::{Claims, Endpoints, challenge};
use crate::view::Permission;

/// What an attempt to sign in asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Whom the authority is told to expect.
    pub hint: Hint,
    /// What may be done with alerts; none for the permission of the endpoints. The session that comes
    /// of the attempt keeps to it.
    pub permission: Option<Permission>,
    /// What the API or the authority asked for beyond a usual sign-in
    /// ([`Session::claims`](super::Session::claims)).
    pub claims: Option<Claims>,
}

impl From<Hint> for Request {
    fn from(hint: Hint) -> Self {
        Self { hint, ..Self::default() }
    }
}

/// Whom the authority is told to expect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nobody in particular: the browser's own session decides.
    #[default]
    None,
    /// The person who is known already.
    LoginHint(String),
    /// Somebody else: the authority lets the person choose.
    SelectAccount,
}

/// One request, and what its answer must match; wiped from memory when it is dropped, except that
/// [`link`](Self::link) names state and nonce.
pub(super) struct Authorization {
    /// Where the browser goes.
    pub(super) link: Url,
    /// Told to the authority and expected back; the same byte for byte at the token endpoint.
    pub(super) redirect: String,
    pub(super) state: Zeroizing<String>,
    pub(super) nonce: Zeroizing<String>,
    pub(super) verifier: Zeroizing<String>,
    /// Asked for here and at the token endpoint.
    pub(super) claims: Option<Claims>,
}

impl Authorization {
    /// A fresh request whose answer comes to `port` on loopback.
    ///
    /// The redirect URI has no path: Entra ignores the port of a registered `http://localhost`,
    /// but matches its path ("Redirect URI restrictions" page).
    pub(super) fn new(
        endpoints: &impl Endpoints,
        port: u16,
        hint: &Hint,
        claims: Option<Claims>,
    ) -> Self {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // 128 bits each, in the URL-safe alphabet.
        let state = Zeroizing::new(CsrfToken::new_random().into_secret());
        let nonce = Zeroizing::new(CsrfToken::new_random().into_secret());
        let verifier = Zeroizing::new(verifier.into_secret());
        let redirect = format!("http://localhost:{port}");

        let mut link = endpoints.authorize_url();
        let mut query = link.query_pairs_mut();
        query
            .append_pair("client_id", endpoints.client_id())
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &redirect)
            .append_pair("response_mode", endpoints.response_mode().as_str())
            .append_pair("scope", &requested_scope(endpoints))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", challenge.method().as_str())
            .append_pair("claims", &challenge::parameter(claims.as_ref()));
        match hint {
            Hint::None => {}
            Hint::LoginHint(name) => {
                query.append_pair("login_hint", name);
            }
            Hint::SelectAccount => {
                query.append_pair("prompt", "select_account");
            }
        }
        drop(query);
        Self { link, redirect, state, nonce, verifier, claims }
    }
}

/// The scopes that are asked for: who it is, to stay signed in, and to read alerts.
pub(crate) fn requested_scope(endpoints: &impl Endpoints) -> String {
    format!("openid profile offline_access {}", scope(endpoints, endpoints.permission()))
}

/// A permission as a scope: the resource, whatever host is asked, and its name.
fn scope(endpoints: &impl Endpoints, permission: Permission) -> String {
    format!("{}/{}", endpoints.resource(), name(permission))
}

/// What Defender calls a permission.
pub(crate) fn name(permission: Permission) -> &'static str {
    match permission {
        Permission::AlertRead => "Alert.Read",
        Permission::AlertReadWrite => "Alert.ReadWrite",
    }
}

/// Where an administrator gives consent for the whole organisation ("Admin consent" page of the
/// identity platform). It is to be copied, never opened by this app.
pub fn admin_consent_url(endpoints: &impl Endpoints, permission: Permission) -> Url {
    let mut link = endpoints.authority().clone();
    link.set_path(&format!("/{}/v2.0/adminconsent", endpoints.tenant()));
    link.query_pairs_mut()
        .append_pair("client_id", endpoints.client_id())
        .append_pair("scope", &scope(endpoints, permission))
        .append_pair("redirect_uri", "http://localhost");
    link
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::{
        identity::OrganisationEndpoints,
        view::{ApiHost, Cloud, Organisation},
    };

    fn endpoints() -> OrganisationEndpoints {
        OrganisationEndpoints::new(&Organisation {
            cloud: Cloud::Commercial,
            tenant: "11111111-2222-3333-4444-555555555555".into(),
            client: "66666666-7777-8888-9999-000000000000".into(),
            host: ApiHost::NewEu,
            domain: None,
            permission: Permission::default(),
        })
        .unwrap()
    }

    fn query(hint: &Hint) -> (Url, HashMap<String, String>, Authorization) {
        asked(&endpoints(), hint, None)
    }

    fn asked(
        endpoints: &OrganisationEndpoints,
        hint: &Hint,
        claims: Option<Claims>,
    ) -> (Url, HashMap<String, String>, Authorization) {
        let request = Authorization::new(endpoints, 4711, hint, claims);
        let pairs: Vec<(String, String)> = request.link.query_pairs().into_owned().collect();
        let query: HashMap<_, _> = pairs.iter().cloned().collect();
        assert_eq!(pairs.len(), query.len(), "no parameter twice (RFC 6749, section 3.1)");
        (request.link.clone(), query, request)
    }

    #[test]
    fn asks_for_a_code_by_form_post_with_s256() {
        let (link, query, request) = query(&Hint::None);

        assert_eq!(
            link.as_str().split('?').next().unwrap(),
            "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/authorize"
        );
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["response_mode"], "form_post");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["code_challenge"].len(), 43);
        assert_eq!(query["redirect_uri"], "http://localhost:4711");
        assert_eq!(
            query["scope"],
            "openid profile offline_access https://api.securitycenter.microsoft.com/Alert.Read"
        );
        assert!(request.state.len() >= 22 && request.nonce.len() >= 22, "128 bits each");
        assert!(!query.contains_key("prompt") && !query.contains_key("client_secret"));
        assert!(!link.as_str().contains(request.verifier.as_str()));
    }

    #[test]
    fn a_step_up_asks_for_more_of_the_same_resource() {
        let endpoints = endpoints().with_permission(Permission::AlertReadWrite);

        let (_, query, _) = asked(&endpoints, &Hint::None, None);

        assert_eq!(
            query["scope"],
            "openid profile offline_access \
             https://api.securitycenter.microsoft.com/Alert.ReadWrite"
        );
    }

    #[test]
    fn says_that_it_can_be_challenged_and_passes_a_challenge_on() {
        let capability = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
        assert_eq!(query(&Hint::None).1["claims"], capability);

        let claims = Claims::of_json(r#"{"access_token":{"nbf":{"value":"1"}}}"#).unwrap();
        let (_, query, request) = asked(&endpoints(), &Hint::None, Some(claims.clone()));
        assert_eq!(
            query["claims"],
            r#"{"access_token":{"nbf":{"value":"1"},"xms_cc":{"values":["cp1"]}}}"#
        );
        assert_eq!(request.claims, Some(claims));
    }

    #[test]
    fn the_link_for_an_administrator_names_tenant_app_and_scope() {
        let link = admin_consent_url(&endpoints(), Permission::AlertReadWrite);

        assert_eq!(
            link.as_str(),
            "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555\
             /v2.0/adminconsent?client_id=66666666-7777-8888-9999-000000000000\
             &scope=https%3A%2F%2Fapi.securitycenter.microsoft.com%2FAlert.ReadWrite\
             &redirect_uri=http%3A%2F%2Flocalhost"
        );
    }

    #[test]
    fn every_request_is_fresh() {
        let (_, first, _) = query(&Hint::None);
        let (_, second, _) = query(&Hint::None);

        for name in ["state", "nonce", "code_challenge"] {
            assert_ne!(first[name], second[name]);
        }
    }

    #[test]
    fn tells_the_authority_whom_to_expect() {
        assert_eq!(query(&Hint::SelectAccount).1["prompt"], "select_account");
        assert_eq!(query(&Hint::LoginHint("a&b@x".into())).1["login_hint"], "a&b@x");
    }
}
