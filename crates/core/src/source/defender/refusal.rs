//! What a refusal of Defender means: a licence, a permission of the app, or a role of the person.
//!
//! Only the message tells, which is free text ("Common REST API error codes" page). What it does not
//! tell stays a plain refusal.

use super::wire::Told;
use crate::{identity::Granted, source::ApiError};

/// The most permissions that are read of a message, and the longest, in bytes.
const MOST: usize = 16;
const LONGEST: usize = 64;

/// What a 401 means.
pub(super) fn unauthorized(told: Told) -> ApiError {
    let message = told.refusal.message.to_ascii_lowercase();
    let is_about_licence = ["account mode", "licens", "licenc", "not provisioned", "not onboarded"]
        .iter()
        .any(|mark| message.contains(mark));
    if is_about_licence {
        ApiError::NotLicensed(told.refusal)
    } else {
        ApiError::Unauthorized(told.refusal)
    }
}

/// What a 403 means to a session to which `granted` was granted.
pub(super) fn forbidden(told: Told, granted: &Granted) -> ApiError {
    let Told { code, refusal } = told;
    let message = refusal.message.to_ascii_lowercase();
    // What is named so is a permission of the app; roles alone are the person's.
    let is_about_app = ["scope", "application role", "required role", "alert.read"]
        .iter()
        .any(|mark| message.contains(mark));
    if is_about_app {
        let required = required(&refusal.message);
        let names = |permission: &str| {
            required.iter().any(|required| required.eq_ignore_ascii_case(permission))
        };
        let wants_more = names("Alert.ReadWrite") && !names("Alert.Read");
        return if wants_more && granted.alert_read && !granted.alert_read_write {
            ApiError::ReadWriteNeeded(refusal)
        } else {
            ApiError::ScopeMissing { required, refusal }
        };
    }
    match code.as_deref() {
        Some(code) if code.eq_ignore_ascii_case("Forbidden") => ApiError::RoleMissing(refusal),
        // A feature that is switched off, or somebody between here and Defender.
        Some(_) | None => ApiError::Forbidden(refusal),
    }
}

/// The permissions that a message says are needed: `…required scopes: Alert.Read, Alert.ReadWrite,
/// application scopes: …`. Those after the second colon are what the token has.
fn required(message: &str) -> Vec<String> {
    let lower = message.to_ascii_lowercase(); // with every byte at its place
    let Some(from) = ["required scopes:", "required roles:"]
        .iter()
        .find_map(|mark| lower.find(mark).map(|at| at + mark.len()))
    else {
        return Vec::new();
    };
    let mut required = Vec::new();
    for word in message[from..].split([' ', ',', ';', '\t', '\r', '\n', '\'', '"']) {
        if word.eq_ignore_ascii_case("application") || word.contains(':') {
            break;
        }
        let word = word.trim_end_matches('.');
        let is_permission = (1..=LONGEST).contains(&word.len())
            && word.contains('.')
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
        if is_permission && required.len() < MOST {
            required.push(word.to_owned());
        }
    }
    required
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Refusal;

    fn told(code: Option<&str>, message: &str) -> Told {
        let refusal = Refusal { message: message.into(), request: "|1.".into() };
        Told { code: code.map(str::to_owned), refusal }
    }

    fn granted(alert_read: bool, alert_read_write: bool) -> Granted {
        Granted { alert_read, alert_read_write, ..Granted::default() }
    }

    fn meant(message: &str, granted: &Granted) -> ApiError {
        forbidden(told(Some("Forbidden"), message), granted)
    }

    #[test]
    fn a_tenant_without_a_licence_is_told_apart_from_a_token_that_is_not_taken() {
        for message in [
            "Unauthorized request - reason of failure: Account mode is inactive",
            "Unauthorized request - reason of failure: No Tvm license",
            "The tenant is not provisioned",
        ] {
            let meant = unauthorized(told(Some("Unauthorized"), message));
            assert!(matches!(meant, ApiError::NotLicensed(_)), "{message}");
        }
        for message in ["", "Token is expired", "Invalid audience", "Lifetime validation failed"] {
            let meant = unauthorized(told(Some("Unauthorized"), message));
            assert!(matches!(meant, ApiError::Unauthorized(_)), "{message}");
        }
    }

    #[test]
    fn the_permissions_that_are_asked_for_are_read_and_those_that_are_there_are_not() {
        for (message, expected) in [
            (
                "Missing application scopes. API required scopes: Alert.Read, application scopes: \
                 File.Read.All.",
                &["Alert.Read"][..],
            ),
            (
                "Missing application roles. API required roles: Ti.ReadWrite.All, Ti.ReadWrite, \
                 application roles: .",
                &["Ti.ReadWrite.All", "Ti.ReadWrite"],
            ),
            (
                "Missing scopes. API required scopes: Alert.ReadWrite, scopes: Alert.Read",
                &["Alert.ReadWrite"],
            ),
            ("api REQUIRED scopes:Alert.ReadWrite.", &["Alert.ReadWrite"]),
            ("Missing scopes.", &[]),
            ("The token lacks Alert.Read.", &[]),
            ("required scopes: <script>.x, a..b", &["a..b"]),
        ] {
            let ApiError::ScopeMissing { required, .. } = meant(message, &granted(true, true))
            else {
                panic!("{message}")
            };
            assert_eq!(required, expected, "{message}");
        }
        let many = format!("required scopes: {}", "A.B ".repeat(100));
        assert_eq!(required(&many).len(), MOST);
        assert!(required(&format!("required scopes: {}.x", "a".repeat(LONGEST))).is_empty());
    }

    #[test]
    fn the_greater_permission_is_offered_to_whom_it_would_help() {
        let only_write = "Missing application scopes. API required scopes: Alert.ReadWrite, \
                          Alert.ReadWrite.All, application scopes: Alert.Read.";
        let either = "API required scopes: Alert.Read, Alert.ReadWrite, application scopes: .";

        let offers =
            |message, granted| matches!(meant(message, &granted), ApiError::ReadWriteNeeded(_));
        assert!(offers(only_write, granted(true, false)));
        assert!(!offers(only_write, granted(true, true)), "it has it already");
        assert!(!offers(only_write, granted(false, false)), "it has not even the lesser one");
        assert!(!offers(either, granted(true, false)));
    }

    #[test]
    fn a_role_that_is_missing_is_the_persons_and_what_says_nothing_is_neither() {
        let granted = granted(true, false);
        let of = |code, message| forbidden(told(code, message), &granted);

        for message in ["", "Missing roles", "The user has no role", "Access to alerts is denied"] {
            let meant = of(Some("Forbidden"), message);
            assert!(matches!(meant, ApiError::RoleMissing(_)), "{message}: {meant:?}");
        }
        for (code, message) in [
            (None, ""),
            (None, "Blocked by the proxy"),
            (Some("DisabledFeature"), "The feature is off"),
            (Some("DisallowedOperation"), ""),
        ] {
            assert!(matches!(of(code, message), ApiError::Forbidden(_)), "{code:?} {message}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_message_says_is_read_and_bounded(
            before in ".{0,40}", kind in "required (scopes|roles):", after in "[ -~é]{0,200}",
        ) {
            let required = required(&format!("{before}{kind}{after}"));
            prop_assert!(required.len() <= MOST);
            prop_assert!(required.iter().all(|it| (1..=LONGEST).contains(&it.len())));
        }
    }
}
