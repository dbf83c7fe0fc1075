//! Sessions against a token endpoint on loopback whose answers the test gives.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicI64, AtomicUsize, Ordering},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
};
use zeroize::Zeroizing;

use super::*;
use crate::{
    identity::{PracticeEndpoints, PracticeFacts, Purpose},
    token_store::{self, Entry, Keyring, KeyringError},
    view::{Cloud, Realm},
};

/// A request that came: the refresh token in it, and where its answer goes.
struct Asked {
    refresh_token: String,
    claims: String,
    answer: oneshot::Sender<(u16, String)>,
}

impl Asked {
    fn answer(self, status: u16, body: &impl ToString) {
        // A client that has gone needs no answer.
        let _ = self.answer.send((status, body.to_string()));
    }

    fn grant(self, access: &str, refresh: Option<&str>) {
        let mut body = json!({"token_type": "Bearer", "expires_in": 3_600, "access_token": access});
        if let Some(refresh) = refresh {
            body["refresh_token"] = refresh.into();
        }
        self.answer(200, &body);
    }
}

/// A token endpoint that asks the test for each answer.
struct Authority {
    asked: mpsc::UnboundedReceiver<Asked>,
    calls: Arc<AtomicUsize>,
    port: u16,
    clock: WallClock,
}

/// A machine without a keyring. What is kept is told in the scenarios.
struct NoKeyring;

impl Keyring for NoKeyring {
    fn access(&self, _: &Entry) -> Result<token_store::Access, KeyringError> {
        Err(KeyringError::None)
    }

    fn read(&self, _: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        Err(KeyringError::None)
    }

    fn write(&self, _: &Entry, _: &[u8]) -> Result<(), KeyringError> {
        Err(KeyringError::None)
    }

    fn delete(&self, _: &Entry) -> Result<(), KeyringError> {
        Err(KeyringError::None)
    }
}

impl Authority {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (send, asked) = mpsc::unbounded_channel();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (send, counted) = (send.clone(), Arc::clone(&counted));
                let service = service_fn(move |request| {
                    counted.fetch_add(1, Ordering::SeqCst);
                    ask(send.clone(), request)
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { asked, calls, port, clock: WallClock::of_system() }
    }

    async fn next(&mut self) -> Asked {
        self.asked.recv().await.unwrap()
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// A session whose access token, "first", is good for `seconds`.
    fn session(&self, seconds: u64, refresh: Option<&str>) -> Arc<Session<PracticeEndpoints>> {
        let endpoints = PracticeEndpoints::new(PracticeFacts {
            authority: self.port,
            api: 1,
            portal: 1,
            tenant: "tenant".into(),
            tenant_name: "Tenant".into(),
            client: "client".into(),
            scope: "scope".into(),
            sees: Vec::new(),
        });
        let account = Account {
            id: AccountId {
                realm: Realm::Practice,
                cloud: None,
                tenant: "tenant".into(),
                object: "object".into(),
            },
            name: "Ann".into(),
            sign_in_name: "ann@example.org".into(),
            tenant_name: None,
            sees: None,
        };
        let grant = Grant {
            access_token: AccessToken::new(&"first".into()).unwrap(),
            refresh_token: refresh.map(SecretString::from),
            id_token: None,
            good_for: Duration::from_secs(seconds),
            scope: None,
            sent: None,
        };
        let http = endpoints.http(Purpose::SignIn).unwrap();
        let store = TokenStore::with(Arc::new(NoKeyring), std::env::temp_dir().join("none"));
        let clock = self.clock.clone();
        Arc::new(Session::begin(account, endpoints, http, grant, store, clock))
    }
}

async fn ask(
    send: mpsc::UnboundedSender<Asked>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.uri().path(), "/tenant/oauth2/v2.0/token");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let form: std::collections::HashMap<_, _> =
        url::form_urlencoded::parse(&body).into_owned().collect();
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["scope"], "openid profile offline_access scope/Alert.Read");
    assert!(!form.contains_key("client_secret"));
    let (answer, given) = oneshot::channel();
    let (refresh_token, claims) = (form["refresh_token"].clone(), form["claims"].clone());
    send.send(Asked { refresh_token, claims, answer }).ok().unwrap();
    let (status, body) = given.await.unwrap();
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status.try_into().unwrap();
    Ok(response)
}

