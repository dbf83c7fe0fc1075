//! The record of calls on the disk: who asked how often in the last minute and hour.
//!
//! One file counts for all processes. Each change is a transaction that begins with the right to
//! write, so that two processes cannot take the same place; between changes a process holds what it
//! read, and reads again when the revision has moved.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

use super::{
    QuotaClass, QuotaKey,
    calls::{Call, Calls, Millis, Standing},
};
use crate::{identity::WallClock, view::Cloud};

/// The tables of the ledger.
pub const SCHEMA: &str = include_str!("schema.sql");

/// The ledger's file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the file of the quota ledger cannot be used")]
pub struct LedgerError(#[from] rusqlite::Error);

/// Counts calls, in a file that other processes may use at the same time.
///
/// Every change reads and writes a little and blocks for it. Measured with nearly 1,500 calls on
/// record, not optimised: 0.16 ms, and 8 ms if another process has written since, so that all is
/// read again. It takes as long as the connection's `busy_timeout` if another process holds the file.
pub struct Ledger {
    clock: WallClock,
    salt: Vec<u8>,
    lost_until: Millis,
    inner: Mutex<Inner>,
}

struct Inner {
    connection: Connection,
    /// Whether changes are counted in memory only, for the rest of this process: the file failed.
    in_memory: bool,
    /// Whether that is still to be told.
    trouble: bool,
    /// What was last read and written, by quota.
    known: HashMap<QuotaId, Arc<Calls>>,
    /// Calls of this process that have no answer.
    own: HashSet<i64>,
    /// The call of this process that was answered last, and when: a refusal is told right after it.
    last_answered: HashMap<QuotaId, (i64, Millis)>,
    /// The number of the last call that was counted in memory only: those go down from 0.
    last_in_memory: i64,
}

/// Under which a quota is found, which tells nothing of its tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct QuotaId {
    digest: [u8; 32],
    class: QuotaClass,
}

/// What happened to a quota.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// It is only looked at.
    Look,
    /// A call is to be reserved, if one may be sent now.
    Reserve,
    /// A call's response has come, or none will.
    Answered(i64),
    /// A call was not sent.
    GivenBack(i64),
    /// The call that was answered last was refused, and the server asked to wait so long.
    Refused(Option<Duration>),
}

impl Ledger {
    /// The name of the row in `meta` that holds, as eight bytes, the lowest first, until when calls
    /// go at the lower pace: those of the last hour are not known.
    const PACED_UNTIL: &str = "paced_until";

    /// The ledger in the file of `connection`, which has the tables of [`SCHEMA`].
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn new(connection: Connection, clock: WallClock) -> Result<Self, LedgerError> {
        let insert = "INSERT OR IGNORE INTO meta (name, value) VALUES ('salt', randomblob(32))";
        connection.execute(insert, [])?;
        let value = "SELECT value FROM meta WHERE name = ?1";
        let salt = connection.query_row(value, ["salt"], |row| row.get(0))?;
        let lost_until: Option<[u8; 8]> =
            connection.query_row(value, [Self::PACED_UNTIL], |row| row.get(0)).optional()?;
        let now = clock.now().as_millisecond();
        let lost_until = lost_until.map_or(0, i64::from_le_bytes).min(now + Calls::LOST);
        let inner = Inner {
            connection,
            in_memory: false,
            trouble: false,
            known: HashMap::new(),
            own: HashSet::new(),
            last_answered: HashMap::new(),
            last_in_memory: 0,
        };
        Ok(Self { clock, salt, lost_until, inner: Mutex::new(inner) })
    }

