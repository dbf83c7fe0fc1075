//! What the environment and the system say of proxies. Readers belong to a platform; what they read
//! is understood by plain functions, everywhere.

#[cfg(any(target_os = "linux", test))]
mod gnome;
#[cfg(any(target_os = "macos", test))]
mod macos;
#[cfg(any(windows, test))]
mod windows;

use std::{env, fmt};

/// What this computer says of proxies.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// By variables.
    pub environment: ProxyVariables,
    /// By the system's settings.
    pub system: SystemProxy,
}

/// The variables that name a proxy for HTTPS. They may hold a password, so they do not print.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxyVariables {
    /// `HTTPS_PROXY`; empty if there is none.
    pub https: String,
    /// `ALL_PROXY`; empty if there is none.
    pub all: String,
    /// `NO_PROXY`: hosts that are reached directly.
    pub no: String,
}

/// The system's settings, for HTTPS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemProxy {
    /// Host and port of the proxy.
    pub server: Option<String>,
    /// Hosts that are reached directly, as `NO_PROXY` lists them.
    pub exceptions: String,
    /// Whether a proxy is found for each connection.
    pub automatic: Option<AutomaticProxy>,
}

/// How a proxy is found for each connection; neither is followed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AutomaticProxy {
    /// By a script.
    Pac {
        /// The host that has the script, if it is on one.
        host: Option<String>,
    },
    /// By looking for such a script in the network.
    Wpad,
}

impl AutomaticProxy {
    /// Of a script's address, which may hold more than should be shown.
    fn pac(address: &str) -> Self {
        let url = url::Url::parse(address.trim()).ok();
        Self::Pac { host: url.and_then(|url| url.host_str().map(str::to_owned)) }
    }
}

/// What a desktop's own settings say; they are told, and not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(any(target_os = "linux", test)),
    expect(dead_code, reason = "elsewhere the system's settings are the desktop's")
)]
pub(super) enum Desktop {
    Automatic(AutomaticProxy),
    Manual { host: String, port: u16 },
}

/// Asks a desktop that has settings of its own, for at most a second.
pub(super) async fn desktop() -> Option<Desktop> {
    #[cfg(target_os = "linux")]
    {
        gnome::ask().await
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}

impl Surroundings {
    /// This computer's, now. Reads memory, the registry or the dynamic store; no network.
    pub fn of_system() -> Self {
        #[cfg(windows)]
        let system = windows::read().into_proxy();
        #[cfg(target_os = "macos")]
        let system = macos::read().into_proxy();
        #[cfg(not(any(windows, target_os = "macos")))]
        let system = SystemProxy::default();
        Self { environment: ProxyVariables::of_process(), system }
    }
}

impl ProxyVariables {
    fn of_process() -> Self {
        // In capitals first, as curl has it for all but `http_proxy`.
        let first = |names: [&str; 2]| {
            let values = names.into_iter().filter_map(|name| env::var(name).ok());
            values.map(|value| value.trim().to_owned()).find(|value| !value.is_empty())
        };
        Self {
            https: first(["HTTPS_PROXY", "https_proxy"]).unwrap_or_default(),
            all: first(["ALL_PROXY", "all_proxy"]).unwrap_or_default(),
            no: first(["NO_PROXY", "no_proxy"]).unwrap_or_default(),
        }
    }

    /// The proxy for HTTPS, as written.
    pub(super) fn server(&self) -> Option<&str> {
        [&self.https, &self.all].into_iter().find(|value| !value.is_empty()).map(String::as_str)
    }
}

impl fmt::Debug for ProxyVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyVariables").finish_non_exhaustive()
    }
}

/// The most exceptions that are read.
#[cfg(any(windows, test))]
const MOST_EXCEPTIONS: usize = 1_000;

/// Exceptions of the system as `NO_PROXY` lists them. What has no such form is left out: those hosts
/// go through the proxy, as they would for a program that reads no exceptions.
#[cfg(any(windows, test))]
fn exceptions<'a>(entries: impl IntoIterator<Item = &'a str>) -> String {
    let entries = entries.into_iter().take(MOST_EXCEPTIONS);
    entries.filter_map(exception).collect::<Vec<_>>().join(",")
}

#[cfg(any(windows, test))]
fn exception(entry: &str) -> Option<String> {
    let entry = entry.trim();
    let entry = entry.split_once("://").map_or(entry, |(_, host)| host);
    if entry == "*" {
        return Some(entry.to_owned());
    }
    // `<local>` means names without a dot; no host of a cloud is one.
    if entry.is_empty() || entry.starts_with('<') || entry.contains(',') {
        return None;
    }
    if let Some(network) = network_of(entry) {
        return Some(network);
    }
    let name = entry.strip_prefix("*.").or(entry.strip_prefix('*')).unwrap_or(entry);
    (!name.is_empty() && !name.contains('*')).then(|| name.to_owned())
}

/// `10.*` and `192.168.*.*` as networks.
#[cfg(any(windows, test))]
fn network_of(entry: &str) -> Option<String> {
    let fixed: Vec<&str> = entry.split('.').take_while(|part| *part != "*").collect();
    let rest: Vec<&str> = entry.split('.').skip(fixed.len()).collect();
    if rest.is_empty() || rest.iter().any(|part| *part != "*") {
        return None;
    }
    if !(1..=3).contains(&fixed.len()) || fixed.len() + rest.len() > 4 {
        return None;
    }
    let mut address = [0_u8; 4];
    for (byte, part) in address.iter_mut().zip(&fixed) {
        *byte = part.parse().ok()?;
    }
    Some(format!("{}/{}", std::net::Ipv4Addr::from(address), fixed.len() * 8))
}
