use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    alert::Alert,
    digest::{Digests, FileDigest, Sha1Digest},
    identity::{Account, AccountId},
    intake::{self, FromText, GivenDigest},
    lookup::{Batch, Haste, Progress},
    source::{Answer, Provenance},
    view::{
        Activity, AlertHandle, AlertPart, AlertRow, EvidencePart, EvidenceRow, ItemId, ItemPart,
        ItemRow, ItemSort, ListSpec, Realm, RowList, Severity, Shown, UnknownSeverities,
    },
};

const ITEMS: ListSpec = ListSpec::Items { sort: ItemSort::Arrival };

fn digest(n: u8) -> Sha1Digest {
    format!("{n:02x}").repeat(20).parse().unwrap()
}

fn answer(alerts: &[Value]) -> Answer {
    answer_at(Timestamp::UNIX_EPOCH, alerts)
}

fn answer_at(at: Timestamp, alerts: &[Value]) -> Answer {
    let account = Account {
        id: AccountId {
            realm: Realm::Practice,
            cloud: None,
            tenant: "tenant".into(),
            object: "object".into(),
        },
        name: "Ann".into(),
        sign_in_name: "ann@example.org".into(),
        tenant_name: None,
        sees: None,
    };
    let read = |alert: &Value| Arc::new(Alert::read(&alert.to_string()).unwrap());
    Answer {
        alerts: alerts.iter().map(read).collect(),
        incomplete: None,
        provenance: Provenance {
            account: Arc::new(account),
            host: "api.example".into(),
            at,
            requests: Vec::new(),
        },
    }
}

/// What a reading of a file gives.
fn digest_of(sha1: Sha1Digest, size: u64) -> FileDigest {
    let digests = Digests { sha1, sha256: None, md5: None };
    FileDigest { digests, size, first: false, streams: Vec::new() }
}

/// A digest that a pasted text named.
fn pasted(sha1: Sha1Digest) -> FromText {
    FromText { digest: GivenDigest::Sha1(sha1), text: None, line: 1, note: None }
}

/// A batch with files of these contents.
fn read(contents: &[u8]) -> Batch {
    let mut batch = Batch::default();
    let names =
        (0..contents.len()).map(|n| intake::origin_of(&Path::new("/drop").join(format!("f{n}"))));
    let (files, _) = batch.take_in_files(names.collect(), Haste::InTurn);
    for (file, content) in files.iter().zip(contents) {
        let read = digest_of(digest(*content), 3);
        batch.reading_ended(file.tag.item, file.tag.generation, Ok(read));
    }
    batch
}

fn answered(batch: &mut Batch, content: u8, alerts: &[Value]) {
    batch.lookup_went_on(digest(content), Progress::Ended(Ok(answer(alerts))));
}

fn items(batch: &Batch) -> Vec<ItemRow> {
    let RowList::Items(rows) = batch.rows(ITEMS, 0, u32::MAX) else {
        panic!("items were asked for")
    };
    rows
}

fn alerts(batch: &Batch, item: ItemId) -> Vec<AlertRow> {
    let RowList::Alerts(rows) = batch.rows(ListSpec::Alerts { item }, 0, u32::MAX) else {
        panic!("alerts were asked for")
    };
    rows
}

fn alert_of(batch: &Batch, item: ItemId) -> AlertHandle {
    alerts(batch, item)[0].alert
}

fn answer_of(batch: &Batch) -> crate::view::Answer {
    items(batch).remove(0).lookup.unwrap().answer.unwrap()
}

fn evidence(batch: &Batch, list: ListSpec, from: u32, to: u32) -> Vec<EvidenceRow> {
    let RowList::Evidence(rows) = batch.rows(list, from, to) else {
        panic!("evidence was asked for")
    };
    rows
}

fn places(batch: &Batch, item: ItemId, from: u32, to: u32) -> Vec<u32> {
    let RowList::SameContent(rows) = batch.rows(ListSpec::SameContent { item }, from, to) else {
        panic!("places were asked for")
    };
    rows.iter().map(|place| place.item.0).collect()
}

#[test]
fn items_of_one_content_know_each_other() {
    let mut batch = read(&[1, 2, 1, 1]);
    batch.take_in_digests(vec![pasted(digest(2))], Some(Haste::InTurn));

    let same: Vec<u32> = items(&batch).iter().map(|item| item.same_content).collect();
    assert_eq!(same, [2, 1, 2, 2, 1]);
    let first = items(&batch)[0].id;
    assert_eq!(places(&batch, first, 0, 9), [2, 3]);
    assert_eq!(places(&batch, first, 1, 9), [3]);
    assert_eq!(batch.extent(ListSpec::SameContent { item: first }).1, 2);
}

