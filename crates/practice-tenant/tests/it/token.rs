use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use droptrace_practice_tenant::{CLIENT_ID, SCOPE, Settings, TENANT_ID};
use serde_json::{Value, json};

use crate::client::{
    Client, Form, REDIRECT, authorization, claims, encode, json as body_of, mara, redemption,
    refresh, scopes, tomas, value, with, without,
};

async fn refused(client: &Client, body: &Form, status: u16, error: &str, code: u32) {
    let (found, answer) = client.token(body).await;
    assert_eq!(found, status, "{answer}");
    assert_eq!(answer["error"], error, "{answer}");
    assert_eq!(answer["error_codes"], json!([code]), "{answer}");
}

#[tokio::test]
async fn a_code_is_exchanged_for_tokens_of_real_size() {
    let client = Client::start().await;
    let code = client.code(mara()).await;

    let response = client.token_request(&redemption(&code)).send().await.unwrap();

    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store, no-cache");
    let body = body_of(response).await;
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], format!("openid profile {SCOPE}"));
    let access = body["access_token"].as_str().unwrap().len();
    assert!((2_900..=2_950).contains(&access), "{access}");
    assert_eq!(body["refresh_token"].as_str().unwrap().len(), 1_524);

    let id = claims(body["id_token"].as_str().unwrap());
    let issuer = client.authority("/v2.0");
    assert_eq!(id["iss"], issuer);
    assert_eq!(id["aud"], CLIENT_ID);
    assert_eq!(id["tid"], TENANT_ID);
    assert_eq!(id["oid"], mara().object_id);
    assert_eq!(id["name"], mara().name);
    assert_eq!(id["preferred_username"], mara().sign_in_name);
    assert_eq!(id["nonce"], "nonce-of-this-test");
    assert_eq!(id["ver"], "2.0");
    assert!(id["exp"].as_i64() > id["iat"].as_i64());
    assert!(id["sub"].is_string() && id["nbf"].is_i64());
}

#[tokio::test]
async fn the_signature_holds_against_the_published_keys() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let discovery = client
        .http
        .get(client.authority("/v2.0/.well-known/openid-configuration"))
        .send()
        .await
        .unwrap();
    let discovery = body_of(discovery).await;

    let keys = client.http.get(discovery["jwks_uri"].as_str().unwrap()).send().await.unwrap();

    let key = body_of(keys).await["keys"][0].clone();
    let part = |value: &Value| URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let header: Value =
        serde_json::from_slice(&part(&json!(signed.split('.').next().unwrap()))).unwrap();
    assert_eq!(header["kid"], key["kid"]);
    aws_lc_rs::signature::RsaPublicKeyComponents { n: part(&key["n"]), e: part(&key["e"]) }
        .verify(
            &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256,
            signed.as_bytes(),
            &part(&json!(signature)),
        )
        .unwrap();
    assert_eq!(discovery["issuer"], client.authority("/v2.0"));
    assert_eq!(discovery["code_challenge_methods_supported"], json!(["S256"]));
}

#[tokio::test]
async fn a_code_works_once() {
    let client = Client::start().await;
    let code = client.code(mara()).await;

    let (first, _) = client.token(&redemption(&code)).await;

    assert_eq!(first, 200);
    refused(&client, &redemption(&code), 400, "invalid_grant", 54_005).await;
}

#[tokio::test]
async fn a_code_runs_out_after_ten_minutes() {
    let client = Client::start().await;
    let code = client.code(mara()).await;
    client.tenant.advance(Duration::from_mins(9));
    let late = client.code(mara()).await;

    client.tenant.advance(Duration::from_mins(1));

    refused(&client, &redemption(&code), 400, "invalid_grant", 70_008).await;
    assert_eq!(client.token(&redemption(&late)).await.0, 200);
}

#[tokio::test]
async fn each_wrong_redemption_fails() {
    let client = Client::start().await;
    let code = client.code(mara()).await;
    let right = redemption(&code);
    let slash = format!("{REDIRECT}/");
    let other_verifier = "A".repeat(43);

    for (name, other, error, number) in [
        ("redirect_uri", slash.as_str(), "invalid_grant", 500_112),
        ("redirect_uri", "http://localhost:49153", "invalid_grant", 500_112),
        ("code_verifier", other_verifier.as_str(), "invalid_grant", 501_481),
        ("code", "made-up", "invalid_grant", 9_002_313),
        ("grant_type", "password", "unsupported_grant_type", 70_003),
        ("client_id", "11111111-2222-4333-8444-555555555555", "unauthorized_client", 700_016),
        ("scope", "openid https://graph.microsoft.com/User.Read", "invalid_scope", 70_011),
    ] {
        refused(&client, &with(&right, name, other), 400, error, number).await;
    }
    for name in ["grant_type", "client_id", "code", "redirect_uri", "code_verifier"] {
        refused(&client, &without(&right, name), 400, "invalid_request", 900_144).await;
    }
    // None of these used the code up.
    assert_eq!(client.token(&right).await.0, 200);
}

#[tokio::test]
async fn a_public_client_must_not_show_a_secret() {
    let client = Client::start().await;
    let code = client.code(mara()).await;

    for name in ["client_secret", "client_assertion"] {
        let body = with(&redemption(&code), name, "x");
        refused(&client, &body, 401, "invalid_client", 700_025).await;
    }
}

