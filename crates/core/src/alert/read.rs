//! Reading an alert from its JSON ("alert resource type", properties table; the deviations of real
//! answers are taken as they come).

use std::sync::{Arc, OnceLock};

use jiff::{Timestamp, civil, tz::Offset};

use super::{
    Alert, Evidence, Word,
    fields::{Fields, Flat, list_or_one},
};
use crate::view::{Severity, Status};

/// The entry is no JSON object, so it cannot be shown as an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of the answer is not an object")]
pub struct EntryError;

impl Alert {
    /// Reads one entry. Every field may be missing, null or of another type.
    ///
    /// # Errors
    ///
    /// If the entry is not an object.
    pub fn read(raw: &str) -> Result<Self, EntryError> {
        let mut fields = Fields::read(raw).ok_or(EntryError)?;
        Ok(Self {
            id: fields.take("id", text_or_number),
            incident: fields.take("incidentId", number),
            severity: severity(fields.text("severity")),
            status: status(fields.text("status")),
            classification: fields.text("classification"),
            determination: fields.text("determination"),
            title: fields.text("title"),
            description: fields.text("description"),
            category: fields.text("category").filter(|text| is_category(text)),
            techniques: fields.take_part("mitreTechniques", techniques).unwrap_or_default(),
            detection_source: fields.text("detectionSource"),
            threat: fields.text("threatName"),
            threat_family: fields.text("threatFamilyName"),
            user: fields.take_part("relatedUser", related_user),
            assigned_to: fields.text("assignedTo"),
            investigation_state: fields.text("investigationState"),
            first_event: fields.take("firstEventTime", instant_of),
            last_event: fields.take("lastEventTime", instant_of),
            created: fields.take("alertCreationTime", instant_of),
            updated: fields.take("lastUpdateTime", instant_of),
            resolved: fields.take("resolvedTime", instant_of),
            machine: fields.text("machineId"),
            device: fields.text("computerDnsName"),
            device_group: fields.text("rbacGroupName"),
            evidence: Evidence::take(raw, &mut fields),
            raw: Arc::from(raw),
            lines: OnceLock::new(),
        })
    }
}

/// A text that says something.
pub(super) fn text(raw: &str) -> Option<String> {
    let text: String = raw.starts_with('"').then(|| serde_json::from_str(raw).ok())??;
    Some(text).filter(|text| !text.trim().is_empty())
}

/// A text that says something, or a number as it was written.
pub(super) fn text_or_number(raw: &str) -> Option<String> {
    let is_number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if is_number { Some(raw.to_owned()) } else { text(raw) }
}

/// A whole number; Graph gives some of them as text.
pub(super) fn number(raw: &str) -> Option<i64> {
    text_or_number(raw)?.trim().parse().ok()
}

/// An instant, as [`instant`] reads it.
pub(super) fn instant_of(raw: &str) -> Option<Timestamp> {
    instant(&text(raw)?)
}

/// Whether the text is a category: some answers give the word `null` for none.
fn is_category(text: &str) -> bool {
    text != "null"
}

/// The ids of techniques, as given: a list, or a single text.
pub(super) fn techniques(raw: &str, left: &mut Flat) -> Option<Vec<String>> {
    members_of("mitreTechniques", raw, left, |member, _, _| text(member))
}

/// The user that an alert is about; some answers put it into a list.
pub(super) fn related_user(raw: &str, left: &mut Flat) -> Option<String> {
    match *list_or_one(raw) {
        [one] => user("relatedUser", one, left),
        _ => None,
    }
}

/// Who was logged on to the device: a list, or a single account.
pub(super) fn logged_on(raw: &str, left: &mut Flat) -> Option<Vec<String>> {
    members_of("loggedOnUsers", raw, left, |member, name, left| user(name, member, left))
}

/// What `read` makes of each member of a list, which has this name. What it cannot read is left; if
/// that is all of it, nothing is read.
pub(super) fn members_of<T>(
    name: &str,
    raw: &str,
    left: &mut Flat,
    read: impl Fn(&str, &str, &mut Flat) -> Option<T>,
) -> Option<Vec<T>> {
    let mut read_ones = Vec::new();
    for (place, member) in (1..).zip(list_or_one(raw)) {
        let name = format!("{name} {place}");
        match read(member, &name, left) {
            Some(one) => read_ones.push(one),
            None => left.add(&name, member),
        }
    }
    (!read_ones.is_empty()).then_some(read_ones)
}

