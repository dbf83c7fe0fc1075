//! The real program, against the real `sha1sum` where there is one.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do; the lint only knows test functions"
)]

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

const ABC: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";
const EMPTY: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/// The program, in a folder.
fn hash(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_droptrace-cli"));
    command.current_dir(folder).arg("hash").args(arguments).stdin(Stdio::null());
    command
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// What it gave on both outputs, and how it ended.
fn ran(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = output(command);
    let text = |bytes| String::from_utf8(bytes).unwrap().replace('\\', "/");
    (text(stdout), text(stderr), status.code().unwrap())
}

/// With a list on its standard input.
fn ran_with(list: &[u8], command: &mut Command) -> (String, String, i32) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(list).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace('\\', "/");
    (text(stdout), text(stderr), status.code().unwrap())
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn folders_are_gone_through_in_the_order_of_names_and_files_called_as_given() {
    let folder =
        folder(&[("d/b", "abc"), ("d/a", ""), ("d/c/d", "abc"), ("d/.hidden", ""), ("e", "abc")]);

    let (out, err, code) = ran(&mut hash(folder.path(), &["e", "d", "./d/c", "d/"]));

    assert_eq!(
        lines(&out),
        [
            &*format!("{ABC}  e"),
            &*format!("{EMPTY}  d/.hidden"),
            &*format!("{EMPTY}  d/a"),
            &*format!("{ABC}  d/b"),
            &*format!("{ABC}  d/c/d"),
            &*format!("{ABC}  ./d/c/d"),
            &*format!("{EMPTY}  d/.hidden"),
            &*format!("{EMPTY}  d/a"),
            &*format!("{ABC}  d/b"),
            &*format!("{ABC}  d/c/d"),
        ]
    );
    assert_eq!((&*err, code), ("", 0));
}

#[test]
fn what_is_given_twice_is_printed_twice() {
    let folder = folder(&[("a", "abc")]);

    let (out, _, code) = ran(&mut hash(folder.path(), &["a", "a", "./a"]));

    assert_eq!(lines(&out), [format!("{ABC}  a"), format!("{ABC}  a"), format!("{ABC}  ./a")]);
    assert_eq!(code, 0);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_printed() {
    let folder = folder(&[("a", "abc"), ("b", "abc")]);

    let (out, err, code) = ran(&mut hash(folder.path(), &["a", "nosuch", "b"]));

    assert_eq!(lines(&out), [format!("{ABC}  a"), format!("{ABC}  b")]);
    assert_eq!(
        lines(&err),
        [
            "droptrace-cli: nosuch: There is no such file",
            "droptrace-cli: 2 files read, 1 not read."
        ]
    );
    assert_eq!(code, 1);
}

#[test]
fn a_list_is_taken_from_standard_input() {
    let folder = folder(&[("d/a", "abc"), ("-", ""), ("-x", "abc"), ("b", "abc")]);

    let (out, err, code) = ran_with(b"b\0d\0-\0-x\0\0b", &mut hash(folder.path(), &["--stdin0"]));

    assert_eq!(
        lines(&out),
        [
            format!("{ABC}  b"),
            format!("{ABC}  d/a"),
            format!("{EMPTY}  ./-"),
            format!("{ABC}  -x"),
            format!("{ABC}  b"),
        ]
    );
    assert_eq!(
        lines(&err),
        ["droptrace-cli: : There is no such file", "droptrace-cli: 5 files read, 1 not read."]
    );
    assert_eq!(code, 1);
}

#[test]
fn whoever_writes_the_list_can_wait_for_each_result() {
    use std::io::{BufRead, BufReader};
    let folder = folder(&[("a", "abc"), ("b", "")]);
    let mut child = hash(folder.path(), &["--stdin0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut list = child.stdin.take().unwrap();
    let mut results = BufReader::new(child.stdout.take().unwrap()).lines();

    for (name, digest) in [("a", ABC), ("b", EMPTY), ("a", ABC)] {
        list.write_all(format!("{name}\0").as_bytes()).unwrap();
        assert_eq!(results.next().unwrap().unwrap(), format!("{digest}  {name}"));
    }

    drop(list);
    assert!(results.next().is_none());
    assert!(child.wait().unwrap().success());
}

#[test]
fn json_has_an_object_a_line_errors_too() {
    let folder = folder(&[("d/a", "abc")]);

    let (out, err, code) =
        ran(&mut hash(folder.path(), &["--json", "--sha256", "--md5", "d", "nosuch"]));

    let objects: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        objects,
        [
            serde_json::json!({
                "path": "d/a",
                "size": 3,
                "sha1": ABC,
                "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "md5": "900150983cd24fb0d6963f7d28e17f72",
            }),
            serde_json::json!({
                "path": "nosuch",
                "error": { "code": "vanished", "words": "There is no such file" },
            }),
        ]
    );
    assert_eq!((&*err, code), ("droptrace-cli: 1 file read, 1 not read.\n", 1));
}

#[test]
fn wrong_use_ends_with_two_and_prints_nothing() {
    let folder = folder(&[("a", "abc"), ("-", "abc")]);
    for arguments in [&["-x"][..], &["-"], &[], &["--sha256", "--md5", "a"], &["--stdin0", "a"]] {
        let (out, err, code) = ran(&mut hash(folder.path(), arguments));

        assert_eq!((&*out, code), ("", 2), "{arguments:?}");
        assert!(err.starts_with("error: "), "{err}");
    }
}

#[test]
fn progress_is_told_only_when_asked_for_where_there_is_no_terminal() {
    let folder = folder(&[("a", "abc")]);
    let (_, quiet, _) = ran(&mut hash(folder.path(), &["a"]));
    let mut child = hash(folder.path(), &["--progress=always", "--stdin0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();

    // The list is held open until there is something to see.
    let mut told = std::io::BufReader::new(child.stderr.take().unwrap());
    child.stdin.as_mut().unwrap().write_all(b"a\0").unwrap();
    while !line.starts_with("1 file, 3 B") {
        line.clear();
        std::io::BufRead::read_line(&mut told, &mut line).unwrap();
    }

    assert_eq!(quiet, "");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn many_files_come_in_order_although_the_biggest_is_read_first() {
    const FILES: usize = 3_000;
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..FILES).map(|number| format!("{number:04}")).collect();
    for (number, name) in names.iter().enumerate() {
        fs::write(folder.path().join(name), vec![7; number * 7 % 5_000]).unwrap();
    }

    let (out, err, code) = ran(&mut hash(folder.path(), &["."]));

    let printed: Vec<_> = out.lines().filter_map(|line| line.split_once("  ./")).collect();
    assert!(printed.iter().map(|(_, name)| *name).eq(&names));
    assert_eq!((&*err, code), ("", 0));
}

#[cfg(unix)]
mod unix {
    use std::{
        ffi::OsStr,
        fs::File,
        io::{BufRead, BufReader},
        os::unix::{ffi::OsStrExt, fs::symlink, process::ExitStatusExt},
    };

    use super::*;

    fn make_pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn pipes_devices_and_links_are_not_opened() {
        let folder = folder(&[("d/a", "abc"), ("target", "abc")]);
        make_pipe(&folder.path().join("d/pipe"));
        make_pipe(&folder.path().join("pipe"));
        symlink("../target", folder.path().join("d/link")).unwrap();
        symlink("target", folder.path().join("link")).unwrap();
        symlink(".", folder.path().join("d/loop")).unwrap();

        // A link that is given is followed; those in folders are not, and that is no failure.
        let (out, err, code) = ran(&mut hash(folder.path(), &["d", "link"]));
        assert_eq!(lines(&out), [format!("{ABC}  d/a"), format!("{ABC}  link")]);
        assert_eq!(
            err,
            "droptrace-cli: 2 files read, 2 links not followed, 1 pipe, device or socket left out.\n"
        );
        assert_eq!(code, 0);

        let (out, err, code) = ran(&mut hash(folder.path(), &["pipe", "/dev/zero"]));
        assert_eq!((&*out, code), ("", 1));
        assert!(err.contains("pipe: This is not a file with content"), "{err}");
        assert!(err.ends_with("droptrace-cli: 0 files read, 2 not read.\n"), "{err}");
    }

    #[test]
    fn a_full_disk_is_said() {
        let Ok(full) = File::options().write(true).open("/dev/full") else { return };
        let folder = folder(&[("a", "abc")]);

        let (_, err, code) = ran(hash(folder.path(), &["a"]).stdout(full));

        assert!(err.contains("could not be printed"), "{err}");
        assert_eq!(code, 1);
    }

    #[test]
    fn nobody_is_told_that_nobody_reads_any_more() {
        let folder = folder(&[("a", "abc")]);
        let mut child = hash(folder.path(), &["--stdin0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());

        child.stdin.take().unwrap().write_all(b"a\0").unwrap();

        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        assert_eq!((stderr, status.code()), (Vec::new(), Some(141)));
    }

    // `env` of other systems cannot set a signal back.
    #[cfg(target_os = "linux")]
    #[test]
    fn an_interrupt_keeps_what_was_read_and_says_so() {
        let folder = folder(&[("a", "abc")]);
        // What runs in the background may be told to ignore interrupts, and passes that on.
        let mut child = Command::new("env")
            .arg("--default-signal=INT")
            .args([env!("CARGO_BIN_EXE_droptrace-cli"), "hash", "--stdin0"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut list = child.stdin.take().unwrap();
        let mut results = BufReader::new(child.stdout.take().unwrap()).lines();
        list.write_all(b"a\0").unwrap();
        assert_eq!(results.next().unwrap().unwrap(), format!("{ABC}  a"));

        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());

        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        assert_eq!(
            (&*String::from_utf8(stderr).unwrap(), status.code(), status.signal()),
            ("droptrace-cli: Interrupted: 1 file read.\n", Some(130), None)
        );
        drop(list);
    }

    /// Names that break what reads them, as far as the file system takes them.
    fn nasty() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let names: &[&[u8]] = &[
            b"plain",
            b"-x",
            b"--",
            b" lead",
            b"trail ",
            b"*star",
            b"tab\t",
            b"a\\b",
            b"a\nb",
            b"a\rb",
            b"\\",
            b"\n",
            b"\\n",
            b"a\r\n",
            b"\xff\xfe",
            b"bad\xffname",
            "é".as_bytes(),
            "\u{202e}fdp.exe".as_bytes(),
            b"\x1b[31m",
            b"quote\"'`$(x)",
            b"# comment",
            &[b'x'; 255],
        ];
        for name in names {
            fs::write(folder.path().join(OsStr::from_bytes(name)), name).unwrap();
        }
        let deep = (0..40).fold(folder.path().to_owned(), |path, _| path.join("deep/er\\"));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("bottom"), "abc").unwrap();
        folder
    }

    /// The outputs of both, by line, in the order of the bytes.
    fn sorted(output: &[u8]) -> Vec<&[u8]> {
        let mut lines: Vec<_> = output.split(|byte| *byte == b'\n').collect();
        lines.sort_unstable();
        lines
    }

    fn is_there(program: &str) -> bool {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|output| output.stdout.windows(3).any(|word| word == b"GNU"))
    }

    #[test]
    fn nasty_names_are_printed_as_the_programs_of_coreutils_print_them_and_read_by_them() {
        let folder = nasty();
        for (program, flags) in
            [("sha1sum", &[][..]), ("sha256sum", &["--sha256"]), ("md5sum", &["--md5"])]
        {
            if !is_there(program) {
                // Other systems have programs of their own by these names.
                assert_ne!(std::env::consts::OS, "linux", "{program} of GNU is missing");
                continue;
            }
            let theirs = Command::new("find")
                .current_dir(folder.path())
                .args([".", "-type", "f", "-exec", program, "--", "{}", "+"])
                .output()
                .unwrap();
            let sums = tempfile::NamedTempFile::new().unwrap();

            let ours = output(&mut hash(folder.path(), &[flags, &["."]].concat()));
            fs::write(sums.path(), &ours.stdout).unwrap();
            let check = Command::new(program)
                .current_dir(folder.path())
                .args(["--check", "--strict", "--quiet"])
                .arg(sums.path())
                .output()
                .unwrap();

            assert!(ours.status.success() && theirs.status.success());
            assert_eq!(sorted(&ours.stdout), sorted(&theirs.stdout), "{program}");
            assert_eq!((check.status.code(), check.stdout), (Some(0), Vec::new()), "{program}");
        }
    }

    #[test]
    fn a_folder_that_may_not_be_read_is_said() {
        use std::os::unix::{
            fs::{MetadataExt, PermissionsExt},
            process::CommandExt,
        };
        /// The user `nobody`, who may read what everybody may.
        const NOBODY: u32 = 65_534;
        let folder = folder(&[("d/locked/a", "abc"), ("d/b", "abc"), ("d/c", "abc")]);
        let program = folder.path().join("program");
        fs::copy(env!("CARGO_BIN_EXE_droptrace-cli"), &program).unwrap();
        let permit = |path: &str, mode| {
            fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode))
                .unwrap();
        };
        permit("", 0o755);
        permit("d/locked", 0);
        permit("d/b", 0);
        let mut command = Command::new(program);
        command.current_dir(folder.path()).args(["hash", "d"]);
        if fs::metadata(folder.path()).unwrap().uid() == 0 {
            // To the system's administrator nothing is locked.
            command.uid(NOBODY).gid(NOBODY);
        }

        let (out, err, code) = ran(&mut command);

        permit("d/locked", 0o700);
        assert_eq!((&*out, code), (&*format!("{ABC}  d/c\n"), 1));
        assert!(err.contains("d/b: You may not read this file\n"), "{err}");
        assert!(
            err.contains("d/locked: This folder, or what is in it, could not be read\n"),
            "{err}"
        );
        assert!(err.ends_with("droptrace-cli: 1 file read, 2 not read.\n"), "{err}");
    }
}
