//! Items to print, and the command line.

use droptrace_core::view::{
    Activity, AlertHandle, AlertRow, Answer, Provenance, Role, Severities, Severity, Status,
    UnknownSeverities, UtcMillis,
};

use super::*;
use crate::arguments::{PROGRAM, Task, parse};

/// A practice file that was answered completely, without an alert.
pub(super) fn record(name: &str) -> Record {
    Record {
        realm: Realm::Practice,
        named: record::Named::File { path: name.into(), given: true },
        size: Some(3),
        sha1: Some("a9993e364706816aba3e25717850c26c9cd0d89d".into()),
        state: State::NoneVisible,
        problem: None,
        answer: Some(answer(0, 0)),
        alerts: Vec::new(),
    }
}

/// A complete answer of practice with so many high alerts, of which so many are open.
pub(super) fn answer(alerts: u32, open: u32) -> Answer {
    Answer {
        incomplete: None,
        alerts,
        open,
        severities: Severities { high: alerts, ..Severities::default() },
        highest_open: (open > 0).then_some(Severity::High),
        unknown_open: UnknownSeverities::default(),
        devices: 0,
        device_names: Vec::new(),
        last_activity: None,
        assignees: Vec::new(),
        people: 0,
        unassigned: open,
        provenance: Provenance {
            realm: Realm::Practice,
            host: "127.0.0.1".into(),
            account: Shown::of("mara@fernhill.example"),
            tenant: Shown::of("Fernhill"),
            at: UtcMillis(1_785_974_400_000),
            kept: false,
            requests: Vec::new(),
        },
    }
}

/// A new, high alert.
pub(super) fn alert(title: &str) -> record::Alert {
    record::Alert {
        id: Some("da1".into()),
        title: Some(title.into()),
        device: Some("ws-1".into()),
        row: AlertRow {
            alert: AlertHandle(0),
            severity: Severity::High,
            severity_text: None,
            title: Some(Shown::of(title)),
            status: Status::New,
            status_text: None,
            classification: None,
            determination: None,
            role: Role::NoEvidence,
            device: Some(Shown::of("ws-1")),
            device_group: None,
            last_activity: Some(Activity { at: UtcMillis(1_785_915_660_000), created: false }),
            pages: Vec::new(),
            copies: Vec::new(),
            read_at: UtcMillis(1_785_974_400_000),
        },
    }
}

fn asked(line: &str) -> Result<Asked, clap::Error> {
    match parse(format!("{PROGRAM} {line}").split(' ').map(OsString::from))? {
        Task::Lookup(asked) => Ok(asked),
        Task::Hash(request) => panic!("{request:?}"),
    }
}

#[test]
fn what_stands_behind_two_dashes_is_a_path() {
    let asked = asked("lookup a b -- -x a9993e364706816aba3e25717850c26c9cd0d89d").unwrap();

    let all = |given: &[&str]| given.iter().map(OsString::from).collect();
    assert_eq!(
        asked.input,
        Input::Arguments {
            any: all(&["a", "b"]),
            paths: all(&["-x", "a9993e364706816aba3e25717850c26c9cd0d89d"]),
        }
    );
    assert_eq!(asked.form, Form::Table);
    assert_eq!(asked.whom, Whom::NewestIn(Realm::Organisation));
    assert_eq!(asked.sign_in, SignIn::Auto);
}

#[test]
fn practice_and_account_say_as_whom() {
    let practice = asked("lookup --practice --json a").unwrap();
    let named = asked("lookup --account mara@fernhill.example --csv --stdin0").unwrap();

    assert_eq!((practice.realm, practice.form), (Realm::Practice, Form::Json));
    assert_eq!(practice.whom, Whom::NewestIn(Realm::Practice));
    assert_eq!(named.whom, Whom::Named(Realm::Organisation, "mara@fernhill.example".into()));
    assert_eq!((named.input, named.form), (Input::Stdin, Form::Csv));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for line in ["lookup", "lookup -", "lookup -- -", "lookup --json --csv a", "lookup --stdin0 a"]
    {
        assert_eq!(asked(line).unwrap_err().exit_code(), 2, "{line}");
    }
    assert!(asked("lookup -- a").is_ok());
}

#[test]
fn the_help_names_every_exit_code() {
    let help = asked("lookup --help").unwrap_err().to_string();

    for code in ["0", "2", "10", "11", "12", "13", "130", "141"] {
        assert!(help.contains(&format!("\n  {code:<5}")), "{code} in {help}");
    }
}
