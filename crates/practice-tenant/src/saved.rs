//! What a tenant knows over a restart, as it is written down: no token, no code.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    api::Quota,
    authority::{ClaimsRequest, Scopes, SigningKey},
    organisation,
    permission::Permission,
    state::{Hash, Ledger, RefreshGrant},
};

/// The form of the file. The signing key in it makes the file private.
///
/// Times are milliseconds of the system's clock: what a test moved the tenant's clock ahead is
/// taken off, so that everything is as old after a restart as it was before.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Saved {
    version: u32,
    /// Which state it is, told apart from the one before.
    pub(crate) revision: u64,
    tenant: String,
    /// PKCS#8.
    signing_key: String,
    refresh_tokens: Vec<SavedGrant>,
    calls: Vec<SavedCalls>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedGrant {
    /// SHA-256 of the token.
    hash: String,
    analyst: String,
    profile: bool,
    offline_access: bool,
    permissions: Vec<String>,
    /// The claims that were asked for and given with the sign-in.
    #[serde(default, skip_serializing_if = "ClaimsRequest::is_empty")]
    claims: ClaimsRequest,
    until: i64,
    revoked: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedCalls {
    client: String,
    tenant: String,
    at: Vec<i64>,
}

/// Why a file of this kind cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SavedError {
    /// Another version of this program wrote it.
    #[error("it is of another version")]
    Version,
    /// It is not what this program writes.
    #[error("it is damaged")]
    Damaged,
    /// It belongs to another tenant.
    #[error("it is of another tenant")]
    Tenant,
}

impl Saved {
    const VERSION: u32 = 1;
    /// How many calls of one app are kept: more than the quota of an hour.
    const CALLS: usize = 2_000;

    /// Everything that is to be kept. Fails only if the key cannot be encoded.
    pub(crate) fn of(
        tenant_id: &str,
        key: &SigningKey,
        ledger: &Ledger,
        ahead_millis: i64,
    ) -> Result<Self, aws_lc_rs::error::Unspecified> {
        let refresh_tokens = ledger
            .refresh_tokens
            .iter()
            .map(|(hash, grant)| SavedGrant {
                hash: STANDARD.encode(hash),
                analyst: grant.object_id.to_owned(),
                profile: grant.scopes.profile,
                offline_access: grant.scopes.offline_access,
                permissions: grant
                    .scopes
                    .permissions
                    .iter()
                    .map(|permission| permission.name().to_owned())
                    .collect(),
                claims: grant.claims.clone(),
                until: grant.until.as_millisecond().saturating_sub(ahead_millis),
                revoked: grant.revoked,
            })
            .collect();
        let calls = ledger
            .quota
            .calls()
            .map(|((client, tenant), at)| SavedCalls {
                client: client.clone(),
                tenant: tenant.clone(),
                at: at
                    .iter()
                    .skip(at.len().saturating_sub(Self::CALLS))
                    .map(|call| call.saturating_sub(ahead_millis))
                    .collect(),
            })
            .collect();
        Ok(Self {
            version: Self::VERSION,
            revision: ledger.revision,
            tenant: tenant_id.to_owned(),
            signing_key: STANDARD.encode(key.to_pkcs8()?.as_ref()),
            refresh_tokens,
            calls,
        })
    }

    /// Reads the contents of a file.
    pub(crate) fn read(contents: &[u8]) -> Result<Self, SavedError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } =
            serde_json::from_slice(contents).map_err(|_| SavedError::Damaged)?;
        if version != Self::VERSION {
            return Err(SavedError::Version);
        }
        serde_json::from_slice(contents).map_err(|_| SavedError::Damaged)
    }

    /// Brings it back to life, at the time `now`.
    pub(crate) fn restore(
        self,
        tenant_id: &str,
        now: Timestamp,
    ) -> Result<(SigningKey, Ledger), SavedError> {
        if self.tenant != tenant_id {
            return Err(SavedError::Tenant);
        }
        let pkcs8 = STANDARD.decode(&self.signing_key).map_err(|_| SavedError::Damaged)?;
        let key = SigningKey::from_pkcs8(&pkcs8).map_err(|_| SavedError::Damaged)?;
        let refresh_tokens = self
            .refresh_tokens
            .into_iter()
            .map(|grant| grant.restore().ok_or(SavedError::Damaged))
            .collect::<Result<_, _>>()?;
        let calls = self.calls.into_iter().map(|calls| ((calls.client, calls.tenant), calls.at));
        let ledger = Ledger {
            revision: self.revision,
            refresh_tokens,
            quota: Quota::restored(calls, now),
            ..Ledger::default()
        };
        Ok((key, ledger))
    }
}

