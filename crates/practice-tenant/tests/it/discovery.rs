//! How a tenant is found, by its id or its domain.

use droptrace_practice_tenant::{TENANT_DOMAIN, TENANT_ID};
use serde_json::{Value, json};

use crate::client::{Client, json as body_of};

const DISCOVERY: &str = "/v2.0/.well-known/openid-configuration";

async fn find(client: &Client, name: &str) -> (u16, Value) {
    let url = client.authority(DISCOVERY).replace(TENANT_ID, name);
    let response = client.http.get(url).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    (response.status().as_u16(), body_of(response).await)
}

#[tokio::test]
async fn a_domain_in_any_case_leads_to_the_id() {
    let client = Client::start().await;
    let (_, by_id) = find(&client, TENANT_ID).await;

    for name in [TENANT_DOMAIN, &TENANT_DOMAIN.to_uppercase(), &TENANT_ID.to_uppercase()] {
        let (status, found) = find(&client, name).await;
        assert_eq!(status, 200);
        assert_eq!(found, by_id);
    }
    assert_eq!(by_id["issuer"], client.authority("/v2.0"));
    assert_eq!(by_id["authorization_endpoint"], client.authority("/oauth2/v2.0/authorize"));
    assert_eq!(by_id["tenant_region_scope"], "EU");
    assert_eq!(by_id.get("tenant_region_sub_scope"), None);
    for name in ["cloud_instance_name", "cloud_graph_host_name", "msgraph_host"] {
        assert!(by_id[name].as_str().unwrap().ends_with("practice.example"), "{name}");
    }
}

#[tokio::test]
async fn a_domain_that_nobody_has_is_no_tenant() {
    let client = Client::start().await;

    for name in [
        "tide-tables.example",
        "11111111-2222-4333-8444-555555555555",
        "www.fernhill-logistics.example",
    ] {
        let (status, body) = find(&client, name).await;
        assert_eq!(status, 400);
        assert_eq!(body["error"], "invalid_tenant", "{name}");
        assert_eq!(body["error_codes"], json!([90_002]));
        assert!(body["error_description"].as_str().unwrap().contains(name));
    }
}

#[tokio::test]
async fn what_is_no_name_is_told_apart() {
    let client = Client::start().await;

    for name in ["fernhill", "-", "a..example", "a%20b.example", "%2e%2e.example"] {
        let (status, body) = find(&client, name).await;
        assert_eq!(status, 400, "{name}");
        assert_eq!(body["error_codes"], json!([900_023]), "{name}: {body}");
    }
}
