use super::*;
use crate::settings::Chosen;

fn policy(preset: Section, locked: Section) -> Policy {
    Policy { place: "the place".into(), preset, locked }
}

fn preset(preset: Section) -> Policy {
    policy(preset, Section::default())
}

fn locked(locked: Section) -> Policy {
    policy(Section::default(), locked)
}

fn everything() -> Section {
    Section {
        organisation: Some(organisation(TENANT)),
        proxy: Some(proxy("proxy.example")),
        extra_ca: Some("ca.pem".into()),
        practice: Some(false),
        history: Some(Retention::Day),
        response_mode: Some(ResponseMode::Query),
    }
}

/// A person who has chosen something of their own everywhere.
fn own() -> Settings {
    Settings {
        organisations: vec![organisation(OTHER)],
        network: NetworkChoice {
            proxy: Some(proxy("own.example")),
            extra_ca: Some("own.pem".into()),
        },
        preferences: Preferences {
            retention: Retention::Quarter,
            zoom: 150,
            ..Preferences::default()
        },
        chosen: Chosen::default(),
    }
}

/// Name, locked, overridden.
fn shown(effective: &Effective) -> Vec<(ManagedName, bool, bool)> {
    let Managed::Applied { place, settings } = &effective.managed else { panic!("{effective:?}") };
    assert_eq!(place.flat(), "the place");
    settings.iter().map(|each| (each.name, each.locked, each.overridden)).collect()
}

#[test]
fn where_nothing_is_set_the_persons_own_holds() {
    let effective = effective(&Ok(None), &own());

    assert_eq!(effective.settings, own());
    assert_eq!(effective.managed, Managed::None);
    assert!(effective.practice && !effective.query_mode);
    assert_eq!(effective.locked_organisation, None);
}

#[test]
fn of_what_is_refused_nothing_holds_and_it_is_shown() {
    let error = ManagedError::Broken {
        place: "the place".into(),
        broken: Broken { at: At::Whole, reason: Reason::Syntax },
    };

    let effective = effective(&Err(error), &own());

    assert_eq!(effective.settings, own());
    assert!(matches!(effective.managed, Managed::Refused { .. }));
}

#[test]
fn a_preset_holds_for_whom_has_chosen_nothing() {
    let effective = preset(everything()).over(&Settings::default());

    assert_eq!(effective.settings.organisations, [organisation(TENANT)]);
    assert_eq!(effective.settings.network.proxy, Some(proxy("proxy.example")));
    assert_eq!(effective.settings.network.extra_ca, Some("ca.pem".into()));
    assert_eq!(effective.settings.preferences.retention, Retention::Day);
    assert!(!effective.practice && effective.query_mode);
    assert_eq!(effective.locked_organisation, None);
    assert!(!effective.proxy_locked && !effective.ca_locked && !effective.history_locked);
    assert_eq!(
        shown(&effective),
        [
            (ManagedName::Organisation, false, false),
            (ManagedName::Proxy, false, false),
            (ManagedName::ExtraCa, false, false),
            (ManagedName::Practice, true, false),
            (ManagedName::History, false, false),
            (ManagedName::ResponseMode, true, false),
        ]
    );
}

#[test]
fn a_preset_gives_way_to_what_the_person_has_chosen() {
    let effective = preset(everything()).over(&own());

    let Settings { organisations, network, preferences, .. } = &effective.settings;
    assert_eq!(organisations, &[organisation(TENANT), organisation(OTHER)]);
    assert_eq!((network, preferences), (&own().network, &own().preferences));
    assert_eq!(
        shown(&effective)[..3],
        [
            (ManagedName::Organisation, false, false),
            (ManagedName::Proxy, false, true),
            (ManagedName::ExtraCa, false, true),
        ]
    );
    assert!(shown(&effective).contains(&(ManagedName::History, false, true)));
}

#[test]
fn a_choice_that_looks_like_none_is_one() {
    let chosen = Settings {
        chosen: Chosen {
            proxy: true,
            extra_ca: true,
            history: true,
            disconnected: Some(TENANT.into()),
        },
        ..Settings::default()
    };

    let effective = preset(everything()).over(&chosen);

    assert_eq!(effective.settings, chosen);
    let overridden = shown(&effective).into_iter().filter(|(_, _, overridden)| *overridden);
    assert_eq!(overridden.count(), 4);
    let moved = Section { organisation: Some(organisation(OTHER)), ..Section::default() };
    let effective = preset(moved).over(&chosen);
    assert_eq!(effective.settings.organisations, [organisation(OTHER)], "another one");
}

