//! The licences of what the program is shipped with: `licences/third-party.json`, which the page
//! shows, and the same as a text beside an installed program. In one file, since what writes it and
//! what finds that it has drifted must agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{
    page,
    workspace::{Workspace, json_of, output_of},
};

/// The systems that the program is made for; what it needs elsewhere is not shipped.
const TARGETS: &[&str] =
    &["aarch64-apple-darwin", "x86_64-pc-windows-msvc", "x86_64-unknown-linux-gnu"];

/// Writes the file anew.
///
/// # Errors
///
/// Fails when cargo or npm does, and when a package comes without a licence's text.
pub(crate) fn write(workspace: &Workspace) -> Result<ExitCode> {
    page::install_shown(workspace)?;
    let mut texts = Texts::default();
    let mut packages = Vec::new();
    for package in shipped(workspace)? {
        packages.push(package.described(workspace.root(), &mut texts)?);
    }
    let notices = notices(workspace.root())?;
    let notices: Vec<Value> = notices
        .into_iter()
        .map(|(name, text)| json!({ "name": name, "text": texts.index(&text) }))
        .collect();
    let count = packages.len();
    let all = json!({ "packages": packages, "notices": notices, "texts": texts.list });
    fs::write(file(workspace), format!("{}\n", serde_json::to_string_pretty(&all)?))?;
    println!("licences/third-party.json is written: {count} packages, {} texts", texts.list.len());
    Ok(ExitCode::SUCCESS)
}

/// A sentence for each way in which the file differs from what is shipped.
///
/// # Errors
///
/// Fails when cargo does, and when the file cannot be read.
pub(crate) fn drifted(workspace: &Workspace) -> Result<Vec<String>> {
    let all = read(workspace)?;
    let shipped = shipped(workspace)?.into_iter().map(|package| (package.name, package.version));
    let mut found = differences(&all, &shipped.collect())?;
    for (name, text) in notices(workspace.root())? {
        let told = list(&all, "notices")?.iter().find(|notice| notice["name"] == *name);
        let told = told.and_then(|notice| all["texts"].get(index(&notice["text"])?));
        if told.and_then(Value::as_str) != Some(&*text) {
            found.push(format!("the notice of {name} is not in it as it is"));
        }
    }
    if !found.is_empty() {
        found.push("`cargo xtask licences` writes licences/third-party.json anew".to_owned());
    }
    Ok(found)
}

/// The licence of this program and of all that it is shipped with, to be read without it.
///
/// # Errors
///
/// Fails when the file or our own licence cannot be read.
pub(crate) fn as_text(workspace: &Workspace) -> Result<String> {
    let own = fs::read_to_string(workspace.root().join("LICENSE-MIT"))?;
    let all = read(workspace)?;
    let mut text = format!(
        "Droptrace is free under the MIT licence, which follows, or under the Apache licence, \
         version 2.0\n(on Debian: /usr/share/common-licenses/Apache-2.0), as you like.\n\n{own}\n"
    );
    text.push_str("It is shipped with what follows. Sources: at the address of each package.\n\n");
    let mut used_by: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for package in list(&all, "packages")? {
        let (name, licence) = (of(package, "name")?, of(package, "licence")?);
        let (version, source) = (of(package, "version")?, of(package, "source")?);
        writeln!(text, "{name} {version}: {licence}\n  {source}")?;
        for number in list(package, "texts")?.iter().filter_map(index) {
            used_by.entry(number).or_default().push(name);
        }
    }
    for notice in list(&all, "notices")? {
        used_by
            .entry(index(&notice["text"]).unwrap_or_default())
            .or_default()
            .push(of(notice, "name")?);
    }
    for (number, names) in used_by {
        let licence = all["texts"][number].as_str().context("a text is missing")?;
        writeln!(text, "\n{}\n{}\n\n{licence}", "-".repeat(72), names.join(", "))?;
    }
    Ok(text)
}

/// The names and versions that are in one but not in the other, and packages without a licence.
fn differences(all: &Value, shipped: &BTreeSet<(String, String)>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    let texts = list(all, "texts")?;
    for package in list(all, "packages")? {
        let (name, version) = (of(package, "name")?, of(package, "version")?);
        let indices = list(package, "texts")?;
        let has_text = |at: &Value| {
            index(at).and_then(|at| texts.get(at)?.as_str()).is_some_and(|text| text.len() > 200)
        };
        if of(package, "licence")?.is_empty() || indices.is_empty() || !indices.iter().all(has_text)
        {
            found.push(format!("{name} {version} has no licence"));
        }
        told.insert((name.to_owned(), version.to_owned()));
    }
    let line = |(name, version): &(String, String), what| format!("{name} {version} {what}");
    found.extend(shipped.difference(&told).map(|package| line(package, "is not in it")));
    found.extend(told.difference(shipped).map(|package| line(package, "is not shipped any more")));
    Ok(found)
}

/// A package that the program is shipped with.
struct Package {
    name: String,
    version: String,
    licence: String,
    authors: Vec<String>,
    /// Where its source is to be had.
    source: String,
    folder: PathBuf,
}

