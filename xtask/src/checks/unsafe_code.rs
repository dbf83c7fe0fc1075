//! Where unsafe code is expected, all of it.

use std::{fs, io, path::Path};

use crate::workspace::Workspace;

/// The files, each with one module or function that a system's own calls need.
const EXPECTED: &[&str] = &[
    "crates/core/src/digest/streams.rs",
    "crates/core/src/intake/device.rs",
    "src-tauri/src/neighbour/plugin.rs",
    "src-tauri/src/reload.rs",
];

/// How often each source file beneath `folder` names the lint, where it does.
fn named_in(folder: &Path, root: &Path, found: &mut Vec<(String, usize)>) -> io::Result<()> {
    // Put together here, so that this file does not name it.
    let lint = concat!("(unsafe", "_code");
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            named_in(&path, root, found)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let times = fs::read_to_string(&path)?.matches(lint).count();
            if times > 0 {
                let within = path.strip_prefix(root).unwrap_or(&path);
                found.push((within.display().to_string().replace('\\', "/"), times));
            }
        }
    }
    Ok(())
}

#[test]
fn unsafe_code_is_where_it_is_expected_and_nowhere_else() {
    let workspace = Workspace::open().unwrap();
    let mut found = Vec::new();
    for package in workspace.packages() {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        named_in(manifest.parent().unwrap(), workspace.root(), &mut found).unwrap();
    }
    found.sort_unstable();

    let expected: Vec<_> = EXPECTED.iter().map(|file| ((*file).to_owned(), 1)).collect();
    assert_eq!(found, expected);
}
