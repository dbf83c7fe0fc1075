//! macOS: what the dynamic store says of proxies.

use super::{AutomaticProxy, SystemProxy};

/// The values as they stand there (`SCSchemaDefinitions.h`). `ExceptionsList` is not read, for the
/// members of an array are not to be had without unsafe code: hosts in it go through the proxy.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// `HTTPSEnable`.
    pub(super) enable: bool,
    /// `HTTPSProxy`.
    pub(super) host: String,
    /// `HTTPSPort`.
    pub(super) port: Option<u16>,
    /// `ProxyAutoConfigEnable`.
    pub(super) script: bool,
    /// `ProxyAutoConfigURLString`.
    pub(super) script_address: String,
    /// `ProxyAutoDiscoveryEnable`.
    pub(super) looks: bool,
}

impl Values {
    pub(super) fn into_proxy(self) -> SystemProxy {
        let automatic = if self.script {
            Some(AutomaticProxy::pac(&self.script_address))
        } else {
            self.looks.then_some(AutomaticProxy::Wpad)
        };
        let host = self.host.trim();
        let server = (self.enable && !host.is_empty()).then(|| match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
        SystemProxy { server, exceptions: String::new(), automatic }
    }
}

#[cfg(target_os = "macos")]
pub(super) fn read() -> Values {
    use system_configuration::{
        core_foundation::{number::CFNumber, string::CFString},
        dynamic_store::SCDynamicStoreBuilder,
    };

    let Some(proxies) =
        SCDynamicStoreBuilder::new("droptrace").build().and_then(|store| store.get_proxies())
    else {
        return Values::default();
    };
    let value = |name: &'static str| {
        proxies.find(CFString::from_static_string(name)).map(|value| value.clone())
    };
    let number = |name| value(name).and_then(|value| value.downcast::<CFNumber>()?.to_i32());
    let text = |name| {
        let text = value(name).and_then(|value| value.downcast::<CFString>());
        text.map(|text| text.to_string()).unwrap_or_default()
    };
    Values {
        enable: number("HTTPSEnable") == Some(1),
        host: text("HTTPSProxy"),
        port: number("HTTPSPort").and_then(|port| u16::try_from(port).ok()),
        script: number("ProxyAutoConfigEnable") == Some(1),
        script_address: text("ProxyAutoConfigURLString"),
        looks: number("ProxyAutoDiscoveryEnable") == Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> Values {
        Values {
            enable: true,
            host: "proxy.contoso.example".to_owned(),
            port: Some(8080),
            ..Values::default()
        }
    }

    #[test]
    fn the_proxy_for_https_is_taken_where_it_is_switched_on() {
        let proxy = set().into_proxy();
        assert_eq!(proxy.server.as_deref(), Some("proxy.contoso.example:8080"));

        assert_eq!(Values { enable: false, ..set() }.into_proxy().server, None);
        assert_eq!(Values { host: " ".to_owned(), ..set() }.into_proxy().server, None);
        let usual = Values { port: None, ..set() }.into_proxy();
        assert_eq!(usual.server.as_deref(), Some("proxy.contoso.example"));
    }

    #[test]
    fn a_script_goes_before_looking_for_one() {
        let address = "http://config.contoso.example/proxy.pac".to_owned();
        let both = Values { script: true, script_address: address, looks: true, ..set() };
        let host = Some("config.contoso.example".to_owned());

        assert_eq!(both.clone().into_proxy().automatic, Some(AutomaticProxy::Pac { host }));
        let looks = Values { script: false, ..both };
        assert_eq!(looks.into_proxy().automatic, Some(AutomaticProxy::Wpad));
    }
}
