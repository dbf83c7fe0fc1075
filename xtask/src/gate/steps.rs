//! The steps.

use std::{fs, process::Command};

use anyhow::{Result, bail, ensure};

use super::{built::Built, log::Log, tally::Tally};
use crate::{
    cargo_messages::Program,
    checks,
    journeys::{self, Stage},
    needs::{Group, WINDOWS_TARGET},
    third_party, tools,
    wine::Wine,
    workspace::program,
};

/// A named part of the gate.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    /// What must be installed for it.
    pub(super) groups: &'static [Group],
    pub(super) action: Action,
}

/// All steps, the quick ones first.
pub(super) const STEPS: &[Step] = &[
    Step::check("rustfmt", &[Group::Lints], rustfmt),
    Step::check("dependencies", &[], dependencies),
    Step::check("boundaries", &[], boundaries),
    Step::check("surface", &[], surface),
    Step::check("licences", &[], licences),
    Step::check("page", &[Group::Page], page),
    Step { name: "page-tests", groups: &[Group::Page], action: Action::Do(page_tests) },
    Step::check("page-build", &[Group::Page], page_build),
    Step::check("clippy", &[Group::Page, Group::App, Group::Lints], clippy),
    Step {
        name: "windows",
        groups: &[Group::Page, Group::Lints, Group::WindowsCheck, Group::WindowsCompiler],
        action: Action::Do(windows),
    },
    Step::check("compile", COMPILED, compile),
    Step::suite("xtask", COMPILED, Suite { package: "xtask", programs: Programs::All }),
    Step::suite("cli", COMPILED, Suite { package: "droptrace-cli", programs: Programs::All }),
    Step::suite("core", COMPILED, Suite { package: "droptrace-core", programs: Programs::All }),
    Step::suite(
        "practice-tenant",
        COMPILED,
        Suite { package: "droptrace-practice-tenant", programs: Programs::All },
    ),
    Step::suite("shell", COMPILED, Suite { package: "droptrace", programs: Programs::All }),
    Step {
        name: "scenarios",
        groups: &[Group::Page, Group::App, Group::Display, Group::Keyring],
        action: Action::Do(run_scenarios),
    },
    Step {
        name: "wine",
        groups: &[Group::Wine, Group::WindowsCompiler],
        action: Action::Do(run_under_wine),
    },
    Step { name: "doc-tests", groups: COMPILED, action: Action::Do(doc_tests) },
    Step::check("app", COMPILED, app),
    Step {
        name: "journeys",
        groups: &[Group::Page, Group::App, Group::Display, Group::Keyring, Group::Journeys],
        action: Action::Do(run_journeys),
    },
];

/// What every step needs that compiles the shell.
const COMPILED: &[Group] = &[Group::Page, Group::App];

const SCENARIOS: Suite =
    Suite { package: journeys::PACKAGE, programs: Programs::AllBut(journeys::TARGET) };

const JOURNEYS: Suite =
    Suite { package: journeys::PACKAGE, programs: Programs::Only(journeys::TARGET) };

impl Step {
    const fn check(
        name: &'static str,
        groups: &'static [Group],
        check: fn(&mut Built, &mut Log) -> Result<()>,
    ) -> Self {
        Self { name, groups, action: Action::Check(check) }
    }

    const fn suite(name: &'static str, groups: &'static [Group], suite: Suite) -> Self {
        Self { name, groups, action: Action::Tests(suite) }
    }
}

/// What a step does.
#[derive(Debug)]
pub(super) enum Action {
    /// Something that holds or fails, counted as one.
    Check(fn(&mut Built, &mut Log) -> Result<()>),
    /// Something that counts for itself, or may be skipped.
    Do(fn(&mut Built, &mut Log) -> Result<Tally>),
    /// Test programs to run.
    Tests(Suite),
}

impl Action {
    /// Does it.
    ///
    /// # Errors
    ///
    /// Fails when a check does, or when tests cannot be run; tests that fail are counted.
    pub(super) fn run(&self, built: &mut Built, log: &mut Log) -> Result<Tally> {
        match self {
            Self::Check(check) => check(built, log).map(|()| Tally::one_passed()),
            Self::Do(action) => action(built, log),
            Self::Tests(suite) => suite.run(built, log, |_| {}),
        }
    }
}

/// Test programs of one package.
#[derive(Debug)]
pub(super) struct Suite {
    package: &'static str,
    programs: Programs,
}

