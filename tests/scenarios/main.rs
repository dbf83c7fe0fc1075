//! Core against the practice tenant, over real sockets.
#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod alone;
mod analyst;
mod browser;
#[cfg(target_os = "linux")]
mod canary;
mod egress;
mod files;
mod folders;
mod keeping;
#[cfg(target_os = "linux")]
mod keyring;
mod lookup;
mod memory_keyring;
mod organisation;
mod pausing;
mod scene;
mod sign_in;
mod strangers;
mod taking_in;
mod workbench;
