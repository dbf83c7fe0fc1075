//! The command line.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command, error::ErrorKind, value_parser};
use droptrace_core::words::sentence;

use crate::lookup::{self, LOOKUP};

/// The name of this program, as people call it.
pub(crate) const PROGRAM: &str = "droptrace-cli";

/// What the program is to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Print digests.
    Hash(Request),
    /// Look up.
    Lookup(lookup::Asked),
}

/// Which digests are to be printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// Of what.
    pub(crate) source: Source,
    /// How it is printed.
    pub(crate) form: Form,
    /// Whether it is told how far it has come.
    pub(crate) progress: Progress,
}

/// Where the paths come from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The command line.
    Paths(Vec<OsString>),
    /// The standard input, each path ended by a NUL.
    Stdin,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A digest and a name a line, as `sha1sum`, `sha256sum` and `md5sum` do.
    Sums(Algorithm),
    /// An object a line, always with the SHA-1.
    Json {
        /// The SHA-256, too.
        sha256: bool,
        /// The MD5, too.
        md5: bool,
    },
}

/// Which digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// What `sha1sum` prints.
    Sha1,
    /// What `sha256sum` prints.
    Sha256,
    /// What `md5sum` prints.
    Md5,
}

/// When it is told how far the reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Where a person sees it, and it does not disturb what is printed.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

/// Reads the arguments, the first of which is the name of the program.
///
/// # Errors
///
/// Everything that ends the program before it begins: what is asked of it is wrong, or it was asked
/// for its help or version.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    match matches.subcommand() {
        Some((HASH, matches)) => {
            read(matches).map(Task::Hash).map_err(|(kind, key)| hash().error(kind, sentence(key)))
        }
        Some((LOOKUP, matches)) => lookup::read(matches)
            .map(Task::Lookup)
            .map_err(|(kind, key)| lookup::command().error(kind, sentence(key))),
        _ => Err(command().error(ErrorKind::MissingSubcommand, sentence("cli.noTask"))),
    }
}

/// What is asked of `hash`.
fn read(matches: &ArgMatches) -> Result<Request, (ErrorKind, &'static str)> {
    let wrong = |kind, key| Err((kind, key));
    let is_set = |name| matches.get_flag(name);
    let form = match (is_set(JSON), is_set(SHA256), is_set(MD5)) {
        (true, sha256, md5) => Form::Json { sha256, md5 },
        (false, false, false) => Form::Sums(Algorithm::Sha1),
        (false, true, false) => Form::Sums(Algorithm::Sha256),
        (false, false, true) => Form::Sums(Algorithm::Md5),
        (false, true, true) => return wrong(ErrorKind::ArgumentConflict, "cli.oneDigest"),
    };
    let source = if is_set(STDIN0) { Source::Stdin } else { Source::Paths(paths(matches)) };
    if let Source::Paths(paths) = &source
        && paths.iter().any(|path| path == "-")
    {
        return wrong(ErrorKind::InvalidValue, "cli.dash");
    }
    Ok(Request { source, form, progress: progress(matches) })
}

/// When it is to be told how far the work has come.
pub(crate) fn progress(matches: &ArgMatches) -> Progress {
    match matches.get_one::<String>(PROGRESS).map(String::as_str) {
        Some(ALWAYS) => Progress::Always,
        Some(NEVER) => Progress::Never,
        _ => Progress::Auto,
    }
}

fn paths(matches: &ArgMatches) -> Vec<OsString> {
    matches.get_many(PATH).into_iter().flatten().cloned().collect()
}

const HASH: &str = "hash";
const PATH: &str = "PATH";
pub(crate) const STDIN0: &str = "stdin0";
pub(crate) const JSON: &str = "json";
const SHA256: &str = "sha256";
const MD5: &str = "md5";
pub(crate) const PROGRESS: &str = "progress";
pub(crate) const AUTO: &str = "auto";
pub(crate) const ALWAYS: &str = "always";
pub(crate) const NEVER: &str = "never";

fn command() -> Command {
    Command::new(PROGRAM)
        .bin_name(PROGRAM)
        .about(sentence("cli.about"))
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help())
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help(sentence("cli.version")),
        )
        .subcommand(hash())
        .subcommand(lookup::command())
}

