//! What the authority granted, which may be less than what was asked for.

use super::{Endpoints, authorization::requested_scope};

/// The scopes of a session's tokens.
///
/// They come from the token response. An access token is not looked into: it is the API's alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is granted or told by itself")]
pub struct Granted {
    /// Whether the session can be renewed without the person (`offline_access`): a refresh token came.
    pub offline: bool,
    /// Whether `Alert.Read` was granted.
    pub alert_read: bool,
    /// Whether `Alert.ReadWrite` was granted.
    pub alert_read_write: bool,
    /// Every scope that was granted, as the authority wrote it: at most 64 of at most 200 bytes each,
    /// in visible ASCII.
    pub words: Vec<String>,
    /// Whether the authority has named them. Otherwise they are those that were asked for: of a
    /// response that names none (RFC 6749, section 5.1), and of a kept session before its first
    /// renewal.
    pub is_told: bool,
}

impl Granted {
    const MOST: usize = 64;
    const LONGEST: usize = 200;

    /// What a token response says of it.
    pub(super) fn by(scope: Option<&str>, endpoints: &impl Endpoints, offline: bool) -> Self {
        match scope {
            Some(scope) => Self { is_told: true, ..Self::of(scope, offline) },
            None => Self::asked(endpoints, offline),
        }
    }

    /// What is asked for, taken as granted.
    pub(super) fn asked(endpoints: &impl Endpoints, offline: bool) -> Self {
        Self::of(&requested_scope(endpoints), offline)
    }

    fn of(scope: &str, offline: bool) -> Self {
        let words: Vec<String> = scope
            .split_ascii_whitespace()
            .filter(|word| word.len() <= Self::LONGEST)
            .filter(|word| word.bytes().all(|byte| byte.is_ascii_graphic()))
            .take(Self::MOST)
            .map(str::to_owned)
            .collect();
        // A token is of one resource, so whichever of its names stands before the permission is its.
        let has = |name: &str| {
            words.iter().any(|word| {
                word.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name))
            })
        };
        Self {
            offline,
            alert_read: has("Alert.Read"),
            alert_read_write: has("Alert.ReadWrite"),
            words,
            is_told: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(scope: &str) -> (bool, bool) {
        let granted = Granted::of(scope, true);
        (granted.alert_read, granted.alert_read_write)
    }

    #[test]
    fn a_permission_is_a_whole_word_with_its_resource_or_without() {
        let resource = "https://api.securitycenter.microsoft.com";

        assert_eq!(told("Alert.Read"), (true, false));
        assert_eq!(told(&format!("openid profile {resource}/Alert.Read")), (true, false));
        assert_eq!(told(&format!("{resource}//alert.read")), (true, false));
        assert_eq!(told(&format!("{resource}/Alert.ReadWrite openid")), (false, true));
        assert_eq!(told("Alert.ReadWrite Alert.Read"), (true, true));
        for scope in
            ["", "openid", "Alert.Read.All", "Alert.ReadWrite.All", "xAlert.Read", "Alert.Read/x"]
        {
            assert_eq!(told(scope), (false, false), "{scope}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_bounded(scope in "([!-~]{1,9} ){0,99}([!-~]{195,205} ){2}[é]?[!-~]{0,9}") {
            let granted = Granted::of(&scope, false);
            prop_assert!(granted.words.len() <= 64);
            prop_assert!(granted.words.iter().all(|word| (1..=200).contains(&word.len())));
            prop_assert!(granted.words.iter().all(|word| word.is_ascii()));
        }
    }
}
