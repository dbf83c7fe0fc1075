//! Wine, which runs programs for Windows here.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    needs::{RUNS_WINE, WINE_TARGET},
    tools,
    workspace::{Workspace, program, succeed, succeeds},
};

/// The compiler of mingw, which also links.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// Where Wine is: Debian puts it beside the PATH.
const PROGRAMS: &[&str] = &["/usr/lib/wine/wine64", "wine64", "wine"];

/// What Rust's standard library calls, and Wine lacks before its version 9.
const RANDOM: &str = "\
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
    return RtlGenRandom(data, (ULONG)size);
}
";

/// Wine with a Windows of its own, in the target directory.
#[derive(Debug)]
pub(crate) struct Wine {
    program: &'static str,
    folder: PathBuf,
}

impl Wine {
    /// Finds it and what is needed to compile for it; if it is not there, what is missing.
    pub(crate) fn find(workspace: &Workspace) -> Result<Self, &'static str> {
        if !RUNS_WINE {
            return Err("only Linux on x86-64 runs Windows programs by Wine");
        }
        if !tools::has_target(WINE_TARGET) {
            return Err("the target's standard library is not installed");
        }
        if !succeeds(program(COMPILER).arg("--version")) {
            return Err("the compiler for Windows (mingw) is not installed");
        }
        let is_there = |name: &&&str| succeeds(program(name).arg("--version"));
        let program = PROGRAMS.iter().find(is_there).ok_or("Wine is not installed")?;
        Ok(Self { program, folder: workspace.target().join("wine") })
    }

    /// Has cargo run by it what is compiled for [`WINE_TARGET`]. The first program takes the seconds
    /// that it takes to make a Windows.
    ///
    /// # Errors
    ///
    /// Fails when what Wine lacks cannot be compiled.
    pub(crate) fn run_for(&self, cargo: &mut Command) -> Result<()> {
        self.make_up()?;
        cargo
            .args(["--target", WINE_TARGET])
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", self.program)
            .env("WINEPREFIX", self.folder.join("prefix"))
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            .env("WINEPATH", in_wine(&self.folder))
            // Ours; and neither of the two that Wine would offer to download.
            .env("WINEDLLOVERRIDES", "bcryptprimitives=n;mscoree,mshtml=")
            .env_remove("DISPLAY");
        Ok(())
    }

    /// Makes the library that Wine lacks.
    fn make_up(&self) -> Result<()> {
        let library = self.folder.join("bcryptprimitives.dll");
        if library.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).context("cannot make Wine's folder")?;
        let source = self.folder.join("random.c");
        fs::write(&source, RANDOM).context("cannot write in Wine's folder")?;
        let mut compile = program(COMPILER);
        compile.args(["-shared", "-o"]).arg(&library).arg(&source).arg("-ladvapi32");
        succeed(&mut compile)
    }
}

/// A path of this system as a program in Wine knows it.
fn in_wine(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_on_the_drive_that_is_this_system() {
        assert_eq!(in_wine(Path::new("/src/target/wine")), r"Z:\src\target\wine");
    }
}
