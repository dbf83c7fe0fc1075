//! Licences of everything that comes from others, of the app and of what builds and tests it.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::spdx;
use crate::workspace::{Workspace, json_of};

/// What may be used, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("MIT", "asks for its notice only"),
    ("Apache-2.0", "asks for its notice, and grants patents"),
    ("Apache-2.0 WITH LLVM-exception", "as Apache-2.0, and asks for less"),
    ("ISC", "as MIT, in fewer words"),
    ("BSD-2-Clause", "asks for its notice only"),
    ("BSD-3-Clause", "asks for its notice, and that its authors are not named in praise"),
    ("Zlib", "asks that changed sources say so"),
    ("BSL-1.0", "asks for its notice in sources only"),
    ("0BSD", "asks for nothing"),
    ("MIT-0", "asks for nothing"),
    ("Unicode-3.0", "asks for its notice; it covers the tables of Unicode"),
    ("CDLA-Permissive-2.0", "for data, asks for its text; it covers lists of root certificates"),
    ("MPL-2.0", "copyleft file by file: met by pointing to the sources, which stay unchanged"),
];

/// A sentence for each package whose licence is not among the allowed ones.
///
/// # Errors
///
/// Fails when cargo does, and when a lock file or a licence cannot be read.
pub(crate) fn not_allowed(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = json_of(&mut workspace.cargo(&["metadata", "--quiet", "--format-version=1"]))?;
    let lock = fs::read_to_string(workspace.page().join("package-lock.json"))
        .context("cannot read the page's lock file")?;
    let lock = serde_json::from_str(&lock).context("the page's lock file is not JSON")?;
    let mut found = Vec::new();
    for package in crates(&metadata)?.into_iter().chain(npm_packages(&lock)?) {
        let Some(licence) = package.licence else {
            found.push(format!("{} names no licence", package.name));
            continue;
        };
        let allowed = spdx::is_met(licence, is_allowed)
            .with_context(|| format!("in the licence of {}", package.name))?;
        if !allowed {
            found.push(format!("{}: {licence}", package.name));
        }
    }
    Ok(found)
}

fn is_allowed(licence: &str) -> bool {
    ALLOWED.iter().any(|(allowed, _)| *allowed == licence)
}

#[derive(Debug, PartialEq, Eq)]
struct Package<'a> {
    name: &'a str,
    licence: Option<&'a str>,
}

fn crates(metadata: &Value) -> Result<Vec<Package<'_>>> {
    let packages = metadata["packages"].as_array().context("cargo metadata: no packages")?;
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().context("cargo metadata: no name")?;
            Ok(Package { name, licence: package["license"].as_str() })
        })
        .collect()
}

/// The keys are the folders into which the packages go.
fn npm_packages(lock: &Value) -> Result<Vec<Package<'_>>> {
    let packages = lock["packages"].as_object().context("the page's lock file has no packages")?;
    Ok(packages
        .iter()
        .map(|(folder, package)| Package { name: folder, licence: package["license"].as_str() })
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn crates_and_npm_packages_are_read() {
        let metadata = json!({"packages": [{"name": "a", "license": "MIT"}, {"name": "b"}]});
        let lock = json!({"packages": {"node_modules/c": {"license": "ISC"}}});

        let a = Package { name: "a", licence: Some("MIT") };
        let b = Package { name: "b", licence: None };
        let c = Package { name: "node_modules/c", licence: Some("ISC") };
        assert_eq!(crates(&metadata).unwrap(), [a, b]);
        assert_eq!(npm_packages(&lock).unwrap(), [c]);
    }

    #[test]
    fn copyleft_over_the_whole_program_is_not_allowed() {
        for licence in ["GPL-3.0-only", "AGPL-3.0-or-later", "LGPL-2.1-or-later", "SSPL-1.0"] {
            assert!(!is_allowed(licence), "{licence}");
        }
    }
}
