use proptest::prelude::*;

use super::*;

#[test]
fn addresses_in_a_sentence_are_defanged() {
    for (plain, defanged) in [
        ("see http://evil.example/a.php?x=1.", "see hxxp://evil[.]example/a.php?x=1."),
        ("HTTPS://Evil.Example:8443", "HXXPS://Evil[.]Example:8443"),
        ("http:\\\\evil.example\\x", "hxxp:\\\\evil[.]example\\x"),
        ("http:/evil.example", "hxxp:/evil[.]example"),
        ("ftp://a.b/c", "fxp://a[.]b/c"),
        ("ldap://dc.example.org:389/x", "ldap://dc[.]example[.]org:389/x"),
        ("u=http://a.b/?v=https://c.d", "u=hxxp://a[.]b/?v=hxxps://c[.]d"),
        ("http://u:p@a.b/", "hxxp://u:p[@]a[.]b/"),
        ("http://[2001:db8::1]:80/", "hxxp://[2001[:]db8[:][:]1]:80/"),
        ("10.0.0.1, 10.0.0.2:80.", "10[.]0[.]0[.]1, 10[.]0[.]0[.]2:80."),
        ("10.0.0.0/8", "10[.]0[.]0[.]0/8"),
        ("\\\\192.0.2.7\\c$", "\\\\192[.]0[.]2[.]7\\c$"),
        ("from 2001:db8::1 to ::1.", "from 2001[:]db8[:][:]1 to [:][:]1."),
        ("::ffff:192.0.2.1", "[:][:]ffff[:]192[.]0[.]2[.]1"),
        ("<mara@mail.example>", "<mara[@]mail[.]example>"),
        ("mailto:a@b.example", "mailto:a[@]b[.]example"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("1http://a.b", "1hxxp://a[.]b"),
        ("xhttp://a.b", "xhxxp://a[.]b"),
        ("http://http://a.b", "hxxp://hxxp://a[.]b"),
        ("(http://localhost)", "(hxxp://localhost)"),
    ] {
        assert_eq!(text(plain), defanged, "{plain}");
    }
}

#[test]
fn what_is_no_address_stays() {
    for text_of_ours in [
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "C:\\Program Files\\Tool\\1.2.3.4\\a.exe",
        "C:\\Users\\n.okoye\\Downloads\\tide table.js",
        "/opt/tool/1.2.3.4/bin",
        "version 1.2.3.4",
        "FileVersion: 10.0.0.1",
        "v1.2.3.4",
        "tool-1.2.3.4",
        "1.2.3.4-beta",
        "Chrome/120.0.0.0",
        "10.0.19041.1",
        "1.2.3.4.5",
        "1.2.3",
        "12:30:45",
        "00:11:22:33:44:55",
        "std::cafe::bad",
        "::",
        "Trojan:Win32/Skeeyah.A!bit",
        "@everyone",
        "a @ b",
        "invoice.pdf setup.com",
        "file:///C:/a.b",
    ] {
        assert_eq!(text(text_of_ours), text_of_ours);
    }
}

#[test]
fn what_is_known_to_be_an_address_is_defanged_whole() {
    for (plain, defanged) in [
        ("example.org", "example[.]org"),
        ("example.org/a.b", "example[.]org/a.b"),
        ("version.example", "version[.]example"),
        ("192.0.2.7", "192[.]0[.]2[.]7"),
        ("192.0.2.7:80", "192[.]0[.]2[.]7:80"),
        ("2001:db8::1", "2001[:]db8[:][:]1"),
        ("fe80::1%eth0", "fe80[:][:]1%eth0"),
        ("a.b@c.d", "a[.]b[@]c[.]d"),
        ("https://a.b", "hxxps://a[.]b"),
        ("hxxp://a[.]b", "hxxp://a[.]b"),
        ("", ""),
    ] {
        assert_eq!(address(plain), defanged, "{plain}");
    }
}

#[test]
fn an_address_that_is_defanged_in_part_still_opens_nothing() {
    assert_eq!(text("http://a[.]b.example/"), "hxxp://a[.]b.example/");
}

/// The text with everything that defanging does undone.
fn refanged(text: &str) -> String {
    let text = text.replace("[.]", ".").replace("[:]", ":").replace("[@]", "@");
    // Schemes are compared without the letter that is changed.
    text.replace(['x', 'X', 't', 'T'], "")
}

fn likely() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("http".to_owned()),
        Just("https://".to_owned()),
        Just("ftp:/".to_owned()),
        Just("www.".to_owned()),
        Just("10.0.0.1".to_owned()),
        Just("2001:db8::1".to_owned()),
        Just("a@b.example".to_owned()),
        Just("version ".to_owned()),
        "[\\[\\]:./@\\\\ 0-9a-fvwx,-]{1,4}",
        ".{0,3}",
    ];
    prop::collection::vec(part, 0..9).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn to_defang_twice_is_to_defang_once(plain in likely()) {
        prop_assert_eq!(text(&text(&plain)), text(&plain));
        prop_assert_eq!(address(&address(&plain)), address(&plain));
    }

    #[test]
    fn nothing_that_opens_a_browser_is_left(plain in likely()) {
        for defanged in [text(&plain), address(&plain)] {
            let defanged = defanged.to_ascii_lowercase();
            for scheme in ["http:/", "https:/", "http:\\", "https:\\", "ftp:/"] {
                prop_assert!(!defanged.contains(scheme), "{defanged}");
            }
        }
    }

    #[test]
    fn nothing_is_lost(plain in likely()) {
        prop_assert_eq!(refanged(&text(&plain)), refanged(&plain));
        prop_assert_eq!(refanged(&address(&plain)), refanged(&plain));
    }

    #[test]
    fn an_ip_address_is_always_defanged(bits: u128, v4: u32) {
        let v6 = Ipv6Addr::from_bits(bits).to_string();
        let v6_left = text(&v6).replace("[:]", "");
        prop_assert!(!v6_left.contains(':'), "{}", v6_left);
        let sentence = format!("to {}.", Ipv4Addr::from_bits(v4));
        let v4_left = text(&sentence).replace("[.]", "");
        prop_assert_eq!(v4_left.matches('.').count(), 1, "the sentence's own");
    }

    #[test]
    fn a_hash_stays(hash in "[0-9a-f]{40}|[0-9A-F]{64}|[0-9a-f]{32}") {
        prop_assert_eq!(text(&hash), hash);
    }
}
