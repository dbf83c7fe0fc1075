//! The token store over a real keyring, in every state that one can be in.

use std::{
    env,
    process::Stdio,
    time::{Duration, Instant},
};

use droptrace_tests::{KeyringSession, KeyringState};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::{Mutex, MutexGuard},
    time::timeout,
};

/// Where `keeper.rs` keeps its sign-in.
const SERVICE: &str = "app.droptrace.desktop.practice";
const USER: &str = "v1:practice:tenant:person";

/// How soon an answer is there when nobody is asked: the deadline, and some for a busy machine.
const DEADLINE: Duration = Duration::from_secs(4);

/// For how long the thread of all that is async may be kept from it. A call of the keyring that
/// hangs would keep it for seconds.
const HOLD_UP: Duration = Duration::from_millis(200);

/// How soon the program is gone.
const SOON: Duration = Duration::from_secs(2);

/// What a keyring can be like when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unlocked,
    LockedAndAnswered,
    LockedAndDismissed,
    LockedAndNeverAnswered,
    LockedAndCannotAsk,
    NoBus,
    BusWithoutKeyring,
    KeyringComesLater,
    KilledAndRestarted,
    Frozen,
    Refusing,
    Garbage,
    Newer,
}

impl State {
    /// Whether there is a keyring that can hold a sign-in beforehand.
    fn begins(self) -> KeyringState {
        match self {
            Self::NoBus => KeyringState::NoBus,
            Self::BusWithoutKeyring | Self::KeyringComesLater => KeyringState::Missing,
            Self::Unlocked
            | Self::LockedAndAnswered
            | Self::LockedAndDismissed
            | Self::LockedAndNeverAnswered
            | Self::LockedAndCannotAsk
            | Self::KilledAndRestarted
            | Self::Frozen
            | Self::Refusing
            | Self::Garbage
            | Self::Newer => KeyringState::Unlocked,
        }
    }

    /// Whether it asks for its password on the display.
    fn asks(self) -> bool {
        matches!(
            self,
            Self::LockedAndAnswered | Self::LockedAndDismissed | Self::LockedAndNeverAnswered
        )
    }

