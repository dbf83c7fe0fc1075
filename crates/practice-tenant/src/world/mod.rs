//! What there is in a tenant: alerts, files, devices, incidents.

mod conformance;
mod hostile;
mod many;
mod shape;
mod story;
mod times;

use std::{collections::HashMap, io};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

pub(crate) use self::story::{PracticeSource, practice_sources};
pub use self::{
    conformance::{ConformanceCase, conformance_cases},
    hostile::HOSTILE_SHA1,
};
use crate::{
    organisation::{Analyst, Registration},
    settings::World,
};

/// The data of a tenant, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct WorldData {
    alerts: Vec<Alert>,
    /// Places in `alerts`, in the order in which the API lists them: by id.
    alerts_by_sha1: HashMap<String, Vec<usize>>,
    alerts_by_id: HashMap<String, usize>,
    files: Vec<File>,
    files_by_hash: HashMap<String, usize>,
    pub(crate) devices: Vec<Device>,
    pub(crate) incidents: Vec<Incident>,
    /// The SHA-1 of the file whose first lookup can be made to wait.
    pub(crate) waits: Option<String>,
}

/// One alert, as the API gives it.
#[derive(Debug, Clone)]
pub(crate) struct Alert {
    pub(crate) body: Value,
    /// The device group whose analysts see it; everyone sees an alert without one.
    pub(crate) device_group: Option<String>,
    /// The files that lead to it: those of its evidence, and some that its evidence does not name.
    pub(crate) sha1s: Vec<String>,
}

/// One known file, as the API gives it.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) body: Value,
}

/// One device.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Device {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) system: String,
    pub(crate) version: String,
    pub(crate) group: String,
    pub(crate) person: Option<String>,
}

/// One incident, which gathers alerts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Incident {
    pub(crate) id: i64,
    pub(crate) title: String,
}

impl WorldData {
    /// Loads a world; the story's times move so that its newest is two hours before `now`.
    pub(crate) fn load(
        world: &World,
        registration: &Registration,
        now: Timestamp,
    ) -> io::Result<Self> {
        match world {
            World::Story => story::load(registration, now),
            World::Conformance => conformance::load(),
            World::Hostile(texts) => hostile::load(texts),
        }
    }

    fn new(
        mut alerts: Vec<Alert>,
        files: Vec<File>,
        devices: Vec<Device>,
        incidents: Vec<Incident>,
    ) -> Self {
        alerts.sort_by(|one, other| one.id().cmp(other.id()));
        let mut alerts_by_sha1: HashMap<String, Vec<usize>> = HashMap::new();
        let mut alerts_by_id = HashMap::new();
        for (place, alert) in alerts.iter().enumerate() {
            if !alert.id().is_empty() {
                alerts_by_id.insert(alert.id().to_owned(), place);
            }
            for sha1 in &alert.sha1s {
                let places = alerts_by_sha1.entry(sha1.clone()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        let mut files_by_hash = HashMap::new();
        for (place, file) in files.iter().enumerate() {
            for hash in ["sha1", "sha256"] {
                if let Some(hash) = file.body[hash].as_str() {
                    files_by_hash.insert(hash.to_owned(), place);
                }
            }
        }
        Self {
            alerts,
            alerts_by_sha1,
            alerts_by_id,
            files,
            files_by_hash,
            devices,
            incidents,
            waits: None,
        }
    }

    /// All alerts, by id.
    pub(crate) fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter()
    }

    /// The alerts that a file leads to, by id.
    pub(crate) fn alerts_of_file(&self, sha1: &str) -> impl Iterator<Item = &Alert> {
        let places = self.alerts_by_sha1.get(sha1).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| self.alerts.get(*place))
    }

    pub(crate) fn alert(&self, id: &str) -> Option<&Alert> {
        self.alerts.get(*self.alerts_by_id.get(id)?)
    }

    /// The known file with this SHA-1 or SHA-256.
    pub(crate) fn file(&self, hash: &str) -> Option<&File> {
        self.files.get(*self.files_by_hash.get(hash)?)
    }
}

impl Alert {
    pub(crate) fn id(&self) -> &str {
        self.body["id"].as_str().unwrap_or_default()
    }

    pub(crate) fn visible_to(&self, analyst: &Analyst) -> bool {
        self.device_group.as_deref().is_none_or(|group| group == analyst.device_group)
    }
}

/// Tells whether a text is so many lower-case hexadecimal digits.
pub(crate) fn is_hash(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn parse<T: for<'de> Deserialize<'de>>(name: &str, json: &str) -> io::Result<T> {
    serde_json::from_str(json)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{name}: {error}")))
}
