//! The tenant under an organisation's real host names: one TLS listener on loopback, for tests
//! whose resolver leads those names here.

use std::{io, sync::Arc};

use axum::Router;
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
    organisation::Registration,
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
}

impl Organisation {
    /// An organisation in the commercial cloud.
    pub fn commercial(tenant_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            tenant_id: tenant_id.into(),
            client_id: client_id.into(),
            resource: "https://api.securitycenter.microsoft.com".to_owned(),
            authority: "login.microsoftonline.com".to_owned(),
            api: "api.securitycenter.microsoft.com".to_owned(),
            portal: "security.microsoft.com".to_owned(),
        }
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
        let listener = listen().await?;
        let port = listener.local_addr()?.port();
        let tenant = tenant(settings, organisation.registration()).await?;
        let (config, root_certificate) = certify(&organisation)?;
        let routers =
            organisation.hosts().map(|(server, host)| (host.to_owned(), router(server, &tenant)));

        let mut servers = JoinSet::new();
        servers.spawn(serve(listener, TlsAcceptor::from(config), routers));
        let addresses = Addresses { authority: port, api: port, portal: port };
        Ok(Self {
            tenant: PracticeTenant::running(tenant, addresses, servers),
            port,
            root_certificate,
        })
    }
}

/// Accepts connections until the future is dropped, which also ends the connections.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor, routers: [(String, Router); 3]) {
    let routers = Arc::new(routers);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(accept(stream, acceptor.clone(), Arc::clone(&routers)));
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

async fn accept(stream: TcpStream, acceptor: TlsAcceptor, routers: Arc<[(String, Router); 3]>) {
    let stream = match acceptor.accept(stream).await {
        Ok(stream) => stream,
        Err(error) => {
            tracing::debug!(%error, "a TLS handshake failed");
            return;
        }
    };
    let named = stream.get_ref().1.server_name().unwrap_or_default();
    let Some((_, router)) = routers.iter().find(|(host, _)| host == named) else {
        return;
    };
    let router = router.clone();
    answer(stream, router, |stream: TlsStream<TcpStream>| stream.get_ref().0.set_zero_linger())
        .await;
}

/// Makes an authority and, under it, a certificate for the three hosts.
fn certify(organisation: &Organisation) -> io::Result<(Arc<ServerConfig>, String)> {
    let mut root = CertificateParams::default();
    root.distinguished_name.push(DnType::CommonName, "Droptrace test root of one run");
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let root_key = KeyPair::generate().map_err(io::Error::other)?;
    let root = CertifiedIssuer::self_signed(root, root_key).map_err(io::Error::other)?;

    let names: Vec<String> =
        organisation.hosts().iter().map(|(_, host)| (*host).to_owned()).collect();
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let leaf = CertificateParams::new(names)
        .and_then(|params| params.signed_by(&key, &root))
        .map_err(io::Error::other)?;

    let provider = Arc::new(aws_lc_rs::default_provider());
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
    let certified = CertifiedKey::from_der(vec![leaf.der().clone()], private, &provider)
        .map_err(io::Error::other)?;
    let mut resolver = ResolvesServerCertUsingSni::new();
    for (_, host) in organisation.hosts() {
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
