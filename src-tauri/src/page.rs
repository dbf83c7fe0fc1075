//! The window and its page: own origin only, no other window, loaded again if it dies.

use std::path::Path;

use droptrace_core::{
    view::{Preferences, Theme},
    words::sentence,
};
use tauri::{
    App, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, webview::NewWindowResponse,
};

use crate::{app::WINDOW, reload, theme, window_place::PlaceFile};

/// The page's proxy, at which nobody listens. The page needs no connection; and what the policy does
/// not stop, as `preconnect` and a link that is pressed, would tell the system names to look up. Only
/// on Linux was that seen, and seen to end.
#[cfg(target_os = "linux")]
const NOWHERE: &str = "http://127.0.0.1:1";

/// Opens the window as the person has chosen it, where it was when it was closed; `folder` keeps
/// that.
///
/// # Errors
///
/// If the system gives none.
pub(crate) fn open_window(app: &App, folder: &Path, chosen: Preferences) -> tauri::Result<()> {
    let place = PlaceFile::in_folder(folder);
    let opening = place.opening(app);
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App("index.html".into()));
    #[cfg(target_os = "linux")]
    let window = window.proxy_url(NOWHERE.parse().map_err(tauri::Error::InvalidUrl)?);
    let window = match opening.position {
        Some(corner) => window.position(corner.x, corner.y),
        None => window,
    };
    let window = window
        .title(sentence("window.title"))
        .theme(theme::of(chosen.theme))
        .inner_size(opening.size.width, opening.size.height)
        .min_inner_size(opening.least.width, opening.least.height)
        .maximized(opening.maximised)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    place.keep(&window);
    // On Linux a window is built in the system's theme, whatever it is built with.
    if chosen.theme != Theme::System {
        theme::show(&window, chosen.theme);
    }
    show_zoom(&window, chosen.zoom);
    reload::when_dead(&window)
}

/// Draws the page this large, in percent. That it cannot be is logged: the page can be read anyway.
pub(crate) fn show_zoom<R: Runtime>(window: &WebviewWindow<R>, percent: u16) {
    if let Err(error) = window.set_zoom(f64::from(percent) / 100.0) {
        tracing::warn!(%error, "the page's zoom did not change");
    }
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
