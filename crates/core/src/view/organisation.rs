//! Organisations and accounts: to whom a person can sign in, as whom, through what, and how that is
//! found out and checked.

use serde::{Deserialize, Serialize};

use super::{Realm, Shown, ShownAccount, UserError};

/// A connected organisation, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// The cloud the tenant lives in.
    pub cloud: Cloud,
    /// The tenant's id: a GUID.
    pub tenant: String,
    /// The app registration's client id: a GUID.
    pub client: String,
    /// The host of the API; settings of a version that had no choice have the usual one.
    #[serde(default)]
    pub host: ApiHost,
    /// The domain by which the tenant was found, in ASCII; none if its id was typed.
    #[serde(default)]
    pub domain: Option<String>,
    /// What reading alerts needs here.
    #[serde(default)]
    pub permission: Permission,
}

/// The permission by which alerts are read. The documents of late 2025 name the greater one for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Permission {
    /// `Alert.Read`.
    #[default]
    AlertRead,
    /// `Alert.ReadWrite`, asked for only once the API has said that the other one is not enough.
    AlertReadWrite,
}

/// A Microsoft cloud: fixes authority, audience, hosts, Graph host and portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Cloud {
    /// The commercial cloud.
    Commercial,
    /// US government community cloud; signs in at the commercial authority.
    Gcc,
    /// US government community cloud, high.
    GccHigh,
    /// US department of defense.
    Dod,
}

impl Cloud {
    /// Every cloud.
    pub const ALL: [Self; 4] = [Self::Commercial, Self::Gcc, Self::GccHigh, Self::Dod];
}

/// A host of the API. The commercial cloud has several, all for one audience; the other clouds have
/// one each, which is [`ApiHost::Global`].
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ApiHost {
    /// The cloud's usual host.
    #[default]
    Global,
    /// In the United States.
    Us,
    /// In Europe.
    Eu,
    /// In the United Kingdom.
    Uk,
    /// In Australia.
    Au,
    /// The newer name of the usual host.
    NewGlobal,
    /// The newer name, in the United States.
    NewUs,
    /// The newer name, in Europe.
    NewEu,
    /// The newer name, in the United Kingdom.
    NewUk,
    /// The newer name, in Australia.
    NewAu,
    /// The newer name, in Switzerland.
    NewSwa,
    /// The newer name, in India.
    NewIna,
}

impl ApiHost {
    /// Every host.
    pub const ALL: [Self; 12] = [
        Self::Global,
        Self::Us,
        Self::Eu,
        Self::Uk,
        Self::Au,
        Self::NewGlobal,
        Self::NewUs,
        Self::NewEu,
        Self::NewUk,
        Self::NewAu,
        Self::NewSwa,
        Self::NewIna,
    ];
}

/// A connected organisation, as the page names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct OrganisationId(pub u32);

/// A connected organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Connected {
    /// Names it to intents.
    pub id: OrganisationId,
    /// Which.
    pub organisation: Organisation,
    /// Whether the administrator of this computer has fixed it, so that it cannot be removed here.
    pub locked: bool,
}

/// Where to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SignInTo {
    /// The practice tenant.
    Practice,
    /// A connected organisation.
    Organisation {
        /// Which.
        id: OrganisationId,
    },
}

/// An account that can be gone over to, as the page names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct AccountHandle(pub u32);

/// An account whose session lives or is kept. The active one is among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KnownAccount {
    /// Names it to intents.
    pub handle: AccountHandle,
    /// Where.
    pub realm: Realm,
    /// The organisation, if it is still connected; none for practice.
    pub organisation: Option<OrganisationId>,
    /// Who; none until the keyring has told.
    pub account: Option<ShownAccount>,
    /// Whether it is the one that asks.
    pub active: bool,
    /// Whether it outlasts the program.
    pub kept: bool,
}

/// What the person typed to connect an organisation; checked in core.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OrganisationForm {
    /// The cloud the tenant lives in.
    pub cloud: Cloud,
    /// The tenant's id as typed or found.
    pub tenant: String,
    /// The client id as typed; empty where only the texts of a registration are wanted.
    pub client: String,
    /// The host of the API.
    #[serde(default)]
    pub host: ApiHost,
    /// The domain by which the tenant was found.
    #[serde(default)]
    pub domain: Option<String>,
}

/// A tenant that was found by a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FoundTenant {
    /// Its id.
    pub tenant: String,
    /// The domain, in ASCII and lower case.
    pub domain: String,
    /// The cloud that the authority's document names; the person confirms it.
    pub cloud: Cloud,
}

/// A way to make the app registration, or a text about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RegistrationText {
    /// Steps in the portal.
    Portal,
    /// A script for the Azure CLI.
    Az,
    /// A script for Microsoft Graph PowerShell.
    PowerShell,
    /// A message to the administrator, with the link that gives consent.
    Message,
}

/// How to make the app registration, with the person's values in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Steps in the portal, a line each.
    pub portal: Shown,
    /// A script for the Azure CLI.
    pub az: Shown,
    /// A script for Microsoft Graph PowerShell.
    pub power_shell: Shown,
    /// A message to the administrator, with the link that gives consent.
    pub message: Shown,
}

