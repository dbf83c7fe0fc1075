//! Items → digests: a file's SHA-1, read so that it is the digest of what was there.

mod first;
mod hashing;
#[cfg(test)]
#[cfg(windows)]
mod on_windows;
mod pool;
mod queue;
mod read;
mod sha1;
mod streams;

pub use hashing::{Digests, Further};
pub use pool::{ReadJob, Readers, Reading, Ticket};
pub(crate) use read::open_regular;
pub use read::{FileDigest, ReadError};
pub use sha1::{ParseDigestError, Sha1Digest};
pub use streams::Stream;
