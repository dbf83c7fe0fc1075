use crate::server::Server;

/// The practice tenant's id, as in the addresses and tokens.
pub const TENANT_ID: &str = "7f1d0c4e-5b2a-4e86-9a53-f0e1d2c3b4a5";
/// The practice organisation's domain, by which its tenant is found as well.
pub const TENANT_DOMAIN: &str = "fernhill-logistics.example";
/// The practice organisation's name.
pub const TENANT_NAME: &str = "Fernhill Logistics";
/// The id under which the app is registered in the practice tenant.
pub const CLIENT_ID: &str = "d20b7a3c-91e4-4f0d-8c6b-3a5e7f9012bc";
/// The delegated permission that the app asks for.
pub const SCOPE: &str = "api://droptrace-practice/Alert.Read";

pub(crate) const RESOURCE: &str = "api://droptrace-practice";
pub(crate) const APP_NAME: &str = "Droptrace";

/// A person of the practice tenant who can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Analyst {
    /// The account's object id.
    pub object_id: &'static str,
    /// The name that people call them by.
    pub name: &'static str,
    /// The name that they sign in with.
    pub sign_in_name: &'static str,
    /// The one device group whose alerts they may see.
    pub device_group: &'static str,
    /// What the sign-in page says under the name.
    pub(crate) duty: &'static str,
    /// The `id` of their button on the sign-in page.
    pub(crate) button: &'static str,
}

/// The people of the practice tenant who can sign in: one for the workstations, one for the
/// servers.
pub fn analysts() -> &'static [Analyst] {
    &[
        Analyst {
            object_id: "3c8f2a61-0d57-4b19-a2c4-6e90b1d7f385",
            name: "Mara Lindqvist",
            sign_in_name: "mara.lindqvist@fernhill-logistics.example",
            device_group: "Workstations",
            duty: "Looks after the office computers and laptops.",
            button: "workstations",
        },
        Analyst {
            object_id: "a95e7d04-6b32-4c8e-b1f7-28d3c5096e4a",
            name: "Tomas Adeyemi",
            sign_in_name: "tomas.adeyemi@fernhill-logistics.example",
            device_group: "Servers",
            duty: "Looks after the file, mail and warehouse servers.",
            button: "servers",
        },
    ]
}

/// The analyst with this object id.
pub(crate) fn analyst(object_id: &str) -> Option<&'static Analyst> {
    analysts().iter().find(|analyst| analyst.object_id == object_id)
}

/// Under which ids and addresses a tenant answers.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) tenant_id: String,
    pub(crate) client_id: String,
    pub(crate) resource: String,
    /// Scheme, host and port, without a slash at the end.
    pub(crate) authority: String,
    pub(crate) api: String,
    /// The `iss` of access tokens, which the real services issue in the older form.
    pub(crate) access_issuer: String,
    /// The domains by which the tenant is found, beside its id.
    pub(crate) domains: Vec<String>,
    pub(crate) cloud: CloudFacts,
    /// The `Host` headers that each server accepts.
    pub(crate) hosts: Vec<(Server, String)>,
}

/// What an authority's metadata says about the cloud and the region of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudFacts {
    /// `tenant_region_scope`.
    pub region: &'static str,
    /// `tenant_region_sub_scope`, which a commercial tenant has not.
    pub sub_region: Option<&'static str>,
    /// `cloud_instance_name`.
    pub instance: &'static str,
    /// `cloud_graph_host_name`.
    pub graph: &'static str,
    /// `msgraph_host`.
    pub microsoft_graph: &'static str,
}

impl Registration {
    /// The practice tenant on three loopback ports.
    pub(crate) fn practice(authority: u16, api: u16, portal: u16) -> Self {
        let base = |port| format!("http://127.0.0.1:{port}");
        let ports = [(Server::Authority, authority), (Server::Api, api), (Server::Portal, portal)];
        Self {
            tenant_id: TENANT_ID.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            resource: RESOURCE.to_owned(),
            authority: base(authority),
            api: base(api),
            access_issuer: format!("{}/{TENANT_ID}/", base(authority)),
            domains: vec![TENANT_DOMAIN.to_owned()],
            // Names that lead nowhere: a practice token must not go to a real host.
            cloud: CloudFacts {
                region: "EU",
                sub_region: None,
                instance: "practice.example",
                graph: "directory.practice.example",
                microsoft_graph: "graph.practice.example",
            },
            hosts: ports
                .iter()
                .flat_map(|&(server, port)| {
                    ["127.0.0.1", "localhost"].map(|host| (server, format!("{host}:{port}")))
                })
                .collect(),
        }
    }

    /// The `iss` of id tokens.
    pub(crate) fn issuer(&self) -> String {
        format!("{}/{}/v2.0", self.authority, self.tenant_id)
    }

    /// Tells whether the first part of a path names this tenant, by its id or a domain.
    pub(crate) fn is_named(&self, path_tenant: &str) -> bool {
        self.tenant_id.eq_ignore_ascii_case(path_tenant)
            || self.domains.iter().any(|domain| domain.eq_ignore_ascii_case(path_tenant))
    }

    /// Which server a `Host` header names.
    pub(crate) fn server_named(&self, host: &str) -> Option<Server> {
        self.hosts
            .iter()
            .find(|(_, accepted)| accepted.eq_ignore_ascii_case(host))
            .map(|(server, _)| *server)
    }
}
