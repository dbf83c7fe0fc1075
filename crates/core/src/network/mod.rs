//! How connections to an organisation leave this computer: through which proxy, trusting which
//! certificates, and what is in the way when they do not arrive.
//!
//! Practice knows none of this: it stays on loopback.
//!
//! Nothing here is waited for at a start. A client is built without a connection, system settings
//! are read from memory, the registry or the dynamic store, and only [`in_use`] and [`diagnose`],
//! which the person or a failure asks for, wait (for 1 and 5 seconds at most).

mod certificate;
mod client;
mod diagnosis;
mod in_use;
mod probe;
mod proxy;
mod roots;
mod route;
mod system;

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use reqwest::ClientBuilder;

pub use client::Client;
pub use diagnosis::{IntegratedScheme, Trouble, diagnose};
pub use in_use::{ProxyInUse, in_use};
pub use proxy::{ProxyAddress, ProxyFormError, ProxySecret};
pub use roots::{CaError, ExtraRoots};
pub use system::{AutomaticProxy, ProxyVariables, Surroundings, SystemProxy};

use self::route::{Chosen, Route};

/// What connections of an organisation go through. Clones share one configuration.
#[derive(Clone)]
pub struct Network(Arc<Held>);

struct Held {
    configuration: RwLock<Configuration>,
    /// Counts the changes of the configuration, so that clients see them.
    revision: AtomicU64,
    surroundings: Box<dyn Fn() -> Surroundings + Send + Sync>,
    /// Whether a desktop may be asked for its own proxy settings, by a program.
    asks_desktop: bool,
}

#[derive(Default)]
struct Configuration {
    proxy: Option<Chosen>,
    roots: Option<ExtraRoots>,
}

impl Network {
    /// As the environment and the system say, which are read anew with each client that is built.
    pub fn of_system() -> Self {
        Self::new(Surroundings::of_system, true)
    }

    /// As `surroundings` says; no desktop is asked.
    pub fn with_surroundings(
        surroundings: impl Fn() -> Surroundings + Send + Sync + 'static,
    ) -> Self {
        Self::new(surroundings, false)
    }

    fn new(
        surroundings: impl Fn() -> Surroundings + Send + Sync + 'static,
        asks_desktop: bool,
    ) -> Self {
        Self(Arc::new(Held {
            configuration: RwLock::default(),
            revision: AtomicU64::default(),
            surroundings: Box::new(surroundings),
            asks_desktop,
        }))
    }

    /// Sends every connection through this proxy, whatever the system says; with none, as the
    /// system says. The secret is for Basic authentication under the address's user, and is not
    /// used without one.
    pub fn set_proxy(&self, proxy: Option<ProxyAddress>, secret: Option<ProxySecret>) {
        self.change(|configuration| {
            configuration.proxy = proxy.map(|address| Chosen { address, secret });
        });
    }

    /// Trusts these certificates beside those of the system.
    pub fn set_roots(&self, roots: Option<ExtraRoots>) {
        self.change(|configuration| configuration.roots = roots);
    }

    /// The proxy that was set.
    pub fn proxy(&self) -> Option<ProxyAddress> {
        self.read(|configuration| configuration.proxy.as_ref().map(|chosen| chosen.address.clone()))
    }

    /// The certificates that were set.
    pub fn roots(&self) -> Option<ExtraRoots> {
        self.read(|configuration| configuration.roots.clone())
    }

    fn change(&self, change: impl FnOnce(&mut Configuration)) {
        change(&mut self.0.configuration.write().unwrap_or_else(PoisonError::into_inner));
        self.0.revision.fetch_add(1, Ordering::Release);
    }

    fn read<T>(&self, read: impl FnOnce(&Configuration) -> T) -> T {
        read(&self.0.configuration.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How often the configuration has changed.
    fn revision(&self) -> u64 {
        self.0.revision.load(Ordering::Acquire)
    }

    fn surroundings(&self) -> Surroundings {
        (self.0.surroundings)()
    }

    /// The proxy that connections to a host go through, if they go through one.
    fn route(&self, host: &str) -> Option<Route> {
        self.read(|configuration| configuration.proxy.as_ref().map(Chosen::route))
            .or_else(|| self.surroundings().route(host))
    }

    /// Adds the way to `host` to a client. What reqwest itself would read of the system is left
    /// out, since it takes `http=…;https=…` for one address.
    ///
    /// # Errors
    ///
    /// If reqwest does not take the proxy's address.
    pub(crate) fn apply(
        &self,
        builder: ClientBuilder,
        host: &str,
    ) -> Result<ClientBuilder, reqwest::Error> {
        let builder = builder.no_proxy();
        let builder = match self.route(host) {
            Some(route) => builder.proxy(route.for_reqwest()?),
            None => builder,
        };
        Ok(match self.roots() {
            Some(roots) => builder.tls_certs_merge(roots.certificates()?),
            None => builder,
        })
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::of_system()
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
