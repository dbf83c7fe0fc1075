//! Every command against bodies that no page of ours would send.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::mpsc,
    time::Duration,
};

use droptrace_core::{
    view::{ErrorCode, Head, Session, UserError},
    workbench::Workbench,
};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, Value, json};
use tauri::{App, Manager, WebviewWindow, ipc::InvokeBody, test::MockRuntime};
use tempfile::TempDir;

use super::{OWN, app, call, declared, page};

/// These take no argument and act on the person's desktop: a dialog, the clipboard.
const ON_THE_DESKTOP: [&str; 5] =
    ["pick_files", "pick_folder", "pick_extra_ca", "paste", "copy_diagnostics"];

/// Names of arguments; the first one of each command is found out besides.
const ARGUMENTS: &[&str] = &[
    "account",
    "alert",
    "channel",
    "field",
    "form",
    "from",
    "item",
    "list",
    "notice",
    "organisation",
    "otherAccount",
    "page",
    "part",
    "preferences",
    "query",
    "sequence",
    "text",
    "to",
];

#[test]
fn an_arbitrary_body_gets_a_typed_error_and_changes_nothing() {
    let bench = Bench::new();
    for command in commands() {
        bench.lay_out();
        let config = Config { cases: 128, failure_persistence: None, ..Config::default() };

        let outcome = TestRunner::new(config).run(&body(bench.first_argument(&command)), |body| {
            bench.answers(&command, body.into());
            Ok(())
        });

        if let Err(failure) = outcome {
            panic!("{command}: {failure}");
        }
    }
}

#[test]
fn a_body_that_is_not_json_gets_a_typed_error_and_changes_nothing() {
    let bench = Bench::new();
    for command in commands() {
        bench.lay_out();
        for bytes in [&b""[..], b"\xff\xfe\0", br#"{"realm":"practice"}"#, &[0x80; 9_000]] {
            bench.answers(&command, InvokeBody::Raw(bytes.to_vec()));
        }
    }
}

#[test]
fn ten_megabytes_get_a_typed_error_and_change_nothing() {
    let bench = Bench::new();
    let text = Value::from("\u{202e}A".repeat(10 * 1024 * 1024 / 4));
    for command in commands() {
        bench.lay_out();
        let mut body = Map::new();
        for name in ARGUMENTS.iter().copied().chain(bench.first_argument(&command).as_deref()) {
            body.insert(name.to_owned(), Value::Null);
        }
        let name = bench.first_argument(&command).unwrap_or_else(|| "list".into());
        body.insert(name, text.clone());

        bench.answers(&command, Value::Object(body).into());
    }
    let form = json!({ "cloud": "commercial", "tenant": text, "client": text });
    bench.answers("connect", json!({ "form": form }).into());
}