    /// A ledger that lasts as long as this process.
    ///
    /// # Errors
    ///
    /// If there is no memory for it.
    pub fn in_memory(clock: WallClock) -> Result<Self, LedgerError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(SCHEMA)?;
        Self::new(connection, clock)
    }

    /// Notes in a new file that the times of calls were lost with the old one: for an hour, all
    /// ledgers that are opened on it let calls go at the lower pace.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn calls_were_lost(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
        let until = (now.as_millisecond() + Calls::LOST).to_le_bytes();
        let insert = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)";
        connection.execute(insert, (Self::PACED_UNTIL, until))?;
        Ok(())
    }

    /// Whether the file failed, so that calls are counted in memory only from then on. Tells it once.
    pub fn trouble(&self) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut inner.trouble)
    }

    pub(super) fn now(&self) -> Millis {
        self.clock.now().as_millisecond()
    }

    pub(super) fn id(&self, key: &QuotaKey) -> QuotaId {
        let QuotaKey { cloud, tenant, client, class } = key;
        let cloud = match cloud {
            None => "practice",
            Some(Cloud::Commercial) => "commercial",
            Some(Cloud::Gcc) => "gcc",
            Some(Cloud::GccHigh) => "gccHigh",
            Some(Cloud::Dod) => "dod",
        };
        let QuotaClass::FilesAndAlerts = class;
        let mut sha256 = Sha256::new_with_prefix(&self.salt);
        for text in [cloud, tenant, client, "filesAndAlerts"] {
            sha256.update((text.len() as u64).to_le_bytes());
            sha256.update(text);
        }
        QuotaId { digest: sha256.finalize().into(), class: *class }
    }

    /// Takes note of what happened, on the disk before this returns. Gives the calls as they stand
    /// then, and the number of the call that was reserved.
    pub(super) fn note(&self, id: QuotaId, event: Event) -> (Arc<Calls>, Option<i64>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let kept = if inner.in_memory {
            None
        } else {
            match inner.keep(id, event, self.lost_until, now) {
                Ok(kept) => Some(kept),
                // Another program has had its turn for long: whoever waits looks again.
                Err(error) if is_busy(&error) && matches!(event, Event::Reserve | Event::Look) => {
                    let calls = inner.known.get(&id).map(Arc::clone);
                    return (calls.unwrap_or_else(|| Arc::new(Calls::none(id.class))), None);
                }
                Err(error) => {
                    tracing::warn!(%error, "calls are counted in memory from now on");
                    None
                }
            }
        };
        let (calls, number) =
            kept.unwrap_or_else(|| inner.remember(id, event, self.lost_until, now));
        let calls = Arc::new(calls);
        inner.known.insert(id, Arc::clone(&calls));
        match event {
            Event::Answered(number) => {
                inner.own.remove(&number);
                inner.last_answered.insert(id, (number, now));
            }
            Event::GivenBack(number) => {
                inner.own.remove(&number);
            }
            Event::Refused(_) => {
                inner.last_answered.remove(&id);
            }
            Event::Reserve => inner.own.extend(number),
            Event::Look => {}
        }
        (calls, number)
    }
}

/// Whether the file was locked by another program all the time.
fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

impl Inner {
    /// Takes note on the disk.
    fn keep(
        &mut self,
        id: QuotaId,
        event: Event,
        lost_until: Millis,
        now: Millis,
    ) -> Result<(Calls, Option<i64>), rusqlite::Error> {
        let known = self.known.get(&id).map(Arc::as_ref);
        let refused = self.last_answered.get(&id).copied();
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut calls = match known {
            Some(known) if revision(&transaction, id)? == Some(known.standing.revision) => {
                known.clone()
            }
            _ => read(&transaction, id, &self.own)?,
        };
        calls.lost_until(lost_until);
        let went_back = calls.at(now);
        if went_back {
            set_back(&transaction, id, now)?;
        }
        let number = match event {
            Event::Look => None,
            Event::Refused(_) => {
                if let Some((number, _)) = refused {
                    take_out(&transaction, number)?;
                }
                None
            }
            Event::Reserve if !calls.is_open(now) => None,
            Event::Reserve => Some(insert(&transaction, id, now)?),
            Event::Answered(number) => {
                answer(&transaction, id, number, now)?;
                Some(number)
            }
            Event::GivenBack(number) => {
                take_out(&transaction, number)?;
                Some(number)
            }
        };
        apply(&mut calls, event, number, refused, now);
        if went_back || number.is_some() || matches!(event, Event::Refused(_)) {
            calls.standing.revision += 1;
            write(&transaction, id, &calls, now)?;
        }
        transaction.commit()?;
        Ok((calls, number))
    }

