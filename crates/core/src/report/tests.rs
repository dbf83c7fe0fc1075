use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    identity::{Account, AccountId},
    view::ErrorCode,
};

const SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

fn provenance(realm: Realm) -> Provenance {
    Provenance {
        account: Arc::new(Account {
            id: AccountId {
                realm,
                cloud: None,
                tenant: "tenant-id".into(),
                object: "object".into(),
            },
            name: "Ann".into(),
            sign_in_name: "ann@example.org".into(),
            tenant_name: Some("Fernhill".into()),
            sees: None,
        }),
        host: "api.example".into(),
        at: "2026-11-24T03:00:12.25Z".parse().unwrap(),
        requests: Vec::new(),
    }
}

fn alert(fields: &Value) -> Alert {
    Alert::read(&fields.to_string()).unwrap()
}

fn full() -> Alert {
    alert(&json!({
        "id": "da1_2", "incidentId": 7, "severity": "High", "status": "New",
        "title": "Run from http://evil.example/x | now", "category": "Execution",
        "description": "One\n# Two\n<b>three</b>", "mitreTechniques": ["T1059.001", "T9999"],
        "computerDnsName": "pc-17", "machineId": "1f", "assignedTo": "bob@example.org",
        "relatedUser": {"userName": "ann", "domainName": "D"},
        "lastEventTime": "2026-11-22T14:03:09.5Z", "alertCreationTime": "2026-11-22T14:04:00Z",
        "comments": [{"comment": "seen", "createdBy": "bob@example.org",
            "createdTime": "2026-11-23T00:00:00Z"}],
        "evidence": [
            {"entityType": "Ip", "ipAddress": "192.0.2.7"},
            {"entityType": "Process", "sha1": SHA1, "processId": 4, "fileName": "a.exe",
                "filePath": "C:\\Temp", "processCommandLine": "a ```` -u http://evil.example",
                "detectionStatus": "Detected"},
            {"entityType": "Process", "processId": 5, "parentProcessId": 4},
        ],
    }))
}

/// A file of practice or an organisation that was answered with these alerts.
struct Scene {
    provenance: Provenance,
    alerts: Vec<Alert>,
    incomplete: Option<UserError>,
    name: String,
}

impl Scene {
    fn new(realm: Realm, alerts: Vec<Alert>) -> Self {
        Self { provenance: provenance(realm), alerts, incomplete: None, name: "quote.exe".into() }
    }

    /// The alert, read with the answer.
    fn told<'a>(&self, alert: &'a Alert) -> Told<'a> {
        Told { alert, read_at: self.provenance.at }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            realm: Some(self.provenance.account.id.realm),
            name: self.name.clone(),
            is_file: true,
            sha1: SHA1.parse().ok(),
            size: Some(48_213),
            unread: None,
            answer: Some(Answer {
                alerts: self.alerts.iter().map(|alert| self.told(alert)).collect(),
                incomplete: self.incomplete.as_ref(),
                provenance: &self.provenance,
            }),
            failure: None,
        }
    }
}

/// The records of a CSV, by the names of their columns.
fn records(csv: &str) -> Vec<Value> {
    let mut reader = csv::reader(csv);
    let names = reader.headers().unwrap().clone();
    let record = |record: ::csv::StringRecord| {
        let cells = names.iter().zip(record.iter());
        cells.map(|(name, cell)| (name.to_owned(), Value::from(cell))).collect()
    };
    reader.records().map(|row| Value::Object(record(row.unwrap()))).collect()
}

mod csv {
    pub(super) fn reader(text: &str) -> ::csv::Reader<&[u8]> {
        ::csv::Reader::from_reader(text.as_bytes())
    }
}

