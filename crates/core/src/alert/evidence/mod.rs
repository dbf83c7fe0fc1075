//! Evidence, and what it says that a file is.

mod row;

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

pub(crate) use row::{Row, Value};

use super::{
    Alert,
    fields::{Fields, Flat, list_or_one},
    read::number,
};
use crate::{
    digest::Sha1Digest,
    view::{self, FilePart, Role, RolePart, Shown},
};

/// The evidence of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// None was given: the key was missing, null, empty or of another type. It may have been left
    /// out by the route that answered.
    None,
    /// Rows were given.
    Rows(EvidenceRows),
}

/// The rows of an alert's evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRows {
    rows: Vec<EvidenceRow>,
    kinds: Vec<Kind>,
    /// The ids of processes that rows of other processes name as their parents'.
    parents: HashSet<i64>,
}

/// One row of evidence, as far as it tells what a file is; the rest is read when it is shown.
#[derive(Clone, PartialEq, Eq)]
struct EvidenceRow {
    /// Its place in the answer.
    place: u32,
    /// Where it stands in the alert's text, in bytes.
    text: Range<usize>,
    /// Its place among the kinds.
    kind: usize,
    entity: Option<String>,
    sha1: Option<Sha1Digest>,
    file_name: Option<String>,
    file_path: Option<String>,
    process: Option<i64>,
    parent_process: Option<i64>,
    detection: Option<String>,
}

/// Evidence of one kind.
#[derive(Clone, PartialEq, Eq)]
struct Kind {
    entity: Option<String>,
    rows: u32,
}

impl Evidence {
    /// Takes the rows from the fields of the alert with this text.
    pub(super) fn take(raw: &str, fields: &mut Fields<'_>) -> Self {
        let mut rows =
            EvidenceRows { rows: Vec::new(), kinds: Vec::new(), parents: HashSet::new() };
        let mut kinds = HashMap::new();
        for (place, row) in take_rows(fields) {
            // The row is a part of this very text.
            let start = row.as_ptr().addr() - raw.as_ptr().addr();
            rows.add(place, start..start + row.len(), row, &mut kinds);
        }
        if rows.rows.is_empty() { Self::None } else { Self::Rows(rows) }
    }

    /// What the file with this SHA-1 is, by the rows that carry it.
    pub fn role_of(&self, sha1: Sha1Digest) -> Role {
        let rows = match self {
            Self::None => return Role::NoEvidence,
            Self::Rows(rows) => rows,
        };
        let mut seen = HashSet::new();
        let mut parts: Vec<(FilePart, &EvidenceRow)> = rows
            .rows
            .iter()
            .filter(|row| row.sha1 == Some(sha1))
            .map(|row| (rows.part_of(row), row))
            .filter(|(part, row)| seen.insert((rank(*part), row.told())))
            .collect();
        if parts.is_empty() {
            return Role::NotNamed;
        }
        parts.sort_by_key(|(part, _)| rank(*part));
        Role::Named { parts: parts.into_iter().map(|(part, row)| row.role_part(part)).collect() }
    }

    fn rows(&self) -> Option<&EvidenceRows> {
        match self {
            Self::None => None,
            Self::Rows(rows) => Some(rows),
        }
    }
}

impl Alert {
    /// The kinds of evidence, in the order in which they first occur.
    pub(super) fn evidence_kinds(&self) -> Vec<view::EvidenceKind> {
        let kinds = self.evidence.rows().map(|rows| &*rows.kinds).unwrap_or_default();
        kinds
            .iter()
            .map(|Kind { entity, rows }| view::EvidenceKind {
                kind: entity.as_deref().map(Shown::of),
                rows: *rows,
            })
            .collect()
    }

