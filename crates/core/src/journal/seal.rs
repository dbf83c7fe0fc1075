//! What makes the journal unreadable to others: the keys, sealing, and the hashes by which rows are
//! found.

use std::fmt;

use aws_lc_rs::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac, rand,
};
use zeroize::Zeroizing;

use crate::{digest::Sha1Digest, identity::AccountId};

/// The key that the keyring holds for the journal; 32 random bytes.
#[derive(Clone)]
pub struct JournalKey(Zeroizing<[u8; Self::LEN]>);

/// The system has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system has no randomness to give")]
pub struct NoRandomness;

impl JournalKey {
    /// Its length in bytes.
    pub const LEN: usize = 32;

    /// A new one.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`]: then nothing can be sealed.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut key = Zeroizing::new([0; Self::LEN]);
        rand::fill(&mut *key).map_err(|_| NoRandomness)?;
        Ok(Self(key))
    }

    /// The key of these bytes; none if there are not 32 of them.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// What the keyring is to keep.
    pub fn bytes(&self) -> &[u8] {
        &*self.0
    }
}

impl fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JournalKey(..)")
    }
}

/// A keyed hash: it finds a row again, and tells nothing to who has no key.
pub(super) type Found = [u8; 32];

/// Tells which key sealed a row.
pub(super) type KeyPrint = [u8; 8];

/// Which table and row something is sealed for; it cannot be opened as another.
#[derive(Clone, Copy)]
pub(super) enum Row<'a> {
    Item { batch: &'a [u8], number: u32 },
    Answer { account: &'a Found, digest: &'a Found },
    Alert { account: &'a Found, id: &'a Found },
    Brief { account: &'a Found, id: &'a Found },
}

impl Row<'_> {
    fn bound_to(self) -> Vec<u8> {
        let (name, first, second): (&[u8], &[u8], &[u8]) = match self {
            Self::Item { batch, number } => {
                return [b"item\0", batch, &number.to_le_bytes()].concat();
            }
            Self::Answer { account, digest } => (b"answer\0", account, digest),
            Self::Alert { account, id } => (b"alert\0", account, id),
            Self::Brief { account, id } => (b"brief\0", account, id),
        };
        [name, first, second].concat()
    }
}

/// It was sealed with another key, for another row, or is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed cannot be opened")]
pub(super) struct Unopened;

/// The keys that are derived from the [`JournalKey`]: one seals, one finds.
///
/// Each record is sealed by ChaCha20-Poly1305 with a key of its own, which HMAC-SHA256 derives from
/// the sealing key and 32 random bytes: so many records as a journal has would be too many for random
/// nonces of 12 bytes.
pub(super) struct Seal {
    sealing: hmac::Key,
    finding: hmac::Key,
    print: KeyPrint,
}

impl Seal {
    /// The random bytes before each sealed record.
    const SALT: usize = 32;

