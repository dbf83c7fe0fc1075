//! What happens while something else does: calls that were left behind and go on later, a sign-out in
//! the middle of a sign-in, a second program. One keyring that can be held up at any call serves all of
//! them, so they stand together.

mod late;
mod signing_out;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, mpsc},
};

use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};
use zeroize::Zeroizing;

use super::{
    Access, Entry, Keyring, KeyringError, Patience, SavedSignIn, TokenStore, TokenStoreError,
    disk::{Disk, Folder},
    marker::Marker,
    record::LARGEST,
};
use crate::{identity::AccountId, view::Realm};

/// What a keyring is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Access,
    Read,
    Write,
    Delete,
}

/// When a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// Holds one call up.
struct Gate {
    call: Call,
    when: When,
    arrived: oneshot::Sender<Entry>,
    opened: mpsc::Receiver<Result<(), KeyringError>>,
}

/// A call that is held up.
struct Held {
    arrived: oneshot::Receiver<Entry>,
    open: mpsc::Sender<Result<(), KeyringError>>,
}

impl Held {
    /// Waits until the call has come.
    async fn arrived(&mut self) -> Entry {
        (&mut self.arrived).await.unwrap()
    }

    fn go_on(self) {
        self.open.send(Ok(())).unwrap();
    }

    fn fail(self) {
        self.open.send(Err(KeyringError::Refused("by the test"))).unwrap();
    }
}

/// A keyring in memory of which single calls can be held up.
#[derive(Default)]
struct Slow {
    entries: Mutex<HashMap<Entry, Vec<u8>>>,
    gates: Mutex<Vec<Gate>>,
    calls: Mutex<Vec<Call>>,
}

impl Slow {
    /// Holds up the next such call.
    fn hold(&self, call: Call, when: When) -> Held {
        let ((arrive, arrived), (open, opened)) = (oneshot::channel(), mpsc::channel());
        self.gates.lock().unwrap().push(Gate { call, when, arrived: arrive, opened });
        Held { arrived, open }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Entry, Vec<u8>>> {
        self.entries.lock().unwrap()
    }

    fn called<T>(
        &self,
        call: Call,
        entry: &Entry,
        does: impl FnOnce() -> T,
    ) -> Result<T, KeyringError> {
        assert_eq!(std::thread::current().name(), Some("keyring"));
        self.calls.lock().unwrap().push(call);
        let gate = {
            let mut gates = self.gates.lock().unwrap();
            gates.iter().position(|gate| gate.call == call).map(|at| gates.remove(at))
        };
        let Some(gate) = gate else { return Ok(does()) };
        let wait = || {
            // Nobody waits for it where it was decided before how it goes on.
            let _ = gate.arrived.send(entry.clone());
            gate.opened.recv().unwrap()
        };
        match gate.when {
            When::Before => wait().map(|()| does()),
            When::After => {
                let done = does();
                wait().map(|()| done)
            }
        }
    }
}

impl Keyring for Slow {
    fn access(&self, entry: &Entry) -> Result<Access, KeyringError> {
        self.called(Call::Access, entry, || Access::Open)
    }

    fn read(&self, entry: &Entry) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        self.called(Call::Read, entry, || self.entries().get(entry).cloned().map(Zeroizing::new))
    }

    fn write(&self, entry: &Entry, secret: &[u8]) -> Result<(), KeyringError> {
        self.called(Call::Write, entry, || {
            self.entries().insert(entry.clone(), secret.to_vec());
        })
    }

    fn delete(&self, entry: &Entry) -> Result<(), KeyringError> {
        self.called(Call::Delete, entry, || {
            self.entries().remove(entry);
        })
    }
}

/// A keyring, a folder, and a program that uses both.
struct Computer {
    keyring: Arc<Slow>,
    store: TokenStore,
    folder: TempDir,
}

impl Computer {
    fn new() -> Self {
        let (keyring, folder) = (Arc::<Slow>::default(), tempfile::tempdir().unwrap());
        let store = TokenStore::with(Arc::<Slow>::clone(&keyring), folder.path().to_owned());
        Self { keyring, store, folder }
    }

    /// A program that knows nothing of the other.
    fn another_program(&self) -> TokenStore {
        let keyring = Arc::<Slow>::clone(&self.keyring);
        TokenStore::with(keyring, self.folder.path().to_owned())
    }

    async fn begin(&self, sign_in: &SavedSignIn) -> Result<(), TokenStoreError> {
        self.store.begin(&ann(), sign_in, Patience::Brief).await
    }

    fn beginning(&self, sign_in: SavedSignIn) -> JoinHandle<Result<(), TokenStoreError>> {
        let store = self.store.clone();
        tokio::spawn(async move { store.begin(&ann(), &sign_in, Patience::Brief).await })
    }

