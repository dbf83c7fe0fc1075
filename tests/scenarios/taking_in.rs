//! What comes in: very much of it, and texts.

use std::{fs::File, path::Path};

use droptrace_core::view::{
    DigestKind, Head, ItemRow, LeftOutReason, NotRead, NotReadReason, QuestionAbout, Reading, Shown,
};

use crate::{
    analyst::workstations,
    scene::{Scene, write},
};

/// A file that says it is so large, and takes no room.
fn sparse(path: &Path, bytes: u64) {
    File::create(path).unwrap().set_len(bytes).unwrap();
}

const LARGE: u64 = 60_000_000_000;

#[tokio::test]
async fn before_very_much_is_read_the_person_is_asked_and_may_leave_it_out() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let folder = scene.folder.path().join("dropped");
    std::fs::create_dir(&folder).unwrap();
    sparse(&folder.join("image"), LARGE);
    write(&folder, "small", "a");

    scene.workbench.take_in_files(vec![folder]);
    let asked = |head: &Head| head.intake.question.is_some() && !head.intake.running;
    let head = scene.head_where(asked).await;
    let question = head.intake.question.unwrap();
    let QuestionAbout::Huge { items, bytes, counting, lookups, seconds } = question.about else {
        panic!("{question:?}")
    };
    assert_eq!((items, bytes, counting), (2, i64::try_from(LARGE).unwrap() + 1, false));
    assert_eq!((lookups, seconds, head.counts.items), (2, 0, 0));

    // Other things come in meanwhile.
    let other = write(scene.folder.path(), "other", "b");
    scene.workbench.take_in_files(vec![other]);
    scene.head_where(|head| head.counts.none_visible == 1).await;

    scene.workbench.answer_question(question.id, false);
    let head = scene.head_where(|head| head.intake.question.is_none()).await;
    let without = NotRead { reason: NotReadReason::Declined, count: 2 };
    assert_eq!((head.intake.sums.found, head.intake.sums.not_read), (3, vec![without]));
    assert_eq!(head.counts.items, 1);
    assert_eq!(head.intake.left_out[0].reason, LeftOutReason::Declined);
}

#[tokio::test]
async fn very_much_is_read_if_the_person_wants_it_and_stops_at_once_when_they_do_not() {
    let mut scene = Scene::set().await;
    let image = scene.folder.path().join("image");
    sparse(&image, LARGE);
    scene.workbench.take_in_files(vec![image]);
    let asked = scene.head_where(|head| head.intake.question.is_some()).await;

    scene.workbench.answer_question(asked.intake.question.unwrap().id, true);
    scene.head_where(|head| head.counts.reading == 1).await;
    scene.workbench.cancel_all();

    let head = scene.head_where(|head| head.counts.cancelled == 1).await;
    assert_eq!((head.counts.items, head.progress), (1, None));
    let [item] = &scene.items().await[..] else { panic!("one item") };
    assert_eq!(item.reading, Some(Reading::Cancelled));
}

#[tokio::test]
async fn clearing_the_list_takes_the_question_with_it() {
    let mut scene = Scene::set().await;
    let image = scene.folder.path().join("image");
    sparse(&image, LARGE);
    scene.workbench.take_in_files(vec![image]);
    let asked = scene.head_where(|head| head.intake.question.is_some()).await;

    scene.workbench.clear();
    scene.workbench.answer_question(asked.intake.question.unwrap().id, true);

    let head = scene.head_where(|head| head.intake.question.is_none()).await;
    assert_eq!((head.counts.items, head.intake.sums.found), (0, 0));
}

#[tokio::test]
async fn a_dropped_text_is_a_file_and_each_digest_that_it_names_an_item_with_its_place() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let sha1 = "A9993E364706816ABA3E25717850C26C9CD0D89D";
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let table = format!("name;digest\r\nabc.exe;{sha1}\r\n\"a;b\";{sha256}\r\n");
    let path = write(scene.folder.path(), "indicators.csv", &table);

    scene.workbench.take_in_files(vec![path]);

    let head = scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!((head.counts.items, head.counts.unresolved), (3, 1));
    assert_eq!((head.intake.sums.found, head.intake.sums.digests), (1, 1));
    let items = scene.items().await;
    let place = |item: &ItemRow| {
        let mention = item.mention.as_ref().unwrap();
        let [text, note] =
            [&mention.text, &mention.note].map(|text| text.as_ref().map(Shown::flat));
        (mention.kind, mention.line, text.unwrap(), note.unwrap())
    };
    let text = "indicators.csv".to_owned();
    assert_eq!(place(&items[1]), (DigestKind::Sha1, 2, text.clone(), "name: abc.exe".to_owned()));
    assert_eq!(place(&items[2]), (DigestKind::Sha256, 3, text, "name: a;b".to_owned()));
    assert_eq!(items[1].sha1, Some(sha1.to_lowercase()));
}
