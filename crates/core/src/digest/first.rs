//! Which files are looked up first. Quota is scarce, and what can run, or hold what can run, is what
//! an analyst came for. It is an order and says nothing about a file.

use std::{ffi::OsStr, path::Path};

/// Endings of what a system runs by its name, or opens in a program that does: what their first
/// bytes do not tell.
const ENDINGS: &[&str] = &[
    "appx", "bat", "chm", "cmd", "com", "cpl", "deb", "dll", "dmg", "docm", "dotm", "exe",
    "gadget", "hta", "img", "inf", "iso", "jar", "js", "jse", "lnk", "msc", "msi", "msix", "msp",
    "ocx", "one", "pif", "pkg", "pl", "potm", "ppam", "pptm", "ps1", "psd1", "psm1", "py", "reg",
    "rpm", "scf", "scr", "sct", "sh", "sys", "url", "vb", "vbe", "vbs", "vhd", "vhdx", "wsc",
    "wsf", "wsh", "xlam", "xll", "xlsb", "xlsm", "xltm",
];

/// What programs, scripts and archives begin with.
const BEGINNINGS: &[&[u8]] = &[
    b"MZ",                     // Windows and DOS programs
    b"\x7fELF",                // Linux programs
    &[0xcf, 0xfa, 0xed, 0xfe], // macOS programs, 64 bits
    &[0xce, 0xfa, 0xed, 0xfe], // 32 bits
    &[0xca, 0xfe, 0xba, 0xbe], // several in one; Java classes
    b"#!",                     // scripts
    b"PK\x03\x04",             // zip, and what is one: jar, Office
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    &[0x1f, 0x8b], // gzip
    b"BZh",
    b"\xfd7zXZ\x00",
    &[0x28, 0xb5, 0x2f, 0xfd],        // Zstandard
    b"MSCF",                          // cabinets
    &[0xd0, 0xcf, 0x11, 0xe0],        // compound files: Office 97, msi, msg
    b"L\x00\x00\x00\x01\x14\x02\x00", // links
    b"!<arch>\n",                     // deb
    &[0xed, 0xab, 0xee, 0xdb],        // rpm
    b"dex\n",
    b"\0asm",
];

/// Where `ustar` stands in a tar archive (POSIX.1-2017, pax, "ustar Header Block").
const TAR: std::ops::Range<usize> = 257..262;

/// Whether a file goes first, by its name and its first bytes.
pub(super) fn goes_first(name: &OsStr, beginning: &[u8]) -> bool {
    let ending = Path::new(name).extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| ENDINGS.binary_search(&&*ending.to_ascii_lowercase()).is_ok())
        || BEGINNINGS.iter().any(|start| beginning.starts_with(start))
        || beginning.get(TAR) == Some(b"ustar")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_sorted() {
        assert!(ENDINGS.is_sorted());
    }

    #[test]
    fn a_name_or_a_beginning_is_enough() {
        let first = |name: &str, beginning: &[u8]| goes_first(name.as_ref(), beginning);

        assert!(first("Invoice.PS1", b"Write-Host"));
        assert!(first("invoice.txt", b"MZ\x90\x00"));
        assert!(first("no ending", b"#!/bin/sh"));
        let mut tar = vec![0; 512];
        tar[TAR].copy_from_slice(b"ustar");
        assert!(first("a", &tar));
        assert!(!first("photo.jpg", &[0xff, 0xd8]));
        assert!(!first("exe", b""));
        assert!(!first("notes.txt", b"MS"));
    }
}
