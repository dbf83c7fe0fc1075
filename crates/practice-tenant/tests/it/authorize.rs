use droptrace_practice_tenant::{CLIENT_ID, Route, TENANT_ID};

use crate::client::{
    Client, Form, Pairs as _, REDIRECT, attribute_after, authorization, hidden_fields, mara, tomas,
    value, with, without,
};

/// Sends a request that must not be shown, and returns what the app is told.
async fn told(client: &Client, query: &Form) -> Form {
    let response = client.authorize(query).await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.unwrap();
    assert!(!page.contains("name=\"analyst\""), "the page was shown");
    hidden_fields(&page)
}

/// Sends a request of which only the person may be told, and returns the page.
async fn only_shown(client: &Client, query: &Form) -> String {
    let response = client.authorize(query).await;
    assert_eq!(response.status(), 400);
    let page = response.text().await.unwrap();
    assert!(!page.contains("<form"), "{page}");
    page
}

#[tokio::test]
async fn the_page_offers_both_analysts_and_asks_for_nothing() {
    let client = Client::start().await;

    let response = client.authorize(&authorization()).await;

    assert_eq!(response.status(), 200);
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = response.text().await.unwrap();
    for analyst in [mara(), tomas()] {
        assert!(page.contains(analyst.name));
        assert!(page.contains(&format!("value=\"{}\"", analyst.object_id)));
        assert!(page.contains(analyst.device_group));
    }
    assert!(page.contains("Nothing here is real"));
    assert!(page.contains("name=\"cancel\""));
    let lower = page.to_lowercase();
    for never in ["type=\"password\"", "type=\"email\"", "type=\"text\"", "microsoft", "<script"] {
        assert!(!lower.contains(never), "{never}");
    }
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains(&format!("form-action 'self' {REDIRECT};")), "{policy}");
}

#[tokio::test]
async fn a_choice_is_posted_to_the_app_with_and_without_a_script() {
    let client = Client::start().await;
    let page = client.authorize(&authorization()).await.text().await.unwrap();

    let response = client.press(&page, "analyst", mara().object_id).await;

    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert_eq!(response.headers()["cache-control"], "no-store");
    let page = response.text().await.unwrap();
    assert_eq!(attribute_after(&page, "<form", "action"), REDIRECT);
    assert!(page.contains("<button type=\"submit\" id=\"continue\""));
    assert!(page.contains("<script>document.forms[0].submit()</script>"));
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    assert!(policy.contains(&format!("form-action {REDIRECT};")), "{policy}");
    let fields = hidden_fields(&page);
    assert_eq!(value(&fields, "state"), "state-of-this-test");
    assert!(value(&fields, "code").len() > 1_000);
}

#[tokio::test]
async fn a_choice_in_query_mode_is_redirected_with_a_slash() {
    let client = Client::start().await;
    let query = with(&authorization(), "response_mode", "query");
    let page = client.authorize(&query).await.text().await.unwrap();

    let response = client.press(&page, "analyst", mara().object_id).await;

    assert_eq!(response.status(), 302);
    let location = response.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("http://localhost:49152/?code="), "{location}");
    assert!(location.contains("&state=state-of-this-test"));
}

#[tokio::test]
async fn a_second_click_gives_another_code() {
    let client = Client::start().await;
    let page = client.authorize(&authorization()).await.text().await.unwrap();

    let first = client.press(&page, "analyst", mara().object_id).await;
    let second = client.press(&page, "analyst", mara().object_id).await;

    let first = hidden_fields(&first.text().await.unwrap());
    let second = hidden_fields(&second.text().await.unwrap());
    assert_ne!(value(&first, "code"), value(&second, "code"));
}

#[tokio::test]
async fn cancelling_is_told_as_access_denied() {
    let client = Client::start().await;
    let page = client.authorize(&authorization()).await.text().await.unwrap();

    let response = client.press(&page, "cancel", "1").await;

    let fields = hidden_fields(&response.text().await.unwrap());
    assert_eq!(value(&fields, "error"), "access_denied");
    assert_eq!(value(&fields, "error_subcode"), "cancel");
    assert_eq!(value(&fields, "state"), "state-of-this-test");
    assert!(value(&fields, "error_description").starts_with("AADSTS65004: "));
}

#[tokio::test]
async fn an_unknown_client_is_shown_and_never_told() {
    let client = Client::start().await;
    let other = "11111111-2222-4333-8444-555555555555";

    let page = only_shown(&client, &with(&authorization(), "client_id", other)).await;
    assert!(page.contains("AADSTS700016"));

    let page = only_shown(&client, &without(&authorization(), "client_id")).await;
    assert!(page.contains("AADSTS900144"));
}

#[tokio::test]
async fn a_redirect_that_is_not_registered_is_shown_and_never_told() {
    let client = Client::start().await;

    for other in [
        "http://localhost:49152/callback",
        "http://127.0.0.1:49152",
        "https://localhost:49152",
        "http://evil.example",
        "http://localhost.evil.example",
    ] {
        let page = only_shown(&client, &with(&authorization(), "redirect_uri", other)).await;
        assert!(page.contains("AADSTS50011"), "{other}");
    }
}

