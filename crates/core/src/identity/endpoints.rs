//! Where a realm's authority, API and portal are. Two types without a conversion: everything that
//! holds a token is generic over them, so a token cannot go to a host of the other realm.

use std::{fmt, marker::PhantomData, net::Ipv4Addr, time::Duration};

use reqwest::{ClientBuilder, header::HeaderValue, redirect};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::cloud;
use crate::view::{Cloud, ErrorCode, Organisation, Realm, UserError};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::PracticeEndpoints {}
    impl Sealed for super::OrganisationEndpoints {}
}

/// What an HTTP client is for; sign-in and API never share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Talks to the authority.
    SignIn,
    /// Talks to the API.
    Api,
}

/// Where a realm's authority, API and portal are.
pub trait Endpoints: sealed::Sealed + Clone + fmt::Debug + Send + Sync + 'static {
    /// Which realm.
    const REALM: Realm;

    /// The cloud; none for practice.
    fn cloud(&self) -> Option<Cloud>;
    /// The tenant's id.
    fn tenant(&self) -> &str;
    /// The app registration's client id.
    fn client_id(&self) -> &str;
    /// The authority's origin.
    fn authority(&self) -> &Url;
    /// The scope that reading alerts needs.
    fn scope(&self) -> &str;
    /// The API's origin.
    fn api(&self) -> &Url;
    /// The portal's origin.
    fn portal(&self) -> &Url;
    /// The device groups that a person sees, where that can be known.
    fn sees(&self, object: &str) -> Option<&str>;
    /// The rules of this realm for HTTP clients, beyond those that all share.
    fn rules(&self, builder: ClientBuilder) -> ClientBuilder;

    /// Where the browser is sent.
    fn authorize_url(&self) -> Url {
        at(self.authority(), &format!("/{}/oauth2/v2.0/authorize", self.tenant()))
    }

    /// Where codes and refresh tokens are exchanged.
    fn token_url(&self) -> Url {
        at(self.authority(), &format!("/{}/oauth2/v2.0/token", self.tenant()))
    }

    /// The issuer that an id token must name, exactly.
    fn issuer(&self) -> String {
        format!("{}{}/v2.0", self.authority(), self.tenant())
    }

    /// A new HTTP client: no redirects, no referrer, bounded waits.
    ///
    /// # Errors
    ///
    /// If the system's certificates cannot be had.
    fn http(&self, purpose: Purpose) -> Result<reqwest::Client, reqwest::Error> {
        let whole = match purpose {
            Purpose::SignIn => Duration::from_secs(30),
            Purpose::Api => Duration::from_secs(60),
        };
        let builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(20))
            .timeout(whole)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("Droptrace/", env!("CARGO_PKG_VERSION")));
        self.rules(builder).build()
    }
}

fn at(origin: &Url, path: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(path);
    url
}

/// The practice tenant, on this machine's loopback address and nowhere else.
#[derive(Debug, Clone)]
pub struct PracticeEndpoints {
    tenant: String,
    client_id: String,
    scope: String,
    authority: Url,
    api: Url,
    portal: Url,
    sees: Vec<(String, String)>,
}

/// What the practice tenant says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeFacts {
    /// The authority's port on 127.0.0.1.
    pub authority: u16,
    /// The API's port on 127.0.0.1.
    pub api: u16,
    /// The portal's port on 127.0.0.1.
    pub portal: u16,
    /// The tenant's id.
    pub tenant: String,
    /// The client id.
    pub client: String,
    /// The scope that reading alerts needs.
    pub scope: String,
    /// Object ids and the device groups they see.
    pub sees: Vec<(String, String)>,
}

impl PracticeEndpoints {
    /// The practice tenant at these ports.
    pub fn new(facts: PracticeFacts) -> Self {
        Self {
            tenant: facts.tenant,
            client_id: facts.client,
            scope: facts.scope,
            authority: loopback(facts.authority),
            api: loopback(facts.api),
            portal: loopback(facts.portal),
            sees: facts.sees,
        }
    }
}

fn loopback(port: u16) -> Url {
    let origin = format!("http://{}:{port}/", Ipv4Addr::LOCALHOST);
    Url::parse(&origin).unwrap_or_else(|_| unreachable!("an address and a port are a URL"))
}

impl Endpoints for PracticeEndpoints {
    const REALM: Realm = Realm::Practice;

    fn cloud(&self) -> Option<Cloud> {
        None
    }

