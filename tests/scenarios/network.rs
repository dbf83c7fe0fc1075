//! The proxy and the certificate authorities that the person sets, seen from the window.

use std::time::{Duration, Instant};

use droptrace_core::{
    token_store::Entry,
    view::{ErrorCode, Head, ProxyForm, ProxyInUse, SignInTo},
};
use droptrace_practice_tenant::{Proxy, ProxyMode};

use crate::{
    analyst::workstations,
    memory_keyring::State,
    organisation::StandIn,
    scene::{Scene, is_kept, write},
};

const PASSWORD: &str = "correct horse battery";

fn form(host: &str, port: &str, user: &str, password: Option<&str>) -> ProxyForm {
    ProxyForm {
        host: host.into(),
        port: port.into(),
        user: user.into(),
        password: password.map(str::to_owned),
    }
}

/// The proxy that was chosen: host, port, and the name to give to it.
fn chosen(head: &Head) -> Option<(String, u16, Option<String>)> {
    match &head.network.proxy {
        ProxyInUse::Chosen { host, port, user } => {
            Some((host.flat(), *port, user.as_ref().map(droptrace_core::view::Shown::flat)))
        }
        ProxyInUse::Direct
        | ProxyInUse::Environment { .. }
        | ProxyInUse::System { .. }
        | ProxyInUse::Desktop { .. }
        | ProxyInUse::Automatic => None,
    }
}

fn is_of_proxy(entry: &Entry) -> bool {
    entry.user() == "proxy-password:v1"
}

impl Scene {
    fn settings_text(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("data").join("settings.json")).unwrap()
    }
}

#[tokio::test]
async fn a_proxy_is_set_and_left_again_and_its_password_lies_in_the_keyring_alone() {
    let mut scene = Scene::set().await;
    let form = form(" Proxy.Example ", "8080 ", "mara", Some(PASSWORD));

    scene.workbench.set_proxy(form).await.unwrap();

    let head = scene.head_where(|head| chosen(head).is_some()).await;
    let mara = Some("mara".to_owned());
    assert_eq!(chosen(&head), Some(("proxy.example".into(), 8080, mara.clone())));
    assert_eq!(head.network.error, None);
    scene
        .keyring
        .until(|secrets| {
            secrets
                .iter()
                .any(|(entry, secret)| is_of_proxy(entry) && secret.ends_with(PASSWORD.as_bytes()))
        })
        .await;
    let settings = scene.settings_text();
    assert!(settings.contains("proxy.example") && !settings.contains(PASSWORD), "{settings}");
    assert!(!serde_json::to_string(&head).unwrap().contains(PASSWORD), "nor does the page get it");

    let mut scene = scene.restarted().await;
    let head = scene.head_where(|head| chosen(head).is_some()).await;
    assert_eq!(chosen(&head), Some(("proxy.example".into(), 8080, mara)));
    scene.workbench.clear_proxy().await.unwrap();
    scene.head_where(|head| chosen(head).is_none()).await;
    scene.keyring.until_empty().await;
    assert!(!scene.settings_text().contains("proxy.example"));
}

#[tokio::test]
async fn a_proxy_that_is_none_changes_nothing() {
    let mut scene = Scene::set().await;
    scene.workbench.set_proxy(form("proxy.example", "8080", "", None)).await.unwrap();
    let before = scene.head_where(|head| chosen(head).is_some()).await;

    for (host, port, user, code) in [
        ("", "8080", "", ErrorCode::ProxyHostInvalid),
        ("http://proxy.example", "8080", "", ErrorCode::ProxyHostInvalid),
        ("mara@proxy.example", "8080", "", ErrorCode::ProxyHostInvalid),
        ("proxy.example/path", "8080", "", ErrorCode::ProxyHostInvalid),
        ("other.example", "", "", ErrorCode::ProxyPortInvalid),
        ("other.example", "0", "", ErrorCode::ProxyPortInvalid),
        ("other.example", "65536", "", ErrorCode::ProxyPortInvalid),
        ("other.example", "http", "", ErrorCode::ProxyPortInvalid),
        ("other.example", "8080", "ma:ra", ErrorCode::ProxyUserInvalid),
    ] {
        let refused =
            scene.workbench.set_proxy(form(host, port, user, Some(PASSWORD))).await.unwrap_err();

        assert_eq!(refused.code, code, "{host} {port} {user}");
    }

    scene.workbench.flushed().await;
    let after = scene.head_where(|_| true).await;
    assert_eq!(after.network, before.network);
    assert!(scene.keyring.secrets().is_empty(), "no password was kept");
    assert!(!scene.settings_text().contains("other.example"));
}

