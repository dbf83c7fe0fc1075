//! What programs have found out, to be compared.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

/// The digests that a program printed, each with its path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sums(Vec<(String, String)>);

impl Sums {
    /// Reads lines as `sha1sum`, `rhash` and `openssl dgst -r` print them.
    ///
    /// # Errors
    ///
    /// If a line is none of these.
    pub(crate) fn read(output: &Path) -> Result<Self> {
        let text = fs::read_to_string(output).context("cannot read what a program printed")?;
        let mut sums = Vec::new();
        for line in text.lines() {
            let sum = line.split_once("  ").or_else(|| line.split_once(" *"));
            match sum {
                Some((digest, path)) if digest.len() == 40 => {
                    sums.push((path.to_owned(), digest.to_ascii_lowercase()));
                }
                _ => bail!("a program printed {line:?}"),
            }
        }
        sums.sort_unstable();
        Ok(Self(sums))
    }

    /// How many bytes they are when printed.
    pub(crate) fn printed(&self) -> u64 {
        self.0.iter().map(|(path, digest)| (digest.len() + 2 + path.len() + 1) as u64).sum()
    }

    /// Sees that two programs agree on so many files.
    ///
    /// # Errors
    ///
    /// If they do not.
    pub(crate) fn agree(&self, other: &Self, files: usize) -> Result<()> {
        ensure!(self.0.len() == files, "{} of {files} files have a digest", self.0.len());
        let odd = self.0.iter().zip(&other.0).find(|(ours, theirs)| ours != theirs);
        if let Some((ours, theirs)) = odd {
            bail!("two programs differ: {ours:?} and {theirs:?}");
        }
        ensure!(self.0.len() == other.0.len(), "the other has {} digests", other.0.len());
        Ok(())
    }
}

/// The words of a text, one a line, in small letters and order.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn sorted_lines(output: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(output).context("cannot read what a program printed")?;
    let mut lines: Vec<_> = text.lines().map(str::to_ascii_lowercase).collect();
    lines.sort_unstable();
    Ok(lines)
}
