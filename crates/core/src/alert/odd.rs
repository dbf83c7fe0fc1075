//! Every documented field of an alert and of a row of evidence, in every form that JSON has.

use serde_json::{Value, json};

use super::*;

/// An alert with every documented field ("alert resource type", and what real answers have beyond
/// it), each with a value that no other has.
fn alert() -> Value {
    json!({
        "id": "da637308392288907382_-880718168",
        "incidentId": 30412,
        "investigationId": 30413,
        "assignedTo": "assignee@example.org",
        "severity": "High",
        "status": "Resolved",
        "classification": "TruePositive",
        "determination": "Malware",
        "investigationState": "Queued",
        "detectionSource": "WindowsDefenderAtp",
        "detectorId": "17e10bbc-3a68-474a-8aad-faef14d43952",
        "category": "Execution",
        "threatFamilyName": "Family",
        "threatName": "Trojan:Win32/Name.A!bit",
        "title": "The title",
        "description": "The description",
        "alertCreationTime": "2026-01-26T20:33:57.7220239Z",
        "firstEventTime": "2026-01-26T20:31:32Z",
        "lastEventTime": "2026-01-26T20:31:33.1Z",
        "lastUpdateTime": "2026-01-26T20:33:59.12Z",
        "resolvedTime": "2026-01-27T20:33:59.1466667Z",
        "machineId": "111e6dd8c833c8a052ea231ec1b19adaf497b625",
        "computerDnsName": "device.example.org",
        "rbacGroupName": "The group",
        "aadTenantId": "a839b112-1253-6432-9bf6-94542403f21c",
        "mitreTechniques": ["T1064", "T1059.001"],
        "relatedUser": {"userName": "related", "domainName": "DOMAIN"},
        "loggedOnUsers": [{"accountName": "logged", "domainName": "DOMAIN"}],
        "comments": [{"comment": "The comment", "createdBy": "author@example.org",
            "createdTime": "2026-01-26T01:00:37.8404534Z"}],
        "evidence": [process(), {"entityType": "Ip", "ipAddress": "192.0.2.7"}],
        "domains": ["domain.example"],
        "@odata.context": "https://api.example/$metadata#Alerts/$entity",
        "recommendedAction": "The action",
        "actorName": "The actor",
        "alertUser": "The user of 2019",
        "alertFiles": [{"sha1": "ff836cfb1af40252bd2a2ea843032e99a5b262ed"}],
        "alertDomains": ["old.example"],
        "alertIps": ["192.0.2.8"],
    })
}

const SHA1: &str = "ff836cfb1af40252bd2a2ea843032e99a5b262ed";

/// A row of evidence with every documented field.
fn process() -> Value {
    json!({
        "entityType": "Process",
        "evidenceCreationTime": "2026-01-26T20:33:58.6133333Z",
        "sha1": SHA1,
        "sha256": "a4752c71d81afd3d5865d24ddb11a6b0c615062fcc448d24050c2172d2cbccd6",
        "fileName": "rundll32.exe",
        "filePath": "C:\\Windows\\SysWOW64",
        "processId": 3276,
        "processCommandLine": "rundll32.exe  c:\\temp\\suspicious.dll,RepeatAfterMe",
        "processCreationTime": "2026-01-26T20:31:32.9581596Z",
        "parentProcessId": 8420,
        "parentProcessCreationTime": "2026-01-26T20:31:32.9004163Z",
        "parentProcessFileName": "parent.exe",
        "parentProcessFilePath": "C:\\Windows\\System32",
        "ipAddress": "192.0.2.9",
        "url": "www.example.org",
        "registryKey": "The key",
        "registryHive": "HKLM",
        "registryValueType": "String",
        "registryValue": "The value",
        "registryValueName": "The name",
        "accountName": "name",
        "domainName": "DOMAIN",
        "userSid": "S-1-5-21-11111607",
        "aadUserId": "11118379-2a59-1111-ac3c-a51eb4a3c627",
        "userPrincipalName": "principal@example.org",
        "detectionStatus": "Detected",
    })
}

