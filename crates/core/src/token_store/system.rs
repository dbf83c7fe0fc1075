//! The system's keyring. Each operation opens a store of its own: a connection that was lost, or a
//! keyring that was not there yet, would otherwise stay so for the life of the process.

use std::sync::Arc;

use keyring_core::{CredentialStore, Error};
use zeroize::Zeroizing;

use super::{Access, Entry, Keyring, KeyringError};

/// Secret Service, Windows Credential Manager or macOS Keychain.
pub(super) struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn access(&self, entry: &Entry) -> Result<Access, KeyringError> {
        access(entry)
    }

    fn read(&self, entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        match opened(entry)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(kind(error)),
        }
    }

    fn write(&self, entry: &Entry, secret: &[u8]) -> Result<(), KeyringError> {
        opened(entry)?.set_secret(secret).map_err(kind)
    }

    fn delete(&self, entry: &Entry) -> Result<(), KeyringError> {
        match opened(entry)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(kind(error)),
        }
    }
}

fn opened(entry: &Entry) -> Result<keyring_core::Entry, KeyringError> {
    let store: Arc<CredentialStore> = store().map_err(kind)?;
    store.build(entry.service(), entry.user(), modifiers().as_ref()).map_err(kind)
}

/// What kind of error it is. The error itself goes no further: it may hold the secret.
fn kind(error: Error) -> KeyringError {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => kind_of_system(&*cause),
        Error::Ambiguous(_) => KeyringError::Several,
        Error::NoEntry => KeyringError::Refused("no entry"),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            KeyringError::Refused("data format")
        }
        Error::TooLong(..) => KeyringError::Refused("too long"),
        Error::Invalid(..) => KeyringError::Refused("invalid name"),
        Error::NoDefaultStore => KeyringError::None,
        Error::NotSupportedByStore(_) | _ => KeyringError::Refused("not supported"),
    }
}

type Modifiers = std::collections::HashMap<&'static str, &'static str>;
type Cause = dyn std::error::Error + Send + Sync;

#[cfg(target_os = "linux")]
mod here {
    use std::collections::HashMap;

    use secret_service::{EncryptionType, Error as ServiceError, blocking::SecretService};

    use super::{Access, Arc, Cause, CredentialStore, Entry, Error, KeyringError, Modifiers};

    pub(super) fn store() -> Result<Arc<CredentialStore>, Error> {
        let store: Arc<CredentialStore> = zbus_secret_service_keyring_store::Store::new()?;
        Ok(store)
    }

    pub(super) fn modifiers() -> Option<Modifiers> {
        None
    }

    /// Searching asks the person nothing.
    pub(super) fn access(entry: &Entry) -> Result<Access, KeyringError> {
        let of_service = |error: ServiceError| kind_of_service(&error);
        let service = SecretService::connect(EncryptionType::Plain).map_err(of_service)?;
        let name = HashMap::from([("service", entry.service()), ("username", entry.user())]);
        let found = service.search_items(name).map_err(of_service)?;
        let locked = match (found.locked.is_empty(), found.unlocked.is_empty()) {
            (false, _) => true,
            (true, false) => false,
            // Where there is no entry yet it is the keyring that has to be opened, or made.
            (true, true) => match service.get_default_collection() {
                Ok(collection) => collection.is_locked().map_err(of_service)?,
                Err(ServiceError::NoResult) => true,
                Err(error) => return Err(kind_of_service(&error)),
            },
        };
        Ok(if locked { Access::Locked } else { Access::Open })
    }

