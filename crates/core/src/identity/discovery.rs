//! From a domain to a tenant: the authority's discovery document (`OpenID` Connect Discovery 1.0,
//! section 4) names the tenant's id and its cloud. Of what the person types, the domain alone leaves
//! this computer.

use reqwest::{StatusCode, header::ACCEPT};
use serde::{Deserialize, de::IgnoredAny};
use url::{Host, Url};

use super::{Endpoints, cloud, organisation::is_guid};
use crate::view::{ApiHost, Cloud, ErrorCode, FoundTenant, UserError};

/// The most bytes of a document that are read.
const LARGEST_BODY: usize = 256 << 10;

/// A domain name, in ASCII and lower case, without a dot at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain(String);

/// What was typed holds no domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a domain")]
pub struct DomainError;

impl From<DomainError> for UserError {
    fn from(_: DomainError) -> Self {
        Self::new(ErrorCode::DomainInvalid)
    }
}

impl Domain {
    /// The most bytes of a name (RFC 1035, section 2.3.4, without the root's).
    const LONGEST: usize = 253;
    /// The most bytes of a label of a name (RFC 1035, section 2.3.4).
    const LONGEST_LABEL: usize = 63;
    /// The most bytes that are looked at.
    const LONGEST_TYPED: usize = 2_048;

