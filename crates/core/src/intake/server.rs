//! Whether a path leads to another computer.

use std::path::Path;

/// Whether to open this path would reach for a server, which on Windows sends it the person's
/// sign-in to the system. In doubt it would.
///
/// Nothing is looked at but the path's text: a drive letter or a folder under which the person has
/// mounted a server is theirs and counts as here. On other systems a path is always of this
/// computer, also one that begins with two slashes.
pub fn is_on_server(path: &Path) -> bool {
    cfg!(windows) && names_server(path.as_os_str().as_encoded_bytes())
}

/// Whether a Windows path names a server: `\\server\share`, `\\?\UNC\server\share` and their like,
/// with either slash.
///
/// What begins with two slashes is on a server, unless it is plainly a drive, a volume or a pipe of
/// this computer: the names of devices lead to servers in more ways than can be listed
/// (`\\?\GLOBALROOT\Device\Mup\server`), and steps back lead out of a device
/// (`\\.\C:\..\UNC\server`).
fn names_server(path: &[u8]) -> bool {
    let [first, second, rest @ ..] = path else { return false };
    let device = match (is_slash(*first), second, rest) {
        // `\\?\…`, `\\.\…`, and `\??\…`, which the system's own calls take.
        (true, second, [b'?' | b'.', slash, device @ ..])
            if is_slash(*second) && is_slash(*slash) =>
        {
            device
        }
        (true, b'?', [b'?', slash, device @ ..]) if is_slash(*slash) => device,
        (true, second, _) => return is_slash(*second),
        (false, ..) => return false,
    };
    let mut steps = device.split(|byte| is_slash(*byte));
    let name = steps.next().unwrap_or_default();
    if steps.any(|step| step.starts_with(b"..")) {
        return true;
    }
    match name {
        [letter, b':', ..] => !letter.is_ascii_alphabetic(),
        _ => !(starts_with(name, b"volume{") || name.eq_ignore_ascii_case(b"pipe")),
    }
}

fn is_slash(byte: u8) -> bool {
    matches!(byte, b'\\' | b'/')
}

fn starts_with(name: &[u8], start: &[u8]) -> bool {
    name.get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_server_is_known() {
        for path in [
            r"\\server\share\x",
            r"\\server",
            "//server/share/x",
            r"\/server\share",
            r"/\server/share",
            r"\\server@SSL@8443\DavWWWRoot\x",
            r"\\192.0.2.1\c$\x",
            r"\\localhost\c$\x",
            r"\\wsl$\Debian\x",
            r"\\?\UNC\server\share\x",
            r"\\?\unc\server\share",
            r"\\.\UNC\server\share",
            "//?/UNC/server/share",
            r"\??\UNC\server\share\x",
            r"\\?\GLOBALROOT\Device\Mup\server\share",
            r"\\.\C:\..\UNC\server\share",
            r"\\.\pipe\..\UNC\server\share",
            r"\\?\1:\x",
            r"\\??\UNC\server\share",
            r"\\?",
            r"\\?\",
            r"\\",
        ] {
            assert!(names_server(path.as_bytes()), "{path}");
        }
        assert!(names_server(b"\\\\serv\xff\\x"), "a name that is no text");
    }

    #[test]
    fn what_is_here_is_on_no_server() {
        for path in [
            r"C:\Users\x",
            "C:/x",
            r"c:x",
            r"\Users\x",
            "/home/x",
            r"..\x",
            r"x\\server\share",
            r"C:\\server\share",
            r"\\?\C:\x",
            r"//?/d:/x",
            r"\\.\C:\x",
            r"\??\C:\x",
            r"\\?\Volume{b75e2c83-0000-0000-0000-602f00000000}\x",
            r"\\.\pipe\x",
            r"\",
            "x",
            "",
        ] {
            assert!(!names_server(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn two_slashes_begin_the_name_of_a_server_on_windows_alone() {
        assert_eq!(is_on_server(Path::new("//server/share/x")), cfg!(windows));
        assert!(!is_on_server(Path::new("/server/share/x")));
    }
}
