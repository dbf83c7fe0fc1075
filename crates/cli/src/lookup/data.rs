//! An item for programs: an object a line, or rows of CSV.

use droptrace_core::{
    report::{csv, defang},
    view::{self, ErrorCode, Severity, Status},
    words,
};
use serde::Serialize;

use super::record::{Alert, Named, Record, State, activity, iso, realm_name};
use crate::lines;

/// The columns; their names are for programs, and stay.
const COLUMNS: [&str; 19] = [
    "realm",
    "path",
    "digest",
    "sha1",
    "size",
    "state",
    "problemCode",
    "problem",
    "account",
    "tenant",
    "host",
    "answeredAt",
    "kept",
    "alertId",
    "severity",
    "status",
    "title",
    "device",
    "lastActivity",
];

/// The names of the columns, as a row.
pub(super) fn csv_header() -> String {
    csv::row(COLUMNS)
}

/// A row for each alert, or one for the item if there is none.
pub(super) fn csv_rows(record: &Record) -> String {
    if record.alerts.is_empty() {
        return csv_row(record, None);
    }
    record.alerts.iter().map(|alert| csv_row(record, Some(alert))).collect()
}

fn csv_row(record: &Record, alert: Option<&Alert>) -> String {
    let from = record.answer.as_ref().map(|answer| &answer.provenance);
    let (path, digest) = match &record.named {
        Named::File { path, .. } => (path.to_string_lossy().into_owned(), String::new()),
        Named::Digest { digest, .. } => (String::new(), digest.clone()),
    };
    let row = alert.map(|alert| &alert.row);
    let cells: [String; COLUMNS.len()] = [
        realm_name(record.realm).to_owned(),
        path,
        digest,
        record.sha1.clone().unwrap_or_default(),
        record.size.map(|size| size.to_string()).unwrap_or_default(),
        code(&record.state),
        record.problem.as_ref().map(|problem| code(&problem.code)).unwrap_or_default(),
        record.problem_words().unwrap_or_default(),
        from.map(|from| from.account.flat()).unwrap_or_default(),
        from.map(|from| from.tenant.flat()).unwrap_or_default(),
        from.map(|from| from.host.clone()).unwrap_or_default(),
        from.map(|from| iso(from.at.0)).unwrap_or_default(),
        from.map(|from| from.kept.to_string()).unwrap_or_default(),
        alert.and_then(|alert| alert.id.clone()).unwrap_or_default(),
        row.map(severity).unwrap_or_default(),
        row.map(status).unwrap_or_default(),
        alert.and_then(|alert| alert.title.as_deref()).map(defang::text).unwrap_or_default(),
        alert.and_then(|alert| alert.device.clone()).unwrap_or_default(),
        row.and_then(|row| activity(row.last_activity)).unwrap_or_default(),
    ];
    csv::row(cells.iter().map(String::as_str))
}

fn severity(row: &view::AlertRow) -> String {
    let word = row.severity_text.as_ref().map(view::Shown::flat);
    word.unwrap_or_else(|| words::severity(row.severity).to_owned())
}

fn status(row: &view::AlertRow) -> String {
    let key = match row.status {
        Status::New => "status.new",
        Status::InProgress => "status.inProgress",
        Status::Resolved => "status.resolved",
        Status::Other => "status.other",
    };
    let word = row.status_text.as_ref().map(view::Shown::flat);
    word.unwrap_or_else(|| words::sentence(key).to_owned())
}

/// A name for programs.
fn code(code: &impl Serialize) -> String {
    let written = serde_json::to_value(code).ok();
    written.as_ref().and_then(|code| code.as_str()).unwrap_or_default().to_owned()
}

/// An item as an object on a line of its own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    realm: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<i64>,
    sha1: Option<&'a str>,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
    answer: Option<Answer<'a>>,
}

#[derive(Serialize)]
struct Text<'a> {
    name: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct Problem {
    code: ErrorCode,
    words: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    /// Only a complete answer without alerts says that there are none to be seen.
    complete: bool,
    open: u32,
    alerts: Vec<AlertObject<'a>>,
    account: String,
    tenant: String,
    host: &'a str,
    at: String,
    kept: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertObject<'a> {
    id: Option<&'a str>,
    title: Option<&'a str>,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_word: Option<String>,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_word: Option<String>,
    device: Option<&'a str>,
    last_activity: Option<String>,
}

