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
        let version = bytes.split(|byte| *byte == b' ').next().unwrap_or_default();
        match version {
            // Of what another version wrote nothing but its number is known, not even that it is
            // text.
            [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9'] if version != VERSION.as_bytes() => {
                return Err(TokenStoreError::Newer);
            }
            _ => {}
        }
        let text = std::str::from_utf8(bytes).map_err(|_| TokenStoreError::Damaged)?;
        let mut fields = text.split(' ');
        let mut next = || fields.next().ok_or(TokenStoreError::Damaged);
        if next()? != VERSION {
            return Err(TokenStoreError::Damaged);
        }
        let generation = number(next()?)?;
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

/// A number as it is written here: nothing but digits.
fn number(field: &str) -> Result<u64, TokenStoreError> {
    let is_plain = field.bytes().all(|byte| byte.is_ascii_digit());
    field.parse().ok().filter(|_| is_plain).ok_or(TokenStoreError::Damaged)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<SavedSignIn, TokenStoreError> {
        match Record::read(bytes)? {
            Record::Token(sign_in) => Ok(sign_in),
            Record::Sealed { .. } => panic!("not sealed"),
        }
    }

    #[test]
    fn a_record_of_a_newer_version_is_told_from_a_damaged_one() {
        for newer in [&b"2"[..], b"2 in another shape", b"17 1 token e30 t", b"2 \xff\xfe"] {
            assert_eq!(Record::read(newer).err(), Some(TokenStoreError::Newer), "{newer:?}");
        }
        let names = "eyJuYW1lIjoiQSIsInNpZ25faW5fbmFtZSI6IkIifQ";
        assert!(read(format!("1 5 token {names} secret").as_bytes()).is_ok());
        for damaged in [
            String::new(),
            "another program's secret".into(),
            "0 1 token e30 t".into(),
            format!("1 5 token {names}"),
            format!("1 5 token {names} "),
            format!("1 5 token {names} secret more"),
            format!("1 five token {names} secret"),
            format!("1 +5 token {names} secret"),
            format!("+2 5 token {names} secret"),
            "20261124".into(),
            format!("1 5 token {names} sec\tret"),
            "1 5 token e30 secret".into(),
            "1 5 sealed AAAA".into(),
            "1 5 other AAAA".into(),
        ] {
            let found = Record::read(damaged.as_bytes()).err();
            assert_eq!(found, Some(TokenStoreError::Damaged), "{damaged}");
        }
        assert_eq!(Record::read(b"1 5 token \xff").err(), Some(TokenStoreError::Damaged));
    }

    #[test]
    fn a_token_that_no_authority_gives_is_not_kept() {
        let long = "x".repeat(64 * 1024 + 1);
        for token in ["", "a b", "a\n", "\u{e9}", &long] {
            let sign_in = SavedSignIn {
                generation: 1,
                refresh_token: token.into(),
                name: String::new(),
                sign_in_name: String::new(),
            };
            assert_eq!(written(&sign_in).err(), Some(TokenStoreError::Form), "{token:.10}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            generation: u64,
            token in "[!-~]{1,200}",
            name in "\\PC{0,300}",
            sign_in_name in ".{0,300}",
        ) {
            let sign_in = SavedSignIn {
                generation,
                refresh_token: token.clone().into(),
                name: name.clone(),
                sign_in_name: sign_in_name.clone(),
            };

            let found = read(&written(&sign_in).unwrap()).unwrap();

            let cut = |name: &str| name.chars().take(LONGEST_NAME).collect::<String>();
            prop_assert_eq!(found.generation, generation);
            prop_assert_eq!(found.refresh_token.expose_secret(), &token);
            prop_assert_eq!(found.name, cut(&name));
            prop_assert_eq!(found.sign_in_name, cut(&sign_in_name));
        }

        #[test]
        fn whatever_an_entry_holds_is_read_or_refused(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            text in "[12] [0-9]{0,22} (token|sealed|x) [A-Za-z0-9_ -]{0,60}",
        ) {
            for bytes in [&bytes[..], text.as_bytes()] {
                let error = Record::read(bytes).err();
                prop_assert!(matches!(
                    error,
                    None | Some(TokenStoreError::Damaged | TokenStoreError::Newer)
                ));
            }
        }
    }
}