/// A text is read by the same parser as Tauri reads it with; what that refuses never arrives.
#[test]
fn a_text_with_twisted_json_gets_a_typed_error_or_does_not_arrive() {
    let bench = Bench::new();
    let deep = format!(r#"{{"list":{}{}}}"#, "[".repeat(120), "]".repeat(120));
    let too_deep = format!(r#"{{"list":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let mut arrived = BTreeSet::new();
    for text in [
        r#"{"query":0,"query":-1,"from":0,"from":"0","to":1,"to":null}"#,
        r#"{"realm":"both","realm":"practice","otherAccount":1,"otherAccount":true}"#,
        r#"{"list":{"kind":"items","kind":"alerts","sort":"arrival","item":1e400}}"#,
        r#"{"list":{"kind":"items","kind":"alerts","sort":"arrival","item":1e300}}"#,
        r#"{"form":{"cloud":"\ud800","tenant":"\udfff\ud800","client":"x"}}"#,
        r#"{"form":{"cloud":"commercial","tenant":"\u0000\u202e","client":"\uffff"}}"#,
        r#"{"sequence":-0,"notice":-0.0,"item":00}"#,
        r#"{"sequence":-0,"notice":-0.0,"item":18446744073709551616}"#,
        r#"{"__proto__":{"realm":"practice"},"constructor":null}"#,
        &deep,
        &too_deep,
    ] {
        let Ok(body) = serde_json::from_str::<Value>(text) else { continue };
        arrived.insert(text);
        for command in commands() {
            bench.lay_out();
            bench.answers(&command, body.clone().into());
        }
    }

    assert!(arrived.contains(&*deep));
    assert!(!arrived.contains(&*too_deep));
    assert!(!arrived.iter().any(|text| text.contains(r"\ud800")), "half a character");
}

#[test]
fn a_wrong_tenant_id_is_a_typed_error() {
    let bench = Bench::new();
    let form = json!({ "cloud": "commercial", "tenant": "contoso", "client": "x" });

    let error = call(&bench.page, OWN, "connect", json!({ "form": form })).unwrap_err();

    assert_eq!(error, json!({ "code": "tenantInvalid", "facts": {} }));
    assert!(!bench.folder.path().join("settings.json").exists());
}

/// Every command of the list but those on the desktop.
fn commands() -> BTreeSet<String> {
    let mut commands = declared();
    commands.retain(|command| !ON_THE_DESKTOP.contains(&&**command));
    commands
}

/// The app with something in it that could change.
struct Bench {
    folder: TempDir,
    app: App<MockRuntime>,
    page: WebviewWindow<MockRuntime>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path());
        let page = page(&app);
        let bench = Self { folder, app, page };
        bench.lay_out();
        bench
    }

    /// One item and one notice: a `clear` or a `dismiss` may have taken them.
    fn lay_out(&self) {
        let workbench = self.app.state::<Workbench>();
        let head = self.head();
        if head.counts.items == 0 {
            let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709".to_owned();
            tauri::async_runtime::block_on(workbench.take_in_text(sha1)).unwrap();
        }
        if head.notices.is_empty() {
            workbench.notice(UserError::new(ErrorCode::PageReloaded));
        }
        let head = self.head();
        assert_eq!((head.counts.items, head.notices.len()), (1, 1));
    }

    /// The name of the argument that a command misses first, if it takes any.
    fn first_argument(&self, command: &str) -> Option<String> {
        let error = call(&self.page, OWN, command, json!({})).err()?;
        let (_, name) = error.as_str()?.split_once("missing required key ")?;
        Some(name.to_owned())
    }

    /// Sends a body, and sees that a refusal is typed and changed nothing.
    fn answers(&self, command: &str, body: InvokeBody) {
        let before = self.state();
        if let Err(error) = call(&self.page, OWN, command, body) {
            assert!(is_typed(&error), "{command}: {error}");
            assert_eq!(self.state(), before, "{command} was refused: {error}");
        } else {
            // An answer at least leaves the app alive.
            self.head();
        }
    }

    fn state(&self) -> (Head, BTreeMap<String, Vec<u8>>) {
        (self.head(), files(self.folder.path()))
    }

    /// What a page that subscribes now is told.
    fn head(&self) -> Head {
        let workbench = self.app.state::<Workbench>();
        let (sender, updates) = mpsc::channel();
        workbench.subscribe(Box::new(move |update| sender.send(update).is_ok()));
        loop {
            let update = updates.recv_timeout(Duration::from_secs(10)).unwrap();
            workbench.acknowledge(update.sequence);
            // At its start the app looks for a sign-in that was kept.
            if let Some(head) = update.head
                && !matches!(head.session, Session::Restoring { .. })
            {
                return head;
            }
        }
    }
}

/// An error of ours, or Tauri's word that an argument is not what the command takes.
fn is_typed(error: &Value) -> bool {
    let of_tauri = ["invalid args `", "invalid channel value `"];
    error.as_str().is_some_and(|text| of_tauri.iter().any(|begin| text.starts_with(begin)))
        || (error["code"].is_string() && error["facts"].is_object())
}