/// An account as `DOMAIN\user`, from an object with `userName` or `accountName` and `domainName`,
/// or a text.
fn user(place: &str, raw: &str, left: &mut Flat) -> Option<String> {
    let Some(mut fields) = Fields::read(raw) else { return text(raw) };
    let name = fields.text("userName").or_else(|| fields.text("accountName"))?;
    let domain = fields.text("domainName");
    fields.leave(&format!("{place} \u{b7} "), left);
    Some(account(domain, name))
}

/// `DOMAIN\user`, or the name alone.
pub(super) fn account(domain: Option<String>, name: String) -> String {
    match domain {
        Some(domain) => format!("{domain}\\{name}"),
        None => name,
    }
}

/// An instant with 0 to 9 fraction digits; without a zone it is UTC. A year before 2000 stands for
/// "unknown" in this API.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let instant: Timestamp = text
        .parse()
        .ok()
        .or_else(|| Offset::UTC.to_timestamp(text.parse::<civil::DateTime>().ok()?).ok())?;
    (Offset::UTC.to_datetime(instant).year() >= 2000).then_some(instant)
}

fn severity(word: Option<String>) -> Word<Severity> {
    let known = match word.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("high") => Severity::High,
        Some("medium") => Severity::Medium,
        Some("low") => Severity::Low,
        Some("informational") => Severity::Informational,
        Some("unspecified") => Severity::Unspecified,
        Some(_) => Severity::Unknown,
        None => Severity::NotGiven,
    };
    Word { known, other: word.filter(|_| known == Severity::Unknown) }
}

fn status(word: Option<String>) -> Word<Status> {
    let known = match word.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("new") => Status::New,
        Some("inprogress") => Status::InProgress,
        Some("resolved") => Status::Resolved,
        _ => Status::Other,
    };
    Word { known, other: word.filter(|_| known == Status::Other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_time_stamps_of_every_length_as_instants() {
        let whole = instant("2026-01-26T20:33:59Z").unwrap();

        assert_eq!(instant("2026-01-26T20:33:59"), Some(whole), "no zone is UTC");
        assert!(instant("2026-01-26T20:33:59.2Z") > instant("2026-01-26T20:33:59.19Z"));
        assert!(instant("2026-01-26T20:33:59.0577322Z").is_some());
        assert_eq!(instant("0001-01-01T00:00:00"), None);
        assert_eq!(instant("1970-01-01T00:00:00Z"), None);
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn an_unknown_word_survives() {
        let alert = Alert::read(r#"{"severity":"Critical","status":"Redirected"}"#).unwrap();

        assert_eq!(
            alert.severity,
            Word { known: Severity::Unknown, other: Some("Critical".into()) }
        );
        assert_eq!(alert.status, Word { known: Status::Other, other: Some("Redirected".into()) });
        assert!(alert.is_open(), "what is not known to be resolved is open");
    }

    #[test]
    fn a_severity_that_is_not_given_is_told_from_one_that_says_so_and_from_an_unknown_one() {
        for (raw, known) in [
            ("{}", Severity::NotGiven),
            (r#"{"severity":null}"#, Severity::NotGiven),
            (r#"{"severity":"UnSpecified"}"#, Severity::Unspecified),
            (r#"{"severity":"Critical"}"#, Severity::Unknown),
        ] {
            assert_eq!(Alert::read(raw).unwrap().severity.known, known, "{raw}");
        }
        assert_eq!(Alert::read(r#"{"severity":"UnSpecified"}"#).unwrap().severity.other, None);
    }

    #[test]
    fn every_field_may_have_another_type() {
        for odd in ["null", "[]", "{}", "7", "true", "\"\"", "\"null\""] {
            for name in [
                "id",
                "incidentId",
                "severity",
                "status",
                "classification",
                "title",
                "evidence",
                "alertCreationTime",
                "lastEventTime",
                "machineId",
                "computerDnsName",
            ] {
                let raw = format!(r#"{{"{name}":{odd}}}"#);
                assert_eq!(&*Alert::read(&raw).unwrap().raw, raw);
            }
        }
    }

    #[test]
    fn an_entry_that_is_no_object_is_an_error() {
        for raw in ["null", "[]", "\"text\"", "3", "{"] {
            assert!(Alert::read(raw).is_err());
        }
    }

    #[test]
    fn debug_prints_nothing_of_the_alert() {
        let alert = Alert::read(r#"{"id":"da1","title":"Secret title"}"#).unwrap();

        assert!(!format!("{alert:?}").contains("Secret"));
    }
}
