use std::fmt;

/// One of the tenant's servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Server {
    /// Signs people in and gives tokens, as Entra ID does.
    Authority,
    /// Answers about files and alerts, as Defender for Endpoint does.
    Api,
    /// Shows pages to people.
    Portal,
}

/// What a request asks for, as far as faults and counts tell requests apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// The page on which a person chooses whom to sign in as.
    Authorize,
    /// The choice made on that page.
    Choose,
    /// The page on which an administrator may consent.
    AdminConsent,
    /// The consent given on that page.
    GiveConsent,
    /// The token endpoint.
    Token,
    /// The authority's metadata.
    Discovery,
    /// The authority's public keys.
    Keys,
    /// The alerts of a file.
    FileAlerts,
    /// What is known of a file.
    File,
    /// One alert.
    Alert,
    /// Any page of the portal.
    Portal,
    /// Anything else.
    Other,
}

impl Route {
    /// Tells what a path on a server asks for, whatever the method.
    pub(crate) fn of(server: Server, path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match (server, segments.as_slice()) {
            (Server::Authority, [_, "oauth2", "v2.0", "authorize"]) => Self::Authorize,
            (Server::Authority, [_, "oauth2", "v2.0", "choose"]) => Self::Choose,
            (Server::Authority, [_, "oauth2", "v2.0", "token"]) => Self::Token,
            (Server::Authority, [_, "v2.0", "adminconsent"]) => Self::AdminConsent,
            (Server::Authority, [_, "v2.0", "adminconsent", "give"]) => Self::GiveConsent,
            (Server::Authority, [_, "v2.0", ".well-known", "openid-configuration"]) => {
                Self::Discovery
            }
            (Server::Authority, [_, "discovery", "v2.0", "keys"]) => Self::Keys,
            (Server::Api, ["api", "files", _, "alerts"]) => Self::FileAlerts,
            (Server::Api, ["api", "files", _]) => Self::File,
            (Server::Api, ["api", "alerts", _]) => Self::Alert,
            (Server::Portal, _) => Self::Portal,
            (Server::Authority | Server::Api, _) => Self::Other,
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Authority => "authority",
            Self::Api => "api",
            Self::Portal => "portal",
        })
    }
}
