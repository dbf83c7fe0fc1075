//! The one practice file whose first lookup has to wait.

use std::time::Duration;

use droptrace_practice_tenant::{Settings, practice_files};

use crate::client::{Client, json as body_of, mara, tomas};

const WAIT: Duration = Duration::from_secs(20);

fn path(name: &str) -> String {
    let file = practice_files().unwrap().into_iter().find(|file| file.file_name == name).unwrap();
    format!("/api/files/{}/alerts", file.sha1)
}

async fn start(calls_per_minute: usize) -> Client {
    let settings = Settings { lookup_wait: Some(WAIT), calls_per_minute, ..Settings::default() };
    Client::start_with(settings).await
}

#[tokio::test]
async fn one_file_has_to_wait_and_no_other() {
    let client = start(100).await;
    let token = client.access_token(mara()).await;
    let waiting = path("weighbridge tickets.csv");

    let refused = client.get(&token, &waiting).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "20");
    let body = body_of(refused).await;
    assert_eq!(body["error"]["code"], "TooManyRequests");
    assert_eq!(body["error"]["message"], "API calls quota exceeded. Retry after 20 seconds.");
    for other in practice_files().unwrap() {
        let other = format!("/api/files/{}/alerts", other.sha1);
        if other != waiting {
            assert_eq!(client.get(&token, &other).await.status(), 200);
        }
    }
    assert_eq!(client.get(&token, &waiting).await.status(), 429, "it asked too early");

    client.tenant.advance(WAIT);

    for analyst in [mara(), tomas()] {
        let token = client.access_token(analyst).await;
        let (status, answer) = client.get_json(&token, &waiting).await;
        assert_eq!(status, 200);
        assert_eq!(answer["value"].as_array().unwrap().len(), 1, "{}", analyst.name);
    }
}

#[tokio::test]
async fn what_had_to_wait_takes_nothing_from_the_quota() {
    let client = start(1).await;
    let token = client.access_token(mara()).await;
    let waiting = path("weighbridge tickets.csv");
    assert_eq!(client.get(&token, &waiting).await.status(), 429);

    client.tenant.advance(WAIT);

    assert_eq!(client.get(&token, &waiting).await.status(), 200);
}

#[tokio::test]
async fn a_wrong_token_does_not_begin_the_wait() {
    let client = start(100).await;
    let waiting = path("weighbridge tickets.csv");
    assert_eq!(client.get("wrong", &waiting).await.status(), 401);
    client.tenant.advance(WAIT);
    let token = client.access_token(mara()).await;

    assert_eq!(client.get(&token, &waiting).await.headers()["retry-after"], "20");
}

#[tokio::test]
async fn without_the_setting_nothing_waits() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;

    assert_eq!(client.get(&token, &path("weighbridge tickets.csv")).await.status(), 200);
}
