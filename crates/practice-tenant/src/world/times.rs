use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Returns the newest time that stands anywhere in a value.
pub(super) fn newest(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => time(text),
        Value::Array(items) => items.iter().filter_map(newest).max(),
        Value::Object(fields) => fields.values().filter_map(newest).max(),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Moves every time in a value by whole seconds. The digits after the second stay as they are,
/// since a client must read any number of them.
pub(super) fn shift(value: &mut Value, by: SignedDuration) {
    match value {
        Value::String(text) if time(text).is_some() => {
            let (second, fraction) = text.split_at("2026-01-01T00:00:00".len());
            if let Some(moved) = format!("{second}Z")
                .parse::<Timestamp>()
                .ok()
                .and_then(|time| time.checked_add(by).ok())
            {
                *text = format!("{}{fraction}", moved.strftime("%Y-%m-%dT%H:%M:%S"));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Object(fields) => fields.values_mut().for_each(|field| shift(field, by)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn time(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let has_its_shape = matches!(bytes, [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..])
        && bytes.last() == Some(&b'Z')
        && text.is_ascii();
    if has_its_shape { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_fraction_stays_as_it_was_written() {
        let mut value = json!({
            "seven": "2026-06-30T23:59:59.1234567Z",
            "none": ["2026-06-30T23:59:59Z", "not a time, Z", null],
        });

        shift(&mut value, SignedDuration::from_secs(1));

        assert_eq!(
            value,
            json!({
                "seven": "2026-07-01T00:00:00.1234567Z",
                "none": ["2026-07-01T00:00:00Z", "not a time, Z", null],
            })
        );
    }
}
