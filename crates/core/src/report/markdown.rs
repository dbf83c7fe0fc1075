//! Reports in Markdown, addresses defanged.

use jiff::Timestamp;

use super::{Subject, Told, markup, note, person, role, severity_told, status, utc};
use crate::{
    alert::{Alert, Beyond, Plain, Remark, Row},
    attack::{self, Standing},
    digest::Sha1Digest,
    words::{counted, filled, sentence},
};

/// The most alerts that a report tells in full.
const MOST_ALERTS: usize = 50;
/// The most rows of evidence of one alert.
const MOST_ROWS: usize = 25;
/// The most comments of one alert.
const MOST_COMMENTS: usize = 25;
/// The most fields of one alert that have no place of their own.
const MOST_OTHER: usize = 100;

pub(super) fn of_item(subject: &Subject<'_>) -> String {
    let mut out = head(subject, &markup::line(&subject.name));
    if let Some(answer) = &subject.answer {
        for told in answer.alerts.iter().take(MOST_ALERTS) {
            add_alert(&mut out, *told, subject.sha1, "##");
        }
        let more = answer.alerts.len().saturating_sub(MOST_ALERTS);
        if more > 0 {
            paragraph(&mut out, &counted("note.more", count(more), &[]));
        }
    }
    out
}

pub(super) fn of_alert(subject: &Subject<'_>, told: Told<'_>) -> String {
    let mut out = String::new();
    practice(&mut out, subject);
    add_alert(&mut out, told, subject.sha1, "#");
    for said in note::origin(subject) {
        paragraph(&mut out, &markup::said(&said));
    }
    paragraph(&mut out, sentence("report.defanged"));
    out
}

fn head(subject: &Subject<'_>, title: &str) -> String {
    let mut out = String::new();
    practice(&mut out, subject);
    paragraph(&mut out, &format!("# {title}"));
    for said in note::summary(subject) {
        paragraph(&mut out, &markup::said(&said));
    }
    paragraph(&mut out, sentence("report.defanged"));
    out
}

fn practice(out: &mut String, subject: &Subject<'_>) {
    if subject.is_practice() {
        paragraph(out, &format!("**{}**", sentence("report.practice")));
    }
}

fn add_alert(out: &mut String, told: Told<'_>, sha1: Option<Sha1Digest>, level: &str) {
    let Told { alert, read_at } = told;
    let beyond = alert.beyond();
    let title = alert.title.as_deref();
    let title = title.map_or_else(|| sentence("note.alert.noTitle").to_owned(), markup::line);
    paragraph(out, &format!("{level} {}: {title}", sentence("report.alert")));
    let techniques: Vec<String> = alert.techniques.iter().map(|id| technique(id)).collect();
    let techniques = (!techniques.is_empty()).then(|| techniques.join(", "));
    let logged_on: Vec<String> = beyond.logged_on.iter().map(|user| markup::line(user)).collect();
    let logged_on = (!logged_on.is_empty()).then(|| logged_on.join(", "));
    let line = |text: &Option<String>| text.as_deref().map(markup::line);
    let code = |text: &Option<String>| text.as_deref().map(markup::code);
    let time = |instant: Option<Timestamp>| instant.map(utc);
    for (label, value) in [
        ("report.severity", Some(markup::line(&severity_told(alert)))),
        ("report.status", Some(markup::line(&status(alert)))),
        ("report.classification", line(&alert.classification)),
        ("report.determination", line(&alert.determination)),
        ("report.role", Some(markup::line(&role(alert, sha1)))),
        ("report.category", line(&alert.category)),
        ("report.techniques", techniques),
        ("report.source", line(&alert.detection_source)),
        ("report.threatName", line(&alert.threat)),
        ("report.family", line(&alert.threat_family)),
        ("report.device", line(&alert.device)),
        ("report.deviceId", code(&alert.machine)),
        ("report.group", line(&alert.device_group)),
        ("report.user", line(&alert.user)),
        ("report.loggedOn", logged_on),
        ("report.tenant", code(&beyond.tenant)),
        ("report.assigned", alert.assigned_to.as_deref().map(markup::person)),
        ("report.investigation", line(&alert.investigation_state)),
        ("report.investigationId", line(&beyond.investigation)),
        ("report.incident", line(&beyond.incident)),
        ("report.id", code(&alert.id)),
        ("report.firstEvent", time(alert.first_event)),
        ("report.lastEvent", time(alert.last_event)),
        ("report.created", time(alert.created)),
        ("report.updated", time(alert.updated)),
        ("report.resolved", time(alert.resolved)),
        ("report.readAt", time(Some(read_at))),
    ] {
        point(out, "", label, value.as_deref());
    }
    out.push('\n');
    if let Some(description) = &alert.description {
        paragraph(out, &format!("{}:", sentence("report.description")));
        paragraph(out, markup::quotation(description).trim_end());
    }
    comments(out, &beyond.comments);
    evidence(out, alert, sha1);
    others(out, &beyond);
}

