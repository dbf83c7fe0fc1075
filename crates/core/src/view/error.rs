//! An error as the person sees it: a code with named facts. The words stand in `words/`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Shown;

/// What went wrong, for the person; the cause is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UserError {
    /// What kind of problem this is.
    pub code: ErrorCode,
    /// What the sentence needs: seconds to wait, a host, a correlation id.
    pub facts: Facts,
}

/// Named facts of a sentence.
pub type Facts = BTreeMap<&'static str, Fact>;

/// One fact of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Fact {
    /// A count, seconds, a status.
    Number(u32),
    /// A text, already in its display form.
    Text(Shown),
}

impl From<u32> for Fact {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<u16> for Fact {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(Shown::of(text))
    }
}

impl UserError {
    /// An error without facts.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, facts: Facts::new() }
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.insert(name, fact.into());
        self
    }
}

/// Declares the codes together with the list of all of them, which the tests of the words need.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $code:ident,)+) => {
        /// What kind of problem an error is. Each has its words in `words/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(rename_all = "camelCase")]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)+
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code,)+];
        }
    };
}

error_codes! {
    /// The person pressed cancel on the authority's page.
    SignInDeclined,
    /// Nothing came back from the browser in five minutes.
    SignInTimedOut,
    /// The authority refused. Facts: `error`, `number` (AADSTS), `correlation`, `time`.
    SignInRefused,
    /// What came back was not a valid answer of the authority. Facts: `detail`.
    SignInInvalid,
    /// No loopback port could be had to listen on.
    SignInNoListener,
    /// This computer's clock is too far from the authority's.
    SignInClock,
    /// The system said that no browser could be opened.
    BrowserNotOpened,
    /// The authority could not be reached. Facts: `host`.
    AuthorityUnreachable,
    /// The authority answered a renewal of the session with what is no token.
    RenewalInvalid,
    /// The session ended: its refresh token was refused. Facts as for `SignInRefused`.
    SessionEnded,
    /// There is no keyring to keep the sign-in in.
    KeyringNone,
    /// The keyring is locked, and could not ask for its password.
    KeyringLocked,
    /// The person did not unlock the keyring.
    KeyringDismissed,
    /// The keyring does not answer.
    KeyringSilent,
    /// Earlier questions to the keyring still hang.
    KeyringBusy,
    /// The keyring refused. Facts: `detail`.
    KeyringRefused,
    /// What the keyring holds is not a sign-in of this app.
    KeyringDamaged,
    /// What the keyring holds was written by a newer version of this app; it stays.
    KeyringNewer,
    /// The keyring holds more than one entry for this account.
    KeyringSeveral,
    /// The keyring took the sign-in and did not keep it.
    KeyringNotKept,
    /// The authority gave no refresh token, so there is nothing to keep.
    NothingToKeep,
    /// The files that belong to a kept sign-in could not be read or written. Facts: `detail`.
    SignInFilesFailed,
    /// An earlier sign-out could not be brought to its end yet. Facts: `detail`.
    SignOutUnfinished,
    /// Defender could not be reached. Facts: `host`.
    Offline,
    /// Defender did not answer in time. Facts: `host`.
    TimedOut,
    /// The connection broke before the answer was whole. Facts: `host`.
    BrokenOff,
    /// Defender did not accept the session (HTTP 401). Facts: `message`, `request`.
    Unauthorized,
    /// The person or the app lacks a permission (HTTP 403). Facts: `message`, `request`.
    Forbidden,
    /// The route was not found (HTTP 404), which never means an unknown file. Facts: `host`.
    NotFound,
    /// Defender said that the request was wrong (HTTP 400). Facts: `message`, `request`.
    Rejected,
    /// Defender asked to wait (HTTP 429). Facts: `seconds`.
    Throttled,
    /// Defender failed (HTTP 5xx). Facts: `status`.
    ServerError,
    /// A redirect, which is never followed. Facts: `status`, `host`.
    Redirected,
    /// The answer was not what the API describes. Facts: `status`.
    UnexpectedAnswer,
    /// The answer was larger than any honest one. Facts: `megabytes`.
    TooLarge,
    /// A page of the answer did not arrive. Facts: `page`.
    PageMissing,
    /// The link to the next page was not acceptable. Facts: `page`.
    LinkRefused,
    /// The answer had more pages than any honest one. Facts: `pages`.
    TooManyPages,
    /// Entries of the answer could not be read as alerts. Facts: `count`.
    EntriesUnreadable,
    /// Defender sent a partial answer (HTTP 206, or a warning).
    Partial,
    /// The asking failed inside this app.
    AskingFailed,
    /// Not a regular file: a pipe, a device, a socket.
    NotRegular,
    /// The file is empty; its digest would say nothing.
    EmptyFile,
    /// The digest is that of an empty file, and would say nothing.
    EmptyDigest,
    /// The file's content lies with a cloud: to read it would download it.
    CloudOnly,
    /// The person may not read the file.
    NoPermission,
    /// Another program holds the file and shares it with nobody (Windows errors 32 and 33).
    Locked,
    /// The file was gone before it could be read.
    Vanished,
    /// The file's name is no text, and the drop did not carry it whole.
    NameNotText,
    /// The file changed while it was read, twice.
    Changed,
    /// Security software stopped the reading (Windows errors 225 and 226).
    Blocked,
    /// The file could not be read. Facts: `detail`.
    Unreadable,
    /// The reading failed inside this app.
    ReadingFailed,
    /// The pasted text holds no SHA-1, SHA-256 or MD5.
    NoDigestInText,
    /// The pasted text is too long. Facts: `megabytes`.
    TextTooLong,
    /// The clipboard could not be read.
    ClipboardUnreadable,
    /// The clipboard could not be written.
    ClipboardNotWritten,
    /// What was dragged holds no files.
    NoFilesInDrop,
    /// Something that the program was asked to open is the address of something elsewhere.
    ArgumentElsewhere,
    /// The program was asked to open more than it takes at once. Facts: `limit`, `left`.
    TooManyArguments,
    /// This start opened a window of its own: the one that is open did not answer.
    OpenedBeside,
    /// The tenant id is not a GUID.
    TenantInvalid,
    /// The client id is not a GUID.
    ClientInvalid,
    /// No organisation is connected.
    NotConnected,
    /// The settings are of a newer version of this app and were set aside. Facts: `file`.
    SettingsNewer,
    /// The settings could not be understood and were set aside. Facts: `file`.
    SettingsBroken,
    /// The settings could not be read. Facts: `detail`.
    SettingsUnreadable,
    /// The settings could not be saved. Facts: `detail`.
    SettingsNotSaved,
    /// The practice tenant could not be started. Facts: `detail`.
    PracticeUnavailable,
    /// The practice files could not be written. Facts: `detail`.
    PracticeFilesNotWritten,
    /// A portal page or folder could not be opened.
    NotOpened,
    /// The alert or file has no such page: an id is missing or not of a known form.
    NoPortalPage,
    /// What was asked for is not there any more.
    Gone,
    /// The page of the window had died and was loaded again.
    PageReloaded,
    /// The log could not be written.
    LogUnavailable,
}
