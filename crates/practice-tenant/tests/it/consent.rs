//! Who may give an app its permissions, and what others see until then.

use droptrace_practice_tenant::{CLIENT_ID, Permission, Route, SCOPE, TENANT_DOMAIN, TENANT_ID};
use serde_json::json;

use crate::client::{
    Client, Form, Pairs as _, REDIRECT, attribute_after, authorization, claims, form,
    hidden_fields, mara, redemption, refresh, scopes, value, with, without,
};

const BOTH: &str = "openid profile offline_access api://droptrace-practice/Alert.Read \
                    api://droptrace-practice/Alert.ReadWrite";

/// What an administrator's link asks for.
fn approval() -> Form {
    form(&[
        ("client_id", CLIENT_ID),
        ("scope", SCOPE),
        ("redirect_uri", REDIRECT),
        ("state", "state-of-this-test"),
    ])
}

async fn ask(client: &Client, query: &Form) -> (u16, String) {
    let request = client.http.get(client.authority("/v2.0/adminconsent")).query_pairs(query);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn approve(client: &Client, page: &str) -> (u16, String) {
    let response = client
        .http
        .post(client.authority("/v2.0/adminconsent/give"))
        .form_pairs(&hidden_fields(page))
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// What the browser shows after the choice.
async fn chosen(client: &Client, query: &Form) -> String {
    let page = client.authorize(query).await.text().await.unwrap();
    let answer = client.press(&page, "analyst", mara().object_id).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn without_consent_a_person_is_told_and_can_only_go_back() {
    let client = Client::start().await;
    client.tenant.withhold_consent(&[Permission::AlertRead]);

    let page = chosen(&client, &authorization()).await;

    assert!(page.contains("<h1>Need admin approval</h1>"), "{page}");
    assert!(page.contains("<code>Alert.Read</code>") && page.contains("AADSTS90094"), "{page}");
    assert!(!page.contains("Alert.ReadWrite"), "it was not asked for");
    assert_eq!(page.matches("<button").count(), 1);
    assert_eq!(attribute_after(&page, "<button", "id"), "without-consent");

    let back = client.press(&page, "without_consent", "1").await;
    let page = back.text().await.unwrap();
    assert_eq!(attribute_after(&page, "<form", "action"), REDIRECT);
    let fields = hidden_fields(&page);
    assert_eq!(value(&fields, "error"), "access_denied");
    assert_eq!(value(&fields, "error_subcode"), "cancel");
    assert!(value(&fields, "error_description").starts_with("AADSTS90094: "));
    assert_eq!(value(&fields, "state"), "state-of-this-test");
    assert!(!fields.iter().any(|(name, _)| name == "code"));
}

#[tokio::test]
async fn the_way_back_without_consent_is_a_redirect_in_query_mode() {
    let client = Client::start().await;
    client.tenant.withhold_consent(&[Permission::AlertRead]);

    let page = chosen(&client, &with(&authorization(), "response_mode", "query")).await;
    let back = client.press(&page, "without_consent", "1").await;

    assert_eq!(back.status(), 302);
    let location = back.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("http://localhost:49152/?error=access_denied&"), "{location}");
    assert!(location.contains("error_description=AADSTS90094"), "{location}");
}

#[tokio::test]
async fn consent_to_one_permission_is_none_to_another() {
    let client = Client::start().await;
    client.tenant.withhold_consent(&[Permission::AlertReadWrite]);

    let asked = chosen(&client, &with(&authorization(), "scope", BOTH)).await;
    let page = asked;
    assert!(page.contains("<code>Alert.ReadWrite</code>"), "{page}");
    assert!(!page.contains("<code>Alert.Read</code>"), "{page}");

    let signed_in = client.sign_in_for(mara(), &scopes()).await;
    assert_eq!(claims(signed_in["access_token"].as_str().unwrap())["scp"], "Alert.Read");
}

#[tokio::test]
async fn a_refresh_for_more_than_consent_is_refused_and_can_be_tried_again() {
    let client = Client::start().await;
    client.tenant.withhold_consent(&[Permission::AlertReadWrite]);
    let signed_in = client.sign_in_for(mara(), &scopes()).await;
    let more = with(&refresh(signed_in["refresh_token"].as_str().unwrap()), "scope", BOTH);

    let (status, refused) = client.token(&more).await;

    assert_eq!(status, 400);
    assert_eq!(refused["error"], "invalid_grant");
    assert_eq!(refused["suberror"], "consent_required");
    assert_eq!(refused["error_codes"], json!([65_001]));

    client.tenant.grant_consent(&[Permission::AlertReadWrite]);
    let (status, given) = client.token(&more).await;
    assert_eq!(status, 200, "{given}");
    assert_eq!(
        claims(given["access_token"].as_str().unwrap())["scp"],
        "Alert.Read Alert.ReadWrite"
    );
    assert_eq!(
        given["scope"],
        "openid profile api://droptrace-practice/Alert.Read api://droptrace-practice/Alert.ReadWrite"
    );
}

#[tokio::test]
async fn consent_that_is_taken_back_ends_a_sign_in_under_way() {
    let client = Client::start().await;
    let code = client.code(mara()).await;

    client.tenant.withhold_consent(&[Permission::AlertRead]);

    let (_, refused) = client.token(&redemption(&code)).await;
    assert_eq!(refused["error_codes"], json!([65_001]));
}

#[tokio::test]
async fn an_administrator_consents_in_a_browser_and_people_can_sign_in() {
    let client = Client::start().await;
    client.tenant.withhold_consent(&Permission::ALL);

    let (status, page) = ask(&client, &approval()).await;

    assert_eq!(status, 200);
    assert_eq!(page.matches("<button").count(), 1);
    assert_eq!(attribute_after(&page, "<button", "id"), "approve");
    assert!(client.tenant.consented().is_empty(), "showing the page consents to nothing");

    let (status, done) = approve(&client, &page).await;
    assert_eq!(status, 200);
    let back = attribute_after(&done, "id=\"back\"", "href");
    assert!(back.starts_with("http://localhost:49152/?admin_consent=True&tenant="), "{back}");
    assert!(back.contains(TENANT_ID) && back.ends_with("&state=state-of-this-test"), "{back}");
    assert_eq!(client.tenant.consented(), [Permission::AlertRead]);
    assert_eq!(client.tenant.calls(Route::AdminConsent), 1);
    assert_eq!(client.tenant.calls(Route::GiveConsent), 1);
    client.sign_in_for(mara(), &scopes()).await;
}

#[tokio::test]
async fn the_default_scope_asks_for_everything() {
    let client = Client::start().await;
    client.tenant.withhold_consent(&Permission::ALL);

    let all = with(&approval(), "scope", "api://droptrace-practice/.default");
    let (_, page) = ask(&client, &all).await;
    approve(&client, &page).await;

    assert_eq!(client.tenant.consented(), Permission::ALL);
}

#[tokio::test]
async fn each_wrong_link_for_an_administrator_is_refused() {
    let client = Client::start().await;
    client.tenant.withhold_consent(&[Permission::AlertRead]);

    for (name, other, code) in [
        ("client_id", "11111111-2222-4333-8444-555555555555", "AADSTS700016"),
        ("redirect_uri", "http://localhost:1/callback", "AADSTS50011"),
        ("redirect_uri", "https://evil.example", "AADSTS50011"),
        ("scope", "https://graph.microsoft.com/.default", "AADSTS70011"),
        ("scope", "openid profile", "AADSTS70011"),
    ] {
        let (status, page) = ask(&client, &with(&approval(), name, other)).await;
        assert_eq!(status, 400, "{name}={other}");
        assert!(page.contains(code) && !page.contains("<form"), "{name}={other}: {page}");
    }
    for name in ["client_id", "redirect_uri", "scope"] {
        let (status, page) = ask(&client, &without(&approval(), name)).await;
        assert_eq!(status, 400, "{name}");
        assert!(page.contains("AADSTS900144"), "{name}: {page}");
    }
    let mut twice = approval();
    twice.push(("scope".to_owned(), SCOPE.to_owned()));
    assert!(ask(&client, &twice).await.1.contains("AADSTS9000411"));
    let (status, _) =
        approve(&client, "<input type=\"hidden\" name=\"request\" value=\"guessed\">").await;
    assert_eq!(status, 400);

    assert!(!client.tenant.consented().contains(&Permission::AlertRead));
}

#[tokio::test]
async fn an_administrator_may_name_the_tenant_by_its_domain() {
    let client = Client::start().await;
    let by_domain = client.authority("/v2.0/adminconsent").replace(TENANT_ID, TENANT_DOMAIN);
    let organizations = client.authority("/v2.0/adminconsent").replace(TENANT_ID, "organizations");

    for (url, expected) in [(by_domain, 200), (organizations, 400)] {
        let response = client.http.get(url).query_pairs(&approval()).send().await.unwrap();
        assert_eq!(response.status(), expected);
    }
}