    /// Takes the domain out of what a person types or pastes: a domain, an e-mail address, or the
    /// address of a web page. International names are turned into ASCII.
    ///
    /// # Errors
    ///
    /// [`DomainError`] for what has no dot, is an IP address, or names a port.
    pub fn parse(typed: &str) -> Result<Self, DomainError> {
        if typed.len() > Self::LONGEST_TYPED {
            return Err(DomainError);
        }
        let typed = typed.trim();
        let address = ["https://", "http://"].into_iter().find_map(|scheme| {
            let (start, rest) = typed.split_at_checked(scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then_some(rest)
        });
        let typed = match address {
            Some(address) => address.split(['/', '?', '#']).next().unwrap_or_default(),
            None => typed,
        };
        // A mail program pastes a name and `<person@contoso.com>`.
        let typed = typed.strip_suffix('>').unwrap_or(typed);
        let domain = typed.rsplit('@').next().unwrap_or_default();
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        // The parser of hosts would decode it.
        if domain.contains('%') {
            return Err(DomainError);
        }
        match Host::parse(domain) {
            Ok(Host::Domain(name)) if Self::is_domain(&name) => Ok(Self(name)),
            Ok(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => Err(DomainError),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Letters, digits and hyphens (RFC 1123, section 2.1), and at least two labels.
    fn is_domain(name: &str) -> bool {
        let is_label = |label: &str| {
            (1..=Self::LONGEST_LABEL).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        name.len() <= Self::LONGEST && name.contains('.') && name.split('.').all(is_label)
    }
}

/// Why a tenant was not found, or not confirmed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// The authority knows no such tenant.
    #[error("the authority knows no such tenant")]
    Unknown {
        /// The domain or the id that was asked for.
        asked: String,
    },
    /// The authority could not be reached, or something before it answered.
    #[error("the authority could not be reached")]
    Unreachable {
        /// The host asked.
        host: String,
        /// The cause, without the URL.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// The document is not one that this authority could have for a tenant that this app can use.
    #[error("the authority's document is not valid: {0}")]
    Invalid(InvalidDocument),
}

/// What is wrong with a discovery document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDocument {
    /// It is not of the documented form, or larger than any honest one.
    #[error("form")]
    Form,
    /// The issuer is not the tenant of the authority that was asked.
    #[error("issuer")]
    Issuer,
    /// An endpoint is elsewhere than the issuer.
    #[error("endpoint")]
    Endpoint,
    /// The cloud is none that this app knows, or another one than the authority's.
    #[error("cloud")]
    Cloud,
}

impl From<&DiscoveryError> for UserError {
    fn from(error: &DiscoveryError) -> Self {
        match error {
            DiscoveryError::Unknown { asked } => {
                Self::new(ErrorCode::DomainUnknown).with("domain", asked.as_str())
            }
            DiscoveryError::Unreachable { host, .. } => {
                Self::new(ErrorCode::AuthorityUnreachable).with("host", host.as_str())
            }
            DiscoveryError::Invalid(invalid) => {
                Self::new(ErrorCode::DiscoveryInvalid).with("detail", invalid.to_string().as_str())
            }
        }
    }
}

/// Finds the tenant of `domain`: at the commercial authority, and at that of the US government where
/// the commercial one is not reached, does not know the domain or names the other cloud.
///
/// `http` follows no redirects and has its own time limits. Dropping the future ends the search.
///
/// # Errors
///
/// See [`DiscoveryError`].
pub async fn find_tenant(
    http: &reqwest::Client,
    domain: &Domain,
) -> Result<FoundTenant, DiscoveryError> {
    find_at(http, &Authorities::of_clouds(), domain).await
}

/// Confirms that the authority knows the tenant of `endpoints`, and names itself as the issuer that
/// a sign-in there will demand.
///
/// # Errors
///
/// See [`DiscoveryError`]; [`InvalidDocument::Cloud`] where the tenant is of another cloud.
pub async fn confirm(
    http: &reqwest::Client,
    endpoints: &impl Endpoints,
) -> Result<(), DiscoveryError> {
    let document = ask(http, endpoints.authority(), endpoints.tenant()).await?;
    if document.issuer != endpoints.issuer() {
        return Err(DiscoveryError::Invalid(
            if Authorities::of_clouds().all().any(|known| document.tenant_at(known).is_ok()) {
                InvalidDocument::Cloud
            } else {
                InvalidDocument::Issuer
            },
        ));
    }
    document.is_at(endpoints.authority()).map_err(DiscoveryError::Invalid)
}

/// The authorities at which a tenant may be.
struct Authorities {
    commercial: Url,
    government: Url,
}

impl Authorities {
    fn of_clouds() -> Self {
        let of = |cloud| {
            cloud::facts(cloud, ApiHost::Global)
                .and_then(|facts| Url::parse(facts.authority).ok())
                .unwrap_or_else(|| unreachable!("every cloud has its usual host"))
        };
        Self { commercial: of(Cloud::Commercial), government: of(Cloud::GccHigh) }
    }

    fn all(&self) -> impl Iterator<Item = &Url> {
        [&self.commercial, &self.government].into_iter()
    }
}

async fn find_at(
    http: &reqwest::Client,
    authorities: &Authorities,
    domain: &Domain,
) -> Result<FoundTenant, DiscoveryError> {
    let before = match ask(http, &authorities.commercial, domain.as_str()).await {
        Ok(document) if document.is_of_government(authorities) => None,
        Ok(document) => {
            let cloud = document.commercial_cloud();
            return document.tenant(&authorities.commercial, domain, cloud);
        }
        // Networks of companies let through the one authority that they need.
        Err(
            error @ (DiscoveryError::Unknown { .. }
            | DiscoveryError::Unreachable { source: Some(_), .. }),
        ) => Some(error),
        Err(error) => return Err(error),
    };
    let found = ask(http, &authorities.government, domain.as_str()).await.and_then(|document| {
        let cloud = document.government_cloud();
        document.tenant(&authorities.government, domain, cloud)
    });
    match (found, before) {
        // Where either was not reached, what the other has not is no answer yet.
        (Err(DiscoveryError::Unreachable { .. }), Some(before))
        | (Err(_), Some(before @ DiscoveryError::Unreachable { .. })) => Err(before),
        (found, _) => found,
    }
}

/// What is needed of a discovery document. The last three are Entra's additions.
#[derive(Debug, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    tenant_region_scope: Option<String>,
    tenant_region_sub_scope: Option<String>,
    cloud_instance_name: Option<String>,
}

impl Document {
    const COMMERCIAL: &str = "microsoftonline.com";
    const GOVERNMENT: &str = "microsoftonline.us";

    fn is_of_government(&self, authorities: &Authorities) -> bool {
        is(self.cloud_instance_name.as_ref(), Self::GOVERNMENT)
            || self.tenant_at(&authorities.government).is_ok()
    }

    /// The cloud of a document of the commercial authority.
    fn commercial_cloud(&self) -> Option<Cloud> {
        let elsewhere = self.cloud_instance_name.is_some()
            && !is(self.cloud_instance_name.as_ref(), Self::COMMERCIAL)
            || is(self.tenant_region_scope.as_ref(), "USGov");
        let sub = self.tenant_region_sub_scope.as_ref();
        match sub {
            _ if elsewhere || is(sub, "DODCON") || is(sub, "DOD") => None,
            _ if is(sub, "GCC") => Some(Cloud::Gcc),
            // Other parts of a region say nothing of the cloud.
            _ => Some(Cloud::Commercial),
        }
    }

    /// The cloud of a document of the US government's authority.
    fn government_cloud(&self) -> Option<Cloud> {
        let elsewhere = self.cloud_instance_name.is_some()
            && !is(self.cloud_instance_name.as_ref(), Self::GOVERNMENT)
            || !["USGov", "USG"].iter().any(|region| is(self.tenant_region_scope.as_ref(), region));
        let sub = self.tenant_region_sub_scope.as_ref();
        match sub {
            _ if elsewhere => None,
            _ if is(sub, "DODCON") => Some(Cloud::GccHigh),
            _ if is(sub, "DOD") => Some(Cloud::Dod),
            _ => None,
        }
    }

    fn tenant(
        &self,
        authority: &Url,
        domain: &Domain,
        cloud: Option<Cloud>,
    ) -> Result<FoundTenant, DiscoveryError> {
        let found = || {
            let cloud = cloud.ok_or(InvalidDocument::Cloud)?;
            let tenant = self.tenant_at(authority)?.to_owned();
            self.is_at(authority)?;
            Ok(FoundTenant { tenant, domain: domain.0.clone(), cloud })
        };
        found().map_err(DiscoveryError::Invalid)
    }

    /// The tenant that the issuer names, if the issuer is `authority`.
    fn tenant_at(&self, authority: &Url) -> Result<&str, InvalidDocument> {
        self.issuer
            .strip_prefix(authority.as_str())
            .and_then(|rest| rest.strip_suffix("/v2.0"))
            .filter(|id| is_guid(id) && !id.bytes().any(|byte| byte.is_ascii_uppercase()))
            .ok_or(InvalidDocument::Issuer)
    }

    fn is_at(&self, authority: &Url) -> Result<(), InvalidDocument> {
        let is_there = |endpoint: &str| {
            Url::parse(endpoint).is_ok_and(|url| {
                url.origin() == authority.origin()
                    && url.username().is_empty()
                    && url.password().is_none()
            })
        };
        if is_there(&self.authorization_endpoint) && is_there(&self.token_endpoint) {
            Ok(())
        } else {
            Err(InvalidDocument::Endpoint)
        }
    }
}

fn is(given: Option<&String>, known: &str) -> bool {
    given.is_some_and(|given| given.eq_ignore_ascii_case(known))
}

/// Asks for the document of a tenant, by its domain or its id. Both are checked: neither leaves its
/// segment of the path.
async fn ask(
    http: &reqwest::Client,
    authority: &Url,
    tenant: &str,
) -> Result<Document, DiscoveryError> {
    let mut url = authority.clone();
    url.set_path(&format!("/{tenant}/v2.0/.well-known/openid-configuration"));
    let unreachable = |source: Option<reqwest::Error>| DiscoveryError::Unreachable {
        host: authority.host_str().unwrap_or_default().to_owned(),
        source: source.map(reqwest::Error::without_url),
    };

    let response = http.get(url).header(ACCEPT, "application/json").send().await;
    let mut response = response.map_err(|error| unreachable(Some(error)))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(Some(error)))? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(DiscoveryError::Invalid(InvalidDocument::Form));
        }
        body.extend_from_slice(&chunk);
    }