#[test]
fn the_note_tells_what_was_asked_and_what_came_back() {
    let low = alert(&json!({"id": "2", "severity": "Low", "status": "Resolved"}));
    let scene = Scene::new(Realm::Organisation, vec![full(), low]);

    let expected = "\
Asked about the file quote.exe (48,213 bytes), SHA-1 a9993e364706816aba3e25717850c26c9cd0d89d.
api.example answered ann@example.org of the tenant Fernhill on 2026-11-24 03:00:12 UTC. The answer is complete.
2 alerts visible to ann@example.org: 1 high, 1 low. There may be others that this account does not see.
1 of them is open; the highest severity of an open one is high.
On 1 device: pc-17.
Open alerts are assigned to bob@example.org.

1. High, New: “Run from hxxp://evil[.]example/x | now”, on pc-17, last activity 2026-11-22 14:03:09 UTC. In it the file is a parent process (Detected).
2. Low, Resolved: an alert without a title, on no named device, last activity not given. In it the file is linked by Defender, which gave no evidence with it.
";
    assert_eq!(scene.subject().note(), expected);
}

#[test]
fn a_complete_answer_without_alerts_says_whose_and_when_and_that_it_is_not_about_the_file() {
    let note = Scene::new(Realm::Organisation, vec![]).subject().note();

    let sentence = "No alerts visible to ann@example.org as of 2026-11-24 03:00:12 UTC. \
        This says nothing about the file itself";
    assert!(note.contains(sentence), "{note}");
    for promise in ["clean", "safe", "harmless", "no threat"] {
        assert!(!note.contains(promise), "{note}");
    }
}

#[test]
fn an_incomplete_answer_says_so_first_and_never_that_nothing_is_visible() {
    let mut scene = Scene::new(Realm::Organisation, vec![]);
    scene.incomplete = Some(UserError::new(ErrorCode::PageMissing).with("page", 2_u32));

    for report in [scene.subject().note(), scene.subject().markdown()] {
        let text = report.split_once("# quote.exe").map_or(&*report, |(_, text)| text.trim());
        assert!(
            text.starts_with("This answer is incomplete: Page 2 of the answer did not arrive."),
            "{report}"
        );
        assert!(!report.contains("No alerts visible"), "{report}");
        assert!(report.contains("The answer is not complete."), "{report}");
        assert!(report.contains("That does not mean that there is none."), "{report}");
    }
    assert_eq!(records(&scene.subject().csv())[0]["answer"], "incomplete");
    let json: Value = serde_json::from_str(&scene.subject().json().unwrap()).unwrap();
    assert_eq!(json["answer"]["complete"], false);
    assert_eq!(json["answer"]["incomplete"], "pageMissing");
}

#[test]
fn an_incomplete_answer_with_alerts_counts_what_arrived() {
    let mut scene = Scene::new(Realm::Organisation, vec![full()]);
    scene.incomplete = Some(UserError::new(ErrorCode::Partial));

    let note = scene.subject().note();

    assert!(note.contains("1 alert arrived that is visible to ann@example.org: 1 high."), "{note}");
}

#[test]
fn what_is_practice_says_so_in_every_copy() {
    let scene = Scene::new(Realm::Practice, vec![full()]);
    let subject = scene.subject();
    let alert = &scene.alerts[0];
    let row = alert.evidence_at(0).unwrap();

    let sentence = "Practice tenant: nothing in this note is real.";
    assert!(subject.note().starts_with(sentence));
    for markdown in [subject.markdown(), subject.alert_markdown(scene.told(alert))] {
        let sentence = "**Practice tenant: nothing in this report is real.**";
        assert!(markdown.starts_with(sentence), "{markdown}");
    }
    for table in [
        subject.csv(),
        subject.alert_csv(scene.told(alert)),
        of_evidence(alert, &row, subject.realm),
    ] {
        let rows = records(&table);
        assert!(!rows.is_empty() && rows.iter().all(|row| row["realm"] == "practice"));
    }
    for json in [
        subject.json().unwrap(),
        exactly(&alert.raw, subject.realm).unwrap(),
        exactly(row.raw, subject.realm).unwrap(),
    ] {
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["realm"], "practice");
    }
}

