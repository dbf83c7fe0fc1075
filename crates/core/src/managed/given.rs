//! What is given, checked name by name and then together.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{At, Broken, Expected, Policy, Reason};
use crate::{
    identity::{Endpoints, OrganisationEndpoints, OrganisationError},
    network::ProxyAddress,
    settings::ProxyChoice,
    view::{ApiHost, Cloud, Organisation, Permission, Retention},
};

/// A section: what holds until the person chooses otherwise, or whatever they choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The organisation.
    pub organisation: Option<Organisation>,
    /// The proxy.
    pub proxy: Option<ProxyChoice>,
    /// A file of further certificate authorities; its path is absolute.
    pub extra_ca: Option<PathBuf>,
    /// Whether the practice tenant is offered.
    pub practice: Option<bool>,
    /// How long answers are kept.
    pub history: Option<Retention>,
    /// How the browser brings the sign-in's answer.
    pub response_mode: Option<ResponseMode>,
}

/// How the browser brings the sign-in's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// In a form, which leaves nothing in the browser's history.
    FormPost,
    /// In the address, for browsers that send no form to `localhost`.
    Query,
}

/// A value as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number that is not negative.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// Anything else.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SectionName {
    Preset,
    Locked,
}

/// A value, with its name and their places.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub(super) section: SectionName,
    pub(super) name: Cow<'a, str>,
    pub(super) key_at: At,
    pub(super) value: Value,
    pub(super) value_at: At,
}

/// A named value; none for the version, which may stand beside the sections.
pub(super) fn of_value(
    section: &str,
    name: &str,
    value: Value,
) -> Result<Option<Given<'static>>, Broken> {
    let at = At::Value { section: section.into(), name: name.into() };
    let section = match section {
        "" if name.eq_ignore_ascii_case("version") => {
            return if value == Value::Number(1) {
                Ok(None)
            } else {
                Err(Broken { at, reason: Reason::Version })
            };
        }
        _ if section.eq_ignore_ascii_case("preset") => SectionName::Preset,
        _ if section.eq_ignore_ascii_case("locked") => SectionName::Locked,
        _ => {
            let name = if section.is_empty() { name } else { section };
            return Err(Broken { at, reason: Reason::Unknown { name: name.into() } });
        }
    };
    let known = Name::ALL.into_iter().find(|known| known.key().eq_ignore_ascii_case(name));
    // A registry has no yes and no.
    let value = if let Value::Number(number @ (0 | 1)) = value
        && known == Some(Name::Practice)
    {
        Value::Flag(number == 1)
    } else {
        value
    };
    let name =
        known.map_or_else(|| Cow::Owned(name.to_owned()), |known| Cow::Borrowed(known.key()));
    Ok(Some(Given { section, name, key_at: at.clone(), value, value_at: at }))
}

/// The names that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Cloud,
    Tenant,
    Client,
    Host,
    ProxyHost,
    ProxyPort,
    ProxyUser,
    ExtraCa,
    Practice,
    History,
    ResponseMode,
}

impl Name {
    const ALL: [Self; 11] = [
        Self::Cloud,
        Self::Tenant,
        Self::Client,
        Self::Host,
        Self::ProxyHost,
        Self::ProxyPort,
        Self::ProxyUser,
        Self::ExtraCa,
        Self::Practice,
        Self::History,
        Self::ResponseMode,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Tenant => "tenant",
            Self::Client => "client",
            Self::Host => "host",
            Self::ProxyHost => "proxyHost",
            Self::ProxyPort => "proxyPort",
            Self::ProxyUser => "proxyUser",
            Self::ExtraCa => "extraCa",
            Self::Practice => "practice",
            Self::History => "history",
            Self::ResponseMode => "responseMode",
        }
    }
}

