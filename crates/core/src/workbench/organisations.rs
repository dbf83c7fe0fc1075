//! The organisations that were connected, under the numbers by which the page names them.

use crate::{
    identity::AccountId,
    view::{Connected, Organisation, OrganisationId},
};

/// The organisations that were connected, the latest last.
#[derive(Default)]
pub(super) struct Organisations {
    known: Vec<Connected>,
    next: u32,
}

impl Organisations {
    /// Takes these in place of those before; one that was there keeps its number.
    pub(super) fn set(&mut self, organisations: Vec<Organisation>, locked: Option<&Organisation>) {
        let before = std::mem::take(&mut self.known);
        self.known = organisations
            .into_iter()
            .map(|organisation| {
                let known =
                    before.iter().find(|known| known.organisation.is_same_tenant(&organisation));
                let id = known.map_or_else(|| self.number(), |known| known.id);
                let locked = locked.is_some_and(|locked| locked.is_same_tenant(&organisation));
                Connected { id, organisation, locked }
            })
            .collect();
    }

    fn number(&mut self) -> OrganisationId {
        self.next += 1;
        OrganisationId(self.next)
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Connected] {
        &self.known
    }

    /// The one of this number.
    pub(super) fn get(&self, id: OrganisationId) -> Option<&Connected> {
        self.known.iter().find(|known| known.id == id)
    }

    /// Where the account signs in.
    pub(super) fn of(&self, account: &AccountId) -> Option<&Connected> {
        self.known.iter().find(|known| known.is_of(account))
    }
}

impl Connected {
    /// Whether the account signs in here.
    pub(super) fn is_of(&self, account: &AccountId) -> bool {
        account.is_of(&self.organisation)
    }
}

impl AccountId {
    /// Whether the account signs in to this organisation.
    pub(super) fn is_of(&self, organisation: &Organisation) -> bool {
        self.cloud == Some(organisation.cloud) && self.tenant == organisation.tenant
    }
}
