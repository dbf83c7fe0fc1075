//! The fields of a JSON object in the API's order, and which of them were understood.
//!
//! Whatever is not taken stays to be shown, so that nothing that the API gave can be lost: a field
//! is taken only where it could be read. Tokens are kept as they came: a number is never rounded.
//! Texts are exact and whole; what of them is shown is cut where it is shown.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{raw::compact, read::text};
use crate::view::{Field, Shown};

/// The fields of an object. A name may occur more than once.
#[derive(Default)]
pub(super) struct Fields<'a> {
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    name: String,
    raw: &'a str,
    left: Left,
}

/// What of a field is still to be shown.
enum Left {
    All,
    Part(Flat),
    Nothing,
}

impl<'a> Fields<'a> {
    /// Reads an object; none if the text is anything else.
    pub(super) fn read(raw: &'a str) -> Option<Self> {
        let Members(members) = serde_json::from_str(raw).ok()?;
        let entry = |(name, raw)| Entry { name, raw, left: Left::All };
        Some(Self { entries: members.into_iter().map(entry).collect() })
    }

    /// Takes a field, if it is there and can be read.
    pub(super) fn take<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        self.take_part(name, |raw, _| read(raw))
    }

    /// Takes a field, if it is there and can be read; `read` leaves behind what it has no use for.
    pub(super) fn take_part<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a str, &mut Flat) -> Option<T>,
    ) -> Option<T> {
        let place = self.place_of(name)?;
        let entry = self.entries.get_mut(place)?;
        let mut left = Flat::default();
        let value = read(entry.raw, &mut left)?;
        entry.left = if left.is_empty() { Left::Nothing } else { Left::Part(left) };
        Some(value)
    }

    /// Where the field stands that counts under this name: of several the last one, as readers of
    /// JSON have it. Null says nothing. The name in another case stands in for want of the name.
    fn place_of(&self, name: &str) -> Option<usize> {
        let last = |is_named: fn(&str, &str) -> bool| {
            self.entries.iter().rposition(|entry| {
                is_named(&entry.name, name) && entry.raw != "null" && entry.is_untouched()
            })
        };
        last(|given, name| given == name).or_else(|| last(str::eq_ignore_ascii_case))
    }

    /// Takes a text that says something.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name, text)
    }

    /// Everything that was not taken whole as one object of compact JSON, each token as it came;
    /// none if nothing is left.
    pub(super) fn json(&self) -> Option<String> {
        let left: Vec<String> = self
            .entries
            .iter()
            .filter(|entry| entry.is_left())
            .map(|entry| {
                let name = serde_json::Value::from(entry.name.as_str());
                format!("{name}:{}", compact(entry.raw))
            })
            .collect();
        (!left.is_empty()).then(|| format!("{{{}}}", left.join(",")))
    }

    /// Puts down everything that was not taken, in the order of the API; the names are given this
    /// beginning.
    pub(super) fn leave(self, before: &str, to: &mut Flat) {
        for Entry { name, raw, left } in self.entries {
            match left {
                Left::All => to.add(&format!("{before}{name}"), raw),
                Left::Part(part) => to.append(part),
                Left::Nothing => {}
            }
        }
    }
}

impl Entry<'_> {
    fn is_untouched(&self) -> bool {
        matches!(self.left, Left::All)
    }

    /// Whether it was not taken whole, and says something.
    fn is_left(&self) -> bool {
        let mut flat = Flat::default();
        flat.add(&self.name, self.raw);
        !matches!(self.left, Left::Nothing) && !flat.is_empty()
    }
}

/// The members of an object in their order, each with its name and its value as it stands.
pub(crate) struct Members<'a>(pub(crate) Vec<(String, &'a str)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, raw)) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
                    members.push((name_of(name.get()), raw.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// The name of a field, by its token. Half of a surrogate pair is no text: such a name stays as it
/// was written, and costs no other field.
fn name_of(token: &str) -> String {
    serde_json::from_str(token).unwrap_or_else(|_| token.to_owned())
}

/// The members of a list, as they stand in it; none if the text is no list.
pub(super) fn list(raw: &str) -> Option<Vec<&str>> {
    let members: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
    Some(members.into_iter().map(RawValue::get).collect())
}

/// The members of a list, or the value itself, which stands for a list of one: the documents say
/// one thing and the service another.
pub(super) fn list_or_one(raw: &str) -> Vec<&str> {
    list(raw).unwrap_or_else(|| vec![raw])
}

/// A value without structure, with its place as its name; both exact and whole.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Plain {
    pub(super) fn view(&self) -> Field {
        Field { name: Shown::of(&self.name), value: Shown::of_lines(&self.value) }
    }
}

/// Values without structure, each with its place as its name.
#[derive(Default)]
pub(super) struct Flat {
    fields: Vec<Plain>,
    left_out: u32,
}

impl Flat {
    /// The most fields that are kept; the others are counted.
    const MOST: usize = 2_000;
    /// How deep lists and objects are taken apart; what lies deeper is shown as it stands.
    const DEEPEST: u32 = 32;

    /// Adds what has a value: null, and texts, lists and objects without content have none.
    pub(super) fn add(&mut self, name: &str, raw: &str) {
        self.add_within(name, raw, Self::DEEPEST);
    }

    /// The first `most` fields, and how many more there were.
    pub(super) fn first(mut self, most: usize) -> (Vec<Plain>, u32) {
        let more = self.fields.len().saturating_sub(most);
        self.fields.truncate(most);
        (self.fields, self.left_out.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)))
    }

    /// All fields, and how many more there were.
    pub(super) fn all(self) -> (Vec<Plain>, u32) {
        (self.fields, self.left_out)
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.left_out == 0
    }

    fn append(&mut self, other: Self) {
        self.left_out = self.left_out.saturating_add(other.left_out);
        for field in other.fields {
            self.push(|| field);
        }
    }

    fn add_within(&mut self, name: &str, raw: &str, depth: u32) {
        match raw.as_bytes().first() {
            Some(b'n') | None => {}
            Some(b'"') => match serde_json::from_str::<String>(raw) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => self.value(name, &text),
                // Half of a surrogate pair is no text; it is shown as it was written.
                Err(_) => self.value(name, raw),
            },
            Some(b'[') if depth > 0 => {
                if let Some(texts) = short_texts(raw) {
                    if !texts.is_empty() {
                        self.value(name, &texts);
                    }
                    return;
                }
                for (place, member) in (1..).zip(list(raw).unwrap_or_default()) {
                    self.add_within(&format!("{name} {place}"), member, depth - 1);
                }
            }
            Some(b'{') if depth > 0 => {
                for Entry { name: inner, raw, .. } in Fields::read(raw).unwrap_or_default().entries
                {
                    self.add_within(&format!("{name} \u{b7} {inner}"), raw, depth - 1);
                }
            }
            Some(_) => self.value(name, raw),
        }
    }

    fn value(&mut self, name: &str, text: &str) {
        self.push(|| Plain { name: name.to_owned(), value: text.to_owned() });
    }

    fn push(&mut self, field: impl FnOnce() -> Plain) {
        if self.fields.len() < Self::MOST {
            self.fields.push(field());
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }
}

