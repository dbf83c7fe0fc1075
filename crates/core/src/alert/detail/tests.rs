use serde_json::{Value, json};

use super::*;
use crate::view::UtcMillis;

fn detail(alert: &Value) -> AlertDetail {
    Alert::read(&alert.to_string()).unwrap().detail(3)
}

fn others(detail: &AlertDetail) -> Vec<(String, String)> {
    detail.other.iter().map(|field| (field.name.flat(), field.value.flat())).collect()
}

fn flats(texts: &[Shown]) -> Vec<String> {
    texts.iter().map(Shown::flat).collect()
}

/// Every text and number of a JSON value, at any depth, without those that say nothing.
fn told(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => into.push(value.to_string()),
        Value::String(text) if text.trim().is_empty() => {}
        Value::String(text) => into.push(text.clone()),
        Value::Array(members) => members.iter().for_each(|member| told(member, into)),
        Value::Object(fields) => fields.values().for_each(|member| told(member, into)),
    }
}

const GOLDEN: &str = include_str!("../../../../practice-tenant/golden/alert.json");

#[test]
fn the_documented_alert_has_each_field_in_its_place() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let detail = detail(&golden);

    let flat = |text: &Option<Shown>| text.as_ref().map(Shown::flat);
    assert_eq!(flat(&detail.id).as_deref(), golden["id"].as_str());
    assert_eq!(flat(&detail.tenant).as_deref(), golden["aadTenantId"].as_str());
    assert_eq!(flat(&detail.incident).as_deref(), Some("30412"));
    assert_eq!(flat(&detail.user).as_deref(), Some("GOLDEN\\n.okoye"));
    assert_eq!(detail.moments.len(), 4);
    assert!(detail.moments.is_sorted_by_key(|moment| moment.kind));
    let names: Vec<_> = detail.techniques.iter().map(|known| known.name.as_deref()).collect();
    assert_eq!(
        names,
        [Some("User Execution"), Some("Command and Scripting Interpreter: JavaScript")]
    );
    assert_eq!(detail.techniques[1].tactics, ["Execution"]);
    assert_eq!(detail.comments.len(), 1);
    assert!(detail.comments[0].author.is_some() && detail.comments[0].at.is_some());
    assert!(!detail.evidence.is_empty());
    let others: Vec<String> = others(&detail).into_iter().map(|(name, _)| name).collect();
    assert_eq!(others, ["detectorId"]);
    assert_eq!(detail.left_out, 0);
}

#[test]
fn a_known_field_that_is_missing_or_null_is_nowhere() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    for name in golden.as_object().unwrap().keys() {
        for nothing in [None, Some(json!(null)), Some(json!("")), Some(json!([])), Some(json!({}))]
        {
            let mut odd = golden.clone();
            let fields = odd.as_object_mut().unwrap();
            match nothing {
                None => _ = fields.shift_remove(name),
                Some(nothing) => fields[name] = nothing,
            }

            let detail = detail(&odd);

            let others = others(&detail);
            assert!(others.iter().all(|(other, _)| other == "detectorId"), "{name}: {others:?}");
        }
    }
}

#[test]
fn a_known_field_of_any_other_type_is_among_the_others() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let odd_values = [
        json!(7731),
        json!(true),
        json!("odd text"),
        json!(["odd one", "odd two"]),
        json!([{"odd": "member"}, 7732, [null, "deep"]]),
        json!({"odd": {"deep": "object"}, "userName": 7733, "comment": [7734]}),
    ];
    for name in golden.as_object().unwrap().keys() {
        for odd_value in &odd_values {
            let mut odd = golden.clone();
            odd[name] = odd_value.clone();

            let alert = Alert::read(&odd.to_string()).unwrap();

            let everything = everything_shown(&alert);
            let mut parts = Vec::new();
            told(odd_value, &mut parts);
            for part in parts {
                assert!(everything.contains(&part), "{name}: {part} of {odd_value}");
            }
        }
    }
}

/// All that the window shows of an alert besides its raw text.
fn everything_shown(alert: &Alert) -> String {
    let rows = alert.evidence_rows(None, None, 0..usize::MAX);
    let shown = serde_json::to_string(&(alert.detail(0), rows)).unwrap();
    let word = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        shown,
        word(&alert.title),
        word(&alert.severity.other),
        word(&alert.status.other),
        word(&alert.classification),
        word(&alert.determination),
        word(&alert.device),
        word(&alert.device_group),
    ]
    .join("\n")
}

