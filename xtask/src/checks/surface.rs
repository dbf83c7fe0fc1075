//! What would widen what an attacker can reach: a plugin of the window's framework, a feature of
//! it, a second TLS or HTTP library, a version with a known hole.

use std::fs;

use anyhow::{Context, Result};

use crate::workspace::{Workspace, output_of};

/// The one plugin; each other is a set of commands that a page could call.
const PLUGINS: &[&str] = &["tauri-plugin-single-instance"];

/// Features of Tauri that the app is built with. `devtools` is not among them: its console can
/// call every command.
const FEATURES: &[&str] =
    &["common-controls-v6", "tauri-runtime-wry", "webkit2gtk", "webview2-com", "wry", "x11"];

/// What must not be built in, and why.
const ABSENT: &[(&str, &str)] = &[
    ("openssl", "TLS is rustls'"),
    ("openssl-sys", "TLS is rustls'"),
    ("native-tls", "TLS is rustls'"),
    ("rsa", "its decryption leaks the key by its timing (RUSTSEC-2023-0071)"),
];

/// What is there once: of another version another set of holes would be open.
const ONCE: &[&str] = &["hyper", "reqwest", "rustls", "tauri", "wry"];

/// The first version without a known hole, and the hole.
const FLOORS: &[(&str, [u64; 3], &str)] =
    &[("tauri", [2, 11, 1], "CVE-2026-42184: pages of another origin may count as the app's own")];

/// A sentence for each thing that widens the surface.
///
/// # Errors
///
/// Fails when cargo does, and when the lock file cannot be read.
pub(crate) fn widened(workspace: &Workspace) -> Result<Vec<String>> {
    let lock = fs::read_to_string(workspace.root().join("Cargo.lock"))
        .context("cannot read the lock file")?;
    let mut found = in_lock(&lock)?;
    let tree = output_of(&mut workspace.cargo(&[
        "tree",
        "--quiet",
        "--package=droptrace",
        "--all-features",
        "--target=all",
        "--edges=normal,build,features",
        "--invert=tauri",
        "--prefix=none",
    ]))?;
    found.extend(in_features(&tree)?);
    Ok(found)
}

fn in_lock(lock: &str) -> Result<Vec<String>> {
    let packages = packages(lock);
    let versions = |name: &str| -> Vec<&str> {
        packages.iter().filter(|package| package.0 == name).map(|package| package.1).collect()
    };
    let mut found = Vec::new();
    for (name, _) in &packages {
        if name.starts_with("tauri-plugin-") && !PLUGINS.contains(name) {
            found.push(format!("{name} is not among the plugins that are allowed"));
        }
    }
    for (name, why) in ABSENT {
        if !versions(name).is_empty() {
            found.push(format!("{name} is built in: {why}"));
        }
    }
    for name in ONCE {
        let versions = versions(name);
        if versions.len() != 1 {
            found.push(format!("{name} is there {} times: {versions:?}", versions.len()));
        }
    }
    for (name, floor, hole) in FLOORS {
        for version in versions(name) {
            if numbers(version)? < *floor {
                found.push(format!("{name} {version} has a known hole ({hole})"));
            }
        }
    }
    Ok(found)
}

/// The features in cargo's tree of what leads to Tauri.
fn in_features(tree: &str) -> Result<Vec<String>> {
    let features: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.strip_prefix("tauri feature \"")?.split('"').next())
        .collect();
    // Otherwise a change in cargo's words would pass for a tree without features.
    features.contains(&"wry").then_some(()).context("cargo's tree names no feature of tauri")?;
    let mut found: Vec<String> = features
        .into_iter()
        .filter(|feature| !FEATURES.contains(feature))
        .map(|feature| format!("tauri is built with {feature}, which is not among its features"))
        .collect();
    found.dedup();
    Ok(found)
}

/// Names and versions in a lock file of cargo's.
fn packages(lock: &str) -> Vec<(&str, &str)> {
    lock.split("[[package]]")
        .filter_map(|package| Some((value(package, "name")?, value(package, "version")?)))
        .collect()
}

fn value<'package>(package: &'package str, key: &str) -> Option<&'package str> {
    package.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        value.strip_suffix('"')
    })
}

/// A version without what follows its three numbers.
fn numbers(version: &str) -> Result<[u64; 3]> {
    let end = version.find(['-', '+']).unwrap_or(version.len());
    let numbers = version[..end].split('.').map(str::parse).collect::<Result<Vec<u64>, _>>();
    let numbers = numbers.with_context(|| format!("what version is {version}?"))?;
    <[u64; 3]>::try_from(numbers).ok().with_context(|| format!("what version is {version}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lock file with these packages besides those that must be there.
    fn lock(others: &[(&str, &str)]) -> String {
        let there =
            [("hyper", "1.0.0"), ("reqwest", "0.13.5"), ("rustls", "0.23.0"), ("wry", "0.55.0")];
        let package = |(name, version): &(&str, &str)| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
                 dependencies = [\n \"rsa\",\n]\n"
            )
        };
        let packages: Vec<_> = there.iter().chain(others).map(package).collect();
        format!("version = 4\n\n{}", packages.join("\n"))
    }

    fn found(others: &[(&str, &str)]) -> Vec<String> {
        in_lock(&lock(others)).unwrap()
    }

    #[test]
    fn the_first_version_without_the_hole_passes_and_the_one_before_does_not() {
        assert!(found(&[("tauri", "2.11.1")]).is_empty());

        for old in ["2.11.0", "2.9.9", "2.11.0+patched", "1.99.99"] {
            let found = found(&[("tauri", old)]);
            assert!(matches!(&found[..], [one] if one.contains("CVE-2026-42184")), "{found:?}");
        }
    }

    #[test]
    fn a_second_copy_and_none_at_all_are_found() {
        let twice = found(&[("tauri", "2.12.5"), ("reqwest", "0.12.9")]);
        assert!(
            matches!(&twice[..], [one] if one.starts_with("reqwest is there 2 times")),
            "{twice:?}"
        );

        let none = found(&[]);
        assert!(
            matches!(&none[..], [one] if one.starts_with("tauri is there 0 times")),
            "{none:?}"
        );
    }

    #[test]
    fn a_plugin_and_a_second_tls_library_are_found() {
        for name in
            ["tauri-plugin-shell", "tauri-plugin-fs", "tauri-plugin-opener", "rsa", "native-tls"]
        {
            let found = found(&[("tauri", "2.12.5"), (name, "1.0.0")]);
            assert!(matches!(&found[..], [one] if one.starts_with(name)), "{found:?}");
        }
        let harmless = [("tauri-plugin-single-instance", "2.5.5"), ("openssl-probe", "0.2.2")];
        assert!(found(&[&[("tauri", "2.12.5")], &harmless[..]].concat()).is_empty());
    }

    #[test]
    fn a_feature_that_is_not_listed_is_found() {
        let tree = "tauri v2.12.5\ntauri feature \"wry\"\ndroptrace v0.1.0 (/s)\n\
                    tauri feature \"devtools\"\ntauri feature \"wry\" (*)\n";

        let found = in_features(tree).unwrap();

        assert_eq!(found, ["tauri is built with devtools, which is not among its features"]);
    }

    #[test]
    fn a_tree_without_features_is_an_error() {
        assert!(in_features("tauri v2.12.5\n").is_err());
    }
}
