//! Policy, capability and commands, as they were built in.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};
use tauri::utils::{
    acl::capability::CapabilityFile,
    config::{CapabilityEntry, PatternKind},
};

use super::{context, declared};
use crate::app::WINDOW;

#[test]
fn the_built_policy_is_strict() {
    let context = context();
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
}

#[test]
fn nothing_that_widens_what_a_page_can_do_is_switched_on() {
    let context = context();
    let config = context.config();
    let security = &config.app.security;

    assert!(security.freeze_prototype);
    assert!(!config.app.with_global_tauri);
    assert!(!config.app.macos_private_api);
    assert!(!security.asset_protocol.enable);
    assert!(security.asset_protocol.scope.allowed_paths().is_empty());
    for directive in ["default-src", "script-src", "style-src"] {
        assert!(security.dangerous_disable_asset_csp_modification.can_modify(directive));
    }
    assert!(matches!(security.pattern, PatternKind::Brownfield));
    assert!(security.headers.is_none());
    assert!(config.app.windows.is_empty(), "the window is opened in one place only");
    assert!(config.plugins.0.is_empty(), "{:?}", config.plugins);
    assert!(config.build.dev_url.is_none(), "the page is embedded in every build");
}

#[test]
fn the_one_capability_allows_every_command_and_nothing_else() {
    let file: Value = serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();

    let allowed: BTreeSet<String> = file["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| permission.as_str().unwrap().to_owned())
        .collect();
    let expected: BTreeSet<String> =
        declared().iter().map(|command| format!("allow-{}", command.replace('_', "-"))).collect();
    assert_eq!(allowed, expected);
    assert_eq!(file["windows"], json!([WINDOW]));
    assert_eq!(file["local"], json!(true));
    for widening in ["remote", "webviews", "platforms"] {
        assert_eq!(file.get(widening), None, "{widening}");
    }
    assert!(CapabilityFile::load("capabilities/main.json").is_ok());
}

#[test]
fn no_forgotten_capability_is_built_in() {
    let context = context();

    let capabilities = &context.config().app.security.capabilities;
    assert!(
        matches!(&capabilities[..], [CapabilityEntry::Reference(name)] if name == "main"),
        "an empty list would take in every file"
    );
    assert_eq!(fs::read_dir("capabilities").unwrap().count(), 1);
}

#[test]
fn the_handled_commands_are_the_declared_ones() {
    let source = include_str!("../commands.rs");
    let (_, rest) = source.split_once("generate_handler![").unwrap();
    let (list, _) = rest.split_once(']').unwrap();

    let handled: BTreeSet<String> = list
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();

    assert_eq!(handled, declared());
}