/// A check of a connected organisation, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The steps, in order, all of them from the start.
    pub steps: Vec<CheckStep>,
    /// Whether it goes on.
    pub running: bool,
}

/// A step of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CheckStep {
    /// Which.
    pub kind: CheckKind,
    /// What came of it.
    pub outcome: CheckOutcome,
}

/// What a step of a check tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CheckKind {
    /// The authority knows the tenant, and names itself as it should.
    Discovery,
    /// Somebody signs in.
    SignIn,
    /// The permission was granted.
    Scope,
    /// The API answers a call for the digest of an empty file, which is nobody's file.
    Call,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum CheckOutcome {
    /// Its turn has not come.
    Waiting,
    /// It is tried.
    Running,
    /// It went well.
    Passed {
        /// What was seen: the issuer, the person, the scope, the host.
        seen: Option<Shown>,
    },
    /// It did not; the steps after it are not tried.
    Failed {
        /// Why, and what to do.
        error: UserError,
    },
}

/// What the signed-in person may do, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Passport {
    /// Who.
    pub account: ShownAccount,
    /// A row a feature.
    pub rows: Vec<PassportRow>,
}

/// What a feature needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PassportRow {
    /// Which feature.
    pub feature: Feature,
    /// The delegated permission, as Entra names it.
    pub scope: Shown,
    /// Whether that was granted.
    pub scope_state: Grant,
    /// Whether the role in Defender is there; none where the feature needs no role.
    pub role_state: Option<Grant>,
}

/// What the app does that needs a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Feature {
    /// Knowing who is signed in.
    WhoIsThere,
    /// Staying signed in over a restart.
    StaySignedIn,
    /// Reading the alerts of a file.
    ReadAlerts,
}

/// What is known of a permission or a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Grant {
    /// The service has said so.
    Granted,
    /// The service has refused for want of it.
    Missing,
    /// The service has answered as it does where it is there, which is no proof.
    Inferred,
    /// Nothing has told yet.
    Unknown,
}

/// What an administrator has set for this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Managed {
    /// Nothing.
    None,
    /// These.
    Applied {
        /// Where they stand: a file, or a key of the registry.
        place: Shown,
        /// Each, and which value won.
        settings: Vec<ManagedSetting>,
    },
    /// What stands there is not followed: the person could write it, or it is broken.
    Refused {
        /// Where.
        place: Shown,
        /// Why.
        error: UserError,
    },
}

/// A setting that an administrator has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ManagedSetting {
    /// Which.
    pub name: ManagedName,
    /// Its value, as a person reads it.
    pub value: Shown,
    /// Whether the person may choose another one.
    pub locked: bool,
    /// Whether the person has chosen another one, which holds then.
    pub overridden: bool,
}

/// What an administrator can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ManagedName {
    /// The organisation: cloud, tenant and client id, host.
    Organisation,
    /// The proxy.
    Proxy,
    /// A file of further certificate authorities.
    ExtraCa,
    /// Whether the practice tenant is offered.
    Practice,
    /// How long answers are kept.
    History,
    /// How the browser brings the sign-in's answer.
    ResponseMode,
}

/// How this program reaches an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// The proxy that is used.
    pub proxy: ProxyInUse,
    /// Further certificate authorities that the person or the administrator has named.
    pub extra_ca: Option<ExtraCa>,
    /// What is wrong with how it is set up, if something is.
    pub error: Option<UserError>,
    /// Whether the administrator has fixed the proxy.
    pub proxy_locked: bool,
    /// Whether the administrator has fixed the certificate authorities.
    pub ca_locked: bool,
}

/// A proxy, and who named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProxyInUse {
    /// Connections go directly.
    Direct,
    /// A variable of the environment names it.
    Environment {
        /// Its name or address.
        host: Shown,
        /// Its port.
        port: u16,
    },
    /// The system's settings name it.
    System {
        /// Its name or address.
        host: Shown,
        /// Its port.
        port: u16,
    },
    /// The person or the administrator named it here.
    Chosen {
        /// Its name or address.
        host: Shown,
        /// Its port.
        port: u16,
        /// The name to give to it, if it asks for one.
        user: Option<Shown>,
    },
    /// The desktop's settings name one, which this program does not follow: connections go directly.
    Desktop {
        /// Its name or address.
        host: Shown,
        /// Its port.
        port: u16,
    },
    /// The system has a script for it, or looks for one, which this program does not follow:
    /// connections go directly.
    Automatic,
}

/// A file of certificate authorities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ExtraCa {
    /// Its name.
    pub file: Shown,
    /// How many it holds.
    pub certificates: u32,
}

/// What the person typed to name a proxy; checked in core.
#[derive(Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProxyForm {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: String,
    /// The name to give to it; empty for none.
    pub user: String,
    /// The password to give to it; none leaves the one that is kept.
    pub password: Option<String>,
}

impl std::fmt::Debug for ProxyForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyForm").finish_non_exhaustive()
    }
}
