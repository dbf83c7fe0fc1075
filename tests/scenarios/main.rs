//! Core against the practice tenant, over real sockets.
#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod accounts;
mod alone;
mod analyst;
#[cfg(unix)]
mod asked;
mod browser;
#[cfg(target_os = "linux")]
mod canary;
mod checking;
mod clouds;
mod consent;
mod egress;
mod faults;
mod files;
mod folders;
mod keeping;
mod kept;
#[cfg(target_os = "linux")]
mod keyring;
#[cfg(unix)]
mod kills;
mod lookup;
mod managed;
mod memory_keyring;
mod network;
mod offline;
mod organisation;
mod pausing;
mod refusals;
mod scene;
mod sign_in;
mod strangers;
mod taking_in;
#[cfg(target_os = "linux")]
mod terminal;
#[cfg(unix)]
mod two_processes;
mod workbench;
