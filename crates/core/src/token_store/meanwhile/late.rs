//! What comes late: it was left behind, and others have gone on since.

use super::{super::marker::Marker, *};

/// A task in which the kept sign-in is renewed.
fn renewing(computer: &Computer, sign_in: SavedSignIn) -> JoinHandle<Result<(), TokenStoreError>> {
    let store = computer.store.clone();
    tokio::spawn(async move { store.rotate(&ann(), &sign_in).await })
}

#[tokio::test]
async fn what_tidies_late_removes_no_file_of_a_later_sign_in() {
    for first in [small(1), large(1)] {
        let computer = Computer::new();
        computer.begin(&first).await.unwrap();
        let stray =
            format!("{}.0123456789abcdef.sealed", Marker::stem(&Entry::of(&ann()).unwrap()));
        std::fs::write(computer.folder.path().join(stray), b"of an earlier run").unwrap();
        let mut held = computer.keyring.hold(Call::Read, When::After);
        let store = computer.store.clone();
        let sweeping = tokio::spawn(async move { store.sweep().await });
        held.arrived().await;
        leave_behind(sweeping).await;
        computer.begin(&large(2)).await.unwrap();

        held.go_on();
        computer.quiet().await;

        assert_eq!(computer.loaded().await, Some(2));
    }
}

#[tokio::test]
async fn a_sealed_file_that_another_program_removed_is_not_told_as_kept() {
    let computer = Computer::new();
    let (writing, held) = computer.begun(large(1), When::After).await;
    for name in computer.files() {
        if name.ends_with(".sealed") {
            std::fs::remove_file(computer.folder.path().join(name)).unwrap();
        }
    }

    held.go_on();

    assert_eq!(writing.await.unwrap(), Err(TokenStoreError::NotKept));
}

#[tokio::test]
async fn a_late_write_is_taken_back_if_a_newer_one_was_kept_meanwhile() {
    for late in [small(2), large(2)] {
        for newer in [small(3), large(3)] {
            for begins in [false, true] {
                let computer = Computer::new();
                computer.begin(&small(1)).await.unwrap();
                let mut held = computer.keyring.hold(Call::Write, When::Before);
                let writing = renewing(&computer, late.clone());
                held.arrived().await;
                leave_behind(writing).await;
                if begins {
                    computer.begin(&newer).await.unwrap();
                } else {
                    computer.store.rotate(&ann(), &newer).await.unwrap();
                }

                held.go_on();
                computer.quiet().await;

                // What was on its way could not be stopped; the token that is spent does not stay.
                assert_eq!(computer.loaded().await, None);
                computer.store.rotate(&ann(), &small(4)).await.unwrap();
                assert_eq!(computer.loaded().await, Some(4));
                assert_eq!(computer.files().len(), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_write_that_comes_late_and_alone_stays() {
    for late in [small(2), large(2)] {
        let computer = Computer::new();
        computer.begin(&small(1)).await.unwrap();
        let mut held = computer.keyring.hold(Call::Write, When::Before);
        let writing = renewing(&computer, late);
        held.arrived().await;
        leave_behind(writing).await;

        held.go_on();
        computer.quiet().await;

        assert_eq!(computer.loaded().await, Some(2));
    }
}

#[tokio::test]
async fn a_sealed_sign_in_kept_again_outlasts_its_late_first_try() {
    let computer = Computer::new();
    let held = computer.left_behind(large(1), When::Before).await;
    computer.begin(&large(1)).await.unwrap();

    held.go_on();
    computer.quiet().await;

    assert_eq!(computer.loaded().await, Some(1));
    computer.store.sweep().await;
    assert_eq!(computer.loaded().await, Some(1));
    assert_eq!(computer.files().len(), 2, "a marker and a sealed file");
}
