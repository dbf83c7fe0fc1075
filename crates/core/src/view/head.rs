//! What the page is told: the head, and which queries changed.

use serde::Serialize;

use super::{Organisation, QueryId, Realm, Shown, UserError, UtcMillis};

/// One message to the page. The next one is not sent before the page has acknowledged this one.
///
/// The first message of a subscription carries the head and no changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// Counts up from 0 within a subscription.
    pub sequence: u32,
    /// The head, if it changed since the last update.
    pub head: Option<Head>,
    /// The queries whose rows changed since the last update.
    pub queries: Vec<QueryChange>,
}

/// A query's rows are no longer what they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QueryChange {
    /// Which query.
    pub query: QueryId,
    /// Grows with every change.
    pub revision: u32,
    /// How many rows the query has now.
    pub total: u32,
}

/// Everything outside the lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Grows when the account changes: rows of an older epoch are not shown any more.
    pub epoch: u32,
    /// Who is signed in.
    pub session: Session,
    /// Whether this program carries the practice tenant.
    pub practice: bool,
    /// The organisation that was connected, if any.
    pub organisation: Option<Organisation>,
    /// The whole batch, counted.
    pub counts: Counts,
    /// Why no lookup is asked at the moment, if none is.
    pub hold: Option<Hold>,
    /// How many files a drag that hovers over the window carries; none if nothing hovers.
    pub hovering: Option<u32>,
    /// Where the practice files were written, if they were.
    pub practice_folder: Option<Shown>,
    /// What the person is to be told and has not dismissed.
    pub notices: Vec<Notice>,
}

/// Something to tell once, in place until dismissed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Names the notice to `dismiss`.
    pub id: u32,
    /// What is to be told.
    pub error: UserError,
}

/// Who is signed in, or how far signing in has come.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Session {
    /// Nobody.
    SignedOut {
        /// Why the last attempt or session ended, if it did not end by the person's wish.
        error: Option<UserError>,
        /// What became of the sign-in, if the person signed out.
        signed_out: Option<SignOut>,
    },
    /// The sign-in that was kept is looked for.
    Restoring {
        /// Where.
        realm: Realm,
        /// The keyring is locked: it waits for the person's answer.
        locked: bool,
    },
    /// The browser is open, or was asked to open.
    SigningIn {
        /// Where.
        realm: Realm,
        /// How far.
        step: SignInStep,
        /// When the attempt ends by itself.
        until: UtcMillis,
        /// Set if the system said that it could not open a browser.
        browser: Option<UserError>,
    },
    /// Somebody.
    SignedIn {
        /// Who.
        account: ShownAccount,
        /// Whether the sign-in outlasts the program.
        keeping: Keeping,
    },
    /// The session ended before the person wished it: what is known stays, lookups wait, and
    /// signing in as the same person goes on.
    Interrupted {
        /// Who was signed in.
        account: ShownAccount,
        /// Why the session ended.
        error: UserError,
    },
}

/// An account, for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ShownAccount {
    /// Where.
    pub realm: Realm,
    /// The person's display name.
    pub name: Shown,
    /// The name the person signs in with.
    pub sign_in_name: Shown,
    /// The tenant's name or, for want of it, its id.
    pub tenant: Shown,
    /// The device groups this person sees, where that can be known; otherwise the roles decide and
    /// the page says so.
    pub sees: Option<Shown>,
}

/// Whether a sign-in outlasts the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Keeping {
    /// Its refresh token lies in the system's keyring.
    Kept,
    /// It is being put there.
    Saving,
    /// It ends with the program.
    NotKept {
        /// Why.
        error: UserError,
    },
}

/// What becomes of a sign-in when the person signs out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SignOut {
    /// Where the person was signed in.
    pub realm: Realm,
    /// How far it has come.
    pub removal: Removal,
}

/// Whether what was kept of a sign-in is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Removal {
    /// It is being removed from the keyring.
    Removing,
    /// It is removed from this computer.
    Removed,
    /// It could not be removed; the next start tries again.
    NotRemoved {
        /// Why.
        error: UserError,
    },
}

/// How far an attempt to sign in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SignInStep {
    /// The listener is not ready yet.
    Starting,
    /// The listener is ready; the browser has it.
    InBrowser,
    /// The browser came back; the code is being exchanged.
    Exchanging,
}

/// Why lookups are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Hold {
    /// Defender asked to wait (HTTP 429); shared by everyone who uses this app registration.
    Throttled {
        /// When lookups go on by themselves.
        until: UtcMillis,
    },
    /// This app's own share of the quota is used up.
    Quota {
        /// When lookups go on by themselves.
        until: UtcMillis,
    },
    /// Nobody is signed in.
    SignedOut,
    /// The session ended; signing in again goes on.
    Interrupted,
}

/// The whole batch, counted: every item is in exactly one of the fields but `items` and `alerts`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// All items.
    pub items: u32,
    /// Waiting to be read.
    pub unread: u32,
    /// Being read.
    pub reading: u32,
    /// Not read, for a reason.
    pub skipped: u32,
    /// Could not be read.
    pub unreadable: u32,
    /// Read; the lookup waits.
    pub waiting: u32,
    /// Being asked.
    pub asking: u32,
    /// Answered completely, with alerts.
    pub alerted: u32,
    /// Answered completely, no alerts visible.
    pub none_visible: u32,
    /// Answered in part.
    pub incomplete: u32,
    /// The lookup failed.
    pub failed: u32,
    /// Different alerts on screen.
    pub alerts: u32,
}
