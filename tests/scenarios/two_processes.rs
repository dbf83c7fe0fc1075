//! Two programs that share one quota, on the real clock.

use std::{path::Path, process::Stdio, time::Duration};

use droptrace_core::quota;
use rusqlite::Connection;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::{Instant, timeout_at},
};

/// A minute's worth is spent long before, and no call of it has left the window.
const LENGTH: Duration = Duration::from_secs(30);

#[tokio::test]
async fn two_programs_together_send_no_more_calls_than_a_minute_takes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.sqlite");
    begin(&file);
    let mut one = Caller::start(&file).await;
    let mut two = Caller::start(&file).await;

    one.go().await;
    two.go().await;
    let end = Instant::now() + LENGTH;
    let (one, two) = tokio::join!(one.calls_until(end), two.calls_until(end));

    assert!(one + two <= 100, "{one} and {two}");
    assert!(one > 0 && two > 0, "{one} and {two}");
}

fn begin(file: &Path) {
    let connection = Connection::open(file).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    connection.execute_batch(quota::SCHEMA).unwrap();
}

/// `caller.rs`, which ends with this.
struct Caller {
    _program: Child,
    input: ChildStdin,
    reports: Lines<BufReader<ChildStdout>>,
}

impl Caller {
    /// Starts one, and waits until it is ready.
    async fn start(file: &Path) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_caller"))
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = program.stdin.take().unwrap();
        let mut reports = BufReader::new(program.stdout.take().unwrap()).lines();
        assert_eq!(reports.next_line().await.unwrap().as_deref(), Some("ready"));
        Self { _program: program, input, reports }
    }

    async fn go(&mut self) {
        self.input.write_all(b"go\n").await.unwrap();
    }

    /// How many of its calls are answered until then.
    async fn calls_until(&mut self, end: Instant) -> usize {
        let mut calls = 0;
        while let Ok(report) = timeout_at(end, self.reports.next_line()).await {
            assert_eq!(report.unwrap().as_deref(), Some("answered"), "it has ended");
            calls += 1;
        }
        calls
    }
}
