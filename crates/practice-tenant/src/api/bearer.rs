use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::error::Refused;
use crate::{
    api::quota::App,
    authority::{AccessClaims, ClaimsRequest, VerifyError},
    organisation::{self, Analyst, Registration},
    permission::Permission,
    state::Tenant,
};

/// Who asks, after their token was checked.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) analyst: &'static Analyst,
    app: App,
}

impl Caller {
    /// Checks the bearer token, that it has one of these permissions, the person's role, and the quota of the app that it was given to.
    ///
    /// A call that is refused takes nothing from the quota.
    pub(super) fn admit(
        tenant: &Tenant,
        headers: &HeaderMap,
        permissions: &'static [Permission],
    ) -> Result<Self, Refused> {
        let caller = Self::recognise(tenant, headers, permissions)?;
        caller.count(tenant)?;
        Ok(caller)
    }

    /// Checks the bearer token, its permissions and the person's role, without counting the call.
    pub(super) fn recognise(
        tenant: &Tenant,
        headers: &HeaderMap,
        permissions: &'static [Permission],
    ) -> Result<Self, Refused> {
        let token = token(headers)?;
        let claims: AccessClaims =
            tenant.signing_key.verify(token).map_err(|error| match error {
                VerifyError::Malformed => Refused::Unauthorized("Malformed token"),
                VerifyError::Signature => Refused::Unauthorized("Invalid signature"),
            })?;
        let analyst = check(tenant, &claims)?;
        // A whole word of the list: `Alert.ReadWrite.All` does not hold `Alert.ReadWrite`.
        let suffices = |granted| permissions.iter().any(|one| one.name() == granted);
        if !claims.scp.split(' ').any(suffices) {
            return Err(Refused::Forbidden { required: permissions, granted: claims.scp });
        }
        if tenant.policy().without_role.contains(analyst.object_id) {
            return Err(Refused::WithoutRole);
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
    meets_challenge(tenant, claims)?;
    organisation::analyst(&claims.oid).ok_or(Refused::Unauthorized("Unknown user"))
}

/// Refuses a token that was not asked for with the claims of the challenge that stands, if any.
fn meets_challenge(tenant: &Tenant, claims: &AccessClaims) -> Result<(), Refused> {
    let mut policy = tenant.policy();
    let Some(challenge) = &mut policy.challenge else { return Ok(()) };
    if challenge.is_met_by(&claims.given) {
        return Ok(());
    }
    if !ClaimsRequest::answers_challenges(&claims.xms_cc) {
        return Err(Refused::Unauthorized("Token lacks required claims"));
    }
    let number = challenge.given;
    challenge.given += 1;
    let claims = STANDARD.encode(&challenge.text);
    Err(Refused::Challenged(challenges(&tenant.registration, &claims, number)))
}

/// The challenge, beside one of another scheme: which comes first, and in which order the
/// parameters stand, is not promised, so that it changes from one to the next.
fn challenges(registration: &Registration, claims: &str, number: usize) -> Vec<String> {
    let authority =
        format!("{}/{}/oauth2/v2.0/authorize", registration.authority, registration.tenant_id);
    let other = format!("PoP realm=\"\", nonce=\"{number}, error=none\"");
    match number % 3 {
        0 => vec![
            other,
            format!(
                "Bearer realm=\"\", authorization_uri=\"{authority}\", \
                 error=\"insufficient_claims\", claims=\"{claims}\""
            ),
        ],
        1 => vec![
            format!(
                "Bearer claims=\"{claims}\", error=\"insufficient_claims\", realm=\"\", \
                 authorization_uri=\"{authority}\""
            ),
            other,
        ],
        _ => vec![
            other,
            format!(
                "bearer error=\"insufficient_claims\",claims=\"{claims}\" , \
                 authorization_uri=\"{authority}\", client_id=\"{}\"",
                registration.client_id
            ),
        ],
    }
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
    use crate::{organisation::analysts, settings::Settings};

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
            xms_cc: Vec::new(),
            given: ClaimsRequest::default(),
            series: 0,
        };
        change(&mut claims);
        let token = tenant.signing_key.sign(&claims).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        Caller::admit(&tenant, &headers, &[Permission::AlertRead]).err()
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
