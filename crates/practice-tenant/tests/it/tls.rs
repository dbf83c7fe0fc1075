use droptrace_practice_tenant::{
    Fault, Organisation, OrganisationTenant, OrganisationTenants, Route, Settings,
};
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

/// A client whose resolver leads all hosts of these organisations to a port.
fn client(organisations: &[Organisation], port: u16, root: &str) -> reqwest::Client {
    let root = reqwest::Certificate::from_pem(root.as_bytes()).unwrap();
    let mut builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .tls_certs_only([root]);
    for organisation in organisations {
        for host in [&organisation.authority, &organisation.api, &organisation.portal] {
            builder = builder.resolve(host, ([127, 0, 0, 1], port).into());
        }
    }
    builder.build().unwrap()
}

/// Signs in to an organisation, whichever it is.
async fn sign_in_to(http: &reqwest::Client, organisation: &Organisation) -> Value {
    let Organisation { tenant_id, client_id, resource, authority, .. } = organisation;
    let base = format!("https://{authority}/{tenant_id}/oauth2/v2.0");
    let scope = format!("openid profile {resource}/Alert.Read");
    let own = |form: &Form| with(&with(form, "client_id", client_id), "scope", &scope);
    let page = http.get(format!("{base}/authorize")).query_pairs(&own(&authorization()));
    let fields = hidden_fields(&page.send().await.unwrap().text().await.unwrap());
    let choice = form(&[("request", &value(&fields, "request")), ("analyst", mara().object_id)]);
    let chosen = http.post(format!("{base}/choose")).form_pairs(&choice).send().await.unwrap();
    let code = value(&hidden_fields(&chosen.text().await.unwrap()), "code");
    let tokens = http.post(format!("{base}/token")).form_pairs(&own(&redemption(&code)));
    json(tokens.send().await.unwrap()).await
}

async fn alerts(http: &reqwest::Client, organisation: &Organisation, tokens: &Value) -> Value {
    let url = format!("https://{}/api/files/{EXAMPLE_SHA1}/alerts", organisation.api);
    let token = tokens["access_token"].as_str().unwrap();
    json(http.get(url).bearer_auth(token).send().await.unwrap()).await
}

async fn found(http: &reqwest::Client, organisation: &Organisation, name: &str) -> Value {
    let authority = &organisation.authority;
    let url = format!("https://{authority}/{name}/v2.0/.well-known/openid-configuration");
    json(http.get(url).send().await.unwrap()).await
}

#[tokio::test]
async fn each_cloud_has_its_hosts_its_audience_and_its_region() {
    for (organisation, authority, api, portal, region, sub_region, instance, graph) in [
        (
            Organisation::commercial(TENANT, CLIENT),
            "login.microsoftonline.com",
            "api.securitycenter.microsoft.com",
            "security.microsoft.com",
            "EU",
            None,
            "microsoftonline.com",
            "graph.microsoft.com",
        ),
        (
            Organisation::gcc(TENANT, CLIENT),
            "login.microsoftonline.com",
            "api-gcc.securitycenter.microsoft.us",
            "security.microsoft.com",
            "NA",
            Some("GCC"),
            "microsoftonline.com",
            "graph.microsoft.com",
        ),
        (
            Organisation::gcc_high(TENANT, CLIENT),
            "login.microsoftonline.us",
            "api-gov.securitycenter.microsoft.us",
            "security.microsoft.us",
            "USGov",
            Some("DODCON"),
            "microsoftonline.us",
            "graph.microsoft.us",
        ),
        (
            Organisation::dod(TENANT, CLIENT),
            "login.microsoftonline.us",
            "api-gov.securitycenter.microsoft.us",
            "security.apps.mil",
            "USGov",
            Some("DOD"),
            "microsoftonline.us",
            "dod-graph.microsoft.us",
        ),
    ] {
        let organisation = organisation.with_domain("harbour.example");
        assert_eq!(organisation.authority, authority);
        assert_eq!(organisation.api, api);
        assert_eq!(organisation.portal, portal);
        assert_eq!(organisation.resource, format!("https://{api}"));
        let started = OrganisationTenant::start(Settings::default(), organisation.clone());
        let started = started.await.unwrap();
        let http =
            client(std::slice::from_ref(&organisation), started.port, &started.root_certificate);

        let metadata = found(&http, &organisation, "harbour.example").await;
        assert_eq!(metadata["issuer"], format!("https://{authority}/{TENANT}/v2.0"));
        assert_eq!(metadata["tenant_region_scope"], region);
        assert_eq!(metadata.get("tenant_region_sub_scope").and_then(Value::as_str), sub_region);
        assert_eq!(metadata["cloud_instance_name"], instance);
        assert_eq!(metadata["cloud_graph_host_name"], "graph.windows.net");
        assert_eq!(metadata["msgraph_host"], graph);

        let tokens = sign_in_to(&http, &organisation).await;
        let access = claims(tokens["access_token"].as_str().unwrap());
        assert_eq!(access["aud"], format!("https://{api}"));
        let list = alerts(&http, &organisation, &tokens).await;
        assert_eq!(list["value"][0]["aadTenantId"], TENANT);
    }
}

#[tokio::test]
async fn tenants_of_one_cloud_and_of_another_share_a_port_and_nothing_else() {
    const OTHER: &str = "0b7f2c1d-3e4a-4d5b-9c6d-7e8f9a0b1c2d";
    const GOVERNMENT: &str = "9d8c7b6a-5f4e-4d3c-8b2a-1f0e9d8c7b6a";
    let organisations = [
        Organisation::commercial(TENANT, CLIENT).with_domain("harbour.example"),
        Organisation::commercial(OTHER, CLIENT).with_domain("mill.example"),
        Organisation::gcc_high(GOVERNMENT, CLIENT),
    ];
    let with_settings = organisations.clone().map(|one| (Settings::default(), one));
    let started = OrganisationTenants::start(with_settings).await.unwrap();
    let http = client(&organisations, started.port, &started.root_certificate);

    let mut tokens = Vec::new();
    for organisation in &organisations {
        let own = sign_in_to(&http, organisation).await;
        let list = alerts(&http, organisation, &own).await;
        assert_eq!(list["value"][0]["aadTenantId"], organisation.tenant_id, "{list}");
        tokens.push(own);
    }
    for tenant in &started.tenants {
        assert_eq!(tenant.calls(Route::FileAlerts), 1);
        assert_eq!(tenant.calls(Route::Token), 1);
    }
    let by_domain = found(&http, &organisations[0], "mill.example").await;
    assert_eq!(by_domain["issuer"], format!("{AUTHORITY}/{OTHER}/v2.0"));
    let nobody = found(&http, &organisations[0], "nobody.example").await;
    assert_eq!(nobody["error"], "invalid_tenant");

    // A token of one cloud is nothing in the other.
    let foreign = alerts(&http, &organisations[2], &tokens[0]).await;
    assert_eq!(foreign["error"]["code"], "Unauthorized");
    started.tenants[1].refuse_access_tokens();
    assert!(alerts(&http, &organisations[0], &tokens[0]).await["value"].is_array());
    assert_eq!(alerts(&http, &organisations[1], &tokens[1]).await["error"]["code"], "Unauthorized");
}
