//! Links into the portal, built from ids of a known form.
//!
//! Paths as the portal has them: `/alerts/{id}`, `/incidents/{id}`, `/machines/v2/{id}` and
//! `/file/{sha1}/`, each with `tid`, without which a person of several tenants lands in another.

use url::Url;

use super::Alert;
use crate::{attack, digest::Sha1Digest, view::AlertPage};

/// The portal of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    base: Url,
    tenant: String,
}

/// A page of the portal.
#[derive(Debug, Clone, Copy)]
pub enum PortalTarget<'a> {
    /// The alert's.
    Alert(&'a Alert),
    /// The incident's that the alert belongs to.
    Incident(&'a Alert),
    /// The device's that the alert is on.
    Device(&'a Alert),
    /// A file's.
    File(Sha1Digest),
}

impl Portal {
    /// The portal at `base` (scheme, host and port), for the tenant with this id.
    pub fn new(base: Url, tenant: impl Into<String>) -> Self {
        Self { base, tenant: tenant.into() }
    }

    /// The link to a page; none if the alert lacks the id, or the id is of no known form.
    pub fn link(&self, target: PortalTarget<'_>) -> Option<Url> {
        let mut link = self.base.clone();
        link.path_segments_mut().ok()?.clear().extend(target.path()?);
        link.query_pairs_mut().clear().append_pair("tid", &self.tenant);
        Some(link)
    }
}

impl PortalTarget<'_> {
    /// The page's path, segment by segment, if there is such a page.
    fn path(self) -> Option<Vec<String>> {
        Some(match self {
            Self::Alert(alert) => vec!["alerts".into(), checked(alert.id.as_deref()?)?],
            Self::Incident(alert) => {
                let incident = alert.incident.filter(|id| *id > 0)?;
                vec!["incidents".into(), incident.to_string()]
            }
            Self::Device(alert) => {
                vec!["machines".into(), "v2".into(), checked(alert.machine.as_deref()?)?]
            }
            Self::File(sha1) => vec!["file".into(), sha1.to_string(), String::new()],
        })
    }
}

impl Alert {
    /// The pages that the portal has for this alert.
    pub fn pages(&self) -> Vec<AlertPage> {
        [
            (AlertPage::Alert, PortalTarget::Alert(self)),
            (AlertPage::Incident, PortalTarget::Incident(self)),
            (AlertPage::Device, PortalTarget::Device(self)),
        ]
        .into_iter()
        .filter_map(|(page, target)| target.path().map(|_| page))
        .collect()
    }

    /// The page of MITRE ATT&CK about a technique that the alert names, by its place; none if its id
    /// is of no known form. The link is made of the checked id and nothing else of the alert.
    pub fn technique_page(&self, place: u32) -> Option<Url> {
        let id = self.techniques.get(usize::try_from(place).ok()?)?;
        let page = attack::page_id(id)?;
        Url::parse(&format!("https://attack.mitre.org/techniques/{page}/")).ok()
    }
}

/// An id as Defender makes them: letters, digits, `_`, `-`; anything else opens nothing.
fn checked(id: &str) -> Option<String> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (!id.is_empty() && id.len() <= 128 && id.bytes().all(known)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal() -> Portal {
        Portal::new("https://portal.example:8443".parse().unwrap(), "tenant-id")
    }

    fn link(raw: &str, target: fn(&Alert) -> PortalTarget<'_>) -> Option<String> {
        let alert = Alert::read(raw).unwrap();
        portal().link(target(&alert)).map(String::from)
    }

    #[test]
    fn builds_the_links_of_the_portal() {
        let raw = r#"{"id":"da637308392288907382_-880718168","incidentId":7,"machineId":"1f"}"#;

        assert_eq!(
            link(raw, |alert| PortalTarget::Alert(alert)).unwrap(),
            "https://portal.example:8443/alerts/da637308392288907382_-880718168?tid=tenant-id"
        );
        assert_eq!(
            link(raw, |alert| PortalTarget::Incident(alert)).unwrap(),
            "https://portal.example:8443/incidents/7?tid=tenant-id"
        );
        assert_eq!(
            link(raw, |alert| PortalTarget::Device(alert)).unwrap(),
            "https://portal.example:8443/machines/v2/1f?tid=tenant-id"
        );
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d".parse().unwrap();
        assert_eq!(
            String::from(portal().link(PortalTarget::File(sha1)).unwrap()),
            "https://portal.example:8443/file/a9993e364706816aba3e25717850c26c9cd0d89d/?tid=tenant-id"
        );
    }

    #[test]
    fn a_technique_has_a_page_of_its_id_and_an_odd_id_has_none() {
        let raw = r#"{"mitreTechniques":["T1059.001","T9999","../x","T1059/../../y"]}"#;
        let alert = Alert::read(raw).unwrap();

        let page = |place| alert.technique_page(place).map(String::from);
        assert_eq!(page(0).unwrap(), "https://attack.mitre.org/techniques/T1059/001/");
        assert_eq!(page(1).unwrap(), "https://attack.mitre.org/techniques/T9999/");
        assert_eq!([page(2), page(3), page(4)], [None, None, None]);
    }

    #[test]
    fn an_id_of_another_form_opens_nothing() {
        for id in ["../x", "a/b", "a?b", "a#b", "//evil.example", "", "é", "a b"] {
            let raw = serde_json::json!({ "id": id, "machineId": id }).to_string();
            assert_eq!(link(&raw, |alert| PortalTarget::Alert(alert)), None, "{id}");
            assert_eq!(link(&raw, |alert| PortalTarget::Device(alert)), None, "{id}");
            assert_eq!(Alert::read(&raw).unwrap().pages(), []);
        }
    }
}
