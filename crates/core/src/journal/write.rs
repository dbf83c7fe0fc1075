//! The writer: a thread to which everything that is to be kept is told, and which writes it in
//! groups.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use crate::{
    digest::Sha1Digest,
    identity::{Account, WallClock},
    source::Answer,
};

use super::{
    BatchId, Forgotten, JournalError, JournalKey, JournalNotice, Noted,
    database::{self, Place},
    owner::Owner,
    read::Store,
    record::{AnswerForm, Brief},
    retention,
    seal::{Found, Row, Seal},
};
use crate::view::Retention;

/// The most that is written in one transaction, so that the ledger never waits long.
const GROUP: usize = 64;
/// How long something waits for others to be written with it.
const GATHER: Duration = Duration::from_millis(50);
/// How long until the disk is tried again.
const AGAIN: Duration = Duration::from_secs(3);
/// How many things wait in memory while nothing can be written; twice the items of a full batch.
const MOST_WAITING: usize = 500_000;
/// How often it is looked whether the hour is over.
const LOOK: Duration = Duration::from_mins(10);
/// How often what is too old is deleted.
const SWEEP: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// The store that is read from; none while it is not decided where answers are kept.
pub(super) type Current = Arc<RwLock<Option<Arc<Store>>>>;

/// What the writer is told.
pub(super) enum Told {
    Write(Vec<Write>),
    /// All that was told before is to be written; whether it is.
    Flush(oneshot::Sender<bool>),
    KeepInFile(JournalKey, oneshot::Sender<Result<(), JournalError>>),
    KeepInMemory(oneshot::Sender<Result<(), JournalError>>),
    TakeOver(BatchId, Arc<Account>, oneshot::Sender<Result<bool, JournalError>>),
    KeepFor(Retention),
    Forget(oneshot::Sender<Result<Forgotten, JournalError>>),
    /// A reader has met damage.
    Damaged,
    /// A disk of so many pages.
    #[cfg(test)]
    Limit(i64),
}

/// One thing to be written.
pub(super) struct Write {
    pub(super) batch: BatchId,
    pub(super) account: Arc<Account>,
    pub(super) at: Timestamp,
    pub(super) what: What,
}

pub(super) enum What {
    End,
    Noted(Noted),
}

/// The thread's own.
pub(super) struct Writer {
    pub(super) told: Receiver<Told>,
    pub(super) current: Current,
    pub(super) file: Option<PathBuf>,
    /// Where the file is, whether it can be used or not.
    pub(super) path: PathBuf,
    pub(super) clock: WallClock,
    pub(super) notices: UnboundedSender<JournalNotice>,
    pub(super) pending: VecDeque<Write>,
    /// When the first of what waits was told.
    pub(super) since: Instant,
    pub(super) target: Option<Target>,
    /// While nothing can be written: when to try again.
    pub(super) blocked: Option<Instant>,
    /// Whether the person was told of it.
    pub(super) told_blocked: bool,
    pub(super) retention: Option<Retention>,
    pub(super) swept: Option<Timestamp>,
    /// Dropped last: this process lives until its last write is done.
    pub(super) owner: Arc<Owner>,
}

/// Where it writes to.
pub(super) struct Target {
    connection: Connection,
    store: Arc<Store>,
    in_file: bool,
}