/// The values that a field is given, as they are written.
fn odd_values() -> Vec<String> {
    let mut values: Vec<String> = [
        "null",
        "true",
        "7731",
        "-7732",
        "1.57733",
        "\"\"",
        "\"  \"",
        "\"odd 7734\"",
        "\"0001-01-01T00:00:00\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[\"odd 7735\",7736,null]",
        "{\"odd\":{\"deep\":\"odd 7737\"},\"userName\":7738,\"comment\":[7739]}",
        "123456789012345678901234567890",
        "1e400",
        "-0",
        "\"\\ud800 7740\"",
        "{\"\\ud800\":7741}",
    ]
    .map(str::to_owned)
    .into();
    values.push(format!("{}7742{}", "[".repeat(40), "]".repeat(40)));
    values.push(format!("{}7743{}", "{\"a\":".repeat(40), "}".repeat(40)));
    values
}

/// The object with one of its members written otherwise: as each of `instead`, which may be none.
fn written(object: &Value, name: &str, instead: &[(&str, &str)]) -> String {
    let members = object.as_object().unwrap().iter().flat_map(|(given, value)| {
        if given == name {
            let put = |(name, raw): &(&str, &str)| format!("{}:{raw}", Value::from(*name));
            instead.iter().map(put).collect()
        } else {
            vec![format!("{}:{value}", Value::from(given.as_str()))]
        }
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Every form of a field's value, as members to put in its place.
fn forms<'a>(name: &'a str, value: &'a str, odd: &'a [String]) -> Vec<Vec<(&'a str, &'a str)>> {
    let mut forms = vec![vec![]];
    for odd in odd.iter().map(String::as_str) {
        forms.push(vec![(name, odd)]);
    }
    // Twice: the last counts, and the other one is kept beside it.
    for odd in ["null", "7731", "\"odd 7734\"", "{}"] {
        forms.push(vec![(name, odd), (name, value)]);
        forms.push(vec![(name, value), (name, odd)]);
    }
    forms
}

/// What was understood of an alert, by the name of the field.
fn understood(alert: &Alert) -> Vec<(&'static str, String)> {
    let beyond = alert.beyond();
    let comments: Vec<_> =
        beyond.comments.iter().map(|said| (&said.text, &said.author, said.at)).collect();
    vec![
        ("id", format!("{:?}", alert.id)),
        ("incidentId", format!("{:?} {:?}", alert.incident, beyond.incident)),
        ("investigationId", format!("{:?}", beyond.investigation)),
        ("assignedTo", format!("{:?}", alert.assigned_to)),
        ("severity", format!("{:?}", alert.severity)),
        ("status", format!("{:?}", alert.status)),
        ("classification", format!("{:?}", alert.classification)),
        ("determination", format!("{:?}", alert.determination)),
        ("investigationState", format!("{:?}", alert.investigation_state)),
        ("detectionSource", format!("{:?}", alert.detection_source)),
        ("category", format!("{:?}", alert.category)),
        ("threatFamilyName", format!("{:?}", alert.threat_family)),
        ("threatName", format!("{:?}", alert.threat)),
        ("title", format!("{:?}", alert.title)),
        ("description", format!("{:?}", alert.description)),
        ("alertCreationTime", format!("{:?}", alert.created)),
        ("firstEventTime", format!("{:?}", alert.first_event)),
        ("lastEventTime", format!("{:?}", alert.last_event)),
        ("lastUpdateTime", format!("{:?}", alert.updated)),
        ("resolvedTime", format!("{:?}", alert.resolved)),
        ("machineId", format!("{:?}", alert.machine)),
        ("computerDnsName", format!("{:?}", alert.device)),
        ("rbacGroupName", format!("{:?}", alert.device_group)),
        ("aadTenantId", format!("{:?}", beyond.tenant)),
        ("mitreTechniques", format!("{:?}", alert.techniques)),
        ("relatedUser", format!("{:?}", alert.user)),
        ("loggedOnUsers", format!("{:?}", beyond.logged_on)),
        ("comments", format!("{comments:?}")),
        ("evidence", rows(alert).join("\n")),
    ]
}

/// The rows of evidence as the page shows them, and what they say that the file is.
fn rows(alert: &Alert) -> Vec<String> {
    let shown = alert.evidence_rows(None, None, 0..usize::MAX);
    let role = alert.evidence.role_of(SHA1.parse().unwrap());
    let role = serde_json::to_string(&role).unwrap();
    shown.iter().map(|row| serde_json::to_string(row).unwrap()).chain([role]).collect()
}

/// All that is shown of an alert besides its raw text.
fn shown(alert: &Alert) -> String {
    let detail = serde_json::to_string(&alert.detail(0)).unwrap();
    let understood = understood(alert).into_iter().map(|(_, told)| told).collect::<Vec<_>>();
    format!("{detail}\n{}", understood.join("\n"))
}

/// The numbers by which odd values are found again.
fn marks(raw: &str) -> impl Iterator<Item = String> {
    (7731..=7743).map(|mark| mark.to_string()).filter(move |mark| raw.contains(mark.as_str()))
}

/// Reads an entry: whatever it is, it is an alert, and no token of it is lost.
fn read(raw: &str) -> Alert {
    let alert = Alert::read(raw).unwrap();
    assert_eq!(&*alert.raw, raw);
    let lines: String =
        (0..alert.raw_line_count()).map(|at| alert.raw_line(at).unwrap().flat()).collect();
    assert_eq!(lines.replace(' ', ""), raw::compact(raw).replace(' ', ""));
    let everything = shown(&alert);
    for mark in marks(raw) {
        assert!(everything.contains(&mark), "{mark} is shown nowhere: {raw:.2000}");
    }
    let _ = (alert.pages(), alert.copies(), alert.last_activity(), alert.key(), alert.device_key());
    alert
}

#[test]
fn no_field_of_an_alert_has_a_form_that_costs_it_or_any_other_field() {
    let (golden, odd) = (alert(), odd_values());
    let usual = understood(&read(&golden.to_string()));
    for (name, value) in golden.as_object().unwrap() {
        let value = value.to_string();
        for form in forms(name, &value, &odd) {
            let raw = written(&golden, name, &form);

            let read = understood(&read(&raw));

            for ((field, told), (_, usual)) in read.iter().zip(&usual) {
                assert!(field == name || told == usual, "{field} with another {name}: {form:.80?}");
            }
            // As long as it comes last, it is read as if it stood alone.
            if let [_, (_, last)] = *form
                && last == value
            {
                assert_eq!(read, usual, "{name}: {form:.80?}");
            }
        }
    }
}

#[test]
fn no_field_of_evidence_has_a_form_that_costs_its_row_or_any_other() {
    let (golden, row, odd) = (json!({"evidence": []}), process(), odd_values());
    for (name, value) in row.as_object().unwrap() {
        let value = value.to_string();
        for form in forms(name, &value, &odd) {
            let row = written(&row, name, &form);
            let others = r#"{"entityType": "Ip", "ipAddress": "192.0.2.7"}"#;
            for list in [format!("[{row},{others}]"), format!("[null,{row},7,{others}]")] {
                let raw = written(&golden, "evidence", &[("evidence", &list)]);

                let alert = read(&raw);

                assert_eq!(alert.evidence_count(None), 2, "{name}: {form:.80?}");
                let other = alert.evidence_rows(None, None, 1..2);
                assert_eq!(other[0].value, Some(view::Shown::of("192[.]0[.]2[.]7")));
                let kept = alert.evidence_at(list.starts_with("[null").into()).unwrap();
                assert_eq!(kept.raw, row, "exactly as it came");
                if name != "sha1" {
                    let role = alert.evidence.role_of(SHA1.parse().unwrap());
                    assert!(matches!(role, view::Role::Named { .. }), "{name}: {form:.80?}");
                }
            }
            let raw = written(&golden, "evidence", &[("evidence", &row)]);
            assert_eq!(read(&raw).evidence_count(None), 1, "a single row: {name}");
        }
    }
}

#[test]
fn a_name_in_another_case_is_read_as_the_name() {
    let golden = alert();
    let usual = understood(&read(&golden.to_string()));
    for (name, value) in golden.as_object().unwrap() {
        for other in [name.to_uppercase(), name.to_lowercase()] {
            let raw = written(&golden, name, &[(&other, &value.to_string())]);
            assert_eq!(understood(&read(&raw)), usual, "{other}");
        }
    }
    let row = process();
    for (name, value) in row.as_object().unwrap() {
        let odd = written(&row, name, &[(&name.to_uppercase(), &value.to_string())]);
        let raw = written(&golden, "evidence", &[("evidence", &format!("[{odd}]"))]);
        let plain = written(&golden, "evidence", &[("evidence", &format!("[{row}]"))]);
        let told = |raw: &str| {
            let mut row = read(raw).evidence_rows(None, None, 0..1).remove(0);
            // What has no place of its own keeps the name that it was given.
            row.other.clear();
            row
        };
        assert_eq!(told(&raw), told(&plain), "{name}");
    }
}
