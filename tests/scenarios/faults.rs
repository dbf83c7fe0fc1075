//! Whatever goes wrong on the way, "none visible" is read only where the API said so.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use droptrace_core::{
    source::{AlertSource, ApiError, Incomplete, defender::DefenderFiles},
    view::{ErrorCode, ItemRow, Phase, Session, UserError},
};
use droptrace_practice_tenant::{Fault, PracticeTenant, Recorded, Route, Settings};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    analyst::{session, turn, workstations},
    scene::{Scene, answer_of},
};

/// The example of the "Get file related alerts API" page: it has alerts.
const ALERTED: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";

// ---- any script of faults ----

/// How many scenes go on side by side, and how many files each has.
const SCENES: usize = 6;
const FILES: usize = 8;

/// Bodies with status 200 that are no complete, well-formed answer.
const BODIES: &[&[u8]] = &[
    b"",
    b" ",
    b"null",
    b"[]",
    b"{}",
    b"<html>Sign in</html>",
    b"upstream connect error",
    b"{\"value\":null}",
    b"{\"value\":{}}",
    b"{\"value\":[",
    b"{\"value\":[]",
    b"{\"value\":[]}]",
    b"{\"value\":[]}<!-- a gateway was here -->",
    b"{\"value\":[]}{\"value\":[{}]}",
    b"{\"value\":[null]}",
    b"{\"value\":[7]}",
    b"{\"value\":[],\"value\":[]}",
    b"{\"value\":[],\"Value\":[]}",
    b"{\"value\":[],\"error\":{\"code\":\"InternalServerError\"}}",
    b"{\"value\":[],\"x\":\"\xff\"}",
    b"{\"value\":[],\"@odata.nextLink\":7}",
    b"{\"value\":[],\"@odata.nextlink\":\"\"}",
    b"{\"value\":[],\"nextLink\":\"https://api.example/\"}",
    b"{\"value\":[],\"@odata.nextLink\":\"?$skip=1\",\"@odata.nextLink\":\"?$skip=2\"}",
];

/// Links to a next page that nobody can follow.
const LINKS: &[&str] = &[
    "7",
    "{}",
    "\"\"",
    "\"not a link\"",
    "\"https://user@evil.example/api/files?$skip=1\"",
    "\"https://evil.example/api/files/x/alerts?$skip=1\"",
];

/// One thing that goes wrong, or nothing that matters.
fn fault() -> impl Strategy<Value = Fault> {
    let refused = [400, 403, 404, 405, 408, 410, 418].map(Fault::status);
    let odd = [204, 206, 302, 500, 503].map(Fault::status);
    // Without a wait that can be read it is a minute: too long for a test.
    let throttled = ["0", "1", "Thu, 01 Jan 1970 00:00:00 GMT"];
    let throttled = throttled.into_iter().map(|wait| Fault::throttled(Some(wait)));
    let partial = Fault::json(206, &json!({ "value": [] }));
    let headers = [
        ("warning", "214 - \"Transformation Applied\""),
        ("content-encoding", "gzip"),
        ("content-encoding", "deflate"),
    ];
    prop_oneof![
        2 => Just(Fault::new().delay(Duration::ZERO)),
        3 => prop::sample::select(refused.into_iter().chain(odd).collect::<Vec<_>>()),
        1 => prop::sample::select(throttled.collect::<Vec<_>>()),
        1 => prop::sample::select(vec![Fault::unauthorized(), partial, Fault::reset()]),
        2 => (0_usize..120).prop_map(|bytes| Fault::new().cut_at(bytes)),
        6 => prop::sample::select(BODIES).prop_map(|body| Fault::new().body(body)),
        3 => prop::sample::select(LINKS).prop_map(|link| {
            Fault::new().next_link(serde_json::from_str::<serde_json::Value>(link).unwrap())
        }),
        2 => prop::sample::select(headers.to_vec())
            .prop_map(|(name, value)| Fault::new().header(name, value)),
    ]
}

/// The same scripts in each run: for each file of each scene, what goes wrong one after another.
fn scripts() -> Vec<Vec<Vec<Fault>>> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let script = prop::collection::vec(fault(), 0..4);
    let scripts = prop::collection::vec(prop::collection::vec(script, FILES), SCENES);
    scripts.new_tree(&mut runner).unwrap().current()
}

/// The file at a place; the first has alerts, nobody has the others.
fn sha1(file: usize) -> String {
    if file == 0 { ALERTED.to_owned() } else { format!("{file:040x}") }
}

#[tokio::test]
async fn none_visible_is_read_only_where_the_api_said_so_after_the_last_fault() {
    let mut scenes = JoinSet::new();
    for scripts in scripts() {
        scenes.spawn(follow(scripts));
    }
    scenes.join_all().await;
}

