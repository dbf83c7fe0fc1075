//! What Defender and the authority refuse, and what is asked for in another way then.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use droptrace_core::{
    identity::{Attempt, AuthError, Claims, PracticeEndpoints, Request, Session},
    source::{AlertSource, ApiError, defender::DefenderFiles},
    view::{ErrorCode, UserError},
};
use droptrace_practice_tenant::{Fault, PracticeTenant, Recorded, Route, Settings};
use url::form_urlencoded;

use crate::analyst::{endpoints, session, turn, workstations};

/// The example of the "Get file related alerts API" page: it has alerts.
const ALERTED: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";
const WANTED: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;

async fn start() -> PracticeTenant {
    let settings = Settings { keep_requests: true, ..Settings::default() };
    PracticeTenant::start(settings).await.unwrap()
}

type Source = DefenderFiles<PracticeEndpoints>;

async fn signed_in(tenant: &PracticeTenant) -> (Arc<Session<PracticeEndpoints>>, Source) {
    let session = Arc::new(session(tenant, workstations()).await);
    (Arc::clone(&session), DefenderFiles::new(session).unwrap())
}

fn challenge() -> Fault {
    let claims = BASE64_URL_SAFE_NO_PAD.encode(WANTED);
    Fault::status(401).header("www-authenticate", "Negotiate").header(
        "www-authenticate",
        format!(
            r#"Bearer realm="", authorization_uri="http://elsewhere.invalid/", error="insufficient_claims", claims="{claims}""#
        ),
    )
}

/// The `claims` of each call of the token endpoint.
fn claims_at_the_token_endpoint(tenant: &PracticeTenant) -> Vec<String> {
    let body = |request: &Recorded| {
        let raw = request.raw().unwrap();
        let start = raw.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        form_urlencoded::parse(&raw[start..])
            .find_map(|(name, value)| (name == "claims").then(|| value.into_owned()))
            .unwrap()
    };
    let requests = tenant.requests();
    requests.iter().filter(|request| request.route == Route::Token).map(body).collect()
}

#[tokio::test]
async fn a_claims_challenge_is_answered_once_and_without_the_person() {
    let tenant = start().await;
    let (session, source) = signed_in(&tenant).await;
    tenant.faults().next(Route::FileAlerts, challenge());

    let answer = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap();

    assert!(!answer.alerts.is_empty() && answer.incomplete.is_none());
    assert_eq!(tenant.calls(Route::FileAlerts), 2);
    assert_eq!(
        claims_at_the_token_endpoint(&tenant),
        [
            r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#.to_owned(),
            WANTED.replace("}}}", r#"},"xms_cc":{"values":["cp1"]}}}"#),
        ]
    );
    assert_eq!(session.claims(), None);
}

#[tokio::test]
async fn a_second_challenge_for_one_call_is_a_refusal() {
    let tenant = start().await;
    let (_, source) = signed_in(&tenant).await;
    tenant.faults().always(Route::FileAlerts, challenge());

    let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();

    assert!(matches!(error, ApiError::Unauthorized(_)) && error.needs_person(), "{error:?}");
    assert_eq!((tenant.calls(Route::FileAlerts), tenant.calls(Route::Token)), (2, 2));

    // Nor does the next call ask for the same again.
    let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();
    assert!(matches!(error, ApiError::Unauthorized(_)), "{error:?}");
    assert_eq!((tenant.calls(Route::FileAlerts), tenant.calls(Route::Token)), (3, 2));
}

#[tokio::test]
async fn where_the_authority_wants_the_person_the_next_attempt_carries_the_claims() {
    let tenant = start().await;
    let (session, source) = signed_in(&tenant).await;
    tenant.faults().next(Route::FileAlerts, challenge());
    let refusal = Fault::authority_error("interaction_required", 50_076, Some("basic_action"));
    tenant.faults().next(Route::Token, refusal);

    let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();

    let ApiError::Auth(AuthError::Interaction(_)) = &error else { panic!("{error:?}") };
    assert!(error.needs_person());
    assert_eq!(UserError::from(&error).code, ErrorCode::SecondFactor);
    let claims = session.claims();
    assert_eq!(claims, Some(Claims::of_json(WANTED).unwrap()));
    let request = Request { claims, ..Request::default() };
    let attempt = Attempt::begin(endpoints(&tenant), request).await.unwrap();
    let sent = attempt.link().query_pairs().find(|(name, _)| name == "claims").unwrap().1;
    assert_eq!(sent, WANTED.replace("}}}", r#"},"xms_cc":{"values":["cp1"]}}}"#));
}

#[tokio::test]
async fn the_greater_permission_is_offered_where_the_api_asks_for_it() {
    let tenant = start().await;
    let (session, source) = signed_in(&tenant).await;
    let granted = session.granted();
    assert!(granted.is_told && granted.alert_read && !granted.alert_read_write, "{granted:?}");
    for (required, code) in [
        ("Alert.ReadWrite", ErrorCode::ReadWriteNeeded),
        ("Alert.Read, Alert.ReadWrite", ErrorCode::ScopeMissing),
        ("File.Read.All", ErrorCode::ScopeMissing),
    ] {
        let message = format!(
            "Missing application scopes. API required scopes: {required}, application scopes: \
             Alert.Read."
        );
        tenant.faults().next(Route::FileAlerts, Fault::api_error(403, "Forbidden", &message));

        let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();

        let told = UserError::from(&error);
        assert_eq!(told.code, code, "{required}");
        assert_eq!(error.needs_person(), code == ErrorCode::ReadWriteNeeded);
        assert_eq!(told.facts["message"], message.as_str().into());
    }
    assert_eq!(tenant.calls(Route::Token), 1, "no renewal helps against a missing permission");
}

#[tokio::test]
async fn a_configuration_that_is_refused_keeps_the_session() {
    let tenant = start().await;
    let (session, _) = signed_in(&tenant).await;
    let token = session.access_token().await.unwrap();
    for (error, number, suberror, code) in [
        ("invalid_client", 7_000_218, None, ErrorCode::NotPublicClient),
        ("unauthorized_client", 700_016, None, ErrorCode::AppNotFound),
        ("invalid_grant", 65_001, Some("consent_required"), ErrorCode::ConsentMissing),
        ("invalid_grant", 53_003, Some("message_only"), ErrorCode::BlockedByPolicy),
        ("interaction_required", 50_079, None, ErrorCode::SecondFactor),
        ("of_another_year", 99_999, None, ErrorCode::PersonNeeded),
    ] {
        tenant.faults().next(Route::Token, Fault::authority_error(error, number, suberror));

        let refused = session.replace(&token).await.unwrap_err();

        assert!(refused.needs_person(), "{error}");
        let told = UserError::from(&refused);
        assert_eq!(told.code, code, "{error} {number}");
        assert_eq!(told.facts["number"], number.into());
        assert!(told.facts.contains_key("correlation") && told.facts.contains_key("time"));
    }
    session.replace(&token).await.unwrap();
}