fn hash() -> Command {
    Command::new(HASH)
        .about(sentence("cli.hash"))
        .after_help(exit_codes())
        .override_usage(format!(
            "{PROGRAM} {HASH} [OPTIONS] [--] <PATH>...\n       {PROGRAM} {HASH} [OPTIONS] --stdin0"
        ))
        .args_override_self(true)
        .disable_help_flag(true)
        .arg(
            Arg::new(PATH)
                .num_args(1..)
                .value_parser(value_parser!(OsString))
                .required_unless_present(STDIN0)
                .conflicts_with(STDIN0)
                .help(sentence("cli.path")),
        )
        .arg(flag(STDIN0).help(sentence("cli.stdin")))
        .arg(flag(JSON).help(sentence("cli.json")))
        .arg(flag(SHA256).help(sentence("cli.sha256")))
        .arg(flag(MD5).help(sentence("cli.md5")))
        .arg(
            Arg::new(PROGRESS)
                .long(PROGRESS)
                .value_name("WHEN")
                .value_parser([AUTO, ALWAYS, NEVER])
                .default_value(AUTO)
                .help(sentence("cli.progress")),
        )
        .arg(help())
}

/// A flag of this name.
pub(crate) fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// The flag that asks for help.
pub(crate) fn help() -> Arg {
    Arg::new("help").long("help").short('h').action(ArgAction::Help).help(sentence("cli.help"))
}

fn exit_codes() -> String {
    let codes = [
        ("0", sentence("cli.exit.read")),
        ("1", sentence("cli.exit.notRead")),
        ("2", sentence("cli.exit.usage")),
        ("130", sentence("cli.exit.interrupted")),
        ("141", sentence("cli.exit.pipe")),
    ];
    let lines = codes.map(|(code, means)| format!("\n  {code:<5}{means}"));
    format!("{}{}", sentence("cli.exit"), lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Request, clap::Error> {
        parse(format!("{PROGRAM} {line}").split(' ').map(OsString::from)).map(of_hash)
    }

    fn of_hash(task: Task) -> Request {
        match task {
            Task::Hash(request) => request,
            Task::Lookup(asked) => panic!("{asked:?}"),
        }
    }

    fn refused(line: &str) -> ErrorKind {
        let error = asked(line).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        error.kind()
    }

    #[test]
    fn the_parser_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn paths_are_taken_as_they_are() {
        let request = asked("hash a -- -x a --json").unwrap();

        let paths = ["a", "-x", "a", "--json"].map(OsString::from).to_vec();
        assert_eq!(request.source, Source::Paths(paths));
        assert_eq!(request.form, Form::Sums(Algorithm::Sha1));
        assert_eq!(request.progress, Progress::Auto);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_may_be_empty_and_need_not_be_text() {
        use std::os::unix::ffi::OsStringExt;
        let odd = [OsString::from_vec(b"\xff\n".to_vec()), OsString::new()];

        let request = parse(["x", "hash"].map(OsString::from).into_iter().chain(odd.clone()));

        assert_eq!(of_hash(request.unwrap()).source, Source::Paths(odd.to_vec()));
    }

    #[test]
    fn one_kind_of_digest_a_line_unless_it_is_json() {
        assert_eq!(asked("hash --sha256 a").unwrap().form, Form::Sums(Algorithm::Sha256));
        assert_eq!(asked("hash --md5 a").unwrap().form, Form::Sums(Algorithm::Md5));
        assert_eq!(refused("hash --md5 --sha256 a"), ErrorKind::ArgumentConflict);
        assert_eq!(
            asked("hash --md5 --sha256 --json a").unwrap().form,
            Form::Json { sha256: true, md5: true }
        );
    }

    #[test]
    fn the_list_on_standard_input_stands_alone() {
        assert_eq!(asked("hash --stdin0").unwrap().source, Source::Stdin);
        assert_eq!(refused("hash --stdin0 a"), ErrorKind::ArgumentConflict);
        assert_eq!(refused("hash"), ErrorKind::MissingRequiredArgument);
    }

    #[test]
    fn a_dash_alone_is_refused_since_it_could_be_meant_as_standard_input() {
        for line in ["hash -", "hash a - b", "hash -- -"] {
            assert_eq!(refused(line), ErrorKind::InvalidValue, "{line}");
        }
        assert!(asked("hash ./-").is_ok());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for line in ["fly", "hash -x", "hash --progress=perhaps a", "hash --sha512 a", "a"] {
            refused(line);
        }
    }

    #[test]
    fn help_and_version_are_no_errors() {
        for line in ["--help", "-h", "hash --help", "--version", "-V"] {
            assert_eq!(asked(line).unwrap_err().exit_code(), 0, "{line}");
        }
        let help = asked("hash --help").unwrap_err().to_string();
        for part in ["--stdin0", "  130  ", "  141  ", "--progress <WHEN>"] {
            assert!(help.contains(part), "{part} in {help}");
        }
    }
}
