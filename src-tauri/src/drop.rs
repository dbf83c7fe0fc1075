//! Files that are dragged onto the window. The paths go to core; the page sees only how many.

use droptrace_core::workbench::Workbench;
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
            workbench.take_in_files(paths.clone());
        }
        DragDropEvent::Leave => workbench.hovering(None),
        // `Over` tells nothing new; the enum may grow.
        DragDropEvent::Over { .. } | _ => {}
    }
}