/// The files in a folder with what is in them; of a folder its name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let content = if path.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            (path.display().to_string(), content)
        })
        .collect()
}

/// Arguments that are all right but for a few, or arbitrary ones. A command that misses its first
/// argument looks at nothing else, so that one is nearly always there.
fn body(first: Option<String>) -> impl Strategy<Value = Value> {
    let first = first.unwrap_or_else(|| "list".to_owned());
    let name = prop_oneof![9 => select(ARGUMENTS).prop_map(str::to_owned), 1 => text()];
    let others = prop::collection::btree_map(name, value(), 0..6);
    let arbitrary =
        (prop::option::weighted(0.9, value()), others).prop_map(move |(value, others)| {
            let mut arguments: Map<String, Value> = others.into_iter().collect();
            arguments.extend(value.map(|value| (first.clone(), value)));
            Value::Object(arguments)
        });
    let wrong = prop::collection::vec((select(ARGUMENTS).prop_map(str::to_owned), value()), 0..3);
    let almost_right = (arguments(), wrong).prop_map(|(mut arguments, wrong)| {
        arguments.extend(wrong);
        Value::Object(arguments)
    });
    prop_oneof![9 => arbitrary, 9 => almost_right, 1 => value()]
}

/// Every argument as the contract has it, of things that are not there.
fn arguments() -> impl Strategy<Value = Map<String, Value>> {
    let ids = ["alert", "from", "item", "notice", "query", "sequence", "to"];
    let objects = ["field", "form", "list", "page", "preferences"];
    let words = ["channel", "realm"];
    (
        prop::collection::vec(id(), ids.len()),
        prop::collection::vec(object(), objects.len()),
        prop::collection::vec(word(), words.len()),
        any::<bool>(),
    )
        .prop_map(move |(id, object, word, other_account)| {
            let mut arguments = Map::new();
            arguments.extend(ids.map(str::to_owned).into_iter().zip(id));
            arguments.extend(objects.map(str::to_owned).into_iter().zip(object));
            arguments.extend(words.map(str::to_owned).into_iter().zip(word));
            arguments.insert("otherAccount".to_owned(), other_account.into());
            arguments
        })
}

/// As often a plain value as a nested one.
fn value() -> impl Strategy<Value = Value> {
    let deeper = leaf().prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop_oneof![leaf(), id(), object(), word(), (1..=120usize).prop_map(nested), deeper]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(vec![
            json!(0),
            json!(-1),
            json!(0.5),
            json!(u32::MAX),
            json!(u64::from(u32::MAX) + 1),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(f64::MAX),
        ]),
        text().prop_map(Value::from),
        (1..100 * 1024usize).prop_map(|length| "A".repeat(length).into()),
    ]
}

fn id() -> impl Strategy<Value = Value> {
    prop_oneof![select(vec![0, 1, 199, 200, 201, u32::MAX - 1, u32::MAX]), any::<u32>()]
        .prop_map(Value::from)
}

/// What the contract has, and what comes close to it.
fn object() -> impl Strategy<Value = Value> {
    let kinds =
        vec!["items", "alerts", "alert", "incident", "device", "file", "sha1", "alertJson", "x"];
    let tagged = (select(kinds), id(), prop::option::of(id())).prop_map(
        |(kind, alert, item)| json!({ "kind": kind, "sort": "arrival", "alert": alert, "item": item }),
    );
    let form = (select(vec!["commercial", "dod", "none"]), text(), text()).prop_map(
        |(cloud, tenant, client)| json!({ "cloud": cloud, "tenant": tenant, "client": client }),
    );
    prop_oneof![2 => tagged, 1 => form]
}

fn word() -> impl Strategy<Value = Value> {
    let words = vec!["practice", "organisation", "signInLink", "__CHANNEL__:1", "__CHANNEL__:"];
    select(words).prop_map(Value::from)
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, level| {
        if level % 2 == 0 { json!([inner]) } else { json!({ "kind": inner }) }
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 0..24).prop_map(String::from_iter)
}
