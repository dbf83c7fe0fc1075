//! The accounts that can be gone over to without a browser: whose session lives, or is kept.

use super::{organisations::Organisations, person::shown, sign_in::SignedIn};
use crate::{
    identity::{Account, AccountId, Keeping},
    view::{AccountHandle, KnownAccount},
};

/// The accounts whose session lives or is kept, in the order in which they came to be known.
#[derive(Default)]
pub(super) struct Accounts {
    known: Vec<Known>,
    next: u32,
}

struct Known {
    handle: AccountHandle,
    id: AccountId,
    /// Who it is; none until the keyring has told.
    account: Option<Account>,
    kept: bool,
    /// Its session, while another account asks.
    parked: Option<Box<SignedIn>>,
}

impl Known {
    /// Whether it outlasts the program: a session may be left while it is put into the keyring.
    fn is_kept(&self) -> bool {
        let parked = self.parked.as_ref();
        self.kept || parked.is_some_and(|there| *there.keeping.borrow() == Keeping::Kept)
    }
}

impl Accounts {
    /// These lie in the token store.
    pub(super) fn are_kept(&mut self, ids: impl IntoIterator<Item = AccountId>) {
        for id in ids {
            self.of(&id).kept = true;
        }
    }

    /// This one is signed in.
    pub(super) fn is_there(&mut self, account: &Account, kept: bool) {
        let known = self.of(&account.id);
        known.account = Some(account.clone());
        known.kept |= kept;
        known.parked = None;
    }

    /// The keyring has told what a kept account is called.
    pub(super) fn named(&mut self, account: Account) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == account.id) {
            known.account.get_or_insert(account);
        }
    }

    /// Those whose names are not known.
    pub(super) fn nameless(&self) -> Vec<AccountId> {
        let nameless = self.known.iter().filter(|known| known.account.is_none());
        nameless.map(|known| known.id.clone()).collect()
    }

    /// Another account asks from now on: this session waits until it is gone back to.
    pub(super) fn park(&mut self, signed_in: Box<SignedIn>) {
        let id = signed_in.source.account().id.clone();
        self.of(&id).parked = Some(signed_in);
    }

    /// The session of an account that was left and still lives.
    pub(super) fn take(&mut self, id: &AccountId) -> Option<Box<SignedIn>> {
        self.known.iter_mut().find(|known| known.id == *id)?.parked.take()
    }

    /// Ends a session that waits, if it can be had again from the token store.
    pub(super) fn begin_anew(&mut self, id: &AccountId) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == *id && known.kept) {
            known.parked = None;
        }
    }

    /// The account of this handle.
    pub(super) fn get(&self, handle: AccountHandle) -> Option<&AccountId> {
        self.known.iter().find(|known| known.handle == handle).map(|known| &known.id)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &AccountId> {
        self.known.iter().map(|known| &known.id)
    }

    /// Keeps those for which this holds; the sessions of the others end.
    pub(super) fn retain(&mut self, holds: impl Fn(&AccountId) -> bool) {
        self.known.retain(|known| holds(&known.id));
    }

    /// All of them, as the page shows them.
    pub(super) fn shown(
        &self,
        active: Option<&AccountId>,
        organisations: &Organisations,
    ) -> Vec<KnownAccount> {
        let shown = |known: &Known| KnownAccount {
            handle: known.handle,
            realm: known.id.realm,
            organisation: organisations.of(&known.id).map(|connected| connected.id),
            account: known.account.as_ref().map(shown),
            active: active == Some(&known.id),
            kept: known.is_kept(),
        };
        self.known.iter().map(shown).collect()
    }

    fn of(&mut self, id: &AccountId) -> &mut Known {
        let at = self.known.iter().position(|known| known.id == *id).unwrap_or_else(|| {
            self.next += 1;
            self.known.push(Known {
                handle: AccountHandle(self.next),
                id: id.clone(),
                account: None,
                kept: false,
                parked: None,
            });
            self.known.len() - 1
        });
        &mut self.known[at]
    }
}