impl Writer {
    /// Works until nobody can tell it anything any more, and writes what was told before it ends.
    pub(super) fn run(mut self) {
        loop {
            match self.told.recv_timeout(self.patience()) {
                Ok(told) => self.take(told),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while self.pending.len() < GROUP
                && let Ok(told) = self.told.try_recv()
            {
                self.take(told);
            }
            if self.pending.len() >= GROUP || self.since.elapsed() >= GATHER {
                self.write_next();
            }
            self.sweep_hourly();
        }
        self.write_all();
    }

    fn patience(&self) -> Duration {
        let now = Instant::now();
        match self.blocked {
            Some(again) if !self.pending.is_empty() => again.saturating_duration_since(now),
            Some(_) | None if self.target.is_none() || self.pending.is_empty() => LOOK,
            Some(_) | None if self.pending.len() >= GROUP => Duration::ZERO,
            Some(_) | None => (self.since + GATHER).saturating_duration_since(now),
        }
    }

    /// An answer that nobody waits for any more is not missed.
    fn take(&mut self, told: Told) {
        self.sweep_hourly();
        match told {
            Told::Write(writes) => self.queue(writes),
            Told::Flush(tell) => {
                let written = self.write_all();
                let _ = tell.send(written);
            }
            Told::KeepInFile(key, tell) => {
                let kept = self.keep_in_file(&key);
                let _ = tell.send(kept);
            }
            Told::KeepInMemory(tell) => {
                let kept = self.keep_in_memory();
                let _ = tell.send(kept);
            }
            Told::TakeOver(batch, account, tell) => {
                let taken = self.take_over(batch, &account);
                let _ = tell.send(taken);
            }
            Told::KeepFor(retention) => {
                self.retention = Some(retention);
                self.swept = None;
                self.sweep_hourly();
            }
            Told::Forget(tell) => {
                let forgotten = self.forget();
                let _ = tell.send(forgotten);
            }
            Told::Damaged if self.file.is_some() => {
                self.leave_file(JournalNotice::DamagedMeanwhile);
            }
            Told::Damaged => {}
            #[cfg(test)]
            Told::Limit(pages) => {
                let connection = &self.target.as_ref().unwrap().connection;
                let limit = format!("PRAGMA max_page_count = {pages}");
                connection.query_row(&limit, [], |_| Ok(())).unwrap();
            }
        }
    }

    fn queue(&mut self, writes: Vec<Write>) {
        if self.pending.is_empty() {
            self.since = Instant::now();
        }
        self.pending.extend(writes);
        let too_many = self.pending.len().saturating_sub(MOST_WAITING);
        if self.blocked.is_some() && too_many > 0 {
            self.pending.drain(..too_many);
            self.tell_lost(too_many);
        }
    }

    fn tell(&self, notice: JournalNotice) {
        // The program may be ending.
        let _ = self.notices.send(notice);
    }

    fn tell_lost(&self, count: usize) {
        self.tell(JournalNotice::Lost { count: u32::try_from(count).unwrap_or(u32::MAX) });
    }

    /// Whether nothing is left to be written.
    fn write_all(&mut self) -> bool {
        self.blocked = None;
        while !self.pending.is_empty() && self.target.is_some() && self.blocked.is_none() {
            self.write_next();
        }
        self.pending.is_empty() && self.target.is_some()
    }

    fn write_next(&mut self) {
        let waits = self.blocked.is_some_and(|again| again > Instant::now());
        if self.pending.is_empty() || waits {
            return;
        }
        let group = self.pending.len().min(GROUP);
        match self.write_group(group) {
            // The disk is as it was: what it refuses is in what was told.
            Err(Trouble::Refused(_)) if group > 1 => {
                for _ in 0..group {
                    match self.write_group(1) {
                        Err(Trouble::Refused(error)) => self.drop_first(&error),
                        outcome => {
                            if !self.went(1, outcome) {
                                return;
                            }
                        }
                    }
                }
            }
            Err(Trouble::Refused(error)) => self.drop_first(&error),
            outcome => {
                self.went(group, outcome);
            }
        }
    }

    fn drop_first(&mut self, error: &JournalError) {
        tracing::error!(%error, "something cannot be kept");
        self.pending.pop_front();
        self.tell_lost(1);
    }

    /// Whether the group was written.
    fn went(&mut self, group: usize, outcome: Result<(), Trouble>) -> bool {
        match outcome {
            Ok(()) => {
                self.pending.drain(..group);
                self.blocked = None;
                if std::mem::take(&mut self.told_blocked) {
                    self.tell(JournalNotice::WrittenAgain);
                }
                return true;
            }
            Err(Trouble::NoTarget) => {}
            Err(Trouble::Damaged) => self.leave_file(JournalNotice::DamagedMeanwhile),
            Err(Trouble::Gone) => self.leave_file(JournalNotice::Gone),
            // Another program has its turn; it ends by itself.
            Err(Trouble::Disk(io::ErrorKind::ResourceBusy)) => {
                self.blocked.get_or_insert(Instant::now());
            }
            Err(Trouble::Disk(kind)) => {
                self.blocked = Some(Instant::now() + AGAIN);
                if !self.told_blocked {
                    self.told_blocked = true;
                    tracing::warn!(%kind, "the journal cannot be written");
                    self.tell(JournalNotice::NotWritten(kind));
                }
            }
            Err(Trouble::Refused(error)) => tracing::error!(%error, "something cannot be kept"),
        }
        false
    }

    fn write_group(&mut self, group: usize) -> Result<(), Trouble> {
        let target = self.target.as_mut().ok_or(Trouble::NoTarget)?;
        if target.in_file && self.file.as_ref().is_some_and(|file| !file.exists()) {
            return Err(Trouble::Gone);
        }
        // Sealed before the file is locked.
        let seal = &target.store.seal;
        let sealed: Vec<Sealed<'_>> = self
            .pending
            .range(..group)
            .map(|write| Sealed::of(seal, write))
            .collect::<Result<_, _>>()?;
        let transaction =
            target.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for write in &sealed {
            write.write(&transaction, self.owner.id(), seal)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The file cannot be used any more: what comes is kept in memory.
    fn leave_file(&mut self, notice: JournalNotice) {
        if let (JournalNotice::DamagedMeanwhile, Some(file)) = (&notice, &self.file)
            && let Err(error) = database::mark_damaged(file)
        {
            tracing::warn!(%error, "the damaged journal cannot be marked");
        }
        self.tell(notice);
        // What waits is not written there any more.
        (self.file, self.target) = (None, None);
        self.set_current(None);
        if let Err(error) = self.keep_in_memory() {
            tracing::error!(%error, "the journal cannot be kept in memory");
        }
    }

    fn keep_in_file(&mut self, key: &JournalKey) -> Result<(), JournalError> {
        let Some(file) = &self.file else { return self.keep_in_memory() };
        let place = Place::File(file.clone());
        let store = Arc::new(Store::open(&place, Seal::new(key))?);
        self.turn_to(Target { connection: place.connect()?, store, in_file: true });
        Ok(())
    }

    fn keep_in_memory(&mut self) -> Result<(), JournalError> {
        let key = JournalKey::generate()?;
        let (place, connection) = Place::begin_in_memory()?;
        let store = Arc::new(Store::open(&place, Seal::new(&key))?);
        self.turn_to(Target { connection, store, in_file: false });
        Ok(())
    }

    fn turn_to(&mut self, target: Target) {
        // What was told before belongs to where it was told to be kept: with another key nobody
        // would find it.
        self.write_all();
        if self.target.is_some() && !self.pending.is_empty() {
            let lost = self.pending.len();
            self.pending.clear();
            self.tell_lost(lost);
        }
        self.set_current(Some(Arc::clone(&target.store)));
        self.target = Some(target);
        self.blocked = None;
        self.swept = None;
    }

    fn set_current(&self, store: Option<Arc<Store>>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = store;
    }

    fn take_over(&mut self, batch: BatchId, account: &Account) -> Result<bool, JournalError> {
        let Some(target) = &mut self.target else { return Ok(false) };
        let account = target.store.seal.account(&account.id);
        let transaction =
            target.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let owner: Option<Vec<u8>> = transaction
            .query_row(
                "SELECT owner FROM batch WHERE id = ?1 AND account = ?2 AND ended IS NULL",
                params![batch.0, account],
                |row| row.get(0),
            )
            .optional()?;
        // In one transaction: of two that ask, the second finds the first alive.
        let Some(owner) = owner else { return Ok(false) };
        if self.owner.lives(&owner)? {
            return Ok(false);
        }
        transaction.execute(
            "UPDATE batch SET owner = ?1 WHERE id = ?2",
            params![self.owner.id(), batch.0],
        )?;
        transaction.commit()?;
        Ok(true)
    }

    fn sweep_hourly(&mut self) {
        let Some(retention) = self.retention else { return };
        let now = self.clock.now();
        if self.swept.is_some_and(|swept| now.duration_since(swept).abs() < SWEEP) {
            return;
        }
        self.swept = Some(now);
        let swept = match retention {
            // What is in memory goes with the program.
            Retention::Off => self.on_file(|connection| retention::empty(connection, now)),
            Retention::Day | Retention::Week | Retention::Month | Retention::Quarter => {
                self.on_each(|connection| retention::sweep(connection, retention, now))
            }
        };
        if let Err(error) = swept {
            tracing::warn!(%error, "what is too old could not be deleted");
        }
    }

    fn forget(&mut self) -> Result<Forgotten, JournalError> {
        self.write_all();
        // What could not be written is forgotten as well.
        self.pending.clear();
        let now = self.clock.now();
        let mut all = Forgotten::default();
        self.on_each(|connection| {
            all.add(&retention::forget(connection, now)?);
            Ok(())
        })?;
        all.set_aside = database::remove_set_aside(&self.path)?;
        if self.file.is_none() && self.path.exists() {
            // It is of a newer version, or damaged: what is in it cannot be deleted from here.
            return Err(JournalError::Disk(io::ErrorKind::Unsupported));
        }
        Ok(all)
    }

    /// Does something to all that is kept: in the file, whether it is written to at the moment or
    /// not, and in memory.
    fn on_each(
        &mut self,
        mut work: impl FnMut(&Connection) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        if let Some(target) = self.target.as_ref().filter(|target| !target.in_file) {
            work(&target.connection)?;
        }
        self.on_file(work)
    }

    fn on_file(
        &self,
        mut work: impl FnMut(&Connection) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        match (&self.target, &self.file) {
            (Some(target), _) if target.in_file => work(&target.connection),
            (_, Some(file)) if file.exists() => work(&Place::File(file.clone()).connect()?),
            _ => Ok(()),
        }
    }
}

/// Why a group was not written.
enum Trouble {
    /// It is not decided where to.
    NoTarget,
    Damaged,
    Gone,
    /// It may go better later.
    Disk(io::ErrorKind),
    /// It will never go.
    Refused(JournalError),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;

        if database::is_damage(&error) {
            return Self::Damaged;
        }
        let refused = matches!(
            error.sqlite_error_code(),
            None | Some(
                ErrorCode::ConstraintViolation
                    | ErrorCode::TypeMismatch
                    | ErrorCode::TooBig
                    | ErrorCode::Unknown
                    | ErrorCode::ApiMisuse
                    | ErrorCode::InternalMalfunction
            )
        );
        if refused { Self::Refused(error.into()) } else { Self::Disk(database::kind_of(&error)) }
    }
}

impl From<JournalError> for Trouble {
    fn from(error: JournalError) -> Self {
        Self::Refused(error)
    }
}

/// Something to be written, sealed.
struct Sealed<'a> {
    write: &'a Write,
    account: Found,
    row: SealedRow,
}

enum SealedRow {
    End,
    Item { number: u32, digest: Option<Found>, reading: u8, wanted: bool, sealed: Vec<u8> },
    Answer { digest: Found, complete: bool, sealed: Vec<u8>, alerts: Vec<SealedAlert> },
}

struct SealedAlert {
    id: Found,
    brief: Vec<u8>,
    sealed: Vec<u8>,
}

impl<'a> Sealed<'a> {
    fn of(seal: &Seal, write: &'a Write) -> Result<Self, JournalError> {
        let account = seal.account(&write.account.id);
        let row = match &write.what {
            What::End => SealedRow::End,
            What::Noted(Noted::Item { item, record }) => SealedRow::Item {
                number: *item,
                digest: record.sha1().map(|sha1| seal.digest(&account, &sha1)),
                reading: record.standing() as u8,
                wanted: record.wanted,
                sealed: seal.seal(
                    Row::Item { batch: &write.batch.0, number: *item },
                    &record.sealed_form()?,
                )?,
            },
            What::Noted(Noted::Answer { sha1, answer }) => {
                SealedRow::answer(seal, &account, *sha1, answer)?
            }
        };
        Ok(Self { write, account, row })
    }