/// Has the files of a scene asked until nothing goes wrong any more.
async fn follow(scripts: Vec<Vec<Fault>>) {
    let mut scene = Scene::with(Settings { page_size: 1, ..Settings::default() }).await;
    scene.sign_in(workstations()).await;
    for (file, script) in scripts.iter().enumerate() {
        for fault in script {
            scene.tenant.faults().next(Route::FileAlerts, fault.clone().only(sha1(file)));
        }
    }
    let digests: Vec<String> = (0..scripts.len()).map(sha1).collect();
    scene.workbench.take_in_text(digests.join("\n")).await.unwrap();

    // Looked at again and again, as a person may at any moment.
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    loop {
        looks.tick().await;
        let items = scene.items().await;
        let requests = scene.tenant.requests();
        for item in &items {
            judge(item, &requests, &scripts);
        }
        let head = scene.head_where(|_| true).await;
        if items.iter().all(is_whole) {
            break;
        } else if matches!(head.session, Session::Interrupted { .. }) {
            scene.sign_in(workstations()).await;
        } else if items.iter().all(is_idle) {
            scene.workbench.retry_failed();
        }
    }
    let none = scene.items().await.iter().filter(|item| reads_none(item)).count();
    assert_eq!(none, scripts.len() - 1, "each file is answered in the end");
}

/// Whether an item reads "no alerts visible to you".
fn reads_none(item: &ItemRow) -> bool {
    is_whole(item) && answer_of(item).is_some_and(|answer| answer.alerts == 0)
}

fn is_idle(item: &ItemRow) -> bool {
    item.lookup.as_ref().unwrap().phase == Phase::Idle
}

fn is_whole(item: &ItemRow) -> bool {
    let lookup = item.lookup.as_ref().unwrap();
    is_idle(item)
        && lookup.failure.is_none()
        && lookup.answer.as_ref().is_some_and(|answer| answer.incomplete.is_none())
}

/// The tenant's own record says whether an item may read as it does.
fn judge(item: &ItemRow, requests: &[Recorded], scripts: &[Vec<Fault>]) {
    if !is_whole(item) {
        return;
    }
    let sha1 = item.sha1.as_deref().unwrap();
    let script = (0..).zip(scripts).find(|(file, _)| self::sha1(*file) == sha1).unwrap().1;
    let path = format!("/api/files/{sha1}/alerts");
    let asked: Vec<&Recorded> =
        requests.iter().filter(|request| request.path_and_query.starts_with(&path)).collect();
    let last = asked.iter().rposition(|request| request.path_and_query == path).unwrap();
    for request in &asked[last..] {
        assert!(
            !request.faulty && request.status == Some(200),
            "{sha1}: {request:?} by {script:?}"
        );
    }
    let is_none = answer_of(item).unwrap().alerts == 0;
    assert_eq!(is_none, sha1 != ALERTED, "{sha1}");
}

// ---- what ends between two pages ----

/// A tenant whose lists have one alert a page.
async fn paged() -> PracticeTenant {
    PracticeTenant::start(Settings { page_size: 1, ..Settings::default() }).await.unwrap()
}

#[tokio::test]
async fn a_session_that_ends_between_two_pages_leaves_what_is_known() {
    let refused = Fault::authority_error("invalid_grant", 700_082, None);
    for (tokens, code) in [
        // The refresh is refused, or the new token is refused as well.
        (vec![refused], ErrorCode::SessionExpired),
        (vec![], ErrorCode::Unauthorized),
    ] {
        let tenant = paged().await;
        let source = DefenderFiles::new(Arc::new(session(&tenant, workstations()).await)).unwrap();
        tenant.faults().next(Route::FileAlerts, Fault::new());
        tenant.faults().next_n(Route::FileAlerts, 2, &Fault::unauthorized());
        for fault in tokens {
            tenant.faults().next(Route::Token, fault);
        }

        let answer = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap();

        assert_eq!(answer.alerts.len(), 1, "what is known stays");
        assert_eq!(answer.session_ended().map(|error| error.code), Some(code));
        let incomplete = answer.incomplete.unwrap();
        assert!(matches!(incomplete, Incomplete::SessionEnded { page: 2, .. }), "{incomplete:?}");
        assert_eq!(UserError::from(&incomplete).code, ErrorCode::PageMissing);
    }
}

#[tokio::test]
async fn a_tenant_without_a_licence_is_told_in_its_own_words_and_costs_one_renewal() {
    for reason in ["Account mode is inactive", "No Tvm license"] {
        let tenant = paged().await;
        let source = DefenderFiles::new(Arc::new(session(&tenant, workstations()).await)).unwrap();
        let message = format!("Unauthorized request - reason of failure: {reason}");
        let fault = Fault::api_error(401, "Unauthorized", &message);
        tenant.faults().always(Route::FileAlerts, fault);
        let before = tenant.calls(Route::Token);

        let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();

        let ApiError::NotLicensed(refusal) = &error else { panic!("{error:?}") };
        assert_eq!(refusal.message, message);
        assert!(error.needs_person());
        assert_eq!(tenant.calls(Route::FileAlerts), 2);
        assert_eq!(tenant.calls(Route::Token), before + 1);
    }
}

