//! A sign-out, while something else is going on.

use super::{super::marker::Marker, *};

fn stem(account: &AccountId) -> String {
    Marker::stem(&Entry::of(account).unwrap())
}

/// A task in which the person signs out.
fn signing_out(computer: &Computer) -> JoinHandle<Result<(), TokenStoreError>> {
    let store = computer.store.clone();
    tokio::spawn(async move { store.sign_out(&ann()).await })
}

#[tokio::test]
async fn what_is_read_while_the_person_signs_out_is_not_given_out() {
    let computer = Computer::new();
    computer.begin(&small(1)).await.unwrap();
    let mut held = computer.keyring.hold(Call::Read, When::After);
    let store = computer.store.clone();
    let loading = tokio::spawn(async move { store.load(&ann(), Patience::Brief).await });
    held.arrived().await;
    let signing_out = signing_out(&computer);
    while computer.is_marked_as_kept().await {
        tokio::task::yield_now().await;
    }

    held.go_on();

    assert!(loading.await.unwrap().unwrap().is_none());
    signing_out.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_second_sign_out_is_not_undone_by_the_sign_in_between() {
    for fails in [false, true] {
        let computer = Computer::new();
        // A tombstone, a sign-in that is about to be kept in its place, and another sign-out.
        computer.begin(&small(1)).await.unwrap();
        computer.keyring.hold(Call::Delete, When::Before).fail();
        computer.store.sign_out(&ann()).await.unwrap_err();
        let (writing, written) = computer.begun(small(2), When::After).await;
        let mut held = computer.keyring.hold(Call::Read, When::After);
        written.go_on();
        held.arrived().await;
        let signing_out = signing_out(&computer);
        while computer.store.0.sign_outs.of(&stem(&ann())) < 2 {
            tokio::task::yield_now().await;
        }
        if fails {
            computer.keyring.hold(Call::Delete, When::Before).fail();
        }

        held.go_on();

        assert_eq!(writing.await.unwrap(), Err(TokenStoreError::SignedOut));
        assert_eq!(signing_out.await.unwrap().is_err(), fails);
        assert_eq!(computer.loaded().await, None, "{fails}");
        assert!(computer.store.kept().await.unwrap().is_empty(), "{fails}");
    }
}

#[tokio::test]
async fn a_marker_under_another_accounts_name_tells_nothing() {
    let computer = Computer::new();
    for name in ["ann", "ben"] {
        computer.store.begin(&named(name), &small(1), Patience::Brief).await.unwrap();
    }
    computer.keyring.hold(Call::Delete, When::Before).fail();
    computer.store.sign_out(&named("ben")).await.unwrap_err();
    let of_ben = computer.folder.path().join(format!("{}.account", stem(&named("ben"))));
    // What says that Ann has signed out lies where Ben's marker belongs.
    let text = std::fs::read_to_string(&of_ben).unwrap().replace("\"ben\"", "\"ann\"");
    assert!(text.contains("\"ann\""));
    std::fs::write(&of_ben, text).unwrap();

    computer.store.sweep().await;

    assert_eq!(computer.loaded().await, Some(1));
}

#[tokio::test]
async fn who_is_gone_over_to_comes_first_unless_they_have_signed_out() {
    let computer = Computer::new();
    let kept = async || computer.store.kept().await.unwrap();
    let other = AccountId { object: "another".into(), ..ann() };
    computer.begin(&small(1)).await.unwrap();
    computer.store.begin(&other, &small(1), Patience::Brief).await.unwrap();
    assert_eq!(kept().await, [other.clone(), ann()]);

    computer.store.prefer(&ann()).await.unwrap();
    assert_eq!(kept().await, [ann(), other.clone()]);

    computer.store.sign_out(&ann()).await.unwrap();
    computer.store.prefer(&ann()).await.unwrap();
    assert_eq!(kept().await, [other]);
}