fn text(token: &AccessToken<PracticeEndpoints>) -> String {
    token.header_value().to_str().unwrap().to_owned()
}

/// Asks for a token in a task of its own.
fn ask_for_token(
    session: &Arc<Session<PracticeEndpoints>>,
) -> tokio::task::JoinHandle<Result<AccessToken<PracticeEndpoints>, AuthError>> {
    let session = Arc::clone(session);
    tokio::spawn(async move { session.access_token().await })
}

#[tokio::test]
async fn a_fresh_token_is_used_without_a_call() {
    let authority = Authority::start().await;
    let session = authority.session(301, Some("r1"));

    assert_eq!(text(&session.access_token().await.unwrap()), "Bearer first");
    assert_eq!(authority.calls(), 0);
}

#[tokio::test]
async fn concurrent_callers_share_one_refresh() {
    let mut authority = Authority::start().await;
    let session = authority.session(300, Some("r1"));
    let callers: Vec<_> = (0..20).map(|_| ask_for_token(&session)).collect();

    authority.next().await.grant("second", Some("r2"));

    for caller in callers {
        assert_eq!(text(&caller.await.unwrap().unwrap()), "Bearer second");
    }
    assert_eq!(authority.calls(), 1);
}

#[tokio::test]
async fn concurrent_callers_share_one_refresh_that_fails() {
    let mut authority = Authority::start().await;
    let session = authority.session(0, Some("r1"));
    // All of them wait before the first is answered.
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let session = Arc::clone(&session);
            Box::pin(async move { session.access_token().await })
        })
        .collect();
    let mut waiting = tokio::task::JoinSet::new();
    for caller in callers {
        waiting.spawn(caller);
    }
    let asked = authority.next().await;
    while Arc::strong_count(&session.0) < 9 {
        tokio::task::yield_now().await;
    }

    asked.answer(503, &"");

    while let Some(outcome) = waiting.join_next().await {
        assert!(matches!(outcome.unwrap(), Err(AuthError::Unreachable { .. })));
    }
    assert_eq!(authority.calls(), 1);

    // Who comes later tries for himself.
    let caller = ask_for_token(&session);
    authority.next().await.grant("second", None);
    assert_eq!(text(&caller.await.unwrap().unwrap()), "Bearer second");
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_lose_the_refresh() {
    let mut authority = Authority::start().await;
    let session = authority.session(0, Some("r1"));
    let caller = ask_for_token(&session);
    let asked = authority.next().await;

    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    let other = ask_for_token(&session);
    asked.grant("second", Some("r2"));

    assert_eq!(text(&other.await.unwrap().unwrap()), "Bearer second");
    assert_eq!(authority.calls(), 1);
}

#[tokio::test]
async fn each_refresh_uses_the_newest_refresh_token() {
    let mut authority = Authority::start().await;
    let session = authority.session(3_600, Some("r1"));
    let rotations = [("r1", Some("r2")), ("r2", None), ("r2", Some("r3")), ("r3", None)];

    for (number, (expected, next)) in rotations.into_iter().enumerate() {
        let refused = session.access_token().await.unwrap();
        session.accepted(&refused).await;
        let replacing = {
            let session = Arc::clone(&session);
            tokio::spawn(async move { session.replace(&refused).await })
        };
        let asked = authority.next().await;
        assert_eq!(asked.refresh_token, expected);
        asked.grant(&format!("access-{number}"), next);
        assert_eq!(text(&replacing.await.unwrap().unwrap()), format!("Bearer access-{number}"));
    }
}

#[tokio::test]
async fn a_token_that_was_replaced_already_is_not_replaced_again() {
    let mut authority = Authority::start().await;
    let session = authority.session(3_600, Some("r1"));
    let refused = session.access_token().await.unwrap();
    let lanes: Vec<_> = (0..8)
        .map(|_| {
            let (session, refused) = (Arc::clone(&session), refused.clone());
            tokio::spawn(async move { session.replace(&refused).await })
        })
        .collect();

    authority.next().await.grant("second", Some("r2"));

    for lane in lanes {
        assert_eq!(text(&lane.await.unwrap().unwrap()), "Bearer second");
    }
    assert_eq!(authority.calls(), 1);
}

