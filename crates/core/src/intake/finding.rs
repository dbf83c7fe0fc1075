//! What a path leads to, found out without opening it.

use std::{fs::Metadata, path::Path};

/// What a path was found to lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// A file with content.
    Regular,
    /// A file whose content lies with a cloud: to read it would download it.
    CloudOnly,
    /// Something without content of its own: a pipe, a device, a socket, a file that the system
    /// makes up as it is read.
    NotRegular,
    /// It could not be looked at; whoever reads it finds out what is wrong with it.
    Unknown,
}

/// Whether a path leads to a folder. What is a device by its name is not looked at.
pub fn leads_to_a_folder(path: &Path) -> bool {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let is_device = cfg!(windows) && is_windows_device(&path);
    !is_device && std::fs::metadata(super::exact(&path)).is_ok_and(|metadata| metadata.is_dir())
}

impl Finding {
    /// What a file is by its metadata.
    pub(super) fn of(metadata: &Metadata) -> Self {
        if !metadata.is_file() {
            Self::NotRegular
        } else if is_cloud_only(metadata) {
            Self::CloudOnly
        } else {
            Self::Regular
        }
    }
}

/// Whether the system would have to fetch the content. On Windows a placeholder need not be a
/// reparse point to the eyes of a program: these attributes alone tell.
#[cfg(windows)]
fn is_cloud_only(metadata: &Metadata) -> bool {
    use std::os::windows::fs::MetadataExt;

    attributes_recall(metadata.file_attributes())
}

#[cfg(target_os = "macos")]
fn is_cloud_only(metadata: &Metadata) -> bool {
    use std::os::macos::fs::MetadataExt;

    /// `SF_DATALESS` (sys/stat.h).
    const DATALESS: u32 = 0x4000_0000;

    metadata.st_flags() & DATALESS != 0
}

#[cfg(not(any(windows, target_os = "macos")))]
fn is_cloud_only(_metadata: &Metadata) -> bool {
    false
}

/// Whether a file with these attributes is fetched when it is opened or read
/// ([File Attribute Constants](https://learn.microsoft.com/windows/win32/fileio/file-attribute-constants)):
/// `RECALL_ON_DATA_ACCESS`, `RECALL_ON_OPEN`, `OFFLINE`.
#[cfg(any(windows, test))]
fn attributes_recall(attributes: u32) -> bool {
    attributes & (0x0040_0000 | 0x0004_0000 | 0x1000) != 0
}

/// Whether an absolute path leads Windows to a device, wherever it seems to lie, or to what the file
/// system keeps for itself: `C:\a\NUL`, `COM1.txt`, `\\.\pipe\x`, `\\?\C:`, `\\server\pipe\x`,
/// `C:\:$I30:$BITMAP`. To look at one can be enough to do something.
///
/// A named stream, `file:stream`, is none: it is read as the bytes that have this name.
pub(super) fn is_windows_device(path: &Path) -> bool {
    let path = path.as_os_str().as_encoded_bytes();
    if steps(path).any(is_kept_by_file_system) {
        return true;
    }
    match path {
        // Devices, and what the system itself calls by such a path.
        [b'\\' | b'/', b'\\' | b'/', b'.', b'\\' | b'/', ..]
        | [b'\\' | b'/', b'?', b'?', b'\\' | b'/', ..] => true,
        // The same, of which a drive or a server is a part; names in it mean what they say.
        [b'\\' | b'/', b'\\' | b'/', b'?', b'\\' | b'/', path @ ..] => !is_in_volume(path),
        [b'\\' | b'/', b'\\' | b'/', path @ ..] => {
            is_pipe_of_server(path) || ends_in_device_name(path)
        }
        path => ends_in_device_name(path),
    }
}

/// The parts of a path between its slashes, of either kind.
fn steps(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|byte| matches!(byte, b'\\' | b'/'))
}

/// Whether what follows `\\?\` is in a folder of a drive, a volume or a share.
fn is_in_volume(path: &[u8]) -> bool {
    let volume = steps(path).next().unwrap_or_default();
    // Without a slash it is the drive itself.
    let Some(path) = path.get(volume.len() + 1..) else { return false };
    match volume {
        [letter, b':'] => letter.is_ascii_alphabetic(),
        _ if volume.eq_ignore_ascii_case(b"UNC") => !is_pipe_of_server(path),
        _ => volume.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"Volume{")),
    }
}