/// The policy that all this is. The first thing that is wrong by itself comes before what is wrong
/// only with others.
pub(super) fn policy<'a>(givens: impl IntoIterator<Item = Given<'a>>) -> Result<Policy, Broken> {
    let [mut preset, mut locked] = [Draft::default(), Draft::default()];
    let mut seen: Vec<(Name, SectionName)> = Vec::new();
    for Given { section, name, key_at, value, value_at } in givens {
        let Some(known) = Name::ALL.into_iter().find(|known| known.key() == name) else {
            let reason = Reason::Unknown { name: name.into_owned() };
            return Err(Broken { at: key_at, reason });
        };
        if let Some((_, other)) = seen.iter().find(|(name, _)| *name == known) {
            let name = name.into_owned();
            let twice = *other == section;
            let reason = if twice { Reason::Twice { name } } else { Reason::InBoth { name } };
            return Err(Broken { at: key_at, reason });
        }
        seen.push((known, section));
        let draft = match section {
            SectionName::Preset => &mut preset,
            SectionName::Locked => &mut locked,
        };
        draft
            .take(known, value, key_at, &value_at)
            .map_err(|reason| Broken { at: value_at, reason })?;
    }
    Ok(Policy { place: String::new(), preset: preset.section()?, locked: locked.section()? })
}

/// A value with its place.
type Placed<T> = Option<(T, At)>;

/// A section while its values are taken in. A place is that of the name, so that what is missing
/// beside it can be told; that of a host is of its value.
#[derive(Default)]
struct Draft {
    cloud: Placed<Cloud>,
    tenant: Placed<String>,
    client: Placed<String>,
    host: Placed<String>,
    proxy_host: Placed<String>,
    proxy_port: Placed<u16>,
    proxy_user: Placed<String>,
    rest: Section,
}

impl Draft {
    fn take(&mut self, name: Name, value: Value, key: At, at: &At) -> Result<(), Reason> {
        match name {
            Name::Cloud => self.cloud = Some((choice(name, value, &CLOUDS)?, key)),
            Name::Tenant => self.tenant = Some((guid(name, value)?, key)),
            Name::Client => self.client = Some((guid(name, value)?, key)),
            Name::Host => self.host = Some((text(name, value)?, at.clone())),
            Name::ProxyHost => self.proxy_host = Some((proxy_host(&text(name, value)?)?, key)),
            Name::ProxyPort => self.proxy_port = Some((port(name, &value)?, key)),
            Name::ProxyUser => self.proxy_user = Some((proxy_user(text(name, value)?)?, key)),
            Name::ExtraCa => {
                let path = text(name, value)?;
                if !Path::new(&path).is_absolute() {
                    return Err(Reason::RelativePath);
                }
                self.rest.extra_ca = Some(path.into());
            }
            Name::Practice => self.rest.practice = Some(flag(name, &value)?),
            Name::History => self.rest.history = Some(choice(name, value, &RETENTIONS)?),
            Name::ResponseMode => {
                self.rest.response_mode = Some(choice(name, value, &RESPONSE_MODES)?);
            }
        }
        Ok(())
    }

    fn section(self) -> Result<Section, Broken> {
        let missing = |name: Name, at| {
            let reason = Reason::Missing { name: name.key() };
            Err(Broken { at, reason })
        };
        let organisation = match (self.tenant, self.client) {
            (Some((tenant, _)), Some((client, _))) => {
                let cloud = self.cloud.map_or(Cloud::Commercial, |(cloud, _)| cloud);
                Some(organisation(cloud, tenant, client, self.host)?)
            }
            (Some((_, at)), None) => return missing(Name::Client, at),
            (None, Some((_, at))) => return missing(Name::Tenant, at),
            (None, None) => {
                let alone = self.cloud.map(|(_, at)| at).or(self.host.map(|(_, at)| at));
                match alone {
                    Some(at) => return missing(Name::Tenant, at),
                    None => None,
                }
            }
        };
        let proxy = match (self.proxy_host, self.proxy_port) {
            (Some((host, _)), Some((port, _))) => {
                Some(ProxyChoice { host, port, user: self.proxy_user.map(|(user, _)| user) })
            }
            (Some((_, at)), None) => return missing(Name::ProxyPort, at),
            (None, Some((_, at))) => return missing(Name::ProxyHost, at),
            (None, None) => match self.proxy_user {
                Some((_, at)) => return missing(Name::ProxyHost, at),
                None => None,
            },
        };
        Ok(Section { organisation, proxy, ..self.rest })
    }
}

