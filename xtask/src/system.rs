//! Which system this is, as far as installing goes.

use std::{env, fs};

/// A system, by the way in which packages come to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    /// Debian and what derives from it.
    Debian,
    /// Ubuntu and what derives from it: Debian's names, but its browsers are snaps.
    Ubuntu,
    /// Fedora and its relatives.
    Fedora,
    /// Arch and its relatives.
    Arch,
    /// Another Linux.
    OtherLinux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl System {
    /// Finds out which system this is.
    pub(crate) fn here() -> Self {
        match env::consts::OS {
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            _ => Self::of_os_release(&fs::read_to_string("/etc/os-release").unwrap_or_default()),
        }
    }

    /// Whether `apt-get` installs packages here.
    pub(crate) fn has_apt(self) -> bool {
        matches!(self, Self::Debian | Self::Ubuntu)
    }

    /// Reads the format of os-release(5): the system itself stands over what it is like.
    fn of_os_release(text: &str) -> Self {
        let value = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim_matches(['"', '\'']).to_owned()
        };
        let id = value("ID");
        let like = value("ID_LIKE");
        for name in [id.as_str()].into_iter().chain(like.split_whitespace()) {
            match name {
                "debian" => return Self::Debian,
                "ubuntu" => return Self::Ubuntu,
                "fedora" | "rhel" => return Self::Fedora,
                "arch" => return Self::Arch,
                _ => {}
            }
        }
        Self::OtherLinux
    }
}

/// Whether a window could open here: Windows and macOS always have a display.
pub(crate) fn has_display() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_is_treated_as_what_it_is_like() {
        let mint = "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n";
        let debian = "ID=debian\nVERSION_ID=\"12\"\n";
        let manjaro = "ID=manjaro\nID_LIKE=arch\n";

        assert_eq!(System::of_os_release(mint), System::Ubuntu);
        assert_eq!(System::of_os_release(debian), System::Debian);
        assert_eq!(System::of_os_release(manjaro), System::Arch);
    }

    #[test]
    fn an_unknown_system_is_no_guess() {
        assert_eq!(System::of_os_release("ID=void\n"), System::OtherLinux);
        assert_eq!(System::of_os_release(""), System::OtherLinux);
    }
}
