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
    /// The person gave the attempt up in the window, or went elsewhere meanwhile.
    SignInGivenUp,
    /// Nothing came back from the browser in five minutes.
    SignInTimedOut,
    /// The authority refused. Facts, as far as it told them: `error`, `suberror`, `number` (AADSTS),
    /// `correlation`, `time`.
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
    // From here on what a refusal of the authority means, with facts as for `SignInRefused`. Their
    // AADSTS numbers stand in `identity/aadsts.rs`.
    /// The app has no consent in the organisation.
    ConsentMissing,
    /// Consent was asked for, and an administrator has not decided yet.
    ConsentPending,
    /// The person declined consent.
    ConsentDeclined,
    /// The organisation does not have the service that alerts come from.
    ServiceMissing,
    /// The app registration does not list the permission that is asked for.
    PermissionNotListed,
    /// The person is not assigned to the app.
    NotAssigned,
    /// A second factor is missing.
    SecondFactor,
    /// The device is not one that the organisation manages.
    DeviceNotManaged,
    /// A policy of the organisation stopped it.
    BlockedByPolicy,
    /// The account is blocked for now.
    AccountBlocked,
    /// The tenant has no app with the client id.
    AppNotFound,
    /// There is no such tenant in the cloud.
    TenantNotFound,
    /// The account is of another organisation.
    WrongAccount,
    /// The network or the organisation forbids the tenant.
    TenantRestricted,
    /// The app registration lacks the redirect URI.
    RedirectMismatch,
    /// The app registration is none of a public client.
    NotPublicClient,
    /// The redirect URI is registered for web pages.
    RegisteredForPages,
    /// The sign-in has expired.
    SessionExpired,
    /// The sign-in was revoked.
    SessionRevoked,
    /// A code was used before.
    StartAgain,
    /// The authority found the request wrong.
    RequestWrong,
    /// The password has expired.
    PasswordExpired,
    /// Name or password were wrong.
    PasswordWrong,
    /// The account is disabled.
    AccountDisabled,
    /// The authority asks to slow down.
    AuthorityBusy,
    /// The authority wants to see the person again.
    PersonNeeded,
    /// What was typed to be explained holds no AADSTS number.
    NoNumber,
    /// This computer's clock is behind the authority's. Facts: `minutes`.
    ClockSlow,
    /// This computer's clock is ahead of the authority's. Facts: `minutes`.
    ClockFast,
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
    /// The organisation has no active licence (HTTP 401). Facts: `message`, `request`.
    NotLicensed,
    /// The app lacks a permission (HTTP 403). Facts: `required`, `message`, `request`.
    ScopeMissing,
    /// Defender asks for `Alert.ReadWrite` (HTTP 403). Facts: `message`, `request`.
    ReadWriteNeeded,
    /// The person lacks a role in Defender (HTTP 403). Facts: `message`, `request`.
    RoleMissing,
    /// Something refused without saying what for (HTTP 403). Facts: `message`, `request`.
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
    /// Something in the answer could not be read.
    AnswerDamaged,
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
    /// The host is of another cloud than the tenant.
    HostInvalid,
    /// No organisation is connected.
    NotConnected,
    /// What the administrator has set for this computer cannot be understood. Facts: `file`, `line`
    /// where it has lines, `detail`.
    ManagedBroken,
    /// What the administrator has set for this computer could have been written by others. Facts:
    /// `file`, `detail`.
    ManagedWritable,
    /// What the administrator has set for this computer could not be read. Facts: `file`, `detail`.
    ManagedUnreadable,
    /// What was typed holds no domain.
    DomainInvalid,
    /// The authority knows no tenant by this domain or id. Facts: `domain`.
    DomainUnknown,
    /// What the authority says of a tenant is not valid. Facts: `detail`.
    DiscoveryInvalid,
    /// The settings are of a newer version of this app and were set aside. Facts: `file`.
    SettingsNewer,
    /// The settings could not be understood and were set aside. Facts: `file`.
    SettingsBroken,
    /// The settings could not be read. Facts: `detail`.
    SettingsUnreadable,
    /// The settings could not be saved. Facts: `detail`.
    SettingsNotSaved,
    /// The journal was damaged and was set aside; its record of calls was taken over. Facts: `file`.
    JournalDamaged,
    /// The journal was damaged and was set aside, with its record of calls. Facts: `file`.
    JournalAndCallsDamaged,
    /// The journal is of a newer version of this app; it stays, and nothing is kept.
    JournalNewer,
    /// The journal cannot be opened, and nothing is kept. Facts: `detail`.
    JournalUnavailable,
    /// The journal was found to be damaged while it was in use.
    JournalDamagedMeanwhile,
    /// The journal's file was removed while it was in use.
    JournalGone,
    /// The journal cannot be written at the moment. Facts: `detail`.
    JournalNotWritten,
    /// The journal was written after all.
    JournalWrittenAgain,
    /// Some of what was to be kept was not. Facts: `count`.
    JournalLost,
    /// What was to be forgotten of answers could not be removed.
    AnswersNotForgotten,
    /// A sign-in or a key that was to be forgotten is still in the keyring.
    SignInsNotForgotten,
    /// The settings could not be removed.
    SettingsNotForgotten,
    /// Files of the log could not be removed.
    LogsNotForgotten,
    /// What the web view kept could not be removed.
    ProfileNotForgotten,
    /// The list is full. Nothing more can be put into it.
    ListFull,
    /// Calls cannot be counted in the ledger's file, only in memory.
    LedgerTrouble,
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
    /// A host's name is not known in this network. Facts: `host`.
    NameUnknown,
    /// The proxy cannot be reached. Facts: `proxy`, its host and port.
    ProxyUnreachable,
    /// The proxy wants a name and a password, or did not take those that are set. Facts: `proxy`.
    ProxyPassword,
    /// The proxy's password is longer than any keyring would take. Facts: `most`, in bytes.
    ProxyPasswordInvalid,
    /// The keyring did not take the proxy's password, which ends with the program.
    ProxyPasswordRemembered,
    /// The proxy wants a sign-in of Windows. Facts: `proxy`, `scheme`, `host`.
    ProxyIntegrated,
    /// The proxy does not let a connection through. Facts: `proxy`, `status`, `host`.
    ProxyRefused,
    /// There is no direct way, and the proxy is found by a script. Facts: `host`.
    ProxyAutomatic,
    /// A certificate's issuer is not trusted here. Facts: `host`, `issuer`, `subject`.
    CertificateIssuer,
    /// A certificate has ended. Facts: `host`, `issuer`, `time`.
    CertificateExpired,
    /// A certificate has not begun. Facts: `host`, `issuer`, `time`.
    CertificateNotYetValid,
    /// A certificate is for other hosts. Facts: `host`, `issuer`, `names`.
    CertificateHost,
    /// A secure connection could not be agreed on. Facts: `host`, `detail`.
    TlsFailed,
    /// What was typed is no host of a proxy.
    ProxyHostInvalid,
    /// What was typed is no port of a proxy.
    ProxyPortInvalid,
    /// What was typed cannot be sent as a name to a proxy.
    ProxyUserInvalid,
    /// The picked file holds no certificate.
    CaNotACertificate,
    /// The picked file could not be read. Facts: `detail`.
    CaUnreadable,
    /// The picked file is too large for one of certificates. Facts: `megabytes`.
    CaTooLarge,
    /// The picked file holds a private key.
    CaPrivateKey,
    /// There is no display to open a browser on.
    BrowserNoDisplay,
    /// There is no display to open a browser on, for this runs in a session over SSH.
    BrowserNoDisplaySsh,
    /// The program that opens the browser does not come to an end.
    BrowserHangs,
    /// The browser has not come back for half a minute, not even for a moment.
    BrowserSilent,
    /// The browser wants the address on this computer over HTTPS.
    BrowserInsistsOnHttps,
}

