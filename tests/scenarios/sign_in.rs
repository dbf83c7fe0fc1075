//! Signing in, as each analyst and against what goes wrong.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use droptrace_core::{
    identity::{
        Attempt, AuthError, Endpoints, Heard, Hint, PracticeEndpoints, PracticeFacts, Purpose,
        Session, SignInError, WallClock,
    },
    view::Realm,
};
use droptrace_practice_tenant::{
    self as practice_tenant, Fault, PracticeTenant, Route, Settings, analysts,
};
use jiff::Timestamp;
use reqwest::StatusCode;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    analyst::{endpoints, facts, no_store},
    browser::{Browser, Choice},
};

type Finished = Result<Session<PracticeEndpoints>, SignInError>;

async fn start() -> PracticeTenant {
    PracticeTenant::start(Settings::default()).await.unwrap()
}

async fn begin(tenant: &PracticeTenant) -> Attempt<PracticeEndpoints> {
    Attempt::begin(PracticeEndpoints::new(facts(tenant)), Hint::None).await.unwrap()
}

fn finish(attempt: Attempt<PracticeEndpoints>) -> JoinHandle<Finished> {
    tokio::spawn(attempt.finish(no_store(), |_| {}))
}

/// The first analyst signs in on the page.
fn first() -> Choice {
    Choice::Analyst(analysts()[0].object_id)
}

async fn sign_in(tenant: &PracticeTenant, choice: Choice) -> Finished {
    let attempt = begin(tenant).await;
    let link = attempt.link().clone();
    let finished = finish(attempt);
    assert_eq!(Browser::new().unwrap().sign_in(&link, choice).await.unwrap(), StatusCode::OK);
    finished.await.unwrap()
}

async fn asks_the_api<E: Endpoints>(session: &Session<E>) -> StatusCode {
    let token = session.access_token().await.unwrap();
    ask_with(session, token.header_value()).await
}

async fn ask_with<E: Endpoints>(
    session: &Session<E>,
    header: reqwest::header::HeaderValue,
) -> StatusCode {
    let http = session.endpoints().http(Purpose::Api).unwrap().current();
    let mut url = session.endpoints().api().clone();
    url.set_path("/api/files/6532ec91d513acc05f43ee0aa3002599729fd3e1/alerts");
    http.get(url).header("Authorization", header).send().await.unwrap().status()
}

#[tokio::test]
async fn each_analyst_signs_in_as_themselves() {
    let tenant = start().await;

    for analyst in analysts() {
        let session = sign_in(&tenant, Choice::Analyst(analyst.object_id)).await.unwrap();

        let account = session.account();
        assert_eq!(account.name, analyst.name);
        assert_eq!(account.sign_in_name, analyst.sign_in_name);
        assert_eq!(account.sees.as_deref(), Some(analyst.device_group));
        assert_eq!(account.id.realm, Realm::Practice);
        assert_eq!(account.id.cloud, None);
        assert_eq!(account.id.tenant, practice_tenant::TENANT_ID);
        assert_eq!(account.id.object, analyst.object_id);
        assert_eq!(asks_the_api(&session).await, StatusCode::OK);
    }
    assert_eq!(tenant.calls(Route::Token), 2);
}

#[tokio::test]
async fn the_person_is_told_apart_from_the_code() {
    let tenant = start().await;
    let (fault, release) = Fault::held();
    tenant.faults().next(Route::Token, fault);
    let attempt = begin(&tenant).await;
    let link = attempt.link().clone();
    let has_come = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&has_come);
    let finished = tokio::spawn(attempt.finish(no_store(), move |heard| {
        if heard == Heard::Code {
            told.store(true, Ordering::SeqCst);
        }
    }));

    Browser::new().unwrap().sign_in(&link, first()).await.unwrap();
    tenant.arrived(Route::Token, 1).await;

    assert!(has_come.load(Ordering::SeqCst), "told before the exchange has an answer");
    release.now();
    finished.await.unwrap().unwrap();
}

#[tokio::test]
async fn cancel_on_the_page_declines() {
    let tenant = start().await;

    let declined = sign_in(&tenant, Choice::Cancel).await;

    assert!(matches!(declined, Err(SignInError::Declined)));
    assert_eq!(tenant.calls(Route::Token), 0);
}

#[tokio::test]
async fn an_unknown_client_or_tenant_hears_nothing_until_its_time_is_over() {
    let tenant = start().await;
    let unknown = "00000000-0000-0000-0000-000000000000".to_owned();
    for facts in [
        PracticeFacts { client: unknown.clone(), ..facts(&tenant) },
        PracticeFacts { tenant: unknown.clone(), ..facts(&tenant) },
    ] {
        let attempt = Attempt::begin_with(
            PracticeEndpoints::new(facts),
            Hint::None,
            Duration::from_millis(300),
            WallClock::of_system(),
        )
        .await
        .unwrap();
        let link = attempt.link().clone();
        let finished = finish(attempt);

        let page = Browser::new().unwrap().open(&link).await;

        assert!(page.is_err(), "the authority's page leads nowhere");
        assert!(matches!(finished.await.unwrap(), Err(SignInError::TimedOut)));
    }
}

