//! What several steps use: built once, when the first of them asks for it.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::log::Log;
use crate::{
    cargo_messages::{self, Program},
    journeys, page,
    workspace::Workspace,
};

/// The workspace, and what has been built of it in this run. A build that failed is not tried
/// again.
#[derive(Debug)]
pub(super) struct Built {
    workspace: Workspace,
    page_packages: Once<()>,
    page: Once<()>,
    test_programs: Once<TestPrograms>,
    app: Once<PathBuf>,
}

impl Built {
    /// Nothing is built yet.
    pub(super) fn new(workspace: Workspace) -> Self {
        Self {
            workspace,
            page_packages: Once::default(),
            page: Once::default(),
            test_programs: Once::default(),
            app: Once::default(),
        }
    }

    /// The workspace.
    pub(super) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Installs the page's packages.
    pub(super) fn page_packages(&mut self, log: &mut Log) -> Result<()> {
        let workspace = &self.workspace;
        self.page_packages.get("the page's packages", || {
            if let Some(mut install) = page::install_packages(workspace) {
                log.run(&mut install)?;
                page::packages_installed(workspace)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Builds the page. The shell embeds it, so whatever compiles the shell asks for it first.
    pub(super) fn page(&mut self, log: &mut Log) -> Result<()> {
        self.page_packages(log)?;
        let workspace = &self.workspace;
        self.page.get("the page", || log.run(&mut workspace.npm(&["run", "build"])))?;
        Ok(())
    }

    /// Compiles all test programs of the workspace at once, so that they share one set of
    /// dependencies. Those that do not compile are left out.
    pub(super) fn test_programs(&mut self, log: &mut Log) -> Result<&TestPrograms> {
        self.page(log)?;
        let workspace = &self.workspace;
        self.test_programs.get("the test programs", || {
            let (messages, status) = log.output_and_status(&mut workspace.cargo(&[
                "build",
                "--workspace",
                "--tests",
                "--keep-going",
                "--message-format=json-render-diagnostics",
            ]))?;
            let mut programs = cargo_messages::programs(&messages)?;
            programs.retain(|program| program.is_test);
            Ok(TestPrograms { programs, complete: status.success() })
        })
    }

    /// Builds the app with the features that people run, which are not those of its tests.
    pub(super) fn app(&mut self, log: &mut Log) -> Result<&Path> {
        self.page(log)?;
        let workspace = &self.workspace;
        let app = self.app.get("the app", || {
            journeys::app_among(&log.output(&mut workspace.cargo(journeys::BUILD_APP))?)
        })?;
        Ok(app)
    }
}

/// The test programs of the workspace.
#[derive(Debug)]
pub(super) struct TestPrograms {
    /// Those that compiled.
    pub(super) programs: Vec<Program>,
    /// Whether all did.
    pub(super) complete: bool,
}

/// Something that is built at most once.
#[derive(Debug, Default)]
enum Once<T> {
    #[default]
    NotYet,
    Made(T),
    Failed,
}

impl<T> Once<T> {
    fn get(&mut self, what: &str, build: impl FnOnce() -> Result<T>) -> Result<&T> {
        if matches!(self, Self::NotYet) {
            match build() {
                Ok(made) => *self = Self::Made(made),
                Err(error) => {
                    *self = Self::Failed;
                    return Err(error);
                }
            }
        }
        match self {
            Self::Made(made) => Ok(made),
            Self::NotYet | Self::Failed => Err(anyhow!("{what} failed before")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_not_tried_again() {
        let mut once = Once::<()>::default();

        assert!(once.get("it", || Err(anyhow!("no"))).is_err());
        let again = once.get("it", || unreachable!());

        assert_eq!(again.unwrap_err().to_string(), "it failed before");
    }
}
