//! The conformance world: one file for every odd answer, written down in `world/conformance`.

use std::io;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};

use super::{Alert, WorldData, parse};
use crate::chance::hex;

/// One odd answer, and the file that it is given for.
#[derive(Debug, Clone, PartialEq)]
pub struct ConformanceCase {
    /// What is odd, in words.
    pub name: String,
    /// The file to ask for.
    pub sha1: String,
    /// The alerts in the answer, as they go over the wire.
    pub alerts: Vec<Value>,
}

/// Changes to the base alert, by JSON pointers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Odd {
    name: String,
    #[serde(default)]
    set: Map<String, Value>,
    #[serde(default)]
    remove: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hostile {
    name: String,
    text: String,
    repeat: Option<usize>,
}

/// Fields whose text is shown to people.
const TEXTS: [&str; 14] = [
    "/title",
    "/description",
    "/assignedTo",
    "/category",
    "/detectionSource",
    "/threatName",
    "/threatFamilyName",
    "/computerDnsName",
    "/rbacGroupName",
    "/comments/0/comment",
    "/comments/0/createdBy",
    "/evidence/1/fileName",
    "/evidence/1/filePath",
    "/evidence/0/processCommandLine",
];

/// How many alerts the file with many alerts has.
const MANY: usize = 250;

/// Every odd answer of the conformance world, each under a SHA-1 of its own.
///
/// # Errors
///
/// Fails only if the data that was built in cannot be read.
pub fn conformance_cases() -> io::Result<Vec<ConformanceCase>> {
    let base: Value = parse("base.json", include_str!("../../world/conformance/base.json"))?;
    let mut cases = Cases { base: &base, cases: Vec::new() };
    cases.alert("every field has a value", |_| ());
    cases.each_field(&base, "");
    cases.each_field(&base["evidence"][0], "/evidence/0");
    cases.all_null();
    cases.enum_values()?;
    cases.odd()?;
    cases.hostile()?;
    cases.lists();
    Ok(cases.cases)
}

pub(super) fn load() -> io::Result<WorldData> {
    let mut alerts = Vec::new();
    for case in conformance_cases()? {
        alerts.extend(case.alerts.into_iter().map(|body| Alert {
            body,
            device_group: None,
            sha1s: vec![case.sha1.clone()],
        }));
    }
    Ok(WorldData::new(alerts, Vec::new(), Vec::new(), Vec::new()))
}

struct Cases<'base> {
    base: &'base Value,
    cases: Vec<ConformanceCase>,
}

