//! Claims challenges: who gets one, and what answers it.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use droptrace_practice_tenant::ChallengeAnswer;
use reqwest::Response;
use serde_json::{Value, json};

use crate::client::{
    Client, EXAMPLE_SHA1, Form, authorization, claims as claims_of, hidden_fields, json as body_of,
    mara, redemption, refresh, value, with,
};

const CAPABLE: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

fn challenge() -> Value {
    json!({"access_token": {"nbf": {"essential": true, "value": "1767600000"}}})
}

/// The challenge as a client answers it: with what it can do.
fn answer() -> String {
    let mut claims = challenge();
    claims["access_token"]["xms_cc"] = json!({"values": ["cp1"]});
    claims.to_string()
}

fn path() -> String {
    format!("/api/files/{EXAMPLE_SHA1}/alerts")
}

fn text<'body>(body: &'body Value, name: &str) -> &'body str {
    body[name].as_str().unwrap()
}

/// Signs in, with these `claims` at both steps.
async fn sign_in(client: &Client, claims: &str) -> Value {
    let query = with(&authorization(), "claims", claims);
    let code = value(&client.choose(&query, mara()).await, "code");
    let (status, body) = client.token(&with(&redemption(&code), "claims", claims)).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn renewed(client: &Client, before: &Value, claims: &str) -> (u16, Value) {
    client.token(&with(&refresh(text(before, "refresh_token")), "claims", claims)).await
}

async fn status(client: &Client, tokens: &Value) -> u16 {
    client.get(text(tokens, "access_token"), &path()).await.status().as_u16()
}

fn challenges(response: &Response) -> Vec<String> {
    let values = response.headers().get_all("www-authenticate").iter();
    values.map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_token_says_what_its_client_can_do() {
    let client = Client::start().await;

    let signed_in = sign_in(&client, CAPABLE).await;

    assert_eq!(claims_of(text(&signed_in, "access_token"))["xms_cc"], json!(["cp1"]));
    // It is said anew each time.
    let (_, silent) = client.token(&refresh(text(&signed_in, "refresh_token"))).await;
    assert_eq!(claims_of(text(&silent, "access_token")).get("xms_cc"), None);
    let (_, said) = renewed(&client, &signed_in, CAPABLE).await;
    assert_eq!(claims_of(text(&said, "access_token"))["xms_cc"], json!(["cp1"]));
}

#[tokio::test]
async fn claims_that_cannot_be_read_are_refused_at_both_endpoints() {
    let client = Client::start().await;
    let code = client.code(mara()).await;
    let wrong = r#"{"access_token":{"xms_cc":["cp1"]}}"#;

    let page = client.authorize(&with(&authorization(), "claims", wrong)).await;
    let fields = hidden_fields(&page.text().await.unwrap());
    assert_eq!(value(&fields, "error"), "invalid_request");
    assert!(value(&fields, "error_description").starts_with("AADSTS90023: "));

    let (status, body) = client.token(&with(&redemption(&code), "claims", wrong)).await;
    assert_eq!(status, 400);
    assert_eq!(body["error"], "invalid_request");
    assert_eq!(body["error_codes"], json!([90_023]));
    assert_eq!(client.token(&redemption(&code)).await.0, 200, "the code was not used up");
}

#[tokio::test]
async fn a_capable_client_is_challenged_in_any_order_and_place() {
    let client = Client::start().await;
    let tokens = sign_in(&client, CAPABLE).await;
    assert_eq!(status(&client, &tokens).await, 200);
    client.tenant.challenge(&challenge(), ChallengeAnswer::Refresh);
    let encoded = STANDARD.encode(challenge().to_string());

    let mut first_parameters = BTreeSet::new();
    let mut places = BTreeSet::new();
    for _ in 0..3 {
        let response = client.get(text(&tokens, "access_token"), &path()).await;
        assert_eq!(response.status(), 401);
        let found = challenges(&response);
        assert_eq!(found.len(), 2);
        let place = found.iter().position(|one| one[..7].eq_ignore_ascii_case("bearer ")).unwrap();
        assert!(found[place].contains("error=\"insufficient_claims\""), "{found:?}");
        assert!(found[place].contains(&format!("claims=\"{encoded}\"")), "{found:?}");
        first_parameters.insert(found[place][7..].split('=').next().unwrap().to_owned());
        places.insert(place);
        assert_eq!(body_of(response).await["error"]["code"], "Unauthorized");
    }

    assert_eq!(first_parameters.len(), 3, "{first_parameters:?}");
    assert_eq!(places.len(), 2);
}

#[tokio::test]
async fn a_client_that_cannot_answer_is_refused_plainly() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    client.tenant.challenge(&challenge(), ChallengeAnswer::Refresh);

    let response = client.get(&token, &path()).await;

    assert_eq!(response.status(), 401);
    let found = challenges(&response);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("error=\"invalid_token\""), "{found:?}");
    assert!(!found[0].contains("claims"), "{found:?}");

    client.tenant.end_challenge();
    assert_eq!(client.get(&token, &path()).await.status(), 200);
}

#[tokio::test]
async fn a_refresh_with_the_claims_answers_and_stays_good() {
    let client = Client::start().await;
    let tokens = sign_in(&client, CAPABLE).await;
    client.tenant.challenge(&challenge(), ChallengeAnswer::Refresh);

    let (_, unchanged) = renewed(&client, &tokens, CAPABLE).await;
    assert_eq!(status(&client, &unchanged).await, 401, "a new token alone is no answer");
    let other = answer().replace("1767", "1766");
    let (_, mistaken) = renewed(&client, &tokens, &other).await;
    assert_eq!(status(&client, &mistaken).await, 401, "other claims are no answer");

    let (code, answered) = renewed(&client, &tokens, &answer()).await;
    assert_eq!(code, 200, "{answered}");
    assert_eq!(status(&client, &answered).await, 200);
    let (_, later) = renewed(&client, &answered, CAPABLE).await;
    assert_eq!(status(&client, &later).await, 200, "the session answered once and for all");
}

#[tokio::test]
async fn only_a_person_answers_if_the_authority_says_so() {
    let client = Client::start().await;
    let tokens = sign_in(&client, CAPABLE).await;
    client.tenant.challenge(&challenge(), ChallengeAnswer::SignIn);

    let (code, refused) = renewed(&client, &tokens, &answer()).await;

    assert_eq!(code, 400);
    assert_eq!(refused["error"], "interaction_required");
    assert_eq!(refused["suberror"], "basic_action");
    assert_eq!(refused["error_codes"], json!([50_076]));
    let asked: Value = serde_json::from_str(text(&refused, "claims")).unwrap();
    assert_eq!(asked, challenge());
    // The refresh token is good for everything else.
    assert_eq!(renewed(&client, &tokens, CAPABLE).await.0, 200);

    // Claims at the token endpoint alone were put to no person.
    let code = client.code(mara()).await;
    let late: Form = with(&redemption(&code), "claims", &answer());
    assert_eq!(client.token(&late).await.1["error"], "interaction_required");

    let answered = sign_in(&client, &answer()).await;
    assert_eq!(status(&client, &answered).await, 200);
    let (code, later) = renewed(&client, &answered, &answer()).await;
    assert_eq!(code, 200, "{later}");
    assert_eq!(status(&client, &later).await, 200);
}