#[test]
fn a_preset_organisation_that_was_disconnected_stays_away() {
    let policy = preset(everything());
    let mut own = Settings {
        organisations: vec![organisation(TENANT), organisation(OTHER)],
        ..Settings::default()
    };

    policy.disconnect(&mut own, &organisation(TENANT));
    policy.disconnect(&mut own, &organisation(OTHER));

    assert_eq!(own.organisations, []);
    assert_eq!(policy.over(&own).settings.organisations, []);
    own.connect(organisation(TENANT));
    assert_eq!(policy.over(&own).settings.organisations, [organisation(TENANT)]);
}

#[test]
fn a_choice_that_is_the_presets_overrides_nothing() {
    let same = Settings {
        organisations: vec![Organisation {
            permission: Permission::AlertReadWrite,
            ..organisation(TENANT)
        }],
        network: NetworkChoice {
            proxy: Some(proxy("proxy.example")),
            extra_ca: Some("ca.pem".into()),
        },
        ..Settings::default()
    };

    let effective = preset(everything()).over(&same);

    assert_eq!(effective.settings.organisations, same.organisations, "once");
    assert!(shown(&effective).iter().all(|(_, _, overridden)| !overridden));

    let other_client = Organisation { client: TENANT.into(), ..organisation(TENANT) };
    let other = Settings { organisations: vec![other_client], ..Settings::default() };
    let effective = preset(everything()).over(&other);
    assert_eq!(effective.settings.organisations, other.organisations);
    assert_eq!(shown(&effective)[0], (ManagedName::Organisation, false, true));
}

#[test]
fn what_is_locked_holds_whatever_was_chosen() {
    let chosen = Chosen { proxy: true, extra_ca: true, history: true, disconnected: None };
    let effective = locked(everything()).over(&Settings { chosen, ..own() });

    assert_eq!(effective.settings.organisations, [organisation(TENANT)], "the only one");
    assert_eq!(effective.locked_organisation, Some(organisation(TENANT)));
    assert_eq!(effective.settings.network.proxy, Some(proxy("proxy.example")));
    assert_eq!(effective.settings.network.extra_ca, Some("ca.pem".into()));
    assert_eq!(effective.settings.preferences.retention, Retention::Day);
    assert_eq!(effective.settings.preferences.zoom, 150, "what is not set stays");
    assert!(effective.proxy_locked && effective.ca_locked && effective.history_locked);
    assert!(shown(&effective).iter().all(|(_, locked, overridden)| *locked && !overridden));
}

#[test]
fn what_was_found_out_about_a_locked_organisation_holds_on() {
    let known = Organisation {
        domain: Some("contoso.example".into()),
        permission: Permission::AlertReadWrite,
        ..organisation(TENANT)
    };
    let with = |known| Settings { organisations: vec![known], ..Settings::default() };

    let effective = locked(everything()).over(&with(known.clone()));
    assert_eq!(effective.locked_organisation, Some(known.clone()));

    let of_other_client = Organisation { client: TENANT.into(), ..known };
    let effective = locked(everything()).over(&with(of_other_client));
    assert_eq!(effective.locked_organisation, Some(organisation(TENANT)));
}

#[test]
fn each_value_is_shown_as_a_person_reads_it() {
    let user = Some("ada\u{202e}".into());
    let section = Section { proxy: Some(ProxyChoice { user, ..proxy("[::1]") }), ..everything() };
    let effective = locked(section).over(&Settings::default());

    let Managed::Applied { settings, .. } = effective.managed else { panic!() };
    let values: Vec<String> = settings.iter().map(|each| each.value.flat()).collect();
    assert_eq!(
        values,
        [
            &*format!(
                "Tenant {TENANT} (Commercial), client id {CLIENT}, asked at \
                 api.securitycenter.microsoft.com"
            ),
            "[::1]:8080, as ada\u{27e8}U+202E\u{27e9}",
            "ca.pem",
            "Not offered",
            "1 day",
            "In the address",
        ]
    );
}