/// The organisation, at the host of its cloud that has this name.
fn organisation(
    cloud: Cloud,
    tenant: String,
    client: String,
    host: Placed<String>,
) -> Result<Organisation, Broken> {
    let usual = Organisation {
        cloud,
        tenant,
        client,
        host: ApiHost::Global,
        domain: None,
        permission: Permission::AlertRead,
    };
    let Some((name, at)) = host else { return Ok(usual) };
    ApiHost::ALL
        .into_iter()
        .map(|host| Organisation { host, ..usual.clone() })
        .find(|organisation| match OrganisationEndpoints::new(organisation) {
            Ok(endpoints) => {
                endpoints.api().host_str().is_some_and(|host| host.eq_ignore_ascii_case(&name))
            }
            Err(
                OrganisationError::Host | OrganisationError::Tenant | OrganisationError::Client,
            ) => false,
        })
        .ok_or(Broken { at, reason: Reason::Host })
}

const CLOUDS: [(&str, Cloud); 4] = [
    ("commercial", Cloud::Commercial),
    ("gcc", Cloud::Gcc),
    ("gccHigh", Cloud::GccHigh),
    ("dod", Cloud::Dod),
];

const RETENTIONS: [(&str, Retention); 5] = [
    ("off", Retention::Off),
    ("day", Retention::Day),
    ("week", Retention::Week),
    ("month", Retention::Month),
    ("quarter", Retention::Quarter),
];

const RESPONSE_MODES: [(&str, ResponseMode); 2] =
    [("formPost", ResponseMode::FormPost), ("query", ResponseMode::Query)];

fn text(name: Name, value: Value) -> Result<String, Reason> {
    match value {
        Value::Text(text) => Ok(text),
        Value::Number(_) | Value::Flag(_) | Value::Other => Err(of_type(name, Expected::Text)),
    }
}

fn flag(name: Name, value: &Value) -> Result<bool, Reason> {
    match value {
        Value::Flag(flag) => Ok(*flag),
        Value::Text(_) | Value::Number(_) | Value::Other => Err(of_type(name, Expected::Flag)),
    }
}

fn port(name: Name, value: &Value) -> Result<u16, Reason> {
    let port = match value {
        Value::Number(number) => u16::try_from(*number).ok(),
        Value::Text(_) | Value::Flag(_) | Value::Other => None,
    };
    port.filter(|port| *port > 0).ok_or(of_type(name, Expected::Port))
}

fn of_type(name: Name, expected: Expected) -> Reason {
    Reason::Type { name: name.key().into(), expected }
}

fn choice<T: Copy>(name: Name, value: Value, known: &[(&str, T)]) -> Result<T, Reason> {
    let text = text(name, value)?;
    let found = known.iter().find(|(key, _)| *key == text).map(|(_, choice)| *choice);
    found.ok_or_else(|| {
        let choices: Vec<&str> = known.iter().map(|(key, _)| *key).collect();
        Reason::Choice { name: name.key(), choices: choices.join(", ") }
    })
}

/// An id, in the form in which the authority writes it.
fn guid(name: Name, value: Value) -> Result<String, Reason> {
    let text = text(name, value)?;
    if crate::identity::is_guid(&text) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Reason::Guid { name: name.key() })
    }
}

/// A name or an address without a scheme, a port or a path.
fn proxy_host(text: &str) -> Result<String, Reason> {
    // What is taken here is taken where connections are made.
    let address = ProxyAddress::new(text, "1").map_err(|_| Reason::ProxyHost)?;
    Ok(address.host().to_owned())
}

/// RFC 7617, section 2: no colon, no control character.
fn proxy_user(text: String) -> Result<String, Reason> {
    let address = ProxyAddress::new("proxy", "1").map_err(|_| Reason::ProxyUser)?;
    match address.with_user(&text) {
        Ok(_) if !text.is_empty() => Ok(text),
        Ok(_) | Err(_) => Err(Reason::ProxyUser),
    }
}
