//! Whatever comes in → items. What is left out is counted and named.

mod left_out;
mod paths;
mod text;
mod walk;

pub use left_out::LeftOutTally;
pub use paths::{Origin, origin_of};
pub use text::{Digests, digests_in};
pub use walk::{Found, walk};

/// The most items one batch takes.
pub const MOST_ITEMS: usize = 100_000;

/// The longest text that is looked through for digests, in bytes.
pub const LONGEST_TEXT: usize = 16 * 1024 * 1024;
