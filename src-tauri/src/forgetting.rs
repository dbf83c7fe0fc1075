//! What of everything that is forgotten the shell keeps: the log, what the web view has kept, and the
//! window's place.

use std::{fs, io, path::Path};

use droptrace_core::view::{ErrorCode, Forgotten, UserError};
use tauri::{AppHandle, Manager, Runtime, WebviewWindow};

use crate::{log::Log, window_place::PlaceFile};

/// Forgets the shell's part, and adds what was removed to what core has forgotten.
pub(crate) async fn and_of_the_shell<R: Runtime>(
    app: &AppHandle<R>,
    window: &WebviewWindow<R>,
    mut forgotten: Forgotten,
) -> Forgotten {
    match window.clear_all_browsing_data() {
        Ok(()) => forgotten.profile = true,
        Err(error) => {
            tracing::error!(%error, "what the web view kept was not forgotten");
            forgotten.failed.push(UserError::new(ErrorCode::ProfileNotForgotten));
        }
    }
    if let Ok(folder) = app.path().app_data_dir()
        && let Err(error) = PlaceFile::in_folder(&folder).forget()
    {
        tracing::error!(%error, "the window's place was not forgotten");
        forgotten.settings = false;
        forgotten.failed.push(UserError::new(ErrorCode::SettingsNotForgotten));
    }
    // Last: what is told above is forgotten, too.
    if let Some(log) = app.try_state::<Log>() {
        let folder = log.folder.clone();
        match tauri::async_runtime::spawn_blocking(move || emptied(&folder)).await {
            Ok(Ok(files)) => forgotten.logs = files,
            Ok(Err(_)) | Err(_) => {
                forgotten.failed.push(UserError::new(ErrorCode::LogsNotForgotten));
            }
        }
    }
    forgotten
}

/// Empties and removes the files of the log, and gives how many there were. The one that is written
/// stays as an empty file, on which this program goes on.
fn emptied(folder: &Path) -> io::Result<u32> {
    let mut files = 0;
    let mut names: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    names.retain(|entry| entry.file_name().to_string_lossy().starts_with("droptrace"));
    names.sort_by_key(fs::DirEntry::file_name);
    let newest = names.pop();
    for older in names {
        fs::remove_file(older.path())?;
        files += 1;
    }
    if let Some(newest) = newest {
        fs::File::options().write(true).truncate(true).open(newest.path())?;
        files += 1;
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_logs_go_and_the_one_that_is_written_is_emptied() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["droptrace.2026-11-24.log", "droptrace.2026-11-25.log", "another"] {
            fs::write(folder.path().join(name), "who looked up what").unwrap();
        }

        assert_eq!(emptied(folder.path()).unwrap(), 2);

        let read = |name: &str| fs::read_to_string(folder.path().join(name)).ok();
        assert_eq!(read("droptrace.2026-11-24.log"), None);
        assert_eq!(read("droptrace.2026-11-25.log").as_deref(), Some(""));
        assert_eq!(read("another").as_deref(), Some("who looked up what"));
    }
}
