//! Keeping, reading and removing a sign-in, step by step. All of it blocks.
//!
//! The order of the steps is what makes it whole: the marker first, then a sealed file if there is
//! one, then the entry, which is the one step that decides; what is not needed any more goes last.
//! A program that dies between two of them leaves the old sign-in, the new one, or none.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    Access, Entry, Keyring, SavedSignIn, TokenStoreError,
    disk::Disk,
    marker::{Marker, Standing},
    newest::Newest,
    record::{self, Record},
    sealed::Key,
    sign_outs::SignOuts,
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
    pub(super) sign_outs: &'a SignOuts,
    /// How often the person had signed out before this was asked.
    pub(super) signed_out_before: u64,
    pub(super) newest: &'a Newest,
    /// Whether nobody waits for this any more. Others may be at work here by now.
    pub(super) abandoned: &'a dyn Fn() -> bool,
    /// Whether others were left behind and may still do something.
    pub(super) others_hang: &'a dyn Fn() -> bool,
}

/// What was put into the entry, and the sealed file that it leads to.
struct Put {
    entry: Zeroizing<Vec<u8>>,
    file: Option<Sealed>,
}

struct Sealed {
    key: Key,
    content: Vec<u8>,
}

impl Steps<'_> {
    pub(super) fn load(&self) -> Outcome<Option<SavedSignIn>> {
        if self.standing()? != Some(Standing::Kept) {
            return Ok(None);
        }
        let kept = match self.kept() {
            // Another program may have renewed it, and so removed the file, between the two reads.
            Err(TokenStoreError::Damaged) => self.kept()?,
            outcome => outcome?,
        };
        // The person may have signed out while the keyring was asked.
        Ok(if self.standing()? == Some(Standing::Kept) { kept } else { None })
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
        if standing.is_none() {
            self.mark_kept()?;
        }
        let put = match self.put(sign_in.generation, record) {
            Ok(put) => put,
            Err(error) => {
                // The marker is needed only where something may lie in the keyring.
                let for_nothing = standing.is_none()
                    && self.goes_on().is_ok()
                    && matches!(self.keyring.read(self.entry), Ok(None));
                if for_nothing {
                    self.forget(Standing::Kept)?;
                }
                return Err(error);
            }
        };
        // The person may have signed out while the keyring was busy with it.
        let stays = match (standing, self.standing()?) {
            (_, Some(Standing::Kept)) => true,
            (Some(Standing::SignedOut), Some(Standing::SignedOut)) => !(self.abandoned)(),
            (_, Some(Standing::SignedOut) | None) => false,
        };
        if !stays || self.signed_out() {
            self.take_back(&put)?;
            return Err(TokenStoreError::SignedOut);
        }
        self.goes_on()?;
        if !self.holds(sign_in)? {
            return Err(TokenStoreError::NotKept);
        }
        // Also where it was marked before: of all accounts this is the newest now.
        self.mark_kept()
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
        let put = self.put(sign_in.generation, record::written(sign_in)?)?;
        // The person may have signed out while the keyring was busy with it.
        if self.standing()? != Some(Standing::Kept) || self.signed_out() {
            self.take_back(&put)?;
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
        self.goes_on()?;
        if self.standing()? == Some(Standing::Kept) {
            self.take_away()?;
            self.forget(Standing::Kept)?;
        }
        Ok(None)
    }

    /// Removes what is left of an account that is marked as signed out. One that somebody has signed
    /// in to again since is left alone.
    pub(super) fn finish_sign_out(&self) -> Outcome<()> {
        if self.standing()? != Some(Standing::SignedOut) {
            return Ok(());
        }
        self.take_away()?;
        if (self.others_hang)() {
            // What it writes it looks at, and takes back.
            return Err(TokenStoreError::NoAnswer);
        }
        self.forget(Standing::SignedOut)
    }

    /// Removes files that an earlier run left behind. Reads the keyring only if it has to, and asks
    /// the person nothing.
    pub(super) fn tidy(&self) -> Outcome<()> {
        let sealed = self.files()?.iter().filter(|name| name.ends_with(SEALED)).count();
        if sealed == 0 {
            return self.remove_files(None);
        }
        if self.keyring.access(self.entry)? == Access::Locked {
            return Ok(());
        }
        let record = self.record()?;
        // If it was left behind it does not know which files others need by now.
        self.goes_on()?;
        match record {
            Some(Record::Sealed { key, .. }) => self.remove_files(Some(&key)),
            Some(Record::Token(_)) | None => self.remove_files(None),
        }
    }

    fn stem(&self) -> String {
        Marker::stem(self.entry)
    }

    /// A marker that is no marker tells that something may lie in the keyring, and no more.
    fn standing(&self) -> Outcome<Option<Standing>> {
        match Marker::read(self.disk, &self.stem()) {
            Ok(marker) => Ok(marker.map(|marker| marker.standing)),
            Err(Marker::DAMAGED) => Ok(Some(Standing::SignedOut)),
            Err(error) => Err(error),
        }
    }

    fn signed_out(&self) -> bool {
        self.sign_outs.of(&self.stem()) != self.signed_out_before
    }

    /// Nothing further is begun that nobody waits for, or that the person has ended since.
    fn goes_on(&self) -> Outcome<()> {
        if self.signed_out() {
            return Err(TokenStoreError::SignedOut);
        }
        if (self.abandoned)() { Err(TokenStoreError::NoAnswer) } else { Ok(()) }
    }

    fn mark_kept(&self) -> Outcome<()> {
        if (self.abandoned)() {
            return Err(TokenStoreError::NoAnswer);
        }
        let stem = self.stem();
        self.sign_outs.while_none_begins(&stem, |sign_outs| {
            if sign_outs != self.signed_out_before {
                return Err(TokenStoreError::SignedOut);
            }
            Marker::new(self.account, Standing::Kept).write(self.disk, &stem)
        })
    }

    /// Removes the marker, if it still says this: nothing is left that it stands for.
    fn forget(&self, standing: Standing) -> Outcome<()> {
        if (self.abandoned)() {
            return Err(TokenStoreError::NoAnswer);
        }
        let stem = self.stem();
        self.sign_outs.while_none_begins(&stem, |_| {
            if self.standing()? == Some(standing) {
                Marker::remove(self.disk, &stem)?;
            }
            Ok(())
        })
    }

    fn kept(&self) -> Outcome<Option<SavedSignIn>> {
        match self.record()? {
            None => Ok(None),
            Some(Record::Token(sign_in)) => Ok(Some(sign_in)),
            Some(Record::Sealed { generation, key }) => self.unsealed(generation, &key).map(Some),
        }
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
    fn put(&self, generation: u64, record: Zeroizing<Vec<u8>>) -> Outcome<Put> {
        self.goes_on()?;
        let put = if record.len() <= record::LARGEST {
            Put { entry: record, file: None }
        } else {
            let key = Key::new()?;
            let content = key.seal(self.entry, generation, &record)?;
            self.disk.write(&self.file_of(&key), &content)?;
            let entry = record::pointing(generation, &key);
            Put { entry, file: Some(Sealed { key, content }) }
        };
        self.goes_on()?;
        self.newest.put(&self.stem(), generation);
        self.keyring.write(self.entry, &put.entry)?;
        if self.goes_on().is_ok() {
            self.remove_files(put.file.as_ref().map(|file| &file.key))?;
            return Ok(put);
        }
        // It was left behind, and a call that is on its way to the keyring cannot be taken back. It
        // may have replaced what was kept meanwhile, and that may have removed its file.
        if self.newest.is_after(&self.stem(), generation) {
            self.take_back(&put)?;
            return Err(TokenStoreError::NoAnswer);
        }
        if let Some(file) = &put.file
            && self.disk.read(&self.file_of(&file.key))?.is_none()
        {
            self.disk.write(&self.file_of(&file.key), &file.content)?;
        }
        Ok(put)
    }

    /// Removes what was put there, unless something else lies there by now.
    fn take_back(&self, put: &Put) -> Outcome<()> {
        let is_anothers = match self.keyring.read(self.entry) {
            Ok(Some(found)) => *found != *put.entry,
            Ok(None) | Err(_) => false,
        };
        if !is_anothers {
            self.keyring.delete(self.entry)?;
        }
        if let Some(file) = &put.file {
            self.disk.remove(&self.file_of(&file.key))?;
        }
        Ok(())
    }

    fn holds(&self, sign_in: &SavedSignIn) -> Outcome<bool> {
        let kept = match self.kept() {
            Ok(Some(kept)) => kept,
            Ok(None) | Err(TokenStoreError::Damaged) => return Ok(false),
            Err(error) => return Err(error),
        };
        let same = kept.refresh_token.expose_secret() == sign_in.refresh_token.expose_secret();
        Ok(same && kept.generation == sign_in.generation)
    }

    /// Removes the entry first: what a sealed file holds is lost with its key.
    pub(super) fn take_away(&self) -> Outcome<()> {
        self.keyring.delete(self.entry)?;
        if (self.abandoned)() {
            return Err(TokenStoreError::NoAnswer);
        }
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