    /// How many rows of evidence there are, all or of the kind at this place of
    /// [`AlertDetail::evidence`](view::AlertDetail::evidence).
    pub fn evidence_count(&self, only: Option<u32>) -> u32 {
        let Some(rows) = self.evidence.rows() else { return 0 };
        match only {
            None => u32::try_from(rows.rows.len()).unwrap_or(u32::MAX),
            Some(only) => {
                let kind = usize::try_from(only).ok().and_then(|only| rows.kinds.get(only));
                kind.map_or(0, |kind| kind.rows)
            }
        }
    }

    /// The rows of evidence at these places of the list, which has the rows that carry this SHA-1
    /// first and is otherwise in the order of the API. Only the rows that are asked for are read.
    pub fn evidence_rows(
        &self,
        sha1: Option<Sha1Digest>,
        only: Option<u32>,
        places: Range<usize>,
    ) -> Vec<view::EvidenceRow> {
        self.evidence_order(sha1, only)
            .skip(places.start)
            .take(places.len())
            .map(|row| self.read_row(row).view(is_ours(row, sha1)))
            .collect()
    }

    /// The rows of evidence in the order of their list, to be reported.
    pub(crate) fn evidence_told(
        &self,
        sha1: Option<Sha1Digest>,
    ) -> impl Iterator<Item = (Row<'_>, bool)> {
        self.evidence_order(sha1, None).map(move |row| (self.read_row(row), is_ours(row, sha1)))
    }

    /// The row at this place in the answer.
    pub(crate) fn evidence_at(&self, place: u32) -> Option<Row<'_>> {
        let rows = &self.evidence.rows()?.rows;
        // The places grow, but not every member of the list need be a row.
        let at = rows.binary_search_by_key(&place, |row| row.place).ok()?;
        rows.get(at).map(|row| self.read_row(row))
    }

    fn evidence_order(
        &self,
        sha1: Option<Sha1Digest>,
        only: Option<u32>,
    ) -> impl Iterator<Item = &EvidenceRow> {
        let rows = self.evidence.rows().map(|rows| &*rows.rows).unwrap_or_default();
        let only = only.map(|only| usize::try_from(only).unwrap_or(usize::MAX));
        let listed =
            move || rows.iter().filter(move |row| only.is_none_or(|only| row.kind == only));
        let ours = listed().filter(move |row| is_ours(row, sha1));
        ours.chain(listed().filter(move |row| !is_ours(row, sha1)))
    }

    fn read_row(&self, row: &EvidenceRow) -> Row<'_> {
        Row::read(row.place, self.raw.get(row.text.clone()).unwrap_or_default())
    }
}

fn is_ours(row: &EvidenceRow, sha1: Option<Sha1Digest>) -> bool {
    sha1.is_some() && row.sha1 == sha1
}

/// Takes the members of the evidence that are rows, each with its place; the others are left.
///
/// Evidence is a list, or a single object; its key is documented with a capital as well, which
/// counts where the other one has no rows.
pub(super) fn take_rows<'a>(fields: &mut Fields<'a>) -> Vec<(u32, &'a str)> {
    let rows = |raw: &'a str, left: &mut Flat| {
        let mut rows = Vec::new();
        for (place, member) in (0..).zip(list_or_one(raw)) {
            if member.starts_with('{') {
                rows.push((place, member));
            } else {
                left.add(&format!("evidence {}", u64::from(place) + 1), member);
            }
        }
        (!rows.is_empty()).then_some(rows)
    };
    fields
        .take_part("evidence", rows)
        .or_else(|| fields.take_part("Evidence", rows))
        .unwrap_or_default()
}

impl EvidenceRows {
    fn add(
        &mut self,
        place: u32,
        at: Range<usize>,
        raw: &str,
        kinds: &mut HashMap<Option<String>, usize>,
    ) {
        let mut fields = Fields::read(raw).unwrap_or_default();
        let entity = fields.text("entityType");
        let process = fields.take("processId", number);
        let parent_process = fields.take("parentProcessId", number);
        if let Some(parent) = parent_process
            && process != Some(parent)
        {
            self.parents.insert(parent);
        }
        let kind = self.count(entity.as_ref(), kinds);
        self.rows.push(EvidenceRow {
            place,
            text: at,
            kind,
            entity,
            sha1: fields.text("sha1").and_then(|digits| digits.trim().parse().ok()),
            file_name: fields.text("fileName"),
            file_path: fields.text("filePath"),
            process,
            parent_process,
            detection: fields.text("detectionStatus"),
        });
    }

