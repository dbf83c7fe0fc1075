//! What must be there before something can be built, run or tested: as data.

use crate::system::System;

/// The oldest Node that builds the page, as major and minor version.
pub(crate) const NODE: (u32, u32) = (20, 19);

/// The driver between a `WebDriver` client and the app's window. It is built from source into the
/// target directory, so that nothing of the person's own is replaced.
pub(crate) const TAURI_DRIVER: &str = "2.1.0";

/// The target under which the code is checked as Windows code.
pub(crate) const WINDOWS_TARGET: &str = "x86_64-pc-windows-msvc";

/// The target for which tests are compiled that run under Wine: mingw links it.
pub(crate) const WINE_TARGET: &str = "x86_64-pc-windows-gnu";

/// Whether Wine runs programs of that target on a machine like this one.
pub(crate) const RUNS_WINE: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

/// What something is needed for. A task or a step names its groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// To compile the shell.
    App,
    /// To build and test the page: Node, which is not installed from here.
    Page,
    /// To format and lint: rustup components.
    Lints,
    /// To check the workspace as Windows code.
    WindowsCheck,
    /// To compile C code as Windows code.
    WindowsCompiler,
    /// To run tests as Windows programs. What cannot be installed of it is done without.
    Wine,
    /// A display of one's own, and what moves and reads the windows on it.
    Display,
    /// A session bus with a keyring on it.
    Keyring,
    /// To drive the page in the window and the browser.
    Journeys,
    /// To be measured against.
    Bench,
}

/// A package of the system, by its Debian name.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) debian: &'static str,
    /// Ubuntu's name, where it is another one.
    ubuntu: Option<&'static str>,
    pub(crate) group: Group,
    /// What it is used for.
    pub(crate) purpose: &'static str,
}

impl Package {
    const fn new(group: Group, debian: &'static str, purpose: &'static str) -> Self {
        Self { debian, ubuntu: None, group, purpose }
    }

    const fn ubuntu(self, name: &'static str) -> Self {
        Self { ubuntu: Some(name), ..self }
    }

    /// The name that `apt-get` knows on this system.
    pub(crate) fn name(&self, system: System) -> &'static str {
        match self.ubuntu {
            Some(name) if system == System::Ubuntu => name,
            _ => self.debian,
        }
    }
}

/// Every package of the system that anything here needs.
pub(crate) const PACKAGES: &[Package] = &[
    Package::new(Group::App, "libwebkit2gtk-4.1-dev", "the web view that the window is made of"),
    Package::new(Group::App, "pkg-config", "finds the web view's libraries"),
    Package::new(Group::WindowsCompiler, "gcc-mingw-w64-x86-64-posix", "C code of dependencies"),
    Package::new(Group::WindowsCheck, "llvm", "resources and archives: llvm-rc, llvm-lib"),
    Package::new(Group::Wine, "wine64", "runs the tests as Windows programs"),
    Package::new(Group::Display, "xvfb", "a display without a screen"),
    Package::new(Group::Display, "openbox", "a window manager on it"),
    Package::new(Group::Display, "x11-utils", "xprop and xwininfo: what is on the display, where"),
    Package::new(Group::Display, "xdotool", "moves the mouse and presses keys"),
    Package::new(Group::Display, "fonts-dejavu-core", "letters to draw"),
    Package::new(Group::Keyring, "dbus-daemon", "a session bus of the tests' own").ubuntu("dbus"),
    Package::new(Group::Keyring, "gnome-keyring", "a keyring on it"),
    Package::new(Group::Keyring, "libglib2.0-bin", "gdbus: waits for the keyring, and locks it"),
    Package::new(Group::Keyring, "libsecret-tools", "secret-tool: what the keyring holds"),
    Package::new(Group::Journeys, "webkit2gtk-driver", "drives the page in the window"),
    Package::new(Group::Journeys, "chromium", "the system browser, for signing in")
        .ubuntu("chromium-browser"),
    Package::new(Group::Journeys, "chromium-driver", "drives that browser")
        .ubuntu("chromium-chromedriver"),
    Package::new(Group::Journeys, "python3-gi", "the program that files are dragged from"),
    Package::new(Group::Journeys, "gir1.2-gtk-3.0", "its toolkit"),
    Package::new(Group::Journeys, "gir1.2-atspi-2.0", "what a screen reader finds"),
    Package::new(Group::Journeys, "at-spi2-core", "the bus that it listens on"),
    Package::new(Group::Journeys, "xclip", "reads and fills the clipboard"),
    Package::new(Group::Journeys, "imagemagick", "pictures of the whole display"),
    Package::new(Group::Journeys, "fonts-noto-color-emoji", "the emoji in a practice file's name"),
    Package::new(Group::Bench, "coreutils", "sha1sum, to be measured against"),
    Package::new(Group::Bench, "findutils", "find and xargs, which feed it"),
    Package::new(Group::Bench, "openssl", "to be measured against"),
    Package::new(Group::Bench, "rhash", "to be measured against"),
    Package::new(Group::Bench, "ripgrep", "to be measured against: what it finds in a text"),
];

