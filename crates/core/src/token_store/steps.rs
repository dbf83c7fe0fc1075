//! Keeping, reading and removing a sign-in, step by step. All of it blocks.
//!
//! The order of the steps is what makes it whole: the marker first, then a sealed file if there is
//! one, then the entry, which is the one step that decides; what is not needed any more goes last.
//! A program that dies between two of them leaves the old sign-in, the new one, or none.

use secrecy::{ExposeSecret, SecretString};

use super::{
    Access, Entry, Keyring, SavedSignIn, TokenStoreError,
    disk::Disk,
    marker::{Marker, Standing},
    record::{self, Record},
    sealed::Key,
};
use crate::identity::AccountId;

type Outcome<T> = Result<T, TokenStoreError>;

const SEALED: &str = ".sealed";
const NEW: &str = ".new";

/// The steps for one account.
pub(super) struct Steps<'a> {
    pub(super) keyring: &'a dyn Keyring,
    pub(super) disk: &'a dyn Disk,
    pub(super) account: &'a AccountId,
    pub(super) entry: &'a Entry,
    /// Whether nobody waits for this any more, or the person has signed out since it was asked:
    /// then nothing further is begun.
    pub(super) void: &'a dyn Fn() -> bool,
}

impl Steps<'_> {
    pub(super) fn access(&self) -> Outcome<Access> {
        Ok(self.keyring.access(self.entry)?)
    }

    pub(super) fn load(&self) -> Outcome<Option<SavedSignIn>> {
        if self.standing()? != Some(Standing::Kept) {
            return Ok(None);
        }
        match self.record()? {
            None => Ok(None),
            Some(Record::Token(sign_in)) => Ok(Some(sign_in)),
            Some(Record::Sealed { generation, key }) => self.unsealed(generation, &key).map(Some),
        }
    }

    /// Keeps a new sign-in. An entry that is not understood is replaced, unless a newer version
    /// wrote it.
    pub(super) fn begin(&self, sign_in: &SavedSignIn) -> Outcome<()> {
        let record = record::written(sign_in)?;
        let standing = self.standing()?;
        match self.record() {
            Ok(_) | Err(TokenStoreError::Damaged) => {}
            Err(error) => return Err(error),
        }
        if (self.void)() {
            return Err(TokenStoreError::NoAnswer);
        }
        if standing.is_none() {
            self.mark(Standing::Kept)?;
        }
        if let Err(error) = self.put(sign_in.generation, &record) {
            // The marker is needed only where something may lie in the keyring.
            if standing.is_none() && matches!(self.keyring.read(self.entry), Ok(None)) {
                self.forget()?;
            }
            return Err(error);
        }
        // The person may have signed out while the keyring was busy with it.
        let expected = standing.unwrap_or(Standing::Kept);
        if self.standing()? != Some(expected) || (expected == Standing::SignedOut && (self.void)())
        {
            self.take_away()?;
            self.forget()?;
            return Err(TokenStoreError::SignedOut);
        }
        if !self.holds(sign_in)? {
            return Err(TokenStoreError::NotKept);
        }
        if standing == Some(Standing::SignedOut) {
            self.mark(Standing::Kept)?;
        }
        Ok(())
    }

    /// Keeps what a refresh gave, unless the person has signed out or what is kept is newer.
    pub(super) fn rotate(&self, sign_in: &SavedSignIn) -> Outcome<()> {
        if self.standing()? != Some(Standing::Kept) {
            return Err(TokenStoreError::SignedOut);
        }
        match self.record() {
            Ok(Some(kept)) if kept.generation() >= sign_in.generation => return Ok(()),
            Ok(_) | Err(TokenStoreError::Damaged) => {}
            Err(error) => return Err(error),
        }
        let record = record::written(sign_in)?;
        self.put(sign_in.generation, &record)?;
        // The person may have signed out while the keyring was busy with it.
        if self.standing()? != Some(Standing::Kept) {
            self.take_away()?;
            return Err(TokenStoreError::SignedOut);
        }
        Ok(())
    }

    /// Removes the sign-in if this is its token; otherwise gives what is kept.
    pub(super) fn delete_refused(&self, refused: &SecretString) -> Outcome<Option<SavedSignIn>> {
        let kept = self.load()?;
        if let Some(kept) = kept
            && kept.refresh_token.expose_secret() != refused.expose_secret()
        {
            return Ok(Some(kept));
        }
        if self.standing()? == Some(Standing::Kept) {
            self.take_away()?;
            self.forget()?;
        }
        Ok(None)
    }

    /// Removes the marker: nothing is left that it stands for.
    pub(super) fn forget(&self) -> Outcome<()> {
        Marker::remove(self.disk, &self.stem())
    }

    /// Removes files that an earlier run left behind. Reads the keyring only if it has to, and asks
    /// the person nothing.
    pub(super) fn tidy(&self) -> Outcome<()> {
        let sealed = self.files()?.iter().filter(|name| name.ends_with(SEALED)).count();
        if sealed == 0 {
            return self.remove_files(None);
        }
        if self.access()? == Access::Locked {
            return Ok(());
        }
        match self.record()? {
            Some(Record::Sealed { key, .. }) => self.remove_files(Some(&key)),
            Some(Record::Token(_)) | None => self.remove_files(None),
        }
    }

    fn stem(&self) -> String {
        Marker::stem(self.entry)
    }

    fn standing(&self) -> Outcome<Option<Standing>> {
        Ok(Marker::read(self.disk, &self.stem())?.map(|marker| marker.standing))
    }

    fn mark(&self, standing: Standing) -> Outcome<()> {
        Marker::new(self.account, standing).write(self.disk, &self.stem())
    }

    fn record(&self) -> Outcome<Option<Record>> {
        let bytes = self.keyring.read(self.entry)?;
        bytes.map(|bytes| Record::read(&bytes)).transpose()
    }

    fn unsealed(&self, generation: u64, key: &Key) -> Outcome<SavedSignIn> {
        let sealed = self.disk.read(&self.file_of(key))?.ok_or(TokenStoreError::Damaged)?;
        let opened = key.open(self.entry, generation, &sealed)?;
        match Record::read(&opened)? {
            Record::Token(sign_in) if sign_in.generation == generation => Ok(sign_in),
            Record::Token(_) | Record::Sealed { .. } => Err(TokenStoreError::Damaged),
        }
    }

    /// Puts a record into the entry, or into a sealed file with its key in the entry.
    fn put(&self, generation: u64, record: &[u8]) -> Outcome<()> {
        if record.len() <= record::LARGEST {
            self.write(record)?;
            return self.remove_files(None);
        }
        let key = Key::new()?;
        let sealed = key.seal(self.entry, generation, record)?;
        self.disk.write(&self.file_of(&key), &sealed)?;
        self.write(&record::pointing(generation, &key))?;
        self.remove_files(Some(&key))
    }

    fn write(&self, record: &[u8]) -> Outcome<()> {
        if (self.void)() {
            return Err(TokenStoreError::NoAnswer);
        }
        Ok(self.keyring.write(self.entry, record)?)
    }

    fn holds(&self, sign_in: &SavedSignIn) -> Outcome<bool> {
        let kept = match self.record() {
            Ok(Some(Record::Token(kept))) => kept,
            Ok(Some(Record::Sealed { generation, key })) => self.unsealed(generation, &key)?,
            Ok(None) | Err(TokenStoreError::Damaged) => return Ok(false),
            Err(error) => return Err(error),
        };
        let same = kept.refresh_token.expose_secret() == sign_in.refresh_token.expose_secret();
        Ok(same && kept.generation == sign_in.generation)
    }

    /// Removes the entry first: what a sealed file holds is lost with its key.
    pub(super) fn take_away(&self) -> Outcome<()> {
        self.keyring.delete(self.entry)?;
        self.remove_files(None)
    }

    fn file_of(&self, key: &Key) -> String {
        format!("{}.{}{SEALED}", self.stem(), key.print())
    }

    fn files(&self) -> Outcome<Vec<String>> {
        let mut files = self.disk.list()?;
        files.retain(|name| name.starts_with(&self.stem()));
        Ok(files)
    }

    /// Removes the sealed and unfinished files but the one that this key opens.
    fn remove_files(&self, but: Option<&Key>) -> Outcome<()> {
        let but = but.map(|key| self.file_of(key));
        for name in self.files()? {
            if is_left(&name) && Some(&name) != but.as_ref() {
                self.disk.remove(&name)?;
            }
        }
        Ok(())
    }
}

/// The accounts, by the stems of their files, of which something is left and no marker.
pub(super) fn strays(disk: &dyn Disk) -> Outcome<Vec<String>> {
    let mut stems: Vec<String> = disk
        .list()?
        .iter()
        .filter(|name| is_left(name))
        .filter_map(|name| Some(name.split_once('.')?.0.to_owned()))
        .collect();
    stems.sort();
    stems.dedup();
    let mut strays = Vec::new();
    for stem in stems {
        // A marker that is not understood is one all the same.
        if matches!(Marker::read(disk, &stem), Ok(None)) {
            strays.push(stem);
        }
    }
    Ok(strays)
}

/// Removes what is left of such an account.
pub(super) fn remove_stray(disk: &dyn Disk, stem: &str) -> Outcome<()> {
    if Marker::read(disk, stem)?.is_some() {
        return Ok(());
    }
    for name in disk.list()? {
        if name.starts_with(stem) && is_left(&name) {
            disk.remove(&name)?;
        }
    }
    Ok(())
}

/// Whether it is a sealed or an unfinished file.
fn is_left(name: &str) -> bool {
    name.ends_with(SEALED) || name.ends_with(NEW)
}