#[tokio::test]
async fn a_token_that_replaced_a_refused_one_and_is_refused_too_is_the_last() {
    let mut authority = Authority::start().await;
    let session = authority.session(3_600, Some("r1"));
    let replace = |refused: AccessToken<PracticeEndpoints>| {
        let session = Arc::clone(&session);
        tokio::spawn(async move { session.replace(&refused).await })
    };
    let replacing = replace(session.access_token().await.unwrap());
    authority.next().await.grant("second", Some("r2"));
    let second = replacing.await.unwrap().unwrap();

    let error = replace(second.clone()).await.unwrap().unwrap_err();
    assert!(matches!(error, AuthError::Rejected) && error.needs_person(), "{error:?}");
    assert_eq!(authority.calls(), 1);

    // Once it was accepted, a later refusal is another matter.
    session.accepted(&second).await;
    let replacing = replace(second);
    authority.next().await.grant("third", Some("r3"));
    assert_eq!(text(&replacing.await.unwrap().unwrap()), "Bearer third");
}

#[tokio::test]
async fn after_a_sleep_a_token_that_looks_fresh_is_refreshed() {
    let mut authority = Authority::start().await;
    let slept = Arc::new(AtomicI64::new(0));
    let ahead = Arc::clone(&slept);
    authority.clock = WallClock::new(move || {
        Timestamp::now() + Duration::from_secs(ahead.load(Ordering::SeqCst).unsigned_abs())
    });
    let session = authority.session(3_600, Some("r1"));
    assert_eq!(text(&session.access_token().await.unwrap()), "Bearer first");

    slept.store(3_000, Ordering::SeqCst);
    let caller = ask_for_token(&session);
    authority.next().await.grant("second", Some("r2"));

    assert_eq!(text(&caller.await.unwrap().unwrap()), "Bearer second");
}

#[tokio::test]
async fn what_passes_leaves_the_session_as_it_was() {
    let mut authority = Authority::start().await;
    let session = authority.session(0, Some("r1"));
    let answers = [
        (503, String::new()),
        (429, json!({"error": "invalid_request"}).to_string()),
        (200, "<html>log in to the network</html>".to_owned()),
    ];
    for (status, body) in answers {
        let caller = ask_for_token(&session);
        authority.next().await.answer(status, &body);
        let error = caller.await.unwrap().unwrap_err();
        assert!(matches!(error, AuthError::Unreachable { .. }) && error.is_transient(), "{status}");
    }

    let caller = ask_for_token(&session);
    let asked = authority.next().await;
    assert_eq!(asked.refresh_token, "r1");
    asked.grant("second", None);
    assert_eq!(text(&caller.await.unwrap().unwrap()), "Bearer second");
}

#[tokio::test]
async fn a_refused_refresh_token_ends_the_session_for_good() {
    let mut authority = Authority::start().await;
    let session = authority.session(0, Some("r1"));
    let caller = ask_for_token(&session);
    let refusal = json!({
        "error": "invalid_grant", "error_codes": [50_173], "suberror": "bad_token",
        "correlation_id": "c-1",
    });
    authority.next().await.answer(400, &refusal);

    let Err(AuthError::Ended(refusal)) = caller.await.unwrap() else { panic!("not ended") };
    assert_eq!((refusal.number, refusal.correlation.as_deref()), (Some(50_173), Some("c-1")));

    assert!(matches!(session.access_token().await, Err(AuthError::Ended(_))));
    assert_eq!(authority.calls(), 1, "an ended session does not call");
}

#[tokio::test]
async fn a_session_without_a_refresh_token_ends_with_its_access_token() {
    let authority = Authority::start().await;

    let error = authority.session(0, None).access_token().await.unwrap_err();

    assert!(matches!(error, AuthError::Ended(_)));
    assert_eq!(authority.calls(), 0);
}