#[test]
fn a_file_that_is_read_again_leaves_its_content_until_it_is_read() {
    let mut batch = read(&[1, 1]);
    let list = ListSpec::SameContent { item: items(&batch)[0].id };
    let before = batch.extent(list);

    let (again, _) =
        batch.take_in_files(vec![intake::origin_of(Path::new("/drop/f1"))], Haste::InTurn);
    let between = batch.extent(list);
    let read = digest_of(digest(2), 3);
    batch.reading_ended(again[0].tag.item, again[0].tag.generation, Ok(read));

    assert_eq!((before.1, between.1, batch.extent(list).1), (1, 0, 0));
    assert!(between.0 > before.0);
    let moved = ListSpec::SameContent { item: again[0].tag.item };
    assert_eq!(batch.extent(moved).1, 0);
}

#[test]
fn a_change_elsewhere_is_no_change_of_the_places() {
    let mut batch = read(&[1, 1, 2]);
    let list = ListSpec::SameContent { item: items(&batch)[0].id };
    let before = batch.extent(list);

    answered(&mut batch, 2, &[json!({"id": "x"})]);
    batch.sampled();

    assert_eq!(batch.extent(list), before);
}

#[test]
fn after_the_list_was_cleared_the_places_have_changed() {
    let mut batch = read(&[1, 1]);
    let item = items(&batch)[0].id;
    let before = batch.extent(ListSpec::SameContent { item });

    batch.clear();

    let after = batch.extent(ListSpec::SameContent { item });
    assert!(after.0 > before.0 && after.1 == 0);
    assert!(places(&batch, item, 0, 9).is_empty());
}

#[test]
fn an_answer_names_the_latest_devices_and_whom_open_alerts_are_assigned_to() {
    let mut batch = read(&[1]);
    let alert = |id: u32, device: Value, last: &str, to: Value, status: &str| {
        json!({"id": id.to_string(), "machineId": format!("m{device}"), "computerDnsName": device,
            "lastEventTime": last, "assignedTo": to, "status": status})
    };
    answered(
        &mut batch,
        1,
        &[
            alert(1, json!("old"), "2026-01-01T00:00:00Z", json!("ann"), "New"),
            alert(2, json!("new"), "2026-01-09T00:00:00Z", json!("bob"), "InProgress"),
            alert(3, json!("new"), "2026-01-08T00:00:00Z", json!("bob"), "New"),
            alert(4, json!(null), "2026-01-07T00:00:00Z", json!(null), "New"),
            alert(5, json!("mid"), "2026-01-06T00:00:00Z", json!("eve"), "Resolved"),
            alert(6, json!("far"), "2026-01-02T00:00:00Z", json!(null), "Resolved"),
        ],
    );

    let answer = items(&batch).remove(0).lookup.unwrap().answer.unwrap();

    let flat = |texts: &[Shown]| texts.iter().map(Shown::flat).collect::<Vec<_>>();
    assert_eq!(flat(&answer.device_names), ["new", "mid", "far"]);
    assert_eq!(answer.devices, 5);
    let last: Timestamp = "2026-01-09T00:00:00Z".parse().unwrap();
    assert_eq!(answer.last_activity, Some(Activity { at: last.into(), created: false }));
    assert_eq!(flat(&answer.assignees), ["bob", "ann"]);
    assert_eq!((answer.people, answer.unassigned), (2, 1));
}

#[test]
fn an_answer_names_three_people_and_counts_them_all() {
    let mut batch = read(&[1]);
    let open: Vec<Value> = ["ann", "bob", "eve", "ann", "joe", "kim"]
        .iter()
        .zip(0..)
        .map(|(name, id)| json!({"id": id.to_string(), "assignedTo": name, "status": "New"}))
        .collect();
    answered(&mut batch, 1, &open);

    let answer = answer_of(&batch);

    assert_eq!((answer.assignees.len(), answer.people), (3, 5));
}

#[test]
fn a_creation_is_the_last_activity_only_where_no_alert_has_an_event() {
    let old = json!({"id": "1", "lastEventTime": "2026-01-02T00:00:00Z"});
    let new = json!({"id": "2", "alertCreationTime": "2026-01-09T00:00:00Z"});
    let activity = |at: &str, created| {
        let at: Timestamp = at.parse().unwrap();
        Some(Activity { at: at.into(), created })
    };
    let mut batch = read(&[1]);

    answered(&mut batch, 1, std::slice::from_ref(&new));
    assert_eq!(answer_of(&batch).last_activity, activity("2026-01-09T00:00:00Z", true));
    answered(&mut batch, 1, &[new, old]);
    assert_eq!(answer_of(&batch).last_activity, activity("2026-01-02T00:00:00Z", false));
}

