//! Items → digests: a file's SHA-1, read so that it is the digest of what was there.

mod pool;
mod read;
mod sha1;

pub use pool::{ReadJob, Readers};
pub use read::{FileDigest, ReadError, read_file};
pub use sha1::{ParseDigestError, Sha1Digest};
