//! A proxy as the person sets it: host and port in two fields, a user, and a password apart.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Host;

use crate::view::{ErrorCode, UserError};

/// The address of an HTTP proxy, checked; with the name to sign in there, if it wants one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    host: String,
    port: u16,
    user: Option<String>,
}

/// Which field is not of its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFormError {
    /// The host is no name, IPv4 address or IPv6 address in brackets.
    #[error("the proxy's host is no host")]
    Host,
    /// The port is no number from 1 to 65535.
    #[error("the proxy's port is no port")]
    Port,
    /// The user's name is too long or has a character that Basic authentication cannot carry.
    #[error("the proxy's user name cannot be sent")]
    User,
}

impl ProxyAddress {
    /// The most characters of a host (RFC 1035, section 2.3.4) and of a user's name.
    const LONGEST: usize = 253;

    /// An address of a host and a port, with blanks around them allowed.
    ///
    /// The host is a DNS name, an IPv4 address, or an IPv6 address in brackets: no scheme, no user
    /// information, no port, no path.
    ///
    /// # Errors
    ///
    /// [`ProxyFormError::Host`] or [`ProxyFormError::Port`].
    pub fn new(host: &str, port: &str) -> Result<Self, ProxyFormError> {
        let host = checked_host(host.trim()).ok_or(ProxyFormError::Host)?;
        let port = checked_port(port.trim()).ok_or(ProxyFormError::Port)?;
        Ok(Self { host, port, user: None })
    }

    /// The same with the name to sign in at the proxy; with none if the name is empty.
    ///
    /// # Errors
    ///
    /// [`ProxyFormError::User`] if it has a colon or a control character (RFC 7617, section 2), or
    /// more than 253 characters.
    pub fn with_user(mut self, user: &str) -> Result<Self, ProxyFormError> {
        let user = user.trim();
        let is_sendable = !user.contains(|letter: char| letter == ':' || letter.is_control());
        if !is_sendable || user.chars().count() > Self::LONGEST {
            return Err(ProxyFormError::User);
        }
        self.user = (!user.is_empty()).then(|| user.to_owned());
        Ok(self)
    }

    /// The host: in ASCII and lower case, an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, never 0.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name to sign in at the proxy.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn checked_host(host: &str) -> Option<String> {
    // `Host::parse` would decode `%2e`, and take letters that a name does not have.
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    let is_v6 = host.starts_with('[') && host.ends_with(']');
    if !is_v6 && !host.chars().all(|letter| fits(letter) || !letter.is_ascii()) {
        return None;
    }
    match Host::parse(host).ok()? {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(&name);
            let is_name = name.len() <= ProxyAddress::LONGEST
                && name.split('.').all(|label| (1..=63).contains(&label.len()))
                && name.chars().all(fits);
            is_name.then(|| name.to_owned())
        }
        address @ (Host::Ipv4(_) | Host::Ipv6(_)) => Some(address.to_string()),
    }
}

fn checked_port(port: &str) -> Option<u16> {
    // `parse` alone would take "+80".
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    port.parse().ok().filter(|&port| port != 0)
}

impl From<ProxyFormError> for UserError {
    fn from(error: ProxyFormError) -> Self {
        Self::new(match error {
            ProxyFormError::Host => ErrorCode::ProxyHostInvalid,
            ProxyFormError::Port => ErrorCode::ProxyPortInvalid,
            ProxyFormError::User => ErrorCode::ProxyUserInvalid,
        })
    }
}

/// The password for a proxy. It is shown to nobody and printed nowhere.
#[derive(Clone)]
pub struct ProxySecret(SecretString);

impl ProxySecret {
    /// A secret of this text.
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ProxySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxySecret")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_nothing_more() {
        for (typed, host) in [
            ("proxy.contoso.example", "proxy.contoso.example"),
            (" Proxy ", "proxy"),
            ("proxy_1.contoso.example.", "proxy_1.contoso.example"),
            ("10.0.0.1", "10.0.0.1"),
            ("[2001:DB8::1]", "[2001:db8::1]"),
            ("b\u{fc}cher.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(ProxyAddress::new(typed, "8080").unwrap().host(), host, "{typed}");
        }
        let long = format!("{}.example", "a".repeat(64));
        for wrong in [
            "",
            "http://proxy",
            "ann@proxy",
            "ann:secret@proxy",
            "proxy:8080",
            "proxy/",
            "proxy/path",
            "pro xy",
            "proxy%2eexample",
            "2001:db8::1",
            "[proxy]",
            "[::1",
            "a..b",
            ".proxy",
            "256.1.1.1",
            "proxy?",
            "proxy#",
            "pro\u{202e}xy",
            &long,
        ] {
            assert_eq!(ProxyAddress::new(wrong, "8080"), Err(ProxyFormError::Host), "{wrong:?}");
        }
    }

    #[test]
    fn a_port_is_a_number_from_1_to_65535() {
        for (typed, port) in [("1", 1), (" 8080 ", 8080), ("65535", 65535)] {
            assert_eq!(ProxyAddress::new("proxy", typed).unwrap().port(), port);
        }
        for wrong in ["", "0", "65536", "+80", "-1", "8o80", "80 80", "\u{661}"] {
            assert_eq!(ProxyAddress::new("proxy", wrong), Err(ProxyFormError::Port), "{wrong:?}");
        }
    }

    #[test]
    fn a_user_is_what_basic_can_carry() {
        let proxy = || ProxyAddress::new("proxy", "80").unwrap();
        assert_eq!(proxy().with_user(" CONTOSO\\ann ").unwrap().user(), Some("CONTOSO\\ann"));
        assert_eq!(proxy().with_user("").unwrap().user(), None);
        for wrong in ["ann:secret", "ann\r\nX: y", &"a".repeat(254)] {
            assert_eq!(proxy().with_user(wrong), Err(ProxyFormError::User), "{wrong:?}");
        }
    }

    #[test]
    fn a_secret_does_not_print() {
        let secret = ProxySecret::new("secret-value".into());
        assert!(!format!("{secret:?}").contains("secret-value"));
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_the_host_of_a_url_and_no_other_part_of_it(
            host in "[ -~\u{e4}\u{202e}]{0,30}",
            port in "[0-9+ ]{0,6}",
        ) {
            if let Ok(proxy) = ProxyAddress::new(&host, &port) {
                let url = url::Url::parse(&format!("http://{proxy}/")).unwrap();
                prop_assert_eq!(url.host_str(), Some(proxy.host()));
                prop_assert_eq!(url.port_or_known_default(), Some(proxy.port()));
                prop_assert_eq!((url.path(), url.username(), url.password()), ("/", "", None));
            }
        }
    }
}
