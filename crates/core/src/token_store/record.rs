//! What an entry holds: one line of ASCII, fields parted by blanks.
//!
//! `1 GENERATION token NAMES TOKEN`, or, where that is more than an entry takes,
//! `1 GENERATION sealed KEY`: the first form then lies in a sealed file, and its key here.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{SavedSignIn, TokenStoreError, sealed::Key};

/// The most bytes of a record in the keyring: `CRED_MAX_CREDENTIAL_BLOB_SIZE` of Windows.
pub(super) const LARGEST: usize = 2_560;

/// The version that this app writes.
const VERSION: &str = "1";

/// The most characters that are kept of a name.
const LONGEST_NAME: usize = 256;

/// What an entry holds.
pub(super) enum Record {
    Token(SavedSignIn),
    Sealed { generation: u64, key: Key },
}

#[derive(Serialize, Deserialize)]
struct Names {
    name: String,
    sign_in_name: String,
}

/// A sign-in as a record.
///
/// # Errors
///
/// [`TokenStoreError::Form`] if its token is no visible ASCII or of no honest length.
pub(super) fn written(sign_in: &SavedSignIn) -> Result<Zeroizing<Vec<u8>>, TokenStoreError> {
    const LONGEST_TOKEN: usize = 64 * 1024;

    let token = sign_in.refresh_token.expose_secret();
    let fits = (1..=LONGEST_TOKEN).contains(&token.len());
    if !fits || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TokenStoreError::Form);
    }
    let cut = |name: &str| name.chars().take(LONGEST_NAME).collect();
    let names = Names { name: cut(&sign_in.name), sign_in_name: cut(&sign_in.sign_in_name) };
    let names = serde_json::to_vec(&names).map_err(|_| TokenStoreError::Form)?;
    let head = format!("{VERSION} {} token {} ", sign_in.generation, URL_SAFE_NO_PAD.encode(names));
    // At its full size at once: a buffer that grows leaves copies behind.
    let mut record = Zeroizing::new(Vec::with_capacity(head.len() + token.len()));
    record.extend_from_slice(head.as_bytes());
    record.extend_from_slice(token.as_bytes());
    Ok(record)
}

/// The record that points to a sealed file.
pub(super) fn pointing(generation: u64, key: &Key) -> Zeroizing<Vec<u8>> {
    let key = Zeroizing::new(URL_SAFE_NO_PAD.encode(key.bytes()));
    Zeroizing::new(format!("{VERSION} {generation} sealed {}", *key).into_bytes())
}

impl Record {
    /// Reads what an entry or a sealed file holds.
    ///
    /// # Errors
    ///
    /// [`TokenStoreError::Newer`] or [`TokenStoreError::Damaged`].
    pub(super) fn read(bytes: &[u8]) -> Result<Self, TokenStoreError> {
        let text = std::str::from_utf8(bytes).map_err(|_| TokenStoreError::Damaged)?;
        let mut fields = text.split(' ');
        let mut next = || fields.next().ok_or(TokenStoreError::Damaged);
        match next()? {
            VERSION => {}
            other if other.parse::<u32>().is_ok_and(|version| version > 1) => {
                return Err(TokenStoreError::Newer);
            }
            _ => return Err(TokenStoreError::Damaged),
        }
        let generation = next()?.parse().map_err(|_| TokenStoreError::Damaged)?;
        let record = match next()? {
            "sealed" => Self::Sealed {
                generation,
                key: Key::from_bytes(&decoded(next()?)?).ok_or(TokenStoreError::Damaged)?,
            },
            "token" => {
                let names: Names = serde_json::from_slice(&decoded(next()?)?)
                    .map_err(|_| TokenStoreError::Damaged)?;
                let token = next()?;
                if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(TokenStoreError::Damaged);
                }
                Self::Token(SavedSignIn {
                    generation,
                    refresh_token: SecretString::from(token),
                    name: names.name,
                    sign_in_name: names.sign_in_name,
                })
            }
            _ => return Err(TokenStoreError::Damaged),
        };
        if fields.next().is_some() { Err(TokenStoreError::Damaged) } else { Ok(record) }
    }
}

fn decoded(field: &str) -> Result<Zeroizing<Vec<u8>>, TokenStoreError> {
    let bytes = URL_SAFE_NO_PAD.decode(field).map_err(|_| TokenStoreError::Damaged)?;
    Ok(Zeroizing::new(bytes))
}

impl Record {
    /// Of the token that it holds or leads to.
    pub(super) fn generation(&self) -> u64 {
        match self {
            Self::Token(sign_in) => sign_in.generation,
            Self::Sealed { generation, .. } => *generation,
        }
    }
}