impl Cases<'_> {
    /// Every field by itself: null, missing, and of each kind that it is not.
    fn each_field(&mut self, object: &Value, within: &str) {
        let kinds = [
            ("a truth value", json!(true)),
            ("a number", json!(17)),
            ("a text", json!("text")),
            ("a list", json!([])),
            ("an object", json!({})),
        ];
        for (key, usual) in object.as_object().into_iter().flatten() {
            let pointer = format!("{within}/{key}");
            self.alert(&format!("{pointer} is null"), |alert| {
                set(alert, &pointer, Value::Null);
            });
            self.alert(&format!("{pointer} is missing"), |alert| {
                remove(alert, &pointer);
            });
            for (kind, value) in &kinds {
                if std::mem::discriminant(value) != std::mem::discriminant(usual) {
                    self.alert(&format!("{pointer} is {kind}"), |alert| {
                        set(alert, &pointer, value.clone());
                    });
                }
            }
        }
    }

    fn all_null(&mut self) {
        self.alert("every field but the id is null", |alert| {
            if let Some(fields) = alert.as_object_mut() {
                for (key, value) in fields {
                    if key != "id" {
                        *value = Value::Null;
                    }
                }
            }
        });
        self.alert("every field of the evidence is null", |alert| {
            if let Some(fields) = alert["evidence"][0].as_object_mut() {
                fields.values_mut().for_each(|value| *value = Value::Null);
            }
        });
    }

    fn enum_values(&mut self) -> io::Result<()> {
        let values: Map<String, Value> =
            parse("values.json", include_str!("../../world/conformance/values.json"))?;
        for (pointer, values) in &values {
            for value in values.as_array().into_iter().flatten() {
                self.alert(&format!("{pointer} has the value {value}"), |alert| {
                    set(alert, pointer, value.clone());
                });
            }
        }
        Ok(())
    }

    fn odd(&mut self) -> io::Result<()> {
        let odd: Vec<Odd> = parse("odd.json", include_str!("../../world/conformance/odd.json"))?;
        for odd in odd {
            self.alert(&odd.name, |alert| {
                for (pointer, value) in &odd.set {
                    set(alert, pointer, value.clone());
                }
                for pointer in &odd.remove {
                    remove(alert, pointer);
                }
            });
        }
        Ok(())
    }

    fn hostile(&mut self) -> io::Result<()> {
        let hostile: Vec<Hostile> =
            parse("hostile.json", include_str!("../../world/conformance/hostile.json"))?;
        for hostile in hostile {
            let text = hostile.text.repeat(hostile.repeat.unwrap_or(1));
            self.alert(&format!("texts hold {}", hostile.name), |alert| {
                for pointer in TEXTS {
                    set(alert, pointer, text.as_str().into());
                }
            });
        }
        Ok(())
    }

    /// Lists that hold more, or other things, than one alert.
    fn lists(&mut self) {
        self.list("many alerts", |base| {
            (0..MANY)
                .map(|number| {
                    let mut alert = base.clone();
                    alert["id"] = format!("da639100000000000000_{number}").into();
                    alert
                })
                .collect()
        });
        self.list("the same alert twice", |base| vec![base.clone(), base.clone()]);
        self.list("an alert and null", |base| vec![Value::Null, base.clone()]);
        self.list("an alert and a text", |base| vec![Value::from("alert"), base.clone()]);
        self.list("an alert and an empty object", |base| vec![json!({}), base.clone()]);
    }

    /// Adds a case of one alert: the base alert, changed.
    fn alert(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        self.list(name, |base| {
            let mut alert = base.clone();
            change(&mut alert);
            vec![alert]
        });
    }

    fn list(&mut self, name: &str, alerts: impl FnOnce(&Value) -> Vec<Value>) {
        let sha1 = hex(&Sha1::digest(format!("droptrace conformance: {name}")));
        let id = id(self.cases.len());
        let mut alerts = alerts(self.base);
        for alert in &mut alerts {
            fill(alert, &sha1, &id);
        }
        self.cases.push(ConformanceCase { name: name.to_owned(), sha1, alerts });
    }
}

/// The id of a case's alert.
fn id(number: usize) -> String {
    format!("da{}_1", 639_000_000_000_000_000 + number)
}

/// Puts the case's hash and id where the data leaves room for them.
fn fill(value: &mut Value, sha1: &str, id: &str) {
    match value {
        Value::String(text) => match text.as_str() {
            "{sha1}" => sha1.clone_into(text),
            "{SHA1}" => *text = sha1.to_ascii_uppercase(),
            "{id}" => id.clone_into(text),
            _ => {}
        },
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, sha1, id)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, sha1, id)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn set(alert: &mut Value, pointer: &str, value: Value) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    match alert.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.insert(key.to_owned(), value);
        }
        Some(Value::Array(items)) => {
            if let Some(item) = key.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                *item = value;
            }
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}

fn remove(alert: &mut Value, pointer: &str) {
    if let Some((parent, key)) = pointer.rsplit_once('/')
        && let Some(Value::Object(fields)) = alert.pointer_mut(parent)
    {
        fields.shift_remove(key);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_case_has_a_name_and_a_file_of_its_own() {
        let cases = conformance_cases().unwrap();
        let names: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        let sha1s: HashSet<&str> = cases.iter().map(|case| case.sha1.as_str()).collect();

        assert_eq!(names.len(), cases.len());
        assert_eq!(sha1s.len(), cases.len());
        assert!(cases.len() > 400, "{}", cases.len());
    }

    #[test]
    fn every_case_but_one_differs_from_the_base() {
        let cases = conformance_cases().unwrap();
        let base: Value =
            serde_json::from_str(include_str!("../../world/conformance/base.json")).unwrap();

        let same: Vec<&str> = cases
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(number, case)| {
                let mut unchanged = base.clone();
                fill(&mut unchanged, &case.sha1, &id(*number));
                case.alerts == [unchanged]
            })
            .map(|(_, case)| case.name.as_str())
            // The base alert has one of the values.
            .filter(|name| !name.contains("has the value"))
            .collect();

        assert!(same.is_empty(), "{same:?}");
    }
}
