//! The window and its page: own origin only, no other window, loaded again if it dies.

use droptrace_core::words::sentence;
use tauri::{App, Url, WebviewUrl, WebviewWindowBuilder, webview::NewWindowResponse};

use crate::{app::WINDOW, reload};

/// The page's proxy, at which nobody listens. The page needs no connection; and what the policy does
/// not stop, as `preconnect` and a link that is pressed, would tell the system names to look up. Only
/// on Linux was that seen, and seen to end.
#[cfg(target_os = "linux")]
const NOWHERE: &str = "http://127.0.0.1:1";

/// Opens the window.
///
/// # Errors
///
/// If the system gives none.
pub(crate) fn open_window(app: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App("index.html".into()));
    #[cfg(target_os = "linux")]
    let window = window.proxy_url(NOWHERE.parse().map_err(tauri::Error::InvalidUrl)?);
    let window = window
        .title(sentence("window.title"))
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    reload::when_dead(&window)
}

/// Whether a URL is the app's own page; a page that got out of hand can go nowhere else.
fn is_own(url: &Url) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // How the same page is served on Windows.
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    own && url.port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_can_go_nowhere_else() {
        assert!(is_own(&"tauri://localhost/index.html".parse().unwrap()));
        for url in [
            "https://example.org/",
            "tauri://localhost.example.org/",
            "tauri://localhost:8080/",
            "file:///etc/passwd",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(!is_own(&url.parse().unwrap()), "{url}");
        }
    }
}