#[test]
fn nothing_of_an_organisation_says_practice() {
    let scene = Scene::new(Realm::Organisation, vec![full()]);
    let subject = scene.subject();
    let alert = &scene.alerts[0];

    for copy in [
        subject.note(),
        subject.markdown(),
        subject.alert_markdown(scene.told(alert)),
        subject.csv(),
        subject.json().unwrap(),
        exactly(&alert.raw, subject.realm).unwrap(),
    ] {
        assert!(!copy.to_lowercase().contains("practice"), "{copy}");
    }
}

#[test]
fn the_json_keeps_what_came_to_the_letter() {
    let raw = r#"{"z":1.10,"a":12345678901234567890123,"t":"A\/","z":null}"#;
    let scene = Scene::new(Realm::Organisation, vec![Alert::read(raw).unwrap()]);

    assert!(scene.subject().json().unwrap().contains(raw));
    assert_eq!(exactly(raw, Some(Realm::Organisation)).unwrap(), raw);
    assert!(exactly(raw, Some(Realm::Practice)).unwrap().contains(raw));
}

#[test]
fn a_csv_has_a_row_for_each_alert_and_one_where_there_is_none() {
    let scene = Scene::new(Realm::Organisation, vec![full(), full()]);

    let rows = records(&scene.subject().csv());

    assert_eq!(rows.len(), 2);
    let row = &rows[0];
    assert_eq!(row["sha1"], SHA1);
    assert_eq!(row["answer"], "complete");
    assert_eq!(row["answeredAt"], "2026-11-24T03:00:12.25Z");
    assert_eq!(row["lastActivity"], "2026-11-22T14:03:09.5Z");
    assert_eq!(row["title"], "Run from hxxp://evil[.]example/x | now");
    assert_eq!(row["techniques"], "T1059.001 T9999");
    assert_eq!(row["user"], "D\\ann");
    let none = records(&Scene::new(Realm::Organisation, vec![]).subject().csv());
    assert_eq!((none.len(), &none[0]["alertId"]), (1, &Value::from("")));
}

#[test]
fn a_row_of_evidence_has_its_value_exact_and_defanged() {
    let alert = full();
    let row = alert.evidence_at(0).unwrap();

    let rows = records(&of_evidence(&alert, &row, None));

    assert_eq!(rows[0]["value"], "192.0.2.7");
    assert_eq!(rows[0]["valueDefanged"], "192[.]0[.]2[.]7");
    assert_eq!(rows[0]["row"], "0");
}

#[test]
fn the_markdown_tells_an_alert_with_its_evidence() {
    let scene = Scene::new(Realm::Organisation, vec![full()]);

    let markdown = scene.subject().markdown();

    for part in [
        "# quote.exe\n",
        "## Alert: Run from hxxp://evil\\[.\\]example/x \\| now\n",
        "- **ATT&CK techniques:** T1059.001 Command and Scripting Interpreter: PowerShell, T9999\n",
        "- **User:** D\\\\ann\n",
        "> One\n> \\# Two\n> &lt;b&gt;three&lt;/b&gt;\n",
        "- Process, with this SHA-1\n",
        "    `````text\n    a ```` -u hxxp://evil[.]example\n    `````\n",
        "  - **Value:** 192\\[.\\]0\\[.\\]2\\[.\\]7\n",
        "Addresses are defanged.",
    ] {
        assert!(markdown.contains(part), "{part}\nin\n{markdown}");
    }
    let ours = markdown.find("with this SHA-1").unwrap();
    assert!(ours < markdown.find("192").unwrap(), "our rows come first");
}

