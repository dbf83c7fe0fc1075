//! Finds out, after a failure, what is in the way.

use std::{error::Error, fmt, io, time::Duration};

use jiff::Timestamp;
use rustls::CertificateError;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use url::Url;

use super::{
    Network,
    certificate::Seen,
    probe::{self, Handshake},
    route::Route,
};
use crate::view::{ErrorCode, UserError};

/// What is in the way of a connection, as far as it could be found out.
///
/// Names in it are of somebody else's making: bounded, and shown in their display form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// The host's name is not known here.
    Name {
        /// The host.
        host: String,
    },
    /// The host, or a firewall before it, refused the connection.
    Refused {
        /// The host.
        host: String,
    },
    /// Nothing answered in time.
    TimedOut {
        /// The host.
        host: String,
    },
    /// The proxy cannot be reached, or what listens there is no HTTP proxy.
    ProxyUnreachable {
        /// The proxy's host.
        host: String,
        /// The proxy's port.
        port: u16,
    },
    /// The proxy wants a name and a password, or did not take those that are set.
    ProxyWantsBasic {
        /// The proxy's host.
        proxy: String,
    },
    /// The proxy wants a sign-in of Windows, which cannot be had here.
    ProxyWantsIntegrated {
        /// The proxy's host.
        proxy: String,
        /// The first scheme that it offers.
        scheme: IntegratedScheme,
        /// The host that was to be reached.
        host: String,
    },
    /// The proxy does not let the connection through.
    ProxyRefused {
        /// The proxy's host.
        proxy: String,
        /// Its HTTP status.
        status: u16,
        /// The host that was to be reached.
        host: String,
    },
    /// There is no direct way, and the proxy is found by a script, which is not followed here.
    AutomaticProxyNotFollowed {
        /// The host that was to be reached.
        host: String,
    },
    /// The certificate's issuer is not trusted on this computer.
    UntrustedIssuer {
        /// The host.
        host: String,
        /// Who issued the certificate.
        issuer: String,
        /// Whom it names.
        subject: String,
    },
    /// The certificate had ended, by this computer's clock.
    CertificateExpired {
        /// The host.
        host: String,
        /// Who issued the certificate.
        issuer: String,
        /// When it ended.
        until: Timestamp,
    },
    /// The certificate has not begun, by this computer's clock.
    CertificateNotYetValid {
        /// The host.
        host: String,
        /// Who issued the certificate.
        issuer: String,
        /// When it begins.
        from: Timestamp,
    },
    /// The certificate is for other hosts.
    WrongHost {
        /// The host.
        host: String,
        /// Who issued the certificate.
        issuer: String,
        /// The first few hosts it is for.
        names: Vec<String>,
    },
    /// The secure connection could not be agreed on.
    Tls {
        /// The host.
        host: String,
        /// What the library said.
        detail: String,
    },
    /// Nothing is in the way any more, or nothing that could be seen.
    Unknown {
        /// The host.
        host: String,
    },
}

/// A way of signing in at a proxy as the person who is signed in to Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegratedScheme {
    /// SPNEGO (RFC 4559).
    Negotiate,
    /// NTLM.
    Ntlm,
    /// Kerberos alone.
    Kerberos,
}

impl IntegratedScheme {
    fn named(name: &str) -> Option<Self> {
        match name {
            "negotiate" => Some(Self::Negotiate),
            "ntlm" => Some(Self::Ntlm),
            "kerberos" => Some(Self::Kerberos),
            _ => None,
        }
    }
}

impl fmt::Display for IntegratedScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negotiate => "Negotiate",
            Self::Ntlm => "NTLM",
            Self::Kerberos => "Kerberos",
        })
    }
}

/// For the whole of it.
const WHOLE: Duration = Duration::from_secs(5);
/// For reaching the host or the proxy, so that a desktop can still be asked.
const REACHING: Duration = Duration::from_secs(3);

/// Finds out what is in the way of `url`, to which a request has failed with `error`. Goes the same
/// way once more, in at most five seconds, without a request: to the proxy a `CONNECT`, to the host
/// the first half of a TLS handshake.
pub async fn diagnose(network: &Network, url: &Url, error: &reqwest::Error) -> Trouble {
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let refused = refused_certificate(error);
    let looking = look(network, &host, port, refused);
    let found = timeout(WHOLE, looking).await;
    let found = found.unwrap_or(Trouble::TimedOut { host: host.clone() });
    // It goes now, and did not in time before.
    let is_late = matches!(found, Trouble::Unknown { .. }) && error.is_timeout();
    if is_late { Trouble::TimedOut { host } } else { found }
}

