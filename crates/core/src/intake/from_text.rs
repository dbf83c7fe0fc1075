//! Texts → the digests that they name.

use std::{
    collections::HashSet,
    ffi::OsStr,
    io::Read,
    ops::ControlFlow,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use super::{
    Found, GivenDigest, MOST_ITEMS,
    text::{TextKind, digests_in},
};
use crate::{
    digest::{Sha1Digest, open_regular},
    view::DigestKind,
};

/// A digest that a text named, with the place of its first mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromText {
    /// The digest.
    pub digest: GivenDigest,
    /// The file's name; none for a pasted text.
    pub text: Option<Arc<OsStr>>,
    /// The line, from 1.
    pub line: u32,
    /// What stands beside it in the row of a table: a stranger's text, at most 200 characters.
    pub note: Option<Box<str>>,
}

impl GivenDigest {
    /// What kind of digest it is.
    pub fn kind(&self) -> DigestKind {
        match self {
            Self::Sha1(_) => DigestKind::Sha1,
            Self::Sha256(_) => DigestKind::Sha256,
            Self::Md5(_) => DigestKind::Md5,
        }
    }

    /// Whether it can be looked up as it is.
    pub fn is_sha1(&self) -> bool {
        matches!(self, Self::Sha1(_))
    }

    /// Whether it is that of a file without content: all of those have the same one, and to look it
    /// up says nothing of any.
    pub fn is_of_nothing(&self) -> bool {
        let nothing = match self {
            Self::Sha1(sha1) => return *sha1 == Sha1Digest::EMPTY,
            Self::Sha256(_) => "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            Self::Md5(_) => "d41d8cd98f00b204e9800998ecf8427e",
        };
        nothing.parse() == Ok(*self)
    }
}

/// A text was not looked through to its end: it could not be read, or names more digests than a
/// batch takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text was not looked through to its end")]
pub struct TextUnread;

/// The digests that texts have named, each once.
#[derive(Default)]
pub(super) struct Named(HashSet<GivenDigest>);

impl Named {
    /// Looks through a file. It is opened only if it is a regular one.
    pub(super) fn in_file(
        &mut self,
        path: &Path,
        kind: TextKind,
        cancelled: &AtomicBool,
        tell: impl FnMut(FromText) -> bool,
    ) -> Result<(), TextUnread> {
        let name = path.file_name().map(Arc::<OsStr>::from);
        let file = open_regular(path).map_err(|error| {
            tracing::info!(%error, "a text could not be looked through");
            TextUnread
        })?;
        self.in_text(file, name.as_ref(), kind, cancelled, tell)
    }

    /// Looks through a text. `tell` receives each digest that was not named before, and says whether
    /// to go on.
    pub(super) fn in_text(
        &mut self,
        text: impl Read,
        name: Option<&Arc<OsStr>>,
        kind: TextKind,
        cancelled: &AtomicBool,
        mut tell: impl FnMut(FromText) -> bool,
    ) -> Result<(), TextUnread> {
        let mut full = false;
        let read = digests_in(text, kind, cancelled, |mention| {
            if self.0.contains(&mention.digest) {
                return ControlFlow::Continue(());
            }
            if self.0.len() == MOST_ITEMS {
                full = true;
                return ControlFlow::Break(());
            }
            self.0.insert(mention.digest);
            let found = FromText {
                digest: mention.digest,
                text: name.cloned(),
                line: mention.line,
                note: mention.note(),
            };
            if tell(found) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        match read {
            Ok(()) if !full => Ok(()),
            Ok(()) => Err(TextUnread),
            Err(error) => {
                tracing::info!(%error, "a text could not be looked through to its end");
                Err(TextUnread)
            }
        }
    }
}

/// Finds the digests in a pasted text. `report` receives at most 64 at a time, and says whether to
/// go on. This blocks.
///
/// # Errors
///
/// [`TextUnread`] if there are more than a batch takes.
pub fn digests_in_pasted(
    text: &str,
    cancelled: &AtomicBool,
    mut report: impl FnMut(Found) -> bool,
) -> Result<(), TextUnread> {
    let mut found = Found::default();
    let mut listens = true;
    let read =
        Named::default().in_text(text.as_bytes(), None, TextKind::Pasted, cancelled, |digest| {
            found.digests.push(digest);
            if found.digests.len() == super::walk::BATCH {
                listens = report(std::mem::take(&mut found));
            }
            listens
        });
    if listens && !found.digests.is_empty() {
        report(found);
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_of_nothing_are_known() {
        for (text, kind) in [
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", DigestKind::Sha1),
            ("D41D8CD98F00B204E9800998ECF8427E", DigestKind::Md5),
            (
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                DigestKind::Sha256,
            ),
        ] {
            let digest: GivenDigest = text.parse().unwrap();
            assert!(digest.is_of_nothing());
            assert_eq!(digest.kind(), kind);
        }
        let other: GivenDigest = "a9993e364706816aba3e25717850c26c9cd0d89d".parse().unwrap();
        assert!(!other.is_of_nothing());
    }

    #[test]
    fn a_digest_is_told_once_with_the_place_of_its_first_mention() {
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
        let mut found = Vec::new();

        let read = digests_in_pasted(
            &format!("see\n{sha1}\n{sha1}, {}", "900150983cd24fb0d6963f7d28e17f72"),
            &AtomicBool::new(false),
            |part| {
                found.extend(part.digests);
                true
            },
        );

        assert_eq!(read, Ok(()));
        let found: Vec<_> = found.iter().map(|found| (found.digest.kind(), found.line)).collect();
        assert_eq!(found, [(DigestKind::Sha1, 2), (DigestKind::Md5, 3)]);
    }
}