    /// A sign-in that is being kept, and is held up at its write.
    async fn begun(
        &self,
        sign_in: SavedSignIn,
        when: When,
    ) -> (JoinHandle<Result<(), TokenStoreError>>, Held) {
        let mut held = self.keyring.hold(Call::Write, when);
        let writing = self.beginning(sign_in);
        held.arrived().await;
        (writing, held)
    }

    /// The same, and nobody waits for it any more.
    async fn left_behind(&self, sign_in: SavedSignIn, when: When) -> Held {
        let (writing, held) = self.begun(sign_in, when).await;
        leave_behind(writing).await;
        held
    }

    async fn loaded(&self) -> Option<u64> {
        generation(self.store.load(&ann(), Patience::Brief).await.unwrap().as_ref())
    }

    /// Whether any account is marked as kept. Does not ask the keyring.
    async fn is_marked_as_kept(&self) -> bool {
        !self.store.kept().await.unwrap().is_empty()
    }

    /// Signs these in and out again with a keyring that removes nothing, and holds up its next
    /// removal.
    async fn signed_out_in_vain(&self, names: &[&str]) -> Held {
        for name in names {
            self.store.begin(&named(name), &small(1), Patience::Brief).await.unwrap();
            self.keyring.hold(Call::Delete, When::Before).fail();
            self.store.sign_out(&named(name)).await.unwrap_err();
        }
        self.keyring.hold(Call::Delete, When::Before)
    }

