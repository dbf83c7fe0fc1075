//! The authorization request: what the browser is sent to.
//!
//! RFC 6749 section 4.1.1, PKCE by RFC 7636 with S256 alone, `response_mode=form_post` so that the
//! code stays out of the address bar, and an OIDC nonce.

use oauth2::{CsrfToken, PkceCodeChallenge};
use url::Url;
use zeroize::Zeroizing;

use super::Endpoints;

/// Whom the authority is told to expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Nobody in particular: the browser's own session decides.
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
}

impl Authorization {
    /// A fresh request whose answer comes to `port` on loopback.
    ///
    /// The redirect URI has no path: Entra ignores the port of a registered `http://localhost`,
    /// but matches its path ("Redirect URI restrictions" page).
    pub(super) fn new(endpoints: &impl Endpoints, port: u16, hint: &Hint) -> Self {
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
            .append_pair("response_mode", "form_post")
            .append_pair("scope", &requested_scope(endpoints))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", challenge.method().as_str());
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
        Self { link, redirect, state, nonce, verifier }
    }
}

/// The scopes that are asked for: who it is, to stay signed in, and to read alerts.
pub(super) fn requested_scope(endpoints: &impl Endpoints) -> String {
    format!("openid profile offline_access {}", endpoints.scope())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::{
        identity::OrganisationEndpoints,
        view::{Cloud, Organisation},
    };

    fn query(hint: &Hint) -> (Url, HashMap<String, String>, Authorization) {
        let endpoints = OrganisationEndpoints::new(&Organisation {
            cloud: Cloud::Commercial,
            tenant: "11111111-2222-3333-4444-555555555555".into(),
            client: "66666666-7777-8888-9999-000000000000".into(),
        })
        .unwrap();
        let request = Authorization::new(&endpoints, 4711, hint);
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
