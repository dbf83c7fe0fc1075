//! Files that are dragged onto the window. The paths go to core; the page sees only how many.

use std::path::PathBuf;

use droptrace_core::{
    view::{ErrorCode, UserError},
    workbench::Workbench,
};
use tauri::{DragDropEvent, Manager, Window, WindowEvent};

/// Passes drags on to the workbench.
pub(crate) fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(drag) = event else { return };
    let Some(workbench) = window.try_state::<Workbench>() else { return };
    match drag {
        DragDropEvent::Enter { paths, .. } => {
            workbench.hovering(Some(u32::try_from(paths.len()).unwrap_or(u32::MAX)));
        }
        DragDropEvent::Drop { paths, .. } => {
            workbench.hovering(None);
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
        DragDropEvent::Leave => workbench.hovering(None),
        // `Over` tells nothing new; the enum may grow.
        DragDropEvent::Over { .. } | _ => {}
    }
}
