//! A line an item, for people.

use droptrace_core::{
    view::{Realm, Severity, Shown},
    words::{counted, filled, sentence, severity},
};

use super::record::{Named, Record, State, iso};

/// The heads of the columns.
pub(super) fn header(realm: Realm) -> String {
    line(
        realm,
        [
            sentence("cli.column.state"),
            sentence("cli.column.alerts"),
            sentence("cli.column.severity"),
            sentence("cli.column.sha1"),
        ],
        sentence("cli.column.name"),
    )
}

/// An item's line. What a stranger chose stands last: it can be of any length.
pub(super) fn row(record: &Record) -> String {
    let answer = record.answer.as_ref();
    let alerts = answer.filter(|answer| answer.alerts > 0);
    let counts = alerts.map(|answer| format!("{}/{}", answer.open, answer.alerts));
    let highest = alerts.and_then(|answer| {
        let unknown = (answer.unknown_open.alerts > 0).then_some(Severity::Unknown);
        unknown.or(answer.highest_open).map(severity)
    });
    let mut named = name(&record.named);
    // An answer that was not asked for now is never told without its time.
    if let Some(answer) = answer.filter(|answer| answer.provenance.kept) {
        let kept = filled("cli.asked", &[("time", &iso(answer.provenance.at.0))]);
        named = format!("{named} ({kept})");
    }
    if let Some(words) = record.problem_words() {
        named = format!("{named}: {words}");
    }
    line(
        record.realm,
        [
            &state(record),
            counts.as_deref().unwrap_or("-"),
            highest.unwrap_or("-"),
            record.sha1.as_deref().unwrap_or("-"),
        ],
        &named,
    )
}

fn state(record: &Record) -> String {
    let key = match record.state {
        State::Alerted => {
            let alerts = record.answer.as_ref().map_or(0, |answer| answer.alerts);
            return counted("state.alerted", alerts, &[]);
        }
        State::NoneVisible => "state.noneVisible",
        State::Incomplete => "state.incomplete",
        State::Failed => "state.failed",
        State::Unresolved => "state.unresolved",
        State::Skipped => "state.skipped",
        State::Unreadable => "state.unreadable",
        State::Cancelled => "state.cancelled",
    };
    sentence(key).to_owned()
}

/// A name in its display form: nothing in it hides, or leads the eye astray.
fn name(named: &Named) -> String {
    match named {
        Named::File { path, .. } => Shown::of_os(path.as_os_str()).flat(),
        Named::Digest { digest, text: None } => digest.clone(),
        Named::Digest { digest, text: Some((text, line)) } => {
            format!("{digest} ({}:{line})", Shown::of(text).flat())
        }
    }
}

/// Of the practice tenant every line says so.
fn line(realm: Realm, [state, alerts, severity, sha1]: [&str; 4], name: &str) -> String {
    let realm = match realm {
        Realm::Practice => format!("{}  ", sentence("cli.practice.mark")),
        Realm::Organisation => String::new(),
    };
    format!("{realm}{state:<25}  {alerts:<7}  {severity:<13}  {sha1:<40}  {name}\n")
}

#[cfg(test)]
mod tests {
    use droptrace_core::view::{ErrorCode, UserError};

    use super::*;
    use crate::lookup::tests::{answer, record};

    #[test]
    fn what_is_told_of_an_item_stands_in_columns() {
        let organisation = Record { realm: Realm::Organisation, ..record("a.exe") };
        let with = Record { answer: Some(answer(3, 2)), state: State::Alerted, ..organisation };

        assert_eq!(
            row(&with),
            "3 alerts visible to you    2/3      High           \
             a9993e364706816aba3e25717850c26c9cd0d89d  a.exe\n"
        );
    }

    #[test]
    fn a_kept_answer_is_told_with_its_time() {
        let mut kept = answer(1, 1);
        kept.provenance.kept = true;
        let kept = Record { answer: Some(kept), state: State::Alerted, ..record("a.exe") };

        assert!(
            row(&kept).ends_with("  a.exe (kept, asked 2026-08-06T00:00:00Z)\n"),
            "{}",
            row(&kept)
        );
    }

    #[test]
    fn each_line_of_practice_says_so() {
        for line in [row(&record("a")), header(Realm::Practice)] {
            assert!(line.starts_with("practice  "), "{line}");
        }
        assert!(!header(Realm::Organisation).contains("practice"));
    }

    #[test]
    fn a_name_cannot_pretend_to_be_another_line() {
        let line = row(&record("a\n\u{202e}b\u{1b}[2J"));

        assert!(line.ends_with("  a⟨U+000A⟩⟨U+202E⟩b⟨U+001B⟩[2J\n"), "{line}");
    }

    #[test]
    fn why_there_is_no_answer_stands_beside_the_name() {
        let unread = Record {
            state: State::Unreadable,
            sha1: None,
            answer: None,
            problem: Some(UserError::new(ErrorCode::NoPermission)),
            ..record("a")
        };

        assert!(row(&unread).ends_with(" a: You may not read this file\n"), "{}", row(&unread));
        assert!(row(&unread).contains("Not read "), "{}", row(&unread));
    }
}
