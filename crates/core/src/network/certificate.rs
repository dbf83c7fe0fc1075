//! What a certificate says of itself. Whoever listens may have made it: everything is bounded here,
//! and shown in its display form.

use jiff::Timestamp;
use x509_parser::{
    extensions::GeneralName,
    prelude::{FromDer, X509Certificate},
    x509::X509Name,
};

/// A certificate, as far as a person can do something with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Who issued it.
    pub(super) issuer: String,
    /// Whom it names.
    pub(super) subject: String,
    /// From when it holds.
    pub(super) from: Timestamp,
    /// Until when it holds.
    pub(super) until: Timestamp,
    /// The hosts it is for.
    pub(super) hosts: Vec<String>,
}

impl Seen {
    /// The most bytes of a certificate that is looked at.
    pub(super) const LARGEST: usize = 64 * 1024;
    /// The most characters of a name.
    const LONGEST: usize = 200;
    /// The most hosts that are told.
    const HOSTS: usize = 5;

    /// None if it is no certificate.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        if der.len() > Self::LARGEST {
            return None;
        }
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let time = |seconds| Timestamp::from_second(seconds).ok();
        let names = certificate.subject_alternative_name().ok().flatten();
        let names = names.map(|names| &*names.value.general_names).unwrap_or_default();
        let hosts = names.iter().filter_map(|name| {
            if let GeneralName::DNSName(name) = name {
                return Some(bounded(name));
            }
            let GeneralName::IPAddress([a, b, c, d]) = name else { return None };
            Some(std::net::Ipv4Addr::from([*a, *b, *c, *d]).to_string())
        });
        let validity = certificate.validity();
        Some(Self {
            issuer: called(certificate.issuer()),
            subject: called(certificate.subject()),
            from: time(validity.not_before.timestamp())?,
            until: time(validity.not_after.timestamp())?,
            hosts: hosts.take(Self::HOSTS).collect(),
        })
    }
}

/// The common name, or else the organisation, or else the whole.
fn called(name: &X509Name) -> String {
    let short = name
        .iter_common_name()
        .chain(name.iter_organization())
        .find_map(|attribute| attribute.as_str().ok().filter(|text| !text.trim().is_empty()));
    let text = match short {
        Some(text) => bounded(text),
        None => bounded(&name.to_string()),
    };
    if text.is_empty() { "?".to_owned() } else { text }
}

fn bounded(text: &str) -> String {
    text.chars().take(Seen::LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let hosts = (1..=9).map(|number| format!("host-{number}.example"));
        let mut params = CertificateParams::new(hosts.collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "ACME Proxy CA");
        change(&mut params);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn it_tells_who_issued_it_for_whom_and_until_when() {
        let der = certificate(|params| {
            params.not_before = rcgen::date_time_ymd(2020, 1, 2);
            params.not_after = rcgen::date_time_ymd(2021, 3, 4);
        });

        let seen = Seen::read(&der).unwrap();

        assert_eq!((&*seen.issuer, &*seen.subject), ("ACME Proxy CA", "ACME Proxy CA"));
        assert_eq!(seen.from, "2020-01-02T00:00:00Z".parse().unwrap());
        assert_eq!(seen.until, "2021-03-04T00:00:00Z".parse().unwrap());
        assert_eq!(seen.hosts.len(), Seen::HOSTS);
        assert_eq!(seen.hosts[0], "host-1.example");
    }

    #[test]
    fn a_name_without_an_end_is_cut() {
        let long = "x".repeat(5_000);
        let der = certificate(|params| params.distinguished_name.push(DnType::CommonName, &long));
        assert_eq!(Seen::read(&der).unwrap().issuer.len(), Seen::LONGEST);

        let der = certificate(|params| {
            params.distinguished_name = rcgen::DistinguishedName::new();
            params.distinguished_name.push(DnType::OrganizationName, "Contoso");
        });
        assert_eq!(Seen::read(&der).unwrap().issuer, "Contoso");
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reading(
            at in any::<prop::sample::Index>(),
            byte: u8,
            noise in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let mut der = certificate(|_| {});
            let place = at.index(der.len());
            der[place] = byte;
            let _ = Seen::read(&der);
            let _ = Seen::read(&der[..place]);
            let _ = Seen::read(&noise);
        }
    }
}
