//! One file's result, as it is printed.

use std::{
    fmt::{self, Display},
    io::{self, Write as _},
    path::Path,
};

use serde::Serialize;

/// Adds a line as `sha1sum` of GNU coreutils 9.1 prints it: a name with a backslash, a line feed or
/// a carriage return has them escaped, which a backslash at the beginning of the line tells.
///
/// A name that is no text keeps its bytes on Unix; elsewhere its characters that are none are
/// replaced.
pub(crate) fn add_sum(line: &mut Vec<u8>, digest: impl Display, name: &Path) {
    let name = bytes_of(name);
    let needs_escape = |byte: &u8| matches!(byte, b'\\' | b'\n' | b'\r');
    let escapes = name.iter().any(needs_escape);
    if escapes {
        line.push(b'\\');
    }
    // Writing to memory does not fail.
    let _ = write!(line, "{digest}  ");
    if escapes {
        for &byte in &*name {
            match byte {
                b'\\' => line.extend(br"\\"),
                b'\n' => line.extend(br"\n"),
                b'\r' => line.extend(br"\r"),
                _ => line.push(byte),
            }
        }
    } else {
        line.extend(&*name);
    }
    line.push(b'\n');
}

/// Adds an object on a line of its own. Its path is text in any case: characters that are none are
/// replaced, and then `pathBytes` holds the exact path in hexadecimal digits, its bytes on Unix and
/// its UTF-16 units, low byte first, on Windows.
pub(crate) fn add_json(line: &mut Vec<u8>, name: &Path, rest: impl Serialize) {
    #[derive(Serialize)]
    struct Line<'a, R> {
        path: &'a str,
        #[serde(rename = "pathBytes", skip_serializing_if = "Option::is_none")]
        path_bytes: Option<String>,
        #[serde(flatten)]
        rest: R,
    }

    let path = name.to_string_lossy();
    let path_bytes = name.to_str().is_none().then(|| exact(name));
    add_object(line, &Line { path: &path, path_bytes, rest });
}

/// Adds an object on a line of its own.
pub(crate) fn add_object(line: &mut Vec<u8>, object: &impl Serialize) {
    let written: io::Result<()> =
        serde_json::to_writer(&mut *line, object).map_err(io::Error::from);
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    line.push(b'\n');
}

/// Bytes in hexadecimal digits.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(unix)]
fn bytes_of(name: &Path) -> std::borrow::Cow<'_, [u8]> {
    use std::os::unix::ffi::OsStrExt;
    name.as_os_str().as_bytes().into()
}

#[cfg(not(unix))]
fn bytes_of(name: &Path) -> std::borrow::Cow<'_, [u8]> {
    use std::borrow::Cow;
    match name.to_string_lossy() {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

#[cfg(not(windows))]
fn exact(name: &Path) -> String {
    Hex(name.as_os_str().as_encoded_bytes()).to_string()
}

#[cfg(windows)]
fn exact(name: &Path) -> String {
    use std::os::windows::ffi::OsStrExt;
    let units: Vec<u8> = name.as_os_str().encode_wide().flat_map(u16::to_le_bytes).collect();
    Hex(&units).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sum(name: &str) -> String {
        let mut line = Vec::new();
        add_sum(&mut line, "d1", Path::new(name));
        String::from_utf8(line).unwrap()
    }

    fn object(name: &Path) -> Value {
        let mut line = Vec::new();
        add_json(&mut line, name, json!({ "size": 3 }));
        assert_eq!(line.split(|byte| *byte == b'\n').count(), 2);
        serde_json::from_slice(&line).unwrap()
    }

    #[test]
    fn a_plain_name_stands_as_it_is() {
        for name in ["a", " b ", "*c", "t\tab", "-x", "\u{202e}fdp.exe", "é", "\u{7f}\u{1b}[2J"] {
            assert_eq!(sum(name), format!("d1  {name}\n"));
        }
    }

    #[test]
    fn a_backslash_and_either_end_of_line_are_escaped_and_the_line_is_marked() {
        assert_eq!(sum(r"a\b"), "\\d1  a\\\\b\n");
        assert_eq!(sum("a\nb\r"), "\\d1  a\\nb\\r\n");
        assert_eq!(sum(r"\n"), "\\d1  \\\\n\n");
    }

    #[test]
    fn an_object_keeps_its_line_whatever_the_name() {
        let name = "a\n\"b\\\u{2028}";

        assert_eq!(object(Path::new(name)), json!({ "path": name, "size": 3 }));
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_kept_exactly() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
        let name = Path::new(OsStr::from_bytes(b"bad\xff"));
        let mut line = Vec::new();

        add_sum(&mut line, "d1", name);

        assert_eq!(line, b"d1  bad\xff\n");
        assert_eq!(
            object(name),
            json!({ "path": "bad\u{fffd}", "pathBytes": "626164ff", "size": 3 })
        );
    }
}
