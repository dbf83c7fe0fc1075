//! What a tenant knows after it was ended, or killed.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use droptrace_practice_tenant::{PracticeTenant, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{
    Client, EXAMPLE_SHA1, authorization, json as body_of, mara, redemption, refresh, scopes, tomas,
    value,
};

/// Names, to the process that is killed, the folder of its state.
const TO_BE_KILLED: &str = "PRACTICE_TENANT_TO_BE_KILLED";

fn kept_in(state: &Path) -> Settings {
    Settings { state: Some(state.join("practice")), ..Settings::default() }
}

async fn start(state: &TempDir) -> Client {
    Client::start_with(kept_in(state.path())).await
}

fn file(state: &TempDir) -> std::path::PathBuf {
    state.path().join("practice/tenant.json")
}

fn token<'body>(body: &'body Value, kind: &str) -> &'body str {
    body[kind].as_str().unwrap_or_else(|| panic!("no {kind} in {body}"))
}

async fn signed_in(client: &Client) -> String {
    let body = client.sign_in_for(mara(), &scopes()).await;
    token(&body, "refresh_token").to_owned()
}

async fn status(client: &Client, refresh_token: &str) -> u16 {
    client.token(&refresh(refresh_token)).await.0
}

async fn key_id(client: &Client) -> String {
    let keys = client.http.get(client.authority("/discovery/v2.0/keys")).send().await.unwrap();
    body_of(keys).await["keys"][0]["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refresh_token_and_the_signing_key_outlive_a_restart() {
    let state = tempfile::tempdir().unwrap();
    let first = start(&state).await;
    let token = signed_in(&first).await;
    let key = key_id(&first).await;
    drop(first);

    let second = start(&state).await;

    assert_eq!(status(&second, &token).await, 200);
    assert_eq!(key_id(&second).await, key);
    let other = tempfile::tempdir().unwrap();
    assert_ne!(key_id(&start(&other).await).await, key);
}

#[tokio::test]
async fn what_was_revoked_stays_revoked_and_the_rest_does_not() {
    let state = tempfile::tempdir().unwrap();
    let first = start(&state).await;
    let revoked = signed_in(&first).await;
    let good = signed_in(&first).await;
    assert!(first.tenant.revoke_refresh_token(&revoked));
    drop(first);

    let second = start(&state).await;

    let (_, answer) = second.token(&refresh(&revoked)).await;
    assert_eq!(answer["error_codes"], json!([50_173]));
    assert_eq!(status(&second, &good).await, 200);
}

#[tokio::test]
async fn a_token_that_ran_out_does_not_come_back() {
    let state = tempfile::tempdir().unwrap();
    let first = start(&state).await;
    let old = signed_in(&first).await;
    first.tenant.advance(Duration::from_hours(90 * 24));
    let new = signed_in(&first).await;
    drop(first);

    let second = start(&state).await;

    let (_, answer) = second.token(&refresh(&old)).await;
    assert_eq!(answer["error_codes"], json!([700_082]));
    assert_eq!(status(&second, &new).await, 200);
}

#[tokio::test]
async fn calls_count_against_the_quota_over_a_restart() {
    let state = tempfile::tempdir().unwrap();
    let settings = Settings { calls_per_minute: 2, ..kept_in(state.path()) };
    let path = format!("/api/files/{EXAMPLE_SHA1}/alerts");
    let first = Client::start_with(settings.clone()).await;
    let token = first.access_token(mara()).await;
    assert_eq!(first.get(&token, &path).await.status(), 200);
    drop(first);

    let second = Client::start_with(settings).await;
    let token = second.access_token(tomas()).await;

    assert_eq!(second.get(&token, &path).await.status(), 200);
    assert_eq!(second.get(&token, &path).await.status(), 429);
}

/// The issuer names the port, and has to be that of the running authority; the client refreshes.
#[tokio::test]
async fn an_access_token_of_before_is_refused_and_a_refresh_gives_a_good_one() {
    let state = tempfile::tempdir().unwrap();
    let path = format!("/api/files/{EXAMPLE_SHA1}/alerts");
    let first = start(&state).await;
    let body = first.sign_in_for(mara(), &scopes()).await;
    assert_eq!(first.get(token(&body, "access_token"), &path).await.status(), 200);
    // The second gets a copy: while the first runs, its ports cannot be given out again.
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("practice")).unwrap();
    fs::copy(file(&state), file(&copy)).unwrap();

    let second = start(&copy).await;
    let (status, refused) = second.get_json(token(&body, "access_token"), &path).await;
    let (_, fresh) = second.token(&refresh(token(&body, "refresh_token"))).await;

    assert_eq!(status, 401);
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.ends_with("Invalid issuer"), "{message}");
    assert_eq!(second.get(token(&fresh, "access_token"), &path).await.status(), 200);
}

