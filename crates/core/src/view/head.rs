//! What the page is told: the head, and which queries changed.

use serde::Serialize;

use super::{
    Check, Connected, ItemId, KnownAccount, Managed, Network, Preferences, QueryId, Realm, Shown,
    SignInTo, UserError, UtcMillis,
};

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
    /// The organisations that were connected, the latest last.
    pub organisations: Vec<Connected>,
    /// The accounts that can be gone over to without a browser, the active one among them.
    pub accounts: Vec<KnownAccount>,
    /// What an administrator has set for this computer.
    pub managed: Managed,
    /// How organisations are reached.
    pub network: Network,
    /// The check of an organisation that runs or ran last, until it is closed.
    pub check: Option<Check>,
    /// The whole batch, counted.
    pub counts: Counts,
    /// Why no lookup is asked at the moment, if none is.
    pub hold: Option<Hold>,
    /// Whether others use the same app registration, and with it the same quota: Defender has
    /// refused calls lately that this app's own do not explain.
    pub quota_shared: bool,
    /// Where answers are kept.
    pub history: HistoryState,
    /// What an earlier run left unfinished, until the person goes on with it or leaves it.
    pub unfinished: Option<Unfinished>,
    /// How the work stands, while something is read or asked.
    pub progress: Option<Progress>,
    /// Whether the person has paused reading and asking.
    pub paused: bool,
    /// What comes in at the moment, and what was left out since the list was last cleared.
    pub intake: Intake,
    /// What came in alone last, if something did: whoever gives one file means that one.
    pub arrival: Option<Arrival>,
    /// What a drag carries that hovers over the window; none if nothing hovers.
    pub hovering: Option<Hovering>,
    /// What the person has chosen for this window.
    pub preferences: Preferences,
    /// Where the practice files were written, if they were.
    pub practice_folder: Option<Shown>,
    /// What the person is to be told and has not dismissed.
    pub notices: Vec<Notice>,
}

/// Where answers are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum HistoryState {
    /// Nobody is signed in yet, or the keyring has not given the key.
    Opening,
    /// Sealed, on this computer.
    Kept,
    /// Nowhere but in memory, by the person's choice.
    Off,
    /// Nowhere but in memory.
    Memory {
        /// Why.
        error: UserError,
    },
}

/// What an earlier run left unfinished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Unfinished {
    /// When it was begun.
    pub began: UtcMillis,
    /// Its items.
    pub items: u32,
    /// Those that were not read.
    pub unread: u32,
    /// Those whose digest was not answered.
    pub unasked: u32,
}

/// How the work stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The file that has been read the longest, if one is read.
    pub file: Option<Shown>,
    /// How far its reading is, 0 to 100.
    pub percent: u8,
    /// Bytes read a second, over the last few seconds; none until that can be told.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub rate: Option<i64>,
    /// Seconds until all is read and asked, as far as that can be told.
    pub left: Option<u32>,
}

/// What comes in: folders are gone through beside everything else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Intake {
    /// Whether folders or texts are being gone through.
    pub running: bool,
    /// Everything that came in, counted.
    pub sums: Sums,
    /// What was found in folders and is no item.
    pub left_out: Vec<LeftOut>,
    /// The files that lie with a cloud and were not fetched, if there are any.
    pub cloud: Option<CloudOnly>,
    /// What has to be answered before more is taken in.
    pub question: Option<Question>,
}

/// Everything that came in since the list was last cleared. Each file, and each other entry of a
/// folder, is counted in exactly one field but `found`, which is the sum of those.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Sums {
    /// All files and other entries, and digests that were left out.
    pub found: u32,
    /// Read, so that their SHA-1 is known.
    pub read: u32,
    /// Still to be read, or being read.
    pub to_read: u32,
    /// Not read, by reason; those that there are.
    pub not_read: Vec<NotRead>,
    /// SHA-1 digests in the list that texts named; not part of `found`.
    pub digests: u32,
    /// Digests of other kinds in the list that texts named; not part of `found`.
    pub unresolved: u32,
}