#[test]
fn an_unknown_severity_that_is_open_is_told_beside_the_highest_known_and_comes_first() {
    let alert = |id: u32, severity: &str, status: &str| {
        let id = id.to_string();
        json!({ "id": id, "severity": severity, "status": status })
    };
    let mut batch = read(&[1, 2]);
    answered(&mut batch, 1, &[alert(9, "High", "New")]);
    let words = ["Critical", "Critical", "Grave", "Low", "Worst", "Odd"];
    let mut mixed: Vec<Value> =
        words.iter().zip(20..).map(|(word, id)| alert(id, word, "New")).collect();
    mixed.push(alert(40, "Grievous", "Resolved"));
    answered(&mut batch, 2, &mixed);

    let by_severity = batch.rows(ListSpec::Items { sort: ItemSort::Severity }, 0, 9);

    let RowList::Items(rows) = by_severity else { panic!("items were asked for") };
    let answer = rows[0].lookup.clone().unwrap().answer.unwrap();
    assert_eq!(answer.highest_open, Some(Severity::Low));
    assert_eq!((answer.severities.unknown, answer.severities.low), (6, 1));
    let words = ["Critical", "Grave", "Worst"].map(Shown::of).to_vec();
    assert_eq!(answer.unknown_open, UnknownSeverities { alerts: 5, words, more: 1 });
    let first = alerts(&batch, rows[0].id).remove(0);
    assert_eq!(first.severity, Severity::Unknown);
    assert!(first.severity_text.is_some());
}

#[test]
fn an_alert_has_the_time_of_the_answer_that_told_of_it_last() {
    let early: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let late: Timestamp = "2026-01-01T04:00:00Z".parse().unwrap();
    let ended = |batch: &mut Batch, content: u8, at, alerts: &[Value]| {
        let answer = answer_at(at, alerts);
        batch.lookup_went_on(digest(content), Progress::Ended(Ok(answer)));
    };
    let mut batch = read(&[1, 2]);
    let (shared, own) = (json!({"id": "x", "status": "New"}), json!({"id": "y"}));
    ended(&mut batch, 1, early, &[shared, own]);
    let item = items(&batch)[0].id;
    let raw = ListSpec::Raw { alert: alert_of(&batch, item) };
    let before = (batch.extent(ListSpec::Alerts { item }).0, batch.extent(raw).0);

    ended(&mut batch, 2, late, &[json!({"id": "x", "status": "New"})]);
    let times: Vec<_> = alerts(&batch, item).iter().map(|row| row.read_at).collect();

    assert_eq!(times, [late.into(), early.into()]);
    assert!(batch.extent(ListSpec::Alerts { item }).0 > before.0, "the rows are asked for again");
    assert_eq!(batch.extent(raw).0, before.1, "the same text is not");
    let note = batch.item_part(item, ItemPart::TriageNote, None).unwrap();
    assert!(note.contains("read on 2026-01-01 04:00:00 UTC, later than this answer."), "{note}");
    assert_eq!(answer_of(&batch).provenance.at, early.into());
}

#[test]
fn what_can_be_copied_is_exactly_what_there_is() {
    let mut batch = read(&[1]);
    answered(
        &mut batch,
        1,
        &[
            json!({"id": "da1", "title": "t", "computerDnsName": "pc", "lastEventTime":
            "2026-01-01T00:00:00Z", "relatedUser": {"userName": "ann"}, "evidence": [
                {"entityType": "Process", "processCommandLine": "a http://b.example", "odd": 1},
                {"entityType": "Process", "processCommandLine": "a -x"},
                {"entityType": "RegistryValue", "registryKey": "K", "registryValue": "http://c.d"},
                {"entityType": "User", "accountName": "ann"},
                {"entityType": "Ip", "ipAddress": "192.0.2.7"},
            ]}),
            json!({"odd": true}),
        ],
    );
    let item = items(&batch)[0].id;

    for row in alerts(&batch, item) {
        for part in [
            AlertPart::Title,
            AlertPart::Id,
            AlertPart::Device,
            AlertPart::User,
            AlertPart::Markdown,
            AlertPart::Json,
            AlertPart::Csv,
        ] {
            let copied = batch.alert_part(item, row.alert, part, None);
            assert_eq!(row.copies.contains(&part), copied.is_some(), "{part:?}");
        }
    }
    let alert = alert_of(&batch, item);
    let rows = evidence(&batch, ListSpec::Evidence { item, alert, only: None }, 0, 9);
    for row in &rows {
        for part in &row.copies {
            assert!(batch.evidence_part(alert, row.index, *part, None).is_some(), "{part:?}");
        }
    }
    let defanged = |part| rows.iter().map(|row| row.copies.contains(&part)).collect::<Vec<_>>();
    assert_eq!(defanged(EvidencePart::CommandLineDefanged), [true, false, false, false, false]);
    assert_eq!(defanged(EvidencePart::Defanged), [false, false, true, false, true]);
    assert_eq!(defanged(EvidencePart::Other), [true, false, false, false, false]);
    let copy = |row, part| batch.evidence_part(alert, row, part, None).unwrap();
    assert_eq!(copy(0, EvidencePart::CommandLineDefanged), "a hxxp://b[.]example");
    assert_eq!(copy(2, EvidencePart::Defanged), "K, = hxxp://c[.]d");
    assert_eq!(copy(0, EvidencePart::Other), "odd: 1");
}

