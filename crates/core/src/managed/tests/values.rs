use super::*;

fn some<'a>(text: &str) -> Vec<(&'a str, &'a str, Value)> {
    vec![
        ("", "Version", Value::Number(1)),
        ("Preset", "history", Value::Text("day".into())),
        ("Locked", "Tenant", Value::Text(text.into())),
        ("locked", "client", Value::Text(CLIENT.into())),
        ("Locked", "practice", Value::Number(0)),
        ("Locked", "proxyHost", Value::Text("proxy.example".into())),
        ("Locked", "ProxyPort", Value::Number(8080)),
    ]
}

#[test]
fn values_say_the_same_as_a_file() {
    let text = format!(
        r#"{{"version":1,"preset":{{"history":"day"}},"locked":{{"tenant":"{TENANT}",
            "client":"{CLIENT}","practice":false,"proxyHost":"proxy.example","proxyPort":8080}}}}"#
    );

    assert_eq!(Policy::of_values(some(TENANT)), Policy::of_json(&text));
}

#[test]
fn what_is_wrong_is_told_by_its_name() {
    let at = |section: &str, name: &str| At::Value { section: section.into(), name: name.into() };
    assert_eq!(
        Policy::of_values(some("contoso")),
        Err(Broken { at: at("Locked", "Tenant"), reason: Reason::Guid { name: "tenant" } })
    );
    for (section, name, value, reason) in [
        ("", "tenant", Value::Other, Reason::Unknown { name: "tenant".into() }),
        ("", "version", Value::Number(2), Reason::Version),
        ("Lokced", "tenant", Value::Other, Reason::Unknown { name: "Lokced".into() }),
        ("Locked", "", Value::Other, Reason::Unknown { name: String::new() }),
        (
            "Locked",
            "practice",
            Value::Number(2),
            Reason::Type { name: "practice".into(), expected: Expected::Flag },
        ),
    ] {
        let broken = Policy::of_values([(section, name, value)]).unwrap_err();
        assert_eq!(broken, Broken { at: at(section, name), reason });
    }
    let twice =
        [("Locked", "Practice", Value::Flag(true)), ("Locked", "practice", Value::Flag(true))];
    let reason = Reason::Twice { name: "practice".into() };
    assert_eq!(Policy::of_values(twice).unwrap_err().reason, reason);
}

#[cfg(windows)]
#[test]
fn a_key_of_the_registry_is_read() {
    use windows_registry::CURRENT_USER;

    let path = format!(r"Software\Droptrace-test-{}", std::process::id());
    let place = Place::own_key(&path);
    assert_eq!(read_at(&place).unwrap(), None);

    let locked = CURRENT_USER.create(format!(r"{path}\Locked")).unwrap();
    locked.set_string("tenant", TENANT).unwrap();
    locked.set_string("client", CLIENT).unwrap();
    locked.set_u32("practice", 0).unwrap();
    let policy = read_at(&place).unwrap().unwrap();
    locked.set_expand_string("history", "day").unwrap();
    let broken = read_at(&place).unwrap_err();
    CURRENT_USER.remove_tree(&path).unwrap();

    assert_eq!(policy.locked().organisation, Some(organisation(TENANT)));
    assert_eq!(policy.locked().practice, Some(false));
    assert_eq!(policy.place_shown(), format!(r"HKCU\{path}"));
    let ManagedError::Broken { broken, .. } = broken else { panic!("{broken:?}") };
    assert_eq!(broken.reason, Reason::Type { name: "history".into(), expected: Expected::Text });
}