/// Adds an item as an object on a line of its own.
pub(super) fn add_json(line: &mut Vec<u8>, record: &Record) {
    let answer = record.answer.as_ref().map(|answer| Answer {
        // Of a lookup that failed an older answer says nothing any more.
        complete: answer.incomplete.is_none() && record.problem.is_none(),
        open: answer.open,
        alerts: record.alerts.iter().map(alert_object).collect(),
        account: answer.provenance.account.flat(),
        tenant: answer.provenance.tenant.flat(),
        host: &answer.provenance.host,
        at: iso(answer.provenance.at.0),
        kept: answer.provenance.kept,
    });
    let (path, digest, text) = match &record.named {
        Named::File { path, .. } => (Some(path), None, None),
        Named::Digest { digest, text } => (None, Some(digest.as_str()), text.as_ref()),
    };
    let problem = (record.problem.as_ref().zip(record.problem_words()))
        .map(|(error, words)| Problem { code: error.code, words });
    let object = Object {
        realm: realm_name(record.realm),
        digest,
        text: text.map(|(name, line)| Text { name, line: *line }),
        size: record.size,
        sha1: record.sha1.as_deref(),
        state: record.state,
        problem,
        answer,
    };
    match path {
        Some(path) => lines::add_json(line, path, object),
        None => lines::add_object(line, &object),
    }
}

fn alert_object(alert: &Alert) -> AlertObject<'_> {
    AlertObject {
        id: alert.id.as_deref(),
        title: alert.title.as_deref(),
        severity: alert.row.severity,
        severity_word: alert.row.severity_text.as_ref().map(view::Shown::flat),
        status: alert.row.status,
        status_word: alert.row.status_text.as_ref().map(view::Shown::flat),
        device: alert.device.as_deref(),
        last_activity: activity(alert.row.last_activity),
    }
}

#[cfg(test)]
mod tests {
    use droptrace_core::view::UserError;
    use serde_json::{Value, json};

    use super::*;
    use crate::lookup::tests::{alert, answer, record};

    fn object(record: &Record) -> Value {
        let mut line = Vec::new();
        add_json(&mut line, record);
        assert!(line.ends_with(b"}\n"));
        serde_json::from_slice(&line).unwrap()
    }

    #[test]
    fn an_object_tells_what_was_answered_and_whom() {
        let record = Record {
            state: State::Alerted,
            answer: Some(answer(1, 1)),
            alerts: vec![alert("=cmd|'/c calc'")],
            ..record("a\u{202e}b")
        };

        assert_eq!(
            object(&record),
            json!({
                "path": "a\u{202e}b",
                "realm": "practice",
                "size": 3,
                "sha1": "a9993e364706816aba3e25717850c26c9cd0d89d",
                "state": "alerted",
                "answer": {
                    "complete": true,
                    "open": 1,
                    "alerts": [{
                        "id": "da1",
                        "title": "=cmd|'/c calc'",
                        "severity": "high",
                        "status": "new",
                        "device": "ws-1",
                        "lastActivity": "2026-08-05T07:41:00Z",
                    }],
                    "account": "mara@fernhill.example",
                    "tenant": "Fernhill",
                    "host": "127.0.0.1",
                    "at": "2026-08-06T00:00:00Z",
                    "kept": false,
                },
            })
        );
    }

    #[test]
    fn a_digest_and_a_problem_have_names_of_their_own() {
        let digest = "0b".repeat(16);
        let record = Record {
            named: Named::Digest { digest: digest.clone(), text: Some(("list.txt".into(), 7)) },
            state: State::Failed,
            size: None,
            answer: None,
            problem: Some(UserError::new(ErrorCode::ServerError).with("status", 500_u16)),
            ..record("a")
        };

        let object = object(&record);

        assert_eq!(object["digest"], json!(digest));
        assert_eq!(object["text"], json!({ "name": "list.txt", "line": 7 }));
        assert_eq!(object["problem"]["code"], json!("serverError"));
        assert_eq!(object["answer"], Value::Null);
        assert_eq!(object.get("path"), None);
        let row = csv_rows(&record);
        assert!(row.contains("\"failed\",\"serverError\",\"Defender"), "{row}");
    }

    #[test]
    fn a_spreadsheet_runs_nothing_of_a_row() {
        let with = Record {
            state: State::Alerted,
            answer: Some(answer(2, 2)),
            alerts: vec![alert("=cmd|'/c calc'!A1"), alert("see http://evil.example/")],
            ..record("@SUM(A1).exe")
        };

        let rows = csv_rows(&with);

        let [first, second] = rows.split_terminator("\r\n").collect::<Vec<_>>()[..] else {
            panic!("{rows}")
        };
        assert!(first.starts_with("\"practice\",\"'@SUM(A1).exe\",\"\",\"a9993"), "{first}");
        assert!(first.contains("\"'=cmd|'/c calc'!A1\""), "{first}");
        assert!(second.contains("\"see hxxp://evil[.]example/\""), "{second}");
    }

    #[test]
    fn an_item_without_alerts_has_one_row_of_as_many_cells() {
        let rows = csv_rows(&record("a"));

        assert_eq!(rows.matches("\r\n").count(), 1);
        assert_eq!(rows.matches("\",\"").count(), COLUMNS.len() - 1);
        assert_eq!(csv_header().matches("\",\"").count(), COLUMNS.len() - 1);
        assert!(rows.contains("\"noneVisible\""), "{rows}");
    }
}
