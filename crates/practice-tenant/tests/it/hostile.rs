use std::{collections::HashSet, sync::Arc};

use droptrace_practice_tenant::{HOSTILE_SHA1, Settings, World};
use serde_json::Value;

use crate::client::{Client, mara};

/// What every text of a real answer may be, by our own collection.
fn corpus() -> Vec<String> {
    serde_json::from_str(include_str!("../../../../tests/corpora/hostile-text.json")).unwrap()
}

async fn hostile(page_size: usize) -> Client {
    let world = World::Hostile(Arc::from(corpus()));
    Client::start_with(Settings { world, page_size, ..Settings::default() }).await
}

fn path() -> String {
    format!("/api/files/{HOSTILE_SHA1}/alerts")
}

/// Every text in a value, with the name of its field.
fn texts<'value>(
    name: &'value str,
    value: &'value Value,
    into: &mut Vec<(&'value str, &'value str)>,
) {
    match value {
        Value::String(text) => into.push((name, text)),
        Value::Array(items) => items.iter().for_each(|item| texts(name, item, into)),
        Value::Object(fields) => fields.iter().for_each(|(name, item)| texts(name, item, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_corpus_is_five_hundred_texts_that_load_nothing_but_the_canary() {
    let corpus = corpus();

    assert_eq!(corpus.len(), 500);
    assert_eq!(corpus.iter().collect::<HashSet<_>>().len(), 500);
    assert!(corpus.iter().any(|text| text.len() == 32 * 1024));
    assert!(corpus.iter().filter(|text| text.contains("http://127.0.0.1:CANARY/")).count() > 100);
}

#[tokio::test]
async fn the_alert_of_each_text_carries_it_in_every_field_that_holds_one() {
    let client = hostile(10_000).await;
    let token = client.access_token(mara()).await;

    let response = client.get(&token, &path()).await;
    let body = response.bytes().await.unwrap();

    // A client may stop reading there.
    assert!(body.len() < 16 * 1024 * 1024, "{}", body.len());
    let body: Value = serde_json::from_slice(&body).unwrap();
    let alerts = body["value"].as_array().unwrap();
    let corpus = corpus();
    assert_eq!(alerts.len(), corpus.len());
    for (alert, text) in alerts.iter().zip(&corpus) {
        let mut found = Vec::new();
        texts("", alert, &mut found);
        let (hostile, usual): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(_, found)| found == text);
        assert!(hostile.len() >= 80, "{} of {text:?}", hostile.len());
        let kept = [
            "id",
            "machineId",
            "sha1",
            "entityType",
            "alertCreationTime",
            "firstEventTime",
            "lastEventTime",
            "lastUpdateTime",
        ];
        for (name, value) in usual {
            assert!(kept.contains(&name), "{name} is {value:?}, not {text:?}");
        }
        assert_eq!(alert["evidence"][0]["sha1"], HOSTILE_SHA1);
        assert!(alert["additionalData"].get(text).is_some());
    }
}

#[tokio::test]
async fn the_texts_come_in_their_order_over_pages_too() {
    let client = hostile(120).await;
    let token = client.access_token(mara()).await;

    let mut titles = Vec::new();
    let mut next = Some(client.api(&path()));
    while let Some(link) = next {
        let (_, body) = client.get_json(&token, link.strip_prefix(&client.api("")).unwrap()).await;
        for alert in body["value"].as_array().unwrap() {
            titles.push(alert["title"].as_str().unwrap().to_owned());
        }
        next = body["@odata.nextLink"].as_str().map(str::to_owned);
    }

    assert_eq!(titles, corpus());
}
