//! Who may call: the page in its one window, its own commands, and nobody else anything.

use serde_json::{Value, json};

use super::{OWN, app, call, declared, page, window};

/// Origins that a page could come from if it got out of hand, and some that look like the own one.
const STRANGERS: &[&str] = &[
    "https://evil.example",
    "http://tauri.localhost.evil.example",
    "https://tauri.localhost@evil.example",
    "http://tauri.evil.example",
    "http://evil.tauri.localhost",
    "http://evil.localhost",
    "http://localhost",
    "http://localhost:1420",
    "http://127.0.0.1",
    "http://[::1]",
    "https://ipc.localhost",
    "http://asset.localhost",
    "asset://localhost",
    "tauri://localhost.evil.example",
    "tauri://localhost@evil.example",
    "tauri://evil.example",
    "file:///etc/passwd",
    "data:text/html,x",
    "about:blank",
];

#[test]
fn another_window_may_call_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());

    for label in ["stranger", "Main", "main2", "main-"] {
        let stranger = window(&app, label);
        for command in declared() {
            is_refused(&command, &call(&stranger, OWN, &command, json!({})));
        }
    }
}

#[test]
fn another_origin_may_call_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let page = page(&app);

    for origin in STRANGERS {
        for command in declared() {
            is_refused(
                &format!("{command} from {origin}"),
                &call(&page, origin, &command, json!({})),
            );
        }
    }
}

/// What Tauri brings along: a page that could call these could open the developer's tools, send
/// events to the app, or close and move the window.
#[test]
fn the_page_may_call_no_command_of_tauri() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let page = page(&app);

    for command in [
        "plugin:app|version",
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:event|listen",
        "plugin:menu|new",
        "plugin:path|resolve_directory",
        "plugin:resources|close",
        "plugin:tray|new",
        "plugin:webview|create_webview_window",
        "plugin:webview|internal_toggle_devtools",
        "plugin:window|close",
        "plugin:window|create",
        "plugin:window|set_title",
    ] {
        is_refused(command, &call(&page, OWN, command, json!({})));
    }
}

#[test]
fn a_command_that_is_not_declared_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let page = page(&app);

    for command in ["", "sign_in ", "Sign_in", "sign-in", "read_file", "__proto__", "plugin:"] {
        is_refused(command, &call(&page, OWN, command, json!({})));
    }
}

fn is_refused(what: &str, answer: &Result<Value, Value>) {
    let error = answer.as_ref().expect_err(what);
    assert!(error.to_string().contains("not allowed"), "{what}: {error}");
}
