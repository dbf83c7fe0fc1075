//! The file: how it is opened, brought to this version, and set aside when it is damaged.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};

use super::{JournalNotice, owner};
use crate::quota::{self, Ledger};

/// The steps from each version to the next.
const STEPS: &[&[&str]] = &[&[quota::SCHEMA, include_str!("schema/1.sql")]];
/// The version that this program writes, in `PRAGMA user_version`.
#[expect(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "there are few")]
pub(super) const VERSION: i32 = STEPS.len() as i32;
/// How long another connection's transaction is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// What the file's write-ahead log is cut to, in bytes.
const LOG_LIMIT: i64 = 8 << 20;

/// Waits for another connection's transaction, which takes a few milliseconds. The waits of the library's own
/// handler grow to a tenth of a second.
fn wait_a_little(waits: i32) -> bool {
    const WAIT: Duration = Duration::from_millis(1);

    std::thread::sleep(WAIT);
    WAIT * u32::try_from(waits).unwrap_or(0) < BUSY
}

/// Where a database is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    File(PathBuf),
    /// In memory, under a name by which this process alone opens it again.
    Memory(String),
}

impl Place {
    pub(super) fn new_in_memory() -> Self {
        Self::Memory(format!("/{}", hex(&random())))
    }

    /// One more connection.
    pub(super) fn connect(&self) -> rusqlite::Result<Connection> {
        let connection = self.connect_only()?;
        self.settle(&connection)?;
        Ok(connection)
    }

    fn connect_only(&self) -> rusqlite::Result<Connection> {
        // No URI: a folder may have any name.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = match self {
            Self::File(path) => Connection::open_with_flags(path, flags)?,
            Self::Memory(name) => Connection::open_with_flags_and_vfs(name, flags, "memdb")?,
        };
        connection.busy_handler(Some(wait_a_little))?;
        Ok(connection)
    }

    fn settle(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.set_prepared_statement_cache_capacity(32);
        // What is deleted is overwritten.
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        if let Self::File(_) = self {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
        }
        Ok(())
    }

    /// A new database in memory, complete.
    pub(super) fn begin_in_memory() -> rusqlite::Result<(Self, Connection)> {
        let place = Self::new_in_memory();
        let connection = place.connect()?;
        migrate(&connection, 0)?;
        Ok((place, connection))
    }
}

/// The database as it was opened.
pub(super) struct Database {
    /// For the ledger.
    pub(super) ledger: Connection,
    /// None if there is no file that can be used.
    pub(super) file: Option<PathBuf>,
    pub(super) notices: Vec<JournalNotice>,
}

/// Why the file cannot be used as it is.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("the journal is of a newer version")]
    Newer,
    #[error("the journal is damaged")]
    Damaged,
    #[error("the journal cannot be reached")]
    Disk(#[source] io::Error),
    #[error("the journal cannot be opened")]
    Database(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) { Self::Damaged } else { Self::Database(error) }
    }
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Whether an error says that the file is no sound database.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The name of the file in its folder.
pub(super) const NAME: &str = "journal.sqlite";
/// Beside a file in which damage was met while it was in use: it is set aside by the next start.
const MARKER: &str = "journal.damaged";

/// Opens the file in `folder`. A damaged one is set aside and a new one begun; where there is none
/// to be had, the ledger is in memory. This blocks.
///
/// # Errors
///
/// If there is no memory either.
pub(super) fn open(folder: &Path, now: Timestamp) -> rusqlite::Result<Database> {
    let path = folder.join(NAME);
    let mut notices = Vec::new();
    match open_or_begin(folder, &path, now, &mut notices) {
        Ok(ledger) => return Ok(Database { ledger, file: Some(path), notices }),
        Err(Unusable::Newer) => notices.push(JournalNotice::Newer),
        Err(Unusable::Damaged) => notices.push(JournalNotice::Unusable(io::ErrorKind::InvalidData)),
        Err(Unusable::Disk(error)) => {
            tracing::warn!(%error, "the journal cannot be reached");
            notices.push(JournalNotice::Unusable(error.kind()));
        }
        Err(Unusable::Database(error)) => {
            tracing::warn!(%error, "the journal cannot be opened");
            notices.push(JournalNotice::Unusable(kind_of(&error)));
        }
    }
    let ledger = Connection::open_in_memory()?;
    migrate(&ledger, 0)?;
    // Nobody knows what was asked in the last hour.
    Ledger::calls_were_lost(&ledger, now)?;
    Ok(Database { ledger, file: None, notices })
}

