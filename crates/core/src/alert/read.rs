//! Reading an alert from its JSON ("alert resource type", properties table; the deviations of real
//! answers are taken as they come).

use std::sync::Arc;

use jiff::{Timestamp, civil, tz::Offset};
use serde_json::{Map, Value};

use super::{Alert, Evidence, Word};
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
        let fields: Map<String, Value> = serde_json::from_str(raw).map_err(|_| EntryError)?;
        let text = |name: &str| fields.get(name).and_then(text);
        Ok(Self {
            id: fields.get("id").and_then(text_or_number),
            incident: fields.get("incidentId").and_then(number),
            severity: severity(text("severity")),
            status: status(text("status")),
            classification: text("classification"),
            determination: text("determination"),
            title: text("title"),
            description: text("description"),
            created: text("alertCreationTime").as_deref().and_then(instant),
            last_event: text("lastEventTime").as_deref().and_then(instant),
            machine: text("machineId"),
            device: text("computerDnsName"),
            device_group: text("rbacGroupName"),
            evidence: Evidence::read(fields.get("evidence").or_else(|| fields.get("Evidence"))),
            raw: Arc::from(raw),
        })
    }
}

/// A text that says something.
pub(super) fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn text_or_number(value: &Value) -> Option<String> {
    text(value).or_else(|| value.as_i64().map(|number| number.to_string()))
}

/// A whole number; Graph gives some of them as text.
pub(super) fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
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
        _ => Severity::Other,
    };
    Word { known, other: word.filter(|_| known == Severity::Other) }
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

        assert_eq!(alert.severity, Word { known: Severity::Other, other: Some("Critical".into()) });
        assert_eq!(alert.status, Word { known: Status::Other, other: Some("Redirected".into()) });
        assert!(alert.is_open(), "what is not known to be resolved is open");
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
