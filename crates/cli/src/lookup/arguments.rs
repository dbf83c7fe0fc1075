//! What `lookup` is asked for.

use std::ffi::OsString;

use clap::{Arg, ArgMatches, Command, error::ErrorKind, value_parser};
use droptrace_core::{view::Realm, words::sentence, workbench::Whom};

use super::{Asked, Form, Input, SignIn, ending::Ending};
use crate::arguments::{
    ALWAYS, AUTO, JSON, NEVER, PROGRAM, PROGRESS, STDIN0, flag, help, progress,
};

/// The name of the task.
pub(crate) const LOOKUP: &str = "lookup";

const GIVEN: &str = "PATH|HASH";
const PATHS: &str = "PATH";
const CSV: &str = "csv";
const ACCOUNT: &str = "account";
const PRACTICE: &str = "practice";
const SIGN_IN: &str = "sign-in";
const GO_ON: &str = "go-on";

/// What the task takes.
pub(crate) fn command() -> Command {
    let when = |name: &'static str, words| {
        Arg::new(name)
            .long(name)
            .value_name("WHEN")
            .value_parser([AUTO, ALWAYS, NEVER])
            .default_value(AUTO)
            .help(sentence(words))
    };
    Command::new(LOOKUP)
        .about(sentence("cli.lookup"))
        .after_help(exit_codes())
        .override_usage(format!(
            "{PROGRAM} {LOOKUP} [OPTIONS] <PATH|HASH>... [-- <PATH>...]\n       \
             {PROGRAM} {LOOKUP} [OPTIONS] --stdin0\n       \
             {PROGRAM} {LOOKUP} [OPTIONS] --go-on"
        ))
        .args_override_self(true)
        .disable_help_flag(true)
        .arg(
            Arg::new(GIVEN)
                .num_args(1..)
                .value_parser(value_parser!(OsString))
                .required_unless_present_any([STDIN0, PATHS, GO_ON])
                .conflicts_with_all([STDIN0, GO_ON])
                .help(sentence("cli.given")),
        )
        .arg(
            Arg::new(PATHS)
                .num_args(1..)
                .last(true)
                .value_parser(value_parser!(OsString))
                .conflicts_with_all([STDIN0, GO_ON])
                .help(sentence("cli.given.paths")),
        )
        .arg(flag(STDIN0).help(sentence("cli.given.stdin")))
        .arg(flag(GO_ON).conflicts_with(STDIN0).help(sentence("cli.goOn")))
        .arg(flag(JSON).conflicts_with(CSV).help(sentence("cli.lookup.json")))
        .arg(flag(CSV).help(sentence("cli.lookup.csv")))
        .arg(Arg::new(ACCOUNT).long(ACCOUNT).value_name("NAME").help(sentence("cli.account")))
        .arg(flag(PRACTICE).help(sentence("cli.practice")))
        .arg(when(SIGN_IN, "cli.signIn"))
        .arg(when(PROGRESS, "cli.lookup.progress"))
        .arg(help())
}

/// What is asked for by these arguments.
///
/// # Errors
///
/// What is asked that cannot be done, and its sentence.
pub(crate) fn read(matches: &ArgMatches) -> Result<Asked, (ErrorKind, &'static str)> {
    let is_set = |name| matches.get_flag(name);
    let all = |name| matches.get_many::<OsString>(name).into_iter().flatten().cloned();
    let input = if is_set(STDIN0) {
        Input::Stdin
    } else if is_set(GO_ON) {
        Input::Left
    } else {
        Input::Arguments { any: all(GIVEN).collect(), paths: all(PATHS).collect() }
    };
    if let Input::Arguments { any, paths } = &input
        && any.iter().chain(paths).any(|given| given == "-")
    {
        return Err((ErrorKind::InvalidValue, "cli.dash"));
    }
    let form = match (is_set(JSON), is_set(CSV)) {
        (true, _) => Form::Json,
        (false, true) => Form::Csv,
        (false, false) => Form::Table,
    };
    let realm = if is_set(PRACTICE) { Realm::Practice } else { Realm::Organisation };
    let whom = match matches.get_one::<String>(ACCOUNT) {
        Some(name) => Whom::Named(realm, name.clone()),
        None => Whom::NewestIn(realm),
    };
    let sign_in = match matches.get_one::<String>(SIGN_IN).map(String::as_str) {
        Some(ALWAYS) => SignIn::Always,
        Some(NEVER) => SignIn::Never,
        _ => SignIn::Auto,
    };
    Ok(Asked { input, form, realm, whom, sign_in, progress: progress(matches) })
}

fn exit_codes() -> String {
    let codes = [
        (Ending::NoneVisible, "cli.exit.noneVisible"),
        (Ending::Usage, "cli.exit.usage"),
        (Ending::Alerts, "cli.exit.alerts"),
        (Ending::Incomplete, "cli.exit.incomplete"),
        (Ending::Failed, "cli.exit.failed"),
        (Ending::NotSignedIn, "cli.exit.notSignedIn"),
        (Ending::Interrupted, "cli.exit.interrupted"),
        (Ending::BrokenPipe, "cli.exit.pipe"),
    ];
    let lines = codes.map(|(ending, means)| {
        // As on Unix; what Windows has instead is in the words.
        let code = if ending == Ending::BrokenPipe { 141 } else { ending.code() };
        format!("\n  {code:<5}{}", sentence(means))
    });
    format!("{}{}", sentence("cli.exit"), lines.concat())
}
