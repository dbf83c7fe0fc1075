//! Pausing and going on, cancelling one and all, and what the person has chosen for the window.

use std::time::Duration;

use droptrace_core::view::{
    ErrorCode, Head, Hold, ItemRow, Phase, Preferences, Reading, Session, Theme, UserError, Zone,
};
use droptrace_practice_tenant::{Fault, Release, Route};

use crate::{
    analyst::workstations,
    scene::{Scene, answer_of, write},
};

/// Nobody has these files.
/// One digit all over is taken for a placeholder, and is no digest.
fn sha1(n: u8) -> String {
    format!("{n:02x}").repeat(20)
}

/// A lookup that is asked and not answered yet.
async fn asking(scene: &Scene, n: u8) -> Release {
    let (stalled, release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, stalled.only(sha1(n)));
    scene.workbench.take_in_text(sha1(n)).await.unwrap();
    scene.tenant.arrived(Route::FileAlerts, 1).await;
    release
}

fn failure(item: &ItemRow) -> Option<&UserError> {
    item.lookup.as_ref()?.failure.as_ref()
}

#[tokio::test]
async fn a_pause_begins_nothing_and_going_on_loses_nothing() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let release = asking(&scene, 1).await;

    scene.workbench.pause();
    let head = scene.head_where(|head| head.paused).await;
    assert_eq!(head.hold, Some(Hold::Paused));
    let files: Vec<_> =
        (0..20).map(|n| write(scene.folder.path(), &n.to_string(), &n.to_string())).collect();
    scene.workbench.take_in_files(files);
    scene.workbench.take_in_text(sha1(2)).await.unwrap();
    scene.head_where(|head| head.counts.items == 22).await;
    release.now();

    let head = scene.head_where(|head| head.counts.none_visible == 1).await;
    assert_eq!((head.counts.unread, head.counts.waiting), (20, 1), "what was asked was answered");
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 1);
    let progress = head.progress.unwrap();
    assert_eq!((progress.rate, progress.left), (None, None), "a pause has no end by itself");

    scene.workbench.resume();
    let head = scene.all_answered().await;
    assert_eq!((head.counts.none_visible, head.hold, head.paused), (22, None, false));
    assert_eq!(head.progress, None);
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 22);
}

#[tokio::test]
async fn a_lookup_that_waits_to_be_tried_again_waits_for_the_end_of_the_pause() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.tenant.faults().next(Route::FileAlerts, Fault::throttled(Some("1")));
    scene.workbench.take_in_text(sha1(1)).await.unwrap();
    scene.head_where(|head| matches!(head.hold, Some(Hold::Throttled { .. }))).await;

    scene.workbench.pause();
    scene.head_where(|head| head.hold == Some(Hold::Paused)).await;
    // Longer than the wait that was asked for.
    let later = scene.head_where(|head| head.counts.asking + head.counts.none_visible > 0);
    assert!(tokio::time::timeout(Duration::from_millis(2_500), later).await.is_err());
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 1);

    scene.workbench.resume();
    assert_eq!(scene.all_answered().await.counts.none_visible, 1);
}

#[tokio::test]
async fn a_cancelled_lookup_is_broken_off_its_late_answer_dropped_and_it_can_be_tried_again() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let release = asking(&scene, 1).await;
    let item = scene.items().await.remove(0);

    scene.workbench.cancel(item.id);
    scene.head_where(|head| head.counts.cancelled == 1).await;
    release.now();

    // Whatever is asked after the answer is answered after it.
    scene.workbench.take_in_text(sha1(2)).await.unwrap();
    let head = scene.head_where(|head| head.counts.none_visible == 1).await;
    assert_eq!((head.counts.cancelled, head.counts.failed), (1, 0));
    let row = scene.items().await.remove(0);
    assert_eq!(row.lookup.as_ref().map(|lookup| lookup.phase), Some(Phase::Idle));
    assert!(answer_of(&row).is_none() && failure(&row).is_none());

    scene.workbench.retry_failed();
    scene.workbench.retry(item.id);
    scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(scene.tenant.calls(Route::FileAlerts), 3);
}