/// What to install by hand where there is no `apt-get`. Nobody has tried these lists.
pub(crate) fn by_hand(system: System) -> Option<&'static str> {
    match system {
        System::Debian | System::Ubuntu => None,
        System::Fedora => Some(
            "sudo dnf install gcc pkgconf-pkg-config webkit2gtk4.1-devel nodejs\n\
             for the tests also: clang llvm mingw64-gcc wine-core xorg-x11-server-Xvfb openbox xprop xwininfo \
             xdotool dbus-daemon gnome-keyring libsecret webkit2gtk-driver chromium chromedriver \
             python3-gobject gtk3 xclip ImageMagick dejavu-sans-fonts",
        ),
        System::Arch => Some(
            "sudo pacman -S base-devel pkgconf webkit2gtk-4.1 nodejs npm\n\
             for the tests also: llvm mingw-w64-gcc wine xorg-server-xvfb openbox xorg-xprop \
             xorg-xwininfo xdotool dbus gnome-keyring libsecret chromium python-gobject gtk3 xclip \
             imagemagick ttf-dejavu",
        ),
        System::OtherLinux => Some(
            "a C compiler, pkg-config, WebKitGTK for GTK 3 (webkit2gtk-4.1) with its development \
             files, Node\n\
             for the tests also: llvm, mingw-w64 gcc, Wine, Xvfb, openbox, xprop, xwininfo, xdotool, \
             dbus-run-session, gnome-keyring, secret-tool, gdbus, WebKitWebDriver, Chromium and \
             chromedriver, PyGObject with GTK 3, xclip, ImageMagick, a font",
        ),
        System::MacOs => Some("xcode-select --install\nbrew install node"),
        System::Windows => Some(
            "winget install Microsoft.VisualStudio.2022.BuildTools (with \"Desktop development \
             with C++\")\n\
             winget install Microsoft.EdgeWebView2Runtime (Windows 11 has it)\n\
             winget install OpenJS.NodeJS.LTS",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_once() {
        for (index, package) in PACKAGES.iter().enumerate() {
            assert!(
                PACKAGES[index + 1..].iter().all(|other| other.debian != package.debian),
                "{}",
                package.debian
            );
        }
    }

    #[test]
    fn ubuntu_has_its_own_names_where_they_differ() {
        let chromium = PACKAGES.iter().find(|package| package.debian == "chromium").unwrap();

        assert_eq!(chromium.name(System::Debian), "chromium");
        assert_eq!(chromium.name(System::Ubuntu), "chromium-browser");
    }

    #[test]
    fn every_system_without_apt_has_a_list() {
        for system in
            [System::Fedora, System::Arch, System::OtherLinux, System::MacOs, System::Windows]
        {
            assert!(by_hand(system).is_some(), "{system:?}");
        }
    }
}
