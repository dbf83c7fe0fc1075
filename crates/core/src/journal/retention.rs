//! What is deleted: what is too old, and everything.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{JournalError, database};
use crate::view::Retention;

impl Retention {
    /// How old what is kept may be.
    fn length(self) -> SignedDuration {
        let days = match self {
            Self::Off => 0,
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
        };
        SignedDuration::from_hours(24 * days)
    }
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Answers.
    pub answers: u32,
    /// Alerts, each counted once an account.
    pub alerts: u32,
    /// Items.
    pub items: u32,
    /// Batches.
    pub batches: u32,
    /// Damaged files that had been set aside.
    pub set_aside: u32,
    /// Calls of the last hour: these stay, so that the limits are kept.
    pub calls_kept: u32,
    /// Whether another program still holds a log in which deleted rows lie, all sealed; it is cut
    /// when that program ends.
    pub log_left: bool,
}

impl Forgotten {
    pub(super) fn add(&mut self, other: &Self) {
        self.answers += other.answers;
        self.alerts += other.alerts;
        self.items += other.items;
        self.batches += other.batches;
        self.set_aside += other.set_aside;
        self.calls_kept = self.calls_kept.max(other.calls_kept);
        self.log_left |= other.log_left;
    }
}

/// How many rows are deleted in one transaction, so that the ledger never waits long.
const PORTION: u32 = 200;

/// Deletes what is older than is wanted, whoever's key sealed it.
pub(super) fn sweep(
    connection: &Connection,
    retention: Retention,
    now: Timestamp,
) -> Result<(), JournalError> {
    let before = now.checked_sub(retention.length()).unwrap_or(Timestamp::MIN).as_millisecond();
    delete_in_portions(
        connection,
        "DELETE FROM item WHERE (batch, number) IN
           (SELECT batch, number FROM item WHERE changed < ?1 LIMIT ?2)",
        before,
    )?;
    delete_in_portions(
        connection,
        "DELETE FROM answer WHERE number IN
           (SELECT number FROM answer WHERE at < ?1 LIMIT ?2)",
        before,
    )?;
    delete_in_portions(
        connection,
        "DELETE FROM alert WHERE number IN (SELECT number FROM alert
           WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM told WHERE told.alert = alert.number)
           LIMIT ?2)",
        // One that no answer tells of any more is of no use at any age.
        i64::MAX,
    )?;
    delete_in_portions(
        connection,
        "DELETE FROM batch WHERE id IN (SELECT id FROM batch
           WHERE began < ?1 AND NOT EXISTS (SELECT 1 FROM item WHERE item.batch = batch.id)
           LIMIT ?2)",
        before,
    )?;
    // A step frees a page, so that the ledger never waits long.
    let free = || connection.pragma_query_value(None, "freelist_count", |row| row.get::<_, i64>(0));
    let mut left = free()?;
    while left > 0 {
        connection.execute_batch("PRAGMA incremental_vacuum(1)")?;
        let now = free()?;
        if now >= left {
            break;
        }
        left = now;
    }
    Ok(())
}

fn delete_in_portions(connection: &Connection, sql: &str, before: i64) -> rusqlite::Result<()> {
    let mut delete = connection.prepare(sql)?;
    while delete.execute(rusqlite::params![before, PORTION])? > 0 {}
    Ok(())
}

/// Deletes all of a table, and gives how many there were.
fn all_in_portions(connection: &Connection, sql: &str) -> rusqlite::Result<u32> {
    let mut delete = connection.prepare(sql)?;
    let mut all = 0_u32;
    loop {
        match delete.execute([PORTION])? {
            0 => return Ok(all),
            count => all = all.saturating_add(u32::try_from(count).unwrap_or(u32::MAX)),
        }
    }
}

/// Deletes everything, unless there is nothing.
pub(super) fn empty(connection: &Connection, now: Timestamp) -> Result<(), JournalError> {
    let anything = "SELECT EXISTS (SELECT 1 FROM batch) OR EXISTS (SELECT 1 FROM item)
        OR EXISTS (SELECT 1 FROM answer) OR EXISTS (SELECT 1 FROM alert)";
    if connection.query_row(anything, [], |row| row.get(0))? {
        forget(connection, now)?;
    }
    Ok(())
}

/// Deletes everything but the calls of the last hour, and leaves nothing of it in the file.
pub(super) fn forget(connection: &Connection, now: Timestamp) -> Result<Forgotten, JournalError> {
    let gone = |sql| all_in_portions(connection, sql);
    let mut forgotten = Forgotten {
        answers: gone("DELETE FROM answer WHERE number IN (SELECT number FROM answer LIMIT ?1)")?,
        alerts: gone("DELETE FROM alert WHERE number IN (SELECT number FROM alert LIMIT ?1)")?,
        items: gone(
            "DELETE FROM item WHERE (batch, number) IN (SELECT batch, number FROM item LIMIT ?1)",
        )?,
        batches: gone("DELETE FROM batch WHERE id IN (SELECT id FROM batch LIMIT ?1)")?,
        ..Forgotten::default()
    };
    let ledger = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    forgotten.calls_kept = database::trim_ledger(&ledger, now)?;
    ledger.commit()?;
    connection.execute_batch("VACUUM")?;
    forgotten.log_left = !database::empty_log(connection)?;
    Ok(forgotten)
}
