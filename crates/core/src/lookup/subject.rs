//! Items as what is reported of them, and as what is copied.

use std::path::PathBuf;

use super::{Batch, FileItem, Kind, ReadingState};
use crate::{
    report::{self, Answer, Subject, Told},
    view::{AlertHandle, AlertPart, EvidencePart, ItemId, ItemPart, Realm, UserError},
};

impl Batch {
    /// An item with everything that a report tells of it. `realm` is the one that the person is
    /// signed in to, for what was not answered yet.
    pub fn subject(&self, id: ItemId, realm: Option<Realm>) -> Option<Subject<'_>> {
        let item = self.item(id)?;
        let lookup = self.lookup_of(id);
        let answer = lookup.and_then(|lookup| lookup.answer.as_deref()).map(|answer| Answer {
            alerts: self
                .alert_order(id)
                .into_iter()
                .filter_map(|handle| self.told(handle))
                .collect(),
            incomplete: answer.incomplete.as_ref(),
            provenance: &answer.provenance,
        });
        let realm = answer.as_ref().map(|answer| answer.provenance.account.id.realm).or(realm);
        let unread = item.file().and_then(|file| match &file.state {
            ReadingState::Skipped(error) | ReadingState::Failed(error) => Some(&**error),
            ReadingState::Waiting
            | ReadingState::Reading
            | ReadingState::Read
            | ReadingState::Cancelled => None,
        });
        Some(Subject {
            realm,
            name: self.name_of(id)?,
            is_file: item.file().is_some(),
            sha1: lookup.map(|lookup| lookup.sha1),
            size: item.file().and_then(FileItem::known_size),
            unread,
            answer,
            failure: lookup.and_then(|lookup| lookup.failure.as_deref()),
        })
    }

    /// An alert, to be told of.
    fn told(&self, handle: AlertHandle) -> Option<Told<'_>> {
        let kept = self.alerts.kept(handle)?;
        Some(Told { alert: &kept.alert, read_at: kept.read_at })
    }

    /// A file's name, or the pasted digest. What of a name is no text is replaced.
    pub fn name_of(&self, id: ItemId) -> Option<String> {
        Some(match &self.item(id)?.kind {
            Kind::File(file) => file.at.name().to_string_lossy().into_owned(),
            Kind::Given(given) => given.digest.to_string(),
        })
    }

    /// A file's path; none for a digest of a text.
    pub fn path_of(&self, id: ItemId) -> Option<PathBuf> {
        self.file(id).map(|file| file.at.path())
    }

    /// Why it could not be asked for, if the last attempt failed.
    pub fn failure_of(&self, id: ItemId) -> Option<&UserError> {
        self.lookup_of(id)?.failure.as_deref()
    }

    /// What is copied of an item; none where there is nothing of it. `realm` as for
    /// [`subject`](Self::subject).
    pub fn item_part(&self, id: ItemId, part: ItemPart, realm: Option<Realm>) -> Option<String> {
        let subject = || self.subject(id, realm);
        match part {
            ItemPart::Sha1 => self.sha1_of(id).map(|sha1| sha1.to_string()),
            ItemPart::Name => self.name_of(id),
            ItemPart::Path => self.path_of(id).map(|path| path.display().to_string()),
            ItemPart::TriageNote => subject().map(|subject| subject.note()),
            ItemPart::Markdown => subject().map(|subject| subject.markdown()),
            ItemPart::Json => subject().and_then(|subject| written(subject.json())),
            ItemPart::Csv => subject().map(|subject| subject.csv()),
        }
    }

    /// What is copied of an alert, in the eyes of an item; none where there is nothing of it.
    pub fn alert_part(
        &self,
        id: ItemId,
        alert: AlertHandle,
        part: AlertPart,
        realm: Option<Realm>,
    ) -> Option<String> {
        let told = self.told(alert)?;
        let alert = told.alert;
        let subject = || self.subject(id, realm);
        match part {
            AlertPart::Title => alert.title.clone(),
            AlertPart::Id => alert.id.clone(),
            AlertPart::Device => alert.device.clone(),
            AlertPart::User => alert.user.clone(),
            AlertPart::Markdown => subject().map(|subject| subject.alert_markdown(told)),
            AlertPart::Json => written(report::exactly(&alert.raw, realm)),
            AlertPart::Csv => subject().map(|subject| subject.alert_csv(told)),
        }
    }

    /// What is copied of a row of evidence; none where there is nothing of it.
    pub fn evidence_part(
        &self,
        alert: AlertHandle,
        row: u32,
        part: EvidencePart,
        realm: Option<Realm>,
    ) -> Option<String> {
        let alert = self.alert(alert)?;
        let row = alert.evidence_at(row)?;
        match part {
            EvidencePart::Name => row.name,
            EvidencePart::Folder => row.folder,
            EvidencePart::Sha1 => row.sha1,
            EvidencePart::Sha256 => row.sha256,
            EvidencePart::CommandLine => row.command_line,
            EvidencePart::CommandLineDefanged => row.command_line_defanged(),
            EvidencePart::Value => row.value.map(|value| value.text),
            EvidencePart::Defanged => row.value.map(|value| value.defanged()),
            EvidencePart::Other => row.other_lines(),
            EvidencePart::Json => written(report::exactly(row.raw, realm)),
            EvidencePart::Csv => Some(report::of_evidence(alert, &row, realm)),
        }
    }
}

/// What was written as JSON. All of it was read as JSON before, so that a failure is this app's own.
fn written(json: serde_json::Result<String>) -> Option<String> {
    json.inspect_err(|error| tracing::error!(%error, "a copy could not be written as JSON")).ok()
}