#[test]
fn evidence_has_the_items_rows_first_and_can_be_of_one_kind() {
    let mut batch = read(&[1]);
    let ours = digest(1).to_string();
    answered(
        &mut batch,
        1,
        &[json!({"id": "x", "evidence": [
            {"entityType": "User", "accountName": "ann"},
            {"entityType": "File", "fileName": "other"},
            null,
            {"entityType": "File", "fileName": "ours", "sha1": ours.to_uppercase()},
            {"fileName": "kindless", "sha1": ours},
        ]})],
    );
    let item = items(&batch)[0].id;
    let alert = alert_of(&batch, item);

    let list = |only| ListSpec::Evidence { item, alert, only };
    let indices = |rows: &[EvidenceRow]| rows.iter().map(|row| row.index).collect::<Vec<_>>();
    let all = evidence(&batch, list(None), 0, 9);
    assert_eq!(indices(&all), [3, 4, 0, 1]);
    assert_eq!(all.iter().map(|row| row.ours).collect::<Vec<_>>(), [true, true, false, false]);
    assert_eq!(indices(&evidence(&batch, list(None), 1, 3)), [4, 0]);
    assert_eq!(indices(&evidence(&batch, list(Some(1)), 0, 9)), [3, 1]);
    assert_eq!(indices(&evidence(&batch, list(Some(2)), 0, 9)), [4]);
    assert_eq!(evidence(&batch, list(Some(3)), 0, 9), []);
    let counts = [None, Some(0), Some(1), Some(3)].map(|only| batch.extent(list(only)).1);
    assert_eq!(counts, [4, 1, 2, 0]);
    assert_eq!(
        batch.evidence_part(alert, 3, EvidencePart::Name, None).as_deref(),
        Some("ours"),
        "what is copied is named by its place in the answer"
    );
    assert_eq!(batch.evidence_part(alert, 2, EvidencePart::Json, None), None);
}

