//! Whatever comes in → items. What is left out is counted and named.

mod device;
mod exact;
mod finding;
mod from_text;
mod left_out;
#[cfg(test)]
#[cfg(windows)]
mod on_windows;
mod paths;
mod server;
mod text;
mod walk;

pub use device::Device;
pub(crate) use exact::exact;
pub use finding::{Finding, leads_to_a_folder};
pub use from_text::{FromText, TextUnread, digests_in_pasted};
pub use left_out::LeftOutTally;
pub use paths::{FilePath, Origin, origin_of};
pub use server::is_on_server;
pub use text::{GivenDigest, ParseGivenDigestError};
pub use walk::{Found, LeftOutEntry, Walker};

/// The most items one batch takes.
pub const MOST_ITEMS: usize = 250_000;

/// The longest text that is taken from the clipboard, in bytes; one in a file may be of any length.
pub const LONGEST_TEXT: usize = 256 * 1024 * 1024;