async fn look(
    network: &Network,
    host: &str,
    port: u16,
    refused: Option<CertificateError>,
) -> Trouble {
    let reached = match network.route(host) {
        // What speaks another protocol is not spoken to.
        Some(route) if route.scheme != "http" => Err(Trouble::Unknown { host: host.to_owned() }),
        Some(route) => through(&route, host, port).await,
        None => match directly(host, port).await {
            Err(_) if network.automatic_by_choice().await.is_some() => {
                Err(Trouble::AutomaticProxyNotFollowed { host: host.to_owned() })
            }
            reached => reached,
        },
    };
    let stream = match reached {
        Ok(stream) => stream,
        Err(trouble) => return trouble,
    };
    match probe::handshake(stream, host).await {
        Handshake::Shown(seen) => judge(host, refused, seen),
        Handshake::Broken(detail) => Trouble::Tls { host: host.to_owned(), detail },
    }
}

async fn directly(host: &str, port: u16) -> Result<TcpStream, Trouble> {
    let name = host.to_owned();
    let reaching = async {
        let place = (host.trim_matches(['[', ']']), port);
        let Ok(addresses) = lookup_host(place).await else {
            return Err(Trouble::Name { host: name.clone() });
        };
        let addresses: Vec<_> = addresses.collect();
        TcpStream::connect(&*addresses).await.map_err(|error| {
            let host = name.clone();
            if error.kind() == io::ErrorKind::ConnectionRefused {
                Trouble::Refused { host }
            } else if error.kind() == io::ErrorKind::TimedOut {
                Trouble::TimedOut { host }
            } else {
                Trouble::Unknown { host }
            }
        })
    };
    match timeout(REACHING, reaching).await {
        Ok(reached) => reached,
        Err(_) => Err(Trouble::TimedOut { host: name }),
    }
}

async fn through(route: &Route, host: &str, port: u16) -> Result<TcpStream, Trouble> {
    let unreachable = || Trouble::ProxyUnreachable { host: route.host.clone(), port: route.port };
    // First without credentials: only then a proxy names the ways to sign in.
    let tunnel = async |authorization| {
        let mut stream =
            TcpStream::connect((route.host.trim_matches(['[', ']']), route.port)).await?;
        let place = format!("{host}:{port}");
        let answer = probe::connect(&mut stream, &place, authorization).await?;
        io::Result::Ok((stream, answer))
    };
    let tunnel = async |authorization| match timeout(REACHING, tunnel(authorization)).await {
        Ok(Ok(tunnel)) => Ok(tunnel),
        Ok(Err(_)) | Err(_) => Err(unreachable()),
    };

    let (mut stream, mut answer) = tunnel(None).await?;
    let schemes = std::mem::take(&mut answer.schemes);
    if answer.status == 407
        && let Some(authorization) = &route.authorization
    {
        (stream, answer) = tunnel(Some(authorization)).await?;
    }
    let proxy = || route.host.clone();
    match answer.status {
        200..300 => Ok(stream),
        407 if schemes.iter().any(|scheme| scheme == "basic") => {
            Err(Trouble::ProxyWantsBasic { proxy: proxy() })
        }
        status => {
            let scheme = schemes.iter().find_map(|scheme| IntegratedScheme::named(scheme));
            Err(match scheme.filter(|_| status == 407) {
                Some(scheme) => {
                    Trouble::ProxyWantsIntegrated { proxy: proxy(), scheme, host: host.to_owned() }
                }
                None => Trouble::ProxyRefused { proxy: proxy(), status, host: host.to_owned() },
            })
        }
    }
}

/// Why a certificate was refused by the client that failed, if that is why it failed.
fn refused_certificate(error: &reqwest::Error) -> Option<CertificateError> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(refused)) = error.downcast_ref() {
            return Some(refused.clone());
        }
        // The source of an I/O error is that of the error within, which would be passed over.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn judge(host: &str, refused: Option<CertificateError>, seen: Option<Seen>) -> Trouble {
    let host = host.to_owned();
    let Some(refused) = refused else { return Trouble::Unknown { host } };
    let Some(seen) = seen else {
        return Trouble::Tls { host, detail: "certificate".to_owned() };
    };
    let Seen { issuer, subject, from, until, hosts } = seen;
    #[expect(clippy::wildcard_enum_match_arm, reason = "of another crate, with more to come")]
    match refused {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            Trouble::CertificateExpired { host, issuer, until }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Trouble::CertificateNotYetValid { host, issuer, from }
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Trouble::WrongHost { host, issuer, names: hosts }
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            Trouble::UntrustedIssuer { host, issuer, subject }
        }
        other => Trouble::Tls { host, detail: other.to_string() },
    }
}

