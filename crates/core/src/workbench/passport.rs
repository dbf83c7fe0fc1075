//! The permission passport: what whoever is signed in may do, by what, and how that is known.

use super::actor::Actor;
use crate::{
    connection,
    identity::{self, Keeping},
    view::{ErrorCode, Feature, Grant, Passport, PassportRow, Permission, Shown, UserError},
};

/// What the API has let be seen of what the person may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum SeenOfApi {
    /// Nothing yet.
    #[default]
    Nothing,
    /// It has answered.
    Answered,
    /// It has refused for want of a role in Defender.
    NoRole,
    /// It has refused for want of the permission.
    NoScope,
}

impl Actor {
    /// The passport as a text for the administrator.
    pub(super) fn passport_text(&self) -> Result<String, UserError> {
        let passport = self.passport()?;
        let gone = || UserError::new(ErrorCode::Gone);
        let there = self.person.there().ok_or_else(gone)?;
        let account = &there.source.account().id;
        let client = self.organisations.of(account).map(|known| &*known.organisation.client);
        Ok(connection::passport_text(&passport, &account.tenant, client.unwrap_or_default()))
    }

    /// The passport of whoever is signed in.
    pub(super) fn passport(&self) -> Result<Passport, UserError> {
        let there = self.person.there().ok_or_else(|| UserError::new(ErrorCode::Gone))?;
        let granted = there.session.granted();
        let has = |permission| match permission {
            // Writing includes reading.
            Permission::AlertRead => granted.alert_read || granted.alert_read_write,
            Permission::AlertReadWrite => granted.alert_read_write,
        };
        let of = |is_there: bool| if is_there { Grant::Granted } else { Grant::Missing };
        let needed = match there.interrupted.as_ref().map(|error| error.code) {
            Some(ErrorCode::ReadWriteNeeded) => Permission::AlertReadWrite,
            Some(_) | None => there.permission,
        };
        let role = match there.seen {
            SeenOfApi::Nothing | SeenOfApi::NoScope => Grant::Unknown,
            SeenOfApi::Answered => Grant::Inferred,
            SeenOfApi::NoRole => Grant::Missing,
        };
        let reading = match there.seen {
            SeenOfApi::NoScope => Grant::Missing,
            _ if granted.is_told || !has(needed) => of(has(needed)),
            // It was asked for, and nobody has said what came of that.
            SeenOfApi::Answered => Grant::Inferred,
            SeenOfApi::Nothing | SeenOfApi::NoRole => Grant::Unknown,
        };
        let row = |feature, scope: &str, scope_state, role_state| PassportRow {
            feature,
            scope: Shown::of(scope),
            scope_state,
            role_state,
        };
        let stays = *there.keeping.borrow() != Keeping::NotGiven;
        Ok(Passport {
            account: super::person::shown(there.source.account()),
            rows: vec![
                row(Feature::WhoIsThere, "openid profile", Grant::Granted, None),
                row(Feature::StaySignedIn, "offline_access", of(stays), None),
                row(Feature::ReadAlerts, identity::permission_name(needed), reading, Some(role)),
            ],
        })
    }
}
