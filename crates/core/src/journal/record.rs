//! What is kept of an item and an answer, and the form in which it is sealed.

use std::{
    collections::HashSet,
    ffi::{OsStr, OsString},
    path::PathBuf,
    sync::Arc,
};

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    alert::Alert,
    digest::Sha1Digest,
    identity::Account,
    intake::{Finding, FromText, GivenDigest},
    source::{Answer, Incomplete, Provenance},
    view::Severity,
};

/// What is kept of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRecord {
    /// What it is.
    pub what: KeptItemKind,
    /// Whether its lookup is still to be asked.
    pub wanted: bool,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptItemKind {
    /// A file.
    File(KeptFile),
    /// A digest that a text named.
    Given(FromText),
}

/// What is kept of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// The path exactly.
    pub path: PathBuf,
    /// Its size in bytes when it was found, if it was looked at.
    pub size: Option<u64>,
    /// Whether it was given itself, rather than found in a folder.
    pub given: bool,
    /// Whether it came in by a link, which was followed.
    pub through_link: bool,
    /// Whether it is asked before others, by its name.
    pub first: bool,
    /// What it was found to be.
    pub finding: Finding,
    /// How its reading stands.
    pub reading: KeptReading,
}

/// How the reading of a file stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptReading {
    /// It was not read to the end.
    Waiting,
    /// It was read.
    Read {
        /// Its digest.
        sha1: Sha1Digest,
        /// Its size in bytes, as it was read.
        size: u64,
        /// When.
        read_at: Timestamp,
    },
    /// It has no digest, for this reason.
    Ended {
        /// The code of an error, as text.
        code: String,
    },
    /// The person cancelled it.
    Cancelled,
}

impl KeptItemKind {
    /// A digest of which nothing else is known.
    pub fn of_digest(sha1: Sha1Digest) -> Self {
        Self::Given(FromText { digest: GivenDigest::Sha1(sha1), text: None, line: 1, note: None })
    }
}

impl ItemRecord {
    /// The SHA-1, where it is known.
    pub fn sha1(&self) -> Option<Sha1Digest> {
        match &self.what {
            KeptItemKind::File(KeptFile { reading: KeptReading::Read { sha1, .. }, .. })
            | KeptItemKind::Given(FromText { digest: GivenDigest::Sha1(sha1), .. }) => Some(*sha1),
            KeptItemKind::File(_) | KeptItemKind::Given(_) => None,
        }
    }

    /// The file's name as text, if it is one.
    pub fn name(&self) -> Option<&OsStr> {
        match &self.what {
            KeptItemKind::File(file) => {
                Some(file.path.file_name().unwrap_or(file.path.as_os_str()))
            }
            KeptItemKind::Given(_) => None,
        }
    }

    pub(super) fn standing(&self) -> Reading {
        match &self.what {
            KeptItemKind::File(file) => match file.reading {
                KeptReading::Waiting => Reading::Waiting,
                KeptReading::Read { .. } => Reading::Read,
                KeptReading::Ended { .. } => Reading::Ended,
                KeptReading::Cancelled => Reading::Cancelled,
            },
            KeptItemKind::Given(_) => Reading::Read,
        }
    }
}

/// How a reading stands, in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Waiting = 0,
    Read = 1,
    Ended = 2,
    Cancelled = 3,
}

/// The last answer to a digest, as it was kept.
#[derive(Debug, Clone)]
pub struct KeptAnswer {
    /// The digest it is about.
    pub sha1: Sha1Digest,
    /// The answer; its age tells `provenance.at`.
    pub answer: Answer,
    /// When each of its alerts was last told of, in their order: that may have been later, by an answer
    /// to another digest.
    pub alerts_at: Vec<Timestamp>,
    /// When the last complete answer came; not the same as `provenance.at` where this one is
    /// incomplete.
    pub complete_at: Option<Timestamp>,
}

/// What a list of answers needs of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Brief {
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(rename = "s")]
    pub(super) severity: Severity,
    #[serde(rename = "o")]
    pub(super) open: bool,
}

