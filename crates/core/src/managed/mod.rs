//! What an administrator has set for this computer: presets, which the person may change, and locked
//! values, which they may not.
//!
//! It stands in one place a system, which nothing but the system's administration can write; no
//! variable of the environment and no argument names another. On Windows that is a key of policies,
//! which administrators alone can write. Elsewhere it is a file, and it is followed only if the file
//! and every folder above it belong to root and nobody else can write them.

mod broken;
mod effective;
mod given;
mod json;
mod place;

use std::{io, path::PathBuf};

pub use broken::{At, Broken, Expected, Reason};
pub use effective::{Effective, effective};
pub use given::{ResponseMode, Section, Value};
pub use place::{Fault, Place};

use crate::{
    view::{ErrorCode, Managed, Shown, UserError},
    words,
};

/// What an administrator has set for this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Where it stands, as a person reads it.
    place: String,
    preset: Section,
    locked: Section,
}

impl Policy {
    /// The largest file that is read, in bytes.
    pub const LARGEST: usize = 256 << 10;

    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// With the place of the first thing that is wrong, in the order of the text.
    pub fn of_json(text: &str) -> Result<Self, Broken> {
        if text.len() > Self::LARGEST {
            return Err(Broken { at: At::Whole, reason: Reason::TooLarge });
        }
        given::policy(json::givens(text)?)
    }

    /// Reads named values, as a registry has them: section, name, value. The section of a value that
    /// stands beside the sections is empty. Case does not matter in names.
    ///
    /// # Errors
    ///
    /// With the name of the first value that is wrong.
    pub fn of_values<S: AsRef<str>, N: AsRef<str>>(
        values: impl IntoIterator<Item = (S, N, Value)>,
    ) -> Result<Self, Broken> {
        let mut givens = Vec::new();
        for (section, name, value) in values {
            givens.extend(given::of_value(section.as_ref(), name.as_ref(), value)?);
        }
        given::policy(givens)
    }

    /// What holds until the person chooses otherwise.
    pub fn preset(&self) -> &Section {
        &self.preset
    }

    /// What holds.
    pub fn locked(&self) -> &Section {
        &self.locked
    }

    /// Where it stands, as a person reads it; empty if it was read from nowhere.
    pub fn place_shown(&self) -> &str {
        &self.place
    }
}

/// Why what an administrator has set is not followed. Nothing of it is, then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManagedError {
    /// It could not be understood.
    #[error("the managed configuration is broken: {broken:?}")]
    Broken {
        /// Where it stands, as a person reads it.
        place: String,
        /// What is wrong, and where in it.
        broken: Broken,
    },
    /// Somebody else than an administrator could have written it.
    #[error("the managed configuration could have been written by others")]
    Writable {
        /// Where it stands, as a person reads it.
        place: String,
        /// The file or the folder.
        what: PathBuf,
        /// What is wrong with that.
        fault: Fault,
    },
    /// It is there and could not be read.
    #[error("the managed configuration could not be read")]
    Unreadable {
        /// Where it stands, as a person reads it.
        place: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl ManagedError {
    /// Where it stands, as a person reads it.
    pub fn place_shown(&self) -> &str {
        match self {
            Self::Broken { place, .. }
            | Self::Writable { place, .. }
            | Self::Unreadable { place, .. } => place,
        }
    }

    /// What the window shows of it.
    pub fn view(&self) -> Managed {
        Managed::Refused { place: Shown::of(self.place_shown()), error: self.into() }
    }
}

impl From<&ManagedError> for UserError {
    fn from(error: &ManagedError) -> Self {
        let of = |code| Self::new(code).with("file", error.place_shown());
        match error {
            ManagedError::Broken { broken, .. } => {
                let told = of(ErrorCode::ManagedBroken).with("detail", broken.told().as_str());
                match broken.at {
                    At::Line { line, .. } => told.with("line", line),
                    At::Whole | At::Value { .. } => told,
                }
            }
            ManagedError::Writable { what, fault, .. } => {
                let path = Shown::of_os(what.as_os_str()).flat();
                let detail = words::filled(fault.key(), &[("path", &path)]);
                of(ErrorCode::ManagedWritable).with("detail", detail.as_str())
            }
            ManagedError::Unreadable { source, .. } => {
                of(ErrorCode::ManagedUnreadable).with("detail", source.to_string().as_str())
            }
        }
    }
}

/// Reads what an administrator has set for this computer; none if nothing is. This blocks.
///
/// # Errors
///
/// See [`ManagedError`]; nothing of it holds then.
pub fn read() -> Result<Option<Policy>, ManagedError> {
    read_at(&Place::system())
}

/// Reads what stands at `place`; none if nothing does. This blocks.
///
/// # Errors
///
/// See [`ManagedError`]; nothing of it holds then.
pub fn read_at(place: &Place) -> Result<Option<Policy>, ManagedError> {
    let Some(read) = place.read()? else { return Ok(None) };
    let policy = match read {
        place::Read::Text(bytes) => text(&bytes).and_then(Policy::of_json),
        #[cfg(windows)]
        place::Read::Values(values) => Policy::of_values(values),
    };
    match policy {
        Ok(policy) => Ok(Some(Policy { place: place.shown(), ..policy })),
        Err(broken) => Err(ManagedError::Broken { place: place.shown(), broken }),
    }
}

/// The text of a file; what cannot be text is told by its place.
fn text(bytes: &[u8]) -> Result<&str, Broken> {
    str::from_utf8(bytes).map_err(|error| {
        let valid = str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
        Broken { at: json::place(valid, valid.len()), reason: Reason::NotText }
    })
}

#[cfg(test)]
mod tests;
