use std::time::Duration;

use droptrace_practice_tenant::{Fault, Route, Settings};
use serde_json::json;

use crate::client::{
    Client, EXAMPLE_SHA1, authorization, claims, hidden_fields, json as body_of, mara, redemption,
    refresh, scopes, value, with,
};

fn path() -> String {
    format!("/api/files/{EXAMPLE_SHA1}/alerts")
}

#[tokio::test]
async fn a_scripted_answer_comes_once_and_takes_no_quota() {
    let client = Client::start_with(Settings { calls_per_minute: 1, ..Settings::default() }).await;
    let token = client.access_token(mara()).await;
    let fault = Fault::throttled(Some("7"));
    client.tenant.faults().next(Route::FileAlerts, fault);

    let first = client.get(&token, &path()).await;
    let second = client.get(&token, &path()).await;

    assert_eq!(first.status(), 429);
    assert_eq!(first.headers()["retry-after"], "7");
    assert_eq!(body_of(first).await["error"]["code"], "TooManyRequests");
    assert_eq!(second.status(), 200);
}

#[tokio::test]
async fn the_record_tells_a_changed_answer_from_the_tenants_own() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    for (fault, faulty) in [
        (Fault::new(), false),
        (Fault::new().delay(Duration::ZERO), false),
        (Fault::status(500), true),
        (Fault::new().next_link("?$skip=1"), true),
        (Fault::new().header("warning", "199 - \"x\""), true),
    ] {
        let described = format!("{fault:?}");
        client.tenant.faults().next(Route::FileAlerts, fault);

        client.get(&token, &path()).await;

        let recorded = client.tenant.requests().pop().unwrap();
        assert_eq!(recorded.faulty, faulty, "{described}");
    }
}

#[tokio::test]
async fn a_raw_body_goes_out_byte_for_byte() {
    let client = Client::start().await;
    let fault = Fault::new().body(&b"<html>\xff"[..]).header("content-type", "text/html");
    client.tenant.faults().next(Route::FileAlerts, fault);

    let response = client.get("", &path()).await;

    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(&response.bytes().await.unwrap()[..], b"<html>\xff");
}

#[tokio::test]
async fn a_cut_breaks_the_connection_inside_the_body() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;

    for at in [0, 1, 500, usize::MAX] {
        let fault = Fault::new().cut_at(at);
        client.tenant.faults().next(Route::FileAlerts, fault);

        let mut response = client
            .http
            .get(client.api(&path()))
            .bearer_auth(&token)
            .header("accept-encoding", "identity")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let mut read = 0;
        let broken = loop {
            match response.chunk().await {
                Ok(Some(bytes)) => read += bytes.len(),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };

        assert!(broken, "cut at {at} ended well");
        assert!(read == at || at == usize::MAX, "{read} of {at}");
    }
}

#[tokio::test]
async fn a_reset_answers_nothing() {
    let client = Client::start().await;
    client.tenant.faults().next(Route::Token, Fault::reset());

    let error = client.token_request(&redemption("x")).send().await.unwrap_err();

    assert!(error.is_request(), "{error:?}");
    let recorded = client.tenant.arrived(Route::Token, 1).await;
    assert_eq!(recorded.status, None);
}

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let (fault, release) = Fault::held();
    client.tenant.faults().next(Route::FileAlerts, fault);
    let path = path();

    let (response, ()) = tokio::join!(client.get(&token, &path), async {
        let recorded = client.tenant.arrived(Route::FileAlerts, 1).await;
        assert_eq!(recorded.status, None, "it is answered already");
        release.now();
    });

    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_delay_waits() {
    let client = Client::start().await;
    let fault = Fault::status(503).delay(Duration::from_millis(50));
    client.tenant.faults().next(Route::FileAlerts, fault);
    let before = std::time::Instant::now();

    let response = client.get("", &path()).await;

    assert_eq!(response.status(), 503);
    assert!(before.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_next_link_is_replaced_before_compression() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let fault = Fault::new().next_link("https://evil.example/?$skip=1");
    client.tenant.faults().next(Route::FileAlerts, fault);

    let (_, body) = client.get_json(&token, &path()).await;

    assert_eq!(body["@odata.nextLink"], "https://evil.example/?$skip=1");
    assert!(body["value"].is_array());
}

#[tokio::test]
async fn headers_are_set_and_left_out() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let fault = Fault::new().without_header("odata-version").header("x-odd", "yes");
    client.tenant.faults().next(Route::FileAlerts, fault);

    let response = client.get(&token, &path()).await;

    assert_eq!(response.headers().get("odata-version"), None);
    assert_eq!(response.headers()["x-odd"], "yes");
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn an_authority_error_has_its_shape() {
    let client = Client::start().await;
    let fault = Fault::authority_error("interaction_required", 50_076, Some("basic_action"));
    client.tenant.faults().next(Route::Token, fault);

    let (status, body) = client.token(&redemption("x")).await;

    assert_eq!(status, 400);
    assert_eq!(body["error"], "interaction_required");
    assert_eq!(body["suberror"], "basic_action");
    assert_eq!(body["error_codes"], json!([50_076]));
}

#[tokio::test]
async fn requests_are_recorded_without_their_secrets() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;

    client.get(&token, &path()).await;

    let recorded = client
        .tenant
        .until(|requests| requests.iter().rfind(|one| one.status == Some(200)).cloned())
        .await;
    assert_eq!(recorded.route, Route::FileAlerts);
    assert_eq!(recorded.method, "GET");
    assert_eq!(recorded.path_and_query, path());
    assert!(recorded.header_names.contains(&"authorization".to_owned()));
    assert!(!recorded.carries(token.as_bytes()));
    let printed = format!("{:?}", client.tenant.requests());
    assert!(!printed.contains(&token) && !printed.contains("state-of-this-test"));
}