#[test]
fn an_alert_that_was_read_later_than_the_answer_says_so_in_every_copy() {
    let scene = Scene::new(Realm::Organisation, vec![full()]);
    let later = "2026-11-24T05:00:00Z".parse().unwrap();
    let mut subject = scene.subject();
    subject.answer.as_mut().unwrap().alerts[0].read_at = later;

    let at_once = scene.subject().note();
    assert!(!at_once.contains("later than this answer"), "{at_once}");
    let note = subject.note();
    assert!(note.contains("read on 2026-11-24 05:00:00 UTC, later than this answer."), "{note}");
    let markdown = subject.markdown();
    assert!(markdown.contains("- **Read:** 2026-11-24 05:00:00 UTC\n"), "{markdown}");
    let row = &records(&subject.csv())[0];
    assert_eq!(row["answeredAt"], "2026-11-24T03:00:12.25Z");
    assert_eq!(row["readAt"], "2026-11-24T05:00:00Z");
    let json: Value = serde_json::from_str(&subject.json().unwrap()).unwrap();
    assert_eq!(json["answer"]["alertsReadAt"], json!(["2026-11-24T05:00:00Z"]));
}

#[test]
fn a_severity_that_is_not_known_is_told_by_its_word_and_nothing_below_it_is_the_highest() {
    let one = |severity: Value| alert(&json!({"severity": severity, "status": "New"}));
    let note = |alerts: Vec<Alert>| Scene::new(Realm::Organisation, alerts).subject().note();

    let beside = note(vec![one(json!("Critical")), one(json!("Low")), one(json!("Critical"))]);
    for part in [
        ": 1 low, 2 of a severity that Droptrace does not know: Critical.",
        "the highest severity that Droptrace knows of an open one is low.",
        "2 open alerts are of a severity that Droptrace does not know: Critical. They may be worse",
        "1. Critical (a severity that Droptrace does not know), New:",
    ] {
        assert!(beside.contains(part), "{part}\nin\n{beside}");
    }
    let alone = note(vec![one(json!("Critical"))]);
    assert!(alone.contains("1 of them is open.\n"), "{alone}");
    assert!(!alone.contains("highest") && !alone.contains("not given,"), "{alone}");
    let unspecified = note(vec![one(json!("UnSpecified"))]);
    assert!(unspecified.contains(": 1 of unspecified severity."), "{unspecified}");
    assert!(!unspecified.contains("of a severity not given"), "{unspecified}");
    let absent = note(vec![one(json!(null))]);
    assert!(absent.contains(": 1 of a severity not given."), "{absent}");
    assert!(absent.contains("1 of them is open, and has no severity."), "{absent}");
}

#[test]
fn the_markdown_drops_nothing_without_saying_so() {
    let long = "x".repeat(3 * Shown::LONGEST);
    let many: serde_json::Map<String, Value> =
        (0..103).map(|n| (format!("odd{n}"), json!(n))).collect();
    let mut process = json!({"entityType": "Process", "parentProcessId": 77, "long": long});
    process.as_object_mut().unwrap().extend(many.clone());
    let mut raw = json!({
        "id": "x", "investigationId": 118, "aadTenantId": "7d1f3c52", "incidentId": "IN-7",
        "loggedOnUsers": [{"accountName": "ann", "domainName": "D"}, {"accountName": "bob"}],
        "mitreTechniques": ["T1186", "T1043", "T1059"], "detectorId": "17e1", "evidence": [process],
    });
    raw.as_object_mut().unwrap().extend(many);
    let scene = Scene::new(Realm::Organisation, vec![alert(&raw)]);

    let markdown = scene.subject().alert_markdown(scene.told(&scene.alerts[0]));

    for part in [
        "- **Logged on:** D\\\\ann, bob\n",
        "- **Tenant id:** `7d1f3c52`\n",
        "- **Investigation id:** 118\n",
        "- **Incident:** IN-7\n",
        "T1186 Process Doppelgänging (withdrawn by MITRE), ",
        "T1043 Commonly Used Port (no longer used by MITRE), ",
        "T1059 Command and Scripting Interpreter\n",
        "  - **Parent process id:** 77\n",
        &format!("  - long: {long}\n"),
        "  - odd98: 98\n  - 4 more fields are in the JSON only.\n",
        "Other fields:\n\n- detectorId: 17e1\n- odd0: 0\n",
        "- odd98: 98\n- 4 more fields are in the JSON only.\n",
    ] {
        assert!(markdown.contains(part), "{part}\nin\n{markdown}");
    }
}

