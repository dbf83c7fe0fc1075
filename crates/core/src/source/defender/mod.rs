//! The Defender files API: `GET /api/files/{sha1}/alerts`.

mod challenge;
mod client;
mod deflate;
#[cfg(test)]
mod fuzz;
mod headers;
mod next_link;
mod refusal;
mod wire;

pub use client::DefenderFiles;
