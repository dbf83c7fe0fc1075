//! What the program that is killed (`asker.rs`) and the test that kills it (`kills.rs`) both know.

use std::{path::Path, sync::Arc};

use droptrace_core::{
    digest::Sha1Digest,
    identity::{Account, AccountId, WallClock},
    journal::{Journal, JournalKey, Opened},
    view::{Cloud, Realm},
};

/// How many lookups go on at once.
pub(crate) const LANES: usize = 8;
/// How many items a batch has.
pub(crate) const ITEMS: u32 = 500;
/// In the folder: a line for each call that the server counted, its clock in milliseconds and the
/// digest.
pub(crate) const CALLS: &str = "calls";
/// In the folder: a line for each digest whose answer was said to be written.
pub(crate) const TOLD: &str = "told";
/// In the folder: the server's clock, once a second, in eight bytes, the lowest first.
pub(crate) const TIME: &str = "time";

/// The digests of a batch, in the order of its items. No two batches share one.
pub(crate) fn digests(batch: u32) -> impl Iterator<Item = Sha1Digest> {
    (0..ITEMS).map(move |item| {
        let mut bytes = [0xa5; Sha1Digest::LEN];
        bytes[..4].copy_from_slice(&batch.to_be_bytes());
        bytes[4..8].copy_from_slice(&item.to_be_bytes());
        bytes.into()
    })
}

/// Who asks.
pub(crate) fn account() -> Arc<Account> {
    Arc::new(Account {
        id: AccountId {
            realm: Realm::Organisation,
            cloud: Some(Cloud::Commercial),
            tenant: "11111111-2222-3333-4444-555555555555".into(),
            object: "99999999-2222-3333-4444-555555555555".into(),
        },
        name: "Noor".into(),
        sign_in_name: "noor@contoso.example".into(),
        tenant_name: None,
        sees: None,
    })
}

/// Opens the journal, which is as it should be.
pub(crate) async fn opened(folder: &Path, clock: WallClock) -> Opened {
    let opened = Journal::open(&folder.join("journal"), clock).unwrap();
    assert_eq!(opened.notices, [], "the journal is as it should be");
    opened.journal.unlock(JournalKey::from_bytes(&[7; JournalKey::LEN]).unwrap()).await.unwrap();
    opened
}
