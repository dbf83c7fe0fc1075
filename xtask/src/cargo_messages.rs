//! What cargo says it has built (`--message-format=json-render-diagnostics`).

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

/// A program that cargo has built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// The package's name.
    pub(crate) package: String,
    /// The package's directory, where its tests run.
    pub(crate) directory: PathBuf,
    /// The name of the library, binary or test.
    pub(crate) target: String,
    /// Whether this is a test program.
    pub(crate) is_test: bool,
    /// The file.
    pub(crate) file: PathBuf,
}

/// Reads cargo's messages, a JSON document a line; lines of other kinds are left out.
///
/// # Errors
///
/// Fails when a message about a program lacks what every such message has.
pub(crate) fn programs(messages: &str) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for line in messages.lines() {
        let message: Value =
            serde_json::from_str(line).with_context(|| format!("not a message: {line}"))?;
        if message["reason"] == "compiler-artifact"
            && let Some(file) = message["executable"].as_str()
            && let Some(program) = program_of(&message, file)?
        {
            programs.push(program);
        }
    }
    Ok(programs)
}

/// Build scripts are programs, too, and of no interest here.
fn program_of(message: &Value, file: &str) -> Result<Option<Program>> {
    let text = |value: &Value, what: &str| -> Result<String> {
        Ok(value.as_str().with_context(|| format!("no {what} in {message}"))?.to_owned())
    };
    if message["target"]["kind"][0] == "custom-build" {
        return Ok(None);
    }
    let manifest = PathBuf::from(text(&message["manifest_path"], "manifest path")?);
    let directory = manifest.parent().context("a manifest outside of a directory")?.to_path_buf();
    Ok(Some(Program {
        package: package_name(&text(&message["package_id"], "package id")?).to_owned(),
        directory,
        target: text(&message["target"]["name"], "target name")?,
        is_test: message["profile"]["test"] == true,
        file: file.into(),
    }))
}

/// The name in a package id: `path+file:///…/xtask#0.1.0`, or `…/crates/core#droptrace-core@0.1.0`
/// where the directory has another name.
fn package_name(id: &str) -> &str {
    let (place, fragment) = id.rsplit_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_id_gives_its_name_in_both_forms() {
        assert_eq!(package_name("path+file:///src/xtask#0.1.0"), "xtask");
        assert_eq!(
            package_name("path+file:///src/crates/core#droptrace-core@0.1.0"),
            "droptrace-core"
        );
    }

    #[test]
    fn test_programs_are_told_from_libraries_and_build_scripts() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","package_id":"path+file:///s/crates/core#droptrace-core@0.1.0","manifest_path":"/s/crates/core/Cargo.toml","target":{"kind":["lib"],"name":"droptrace_core"},"profile":{"test":false},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","package_id":"path+file:///s/crates/core#droptrace-core@0.1.0","manifest_path":"/s/crates/core/Cargo.toml","target":{"kind":["lib"],"name":"droptrace_core"},"profile":{"test":true},"executable":"/t/droptrace_core-1"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\n",
        );

        let programs = programs(messages).unwrap();

        let core = Program {
            package: "droptrace-core".into(),
            directory: "/s/crates/core".into(),
            target: "droptrace_core".into(),
            is_test: true,
            file: "/t/droptrace_core-1".into(),
        };
        assert_eq!(programs, [core]);
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        assert!(programs("error: no such command\n").is_err());
    }
}