    /// What comes of asking it for the sign-in.
    fn outcome(self) -> &'static str {
        match self {
            Self::Unlocked | Self::LockedAndAnswered => "token first",
            Self::LockedAndDismissed | Self::LockedAndCannotAsk => "Keyring(Dismissed)",
            Self::LockedAndNeverAnswered => "Keyring(Locked)",
            Self::Frozen => "NoAnswer",
            Self::NoBus
            | Self::BusWithoutKeyring
            | Self::KeyringComesLater
            | Self::KilledAndRestarted => "Keyring(None)",
            Self::Refusing => "Keyring(Refused(\"by the service\"))",
            Self::Garbage => "Damaged",
            Self::Newer => "Newer",
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlocked_keyring_gives_the_sign_in() {
    in_state(State::Unlocked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_gives_it_once_the_person_answers() {
    in_state(State::LockedAndAnswered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_question_is_told_and_can_be_asked_again() {
    in_state(State::LockedAndDismissed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_answers_holds_up_nothing() {
    in_state(State::LockedAndNeverAnswered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_that_cannot_ask_is_told() {
    in_state(State::LockedAndCannotAsk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bus_there_is_no_keyring_until_both_come() {
    in_state(State::NoBus).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_without_a_keyring_is_told_each_time() {
    in_state(State::BusWithoutKeyring).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_comes_later_is_found() {
    in_state(State::KeyringComesLater).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_was_killed_gives_the_sign_in_when_it_is_back() {
    in_state(State::KilledAndRestarted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_keyring_holds_up_nothing_and_gives_it_when_it_thaws() {
    in_state(State::Frozen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_refuses_is_told_until_it_does_not() {
    in_state(State::Refusing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_in_the_entry_is_told_and_the_next_sign_in_takes_its_place() {
    in_state(State::Garbage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_a_newer_version_is_told_and_stays_as_it_is() {
    in_state(State::Newer).await;
}

/// The keyring is brought into a state, asked, and brought out of it; the same program works then.
async fn in_state(state: State) {
    let mut scene = Scene::set(state).await;
    let kept = state.begins() == KeyringState::Unlocked;
    if kept {
        assert_eq!(scene.keeper.ask("begin first").await, "kept");
        assert_eq!(scene.keyring.entries(SERVICE).await.unwrap(), [USER]);
    }

    scene.enter().await;
    let met = scene.meet().await;
    assert_eq!(met, state.outcome());
    scene.ends_while_it_is_asked().await;

    scene.leave().await;
    if state == State::BusWithoutKeyring {
        assert_eq!(scene.keeper.ask("begin first").await, "Keyring(None)");
        assert_eq!(scene.keeper.ask("kept").await, "0", "nothing lies where nothing can lie");
        return scene.keeper.ends().await;
    }
    if !kept || matches!(state, State::Garbage | State::Newer) {
        assert_eq!(scene.keeper.ask("begin first").await, "kept");
    }
    assert_eq!(scene.keeper.ask("load").await, "token first");
    assert_eq!(scene.keeper.ask("sign-out").await, "signed out");
    assert_eq!(scene.keyring.entries(SERVICE).await.unwrap(), Vec::<String>::new());
    scene.keeper.ends().await;
}

/// A keyring in a state, and a program that uses it.
struct Scene {
    state: State,
    // Dropped in this order: nothing runs any more when the folder goes away.
    keeper: Keeper,
    keyring: KeyringSession,
    folder: TempDir,
    _display: Option<MutexGuard<'static, ()>>,
}

impl Scene {
    async fn set(state: State) -> Self {
        /// Who answers a question must be the only one who is asked.
        static DISPLAY: Mutex<()> = Mutex::const_new(());

        let display = if state.asks() {
            let there = env::var_os("DISPLAY").is_some();
            assert!(there, "there is no display; `cargo xtask test --only scenarios` has one");
            Some(DISPLAY.lock().await)
        } else {
            None
        };
        // Short, since sockets lie in it, whose paths may have 107 bytes.
        let folder = tempfile::Builder::new().prefix("keyring-").tempdir().unwrap();
        let keyring = KeyringSession::start(folder.path(), state.begins()).await.unwrap();
        let keeper = Keeper::start(&keyring, &folder);
        Self { state, keeper, keyring, folder, _display: display }
    }

    async fn enter(&mut self) {
        let keyring = &mut self.keyring;
        match self.state {
            State::Unlocked
            | State::NoBus
            | State::BusWithoutKeyring
            | State::KeyringComesLater => Ok(()),
            State::LockedAndAnswered
            | State::LockedAndDismissed
            | State::LockedAndNeverAnswered => keyring.lock().await,
            State::LockedAndCannotAsk => {
                keyring.lock().await.unwrap();
                keyring.cannot_ask().await
            }
            State::KilledAndRestarted => keyring.kill().await,
            State::Frozen => keyring.freeze(),
            State::Refusing => keyring.refuse(true).await,
            State::Garbage => keyring.replace(SERVICE, USER, "no sign-in \u{fe0f}").await,
            State::Newer => keyring.replace(SERVICE, USER, "2 9 passkey x").await,
        }
        .unwrap();
    }

    /// Asks for the sign-in, and does what a person does in this state.
    async fn meet(&mut self) -> String {
        if self.state == State::LockedAndCannotAsk {
            return self.keeper.ask("load patiently").await;
        }
        // Of a locked one none is asked that way, where nobody expects its question.
        if !matches!(self.state, State::LockedAndAnswered | State::LockedAndDismissed) {
            return self.keeper.ask("load").await;
        }
        assert_eq!(self.keeper.ask("access").await, "Locked");
        self.keeper.tell("load patiently").await;
        if self.state == State::LockedAndAnswered {
            self.keyring.answer().await.unwrap();
        } else {
            self.keyring.dismiss().await.unwrap();
        }
        self.keeper.told().await.outcome
    }

    /// Another program asks it, and is ended meanwhile.
    async fn ends_while_it_is_asked(&mut self) {
        let mut other = Keeper::start(&self.keyring, &self.folder);
        if self.state == State::LockedAndNeverAnswered {
            other.tell("load patiently").await;
            self.keyring.is_asking().await.unwrap();
        } else if self.state.outcome() == "NoAnswer" {
            // What did not answer still hangs.
            assert_eq!(other.ask("load").await, "NoAnswer");
        } else if self.state == State::LockedAndDismissed {
            // Without a question, which the person would take for the next one.
            other.tell("access").await;
        } else {
            other.tell("load").await;
        }
        other.ends().await;
    }

    async fn leave(&mut self) {
        let keyring = &mut self.keyring;
        match self.state {
            State::Unlocked
            | State::LockedAndAnswered
            | State::BusWithoutKeyring
            | State::Garbage => {}
            State::LockedAndDismissed => {
                self.keeper.tell("load patiently").await;
                keyring.answer().await.unwrap();
                assert_eq!(self.keeper.told().await.outcome, "token first");
            }
            State::NoBus => {
                keyring.bus_appears().await.unwrap();
                keyring.appear().await.unwrap();
            }
            State::LockedAndNeverAnswered | State::LockedAndCannotAsk => {
                keyring.kill().await.unwrap();
                keyring.appear().await.unwrap();
            }
            State::KeyringComesLater | State::KilledAndRestarted => keyring.appear().await.unwrap(),
            State::Frozen => keyring.thaw().unwrap(),
            State::Refusing => keyring.refuse(false).await.unwrap(),
            State::Newer => {
                assert_eq!(self.keeper.ask("begin first").await, "Newer");
                assert_eq!(keyring.secret(SERVICE, USER).await.unwrap(), b"2 9 passkey x");
                keyring.clear(SERVICE, USER).await.unwrap();
            }
        }
    }
}

/// `keeper.rs`, running.
struct Keeper {
    program: Child,
    tasks: ChildStdin,
    reports: Lines<BufReader<ChildStdout>>,
}

/// What came of a task.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    outcome: String,
    took: u64,
    held_up: u64,
}

impl Keeper {
    fn start(keyring: &KeyringSession, folder: &TempDir) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keeper"));
        keyring.move_in(&mut command);
        command.arg(folder.path().join("sign-in"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut program = command.spawn().unwrap();
        let tasks = program.stdin.take().unwrap();
        let reports = BufReader::new(program.stdout.take().unwrap()).lines();
        Self { program, tasks, reports }
    }

    async fn tell(&mut self, task: &str) {
        self.tasks.write_all(format!("{task}\n").as_bytes()).await.unwrap();
    }

    /// What came of the task that was told first. Nothing else had to wait for it.
    async fn told(&mut self) -> Report {
        let line = timeout(Duration::from_secs(40), self.reports.next_line()).await;
        let line = line.expect("no report in time").unwrap().expect("the program ended");
        let report: Report = serde_json::from_str(&line).unwrap();
        assert!(Duration::from_millis(report.held_up) < HOLD_UP, "{report:?}");
        report
    }

    async fn ask(&mut self, task: &str) -> String {
        self.tell(task).await;
        let report = self.told().await;
        assert!(Duration::from_millis(report.took) < DEADLINE, "{task}: {report:?}");
        report.outcome
    }

    /// Tells it to end, and sees that it does.
    async fn ends(mut self) {
        let told = Instant::now();
        self.tell("end").await;
        let status = timeout(Duration::from_secs(40), self.program.wait()).await;
        assert!(status.expect("the program does not end").unwrap().success());
        assert!(told.elapsed() < SOON, "it took {:?}", told.elapsed());
    }
}