#[tokio::test]
async fn an_attempt_ends_by_the_wall_clock_too_for_a_computer_may_have_slept() {
    let tenant = start().await;
    let slept = Arc::new(AtomicBool::new(false));
    let asleep = Arc::clone(&slept);
    let clock = WallClock::new(move || {
        Timestamp::now() + Duration::from_hours(u64::from(asleep.load(Ordering::SeqCst)))
    });
    let endpoints = endpoints(&tenant);
    let attempt =
        Attempt::begin_with(endpoints, Hint::None, Duration::from_mins(5), clock).await.unwrap();
    let finished = finish(attempt);

    slept.store(true, Ordering::SeqCst);

    assert!(matches!(finished.await.unwrap(), Err(SignInError::TimedOut)));
}

#[tokio::test]
async fn a_refused_request_comes_back_with_its_number() {
    let tenant = start().await;
    let scope = "api://elsewhere/Alert.Read".to_owned();
    let endpoints = PracticeEndpoints::new(PracticeFacts { scope, ..facts(&tenant) });
    let attempt = Attempt::begin(endpoints, Hint::None).await.unwrap();
    let link = attempt.link().clone();
    let finished = finish(attempt);
    let browser = Browser::new().unwrap();

    let back = browser.open(&link).await.unwrap();
    browser.deliver(&back).await.unwrap();

    let Err(SignInError::Refused(refusal)) = finished.await.unwrap() else { panic!("not refused") };
    assert_eq!(Some(&*refusal.error), back.field("error"));
    assert!(refusal.number.is_some() && refusal.correlation.is_some(), "{refusal:?}");
}

#[tokio::test]
async fn a_code_in_an_address_is_not_redeemed() {
    let tenant = start().await;
    let attempt = begin(&tenant).await;
    let browser = Browser::new().unwrap();
    let back = browser.choose(attempt.link(), first()).await.unwrap();
    let finished = finish(attempt);

    let response = browser.deliver_in_address(&back).await.unwrap();

    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(response.headers()["location"], "/");
    assert_eq!(tenant.calls(Route::Token), 0);
    assert_eq!(browser.deliver(&back).await.unwrap(), StatusCode::OK);
    finished.await.unwrap().unwrap();
    assert_eq!(tenant.calls(Route::Token), 1);
}

