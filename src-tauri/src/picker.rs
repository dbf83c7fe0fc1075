//! The system's file picker.

use std::path::PathBuf;

use droptrace_core::words::sentence;
use tauri::{Manager, Runtime, WebviewWindow};
use tokio::sync::oneshot;

/// Lets the person pick files; none if they picked none.
///
/// # Errors
///
/// If the main thread is gone.
pub(crate) async fn pick_files<R: Runtime>(
    window: WebviewWindow<R>,
) -> tauri::Result<Vec<PathBuf>> {
    let (sender, picked) = oneshot::channel();
    let parent = window.clone();
    // The dialog belongs to the main thread; its answer is awaited off it.
    window.app_handle().run_on_main_thread(move || {
        let dialog = rfd::AsyncFileDialog::new()
            .set_title(sentence("picker.title"))
            .set_parent(&parent)
            .pick_files();
        tauri::async_runtime::spawn(async move {
            let files = dialog.await.unwrap_or_default();
            let paths = files.into_iter().map(|file| file.path().to_owned()).collect();
            // Fails only if the page has gone meanwhile.
            let _ = sender.send(paths);
        });
    })?;
    Ok(picked.await.unwrap_or_default())
}