#[tokio::test]
async fn requests_are_kept_whole_if_asked() {
    let client = Client::start_with(Settings { keep_requests: true, ..Settings::default() }).await;
    let token = client.access_token(mara()).await;

    client.get(&token, &path()).await;

    let carries = |needle: &str| {
        client.tenant.requests().iter().filter(|one| one.carries(needle.as_bytes())).count()
    };
    assert_eq!(carries(&token), 1);
    assert_eq!(carries("grant_type=authorization_code"), 1);
    assert_eq!(carries("a file name"), 0);
}

#[tokio::test]
async fn tokens_of_before_are_refused_and_new_ones_are_not() {
    let client = Client::start().await;
    let old = client.sign_in_for(mara(), &scopes()).await;
    let old_token = old["access_token"].as_str().unwrap();
    assert_eq!(client.get(old_token, &path()).await.status(), 200);

    client.tenant.refuse_access_tokens();

    let refused = client.get(old_token, &path()).await;
    assert_eq!(refused.status(), 401);
    assert!(refused.headers().contains_key("www-authenticate"));
    let (_, new) = client.token(&refresh(old["refresh_token"].as_str().unwrap())).await;
    let new_token = new["access_token"].as_str().unwrap();
    assert_eq!(client.get(new_token, &path()).await.status(), 200);
}

#[tokio::test]
async fn any_token_is_refused_once_or_always() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let status = async || client.get(&token, &path()).await.status().as_u16();

    client.tenant.faults().next(Route::FileAlerts, Fault::unauthorized());
    assert_eq!([status().await, status().await], [401, 200]);

    client.tenant.faults().always(Route::FileAlerts, Fault::unauthorized());
    assert_eq!([status().await, status().await], [401, 401]);
}

#[tokio::test]
async fn an_authority_error_can_carry_claims() {
    let client = Client::start().await;
    let asked = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let fault = Fault::authority_error_with_claims("invalid_grant", 50_079, None, asked);
    client.tenant.faults().next(Route::Token, fault);

    let (status, body) = client.token(&redemption("x")).await;

    assert_eq!(status, 400);
    assert_eq!(body["error"], "invalid_grant");
    assert_eq!(body["claims"], asked);
    assert_eq!(body.get("suberror"), None);
}

#[tokio::test]
async fn an_error_goes_back_by_the_browser_before_or_after_the_choice() {
    let client = Client::start().await;
    let fault = Fault::authorize_error("interaction_required", 53_003, Some("message_only"));

    client.tenant.faults().next(Route::Authorize, fault.clone());
    let before = client.authorize(&authorization()).await.text().await.unwrap();
    client.tenant.faults().next(Route::Choose, fault.clone());
    let after = client.choose(&authorization(), mara()).await;

    for fields in [hidden_fields(&before), after] {
        assert_eq!(value(&fields, "error"), "interaction_required");
        assert_eq!(value(&fields, "error_subcode"), "message_only");
        assert!(value(&fields, "error_description").starts_with("AADSTS53003: "));
        assert_eq!(value(&fields, "state"), "state-of-this-test");
        assert!(!fields.iter().any(|(name, _)| name == "code"));
    }
    assert!(client.tenant.requests().iter().filter(|one| one.faulty).count() == 2);

    client.tenant.faults().next(Route::Authorize, fault);
    let query = with(&authorization(), "response_mode", "query");
    let response = client.authorize(&query).await;
    assert_eq!(response.status(), 302);
    let location = response.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("http://localhost:49152/?error=interaction_required"));
    client.sign_in_for(mara(), &scopes()).await;
}

#[tokio::test]
async fn a_header_can_be_there_twice() {
    let client = Client::start().await;
    let fault = Fault::status(401)
        .header("www-authenticate", "Negotiate")
        .more_header("www-authenticate", "Bearer error=\"invalid_token\"");
    client.tenant.faults().next(Route::FileAlerts, fault);

    let response = client.get("", &path()).await;

    let values: Vec<_> = response.headers().get_all("www-authenticate").iter().collect();
    assert_eq!(values, ["Negotiate", "Bearer error=\"invalid_token\""]);
}

#[tokio::test]
async fn the_servers_clocks_can_seem_wrong() {
    let client = Client::start().await;
    let now = jiff::Timestamp::now();
    for off_by in [-7_200, 7_200] {
        client.tenant.set_clocks_off_by(off_by);

        let code = client.code(mara()).await;
        let response = client.token_request(&redemption(&code)).send().await.unwrap();

        let date = response.headers()["date"].to_str().unwrap();
        let date = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
        let ahead = date.as_second() - now.as_second();
        assert!((off_by..off_by + 60).contains(&ahead), "{ahead}");
        let body = body_of(response).await;
        let issued = claims(body["id_token"].as_str().unwrap())["iat"].as_i64().unwrap();
        assert!((off_by..off_by + 60).contains(&(issued - now.as_second())));
        // The API knows the time well enough.
        let token = body["access_token"].as_str().unwrap();
        assert_eq!(client.get(token, &path()).await.status(), 200);
    }

    client.tenant.set_clocks_off_by(0);
    let response = client.http.get(client.authority("/discovery/v2.0/keys")).send().await.unwrap();
    let date = response.headers()["date"].to_str().unwrap();
    let date = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    assert!((date.as_second() - now.as_second()).abs() < 60);
}