#[tokio::test]
async fn another_tenant_is_not_found() {
    let client = Client::start().await;
    let other = client
        .authority("/oauth2/v2.0/authorize")
        .replace(TENANT_ID, "11111111-2222-4333-8444-555555555555");
    let common = client.authority("/oauth2/v2.0/authorize").replace(TENANT_ID, "organizations");

    for (url, code) in [(other, "AADSTS90002"), (common, "AADSTS50194")] {
        let response = client.http.get(url).query_pairs(&authorization()).send().await.unwrap();
        assert_eq!(response.status(), 400);
        assert!(response.text().await.unwrap().contains(code));
    }
}

#[tokio::test]
async fn each_missing_parameter_is_told() {
    let client = Client::start().await;

    for name in ["response_type", "scope", "nonce", "code_challenge"] {
        let fields = told(&client, &without(&authorization(), name)).await;
        assert_eq!(value(&fields, "error"), "invalid_request", "{name}");
        assert!(value(&fields, "error_description").contains("AADSTS900144"), "{name}");
        assert_eq!(value(&fields, "state"), "state-of-this-test");
    }
}

#[tokio::test]
async fn only_s256_is_taken() {
    let client = Client::start().await;
    let plain = with(&authorization(), "code_challenge_method", "plain");
    let unsaid = without(&authorization(), "code_challenge_method");
    let short = with(&authorization(), "code_challenge", "short");

    for query in [plain, unsaid, short] {
        let fields = told(&client, &query).await;
        assert_eq!(value(&fields, "error"), "invalid_request");
    }
}

#[tokio::test]
async fn another_resource_is_an_invalid_scope() {
    let client = Client::start().await;

    for scope in [
        "openid https://api.securitycenter.microsoft.com/Alert.Read",
        "openid api://droptrace-practice/Alert.Everything",
        "openid",
        "api://droptrace-practice/Alert.Read",
    ] {
        let fields = told(&client, &with(&authorization(), "scope", scope)).await;
        assert_eq!(value(&fields, "error"), "invalid_scope", "{scope}");
        assert!(value(&fields, "error_description").starts_with("AADSTS70011: "));
    }
}

#[tokio::test]
async fn what_is_not_supported_is_told() {
    let client = Client::start().await;

    for (name, other, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("prompt", "none", "login_required"),
        ("prompt", "whatever", "invalid_request"),
    ] {
        let fields = told(&client, &with(&authorization(), name, other)).await;
        assert_eq!(value(&fields, "error"), error, "{name}={other}");
    }
    let response = client.authorize(&with(&authorization(), "response_mode", "fragment")).await;
    let location = response.headers()["location"].to_str().unwrap();
    assert!(location.contains("error=invalid_request"), "{location}");
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let client = Client::start().await;
    let mut query = authorization();
    query.push(("client_id".to_owned(), CLIENT_ID.to_owned()));

    let page = only_shown(&client, &query).await;

    assert!(page.contains("AADSTS9000411"));
}

#[tokio::test]
async fn markup_in_a_request_is_not_reflected() {
    let client = Client::start().await;
    let query = with(&authorization(), "redirect_uri", "http://x/<script>alert(1)</script>");

    let page = only_shown(&client, &query).await;
    assert!(!page.contains("<script"));

    let query = with(&authorization(), "state", "a\"><script>b</script>");
    let fields = client.choose(&query, mara()).await;
    assert_eq!(value(&fields, "state"), "a\">b");
}

#[tokio::test]
async fn a_known_person_comes_first() {
    let client = Client::start().await;
    let query = with(&authorization(), "login_hint", tomas().sign_in_name);

    let page = client.authorize(&query).await.text().await.unwrap();

    assert!(page.find(tomas().name).unwrap() < page.find(mara().name).unwrap());
    assert!(page.contains(&format!("value=\"{}\" autofocus", tomas().object_id)));
}

#[tokio::test]
async fn a_page_that_was_never_shown_cannot_be_used() {
    let client = Client::start().await;

    let response =
        client.press("name=\"request\" value=\"guessed\"", "analyst", mara().object_id).await;

    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_foreign_host_name_is_misdirected() {
    let client = Client::start().await;
    let addresses = client.tenant.addresses();

    for url in [
        client.authority("/oauth2/v2.0/authorize"),
        client.api("/api/alerts/da1_1"),
        client.portal("/alerts/da1_1"),
    ] {
        let response = client
            .http
            .get(&url)
            .header("host", format!("rebound.example:{}", addresses.authority))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 421, "{url}");
        assert!(response.bytes().await.unwrap().is_empty());
    }
    let response = client
        .http
        .get(client.authority("/discovery/v2.0/keys"))
        .header("host", format!("localhost:{}", addresses.authority))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    // The name of one server does not open another.
    let response = client
        .http
        .get(client.api("/api/alerts/da1_1"))
        .header("host", format!("127.0.0.1:{}", addresses.authority))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 421);
    assert_eq!(client.tenant.calls(Route::Keys), 1);
}