#[tokio::test]
async fn cancelling_one_of_two_with_the_same_content_leaves_the_other_its_answer() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let abc = "a9993e364706816aba3e25717850c26c9cd0d89d";
    let (stalled, release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, stalled);
    let path = write(scene.folder.path(), "abc", "abc");
    scene.workbench.take_in_text(abc.into()).await.unwrap();
    scene.workbench.take_in_files(vec![path]);
    scene.tenant.arrived(Route::FileAlerts, 1).await;
    scene.head_where(|head| head.counts.asking == 2).await;
    let items = scene.items().await;

    scene.workbench.cancel(items[0].id);
    release.now();
    scene.head_where(|head| head.counts.none_visible == 2).await;

    let (stalled, _release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, stalled);
    scene.workbench.retry(items[0].id);
    scene.tenant.arrived(Route::FileAlerts, 2).await;
    for item in &items {
        scene.workbench.cancel(item.id);
    }
    let head = scene.head_where(|head| head.counts.asking == 0).await;
    assert_eq!(head.counts.none_visible, 2, "the older answer stays");
}

#[tokio::test]
async fn cancelling_all_ends_readings_and_lookups_and_leaves_what_is_done() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.workbench.take_in_text(sha1(9)).await.unwrap();
    scene.all_answered().await;
    let (stalled, _release) = Fault::held();
    scene.tenant.faults().always(Route::FileAlerts, stalled);
    let digests: Vec<String> = (1..=8).chain(10..=16).chain(18..=30).map(sha1).collect();
    scene.workbench.take_in_text(digests.join(" ")).await.unwrap();
    scene.head_where(|head| head.counts.asking == 8).await;
    scene.workbench.pause();
    let path = write(scene.folder.path(), "a", "a");
    scene.workbench.take_in_files(vec![path]);
    scene.head_where(|head| head.counts.unread == 1).await;

    scene.workbench.cancel_all();

    let head = scene.head_where(|head| head.counts.cancelled == 29).await;
    assert_eq!((head.counts.items, head.counts.none_visible), (30, 1));
    assert_eq!(head.progress, None);
    let rows = scene.items().await;
    assert_eq!(rows.last().unwrap().reading, Some(Reading::Cancelled));
    scene.workbench.resume();
    scene.tenant.faults().clear();
    scene.workbench.take_in_text(sha1(31)).await.unwrap();
    let head = scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(head.counts.cancelled, 29, "going on begins nothing that was cancelled");
}

#[tokio::test]
async fn how_long_it_will_take_is_told_once_it_was_measured() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let digests: Vec<String> = (0..=250).map(sha1).collect();

    scene.workbench.take_in_text(digests.join(" ")).await.unwrap();

    // A hundred are asked at once, the others have to wait for the minute's window, twice.
    let told = |head: &Head| head.progress.as_ref().is_some_and(|progress| progress.left.is_some());
    let head = scene.head_where(told).await;
    let left = head.progress.unwrap().left.unwrap();
    assert!((60..180).contains(&left), "{left}");
    scene.workbench.clear();
    scene.head_where(|head| head.progress.is_none()).await;
}

#[tokio::test]
async fn what_was_chosen_for_the_window_outlasts_the_program() {
    let mut scene = Scene::set().await;
    let head = scene.head_where(|_| true).await;
    assert_eq!(head.preferences, Preferences::default());
    let chosen = Preferences {
        theme: Theme::Dark,
        zone: Zone::Local,
        letter_keys: false,
        list_width: 5_000,
        ..Preferences::default()
    };
    let bounded = Preferences { list_width: 900, ..chosen };

    scene.workbench.set_preferences(chosen);

    assert_eq!(scene.workbench.preferences(), bounded, "at once");
    scene.head_where(|head| head.preferences == bounded).await;
    let file = scene.folder.path().join("data/settings.json");
    let saved = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), saved).await.unwrap();
    let mut again = scene.restarted().await;
    assert_eq!(again.workbench.preferences(), bounded, "before the window is opened");
    let head = again.head_where(|_| true).await;
    assert_eq!(head.preferences, bounded);
    assert!(head.organisations.is_empty() && matches!(head.session, Session::SignedOut { .. }));
}

#[tokio::test]
async fn a_choice_that_cannot_be_saved_holds_and_is_told() {
    let mut scene = Scene::set().await;
    // A folder where the file should be.
    std::fs::create_dir_all(scene.folder.path().join("data/settings.json")).unwrap();
    let chosen = Preferences { theme: Theme::Light, ..Preferences::default() };

    scene.workbench.set_preferences(chosen);

    let head = scene.head_where(|head| !head.notices.is_empty()).await;
    assert_eq!(head.preferences, chosen);
    assert_eq!(head.notices[0].error.code, ErrorCode::SettingsNotSaved);
}
