//! Where what is kept lies: where the window has it, too.

use std::{path::Path, sync::Arc};

use droptrace_core::{
    browser::{self, OpenError},
    token_store::TokenStore,
    view::Realm,
    workbench::{Desktop, Practice, StartError, Whom, Workbench},
};
use url::Url;

/// The folder of the app's data in the system's folder for that of all apps: the identifier of the
/// window, as Tauri has it.
const IDENTIFIER: &str = "app.droptrace.desktop";

/// Starts a workbench over what the window keeps; none if the system has no folder for that.
///
/// # Errors
///
/// As for [`Workbench::start`].
pub(super) async fn workbench(whom: &Whom) -> Result<Option<Workbench>, StartError> {
    let Some(folder) = dirs::data_dir() else { return Ok(None) };
    let folder = folder.join(IDENTIFIER);
    let store = TokenStore::of_system(folder.join("sign-in"));
    let practice = practice(&folder);
    Workbench::start_as(whom, &folder, store, Arc::new(Terminal), practice).await.map(Some)
}

/// The practice tenant, where this program carries it.
#[cfg_attr(
    feature = "practice",
    expect(clippy::unnecessary_wraps, reason = "without the feature there is none")
)]
fn practice(folder: &Path) -> Option<Arc<dyn Practice>> {
    #[cfg(feature = "practice")]
    {
        let runtime = dirs::runtime_dir();
        Some(Arc::new(droptrace_practice::PracticeHere::beside(folder, runtime.as_deref())))
    }
    #[cfg(not(feature = "practice"))]
    {
        let _ = folder;
        None
    }
}

/// A terminal has a browser beside it, and no window.
struct Terminal;

impl Desktop for Terminal {
    fn open_link(&self, link: &Url) -> Result<(), OpenError> {
        browser::open(link)
    }

    fn realm_changed(&self, _realm: Option<Realm>) {}

    fn come_to_front(&self) {}
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_folder_is_the_window_s() {
        let configured = fs::read_to_string("../../src-tauri/tauri.conf.json").unwrap();
        let configured: serde_json::Value = serde_json::from_str(&configured).unwrap();

        assert_eq!(configured["identifier"], IDENTIFIER);
    }
}
