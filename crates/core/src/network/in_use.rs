//! Which proxy is in use, as a screen tells it.

use super::{
    AutomaticProxy, Network,
    route::Origin,
    system::{Desktop, desktop},
};

/// The proxy that connections to a host go through, and who named it. Never its credentials. Hosts
/// are of somebody else's making: they are shown in their display form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyInUse {
    /// There is none.
    None,
    /// A variable of the environment names it.
    Environment {
        /// Its host.
        host: String,
        /// Its port.
        port: u16,
    },
    /// The system's settings name it.
    System {
        /// Its host.
        host: String,
        /// Its port.
        port: u16,
    },
    /// The person has set it here.
    Chosen {
        /// Its host.
        host: String,
        /// Its port.
        port: u16,
    },
    /// The system has a proxy found for each connection, which is not followed here: connections go
    /// out directly.
    Automatic {
        /// How it is found.
        kind: AutomaticProxy,
    },
    /// The desktop's settings name one that is not followed here: connections go out directly.
    Desktop {
        /// Its host.
        host: String,
        /// Its port.
        port: u16,
    },
}

/// The proxy for connections to a host. Waits for a desktop's settings for at most a second.
pub async fn in_use(network: &Network, for_host: &str) -> ProxyInUse {
    if let Some(route) = network.route(for_host) {
        let (host, port) = (route.host, route.port);
        return match route.origin {
            Origin::Chosen => ProxyInUse::Chosen { host, port },
            Origin::Environment => ProxyInUse::Environment { host, port },
            Origin::System => ProxyInUse::System { host, port },
        };
    }
    match network.beyond().await {
        Some(Desktop::Automatic(kind)) => ProxyInUse::Automatic { kind },
        Some(Desktop::Manual { host, port }) => ProxyInUse::Desktop { host, port },
        None => ProxyInUse::None,
    }
}

impl Network {
    /// What is set somewhere and not followed.
    async fn beyond(&self) -> Option<Desktop> {
        if let Some(kind) = self.surroundings().system.automatic {
            return Some(Desktop::Automatic(kind));
        }
        if self.0.asks_desktop { desktop().await } else { None }
    }

    /// The proxy that is found for each connection, where somebody has set that up. Windows looks
    /// for one of its own accord, which says nothing.
    pub(super) async fn automatic_by_choice(&self) -> Option<AutomaticProxy> {
        match self.beyond().await? {
            Desktop::Automatic(AutomaticProxy::Wpad) if cfg!(windows) => None,
            Desktop::Automatic(kind) => Some(kind),
            Desktop::Manual { .. } => None,
        }
    }
}
