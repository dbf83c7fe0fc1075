//! The tenant under an organisation's real host names: one TLS listener on loopback, for tests
//! whose resolver leads those names here.

use std::{collections::BTreeSet, fmt, io, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, header::AUTHORIZATION},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::{
    ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer, server::ResolvesServerCertUsingSni,
    sign::CertifiedKey,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{
    form::Parameters,
    organisation::{CloudFacts, Registration},
    serve::answer,
    server::Server,
    settings::Settings,
    tenant::{Addresses, PracticeTenant, listen, router, tenant},
};

/// The organisation that a tenant stands in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The directory's id.
    pub tenant_id: String,
    /// The domains by which the directory is found, beside its id; none at first.
    pub domains: Vec<String>,
    /// The id of the app's registration.
    pub client_id: String,
    /// The audience of access tokens, without a slash at the end.
    pub resource: String,
    /// The host of the authority.
    pub authority: String,
    /// The host of the API.
    pub api: String,
    /// The host of the portal.
    pub portal: String,
    /// What the authority's metadata says about the cloud and the region.
    pub cloud: CloudFacts,
}

/// What the metadata of the commercial authority says, for a commercial organisation.
const COMMERCIAL: CloudFacts = CloudFacts {
    region: "EU",
    sub_region: None,
    instance: "microsoftonline.com",
    graph: "graph.windows.net",
    microsoft_graph: "graph.microsoft.com",
};

impl Organisation {
    /// An organisation in the commercial cloud.
    pub fn commercial(tenant_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            tenant_id: tenant_id.into(),
            domains: Vec::new(),
            client_id: client_id.into(),
            resource: "https://api.securitycenter.microsoft.com".to_owned(),
            authority: "login.microsoftonline.com".to_owned(),
            api: "api.securitycenter.microsoft.com".to_owned(),
            portal: "security.microsoft.com".to_owned(),
            cloud: COMMERCIAL,
        }
    }

    /// A US government organisation of the GCC: it signs in as commercial ones do, and has an API of
    /// its own.
    pub fn gcc(tenant_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            resource: "https://api-gcc.securitycenter.microsoft.us".to_owned(),
            api: "api-gcc.securitycenter.microsoft.us".to_owned(),
            cloud: CloudFacts { region: "NA", sub_region: Some("GCC"), ..COMMERCIAL },
            ..Self::commercial(tenant_id, client_id)
        }
    }

    /// A US government organisation of GCC High.
    pub fn gcc_high(tenant_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            resource: "https://api-gov.securitycenter.microsoft.us".to_owned(),
            authority: "login.microsoftonline.us".to_owned(),
            api: "api-gov.securitycenter.microsoft.us".to_owned(),
            portal: "security.microsoft.us".to_owned(),
            cloud: CloudFacts {
                region: "USGov",
                sub_region: Some("DODCON"),
                instance: "microsoftonline.us",
                microsoft_graph: "graph.microsoft.us",
                ..COMMERCIAL
            },
            ..Self::commercial(tenant_id, client_id)
        }
    }

    /// An organisation of the US Department of Defense: the hosts of GCC High but for the portal.
    pub fn dod(tenant_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        let gcc_high = Self::gcc_high(tenant_id, client_id);
        Self {
            portal: "security.apps.mil".to_owned(),
            cloud: CloudFacts {
                sub_region: Some("DOD"),
                microsoft_graph: "dod-graph.microsoft.us",
                ..gcc_high.cloud.clone()
            },
            ..gcc_high
        }
    }

    /// The same, found by this domain as well.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<String>) -> Self {
        self.domains.push(domain.into());
        self
    }

    fn hosts(&self) -> [(Server, &str); 3] {
        [
            (Server::Authority, &self.authority),
            (Server::Api, &self.api),
            (Server::Portal, &self.portal),
        ]
    }

    fn registration(&self) -> Registration {
        Registration {
            tenant_id: self.tenant_id.clone(),
            client_id: self.client_id.clone(),
            resource: self.resource.clone(),
            authority: format!("https://{}", self.authority),
            api: format!("https://{}", self.api),
            access_issuer: format!("https://sts.windows.net/{}/", self.tenant_id),
            domains: self.domains.clone(),
            cloud: self.cloud.clone(),
            hosts: self
                .hosts()
                .iter()
                .flat_map(|(server, host)| {
                    [(*server, (*host).to_owned()), (*server, format!("{host}:443"))]
                })
                .collect(),
        }
    }
}

/// A tenant under an organisation's host names.
#[derive(Debug)]
pub struct OrganisationTenant {
    /// The tenant; its three addresses are the one port.
    pub tenant: PracticeTenant,
    /// The port on 127.0.0.1 to which a test's resolver leads all three host names.
    pub port: u16,
    /// The certificate of the authority that was made for this run, as PEM.
    pub root_certificate: String,
}

impl OrganisationTenant {
    /// Starts a tenant on a port that the system chooses.
    ///
    /// The server name of the TLS handshake decides which of the three servers answers; a
    /// connection that names none of the hosts is refused.
    ///
    /// # Errors
    ///
    /// Fails if no port can be had, or no key or certificate can be made.
    pub async fn start(settings: Settings, organisation: Organisation) -> io::Result<Self> {
        let (tenants, port, root_certificate) = start([(settings, organisation)]).await?;
        let [tenant] = tenants;
        Ok(Self { tenant, port, root_certificate })
    }
}

/// Several organisations' tenants behind one port, in one cloud or in several.
pub struct OrganisationTenants<const N: usize> {
    /// The tenants, in the order of their organisations; the addresses of each are the one port.
    pub tenants: [PracticeTenant; N],
    /// The port on 127.0.0.1 to which a test's resolver leads all host names of all of them.
    pub port: u16,
    /// The certificate of the one authority that was made for this run, as PEM.
    pub root_certificate: String,
}