fn technique(id: &str) -> String {
    match attack::technique(id) {
        Some(known) => {
            let name = format!("{} {}", markup::line(id), markup::line(known.name));
            match known.standing {
                Standing::Current => name,
                Standing::Deprecated => format!("{name} ({})", sentence("technique.deprecated")),
                Standing::Revoked => format!("{name} ({})", sentence("technique.revoked")),
            }
        }
        None => markup::line(id),
    }
}

fn comments(out: &mut String, all: &[Remark]) {
    if all.is_empty() {
        return;
    }
    paragraph(out, &format!("{}:", sentence("report.comments")));
    for remark in all.iter().take(MOST_COMMENTS) {
        let author = remark.author.as_deref();
        let author = author.map_or_else(|| sentence("report.comment.nobody").to_owned(), person);
        let time = remark.at.map_or_else(|| sentence("report.comment.noTime").to_owned(), utc);
        let by = filled("report.comment", &[("author", &author), ("time", &time)]);
        paragraph(out, &format!("{}:", markup::said(&by)));
        paragraph(out, markup::quotation(&remark.text).trim_end());
    }
    let more = all.len().saturating_sub(MOST_COMMENTS);
    if more > 0 {
        paragraph(out, &counted("report.more", count(more), &[]));
    }
}

fn evidence(out: &mut String, alert: &Alert, sha1: Option<Sha1Digest>) {
    let total = alert.evidence_count(None);
    if total == 0 {
        return;
    }
    paragraph(out, &format!("{}:", sentence("report.evidence")));
    for (row, ours) in alert.evidence_told(sha1).take(MOST_ROWS) {
        add_row(out, row, ours);
    }
    out.push('\n');
    let more = total.saturating_sub(count(MOST_ROWS));
    if more > 0 {
        paragraph(out, &counted("report.evidence.more", more, &[]));
    }
}

fn add_row(out: &mut String, mut row: Row<'_>, ours: bool) {
    let kind = row.kind.as_deref();
    let kind = kind.map_or_else(|| sentence("report.evidence.kindless").to_owned(), markup::line);
    let kind = if ours { filled("report.evidence.ours", &[("kind", &kind)]) } else { kind };
    out.extend(["- ", &kind, "\n"]);
    let line = |text: &Option<String>| text.as_deref().map(markup::line);
    let code = |text: &Option<String>| text.as_deref().map(markup::code);
    for (label, value) in [
        ("report.file", line(&row.name)),
        ("report.folder", line(&row.folder)),
        ("report.value", row.value.as_ref().map(|value| markup::line(&value.defanged()))),
        ("report.sha1", code(&row.sha1)),
        ("report.sha256", code(&row.sha256)),
        ("report.process", line(&row.process)),
        ("report.parent", line(&row.parent_file)),
        ("report.parentId", line(&row.parent_process)),
        ("report.detection", line(&row.status)),
        ("report.at", row.at.map(utc)),
    ] {
        point(out, "  ", label, value.as_deref());
    }
    let (other, more) = row.take_other();
    add_fields(out, "  ", &other, more);
    if let Some(command_line) = &row.command_line {
        point(out, "  ", "report.commandLine", Some(""));
        out.push('\n');
        out.push_str(&markup::fence(command_line, "    "));
        out.push('\n');
    }
}

fn others(out: &mut String, beyond: &Beyond) {
    if beyond.other.is_empty() {
        return;
    }
    paragraph(out, &format!("{}:", sentence("report.other")));
    let told = &beyond.other[..beyond.other.len().min(MOST_OTHER)];
    let more = count(beyond.other.len() - told.len()).saturating_add(beyond.left_out);
    add_fields(out, "", told, more);
    out.push('\n');
}

/// Fields by the names that the API has for them, each whole, and how many there are more.
fn add_fields(out: &mut String, before: &str, fields: &[Plain], more: u32) {
    for Plain { name, value } in fields {
        out.extend([before, "- ", &markup::line(name), ": ", &markup::line(value), "\n"]);
    }
    if more > 0 {
        out.extend([before, "- ", &counted("report.other.more", more, &[]), "\n"]);
    }
}

/// A point of a list, if it has a value.
fn point(out: &mut String, before: &str, label: &'static str, value: Option<&str>) {
    if let Some(value) = value {
        let line = format!("{before}- **{}:** {value}", sentence(label));
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn paragraph(out: &mut String, text: &str) {
    out.push_str(text);
    out.push_str("\n\n");
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
