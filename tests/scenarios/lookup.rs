//! One lookup: what the API can say, and what is made of it.

use std::{sync::Arc, time::Duration};

use droptrace_core::{
    digest::Sha1Digest,
    source::{AlertSource, Answer, ApiError, Incomplete, defender::DefenderFiles},
    view::{ErrorCode, UserError},
};
use droptrace_practice_tenant::{
    Fault, PracticeTenant, Route, Settings, World, conformance_cases, practice_files,
};
use serde_json::json;

use crate::analyst::{endpoints, session, turn, workstations};

/// The example of the "Get file related alerts API" page: it has alerts.
const ALERTED: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";
/// Nobody has this file.
const UNKNOWN: &str = "1111111111111111111111111111111111111111";

struct Scene {
    tenant: PracticeTenant,
    source: DefenderFiles<droptrace_core::identity::PracticeEndpoints>,
}

impl Scene {
    async fn set(settings: Settings) -> Self {
        let tenant = PracticeTenant::start(settings).await.unwrap();
        let session = Arc::new(session(&tenant, workstations()).await);
        Self { tenant, source: DefenderFiles::new(session).unwrap() }
    }

    async fn ask(&self, sha1: &str) -> Result<Answer, ApiError> {
        let sha1: Sha1Digest = sha1.parse().unwrap();
        self.source.ask(sha1, turn().await).await
    }

    /// Asks while the API answers with this fault.
    async fn ask_with(&self, fault: Fault) -> Result<Answer, ApiError> {
        self.tenant.faults().next(Route::FileAlerts, fault);
        self.ask(ALERTED).await
    }
}

#[tokio::test]
async fn an_unknown_file_is_a_complete_and_empty_answer() {
    let scene = Scene::set(Settings::default()).await;

    let answer = scene.ask(UNKNOWN).await.unwrap();

    assert!(answer.alerts.is_empty());
    assert_eq!(answer.incomplete, None);
    assert_eq!(answer.provenance.host, "127.0.0.1");
}

#[tokio::test]
async fn only_the_digest_leaves_the_machine() {
    let settings = Settings { keep_requests: true, ..Settings::default() };
    let scene = Scene::set(settings).await;
    let file = practice_files().unwrap().into_iter().next().unwrap();

    scene.ask(&file.sha1).await.unwrap();

    let request = scene.tenant.arrived(Route::FileAlerts, 1).await;
    assert_eq!(request.path_and_query, format!("/api/files/{}/alerts", file.sha1));
    for recorded in scene.tenant.requests() {
        assert!(!recorded.carries(file.file_name.as_bytes()));
    }
}

#[tokio::test]
async fn every_failure_is_its_own_and_none_is_an_empty_answer() {
    let scene = Scene::set(Settings::default()).await;
    let html = Fault::status(200).header("content-type", "text/html").body("<html>Sign in</html>");
    let cases = [
        (Fault::api_error(403, "Forbidden", "Missing roles"), ErrorCode::RoleMissing),
        (Fault::api_error(403, "Forbidden", "Missing scopes."), ErrorCode::ScopeMissing),
        (Fault::api_error(403, "DisabledFeature", "Off"), ErrorCode::Forbidden),
        (Fault::status(403), ErrorCode::Forbidden),
        (Fault::status(404), ErrorCode::NotFound),
        (Fault::status(410), ErrorCode::NotFound),
        (Fault::api_error(400, "InvalidHashValue", "no"), ErrorCode::Rejected),
        (Fault::status(407), ErrorCode::Rejected),
        (Fault::throttled(Some("7")), ErrorCode::Throttled),
        (Fault::status(500), ErrorCode::ServerError),
        (Fault::status(503), ErrorCode::ServerError),
        (Fault::status(204), ErrorCode::UnexpectedAnswer),
        (html, ErrorCode::UnexpectedAnswer),
        (Fault::json(200, &json!({})), ErrorCode::UnexpectedAnswer),
        (Fault::json(200, &json!({ "value": null })), ErrorCode::UnexpectedAnswer),
        (Fault::json(200, &json!([])), ErrorCode::UnexpectedAnswer),
        (Fault::new().cut_at(40), ErrorCode::BrokenOff),
        (Fault::reset(), ErrorCode::Offline),
    ];
    for (fault, code) in cases {
        let described = format!("{fault:?}");

        let error = scene.ask_with(fault).await.unwrap_err();

        assert_eq!(UserError::from(&error).code, code, "{described}: {error}");
    }
}

