//! What stands in `docs/deploy.md` is true.

use super::*;
use crate::identity::{Endpoints, OrganisationEndpoints};

const DOCUMENT: &str = include_str!("../../../../../docs/deploy.md");

/// The blocks of one language.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    let blocks = DOCUMENT.split(&start).skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.collect()
}

/// Paths of the other systems are not whole ones here.
fn here(text: &str) -> String {
    if cfg!(windows) {
        text.replace("\"/etc/", "\"C:/etc/")
    } else {
        text.replace(r"C:\\ProgramData", "/ProgramData")
    }
}

#[test]
fn each_sample_of_a_file_is_followed() {
    let policies: Vec<Policy> =
        blocks("json").into_iter().map(|text| Policy::of_json(&here(text)).unwrap()).collect();

    let [locked, preset] = &policies[..] else { panic!("{policies:?}") };
    assert_eq!(locked.preset(), &Section::default());
    assert!(locked.locked().organisation.is_some() && locked.locked().proxy.is_some());
    assert_eq!(locked.locked().practice, Some(false));
    assert_eq!(preset.locked(), &Section::default());
    assert_eq!(preset.preset().organisation.as_ref().unwrap().cloud, Cloud::GccHigh);
    assert_eq!(preset.preset().history, Some(Retention::Week));
}

#[test]
fn the_sample_of_the_registry_is_followed() {
    let [text] = blocks("reg")[..] else { panic!() };
    let text = here(text);
    let mut section = "";
    let mut values = Vec::new();
    for line in text.lines().skip(1) {
        if let Some(key) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let key = key.strip_prefix(r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Droptrace\");
            section = key.unwrap();
        } else if let Some((name, value)) = line.split_once('=') {
            let value = match value.strip_prefix("dword:") {
                Some(digits) => Value::Number(u64::from_str_radix(digits, 16).unwrap()),
                None => Value::Text(value.trim_matches('"').replace(r"\\", r"\")),
            };
            values.push((section, name.trim_matches('"'), value));
        }
    }

    let policy = Policy::of_values(values).unwrap();

    let organisation = policy.locked().organisation.as_ref().unwrap();
    assert_eq!(organisation.host, ApiHost::NewEu);
    assert_eq!(policy.locked().practice, Some(false));
    assert!(policy.locked().extra_ca.is_some());
    assert_eq!(policy.preset().proxy, Some(proxy("proxy.contoso.com")));
    assert_eq!(policy.preset().history, Some(Retention::Week));
}

#[test]
fn every_host_of_every_cloud_is_named() {
    for cloud in Cloud::ALL {
        for host in ApiHost::ALL {
            let organisation = Organisation { cloud, host, ..organisation(TENANT) };
            let Ok(endpoints) = OrganisationEndpoints::new(&organisation) else { continue };
            for url in [endpoints.api(), endpoints.authority(), endpoints.portal()] {
                let name = format!("`{}`", url.host_str().unwrap());
                assert!(DOCUMENT.contains(&name), "{name}");
            }
        }
    }
}

#[test]
fn the_places_and_every_name_are_told() {
    assert!(DOCUMENT.contains(&format!("`{}`", Place::system().shown())));
    for name in [
        "cloud",
        "tenant",
        "client",
        "host",
        "proxyHost",
        "proxyPort",
        "proxyUser",
        "extraCa",
        "practice",
        "history",
        "responseMode",
    ] {
        assert!(DOCUMENT.contains(&format!("\n| `{name}` | ")), "{name}");
    }
}
