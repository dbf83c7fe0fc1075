//! The endpoints of an organisation.

use reqwest::ClientBuilder;
use url::Url;

use super::{
    cloud,
    endpoints::{Endpoints, ResponseMode, of_organisations, sealed},
};
use crate::{
    network::Network,
    view::{Cloud, ErrorCode, Organisation, Permission, Realm, UserError},
};

/// An organisation's endpoints in its cloud.
#[derive(Debug, Clone)]
pub struct OrganisationEndpoints {
    cloud: Cloud,
    tenant: String,
    client_id: String,
    authority: Url,
    audience: &'static str,
    permission: Permission,
    api: Url,
    portal: Url,
    network: Network,
    mode: ResponseMode,
    #[cfg(feature = "test-endpoints")]
    detour: Option<super::Detour>,
}

/// An organisation's ids are not of the right form, or its host is of another cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationError {
    /// The tenant id is not a GUID.
    #[error("the tenant id is not a GUID")]
    Tenant,
    /// The client id is not a GUID.
    #[error("the client id is not a GUID")]
    Client,
    /// The cloud does not have this host.
    #[error("the host is of another cloud")]
    Host,
}

impl From<OrganisationError> for UserError {
    fn from(error: OrganisationError) -> Self {
        Self::new(match error {
            OrganisationError::Tenant => ErrorCode::TenantInvalid,
            OrganisationError::Client => ErrorCode::ClientInvalid,
            OrganisationError::Host => ErrorCode::HostInvalid,
        })
    }
}

impl OrganisationEndpoints {
    /// The endpoints of an organisation.
    ///
    /// # Errors
    ///
    /// If an id is not a GUID in its usual form, or the cloud does not have the host.
    pub fn new(organisation: &Organisation) -> Result<Self, OrganisationError> {
        if !is_guid(&organisation.tenant) {
            return Err(OrganisationError::Tenant);
        }
        if !is_guid(&organisation.client) {
            return Err(OrganisationError::Client);
        }
        let facts = cloud::facts(organisation.cloud, organisation.host);
        let facts = facts.ok_or(OrganisationError::Host)?;
        Ok(Self {
            cloud: organisation.cloud,
            tenant: organisation.tenant.clone(),
            client_id: organisation.client.clone(),
            authority: fixed(facts.authority),
            audience: facts.audience,
            permission: organisation.permission,
            api: fixed(facts.api),
            portal: fixed(facts.portal),
            network: Network::of_system(),
            mode: ResponseMode::FormPost,
            #[cfg(feature = "test-endpoints")]
            detour: super::Detour::of_this_thread(),
        })
    }