fn open_or_begin(
    folder: &Path,
    path: &Path,
    now: Timestamp,
    notices: &mut Vec<JournalNotice>,
) -> Result<Connection, Unusable> {
    make_private_folder(folder)?;
    // Two programs that start at once must not both set the file aside.
    let _turn = one_at_a_time(folder)?;
    let marked = folder.join(MARKER);
    if marked.try_exists()? && !path.try_exists()? {
        // The person has removed the damaged file.
        fs::remove_file(&marked)?;
        let connection = open_file(path)?;
        Ledger::calls_were_lost(&connection, now)?;
        return Ok(connection);
    }
    let opened = if marked.try_exists()? { Err(Unusable::Damaged) } else { open_file(path) };
    match opened {
        // Others count their calls in it, and would go on to do so beside the new one.
        Err(Unusable::Damaged) if owner::any_lives(folder)? => {
            Err(Unusable::Disk(io::ErrorKind::ResourceBusy.into()))
        }
        Err(Unusable::Damaged) => {
            let aside = set_aside(folder, path, now)?;
            if marked.try_exists()? {
                fs::remove_file(&marked)?;
            }
            let connection = open_file(path)?;
            let calls_kept = take_over_calls(&aside, &connection, now)?;
            notices.push(JournalNotice::Damaged { aside, calls_kept });
            Ok(connection)
        }
        opened => opened,
    }
}

/// Opens the file, checks it and brings it to this version.
fn open_file(path: &Path) -> Result<Connection, Unusable> {
    // The log and its index get the rights of the file.
    let is_new = open_private(path)?.metadata()?.len() == 0;
    let place = Place::File(path.to_owned());
    let connection = place.connect_only()?;
    if is_new {
        // To be said before anything is in it.
        connection.pragma_update(None, "auto_vacuum", "incremental")?;
    }
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > VERSION {
        return Err(Unusable::Newer);
    }
    place.settle(&connection)?;
    let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        tracing::warn!("the journal does not pass its check");
        return Err(Unusable::Damaged);
    }
    migrate(&connection, version).map_err(misshapen)?;
    connection
        .prepare("SELECT 1 FROM meta, quota, refusal, call, batch, item, answer, alert, told")
        .map_err(misshapen)?;
    Ok(connection)
}

/// A file whose tables are not those of its version is damaged too.
fn misshapen(error: rusqlite::Error) -> Unusable {
    match error.sqlite_error_code() {
        Some(ErrorCode::Unknown) => Unusable::Damaged,
        _ => error.into(),
    }
}

/// Brings a database from `version` to this one, step by step.
fn migrate(connection: &Connection, version: i32) -> rusqlite::Result<()> {
    for (to, step) in (1..=VERSION).zip(STEPS) {
        if to <= version {
            continue;
        }
        let step_in_one =
            rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        for part in *step {
            step_in_one.execute_batch(part)?;
        }
        step_in_one.pragma_update(None, "user_version", to)?;
        step_in_one.commit()?;
    }
    Ok(())
}

