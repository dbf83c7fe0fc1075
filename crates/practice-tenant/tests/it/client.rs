//! A client that does everything right, with each thing changeable.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use droptrace_practice_tenant::{
    Analyst, CLIENT_ID, PracticeTenant, SCOPE, Settings, TENANT_ID, analysts,
};
use reqwest::{RequestBuilder, Response, redirect};
use serde_json::Value;

/// The pair of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const REDIRECT: &str = "http://localhost:49152";
pub(crate) const EXAMPLE_SHA1: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";

pub(crate) type Form = Vec<(String, String)>;

pub(crate) struct Client {
    pub(crate) tenant: PracticeTenant,
    pub(crate) http: reqwest::Client,
}

impl Client {
    pub(crate) async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    pub(crate) async fn start_with(settings: Settings) -> Self {
        Self {
            tenant: PracticeTenant::start(settings).await.unwrap(),
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    pub(crate) fn authority(&self, path: &str) -> String {
        let port = self.tenant.addresses().authority;
        format!("http://127.0.0.1:{port}/{TENANT_ID}{path}")
    }

    pub(crate) fn api(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.tenant.addresses().api)
    }

    pub(crate) fn portal(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.tenant.addresses().portal)
    }

    pub(crate) async fn authorize(&self, query: &Form) -> Response {
        self.http
            .get(self.authority("/oauth2/v2.0/authorize"))
            .query_pairs(query)
            .send()
            .await
            .unwrap()
    }

    /// Presses a button on a sign-in page.
    pub(crate) async fn press(&self, page: &str, name: &str, value: &str) -> Response {
        let request = attribute_after(page, "name=\"request\"", "value");
        self.http
            .post(self.authority("/oauth2/v2.0/choose"))
            .form_pairs(&form(&[("request", &request), (name, value)]))
            .send()
            .await
            .unwrap()
    }

    /// Returns what the browser brings back after the analyst was chosen.
    pub(crate) async fn choose(&self, query: &Form, analyst: &Analyst) -> Form {
        let page = self.authorize(query).await.text().await.unwrap();
        let answer = self.press(&page, "analyst", analyst.object_id).await;
        hidden_fields(&answer.text().await.unwrap())
    }

    pub(crate) async fn code(&self, analyst: &Analyst) -> String {
        value(&self.choose(&authorization(), analyst).await, "code")
    }

    pub(crate) fn token_request(&self, body: &Form) -> RequestBuilder {
        self.http.post(self.authority("/oauth2/v2.0/token")).form_pairs(body)
    }

    pub(crate) async fn token(&self, body: &Form) -> (u16, Value) {
        let response = self.token_request(body).send().await.unwrap();
        (response.status().as_u16(), json(response).await)
    }

    /// Signs in with these scopes and returns the token response.
    pub(crate) async fn sign_in_for(&self, analyst: &Analyst, scope: &str) -> Value {
        let query = with(&authorization(), "scope", scope);
        let code = value(&self.choose(&query, analyst).await, "code");
        let (status, body) = self.token(&with(&redemption(&code), "scope", scope)).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub(crate) async fn access_token(&self, analyst: &Analyst) -> String {
        let body = self.sign_in_for(analyst, &scopes()).await;
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Response {
        self.http.get(self.api(path)).bearer_auth(token).send().await.unwrap()
    }

    pub(crate) async fn get_json(&self, token: &str, path: &str) -> (u16, Value) {
        let response = self.get(token, path).await;
        (response.status().as_u16(), json(response).await)
    }
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// Pairs in a query or a form: the client library's own ways are not built in here.
pub(crate) trait Pairs {
    fn query_pairs(self, pairs: &Form) -> Self;
    fn form_pairs(self, pairs: &Form) -> Self;
}

impl Pairs for RequestBuilder {
    fn query_pairs(self, pairs: &Form) -> Self {
        let (client, request) = self.build_split();
        let mut request = request.unwrap();
        request.url_mut().query_pairs_mut().extend_pairs(pairs);
        Self::from_parts(client, request)
    }

    fn form_pairs(self, pairs: &Form) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(encode(pairs))
    }
}

pub(crate) fn encode(pairs: &Form) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(crate) fn mara() -> &'static Analyst {
    &analysts()[0]
}

pub(crate) fn tomas() -> &'static Analyst {
    &analysts()[1]
}

pub(crate) fn scopes() -> String {
    format!("openid profile offline_access {SCOPE}")
}

/// A right authorization request.
pub(crate) fn authorization() -> Form {
    form(&[
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("response_mode", "form_post"),
        ("scope", &scopes()),
        ("state", "state-of-this-test"),
        ("nonce", "nonce-of-this-test"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])
}

/// A right redemption of a code.
pub(crate) fn redemption(code: &str) -> Form {
    form(&[
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("scope", &scopes()),
    ])
}

/// A right refresh.
pub(crate) fn refresh(token: &str) -> Form {
    form(&[
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT_ID),
        ("refresh_token", token),
        ("scope", &scopes()),
    ])
}

pub(crate) fn form(pairs: &[(&str, &str)]) -> Form {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The form with one parameter changed or added.
pub(crate) fn with(form: &Form, name: &str, value: &str) -> Form {
    let mut changed = without(form, name);
    changed.push((name.to_owned(), value.to_owned()));
    changed
}

pub(crate) fn without(form: &Form, name: &str) -> Form {
    form.iter().filter(|(known, _)| known != name).cloned().collect()
}

pub(crate) fn value(form: &Form, name: &str) -> String {
    let Some((_, value)) = form.iter().find(|(known, _)| known == name) else {
        panic!("no {name} in {form:?}");
    };
    value.clone()
}

/// The hidden fields of a page's form.
pub(crate) fn hidden_fields(page: &str) -> Form {
    page.split("<input type=\"hidden\"")
        .skip(1)
        .map(|input| (attribute_after(input, "", "name"), attribute_after(input, "", "value")))
        .collect()
}

/// The value of the first attribute of this name after `mark`.
pub(crate) fn attribute_after(page: &str, mark: &str, name: &str) -> String {
    let after = page.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {page}")).1;
    let (_, rest) = after.split_once(&format!("{name}=\"")).unwrap();
    rest.split('"')
        .next()
        .unwrap()
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The claims of a token, unchecked.
pub(crate) fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}
