//! Core against the practice tenant, over real sockets.
#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod analyst;
mod browser;
mod files;
mod lookup;
mod organisation;
mod sign_in;
mod workbench;
