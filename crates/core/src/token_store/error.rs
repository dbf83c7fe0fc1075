//! Why a sign-in could not be read, kept or removed.

use std::io;

use super::keyring::KeyringError;
use crate::view::{ErrorCode, UserError};

/// Why the token store did not do what it was asked. Holds no secret and no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenStoreError {
    /// The keyring did not do it.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The keyring did not answer in time; whether a write was done is not known.
    #[error("the keyring did not answer in time")]
    NoAnswer,
    /// Earlier questions to the keyring still hang.
    #[error("the keyring still owes earlier answers")]
    Busy,
    /// What the keyring holds is not a sign-in of this app.
    #[error("what the keyring holds is not a sign-in of this app")]
    Damaged,
    /// What the keyring holds was written by a newer version of this app.
    #[error("what the keyring holds is of a newer version")]
    Newer,
    /// The keyring took the sign-in and does not have it.
    #[error("the keyring did not keep what it took")]
    NotKept,
    /// The person has signed out of this account, here or in another program.
    #[error("the person has signed out")]
    SignedOut,
    /// The token or an id has a form that no authority gives.
    #[error("the sign-in has no form that can be kept")]
    Form,
    /// A file beside the keyring could not be read or written.
    #[error("a file of the kept sign-in could not be read or written ({0})")]
    File(io::ErrorKind),
}

impl From<io::Error> for TokenStoreError {
    fn from(error: io::Error) -> Self {
        Self::File(error.kind())
    }
}

impl From<&TokenStoreError> for UserError {
    fn from(error: &TokenStoreError) -> Self {
        match error {
            TokenStoreError::Keyring(error) => match error {
                KeyringError::None => Self::new(ErrorCode::KeyringNone),
                KeyringError::Locked => Self::new(ErrorCode::KeyringLocked),
                KeyringError::Dismissed => Self::new(ErrorCode::KeyringDismissed),
                KeyringError::Several => Self::new(ErrorCode::KeyringSeveral),
                KeyringError::Refused(detail) => {
                    Self::new(ErrorCode::KeyringRefused).with("detail", *detail)
                }
            },
            TokenStoreError::NoAnswer => Self::new(ErrorCode::KeyringSilent),
            TokenStoreError::Busy => Self::new(ErrorCode::KeyringBusy),
            TokenStoreError::Damaged => Self::new(ErrorCode::KeyringDamaged),
            TokenStoreError::Newer => Self::new(ErrorCode::KeyringNewer),
            TokenStoreError::NotKept => Self::new(ErrorCode::KeyringNotKept),
            TokenStoreError::SignedOut => Self::new(ErrorCode::SessionEnded),
            TokenStoreError::Form => Self::new(ErrorCode::NothingToKeep),
            TokenStoreError::File(kind) => {
                Self::new(ErrorCode::SignInFilesFailed).with("detail", kind.to_string().as_str())
            }
        }
    }
}
