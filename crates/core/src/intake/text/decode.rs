//! Bytes → UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of the beginning is looked at to guess how a text is encoded, in bytes.
const LOOKED_AT: usize = 4096;

/// Reads a text as UTF-8: what is UTF-16 is decoded, all else is passed on as it is, less a byte
/// order mark.
#[derive(Debug)]
pub(super) struct Decoded<R> {
    raw: Raw<R>,
    utf_16: Option<Utf16>,
}

impl<R: Read> Decoded<R> {
    /// Looks at the beginning of `reader`; `utf_8` says that it is known to be that.
    pub(super) fn new(mut reader: R, utf_8: bool) -> io::Result<Self> {
        let mut beginning = vec![0; LOOKED_AT];
        let mut len = 0;
        while len < LOOKED_AT {
            match retried(|| reader.read(&mut beginning[len..]))? {
                0 => break,
                read => len += read,
            }
        }
        beginning.truncate(len);
        let (encoding, mark) = match Encoding::for_bom(&beginning) {
            Some(marked) if marked.0 == UTF_8 || !utf_8 => marked,
            _ if utf_8 => (UTF_8, 0),
            _ => (guess(&beginning), 0),
        };
        let utf_16 = (encoding != UTF_8).then(|| Utf16::new(encoding));
        Ok(Self { raw: Raw { beginning, passed: mark, reader }, utf_16 })
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.utf_16 {
            Some(utf_16) => utf_16.read(&mut self.raw, into),
            None => self.raw.read(into),
        }
    }
}

/// UTF-16 in which most characters are below U+0100 has a NUL in every other place, and hardly any
/// in the places between. A quarter of such characters is enough.
pub(super) fn guess(beginning: &[u8]) -> &'static Encoding {
    let units = beginning.chunks_exact(2);
    let many = units.len().div_ceil(4).max(1);
    let (mut even, mut odd) = (0, 0);
    for unit in units {
        even += usize::from(unit[0] == 0);
        odd += usize::from(unit[1] == 0);
    }
    if odd >= many && even * 16 <= odd {
        UTF_16LE
    } else if even >= many && odd * 16 <= even {
        UTF_16BE
    } else {
        UTF_8
    }
}

/// The bytes as they come, those first that were looked at.
#[derive(Debug)]
struct Raw<R> {
    beginning: Vec<u8>,
    passed: usize,
    reader: R,
}

impl<R: Read> Read for Raw<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut beginning = &self.beginning[self.passed..];
        if beginning.is_empty() {
            return retried(|| self.reader.read(into));
        }
        let read = beginning.read(into)?;
        self.passed += read;
        Ok(read)
    }
}

fn retried(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

struct Utf16 {
    decoder: Decoder,
    raw: Piece,
    text: Piece,
    ended: bool,
}

/// A buffer, and which part of it is still to be used.
struct Piece {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Piece {
    fn new(len: usize) -> Self {
        Self { bytes: vec![0; len].into(), start: 0, end: 0 }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
}

impl Utf16 {
    /// How much is decoded at a time, in bytes of UTF-16; one of two bytes becomes at most three.
    const PIECE: usize = 32 * 1024;

    fn new(encoding: &'static Encoding) -> Self {
        Self {
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: Piece::new(Self::PIECE),
            text: Piece::new(2 * Self::PIECE),
            ended: false,
        }
    }

    fn read(&mut self, reader: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
        while self.text.rest().is_empty() && !self.ended {
            let mut last = false;
            if self.raw.rest().is_empty() {
                let read = reader.read(&mut self.raw.bytes)?;
                (self.raw.start, self.raw.end) = (0, read);
                last = read == 0;
            }
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(self.raw.rest(), &mut self.text.bytes, last);
            self.raw.start += read;
            (self.text.start, self.text.end) = (0, written);
            self.ended = last && result == CoderResult::InputEmpty;
        }
        let read = self.text.rest().read(into)?;
        self.text.start += read;
        Ok(read)
    }
}

impl std::fmt::Debug for Utf16 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Utf16(..)")
    }
}
