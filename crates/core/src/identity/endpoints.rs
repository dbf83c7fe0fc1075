//! Where a realm's authority, API and portal are. Two types without a conversion: everything that
//! holds a token is generic over them, so a token cannot go to a host of the other realm.

use std::{fmt, time::Duration};

use reqwest::{ClientBuilder, redirect};
use url::Url;

use super::WallClock;
use crate::{
    network::{Client, Network},
    view::{Cloud, Permission, Realm},
};

pub(super) mod sealed {
    /// Keeps the realms at two.
    pub trait Sealed {}
}

/// What an HTTP client is for; sign-in and API never share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Talks to the authority.
    SignIn,
    /// Talks to the API.
    Api,
}

/// How the authority hands its answer to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseMode {
    /// In a form that the browser posts: the code stays out of the address bar (RFC 9700, section
    /// 4.3.1).
    #[default]
    FormPost,
    /// In the address, for browsers that do not post a form to `http://localhost`. The listener
    /// leads to an address without it at once.
    Query,
}

impl ResponseMode {
    /// The value of the parameter `response_mode`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::FormPost => "form_post",
            Self::Query => "query",
        }
    }
}

/// Where a realm's authority, API and portal are.
pub trait Endpoints: sealed::Sealed + Clone + fmt::Debug + Send + Sync + 'static {
    /// Which realm.
    const REALM: Realm;

    /// The cloud; none for practice.
    fn cloud(&self) -> Option<Cloud>;
    /// The tenant's id.
    fn tenant(&self) -> &str;
    /// The tenant's name, where that can be known.
    fn tenant_name(&self) -> Option<&str>;
    /// The app registration's client id.
    fn client_id(&self) -> &str;
    /// The authority's origin.
    fn authority(&self) -> &Url;
    /// The API's resource: what its scopes begin with. It follows no host.
    fn resource(&self) -> &str;
    /// What may be done with alerts.
    fn permission(&self) -> Permission;
    /// The same endpoints for another permission.
    #[must_use]
    fn with_permission(self, permission: Permission) -> Self;
    /// The API's origin.
    fn api(&self) -> &Url;
    /// The portal's origin.
    fn portal(&self) -> &Url;
    /// The device groups that a person sees, where that can be known.
    fn sees(&self, object: &str) -> Option<&str>;
    /// The rules of this realm for HTTP clients, beyond those that all share.
    fn rules(&self, builder: ClientBuilder) -> ClientBuilder;

    /// What connections go through; none where they stay on this computer.
    fn network(&self) -> Option<&Network>;

    /// How the authority's answer comes back.
    fn response_mode(&self) -> ResponseMode {
        ResponseMode::default()
    }

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

    /// A new HTTP client: no redirects, no referrer, bounded waits. Making it makes no connection.
    ///
    /// # Errors
    ///
    /// If the system's certificates cannot be had.
    fn http(&self, purpose: Purpose) -> Result<Client, reqwest::Error> {
        let endpoints = self.clone();
        Client::new(self.network().cloned(), WallClock::of_system(), move || {
            let (whole, origin) = match purpose {
                Purpose::SignIn => (Duration::from_secs(30), endpoints.authority()),
                Purpose::Api => (Duration::from_mins(1), endpoints.api()),
            };
            let builder = usual(purpose, whole);
            let builder = match endpoints.network() {
                Some(network) => network.apply(builder, origin.host_str().unwrap_or_default())?,
                None => builder,
            };
            endpoints.rules(builder).build()
        })
    }
}

/// A client for what an authority tells everybody, before an organisation is known.
///
/// # Errors
///
/// If the system's certificates cannot be had.
pub fn authority_client(network: &Network) -> Result<reqwest::Client, reqwest::Error> {
    const EVERYBODYS: &str = "login.microsoftonline.com";
    let builder = usual(Purpose::SignIn, Duration::from_secs(30));
    #[cfg(feature = "test-endpoints")]
    if let Some(detour) = super::Detour::of_this_thread() {
        return detour.apply(of_organisations(builder)).build();
    }
    of_organisations(network.apply(builder, EVERYBODYS)?).build()
}

/// The rules for clients that leave this computer.
pub(super) fn of_organisations(builder: ClientBuilder) -> ClientBuilder {
    builder.https_only(true).min_tls_version(reqwest::tls::Version::TLS_1_2)
}

/// What all clients share.
fn usual(purpose: Purpose, whole: Duration) -> ClientBuilder {
    let builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(20))
        .timeout(whole)
        .pool_idle_timeout(Duration::from_secs(30))
        .user_agent(concat!("Droptrace/", env!("CARGO_PKG_VERSION")));
    match purpose {
        Purpose::SignIn => builder,
        // Whoever asks the API takes it apart: some servers send it without the zlib frame.
        Purpose::Api => builder.no_deflate(),
    }
}

fn at(origin: &Url, path: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(path);
    url
}
