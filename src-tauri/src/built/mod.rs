//! What was built, asserted: policy, capability, commands, and what a page may call.

mod bodies;
mod callers;
mod configuration;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use droptrace_core::{
    browser::OpenError,
    token_store::TokenStore,
    view::Realm,
    workbench::{Desktop, Workbench},
};
use serde_json::Value;
use tauri::{
    App, Context, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    http::HeaderMap,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};
use url::Url;

use crate::{app::WINDOW, clipboard::Clipboard, commands};

/// Where the page is, for Tauri.
const OWN: &str = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };

/// The configuration as it is built in.
fn context() -> Context<MockRuntime> {
    tauri::generate_context!()
}

/// The app as it is built, on a runtime without windows.
fn app(folder: &Path) -> App<MockRuntime> {
    let app = mock_builder().invoke_handler(commands::handler()).build(context()).unwrap();
    // Nothing is kept in the folder, so nothing asks the keyring.
    let store = TokenStore::of_system(folder.join("sign-in"));
    let workbench = Workbench::start(folder, store, Arc::new(NoDesktop), None);
    let workbench = tauri::async_runtime::block_on(workbench).unwrap();
    app.manage(workbench);
    app.manage(Clipboard::default());
    app
}

/// The app's one window.
fn page(app: &App<MockRuntime>) -> WebviewWindow<MockRuntime> {
    window(app, WINDOW)
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, WebviewUrl::default()).build().unwrap()
}

fn call(
    window: &WebviewWindow<MockRuntime>,
    origin: &str,
    command: &str,
    body: impl Into<InvokeBody>,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: body.into(),
        headers: HeaderMap::default(),
        invoke_key: INVOKE_KEY.into(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

/// The names in `build.rs`, which are the ones under the access control list.
fn declared() -> BTreeSet<String> {
    include_str!("../../build.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
        .map(str::to_owned)
        .collect()
}

struct NoDesktop;

impl Desktop for NoDesktop {
    fn open_link(&self, _: &Url) -> Result<(), OpenError> {
        Ok(())
    }

    fn realm_changed(&self, _: Option<Realm>) {}

    fn come_to_front(&self) {}
}
