use axum::http::{HeaderMap, header::AUTHORIZATION};

use super::error::Refused;
use crate::{
    authority::{AccessClaims, VerifyError},
    organisation::{self, Analyst},
    state::Tenant,
};

/// Who asks, after their token was checked and the call was counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) analyst: &'static Analyst,
}

impl Caller {
    /// Checks the bearer token, its scope, and the quota of the app that it was given to.
    ///
    /// A call that is refused takes nothing from the quota.
    pub(super) fn admit(
        tenant: &Tenant,
        headers: &HeaderMap,
        scope: &'static str,
    ) -> Result<Self, Refused> {
        let token = token(headers)?;
        let claims: AccessClaims =
            tenant.signing_key.verify(token).map_err(|error| match error {
                VerifyError::Malformed => Refused::Unauthorized("Malformed token"),
                VerifyError::Signature => Refused::Unauthorized("Invalid signature"),
            })?;
        let analyst = check(tenant, &claims)?;
        // A whole word of the list: `Alert.ReadWrite` does not hold `Alert.Read`.
        if !claims.scp.split(' ').any(|granted| granted == scope) {
            return Err(Refused::Forbidden { required: scope, granted: claims.scp });
        }
        let now = tenant.clock.now();
        let app = (claims.appid, claims.tid);
        tenant
            .ledger()
            .quota
            .take(app, now, &tenant.settings)
            .map_err(|seconds| Refused::TooManyRequests { seconds })?;
        Ok(Self { analyst })
    }
}

fn check(tenant: &Tenant, claims: &AccessClaims) -> Result<&'static Analyst, Refused> {
    let registration = &tenant.registration;
    let now = tenant.clock.now().as_second();
    if claims.aud != registration.resource {
        return Err(Refused::Unauthorized("Invalid audience"));
    }
    if claims.iss != registration.access_issuer || claims.tid != registration.tenant_id {
        return Err(Refused::Unauthorized("Invalid issuer"));
    }
    if now >= claims.exp || now < claims.nbf {
        return Err(Refused::Unauthorized("Token is expired"));
    }
    organisation::analyst(&claims.oid).ok_or(Refused::Unauthorized("Unknown user"))
}

fn token(headers: &HeaderMap) -> Result<&str, Refused> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refused::Unauthorized("Missing authorization header"));
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token)
        .ok_or(Refused::Unauthorized("Missing bearer token"))
}
