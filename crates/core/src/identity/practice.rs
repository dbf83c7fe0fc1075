//! The endpoints of the practice tenant.

use std::{net::Ipv4Addr, sync::Arc};

use reqwest::{
    ClientBuilder,
    dns::{Name, Resolve, Resolving},
};
use url::Url;

use super::endpoints::{Endpoints, sealed};
use crate::{
    network::Network,
    view::{Cloud, Permission, Realm},
};

/// The practice tenant, on this machine's loopback address and nowhere else.
#[derive(Debug, Clone)]
pub struct PracticeEndpoints {
    tenant: String,
    tenant_name: String,
    client_id: String,
    resource: String,
    permission: Permission,
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
    /// The tenant's name.
    pub tenant_name: String,
    /// The client id.
    pub client: String,
    /// A scope of the API: its resource, a slash and the name of a permission.
    pub scope: String,
    /// Object ids and the device groups they see.
    pub sees: Vec<(String, String)>,
}

impl PracticeEndpoints {
    /// The practice tenant at these ports.
    pub fn new(facts: PracticeFacts) -> Self {
        let resource = facts.scope.rsplit_once('/').map_or(&*facts.scope, |(resource, _)| resource);
        Self {
            resource: resource.to_owned(),
            permission: Permission::AlertRead,
            tenant: facts.tenant,
            tenant_name: facts.tenant_name,
            client_id: facts.client,
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

    fn tenant_name(&self) -> Option<&str> {
        Some(&self.tenant_name)
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn authority(&self) -> &Url {
        &self.authority
    }

    fn resource(&self) -> &str {
        &self.resource
    }

    fn permission(&self) -> Permission {
        self.permission
    }

    fn with_permission(mut self, permission: Permission) -> Self {
        self.permission = permission;
        self
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

    fn network(&self) -> Option<&Network> {
        None
    }

    fn rules(&self, builder: ClientBuilder) -> ClientBuilder {
        // A proxy setting of the system would otherwise send loopback calls, token included, to
        // the proxy.
        builder.no_proxy().dns_resolver(Arc::new(NoNames))
    }
}

impl sealed::Sealed for PracticeEndpoints {}

/// Resolves nothing: in practice every host is an address, so a name is a mistake that must not
/// leave this machine.
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err("practice goes to no named host".into()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Purpose;

    fn endpoints() -> PracticeEndpoints {
        PracticeEndpoints::new(PracticeFacts {
            authority: 4_001,
            api: 4_002,
            portal: 4_003,
            tenant: "tenant".into(),
            tenant_name: "Tenant".into(),
            client: "client".into(),
            scope: "api://practice/Alert.Read".into(),
            sees: vec![("object".into(), "Servers".into())],
        })
    }

    #[test]
    fn everything_is_at_this_machines_loopback_address() {
        let endpoints = endpoints();

        assert_eq!(
            endpoints.authorize_url().as_str(),
            "http://127.0.0.1:4001/tenant/oauth2/v2.0/authorize"
        );
        assert_eq!(
            endpoints.token_url().as_str(),
            "http://127.0.0.1:4001/tenant/oauth2/v2.0/token"
        );
        assert_eq!(endpoints.issuer(), "http://127.0.0.1:4001/tenant/v2.0");
        assert_eq!(endpoints.api().as_str(), "http://127.0.0.1:4002/");
        assert_eq!(endpoints.portal().as_str(), "http://127.0.0.1:4003/");
        assert_eq!(endpoints.resource(), "api://practice");
        assert_eq!(endpoints.sees("object"), Some("Servers"));
        assert_eq!(endpoints.sees("stranger"), None);
    }

    #[tokio::test]
    async fn its_clients_go_to_no_named_host() {
        for purpose in [Purpose::SignIn, Purpose::Api] {
            let http = endpoints().http(purpose).unwrap();

            let error = http.current().get("https://elsewhere.invalid/").send().await.unwrap_err();

            assert!(format!("{error:?}").contains("practice goes to no named host"), "{error:?}");
        }
    }
}
