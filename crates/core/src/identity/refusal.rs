//! A refusal of the authority: what becomes of the session, and what the person is told.

mod wire;

use super::{Claims, aadsts};
use crate::view::{ErrorCode, UserError};

pub(super) use wire::{in_browser, read};

/// What the authority said with a refusal (RFC 6749, section 5.2, and Entra's additions).
///
/// Decisions follow `error` and `suberror`; the number chooses help only, since it can change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorityRefusal {
    /// The OAuth error: `invalid_grant`.
    pub error: String,
    /// Entra's second word: `bad_token`.
    pub suberror: Option<String>,
    /// The first AADSTS number, if there is one.
    pub number: Option<u32>,
    /// Whether it came with a claims challenge: the authority wants to see the person.
    pub challenged: bool,
    /// The claims of that challenge, for the next attempt to sign in; none if they make no sense.
    pub claims: Option<Claims>,
    /// The id by which Microsoft's support finds the request.
    pub correlation: Option<Box<str>>,
    /// When, as the authority wrote it.
    pub time: Option<Box<str>>,
}

/// What a refusal means for a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// The refresh token is of no use any more.
    Ends,
    /// The authority wants to see the person. The refresh token stays.
    Person,
    /// Somebody has to change a setting first. The refresh token stays.
    Configuration,
    /// It may go away by itself.
    Passing,
}

impl AuthorityRefusal {
    /// What becomes of a session whose renewal was refused. Whatever is not known keeps the refresh
    /// token. Never by the number.
    pub(super) fn decision(&self) -> Decision {
        match (&*self.error, self.suberror.as_deref()) {
            ("temporarily_unavailable" | "server_error", _) => Decision::Passing,
            _ if self.challenged => Decision::Person,
            (
                _,
                Some(
                    "basic_action"
                    | "additional_action"
                    | "message_only"
                    | "consent_required"
                    | "user_password_expired"
                    | "protection_policy_required",
                ),
            ) => Decision::Person,
            ("invalid_grant", Some("bad_token" | "token_expired")) => Decision::Ends,
            (
                "invalid_client"
                | "unauthorized_client"
                | "invalid_request"
                | "invalid_scope"
                | "invalid_resource"
                | "invalid_target"
                | "unsupported_grant_type",
                _,
            ) => Decision::Configuration,
            _ => Decision::Person,
        }
    }

    /// The refusal as the person sees it: by its number or, for want of a known one, by its second
    /// word; `otherwise` if neither is known.
    pub(super) fn told(&self, otherwise: ErrorCode) -> UserError {
        let mut error = UserError::new(self.meaning().unwrap_or(otherwise));
        if let Some(number) = self.number {
            error = error.with("number", number);
        }
        let oauth = (!self.error.is_empty()).then_some(&*self.error);
        let texts = [
            ("error", oauth),
            ("suberror", self.suberror.as_deref()),
            ("correlation", self.correlation.as_deref()),
            ("time", self.time.as_deref()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                error = error.with(name, text);
            }
        }
        error
    }

    /// What it means, as far as this app has words for it.
    pub(super) fn meaning(&self) -> Option<ErrorCode> {
        self.number.and_then(aadsts::meaning).or_else(|| {
            Some(match self.suberror.as_deref()? {
                "consent_required" => ErrorCode::ConsentMissing,
                "user_password_expired" => ErrorCode::PasswordExpired,
                "protection_policy_required" => ErrorCode::DeviceNotManaged,
                "message_only" => ErrorCode::BlockedByPolicy,
                "basic_action" | "additional_action" => ErrorCode::PersonNeeded,
                "token_expired" => ErrorCode::SessionExpired,
                "bad_token" => ErrorCode::SessionRevoked,
                _ => return None,
            })
        })
    }
}

