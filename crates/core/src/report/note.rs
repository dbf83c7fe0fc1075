//! The triage note: plain sentences that a person can put into a ticket as they stand.

use std::collections::HashSet;

use super::{Answer, Subject, Told, person, role, severity_told, status, told, utc};
use crate::{
    alert::Alert,
    view::{Severities, Severity, UserError},
    words::{self, counted, filled, grouped, sentence},
};

/// The most alerts that are told one by one.
const MOST_ALERTS: usize = 20;
/// The most devices and people that are named.
const MOST_NAMES: usize = 5;

pub(super) fn of(subject: &Subject<'_>) -> String {
    let mut note = Vec::new();
    if subject.is_practice() {
        note.push(sentence("note.practice").to_owned());
    }
    note.push(summary(subject).join("\n"));
    if let Some(answer) = &subject.answer {
        let alerts: Vec<String> = (1..)
            .zip(answer.alerts.iter().take(MOST_ALERTS))
            .map(|(number, alert)| alert_sentence(subject, answer, number, *alert))
            .collect();
        let more = answer.alerts.len().saturating_sub(MOST_ALERTS);
        if !alerts.is_empty() {
            note.push(alerts.join("\n"));
        }
        if more > 0 {
            note.push(counted("note.more", u32::try_from(more).unwrap_or(u32::MAX), &[]));
        }
    }
    note.join("\n\n") + "\n"
}

/// What was asked, by whom, and what came back: a sentence each. An answer that is not whole says so
/// before everything else.
pub(super) fn summary(subject: &Subject<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(answer) = &subject.answer
        && let Some(why) = answer.incomplete
    {
        let account = account(answer);
        let facts = [("reason", &*reason(why)), ("account", &*account)];
        out.push(filled("note.incomplete", &facts));
    }
    out.push(asked(subject));
    match (&subject.answer, subject.failure) {
        (None, Some(why)) => out.push(filled("note.failed", &[("reason", &reason(why))])),
        (None, None) if subject.sha1.is_some() => out.push(sentence("note.unasked").to_owned()),
        (None, None) => {}
        (Some(answer), failure) => {
            if let Some(why) = failure {
                out.push(filled("note.failed.earlier", &[("reason", &reason(why))]));
            }
            answered(answer, &mut out);
        }
    }
    out
}

/// What was asked, and who answered: what one alert of the answer needs beside it.
pub(super) fn origin(subject: &Subject<'_>) -> Vec<String> {
    let answered = subject.answer.as_ref().map(who_answered);
    [asked(subject)].into_iter().chain(answered).collect()
}

fn asked(subject: &Subject<'_>) -> String {
    let name = told(&subject.name);
    let Some(sha1) = subject.sha1 else {
        return match subject.unread {
            Some(why) => filled("note.unread.why", &[("name", &name), ("reason", &reason(why))]),
            None => filled("note.unread", &[("name", &name)]),
        };
    };
    let sha1 = sha1.to_string();
    if !subject.is_file {
        return filled("note.asked.digest", &[("sha1", &sha1)]);
    }
    let size = subject.size.map_or_else(|| sentence("fact.absent").to_owned(), size);
    filled("note.asked.file", &[("name", &name), ("size", &size), ("sha1", &sha1)])
}

fn who_answered(answer: &Answer<'_>) -> String {
    let provenance = answer.provenance;
    let key = if answer.incomplete.is_none() { "note.complete" } else { "note.cut" };
    filled(
        key,
        &[
            ("host", &provenance.host),
            ("account", &account(answer)),
            ("tenant", &told(provenance.account.tenant_label())),
            ("time", &utc(provenance.at)),
        ],
    )
}

fn size(bytes: u64) -> String {
    match u32::try_from(bytes) {
        Ok(bytes) => counted("size.bytes", bytes, &[]),
        Err(_) => filled("size.bytes.other", &[("count", &grouped(bytes))]),
    }
}

fn answered(answer: &Answer<'_>, out: &mut Vec<String>) {
    out.push(who_answered(answer));
    let account = account(answer);
    let complete = answer.incomplete.is_none();
    if answer.alerts.is_empty() {
        out.push(if complete {
            let time = utc(answer.provenance.at);
            filled("note.none", &[("account", &account), ("time", &time)])
        } else {
            sentence("note.noneArrived").to_owned()
        });
        return;
    }
    let alerts: Vec<&Alert> = answer.alerts.iter().map(|told| told.alert).collect();
    let facts = [("account", &*account), ("severities", &*by_severity(&alerts))];
    let key = if complete { "note.alerts" } else { "note.alertsSoFar" };
    out.push(counted(key, count(alerts.len()), &facts));
    let open: Vec<&Alert> = alerts.iter().copied().filter(|alert| alert.is_open()).collect();
    out.extend(highest(&open));
    out.push(devices(&alerts));
    out.extend(assigned(&open));
}

