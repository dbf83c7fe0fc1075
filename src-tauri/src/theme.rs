//! The window's theme: its frame, the system's dialogs, and what the page is told that the system
//! prefers.

use droptrace_core::view::Theme;
use tauri::{Runtime, WebviewWindow};

/// The theme to open a window with; none leaves it to the system.
pub(crate) fn of(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// Shows an open window in this theme. That the system refuses is logged: the page is right anyway.
pub(crate) fn show<R: Runtime>(window: &WebviewWindow<R>, theme: Theme) {
    #[cfg(target_os = "linux")]
    let shown = if theme == Theme::System { follow(window) } else { window.set_theme(of(theme)) };
    #[cfg(not(target_os = "linux"))]
    let shown = window.set_theme(of(theme));
    if let Err(error) = shown {
        tracing::warn!(%error, "the window's theme did not change");
    }
}

/// Leaves the theme to the system, where to set none would be to set light.
#[cfg(target_os = "linux")]
fn follow<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use gtk::prelude::GtkSettingsExt;

    window.run_on_main_thread(|| {
        // The runtime of the tests has no windows.
        if gtk::is_initialized_main_thread()
            && let Some(settings) = gtk::Settings::default()
        {
            settings.reset_property("gtk-application-prefer-dark-theme");
        }
    })
}