#[tokio::test]
async fn a_wrong_route_is_no_unknown_file() {
    let tenant = paged().await;
    let source = DefenderFiles::new(Arc::new(session(&tenant, workstations()).await)).unwrap();
    for (status, code) in
        [(404, ErrorCode::NotFound), (405, ErrorCode::Rejected), (408, ErrorCode::TimedOut)]
    {
        let fault = Fault::status(status).header("allow", "POST");
        tenant.faults().next(Route::FileAlerts, fault);

        let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();

        assert_eq!(UserError::from(&error).code, code);
    }
}

// ---- what responses carry besides ----

#[tokio::test]
async fn the_answer_has_the_id_of_each_request_that_was_given_one() {
    let tenant = paged().await;
    let source = DefenderFiles::new(Arc::new(session(&tenant, workstations()).await)).unwrap();
    let whole = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap();
    let pages = whole.alerts.len();
    assert!(pages > 1);
    let headers = ["request-id", "x-ms-request-id", "mise-correlation-id", "client-request-id"];
    for page in 0..pages {
        let header = headers[page % headers.len()];
        let fault = Fault::new().header(header, format!("id-{page}")).header("x-other", "x");
        tenant.faults().next(Route::FileAlerts, fault);
    }

    let answer = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap();

    let ids: Vec<String> = (0..pages).map(|page| format!("id-{page}")).collect();
    assert_eq!(answer.provenance.requests, ids);
    assert_eq!(answer.incomplete, None);
    assert_eq!(whole.provenance.requests, Vec::<String>::new());
    let fault = Fault::status(403).header("request-id", "of the header");
    tenant.faults().next(Route::FileAlerts, fault.header("mise-correlation-id", "of-the-header"));
    let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();
    let ApiError::Forbidden(refusal) = error else { panic!("{error:?}") };
    assert_eq!(refusal.request, "of-the-header");
}

#[tokio::test]
async fn a_deflated_body_is_read_with_its_frame_and_without_and_is_not_asked_for() {
    use flate2::{
        Compression,
        write::{DeflateEncoder, ZlibEncoder},
    };
    use std::io::Write;

    let settings = Settings { keep_requests: true, ..Settings::default() };
    let tenant = PracticeTenant::start(settings).await.unwrap();
    let source = DefenderFiles::new(Arc::new(session(&tenant, workstations()).await)).unwrap();
    let pack = |body: &serde_json::Value| {
        let plain = body.to_string();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(plain.as_bytes()).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(plain.as_bytes()).unwrap();
        [zlib.finish().unwrap(), bare.finish().unwrap()]
    };
    let deflated = |status, body: Vec<u8>| {
        let fault = Fault::status(status).body(body).header("content-encoding", "deflate");
        fault.header("content-type", "application/json")
    };

    for body in pack(&json!({ "value": [{ "id": "a" }] })) {
        tenant.faults().next(Route::FileAlerts, deflated(200, body.clone()));
        let answer = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap();
        assert_eq!((answer.alerts.len(), answer.incomplete), (1, None));

        tenant.faults().next(Route::FileAlerts, deflated(200, body[..body.len() - 1].to_vec()));
        let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();
        assert!(matches!(error, ApiError::Unexpected { status: 200 }), "{error:?}");
    }
    for body in pack(&json!({ "error": { "message": "Missing roles", "target": "|1." } })) {
        tenant.faults().next(Route::FileAlerts, deflated(403, body));
        let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();
        let ApiError::Forbidden(refusal) = error else { panic!("{error:?}") };
        assert_eq!((&*refusal.message, &*refusal.request), ("Missing roles", "|1."));
    }
    tenant.faults().next(Route::FileAlerts, deflated(200, b"{\"value\":[]}".to_vec()));
    let error = source.ask(ALERTED.parse().unwrap(), turn().await).await.unwrap_err();
    assert!(matches!(error, ApiError::Unexpected { status: 200 }), "{error:?}");
    let asked: BTreeSet<bool> = tenant
        .requests()
        .iter()
        .filter(|request| request.route == Route::FileAlerts)
        .map(|request| {
            let raw = String::from_utf8_lossy(request.raw().unwrap()).to_lowercase();
            raw.lines().any(|line| line.starts_with("accept-encoding") && line.contains("deflate"))
        })
        .collect();
    assert_eq!(asked, BTreeSet::from([false]));
}