#[test]
fn a_row_of_evidence_has_all_that_has_no_column_as_json_and_no_formula() {
    let alert = Alert::read(
        r#"{"evidence": [
            {"entityType": "Process", "accountName": "ann", "sha1": {"odd": 1.10},
             "session": {"id": 12345678901234567890123, "list": [ "=1" ]}, "none": null,
             "=cmd": "a;=1"},
            {"entityType": "File", "fileName": "a"}
        ]}"#,
    )
    .unwrap();
    let other = |place: u32| {
        let table = of_evidence(&alert, &alert.evidence_at(place).unwrap(), None);
        records(&table)[0]["other"].as_str().unwrap().to_owned()
    };

    let expected = concat!(
        r#"{"accountName":"ann","sha1":{"odd":1.10},"#,
        r#""session":{"id":12345678901234567890123,"list":["=1"]},"=cmd":"a;'=1"}"#,
    );
    assert_eq!(other(0), expected);
    assert_eq!(other(1), "");
}

#[test]
fn what_was_not_read_asked_or_answered_is_told_as_that() {
    let scene = Scene::new(Realm::Organisation, vec![]);
    let error = UserError::new(ErrorCode::Offline).with("host", "api.example");
    let plain = Subject { answer: None, ..scene.subject() };

    let unasked = plain.note();
    assert!(unasked.contains("has not been answered yet"), "{unasked}");
    let failed = Subject { failure: Some(&error), ..plain.clone() }.note();
    assert!(failed.contains("not answered, so this note says nothing about alerts: api.example"));
    let unread = Subject { sha1: None, unread: Some(&error), ..plain.clone() }.note();
    assert!(unread.contains("has not been read"), "{unread}");
    assert!(!unread.contains("answered"), "{unread}");
    let pasted = Subject { is_file: false, size: None, ..plain.clone() }.note();
    assert!(pasted.contains(&format!("Asked about the SHA-1 {SHA1}.")), "{pasted}");
    let earlier = Subject { failure: Some(&error), ..scene.subject() }.note();
    assert!(earlier.contains("What follows is the earlier answer."), "{earlier}");
    for subject in [plain, scene.subject()] {
        assert_eq!(records(&subject.csv()).len(), 1);
    }
}

#[test]
fn a_note_tells_twenty_alerts_and_counts_the_rest() {
    let scene = Scene::new(Realm::Organisation, vec![full(); 23]);

    let note = scene.subject().note();

    assert!(note.contains("\n20. High") && !note.contains("\n21. "), "{note}");
    assert!(note.ends_with("\n3 more alerts are not told here.\n"), "{note}");
}

proptest! {
    #[test]
    fn every_sentence_of_a_report_has_its_words_and_its_facts(
        name in ".{0,12}",
        title in ".{0,20}",
        severity in "High|Low|Odd",
        open: bool,
        incomplete: bool,
        alerts in 0_usize..7,
    ) {
        let status = if open { "New" } else { "Resolved" };
        let one = alert(&json!({"title": title, "severity": severity, "status": status}));
        let mut scene = Scene::new(Realm::Practice, vec![one; alerts]);
        scene.name = name.replace(['{', '}'], "");
        scene.incomplete = incomplete.then(|| UserError::new(ErrorCode::Partial));
        let note = scene.subject().note();
        let report = scene.subject().markdown();

        for text in [&note, &report] {
            let ours = text.replace(&title, "");
            prop_assert!(!ours.contains("note.") && !ours.contains("report."), "{}", text);
            prop_assert!(!ours.contains("(not given)"), "{}", text);
        }
    }
}
