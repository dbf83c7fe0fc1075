use droptrace_practice_tenant::{Fault, Organisation, OrganisationTenant, Route, Settings};
use reqwest::redirect;
use serde_json::Value;

use crate::client::{
    EXAMPLE_SHA1, Form, Pairs as _, authorization, claims, encode, form, hidden_fields, json, mara,
    redemption, value, with,
};

const TENANT: &str = "5e0d9c8b-7a61-4f52-8e43-d2c1b0a9f8e7";
const CLIENT: &str = "1a2b3c4d-5e6f-4708-91a2-b3c4d5e6f708";
const AUTHORITY: &str = "https://login.microsoftonline.com";
const API: &str = "https://api.securitycenter.microsoft.com";
const SCOPE: &str = "openid profile https://api.securitycenter.microsoft.com/Alert.Read";

async fn start() -> (OrganisationTenant, reqwest::Client) {
    let organisation = Organisation::commercial(TENANT, CLIENT);
    let hosts = [
        organisation.authority.clone(),
        organisation.api.clone(),
        organisation.portal.clone(),
        "graph.microsoft.com".to_owned(),
    ];
    let started = OrganisationTenant::start(Settings::default(), organisation).await.unwrap();
    let root = reqwest::Certificate::from_pem(started.root_certificate.as_bytes()).unwrap();
    let mut builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .tls_certs_only([root]);
    for host in &hosts {
        builder = builder.resolve(host, ([127, 0, 0, 1], started.port).into());
    }
    (started, builder.build().unwrap())
}

fn organisations(form: &Form) -> Form {
    with(&with(form, "client_id", CLIENT), "scope", SCOPE)
}

async fn sign_in(http: &reqwest::Client) -> Value {
    let page = http
        .get(format!("{AUTHORITY}/{TENANT}/oauth2/v2.0/authorize"))
        .query_pairs(&organisations(&authorization()))
        .send()
        .await
        .unwrap();
    let fields = hidden_fields(&page.text().await.unwrap());
    let chosen = http
        .post(format!("{AUTHORITY}/{TENANT}/oauth2/v2.0/choose"))
        .form_pairs(&form(&[
            ("request", &value(&fields, "request")),
            ("analyst", mara().object_id),
        ]))
        .send()
        .await
        .unwrap();
    let code = value(&hidden_fields(&chosen.text().await.unwrap()), "code");
    let response = http
        .post(format!("{AUTHORITY}/{TENANT}/oauth2/v2.0/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encode(&organisations(&redemption(&code))))
        .send()
        .await
        .unwrap();
    json(response).await
}

#[tokio::test]
async fn the_organisation_answers_under_its_own_names() {
    let (started, http) = start().await;

    let tokens = sign_in(&http).await;

    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id["iss"], format!("{AUTHORITY}/{TENANT}/v2.0"));
    assert_eq!(id["aud"], CLIENT);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims(access)["aud"], API);
    let response = http
        .get(format!("{API}/api/files/{EXAMPLE_SHA1}/alerts"))
        .bearer_auth(access)
        .send()
        .await
        .unwrap();
    let body = json(response).await;
    assert_eq!(body["@odata.context"], format!("{API}/api/$metadata#Alerts"));
    assert_eq!(body["value"][0]["aadTenantId"], TENANT);
    let recorded = started.tenant.arrived(Route::FileAlerts, 1).await;
    assert_eq!(recorded.host, "api.securitycenter.microsoft.com");
}

#[tokio::test]
async fn another_name_gets_no_handshake() {
    let (started, http) = start().await;

    let error = http.get("https://graph.microsoft.com/v1.0/me").send().await.unwrap_err();

    assert!(error.is_connect(), "{error:?}");
    assert!(started.tenant.requests().is_empty());
}

#[tokio::test]
async fn the_name_of_one_server_does_not_open_another() {
    let (_started, http) = start().await;

    let response = http
        .get(format!("{API}/{TENANT}/discovery/v2.0/keys"))
        .header("host", "login.microsoftonline.com")
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 421);
}

#[tokio::test]
async fn the_root_of_another_run_is_not_trusted() {
    let (started, _) = start().await;
    let (_other, http) = start().await;
    let stranger = reqwest::Client::builder()
        .no_proxy()
        .resolve("login.microsoftonline.com", ([127, 0, 0, 1], started.port).into())
        .build()
        .unwrap();

    let url = format!("{AUTHORITY}/{TENANT}/discovery/v2.0/keys");
    assert!(stranger.get(&url).send().await.is_err());
    assert_eq!(http.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn faults_break_tls_connections_too() {
    let (started, http) = start().await;
    let faults = started.tenant.faults();
    faults.next(Route::Keys, Fault::reset());
    faults.next(Route::Keys, Fault::new().cut_at(10));
    let url = format!("{AUTHORITY}/{TENANT}/discovery/v2.0/keys");

    assert!(http.get(&url).send().await.is_err());
    let response = http.get(&url).send().await.unwrap();
    assert!(response.bytes().await.is_err());
    assert_eq!(http.get(&url).send().await.unwrap().status(), 200);
}