impl<const N: usize> OrganisationTenants<N> {
    /// Starts tenants on one port that the system chooses.
    ///
    /// Where two have a host in common, as in one cloud, the tenant in the path tells who answers for
    /// the authority, the `tid` of the token for the API, and that of the query for the portal. What
    /// names none of them is the first one's to refuse.
    ///
    /// # Errors
    ///
    /// Fails as [`OrganisationTenant::start`] does.
    pub async fn start(organisations: [(Settings, Organisation); N]) -> io::Result<Self> {
        let (tenants, port, root_certificate) = start(organisations).await?;
        Ok(Self { tenants, port, root_certificate })
    }
}

impl<const N: usize> fmt::Debug for OrganisationTenants<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OrganisationTenants")
            .field("tenants", &self.tenants)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// Starts tenants, and returns them with their port and the certificate of their authority.
///
/// The listener ends with the first of them; they are dropped together.
async fn start<const N: usize>(
    organisations: [(Settings, Organisation); N],
) -> io::Result<([PracticeTenant; N], u16, String)> {
    let listener = listen().await?;
    let port = listener.local_addr()?.port();
    let hosts: BTreeSet<String> = organisations
        .iter()
        .flat_map(|(_, organisation)| organisation.hosts())
        .map(|(_, host)| host.to_owned())
        .collect();
    let (config, root_certificate) = certify(&hosts)?;

    let mut tenants = Vec::with_capacity(N);
    let mut answering = Vec::new();
    for (settings, organisation) in organisations {
        let tenant = tenant(settings, organisation.registration()).await?;
        answering.extend(organisation.hosts().map(|(server, host)| Answering {
            host: host.to_owned(),
            server,
            registration: tenant.registration.clone(),
            router: router(server, &tenant),
        }));
        tenants.push(tenant);
    }
    let mut servers = JoinSet::new();
    servers.spawn(serve(listener, TlsAcceptor::from(config), answering.into()));

    let addresses = Addresses { authority: port, api: port, portal: port };
    let mut servers = Some(servers);
    let tenants: Vec<PracticeTenant> = tenants
        .into_iter()
        .map(|tenant| {
            PracticeTenant::running(tenant, addresses, servers.take().unwrap_or_default())
        })
        .collect();
    let tenants = tenants.try_into().map_err(|_| io::Error::other("a tenant is missing"))?;
    Ok((tenants, port, root_certificate))
}

/// One server of one tenant.
struct Answering {
    host: String,
    server: Server,
    registration: Registration,
    router: Router,
}

/// Accepts connections until the future is dropped, which also ends the connections.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor, answering: Arc<[Answering]>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(accept(stream, acceptor.clone(), Arc::clone(&answering)));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn accept(stream: TcpStream, acceptor: TlsAcceptor, answering: Arc<[Answering]>) {
    let stream = match acceptor.accept(stream).await {
        Ok(stream) => stream,
        Err(error) => {
            tracing::debug!(%error, "a TLS handshake failed");
            return;
        }
    };
    let named = stream.get_ref().1.server_name().unwrap_or_default().to_owned();
    let at_host = |answering: &&Answering| answering.host == named;
    let Some(first) = answering.iter().find(at_host).map(|first| first.router.clone()) else {
        return;
    };
    let pick = move |request: &Request<Body>| {
        let meant = answering
            .iter()
            .find(|answering| answering.host == named && answering.is_meant_by(request));
        meant.map_or_else(|| first.clone(), |meant| meant.router.clone())
    };
    answer(stream, pick, |stream: TlsStream<TcpStream>| stream.get_ref().0.set_zero_linger()).await;
}

impl Answering {
    /// Tells whether a request names this tenant, unchecked: its router checks.
    fn is_meant_by(&self, request: &Request<Body>) -> bool {
        let named = match self.server {
            Server::Authority => request.uri().path().split('/').nth(1).map(str::to_owned),
            Server::Api => request
                .headers()
                .get(AUTHORIZATION)
                .and_then(|value| value.to_str().ok())
                .and_then(tenant_of_token),
            Server::Portal => {
                Parameters::parse(request.uri().query().unwrap_or_default().as_bytes())
                    .ok()
                    .and_then(|query| query.value("tid").map(str::to_owned))
            }
        };
        named.is_some_and(|named| self.registration.is_named(&named))
    }
}

/// The `tid` of the token in an `Authorization` header.
fn tenant_of_token(header: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(header.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    claims["tid"].as_str().map(str::to_owned)
}

/// Makes an authority and, under it, a certificate for these hosts.
fn certify(hosts: &BTreeSet<String>) -> io::Result<(Arc<ServerConfig>, String)> {
    let mut root = CertificateParams::default();
    root.distinguished_name.push(DnType::CommonName, "Droptrace test root of one run");
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let root_key = KeyPair::generate().map_err(io::Error::other)?;
    let root = CertifiedIssuer::self_signed(root, root_key).map_err(io::Error::other)?;

    let key = KeyPair::generate().map_err(io::Error::other)?;
    let leaf = CertificateParams::new(hosts.iter().cloned().collect::<Vec<_>>())
        .and_then(|params| params.signed_by(&key, &root))
        .map_err(io::Error::other)?;

    let provider = Arc::new(aws_lc_rs::default_provider());
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
    let certified = CertifiedKey::from_der(vec![leaf.der().clone()], private, &provider)
        .map_err(io::Error::other)?;
    let mut resolver = ResolvesServerCertUsingSni::new();
    for host in hosts {
        resolver.add(host, certified.clone()).map_err(io::Error::other)?;
    }
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((Arc::new(config), root.pem()))
}