/// A time of a certificate, in whole seconds of UTC.
fn told(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

impl From<&Trouble> for UserError {
    fn from(trouble: &Trouble) -> Self {
        let of = |code, host: &String| Self::new(code).with("host", host.as_str());
        match trouble {
            Trouble::Name { host } => of(ErrorCode::NameUnknown, host),
            Trouble::Refused { host } | Trouble::Unknown { host } => of(ErrorCode::Offline, host),
            Trouble::TimedOut { host } => of(ErrorCode::TimedOut, host),
            Trouble::ProxyUnreachable { host, port } => Self::new(ErrorCode::ProxyUnreachable)
                .with("proxy", format!("{host}:{port}").as_str()),
            Trouble::ProxyWantsBasic { proxy } => {
                Self::new(ErrorCode::ProxyPassword).with("proxy", proxy.as_str())
            }
            Trouble::ProxyWantsIntegrated { proxy, scheme, host } => {
                of(ErrorCode::ProxyIntegrated, host)
                    .with("proxy", proxy.as_str())
                    .with("scheme", scheme.to_string().as_str())
            }
            Trouble::ProxyRefused { proxy, status, host } => of(ErrorCode::ProxyRefused, host)
                .with("proxy", proxy.as_str())
                .with("status", *status),
            Trouble::AutomaticProxyNotFollowed { host } => of(ErrorCode::ProxyAutomatic, host),
            Trouble::UntrustedIssuer { host, issuer, subject } => {
                of(ErrorCode::CertificateIssuer, host)
                    .with("issuer", issuer.as_str())
                    .with("subject", subject.as_str())
            }
            Trouble::CertificateExpired { host, issuer, until } => {
                of(ErrorCode::CertificateExpired, host)
                    .with("issuer", issuer.as_str())
                    .with("time", told(*until).as_str())
            }
            Trouble::CertificateNotYetValid { host, issuer, from } => {
                of(ErrorCode::CertificateNotYetValid, host)
                    .with("issuer", issuer.as_str())
                    .with("time", told(*from).as_str())
            }
            Trouble::WrongHost { host, issuer, names } => {
                let names = if names.is_empty() { "?".to_owned() } else { names.join(", ") };
                of(ErrorCode::CertificateHost, host)
                    .with("issuer", issuer.as_str())
                    .with("names", names.as_str())
            }
            Trouble::Tls { host, detail } => {
                of(ErrorCode::TlsFailed, host).with("detail", detail.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::sentence;

    fn seen() -> Seen {
        Seen {
            issuer: "ACME Proxy CA".to_owned(),
            subject: "The inspected host".to_owned(),
            from: "2020-01-01T00:00:00Z".parse().unwrap(),
            until: "2021-01-01T00:00:00Z".parse().unwrap(),
            hosts: vec!["a.example".to_owned(), "b.example".to_owned()],
        }
    }

    fn judged(refused: CertificateError) -> ErrorCode {
        UserError::from(&judge("host", Some(refused), Some(seen()))).code
    }

    #[test]
    fn what_the_client_refused_a_certificate_for_decides_what_is_said_of_it() {
        assert_eq!(judged(CertificateError::UnknownIssuer), ErrorCode::CertificateIssuer);
        assert_eq!(judged(CertificateError::Expired), ErrorCode::CertificateExpired);
        assert_eq!(judged(CertificateError::NotValidYet), ErrorCode::CertificateNotYetValid);
        assert_eq!(judged(CertificateError::NotValidForName), ErrorCode::CertificateHost);
        assert_eq!(judged(CertificateError::Revoked), ErrorCode::TlsFailed);

        let host = "host".to_owned();
        let unreadable = judge("host", Some(CertificateError::UnknownIssuer), None);
        assert!(matches!(unreadable, Trouble::Tls { .. }));
        assert_eq!(judge("host", None, Some(seen())), Trouble::Unknown { host });
    }

    #[test]
    fn every_sentence_has_the_facts_it_names() {
        let text = || "x".to_owned();
        let time = Timestamp::UNIX_EPOCH;
        let scheme = IntegratedScheme::Ntlm;
        let all = [
            Trouble::Name { host: text() },
            Trouble::Refused { host: text() },
            Trouble::TimedOut { host: text() },
            Trouble::ProxyUnreachable { host: text(), port: 1 },
            Trouble::ProxyWantsBasic { proxy: text() },
            Trouble::ProxyWantsIntegrated { proxy: text(), scheme, host: text() },
            Trouble::ProxyRefused { proxy: text(), status: 403, host: text() },
            Trouble::AutomaticProxyNotFollowed { host: text() },
            Trouble::UntrustedIssuer { host: text(), issuer: text(), subject: text() },
            Trouble::CertificateExpired { host: text(), issuer: text(), until: time },
            Trouble::CertificateNotYetValid { host: text(), issuer: text(), from: time },
            Trouble::WrongHost { host: text(), issuer: text(), names: vec![] },
            Trouble::Tls { host: text(), detail: text() },
            Trouble::Unknown { host: text() },
        ];
        for trouble in &all {
            let error = UserError::from(trouble);
            let code = serde_json::to_value(error.code).unwrap();
            for part in ["title", "help"] {
                let key: &'static str = format!("error.{}.{part}", code.as_str().unwrap()).leak();
                for named in sentence(key).split('{').skip(1) {
                    let name = named.split('}').next().unwrap();
                    assert!(error.facts.contains_key(name), "{key}: {name}");
                }
            }
        }
        let told = UserError::from(&all[9]).facts["time"].clone();
        assert_eq!(told, "1970-01-01 00:00 UTC".into());
    }
}
