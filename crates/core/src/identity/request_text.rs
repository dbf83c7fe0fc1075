//! What the person sends to an administrator: what happened, what is to be done, and the ids by
//! which it is found.

use super::{Endpoints, admin_consent_url};
use crate::{
    view::{
        ErrorCode::{
            self, ConsentDeclined, ConsentMissing, ConsentPending, ReadWriteNeeded, ScopeMissing,
        },
        Fact, Permission, Realm, Shown, UserError,
    },
    words,
};

/// The facts of an error that go along, each with the words that name it.
const FACTS: [(&str, &str); 8] = [
    ("number", "fact.number"),
    ("error", "fact.error"),
    ("suberror", "fact.suberror"),
    ("message", "fact.message"),
    ("required", "fact.required"),
    ("correlation", "fact.correlation"),
    ("request", "fact.request"),
    ("time", "fact.time"),
];

/// A message about `error` to whoever manages the app at `endpoints`, in plain lines; `who` is the
/// name that the person signs in with, if it is known.
///
/// It carries the link for consent where consent is what is missing.
pub fn request_text(error: &UserError, endpoints: &impl Endpoints, who: Option<&str>) -> String {
    let mut lines = practice(endpoints);
    lines.extend([
        words::sentence("request.opening").to_owned(),
        String::new(),
        words::filled("request.problem", &[("problem", &words::problem(error))]),
        words::filled("request.help", &[("help", &words::help(error))]),
    ]);
    if wants_consent(error.code) {
        let permission = if error.code == ReadWriteNeeded {
            Permission::AlertReadWrite
        } else {
            endpoints.permission()
        };
        let link = admin_consent_url(endpoints, permission);
        lines.push(words::filled("request.consent", &[("link", link.as_str())]));
    }
    lines.push(String::new());

    let mut line = |name: &'static str, fact: &str| {
        let name = words::sentence(name);
        lines.push(words::filled("request.line", &[("name", name), ("fact", fact)]));
    };
    if let Some(who) = who {
        line("request.account", &Shown::of(who).flat());
    }
    line("request.client", endpoints.client_id());
    line("request.tenant", endpoints.tenant());
    for (fact, name) in FACTS {
        match error.facts.get(fact) {
            Some(Fact::Number(number)) => line(name, &number.to_string()),
            Some(Fact::Text(text)) => line(name, &text.flat()),
            None => {}
        }
    }
    lines.join("\n")
}

/// That nothing of it is real, where that is so.
fn practice<E: Endpoints>(_: &E) -> Vec<String> {
    match E::REALM {
        Realm::Practice => vec![words::sentence("request.practice").to_owned(), String::new()],
        Realm::Organisation => Vec::new(),
    }
}

fn wants_consent(code: ErrorCode) -> bool {
    matches!(
        code,
        ConsentMissing | ConsentPending | ConsentDeclined | ScopeMissing | ReadWriteNeeded
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        identity::OrganisationEndpoints,
        view::{ApiHost, Cloud, Organisation},
    };

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";
    const CLIENT: &str = "66666666-7777-8888-9999-000000000000";

    fn text(error: &UserError) -> String {
        let endpoints = OrganisationEndpoints::new(&Organisation {
            cloud: Cloud::GccHigh,
            tenant: TENANT.into(),
            client: CLIENT.into(),
            host: ApiHost::Global,
            domain: None,
            permission: Permission::AlertRead,
        })
        .unwrap();
        request_text(error, &endpoints, Some("ann@contoso.example"))
    }

    #[test]
    fn it_says_who_and_what_and_how_it_is_found() {
        let error = UserError::new(ErrorCode::NotAssigned)
            .with("number", 50_105_u32)
            .with("correlation", "c-1")
            .with("time", "2026-01-09 02:02:12Z\r\nInjected: line");

        let text = text(&error);

        for part in
            ["ann@contoso.example", TENANT, CLIENT, "50105", "c-1", "“Users and groups”", "02:02"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("adminconsent"), "{text}");
        assert!(text.lines().all(|line| !line.starts_with("Injected")), "{text}");
        assert!(!text.contains(['{', '}', '\r']), "{text}");
    }

    #[test]
    fn where_consent_is_missing_it_carries_the_link_for_it() {
        let link = |permission| {
            format!(
                "https://login.microsoftonline.us/{TENANT}/v2.0/adminconsent?client_id={CLIENT}\
                 &scope=https%3A%2F%2Fapi-gov.securitycenter.microsoft.us%2F{permission}\
                 &redirect_uri=http%3A%2F%2Flocalhost"
            )
        };
        for (code, permission) in [
            (ConsentMissing, "Alert.Read"),
            (ConsentPending, "Alert.Read"),
            (ConsentDeclined, "Alert.Read"),
            (ScopeMissing, "Alert.Read"),
            (ReadWriteNeeded, "Alert.ReadWrite"),
        ] {
            let text = text(&UserError::new(code));
            let has = text.split_whitespace().any(|word| word == link(permission));
            assert!(has, "{code:?}: {text}");
        }
    }
}