/// Which programs of the package.
#[derive(Debug)]
enum Programs {
    All,
    Only(&'static str),
    AllBut(&'static str),
}

impl Suite {
    fn holds(&self, program: &Program) -> bool {
        program.package == self.package
            && match self.programs {
                Programs::All => true,
                Programs::Only(target) => program.target == target,
                Programs::AllBut(target) => program.target != target,
            }
    }

    fn select(&self, built: &mut Built, log: &mut Log) -> Result<Vec<Program>> {
        let tests = built.test_programs(log)?;
        let programs = tests.programs.iter().filter(|program| self.holds(program));
        let programs: Vec<_> = programs.cloned().collect();
        ensure!(tests.complete || !programs.is_empty(), "not compiled");
        Ok(programs)
    }

    /// Runs the programs one after the other, as cargo would, but without cargo: each package
    /// alone would be compiled again, with the features that it alone needs.
    fn run(
        &self,
        built: &mut Built,
        log: &mut Log,
        prepare: impl Fn(&mut Command),
    ) -> Result<Tally> {
        let mut success = true;
        for test in self.select(built, log)? {
            let mut command = program(&test.file);
            command.current_dir(&test.directory).env("CARGO_MANIFEST_DIR", &test.directory);
            prepare(&mut command);
            success &= log.status(&mut command)?.success();
        }
        tally_of(log, success)
    }
}

fn tally_of(log: &Log, success: bool) -> Result<Tally> {
    let mut tally = Tally::of_libtest(&log.read()?);
    tally.fail_unless(success);
    ensure!(tally.has_run(), "no test ran");
    Ok(tally)
}

fn rustfmt(built: &mut Built, log: &mut Log) -> Result<()> {
    log.run(&mut built.workspace().cargo(&["fmt", "--all", "--check"]))
}

fn dependencies(built: &mut Built, log: &mut Log) -> Result<()> {
    none(log, &checks::dependencies::unused(built.workspace())?)
}

fn boundaries(built: &mut Built, log: &mut Log) -> Result<()> {
    none(log, &checks::boundaries::crossed(built.workspace())?)
}

fn surface(built: &mut Built, log: &mut Log) -> Result<()> {
    none(log, &checks::surface::widened(built.workspace())?)
}

fn licences(built: &mut Built, log: &mut Log) -> Result<()> {
    let mut findings = checks::licences::not_allowed(built.workspace())?;
    findings.extend(third_party::drifted(built.workspace())?);
    none(log, &findings)
}

fn none(log: &mut Log, findings: &[String]) -> Result<()> {
    for finding in findings {
        log.line(finding)?;
    }
    ensure!(findings.is_empty(), "{} found", findings.len());
    Ok(())
}

fn page(built: &mut Built, log: &mut Log) -> Result<()> {
    built.page_packages(log)?;
    log.run(&mut built.workspace().npm(&["run", "check"]))
}

fn page_tests(built: &mut Built, log: &mut Log) -> Result<Tally> {
    built.page_packages(log)?;
    let report = built.workspace().target().join("gate/page-tests.json");
    // A report of the last run must not pass for one of this.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut vitest = built.workspace().npm(&["run", "test", "--"]);
    vitest.args(["--reporter=default", "--reporter=json"]);
    vitest.arg(format!("--outputFile.json={}", report.display()));
    let success = log.status(&mut vitest)?.success();
    let mut tally = Tally::of_vitest(&fs::read_to_string(report)?)?;
    tally.fail_unless(success);
    ensure!(tally.has_run(), "no test ran");
    Ok(tally)
}

fn page_build(built: &mut Built, log: &mut Log) -> Result<()> {
    built.page(log)
}

const CLIPPY: &[&str] = &["clippy", "--workspace", "--all-targets"];

fn clippy(built: &mut Built, log: &mut Log) -> Result<()> {
    built.page(log)?;
    log.run(built.workspace().cargo(CLIPPY).args(["--", "--deny=warnings"]))
}

/// Type-checks everything as Windows code; C code of dependencies is compiled by mingw.
fn windows(built: &mut Built, log: &mut Log) -> Result<Tally> {
    if !tools::has_target(WINDOWS_TARGET) {
        return Ok(Tally::skipped_step("the target's standard library is not installed"));
    }
    built.page(log)?;
    let mut clippy = built.workspace().cargo(CLIPPY);
    clippy
        .args(["--target", WINDOWS_TARGET, "--", "--deny=warnings"])
        .env("CC_x86_64_pc_windows_msvc", "x86_64-w64-mingw32-gcc")
        .env("AR_x86_64_pc_windows_msvc", "llvm-lib");
    log.run(&mut clippy)?;
    Ok(Tally::one_passed())
}

/// Compiles the test programs, and sees that each belongs to a step.
fn compile(built: &mut Built, log: &mut Log) -> Result<()> {
    let belongs = |program: &Program| {
        STEPS.iter().any(|step| match &step.action {
            Action::Tests(suite) => suite.holds(program),
            Action::Check(_) | Action::Do(_) => false,
        }) || SCENARIOS.holds(program)
            || JOURNEYS.holds(program)
    };
    let tests = built.test_programs(log)?;
    ensure!(tests.complete, "not every test program compiled");
    if let Some(stray) = tests.programs.iter().find(|program| !belongs(program)) {
        bail!("no step runs the tests of {} ({})", stray.package, stray.target);
    }
    Ok(())
}

/// Tests of what Wine does otherwise than Windows.
const NOT_UNDER_WINE: &[&str] = &[
    // Its file systems have no alternate streams, no names with half a character, and do not keep
    // all attributes.
    "digest::streams::tests::streams_are_listed_with_their_sizes_the_first_of_many",
    "digest::on_windows::a_name_that_is_no_text_is_read",
    "intake::on_windows::a_file_that_is_elsewhere_is_cloud_only",
    // It lets no file that is open be replaced by another, even if it is shared for that.
    "token_store::disk::tests::two_that_write_one_file_leave_it_whole",
    "token_store::meanwhile::a_sign_out_in_the_middle_of_a_sign_in_leaves_nothing",
    "token_store::meanwhile::signing_out::what_is_read_while_the_person_signs_out_is_not_given_out",
    // It says that revocation cannot be looked up before it says that nobody trusts the issuer.
    "network::tests::tls::an_issuer_that_is_not_trusted_is_named_and_gets_no_request",
    "network::tests::tls::the_same_is_found_through_a_proxy_that_wants_a_password",
];

/// The core's tests as Windows programs.
fn run_under_wine(built: &mut Built, log: &mut Log) -> Result<Tally> {
    let wine = match Wine::find(built.workspace()) {
        Ok(wine) => wine,
        Err(missing) => return Ok(Tally::skipped_step(missing)),
    };
    let mut test = built.workspace().cargo(&["test", "--package=droptrace-core", "--lib"]);
    wine.run_for(&mut test)?;
    test.args(["--", "--exact"]);
    for name in NOT_UNDER_WINE {
        test.args(["--skip", name]);
    }
    // The properties of texts are the same on each system, and were searched there.
    test.env("PROPTEST_CASES", "16");
    let success = log.status(&mut test)?.success();
    let mut tally = tally_of(log, success)?;
    for name in NOT_UNDER_WINE {
        tally += Tally::skipped_step(*name);
    }
    Ok(tally)
}

/// Many packages have no example in their documentation: then it is a check that passed.
fn doc_tests(built: &mut Built, log: &mut Log) -> Result<Tally> {
    built.page(log)?;
    let mut test = built.workspace().cargo(&["test", "--workspace", "--doc"]);
    let success = log.status(&mut test)?.success();
    let mut tally = Tally::of_libtest(&log.read()?);
    tally.fail_unless(success);
    Ok(if tally.has_run() { tally } else { Tally::one_passed() })
}

fn app(built: &mut Built, log: &mut Log) -> Result<()> {
    built.app(log)?;
    Ok(())
}

/// On Linux they have a display, for the window in which a keyring asks.
fn run_scenarios(built: &mut Built, log: &mut Log) -> Result<Tally> {
    let stage = cfg!(target_os = "linux").then(Stage::set).transpose()?;
    SCENARIOS.run(built, log, |command| {
        if let Some(stage) = &stage {
            stage.move_in(command);
        }
    })
}

fn run_journeys(built: &mut Built, log: &mut Log) -> Result<Tally> {
    if !cfg!(target_os = "linux") {
        return Ok(Tally::skipped_step("only on Linux can the window be driven without a screen"));
    }
    let app = built.app(log)?.to_path_buf();
    let programs = JOURNEYS.select(built, log)?;
    let stage = Stage::set()?;
    let mut success = true;
    for journeys in programs {
        let mut command = stage.command(built.workspace(), &journeys, &app)?;
        success &= log.status(&mut command)?.success();
    }
    tally_of(log, success)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_program(package: &str, target: &str) -> Program {
        Program {
            package: package.into(),
            directory: "/".into(),
            target: target.into(),
            is_test: true,
            file: "/t".into(),
        }
    }

    #[test]
    fn the_journeys_run_on_the_display_only() {
        let journeys = test_program(journeys::PACKAGE, journeys::TARGET);
        let in_plain_step = STEPS
            .iter()
            .any(|step| matches!(&step.action, Action::Tests(suite) if suite.holds(&journeys)));

        assert!(JOURNEYS.holds(&journeys));
        assert!(!in_plain_step);
        assert!(!JOURNEYS.holds(&test_program(journeys::PACKAGE, "scenarios")));
    }

    #[test]
    fn a_step_is_named_once() {
        for (index, step) in STEPS.iter().enumerate() {
            assert!(
                STEPS[index + 1..].iter().all(|other| other.name != step.name),
                "{}",
                step.name
            );
        }
    }
}