impl Package {
    /// How it stands in the file.
    fn described(&self, root: &Path, texts: &mut Texts) -> Result<Value> {
        let mut own = licence_texts(&self.folder)?;
        // Of two licences to choose from, the shorter one: the other need not be passed on.
        let is_choice = self.licence.contains("MIT")
            && [" OR ", "/"].iter().any(|or| self.licence.contains(or))
            && !self.licence.contains(" AND ");
        if is_choice && own.iter().any(|text| is_mit(text)) {
            own.retain(|text| is_mit(text));
        }
        if own.is_empty() {
            own.push(self.usual_text(root)?);
        }
        let own: Vec<usize> = own.iter().map(|text| texts.index(text)).collect();
        Ok(json!({
            "name": self.name,
            "version": self.version,
            "licence": self.licence,
            "authors": self.authors,
            "source": self.source,
            "texts": own,
        }))
    }

    /// The text of a licence that the package names but does not bring along.
    fn usual_text(&self, root: &Path) -> Result<String> {
        if self.licence.split([' ', '/', '(', ')']).any(|licence| licence == "MIT") {
            let authors = match &self.authors[..] {
                [] => format!("The authors of {}", self.name),
                authors => authors.join(", "),
            };
            let mit = fs::read_to_string(root.join("LICENSE-MIT"))?;
            let (title, rest) = mit.split_once("Copyright").context("our licence has no notice")?;
            let (_, rest) = rest.split_once('\n').context("our licence has one line")?;
            return Ok(trimmed(&format!("{title}Copyright (c) {authors}\n{rest}")));
        }
        // Found by hand: for the package, or where the text names nobody, for the licence.
        for name in [&self.name, &self.licence] {
            let file = root.join(format!("licences/texts/{name}.txt"));
            if file.is_file() {
                return Ok(trimmed(&fs::read_to_string(file)?));
            }
        }
        let Self { name, licence, .. } = self;
        bail!("{name} comes without the text of {licence}: put it into licences/texts/{name}.txt")
    }
}

fn is_mit(text: &str) -> bool {
    text.contains("Permission is hereby granted, free of charge")
        && !text.contains("Apache License")
}

/// What is linked into the program or packed into its page, by name and version.
fn shipped(workspace: &Workspace) -> Result<Vec<Package>> {
    let mut packages = crates(workspace)?;
    packages.extend(npm_packages(workspace)?);
    packages.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    Ok(packages)
}

fn crates(workspace: &Workspace) -> Result<Vec<Package>> {
    // Unlike cargo's metadata, its tree leaves out what the tests' features need.
    let mut tree = workspace.cargo(&[
        "tree",
        "--quiet",
        "--package=droptrace",
        "--package=droptrace-cli",
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--no-dedupe",
        "--format={p}",
    ]);
    tree.args(TARGETS.iter().flat_map(|target| ["--target", target]));
    let tree = output_of(&mut tree)?;
    let linked = linked(&tree);
    let metadata = json_of(&mut workspace.cargo(&["metadata", "--quiet", "--format-version=1"]))?;
    let mut packages = Vec::new();
    for package in list(&metadata, "packages")? {
        let (name, version) = (of(package, "name")?, of(package, "version")?);
        // Our own have no source.
        if package["source"].is_null() || !linked.contains(&(name, version)) {
            continue;
        }
        let authors = list(package, "authors")?.iter().filter_map(Value::as_str);
        let manifest = Path::new(of(package, "manifest_path")?);
        packages.push(Package {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: package["license"].as_str().unwrap_or_default().to_owned(),
            authors: authors.map(without_address).collect(),
            source: format!("https://crates.io/crates/{name}/{version}"),
            folder: manifest.parent().context("a manifest outside of a folder")?.to_owned(),
        });
    }
    Ok(packages)
}

/// The names and versions in cargo's tree.
fn linked(tree: &str) -> BTreeSet<(&str, &str)> {
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?.strip_prefix('v')?))
        })
        .collect()
}

/// The packages of the page that are not only there to build and test it.
fn npm_packages(workspace: &Workspace) -> Result<Vec<Package>> {
    let page = workspace.page();
    let lock = fs::read_to_string(page.join("package-lock.json"))
        .context("cannot read the page's lock file")?;
    let lock: Value = serde_json::from_str(&lock).context("the page's lock file is not JSON")?;
    let entries = lock["packages"].as_object().context("the page's lock file has no packages")?;
    let mut packages = Vec::new();
    for (folder, entry) in entries {
        let Some((_, name)) = folder.rsplit_once("node_modules/") else { continue };
        if entry["dev"] == true || entry["devOptional"] == true || entry["optional"] == true {
            continue;
        }
        let version = of(entry, "version")?;
        packages.push(Package {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: entry["license"].as_str().unwrap_or_default().to_owned(),
            authors: Vec::new(),
            source: format!("https://www.npmjs.com/package/{name}/v/{version}"),
            folder: page.join(folder),
        });
    }
    Ok(packages)
}