#[test]
fn comments_are_taken_in_every_form_that_was_seen() {
    let detail = detail(&json!({"comments": [
        {"comment": "one\ntwo", "createdBy": "ann", "createdTime": "2026-01-01T00:00:00Z"},
        {"comment": "three", "createTime": "2026-01-02T00:00:00Z", "extra": 1},
        "four",
        null,
        {"comment": null, "createdBy": "bob"},
        5,
    ]}));

    let texts: Vec<String> = detail.comments.iter().map(|said| said.text.flat()).collect();
    assert_eq!(texts, ["one\ntwo", "three", "four"]);
    assert_eq!(detail.comments[0].at, Some(UtcMillis(1_767_225_600_000)));
    assert!(detail.comments[1].at.is_some());
    let expected =
        [("comments 2 · extra", "1"), ("comments 5 · createdBy", "bob"), ("comments 6", "5")];
    assert_eq!(others(&detail), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn accounts_are_taken_in_every_form_that_was_seen() {
    for (related, user) in [
        (json!({"userName": "ann", "domainName": "D"}), Some("D\\ann")),
        (json!({"userName": "ann", "domainName": null}), Some("ann")),
        (json!([{"userName": "ann", "domainName": "D"}]), Some("D\\ann")),
        (json!("D\\ann"), Some("D\\ann")),
        (json!({"userName": null, "domainName": null}), None),
        (json!([]), None),
    ] {
        let detail = detail(&json!({ "relatedUser": related }));

        assert_eq!(detail.user.map(|user| user.flat()).as_deref(), user, "{related}");
        assert_eq!(detail.other, [], "{related}");
    }

    let detail = detail(&json!({"loggedOnUsers": [
        {"accountName": "ann", "domainName": "D", "sid": "S-1"}, null, {"domainName": "E"},
    ]}));
    assert_eq!(flats(&detail.logged_on), ["D\\ann"]);
    assert_eq!(
        others(&detail),
        [
            ("loggedOnUsers 1 · sid".to_owned(), "S-1".to_owned()),
            ("loggedOnUsers 3 · domainName".to_owned(), "E".to_owned()),
        ]
    );
}

#[test]
fn a_technique_that_is_not_known_has_no_name_and_only_a_right_id_has_a_page() {
    let detail = detail(&json!({"mitreTechniques": ["T1059.001", "T9999", "../x", null, 4]}));

    let told: Vec<_> = detail.techniques.iter().map(|one| (one.name.is_some(), one.page)).collect();
    assert_eq!(told, [(true, true), (false, true), (false, false)]);
    assert_eq!(others(&detail), [("mitreTechniques 5".to_owned(), "4".to_owned())]);
}

#[test]
fn a_technique_says_whether_mitre_still_keeps_it() {
    let detail = detail(&json!({"mitreTechniques": ["T1059", "T1043", "T1186", "T9999"]}));

    let told: Vec<_> = detail.techniques.iter().map(|one| one.standing).collect();
    let known = [Standing::Current, Standing::Deprecated, Standing::Revoked].map(Some);
    assert_eq!(told, [known[0], known[1], known[2], None]);
}

#[test]
fn ids_are_shown_as_they_were_written() {
    let raw = r#"{"incidentId":12345678901234567890123,"investigationId":"77"}"#;

    let detail = Alert::read(raw).unwrap().detail(0);

    assert_eq!(detail.incident, Some(Shown::of("12345678901234567890123")));
    assert_eq!(detail.investigation, Some(Shown::of("77")));
    assert_eq!(detail.other, []);
}

#[test]
fn the_word_null_is_no_category() {
    let detail = detail(&json!({"category": "null"}));

    assert_eq!((detail.category, detail.other), (None, vec![]));
}

#[test]
fn a_time_that_cannot_be_read_is_among_the_others() {
    let detail = detail(&json!({"firstEventTime": "yesterday", "lastEventTime": 7}));

    assert_eq!(detail.moments, []);
    assert_eq!(others(&detail).len(), 2);
}

#[test]
fn evidence_that_is_no_row_is_among_the_others() {
    let alert = json!({"evidence": [null, "odd", {"entityType": "File"}], "Evidence": [7]});
    let detail = detail(&alert);

    assert_eq!(detail.evidence.len(), 1);
    assert_eq!(
        others(&detail),
        [("evidence 2".to_owned(), "odd".to_owned()), ("Evidence 1".to_owned(), "7".to_owned()),]
    );
}

#[test]
fn long_lists_are_cut_and_counted() {
    let many: Vec<String> = (0..203).map(|n| format!("user{n}")).collect();
    let detail = detail(&json!({"loggedOnUsers": many, "mitreTechniques": many}));

    assert_eq!((detail.logged_on.len(), detail.techniques.len()), (200, 200));
    assert_eq!(detail.left_out, 6);
}