    pub(super) fn kind_of_system(cause: &Cause) -> KeyringError {
        match cause.downcast_ref::<ServiceError>() {
            Some(error) => kind_of_service(error),
            None => KeyringError::Refused("unknown"),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the libraries' enums are long and grow; what nothing branches on is one kind"
    )]
    fn kind_of_service(error: &ServiceError) -> KeyringError {
        use zbus::{Error as BusError, fdo};

        match error {
            ServiceError::Unavailable
            | ServiceError::Zbus(
                BusError::Address(_) | BusError::Connection(..) | BusError::InputOutput(_),
            )
            | ServiceError::ZbusFdo(
                fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_),
            ) => KeyringError::None,
            ServiceError::Zbus(BusError::MethodError(name, ..)) => match name.as_str() {
                "org.freedesktop.DBus.Error.ServiceUnknown"
                | "org.freedesktop.DBus.Error.NameHasNoOwner"
                | "org.freedesktop.DBus.Error.Spawn.ServiceNotFound" => KeyringError::None,
                "org.freedesktop.Secret.Error.IsLocked" => KeyringError::Locked,
                _ => KeyringError::Refused("by the service"),
            },
            ServiceError::Zbus(BusError::FDO(error)) => match &**error {
                fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_) => KeyringError::None,
                _ => KeyringError::Refused("by the bus"),
            },
            ServiceError::Locked | ServiceError::NoResult => KeyringError::Locked,
            ServiceError::Prompt => KeyringError::Dismissed,
            ServiceError::PromptDisconnected => KeyringError::Refused("question lost"),
            ServiceError::Crypto(_) => KeyringError::Refused("encryption"),
            _ => KeyringError::Refused("by the bus"),
        }
    }
}

#[cfg(target_os = "macos")]
mod here {
    use super::{Access, Arc, Cause, CredentialStore, Entry, Error, KeyringError, Modifiers};

    pub(super) fn store() -> Result<Arc<CredentialStore>, Error> {
        let store: Arc<CredentialStore> = apple_native_keyring_store::keychain::Store::new()?;
        Ok(store)
    }

    pub(super) fn modifiers() -> Option<Modifiers> {
        None
    }

    /// The keychain does not tell; it asks when it is read.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it fails")]
    pub(super) fn access(_: &Entry) -> Result<Access, KeyringError> {
        Ok(Access::Unknown)
    }

    pub(super) fn kind_of_system(_: &Cause) -> KeyringError {
        KeyringError::Dismissed
    }
}

#[cfg(windows)]
mod here {
    use super::{Access, Arc, Cause, CredentialStore, Entry, Error, KeyringError, Modifiers};

    pub(super) fn store() -> Result<Arc<CredentialStore>, Error> {
        let store: Arc<CredentialStore> = windows_native_keyring_store::Store::new()?;
        Ok(store)
    }

    /// On this computer alone: by default an entry roams with the profile.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere there are none")]
    pub(super) fn modifiers() -> Option<Modifiers> {
        Some(Modifiers::from([("persistence", "Local")]))
    }

    /// The credential manager asks nobody.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it fails")]
    pub(super) fn access(_: &Entry) -> Result<Access, KeyringError> {
        Ok(Access::Open)
    }

    /// `ERROR_NO_SUCH_LOGON_SESSION`: a log-on over the network, or a policy against storing.
    pub(super) fn kind_of_system(_: &Cause) -> KeyringError {
        KeyringError::Refused("by Windows")
    }
}

use here::{access, kind_of_system, modifiers, store};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_keeps_the_secret_that_the_library_put_into_it() {
        for error in [
            Error::BadEncoding(b"canary".to_vec()),
            Error::BadDataFormat(b"canary".to_vec(), "canary".into()),
            Error::BadStoreFormat("canary".into()),
        ] {
            let kept = kind(error);

            let printed = format!("{kept:?} {kept}");
            assert!(!printed.contains("canary") && !printed.contains("99, 97"), "{printed}");
        }
    }

    /// `CRED_MAX_CREDENTIAL_BLOB_SIZE` (wincred.h).
    #[cfg(windows)]
    #[test]
    fn the_largest_entry_is_kept_and_a_larger_one_refused() {
        use crate::{
            identity::AccountId,
            view::{Cloud, Realm},
        };

        let entry = Entry::of(&AccountId {
            realm: Realm::Practice,
            cloud: Some(Cloud::Commercial),
            tenant: "largest".into(),
            object: std::process::id().to_string(),
        })
        .unwrap();
        let largest = vec![7; 2_560];

        let written = SystemKeyring.write(&entry, &largest);
        let larger = SystemKeyring.write(&entry, &[8; 2_561]);
        let read = SystemKeyring.read(&entry);
        let deleted = SystemKeyring.delete(&entry);

        assert_eq!((written, deleted), (Ok(()), Ok(())));
        assert_eq!(larger, Err(KeyringError::Refused("too long")));
        assert!(read.unwrap().is_some_and(|read| *read == largest));
        assert_eq!(SystemKeyring.read(&entry), Ok(None));
    }
}
