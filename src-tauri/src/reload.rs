//! A page that died is loaded again, and the person is told. Each system tells of it in its own way.

use droptrace_core::{
    view::{ErrorCode, UserError},
    workbench::Workbench,
};
use tauri::{Manager, WebviewWindow};

/// Loads the window's page again whenever its process has ended.
///
/// # Errors
///
/// If the web view cannot be reached.
pub(crate) fn when_dead(window: &WebviewWindow) -> tauri::Result<()> {
    let workbench = window.state::<Workbench>().inner().clone();
    watch(window, move || {
        tracing::error!("the page's process ended; it is loaded again");
        workbench.notice(UserError::new(ErrorCode::PageReloaded));
    })
}

#[cfg(target_os = "linux")]
fn watch(window: &WebviewWindow, on_death: impl Fn() + Send + 'static) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |webview, _| {
            on_death();
            webview.reload();
        });
    })
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "WebView2 tells of a dead page through COM alone")]
fn watch(window: &WebviewWindow, on_death: impl Fn() + Send + 'static) -> tauri::Result<()> {
    use webview2_com::ProcessFailedEventHandler;

    window.with_webview(move |webview| {
        let handler = ProcessFailedEventHandler::create(Box::new(move |webview, _| {
            on_death();
            // SAFETY: called by WebView2 on the thread that owns the web view, which it hands over.
            webview.map_or(Ok(()), |webview| unsafe { webview.Reload() })
        }));
        let mut registration = 0;
        // SAFETY: this runs on the thread that owns the web view, and both pointers outlive the call.
        let watched = unsafe {
            webview
                .controller()
                .CoreWebView2()
                .and_then(|webview| webview.add_ProcessFailed(&handler, &raw mut registration))
        };
        if let Err(error) = watched {
            tracing::warn!(%error, "nothing will tell of a page that died");
        }
    })
}

/// WKWebView tells of a dead page through its navigation delegate, which is wry's; wry reloads it.
#[cfg(not(any(target_os = "linux", windows)))]
fn watch(_: &WebviewWindow, _: impl Fn() + Send + 'static) -> tauri::Result<()> {
    Ok(())
}
