use super::*;

fn whole() -> String {
    format!(
        r#"{{
    "version": 1,
    "preset": {{
        "proxyHost": "Proxy.Contoso.example",
        "proxyPort": 8080,
        "proxyUser": "ada",
        "history": "week"
    }},
    "locked": {{
        "cloud": "gccHigh",
        "tenant": "{}",
        "client": "{CLIENT}",
        "host": "API-gov.securitycenter.microsoft.us",
        "extraCa": "{CA}",
        "practice": false,
        "responseMode": "query"
    }}
}}
"#,
        TENANT.to_uppercase()
    )
}

#[test]
fn a_whole_file_is_read() {
    for text in [whole(), format!("\u{feff}{}", whole())] {
        let policy = Policy::of_json(&text).unwrap();

        let preset = Section {
            proxy: Some(ProxyChoice {
                host: "proxy.contoso.example".into(),
                port: 8080,
                user: Some("ada".into()),
            }),
            history: Some(Retention::Week),
            ..Section::default()
        };
        let locked = Section {
            organisation: Some(Organisation { cloud: Cloud::GccHigh, ..organisation(TENANT) }),
            extra_ca: Some(CA.replace(r"\\", r"\").into()),
            practice: Some(false),
            response_mode: Some(ResponseMode::Query),
            ..Section::default()
        };
        assert_eq!((policy.preset(), policy.locked()), (&preset, &locked));
    }
}

#[test]
fn a_file_that_sets_nothing_is_one() {
    for text in [r#"{"version":1}"#, r#"{"version":1,"preset":{},"locked":{}}"#] {
        let policy = Policy::of_json(text).unwrap();
        assert_eq!(policy.preset(), &Section::default());
        assert_eq!(policy.locked(), &Section::default());
    }
}

#[test]
fn a_host_is_given_by_its_name() {
    for (host, expected) in [
        ("api.securitycenter.microsoft.com", ApiHost::Global),
        ("eu.api.security.microsoft.com", ApiHost::NewEu),
    ] {
        let text = format!(
            r#"{{"version":1,"locked":{{"host":"{host}","client":"{CLIENT}","tenant":"{TENANT}"}}}}"#
        );
        let policy = Policy::of_json(&text).unwrap();
        assert_eq!(policy.locked().organisation.as_ref().unwrap().host, expected);
    }
}

/// What a text is refused for: line, column, reason.
fn refused(text: &str) -> (u32, u32, Reason) {
    match Policy::of_json(text).unwrap_err() {
        Broken { at: At::Line { line, column }, reason } => (line, column, reason),
        Broken { at: At::Whole | At::Value { .. }, reason } => (0, 0, reason),
    }
}

/// A file whose locked section has these lines, the first of which is line 4.
fn locked(lines: &str) -> String {
    format!("{{\n  \"version\": 1,\n  \"locked\": {{\n{lines}\n  }}\n}}\n")
}

fn name(name: &str) -> String {
    name.to_owned()
}

fn of_type(name: &str, expected: Expected) -> Reason {
    Reason::Type { name: name.into(), expected }
}

#[test]
fn what_is_no_file_of_this_form_is_told_by_line_and_column() {
    for (text, expected) in [
        (name(""), (1, 1, Reason::Syntax)),
        (name("{\n  \"version\" 1\n}"), (2, 13, Reason::Syntax)),
        (name("{\n  \"version\": 1,\n}"), (3, 1, Reason::Syntax)),
        (locked("    \"tenant\": \"\u{e4}\", 7"), (4, 20, Reason::Syntax)),
        (locked("    \"tenant\": \"\\q\""), (4, 17, Reason::Syntax)),
        (locked("    \"tenant\": \"\\ud800\""), (4, 15, Reason::Syntax)),
        (name("{\"version\":1} x"), (1, 15, Reason::Syntax)),
        (name("\n []"), (2, 2, of_type("", Expected::Object))),
        (name("{}"), (0, 0, Reason::Version)),
        (name("{\n\"version\": 2}"), (2, 12, Reason::Version)),
        (name("{\n\"version\": \"1\"}"), (2, 12, Reason::Version)),
        (name("{\"version\":1,\n \"version\":1}"), (2, 2, Reason::Twice { name: name("version") })),
        (name("{\"version\":1,\n \"locks\":{}}"), (2, 2, Reason::Unknown { name: name("locks") })),
        (name("{\"version\":1,\n \"locked\":[]}"), (2, 11, of_type("locked", Expected::Object))),
        (locked("    \"tenannt\": 1"), (4, 5, Reason::Unknown { name: name("tenannt") })),
        (locked("    \"ten\\u0061nt\": 1"), (4, 20, of_type("tenant", Expected::Text))),
        (
            locked("    \"practice\": true,\n    \"practice\": true"),
            (5, 5, Reason::Twice { name: name("practice") }),
        ),
    ] {
        assert_eq!(refused(&text), expected, "{text}");
    }
}

#[test]
fn each_wrong_value_is_told_by_line_and_column() {
    let ids = format!("\"tenant\": \"{TENANT}\", \"client\": \"{CLIENT}\"");
    for (text, expected) in [
        (locked("    \"tenant\": \"contoso\""), (4, 15, Reason::Guid { name: "tenant" })),
        (locked("    \"client\": \"\""), (4, 15, Reason::Guid { name: "client" })),
        (locked("    \"tenant\": null"), (4, 15, of_type("tenant", Expected::Text))),
        (
            locked(&format!("\n    \"tenant\": \"{TENANT}\"")),
            (5, 5, Reason::Missing { name: "client" }),
        ),
        (
            locked(&format!("\t\"client\": \"{CLIENT}\"")),
            (4, 2, Reason::Missing { name: "tenant" }),
        ),
        (locked("\"cloud\": \"gcc\""), (4, 1, Reason::Missing { name: "tenant" })),
        (
            locked("\"cloud\": \"GCC\""),
            (
                4,
                10,
                Reason::Choice { name: "cloud", choices: name("commercial, gcc, gccHigh, dod") },
            ),
        ),
        (
            locked(&format!(
                "{ids},\n\"cloud\": \"gcc\",\n\"host\": \"api.security.microsoft.com\""
            )),
            (6, 9, Reason::Host),
        ),
        (locked(&format!("{ids},\n\"host\": \"evil.example\"")), (5, 9, Reason::Host)),
        (
            locked("\"proxyPort\": 0, \"proxyHost\": \"a\""),
            (4, 14, of_type("proxyPort", Expected::Port)),
        ),
        (locked("\"proxyPort\": 65536"), (4, 14, of_type("proxyPort", Expected::Port))),
        (locked("\"proxyPort\": \"80\""), (4, 14, of_type("proxyPort", Expected::Port))),
        (locked("\"proxyPort\": -1"), (4, 14, of_type("proxyPort", Expected::Port))),
        (locked("\"proxyPort\": 80.5"), (4, 14, of_type("proxyPort", Expected::Port))),
        (locked("\"proxyPort\": 80"), (4, 1, Reason::Missing { name: "proxyHost" })),
        (locked("\"proxyHost\": \"a\""), (4, 1, Reason::Missing { name: "proxyPort" })),
        (locked("\"proxyUser\": \"a\""), (4, 1, Reason::Missing { name: "proxyHost" })),
        (locked("\"proxyUser\": \"a:b\""), (4, 14, Reason::ProxyUser)),
        (locked("\"proxyHost\": \"http://a\""), (4, 14, Reason::ProxyHost)),
        (locked("\"proxyHost\": \"a:80\""), (4, 14, Reason::ProxyHost)),
        (locked("\"proxyHost\": \"a%2fb\""), (4, 14, Reason::ProxyHost)),
        (locked("\"proxyHost\": \"\""), (4, 14, Reason::ProxyHost)),
        (locked("\"extraCa\": \"ca.pem\""), (4, 12, Reason::RelativePath)),
        (locked("\"practice\": \"no\""), (4, 13, of_type("practice", Expected::Flag))),
        (locked("\"practice\": 0"), (4, 13, of_type("practice", Expected::Flag))),
        (
            locked("\"history\": \"year\""),
            (
                4,
                12,
                Reason::Choice { name: "history", choices: name("off, day, week, month, quarter") },
            ),
        ),
        (
            name(
                "{\"version\":1,\"preset\":{\"history\":\"day\"},\n\"locked\":{\"history\":\"day\"}}",
            ),
            (2, 11, Reason::InBoth { name: name("history") }),
        ),
    ] {
        assert_eq!(refused(&text), expected, "{text}");
    }
}

#[test]
fn what_is_too_large_or_too_deep_is_refused() {
    let large = format!("{{\"version\":1}}{}", " ".repeat(Policy::LARGEST));
    assert_eq!(refused(&large).2, Reason::TooLarge);

    let deep = format!("{{\"version\":1,\"locked\":{}", "[".repeat(200_000));
    assert_eq!(refused(&deep).2, Reason::Syntax);
    let deep = format!(
        "{{\"version\":1,\"locked\":{{\"tenant\":{}{}}}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(matches!(refused(&deep).2, Reason::Type { .. }));
}

#[test]
fn bytes_that_are_no_text_are_told_by_their_place() {
    let broken = crate::managed::text(b"{\n  \"\xff\"").unwrap_err();

    assert_eq!(broken, Broken { at: At::Line { line: 2, column: 4 }, reason: Reason::NotText });
}

#[test]
fn every_reason_is_told_in_words() {
    let name = || String::from("tenant");
    for reason in [
        Reason::TooLarge,
        Reason::NotText,
        Reason::Syntax,
        Reason::Version,
        Reason::Unknown { name: name() },
        Reason::Twice { name: name() },
        Reason::InBoth { name: name() },
        Reason::Missing { name: "tenant" },
        Reason::Type { name: String::new(), expected: Expected::Object },
        Reason::Type { name: name(), expected: Expected::Object },
        Reason::Type { name: name(), expected: Expected::Text },
        Reason::Type { name: name(), expected: Expected::Flag },
        Reason::Type { name: name(), expected: Expected::Port },
        Reason::Choice { name: "tenant", choices: "a, b".into() },
        Reason::Guid { name: "tenant" },
        Reason::Host,
        Reason::ProxyHost,
        Reason::ProxyUser,
        Reason::RelativePath,
    ] {
        let whole = Broken { at: At::Whole, reason: reason.clone() }.told();
        let line = Broken { at: At::Line { line: 7, column: 9 }, reason }.told();

        assert!(!whole.contains("managed.") && !whole.contains("(not given)"), "{whole}");
        assert_eq!(line, format!("line 7, column 9: {whole}"));
    }
    for fault in [Fault::Link, Fault::NotRegular, Fault::Owner, Fault::Mode] {
        assert_ne!(words::sentence(fault.key()), fault.key());
    }
}

fn jsonish() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just("true".to_owned()),
        Just("null".to_owned()),
        Just("{}".to_owned()),
        Just(format!("\"{TENANT}\"")),
        Just(format!("\"{CA}\"")),
        prop::sample::select(vec!["gcc", "day", "query", "a.example", "\\u0061", "\\ud800"])
            .prop_map(|text| format!("\"{text}\"")),
        "\\PC{0,6}",
    ];
    let names = vec![
        "version",
        "preset",
        "locked",
        "cloud",
        "tenant",
        "client",
        "host",
        "proxyHost",
        "proxyPort",
        "proxyUser",
        "extraCa",
        "practice",
        "history",
        "responseMode",
        "other",
    ];
    let entries = move |value: BoxedStrategy<String>| {
        let entry = (prop::sample::select(names.clone()), value, "[ \n]{0,2}")
            .prop_map(|(name, value, white)| format!("{white}\"{name}\":{white}{value}"));
        prop::collection::vec(entry, 0..6).prop_map(|list| format!("{{{}}}", list.join(",")))
    };
    let section = entries.clone()(leaf.boxed()).boxed();
    entries(prop_oneof![section, Just("1".to_owned())].boxed())
}

proptest! {
    #[test]
    fn whatever_the_file_holds_is_read_or_told_by_a_place_within_it(
        text in prop_oneof!["\\PC{0,80}", "[\\[\\]{}\",:a1\n ]{0,80}", jsonish()],
    ) {
        match Policy::of_json(&text) {
            Ok(policy) => {
                for section in [policy.preset(), policy.locked()] {
                    if let Some(organisation) = &section.organisation {
                        let endpoints =
                            crate::identity::OrganisationEndpoints::new(organisation);
                        prop_assert!(endpoints.is_ok());
                    }
                }
            }
            Err(Broken { at: At::Line { line, column }, .. }) => {
                let lines: Vec<&str> = text.split('\n').collect();
                let line = lines.get(usize::try_from(line).unwrap() - 1);
                let length = line.map(|line| line.chars().count() + 1);
                prop_assert!(length.is_some_and(|length| {
                    (1..=length).contains(&usize::try_from(column).unwrap())
                }), "{:?}", text);
            }
            Err(Broken { at: At::Whole, reason }) => {
                prop_assert_eq!(reason, Reason::Version);
            }
            Err(Broken { at: At::Value { .. }, .. }) => prop_assert!(false, "a text has lines"),
        }
    }
}
