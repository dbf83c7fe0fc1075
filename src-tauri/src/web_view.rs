//! Whether the system's web view can show the page. On Windows it is installed apart from the
//! system, so it can be missing or old; on Linux and macOS this program would not start without it.

use std::fmt;

use droptrace_core::words::sentence;

/// Why the page cannot be shown. Its words are for the person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    Missing,
    /// Its version is older than what the page was built for.
    Old(String),
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str(sentence("start.webViewMissing")),
            Self::Old(version) => {
                write!(formatter, "{} ({version})", sentence("start.webViewOld"))
            }
        }
    }
}

impl std::error::Error for Unusable {}

/// The first major version of `WebView2` that the page is built for: `build.target` in
/// `ui/vite.config.ts`.
const OLDEST: u32 = 125;

/// Asks the system for its web view. This may block.
///
/// # Errors
///
/// If there is none, or one that is too old.
#[cfg(windows)]
pub(crate) fn look() -> Result<(), Unusable> {
    judge(tauri::webview_version().ok().as_deref())
}

/// Judges a version as `WebView2` gives it, `125.0.2535.51`. One that cannot be read passes.
fn judge(version: Option<&str>) -> Result<(), Unusable> {
    let version = version.ok_or(Unusable::Missing)?;
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major < OLDEST => Err(Unusable::Old(version.to_owned())),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_view_that_is_missing_or_old_is_told() {
        assert_eq!(judge(None), Err(Unusable::Missing));
        assert_eq!(judge(Some("124.0.1.9")), Err(Unusable::Old("124.0.1.9".into())));
        assert_eq!(judge(Some("125.0.2535.51")), Ok(()));
        assert_eq!(judge(Some("unknown")), Ok(()));
    }

    #[test]
    fn the_oldest_is_the_one_that_the_page_is_built_for() {
        let built_for = include_str!("../../ui/vite.config.ts");

        assert!(built_for.contains(&format!("\"chrome{OLDEST}\"")));
    }
}
