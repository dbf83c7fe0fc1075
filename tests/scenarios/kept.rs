//! What outlasts the program of the work: kept answers, what was left unfinished, the history.

use std::{fs, time::Duration};

use droptrace_core::view::{
    Head, HistoryRow, HistoryState, ListSpec, Phase, Preferences, Reading, Retention, RowList,
    Session,
};
use droptrace_practice_tenant::{Fault, Route};

use crate::{
    analyst::{servers, workstations},
    memory_keyring::State,
    scene::{Scene, answer_of, rows, write},
};

/// A scene in which the practice files were answered.
async fn answered() -> (Scene, Head) {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.head_where(|head| head.history == HistoryState::Kept).await;
    scene.drop_practice_files().await;
    let head = scene.all_answered().await;
    (scene, head)
}

fn calls(scene: &Scene) -> usize {
    scene.tenant.calls(Route::FileAlerts)
}

async fn is_open(scene: &mut Scene) -> Head {
    let there = |head: &Head| matches!(head.session, Session::SignedIn { .. });
    scene.head_where(|head| there(head) && head.history == HistoryState::Kept).await
}

pub(crate) async fn history(scene: &Scene, search: &str) -> Vec<HistoryRow> {
    let opened = scene.workbench.open(ListSpec::History).await.unwrap();
    scene.workbench.search_history(search).await.unwrap();
    scene.workbench.close(opened.query);
    let RowList::History(rows) = rows(&scene.workbench, ListSpec::History).await else { panic!() };
    rows
}

#[tokio::test]
async fn an_answer_outlasts_the_program_and_is_not_asked_for_while_it_is_fresh() {
    let (scene, before) = answered().await;
    let ids = scene.alert_ids().await;
    let asked = calls(&scene);
    let mut scene = scene.restarted().await;
    is_open(&mut scene).await;

    scene.drop_practice_files().await;
    let after = scene.all_answered().await;

    assert_eq!(after.counts, before.counts);
    assert_eq!(scene.alert_ids().await, ids);
    let items = scene.items().await;
    let kept = items.iter().filter_map(answer_of).filter(|answer| answer.provenance.kept).count();
    let incomplete = usize::try_from(before.counts.incomplete).unwrap();
    assert_eq!(kept + incomplete, items.iter().filter_map(answer_of).count());
    // What was incomplete is asked for in any case.
    assert!(calls(&scene) - asked <= incomplete * 3, "{} {asked}", calls(&scene));
}

#[tokio::test]
async fn a_kept_answer_is_asked_for_anew_when_the_person_wishes() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "a.txt", "abc")]);
    scene.all_answered().await;
    let mut scene = scene.restarted().await;
    is_open(&mut scene).await;
    scene.workbench.take_in_files(vec![scene.folder.path().join("a.txt")]);
    scene.head_where(|head| head.counts.none_visible == 1).await;
    assert_eq!(calls(&scene), 1);

    let (fault, release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, fault);
    scene.workbench.retry(scene.items().await[0].id);
    scene.head_where(|head| head.counts.asking == 1).await;
    let lookup = scene.items().await[0].lookup.clone().unwrap();
    assert_eq!(lookup.phase, Phase::Asking);
    assert!(lookup.answer.unwrap().provenance.kept, "the older one stays in sight");

    drop(release);
    scene.head_where(|head| head.counts.none_visible == 1).await;
    assert!(!answer_of(&scene.items().await[0]).unwrap().provenance.kept);
    assert_eq!(calls(&scene), 2);
}

#[tokio::test]
async fn another_analyst_sees_nothing_of_what_was_kept() {
    let (mut scene, first) = answered().await;
    let asked = calls(&scene);
    scene.workbench.sign_out();
    scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;

    // So that nothing is answered to the second yet.
    scene.workbench.pause();
    scene.sign_in(servers()).await;
    is_open(&mut scene).await;
    assert_eq!(history(&scene, "").await.iter().filter(|row| row.answer.is_some()).count(), 0);
    scene.workbench.resume();
    scene.all_answered().await;

    let items = scene.items().await;
    assert!(items.iter().filter_map(answer_of).all(|answer| !answer.provenance.kept));
    assert!(calls(&scene) - asked >= usize::try_from(first.counts.none_visible).unwrap());
}