    pub(super) fn new(key: &JournalKey) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.bytes());
        let derived = |purpose: &[u8]| Zeroizing::new(mac(&key, &[purpose]));
        let sub_key = |purpose: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, &*derived(purpose));
        let mut print = KeyPrint::default();
        print.copy_from_slice(&derived(b"droptrace journal: print")[..8]);
        Self {
            sealing: sub_key(b"droptrace journal: sealing"),
            finding: sub_key(b"droptrace journal: finding"),
            print,
        }
    }

    pub(super) fn print(&self) -> &KeyPrint {
        &self.print
    }

    pub(super) fn account(&self, account: &AccountId) -> Found {
        // Each part with its length, so that none can be taken for two.
        let cloud = account.cloud.map(|cloud| format!("{cloud:?}")).unwrap_or_default();
        let realm = format!("{:?}", account.realm);
        self.found(b"account", &[&realm, &cloud, &account.tenant, &account.object])
    }

    pub(super) fn digest(&self, account: &Found, sha1: &Sha1Digest) -> Found {
        self.found(b"digest", &[&account[..], sha1.bytes()])
    }

    pub(super) fn alert(&self, account: &Found, key: &str) -> Found {
        self.found(b"alert", &[&account[..], key.as_bytes()])
    }

    fn found<T: AsRef<[u8]>>(&self, what: &[u8], parts: &[T]) -> Found {
        let mut whole = Vec::with_capacity(128);
        for part in std::iter::once(what).chain(parts.iter().map(AsRef::as_ref)) {
            whole.extend_from_slice(&(part.len() as u64).to_le_bytes());
            whole.extend_from_slice(part);
        }
        mac(&self.finding, &[&whole])
    }

    /// Seals something for a row.
    pub(super) fn seal(&self, row: Row<'_>, plain: &[u8]) -> Result<Vec<u8>, NoRandomness> {
        let mut salt = [0; Self::SALT];
        rand::fill(&mut salt).map_err(|_| NoRandomness)?;
        let mut sealed = Vec::with_capacity(Self::SALT + plain.len() + CHACHA20_POLY1305.tag_len());
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(plain);
        let tag = self
            .key_of(&salt)
            .and_then(|key| {
                let plain = &mut sealed[Self::SALT..];
                key.seal_in_place_separate_tag(only_nonce(), Aad::from(row.bound_to()), plain).ok()
            })
            // It fails for more than 256 GiB only.
            .ok_or(NoRandomness)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what was sealed for this row.
    pub(super) fn open(&self, row: Row<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let (salt, sealed) = sealed.split_first_chunk::<{ Self::SALT }>().ok_or(Unopened)?;
        let key = self.key_of(salt).ok_or(Unopened)?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let plain = key
            .open_in_place(only_nonce(), Aad::from(row.bound_to()), &mut opened)
            .map_err(|_| Unopened)?
            .len();
        opened.truncate(plain);
        Ok(opened)
    }

    /// The key of one record.
    fn key_of(&self, salt: &[u8; Self::SALT]) -> Option<LessSafeKey> {
        let key = Zeroizing::new(mac(&self.sealing, &[salt]));
        UnboundKey::new(&CHACHA20_POLY1305, &*key).ok().map(LessSafeKey::new)
    }
}

/// The nonce of a key that seals one record.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn mac(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.sign().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Cloud, Realm};

    fn seal(byte: u8) -> Seal {
        Seal::new(&JournalKey::from_bytes(&[byte; 32]).unwrap())
    }

    #[test]
    fn what_was_sealed_opens_with_its_key_in_its_row_alone() {
        let (account, digest, other) = ([1; 32], [2; 32], [3; 32]);
        let row = Row::Answer { account: &account, digest: &digest };
        let sealed = seal(1).seal(row, b"content").unwrap();

        assert_eq!(**seal(1).open(row, &sealed).unwrap(), *b"content");
        assert!(seal(2).open(row, &sealed).is_err());
        for elsewhere in [
            Row::Answer { account: &other, digest: &digest },
            Row::Answer { account: &account, digest: &other },
            Row::Alert { account: &account, id: &digest },
            Row::Item { batch: &account, number: 0 },
        ] {
            assert!(seal(1).open(elsewhere, &sealed).is_err());
        }
        for cut in [0, 10, sealed.len() - 1] {
            assert!(seal(1).open(row, &sealed[..cut]).is_err());
        }
        assert_ne!(sealed, seal(1).seal(row, b"content").unwrap(), "no salt twice");
    }

    #[test]
    fn accounts_and_keys_have_hashes_of_their_own() {
        let account = |realm, cloud, tenant: &str, object: &str| AccountId {
            realm,
            cloud,
            tenant: tenant.into(),
            object: object.into(),
        };
        let all = [
            account(Realm::Practice, None, "t", "o"),
            account(Realm::Organisation, None, "t", "o"),
            account(Realm::Organisation, Some(Cloud::Gcc), "t", "o"),
            account(Realm::Organisation, Some(Cloud::Dod), "t", "o"),
            account(Realm::Practice, None, "to", ""),
            account(Realm::Practice, None, "", "to"),
        ];
        let mut hashes: Vec<Found> =
            [1, 2].iter().flat_map(|key| all.iter().map(|id| seal(*key).account(id))).collect();
        hashes.sort_unstable();
        hashes.dedup();

        assert_eq!(hashes.len(), 2 * all.len());
    }

    #[test]
    fn debug_prints_no_key() {
        let key = JournalKey::from_bytes(&[7; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "JournalKey(..)");
    }
}