    fn write(&self, to: &Transaction<'_>, owner: &[u8], seal: &Seal) -> rusqlite::Result<()> {
        let (batch, at) = (self.write.batch.0, self.write.at.as_millisecond());
        match &self.row {
            SealedRow::End => {
                to.prepare_cached("UPDATE batch SET ended = ?1 WHERE id = ?2")?
                    .execute(params![at, batch])?;
            }
            SealedRow::Item { number, digest, reading, wanted, sealed } => {
                // The batch may have been forgotten, or have begun in another store.
                self.begin(to, owner)?;
                to.prepare_cached(
                    "INSERT INTO item
                       (batch, number, account, digest, reading, wanted, changed, sealed)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     ON CONFLICT (batch, number) DO UPDATE SET account = excluded.account,
                       digest = excluded.digest, reading = excluded.reading,
                       wanted = excluded.wanted, changed = excluded.changed,
                       sealed = excluded.sealed",
                )?
                .execute(params![
                    batch,
                    number,
                    self.account,
                    digest,
                    reading,
                    wanted,
                    at,
                    sealed
                ])?;
            }
            SealedRow::Answer { digest, complete, sealed, alerts } => {
                let at = self.answered_at(at);
                self.write_answer(to, seal, digest, *complete, at, sealed, alerts)?;
            }
        }
        Ok(())
    }

