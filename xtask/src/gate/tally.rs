//! How many tests and checks passed, failed and were skipped.

use std::{fmt, ops::AddAssign, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;

/// Counts of one step, or of all.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
    skipped: Vec<String>,
}

impl Tally {
    /// One check that found nothing wrong.
    pub(super) fn one_passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One check that failed, or a step that could not be run.
    pub(super) fn one_failed() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    /// A whole step that this machine cannot run, with the reason.
    pub(super) fn skipped_step(reason: impl Into<String>) -> Self {
        Self { skipped: vec![reason.into()], ..Self::default() }
    }

    /// Sums what Rust's test programs print: their `test result:` lines, and the names of the tests
    /// that are ignored.
    pub(super) fn of_libtest(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            if let Some(result) = line.strip_prefix("test result: ") {
                tally.passed += count_before(result, " passed");
                tally.failed += count_before(result, " failed");
            } else if let Some((name, outcome)) =
                line.strip_prefix("test ").and_then(|line| line.split_once(" ... "))
                && outcome.starts_with("ignored")
            {
                tally.skipped.push(name.to_owned());
            }
        }
        tally
    }

    /// Reads the report that Vitest writes (`--reporter=json`).
    ///
    /// # Errors
    ///
    /// Fails when it is not such a report.
    pub(super) fn of_vitest(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("the report is not JSON")?;
        let count = |key: &str| -> Result<u64> {
            report[key].as_u64().with_context(|| format!("the report has no {key}"))
        };
        let files = report["testResults"].as_array().context("the report has no testResults")?;
        let tests = files.iter().filter_map(|file| file["assertionResults"].as_array()).flatten();
        Ok(Self {
            passed: count("numPassedTests")?,
            // A file that cannot be loaded fails, and has no tests.
            failed: count("numFailedTests")?.max(count("numFailedTestSuites")?),
            skipped: tests
                .filter(|test| test["status"] != "passed" && test["status"] != "failed")
                .map(|test| test["fullName"].as_str().unwrap_or("a test without a name").to_owned())
                .collect(),
        })
    }

    /// The reasons for which steps, and the names by which tests, were skipped.
    pub(super) fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Counts each skip that `refused` holds of as a failure, and returns these.
    pub(super) fn refuse_skips(&mut self, refused: impl Fn(&str) -> bool) -> Vec<String> {
        let skipped = std::mem::take(&mut self.skipped).into_iter();
        let (refused, skipped): (Vec<_>, Vec<_>) = skipped.partition(|name| refused(name));
        self.failed += refused.len() as u64;
        self.skipped = skipped;
        refused
    }

    /// Adds a failure that no test reports: the program itself ended badly.
    pub(super) fn fail_unless(&mut self, success: bool) {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
    }

    /// Whether anything ran.
    pub(super) fn has_run(&self) -> bool {
        self.passed + self.failed > 0
    }

    /// Whether anything failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failed > 0
    }

    /// Whether something ran and nothing failed.
    pub(super) fn is_success(&self) -> bool {
        self.has_run() && !self.has_failed()
    }

    /// The last two lines of the gate.
    pub(super) fn closing(&self, took: Duration) -> String {
        let Self { passed, failed, skipped } = self;
        let (run, skipped) = (passed + failed, skipped.len());
        let seconds = took.as_secs();
        format!(
            "run {run}, failed {failed}, skipped {skipped}, {seconds} s\n\
             {passed} passed, {failed} failed, {skipped} skipped"
        )
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        if *failed == 0 && skipped.is_empty() {
            write!(formatter, "{passed} passed")
        } else {
            write!(formatter, "{passed} passed, {failed} failed, {} skipped", skipped.len())
        }
    }
}

/// The number right before `word`; 0 if there is none.
fn count_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().filter(|before| before.len() < text.len());
    let number = before.and_then(|before| before.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_several_test_programs_are_summed() {
        let output = "\
running 3 tests
test a ... ok
test view::b ... ignored, needs a keyring
test c ... FAILED
test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s
";

        let tally = Tally::of_libtest(output);

        let skipped = vec!["view::b".to_owned()];
        assert_eq!(tally, Tally { passed: 41, failed: 1, skipped });
    }

    #[test]
    fn a_vitest_report_is_read() {
        let report = r#"{"numPassedTests":3,"numFailedTests":0,"numFailedTestSuites":0,"testResults":[
            {"assertionResults":[{"status":"passed","fullName":"a"},{"status":"skipped","fullName":"b"}]}]}"#;

        let tally = Tally::of_vitest(report).unwrap();

        assert_eq!(tally, Tally { passed: 3, failed: 0, skipped: vec!["b".to_owned()] });
    }

    #[test]
    fn a_vitest_file_that_cannot_be_loaded_is_a_failure() {
        let report =
            r#"{"numPassedTests":3,"numFailedTests":0,"numFailedTestSuites":1,"testResults":[]}"#;

        assert!(Tally::of_vitest(report).unwrap().has_failed());
        assert!(Tally::of_vitest("{}").is_err());
    }

    #[test]
    fn a_program_that_crashes_is_a_failure_even_if_no_test_says_so() {
        let mut tally = Tally::one_passed();

        tally.fail_unless(false);

        assert!(tally.has_failed());
    }

    #[test]
    fn a_skip_that_is_not_expected_fails() {
        let mut tally = Tally::skipped_step("no such thing here");

        assert_eq!(tally.refuse_skips(|_| true), ["no such thing here"]);

        assert!(tally.has_failed());
        assert!(tally.skipped().is_empty());
    }

    #[test]
    fn a_run_without_a_test_is_no_success() {
        assert!(!Tally::default().is_success());
        assert!(!Tally::skipped_step("").is_success());
        assert!(Tally::one_passed().is_success());
    }

    #[test]
    fn the_closing_lines_count_everything() {
        let mut tally = Tally::of_libtest("test result: ok. 311 passed; 1 failed; 0 ignored;");
        tally += Tally::skipped_step("not on this machine");

        assert_eq!(
            tally.closing(Duration::from_millis(845_900)),
            "run 312, failed 1, skipped 1, 845 s\n311 passed, 1 failed, 1 skipped"
        );
    }
}
