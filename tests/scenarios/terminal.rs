//! The real command line against the practice tenant: a sign-in in the browser, and what is printed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use droptrace_practice_tenant::{
    Analyst, Fault, PracticeTenant, Route, Settings, analysts, write_practice_files,
};
use rustix::{
    fs::{CWD, FileType, Mode, mknodat},
    process::{Pid, Signal, kill_process},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::unix::pipe,
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::{
    browser::{Browser, Choice},
    scene::write,
};

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person's home with a browser, in which the practice tenant runs already.
struct Terminal {
    tenant: PracticeTenant,
    folder: TempDir,
    /// What the browser was asked to open.
    links: Lines<BufReader<pipe::Receiver>>,
}

/// What was printed, and how it ended.
struct Ran {
    out: String,
    err: String,
    code: i32,
}

impl Terminal {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["bin", "run", "work"] {
            fs::create_dir(at(name)).unwrap();
        }
        mknodat(CWD, at("links"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        // Also as a writer, so that it does not end when one link has been written.
        let pipe = pipe::OpenOptions::new().read_write(true).open_receiver(at("links")).unwrap();
        let browser = format!("#!/bin/sh\nprintf '%s\\n' \"$1\" > '{}'\n", at("links").display());
        write(&at("bin"), "xdg-open", &browser);
        permit(&at("bin/xdg-open"), 0o700);
        permit(&at("run"), 0o700);
        let tenant = PracticeTenant::start(Settings::default()).await.unwrap();
        tenant.announce(&at("run").join("droptrace")).unwrap();
        Self { tenant, folder, links: BufReader::new(pipe).lines() }
    }

    /// The folder in which the person works.
    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The practice files, in the folder in which the person works.
    fn with_practice_files(self) -> Self {
        write_practice_files(&self.work()).unwrap();
        self
    }

    /// The program, where no keyring is: a sign-in ends with the run.
    fn lookup(&self, arguments: &[&str]) -> Child {
        let home = self.folder.path();
        let path = env::var_os("PATH").unwrap_or_default();
        let paths = [home.join("bin")].into_iter().chain(env::split_paths(&path));
        // What runs in the background may be told to ignore interrupts, and passes that on.
        Command::new("env")
            .arg("--default-signal=INT")
            .arg(program())
            .arg("lookup")
            .args(arguments)
            .current_dir(self.work())
            .env("PATH", env::join_paths(paths).unwrap())
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("DISPLAY", ":0") // where the browser would be
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// The program, with somebody who signs in in the browser.
    async fn lookup_as(&mut self, analyst: &'static Analyst, arguments: &[&str]) -> Child {
        let child = self.lookup(&[&["--practice", "--sign-in=always"], arguments].concat());
        let link = timeout(PATIENCE, self.links.next_line()).await.unwrap().unwrap().unwrap();
        let choice = Choice::Analyst(analyst.object_id);
        Browser::new().unwrap().sign_in(&link.parse().unwrap(), choice).await.unwrap();
        child
    }

    /// The program that answers what is written to it, as an object a line.
    async fn listening(&mut self) -> (Child, ChildStdin, Lines<BufReader<ChildStdout>>) {
        let mut child = self.lookup_as(mara(), &["--json", "--stdin0"]).await;
        let list = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        (child, list, answers)
    }

    async fn ran_as(&mut self, analyst: &'static Analyst, arguments: &[&str]) -> Ran {
        ended(self.lookup_as(analyst, arguments).await).await
    }
}

impl Ran {
    /// The objects of JSON.
    fn objects(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The program, which is built into the folder above that of the tests.
fn program() -> PathBuf {
    let tests = env::current_exe().unwrap();
    let program = tests.parent().unwrap().with_file_name("droptrace-cli");
    assert!(program.exists(), "cargo build -p droptrace-cli is missing");
    program
}

fn permit(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

async fn ended(child: Child) -> Ran {
    let output = timeout(PATIENCE, child.wait_with_output()).await.unwrap().unwrap();
    Ran {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

fn interrupt(child: &Child) {
    let id = i32::try_from(child.id().unwrap()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::INT).unwrap();
}

fn mara() -> &'static Analyst {
    &analysts()[0]
}

const SCHEDULE: &str = "Driver schedule week 32.xlsm";
const NOTHING: &str = "leave request.txt";

#[tokio::test]
async fn a_table_has_a_line_for_each_item_and_alerts_end_with_ten() {
    let mut terminal = Terminal::open().await.with_practice_files();

    let ran = terminal.ran_as(mara(), &[NOTHING, SCHEDULE]).await;

    let lines: Vec<&str> = ran.out.lines().collect();
    let [header, nothing, schedule] = lines[..] else { panic!("{}{}", ran.out, ran.err) };
    assert!(lines.iter().all(|line| line.starts_with("practice  ")), "{}", ran.out);
    assert!(header.ends_with("  NAME"), "{header}");
    assert!(nothing.contains("  No alerts visible to you   -  "), "{nothing}");
    assert!(nothing.ends_with(NOTHING), "{nothing}");
    assert!(schedule.contains(" visible to you ") && schedule.contains("  High  "), "{schedule}");
    assert!(schedule.ends_with(SCHEDULE), "{schedule}");
    assert_eq!(ran.code, 10);
    for said in [
        "Practice tenant: nothing here is real.",
        &format!("Asks as {}, Fernhill Logistics.", mara().sign_in_name),
        "1 with alerts visible to you, 1 with no alerts visible to you.",
        "This sign-in ends with this run: No keyring was found on this computer.",
    ] {
        assert!(ran.err.contains(said), "{said} in {}", ran.err);
    }
}

#[tokio::test]
async fn json_and_csv_tell_the_same_alerts() {
    let mut terminal = Terminal::open().await.with_practice_files();

    let json = terminal.ran_as(mara(), &["--json", SCHEDULE, NOTHING]).await;
    let csv = terminal.ran_as(mara(), &["--csv", SCHEDULE, NOTHING]).await;

    let objects = json.objects();
    assert_eq!(objects[0]["path"], SCHEDULE);
    assert_eq!(objects[0]["answer"]["account"], mara().sign_in_name);
    assert_eq!(objects[1]["state"], "noneVisible");
    let alerts = objects[0]["answer"]["alerts"].as_array().unwrap();
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |name: &str| columns.iter().position(|known| known == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), alerts.len() + 1);
    assert!(!alerts.is_empty() && rows.iter().all(|row| &row[column("realm")] == "practice"));
    for (alert, row) in alerts.iter().zip(&rows) {
        for (field, column) in [("id", column("alertId")), ("device", column("device"))] {
            assert_eq!(alert[field].as_str().unwrap_or_default(), &row[column], "{field}");
        }
    }
    assert_eq!((json.code, csv.code), (10, 10));
}

#[tokio::test]
async fn a_script_learns_from_the_code_what_is_left_to_do() {
    let mut terminal = Terminal::open().await.with_practice_files();
    write(&terminal.work(), "empty", "");
    let sha256 = "0a".repeat(32);

    let none = terminal.ran_as(mara(), &["--json", NOTHING, "empty"]).await;
    let unresolved = terminal.ran_as(mara(), &["--json", NOTHING, &sha256]).await;
    let nothing = terminal.ran_as(mara(), &["--json", "empty"]).await;
    let missing = terminal.ran_as(mara(), &["--json", NOTHING, "nosuch"]).await;
    let both = terminal.ran_as(mara(), &["--json", "nosuch", SCHEDULE]).await;
    terminal.tenant.faults().always(Route::FileAlerts, Fault::api_error(400, "Bad", "No."));
    let failed = terminal.ran_as(mara(), &["--json", NOTHING]).await;

    let states = |ran: &Ran| -> Vec<String> {
        let states = ran.objects().into_iter().map(|object| object["state"].clone());
        states.map(|state| state.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((states(&none), none.code), (vec!["noneVisible".into(), "skipped".into()], 0));
    assert_eq!((&*states(&unresolved)[1], unresolved.code), ("unresolved", 11));
    assert_eq!((&*states(&nothing)[0], nothing.code), ("skipped", 11));
    assert_eq!((&*states(&missing)[1], missing.code), ("unreadable", 12));
    assert_eq!(missing.objects()[1]["problem"]["words"], "There is no such file");
    assert_eq!((&*states(&both)[1], both.code), ("alerted", 10));
    assert_eq!((&*states(&failed)[0], failed.code), ("failed", 12));
}

#[tokio::test]
async fn what_is_exactly_the_digits_of_a_digest_is_one_unless_a_file_has_that_name() {
    let mut terminal = Terminal::open().await.with_practice_files();
    let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
    let upper = sha1.to_ascii_uppercase();
    write(&terminal.work(), &upper, "another content");

    let digest = terminal.ran_as(mara(), &["--json", sha1]).await;
    let file = terminal.ran_as(mara(), &["--json", &upper]).await;
    let forced = terminal.ran_as(mara(), &["--json", "--", sha1]).await;

    assert_eq!((&digest.objects()[0]["digest"], digest.code), (&sha1.into(), 0));
    assert_eq!(file.objects()[0]["path"], upper);
    assert!(file.err.contains("could be a digest, and there is a file"), "{}", file.err);
    assert_eq!((&forced.objects()[0]["path"], forced.code), (&sha1.into(), 12));
}

#[tokio::test]
async fn without_a_sign_in_and_without_a_person_nothing_is_asked() {
    let terminal = Terminal::open().await.with_practice_files();

    let practice = ended(terminal.lookup(&["--practice", SCHEDULE])).await;
    let organisation = ended(terminal.lookup(&[SCHEDULE])).await;
    let unconnected = ended(terminal.lookup(&["--sign-in=always", SCHEDULE])).await;

    for ran in [practice, organisation] {
        assert_eq!((&*ran.out, ran.code), ("", 13));
        assert!(ran.err.contains("Nobody is signed in."), "{}", ran.err);
    }
    assert_eq!((&*unconnected.out, unconnected.code), ("", 13));
    assert!(unconnected.err.contains("No organisation is connected"), "{}", unconnected.err);
    assert_eq!(terminal.tenant.calls(Route::FileAlerts), 0);
}

#[tokio::test]
async fn somebody_else_than_was_asked_for_asks_nothing() {
    let mut terminal = Terminal::open().await.with_practice_files();
    let (wanted, other) = (mara().sign_in_name.to_uppercase(), &analysts()[1]);

    let refused = terminal.ran_as(other, &["--account", &wanted, SCHEDULE]).await;
    let asked_before = terminal.tenant.calls(Route::FileAlerts);
    let by_name = terminal.ran_as(mara(), &["--account", &wanted, SCHEDULE]).await;
    let by_id = terminal.ran_as(mara(), &["--account", mara().object_id, SCHEDULE]).await;

    assert_eq!((&*refused.out, refused.code, asked_before), ("", 13, 0));
    assert!(refused.err.contains("who is not the one asked for"), "{}", refused.err);
    assert_eq!((by_name.code, by_id.code), (10, 10));
}

#[tokio::test]
async fn whoever_writes_the_list_can_wait_for_each_answer() {
    let mut terminal = Terminal::open().await.with_practice_files();
    let (child, mut list, mut answers) = terminal.listening().await;

    for name in [NOTHING, SCHEDULE, "a9993e364706816aba3e25717850c26c9cd0d89d"] {
        list.write_all(format!("{name}\0").as_bytes()).await.unwrap();
        let line = timeout(PATIENCE, answers.next_line()).await.unwrap().unwrap().unwrap();
        assert!(line.contains(&format!("\"{name}\"")), "{line}");
    }

    drop(list);
    assert_eq!(timeout(PATIENCE, answers.next_line()).await.unwrap().unwrap(), None);
    assert_eq!(ended(child).await.code, 10);
}

#[tokio::test]
async fn an_interrupt_ends_a_wait_at_once_and_keeps_what_is_known() {
    let mut terminal = Terminal::open().await.with_practice_files();
    let (child, mut list, mut answers) = terminal.listening().await;
    list.write_all(format!("{NOTHING}\0").as_bytes()).await.unwrap();
    timeout(PATIENCE, answers.next_line()).await.unwrap().unwrap().unwrap();
    let before = terminal.tenant.calls(Route::FileAlerts);
    terminal.tenant.faults().always(Route::FileAlerts, Fault::throttled(Some("600")));
    list.write_all(format!("{SCHEDULE}\0").as_bytes()).await.unwrap();
    terminal.tenant.arrived(Route::FileAlerts, before + 1).await;

    interrupt(&child);

    assert_eq!(timeout(PATIENCE, answers.next_line()).await.unwrap().unwrap(), None);
    let ran = ended(child).await;
    assert_eq!(ran.code, 130);
    let told = "Interrupted: 1 with no alerts visible to you, 1 not asked.";
    assert!(ran.err.contains(told), "{}", ran.err);
}

#[tokio::test]
async fn an_interrupt_ends_the_wait_for_a_browser() {
    let mut terminal = Terminal::open().await;
    let child = terminal.lookup(&["--practice", "--sign-in=always", "a"]);
    timeout(PATIENCE, terminal.links.next_line()).await.unwrap().unwrap().unwrap();

    interrupt(&child);

    let ran = ended(child).await;
    assert_eq!((&*ran.out, ran.code), ("", 130));
    assert!(ran.err.contains("Interrupted before anybody was signed in."), "{}", ran.err);
}

#[tokio::test]
async fn a_session_that_ends_on_the_way_ends_with_thirteen() {
    let mut terminal = Terminal::open().await.with_practice_files();
    let (child, mut list, mut answers) = terminal.listening().await;
    list.write_all(format!("{NOTHING}\0").as_bytes()).await.unwrap();
    timeout(PATIENCE, answers.next_line()).await.unwrap().unwrap().unwrap();
    terminal.tenant.revoke_sessions();
    terminal.tenant.refuse_access_tokens();

    list.write_all(format!("{SCHEDULE}\0").as_bytes()).await.unwrap();
    // The browser is opened once more, and the person presses cancel.
    let link = timeout(PATIENCE, terminal.links.next_line()).await.unwrap().unwrap().unwrap();
    Browser::new().unwrap().sign_in(&link.parse().unwrap(), Choice::Cancel).await.unwrap();

    let ran = ended(child).await;
    assert_eq!(ran.code, 13, "{}", ran.err);
    assert!(ran.err.contains("1 not asked"), "{}", ran.err);
}

#[tokio::test]
async fn nobody_is_told_that_nobody_reads_any_more() {
    let mut terminal = Terminal::open().await.with_practice_files();
    let mut child = terminal.lookup_as(mara(), &["--json", "--stdin0"]).await;
    let mut list = child.stdin.take().unwrap();
    drop(child.stdout.take());

    list.write_all(format!("{NOTHING}\0").as_bytes()).await.unwrap();

    let ran = ended(child).await;
    assert_eq!(ran.code, 141);
    assert!(ran.err.ends_with("Fernhill Logistics.\n"), "{}", ran.err);
}
