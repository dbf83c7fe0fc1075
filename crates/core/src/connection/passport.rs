//! The text about all permissions.

use crate::{
    view::{Feature, Grant, Passport, PassportRow, Realm},
    words,
};

/// A text for the administrator: what each feature needs, what of it is there, and what to do about
/// what is missing. `tenant` and `client` are those of the organisation. It ends with a line break.
pub fn passport_text(passport: &Passport, tenant: &str, client: &str) -> String {
    let account = &passport.account;
    let is_practice = account.realm == Realm::Practice;
    let mut lines = vec![
        words::filled(
            "passport.text.title",
            &[("name", &account.name.flat()), ("signIn", &account.sign_in_name.flat())],
        ),
        if is_practice {
            words::sentence("passport.text.practice").to_owned()
        } else {
            words::filled("passport.text.where", &[("tenant", tenant), ("client", client)])
        },
        String::new(),
    ];
    lines.extend(passport.rows.iter().map(row));
    let is_missing = |grant| grant == Grant::Missing;
    let scope_is_missing = passport.rows.iter().any(|row| is_missing(row.scope_state));
    let role_is_missing = passport.rows.iter().filter_map(|row| row.role_state).any(is_missing);
    if scope_is_missing || role_is_missing {
        lines.push(String::new());
    }
    if scope_is_missing {
        lines.push(words::sentence("passport.text.missing.scope").into());
    }
    if role_is_missing {
        lines.push(words::sentence("passport.text.missing.role").into());
    }
    lines.join("\n") + "\n"
}

fn row(row: &PassportRow) -> String {
    let feature = words::sentence(match row.feature {
        Feature::WhoIsThere => "passport.text.feature.whoIsThere",
        Feature::StaySignedIn => "passport.text.feature.staySignedIn",
        Feature::ReadAlerts => "passport.text.feature.readAlerts",
    });
    let facts = [
        ("feature", feature),
        ("scope", &row.scope.flat()),
        ("state", state(row.scope_state)),
        ("role", row.role_state.map(state).unwrap_or_default()),
    ];
    words::filled(
        if row.role_state.is_some() { "passport.text.row.role" } else { "passport.text.row" },
        &facts,
    )
}

fn state(grant: Grant) -> &'static str {
    words::sentence(match grant {
        Grant::Granted => "passport.text.granted",
        Grant::Missing => "passport.text.missing",
        Grant::Inferred => "passport.text.inferred",
        Grant::Unknown => "passport.text.unknown",
    })
}
