//! The file: JSON whose every name and value knows its place.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    At, Broken, Expected, Reason, Value,
    given::{Given, SectionName},
};

/// The version of the form.
const VERSION: u64 = 1;

/// All that is given in the sections, in the order of the text.
pub(super) fn givens(text: &str) -> Result<Vec<Given<'_>>, Broken> {
    let inner = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source(inner);
    let top = source.entries(inner)?;

    let mut givens = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (key, raw) in &top {
        let broken = |at: usize, reason| Err(Broken { at: place(inner, at), reason });
        let name = &*key.name;
        let (key_at, value_at) = (source.key(key, raw), source.offset(raw.get()));
        if seen.contains(&name) {
            return broken(key_at, Reason::Twice { name: name.into() });
        }
        seen.push(name);
        let section = match name {
            "version" if serde_json::from_str::<u64>(raw.get()).ok() == Some(VERSION) => continue,
            "version" => return broken(value_at, Reason::Version),
            "preset" => SectionName::Preset,
            "locked" => SectionName::Locked,
            _ => return broken(key_at, Reason::Unknown { name: name.into() }),
        };
        if !raw.get().starts_with('{') {
            let expected = Expected::Object;
            return broken(value_at, Reason::Type { name: name.into(), expected });
        }
        for (key, raw) in source.entries(raw.get())? {
            givens.push(Given {
                section,
                key_at: place(inner, source.key(&key, raw)),
                value_at: place(inner, source.offset(raw.get())),
                value: source.value(raw)?,
                name: key.name,
            });
        }
    }
    if seen.contains(&"version") {
        Ok(givens)
    } else {
        Err(Broken { at: At::Whole, reason: Reason::Version })
    }
}

/// The line and column, both from 1 and in characters, of a byte of `text`.
pub(super) fn place(text: &str, offset: usize) -> At {
    let before = text.get(..text.floor_char_boundary(offset)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    At::Line { line: number(line), column: number(column) }
}

/// The text in which everything stands.
#[derive(Clone, Copy)]
struct Source<'a>(&'a str);

impl<'a> Source<'a> {
    /// The entries of the object that `part` is.
    fn entries(self, part: &'a str) -> Result<Vec<(Key<'a>, &'a RawValue)>, Broken> {
        serde_json::from_str::<Entries<'a>>(part).map(|entries| entries.0).map_err(|error| {
            let start = self.offset(part);
            if error.is_data() {
                let white = part.len() - part.trim_start().len();
                let (name, expected) = (String::new(), Expected::Object);
                let reason = Reason::Type { name, expected };
                return Broken { at: place(self.0, start + white), reason };
            }
            let line: usize =
                part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let offset = start + line + error.column().saturating_sub(1);
            Broken { at: place(self.0, offset), reason: Reason::Syntax }
        })
    }

    /// Where a part of the text begins.
    fn offset(self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.0.as_ptr().addr()).min(self.0.len())
    }

    /// Where a name begins; one that is written with escapes is taken to be where its value is.
    fn key(self, key: &Key<'_>, value: &RawValue) -> usize {
        match key.name {
            Cow::Borrowed(name) => self.offset(name).saturating_sub(1),
            Cow::Owned(_) => self.offset(value.get()),
        }
    }

    fn value(self, raw: &RawValue) -> Result<Value, Broken> {
        let text = raw.get();
        Ok(match text.as_bytes().first() {
            Some(b'"') => Value::Text(serde_json::from_str(text).map_err(|_| Broken {
                at: place(self.0, self.offset(text)),
                reason: Reason::Syntax,
            })?),
            Some(b't') => Value::Flag(true),
            Some(b'f') => Value::Flag(false),
            _ => serde_json::from_str(text).map_or(Value::Other, Value::Number),
        })
    }
}

/// The entries of an object, none left out.
struct Entries<'a>(Vec<(Key<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// A name, borrowed from the text unless it has escapes.
struct Key<'a> {
    name: Cow<'a, str>,
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Key { name: Cow::Borrowed(name) })
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Key { name: Cow::Owned(name.to_owned()) })
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}
