use droptrace_practice_tenant::{TENANT_ID, practice_files};
use serde_json::Value;

use crate::client::{Client, EXAMPLE_SHA1, mara, tomas};

#[tokio::test]
async fn every_page_that_an_alert_links_to_is_there() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let (_, list) = client.get_json(&token, &format!("/api/files/{EXAMPLE_SHA1}/alerts")).await;
    let alert = &list["value"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();

    for (path, contains) in [
        (format!("/alerts/{}", text(&alert["id"])), text(&alert["title"])),
        (format!("/incidents/{}", alert["incidentId"]), text(&alert["title"])),
        (format!("/machines/v2/{}", text(&alert["machineId"])), text(&alert["computerDnsName"])),
        (format!("/file/{EXAMPLE_SHA1}/"), EXAMPLE_SHA1.to_owned()),
    ] {
        let response = client
            .http
            .get(client.portal(&format!("{path}?tid={TENANT_ID}")))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(policy.contains("form-action 'none'"));
        let page = response.text().await.unwrap();
        assert!(page.contains(&contains), "{path}");
        assert!(page.contains("Nothing here is real"));
        assert!(!page.contains("<script"));
        follow(&client, &page).await;
    }
}

#[tokio::test]
async fn every_alert_of_a_practice_file_has_its_pages() {
    let client = Client::start().await;
    let mut alerts = 0;
    for analyst in [mara(), tomas()] {
        let token = client.access_token(analyst).await;
        for file in practice_files().unwrap() {
            let path = format!("/api/files/{}/alerts", file.sha1);
            let (_, list) = client.get_json(&token, &path).await;
            for alert in list["value"].as_array().unwrap() {
                let path = format!("/alerts/{}?tid={TENANT_ID}", alert["id"].as_str().unwrap());
                let response = client.http.get(client.portal(&path)).send().await.unwrap();
                assert_eq!(response.status(), 200, "{path}");
                let page = response.text().await.unwrap();
                for comment in alert["comments"].as_array().unwrap() {
                    assert!(page.contains(comment["createdTime"].as_str().unwrap()), "{path}");
                }
                follow(&client, &page).await;
                alerts += 1;
            }
        }
    }
    assert!(alerts > 20, "{alerts}");
}

/// Every link of a page leads to a page.
async fn follow(client: &Client, page: &str) {
    for link in page.split("href=\"").skip(1) {
        let path = link.split('"').next().unwrap();
        let response = client.http.get(client.portal(path)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_link_without_this_tenant_shows_nothing() {
    let client = Client::start().await;

    for query in ["", "?tid=", "?tid=11111111-2222-4333-8444-555555555555"] {
        let path = format!("/file/{EXAMPLE_SHA1}/{query}");
        let response = client.http.get(client.portal(&path)).send().await.unwrap();
        assert_eq!(response.status(), 400, "{query}");
        assert!(!response.text().await.unwrap().contains(EXAMPLE_SHA1));
    }
}

#[tokio::test]
async fn an_unknown_page_escapes_what_was_asked_for() {
    let client = Client::start().await;
    let path = format!("/alerts/%3Cscript%3Ealert(1)%3C%2Fscript%3E?tid={TENANT_ID}");

    let response = client.http.get(client.portal(&path)).send().await.unwrap();

    assert_eq!(response.status(), 404);
    assert!(!response.text().await.unwrap().contains("<script"));
}