#[tokio::test]
async fn a_restart_offers_to_go_on_and_asks_only_what_was_not_answered() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "a.txt", "abc")]);
    scene.all_answered().await;
    let (fault, _release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, fault);
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "b.txt", "bcd")]);
    scene.head_where(|head| head.counts.asking == 1).await;
    scene.workbench.pause();
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "c.txt", "cde")]);
    scene.head_where(|head| head.counts.unread == 1).await;
    let asked = calls(&scene);

    let mut scene = scene.restarted().await;
    let head = scene.head_where(|head| head.unfinished.is_some()).await;
    let left = head.unfinished.unwrap();
    assert_eq!((left.items, left.unread, left.unasked), (3, 1, 1));
    assert_eq!(head.counts.items, 0, "nothing is taken up unasked");

    scene.workbench.go_on();
    let head = scene.head_where(|head| head.counts.none_visible == 3).await;

    assert_eq!(head.unfinished, None);
    assert_eq!(calls(&scene) - asked, 2);
    let items = scene.items().await;
    assert!(answer_of(&items[0]).unwrap().provenance.kept);
    assert!(matches!(items[0].reading, Some(Reading::Read { earlier: Some(_) })));
    assert!(!answer_of(&items[1]).unwrap().provenance.kept);
    // It is this run's now, and done.
    let mut scene = scene.restarted().await;
    is_open(&mut scene).await;
    scene.workbench.search_history("").await.unwrap();
    assert_eq!(scene.head_where(|_| true).await.unfinished, None);
}

#[tokio::test]
async fn what_is_left_unfinished_is_not_offered_again_and_stays_in_the_history() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.head_where(|head| head.history == HistoryState::Kept).await;
    let (fault, _release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, fault);
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "b.txt", "bcd")]);
    scene.head_where(|head| head.counts.asking == 1).await;
    let mut scene = scene.restarted().await;
    scene.head_where(|head| head.unfinished.is_some()).await;

    scene.workbench.leave_unfinished();
    scene.head_where(|head| head.unfinished.is_none()).await;
    let rows = history(&scene, "B.TXT").await;
    assert_eq!((rows.len(), rows[0].answer.is_some()), (1, false));
    scene.workbench.reopen(rows[0].id).await.unwrap();
    scene.head_where(|head| head.counts.none_visible == 1 && head.arrival.is_some()).await;
}

#[tokio::test]
async fn the_history_is_searched_and_reopened_without_a_network() {
    let (scene, before) = answered().await;
    let items = scene.items().await;
    let alerted = items.iter().find(|item| answer_of(item).is_some_and(|it| it.alerts > 0));
    let (sha1, alert) = (alerted.unwrap().sha1.clone().unwrap(), alerted.unwrap().clone());
    let title = scene.alerts(&alert).await.remove(0).title.unwrap().flat();
    let mut scene = scene.restarted().await;
    scene.tenant.faults().always(Route::FileAlerts, Fault::reset());
    scene.tenant.faults().always(Route::Token, Fault::reset());
    is_open(&mut scene).await;
    let asked = calls(&scene);

    let all = history(&scene, "").await;
    let looked_up = before.counts.alerted + before.counts.none_visible + before.counts.incomplete;
    assert!(all.len() > 1 && all.len() <= usize::try_from(looked_up).unwrap());
    for search in [&*sha1.to_uppercase(), &title.to_lowercase(), " practice files "] {
        let found = history(&scene, search).await;
        assert!(found.iter().any(|row| row.sha1 == sha1), "{search}");
    }
    assert!(history(&scene, "nowhere to be found").await.is_empty());
    let rows = history(&scene, &sha1).await;
    scene.workbench.reopen(rows[0].id).await.unwrap();

    scene.head_where(|head| head.counts.alerted == 1).await;
    let item = scene.items().await.remove(0);
    assert!(answer_of(&item).unwrap().provenance.kept);
    assert!(!scene.alerts(&item).await.is_empty());
    assert_eq!(calls(&scene), asked);
}

#[tokio::test]
async fn without_a_keyring_nothing_of_it_is_on_the_disk_and_the_window_says_why() {
    let mut scene = Scene::set().await;
    scene.keyring.set(State::Absent);
    scene.sign_in(workstations()).await;
    let memory = |head: &Head| matches!(head.history, HistoryState::Memory { .. });
    scene.head_where(memory).await;
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "a.txt", "abc")]);
    scene.all_answered().await;

    scene.workbench.clear();
    scene.head_where(|head| head.counts.items == 0).await;
    scene.workbench.take_in_files(vec![scene.folder.path().join("a.txt")]);
    scene.all_answered().await;
    assert_eq!(calls(&scene), 1, "it is kept until the program ends");
    scene.workbench.flushed().await;

    // Kept after all, once the keyring is there.
    scene.keyring.set(State::Works);
    scene.workbench.try_keyring();
    scene.head_where(|head| head.history == HistoryState::Kept).await;
    scene.workbench.flushed().await;
    let mut scene = scene.restarted().await;
    is_open(&mut scene).await;
    assert_eq!(history(&scene, "a.txt").await.len(), 1);
}

