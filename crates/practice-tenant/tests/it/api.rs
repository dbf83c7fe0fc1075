use std::time::Duration;

use droptrace_practice_tenant::{SCOPE, Settings};
use serde_json::{Value, json};

use crate::client::{Client, EXAMPLE_SHA1, json as body_of, mara, tomas};

const FILE_SCOPE: &str = "openid api://droptrace-practice/File.Read.All";

fn alerts_path(sha1: &str) -> String {
    format!("/api/files/{sha1}/alerts")
}

fn refusal(body: &Value) -> (&str, &str) {
    assert!(body["error"]["target"].is_string());
    (body["error"]["code"].as_str().unwrap(), body["error"]["message"].as_str().unwrap())
}

#[tokio::test]
async fn the_example_hash_has_alerts_that_differ_by_analyst() {
    let client = Client::start().await;
    let mut seen = Vec::new();

    for analyst in [mara(), tomas()] {
        let token = client.access_token(analyst).await;
        let (status, body) = client.get_json(&token, &alerts_path(EXAMPLE_SHA1)).await;
        assert_eq!(status, 200);
        let alerts = body["value"].as_array().unwrap().clone();
        assert!(!alerts.is_empty());
        for alert in &alerts {
            assert_eq!(alert["rbacGroupName"], analyst.device_group);
        }
        seen.push(alerts);
    }

    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn an_answer_looks_like_the_real_one() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;

    let response = client.get(&token, &alerts_path(EXAMPLE_SHA1)).await;

    let headers = response.headers();
    assert_eq!(
        headers["content-type"],
        "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"
    );
    assert_eq!(headers["odata-version"], "4.0");
    assert_eq!(headers["transfer-encoding"], "chunked");
    assert_eq!(headers.get("content-length"), None);
    let body = body_of(response).await;
    assert_eq!(body["@odata.context"], client.api("/api/$metadata#Alerts"));
    assert!(body.get("@odata.nextLink").is_none());
}

#[tokio::test]
async fn bodies_are_compressed_as_asked() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;

    for (accept, given) in [
        ("gzip", Some("gzip")),
        ("deflate", Some("deflate")),
        ("br", Some("br")),
        ("identity", None),
    ] {
        let bare = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .no_deflate()
            .no_brotli()
            .build()
            .unwrap();
        let response = bare
            .get(client.api(&alerts_path(EXAMPLE_SHA1)))
            .bearer_auth(&token)
            .header("accept-encoding", accept)
            .send()
            .await
            .unwrap();
        let encoding = response
            .headers()
            .get("content-encoding")
            .map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(encoding.as_deref(), given, "{accept}");

        let read = client
            .http
            .get(client.api(&alerts_path(EXAMPLE_SHA1)))
            .bearer_auth(&token)
            .header("accept-encoding", accept)
            .send()
            .await
            .unwrap();
        assert!(body_of(read).await["value"].is_array());
    }
}

#[tokio::test]
async fn a_missing_foreign_changed_or_old_token_is_unauthorized() {
    let client = Client::start().await;
    let other = Client::start().await;
    let token = client.access_token(mara()).await;
    let foreign = other.access_token(mara()).await;
    let path = alerts_path(EXAMPLE_SHA1);
    let mut changed = token.clone();
    changed.replace_range(200..201, if &token[200..201] == "A" { "B" } else { "A" });

    for wrong in ["", "x", foreign.as_str(), changed.as_str()] {
        let (status, body) = client.get_json(wrong, &path).await;
        assert_eq!(status, 401);
        assert_eq!(refusal(&body).0, "Unauthorized");
    }
    let none = client.http.get(client.api(&path)).send().await.unwrap();
    assert_eq!(none.status(), 401);
    assert!(none.headers().contains_key("www-authenticate"));
    let basic = client
        .http
        .get(client.api(&path))
        .header("authorization", format!("Basic {token}"))
        .send()
        .await
        .unwrap();
    assert_eq!(basic.status(), 401);

    assert_eq!(client.get(&token, &path).await.status(), 200);
    client.tenant.advance(Duration::from_secs(4_499));
    assert_eq!(client.get(&token, &path).await.status(), 401);
}

#[tokio::test]
async fn a_refresh_or_id_token_is_no_access_token() {
    let client = Client::start().await;
    let body = client.sign_in_for(mara(), &format!("openid offline_access {SCOPE}")).await;

    for kind in ["refresh_token", "id_token"] {
        let token = body[kind].as_str().unwrap();
        let (status, _) = client.get_json(token, &alerts_path(EXAMPLE_SHA1)).await;
        assert_eq!(status, 401, "{kind}");
    }
}

#[tokio::test]
async fn each_route_asks_for_its_own_scope() {
    let client = Client::start().await;
    let alerts = client.access_token(mara()).await;
    let files = client.sign_in_for(mara(), FILE_SCOPE).await;
    let files = files["access_token"].as_str().unwrap();
    let file_path = format!("/api/files/{EXAMPLE_SHA1}");

    let (status, body) = client.get_json(&alerts, &file_path).await;
    assert_eq!(status, 403);
    let (code, message) = refusal(&body);
    assert_eq!(code, "Forbidden");
    assert!(message.contains("File.Read.All"), "{message}");

    let (status, body) = client.get_json(files, &alerts_path(EXAMPLE_SHA1)).await;
    assert_eq!(status, 403);
    assert!(refusal(&body).1.contains("Alert.Read"));

    let (status, body) = client.get_json(files, &file_path).await;
    assert_eq!(status, 200);
    assert_eq!(body["sha1"], EXAMPLE_SHA1);
}

