//! GNOME, and desktops that keep proxies as it does: asked through its own program.

use super::{AutomaticProxy, Desktop};

/// Understands what `gsettings list-recursively org.gnome.system.proxy` prints: a line for each
/// key, as `org.gnome.system.proxy mode 'auto'`.
fn read(printed: &str) -> Option<Desktop> {
    let value = |schema: &str, key: &str| {
        printed.lines().find_map(|line| {
            let mut parts = line.splitn(3, ' ');
            let is_it = parts.next() == Some(schema) && parts.next() == Some(key);
            is_it.then(|| parts.next().unwrap_or_default().trim().trim_matches('\''))
        })
    };
    match value("org.gnome.system.proxy", "mode")? {
        "auto" => {
            let script = value("org.gnome.system.proxy", "autoconfig-url").unwrap_or_default();
            Some(Desktop::Automatic(if script.is_empty() {
                AutomaticProxy::Wpad
            } else {
                AutomaticProxy::pac(script)
            }))
        }
        "manual" => {
            let host = value("org.gnome.system.proxy.https", "host").unwrap_or_default();
            let port = value("org.gnome.system.proxy.https", "port")?.parse().ok()?;
            (!host.is_empty() && port != 0).then(|| Desktop::Manual { host: host.to_owned(), port })
        }
        _ => None, // 'none', and what a later version may have
    }
}

/// Asks, for at most a second; none where the program is missing or does not answer.
#[cfg(target_os = "linux")]
pub(super) async fn ask() -> Option<Desktop> {
    use std::{process::Stdio, time::Duration};

    use tokio::{io::AsyncReadExt, process::Command, time::timeout};

    /// The most bytes that are read.
    const MOST: u64 = 64 * 1024;

    let mut asked = Command::new("gsettings")
        .args(["list-recursively", "org.gnome.system.proxy"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let mut printed = Vec::new();
    let mut output = asked.stdout.take()?.take(MOST);
    timeout(Duration::from_secs(1), output.read_to_end(&mut printed)).await.ok()?.ok()?;
    read(&String::from_utf8_lossy(&printed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(mode: &str, script: &str, host: &str, port: &str) -> String {
        format!(
            "org.gnome.system.proxy autoconfig-url '{script}'\n\
             org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1']\n\
             org.gnome.system.proxy mode '{mode}'\n\
             org.gnome.system.proxy.http host 'web'\n\
             org.gnome.system.proxy.https host '{host}'\n\
             org.gnome.system.proxy.https port {port}\n"
        )
    }

    #[test]
    fn the_three_modes_are_told_apart() {
        let script = "http://config.contoso.example/proxy.pac";
        let host = Some("config.contoso.example".to_owned());
        let cases = [
            (printed("none", script, "proxy", "8080"), None),
            (
                printed("auto", script, "", "0"),
                Some(Desktop::Automatic(AutomaticProxy::Pac { host })),
            ),
            (printed("auto", "", "", "0"), Some(Desktop::Automatic(AutomaticProxy::Wpad))),
            (
                printed("manual", script, "proxy", "8080"),
                Some(Desktop::Manual { host: "proxy".to_owned(), port: 8080 }),
            ),
            (printed("manual", script, "", "0"), None),
            ("No such schema".to_owned(), None),
        ];
        for (printed, told) in cases {
            assert_eq!(read(&printed), told, "{printed}");
        }
    }

    proptest! {
        #[test]
        fn any_output_is_understood_without_a_fall(printed in "(org\\.gnome\\.system\\.proxy|\\.https| |\n|'|mode|auto|manual|host|port|[ -~]){0,30}") {
            let _ = read(&printed);
        }
    }
}