#[test]
fn only_a_grant_that_is_bad_ends_a_session() {
    let refused = |error: &str, suberror: Option<&str>, challenged| {
        let refusal = AuthorityRefusal {
            error: error.into(),
            suberror: suberror.map(Into::into),
            challenged,
            ..AuthorityRefusal::default()
        };
        let error = judge(TokenError::Refused(refusal), None);
        assert!(error.needs_person() && !error.is_transient(), "{error:?}");
        error
    };

    for suberror in ["bad_token", "token_expired"] {
        assert!(matches!(refused("invalid_grant", Some(suberror), false), AuthError::Ended(_)));
    }
    for suberror in [
        None,
        Some("basic_action"),
        Some("additional_action"),
        Some("message_only"),
        Some("consent_required"),
        Some("of_another_year"),
    ] {
        let kept = refused("invalid_grant", suberror, false);
        assert!(matches!(kept, AuthError::Interaction(_)), "{suberror:?}");
    }
    assert!(matches!(refused("invalid_grant", None, true), AuthError::Interaction(_)));
    for error in ["interaction_required", "new_error"] {
        assert!(matches!(refused(error, None, false), AuthError::Interaction(_)), "{error}");
    }
    for error in ["invalid_client", "unauthorized_client"] {
        assert!(matches!(refused(error, None, false), AuthError::Configuration(_)), "{error}");
    }
}

fn claims(value: &str) -> Claims {
    Claims::of_json(&json!({"access_token": {"nbf": {"value": value}}}).to_string()).unwrap()
}

/// Answers a challenge in a task of its own.
fn answer_challenge(
    session: &Arc<Session<PracticeEndpoints>>,
    refused: &AccessToken<PracticeEndpoints>,
    claims: &Claims,
) -> tokio::task::JoinHandle<Result<AccessToken<PracticeEndpoints>, AuthError>> {
    let (session, refused, claims) = (Arc::clone(session), refused.clone(), claims.clone());
    tokio::spawn(async move { session.challenged(&refused, claims).await })
}

