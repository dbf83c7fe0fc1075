//! A start without a network: who was signed in is there, and so is what was kept.

use droptrace_core::view::{Head, HistoryState, Keeping, Session};
use droptrace_practice_tenant::{Fault, Route};

use crate::{
    analyst::workstations,
    kept::history,
    scene::{Scene, account, answer_of, is_kept},
};

fn go_offline(scene: &Scene) {
    for route in [Route::Token, Route::FileAlerts, Route::Discovery, Route::Keys] {
        scene.tenant.faults().always(route, Fault::reset());
    }
}

#[tokio::test]
async fn without_a_network_the_person_and_what_was_kept_are_there_and_nobody_is_asked() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    scene.head_where(|head| is_kept(head) && head.history == HistoryState::Kept).await;
    scene.drop_practice_files().await;
    let before = scene.all_answered().await;
    let ids = scene.alert_ids().await;
    let pages = scene.tenant.calls(Route::Authorize);
    scene.workbench.flushed().await;
    go_offline(&scene);

    let mut scene = scene.restarted().await;
    let open = |head: &Head| account(head).is_some() && head.history == HistoryState::Kept;
    let head = scene.head_where(open).await;

    assert_eq!(account(&head).unwrap().sign_in_name.flat(), workstations().sign_in_name);
    assert!(matches!(head.session, Session::SignedIn { keeping: Keeping::Kept, .. }));
    let history = history(&scene, "").await;
    assert!(history.iter().any(|row| row.answer.is_some()));
    scene.drop_practice_files().await;
    let kept = before.counts.alerted + before.counts.none_visible;
    let shown = |head: &Head| head.counts.alerted + head.counts.none_visible == kept;
    let head = scene.head_where(shown).await;
    assert!(scene.alert_ids().await.is_subset(&ids));
    let items = scene.items().await;
    let answers: Vec<_> = items.iter().filter_map(answer_of).collect();
    let whole = answers.iter().filter(|answer| answer.incomplete.is_none());
    assert!(whole.clone().all(|answer| answer.provenance.kept), "their age is told");
    assert_eq!(whole.count(), kept as usize);
    assert!(matches!(head.session, Session::SignedIn { .. }), "no network is no ended session");
    assert_eq!(scene.tenant.calls(Route::Authorize), pages);
    assert!(scene.links.try_recv().is_err(), "no link was opened");

    // Something new cannot be asked; that is said of it, and nothing is lost.
    scene.drop_files(0..1);
    let is_told = |head: &Head| head.counts.failed > 0 || head.counts.waiting > 0;
    let head = scene.head_where(is_told).await;
    assert!(matches!(head.session, Session::SignedIn { .. }));
    scene.tenant.faults().clear();
    scene.workbench.retry_failed();
    scene.all_answered().await;
    assert_eq!(scene.tenant.calls(Route::Authorize), pages);
}