    /// Waits until what was left behind has ended.
    async fn quiet(&self) {
        while self.store.0.thread.left_behind() > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// The files but those of the locks.
    fn files(&self) -> Vec<String> {
        let mut files = Folder::new(self.folder.path().to_owned()).list().unwrap();
        files.retain(|name| name.rsplit('.').next() != Some("lock"));
        files
    }
}

fn named(object: &str) -> AccountId {
    AccountId { realm: Realm::Practice, cloud: None, tenant: "t-1".into(), object: object.into() }
}

fn ann() -> AccountId {
    named("ann")
}

fn stem() -> String {
    Marker::stem(&Entry::of(&ann()).unwrap())
}

fn small(generation: u64) -> SavedSignIn {
    SavedSignIn {
        generation,
        refresh_token: format!("token-{generation}").into(),
        name: "Ann".into(),
        sign_in_name: "ann@example.org".into(),
    }
}

/// So large that it is sealed.
fn large(generation: u64) -> SavedSignIn {
    let token = format!("token-{generation}-{}", "x".repeat(LARGEST));
    SavedSignIn { refresh_token: token.into(), ..small(generation) }
}

/// Of a sign-in that is whole.
fn generation(sign_in: Option<&SavedSignIn>) -> Option<u64> {
    let sign_in = sign_in?;
    let token = sign_in.refresh_token.expose_secret();
    assert!(token.starts_with(&format!("token-{}", sign_in.generation)), "a mix");
    Some(sign_in.generation)
}

/// Gives up waiting for a call, which so is left behind.
async fn leave_behind<T: std::fmt::Debug>(call: JoinHandle<T>) {
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn an_entry_is_read_before_it_is_written_again() {
    let computer = Computer::new();
    let mut held = computer.keyring.hold(Call::Write, When::Before);
    let first = computer.beginning(small(1));
    held.arrived().await;
    leave_behind(first).await;
    computer.keyring.calls.lock().unwrap().clear();

    computer.begin(&small(2)).await.unwrap();

    let calls = computer.keyring.calls.lock().unwrap().clone();
    assert_eq!(calls, [Call::Access, Call::Read, Call::Write, Call::Read]);
    held.go_on();
    computer.quiet().await;
}

#[tokio::test]
async fn a_late_write_removes_no_file_that_a_later_one_needs() {
    let computer = Computer::new();
    let first = computer.left_behind(small(1), When::Before).await;
    let (writing, second) = computer.begun(large(2), When::Before).await;

    first.go_on();
    computer.quiet().await;
    second.go_on();

    assert_eq!(writing.await.unwrap(), Ok(()));
    assert_eq!(computer.loaded().await, Some(2));
}

#[tokio::test]
async fn a_write_that_fails_late_leaves_a_later_ones_marker() {
    let computer = Computer::new();
    let first = computer.left_behind(small(1), When::Before).await;
    let (writing, second) = computer.begun(small(2), When::Before).await;

    first.fail();
    computer.quiet().await;
    second.go_on();

    assert_eq!(writing.await.unwrap(), Ok(()));
    assert_eq!(computer.loaded().await, Some(2));
}

#[tokio::test]
async fn a_late_write_brings_no_token_back_that_was_signed_out() {
    for sign_in in [small(1), large(1)] {
        let computer = Computer::new();
        let held = computer.left_behind(sign_in, When::Before).await;
        assert_eq!(computer.store.sign_out(&ann()).await, Err(TokenStoreError::NoAnswer));
        computer.begin(&small(2)).await.unwrap();

        held.go_on();
        computer.quiet().await;

        assert_eq!(computer.loaded().await, None);
        assert!(computer.keyring.entries().is_empty());
        assert_eq!(computer.files().len(), 1, "its marker");
        // The sign-in that stands is kept at its next renewal.
        computer.store.rotate(&ann(), &small(3)).await.unwrap();
        assert_eq!(computer.loaded().await, Some(3));
    }
}

#[tokio::test]
async fn a_late_write_that_is_taken_back_leaves_what_was_kept_after_it() {
    let computer = Computer::new();
    let held = computer.left_behind(small(1), When::After).await;
    assert_eq!(computer.store.sign_out(&ann()).await, Err(TokenStoreError::NoAnswer));
    computer.begin(&small(2)).await.unwrap();

    held.go_on();
    computer.quiet().await;

    assert_eq!(computer.loaded().await, Some(2));
}

#[tokio::test]
async fn a_sign_out_just_before_a_sign_in_is_marked_as_kept_leaves_nothing() {
    let computer = Computer::new();
    computer.begin(&small(1)).await.unwrap();
    computer.keyring.hold(Call::Delete, When::Before).fail();
    computer.store.sign_out(&ann()).await.unwrap_err();
    let (writing, written) = computer.begun(small(2), When::After).await;
    let mut read_back = computer.keyring.hold(Call::Read, When::After);
    written.go_on();
    read_back.arrived().await;

    let store = computer.store.clone();
    let signing_out = tokio::spawn(async move { store.sign_out(&ann()).await });
    while computer.store.0.sign_outs.of(&stem()) < 2 {
        tokio::task::yield_now().await;
    }
    read_back.go_on();

    assert_eq!(writing.await.unwrap(), Err(TokenStoreError::SignedOut));
    assert_eq!(signing_out.await.unwrap(), Ok(()));
    assert!(computer.keyring.entries().is_empty());
    assert!(computer.files().is_empty());
}

#[tokio::test]
async fn the_same_sign_in_kept_again_is_not_taken_away_by_its_late_first_try() {
    let computer = Computer::new();
    computer.begin(&small(1)).await.unwrap();
    computer.keyring.hold(Call::Delete, When::Before).fail();
    computer.store.sign_out(&ann()).await.unwrap_err();
    let held = computer.left_behind(small(2), When::Before).await;
    computer.begin(&small(2)).await.unwrap();

    held.go_on();
    computer.quiet().await;

    assert_eq!(computer.loaded().await, Some(2));
}

#[tokio::test]
async fn a_late_sign_out_removes_no_file_of_a_later_sign_in() {
    let computer = Computer::new();
    computer.begin(&small(1)).await.unwrap();
    let mut held = computer.keyring.hold(Call::Delete, When::After);
    let store = computer.store.clone();
    let signing_out = tokio::spawn(async move { store.sign_out(&ann()).await });
    held.arrived().await;
    leave_behind(signing_out).await;
    computer.begin(&large(2)).await.unwrap();

    held.go_on();
    computer.quiet().await;

    assert_eq!(computer.loaded().await, Some(2));
}

#[tokio::test]
async fn a_refused_token_that_is_found_late_takes_no_later_one_with_it() {
    let computer = Computer::new();
    computer.begin(&small(1)).await.unwrap();
    let mut held = computer.keyring.hold(Call::Read, When::After);
    let store = computer.store.clone();
    let refused = small(1).refresh_token;
    let removing = tokio::spawn(async move { store.delete_refused(&ann(), &refused).await });
    held.arrived().await;
    leave_behind(removing).await;
    computer.begin(&small(2)).await.unwrap();

    held.go_on();
    computer.quiet().await;

    assert_eq!(computer.loaded().await, Some(2));
}

#[tokio::test]
async fn a_sign_out_before_the_keyring_answered_ends_the_sign_in_that_waits_for_it() {
    let computer = Computer::new();
    let mut held = computer.keyring.hold(Call::Access, When::Before);
    let writing = computer.beginning(small(1));
    held.arrived().await;

    computer.store.sign_out(&ann()).await.unwrap();
    held.go_on();

    assert!(writing.await.unwrap().is_err());
    assert!(computer.keyring.entries().is_empty());
    assert!(computer.files().is_empty());
}

#[tokio::test]
async fn a_sign_out_in_the_middle_of_a_sign_in_leaves_nothing() {
    for before in [None, Some(small(1)), Some(large(1))] {
        for sign_in in [small(2), large(2)] {
            let computer = Computer::new();
            if let Some(before) = &before {
                computer.begin(before).await.unwrap();
            }
            let (writing, held) = computer.begun(sign_in, When::After).await;
            let store = computer.store.clone();
            let signing_out = tokio::spawn(async move { store.sign_out(&ann()).await });
            while computer.is_marked_as_kept().await {
                tokio::task::yield_now().await;
            }

            held.go_on();

            assert_eq!(writing.await.unwrap(), Err(TokenStoreError::SignedOut));
            assert_eq!(signing_out.await.unwrap(), Ok(()));
            assert!(computer.keyring.entries().is_empty());
            assert!(computer.files().is_empty());
        }
    }
}

#[tokio::test]
async fn a_sign_out_in_another_program_is_seen_after_the_write() {
    for rotated in [false, true] {
        let computer = Computer::new();
        computer.begin(&large(1)).await.unwrap();
        let mut held = computer.keyring.hold(Call::Write, When::Before);
        let store = computer.store.clone();
        let writing = tokio::spawn(async move {
            if rotated {
                store.rotate(&ann(), &large(2)).await
            } else {
                store.begin(&ann(), &large(2), Patience::Brief).await
            }
        });
        held.arrived().await;

        computer.another_program().sign_out(&ann()).await.unwrap();
        held.go_on();

        assert_eq!(writing.await.unwrap(), Err(TokenStoreError::SignedOut));
        assert!(computer.keyring.entries().is_empty());
        assert!(computer.files().is_empty());
    }
}

#[tokio::test]
async fn a_sign_out_leaves_the_marker_of_who_signs_in_in_another_program() {
    let computer = Computer::new();
    computer.begin(&small(1)).await.unwrap();
    let mut held = computer.keyring.hold(Call::Delete, When::After);
    let store = computer.store.clone();
    let signing_out = tokio::spawn(async move { store.sign_out(&ann()).await });
    held.arrived().await;

    computer.another_program().begin(&ann(), &small(2), Patience::Brief).await.unwrap();
    held.go_on();

    assert_eq!(signing_out.await.unwrap(), Ok(()));
    assert_eq!(computer.loaded().await, Some(2));
}

#[tokio::test]
async fn a_sweep_leaves_who_signs_in_while_it_waits() {
    let computer = Computer::new();
    let mut held = computer.signed_out_in_vain(&["ann", "ben"]).await;
    let store = computer.store.clone();
    let sweeping = tokio::spawn(async move { store.sweep().await });
    let at = held.arrived().await;
    // Both the one whose turn it is and the one whose turn comes.
    let mut signing_in = Vec::new();
    for name in ["ann", "ben"] {
        let store = computer.store.clone();
        signing_in.push(tokio::spawn(async move {
            store.begin(&named(name), &small(9), Patience::Brief).await
        }));
    }
    tokio::task::yield_now().await; // they stand in the queue
    held.go_on();

    for signing_in in signing_in {
        signing_in.await.unwrap().unwrap();
    }
    assert!(sweeping.await.unwrap().is_empty());

    for name in ["ann", "ben"] {
        let loaded = computer.store.load(&named(name), Patience::Brief).await.unwrap();
        assert_eq!(generation(loaded.as_ref()), Some(9), "{name}, while at {}", at.user());
    }
    assert_eq!(computer.store.kept().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_another_program_renews_while_it_is_read_is_read_again() {
    let computer = Computer::new();
    computer.begin(&large(1)).await.unwrap();
    let mut held = computer.keyring.hold(Call::Read, When::After);
    let store = computer.store.clone();
    let loading = tokio::spawn(async move { store.load(&ann(), Patience::Brief).await });
    held.arrived().await;
    computer.another_program().rotate(&ann(), &large(2)).await.unwrap();

    held.go_on();

    let loaded = loading.await.unwrap().unwrap();
    assert_eq!(generation(loaded.as_ref()), Some(2));
}

#[tokio::test]
async fn a_marker_that_cannot_be_read_is_in_nobodys_way() {
    for signs_out in [false, true] {
        let computer = Computer::new();
        computer.begin(&small(1)).await.unwrap();
        let marker = computer.files().pop().unwrap();
        std::fs::write(computer.folder.path().join(marker), b"not a marker").unwrap();

        assert_eq!(computer.loaded().await, None);
        if signs_out {
            computer.store.sign_out(&ann()).await.unwrap();
            assert!(computer.keyring.entries().is_empty());
            assert!(computer.files().is_empty());
        } else {
            computer.begin(&small(2)).await.unwrap();
            assert_eq!(computer.loaded().await, Some(2));
        }
    }
}