impl SavedGrant {
    fn restore(self) -> Option<(Hash, RefreshGrant)> {
        let permissions =
            self.permissions.iter().map(|name| Permission::named(name)).collect::<Option<_>>()?;
        let grant = RefreshGrant {
            object_id: organisation::analyst(&self.analyst)?.object_id,
            scopes: Scopes {
                profile: self.profile,
                offline_access: self.offline_access,
                permissions,
            },
            claims: self.claims,
            until: Timestamp::from_millisecond(self.until).ok()?,
            revoked: self.revoked,
        };
        Some((STANDARD.decode(self.hash).ok()?.try_into().ok()?, grant))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        organisation::{TENANT_ID, analysts},
        settings::Settings,
        state::hash,
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger { revision: 7, ..Ledger::default() };
        for (token, revoked) in [("one", false), ("other", true)] {
            let grant = RefreshGrant {
                object_id: analysts()[1].object_id,
                scopes: Scopes {
                    profile: true,
                    offline_access: true,
                    permissions: vec![Permission::AlertRead],
                },
                claims: ClaimsRequest::of(&json!({"access_token": {"acrs": {"value": "c1"}}}))
                    .unwrap(),
                until: at(500),
                revoked,
            };
            ledger.refresh_tokens.insert(hash(token), grant);
        }
        let app = ("client".to_owned(), "tenant".to_owned());
        ledger.quota.take(app, at(0), &Settings::default()).unwrap();
        ledger
    }

    fn saved(ahead_millis: i64) -> Saved {
        let key = SigningKey::generate().unwrap();
        Saved::of(TENANT_ID, &key, &ledger(), ahead_millis).unwrap()
    }

    fn read(value: &Value) -> Option<SavedError> {
        Saved::read(value.to_string().as_bytes())
            .and_then(|saved| saved.restore(TENANT_ID, at(10)))
            .err()
    }

    #[test]
    fn what_was_kept_comes_back() {
        let bytes = serde_json::to_vec(&saved(0)).unwrap();

        let (_, kept) = Saved::read(&bytes).unwrap().restore(TENANT_ID, at(10)).unwrap();

        let before = ledger();
        assert_eq!(kept.revision, 7);
        assert_eq!(kept.refresh_tokens, before.refresh_tokens);
        assert_eq!(kept.quota, before.quota);
    }

    #[test]
    fn what_ran_out_by_a_moved_clock_stays_run_out() {
        let (_, kept) = saved(400_000).restore(TENANT_ID, at(200)).unwrap();

        assert_eq!(kept.refresh_tokens[&hash("one")].until, at(100));
    }

    #[test]
    fn calls_of_a_time_to_come_do_not_count() {
        let (_, kept) = saved(0).restore(TENANT_ID, at(-1)).unwrap();

        assert!(kept.quota.calls().all(|(_, at)| at.is_empty()));
    }

    #[test]
    fn each_wrong_value_is_told() {
        let right = serde_json::to_value(saved(0)).unwrap();
        assert_eq!(read(&right), None);
        for (pointer, wrong, error) in [
            ("/version", json!(2), SavedError::Version),
            ("/version", json!("1"), SavedError::Damaged),
            ("/tenant", json!("other"), SavedError::Tenant),
            ("/revision", json!(-1), SavedError::Damaged),
            ("/signingKey", json!("AAAA"), SavedError::Damaged),
            ("/signingKey", json!("?"), SavedError::Damaged),
            ("/refreshTokens/0/hash", json!("AAAA"), SavedError::Damaged),
            ("/refreshTokens/0/analyst", json!("nobody"), SavedError::Damaged),
            ("/refreshTokens/0/permissions/0", json!("Machine.Isolate"), SavedError::Damaged),
            ("/refreshTokens/0/claims", json!({"other": {}}), SavedError::Damaged),
            ("/refreshTokens/0/until", json!(i64::MAX), SavedError::Damaged),
            ("/calls/0/at", json!(null), SavedError::Damaged),
        ] {
            let mut value = right.clone();
            *value.pointer_mut(pointer).unwrap() = wrong;
            assert_eq!(read(&value), Some(error), "{pointer}");
        }
    }
}