impl Brief {
    pub(super) fn of(alert: &Alert) -> Self {
        Self { title: alert.title.clone(), severity: alert.severity.known, open: alert.is_open() }
    }

    pub(super) fn sealed_form(&self) -> Result<Vec<u8>, Unreadable> {
        Ok(serde_json::to_vec(self)?)
    }

    pub(super) fn read(form: &[u8]) -> Result<Self, Unreadable> {
        Ok(serde_json::from_slice(form)?)
    }
}

/// A record that is not of the form that this version writes.
#[derive(Debug, thiserror::Error)]
#[error("a record of the journal has another form")]
pub(super) struct Unreadable(#[from] serde_json::Error);

/// An answer's form, without its alerts.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AnswerForm {
    sha1: Bytes,
    at: Timestamp,
    host: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    requests: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) incomplete: Option<Incomplete>,
    /// How many alerts it has, each counted once: rows can be lost beside it.
    pub(super) alerts: usize,
}

impl AnswerForm {
    pub(super) fn of(sha1: Sha1Digest, answer: &Answer) -> Self {
        Self {
            sha1: Bytes(sha1.bytes().to_vec()),
            at: answer.provenance.at,
            host: answer.provenance.host.clone(),
            requests: answer.provenance.requests.clone(),
            incomplete: answer.incomplete.clone(),
            alerts: answer.alerts.iter().map(|alert| alert.key()).collect::<HashSet<_>>().len(),
        }
    }

    pub(super) fn sealed_form(&self) -> Result<Vec<u8>, Unreadable> {
        Ok(serde_json::to_vec(self)?)
    }

    pub(super) fn read(form: &[u8]) -> Result<Self, Unreadable> {
        Ok(serde_json::from_slice(form)?)
    }

    pub(super) fn sha1(&self) -> Option<Sha1Digest> {
        self.sha1.sha1()
    }

    pub(super) fn at(&self) -> Timestamp {
        self.at
    }

    pub(super) fn into_answer(self, account: &Arc<Account>, alerts: Vec<Arc<Alert>>) -> Answer {
        Answer {
            alerts,
            incomplete: self.incomplete,
            provenance: Provenance {
                account: Arc::clone(account),
                host: self.host,
                at: self.at,
                requests: self.requests,
            },
        }
    }
}

