//! The window that is open already, if one is: a second start hands it its files, and ends. One that
//! cannot be reached is left alone, and a window of its own opens beside it.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(not(target_os = "linux"))]
mod plugin;

#[cfg(not(target_os = "macos"))]
use std::time::Duration;

#[cfg(target_os = "linux")]
pub(crate) use self::bus::Place;
#[cfg(not(target_os = "linux"))]
pub(crate) use self::plugin::Place;

/// The app's identifier, from which the names are made under which its windows find each other.
#[cfg(any(test, not(target_os = "macos")))]
const IDENTIFIER: &str = "app.droptrace.desktop";

/// How long an open window may take to take files in. A person waits meanwhile and sees nothing.
#[cfg(not(target_os = "macos"))]
const PATIENCE: Duration = Duration::from_secs(2);

/// How a window stands to others of this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// No other was found; later starts join this one.
    Alone,
    /// One was found, and did not answer.
    #[cfg_attr(target_os = "macos", expect(dead_code, reason = "nothing tells of it there"))]
    Beside,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_windows_find_each_other_under_the_apps_identifier() {
        let settings: serde_json::Value =
            serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        assert_eq!(settings["identifier"], IDENTIFIER);
    }
}
