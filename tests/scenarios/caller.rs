//! A program that calls as often as the quota lets it, as the app does with many files: a line out
//! is that it is ready, a line in lets it begin, and each further line out is a call that was
//! answered. It calls until it is killed.
#![expect(clippy::unwrap_used, reason = "what cannot be read or written is a failed test")]
#![expect(clippy::print_stdout, reason = "its reports")]

use std::{env, io, path::PathBuf, sync::Arc, time::Duration};

use droptrace_core::{
    identity::WallClock,
    quota::{Ledger, Quota, QuotaClass, QuotaKey},
};
use rusqlite::Connection;
use tokio::task::JoinSet;

/// As many as the app has.
const LANES: usize = 8;
/// From the sending of a call to its answer.
const LATENCY: Duration = Duration::from_millis(500);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let file = PathBuf::from(env::args_os().nth(1).unwrap());
    let quota = quota(Connection::open(file).unwrap());
    println!("ready");
    io::stdin().read_line(&mut String::new()).unwrap();

    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        lanes.spawn(call_on_and_on(Arc::clone(&quota)));
    }
    lanes.join_all().await;
}

fn quota(connection: Connection) -> Arc<Quota> {
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    let ledger = Ledger::new(connection, WallClock::of_system()).unwrap();
    let key = QuotaKey {
        cloud: None,
        tenant: "tenant".into(),
        client: "client".into(),
        class: QuotaClass::FilesAndAlerts,
    };
    Quota::new(&key, Arc::new(ledger))
}

async fn call_on_and_on(quota: Arc<Quota>) {
    loop {
        let mut turn = quota.turn().await;
        turn.sent();
        tokio::time::sleep(LATENCY).await;
        drop(turn);
        println!("answered");
    }
}