#[tokio::test]
async fn an_unknown_file_has_no_alerts_and_is_not_found() {
    let client = Client::start().await;
    let unknown = "1".repeat(40);
    let alerts = client.access_token(mara()).await;
    let files = client.sign_in_for(mara(), FILE_SCOPE).await;

    let (status, body) = client.get_json(&alerts, &alerts_path(&unknown)).await;
    assert_eq!(status, 200);
    assert_eq!(body["value"], json!([]));

    let path = format!("/api/files/{unknown}");
    let (status, body) = client.get_json(files["access_token"].as_str().unwrap(), &path).await;
    assert_eq!(status, 404);
    assert_eq!(refusal(&body).0, "ResourceNotFound");
}

#[tokio::test]
async fn what_is_no_sha1_is_an_invalid_hash() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let md5 = "0".repeat(32);
    let sha256 = "0".repeat(64);
    let upper = EXAMPLE_SHA1.to_uppercase();

    for hash in [md5.as_str(), sha256.as_str(), upper.as_str(), "x", "%20"] {
        let (status, body) = client.get_json(&token, &alerts_path(hash)).await;
        assert_eq!(status, 400, "{hash}");
        assert_eq!(refusal(&body).0, "InvalidHashValue");
    }
}

#[tokio::test]
async fn a_file_is_found_by_its_sha256_too() {
    let client = Client::start().await;
    let files = client.sign_in_for(mara(), FILE_SCOPE).await;
    let token = files["access_token"].as_str().unwrap();
    let (_, by_sha1) = client.get_json(token, &format!("/api/files/{EXAMPLE_SHA1}")).await;
    let sha256 = by_sha1["sha256"].as_str().unwrap();

    let (_, by_sha256) = client.get_json(token, &format!("/api/files/{sha256}")).await;

    assert_eq!(by_sha256, by_sha1);
}

#[tokio::test]
async fn an_alert_of_the_other_group_does_not_exist() {
    let client = Client::start().await;
    let own = client.access_token(mara()).await;
    let other = client.access_token(tomas()).await;
    let (_, list) = client.get_json(&own, &alerts_path(EXAMPLE_SHA1)).await;
    let alert = &list["value"][0];
    let path = format!("/api/alerts/{}", alert["id"].as_str().unwrap());

    let (status, mut single) = client.get_json(&own, &path).await;
    assert_eq!(status, 200);
    let context = single.as_object_mut().unwrap().remove("@odata.context");
    assert_eq!(context.unwrap(), client.api("/api/$metadata#Alerts/$entity"));
    assert_eq!(&single, alert);

    let (status, body) = client.get_json(&other, &path).await;
    assert_eq!(status, 404);
    assert_eq!(refusal(&body).0, "ResourceNotFound");
}

#[tokio::test]
async fn a_wrong_route_or_method_has_no_body() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;

    let path = format!("/api/files/{EXAMPLE_SHA1}/machine");
    let response = client.get(&token, &path).await;
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["content-length"], "0");

    let response = client.http.post(client.api(&alerts_path(EXAMPLE_SHA1))).send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET,HEAD");
    assert!(response.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_minute_and_the_hour_have_limits_that_all_analysts_share() {
    let client = Client::start_with(Settings {
        calls_per_minute: 3,
        calls_per_hour: 4,
        ..Settings::default()
    })
    .await;
    let one = client.access_token(mara()).await;
    let two = client.access_token(tomas()).await;
    let path = alerts_path(EXAMPLE_SHA1);
    for token in [&one, &two, &one] {
        assert_eq!(client.get(token, &path).await.status(), 200);
    }

    let response = client.get(&two, &path).await;
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((30..=60).contains(&wait), "{wait}");
    assert_eq!(refusal(&body_of(response).await).0, "TooManyRequests");

    client.tenant.advance(Duration::from_secs(wait));
    assert_eq!(client.get(&one, &path).await.status(), 200);
    client.tenant.advance(Duration::from_mins(2));
    let response = client.get(&one, &path).await;
    assert_eq!(response.status(), 429, "the hour is full");
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(wait > 3_000, "{wait}");
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let client = Client::start_with(Settings { page_size: 1, ..Settings::default() }).await;
    let token = client.access_token(mara()).await;
    let (_, first) = client.get_json(&token, &alerts_path(EXAMPLE_SHA1)).await;
    let mut pages = vec![first];

    while let Some(link) = pages.last().unwrap()["@odata.nextLink"].as_str() {
        let prefix = client.api(&alerts_path(EXAMPLE_SHA1));
        let query = link.strip_prefix(&prefix).unwrap();
        assert!(query.starts_with("?%24skiptoken="), "{query}");
        let path = format!("{}{query}", alerts_path(EXAMPLE_SHA1));
        let (status, page) = client.get_json(&token, &path).await;
        assert_eq!(status, 200);
        pages.push(page);
    }

    let ids: Vec<&str> = pages
        .iter()
        .flat_map(|page| page["value"].as_array().unwrap())
        .map(|alert| alert["id"].as_str().unwrap())
        .collect();
    assert!(ids.len() > 2);
    assert_eq!(ids.len(), pages.len());
    assert!(ids.is_sorted());
}

#[tokio::test]
async fn a_wrong_page_is_a_bad_request() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;

    for query in ["$skiptoken=17", "$skip=-1", "$expand=evidence", "$skip=1&$skip=2"] {
        let path = format!("{}?{query}", alerts_path(EXAMPLE_SHA1));
        let (status, body) = client.get_json(&token, &path).await;
        assert_eq!(status, 400, "{query}");
        assert_eq!(refusal(&body).0, "BadRequest");
    }
}
