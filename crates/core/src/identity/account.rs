//! Whose session it is.

use crate::view::{Cloud, Realm};

/// Tells accounts apart. Keyed by tenant and object id: names can change hands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountId {
    /// Practice or organisation, so that one can never be taken for the other.
    pub realm: Realm,
    /// The cloud; none for practice.
    pub cloud: Option<Cloud>,
    /// The tenant's id.
    pub tenant: String,
    /// The person's object id in the tenant.
    pub object: String,
}

/// A person in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Tells it from others.
    pub id: AccountId,
    /// The display name, from the id token.
    pub name: String,
    /// The name the person signs in with; to be shown and used as a hint, never as a key.
    pub sign_in_name: String,
    /// The tenant's name, where that can be known.
    pub tenant_name: Option<String>,
    /// The device groups the person sees, where that can be known.
    pub sees: Option<String>,
}

impl Account {
    /// The tenant as a person reads it: its name or, for want of it, its id.
    pub fn tenant_label(&self) -> &str {
        self.tenant_name.as_deref().unwrap_or(&self.id.tenant)
    }
}
