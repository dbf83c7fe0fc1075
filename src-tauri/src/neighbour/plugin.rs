//! On Windows and macOS a plugin finds the window that is open, while this program is put together:
//! it hands the arguments over and ends the process.
//!
//! On Windows it would wait eleven seconds for a window that hangs, and then end with the files
//! nowhere; so that one is found out before. On macOS it waits for no answer, and it is the system
//! itself that hands files to the program that runs.

use std::{ffi::OsString, path::Path};

use tauri::{Builder, Wry};

use super::Standing;
use crate::{
    app::bring_to_front,
    arguments::{self, Asked, Given},
    doorstep::Doorstep,
};

/// What this process is for later starts.
pub(crate) struct Place {
    pub(crate) standing: Standing,
}

impl Place {
    /// Looks for a window that is open but does not answer.
    pub(crate) fn find() -> Self {
        #[cfg(windows)]
        if hangs() {
            return Self { standing: Standing::Beside };
        }
        Self { standing: Standing::Alone }
    }

    /// Lets the open window be found, and this one by later starts. Beside a window that does not
    /// answer there is none of that: the plugin would find that one.
    pub(crate) fn plug_in(&self, builder: Builder<Wry>, doorstep: &Doorstep) -> Builder<Wry> {
        if self.standing == Standing::Beside {
            return builder;
        }
        let doorstep = doorstep.clone();
        // The first of all, so that a second start ends before it has done anything.
        builder.plugin(tauri_plugin_single_instance::init(move |app, arguments, folder| {
            take_in(&doorstep, arguments, Path::new(&folder));
            bring_to_front(app);
        }))
    }
}

/// Takes what a second start was given, in the folder in which it was given.
fn take_in(doorstep: &Doorstep, arguments: Vec<String>, folder: &Path) {
    match arguments::read(arguments.into_iter().skip(1).map(OsString::from)) {
        Ok(Asked::Files(names)) => doorstep.lay_for_others(Given::named(names, folder)),
        // Such a start answers and ends without coming here.
        Ok(Asked::Version | Asked::Help) | Err(_) => {
            tracing::warn!("a second start asked for what it does itself");
        }
    }
}

/// Whether a window is open that does not answer: the one to which the plugin would hand over.
#[cfg(windows)]
#[expect(unsafe_code, reason = "the system's calls for windows are not safe")]
fn hangs() -> bool {
    use std::{iter::once, ptr::null_mut};

    use windows_sys::Win32::UI::WindowsAndMessaging::{
        FindWindowW, SMTO_ABORTIFHUNG, SendMessageTimeoutW, WM_NULL,
    };

    use super::{IDENTIFIER, PATIENCE};

    let wide = |end: &str| -> Vec<u16> {
        IDENTIFIER.encode_utf16().chain(end.encode_utf16()).chain(once(0)).collect()
    };
    let (class, name) = (wide("-sic"), wide("-siw"));
    let patience = u32::try_from(PATIENCE.as_millis()).unwrap_or(u32::MAX);
    // SAFETY: both texts end with a zero, and outlive the call.
    let window = unsafe { FindWindowW(class.as_ptr(), name.as_ptr()) };
    // SAFETY: the message carries nothing, and no answer is asked for; a window that has gone
    // meanwhile is an error like any other.
    let answer = || unsafe {
        SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, patience, null_mut())
    };
    !window.is_null() && answer() == 0
}
