//! Packages that must not depend on each other, over any number of steps.

use anyhow::Result;

use crate::workspace::{Workspace, output_of};

/// A package, and beginnings of the names of packages that it must do without.
const FORBIDDEN: &[(&str, &[&str])] = &[
    // Everything that the app can do, it can do without a window.
    ("droptrace-core", &["tauri", "wry", "tao", "webkit2gtk", "gtk"]),
    ("droptrace-cli", &["tauri", "wry", "tao", "webkit2gtk", "gtk"]),
    // Client and stand-in are each tested against the documents, neither against the other.
    ("droptrace-practice-tenant", &["droptrace-core", "tauri"]),
];

/// The dependencies that cross a boundary, under any feature and on any system.
///
/// # Errors
///
/// Fails when cargo does.
pub(crate) fn crossed(workspace: &Workspace) -> Result<Vec<String>> {
    let mut crossed = Vec::new();
    for (package, forbidden) in FORBIDDEN {
        let tree = output_of(&mut workspace.cargo(&[
            "tree",
            "--quiet",
            "--package",
            package,
            "--all-features",
            "--target=all",
            "--edges=normal,build,dev",
            "--prefix=none",
            "--no-dedupe",
        ]))?;
        for found in among(&tree, forbidden) {
            crossed.push(format!("{package} depends on {found}"));
        }
    }
    Ok(crossed)
}

/// The names in cargo's tree, without repetition, that are forbidden.
fn among<'tree>(tree: &'tree str, forbidden: &[&str]) -> Vec<&'tree str> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let mut found: Vec<_> = names
        .filter(|name| {
            forbidden.iter().any(|forbidden| {
                let rest = name.strip_prefix(forbidden);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_and_its_family_are_found_once() {
        let tree =
            "droptrace-core v0.1.0 (/src)\ntauri v2.12.5\ntauri-utils v2.1.0\ntauri v2.12.5\n";

        assert_eq!(among(tree, &["tauri"]), ["tauri", "tauri-utils"]);
    }

    #[test]
    fn a_name_that_only_begins_alike_is_none_of_them() {
        assert!(among("taught v1.0.0\ntaurine v1.0.0\n", &["tao", "tauri"]).is_empty());
    }
}