/// How many are open, and how severe the worst of them is, as far as that is known.
fn highest(open: &[&Alert]) -> Vec<String> {
    let unknown: Vec<&Alert> = open.iter().copied().filter(|alert| is_unknown(alert)).collect();
    let known = open.iter().filter(|alert| !is_unknown(alert)).map(|alert| alert.severity.known);
    let known = known.max().filter(|highest| *highest > Severity::Unspecified);
    let all = count(open.len());
    let facts = known.map(|highest| [("severity", sentence(severity_key(highest)))]);
    let mut out = vec![match (facts, unknown.is_empty()) {
        _ if open.is_empty() => sentence("note.open.none").to_owned(),
        (Some(facts), true) => counted("note.open", all, &facts),
        (Some(facts), false) => counted("note.open.known", all, &facts),
        (None, true) => counted("note.open.noSeverity", all, &[]),
        (None, false) => counted("note.open.only", all, &[]),
    }];
    if !unknown.is_empty() {
        let words = unknown_words(&unknown);
        out.push(counted("note.open.unknown", count(unknown.len()), &[("words", &words)]));
    }
    out
}

fn is_unknown(alert: &Alert) -> bool {
    alert.severity.known == Severity::Unknown
}

/// The words of severities that are not known, each once.
fn unknown_words(alerts: &[&Alert]) -> String {
    let mut seen = HashSet::new();
    let words = alerts.iter().filter_map(|alert| alert.severity.other.as_deref());
    let words: Vec<String> = words.filter(|word| seen.insert(*word)).map(told).collect();
    names(&words)
}

fn by_severity(alerts: &[&Alert]) -> String {
    let unknown = || filled("note.severity.unknown", &[("words", &unknown_words(alerts))]);
    let mut counts = Severities::default();
    for alert in alerts {
        *counts.of(alert.severity.known) += 1;
    }
    let told: Vec<String> = FALLING
        .into_iter()
        .map(|severity| (severity, *counts.of(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| {
            let told = if severity == Severity::Unknown {
                unknown()
            } else {
                sentence(severity_key(severity)).to_owned()
            };
            filled("note.count", &[("count", &*grouped(count)), ("severity", &*told)])
        })
        .collect();
    told.join(", ")
}

/// The severities, the highest first; what is not known stands last, because its words do.
const FALLING: [Severity; 7] = [
    Severity::High,
    Severity::Medium,
    Severity::Low,
    Severity::Informational,
    Severity::Unspecified,
    Severity::NotGiven,
    Severity::Unknown,
];

fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "note.severity.high",
        Severity::Medium => "note.severity.medium",
        Severity::Low => "note.severity.low",
        Severity::Informational => "note.severity.informational",
        Severity::Unspecified => "note.severity.unspecified",
        Severity::NotGiven => "note.severity.notGiven",
        Severity::Unknown => "note.severity.unknown",
    }
}

fn devices(alerts: &[&Alert]) -> String {
    let mut seen = HashSet::new();
    let named: Vec<String> = alerts
        .iter()
        .filter(|alert| alert.device_key().is_some_and(|key| seen.insert(key)))
        .filter_map(|alert| alert.device.as_deref().or(alert.machine.as_deref()))
        .map(told)
        .collect();
    if named.is_empty() {
        return sentence("note.devices.none").to_owned();
    }
    counted("note.devices", count(named.len()), &[("names", &names(&named))])
}

fn assigned(open: &[&Alert]) -> Vec<String> {
    let mut seen = HashSet::new();
    let people: Vec<String> = open
        .iter()
        .filter_map(|alert| alert.assigned_to.as_deref())
        .filter(|name| seen.insert(*name))
        .map(person)
        .collect();
    let nobody = open.iter().filter(|alert| alert.assigned_to.is_none()).count();
    let mut out = Vec::new();
    if !people.is_empty() {
        out.push(filled("note.assigned", &[("names", &names(&people))]));
    }
    if nobody > 0 {
        out.push(counted("note.unassigned", count(nobody), &[]));
    }
    out
}

/// The first names, and how many more there are.
fn names(all: &[String]) -> String {
    let first = all.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(MOST_NAMES) {
        0 => first,
        more => filled("note.names.more", &[("names", &first), ("count", &grouped(count(more)))]),
    }
}

fn alert_sentence(
    subject: &Subject<'_>,
    answer: &Answer<'_>,
    number: u32,
    Told { alert, read_at }: Told<'_>,
) -> String {
    let title = alert.title.as_deref().map_or_else(
        || sentence("note.alert.noTitle").to_owned(),
        |title| format!("\u{201c}{}\u{201d}", told(title)),
    );
    let device = alert
        .device
        .as_deref()
        .or(alert.machine.as_deref())
        .map_or_else(|| sentence("note.alert.noDevice").to_owned(), told);
    let time = match (alert.last_event, alert.created) {
        (Some(last), _) => utc(last),
        (None, Some(created)) => filled("note.alert.created", &[("time", &utc(created))]),
        (None, None) => sentence("note.alert.noTime").to_owned(),
    };
    let key = if subject.is_file { "note.alert" } else { "note.alert.digest" };
    let sentence = filled(
        key,
        &[
            ("number", &number.to_string()),
            ("severity", &told(&severity_told(alert))),
            ("status", &told(&status(alert))),
            ("title", &title),
            ("device", &device),
            ("time", &time),
            ("role", &role(alert, subject.sha1)),
        ],
    );
    if read_at == answer.provenance.at {
        return sentence;
    }
    // Another file's answer told of it since, and it is told as it is there.
    format!("{sentence} {}", filled("note.alert.read", &[("time", &utc(read_at))]))
}

fn account(answer: &Answer<'_>) -> String {
    person(&answer.provenance.account.sign_in_name)
}

fn reason(error: &UserError) -> String {
    words::problem(error)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
