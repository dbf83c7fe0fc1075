//! Checks of our own, over what cargo and npm know about the packages.

pub(crate) mod boundaries;
pub(crate) mod dependencies;
pub(crate) mod licences;
mod spdx;
pub(crate) mod surface;
#[cfg(test)]
mod unsafe_code;
