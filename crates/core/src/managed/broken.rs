//! What is wrong with what is given, and where.

use crate::words;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub at: At,
    /// What.
    pub reason: Reason,
}

/// A place in what is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// The whole.
    Whole,
    /// A place in a text.
    Line {
        /// From 1.
        line: u32,
        /// In characters, from 1.
        column: u32,
    },
    /// A named value.
    Value {
        /// In which section; empty beside the sections.
        section: String,
        /// Its name.
        name: String,
    },
}

/// What is wrong with what is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is larger than any honest one.
    TooLarge,
    /// It is not UTF-8.
    NotText,
    /// It is not JSON.
    Syntax,
    /// The version is missing, or not one that this app knows.
    Version,
    /// There is no such name.
    Unknown {
        /// The name.
        name: String,
    },
    /// A name is given twice.
    Twice {
        /// The name.
        name: String,
    },
    /// A name is given in both sections.
    InBoth {
        /// The name.
        name: String,
    },
    /// A name is given without another one that it needs in the same section.
    Missing {
        /// The name that is missing.
        name: &'static str,
    },
    /// A value is of the wrong type.
    Type {
        /// Of which name; empty for the whole.
        name: String,
        /// What it should be.
        expected: Expected,
    },
    /// A value is none of those that there are.
    Choice {
        /// Of which name.
        name: &'static str,
        /// Those that there are.
        choices: String,
    },
    /// An id is not a GUID.
    Guid {
        /// Of which name.
        name: &'static str,
    },
    /// The cloud does not have this host.
    Host,
    /// The proxy's host is neither a name nor an address.
    ProxyHost,
    /// The name for the proxy is empty, too long, or has a colon or a character that is not seen.
    ProxyUser,
    /// A path is not absolute.
    RelativePath,
}

/// What a value should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// An object.
    Object,
    /// A text.
    Text,
    /// Yes or no.
    Flag,
    /// A number from 1 to 65,535.
    Port,
}

impl Broken {
    /// What is wrong and where, in words.
    pub(super) fn told(&self) -> String {
        let reason = self.reason.told();
        match &self.at {
            At::Whole => reason,
            At::Line { line, column } => words::filled(
                "managed.broken.atLine",
                &[
                    ("line", &line.to_string()),
                    ("column", &column.to_string()),
                    ("reason", &reason),
                ],
            ),
            At::Value { section, name } => {
                let name = if section.is_empty() { name } else { &format!("{section}\\{name}") };
                words::filled("managed.broken.atValue", &[("name", name), ("reason", &reason)])
            }
        }
    }
}

impl Reason {
    fn told(&self) -> String {
        let sentence = |key| words::sentence(key).to_owned();
        let named = |key, name: &str| words::filled(key, &[("name", name)]);
        match self {
            Self::TooLarge => sentence("managed.broken.tooLarge"),
            Self::NotText => sentence("managed.broken.notText"),
            Self::Syntax => sentence("managed.broken.syntax"),
            Self::Version => sentence("managed.broken.version"),
            Self::Unknown { name } => named("managed.broken.unknown", name),
            Self::Twice { name } => named("managed.broken.twice", name),
            Self::InBoth { name } => named("managed.broken.inBoth", name),
            Self::Missing { name } => named("managed.broken.missing", name),
            Self::Type { expected: Expected::Object, name } if name.is_empty() => {
                sentence("managed.broken.notObject")
            }
            Self::Type { expected, name } => named(
                match expected {
                    Expected::Object => "managed.broken.object",
                    Expected::Text => "managed.broken.text",
                    Expected::Flag => "managed.broken.flag",
                    Expected::Port => "managed.broken.port",
                },
                name,
            ),
            Self::Choice { name, choices } => {
                words::filled("managed.broken.choice", &[("name", name), ("choices", choices)])
            }
            Self::Guid { name } => named("managed.broken.guid", name),
            Self::Host => sentence("managed.broken.host"),
            Self::ProxyHost => sentence("managed.broken.proxyHost"),
            Self::ProxyUser => sentence("managed.broken.proxyUser"),
            Self::RelativePath => sentence("managed.broken.relativePath"),
        }
    }
}