#[tokio::test]
async fn a_challenge_is_passed_on_and_shared_by_all_who_met_it() {
    let mut authority = Authority::start().await;
    let session = authority.session(3_600, Some("r1"));
    let first = session.access_token().await.unwrap();
    let lanes: Vec<_> = (0..8).map(|_| answer_challenge(&session, &first, &claims("1"))).collect();

    let asked = authority.next().await;
    assert_eq!(
        asked.claims,
        r#"{"access_token":{"nbf":{"value":"1"},"xms_cc":{"values":["cp1"]}}}"#
    );
    asked.grant("second", Some("r2"));

    for lane in lanes {
        assert_eq!(text(&lane.await.unwrap().unwrap()), "Bearer second");
    }
    assert_eq!(authority.calls(), 1);
    assert_eq!(session.claims(), None);

    // A usual renewal says what this app can, and no more.
    let second = session.access_token().await.unwrap();
    session.accepted(&second).await;
    let renewing = {
        let session = Arc::clone(&session);
        tokio::spawn(async move { session.replace(&second).await })
    };
    let asked = authority.next().await;
    assert_eq!(asked.claims, r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
    asked.grant("third", None);
    renewing.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_token_that_was_asked_for_otherwise_does_not_answer_a_challenge() {
    let mut authority = Authority::start().await;
    let session = authority.session(3_600, Some("r1"));
    let first = session.access_token().await.unwrap();
    let renewing = {
        let (session, first) = (Arc::clone(&session), first.clone());
        tokio::spawn(async move { session.replace(&first).await })
    };
    authority.next().await.grant("second", None);
    renewing.await.unwrap().unwrap();

    let answering = answer_challenge(&session, &first, &claims("1"));

    authority.next().await.grant("third", None);
    assert_eq!(text(&answering.await.unwrap().unwrap()), "Bearer third");
}

#[tokio::test]
async fn the_same_challenge_to_its_own_token_is_the_last() {
    let mut authority = Authority::start().await;
    let session = authority.session(3_600, Some("r1"));
    let first = session.access_token().await.unwrap();
    let answering = answer_challenge(&session, &first, &claims("1"));
    authority.next().await.grant("second", None);
    let second = answering.await.unwrap().unwrap();

    let error = answer_challenge(&session, &second, &claims("1")).await.unwrap().unwrap_err();
    assert!(matches!(error, AuthError::Rejected), "{error:?}");
    assert_eq!(authority.calls(), 1);

    // Once it was accepted, the same challenge is another one.
    session.accepted(&second).await;
    let answering = answer_challenge(&session, &second, &claims("1"));
    authority.next().await.grant("third", None);
    assert_eq!(text(&answering.await.unwrap().unwrap()), "Bearer third");
}

#[tokio::test]
async fn where_the_person_is_wanted_the_next_attempt_is_told_what_to_ask_for() {
    let mut authority = Authority::start().await;
    let session = authority.session(3_600, Some("r1"));
    let first = session.access_token().await.unwrap();
    let own = r#"{"access_token":{"capolids":{"essential":true,"values":["p-1"]}}}"#;
    for (refusal, expected) in [
        (json!({"error": "interaction_required"}), claims("1")),
        (json!({"error": "interaction_required", "claims": own}), Claims::of_json(own).unwrap()),
        (json!({"error": "invalid_grant", "claims": "[]"}), claims("1")),
    ] {
        let answering = answer_challenge(&session, &first, &claims("1"));
        let asked = authority.next().await;
        assert_eq!(asked.refresh_token, "r1", "it stays");
        asked.answer(400, &refusal);

        let error = answering.await.unwrap().unwrap_err();

        assert!(matches!(error, AuthError::Interaction(_)), "{error:?}");
        assert_eq!(error.claims(), Some(&expected));
        assert_eq!(session.claims(), Some(expected));
    }

    // A token that comes after all leaves nothing to ask for.
    let answering = answer_challenge(&session, &first, &claims("1"));
    authority.next().await.grant("second", None);
    answering.await.unwrap().unwrap();
    assert_eq!(session.claims(), None);
}

#[tokio::test]
async fn what_is_granted_follows_the_last_token() {
    let mut authority = Authority::start().await;
    let session = authority.session(0, Some("r1"));
    let asked = session.granted();
    assert!(asked.offline && asked.alert_read && !asked.alert_read_write && !asked.is_told);

    let caller = ask_for_token(&session);
    let body = json!({
        "token_type": "Bearer", "expires_in": 3_600, "access_token": "a",
        "scope": "openid scope/Alert.ReadWrite",
    });
    authority.next().await.answer(200, &body);
    caller.await.unwrap().unwrap();

    let told = session.granted();
    assert!(told.offline && !told.alert_read && told.alert_read_write && told.is_told);
}

#[tokio::test]
async fn a_session_does_not_print_its_tokens() {
    let authority = Authority::start().await;
    let session = authority.session(3_600, Some("secret-refresh"));

    let printed = format!("{session:?}");

    assert!(!printed.contains("secret-refresh") && !printed.contains("first"), "{printed}");
}

#[tokio::test]
async fn a_kept_sign_in_is_restored_only_where_it_belongs() {
    let authority = Authority::start().await;
    let here = authority.session(3_600, None);
    let restore = |id: AccountId| {
        let saved = SavedSignIn {
            generation: 1,
            refresh_token: "r1".into(),
            name: "Ann".into(),
            sign_in_name: "ann@example.org".into(),
        };
        let (endpoints, store) = (here.endpoints().clone(), here.0.store.clone());
        Session::restore(id, endpoints, saved, store, WallClock::of_system())
    };
    let id = here.account().id.clone();
    assert_eq!(restore(id.clone()).unwrap().account().name, "Ann");

    for other in [
        AccountId { realm: Realm::Organisation, ..id.clone() },
        AccountId { cloud: Some(Cloud::Commercial), ..id.clone() },
        AccountId { tenant: "another".into(), ..id.clone() },
    ] {
        assert_eq!(restore(other).err(), Some(InvalidAnswer::Claims("account")));
    }
}
