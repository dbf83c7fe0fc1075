//! Under which name a sign-in lies in the keyring.

use crate::{
    identity::AccountId,
    view::{Cloud, Realm},
};

/// The name of an entry in the keyring. Every program of this person can read it, so it holds ids
/// and no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    service: &'static str,
    user: String,
}

impl Entry {
    /// The entry of an account; none if its ids have a form that no authority gives.
    pub(super) fn of(account: &AccountId) -> Option<Self> {
        let service = service(account.realm);
        let cloud = match account.cloud {
            None => "practice",
            Some(Cloud::Commercial) => "commercial",
            Some(Cloud::Gcc) => "gcc",
            Some(Cloud::GccHigh) => "gcc-high",
            Some(Cloud::Dod) => "dod",
        };
        // Windows joins user and service with a dot, so neither may be taken for the other.
        let plain = |id: &str| {
            (1..=64).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let user = format!("v1:{cloud}:{}:{}", account.tenant, account.object);
        (plain(&account.tenant) && plain(&account.object)).then_some(Self { service, user })
    }

    /// The entry of the key that seals the realm's journal. No account's user is like this one.
    pub(super) fn of_journal(realm: Realm) -> Self {
        Self { service: service(realm), user: "journal-key:v1".to_owned() }
    }

    /// The entry of the password that a proxy asks for.
    pub(super) fn of_proxy() -> Self {
        Self { service: service(Realm::Organisation), user: "proxy-password:v1".to_owned() }
    }

    /// Whether it holds the key of a journal, rather than a sign-in.
    pub fn is_of_journal(&self) -> bool {
        self.user.starts_with("journal-key:")
    }

    /// The service: this app, and practice apart from it.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The user: version, cloud, tenant and object id.
    pub fn user(&self) -> &str {
        &self.user
    }
}

fn service(realm: Realm) -> &'static str {
    match realm {
        Realm::Practice => "app.droptrace.desktop.practice",
        Realm::Organisation => "app.droptrace.desktop",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(realm: Realm, cloud: Option<Cloud>, object: &str) -> AccountId {
        AccountId { realm, cloud, tenant: "t-1".into(), object: object.into() }
    }

    #[test]
    fn practice_and_organisation_lie_apart() {
        let practice = Entry::of(&account(Realm::Practice, None, "o-1")).unwrap();
        let gcc = Entry::of(&account(Realm::Organisation, Some(Cloud::Gcc), "o-1")).unwrap();

        assert_eq!(
            (practice.service(), practice.user()),
            ("app.droptrace.desktop.practice", "v1:practice:t-1:o-1")
        );
        assert_eq!((gcc.service(), gcc.user()), ("app.droptrace.desktop", "v1:gcc:t-1:o-1"));
    }

    #[test]
    fn an_id_that_could_be_taken_for_another_has_no_entry() {
        for object in ["", "a.b", "a:b", "a b", "\u{e9}", &"a".repeat(65)] {
            assert_eq!(Entry::of(&account(Realm::Practice, None, object)), None, "{object}");
        }
    }
}
