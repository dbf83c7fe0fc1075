//! The story world: a small company, written down in `world/story` in a short form.

use std::{collections::HashMap, io, time::Duration};

use aws_lc_rs::digest;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};

use super::{Alert, Device, File, Incident, WorldData, many::ManyFiles, parse, shape, times};
use crate::{chance::hex, organisation::Registration};

/// How old the newest event is when a tenant starts.
const NEWEST_AGE: Duration = Duration::from_hours(2);

/// A practice file, as the story has it.
#[derive(Debug)]
pub(crate) struct PracticeSource {
    pub(crate) file_name: String,
    pub(crate) content: Vec<u8>,
    pub(crate) sha1: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organisation {
    devices: Vec<Device>,
    people: Vec<Person>,
    incidents: Vec<Incident>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Person {
    key: String,
    #[serde(rename = "name")]
    _name: String,
    account: String,
    domain: String,
    sid: String,
    object_id: String,
    sign_in_name: Option<String>,
}

/// A file is known by its lines, if there is a practice file, or else by its hashes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StoryFile {
    key: String,
    name: Option<String>,
    path: Option<String>,
    sha1: Option<String>,
    sha256: Option<String>,
    practice_name: Option<String>,
    #[serde(default)]
    lines: Vec<String>,
    repeat: Option<usize>,
    /// Whether this is the file whose first lookup can be made to wait.
    #[serde(default)]
    waits: bool,
    /// None if the tenant has never seen the file.
    information: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StoryAlert {
    id: String,
    incident: Option<i64>,
    investigation: Option<i64>,
    device: Option<String>,
    severity: String,
    status: String,
    classification: Option<String>,
    determination: Option<String>,
    investigation_state: String,
    detection_source: String,
    detector_id: String,
    category: String,
    threat_family_name: Option<String>,
    threat_name: Option<String>,
    title: String,
    description: String,
    created: String,
    first: String,
    last: String,
    updated: String,
    resolved: Option<String>,
    assigned_to: Option<String>,
    #[serde(default)]
    mitre_techniques: Vec<String>,
    related_user: Option<String>,
    #[serde(default)]
    comments: Vec<Value>,
    evidence: Vec<StoryRows>,
    /// Files that lead to the alert although no evidence names them.
    #[serde(default)]
    also_for: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StoryRows {
    Many(ManyFiles),
    One(Box<StoryEvidence>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoryEvidence {
    entity: String,
    at: String,
    status: Option<String>,
    file: Option<String>,
    /// In place of the file's own name and path; an empty path is null.
    name: Option<String>,
    path: Option<String>,
    process_id: Option<i64>,
    command_line: Option<String>,
    started: Option<String>,
    parent: Option<Parent>,
    person: Option<String>,
    /// What is given in the API's own words.
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parent {
    process_id: i64,
    started: String,
    file_name: String,
    file_path: String,
}

/// The story's people and things, by the keys that its alerts name them by.
struct Cast<'story> {
    devices: HashMap<&'story str, &'story Device>,
    people: HashMap<&'story str, &'story Person>,
    files: HashMap<&'story str, &'story StoryFile>,
}

pub(super) fn load(registration: &Registration, now: Timestamp) -> io::Result<WorldData> {
    let organisation: Organisation =
        parse("organisation.json", include_str!("../../world/story/organisation.json"))?;
    let files = story_files()?;
    let alerts: Vec<StoryAlert> =
        parse("alerts.json", include_str!("../../world/story/alerts.json"))?;

    let cast = Cast {
        devices: by_key(&organisation.devices, |device| &device.key),
        people: by_key(&organisation.people, |person| &person.key),
        files: by_key(&files, |file| &file.key),
    };
    let mut alerts = alerts
        .into_iter()
        .map(|alert| alert.assemble(&cast, registration))
        .collect::<io::Result<Vec<Alert>>>()?;
    let mut known: Vec<File> = files.iter().filter_map(StoryFile::assemble).collect();

    if let Some(newest) = alerts.iter().filter_map(|alert| times::newest(&alert.body)).max() {
        let goal = crate::clock::before(now, NEWEST_AGE);
        let by = goal.duration_since(newest);
        for alert in &mut alerts {
            times::shift(&mut alert.body, by);
        }
        for file in &mut known {
            times::shift(&mut file.body, by);
        }
    }
    let waits = files.iter().find(|file| file.waits).map(StoryFile::sha1);
    let world = WorldData::new(alerts, known, organisation.devices, organisation.incidents);
    Ok(WorldData { waits, ..world })
}

/// The practice files with their content.
pub(crate) fn practice_sources() -> io::Result<Vec<PracticeSource>> {
    Ok(story_files()?
        .into_iter()
        .filter_map(|file| {
            Some(PracticeSource {
                content: file.content(),
                sha1: file.sha1(),
                file_name: file.practice_name?,
            })
        })
        .collect())
}

fn story_files() -> io::Result<Vec<StoryFile>> {
    parse("files.json", include_str!("../../world/story/files.json"))
}

impl StoryFile {
    fn content(&self) -> Vec<u8> {
        let mut once = self.lines.join("\n");
        if !once.is_empty() {
            once.push('\n');
        }
        once.repeat(self.repeat.unwrap_or(1)).into_bytes()
    }

    fn sha1(&self) -> String {
        self.sha1.clone().unwrap_or_else(|| hex(&Sha1::digest(self.content())))
    }

    fn sha256(&self) -> Option<String> {
        if self.sha1.is_some() {
            return self.sha256.clone();
        }
        let digest = digest::digest(&digest::SHA256, &self.content());
        Some(hex(digest.as_ref()))
    }

    fn assemble(&self) -> Option<File> {
        let mut fields = self.information.clone()?;
        fields.insert("sha1".to_owned(), self.sha1().into());
        fields.insert("sha256".to_owned(), self.sha256().into());
        if !fields.contains_key("size") {
            fields.insert("size".to_owned(), self.content().len().into());
        }
        Some(File { name: self.name.clone().unwrap_or_default(), body: shape::file(fields) })
    }
}

impl StoryAlert {
    fn assemble(self, cast: &Cast<'_>, registration: &Registration) -> io::Result<Alert> {
        let device = self.device.as_deref().map(|key| named(&cast.devices, key)).transpose()?;
        let related =
            self.related_user.as_deref().map(|key| named(&cast.people, key)).transpose()?;
        let logged_on = device
            .and_then(|device| device.person.as_deref())
            .map(|key| named(&cast.people, key))
            .transpose()?;
        let mut sha1s = Vec::new();
        for key in &self.also_for {
            sha1s.push(named(&cast.files, key)?.sha1());
        }
        let mut evidence = Vec::new();
        for rows in self.evidence {
            match rows {
                StoryRows::Many(files) => evidence.extend(files.rows()),
                StoryRows::One(row) => evidence.push(row.assemble(cast)?),
            }
        }
        sha1s.extend(evidence.iter().filter_map(|row| row["sha1"].as_str().map(str::to_owned)));

        let fields = fields(json!({
            "id": self.id,
            "incidentId": self.incident,
            "investigationId": self.investigation,
            "assignedTo": self.assigned_to,
            "severity": self.severity,
            "status": self.status,
            "classification": self.classification,
            "determination": self.determination,
            "investigationState": self.investigation_state,
            "detectionSource": self.detection_source,
            "detectorId": self.detector_id,
            "category": self.category,
            "threatFamilyName": self.threat_family_name,
            "title": self.title,
            "description": self.description,
            "alertCreationTime": self.created,
            "firstEventTime": self.first,
            "lastEventTime": self.last,
            "lastUpdateTime": self.updated,
            "resolvedTime": self.resolved,
            "machineId": device.map(|device| &device.id),
            "computerDnsName": device.map(|device| &device.name),
            "rbacGroupName": device.map(|device| &device.group),
            "aadTenantId": registration.tenant_id,
            "threatName": self.threat_name,
            "mitreTechniques": self.mitre_techniques,
            "relatedUser": related.map(|person| {
                json!({"userName": person.account, "domainName": person.domain})
            }),
            "loggedOnUsers": logged_on.iter().map(|person| {
                json!({"accountName": person.account, "domainName": person.domain})
            }).collect::<Vec<Value>>(),
            "comments": self.comments,
        }));
        Ok(Alert {
            body: shape::alert(fields, evidence),
            device_group: device.map(|device| device.group.clone()),
            sha1s,
        })
    }
}

impl StoryEvidence {
    fn assemble(self, cast: &Cast<'_>) -> io::Result<Value> {
        let file = self.file.as_deref().map(|key| named(&cast.files, key)).transpose()?;
        let person = self.person.as_deref().map(|key| named(&cast.people, key)).transpose()?;
        let name = self.name.or_else(|| file?.name.clone());
        let path = self.path.or_else(|| file?.path.clone());
        let parent = self.parent.as_ref();

        let mut fields = fields(json!({
            "entityType": self.entity,
            "evidenceCreationTime": self.at,
            "sha1": file.map(StoryFile::sha1),
            "sha256": file.and_then(StoryFile::sha256),
            "fileName": name,
            "filePath": path.filter(|path| !path.is_empty()),
            "processId": self.process_id,
            "processCommandLine": self.command_line,
            "processCreationTime": self.started,
            "parentProcessId": parent.map(|parent| parent.process_id),
            "parentProcessCreationTime": parent.map(|parent| &parent.started),
            "parentProcessFileName": parent.map(|parent| &parent.file_name),
            "parentProcessFilePath": parent.map(|parent| &parent.file_path),
            "accountName": person.map(|person| &person.account),
            "domainName": person.map(|person| &person.domain),
            "userSid": person.map(|person| &person.sid),
            "aadUserId": person.map(|person| &person.object_id),
            "userPrincipalName": person.and_then(|person| person.sign_in_name.as_ref()),
            "detectionStatus": self.status,
        }));
        fields.extend(self.other);
        Ok(shape::evidence(fields))
    }
}

fn by_key<T>(things: &[T], key: impl Fn(&T) -> &String) -> HashMap<&str, &T> {
    things.iter().map(|thing| (key(thing).as_str(), thing)).collect()
}

fn named<'story, T>(things: &HashMap<&str, &'story T>, key: &str) -> io::Result<&'story T> {
    things.get(key).copied().ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the story names '{key}', which it does not have"),
        )
    })
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
