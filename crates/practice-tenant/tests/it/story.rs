use std::collections::{BTreeMap, BTreeSet, HashSet};

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

/// Who sees how many alerts of what; the guide through the practice world names these files.
#[tokio::test]
async fn each_practice_file_has_its_part_in_the_story() {
    let client = Client::start().await;

    let seen = seen(&client).await;

    let counts: BTreeMap<&str, (usize, usize)> = seen
        .iter()
        .map(|(name, mine, theirs)| (name.as_str(), (mine.len(), theirs.len())))
        .collect();
    let expected = BTreeMap::from([
        ("Driver schedule week 32.xlsm", (4, 2)),
        ("week 32 update.txt", (3, 1)),
        ("Tourenplan Änderungen Köln–Zürich.txt", (2, 0)),
        ("delivery archive.csv", (1, 0)),
        ("quote \u{202e}fdp.txt", (2, 0)),
        ("tachograph-export.csv", (1, 1)),
        ("weighbridge tickets.csv", (1, 1)),
        ("--force.log", (0, 3)),
        ("  restore   my files .txt", (0, 2)),
        ("📦 parcel labels.csv", (0, 1)),
        ("leave request.txt", (0, 0)),
        ("Q3 fuel costs (final) (2).csv", (0, 0)),
        ("Frühstücksliste.txt", (0, 0)),
        ("route log.txt", (0, 0)),
        ("empty.txt", (0, 0)),
    ]);
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn the_mail_attachment_leads_to_what_it_started() {
    let client = Client::start().await;
    let seen = seen(&client).await;
    let of = |name: &str| seen.iter().find(|(file, ..)| file.starts_with(name)).unwrap();
    let (_, attachment, _) = of("Driver schedule");
    let (_, started, _) = of("week 32 update");

    assert!(attachment.iter().any(|alert| alert["detectionSource"] == "OfficeATP"));
    let shared = started.iter().find(|alert| attachment.contains(alert)).unwrap();
    // From the workbook's program by the script host to the shell that ran the script.
    let parent = |of: &str| {
        let rows = shared["evidence"].as_array().unwrap();
        let row = rows.iter().find(|row| row["fileName"] == of && row["processId"].is_i64());
        row.unwrap()["parentProcessFileName"].as_str().unwrap().to_owned()
    };
    assert_eq!(parent("practiceshell.exe"), "scripthost.exe");
    assert_eq!(parent("scripthost.exe"), "EXCEL.EXE");
}

#[tokio::test]
async fn the_false_alarm_is_nothing_else_and_says_why() {
    let client = Client::start().await;
    let seen = seen(&client).await;
    let (_, mine, theirs) = seen.iter().find(|(name, ..)| name == "tachograph-export.csv").unwrap();

    for (alerts, analyst) in [(mine, mara()), (theirs, tomas())] {
        let [alert] = &alerts[..] else { panic!("{alerts:?}") };
        assert_eq!(alert["status"], "Resolved");
        assert_eq!(alert["classification"], "FalsePositive");
        assert_eq!(alert["determination"], "NotMalicious");
        assert!(alert["resolvedTime"].is_string());
        assert_eq!(alert["comments"][0]["createdBy"], analyst.sign_in_name);
    }
}

#[tokio::test]
async fn one_alert_has_thousands_of_rows_with_this_file_in_their_middle() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let files = practice_files().unwrap();
    let file = files.iter().find(|file| file.file_name == "delivery archive.csv").unwrap();

    let answer = client.get(&token, &format!("/api/files/{}/alerts", file.sha1)).await;

    let body = answer.bytes().await.unwrap();
    assert!(body.len() < 4_000_000, "{}", body.len());
    let body: Value = serde_json::from_slice(&body).unwrap();
    let rows = body["value"][0]["evidence"].as_array().unwrap();
    assert_eq!(rows.len(), 3_003);
    let own = rows.iter().position(|row| row["sha1"] == file.sha1.as_str()).unwrap();
    assert!((1_000..2_000).contains(&own), "{own}");
    let names: HashSet<&Value> = rows.iter().map(|row| &row["fileName"]).collect();
    assert!(names.len() > 3_000, "{}", names.len());
}

#[tokio::test]
async fn every_field_of_a_card_has_something_to_show() {
    let client = Client::start().await;
    let seen = seen(&client).await;
    let alerts: Vec<&Value> =
        seen.iter().flat_map(|(_, mine, theirs)| mine.iter().chain(theirs)).collect();

    let states: BTreeSet<&str> =
        alerts.iter().map(|alert| alert["investigationState"].as_str().unwrap()).collect();
    assert!(states.len() >= 12, "{states:?}");
    let rows = || alerts.iter().flat_map(|alert| alert["evidence"].as_array().unwrap());
    let kinds: BTreeSet<&str> = rows().map(|row| row["entityType"].as_str().unwrap()).collect();
    let expected = [
        "File",
        "Ip",
        "MailMessage",
        "Mailbox",
        "Process",
        "RegistryKey",
        "RegistryValue",
        "Url",
        "User",
    ];
    assert_eq!(kinds, BTreeSet::from(expected));
    let longest = rows().filter_map(|row| row["processCommandLine"].as_str()).map(str::len).max();
    assert!(longest > Some(500), "{longest:?}");
    assert!(alerts.iter().any(|alert| {
        alert["comments"].as_array().unwrap().len() >= 3
            && alert["assignedTo"].is_string()
            && alert["relatedUser"]["userName"].is_string()
            && alert["loggedOnUsers"][0]["accountName"].is_string()
            && alert["mitreTechniques"][0].as_str().unwrap().contains('.')
    }));
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