    judge(status, &body).map_err(|failure| match failure {
        Failure::Unknown => DiscoveryError::Unknown { asked: tenant.to_owned() },
        Failure::Invalid => DiscoveryError::Invalid(InvalidDocument::Form),
        Failure::Passing => {
            tracing::warn!(%status, "the authority, or something before it, failed");
            unreachable(None)
        }
    })
}

/// What a response that arrived whole is, if it is no document.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    Unknown,
    Invalid,
    /// The authority's own trouble, or the page of a proxy or a network's log-in.
    Passing,
}

/// Entra's refusal, as far as it tells that the tenant is not here.
#[derive(Deserialize)]
struct Refusal {
    error: Option<String>,
    #[serde(default)]
    error_codes: Vec<u32>,
}

fn judge(status: StatusCode, body: &[u8]) -> Result<Document, Failure> {
    /// Tenant not found; tenant of a national cloud.
    const NOT_HERE: [u32; 2] = [90_002, 90_038];

    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Err(Failure::Passing);
    }
    if status.is_success() {
        return serde_json::from_slice(body).map_err(|_| Failure::Invalid);
    }
    if !status.is_client_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Failure::Passing);
    }
    let refusal = serde_json::from_slice::<Refusal>(body).map_err(|_| Failure::Invalid)?;
    let is_unknown = refusal.error.as_deref() == Some("invalid_tenant")
        || refusal.error_codes.iter().any(|code| NOT_HERE.contains(code));
    Err(if is_unknown { Failure::Unknown } else { Failure::Invalid })
}

#[cfg(test)]
mod tests;
