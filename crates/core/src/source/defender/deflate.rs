//! Bodies with `Content-Encoding: deflate`.
//!
//! HTTP means the zlib format (RFC 9110, section 8.4.1.2); some servers send bare deflate data
//! (RFC 1951) under that name, so both are taken.

use flate2::{Decompress, FlushDecompress, Status};

/// Why a body could not be inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InflateError {
    /// It grows beyond the limit.
    TooLarge,
    /// It is no deflate data, or it ends too early.
    Damaged,
}

/// The body as it was before it was deflated, of at most `most` bytes. Nothing stands for itself.
pub(super) fn inflate(body: &[u8], most: usize) -> Result<Vec<u8>, InflateError> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    match inflated(Decompress::new(true), body, most) {
        Err(InflateError::Damaged) => inflated(Decompress::new(false), body, most),
        outcome => outcome,
    }
}

fn inflated(mut stream: Decompress, mut body: &[u8], most: usize) -> Result<Vec<u8>, InflateError> {
    const BLOCK: usize = 64 << 10;

    let mut plain = Vec::new();
    loop {
        plain.reserve(BLOCK.min(most.saturating_add(1)));
        let before = (stream.total_in(), plain.len());
        let status = stream
            .decompress_vec(body, &mut plain, FlushDecompress::None)
            .map_err(|_| InflateError::Damaged)?;
        if plain.len() > most {
            return Err(InflateError::TooLarge);
        }
        let taken = usize::try_from(stream.total_in() - before.0).unwrap_or(usize::MAX);
        body = body.get(taken..).unwrap_or_default();
        match status {
            Status::StreamEnd => return Ok(plain),
            Status::Ok | Status::BufError if taken > 0 || plain.len() > before.1 => {}
            Status::Ok | Status::BufError => return Err(InflateError::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{
        Compression,
        write::{DeflateEncoder, ZlibEncoder},
    };

    use super::*;

    fn packed(plain: &[u8]) -> [Vec<u8>; 2] {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(plain).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::best());
        bare.write_all(plain).unwrap();
        [zlib.finish().unwrap(), bare.finish().unwrap()]
    }

    #[test]
    fn data_in_the_zlib_frame_and_bare_data_are_inflated() {
        let plain = br#"{"value":[]}"#.repeat(20_000);
        for body in packed(&plain) {
            assert_eq!(inflate(&body, plain.len()), Ok(plain.clone()));
            assert_eq!(inflate(&body, plain.len() - 1), Err(InflateError::TooLarge));
        }
        assert_eq!(inflate(b"", 10), Ok(Vec::new()));
    }

    #[test]
    fn what_ends_too_early_or_is_no_deflate_data_is_no_body() {
        for body in packed(&br#"{"value":[{"id":"x"}]}"#.repeat(20)) {
            for end in 1..body.len() {
                assert_eq!(inflate(&body[..end], 1 << 20), Err(InflateError::Damaged), "{end}");
            }
        }
        assert_eq!(inflate(br#"{"value":[]}"#, 1 << 20), Err(InflateError::Damaged));
    }
}
