//! As whom a workbench starts.

use crate::{
    identity::{Account, AccountId},
    token_store::{Patience, TokenStore},
    view::Realm,
};

/// Whose kept sign-in a workbench looks for at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// The newest that has a place.
    Newest,
    /// The newest of this realm.
    NewestIn(Realm),
    /// The one of this realm with this object id, or with this name to sign in with.
    Named(Realm, String),
}

impl Whom {
    /// Whether this is who was meant. Names do not tell upper case from lower.
    pub(super) fn is(&self, account: &Account) -> bool {
        match self {
            Self::Newest => true,
            Self::NewestIn(realm) => account.id.realm == *realm,
            Self::Named(realm, name) => {
                account.id.realm == *realm
                    && (is_same(name, &account.id.object) || is_same(name, &account.sign_in_name))
            }
        }
    }

    /// Those of the kept accounts, the newest first, that are to be looked for. For a name the keyring
    /// is asked, which can take as long as a person takes to unlock it.
    pub(super) async fn among(&self, kept: Vec<AccountId>, store: &TokenStore) -> Vec<AccountId> {
        match self {
            Self::Newest => kept,
            Self::NewestIn(realm) => {
                kept.into_iter().filter(|account| account.realm == *realm).collect()
            }
            Self::Named(realm, name) => {
                let mut named = Vec::new();
                for account in kept.into_iter().filter(|account| account.realm == *realm) {
                    if is_same(name, &account.object) || is_called(&account, name, store).await {
                        named.push(account);
                    }
                }
                named
            }
        }
    }
}

/// Whether the kept sign-in has this name. One that cannot be read is taken for it: looking for it
/// tells why it cannot.
async fn is_called(account: &AccountId, name: &str, store: &TokenStore) -> bool {
    match store.load(account, Patience::ForPrompt).await {
        Ok(Some(saved)) => is_same(name, &saved.sign_in_name),
        Ok(None) => false,
        Err(error) => {
            tracing::warn!(%error, "whose sign-in is kept could not be read");
            true
        }
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
