//! A keyring and a disk that fail or die at every step: what is found afterwards is the old sign-in,
//! the new one, or none.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, mpsc},
};

use secrecy::ExposeSecret;
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::{
    Access, Entry, Keyring, KeyringError, Patience, SavedSignIn, TokenStore, TokenStoreError,
    disk::{Disk, Folder},
    marker::{Marker, Standing},
    record::LARGEST,
};
use crate::{identity::AccountId, view::Realm};

/// What goes wrong at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is not done, and that is told.
    Fails,
    /// It is done, and the opposite is told.
    DoneAndFails,
    /// The program ends in the middle of it: a file is cut, and nothing is done any more.
    Dies,
}

/// What a computer holds, and the one step at which something goes wrong.
#[derive(Default)]
struct Machine {
    entries: HashMap<Entry, Vec<u8>>,
    files: HashMap<String, Vec<u8>>,
    steps: usize,
    fault: Option<(usize, Fault)>,
    dead: bool,
}

#[derive(Clone)]
struct Faulty {
    machine: Arc<Mutex<Machine>>,
    /// Where the locks lie.
    folder: Arc<TempDir>,
}

impl Default for Faulty {
    fn default() -> Self {
        Self { machine: Arc::default(), folder: Arc::new(tempfile::tempdir().unwrap()) }
    }
}

impl Faulty {
    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap()
    }

    fn store(&self) -> TokenStore {
        self.store_over(Arc::new(self.clone()))
    }

    /// A store over this disk and another keyring.
    fn store_over(&self, keyring: Arc<dyn Keyring>) -> TokenStore {
        let folder = Arc::new(Folder::new(self.folder.path().to_owned()));
        TokenStore::over(keyring, Arc::new(self.clone()), folder)
    }

    /// From here on the step of this number goes wrong.
    fn will(&self, fault: Option<(usize, Fault)>) {
        let mut machine = self.machine();
        machine.steps = 0;
        machine.dead = false;
        machine.fault = fault;
    }

    /// Does one step, or not.
    fn step<T>(&self, does: impl Fn(&mut Machine) -> T, half: impl Fn(&mut Machine)) -> Option<T> {
        let mut machine = self.machine();
        if machine.dead {
            return None;
        }
        machine.steps += 1;
        match machine.fault {
            Some((at, fault)) if at == machine.steps => {
                match fault {
                    Fault::Fails => {}
                    Fault::DoneAndFails => drop(does(&mut machine)),
                    Fault::Dies => {
                        half(&mut machine);
                        machine.dead = true;
                    }
                }
                None
            }
            Some(_) | None => Some(does(&mut machine)),
        }
    }

    fn keyring<T>(&self, does: impl Fn(&mut Machine) -> T) -> Result<T, KeyringError> {
        self.step(does, |_| ()).ok_or(KeyringError::Refused("by the test"))
    }

    fn disk<T>(&self, does: impl Fn(&mut Machine) -> T) -> io::Result<T> {
        self.step(does, |_| ()).ok_or(io::ErrorKind::Other.into())
    }
}

impl Keyring for Faulty {
    fn access(&self, _: &Entry) -> Result<Access, KeyringError> {
        self.keyring(|_| Access::Open)
    }

    fn read(&self, entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        assert_eq!(std::thread::current().name(), Some("keyring"));
        self.keyring(|machine| machine.entries.get(entry).cloned().map(Zeroizing::new))
    }

    fn write(&self, entry: &Entry, secret: &[u8]) -> Result<(), KeyringError> {
        assert!(secret.len() <= LARGEST, "{} bytes are more than Windows takes", secret.len());
        assert!(secret.is_ascii());
        self.keyring(|machine| drop(machine.entries.insert(entry.clone(), secret.to_vec())))
    }

    fn delete(&self, entry: &Entry) -> Result<(), KeyringError> {
        self.keyring(|machine| drop(machine.entries.remove(entry)))
    }
}