#[tokio::test]
async fn no_token_and_no_code_stands_in_the_file() {
    let state = tempfile::tempdir().unwrap();
    let client = start(&state).await;
    let code = value(&client.choose(&authorization(), mara()).await, "code");
    let (_, first) = client.token(&redemption(&code)).await;
    let (_, second) = client.token(&refresh(token(&first, "refresh_token"))).await;
    let mut secrets = vec![code];
    for body in [&first, &second] {
        for kind in ["access_token", "refresh_token", "id_token"] {
            secrets.push(token(body, kind).to_owned());
        }
    }

    let saved = fs::read_to_string(file(&state)).unwrap();

    for secret in secrets {
        // Any part of it, and any way to write it: from each of its first three bytes on, base64
        // gives the same letters wherever it stands.
        let part = &secret.as_bytes()[100..160];
        let mut forms = vec![
            String::from_utf8(part.to_vec()).unwrap(),
            part.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")),
            part.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        ];
        for from in 0..3 {
            forms.push(STANDARD.encode(&part[from..from + 57]));
            forms.push(URL_SAFE_NO_PAD.encode(&part[from..from + 57]));
        }
        for form in forms {
            assert!(!saved.contains(&form), "{form}");
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_state_is_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let state = tempfile::tempdir().unwrap();
    let client = start(&state).await;
    signed_in(&client).await;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

    assert_eq!(mode(&file(&state)), 0o600);
    assert_eq!(mode(file(&state).parent().unwrap()), 0o700);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_set_aside() {
    let state = tempfile::tempdir().unwrap();
    let first = start(&state).await;
    let token = signed_in(&first).await;
    drop(first);
    let whole = fs::read(file(&state)).unwrap();
    let newer = String::from_utf8(whole.clone()).unwrap().replace("\"version\":1", "\"version\":2");

    for unusable in [
        b"".to_vec(),
        b"null".to_vec(),
        b"\xff\x00garbage".to_vec(),
        newer.into_bytes(),
        whole[..whole.len() / 2].to_vec(),
        [&whole[..], b"x"].concat(),
        vec![b' '; 5 * 1024 * 1024],
        "[".repeat(100_000).into_bytes(),
    ] {
        fs::write(file(&state), &unusable).unwrap();

        let client = start(&state).await;

        let (_, answer) = client.token(&refresh(&token)).await;
        assert_eq!(answer["error"], "invalid_grant");
        assert_eq!(status(&client, &signed_in(&client).await).await, 200);
        let aside = file(&state).with_file_name("tenant.unreadable.json");
        assert_eq!(fs::read(aside).unwrap(), unusable);
    }
}

#[tokio::test]
async fn a_save_that_was_broken_off_changes_nothing() {
    let state = tempfile::tempdir().unwrap();
    let first = start(&state).await;
    let token = signed_in(&first).await;
    drop(first);

    for left in ["", "{\"version\":1,", "[]"] {
        fs::write(file(&state).with_extension("new"), left).unwrap();

        let client = start(&state).await;

        assert_eq!(status(&client, &token).await, 200);
    }
}

#[tokio::test]
async fn no_token_is_given_out_that_cannot_be_saved() {
    let state = tempfile::tempdir().unwrap();
    let client = start(&state).await;
    let token = signed_in(&client).await;
    // In the way of the new file, whoever this is run by.
    let in_the_way = file(&state).with_extension("new");
    fs::create_dir(&in_the_way).unwrap();

    let (refused, answer) = client.token(&refresh(&token)).await;
    fs::remove_dir(&in_the_way).unwrap();

    assert_eq!((refused, &answer["error"]), (503, &json!("server_error")));
    assert_eq!(status(&client, &token).await, 200);
}

#[tokio::test]
async fn a_file_of_the_last_revision_there_is_can_be_gone_on_from() {
    let state = tempfile::tempdir().unwrap();
    drop(start(&state).await);
    let mut saved: Value = serde_json::from_slice(&fs::read(file(&state)).unwrap()).unwrap();
    saved["revision"] = u64::MAX.into();
    fs::write(file(&state), saved.to_string()).unwrap();

    let client = start(&state).await;
    let token = signed_in(&client).await;
    drop(client);

    assert_eq!(status(&start(&state).await, &token).await, 200);
}

#[tokio::test]
async fn two_tenants_do_not_share_a_state() {
    let state = tempfile::tempdir().unwrap();
    let first = start(&state).await;

    let error = PracticeTenant::start(kept_in(state.path())).await.unwrap_err();

    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    drop(first);
    start(&state).await;
}

#[tokio::test]
async fn whatever_was_given_out_before_a_kill_is_known_after_it() {
    for killed_after in [1, 2, 7, 20] {
        let state = tempfile::tempdir().unwrap();
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "restart::gives_out_tokens_until_it_is_killed", "--nocapture"])
            .env(TO_BE_KILLED, state.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut given_out = Vec::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            if let Some(token) = line.unwrap().strip_prefix("token: ") {
                given_out.push(token.to_owned());
            }
            // It goes on giving out tokens, so the kill meets it in the middle of that.
            if given_out.len() == killed_after {
                break;
            }
        }
        process.kill().unwrap();
        process.wait().unwrap();
        assert_eq!(given_out.len(), killed_after);

        let client = start(&state).await;

        for token in &given_out {
            assert_eq!(status(&client, token).await, 200);
        }
    }
}

/// Does nothing unless another test runs it in a process of its own, to kill it.
#[tokio::test]
async fn gives_out_tokens_until_it_is_killed() {
    let Some(state) = std::env::var_os(TO_BE_KILLED) else { return };
    let client = Client::start_with(kept_in(Path::new(&state))).await;
    let mut newest = signed_in(&client).await;
    loop {
        say(&newest);
        let (_, body) = client.token(&refresh(&newest)).await;
        token(&body, "refresh_token").clone_into(&mut newest);
    }
}

#[expect(clippy::print_stdout, reason = "it is how the killed process tells its tokens")]
fn say(token: &str) {
    println!("token: {token}");
}
