//! Everything that the API said about an alert, each thing once.

use jiff::Timestamp;

use super::{
    Alert,
    evidence::take_rows,
    fields::{Fields, Flat, Plain},
    read::{instant_of, logged_on, members_of, related_user, techniques, text, text_or_number},
};
use crate::{
    attack,
    view::{AlertDetail, Comment, Moment, MomentKind, Shown, Standing, Technique},
};

/// The most entries of a list within the detail.
const MOST: usize = 200;

/// The texts that an [`Alert`] has in a field of its own.
const TEXTS: [&str; 15] = [
    "title",
    "severity",
    "status",
    "classification",
    "determination",
    "computerDnsName",
    "rbacGroupName",
    "description",
    "category",
    "detectionSource",
    "threatName",
    "threatFamilyName",
    "machineId",
    "assignedTo",
    "investigationState",
];

/// The times that it has.
const TIMES: [&str; 5] =
    ["firstEventTime", "lastEventTime", "alertCreationTime", "lastUpdateTime", "resolvedTime"];

impl Alert {
    /// Everything that the API said beyond the row, the evidence and the raw text.
    ///
    /// What stands under no name of its own is in `other`, in the order of the API: unknown fields,
    /// known ones of an unexpected type, and what lists and objects hold beyond what is shown.
    pub fn detail(&self, epoch: u32) -> AlertDetail {
        let beyond = self.beyond();
        let mut cut = Cut::default();
        let shown = |text: &Option<String>| text.as_deref().map(Shown::of);
        AlertDetail {
            epoch,
            id: shown(&self.id),
            description: self.description.as_deref().map(Shown::of_lines),
            category: shown(&self.category),
            techniques: cut.short(&self.techniques, |id| technique(id)),
            detection_source: shown(&self.detection_source),
            threat: shown(&self.threat),
            threat_family: shown(&self.threat_family),
            machine: shown(&self.machine),
            user: shown(&self.user),
            logged_on: cut.short(&beyond.logged_on, |user| Shown::of(user)),
            tenant: shown(&beyond.tenant),
            moments: self.moments(),
            assigned_to: shown(&self.assigned_to),
            investigation_state: shown(&self.investigation_state),
            investigation: shown(&beyond.investigation),
            incident: shown(&beyond.incident),
            comments: cut.short(&beyond.comments, Remark::view),
            evidence: cut.short(&self.evidence_kinds(), Clone::clone),
            other: beyond.other.iter().map(Plain::view).collect(),
            left_out: cut.left_out.saturating_add(beyond.left_out),
        }
    }

    /// What the API said beyond the fields of [`Alert`], exactly.
    pub(crate) fn beyond(&self) -> Beyond {
        let mut fields = Fields::read(&self.raw).unwrap_or_default();
        // What the alert has itself is taken as it was read.
        for name in TEXTS {
            fields.text(name);
        }
        for name in TIMES {
            fields.take(name, instant_of);
        }
        fields.take("id", text_or_number);
        fields.take_part("mitreTechniques", techniques);
        fields.take_part("relatedUser", related_user);
        take_rows(&mut fields);
        let logged_on = fields.take_part("loggedOnUsers", logged_on).unwrap_or_default();
        let tenant = fields.text("aadTenantId");
        let investigation = fields.take("investigationId", text_or_number);
        let incident = fields.take("incidentId", text_or_number);
        let comments = fields.take_part("comments", comments).unwrap_or_default();
        let mut rest = Flat::default();
        fields.leave("", &mut rest);
        let (other, left_out) = rest.all();
        Beyond { logged_on, tenant, investigation, incident, comments, other, left_out }
    }

    fn moments(&self) -> Vec<Moment> {
        [
            (MomentKind::FirstEvent, self.first_event),
            (MomentKind::LastEvent, self.last_event),
            (MomentKind::Created, self.created),
            (MomentKind::Updated, self.updated),
            (MomentKind::Resolved, self.resolved),
        ]
        .into_iter()
        .filter_map(|(kind, at)| Some(Moment { kind, at: at?.into() }))
        .collect()
    }
}

/// What the API said of an alert beyond the fields of [`Alert`], exactly.
pub(crate) struct Beyond {
    /// Who was logged on to the device.
    pub(crate) logged_on: Vec<String>,
    /// The tenant's id.
    pub(crate) tenant: Option<String>,
    /// The investigation's id.
    pub(crate) investigation: Option<String>,
    /// The incident's id, as it was written.
    pub(crate) incident: Option<String>,
    /// The comments of analysts, in the order of the API.
    pub(crate) comments: Vec<Remark>,
    /// What stands under no name of its own, in the order of the API.
    pub(crate) other: Vec<Plain>,
    /// How much more of that there is.
    pub(crate) left_out: u32,
}

/// Counts what is left out of the lists.
#[derive(Default)]
struct Cut {
    left_out: u32,
}

impl Cut {
    /// The first of a list's entries, as they are shown.
    fn short<T, U>(&mut self, entries: &[T], view: impl Fn(&T) -> U) -> Vec<U> {
        let more = u32::try_from(entries.len().saturating_sub(MOST)).unwrap_or(u32::MAX);
        self.left_out = self.left_out.saturating_add(more);
        entries.iter().take(MOST).map(view).collect()
    }
}

fn technique(id: &str) -> Technique {
    let known = attack::technique(id);
    Technique {
        id: Shown::of(id),
        name: known.map(|known| known.name.to_owned()),
        tactics: known
            .map(|known| known.tactics.iter().map(|tactic| tactic.name.to_owned()).collect())
            .unwrap_or_default(),
        standing: known.map(|known| match known.standing {
            attack::Standing::Current => Standing::Current,
            attack::Standing::Deprecated => Standing::Deprecated,
            attack::Standing::Revoked => Standing::Revoked,
        }),
        page: attack::page_id(id).is_some(),
    }
}

/// What an analyst noted on an alert, exactly.
pub(crate) struct Remark {
    pub(crate) text: String,
    pub(crate) author: Option<String>,
    pub(crate) at: Option<Timestamp>,
}

impl Remark {
    fn view(&self) -> Comment {
        Comment {
            text: Shown::of_lines(&self.text),
            author: self.author.as_deref().map(Shown::of),
            at: self.at.map(Into::into),
        }
    }
}

fn comments(raw: &str, left: &mut Flat) -> Option<Vec<Remark>> {
    members_of("comments", raw, left, comment)
}

/// A comment; the documents call its time `createTime`, the service `createdTime`.
fn comment(raw: &str, place: &str, left: &mut Flat) -> Option<Remark> {
    let Some(mut fields) = Fields::read(raw) else {
        return Some(Remark { text: text(raw)?, author: None, at: None });
    };
    let remark = Remark {
        text: fields.text("comment")?,
        author: fields.text("createdBy"),
        at: fields
            .take("createdTime", instant_of)
            .or_else(|| fields.take("createTime", instant_of)),
    };
    fields.leave(&format!("{place} \u{b7} "), left);
    Some(remark)
}

#[cfg(test)]
mod tests;