impl Disk for Faulty {
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.disk(|machine| machine.files.get(name).cloned())
    }

    fn create(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let put = |machine: &mut Machine, content: &[u8]| {
            machine.files.insert(name.to_owned(), content.to_vec());
        };
        let half = &content[..content.len() / 2];
        let done = self.step(|machine| put(machine, content), |machine| put(machine, half));
        done.ok_or(io::ErrorKind::Other.into())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk(|machine| {
            let content = machine.files.remove(from).unwrap();
            machine.files.insert(to.to_owned(), content);
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.disk(|machine| drop(machine.files.remove(name)))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.disk(|machine| machine.files.keys().cloned().collect())
    }
}

fn account() -> AccountId {
    AccountId { realm: Realm::Practice, cloud: None, tenant: "t-1".into(), object: "o-1".into() }
}

fn entry() -> Entry {
    Entry::of(&account()).unwrap()
}

/// A sign-in whose record is small, or larger than an entry takes.
fn sign_in(generation: u64, sealed: bool) -> SavedSignIn {
    let length = if sealed { LARGEST } else { 40 };
    SavedSignIn {
        generation,
        refresh_token: format!("{generation}-{}", "x".repeat(length)).into(),
        name: format!("Name {generation}"),
        sign_in_name: "ann@example.org".into(),
    }
}

/// A sign-in whose record has exactly this size in bytes.
fn of_size(size: usize) -> SavedSignIn {
    let mut sign_in = sign_in(7, false);
    let longer = size - super::record::written(&sign_in).unwrap().len();
    let token = format!("{}{}", sign_in.refresh_token.expose_secret(), "y".repeat(longer));
    sign_in.refresh_token = token.into();
    assert_eq!(super::record::written(&sign_in).unwrap().len(), size);
    sign_in
}

fn is_same(one: &SavedSignIn, other: &SavedSignIn) -> bool {
    one.generation == other.generation
        && one.refresh_token.expose_secret() == other.refresh_token.expose_secret()
        && (&one.name, &one.sign_in_name) == (&other.name, &other.sign_in_name)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Kept { sealed: bool },
    SignedOut { sealed: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Begin { sealed: bool },
    Rotate { sealed: bool },
    SignOut,
}

impl Act {
    async fn on(self, store: &TokenStore) -> Result<(), TokenStoreError> {
        match self {
            Self::Begin { sealed } => {
                store.begin(&account(), &sign_in(2, sealed), Patience::Brief).await
            }
            Self::Rotate { sealed } => store.rotate(&account(), &sign_in(2, sealed)).await,
            Self::SignOut => store.sign_out(&account()).await,
        }
    }
}

async fn prepared(before: Before) -> Faulty {
    let faulty = Faulty::default();
    if let Before::Kept { sealed } | Before::SignedOut { sealed } = before {
        let kept = faulty.store().begin(&account(), &sign_in(1, sealed), Patience::Brief).await;
        kept.unwrap();
    }
    if matches!(before, Before::SignedOut { .. }) {
        assert!(Marker::sign_out(&faulty, &Marker::stem(&entry()), &account()).unwrap());
    }
    faulty
}

/// Lets it go wrong at one step, and looks at what is there after a restart. Tells whether that
/// step was reached.
async fn goes_wrong(before: Before, act: Act, at: usize, fault: Fault) -> bool {
    let case = format!("{before:?} {act:?} {fault:?} at {at}");
    let faulty = prepared(before).await;
    faulty.will(Some((at, fault)));
    let outcome = act.on(&faulty.store()).await;
    let reached = faulty.machine().steps >= at;

    faulty.will(None);
    let standing = |faulty: &Faulty| {
        let marker = Marker::read(faulty, &Marker::stem(&entry())).unwrap();
        marker.map(|marker| marker.standing)
    };
    let begun = standing(&faulty);
    let found = faulty.store().load(&account(), Patience::Brief).await;
    let found = found.unwrap_or_else(|error| panic!("{case}: {error}"));
    let is = |generation: u64, sealed: bool| {
        found.as_ref().is_some_and(|found| is_same(found, &sign_in(generation, sealed)))
    };
    let old = matches!(before, Before::Kept { sealed } if is(1, sealed));
    match act {
        Act::Begin { sealed } | Act::Rotate { sealed } => {
            assert!(old || is(2, sealed) || found.is_none(), "{case}: a mix");
            assert!(outcome.is_err() || is(2, sealed), "{case}: told as kept, and is not");
        }
        Act::SignOut => {
            // What dies before its first step has not begun.
            let not_begun = old && begun == Some(Standing::Kept) && fault == Fault::Dies;
            assert!(found.is_none() || not_begun, "{case}");
            assert!(outcome.is_err() || found.is_none(), "{case}: told as removed, and is not");
        }
    }

    let left = faulty.store().sweep().await;
    assert!(left.is_empty(), "{case}: {left:?}");
    let after = faulty.store().load(&account(), Patience::Brief).await.unwrap();
    assert_eq!(after.is_some(), found.is_some(), "{case}: a sweep changes nothing that is kept");
    let machine = faulty.machine();
    let orphans: Vec<&String> = machine
        .files
        .keys()
        .filter(|name| matches!(name.rsplit('.').next(), Some("new" | "sealed")))
        .collect();
    let sealed = after.is_some_and(|after| after.refresh_token.expose_secret().len() > LARGEST);
    assert_eq!(orphans.len(), usize::from(sealed), "{case}: {orphans:?}");
    drop(machine);
    if standing(&faulty).is_none() {
        assert!(faulty.machine().entries.is_empty(), "{case}: an entry of which nobody knows");
    }
    if begun != Some(Standing::Kept) && act == Act::SignOut {
        let machine = faulty.machine();
        assert!(
            machine.entries.is_empty() && machine.files.is_empty(),
            "{case}: something is left"
        );
    }
    reached
}

#[tokio::test]
async fn whatever_fails_or_dies_at_any_step_leaves_the_old_the_new_or_none() {
    const KEPT: [Before; 2] = [Before::Kept { sealed: false }, Before::Kept { sealed: true }];
    const SIGNED_OUT: [Before; 2] =
        [Before::SignedOut { sealed: false }, Before::SignedOut { sealed: true }];
    let mut cases = vec![];
    for sealed in [false, true] {
        for before in [&[Before::Nothing][..], &KEPT, &SIGNED_OUT].concat() {
            cases.push((before, Act::Begin { sealed }));
        }
        cases.extend(KEPT.map(|before| (before, Act::Rotate { sealed })));
    }
    cases.extend([KEPT, SIGNED_OUT].concat().into_iter().map(|before| (before, Act::SignOut)));

    let mut tried = 0;
    for (before, act) in cases {
        for fault in [Fault::Fails, Fault::DoneAndFails, Fault::Dies] {
            for at in 1.. {
                tried += 1;
                if !goes_wrong(before, act, at, fault).await {
                    break;
                }
            }
        }
    }
    assert!(tried > 400, "only {tried}");
}

#[tokio::test]
async fn records_of_every_size_are_kept_and_the_large_ones_sealed() {
    for size in [1_280, 1_281, 2_560, 2_561, 20_000] {
        for rotated in [false, true] {
            let faulty = prepared(Before::Nothing).await;
            let store = faulty.store();
            let sign_in = of_size(size);
            if rotated {
                store.begin(&account(), &self::sign_in(1, false), Patience::Brief).await.unwrap();
                store.rotate(&account(), &sign_in).await.unwrap();
            } else {
                store.begin(&account(), &sign_in, Patience::Brief).await.unwrap();
            }

            let found = faulty.store().load(&account(), Patience::Brief).await.unwrap().unwrap();

            assert!(is_same(&found, &sign_in), "{size}");
            let machine = faulty.machine();
            let sealed: Vec<_> =
                machine.files.iter().filter(|(name, _)| name.ends_with(".sealed")).collect();
            assert_eq!(sealed.len(), usize::from(size > 2_560), "{size}");
            for (_, content) in sealed {
                let token = b"yyyyyyyy";
                assert!(!content.windows(token.len()).any(|window| window == token));
            }
        }
    }
}

#[tokio::test]
async fn a_sealed_file_that_was_changed_or_exchanged_is_damaged() {
    let faulty = prepared(Before::Kept { sealed: true }).await;
    let name = {
        let machine = faulty.machine();
        machine.files.keys().find(|name| name.ends_with(".sealed")).unwrap().clone()
    };
    let sealed = faulty.machine().files[&name].clone();
    let load = || async { faulty.store().load(&account(), Patience::Brief).await };

    for wrong in
        [vec![], sealed[1..].to_vec(), [&sealed[..20], &[!sealed[20]], &sealed[21..]].concat()]
    {
        faulty.machine().files.insert(name.clone(), wrong);
        assert_eq!(load().await.err(), Some(TokenStoreError::Damaged));
    }
    faulty.machine().files.remove(&name);
    assert_eq!(load().await.err(), Some(TokenStoreError::Damaged));
    // The entry names the generation that the file was sealed for.
    faulty.machine().files.insert(name, sealed);
    for secret in faulty.machine().entries.values_mut() {
        let record = String::from_utf8(secret.clone()).unwrap();
        *secret = record.replacen("1 1 ", "1 2 ", 1).into_bytes();
    }
    assert_eq!(load().await.err(), Some(TokenStoreError::Damaged));
}

#[tokio::test]
async fn what_is_kept_is_not_replaced_by_what_is_older() {
    let faulty = prepared(Before::Nothing).await;
    let store = faulty.store();
    store.begin(&account(), &sign_in(5, false), Patience::Brief).await.unwrap();

    store.rotate(&account(), &sign_in(4, false)).await.unwrap();

    let kept = store.load(&account(), Patience::Brief).await.unwrap().unwrap();
    assert_eq!(kept.generation, 5);
}

#[tokio::test]
async fn only_the_token_that_was_refused_is_removed() {
    let faulty = prepared(Before::Kept { sealed: false }).await;
    let store = faulty.store();
    let other = sign_in(9, false);

    let kept = store.delete_refused(&account(), &other.refresh_token).await.unwrap();
    assert!(is_same(&kept.unwrap(), &sign_in(1, false)));

    let refused = sign_in(1, false).refresh_token;
    assert!(store.delete_refused(&account(), &refused).await.unwrap().is_none());
    let machine = faulty.machine();
    assert!(machine.entries.is_empty() && machine.files.is_empty());
}

#[tokio::test]
async fn a_rotation_after_a_sign_out_is_refused() {
    let faulty = prepared(Before::SignedOut { sealed: false }).await;

    let outcome = faulty.store().rotate(&account(), &sign_in(2, false)).await;

    assert_eq!(outcome, Err(TokenStoreError::SignedOut));
}

/// Takes everything and keeps nothing, as bridges between keyrings have done.
struct Forgetful;

impl Keyring for Forgetful {
    fn access(&self, _: &Entry) -> Result<Access, KeyringError> {
        Ok(Access::Open)
    }

    fn read(&self, _: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        Ok(None)
    }

    fn write(&self, _: &Entry, _: &[u8]) -> Result<(), KeyringError> {
        Ok(())
    }

    fn delete(&self, _: &Entry) -> Result<(), KeyringError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_keyring_that_takes_and_does_not_keep_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = TokenStore::with(Arc::new(Forgetful), folder.path().join("sign-in"));

    let outcome = store.begin(&account(), &sign_in(1, false), Patience::Brief).await;

    assert_eq!(outcome, Err(TokenStoreError::NotKept));
}

/// Writes late: when it is let.
struct Late {
    keyring: Faulty,
    begun: mpsc::Sender<()>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl Keyring for Late {
    fn access(&self, entry: &Entry) -> Result<Access, KeyringError> {
        self.keyring.access(entry)
    }

    fn read(&self, entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        Keyring::read(&self.keyring, entry)
    }

    fn write(&self, entry: &Entry, secret: &[u8]) -> Result<(), KeyringError> {
        self.begun.send(()).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
        Keyring::write(&self.keyring, entry, secret)
    }

    fn delete(&self, entry: &Entry) -> Result<(), KeyringError> {
        self.keyring.delete(entry)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_comes_after_a_sign_out_does_not_stay() {
    for rotated in [false, true] {
        let faulty = prepared(Before::Kept { sealed: false }).await;
        let ((begun, has_begun), (go, go_on)) = (mpsc::channel(), mpsc::channel());
        let keyring = Late { keyring: faulty.clone(), begun, go_on: Mutex::new(go_on) };
        let store = faulty.store_over(Arc::new(keyring));
        let writer = store.clone();
        let act =
            if rotated { Act::Rotate { sealed: false } } else { Act::Begin { sealed: false } };
        let writing = tokio::spawn(async move { act.on(&writer).await });
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
        writing.abort();
        assert!(writing.await.unwrap_err().is_cancelled());

        // It cannot be told yet that nothing will lie there.
        assert_eq!(store.sign_out(&account()).await, Err(TokenStoreError::NoAnswer));
        assert!(store.load(&account(), Patience::Brief).await.unwrap().is_none());
        go.send(()).unwrap();
        while store.0.thread.left_behind() > 0 {
            tokio::task::yield_now().await;
        }

        assert!(faulty.machine().entries.is_empty());
        assert!(store.sweep().await.is_empty());
        assert!(faulty.machine().files.is_empty());
    }
}

#[test]
fn nothing_prints_the_token() {
    let printed = format!("{:?}", sign_in(1, false));

    assert!(!printed.contains('x'), "{printed}");
}
