//! What leaves the app by being copied: a note in plain sentences, Markdown, CSV and JSON.
//!
//! Whatever an attacker chose (names, titles, command lines) is data in each of them: it opens no
//! link, runs no formula, becomes no markup. What is practice says so in each of them; an answer
//! that is not whole says so first.

pub mod csv;
pub mod defang;
mod json;
mod markdown;
mod markup;
mod note;
mod table;

use jiff::Timestamp;

use crate::{
    alert::Alert,
    digest::Sha1Digest,
    source::Provenance,
    view::{FilePart, Realm, Role, RolePart, Shown, Status, UserError},
    words,
};

/// An item, and what is known of it.
#[derive(Clone)]
pub struct Subject<'a> {
    /// The realm that the person is signed in to, or that answered.
    pub realm: Option<Realm>,
    /// The file's name; the digest, if it was pasted. Characters that are no text are replaced.
    pub name: String,
    /// Whether it is a file, and not a pasted digest.
    pub is_file: bool,
    /// The SHA-1, once it is known.
    pub sha1: Option<Sha1Digest>,
    /// The file's size in bytes, once it was read.
    pub size: Option<u64>,
    /// Why the file was not read.
    pub unread: Option<&'a UserError>,
    /// The last answer.
    pub answer: Option<Answer<'a>>,
    /// Why there is none, or none since.
    pub failure: Option<&'a UserError>,
}

/// An answer about an item.
#[derive(Clone)]
pub struct Answer<'a> {
    /// The alerts, in the order of the window.
    pub alerts: Vec<Told<'a>>,
    /// Why it is not the whole answer.
    pub incomplete: Option<&'a UserError>,
    /// Where it came from.
    pub provenance: &'a Provenance,
}

/// An alert that is told of.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The alert.
    pub alert: &'a Alert,
    /// When it was read. That may be later than the answer: another file's answer told of it since.
    pub read_at: Timestamp,
}

impl Subject<'_> {
    /// A note in plain sentences, for a ticket or a hand-over.
    pub fn note(&self) -> String {
        note::of(self)
    }

    /// A report in Markdown.
    pub fn markdown(&self) -> String {
        markdown::of_item(self)
    }

    /// A report in Markdown of one of its alerts.
    pub fn alert_markdown(&self, told: Told<'_>) -> String {
        markdown::of_alert(self, told)
    }

    /// The item with its alerts, each exactly as the API gave it.
    ///
    /// # Errors
    ///
    /// If an alert is no JSON, which reading it rules out.
    pub fn json(&self) -> serde_json::Result<String> {
        json::of_item(self)
    }

    /// A CSV row for each alert, or one for the item if there is none, below a header.
    pub fn csv(&self) -> String {
        table::of_item(self)
    }

    /// The CSV row of one of its alerts, below a header.
    pub fn alert_csv(&self, told: Told<'_>) -> String {
        table::of_alert(self, told)
    }

    fn is_practice(&self) -> bool {
        is_practice(self.realm)
    }
}

pub use json::exactly;
pub(crate) use table::of_evidence;

fn is_practice(realm: Option<Realm>) -> bool {
    match realm {
        Some(Realm::Practice) => true,
        Some(Realm::Organisation) | None => false,
    }
}

/// The realm's name in data; empty if nobody is signed in.
fn realm_name(realm: Option<Realm>) -> &'static str {
    match realm {
        Some(Realm::Practice) => "practice",
        Some(Realm::Organisation) => "organisation",
        None => "",
    }
}

/// An instant as a person reads it.
fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A text from outside within a sentence: addresses defanged, hidden characters named.
fn told(text: &str) -> String {
    markup::named(&defang::text(text), Shown::of)
}

/// A name that somebody signs in with, within a sentence; it is to be written to.
fn person(name: &str) -> String {
    Shown::of(name).flat()
}

/// The severity's name, where it is one that we know or the word itself.
fn severity(alert: &Alert) -> String {
    let known = || words::severity(alert.severity.known).to_owned();
    alert.severity.other.clone().unwrap_or_else(known)
}

/// The severity's name; of one that is not known, that it is not.
fn severity_told(alert: &Alert) -> String {
    match &alert.severity.other {
        Some(word) => words::filled("note.alert.unknown", &[("word", word)]),
        None => severity(alert),
    }
}

/// The status's name.
fn status(alert: &Alert) -> String {
    let known = match alert.status.known {
        Status::New => "status.new",
        Status::InProgress => "status.inProgress",
        Status::Resolved => "status.resolved",
        Status::Other => "status.other",
    };
    alert.status.other.clone().unwrap_or_else(|| words::sentence(known).to_owned())
}

/// What the file is in an alert, by the most telling row of evidence that carries its SHA-1.
fn role(alert: &Alert, sha1: Option<Sha1Digest>) -> String {
    let role = sha1.map(|sha1| alert.evidence.role_of(sha1));
    let key = match &role {
        Some(Role::NotNamed) | None => "note.role.notNamed",
        Some(Role::NoEvidence) => "note.role.noEvidence",
        Some(Role::Named { parts }) => return parts.first().map(part).unwrap_or_default(),
    };
    words::sentence(key).to_owned()
}

fn part(part: &RolePart) -> String {
    let kind = words::sentence(match part.part {
        FilePart::ParentProcess => "note.role.parentProcess",
        FilePart::Process => "note.role.process",
        FilePart::File => "note.role.file",
        FilePart::Other => "note.role.other",
    });
    match &part.detection {
        Some(detection) => {
            let detection = defang::text(&detection.flat());
            words::filled("note.role.detected", &[("part", kind), ("detection", &detection)])
        }
        None => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests;
