//! Files by their paths, without a second copy of the paths.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use crate::{intake::FilePath, view::ItemId};

/// Which item a path is.
#[derive(Default)]
pub(super) struct ByPath {
    items: HashTable<ItemId>,
    hasher: RandomState,
}

impl ByPath {
    /// The item of a path. `path_of` gives the path of an item that was put in.
    pub(super) fn get<'a>(
        &self,
        path: &FilePath,
        path_of: impl Fn(ItemId) -> Option<&'a FilePath>,
    ) -> Option<ItemId> {
        let hash = self.hasher.hash_one(path);
        self.items.find(hash, |item| path_of(*item) == Some(path)).copied()
    }

    /// Puts in an item whose path is not known yet.
    pub(super) fn put<'a>(
        &mut self,
        path: &FilePath,
        item: ItemId,
        path_of: impl Fn(ItemId) -> Option<&'a FilePath>,
    ) {
        let hasher = &self.hasher;
        let hash_of = |item: &ItemId| path_of(*item).map_or(0, |path| hasher.hash_one(path));
        self.items.insert_unique(hasher.hash_one(path), item, hash_of);
    }
}