    fn begin(&self, to: &Transaction<'_>, owner: &[u8]) -> rusqlite::Result<()> {
        to.prepare_cached(
            "INSERT OR IGNORE INTO batch (id, account, owner, began) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            self.write.batch.0,
            self.account,
            owner,
            self.write.at.as_millisecond()
        ])?;
        Ok(())
    }

    /// When it was told. What is of a later time was kept while the clock was ahead.
    fn noted(&self) -> i64 {
        self.write.at.as_millisecond()
    }

    /// An answer's own time, which is not that of its noting.
    fn answered_at(&self, noted: i64) -> i64 {
        match &self.write.what {
            What::Noted(Noted::Answer { answer, .. }) => answer.provenance.at.as_millisecond(),
            What::Noted(Noted::Item { .. }) | What::End => noted,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are the columns of one row")]
    fn write_answer(
        &self,
        to: &Transaction<'_>,
        seal: &Seal,
        digest: &Found,
        complete: bool,
        at: i64,
        sealed: &[u8],
        alerts: &[SealedAlert],
    ) -> rusqlite::Result<()> {
        let complete_at = complete.then_some(at);
        // An older one than is kept tells at most when an answer was complete.
        let number: Option<i64> = to
            .prepare_cached(
                "INSERT INTO answer (account, digest, key, at, complete_at, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (account, digest) DO UPDATE SET key = excluded.key,
                   at = excluded.at, sealed = excluded.sealed,
                   complete_at = coalesce(excluded.complete_at, complete_at)
                 WHERE excluded.at >= answer.at OR answer.at > ?7
                 RETURNING number",
            )?
            .query_row(
                params![self.account, digest, seal.print(), at, complete_at, sealed, self.noted()],
                |row| row.get(0),
            )
            .optional()?;
        let Some(number) = number else {
            to.prepare_cached(
                "UPDATE answer SET complete_at = max(coalesce(complete_at, 0), ?1)
                 WHERE account = ?2 AND digest = ?3 AND ?1 IS NOT NULL",
            )?
            .execute(params![complete_at, self.account, digest])?;
            return Ok(());
        };
        to.prepare_cached("DELETE FROM told WHERE answer = ?1")?.execute([number])?;
        for (place, alert) in (0_i64..).zip(alerts) {
            let alert = self.write_alert(to, at, alert)?;
            to.prepare_cached("INSERT INTO told (answer, place, alert) VALUES (?1, ?2, ?3)")?
                .execute(params![number, place, alert])?;
        }
        Ok(())
    }

    /// What is kept of an alert gives way to what this answer says, unless that is older.
    fn write_alert(
        &self,
        to: &Transaction<'_>,
        at: i64,
        alert: &SealedAlert,
    ) -> rusqlite::Result<i64> {
        to.prepare_cached(
            "INSERT INTO alert (account, id, at, brief, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account, id) DO UPDATE SET at = excluded.at, brief = excluded.brief,
               sealed = excluded.sealed WHERE excluded.at >= alert.at OR alert.at > ?6",
        )?
        .execute(params![
            self.account,
            alert.id,
            at,
            alert.brief,
            alert.sealed,
            self.noted()
        ])?;
        to.prepare_cached("SELECT number FROM alert WHERE account = ?1 AND id = ?2")?
            .query_row(params![self.account, alert.id], |row| row.get(0))
    }
}

impl SealedRow {
    fn answer(
        seal: &Seal,
        account: &Found,
        sha1: Sha1Digest,
        answer: &Answer,
    ) -> Result<Self, JournalError> {
        let digest = seal.digest(account, &sha1);
        let mut alerts: Vec<SealedAlert> = Vec::with_capacity(answer.alerts.len());
        for alert in &answer.alerts {
            let id = seal.alert(account, alert.key());
            let brief = Brief::of(alert).sealed_form()?;
            let sealed = SealedAlert {
                id,
                brief: seal.seal(Row::Brief { account, id: &id }, &brief)?,
                sealed: seal.seal(Row::Alert { account, id: &id }, alert.raw.as_bytes())?,
            };
            // Once each: of two that say they are the same alert, the later one is kept.
            match alerts.iter_mut().find(|known| known.id == id) {
                Some(known) => *known = sealed,
                None => alerts.push(sealed),
            }
        }
        let form = AnswerForm::of(sha1, answer).sealed_form()?;
        Ok(Self::Answer {
            digest,
            complete: answer.incomplete.is_none(),
            sealed: seal.seal(Row::Answer { account, digest: &digest }, &form)?,
            alerts,
        })
    }
}
