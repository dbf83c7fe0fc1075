//! What was built, asserted: policy, capability, commands, and what a page may call.

use std::{collections::BTreeSet, io, sync::Arc};

use droptrace_core::{
    view::Realm,
    workbench::{Desktop, Workbench},
};
use serde_json::{Value, json};
use tauri::{
    App, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    http::HeaderMap,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    utils::acl::capability::CapabilityFile,
    webview::InvokeRequest,
};
use url::Url;

use crate::{clipboard::Clipboard, commands};

struct NoDesktop;

impl Desktop for NoDesktop {
    fn open_link(&self, _: &Url) -> io::Result<()> {
        Ok(())
    }

    fn realm_changed(&self, _: Option<Realm>) {}
}

/// The app as it is built, on a runtime without windows.
fn app(folder: &std::path::Path) -> App<MockRuntime> {
    let app = mock_builder()
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())
        .unwrap();
    let workbench = tauri::async_runtime::block_on(async {
        Workbench::start(folder, Arc::new(NoDesktop), None).unwrap()
    });
    app.manage(workbench);
    app.manage(Clipboard::default());
    app
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, WebviewUrl::default()).build().unwrap()
}

fn call(
    window: &WebviewWindow<MockRuntime>,
    origin: &str,
    command: &str,
    body: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: InvokeBody::Json(body),
        headers: HeaderMap::default(),
        invoke_key: INVOKE_KEY.into(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

const OWN: &str = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };

/// The names in `build.rs`, which are the ones under the access control list.
fn declared() -> BTreeSet<String> {
    include_str!("../build.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_capability_allows_every_command_and_nothing_else() {
    let file: Value = serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
    let allowed: BTreeSet<String> = file["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| permission.as_str().unwrap().to_owned())
        .collect();
    let expected: BTreeSet<String> =
        declared().iter().map(|command| format!("allow-{}", command.replace('_', "-"))).collect();

    assert_eq!(allowed, expected);
    assert_eq!(file["windows"], json!(["main"]));
    assert_eq!(file.get("remote"), None);
    assert!(CapabilityFile::load("capabilities/main.json").is_ok());
    assert_eq!(std::fs::read_dir("capabilities").unwrap().count(), 1, "no forgotten capability");
}

#[test]
fn the_built_policy_is_strict() {
    let context: tauri::Context<MockRuntime> = tauri::generate_context!();
    let app = &context.config().app;

    let policy = app.security.csp.as_ref().unwrap().to_string();
    let expected = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src ipc: http://ipc.localhost",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "worker-src 'none'",
    ];
    let rules: BTreeSet<&str> = policy.split(';').map(str::trim).collect();
    assert_eq!(rules, BTreeSet::from(expected));
    assert!(app.security.dev_csp.is_none(), "one policy, whatever is built");
    assert!(app.security.freeze_prototype);
    assert!(!app.with_global_tauri);
    assert!(!app.security.asset_protocol.enable);
    assert!(context.config().build.dev_url.is_none(), "the page is embedded in every build");
}

#[test]
fn every_declared_command_exists_and_survives_arbitrary_bodies() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let window = window(&app, "main");

    for command in declared() {
        // These act on the person's desktop whatever the body is.
        if matches!(&*command, "pick_files" | "paste") {
            continue;
        }
        for body in [
            json!({}),
            json!({ "list": 7, "query": -1, "from": "x", "to": null, "alert": 1e300 }),
            json!({ "list": { "kind": "nothing" }, "realm": "both", "form": [], "field": "", "page": {} }),
            json!({ "query": 4_294_967_296_u64, "item": -1, "notice": {}, "sequence": "1" }),
        ] {
            if let Err(error) = call(&window, OWN, &command, body) {
                let text = error.to_string();
                assert!(!text.contains("not found"), "{command}: {text}");
            }
        }
    }
}

#[test]
fn another_window_may_call_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let stranger = window(&app, "stranger");

    for command in declared() {
        let error = call(&stranger, OWN, &command, json!({})).unwrap_err();
        assert!(error.to_string().contains("not allowed"), "{command}: {error}");
    }
}

#[test]
fn another_origin_may_call_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let window = window(&app, "main");

    for command in declared() {
        let error = call(&window, "https://evil.example", &command, json!({})).unwrap_err();
        assert!(error.to_string().contains("not allowed"), "{command}: {error}");
    }
}

#[test]
fn a_wrong_tenant_id_is_a_typed_error() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let form = json!({ "cloud": "commercial", "tenant": "contoso", "client": "x" });

    let error = call(&window(&app, "main"), OWN, "connect", json!({ "form": form })).unwrap_err();

    assert_eq!(error, json!({ "code": "tenantInvalid", "facts": {} }));
    assert!(!folder.path().join("settings.json").exists());
}
