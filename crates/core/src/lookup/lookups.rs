//! The lookups of a batch, by digest and by their place; and which items have the same content.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, RandomState},
};

use hashbrown::HashTable;

use super::{KnownAnswer, Lane, Turn};
use crate::{
    digest::Sha1Digest,
    view::{ItemId, Phase, UserError},
};

/// A lookup's place, as an item keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LookupId(u32);

/// One digest asked of the source. A batch may have 250,000 of them.
pub(super) struct Lookup {
    pub(super) sha1: Sha1Digest,
    pub(super) phase: Phase,
    /// The first of the lanes that its items ask for.
    pub(super) lane: Lane,
    pub(super) sought: Sought,
    /// Its place among those that wait, while it does.
    pub(super) turn: Option<Turn>,
    pub(super) answer: Option<Box<KnownAnswer>>,
    pub(super) failure: Option<Box<UserError>>,
    /// The batch's revision at its last change.
    pub(super) changed: u32,
    members: Members,
    /// The count of changes when its items were last others.
    members_changed: u32,
}

/// Whether the journal was asked for what it has kept of a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sought {
    NotYet,
    /// It is asked.
    UnderWay,
    /// It was asked, or need not be.
    Done,
}

/// The items of one content, in the order in which they came in. Most have one.
enum Members {
    None,
    One(ItemId),
    #[expect(clippy::box_collection, reason = "most have one, and each lookup is as large as this")]
    Many(Box<BTreeSet<ItemId>>),
}

/// All lookups.
#[derive(Default)]
pub(super) struct Lookups {
    slots: Vec<Lookup>,
    /// Without a second copy of the digests.
    by_digest: HashTable<LookupId>,
    hasher: RandomState,
    /// Counts the changes of who has the same content; it never falls.
    changes: u32,
}

impl Lookups {
    /// Forgets all; what was counted goes on from where it stands.
    pub(super) fn clear(&mut self) {
        *self = Self { changes: self.changes + 1, ..Self::default() };
    }

    pub(super) fn id(&self, sha1: Sha1Digest) -> Option<LookupId> {
        let is_it = |id: &LookupId| self.get(*id).is_some_and(|lookup| lookup.sha1 == sha1);
        self.by_digest.find(self.hasher.hash_one(sha1), is_it).copied()
    }

    pub(super) fn get(&self, id: LookupId) -> Option<&Lookup> {
        self.slots.get(usize::try_from(id.0).ok()?)
    }

    pub(super) fn get_mut(&mut self, id: LookupId) -> Option<&mut Lookup> {
        self.slots.get_mut(usize::try_from(id.0).ok()?)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Lookup> {
        self.slots.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Lookup> {
        self.slots.iter_mut()
    }

    /// The lookup of this digest, which may be new.
    pub(super) fn of(&mut self, sha1: Sha1Digest, revision: u32) -> LookupId {
        if let Some(known) = self.id(sha1) {
            return known;
        }
        let id = LookupId(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        self.slots.push(Lookup {
            sha1,
            phase: Phase::Idle,
            lane: Lane::Background,
            sought: Sought::NotYet,
            turn: None,
            answer: None,
            failure: None,
            changed: revision,
            members: Members::None,
            members_changed: self.changes,
        });
        let (slots, hasher) = (&self.slots, &self.hasher);
        let hash_of = |id: &LookupId| {
            let index = usize::try_from(id.0).unwrap_or(usize::MAX);
            slots.get(index).map_or(0, |lookup| hasher.hash_one(lookup.sha1))
        };
        self.by_digest.insert_unique(hasher.hash_one(sha1), id, hash_of);
        id
    }

    /// The item has this content now.
    pub(super) fn join(&mut self, id: LookupId, item: ItemId) {
        let changes = self.changes + 1;
        let Some(lookup) = self.get_mut(id) else { return };
        let is_new = match &mut lookup.members {
            Members::One(known) if *known == item => false,
            Members::Many(items) => items.insert(item),
            Members::None => {
                lookup.members = Members::One(item);
                true
            }
            Members::One(known) => {
                let both = BTreeSet::from([*known, item]);
                lookup.members = Members::Many(Box::new(both));
                true
            }
        };
        if is_new {
            lookup.members_changed = changes;
            self.changes = changes;
        }
    }

    /// The item has this content no longer.
    pub(super) fn leave(&mut self, id: LookupId, item: ItemId) {
        self.changes += 1;
        let changes = self.changes;
        let Some(lookup) = self.get_mut(id) else { return };
        lookup.members_changed = changes;
        match &mut lookup.members {
            Members::One(known) if *known == item => lookup.members = Members::None,
            Members::Many(items) => {
                items.remove(&item);
            }
            Members::None | Members::One(_) => {}
        }
    }

    /// The items with this content.
    pub(super) fn members(&self, id: Option<LookupId>) -> impl Iterator<Item = ItemId> {
        let members = id.and_then(|id| self.get(id)).map(|lookup| &lookup.members);
        let (one, many) = match members {
            Some(Members::One(item)) => (Some(*item), None),
            Some(Members::Many(items)) => (None, Some(items)),
            Some(Members::None) | None => (None, None),
        };
        one.into_iter().chain(many.into_iter().flat_map(|items| items.iter().copied()))
    }

    /// How many other items have the item's content.
    pub(super) fn others(&self, item: ItemId, id: Option<LookupId>) -> u32 {
        let others = match id.and_then(|id| self.get(id)).map(|lookup| &lookup.members) {
            Some(Members::One(known)) => usize::from(*known != item),
            Some(Members::Many(items)) => items.len() - usize::from(items.contains(&item)),
            Some(Members::None) | None => 0,
        };
        u32::try_from(others).unwrap_or(u32::MAX)
    }

    /// Grows when the items with this content are others than before.
    pub(super) fn members_changed(&self, id: Option<LookupId>) -> u32 {
        let lookup = id.and_then(|id| self.get(id));
        lookup.map_or(self.changes, |lookup| lookup.members_changed)
    }
}

impl Lookup {
    /// Whether any item has this content.
    pub(super) fn has_members(&self) -> bool {
        match &self.members {
            Members::None => false,
            Members::One(_) => true,
            Members::Many(items) => !items.is_empty(),
        }
    }
}