/// The notices of data that the program carries: each `NOTICE.md` among our own sources, named by
/// its heading.
fn notices(root: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates"), root.join("ui/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("NOTICE.md") {
                let text = trimmed(&fs::read_to_string(&path)?);
                let heading = text.lines().next().unwrap_or_default();
                found.push((heading.trim_start_matches('#').trim().to_owned(), text));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Licences and notices in a package's folder, and in one of them.
fn licence_texts(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut paths = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths.into_iter().filter(|path| is_about_licences(path)) {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                texts.push(entry?.path());
            }
        } else {
            texts.push(path);
        }
    }
    texts.retain(|path| path.extension().is_none_or(|extension| extension != "rs"));
    texts.sort();
    texts.into_iter().map(|path| Ok(trimmed(&String::from_utf8_lossy(&fs::read(path)?)))).collect()
}

fn is_about_licences(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let names = ["license", "licence", "copying", "notice", "unlicense", "copyright"];
    names.iter().any(|known| name.starts_with(known))
}

/// Texts, each once: whether lines end or are indented in one way or another makes no difference.
#[derive(Default)]
struct Texts {
    list: Vec<String>,
    known: BTreeMap<String, usize>,
}

impl Texts {
    fn index(&mut self, text: &str) -> usize {
        let words: Vec<&str> = text.split_whitespace().collect();
        *self.known.entry(words.join(" ")).or_insert_with(|| {
            self.list.push(text.to_owned());
            self.list.len() - 1
        })
    }
}

fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// `Name <name@example.org>` without the address.
fn without_address(author: &str) -> String {
    author.split(" <").next().unwrap_or(author).to_owned()
}

fn file(workspace: &Workspace) -> PathBuf {
    workspace.root().join("licences/third-party.json")
}

fn read(workspace: &Workspace) -> Result<Value> {
    let text = fs::read_to_string(file(workspace)).context("cannot read third-party.json")?;
    serde_json::from_str(&text).context("third-party.json is not JSON")
}

fn list<'value>(value: &'value Value, key: &str) -> Result<&'value Vec<Value>> {
    value[key].as_array().with_context(|| format!("no list {key}"))
}

fn of<'value>(value: &'value Value, key: &str) -> Result<&'value str> {
    value[key].as_str().with_context(|| format!("no {key} in {value}"))
}

fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Value {
        let text = "x".repeat(201);
        json!({
            "packages": [
                { "name": "a", "version": "1.0.0", "licence": "MIT", "texts": [0] },
                { "name": "b", "version": "2.0.0", "licence": "MIT", "texts": [0, 1] },
            ],
            "notices": [],
            "texts": [text, text],
        })
    }

    fn shipped(packages: &[(&str, &str)]) -> BTreeSet<(String, String)> {
        packages.iter().map(|(name, version)| ((*name).into(), (*version).into())).collect()
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_found() {
        assert!(
            differences(&told(), &shipped(&[("a", "1.0.0"), ("b", "2.0.0")])).unwrap().is_empty()
        );

        let found = differences(&told(), &shipped(&[("a", "1.0.1"), ("b", "2.0.0")])).unwrap();
        assert_eq!(found, ["a 1.0.1 is not in it", "a 1.0.0 is not shipped any more"]);
    }

    #[test]
    fn a_package_without_a_licence_is_found() {
        let both = shipped(&[("a", "1.0.0"), ("b", "2.0.0")]);
        let mut broken = [told(), told(), told(), told()];
        broken[0]["packages"][0]["licence"] = "".into();
        broken[1]["packages"][0]["texts"] = json!([]);
        broken[2]["packages"][0]["texts"] = json!([0, 2]);
        broken[3]["texts"][0] = "MIT".into();

        for told in broken {
            let found = differences(&told, &both).unwrap();
            assert_eq!(found[0], "a 1.0.0 has no licence");
        }
    }

    #[test]
    fn a_text_is_kept_once_however_it_is_broken_into_lines() {
        let mut texts = Texts::default();

        assert_eq!(texts.index("Permission is\n  granted"), 0);
        assert_eq!(texts.index("Permission\r\nis granted"), 0);
        assert_eq!(texts.index("Permission is not granted"), 1);
        assert_eq!(texts.list.len(), 2);
    }

    #[test]
    fn the_tree_is_read_with_and_without_a_place() {
        let linked = linked("droptrace v0.1.0 (/s/src-tauri)\n\nwry v0.57.1\nwry v0.57.1 (*)\n");

        assert_eq!(linked, BTreeSet::from([("droptrace", "0.1.0"), ("wry", "0.57.1")]));
    }

    #[test]
    fn what_is_shipped_is_told_with_its_licence() {
        let workspace = Workspace::open().unwrap();

        assert_eq!(drifted(&workspace).unwrap(), Vec::<String>::new());
        let text = as_text(&workspace).unwrap();
        for part in ["react-dom ", "tauri ", "Mozilla Public License", "Copyright (c) "] {
            assert!(text.contains(part), "{part}");
        }
    }
}
