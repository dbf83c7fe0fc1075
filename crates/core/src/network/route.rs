//! Which proxy leads to a host.

use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::{Proxy, header::HeaderValue};
use url::Url;

use super::{ProxyAddress, ProxySecret, Surroundings};

/// The proxy of the person's choice.
pub(super) struct Chosen {
    pub(super) address: ProxyAddress,
    pub(super) secret: Option<ProxySecret>,
}

/// Who named a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Chosen,
    Environment,
    System,
}

/// The way to a host through a proxy.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) origin: Origin,
    /// `http`, or what a variable of the environment names.
    pub(super) scheme: String,
    /// An IPv6 address stands in brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// The value of `Proxy-Authorization`, which is sent to this proxy alone.
    pub(super) authorization: Option<HeaderValue>,
}

impl Chosen {
    pub(super) fn route(&self) -> Route {
        Route {
            origin: Origin::Chosen,
            scheme: "http".to_owned(),
            host: self.address.host().to_owned(),
            port: self.address.port(),
            authorization: self.address.user().and_then(|user| self.basic(user)),
        }
    }

    /// RFC 7617, section 2.
    fn basic(&self, user: &str) -> Option<HeaderValue> {
        // An empty password would count as a failed attempt.
        let secret = self.secret.as_ref().map(ProxySecret::expose)?;
        let pair = zeroize::Zeroizing::new(format!("{user}:{secret}"));
        let value =
            zeroize::Zeroizing::new(format!("Basic {}", BASE64_STANDARD.encode(pair.as_bytes())));
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl Surroundings {
    /// The proxy for `host`: what the environment names, and otherwise what the system does. Where
    /// the environment names one, the system is not asked.
    pub(super) fn route(&self, host: &str) -> Option<Route> {
        let variables = &self.environment;
        let system = &self.system;
        let (origin, server, exceptions) = if let Some(server) = variables.server() {
            (Origin::Environment, server, variables.no.clone())
        } else {
            let both = [&*variables.no, &system.exceptions].join(",");
            (Origin::System, system.server.as_deref()?, both)
        };
        let matcher = Matcher::builder().https(server).no(exceptions).build();
        let destination: Uri = format!("https://{host}/").parse().ok()?;
        Route::of(origin, &matcher.intercept(&destination)?)
    }
}

impl Route {
    fn of(origin: Origin, intercept: &Intercept) -> Option<Self> {
        let uri = intercept.uri();
        let scheme = uri.scheme_str().unwrap_or("http").to_owned();
        let usual = match &*scheme {
            "https" => 443,
            "http" => 80,
            _ => 1080,
        };
        let authorization = intercept.basic_auth().cloned().map(|mut value| {
            value.set_sensitive(true);
            value
        });
        let route = Self {
            origin,
            host: uri.host()?.to_owned(),
            port: uri.port_u16().unwrap_or(usual),
            scheme,
            authorization,
        };
        // What a URI may be and a URL may not would leave the app without a client.
        Url::parse(&route.address()).is_ok().then_some(route)
    }

    fn address(&self) -> String {
        format!("{}://{}:{}", self.scheme, self.host, self.port)
    }

    pub(super) fn for_reqwest(&self) -> Result<Proxy, reqwest::Error> {
        let proxy = Proxy::all(self.address())?;
        Ok(match &self.authorization {
            Some(authorization) => proxy.custom_http_auth(authorization.clone()),
            None => proxy,
        })
    }
}