#[test]
fn the_raw_lines_change_only_with_their_alert() {
    let mut batch = read(&[1, 2]);
    answered(&mut batch, 1, &[json!({"id": "x", "a": 1})]);
    answered(&mut batch, 2, &[json!({"id": "y"})]);
    let list = ListSpec::Raw { alert: alert_of(&batch, items(&batch)[0].id) };
    let before = batch.extent(list);

    answered(&mut batch, 2, &[json!({"id": "y", "b": 2}), json!({"id": "x", "a": 1})]);
    assert_eq!(batch.extent(list), before);

    answered(&mut batch, 2, &[json!({"id": "x", "a": 1, "c": 3})]);
    let after = batch.extent(list);
    assert!(after.0 > before.0);
    assert_eq!((before.1, after.1), (4, 5));
    let RowList::Raw(lines) = batch.rows(list, 1, 3) else { panic!() };
    assert_eq!(lines, [Shown::of(r#"  "id": "x","#), Shown::of(r#"  "a": 1,"#)]);

    batch.start_over();
    let gone = batch.extent(list);
    assert!(gone.0 > after.0 && gone.1 == 0);
    assert_eq!(batch.rows(list, 0, 9), RowList::Raw(vec![]));
}

#[test]
fn evidence_changes_with_its_alert() {
    let mut batch = read(&[1, 2]);
    answered(&mut batch, 1, &[json!({"id": "x", "evidence": [{"entityType": "File"}]})]);
    let item = items(&batch)[0].id;
    let list = ListSpec::Evidence { item, alert: alert_of(&batch, item), only: None };
    let before = batch.extent(list);

    answered(&mut batch, 2, &[json!({"id": "x", "evidence": [{"entityType": "Ip"}]})]);

    assert!(batch.extent(list).0 > before.0);
}

#[test]
fn what_is_copied_is_exact() {
    let mut batch = read(&[1]);
    answered(
        &mut batch,
        1,
        &[json!({"id": "da1", "title": "a\u{202e}b", "computerDnsName": "pc",
        "relatedUser": {"userName": "ann", "domainName": "D"}, "evidence": [
            {"entityType": "Url", "url": "http://a.example", "processCommandLine": " x\u{200b} "},
        ]})],
    );
    let item = items(&batch)[0].id;
    let alert = alert_of(&batch, item);

    let of_item = |part| batch.item_part(item, part, None);
    assert_eq!(of_item(ItemPart::Sha1), Some(digest(1).to_string()));
    assert_eq!(of_item(ItemPart::Name).as_deref(), Some("f0"));
    let path = std::path::absolute("/drop/f0").unwrap();
    assert_eq!(of_item(ItemPart::Path).as_deref(), path.to_str());
    let of_alert = |part| batch.alert_part(item, alert, part, None);
    assert_eq!(of_alert(AlertPart::Title).as_deref(), Some("a\u{202e}b"));
    assert_eq!(of_alert(AlertPart::Id).as_deref(), Some("da1"));
    assert_eq!(of_alert(AlertPart::Device).as_deref(), Some("pc"));
    assert_eq!(of_alert(AlertPart::User).as_deref(), Some("D\\ann"));
    assert_eq!(of_alert(AlertPart::Json).as_deref(), batch.alert(alert).map(|alert| &*alert.raw));
    let of_row = |part| batch.evidence_part(alert, 0, part, None);
    assert_eq!(of_row(EvidencePart::CommandLine).as_deref(), Some(" x\u{200b} "));
    assert_eq!(of_row(EvidencePart::Value).as_deref(), Some("http://a.example"));
    assert_eq!(of_row(EvidencePart::Defanged).as_deref(), Some("hxxp://a[.]example"));
    assert_eq!(of_row(EvidencePart::Sha1), None);
    assert!(of_row(EvidencePart::Json).unwrap().starts_with(r#"{"entityType":"Url""#));
    for part in [ItemPart::TriageNote, ItemPart::Markdown, ItemPart::Json, ItemPart::Csv] {
        let copied = of_item(part).unwrap().to_lowercase();
        assert!(copied.contains("practice"), "the realm of who answered: {copied}");
    }
}

#[test]
fn nothing_is_copied_of_what_is_gone() {
    let mut batch = read(&[1]);
    answered(&mut batch, 1, &[json!({"id": "x", "evidence": [{"entityType": "File"}]})]);
    let item = items(&batch)[0].id;
    let alert = alert_of(&batch, item);

    batch.clear();

    assert_eq!(batch.item_part(item, ItemPart::TriageNote, None), None);
    assert_eq!(batch.alert_part(item, alert, AlertPart::Json, None), None);
    assert_eq!(batch.evidence_part(alert, 0, EvidencePart::Csv, None), None);
}

#[test]
fn a_pasted_digest_has_no_path() {
    let mut batch = Batch::default();
    batch.take_in_digests(vec![pasted(digest(1))], Some(Haste::InTurn));
    let item = items(&batch)[0].id;

    assert_eq!(batch.item_part(item, ItemPart::Path, None), None);
    assert_eq!(batch.item_part(item, ItemPart::Name, None), Some(digest(1).to_string()));
}

/// A page of a long list costs what its own rows cost, and a little for the order.
#[test]
fn a_page_of_thousands_of_rows_does_not_read_them_all() {
    let rows: Vec<Value> = (0..4_000)
        .map(|n| json!({"entityType": "File", "fileName": format!("f{n}"), "sha1": null}))
        .collect();
    let mut batch = read(&[1]);
    answered(&mut batch, 1, &[json!({"id": "x", "evidence": rows})]);
    let item = items(&batch)[0].id;
    let list = ListSpec::Evidence { item, alert: alert_of(&batch, item), only: None };

    // The shortest of some: others use the processor, too.
    let timed = |from: u32, to: u32| {
        let rows = (to - from) as usize;
        let once = |_| {
            let start = std::time::Instant::now();
            assert_eq!(evidence(&batch, list, from, to).len(), rows);
            start.elapsed()
        };
        (0..7).map(once).min().unwrap()
    };
    let (short, long) = (timed(3_800, 4_000), timed(0, 4_000));

    assert!(short * 4 < long, "{short:?} of {long:?}");
}
