//! Whatever comes in → items. What is left out is counted and named.

mod paths;
mod text;

pub use paths::{Origin, origin_of};
pub use text::{Digests, digests_in};

/// The most items one batch takes.
pub const MOST_ITEMS: usize = 100_000;

/// The longest text that is looked through for digests, in bytes.
pub const LONGEST_TEXT: usize = 16 * 1024 * 1024;
