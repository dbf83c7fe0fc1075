//! The Defender files API: `GET /api/files/{sha1}/alerts`.

mod client;
mod next_link;
mod wire;

pub use client::DefenderFiles;