/// What an error on the authority's own page means, which never comes back to this app: from what
/// the person types or pastes of it, such as `AADSTS50105`, `50105`, or the whole text.
///
/// Only the first 4,096 characters are read. Without a number it is [`ErrorCode::NoNumber`].
pub fn explain(typed: &str) -> UserError {
    const LONGEST: usize = 4_096;

    let end = typed.char_indices().nth(LONGEST).map_or(typed.len(), |(at, _)| at);
    let typed = &typed[..end];
    let mut refusal = in_browser(String::new(), typed);
    refusal.number = refusal.number.or_else(|| lone_number(typed));
    match refusal.number {
        Some(_) => refusal.told(ErrorCode::SignInRefused),
        None => UserError::new(ErrorCode::NoNumber),
    }
}

/// The first number of five to eight digits that is no part of a word, an id or a time.
fn lone_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '.' | ':' | '_'))
        .map(|word| word.trim_matches(['.', ':', '-']))
        .filter(|word| (5..=8).contains(&word.len()))
        .find_map(|word| {
            word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::view::Fact;

    fn refusal(error: &str, suberror: Option<&str>) -> AuthorityRefusal {
        AuthorityRefusal {
            error: error.into(),
            suberror: suberror.map(Into::into),
            ..AuthorityRefusal::default()
        }
    }

    #[test]
    fn every_row_of_the_matrix_is_decided() {
        use Decision::{Configuration, Ends, Passing, Person};

        for (error, suberror, decision) in [
            ("temporarily_unavailable", None, Passing),
            ("server_error", Some("bad_token"), Passing),
            // Conditional Access has refused so, and the token is good again elsewhere.
            ("invalid_grant", None, Person),
            ("invalid_grant", Some("bad_token"), Ends),
            ("invalid_grant", Some("token_expired"), Ends),
            ("invalid_grant", Some("basic_action"), Person),
            ("invalid_grant", Some("additional_action"), Person),
            ("invalid_grant", Some("message_only"), Person),
            ("invalid_grant", Some("consent_required"), Person),
            ("invalid_grant", Some("user_password_expired"), Person),
            ("invalid_grant", Some("protection_policy_required"), Person),
            ("unauthorized_client", Some("protection_policy_required"), Person),
            ("invalid_grant", Some("client_mismatch"), Person),
            ("invalid_grant", Some("of_another_year"), Person),
            ("interaction_required", None, Person),
            ("interaction_required", Some("basic_action"), Person),
            ("login_required", None, Person),
            ("consent_required", None, Person),
            ("invalid_client", None, Configuration),
            ("unauthorized_client", None, Configuration),
            ("invalid_request", None, Configuration),
            ("invalid_scope", None, Configuration),
            ("invalid_resource", None, Configuration),
            ("invalid_target", None, Configuration),
            ("unsupported_grant_type", None, Configuration),
            ("access_denied", None, Person),
            ("of_another_year", None, Person),
            ("", None, Person),
        ] {
            assert_eq!(refusal(error, suberror).decision(), decision, "{error} {suberror:?}");
            let challenged =
                AuthorityRefusal { challenged: true, ..refusal(error, suberror) }.decision();
            let expected = if decision == Passing { Passing } else { Person };
            assert_eq!(challenged, expected, "{error} {suberror:?} with claims");
        }
    }

    #[test]
    fn no_number_decides_anything() {
        for number in aadsts::numbers().chain([0, 99_999]) {
            for (error, suberror) in [
                ("invalid_grant", None),
                ("invalid_grant", Some("bad_token")),
                ("invalid_grant", Some("basic_action")),
                ("invalid_client", None),
                ("interaction_required", None),
                ("server_error", None),
                ("unheard_of", Some("unheard_of")),
            ] {
                let plain = refusal(error, suberror);
                let numbered = AuthorityRefusal { number: Some(number), ..plain.clone() };
                assert_eq!(numbered.decision(), plain.decision(), "{number} {error}");
            }
        }
    }

    #[test]
    fn the_number_chooses_the_words_and_all_facts_are_kept() {
        let told = AuthorityRefusal {
            number: Some(65_001),
            challenged: true,
            correlation: Some("c-1".into()),
            time: Some("2026-01-05 08:00:00Z".into()),
            ..refusal("invalid_grant", Some("consent_required"))
        }
        .told(ErrorCode::SessionEnded);

        assert_eq!(told.code, ErrorCode::ConsentMissing);
        assert_eq!(told.facts["number"], Fact::from(65_001_u32));
        for (name, text) in [
            ("error", "invalid_grant"),
            ("suberror", "consent_required"),
            ("correlation", "c-1"),
            ("time", "2026-01-05 08:00:00Z"),
        ] {
            assert_eq!(told.facts[name], Fact::from(text));
        }
    }

    #[test]
    fn for_want_of_a_known_number_the_second_word_chooses_the_words() {
        let code = |number, suberror| {
            let refusal = AuthorityRefusal { number, ..refusal("invalid_grant", suberror) };
            refusal.told(ErrorCode::SessionEnded).code
        };

        assert_eq!(code(None, Some("consent_required")), ErrorCode::ConsentMissing);
        assert_eq!(code(Some(99_999), Some("message_only")), ErrorCode::BlockedByPolicy);
        assert_eq!(code(Some(53_003), Some("basic_action")), ErrorCode::BlockedByPolicy);
        assert_eq!(code(None, Some("of_another_year")), ErrorCode::SessionEnded);
        assert_eq!(code(Some(99_999), None), ErrorCode::SessionEnded);
    }

    #[test]
    fn what_a_person_types_of_the_page_is_explained() {
        for (typed, number, code) in [
            ("AADSTS50105", 50_105_u32, ErrorCode::NotAssigned),
            ("aadsts50105", 50_105, ErrorCode::NotAssigned),
            ("AADSTS 50105", 50_105, ErrorCode::NotAssigned),
            ("  50105. ", 50_105, ErrorCode::NotAssigned),
            ("Error code: 700016", 700_016, ErrorCode::AppNotFound),
            ("7000218", 7_000_218, ErrorCode::NotPublicClient),
            ("AADSTS code: AADSTS700016", 700_016, ErrorCode::AppNotFound),
            ("(AADSTS65001: consent)", 65_001, ErrorCode::ConsentMissing),
            ("AADSTS99999", 99_999, ErrorCode::SignInRefused),
            ("99999", 99_999, ErrorCode::SignInRefused),
            (
                "Request Id: 40f2d9c1-12345-4a58\nSorry, AADSTS53003: blocked",
                53_003,
                ErrorCode::BlockedByPolicy,
            ),
        ] {
            let told = explain(typed);
            assert_eq!(told.code, code, "{typed}");
            assert_eq!(told.facts["number"], Fact::from(number), "{typed}");
        }
        for typed in [
            "",
            "no number",
            "1234",
            "123456789",
            "4294967296",
            "Correlation Id: 12345678-1234-1234-1234-123456789012",
            "2026-01-09 02:02:12Z",
            "AADSTS",
            "5o105",
        ] {
            assert_eq!(explain(typed), UserError::new(ErrorCode::NoNumber), "{typed}");
        }
    }

    #[test]
    fn the_ids_of_a_pasted_page_are_kept() {
        let told = explain(
            "AADSTS50105: not assigned.\r\nRequest Id: r-1\r\nCorrelation Id: c-1\r\nTimestamp: \
             2026-01-09T02:02:12Z",
        );

        assert_eq!(told.facts["correlation"], Fact::from("c-1"));
        assert_eq!(told.facts["time"], Fact::from("2026-01-09T02:02:12Z"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_explained(typed in ".{0,200}", number in 0..10_000_000_u32) {
            let _ = explain(&typed);
            let told = explain(&format!("{typed} AADSTS{number} {typed}"));
            prop_assert!(told.code == ErrorCode::NoNumber || told.facts.contains_key("number"));
        }
    }
}