/// Gives the file and its log another name.
fn set_aside(folder: &Path, path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let time = now.strftime("%Y-%m-%dT%H-%M-%SZ");
    for number in 1..1_000 {
        let more = if number == 1 { String::new() } else { format!("-{number}") };
        let aside = folder.join(format!("journal.damaged-{time}{more}.sqlite"));
        if aside.try_exists()? {
            continue;
        }
        fs::rename(path, &aside)?;
        match fs::rename(beside(path, "-wal"), beside(&aside, "-wal")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // The index belongs to the old name.
        return match fs::remove_file(beside(path, "-shm")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(aside),
        };
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Takes over what the ledger of a damaged file still tells. Where that is not all, calls are paced.
fn take_over_calls(aside: &Path, new: &Connection, now: Timestamp) -> rusqlite::Result<bool> {
    let take = || -> rusqlite::Result<()> {
        let old = Connection::open_with_flags(aside, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        old.busy_timeout(BUSY)?;
        let all = rusqlite::Transaction::new_unchecked(new, TransactionBehavior::Immediate)?;
        for table in LEDGER {
            copy(table, &old, &all)?;
        }
        all.commit()
    };
    let taken = take();
    if let Err(error) = &taken {
        tracing::warn!(%error, "the calls of the last hour are lost");
        Ledger::calls_were_lost(new, now)?;
    }
    Ok(taken.is_ok())
}

/// The tables of the ledger.
const LEDGER: [&str; 4] = ["meta", "quota", "refusal", "call"];

fn copy(table: &str, from: &Connection, to: &Connection) -> rusqlite::Result<()> {
    let mut read = from.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = read.column_count();
    let places = vec!["?"; columns].join(", ");
    let mut write = to.prepare(&format!("INSERT OR REPLACE INTO {table} VALUES ({places})"))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let values: Vec<rusqlite::types::Value> =
            (0..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        write.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}

/// Marks the file as damaged, for the next start.
pub(super) fn mark_damaged(path: &Path) -> io::Result<()> {
    drop(open_private(&path.with_file_name(MARKER))?);
    Ok(())
}

/// Removes the files that were set aside; how many.
pub(super) fn remove_set_aside(path: &Path) -> io::Result<u32> {
    let Some(folder) = path.parent() else { return Ok(0) };
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with("journal.damaged-")) {
            fs::remove_file(entry.path())?;
            removed += u32::from(name.to_str().is_some_and(|name| name.ends_with(".sqlite")));
        }
    }
    Ok(removed)
}

/// Writes out the log and cuts it, so that nothing of what was deleted stays in it.
pub(super) fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// Deletes calls and refusals that count no longer. Gives how many calls stay.
pub(super) fn trim_ledger(connection: &Connection, now: Timestamp) -> rusqlite::Result<u32> {
    let (answered, reserved) = quota::COUNTS;
    let now = now.as_millisecond();
    connection.execute(
        "DELETE FROM call WHERE answered < ?1 OR (answered IS NULL AND reserved < ?2)",
        params![now - answered, now - reserved],
    )?;
    connection.execute("DELETE FROM refusal WHERE at < ?1", params![now - quota::REMEMBERED])?;
    connection.query_row("SELECT count(*) FROM call", [], |row| row.get(0))
}

/// What kind of trouble the disk makes.
pub(super) fn kind_of(error: &rusqlite::Error) -> io::ErrorKind {
    let Some(code) = error.sqlite_error_code() else { return io::ErrorKind::Other };
    if code == ErrorCode::DiskFull {
        io::ErrorKind::StorageFull
    } else if matches!(code, ErrorCode::PermissionDenied | ErrorCode::ReadOnly) {
        io::ErrorKind::PermissionDenied
    } else if matches!(code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) {
        io::ErrorKind::ResourceBusy
    } else if code == ErrorCode::CannotOpen {
        io::ErrorKind::NotFound
    } else {
        io::ErrorKind::Other
    }
}

/// Waits for a turn among the processes that open the journal. It ends when the file is dropped.
pub(super) fn one_at_a_time(folder: &Path) -> io::Result<File> {
    let file = open_private(&folder.join("journal.opening.lock"))?;
    file.lock()?;
    Ok(file)
}

/// Makes a folder for this person alone if it is not there.
fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file for this person alone, made if it is not there. A link is not followed.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    options.open(path)
}

/// Random bytes that name something; no secret.
pub(super) fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    // A name need not be secret, only another than the last.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        static NUMBER: AtomicU64 = AtomicU64::new(0);

        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        bytes[8..12].copy_from_slice(&std::process::id().to_le_bytes());
    }
    bytes
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