    /// Takes note in memory, after the file has failed.
    fn remember(
        &mut self,
        id: QuotaId,
        event: Event,
        lost_until: Millis,
        now: Millis,
    ) -> (Calls, Option<i64>) {
        let first = !self.in_memory;
        if first {
            (self.in_memory, self.trouble) = (true, true);
        }
        let known = self.known.get(&id);
        let refused = self.last_answered.get(&id).copied();
        // A file that takes nothing any more can often be read.
        let last = if first || known.is_none() {
            read(&self.connection, id, &self.own).ok()
        } else {
            None
        };
        let mut calls = match (last, known) {
            (Some(calls), _) => calls,
            (None, Some(known)) => Calls::clone(known),
            (None, None) => {
                let mut none = Calls::none(id.class);
                none.lost_until(now + Calls::LOST);
                none
            }
        };
        calls.lost_until(lost_until);
        calls.at(now);
        let number = match event {
            Event::Reserve if calls.is_open(now) => {
                self.last_in_memory -= 1;
                Some(self.last_in_memory)
            }
            Event::Look | Event::Reserve | Event::Refused(_) => None,
            Event::Answered(number) | Event::GivenBack(number) => Some(number),
        };
        apply(&mut calls, event, number, refused, now);
        (calls, number)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger")
    }
}

fn apply(
    calls: &mut Calls,
    event: Event,
    number: Option<i64>,
    refused: Option<(i64, Millis)>,
    now: Millis,
) {
    match (event, number) {
        (Event::Reserve, Some(number)) => calls.reserve(number, now),
        (Event::Answered(number), _) => calls.answer(number, now),
        (Event::GivenBack(number), _) => calls.give_back(number),
        (Event::Refused(asked), _) => {
            let asked = asked.map(|asked| asked.as_millis().try_into().unwrap_or(Millis::MAX));
            calls.refuse(refused.map(|(_, at)| at), asked, chance(), now);
        }
        (Event::Look | Event::Reserve, _) => {}
    }
}

/// A number between 0 and 1.
fn chance() -> f64 {
    let random = RandomState::new().hash_one(0) >> 32;
    f64::from(u32::try_from(random).unwrap_or_default()) / f64::from(u32::MAX)
}

fn revision(connection: &Connection, id: QuotaId) -> Result<Option<i64>, rusqlite::Error> {
    let mut revision = connection.prepare_cached("SELECT revision FROM quota WHERE id = ?1")?;
    revision.query_row([id.digest], |row| row.get(0)).optional()
}

