use droptrace_practice_tenant::{Settings, World, conformance_cases};

use crate::client::{Client, mara, tomas};

#[tokio::test]
async fn every_case_is_answered_as_it_is_listed() {
    let client = Client::start_with(Settings {
        world: World::Conformance,
        calls_per_minute: usize::MAX,
        calls_per_hour: usize::MAX,
        ..Settings::default()
    })
    .await;
    let tokens = [client.access_token(mara()).await, client.access_token(tomas()).await];

    for (number, case) in conformance_cases().unwrap().iter().enumerate() {
        let path = format!("/api/files/{}/alerts", case.sha1);
        let (status, body) = client.get_json(&tokens[number % 2], &path).await;
        assert_eq!(status, 200, "{}", case.name);
        let mut found = body["value"].as_array().unwrap().clone();
        let mut listed = case.alerts.clone();
        for alerts in [&mut found, &mut listed] {
            alerts.sort_by_key(ToString::to_string);
        }
        assert_eq!(found, listed, "{}", case.name);
    }
}