    /// Sends connections the way that this network says, rather than as the system says alone.
    #[must_use]
    pub fn with_network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Takes the browser's answer in an address ([`ResponseMode::Query`]), where a browser does not
    /// post a form to this computer.
    #[must_use]
    pub fn with_query_mode(mut self, query: bool) -> Self {
        self.mode = if query { ResponseMode::Query } else { ResponseMode::FormPost };
        self
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
pub(crate) fn is_guid(text: &str) -> bool {
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

    fn tenant_name(&self) -> Option<&str> {
        None // asking for it would take a permission of its own
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn authority(&self) -> &Url {
        &self.authority
    }

    fn resource(&self) -> &str {
        self.audience
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

    fn sees(&self, _object: &str) -> Option<&str> {
        None // only the roles in the tenant know
    }

    fn network(&self) -> Option<&Network> {
        // What a test leads to loopback is not looked for elsewhere.
        #[cfg(feature = "test-endpoints")]
        if self.detour.is_some() {
            return None;
        }
        Some(&self.network)
    }

    fn response_mode(&self) -> ResponseMode {
        self.mode
    }

    fn rules(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = of_organisations(builder);
        #[cfg(feature = "test-endpoints")]
        let builder = match &self.detour {
            Some(detour) => detour.apply(builder),
            None => builder,
        };
        builder
    }
}

impl sealed::Sealed for OrganisationEndpoints {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::view::{ApiHost, OrganisationForm};

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";
    const CLIENT: &str = "aaaaaaaa-BBBB-cccc-DDDD-eeeeeeeeeeee";

    fn organisation(tenant: &str, client: &str) -> Organisation {
        Organisation {
            cloud: Cloud::GccHigh,
            tenant: tenant.into(),
            client: client.into(),
            host: ApiHost::Global,
            domain: None,
            permission: Permission::default(),
        }
    }

    #[test]
    fn a_host_of_another_cloud_is_refused_and_the_audience_follows_no_host() {
        for host in ApiHost::ALL {
            let at = |cloud| {
                let organisation = Organisation { cloud, host, ..organisation(TENANT, CLIENT) };
                OrganisationEndpoints::new(&organisation)
            };
            let commercial = at(Cloud::Commercial).unwrap();
            assert_eq!(commercial.resource(), "https://api.securitycenter.microsoft.com");
            for cloud in [Cloud::Gcc, Cloud::GccHigh, Cloud::Dod] {
                let refused = at(cloud).err() == Some(OrganisationError::Host);
                assert_eq!(refused, host != ApiHost::Global, "{cloud:?} {host:?}");
            }
        }
    }

    #[test]
    fn settings_of_a_version_without_hosts_have_the_usual_one() {
        let written = format!(r#"{{"cloud":"gcc","tenant":"{TENANT}","client":"{CLIENT}"}}"#);

        let organisation: Organisation = serde_json::from_str(&written).unwrap();

        assert_eq!(organisation.host, ApiHost::Global);
        let form = serde_json::from_str::<OrganisationForm>(&written).unwrap();
        assert_eq!(form.host, ApiHost::Global);
    }

    #[test]
    fn is_at_its_clouds_hosts() {
        let endpoints = OrganisationEndpoints::new(&organisation(TENANT, CLIENT)).unwrap();

        assert_eq!(
            endpoints.token_url().as_str(),
            format!("https://login.microsoftonline.us/{TENANT}/oauth2/v2.0/token")
        );
        assert_eq!(endpoints.issuer(), format!("https://login.microsoftonline.us/{TENANT}/v2.0"));
        assert_eq!(endpoints.api().as_str(), "https://api-gov.securitycenter.microsoft.us/");
        assert_eq!(endpoints.cloud(), Some(Cloud::GccHigh));
    }

    #[test]
    fn ids_that_are_no_guids_are_refused() {
        for wrong in [
            "",
            "common",
            "contoso.example",
            "11111111222233334444555555555555",
            "../x",
            &TENANT[1..],
        ] {
            let of_tenant = OrganisationEndpoints::new(&organisation(wrong, CLIENT));
            assert_eq!(of_tenant.unwrap_err(), OrganisationError::Tenant, "{wrong}");
            let of_client = OrganisationEndpoints::new(&organisation(TENANT, wrong));
            assert_eq!(of_client.unwrap_err(), OrganisationError::Client, "{wrong}");
        }
    }

    #[tokio::test]
    async fn its_clients_speak_https_alone() {
        let endpoints = OrganisationEndpoints::new(&organisation(TENANT, CLIENT)).unwrap();
        let http = endpoints.http(crate::identity::Purpose::Api).unwrap();

        let error = http.current().get("http://127.0.0.1:9/").send().await.unwrap_err();

        assert!(error.is_builder(), "refused before anything is sent: {error:?}");
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_within_one_segment_of_a_path(text in ".{0,40}") {
            if let Ok(endpoints) = OrganisationEndpoints::new(&organisation(&text, CLIENT)) {
                let url = endpoints.token_url();
                prop_assert_eq!(url.path_segments().unwrap().count(), 4);
                prop_assert_eq!(url.host_str(), Some("login.microsoftonline.us"));
            }
        }
    }
}
