//! A program that keeps one sign-in, as the app does: a line in is what to do, a line out is what
//! came of it.
//!
//! It is a program of its own because the session bus comes with the environment, and because how
//! it ends is part of what is tested.
#![expect(clippy::unwrap_used, reason = "what cannot be read or written is a failed test")]
#![expect(clippy::print_stdout, reason = "its reports")]

use std::{
    env, fs, io,
    path::PathBuf,
    pin::pin,
    thread,
    time::{Duration, Instant},
};

use droptrace_core::{
    identity::AccountId,
    token_store::{Patience, SavedSignIn, TokenStore, TokenStoreError},
    view::Realm,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::mpsc, time::MissedTickBehavior};

/// One thread for all that is async: whatever blocks it holds up everything.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let store = TokenStore::of_system(PathBuf::from(env::args_os().nth(1).unwrap()));
    let (sender, mut tasks) = mpsc::unbounded_channel();
    // Not a thread of tokio's, which the program would wait for at its end.
    thread::spawn(move || {
        for line in io::stdin().lines() {
            if sender.send(line.unwrap()).is_err() {
                return;
            }
        }
    });
    while let Some(task) = tasks.recv().await {
        if task == "end" {
            return;
        }
        tokio::spawn(report(store.clone(), task));
    }
}

/// Does a task, and prints what came of it, how long it took, and for how long it let nothing else
/// go on.
async fn report(store: TokenStore, task: String) {
    let begun = Instant::now();
    let (outcome, held_up) = measured(perform(&store, &task)).await;
    let report = serde_json::json!({
        "outcome": outcome.unwrap_or_else(|error| format!("{error:?}")),
        "took": begun.elapsed().as_millis(),
        "heldUp": held_up.as_millis(),
    });
    println!("{report}");
}

async fn perform(store: &TokenStore, task: &str) -> Result<String, TokenStoreError> {
    let account = AccountId {
        realm: Realm::Practice,
        cloud: None,
        tenant: "tenant".into(),
        object: "person".into(),
    };
    match task.split_once(' ').unwrap_or((task, "")) {
        ("begin", token) => {
            let sign_in = SavedSignIn {
                generation: 1,
                refresh_token: SecretString::from(token),
                name: "Mara Lindqvist".into(),
                sign_in_name: "mara@fernhill.example".into(),
            };
            store.begin(&account, &sign_in, Patience::Brief).await.map(|()| "kept".into())
        }
        ("load", patience) => {
            let patience =
                if patience == "patiently" { Patience::ForPrompt } else { Patience::Brief };
            let loaded = store.load(&account, patience).await?;
            Ok(loaded.map_or("nothing".into(), |sign_in| {
                format!("token {}", sign_in.refresh_token.expose_secret())
            }))
        }
        ("access", _) => store.access(&account).await.map(|access| format!("{access:?}")),
        ("kept", _) => store.kept().await.map(|accounts| accounts.len().to_string()),
        ("sign-out", _) => store.sign_out(&account).await.map(|()| "signed out".into()),
        _ => panic!("not a task: {task}"),
    }
}

/// The longest time for which this work kept its thread from other work, by running or by blocking.
async fn measured<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let mut work = pin!(work);
    let mut clock = tokio::time::interval(Duration::from_millis(10));
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut last, mut longest) = ((Instant::now(), kept_waiting()), Duration::ZERO);
    loop {
        let outcome = tokio::select! {
            outcome = &mut work => Some(outcome),
            _ = clock.tick() => None,
        };
        let now = (Instant::now(), kept_waiting());
        longest = longest.max((now.0 - last.0).saturating_sub(now.1.saturating_sub(last.1)));
        last = now;
        if let Some(outcome) = outcome {
            return (outcome, longest);
        }
    }
}

/// For how long this thread could have run and got no processor, on a machine that is busy.
fn kept_waiting() -> Duration {
    let facts = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let waited = facts.split(' ').nth(1).and_then(|nanoseconds| nanoseconds.parse().ok());
    Duration::from_nanos(waited.unwrap_or_default())
}
