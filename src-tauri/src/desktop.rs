//! The desktop the workbench stands on: browser, folders, window title.

use std::{io, path::Path};

use droptrace_core::{
    browser::{self, OpenError},
    view::Realm,
    words::sentence,
    workbench::Desktop,
};
use tauri::{AppHandle, Manager};
use url::Url;

use crate::app::{self, WINDOW};

/// The system's desktop.
pub(crate) struct SystemDesktop {
    app: AppHandle,
}

impl SystemDesktop {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self { app }
    }
}

impl Desktop for SystemDesktop {
    fn open_link(&self, link: &Url) -> Result<(), OpenError> {
        browser::open(link)
    }

    fn realm_changed(&self, realm: Option<Realm>) {
        let title = match realm {
            Some(Realm::Practice) => sentence("window.title.practice"),
            Some(Realm::Organisation) | None => sentence("window.title"),
        };
        if let Some(window) = self.app.get_webview_window(WINDOW)
            && let Err(error) = window.set_title(title)
        {
            tracing::warn!(%error, "the window's title did not change");
        }
    }

    fn come_to_front(&self) {
        let app = self.app.clone();
        // Whether it is there already is asked of the main thread, and waited for.
        tauri::async_runtime::spawn_blocking(move || app::bring_to_front(&app));
    }
}

/// Opens a folder of this app's in the system's file manager. This may block.
///
/// # Errors
///
/// If the system says that it could not.
pub(crate) fn open_folder(folder: &Path) -> io::Result<()> {
    open::that_detached(folder)
}
