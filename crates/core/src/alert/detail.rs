//! Everything that the API said about an alert, as plain fields.

use serde_json::{Map, Value};

use super::Alert;
use crate::view::{AlertDetail, Field, Shown};

impl Alert {
    /// The most fields that are shown.
    const MOST_FIELDS: usize = 2_000;

    /// The fields that have a value, in the API's order, nested ones by their place.
    pub fn detail(&self, epoch: u32) -> AlertDetail {
        // The text was read as an object before; an empty list is the honest answer otherwise.
        let fields: Map<String, Value> = serde_json::from_str(&self.raw).unwrap_or_default();
        let mut flat = Vec::new();
        for (name, value) in &fields {
            if !matches!(&**name, "id" | "description") {
                flatten(name, value, &mut flat);
            }
        }
        let left_out = flat.len().saturating_sub(Self::MOST_FIELDS);
        flat.truncate(Self::MOST_FIELDS);
        AlertDetail {
            epoch,
            id: Shown::of(self.id.as_deref().unwrap_or_default()),
            description: self.description.as_deref().map(Shown::of_lines),
            fields: flat,
            left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
        }
    }
}

fn flatten(name: &str, value: &Value, into: &mut Vec<Field>) {
    let mut field = |text: &str| {
        into.push(Field { name: Shown::of(name), value: Shown::of_lines(text) });
    };
    match value {
        Value::Null => {}
        Value::Bool(truth) => field(if *truth { "true" } else { "false" }),
        Value::Number(number) => field(&number.to_string()),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => field(text),
        Value::Array(entries) if entries.iter().all(Value::is_string) => {
            let words: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
            if !words.is_empty() {
                field(&words.join(", "));
            }
        }
        Value::Array(entries) => {
            for (number, entry) in (1..).zip(entries) {
                flatten(&format!("{name} {number}"), entry, into);
            }
        }
        Value::Object(fields) => {
            for (inner, value) in fields {
                flatten(&format!("{name} \u{b7} {inner}"), value, into);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_has_a_value_in_the_order_of_the_api() {
        let alert = Alert::read(
            r#"{"zeta":1,"alpha":null,"description":"d","mitreTechniques":["T1","T2"],
                "evidence":[{"fileName":"a","sha1":null},{"fileName":"b"}],"relatedUser":{"userName":"u"}}"#,
        )
        .unwrap();

        let detail = alert.detail(3);

        let flat: Vec<(String, String)> =
            detail.fields.iter().map(|field| (field.name.flat(), field.value.flat())).collect();
        let expected = [
            ("zeta", "1"),
            ("mitreTechniques", "T1, T2"),
            ("evidence 1 · fileName", "a"),
            ("evidence 2 · fileName", "b"),
            ("relatedUser · userName", "u"),
        ];
        assert_eq!(flat, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(detail.description, Some(Shown::of("d")));
        assert_eq!(detail.left_out, 0);
    }
}
