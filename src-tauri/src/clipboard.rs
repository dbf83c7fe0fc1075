//! The system's clipboard: exact values go out of core, text comes in, and the page sees neither.

use std::sync::{Mutex, PoisonError};

use droptrace_core::view::{ErrorCode, UserError};

/// A handle to the clipboard, made when it is first needed and kept: on X11 the text lives in the
/// program that copied it.
#[derive(Default)]
pub(crate) struct Clipboard(Mutex<Option<arboard::Clipboard>>);

impl Clipboard {
    /// The text on the clipboard. This may block.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::ClipboardUnreadable`], also where it holds no text.
    pub(crate) fn read(&self) -> Result<String, UserError> {
        self.with(arboard::Clipboard::get_text, ErrorCode::ClipboardUnreadable)
    }

    /// Puts a text on the clipboard. This may block.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::ClipboardNotWritten`].
    pub(crate) fn write(&self, text: String) -> Result<(), UserError> {
        self.with(|clipboard| clipboard.set_text(text), ErrorCode::ClipboardNotWritten)
    }

    fn with<T>(
        &self,
        action: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
        code: ErrorCode,
    ) -> Result<T, UserError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = match &mut *slot {
            Some(clipboard) => action(clipboard),
            None => arboard::Clipboard::new().and_then(|clipboard| action(slot.insert(clipboard))),
        };
        outcome.map_err(|error| {
            tracing::warn!(%error, "the clipboard");
            // A connection that failed is made anew the next time.
            *slot = None;
            UserError::new(code)
        })
    }
}