#[tokio::test]
async fn a_request_from_a_page_is_refused() {
    let client = Client::start().await;
    let code = client.code(mara()).await;

    let response = client
        .token_request(&redemption(&code))
        .header("origin", "http://localhost:1420")
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 400);
    assert_eq!(body_of(response).await["error_codes"], json!([9_002_326]));
}

#[tokio::test]
async fn a_body_of_another_kind_has_no_parameters() {
    let client = Client::start().await;
    let code = client.code(mara()).await;

    for content_type in ["application/json", "text/plain"] {
        let response = client
            .http
            .post(client.authority("/oauth2/v2.0/token"))
            .header("content-type", content_type)
            .body(encode(&redemption(&code)))
            .send()
            .await
            .unwrap();
        assert_eq!(body_of(response).await["error_codes"], json!([900_144]));
    }
    let response = client.http.get(client.authority("/oauth2/v2.0/token")).send().await.unwrap();
    assert_eq!(body_of(response).await["error_codes"], json!([900_561]));
}

#[tokio::test]
async fn an_error_has_the_shape_and_the_correlation_id_of_the_request() {
    let client = Client::start().await;
    let correlation = "0f8fad5b-d9cb-469f-a165-70867728950e";

    let response = client
        .token_request(&redemption("made-up"))
        .header("client-request-id", correlation)
        .send()
        .await
        .unwrap();

    let body = body_of(response).await;
    let lines: Vec<&str> = body["error_description"].as_str().unwrap().split("\r\n").collect();
    assert_eq!(body["correlation_id"], correlation);
    assert!(lines[0].starts_with("AADSTS9002313: "));
    assert_eq!(lines[1], format!("Trace ID: {}", body["trace_id"].as_str().unwrap()));
    assert_eq!(lines[2], format!("Correlation ID: {correlation}"));
    assert_eq!(lines[3], format!("Timestamp: {}", body["timestamp"].as_str().unwrap()));
}

#[tokio::test]
async fn a_refresh_rotates_and_the_old_token_stays_good() {
    let client = Client::start().await;
    let first = client.sign_in_for(tomas(), &scopes()).await;
    let old = first["refresh_token"].as_str().unwrap();

    let (status, second) = client.token(&refresh(old)).await;

    assert_eq!(status, 200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(claims(second["id_token"].as_str().unwrap())["oid"], tomas().object_id);
    assert_eq!(client.token(&refresh(old)).await.0, 200);
    let new = second["refresh_token"].as_str().unwrap();
    assert_eq!(client.token(&refresh(new)).await.0, 200);
    let unsaid = client.token(&without(&refresh(new), "scope")).await.1;
    assert_eq!(unsaid["scope"], first["scope"]);
}

#[tokio::test]
async fn each_wrong_refresh_fails() {
    let client = Client::start_with(Settings {
        refresh_token_lifetime: Duration::from_hours(1),
        ..Settings::default()
    })
    .await;
    let first = client.sign_in_for(mara(), &scopes()).await;
    let right = refresh(first["refresh_token"].as_str().unwrap());

    let made_up = with(&right, "refresh_token", "made-up");
    refused(&client, &made_up, 400, "invalid_grant", 9_002_313).await;

    client.tenant.revoke_sessions();
    let (_, answer) = client.token(&right).await;
    assert_eq!(answer["error_codes"], json!([50_173]));
    assert_eq!(answer["suberror"], "bad_token");

    let second = client.sign_in_for(mara(), &scopes()).await;
    client.tenant.advance(Duration::from_hours(1));
    let late = refresh(second["refresh_token"].as_str().unwrap());
    refused(&client, &late, 400, "invalid_grant", 700_082).await;
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_given() {
    let client = Client::start().await;
    let scope = format!("openid {SCOPE}");

    let body = client.sign_in_for(mara(), &scope).await;

    assert!(body.get("refresh_token").is_none());
    let id = claims(body["id_token"].as_str().unwrap());
    assert!(id.get("name").is_none() && id.get("oid").is_none());

    let query = with(&authorization(), "client_info", "1");
    let fields = client.choose(&query, mara()).await;
    assert!(!value(&fields, "client_info").is_empty());
}

#[tokio::test]
async fn one_analyst_or_one_token_is_refused_and_the_others_are_not() {
    let client = Client::start().await;
    let sign_in = async |analyst| {
        let body = client.sign_in_for(analyst, &scopes()).await;
        refresh(body["refresh_token"].as_str().unwrap())
    };
    let [one, other, of_tomas] =
        [sign_in(mara()).await, sign_in(mara()).await, sign_in(tomas()).await];

    assert!(client.tenant.revoke_refresh_token(&value(&one, "refresh_token")));
    assert!(!client.tenant.revoke_refresh_token("made-up"));
    refused(&client, &one, 400, "invalid_grant", 50_173).await;
    assert_eq!(client.token(&other).await.0, 200);

    client.tenant.revoke_sessions_of(mara());
    refused(&client, &other, 400, "invalid_grant", 50_173).await;
    assert_eq!(client.token(&of_tomas).await.0, 200);
}

#[tokio::test]
async fn requests_for_tokens_are_told_by_their_grant() {
    let client = Client::start().await;
    let body = client.sign_in_for(mara(), &scopes()).await;
    let right = refresh(body["refresh_token"].as_str().unwrap());

    client.token(&right).await;
    client.token(&with(&right, "refresh_token", "made-up")).await;
    client.token(&without(&right, "grant_type")).await;

    assert_eq!(client.tenant.grants("authorization_code"), 1);
    assert_eq!(client.tenant.grants("refresh_token"), 2);
    assert_eq!(client.tenant.grants(""), 0);
}
