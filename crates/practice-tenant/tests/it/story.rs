use std::collections::HashSet;

use droptrace_practice_tenant::practice_files;
use serde_json::Value;

use crate::client::{Client, mara, tomas};

/// A practice file's name, the alerts that the one analyst sees, and those of the other.
type Seen = (String, Vec<Value>, Vec<Value>);

/// All alerts that the practice files lead to, per analyst.
async fn seen(client: &Client) -> Vec<Seen> {
    let (one, other) = (client.access_token(mara()).await, client.access_token(tomas()).await);
    let mut seen = Vec::new();
    for file in practice_files().unwrap() {
        let path = format!("/api/files/{}/alerts", file.sha1);
        let (_, mine) = client.get_json(&one, &path).await;
        let (_, theirs) = client.get_json(&other, &path).await;
        let list = |body: &Value| body["value"].as_array().unwrap().clone();
        seen.push((file.file_name, list(&mine), list(&theirs)));
    }
    seen
}

#[tokio::test]
async fn the_two_analysts_see_different_alerts_of_the_same_files() {
    let client = Client::start().await;

    let seen = seen(&client).await;

    let count = |test: fn(&Seen) -> bool| seen.iter().filter(|file| test(file)).count();
    assert!(count(|(_, mine, theirs)| !mine.is_empty() && theirs.is_empty()) >= 1);
    assert!(count(|(_, mine, theirs)| mine.is_empty() && !theirs.is_empty()) >= 2);
    assert!(count(|(_, mine, theirs)| !mine.is_empty() && !theirs.is_empty()) >= 2);
    assert!(count(|(_, mine, theirs)| mine.is_empty() && theirs.is_empty()) >= 3);
}

#[tokio::test]
async fn an_incident_is_shared_by_several_files_and_by_both_groups() {
    let client = Client::start().await;

    let seen = seen(&client).await;

    let files = seen
        .iter()
        .filter(|(_, mine, theirs)| {
            mine.iter().chain(theirs).any(|alert| alert["incidentId"] == 41_207)
        })
        .count();
    let groups: HashSet<&str> = seen
        .iter()
        .flat_map(|(_, mine, theirs)| mine.iter().chain(theirs))
        .filter(|alert| alert["incidentId"] == 41_207)
        .filter_map(|alert| alert["rbacGroupName"].as_str())
        .collect();
    assert!(files >= 2);
    assert_eq!(groups.len(), 2);
}

#[tokio::test]
async fn the_newest_alert_is_some_hours_old() {
    let client = Client::start().await;

    let seen = seen(&client).await;

    let newest = seen
        .iter()
        .flat_map(|(_, mine, theirs)| mine.iter().chain(theirs))
        .map(|alert| {
            let text = alert["lastUpdateTime"].as_str().unwrap();
            text.parse::<jiff::Timestamp>().unwrap()
        })
        .max()
        .unwrap();
    let hours = jiff::Timestamp::now().duration_since(newest).as_hours();
    assert!((1..24).contains(&hours), "{hours}");
}

#[tokio::test]
async fn the_data_has_the_oddities_that_clients_trip_over() {
    let client = Client::start().await;
    let seen = seen(&client).await;
    let alerts: Vec<&Value> =
        seen.iter().flat_map(|(_, mine, theirs)| mine.iter().chain(theirs)).collect();
    let any = |test: &dyn Fn(&Value) -> bool| alerts.iter().any(|alert| test(alert));

    assert!(any(&|alert| alert["id"].as_str().unwrap().contains("_-")));
    assert!(any(&|alert| alert["id"].as_str().unwrap().starts_with("da")
        && alert["id"].as_str().unwrap().ends_with("_1")));
    assert!(any(&|alert| alert["machineId"].is_null()));
    assert!(any(&|alert| alert["incidentId"].is_null()));
    assert!(any(&|alert| alert["relatedUser"].is_null()));
    assert!(any(
        &|alert| alert["classification"] == "FalsePositive" && alert["status"] == "Resolved"
    ));
    assert!(any(&|alert| {
        alert["evidence"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["entityType"] == "Ip" && row["ipAddress"].is_null())
    }));
    let digits: HashSet<usize> = alerts
        .iter()
        .flat_map(|alert| {
            ["alertCreationTime", "firstEventTime", "lastEventTime", "lastUpdateTime"]
                .map(|key| alert[key].as_str().unwrap())
        })
        .map(|time| time.split_once('.').map_or(0, |(_, rest)| rest.len() - 1))
        .collect();
    assert!(digits.len() >= 5, "{digits:?}");
}
