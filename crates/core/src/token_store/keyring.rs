//! The keyring, as the token store needs it.

use zeroize::Zeroizing;

use super::Entry;

/// A keyring. All of it blocks, some of it without limit; it is called on the keyring's thread
/// alone, and each call opens a connection of its own: one that was lost stays lost.
pub trait Keyring: Send + Sync + 'static {
    /// Whether the entry could be read without a question to the person. Asks none itself.
    ///
    /// # Errors
    ///
    /// [`KeyringError`] if the keyring cannot be asked.
    fn access(&self, entry: &Entry) -> Result<Access, KeyringError>;

    /// What the entry holds, if it is there. May ask the person for the keyring's password.
    ///
    /// # Errors
    ///
    /// [`KeyringError`] if it cannot be read.
    fn read(&self, entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError>;

    /// Puts a secret, whole or not at all, in the place of what the entry holds. May ask the person
    /// for the keyring's password.
    ///
    /// # Errors
    ///
    /// [`KeyringError`] if it cannot be written; it may have been, all the same.
    fn write(&self, entry: &Entry, secret: &[u8]) -> Result<(), KeyringError>;

    /// Removes the entry. One that is not there is removed.
    ///
    /// # Errors
    ///
    /// [`KeyringError`] if it cannot be removed.
    fn delete(&self, entry: &Entry) -> Result<(), KeyringError>;
}

/// Whether a keyring answers without a question to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It answers.
    Open,
    /// It asks the person for its password first.
    Locked,
    /// It does not tell, and may ask.
    Unknown,
}

/// Why a keyring did not do what it was asked. A library's own error holds the secret in its
/// `Debug`, so only its kind is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is none, or no way to it.
    #[error("there is no keyring")]
    None,
    /// It is locked and cannot ask.
    #[error("the keyring is locked")]
    Locked,
    /// The person did not unlock it.
    #[error("the keyring was not unlocked")]
    Dismissed,
    /// It holds more than one entry of this name.
    #[error("the keyring holds several such entries")]
    Several,
    /// It refused, for a reason in a few words.
    #[error("the keyring refused: {0}")]
    Refused(&'static str),
}
