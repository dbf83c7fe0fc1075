//! Evidence, and what it says that a file is.

use serde_json::Value;

use super::read::{number, text};
use crate::{
    digest::Sha1Digest,
    view::{FilePart, Role, RolePart, Shown},
};

/// The evidence of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// None was given: the key was missing, null, empty or of another type. It may have been left
    /// out by the route that answered.
    None,
    /// Rows were given.
    Rows(Vec<EvidenceRow>),
}

/// One row of evidence, as far as it tells what a file is.
#[derive(Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    entity: Option<String>,
    sha1: Option<Sha1Digest>,
    file_name: Option<String>,
    file_path: Option<String>,
    process: Option<i64>,
    parent_process: Option<i64>,
    detection: Option<String>,
}

impl Evidence {
    /// Reads evidence given as a list, or as a single object.
    pub(super) fn read(value: Option<&Value>) -> Self {
        let rows: Vec<EvidenceRow> = match value {
            Some(Value::Array(entries)) => entries.iter().filter_map(EvidenceRow::read).collect(),
            Some(object @ Value::Object(_)) => EvidenceRow::read(object).into_iter().collect(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {
                Vec::new()
            }
        };
        if rows.is_empty() { Self::None } else { Self::Rows(rows) }
    }

    /// What the file with this SHA-1 is, by the rows that carry it.
    pub fn role_of(&self, sha1: Sha1Digest) -> Role {
        let rows = match self {
            Self::None => return Role::NoEvidence,
            Self::Rows(rows) => rows,
        };
        let mut parts: Vec<RolePart> =
            rows.iter().filter(|row| row.sha1 == Some(sha1)).map(|row| row.part(rows)).collect();
        if parts.is_empty() {
            return Role::NotNamed;
        }
        parts.sort_by_key(|part| match part.part {
            FilePart::ParentProcess => 0,
            FilePart::Process => 1,
            FilePart::File => 2,
            FilePart::Other => 3,
        });
        parts.dedup();
        Role::Named { parts }
    }
}

impl EvidenceRow {
    fn read(value: &Value) -> Option<Self> {
        let fields = value.as_object()?;
        let text = |name: &str| fields.get(name).and_then(text);
        Some(Self {
            entity: text("entityType"),
            sha1: text("sha1").and_then(|digits| digits.trim().parse().ok()),
            file_name: text("fileName"),
            file_path: text("filePath"),
            process: fields.get("processId").and_then(number),
            parent_process: fields.get("parentProcessId").and_then(number),
            detection: text("detectionStatus"),
        })
    }

    fn part(&self, all: &[Self]) -> RolePart {
        let is_parent = || {
            self.process.is_some_and(|process| {
                all.iter().any(|row| row != self && row.parent_process == Some(process))
            })
        };
        let part = match self.entity.as_deref() {
            Some("Process") if is_parent() => FilePart::ParentProcess,
            Some("Process") => FilePart::Process,
            Some("File") => FilePart::File,
            _ => FilePart::Other,
        };
        RolePart {
            part,
            entity: self.entity.as_deref().filter(|_| part == FilePart::Other).map(Shown::of),
            name: self.file_name.as_deref().map(Shown::of),
            folder: self.file_path.as_deref().map(Shown::of),
            detection: self.detection.as_deref().map(Shown::of),
        }
    }
}

/// Prints the shape only: evidence is confidential, and `Debug` ends in logs.
impl std::fmt::Debug for EvidenceRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EvidenceRow").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OURS: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

    fn role(evidence: &Value) -> Role {
        Evidence::read(Some(evidence)).role_of(OURS.parse().unwrap())
    }

    #[test]
    fn a_process_that_another_row_names_as_parent_is_a_parent_process() {
        let role = role(&json!([
            {"entityType": "File", "sha1": OURS, "fileName": "a.exe", "filePath": "C:\\Temp"},
            {"entityType": "Process", "sha1": OURS.to_uppercase(), "processId": 4120,
             "fileName": "svchost.exe", "detectionStatus": "Detected"},
            {"entityType": "Process", "sha1": null, "processId": 5216, "parentProcessId": 4120},
        ]));

        let Role::Named { parts } = role else { panic!("{role:?}") };
        assert_eq!(parts[0].part, FilePart::ParentProcess);
        assert_eq!(parts[0].name, Some(Shown::of("svchost.exe")));
        assert_eq!(parts[1].part, FilePart::File);
        assert_eq!(parts[1].folder, Some(Shown::of("C:\\Temp")));
    }

    #[test]
    fn evidence_that_does_not_name_the_file_is_told_from_no_evidence() {
        assert_eq!(role(&json!([{"entityType": "Ip", "sha1": null}])), Role::NotNamed);
        for none in [json!([]), json!(null), json!("text"), json!([null, 3])] {
            assert_eq!(role(&none), Role::NoEvidence);
        }
        assert_eq!(Evidence::read(None), Evidence::None);
    }

    #[test]
    fn a_single_object_and_an_unknown_entity_are_taken() {
        let role = role(&json!({"entityType": "Amsi", "sha1": OURS}));

        let Role::Named { parts } = role else { panic!("{role:?}") };
        assert_eq!(parts[0].part, FilePart::Other);
        assert_eq!(parts[0].entity, Some(Shown::of("Amsi")));
    }
}