#[tokio::test]
async fn a_strangers_answer_does_not_end_the_attempt() {
    let tenant = start().await;
    let attempt = begin(&tenant).await;
    let browser = Browser::new().unwrap();
    let back = browser.choose(attempt.link(), first()).await.unwrap();
    let finished = finish(attempt);

    for stranger in [
        back.clone().with("state", "another"),
        back.clone().with("state", "another").with("error", "access_denied"),
    ] {
        assert_eq!(browser.deliver(&stranger).await.unwrap(), StatusCode::BAD_REQUEST);
    }

    browser.deliver(&back).await.unwrap();
    finished.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_code_that_was_used_or_is_of_another_attempt_is_refused() {
    let tenant = start().await;
    let browser = Browser::new().unwrap();
    let used = begin(&tenant).await;
    let used_back = browser.choose(used.link(), first()).await.unwrap();
    let finished = finish(used);
    browser.deliver(&used_back).await.unwrap();
    finished.await.unwrap().unwrap();
    let unused = begin(&tenant).await;
    let unused_back = browser.choose(unused.link(), first()).await.unwrap();

    for code in [used_back.field("code").unwrap(), unused_back.field("code").unwrap()] {
        let attempt = begin(&tenant).await;
        let back = browser.choose(attempt.link(), first()).await.unwrap();
        let finished = finish(attempt);
        browser.deliver(&back.with("code", code)).await.unwrap();

        let Err(SignInError::Refused(refusal)) = finished.await.unwrap() else { panic!() };
        assert_eq!(refusal.error, "invalid_grant");
    }
}

#[tokio::test]
async fn giving_up_closes_the_port() {
    let tenant = start().await;
    let attempt = begin(&tenant).await;
    let browser = Browser::new().unwrap();
    let back = browser.choose(attempt.link(), first()).await.unwrap();
    let port = back.action.port().unwrap();
    let finished = finish(attempt);
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();

    finished.abort();
    assert!(finished.await.unwrap_err().is_cancelled());

    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap_err();
    assert_eq!(tenant.calls(Route::Token), 0);
}

#[tokio::test]
async fn the_token_endpoint_is_called_once_whatever_it_does() {
    let tenant = start().await;
    let elsewhere = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let other_origin = format!("http://{}/", elsewhere.local_addr().unwrap());
    let faults = [
        Fault::status(307).header("location", other_origin),
        Fault::status(503),
        Fault::reset(),
        Fault::new().cut_at(10),
        Fault::new().body("<html>log in to the guest network</html>"),
        Fault::new().body(vec![b' '; (1 << 20) + 1]),
        Fault::new().body("{}"),
    ];

    for (number, fault) in faults.into_iter().enumerate() {
        tenant.faults().next(Route::Token, fault);

        let error = sign_in(&tenant, first()).await.unwrap_err();

        let is_told = match number {
            0..=4 => matches!(error, SignInError::Unreachable { .. }),
            _ => matches!(error, SignInError::Invalid(_)),
        };
        assert!(is_told, "{number}: {error:?}");
        assert_eq!(tenant.calls(Route::Token), number + 1);
    }
    let followed = tokio::time::timeout(Duration::from_millis(50), elsewhere.accept()).await;
    assert!(followed.is_err(), "a redirect of the token endpoint is not followed");
}

#[tokio::test]
async fn an_authority_that_refuses_is_quoted() {
    let tenant = start().await;
    tenant.faults().next(Route::Token, Fault::authority_error("invalid_client", 7_000_218, None));

    let Err(SignInError::Refused(refusal)) = sign_in(&tenant, first()).await else { panic!() };

    assert_eq!((&*refusal.error, refusal.number), ("invalid_client", Some(7_000_218)));
    assert!(refusal.correlation.is_some() && refusal.time.is_some());
}

#[tokio::test]
async fn clocks_that_differ_are_told_apart_from_a_refusal() {
    let tenant = start().await;
    tenant.advance(Duration::from_mins(6));

    let error = sign_in(&tenant, first()).await.unwrap_err();

    let SignInError::Clock(Some(drift)) = error else { panic!("{error:?}") };
    assert_eq!((drift.minutes, drift.is_ahead), (6, false));
}

#[tokio::test]
async fn an_expired_access_token_is_replaced_once_for_all_who_wait() {
    let tenant = start().await;
    let session = Arc::new(sign_in(&tenant, first()).await.unwrap());
    let refused = session.access_token().await.unwrap();
    tenant.advance(Duration::from_hours(2));
    assert_eq!(ask_with(&session, refused.header_value()).await, StatusCode::UNAUTHORIZED);

    let lanes: Vec<_> = (0..8)
        .map(|_| {
            let (session, refused) = (Arc::clone(&session), refused.clone());
            tokio::spawn(async move { session.replace(&refused).await.map(drop) })
        })
        .collect();
    for lane in lanes {
        lane.await.unwrap().unwrap();
    }

    assert_eq!(tenant.calls(Route::Token), 2, "one code, one refresh");
    assert_eq!(asks_the_api(&session).await, StatusCode::OK);
}

#[tokio::test]
async fn a_short_lived_token_is_refreshed_before_each_use() {
    let settings =
        Settings { access_token_lifetime: Duration::from_mins(4), ..Settings::default() };
    let tenant = PracticeTenant::start(settings).await.unwrap();
    let session = sign_in(&tenant, first()).await.unwrap();

    for refreshes in 1..=3 {
        assert_eq!(asks_the_api(&session).await, StatusCode::OK);
        assert_eq!(tenant.calls(Route::Token), 1 + refreshes);
    }
}

#[tokio::test]
async fn a_session_outlives_an_authority_that_is_away() {
    let tenant = start().await;
    let session = sign_in(&tenant, first()).await.unwrap();
    let token = session.access_token().await.unwrap();
    tenant.faults().next(Route::Token, Fault::reset());
    tenant.faults().next(Route::Token, Fault::status(503));

    for _ in 0..2 {
        let error = session.replace(&token).await.unwrap_err();
        assert!(matches!(error, AuthError::Unreachable { .. }), "{error:?}");
    }

    session.replace(&token).await.unwrap();
}

#[tokio::test]
async fn a_revoked_session_ends() {
    let tenant = start().await;
    let session = sign_in(&tenant, first()).await.unwrap();
    let token = session.access_token().await.unwrap();
    tenant.revoke_sessions();

    let Err(AuthError::Ended(refusal)) = session.replace(&token).await else { panic!() };

    assert_eq!(refusal.error, "invalid_grant");
    assert!(refusal.number.is_some());
    assert!(matches!(session.access_token().await, Err(AuthError::Ended(_))));
    assert_eq!(tenant.calls(Route::Token), 2, "an ended session does not call");
}

#[tokio::test]
async fn a_request_that_is_malformed_there_is_never_made() {
    let tenant = start().await;
    let session = sign_in(&tenant, first()).await.unwrap();
    asks_the_api(&session).await;

    for request in tenant.requests() {
        assert!(request.status.is_some_and(|status| status < 400), "{request:?}");
        let secret = ["code", "token", "client_secret", "code_verifier"]
            .into_iter()
            .find(|name| request.path_and_query.contains(&format!("{name}=")));
        assert_eq!(secret, None, "no secret in an address");
    }
}
