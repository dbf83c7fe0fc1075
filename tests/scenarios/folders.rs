//! Folders: every file in them becomes an item, what else is in them is counted and named.

use std::{fs, path::Path};

use droptrace_core::view::{Head, Intake, ItemRow, LeftOutReason, Shown, Sums};

use crate::{
    analyst::workstations,
    scene::{Scene, write},
};

/// A folder with this many files in each of so many folders.
fn tree(root: &Path, folders: u32, files: u32) {
    for number in 0..folders {
        let folder = root.join(format!("{number:03}"));
        fs::create_dir_all(&folder).unwrap();
        for file in 0..files {
            write(&folder, &format!("{file:03}"), &format!("{number} {file}"));
        }
    }
}

fn places(items: &[ItemRow]) -> Vec<String> {
    let path = |item: &ItemRow| {
        let place = item.place.as_ref().map(Shown::flat).unwrap_or_default();
        format!("{place}/{}", item.name.flat())
    };
    items.iter().map(path).collect()
}

fn left_out(intake: &Intake, reason: LeftOutReason) -> u32 {
    let entry = intake.left_out.iter().find(|entry| entry.reason == reason);
    entry.map_or(0, |entry| entry.count)
}

#[tokio::test]
async fn a_dropped_folder_is_its_files_and_those_beneath_in_order() {
    let mut scene = Scene::set().await;
    scene.sign_in(workstations()).await;
    let root = scene.folder.path().join("dropped");
    for (name, content) in [("b", "1"), ("a", "2"), (".hidden", "3"), ("sub/deep/c", "4")] {
        fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
        write(&root, name, content);
    }

    scene.workbench.take_in_files(vec![root.clone()]);

    let head = scene.all_answered().await;
    assert_eq!((head.counts.items, head.counts.none_visible, head.counts.skipped), (4, 4, 0));
    let intake = scene.head_where(|head| !head.intake.running).await.intake;
    let sums = Sums { found: 4, read: 4, ..Sums::default() };
    assert_eq!(intake, Intake { sums, ..Intake::default() });
    let root = root.display();
    let expected = [".hidden", "a", "b", "sub/deep/c"].map(|name| format!("{root}/{name}"));
    assert_eq!(places(&scene.items().await), expected);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_no_file_is_counted_with_its_reason_and_named() {
    use std::os::unix::fs::symlink;

    use droptrace_core::view::{NotRead, NotReadReason};
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    let mut scene = Scene::set().await;
    let (root, outside) = (scene.folder.path().join("dropped"), scene.folder.path().join("other"));
    fs::create_dir_all(root.join("in")).unwrap();
    fs::create_dir_all(&outside).unwrap();
    write(&outside, "secret", "not dropped");
    write(&root, "file", "a");
    write(&root, "empty", "");
    let pipe = root.join("in/pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
    symlink(&outside, root.join("in/link")).unwrap();
    symlink(outside.join("secret"), root.join("in/link to a file")).unwrap();
    symlink(&root, root.join("in/circle")).unwrap();

    scene.workbench.take_in_files(vec![root.clone()]);

    // Reading the pipe would wait for ever.
    let head = scene.head_where(|head| !head.intake.running && head.counts.waiting == 1).await;
    assert_eq!((head.counts.items, head.counts.skipped), (2, 1));
    let sums = &head.intake.sums;
    let without =
        [(NotReadReason::Empty, 1), (NotReadReason::Link, 3), (NotReadReason::NotRegular, 1)]
            .map(|(reason, count)| NotRead { reason, count });
    assert_eq!((sums.found, sums.read, &sums.not_read[..]), (6, 1, &without[..]));
    assert_eq!(left_out(&head.intake, LeftOutReason::Link), 3);
    assert_eq!(left_out(&head.intake, LeftOutReason::NotRegular), 1);
    let named = head.intake.left_out.iter().find(|it| it.reason == LeftOutReason::NotRegular);
    assert_eq!(named.unwrap().first[0].flat(), pipe.display().to_string());

    // Dropped again it is the same, and nothing is counted twice.
    let sums = head.intake.sums;
    write(&root, "one more", "b");
    scene.workbench.take_in_files(vec![root]);
    let head = scene.head_where(|head| !head.intake.running && head.counts.waiting == 2).await;
    assert_eq!((head.intake.sums.found, head.intake.sums.read), (sums.found + 1, sums.read + 1));
}

#[tokio::test]
async fn the_same_folder_and_a_file_in_it_are_one_item_each() {
    let mut scene = Scene::set().await;
    let root = scene.folder.path().join("dropped");
    tree(&root, 1, 3);

    scene.workbench.take_in_files(vec![root.join("000/001"), root.clone(), root.clone()]);
    scene.head_where(|head| !head.intake.running && head.counts.waiting == 3).await;
    write(&root, "one more", "another");
    scene.workbench.take_in_files(vec![root]);

    let head = scene.head_where(|head| !head.intake.running && head.counts.waiting == 4).await;
    assert_eq!((head.counts.items, head.intake.sums.found), (4, 4));
}

#[tokio::test]
async fn clearing_stops_the_way_through_folders_and_nothing_comes_late() {
    let mut scene = Scene::set().await;
    let root = scene.folder.path().join("dropped");
    tree(&root, 40, 100);
    scene.workbench.take_in_files(vec![root]);
    scene.head_where(|head| head.counts.items > 0).await;

    scene.workbench.clear();
    let path = write(scene.folder.path(), "after", "a");
    scene.workbench.take_in_files(vec![path]);

    let head = scene.head_where(|head| head.epoch > 0 && head.counts.waiting == 1).await;
    assert_eq!(head.counts.items, 1);
    let head = scene.head_where(|head| !head.intake.running).await;
    let sums = Sums { found: 1, read: 1, ..Sums::default() };
    assert_eq!((head.counts.items, head.intake), (1, Intake { sums, ..Intake::default() }));
}

#[tokio::test]
async fn cancelling_all_ends_the_way_through_folders_and_counts_those_that_were_not_reached() {
    let mut scene = Scene::set().await;
    let root = scene.folder.path().join("dropped");
    tree(&root, 40, 100);
    scene.workbench.take_in_files(vec![root]);

    scene.workbench.cancel_all();

    let over = |head: &Head| left_out(&head.intake, LeftOutReason::Cancelled) > 0;
    let head = scene.head_where(over).await;
    assert!(!head.intake.running);
    assert_eq!(head.counts.cancelled, head.counts.items, "each is an item that is cancelled");
    let folders = left_out(&head.intake, LeftOutReason::Cancelled);
    assert_eq!(head.counts.items + folders, head.intake.sums.found);
    assert!(head.counts.items < 4_000);
}