/// Whether what follows the name of a server leads to its pipes or mailslots, and not to a share of
/// files.
fn is_pipe_of_server(path: &[u8]) -> bool {
    let share = steps(path).nth(1).unwrap_or_default();
    [b"pipe".as_slice(), b"mailslot", b"IPC$"].iter().any(|pipe| share.eq_ignore_ascii_case(pipe))
}

/// Whether a name has the type of a stream that is no data of a file, `name:stream:$TYPE`
/// ([File Streams](https://learn.microsoft.com/windows/win32/fileio/file-streams)).
fn is_kept_by_file_system(name: &[u8]) -> bool {
    let kind = name.split(|byte| *byte == b':').nth(2).unwrap_or_default();
    !kind.is_empty() && !kind.eq_ignore_ascii_case(b"$DATA")
}

/// Whether the last name is one that Windows has reserved since DOS, with any ending
/// ([Naming Files](https://learn.microsoft.com/windows/win32/fileio/naming-a-file)). Newer ones take
/// fewer of them for a device. `COM0` and `LPT0` are names like any other.
fn ends_in_device_name(path: &[u8]) -> bool {
    let name = steps(path).next_back().unwrap_or_default();
    let Ok(name) = std::str::from_utf8(name) else { return false };
    // `C:NUL`, where an absolute path could not be made.
    let name = match name.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => &name[2..],
        _ => name,
    };
    let name = name.split(['.', ':']).next().unwrap_or(name).trim_end_matches(' ');
    let name = name.to_ascii_uppercase();
    let port = |kind| {
        let mut number = name.strip_prefix(kind)?.chars();
        let digit = number.next()?;
        Some((('1'..='9').contains(&digit) || "¹²³".contains(digit)) && number.next().is_none())
    };
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&&*name)
        || port("COM").or_else(|| port("LPT")).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_known_by_any_of_its_attributes() {
        const ARCHIVE: u32 = 0x20;
        const REPARSE_POINT: u32 = 0x400;
        const PINNED: u32 = 0x8_0000;

        for attribute in [0x40_0000, 0x4_0000, 0x1000] {
            assert!(attributes_recall(ARCHIVE | attribute));
            assert!(attributes_recall(REPARSE_POINT | attribute));
        }
        assert!(!attributes_recall(ARCHIVE | REPARSE_POINT | PINNED));
    }

    #[test]
    fn devices_of_windows_are_known_by_their_names() {
        for device in [
            "NUL",
            "nul",
            "C:/a/NUL",
            "/a/con.txt",
            "/a/Com1",
            "/a/LPT9.log.txt",
            "/a/COM³",
            "/a/aux ",
            "/a/prn:x",
            r"\\.\pipe\x",
            r"\\.\PhysicalDrive0",
            "//./COM1",
            "/a/CONIN$",
            "C:NUL",
            r"\\server\share\NUL",
            r"\\?\C:",
            r"\\?\pipe\x",
            "//?/pipe/x",
            r"\\?\NUL",
            r"\\?\PhysicalDrive0",
            r"\\?\GLOBALROOT\Device\Null",
            r"\\?\Volume{b75e2c83-0000-0000-0000-602f00000000}",
            r"\\?\UNC\server\pipe\x",
            r"\\server\PIPE\x",
            r"\\server\mailslot\x",
            r"\??\C:\x",
            r"C:\:$i30:$bitmap",
            r"C:\a::$INDEX_ALLOCATION\b",
        ] {
            assert!(is_windows_device(Path::new(device)), "{device}");
        }
        for file in [
            "/a/NULL",
            "/a/COM",
            "/a/COM10",
            "/a/COM0",
            "/a/lpt0.txt",
            "/a/com0x",
            "/a/xnul",
            "/a/.con",
            "/a/conin",
            "/a/file.txt:stream",
            "/a/file.txt:stream:$DATA",
            "/a/file.txt::$data",
            r"\\?\C:\a\NUL",
            r"\\?\C:\",
            r"\\?\Volume{b75e2c83-0000-0000-0000-602f00000000}\x",
            r"\\?\UNC\server\share\x",
            r"\\server\share\pipe\x",
            r"\\server\share",
            r"C:\",
            r"\",
            "",
        ] {
            assert!(!is_windows_device(Path::new(file)), "{file}");
        }
    }
}
