//! Files that are dragged onto the window. The paths go to core; the page sees how many there are,
//! and the name of the first.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use droptrace_core::{
    view::{ErrorCode, Hovering, Shown, UserError},
    workbench::Workbench,
};
use tauri::{DragDropEvent, Manager, Window, WindowEvent};

/// Passes drags on to the workbench.
pub(crate) fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(drag) = event else { return };
    let Some(workbench) = window.try_state::<Workbench>() else { return };
    match drag {
        DragDropEvent::Enter { paths, .. } => {
            let drag = next_drag(&workbench, Some(carried(paths, |_| false)));
            // To look at each can take long, so it is not done here.
            let (workbench, paths) = (workbench.inner().clone(), paths.clone());
            tauri::async_runtime::spawn_blocking(move || {
                let carried = carried(&paths, Path::is_dir);
                let latest = latest_drag();
                if carried.folders > 0 && drag == *latest {
                    workbench.hovering(Some(carried));
                }
            });
        }
        DragDropEvent::Drop { paths, .. } => {
            next_drag(&workbench, None);
            // A link from a browser, or a file on a server that is not mounted, arrives as a path
            // that leads nowhere: only an absolute one is of this computer.
            let (here, elsewhere): (Vec<PathBuf>, Vec<PathBuf>) =
                paths.iter().cloned().partition(|path| path.is_absolute());
            if here.is_empty() || !elsewhere.is_empty() {
                workbench.notice(UserError::new(ErrorCode::NoFilesInDrop));
            }
            if !here.is_empty() {
                workbench.take_in_files(here);
            }
        }
        DragDropEvent::Leave => {
            next_drag(&workbench, None);
        }
        // `Over` tells nothing new; the enum may grow.
        DragDropEvent::Over { .. } | _ => {}
    }
}

/// Counts the drags, so that what is found out about one that has left is not told. Held while
/// something is told of one.
static DRAG: Mutex<u32> = Mutex::new(0);

fn latest_drag() -> MutexGuard<'static, u32> {
    DRAG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells what the next drag carries, or that there is none any more.
fn next_drag(workbench: &Workbench, carries: Option<Hovering>) -> u32 {
    let mut latest = latest_drag();
    *latest = latest.wrapping_add(1);
    workbench.hovering(carries);
    *latest
}

/// What a drag carries; only an absolute path is of this computer.
fn carried(paths: &[PathBuf], is_folder: impl Fn(&Path) -> bool) -> Hovering {
    let here: Vec<&PathBuf> = paths.iter().filter(|path| path.is_absolute()).collect();
    let folders = here.iter().filter(|path| is_folder(path)).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Hovering {
        files: count(here.len() - folders),
        folders: count(folders),
        first: here.first().and_then(|path| path.file_name()).map(Shown::of_os),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_drag_is_told_by_what_of_it_is_on_this_computer() {
        let paths = ["/a/folder", "smb://b", "/a/b.txt"].map(PathBuf::from);

        let carried = carried(&paths, |path| path.ends_with("folder"));

        assert_eq!((carried.files, carried.folders), (1, 1));
        assert_eq!(carried.first, Some(Shown::of_os("folder".as_ref())));
    }
}
