//! Where a realm's authority, API and portal are. Two types without a conversion: everything that
//! holds a token is generic over them, so a token cannot go to a host of the other realm.

use std::{fmt, time::Duration};

use reqwest::{ClientBuilder, redirect};
use url::Url;

use crate::view::{Cloud, Realm};

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
            Purpose::Api => Duration::from_mins(1),
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
