//! Dependencies that nothing uses.
//!
//! A dependency counts as used when its crate's name stands as a word in the code of the package
//! that asks for it, comments left out. That is coarse, but it needs no compiler and finds what
//! refactoring leaves behind.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::workspace::Workspace;

/// A sentence for each dependency without a use: a package's own, and the workspace's.
///
/// # Errors
///
/// Fails when a source or a manifest cannot be read.
pub(crate) fn unused(workspace: &Workspace) -> Result<Vec<String>> {
    let mut unused = Vec::new();
    let mut asked_for = HashSet::new();
    for package in workspace.packages() {
        let name = text(package, "name")?;
        let manifest = PathBuf::from(text(package, "manifest_path")?);
        let folder = manifest.parent().context("a manifest outside of a directory")?;
        let code = Code::of(folder)?;
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let dependency_name = text(dependency, "name")?;
            // Under another name, a dependency stands in the workspace's manifest as well.
            let crate_name = dependency["rename"].as_str().unwrap_or(dependency_name);
            asked_for.insert(crate_name.to_owned());
            let code = match dependency["kind"].as_str() {
                Some("build") => &code.build,
                _ => &code.rest,
            };
            if !code.contains(&crate_name.replace('-', "_")) {
                unused.push(format!("{name} does not use {crate_name}"));
            }
        }
    }
    let root = fs::read_to_string(workspace.root().join("Cargo.toml"))
        .context("cannot read the workspace's manifest")?;
    for name in workspace_dependencies(&root) {
        if !asked_for.contains(name) {
            unused.push(format!("no package asks for {name}, which the workspace offers"));
        }
    }
    Ok(unused)
}

/// The words of a package's code.
#[derive(Debug, Default)]
struct Code {
    /// Of the build script.
    build: HashSet<String>,
    /// Of everything else: sources, tests, benchmarks.
    rest: HashSet<String>,
}

impl Code {
    fn of(package: &Path) -> Result<Self> {
        let mut code = Self::default();
        let mut folders = vec![package.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let context = || format!("cannot read {}", folder.display());
            for entry in fs::read_dir(&folder).with_context(context)? {
                let path = entry.with_context(context)?.path();
                if path.is_dir() {
                    // A package inside of this one has its own dependencies.
                    if !path.join("Cargo.toml").exists() {
                        folders.push(path);
                    }
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = fs::read_to_string(&path)
                        .with_context(|| format!("cannot read {}", path.display()))?;
                    let is_build_script = path == package.join("build.rs");
                    let words = if is_build_script { &mut code.build } else { &mut code.rest };
                    words.extend(words_of(&text));
                }
            }
        }
        Ok(code)
    }
}

/// The identifiers in a source, without those in comments that have their line for themselves.
fn words_of(source: &str) -> impl Iterator<Item = String> + '_ {
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split(|character: char| !is_of_a_word(character)))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

fn is_of_a_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The keys of `[workspace.dependencies]`.
fn workspace_dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim())
        .filter(|key| key.chars().all(|character| is_of_a_word(character) || character == '-'))
}

fn text<'value>(value: &'value Value, key: &str) -> Result<&'value str> {
    value[key].as_str().with_context(|| format!("cargo metadata: no {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_comment_is_no_use() {
        let words: Vec<_> = words_of("// tempfile\nuse serde_json::Value; // really\n").collect();

        assert_eq!(words, ["use", "serde_json", "Value", "really"]);
    }

    #[test]
    fn the_keys_of_the_workspace_are_read() {
        let manifest = "[workspace]\nresolver = \"3\"\n\n[workspace.dependencies]\nanyhow = \"1\"\n\n\
                        # a comment = nothing\nts-rs = { version = \"12\" }\n\n[profile.dev]\ndebug = 0\n";

        assert_eq!(workspace_dependencies(manifest).collect::<Vec<_>>(), ["anyhow", "ts-rs"]);
    }

    #[test]
    fn this_package_uses_what_it_asks_for() {
        let code = Code::of(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();

        assert!(code.rest.contains("anyhow"));
        assert!(!code.rest.contains(&["reg", "ex"].concat()));
    }
}
