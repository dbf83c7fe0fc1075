//! Evidence that names thousands of files, too long to be written down row by row.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha1::{Digest as _, Sha1};

use super::shape;
use crate::{chance::hex, clock};

/// Rows of numbered files in one folder, met one after the other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ManyFiles {
    /// How many there are.
    many: u32,
    /// What their names begin with; a number and an ending follow.
    name: String,
    path: String,
    /// When the first was met.
    first: Timestamp,
    /// The time from one to the next.
    every_millis: u64,
}

impl ManyFiles {
    /// The rows, as the API gives them. The SHA-1s are those of the names: no such file exists.
    pub(super) fn rows(&self) -> impl Iterator<Item = Value> {
        let mut fields = Map::new();
        fields.insert("entityType".to_owned(), "File".into());
        fields.insert("filePath".to_owned(), self.path.as_str().into());
        let blank = shape::evidence(fields);
        (1..=self.many).map(move |number| {
            let name = format!("{}{number:05}.pdf", self.name);
            let later = Duration::from_millis(self.every_millis.saturating_mul(number.into()));
            let mut row = blank.clone();
            row["evidenceCreationTime"] = clock::after(self.first, later).to_string().into();
            row["sha1"] = hex(&Sha1::digest(&name)).into();
            row["fileName"] = name.into();
            row
        })
    }
}
