//! The endpoints of an organisation.

use reqwest::ClientBuilder;
use url::Url;

use super::{
    cloud,
    endpoints::{Endpoints, sealed},
};
use crate::view::{Cloud, ErrorCode, Organisation, Realm, UserError};

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

    fn tenant_name(&self) -> Option<&str> {
        None // asking for it would take a permission of its own
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

impl sealed::Sealed for OrganisationEndpoints {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";
    const CLIENT: &str = "aaaaaaaa-BBBB-cccc-DDDD-eeeeeeeeeeee";

    fn organisation(tenant: &str, client: &str) -> Organisation {
        Organisation { cloud: Cloud::GccHigh, tenant: tenant.into(), client: client.into() }
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

        let error = http.get("http://127.0.0.1:9/").send().await.unwrap_err();

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
