//! The hostile world: one file, and an alert for each text that carries it in all its fields.

use std::io;

use serde_json::{Value, json};

use super::{Alert, WorldData, parse};

/// The one file of [`World::Hostile`](crate::World::Hostile): the SHA-1 of the text
/// `droptrace hostile text`.
pub const HOSTILE_SHA1: &str = "1822e9b77e5001aefd544bd2a56a281f56535911";

/// What stays as it is: that by which an alert is found, followed and put in order.
const KEPT: [&str; 6] =
    ["id", "machineId", "alertCreationTime", "firstEventTime", "lastEventTime", "lastUpdateTime"];

pub(super) fn load(texts: &[String]) -> io::Result<WorldData> {
    let base: Value = parse("base.json", include_str!("../../world/conformance/base.json"))?;
    let alerts = texts.iter().enumerate().map(|(number, text)| Alert {
        body: alert(&base, number, text),
        device_group: None,
        sha1s: vec![HOSTILE_SHA1.to_owned()],
    });
    Ok(WorldData::new(alerts.collect(), Vec::new(), Vec::new(), Vec::new()))
}

/// The alert that carries this text. Its id puts it in its place among the others.
fn alert(base: &Value, number: usize, text: &str) -> Value {
    let mut alert = base.clone();
    // An evidence of each kind that is told apart, and one of an unknown kind.
    alert["evidence"] = [Some("Process"), Some("File"), None]
        .map(|kind| {
            let mut row = base["evidence"][0].clone();
            say(&mut row, text);
            row["sha1"] = HOSTILE_SHA1.into();
            if let Some(kind) = kind {
                row["entityType"] = kind.into();
            }
            row
        })
        .to_vec()
        .into();
    for (name, value) in alert.as_object_mut().into_iter().flatten() {
        if name != "evidence" && !KEPT.contains(&name.as_str()) {
            say(value, text);
        }
    }
    alert["id"] = format!("da{}_1", 639_000_000_000_000_000 + number).into();
    // A field that no document names, under a name that nobody chose.
    alert["additionalData"] = json!({text: text});
    alert
}

/// Puts `text` in place of every text in `value`.
fn say(value: &mut Value, text: &str) {
    match value {
        Value::String(found) => text.clone_into(found),
        Value::Array(items) => items.iter_mut().for_each(|item| say(item, text)),
        Value::Object(fields) => fields.values_mut().for_each(|field| say(field, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use sha1::{Digest as _, Sha1};

    use super::*;
    use crate::chance::hex;

    #[test]
    fn the_file_is_the_one_that_its_description_says() {
        assert_eq!(hex(&Sha1::digest("droptrace hostile text")), HOSTILE_SHA1);
    }
}
