//! The system's picker of files and folders.

use std::path::PathBuf;

use droptrace_core::words::sentence;
use tauri::{Manager, Runtime, WebviewWindow};
use tokio::sync::oneshot;

/// What is picked; one dialog cannot offer both on every system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    Files,
    Folders,
    /// One file of certificate authorities.
    Certificates,
}

/// Lets the person pick one or several; none if they picked none.
///
/// # Errors
///
/// If the main thread is gone.
pub(crate) async fn pick<R: Runtime>(
    window: WebviewWindow<R>,
    what: Pick,
) -> tauri::Result<Vec<PathBuf>> {
    let (sender, picked) = oneshot::channel();
    let parent = window.clone();
    // The dialog belongs to the main thread; its answer is awaited off it.
    window.app_handle().run_on_main_thread(move || {
        let dialog = rfd::AsyncFileDialog::new().set_parent(&parent);
        let paths = move |files: Option<Vec<rfd::FileHandle>>| {
            let files = files.unwrap_or_default();
            let paths = files.into_iter().map(|file| file.path().to_owned()).collect();
            // Fails only if the page has gone meanwhile.
            let _ = sender.send(paths);
        };
        match what {
            Pick::Files => {
                let answer = dialog.set_title(sentence("picker.title")).pick_files();
                tauri::async_runtime::spawn(async move { paths(answer.await) });
            }
            Pick::Certificates => {
                let dialog = dialog.set_title(sentence("picker.certificates"));
                let answer = dialog.pick_file();
                tauri::async_runtime::spawn(async move {
                    paths(answer.await.map(|file| vec![file]));
                });
            }
            Pick::Folders => {
                let answer = dialog.set_title(sentence("picker.folders")).pick_folders();
                tauri::async_runtime::spawn(async move { paths(answer.await) });
            }
        }
    })?;
    Ok(picked.await.unwrap_or_default())
}
