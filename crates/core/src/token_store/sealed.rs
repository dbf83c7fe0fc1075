//! A record that is larger than an entry of the keyring takes: sealed in a file, its key in the
//! keyring.

use std::fmt::Write as _;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, Payload},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Entry, TokenStoreError};

/// A key that seals one record and no other. That is why the nonce need not be a new one.
pub(super) struct Key(Zeroizing<[u8; 32]>);

const NONCE: [u8; 24] = [0; 24];

impl Key {
    pub(super) fn new() -> Result<Self, TokenStoreError> {
        // The system has no randomness to give: then nothing is sealed.
        let key = chacha20poly1305::Key::try_generate().map_err(|_| TokenStoreError::NotKept)?;
        Ok(Self(Zeroizing::new(key.into())))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &*self.0
    }

    /// Names the file that this key opens, and tells nothing of the key.
    pub(super) fn print(&self) -> String {
        hex(&Sha256::digest(*self.0)[..8])
    }

    /// Seals a record of this entry and generation.
    pub(super) fn seal(
        &self,
        entry: &Entry,
        generation: u64,
        record: &[u8],
    ) -> Result<Vec<u8>, TokenStoreError> {
        let aad = bound_to(entry, generation);
        let payload = Payload { msg: record, aad: aad.as_bytes() };
        self.cipher().encrypt(&XNonce::from(NONCE), payload).map_err(|_| TokenStoreError::NotKept)
    }

    /// Opens what was sealed; anything else is damaged.
    pub(super) fn open(
        &self,
        entry: &Entry,
        generation: u64,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, TokenStoreError> {
        let aad = bound_to(entry, generation);
        let payload = Payload { msg: sealed, aad: aad.as_bytes() };
        let opened = self.cipher().decrypt(&XNonce::from(NONCE), payload);
        opened.map(Zeroizing::new).map_err(|_| TokenStoreError::Damaged)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

fn bound_to(entry: &Entry, generation: u64) -> String {
    format!("{}\n{}\n{generation}", entry.service(), entry.user())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