/// Files and other entries that were not read for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NotRead {
    /// Why.
    pub reason: NotReadReason,
    /// How many.
    pub count: u32,
}

/// Why a file, or another entry of a folder, was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NotReadReason {
    /// Its content lies with a cloud, and was not fetched.
    CloudOnly,
    /// It has no content.
    Empty,
    /// A link, junction or mount point.
    Link,
    /// A pipe, a device, a socket, or made up by the system as it is read.
    NotRegular,
    /// Another program holds it.
    Locked,
    /// The person may not read it.
    NoPermission,
    /// Security software stopped the reading.
    Blocked,
    /// It was gone before it could be read.
    Vanished,
    /// It changed while it was read, twice.
    Changed,
    /// Anything else.
    Unreadable,
    /// The person cancelled it; of folders that were not gone through to their end, the folders.
    Cancelled,
    /// More than one batch takes.
    TooMany,
    /// The person was asked, and left it out.
    Declined,
}

/// Files whose content lies with a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CloudOnly {
    /// How many.
    pub files: u32,
    /// What would be downloaded, in bytes.
    #[cfg_attr(test, ts(type = "number"))]
    pub bytes: i64,
}

/// A question about something that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Names it to the answer.
    pub id: u32,
    /// What it is about.
    pub about: QuestionAbout,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum QuestionAbout {
    /// Very much came in at once.
    Huge {
        /// Files, and digests of texts, so far.
        items: u32,
        /// Their size in bytes, so far.
        #[cfg_attr(test, ts(type = "number"))]
        bytes: i64,
        /// Whether more is still being found.
        counting: bool,
        /// How many lookups that can cost at the most.
        lookups: u32,
        /// How many seconds those take at the least, by the quota.
        seconds: u32,
    },
    /// Paths on servers came in from elsewhere than the person's hand: to look at one tells the
    /// server who the person is.
    Server {
        /// How many.
        paths: u32,
        /// The first ones, at most 5.
        first: Vec<Shown>,
    },
}

/// One file or digest that came in alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    /// Its item, which may have been in the list before.
    pub item: ItemId,
    /// Grows with each, so that the same one can come again.
    pub number: u32,
}

/// Entries of folders that were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Why.
    pub reason: LeftOutReason,
    /// How many.
    pub count: u32,
    /// The paths of the first ones, at most 5.
    pub first: Vec<Shown>,
}

/// Why an entry of a folder is no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum LeftOutReason {
    /// A link, junction or mount point: what it leads to is not gone into.
    Link,
    /// A pipe, device or socket: it has no bytes to look up.
    NotRegular,
    /// A folder, or an entry of one, that could not be read.
    Unreadable,
    /// More than one batch takes.
    TooMany,
    /// The person stopped before it was looked at; counts folders.
    Cancelled,
    /// The person was asked, and left it out.
    Declined,
    /// A text that could not be looked through for digests to its end.
    TextUnread,
}

/// What a drag carries that hovers over the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Hovering {
    /// How many files. With no folder either, the drag carries nothing that can be read here.
    pub files: u32,
    /// How many folders.
    pub folders: u32,
    /// The name of the first.
    pub first: Option<Shown>,
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
        /// Where the last attempt was, if it or its session ended with the error.
        tried: Option<SignInTo>,
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
        /// What is the matter with the browser, if something is.
        browser: Option<UserError>,
        /// Why the person is asked to sign in, if it is not by their own wish alone.
        why: Option<UserError>,
        /// Whether the answer comes back in the address, since the administrator has set that.
        in_address: bool,
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
    /// The person has paused.
    Paused,
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
    /// The person cancelled the reading or the lookup.
    pub cancelled: u32,
    /// A digest of another kind, whose SHA-1 is not known.
    pub unresolved: u32,
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