#[tokio::test]
async fn a_refusal_names_what_support_needs() {
    let scene = Scene::set(Settings::default()).await;

    let error = scene.ask_with(Fault::api_error(403, "Forbidden", "Missing roles")).await;

    let Err(ApiError::RoleMissing(refusal)) = error else { panic!("{error:?}") };
    assert_eq!(refusal.message, "Missing roles");
    assert!(!refusal.request.is_empty());
}

#[tokio::test]
async fn throttling_reports_the_delay_that_was_asked_for_and_is_not_retried_here() {
    let scene = Scene::set(Settings::default()).await;

    let error = scene.ask_with(Fault::throttled(Some("7"))).await.unwrap_err();

    assert!(matches!(
        error,
        ApiError::Throttled { retry_after: Some(wait) } if wait == Duration::from_secs(7)
    ));
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 1, "the source leaves waiting to the lookup");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_takes_no_token_along() {
    let scene = Scene::set(Settings::default()).await;
    let elsewhere = PracticeTenant::start(Settings::default()).await.unwrap();
    let target = format!("http://127.0.0.1:{}/api/files", elsewhere.addresses().api);
    for status in [301, 302, 303, 307, 308] {
        let fault = Fault::status(status).header("location", &target);

        let error = scene.ask_with(fault).await.unwrap_err();

        assert!(matches!(error, ApiError::Redirected { .. }), "{error:?}");
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn all_pages_make_one_answer() {
    let whole = Scene::set(Settings::default()).await.ask(ALERTED).await.unwrap();
    let paged = Scene::set(Settings { page_size: 1, ..Settings::default() }).await;

    let answer = paged.ask(ALERTED).await.unwrap();

    assert!(whole.alerts.len() > 1);
    assert_eq!(answer.alerts.len(), whole.alerts.len());
    assert_eq!(answer.incomplete, None);
    assert_eq!(paged.tenant.calls(Route::FileAlerts), whole.alerts.len());
}

#[tokio::test]
async fn a_page_that_does_not_arrive_makes_the_answer_incomplete() {
    let scene = Scene::set(Settings { page_size: 1, ..Settings::default() }).await;
    let faults = [
        Fault::status(500),
        Fault::reset(),
        Fault::new().cut_at(30),
        Fault::json(200, &json!({})),
        Fault::status(403),
    ];
    for fault in faults {
        let described = format!("{fault:?}");
        scene.tenant.faults().next(Route::FileAlerts, Fault::new());
        scene.tenant.faults().next(Route::FileAlerts, fault);

        let answer = scene.ask(ALERTED).await.unwrap();

        assert_eq!(answer.alerts.len(), 1, "what is known stays: {described}");
        assert_eq!(answer.incomplete, Some(Incomplete::PageMissing { page: 2 }), "{described}");
    }
}

#[tokio::test]
async fn a_hostile_link_is_not_followed_and_not_silent() {
    let scene = Scene::set(Settings::default()).await;
    let elsewhere = PracticeTenant::start(Settings::default()).await.unwrap();
    let port = elsewhere.addresses().api;
    let links = [
        json!(format!("http://127.0.0.1:{port}/api/files/{UNKNOWN}/alerts?$skip=1")),
        json!(format!("http://127.0.0.1:{port}/api/files/{ALERTED}/alerts")),
        json!("https://user@evil.example/api/files?$skip=1"),
        json!("not a link at all"),
        json!(7),
        json!({}),
        json!(""),
    ];
    for link in links {
        let before = scene.tenant.calls(Route::FileAlerts);

        let answer = scene.ask_with(Fault::new().next_link(link.clone())).await.unwrap();

        assert_eq!(answer.incomplete, Some(Incomplete::LinkRefused { page: 1 }), "{link}");
        assert!(!answer.alerts.is_empty());
        assert_eq!(scene.tenant.calls(Route::FileAlerts), before + 1, "{link}");
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn the_host_of_a_link_is_ignored() {
    let scene = Scene::set(Settings::default()).await;
    let elsewhere = PracticeTenant::start(Settings::default()).await.unwrap();
    let link = format!(
        "http://127.0.0.1:{}/api/files/{ALERTED}/alerts?$skip=1",
        elsewhere.addresses().api
    );

    let answer = scene.ask_with(Fault::new().next_link(link)).await.unwrap();

    assert_eq!(answer.incomplete, None);
    assert_eq!(elsewhere.requests().len(), 0);
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 2);
}

#[tokio::test]
async fn a_link_that_comes_again_and_again_ends() {
    let scene = Scene::set(Settings::default()).await;
    let link = format!("https://api.example/api/files/{ALERTED}/alerts?$skip=0");
    scene.tenant.faults().next_n(Route::FileAlerts, 5, &Fault::new().next_link(link));

    let answer = scene.ask(ALERTED).await.unwrap();

    assert!(matches!(answer.incomplete, Some(Incomplete::LinkRefused { .. })));
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 2);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let scene = Scene::set(Settings::default()).await;
    scene.ask(ALERTED).await.unwrap();
    let unauthorized = Fault::api_error(401, "Unauthorized", "expired");

    scene.tenant.faults().next(Route::FileAlerts, unauthorized.clone());
    assert!(scene.ask(ALERTED).await.is_ok());
    assert_eq!(scene.tenant.calls(Route::Token), 2, "one for the code, one refresh");

    scene.tenant.faults().next_n(Route::FileAlerts, 2, &unauthorized);
    let error = scene.ask(ALERTED).await.unwrap_err();
    assert!(matches!(error, ApiError::Unauthorized(_)), "{error:?}");
}

#[tokio::test]
async fn an_expired_token_is_refreshed_without_the_person() {
    let scene = Scene::set(Settings::default()).await;
    scene.tenant.advance(Duration::from_hours(2));

    let answer = scene.ask(ALERTED).await.unwrap();

    assert!(!answer.alerts.is_empty());
}

#[tokio::test]
async fn a_revoked_session_ends() {
    let scene = Scene::set(Settings::default()).await;
    scene.tenant.revoke_sessions();
    scene.tenant.advance(Duration::from_hours(2));

    let error = scene.ask(ALERTED).await.unwrap_err();

    assert_eq!(UserError::from(&error).code, ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn an_authority_out_of_reach_ends_no_session() {
    let scene = Scene::set(Settings::default()).await;
    scene.tenant.advance(Duration::from_hours(2));
    scene.tenant.faults().next(Route::Token, Fault::status(503));

    let error = scene.ask(ALERTED).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");

    assert!(scene.ask(ALERTED).await.is_ok());
}

#[tokio::test]
async fn every_odd_answer_is_read_and_kept() {
    let settings =
        Settings { world: World::Conformance, calls_per_minute: 10_000, ..Settings::default() };
    let scene = Scene::set(settings).await;
    let mut cases = 0;

    for case in conformance_cases().unwrap() {
        let answer = scene.ask(&case.sha1).await.unwrap_or_else(|error| {
            panic!("{}: {error}", case.name);
        });
        for alert in &answer.alerts {
            let detail = alert.detail(0);
            assert!(!alert.raw.is_empty());
            assert!(detail.other.len() <= 2_000);
        }
        // An entry that is no alert is said; nothing else here makes an answer incomplete.
        let whole = matches!(answer.incomplete, None | Some(Incomplete::EntriesUnreadable { .. }));
        assert!(whole, "{}: {:?}", case.name, answer.incomplete);
        cases += 1;
    }

    assert!(cases > 20);
}

#[tokio::test]
async fn practice_uses_no_proxy() {
    let recorder = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", recorder.local_addr().unwrap());
    let tenant = PracticeTenant::start(Settings::default()).await.unwrap();
    let endpoints = endpoints(&tenant);

    // The builder that practice starts from is given a proxy; its rules must take it away.
    let builder = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy).unwrap());
    let client = droptrace_core::identity::Endpoints::rules(&endpoints, builder).build().unwrap();
    let api = droptrace_core::identity::Endpoints::api(&endpoints).clone();
    client.get(api).send().await.unwrap();

    let nobody = std::future::poll_fn(|context| match recorder.poll_accept(context) {
        std::task::Poll::Pending => std::task::Poll::Ready(true),
        std::task::Poll::Ready(_) => std::task::Poll::Ready(false),
    });
    assert!(nobody.await, "the proxy saw a call");
}