/// A list of texts as one text, if it holds nothing else and the whole can be shown.
fn short_texts(raw: &str) -> Option<String> {
    let texts: Vec<String> = serde_json::from_str(raw).ok()?;
    let told: Vec<&str> =
        texts.iter().map(String::as_str).filter(|text| !text.trim().is_empty()).collect();
    let joined = told.join(", ");
    (joined.len() <= Shown::LONGEST).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(raw: &str) -> Vec<(String, String)> {
        let mut all = Flat::default();
        Fields::read(raw).unwrap().leave("", &mut all);
        all.all().0.into_iter().map(|field| (field.name, field.value)).collect()
    }

    fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn what_has_a_value_is_left_with_its_place_and_in_its_order() {
        let raw = r#"{"zeta":1,"alpha":null,"list":["a","","b"],"none":[],"no":{},"blank":" ",
            "deep":[{"in":true},{"in":[null,{"x":"y"}]}],"flag":false}"#;

        let expected = [
            ("zeta", "1"),
            ("list", "a, b"),
            ("deep 1 · in", "true"),
            ("deep 2 · in 2 · x", "y"),
            ("flag", "false"),
        ];
        assert_eq!(flat(raw), of(&expected));
    }

    #[test]
    fn a_number_is_left_as_it_was_written() {
        let raw = r#"{"a":12345678901234567890123,"b":1.10,"c":1e400,"d":-0}"#;

        let expected =
            [("a", "12345678901234567890123"), ("b", "1.10"), ("c", "1e400"), ("d", "-0")];
        assert_eq!(flat(raw), of(&expected));
    }

    #[test]
    fn a_text_that_is_none_is_left_as_it_was_written() {
        assert_eq!(flat(r#"{"a":"\ud800x"}"#), of(&[("a", r#""\ud800x""#)]));
    }

    #[test]
    fn of_a_name_that_comes_twice_the_last_is_taken_and_the_first_is_left() {
        let mut fields = Fields::read(r#"{"a":"one","a":"two","a":null}"#).unwrap();

        assert_eq!(fields.text("a").as_deref(), Some("two"));

        let mut rest = Flat::default();
        fields.leave("", &mut rest);
        assert_eq!(rest.all().0.len(), 1);
    }

    #[test]
    fn a_name_in_another_case_stands_in_for_want_of_the_name() {
        let mut fields = Fields::read(r#"{"Title":"one","TITLE":"two"}"#).unwrap();
        assert_eq!(fields.text("title").as_deref(), Some("two"));

        let mut fields = Fields::read(r#"{"title":"one","Title":"two"}"#).unwrap();
        assert_eq!(fields.text("title").as_deref(), Some("one"));
    }

    #[test]
    fn a_name_that_is_no_text_costs_no_other_field() {
        let raw = r#"{"\ud800":1,"a":"b"}"#;

        assert_eq!(flat(raw), of(&[(r#""\ud800""#, "1"), ("a", "b")]));
    }

    #[test]
    fn what_cannot_be_read_is_not_taken() {
        let mut fields = Fields::read(r#"{"a":7}"#).unwrap();

        assert_eq!(fields.text("a"), None);

        let mut rest = Flat::default();
        fields.leave("x · ", &mut rest);
        assert_eq!(rest.all().0[0].name, "x · a");
    }

    #[test]
    fn what_is_nested_beyond_reason_is_left_as_it_stands() {
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));

        let all = flat(&deep);

        assert_eq!(all.len(), 1);
        assert!(all[0].1.starts_with("[[["));
    }

    #[test]
    fn more_than_can_be_shown_is_counted() {
        let members: Vec<String> = (0..2_050).map(|n| format!(r#""k{n}":{n}"#)).collect();
        let raw = format!("{{{}}}", members.join(","));
        let mut all = Flat::default();

        Fields::read(&raw).unwrap().leave("", &mut all);

        let (fields, left_out) = all.all();
        assert_eq!((fields.len(), left_out), (2_000, 50));
    }
}
