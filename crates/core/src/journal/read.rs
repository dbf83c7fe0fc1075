//! What the journal tells back: answers, batches that were left, their items.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{alert::Alert, digest::Sha1Digest, identity::Account};

use super::{
    BatchId, JournalError, KeptItem, Unfinished,
    database::Place,
    owner::Owner,
    record::{AnswerForm, ItemRecord, KeptAnswer},
    seal::{Found, Row, Seal},
};

/// A database with the key to it.
pub(super) struct Store {
    pub(super) seal: Seal,
    connection: Mutex<Connection>,
}

/// An account, as a store finds it.
pub(super) struct AccountRows<'a> {
    pub(super) store: &'a Store,
    pub(super) account: Arc<Account>,
    pub(super) found: Found,
}

impl Store {
    pub(super) fn open(place: &Place, seal: Seal) -> rusqlite::Result<Self> {
        Ok(Self { seal, connection: Mutex::new(place.connect()?) })
    }

    pub(super) fn of(&self, account: Arc<Account>) -> AccountRows<'_> {
        let found = self.seal.account(&account.id);
        AccountRows { store: self, account, found }
    }

    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // One state of the file for all of it.
        let snapshot = connection.unchecked_transaction()?;
        Ok(read(&snapshot)?)
    }
}

/// An alert, and when it was last told of.
type Told = (Arc<Alert>, Timestamp);

impl AccountRows<'_> {
    /// The last answer to each of these digests that has one.
    pub(super) fn answers(&self, digests: &[Sha1Digest]) -> Result<Vec<KeptAnswer>, JournalError> {
        self.store.with(|connection| {
            let mut answers = Vec::new();
            for sha1 in digests {
                answers.extend(self.answer(connection, *sha1)?);
            }
            Ok(answers)
        })
    }

    fn answer(
        &self,
        connection: &Connection,
        sha1: Sha1Digest,
    ) -> rusqlite::Result<Option<KeptAnswer>> {
        let seal = &self.store.seal;
        let digest = seal.digest(&self.found, &sha1);
        let mut find = connection.prepare_cached(
            "SELECT number, complete_at, sealed FROM answer
             WHERE account = ?1 AND digest = ?2 AND key = ?3",
        )?;
        let row = find
            .query_row(params![self.found, digest, seal.print()], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Option<i64>>(1)?,
                    row.get::<_, Vec<u8>>(2)?,
                ))
            })
            .optional()?;
        let Some((number, complete_at, sealed)) = row else { return Ok(None) };
        let row = Row::Answer { account: &self.found, digest: &digest };
        let form = seal.open(row, &sealed).ok().and_then(|form| AnswerForm::read(&form).ok());
        let Some(form) = form else {
            tracing::warn!("a kept answer cannot be read");
            return Ok(None);
        };
        let alerts = self.alerts(connection, number)?;
        let Some(alerts) = alerts.filter(|alerts| alerts.len() == form.alerts) else {
            tracing::warn!("a kept answer has lost alerts");
            return Ok(None);
        };
        let complete_at = match &form.incomplete {
            None => Some(form.at()),
            Some(_) => complete_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
        };
        let (alerts, alerts_at) = alerts.into_iter().unzip();
        let answer = form.into_answer(&self.account, alerts);
        Ok(Some(KeptAnswer { sha1, answer, alerts_at, complete_at }))
    }

    /// None if one of them cannot be read: an answer that lacks an alert is none.
    fn alerts(&self, connection: &Connection, answer: i64) -> rusqlite::Result<Option<Vec<Told>>> {
        let mut find = connection.prepare_cached(
            "SELECT alert.id, alert.sealed, alert.at FROM told JOIN alert ON alert.number = told.alert
             WHERE told.answer = ?1 ORDER BY told.place",
        )?;
        let mut rows = find.query([answer])?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, sealed, at): (Found, Vec<u8>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let row = Row::Alert { account: &self.found, id: &id };
            let raw = self.store.seal.open(row, &sealed).ok();
            let alert = raw.and_then(|raw| Alert::read(str::from_utf8(&raw).ok()?).ok());
            let Some(alert) = alert else {
                tracing::warn!("a kept alert cannot be read");
                return Ok(None);
            };
            let at = Timestamp::from_millisecond(at).unwrap_or_default();
            alerts.push((Arc::new(alert), at));
        }
        Ok(Some(alerts))
    }

    /// Batches that nobody works on any more, with something left to do; the newest first.
    pub(super) fn unfinished(&self, owner: &Owner) -> Result<Vec<Unfinished>, JournalError> {
        let batches = self.store.with(|connection| {
            let mut find = connection.prepare_cached(
                "SELECT id, owner, began FROM batch
                 WHERE account = ?1 AND ended IS NULL ORDER BY began DESC",
            )?;
            let rows = find.query_map([self.found], |row| {
                Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, i64>(2)?))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let mut unfinished = Vec::new();
        for (batch, worker, began) in batches {
            if owner.lives(&worker)? {
                continue;
            }
            let left = self.left(BatchId(batch), began)?;
            unfinished.extend(Some(left).filter(|left| left.unread + left.unasked > 0));
        }
        Ok(unfinished)
    }

    fn left(&self, batch: BatchId, began: i64) -> Result<Unfinished, JournalError> {
        self.store.with(|connection| {
            let (items, unread) = connection.query_row(
                "SELECT count(*), coalesce(sum(reading = 0), 0) FROM item WHERE batch = ?1",
                [batch.0],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            // A digest may be asked by many items. What was known before is to be asked anew.
            let unasked = connection.query_row(
                "SELECT count(DISTINCT digest) FROM item
                 WHERE batch = ?1 AND wanted AND reading = 1 AND digest IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM answer WHERE answer.account = item.account
                     AND answer.digest = item.digest AND answer.at >= ?2)",
                params![batch.0, began],
                |row| row.get(0),
            )?;
            let began = Timestamp::from_millisecond(began).unwrap_or_default();
            Ok(Unfinished { batch, began, items, unread, unasked })
        })
    }

    /// The items of a batch, in their order, as they stood.
    pub(super) fn items(&self, batch: BatchId) -> Result<Vec<KeptItem>, JournalError> {
        self.store.with(|connection| {
            let mut find = connection.prepare_cached(
                "SELECT number, wanted, sealed FROM item
                 WHERE batch = ?1 AND account = ?2 ORDER BY number",
            )?;
            let mut rows = find.query(params![batch.0, self.found])?;
            let mut items = Vec::new();
            while let Some(row) = rows.next()? {
                let (item, wanted, sealed): (u32, bool, Vec<u8>) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                let record = self.item(&batch.0, item, wanted, &sealed);
                items.extend(record.map(|record| KeptItem { item, record }));
            }
            Ok(items)
        })
    }

    pub(super) fn item(
        &self,
        batch: &[u8],
        number: u32,
        wanted: bool,
        sealed: &[u8],
    ) -> Option<ItemRecord> {
        let form = self.store.seal.open(Row::Item { batch, number }, sealed).ok();
        let record = form.and_then(|form| ItemRecord::read(&form, wanted));
        if record.is_none() {
            tracing::warn!(item = number, "a kept item cannot be read");
        }
        record
    }
}