#[tokio::test]
async fn who_wishes_no_history_has_none_after_the_program() {
    let (scene, _) = answered().await;
    let off = Preferences { retention: Retention::Off, ..Preferences::default() };

    scene.workbench.set_preferences(off);
    let mut scene = scene;
    scene.head_where(|head| head.history == HistoryState::Off).await;
    scene.workbench.flushed().await;

    let mut scene = scene.restarted().await;
    scene.head_where(|head| head.history == HistoryState::Off).await;
    assert!(history(&scene, "").await.is_empty());
    scene.workbench.set_preferences(Preferences::default());
    is_open(&mut scene).await;
    assert!(history(&scene, "").await.is_empty(), "what was kept before is gone");
}

#[tokio::test]
async fn an_answer_that_is_never_fresh_is_asked_for_again() {
    let mut scene = Scene::set().await;
    scene.workbench.set_preferences(Preferences { fresh_minutes: 0, ..Preferences::default() });
    scene.sign_in(workstations()).await;
    let path = write(scene.folder.path(), "a.txt", "abc");
    scene.workbench.take_in_files(vec![path.clone()]);
    scene.all_answered().await;

    scene.workbench.clear();
    scene.head_where(|head| head.counts.items == 0).await;
    scene.workbench.take_in_files(vec![path]);
    scene.all_answered().await;

    let answer = scene.items().await.remove(0);
    assert!(!answer_of(&answer).unwrap().provenance.kept);
    assert_eq!(calls(&scene), 2);
}

#[tokio::test]
async fn everything_can_be_forgotten() {
    let (mut scene, before) = answered().await;
    let settings = scene.folder.path().join("data/settings.json");
    scene.workbench.set_preferences(Preferences { zoom: 150, ..Preferences::default() });
    let saved = || settings.exists();
    while !saved() {
        tokio::task::yield_now().await;
    }

    let forgotten = scene.workbench.forget_everything().await.unwrap();

    assert!(forgotten.failed.is_empty(), "{:?}", forgotten.failed);
    assert!(forgotten.answers > 0 && forgotten.items >= before.counts.alerted);
    assert!(forgotten.alerts >= before.counts.alerts.min(1));
    assert_eq!((forgotten.sign_ins, forgotten.settings), (1, true));
    assert!(forgotten.calls_kept > 0, "the calls of the last hour stay");
    let head = scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    assert_eq!((head.counts.items, head.preferences), (0, Preferences::default()));
    scene.keyring.until_empty().await;
    assert!(!saved());

    scene.sign_in(workstations()).await;
    is_open(&mut scene).await;
    assert!(history(&scene, "").await.is_empty());
}

#[tokio::test]
async fn a_damaged_journal_is_set_aside_and_told() {
    let (scene, _) = answered().await;
    let data = scene.folder.path().join("data");
    let damage = || {
        let file = data.join("journal.sqlite");
        let mut bytes = fs::read(&file).unwrap();
        for byte in bytes.iter_mut().skip(4_096).take(40_000) {
            *byte = 0x5a;
        }
        fs::write(&file, bytes).unwrap();
    };

    let mut scene = scene.restarted_after(damage).await;

    let head = scene.head_where(|head| !head.notices.is_empty()).await;
    let codes: Vec<String> =
        head.notices.iter().map(|notice| format!("{:?}", notice.error.code)).collect();
    assert!(codes.iter().any(|code| code.starts_with("Journal")), "{codes:?}");
    let aside =
        fs::read_dir(&data).unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert!(aside.filter(|name| name.starts_with("journal.damaged-")).count() > 0);
    is_open(&mut scene).await;
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "a.txt", "abc")]);
    scene.head_where(|head| head.counts.none_visible == 1).await;
    tokio::time::timeout(Duration::from_secs(5), scene.workbench.flushed()).await.unwrap();
}

#[tokio::test]
async fn what_was_left_is_taken_up_by_who_cannot_look() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.head_where(|head| head.history == HistoryState::Kept).await;
    assert_eq!(scene.workbench.take_up().await, Ok(0));
    let (fault, _release) = Fault::held();
    scene.tenant.faults().next(Route::FileAlerts, fault);
    scene.workbench.take_in_files(vec![write(scene.folder.path(), "b.txt", "bcd")]);
    scene.head_where(|head| head.counts.asking == 1).await;

    let mut scene = scene.restarted().await;

    assert_eq!(scene.workbench.take_up().await, Ok(1));
    scene.head_where(|head| head.counts.none_visible == 1).await;
}
