//! The AADSTS numbers of Microsoft's sign-in that this app has words of its own for.
//!
//! A number chooses words and a remedy, nothing else: Microsoft says that numbers may change
//! ("Microsoft Entra authentication and authorization error codes" page), so what becomes of a
//! session follows `error` and `suberror` ([`Decision`](super::refusal::Decision)).

use crate::view::ErrorCode::{
    self, AccountBlocked, AccountDisabled, AppNotFound, AuthorityBusy, BlockedByPolicy,
    ConsentDeclined, ConsentMissing, ConsentPending, DeviceNotManaged, NotAssigned,
    NotPublicClient, PasswordExpired, PasswordWrong, PermissionNotListed, PersonNeeded,
    RedirectMismatch, RegisteredForPages, RequestWrong, SecondFactor, ServiceMissing,
    SessionExpired, SessionRevoked, StartAgain, TenantNotFound, TenantRestricted, WrongAccount,
};

/// Number and meaning, in the order of the numbers.
const ROWS: &[(u32, ErrorCode)] = &[
    (16_000, WrongAccount),
    (28_002, RequestWrong),
    (50_005, BlockedByPolicy),
    (50_011, RedirectMismatch),
    (50_020, WrongAccount),
    (50_034, WrongAccount),
    (50_053, AccountBlocked),
    (50_055, PasswordExpired),
    (50_057, AccountDisabled),
    (50_058, PersonNeeded),
    (50_072, SecondFactor),
    (50_074, SecondFactor),
    (50_076, SecondFactor),
    (50_078, SecondFactor),
    (50_079, SecondFactor),
    (50_089, SessionRevoked),
    (50_097, PersonNeeded),
    (50_105, NotAssigned),
    (50_126, PasswordWrong),
    (50_128, WrongAccount),
    (50_131, BlockedByPolicy),
    (50_132, SessionRevoked),
    (50_133, SessionRevoked),
    (50_147, RequestWrong),
    (50_158, SecondFactor),
    (50_173, SessionRevoked),
    (50_187, PersonNeeded),
    (50_194, WrongAccount),
    (50_196, AuthorityBusy),
    (50_199, PersonNeeded),
    (53_000, DeviceNotManaged),
    (53_001, DeviceNotManaged),
    (53_002, DeviceNotManaged),
    (53_003, BlockedByPolicy),
    (53_004, AccountBlocked),
    (53_011, AccountBlocked),
    (54_005, StartAgain),
    (65_001, ConsentMissing),
    (65_004, ConsentDeclined),
    (65_005, PermissionNotListed),
    (70_000, SessionRevoked),
    (70_004, RedirectMismatch),
    (70_008, SessionExpired),
    (70_011, RequestWrong),
    (70_043, SessionExpired),
    (90_002, TenantNotFound),
    (90_038, TenantNotFound),
    (90_051, TenantNotFound),
    (90_055, AuthorityBusy),
    (90_094, ConsentMissing),
    (90_095, ConsentPending),
    (500_011, ServiceMissing),
    (500_021, TenantRestricted),
    (500_022, TenantRestricted),
    (500_208, WrongAccount),
    (500_212, TenantRestricted),
    (500_213, TenantRestricted),
    (501_481, RequestWrong),
    (530_032, BlockedByPolicy),
    (530_035, BlockedByPolicy),
    (650_052, ServiceMissing),
    (650_056, PermissionNotListed),
    (650_057, PermissionNotListed),
    (700_011, AppNotFound),
    (700_016, AppNotFound),
    (700_022, RequestWrong),
    (700_025, NotPublicClient),
    (700_082, SessionExpired),
    (700_084, SessionExpired),
    (900_971, RedirectMismatch),
    (7_000_218, NotPublicClient),
    (9_002_326, RegisteredForPages),
    (9_002_327, RegisteredForPages),
];

/// What a number means, if it is one of those that are known.
pub(super) fn meaning(number: u32) -> Option<ErrorCode> {
    let at = ROWS.binary_search_by_key(&number, |(known, _)| *known).ok()?;
    Some(ROWS[at].1)
}

#[cfg(test)]
pub(super) fn numbers() -> impl Iterator<Item = u32> {
    ROWS.iter().map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    /// Each group with all of its numbers; nothing here is derived from the table.
    const GROUPS: &[(ErrorCode, &[u32])] = &[
        (ConsentMissing, &[65_001, 90_094]),
        (ConsentPending, &[90_095]),
        (ConsentDeclined, &[65_004]),
        (ServiceMissing, &[650_052, 500_011]),
        (PermissionNotListed, &[650_057, 65_005, 650_056]),
        (NotAssigned, &[50_105]),
        (SecondFactor, &[50_076, 50_079, 50_072, 50_074, 50_078, 50_158]),
        (DeviceNotManaged, &[53_000, 53_001, 53_002]),
        (BlockedByPolicy, &[53_003, 530_032, 530_035, 50_131, 50_005]),
        (AccountBlocked, &[53_011, 53_004, 50_053]),
        (AppNotFound, &[700_016, 700_011]),
        (TenantNotFound, &[90_002, 90_038, 90_051]),
        (WrongAccount, &[50_020, 50_034, 50_128, 16_000, 500_208, 50_194]),
        (TenantRestricted, &[500_021, 500_022, 500_212, 500_213]),
        (RedirectMismatch, &[50_011, 70_004, 900_971]),
        (NotPublicClient, &[7_000_218, 700_025]),
        (RegisteredForPages, &[9_002_327, 9_002_326]),
        (SessionExpired, &[70_008, 700_082, 700_084, 70_043]),
        (SessionRevoked, &[50_173, 50_132, 50_133, 50_089, 70_000]),
        (StartAgain, &[54_005]),
        (RequestWrong, &[501_481, 50_147, 70_011, 28_002, 700_022]),
        (PasswordExpired, &[50_055]),
        (PasswordWrong, &[50_126]),
        (AccountDisabled, &[50_057]),
        (AuthorityBusy, &[50_196, 90_055]),
        (PersonNeeded, &[50_058, 50_097, 50_187, 50_199]),
    ];

    #[test]
    fn every_number_stands_once_and_in_order() {
        assert!(ROWS.is_sorted_by(|(one, _), (next, _)| one < next));
    }

    #[test]
    fn every_number_has_its_meaning_and_its_words() {
        for (code, of_group) in GROUPS {
            for number in *of_group {
                assert_eq!(meaning(*number), Some(*code), "{number}");
            }
            let name = serde_json::to_value(code).unwrap();
            for part in ["title", "help"] {
                let key = format!("error.{}.{part}", name.as_str().unwrap());
                assert!(words::is_known(&key), "{key}");
            }
        }
        let grouped: usize = GROUPS.iter().map(|(_, numbers)| numbers.len()).sum();
        assert_eq!(ROWS.len(), grouped, "a number that no group has");
        assert_eq!((meaning(0), meaning(99_999), meaning(u32::MAX)), (None, None, None));
    }
}
