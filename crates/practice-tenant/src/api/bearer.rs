use axum::http::{HeaderMap, header::AUTHORIZATION};

use super::error::Refused;
use crate::{
    api::quota::App,
    authority::{AccessClaims, VerifyError},
    organisation::{self, Analyst},
    state::Tenant,
};

/// Who asks, after their token was checked.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) analyst: &'static Analyst,
    app: App,
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
        let caller = Self::recognise(tenant, headers, scope)?;
        caller.count(tenant)?;
        Ok(caller)
    }

    /// Checks the bearer token and its scope, without counting the call.
    pub(super) fn recognise(
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
        Ok(Self { analyst, app: (claims.appid, claims.tid) })
    }

    /// Takes a call from the quota of the app that the token was given to.
    pub(super) fn count(&self, tenant: &Tenant) -> Result<(), Refused> {
        let now = tenant.clock.now();
        {
            let mut ledger = tenant.ledger();
            ledger
                .quota
                .take(self.app.clone(), now, &tenant.settings)
                .map_err(|seconds| Refused::TooManyRequests { seconds })?;
            ledger.changed();
        }
        tenant.save_soon();
        Ok(())
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
    if claims.series != tenant.ledger().access_series {
        return Err(Refused::Unauthorized("Token is revoked"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        organisation::{Registration, analysts},
        settings::Settings,
    };

    /// What the API says to a token with these claims, changed from right ones.
    fn refusal(change: impl FnOnce(&mut AccessClaims)) -> Option<Refused> {
        let registration = Registration::practice(1, 2, 3);
        let tenant = Tenant::new(Settings::default(), registration.clone(), None).unwrap();
        let now = tenant.clock.now().as_second();
        let mut claims = AccessClaims {
            aud: registration.resource,
            iss: registration.access_issuer,
            iat: now,
            nbf: now,
            exp: now + 60,
            appid: registration.client_id,
            oid: analysts()[0].object_id.to_owned(),
            tid: registration.tenant_id,
            scp: "Alert.Read".to_owned(),
            series: 0,
        };
        change(&mut claims);
        let token = tenant.signing_key.sign(&claims).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        Caller::admit(&tenant, &headers, "Alert.Read").err()
    }

    #[test]
    fn each_claim_is_checked() {
        let unauthorized = |reason| Some(Refused::Unauthorized(reason));

        assert_eq!(refusal(|_| ()), None);
        assert_eq!(refusal(|claims| claims.aud.push('/')), unauthorized("Invalid audience"));
        assert_eq!(refusal(|claims| claims.iss.push('/')), unauthorized("Invalid issuer"));
        assert_eq!(refusal(|claims| claims.tid.clear()), unauthorized("Invalid issuer"));
        assert_eq!(refusal(|claims| claims.series += 1), unauthorized("Token is revoked"));
        assert_eq!(refusal(|claims| claims.oid.clear()), unauthorized("Unknown user"));
        assert_eq!(refusal(|claims| claims.exp -= 60), unauthorized("Token is expired"));
        assert_eq!(refusal(|claims| claims.nbf += 60), unauthorized("Token is expired"));
    }

    #[test]
    fn a_scope_is_a_whole_word() {
        let refused = refusal(|claims| claims.scp = "Alert.ReadWrite File.Read.All".to_owned());

        assert!(matches!(refused, Some(Refused::Forbidden { .. })), "{refused:?}");
    }
}
