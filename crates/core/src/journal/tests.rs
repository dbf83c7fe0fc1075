mod confidential;
mod damage;
mod keeping;
mod kill;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use crate::{
    alert::Alert,
    digest::Sha1Digest,
    identity::{Account, AccountId, WallClock},
    intake::Finding,
    source::{Answer, Incomplete, Provenance},
    view::{Cloud, Realm},
};

use super::*;

/// When the tests begin, in seconds.
const START: i64 = 1_800_000_000;

/// A clock that a test sets.
#[derive(Clone)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    fn on(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn wall(&self) -> WallClock {
        let clock = self.clone();
        WallClock::new(move || clock.now())
    }
}

fn key(byte: u8) -> JournalKey {
    JournalKey::from_bytes(&[byte; 32]).unwrap()
}

fn account(name: &str) -> Arc<Account> {
    Arc::new(Account {
        id: AccountId {
            realm: Realm::Organisation,
            cloud: Some(Cloud::Commercial),
            tenant: format!("tenant-of-{name}"),
            object: format!("object-of-{name}"),
        },
        name: name.into(),
        sign_in_name: format!("{name}@example.org"),
        tenant_name: None,
        sees: None,
    })
}

fn sha1(number: u32) -> Sha1Digest {
    let mut bytes = [0xa5; 20];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes.into()
}

fn alert(id: u32, title: &str) -> Arc<Alert> {
    let raw = format!(
        "{{\"id\": \"da-{id}\",  \"title\":\"{title}\",\"severity\":\"High\",\"status\":\"New\"}}"
    );
    Arc::new(Alert::read(&raw).unwrap())
}

fn answer_at(account: &Arc<Account>, at: Timestamp, alerts: Vec<Arc<Alert>>) -> Answer {
    Answer {
        alerts,
        incomplete: None,
        provenance: Provenance {
            account: Arc::clone(account),
            host: "api.example".into(),
            at,
            requests: vec!["request-1".into()],
        },
    }
}

fn file(path: &str, reading: KeptReading) -> ItemRecord {
    let what = KeptItemKind::File(KeptFile {
        path: PathBuf::from(path),
        size: Some(7),
        given: true,
        through_link: false,
        first: false,
        finding: Finding::Regular,
        reading,
    });
    ItemRecord { what, wanted: true }
}

fn read(number: u32) -> KeptReading {
    KeptReading::Read {
        sha1: sha1(number),
        size: 7,
        read_at: Timestamp::from_second(START).unwrap(),
    }
}

fn item(number: u32, record: ItemRecord) -> Noted {
    Noted::Item { item: number, record: Box::new(record) }
}

fn answered(number: u32, answer: &Answer) -> Noted {
    Noted::Answer { sha1: sha1(number), answer: answer.clone() }
}

async fn opened(folder: &Path, clock: &Clock, by: u8) -> Opened {
    let opened = Journal::open(folder, clock.wall()).unwrap();
    opened.journal.unlock(key(by)).await.unwrap();
    opened
}

/// The alerts' texts, exactly.
fn raws(answer: &Answer) -> Vec<&str> {
    answer.alerts.iter().map(|alert| &*alert.raw).collect()
}

async fn number_of_answers(journal: &AccountJournal, digests: std::ops::Range<u32>) -> usize {
    journal.answers(digests.map(sha1).collect()).await.unwrap().len()
}
