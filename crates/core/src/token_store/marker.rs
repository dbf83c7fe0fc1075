//! Markers: a file for each account whose sign-in may lie in the keyring. It is written before the
//! keyring is, so that nothing lies there that nobody knows of; and a sign-out begins with it, so
//! that nothing is used that should be gone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Entry, TokenStoreError, disk::Disk, sealed::hex};
use crate::{
    identity::AccountId,
    view::{Cloud, Realm},
};

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Standing {
    /// Its sign-in is kept.
    Kept,
    /// The person has signed out; what may still lie in the keyring is to be removed.
    SignedOut,
}

/// What a marker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Marker {
    version: u32,
    realm: Realm,
    cloud: Option<Cloud>,
    tenant: String,
    object: String,
    pub(super) standing: Standing,
    /// Microseconds since 1970.
    pub(super) since: i64,
}

impl Marker {
    const VERSION: u32 = 1;
    const SUFFIX: &str = ".account";

    /// What is there is no marker. It was not written by this app, or the disk has lost it.
    pub(super) const DAMAGED: TokenStoreError =
        TokenStoreError::File(std::io::ErrorKind::InvalidData);

    pub(super) fn new(account: &AccountId, standing: Standing) -> Self {
        Self {
            version: Self::VERSION,
            realm: account.realm,
            cloud: account.cloud,
            tenant: account.tenant.clone(),
            object: account.object.clone(),
            standing,
            since: Timestamp::now().as_microsecond(),
        }
    }

    pub(super) fn account(&self) -> AccountId {
        AccountId {
            realm: self.realm,
            cloud: self.cloud,
            tenant: self.tenant.clone(),
            object: self.object.clone(),
        }
    }

    /// What begins the names of all files of an entry. It holds no id in clear.
    pub(super) fn stem(entry: &Entry) -> String {
        let print = Sha256::new()
            .chain_update(entry.service())
            .chain_update([0])
            .chain_update(entry.user())
            .finalize();
        hex(&print[..16])
    }

    /// The marker of an entry, if there is one that this version understands.
    pub(super) fn read(disk: &dyn Disk, stem: &str) -> Result<Option<Self>, TokenStoreError> {
        let Some(bytes) = disk.read(&format!("{stem}{}", Self::SUFFIX))? else { return Ok(None) };
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(marker) if marker.version == Self::VERSION => Ok(Some(marker)),
            Ok(_) => Err(TokenStoreError::Newer),
            Err(_) => Err(Self::DAMAGED),
        }
    }

    pub(super) fn write(&self, disk: &dyn Disk, stem: &str) -> Result<(), TokenStoreError> {
        let bytes = serde_json::to_vec(self)
            .map_err(|_| TokenStoreError::File(std::io::ErrorKind::InvalidData))?;
        Ok(disk.write(&format!("{stem}{}", Self::SUFFIX), &bytes)?)
    }

    pub(super) fn remove(disk: &dyn Disk, stem: &str) -> Result<(), TokenStoreError> {
        Ok(disk.remove(&format!("{stem}{}", Self::SUFFIX))?)
    }

    /// Marks an account as signed out, if it has a marker. Tells whether it has.
    pub(super) fn sign_out(
        disk: &dyn Disk,
        stem: &str,
        account: &AccountId,
    ) -> Result<bool, TokenStoreError> {
        match Self::read(disk, stem) {
            Ok(None) => return Ok(false),
            Ok(Some(marker)) if marker.standing == Standing::SignedOut => {}
            Ok(Some(_)) | Err(Self::DAMAGED) => {
                Self::new(account, Standing::SignedOut).write(disk, stem)?;
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// Every marker that this version understands.
    pub(super) fn all(disk: &dyn Disk) -> Result<Vec<Self>, TokenStoreError> {
        let mut markers = Vec::new();
        for name in disk.list()? {
            let Some(stem) = name.strip_suffix(Self::SUFFIX) else { continue };
            match Self::read(disk, stem) {
                Ok(marker) => markers.extend(marker),
                Err(error) => {
                    tracing::warn!(%error, "a marker of a kept sign-in is not understood");
                }
            }
        }
        Ok(markers)
    }
}