#[tokio::test]
async fn a_password_stays_where_only_the_rest_of_the_form_is_sent() {
    let mut scene = Scene::set().await;
    scene.workbench.set_proxy(form("one.example", "1", "mara", Some(PASSWORD))).await.unwrap();
    scene.workbench.set_proxy(form("one.example", "1", "mara", None)).await.unwrap();
    scene.head_where(|head| chosen(head).is_some()).await;
    assert_eq!(scene.keyring.secrets().len(), 1);

    // Without a name there is nobody whose password it would be.
    scene.workbench.set_proxy(form("one.example", "1", "", None)).await.unwrap();
    scene.keyring.until_empty().await;
}

#[tokio::test]
async fn a_password_that_the_keyring_does_not_take_is_used_until_the_end_and_kept_once_it_does() {
    let mut scene = Scene::set().await;
    scene.keyring.set(State::Absent);

    scene.workbench.set_proxy(form("one.example", "1", "mara", Some(PASSWORD))).await.unwrap();

    let told = |head: &Head| head.network.error.as_ref().map(|error| error.code);
    let head = scene.head_where(|head| told(head).is_some()).await;
    assert_eq!(told(&head), Some(ErrorCode::ProxyPasswordRemembered));
    assert!(chosen(&head).is_some());
    assert!(!scene.settings_text().contains(PASSWORD));
    let long = "x".repeat(1_025);
    let refused = scene.workbench.set_proxy(form("one.example", "1", "mara", Some(&long))).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::ProxyPasswordInvalid);

    scene.keyring.set(State::Works);
    scene.workbench.set_proxy(form("one.example", "1", "mara", None)).await.unwrap();
    scene.head_where(|head| told(head).is_none()).await;
    let is_kept = |(entry, secret): (&Entry, &Vec<u8>)| {
        is_of_proxy(entry) && secret.ends_with(PASSWORD.as_bytes())
    };
    scene.keyring.until(|secrets| secrets.iter().any(is_kept)).await;
}

#[tokio::test]
async fn forgetting_everything_takes_the_proxy_and_its_password() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.head_where(is_kept).await;
    scene.workbench.set_proxy(form("proxy.example", "1", "mara", Some(PASSWORD))).await.unwrap();
    scene.head_where(|head| chosen(head).is_some()).await;
    scene.keyring.until(|secrets| secrets.keys().any(is_of_proxy)).await;

    let forgotten = scene.workbench.forget_everything().await.unwrap();

    assert!(forgotten.failed.is_empty(), "{:?}", forgotten.failed);
    assert!(scene.keyring.secrets().is_empty());
    scene.head_where(|head| chosen(head).is_none()).await;
    let mut scene = scene.restarted().await;
    let head = scene.head_where(|_| true).await;
    assert_eq!(chosen(&head), None);
}

#[tokio::test]
async fn a_file_of_authorities_is_read_before_it_is_taken() {
    let mut scene = Scene::set().await;
    let before = scene.head_where(|_| true).await;
    let folder = scene.folder.path().to_owned();
    let nothing = write(&folder, "nothing.pem", "no certificate at all");

    let refused = scene.workbench.set_extra_ca(nothing).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::CaNotACertificate);
    let refused = scene.workbench.set_extra_ca(folder.join("not there.pem")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::CaUnreadable);
    scene.workbench.flushed().await;
    assert_eq!(scene.head_where(|_| true).await.network.extra_ca, before.network.extra_ca);

    let stand_in = StandIn::start().await;
    let root = write(&folder, "root.pem", &stand_in.tenant.root_certificate);
    scene.workbench.set_extra_ca(root.clone()).await.unwrap();
    let head = scene.head_where(|head| head.network.extra_ca.is_some()).await;
    let extra = head.network.extra_ca.unwrap();
    assert_eq!((extra.file.flat().as_str(), extra.certificates), ("root.pem", 1));

    // The file goes while the program does not run: that is said, and holds nothing else up.
    let mut scene = scene.restarted_after(|| std::fs::remove_file(root).unwrap()).await;
    let head = scene.head_where(|head| head.network.error.is_some()).await;
    let error = head.network.error.unwrap();
    assert_eq!(error.code, ErrorCode::CaUnreadable);
    assert_eq!(head.network.extra_ca, None);
    scene.workbench.clear_extra_ca().await.unwrap();
    scene.head_where(|head| head.network.error.is_none()).await;
}

#[tokio::test]
async fn a_proxy_that_does_not_answer_holds_up_neither_the_start_nor_practice() {
    let proxy = Proxy::start(ProxyMode::Dead).await.unwrap();
    let scene = Scene::set().await;
    scene
        .workbench
        .set_proxy(form("127.0.0.1", &proxy.port().to_string(), "", None))
        .await
        .unwrap();

    let begun = Instant::now();
    let mut scene = scene.restarted().await;
    let head = scene.head_where(|_| true).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(head.practice);
    scene.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
    scene.links.recv().await.unwrap();
    scene.workbench.cancel_sign_in();
    scene.sign_in(workstations()).await;
    scene.drop_files(0..2);
    scene.head_where(|head| head.counts.none_visible == 2).await;

    assert_eq!(proxy.requests(), [], "nothing of practice leaves this computer");
}
