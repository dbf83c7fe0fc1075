//! The window and its page: own origin only, no other window, loaded again if it dies.

use droptrace_core::words::sentence;
use tauri::{App, Url, WebviewUrl, WebviewWindowBuilder, webview::NewWindowResponse};

use crate::app::WINDOW;

/// Opens the window.
///
/// # Errors
///
/// If the system gives none.
pub(crate) fn open_window(app: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App("index.html".into()))
        .title(sentence("window.title"))
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    // On the other systems the web view's own behaviour stands: they tell of a dead page by
    // interfaces that Tauri does not pass on.
    #[cfg(target_os = "linux")]
    reload_when_dead(&window)?;
    #[cfg(not(target_os = "linux"))]
    drop(window);
    Ok(())
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

/// Loads the page again when its process has died, and tells the person.
#[cfg(target_os = "linux")]
fn reload_when_dead(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use droptrace_core::{
        view::{ErrorCode, UserError},
        workbench::Workbench,
    };
    use tauri::Manager;
    use webkit2gtk::WebViewExt;

    let workbench = window.state::<Workbench>().inner().clone();
    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |webview, reason| {
            tracing::error!(?reason, "the page's process ended; it is loaded again");
            workbench.notice(UserError::new(ErrorCode::PageReloaded));
            webview.reload();
        });
    })
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
