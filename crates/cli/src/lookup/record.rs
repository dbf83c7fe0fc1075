//! What is known of an item in the end, whatever form it is printed in.

use std::path::PathBuf;

use droptrace_core::{
    view::{
        Activity, AlertRow, Answer, DigestKind, ErrorCode, ItemRow, Lookup, Mention, Phase,
        Reading, Realm, UserError,
    },
    words::{problem, sentence},
};
use serde::Serialize;

/// An item that nothing is done for any more.
#[derive(Debug)]
pub(super) struct Record {
    /// As whose it was asked.
    pub(super) realm: Realm,
    /// What was given, or found.
    pub(super) named: Named,
    /// Its size in bytes, if it was read.
    pub(super) size: Option<i64>,
    /// Its SHA-1, if it is known.
    pub(super) sha1: Option<String>,
    /// What became of it.
    pub(super) state: State,
    /// Why it was not read, not answered, or not answered in full.
    pub(super) problem: Option<UserError>,
    /// What was answered.
    pub(super) answer: Option<Answer>,
    /// Its alerts, in the order of the window.
    pub(super) alerts: Vec<Alert>,
}

/// What an item is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A file.
    File {
        /// Its path, as it was given or found beneath what was.
        path: PathBuf,
        /// Whether it was given itself.
        given: bool,
    },
    /// A digest.
    Digest {
        /// In lower-case hexadecimal digits.
        digest: String,
        /// The text that names it, and the line.
        text: Option<(String, u32)>,
    },
}

impl Record {
    /// Why there is no answer, or no whole one, in words.
    pub(super) fn problem_words(&self) -> Option<String> {
        let error = self.problem.as_ref()?;
        // Only of a file in a folder it is known that it was there.
        let is_given = matches!(self.named, Named::File { given: true, .. });
        Some(if error.code == ErrorCode::Vanished && is_given {
            sentence("cli.noSuchFile").to_owned()
        } else {
            problem(error)
        })
    }
}

/// An alert, its texts exactly as they came.
#[derive(Debug)]
pub(super) struct Alert {
    /// Its id.
    pub(super) id: Option<String>,
    /// Its title.
    pub(super) title: Option<String>,
    /// The name of its device.
    pub(super) device: Option<String>,
    /// The rest of it.
    pub(super) row: AlertRow,
}

/// What became of an item. The names are for programs, and stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum State {
    /// Answered completely, with alerts.
    Alerted,
    /// Answered completely, no alerts visible.
    NoneVisible,
    /// Answered in part.
    Incomplete,
    /// The lookup failed.
    Failed,
    /// A digest of another kind, whose SHA-1 is not known.
    Unresolved,
    /// Not read, for a reason that is no failure.
    Skipped,
    /// Could not be read.
    Unreadable,
    /// Given up before it was answered.
    Cancelled,
}

impl State {
    /// How an item stands, with the reason where there is one; none while something is still to be
    /// done for it.
    pub(super) fn of(row: &ItemRow) -> Option<(Self, Option<UserError>)> {
        match &row.reading {
            Some(Reading::Waiting | Reading::Reading { .. }) => None,
            Some(Reading::Cancelled) => Some((Self::Cancelled, None)),
            Some(Reading::Skipped { error }) => Some((Self::Skipped, Some(error.clone()))),
            Some(Reading::Failed { error }) => Some((Self::Unreadable, Some(error.clone()))),
            Some(Reading::Read { .. }) | None => match (&row.lookup, &row.mention) {
                (Some(lookup), _) => Self::of_lookup(lookup),
                (None, Some(Mention { kind: DigestKind::Sha256 | DigestKind::Md5, .. })) => {
                    Some((Self::Unresolved, None))
                }
                (None, Some(Mention { kind: DigestKind::Sha1, .. }) | None) => None,
            },
        }
    }

    fn of_lookup(lookup: &Lookup) -> Option<(Self, Option<UserError>)> {
        match (lookup.phase, &lookup.failure, &lookup.answer) {
            (Phase::Waiting | Phase::Retrying | Phase::Asking, _, _) => None,
            (Phase::Idle, Some(failure), _) => Some((Self::Failed, Some(failure.clone()))),
            (Phase::Idle, None, None) => Some((Self::Cancelled, None)),
            (Phase::Idle, None, Some(Answer { incomplete: Some(why), .. })) => {
                Some((Self::Incomplete, Some(why.clone())))
            }
            (Phase::Idle, None, Some(answer)) if answer.alerts > 0 => Some((Self::Alerted, None)),
            (Phase::Idle, None, Some(_)) => Some((Self::NoneVisible, None)),
        }
    }

    /// Whether the item has no answer because it was not read.
    pub(super) fn is_unread(self) -> bool {
        match self {
            Self::Skipped | Self::Unreadable => true,
            Self::Alerted
            | Self::NoneVisible
            | Self::Incomplete
            | Self::Failed
            | Self::Unresolved
            | Self::Cancelled => false,
        }
    }
}

/// ISO 8601, UTC.
pub(super) fn iso(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map(|at| at.to_string()).unwrap_or_default()
}

/// When something last happened, in ISO 8601.
pub(super) fn activity(activity: Option<Activity>) -> Option<String> {
    activity.map(|activity| iso(activity.at.0))
}

/// A realm's name in data.
pub(super) fn realm_name(realm: Realm) -> &'static str {
    match realm {
        Realm::Practice => "practice",
        Realm::Organisation => "organisation",
    }
}