/// All that the file says of a quota.
fn read(
    connection: &Connection,
    id: QuotaId,
    own: &HashSet<i64>,
) -> Result<Calls, rusqlite::Error> {
    let standing = "SELECT revision, seen, closed_until, paced_until, pace, others_until, pauses, \
                    others, left_until FROM quota WHERE id = ?1";
    let standing = connection
        .prepare_cached(standing)?
        .query_row([id.digest], standing_of)
        .optional()?
        .unwrap_or_default();
    let refusals = connection
        .prepare_cached("SELECT at FROM refusal WHERE quota = ?1 ORDER BY at")?
        .query_map([id.digest], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut calls = Calls::kept(id.class, standing, refusals);
    let rows = "SELECT number, reserved, answered FROM call WHERE quota = ?1 ORDER BY reserved";
    let mut rows = connection.prepare_cached(rows)?;
    let mut rows = rows.query([id.digest])?;
    while let Some(row) = rows.next()? {
        let number = row.get(0)?;
        let (reserved, answered) = (row.get(1)?, row.get(2)?);
        calls.add(Call { number, reserved, answered, own: own.contains(&number) });
    }
    Ok(calls)
}

fn standing_of(row: &Row<'_>) -> Result<Standing, rusqlite::Error> {
    Ok(Standing {
        revision: row.get(0)?,
        seen: row.get(1)?,
        closed_until: row.get(2)?,
        paced_until: row.get(3)?,
        pace: row.get(4)?,
        others_until: row.get(5)?,
        pauses: row.get(6)?,
        others: row.get(7)?,
        left_until: row.get(8)?,
    })
}

/// What is in the future was made before the clock was set back.
fn set_back(
    transaction: &Transaction<'_>,
    id: QuotaId,
    now: Millis,
) -> Result<(), rusqlite::Error> {
    let update = "UPDATE call SET reserved = min(reserved, ?2), answered = min(answered, ?2) \
                  WHERE quota = ?1 AND (reserved > ?2 OR answered > ?2)";
    transaction.prepare_cached(update)?.execute((id.digest, now))?;
    Ok(())
}

fn insert(transaction: &Transaction<'_>, id: QuotaId, now: Millis) -> Result<i64, rusqlite::Error> {
    let insert = "INSERT INTO call (quota, reserved) VALUES (?1, ?2)";
    transaction.prepare_cached(insert)?.execute((id.digest, now))?;
    Ok(transaction.last_insert_rowid())
}

fn answer(
    transaction: &Transaction<'_>,
    id: QuotaId,
    number: i64,
    now: Millis,
) -> Result<(), rusqlite::Error> {
    // While a computer slept for hours, another process may have forgotten the call.
    let insert = "INSERT INTO call (number, quota, reserved, answered) VALUES (?1, ?2, ?3, ?3) \
                  ON CONFLICT (number) DO UPDATE SET answered = excluded.answered";
    transaction.prepare_cached(insert)?.execute((number, id.digest, now))?;
    Ok(())
}

/// Takes out a call that was not sent, or that the server has not counted.
fn take_out(transaction: &Transaction<'_>, number: i64) -> Result<(), rusqlite::Error> {
    transaction.prepare_cached("DELETE FROM call WHERE number = ?1")?.execute([number])?;
    Ok(())
}

/// Writes how a quota stands, and forgets the calls that cannot be in a window any more.
fn write(
    transaction: &Transaction<'_>,
    id: QuotaId,
    calls: &Calls,
    now: Millis,
) -> Result<(), rusqlite::Error> {
    let replace = "INSERT OR REPLACE INTO quota (id, revision, seen, closed_until, paced_until, \
                   pace, others_until, pauses, others, left_until) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let Standing { revision, seen, closed_until, paced_until, pace, .. } = calls.standing;
    let Standing { others_until, pauses, others, left_until, .. } = calls.standing;
    transaction.prepare_cached(replace)?.execute((
        id.digest,
        revision,
        seen,
        closed_until,
        paced_until,
        pace,
        others_until,
        pauses,
        others,
        left_until,
    ))?;
    transaction.prepare_cached("DELETE FROM refusal WHERE quota = ?1")?.execute([id.digest])?;
    for at in &calls.refusals {
        transaction
            .prepare_cached("INSERT INTO refusal (quota, at) VALUES (?1, ?2)")?
            .execute((id.digest, at))?;
    }
    let forget = "DELETE FROM call WHERE quota = ?1 AND reserved <= ?2 \
                  AND (answered IS NULL OR answered <= ?3)";
    let (answered, reserved) = (now - Calls::KEPT, now - Calls::KEPT - Calls::LONGEST_CALL);
    transaction.prepare_cached(forget)?.execute((id.digest, reserved, answered))?;
    Ok(())
}
