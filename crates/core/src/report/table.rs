//! CSV: a row for each alert, or for a row of evidence.

use jiff::Timestamp;

use super::{Answer, Subject, Told, csv, defang, realm_name, role, severity, status};
use crate::{
    alert::{Alert, Row, Value},
    view::{Realm, Severity},
};

/// The columns of an item and one of its alerts; their names are for programs, and stay.
const ALERT: [&str; 33] = [
    "realm",
    "fileName",
    "sha1",
    "size",
    "answer",
    "account",
    "tenant",
    "host",
    "answeredAt",
    "alertId",
    "incidentId",
    "severity",
    "status",
    "classification",
    "determination",
    "title",
    "category",
    "techniques",
    "detectionSource",
    "threatName",
    "threatFamily",
    "device",
    "deviceId",
    "deviceGroup",
    "user",
    "assignedTo",
    "role",
    "firstActivity",
    "lastActivity",
    "created",
    "updated",
    "resolved",
    "readAt",
];

/// The columns of a row of evidence.
const EVIDENCE: [&str; 17] = [
    "realm",
    "alertId",
    "row",
    "entityType",
    "fileName",
    "folder",
    "value",
    "valueDefanged",
    "sha1",
    "sha256",
    "processId",
    "commandLine",
    "parentProcessId",
    "parentFile",
    "detectionStatus",
    "evidenceSince",
    "other",
];

pub(super) fn of_item(subject: &Subject<'_>) -> String {
    let alerts = subject.answer.as_ref().map(|answer| &*answer.alerts).unwrap_or_default();
    let mut out = csv::row(ALERT);
    if alerts.is_empty() {
        out += &row(subject, None);
    }
    out.extend(alerts.iter().map(|told| row(subject, Some(*told))));
    out
}

pub(super) fn of_alert(subject: &Subject<'_>, told: Told<'_>) -> String {
    csv::row(ALERT) + &row(subject, Some(told))
}

/// The CSV row of a row of evidence, below a header.
pub(crate) fn of_evidence(alert: &Alert, row: &Row<'_>, realm: Option<Realm>) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells: [String; EVIDENCE.len()] = [
        realm_name(realm).to_owned(),
        text(&alert.id),
        row.place.to_string(),
        text(&row.kind),
        text(&row.name),
        text(&row.folder),
        row.value.as_ref().map(|value| value.text.clone()).unwrap_or_default(),
        row.value.as_ref().map(Value::defanged).unwrap_or_default(),
        text(&row.sha1),
        text(&row.sha256),
        text(&row.process),
        text(&row.command_line),
        text(&row.parent_process),
        text(&row.parent_file),
        text(&row.status),
        instant(row.at),
        row.other_json().unwrap_or_default(),
    ];
    csv::row(EVIDENCE) + &csv::row(cells.iter().map(String::as_str))
}

fn row(subject: &Subject<'_>, told: Option<Told<'_>>) -> String {
    let alert = told.map(|told| told.alert);
    let answer = subject.answer.as_ref();
    let from = answer.map(|answer| answer.provenance);
    let text = |field: fn(&Alert) -> &Option<String>| {
        alert.and_then(|alert| field(alert).clone()).unwrap_or_default()
    };
    let time = |field: fn(&Alert) -> Option<Timestamp>| instant(alert.and_then(field));
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let cells: [String; ALERT.len()] = [
        realm_name(subject.realm).to_owned(),
        if subject.is_file { subject.name.clone() } else { String::new() },
        subject.sha1.map(|sha1| sha1.to_string()).unwrap_or_default(),
        subject.size.map(|size| size.to_string()).unwrap_or_default(),
        state(answer, subject).to_owned(),
        from.map(|from| from.account.sign_in_name.clone()).unwrap_or_default(),
        from.map(|from| from.account.tenant_label().to_owned()).unwrap_or_default(),
        from.map(|from| from.host.clone()).unwrap_or_default(),
        instant(from.map(|from| from.at)),
        text(|alert| &alert.id),
        number(alert.and_then(|alert| alert.incident)),
        alert.filter(|alert| is_rated(alert)).map(severity).unwrap_or_default(),
        alert.map(status).unwrap_or_default(),
        text(|alert| &alert.classification),
        text(|alert| &alert.determination),
        defang::text(&text(|alert| &alert.title)),
        text(|alert| &alert.category),
        alert.map(|alert| alert.techniques.join(" ")).unwrap_or_default(),
        text(|alert| &alert.detection_source),
        text(|alert| &alert.threat),
        text(|alert| &alert.threat_family),
        text(|alert| &alert.device),
        text(|alert| &alert.machine),
        text(|alert| &alert.device_group),
        text(|alert| &alert.user),
        text(|alert| &alert.assigned_to),
        alert.map(|alert| role(alert, subject.sha1)).unwrap_or_default(),
        time(|alert| alert.first_event),
        time(|alert| alert.last_event),
        time(|alert| alert.created),
        time(|alert| alert.updated),
        time(|alert| alert.resolved),
        instant(told.map(|told| told.read_at)),
    ];
    csv::row(cells.iter().map(String::as_str))
}

fn is_rated(alert: &Alert) -> bool {
    alert.severity.known != Severity::NotGiven
}

/// How far the answer goes: only `complete` without an alert says that none is visible.
fn state(answer: Option<&Answer<'_>>, subject: &Subject<'_>) -> &'static str {
    match (answer, subject.failure) {
        (Some(answer), _) if answer.incomplete.is_some() => "incomplete",
        (Some(_), _) => "complete",
        (None, Some(_)) => "failed",
        (None, None) => "none",
    }
}

/// ISO 8601, UTC.
fn instant(instant: Option<Timestamp>) -> String {
    instant.map(|instant| instant.to_string()).unwrap_or_default()
}