/// An item's form.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum ItemForm {
    File {
        path: OsForm,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<u64>,
        #[serde(default)]
        given: bool,
        #[serde(default)]
        link: bool,
        #[serde(default)]
        first: bool,
        finding: FindingForm,
        reading: ReadingForm,
    },
    Given {
        digest: Bytes,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<OsForm>,
        line: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Box<str>>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ReadingForm {
    Waiting,
    Read { sha1: Bytes, size: u64, at: Timestamp },
    Ended { code: String },
    Cancelled,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum FindingForm {
    Regular,
    CloudOnly,
    NotRegular,
    Unknown,
}

/// Bytes as base64: JSON has no bytes of its own.
#[derive(Debug, PartialEq, Eq)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn sha1(&self) -> Option<Sha1Digest> {
        <[u8; Sha1Digest::LEN]>::try_from(&*self.0).ok().map(Into::into)
    }

    fn digest(&self) -> Option<GivenDigest> {
        let bytes = &*self.0;
        self.sha1()
            .map(GivenDigest::Sha1)
            .or_else(|| bytes.try_into().ok().map(GivenDigest::Sha256))
            .or_else(|| bytes.try_into().ok().map(GivenDigest::Md5))
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD_NO_PAD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// A name or path exactly: bytes, or on Windows 16-bit units, little end first.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum OsForm {
    Unix(Bytes),
    Windows(Bytes),
}

impl OsForm {
    #[cfg(unix)]
    fn of(text: &OsStr) -> Self {
        Self::Unix(Bytes(std::os::unix::ffi::OsStrExt::as_bytes(text).to_vec()))
    }

    #[cfg(windows)]
    fn of(text: &OsStr) -> Self {
        Self::Windows(Bytes(from_units(std::os::windows::ffi::OsStrExt::encode_wide(text))))
    }

    /// None if it is of another system.
    #[cfg(unix)]
    fn text(self) -> Option<OsString> {
        match self {
            Self::Unix(Bytes(bytes)) => Some(std::os::unix::ffi::OsStringExt::from_vec(bytes)),
            Self::Windows(_) => None,
        }
    }

    /// None if it is of another system.
    #[cfg(windows)]
    fn text(self) -> Option<OsString> {
        match self {
            Self::Windows(Bytes(bytes)) => {
                Some(std::os::windows::ffi::OsStringExt::from_wide(&to_units(&bytes)?))
            }
            Self::Unix(_) => None,
        }
    }
}

#[cfg(any(windows, test))]
fn from_units(units: impl Iterator<Item = u16>) -> Vec<u8> {
    units.flat_map(u16::to_le_bytes).collect()
}

/// None if half a unit is left over.
#[cfg(any(windows, test))]
fn to_units(bytes: &[u8]) -> Option<Vec<u16>> {
    let (units, rest) = bytes.as_chunks::<2>();
    rest.is_empty().then(|| units.iter().map(|unit| u16::from_le_bytes(*unit)).collect())
}

impl ItemRecord {
    pub(super) fn sealed_form(&self) -> Result<Vec<u8>, Unreadable> {
        let form = match &self.what {
            KeptItemKind::File(file) => ItemForm::File {
                path: OsForm::of(file.path.as_os_str()),
                size: file.size,
                given: file.given,
                link: file.through_link,
                first: file.first,
                finding: FindingForm::of(file.finding),
                reading: ReadingForm::of(&file.reading),
            },
            KeptItemKind::Given(given) => ItemForm::Given {
                digest: Bytes(match &given.digest {
                    GivenDigest::Sha1(sha1) => sha1.bytes().to_vec(),
                    GivenDigest::Sha256(bytes) => bytes.to_vec(),
                    GivenDigest::Md5(bytes) => bytes.to_vec(),
                }),
                text: given.text.as_deref().map(OsForm::of),
                line: given.line,
                note: given.note.clone(),
            },
        };
        Ok(serde_json::to_vec(&form)?)
    }

    /// None if it is of another form, or of another system.
    pub(super) fn read(form: &[u8], wanted: bool) -> Option<Self> {
        let what = match serde_json::from_slice(form).ok()? {
            ItemForm::File { path, size, given, link, first, finding, reading } => {
                KeptItemKind::File(KeptFile {
                    path: path.text()?.into(),
                    size,
                    given,
                    through_link: link,
                    first,
                    finding: finding.finding(),
                    reading: reading.reading()?,
                })
            }
            ItemForm::Given { digest, text, line, note } => {
                let text = match text {
                    Some(text) => Some(text.text()?.into()),
                    None => None,
                };
                KeptItemKind::Given(FromText { digest: digest.digest()?, text, line, note })
            }
        };
        Some(Self { what, wanted })
    }
}

impl ReadingForm {
    fn of(reading: &KeptReading) -> Self {
        match reading {
            KeptReading::Waiting => Self::Waiting,
            KeptReading::Read { sha1, size, read_at } => {
                Self::Read { sha1: Bytes(sha1.bytes().to_vec()), size: *size, at: *read_at }
            }
            KeptReading::Ended { code } => Self::Ended { code: code.clone() },
            KeptReading::Cancelled => Self::Cancelled,
        }
    }

    fn reading(self) -> Option<KeptReading> {
        Some(match self {
            Self::Waiting => KeptReading::Waiting,
            Self::Read { sha1, size, at } => {
                KeptReading::Read { sha1: sha1.sha1()?, size, read_at: at }
            }
            Self::Ended { code } => KeptReading::Ended { code },
            Self::Cancelled => KeptReading::Cancelled,
        })
    }
}

impl FindingForm {
    fn of(finding: Finding) -> Self {
        match finding {
            Finding::Regular => Self::Regular,
            Finding::CloudOnly => Self::CloudOnly,
            Finding::NotRegular => Self::NotRegular,
            Finding::Unknown => Self::Unknown,
        }
    }

    fn finding(&self) -> Finding {
        match self {
            Self::Regular => Finding::Regular,
            Self::CloudOnly => Finding::CloudOnly,
            Self::NotRegular => Finding::NotRegular,
            Self::Unknown => Finding::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn os_text() -> impl Strategy<Value = OsString> {
        #[cfg(unix)]
        return proptest::collection::vec(1_u8.., 1..300)
            .prop_map(std::os::unix::ffi::OsStringExt::from_vec);
        #[cfg(windows)]
        return proptest::collection::vec(1_u16.., 1..300)
            .prop_map(|units| std::os::windows::ffi::OsStringExt::from_wide(&units));
    }

    fn sha1() -> impl Strategy<Value = Sha1Digest> {
        any::<[u8; 20]>().prop_map(Into::into)
    }

    fn instant() -> impl Strategy<Value = Timestamp> {
        (0..4_000_000_000_000_000_000_i128)
            .prop_map(|nanos| Timestamp::from_nanosecond(nanos).unwrap())
    }

    fn reading() -> impl Strategy<Value = KeptReading> {
        prop_oneof![
            Just(KeptReading::Waiting),
            Just(KeptReading::Cancelled),
            ".{0,40}".prop_map(|code| KeptReading::Ended { code }),
            (sha1(), any::<u64>(), instant()).prop_map(|(sha1, size, read_at)| KeptReading::Read {
                sha1,
                size,
                read_at
            }),
        ]
    }

    fn file() -> impl Strategy<Value = KeptFile> {
        let finding = prop_oneof![
            Just(Finding::Regular),
            Just(Finding::CloudOnly),
            Just(Finding::NotRegular),
            Just(Finding::Unknown)
        ];
        let flags = any::<(bool, bool, bool)>();
        (os_text(), any::<Option<u64>>(), flags, finding, reading()).prop_map(
            |(path, size, (given, through_link, first), finding, reading)| KeptFile {
                path: path.into(),
                size,
                given,
                through_link,
                first,
                finding,
                reading,
            },
        )
    }

    fn given() -> impl Strategy<Value = FromText> {
        let digest = prop_oneof![
            sha1().prop_map(GivenDigest::Sha1),
            any::<[u8; 32]>().prop_map(GivenDigest::Sha256),
            any::<[u8; 16]>().prop_map(GivenDigest::Md5)
        ];
        (
            digest,
            proptest::option::of(os_text()),
            any::<u32>(),
            proptest::option::of(any::<String>()),
        )
            .prop_map(|(digest, text, line, note)| FromText {
                digest,
                text: text.map(Into::into),
                line,
                note: note.map(String::into_boxed_str),
            })
    }

    proptest! {
        #[test]
        fn an_item_comes_back_as_it_was(
            what in prop_oneof![
                file().prop_map(KeptItemKind::File),
                given().prop_map(KeptItemKind::Given)
            ],
            wanted: bool,
        ) {
            let record = ItemRecord { what, wanted };

            let form = record.sealed_form().unwrap();

            prop_assert_eq!(ItemRecord::read(&form, wanted), Some(record));
        }

        #[test]
        fn units_of_windows_come_back_with_lone_surrogates(units: Vec<u16>) {
            prop_assert_eq!(to_units(&from_units(units.iter().copied())), Some(units));
        }

        #[test]
        fn anything_else_is_no_item(form: Vec<u8>) {
            prop_assert_eq!(ItemRecord::read(&form, true), None);
        }
    }

    #[test]
    fn a_surrogate_alone_and_half_a_unit_are_told_apart() {
        assert_eq!(to_units(&[0x00, 0xd8, 0x41, 0x00]), Some(vec![0xd800, 0x41]));
        assert_eq!(to_units(&[0x00]), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_of_another_system_is_no_path_here() {
        assert_eq!(OsForm::Windows(Bytes(vec![65, 0])).text(), None);
    }
}