    fn tenant(&self) -> &str {
        &self.tenant
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn authority(&self) -> &Url {
        &self.authority
    }

    fn scope(&self) -> &str {
        &self.scope
    }

    fn api(&self) -> &Url {
        &self.api
    }

    fn portal(&self) -> &Url {
        &self.portal
    }

    fn sees(&self, object: &str) -> Option<&str> {
        self.sees.iter().find(|(known, _)| known == object).map(|(_, groups)| groups.as_str())
    }

    fn rules(&self, builder: ClientBuilder) -> ClientBuilder {
        // A proxy setting of the system would otherwise send loopback calls, token included, to
        // the proxy.
        builder.no_proxy()
    }
}

/// An organisation's endpoints in its cloud.
#[derive(Debug, Clone)]
pub struct OrganisationEndpoints {
    cloud: Cloud,
    tenant: String,
    client_id: String,
    authority: Url,
    scope: &'static str,
    api: Url,
    portal: Url,
    #[cfg(feature = "test-endpoints")]
    detour: Option<super::Detour>,
}

/// An organisation's ids are not of the right form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationError {
    /// The tenant id is not a GUID.
    #[error("the tenant id is not a GUID")]
    Tenant,
    /// The client id is not a GUID.
    #[error("the client id is not a GUID")]
    Client,
}

impl From<OrganisationError> for UserError {
    fn from(error: OrganisationError) -> Self {
        Self::new(match error {
            OrganisationError::Tenant => ErrorCode::TenantInvalid,
            OrganisationError::Client => ErrorCode::ClientInvalid,
        })
    }
}

impl OrganisationEndpoints {
    /// The endpoints of an organisation.
    ///
    /// # Errors
    ///
    /// If an id is not a GUID in its usual form.
    pub fn new(organisation: &Organisation) -> Result<Self, OrganisationError> {
        if !is_guid(&organisation.tenant) {
            return Err(OrganisationError::Tenant);
        }
        if !is_guid(&organisation.client) {
            return Err(OrganisationError::Client);
        }
        let facts = cloud::facts(organisation.cloud);
        Ok(Self {
            cloud: organisation.cloud,
            tenant: organisation.tenant.clone(),
            client_id: organisation.client.clone(),
            authority: fixed(facts.authority),
            scope: facts.scope,
            api: fixed(facts.api),
            portal: fixed(facts.portal),
            #[cfg(feature = "test-endpoints")]
            detour: None,
        })
    }

    /// Leads the real host names to loopback.
    #[cfg(feature = "test-endpoints")]
    #[must_use]
    pub fn with_detour(mut self, detour: super::Detour) -> Self {
        self.detour = Some(detour);
        self
    }
}

fn fixed(origin: &str) -> Url {
    Url::parse(origin).unwrap_or_else(|_| unreachable!("the table of clouds holds URLs"))
}

/// Eight, four, four, four and twelve hexadecimal digits.
fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl Endpoints for OrganisationEndpoints {
    const REALM: Realm = Realm::Organisation;

    fn cloud(&self) -> Option<Cloud> {
        Some(self.cloud)
    }

    fn tenant(&self) -> &str {
        &self.tenant
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn authority(&self) -> &Url {
        &self.authority
    }

    fn scope(&self) -> &str {
        self.scope
    }

    fn api(&self) -> &Url {
        &self.api
    }

    fn portal(&self) -> &Url {
        &self.portal
    }

    fn sees(&self, _object: &str) -> Option<&str> {
        None // only the roles in the tenant know
    }

    fn rules(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = builder.https_only(true).min_tls_version(reqwest::tls::Version::TLS_1_2);
        #[cfg(feature = "test-endpoints")]
        let builder = match &self.detour {
            Some(detour) => detour.apply(builder),
            None => builder,
        };
        builder
    }
}

/// An access token of one realm: opaque, in memory, for that realm's API alone.
pub struct AccessToken<E> {
    secret: SecretString,
    realm: PhantomData<fn() -> E>,
}

/// The token cannot be sent in a header: it is empty, too long or not visible ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the access token has no form that a header takes")]
pub struct TokenForm;

impl<E: Endpoints> AccessToken<E> {
    /// The longest token that is believed, in bytes.
    const LONGEST: usize = 64 * 1024;

    pub(super) fn new(secret: SecretString) -> Result<Self, TokenForm> {
        let text = secret.expose_secret();
        let fits = (1..=Self::LONGEST).contains(&text.len());
        if !fits || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenForm);
        }
        Ok(Self { secret, realm: PhantomData })
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub fn header_value(&self) -> HeaderValue {
        let value = format!("Bearer {}", self.secret.expose_secret());
        let mut value = HeaderValue::try_from(value)
            .unwrap_or_else(|_| unreachable!("a token is visible ASCII"));
        value.set_sensitive(true);
        value
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.secret.expose_secret() == other.secret.expose_secret()
    }
}

impl<E> Clone for AccessToken<E> {
    fn clone(&self) -> Self {
        Self { secret: self.secret.clone(), realm: PhantomData }
    }
}

impl<E> fmt::Debug for AccessToken<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}