    /// Counts one more row of a kind, and gives the kind's place.
    fn count(
        &mut self,
        entity: Option<&String>,
        kinds: &mut HashMap<Option<String>, usize>,
    ) -> usize {
        let next = self.kinds.len();
        let place = *kinds.entry(entity.cloned()).or_insert(next);
        if place == next {
            self.kinds.push(Kind { entity: entity.cloned(), rows: 0 });
        }
        self.kinds[place].rows += 1;
        place
    }

    fn part_of(&self, row: &EvidenceRow) -> FilePart {
        let is = |kind| row.entity.as_deref().is_some_and(|word| word.eq_ignore_ascii_case(kind));
        if is("Process") {
            let is_parent = row.process.is_some_and(|id| self.parents.contains(&id));
            if is_parent { FilePart::ParentProcess } else { FilePart::Process }
        } else if is("File") {
            FilePart::File
        } else {
            FilePart::Other
        }
    }
}

impl EvidenceRow {
    /// What a [`RolePart`] tells of it.
    fn told(&self) -> [Option<&str>; 4] {
        [&self.entity, &self.file_name, &self.file_path, &self.detection].map(Option::as_deref)
    }

    fn role_part(&self, part: FilePart) -> RolePart {
        RolePart {
            part,
            entity: self.entity.as_deref().filter(|_| part == FilePart::Other).map(Shown::of),
            name: self.file_name.as_deref().map(Shown::of),
            folder: self.file_path.as_deref().map(Shown::of),
            detection: self.detection.as_deref().map(Shown::of),
        }
    }
}

/// The most telling first.
fn rank(part: FilePart) -> u8 {
    match part {
        FilePart::ParentProcess => 0,
        FilePart::Process => 1,
        FilePart::File => 2,
        FilePart::Other => 3,
    }
}

/// Prints the shape only: evidence is confidential, and `Debug` ends in logs.
impl std::fmt::Debug for EvidenceRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EvidenceRow").finish_non_exhaustive()
    }
}

/// Prints the shape only, as the row does.
impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kind").field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OURS: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

    fn alert(evidence: &serde_json::Value) -> Alert {
        Alert::read(&json!({ "id": "x", "evidence": evidence }).to_string()).unwrap()
    }

    fn role(evidence: &serde_json::Value) -> Role {
        alert(evidence).evidence.role_of(OURS.parse().unwrap())
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
        assert_eq!(Alert::read("{}").unwrap().evidence, Evidence::None);
    }

    #[test]
    fn the_key_may_have_a_capital_as_the_documents_write_it() {
        let raw = json!({"evidence": null, "Evidence": [{"entityType": "File", "sha1": OURS}]});

        let alert = Alert::read(&raw.to_string()).unwrap();

        assert_eq!(alert.evidence_count(None), 1);
        assert_eq!(alert.detail(0).other, []);
    }

    #[test]
    fn the_word_for_what_a_row_is_may_have_another_case() {
        for (word, part) in [("process", FilePart::Process), ("FILE", FilePart::File)] {
            let Role::Named { parts } = role(&json!([{"entityType": word, "sha1": OURS}])) else {
                panic!("{word}")
            };
            assert_eq!(parts[0].part, part, "{word}");
        }
    }

    #[test]
    fn a_single_object_and_an_unknown_entity_are_taken() {
        let role = role(&json!({"entityType": "Amsi", "sha1": OURS}));

        let Role::Named { parts } = role else { panic!("{role:?}") };
        assert_eq!(parts[0].part, FilePart::Other);
        assert_eq!(parts[0].entity, Some(Shown::of("Amsi")));
    }
}