/// What can be done about an error with one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Remedy {
    /// Signing in, as the same person where one is known.
    SignIn,
    /// Signing in as somebody else.
    OtherAccount,
    /// Signing in with the greater permission.
    StepUp,
    /// Copying a message for the administrator.
    AskAdministrator,
    /// Looking at how the organisation is connected.
    Connection,
    /// Looking at how the network is reached.
    Network,
}

impl ErrorCode {
    /// What can be done about it with one press, beside trying again.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most have none")]
    pub fn remedy(self) -> Option<Remedy> {
        match self {
            Self::SessionEnded
            | Self::SessionExpired
            | Self::SessionRevoked
            | Self::PersonNeeded
            | Self::SecondFactor
            | Self::ConsentDeclined
            | Self::StartAgain
            | Self::PasswordExpired
            | Self::PasswordWrong
            | Self::Unauthorized => Some(Remedy::SignIn),
            Self::WrongAccount => Some(Remedy::OtherAccount),
            Self::ReadWriteNeeded => Some(Remedy::StepUp),
            Self::SignInRefused
            | Self::ConsentMissing
            | Self::ConsentPending
            | Self::ServiceMissing
            | Self::PermissionNotListed
            | Self::NotAssigned
            | Self::DeviceNotManaged
            | Self::BlockedByPolicy
            | Self::AccountBlocked
            | Self::AccountDisabled
            | Self::TenantRestricted
            | Self::RedirectMismatch
            | Self::NotPublicClient
            | Self::RegisteredForPages
            | Self::NotLicensed
            | Self::ScopeMissing
            | Self::RoleMissing
            | Self::Forbidden => Some(Remedy::AskAdministrator),
            Self::NotConnected | Self::AppNotFound | Self::TenantNotFound | Self::RequestWrong => {
                Some(Remedy::Connection)
            }
            Self::AuthorityUnreachable
            | Self::Offline
            | Self::NameUnknown
            | Self::ProxyUnreachable
            | Self::ProxyPassword
            | Self::ProxyIntegrated
            | Self::ProxyRefused
            | Self::ProxyAutomatic
            | Self::CertificateIssuer => Some(Remedy::Network),
            _ => None,
        }
    }
}
