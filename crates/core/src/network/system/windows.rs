//! Windows: the values of "Internet Settings" in the current user's registry.

use super::{AutomaticProxy, SystemProxy, exceptions};

/// The values as they stand there.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// `ProxyEnable`.
    pub(super) enable: u32,
    /// `ProxyServer`: one address, or `http=…;https=…`.
    pub(super) server: String,
    /// `ProxyOverride`, apart by semicolons.
    pub(super) exceptions: String,
    /// `AutoConfigURL`.
    pub(super) script: String,
    /// `DefaultConnectionSettings` below `Connections`.
    pub(super) connection: Vec<u8>,
}

impl Values {
    /// The byte of `DefaultConnectionSettings` that holds flags, and the flag for looking for a
    /// script in the network. Microsoft does not describe the value; `WinINET` writes it so.
    const FLAGS: usize = 8;
    const LOOKS: u8 = 0x08;

    pub(super) fn into_proxy(self) -> SystemProxy {
        let looks = self.connection.get(Self::FLAGS).is_some_and(|flags| flags & Self::LOOKS != 0);
        let automatic = if self.script.trim().is_empty() {
            looks.then_some(AutomaticProxy::Wpad)
        } else {
            Some(AutomaticProxy::pac(&self.script))
        };
        SystemProxy {
            server: (self.enable != 0).then(|| for_https(&self.server)).flatten(),
            exceptions: exceptions(self.exceptions.split(';')),
            automatic,
        }
    }
}

/// The address for HTTPS of `ProxyServer`. A list without one leaves HTTPS without a proxy.
fn for_https(server: &str) -> Option<String> {
    let mut parts = server.split(|letter: char| letter == ';' || letter.is_whitespace());
    let found = if server.contains('=') {
        parts.find_map(|part| {
            let (scheme, address) = part.split_once('=')?;
            scheme.trim().eq_ignore_ascii_case("https").then_some(address)
        })
    } else {
        parts.find(|part| !part.is_empty())
    };
    found.map(str::trim).filter(|address| !address.is_empty()).map(str::to_owned)
}

#[cfg(windows)]
pub(super) fn read() -> Values {
    const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

    let Ok(key) = windows_registry::CURRENT_USER.open(KEY) else { return Values::default() };
    let text = |name: &str| key.get_string(name).unwrap_or_default();
    let connection = key
        .open("Connections")
        .and_then(|connections| connections.get_value("DefaultConnectionSettings"));
    Values {
        enable: key.get_u32("ProxyEnable").unwrap_or_default(),
        server: text("ProxyServer"),
        exceptions: text("ProxyOverride"),
        script: text("AutoConfigURL"),
        connection: connection.map(|value| value.to_vec()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server(text: &str) -> Option<String> {
        Values { enable: 1, server: text.to_owned(), ..Values::default() }.into_proxy().server
    }

    #[test]
    fn of_a_list_the_address_for_https_is_taken() {
        for (text, address) in [
            ("proxy:8080", Some("proxy:8080")),
            ("http://proxy:8080", Some("http://proxy:8080")),
            ("http=web:80;https=secure:8443;ftp=files:21", Some("secure:8443")),
            ("HTTPS = x;https=secure:8443", Some("secure:8443")),
            ("http=web:80 https=secure:8443", Some("secure:8443")),
            ("http=web:80", None),
            ("socks=socks:1080", None),
            ("https=", None),
            ("", None),
        ] {
            assert_eq!(server(text).as_deref(), address, "{text}");
        }
        let off = Values { server: "proxy:8080".to_owned(), ..Values::default() };
        assert_eq!(off.into_proxy().server, None, "ProxyEnable is 0");
    }

    #[test]
    fn a_script_is_told_by_its_host_alone() {
        let script = |text: &str| {
            Values { script: text.to_owned(), ..Values::default() }.into_proxy().automatic
        };
        assert_eq!(
            script("http://ann:secret@config.contoso.example/proxy.pac?who=ann"),
            Some(AutomaticProxy::Pac { host: Some("config.contoso.example".to_owned()) })
        );
        assert_eq!(script("file://c:/proxy.pac").map(|_| ()), Some(()));
        assert_eq!(script(" "), None);

        let mut connection = vec![0x46, 0, 0, 0, 2, 0, 0, 0, 0x09, 0, 0, 0];
        let looks = Values { connection: connection.clone(), ..Values::default() };
        assert_eq!(looks.into_proxy().automatic, Some(AutomaticProxy::Wpad));
        connection[8] = 0x03;
        assert_eq!(Values { connection, ..Values::default() }.into_proxy().automatic, None);
    }

    #[test]
    fn exceptions_are_told_as_no_proxy_has_them() {
        let text = "<local>;*.contoso.example;10.*;192.168.*.*;https://direct.example;a*b;*.*;;1.2.3.4;300.*";
        let values = Values { exceptions: text.to_owned(), ..Values::default() };

        assert_eq!(
            values.into_proxy().exceptions,
            "contoso.example,10.0.0.0/8,192.168.0.0/16,direct.example,1.2.3.4"
        );
    }

    proptest! {
        #[test]
        fn any_values_are_understood_without_a_fall(
            text in "(http|https|=|;|:|\\*|\\.|<local>|[a-z0-9 ,@/\u{e4}]){0,30}",
            connection in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let proxy = Values {
                enable: 1,
                server: text.clone(),
                exceptions: text.clone(),
                script: text,
                connection,
            }
            .into_proxy();
            prop_assert!(proxy.server.is_none_or(|server| !server.contains(';')));
            prop_assert!(!proxy.exceptions.contains(';'));
        }
    }
}
