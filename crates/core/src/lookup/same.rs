//! Which items have the same content: an index, because a batch may have 100,000 of them.

use std::collections::{BTreeSet, HashMap};

use crate::{digest::Sha1Digest, view::ItemId};

/// The items by their SHA-1.
#[derive(Default)]
pub(super) struct SameContent {
    by_digest: HashMap<Sha1Digest, Group>,
    /// Counts the changes; it never falls.
    changes: u32,
}

/// The items of one SHA-1, in the order in which they came in.
struct Group {
    items: BTreeSet<ItemId>,
    /// The count of changes at its last one.
    changed: u32,
}

impl SameContent {
    /// The item has this SHA-1 now.
    pub(super) fn join(&mut self, item: ItemId, sha1: Sha1Digest) {
        let group = self
            .by_digest
            .entry(sha1)
            .or_insert(Group { items: BTreeSet::new(), changed: self.changes });
        if group.items.insert(item) {
            self.changes += 1;
            group.changed = self.changes;
        }
    }

    /// The item has this SHA-1 no longer.
    pub(super) fn leave(&mut self, item: ItemId, sha1: Sha1Digest) {
        self.changes += 1;
        let Some(group) = self.by_digest.get_mut(&sha1) else { return };
        group.items.remove(&item);
        group.changed = self.changes;
        if group.items.is_empty() {
            self.by_digest.remove(&sha1);
        }
    }

    /// There are no items any more.
    pub(super) fn clear(&mut self) {
        self.changes += 1;
        self.by_digest.clear();
    }

    /// The other items with the item's SHA-1.
    pub(super) fn others(
        &self,
        item: ItemId,
        sha1: Option<Sha1Digest>,
    ) -> impl Iterator<Item = ItemId> {
        let group = sha1.and_then(|sha1| self.by_digest.get(&sha1));
        group
            .into_iter()
            .flat_map(|group| &group.items)
            .copied()
            .filter(move |other| *other != item)
    }

    /// How many they are.
    pub(super) fn count(&self, item: ItemId, sha1: Option<Sha1Digest>) -> u32 {
        let group = sha1.and_then(|sha1| self.by_digest.get(&sha1));
        let others =
            group.map_or(0, |group| group.items.len() - usize::from(group.items.contains(&item)));
        u32::try_from(others).unwrap_or(u32::MAX)
    }

    /// Grows when the items with this SHA-1 are others than before.
    pub(super) fn changed(&self, sha1: Option<Sha1Digest>) -> u32 {
        let group = sha1.and_then(|sha1| self.by_digest.get(&sha1));
        group.map_or(self.changes, |group| group.changed)
    }
}
