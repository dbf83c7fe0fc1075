//! Nothing of what is confidential stands in any file of the folder.

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};

use super::*;

/// Everything that was written, of all files.
fn written(folder: &Path) -> Vec<u8> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names = files.iter().map(|file| file.to_str().unwrap().as_bytes().to_vec());
    let contents = files.iter().map(|file| std::fs::read(file).unwrap());
    names.chain(contents).collect::<Vec<_>>().concat()
}

fn holds(written: &[u8], secret: &[u8]) -> bool {
    written.windows(secret.len()).any(|window| window == secret)
}

/// What must not be found, in the forms in which it could stand there.
fn secrets(me: &Account) -> Vec<Vec<u8>> {
    let texts = [
        "SecretFolder",
        "SecretName.exe",
        "SecretTitle",
        "SecretList.csv",
        "secret note",
        "da-77",
        "request-1",
        "api.example",
        &*me.name,
        &*me.sign_in_name,
        &*me.id.tenant,
        &*me.id.object,
    ];
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    for text in texts {
        secrets.push(text.into());
        secrets.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        // Without its ends, which depend on what stands beside it.
        let base64 = BASE64_STANDARD_NO_PAD.encode(text);
        secrets.push(base64[..base64.len() - 2].into());
    }
    for number in 1..4 {
        let digest = sha1(number);
        secrets.push(digest.bytes().to_vec());
        secrets.push(digest.to_string().into());
        secrets.push(digest.to_string().to_uppercase().into());
        secrets.push(BASE64_STANDARD_NO_PAD.encode(digest.bytes())[..25].into());
    }
    secrets
}

#[tokio::test]
async fn no_file_of_the_journal_tells_what_was_looked_up_or_by_whom() {
    let (folder, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("Secretia"));
    let opened_one = opened(folder.path(), &clock, 1).await;
    let mine = opened_one.journal.of(Arc::clone(&me));
    let batch = mine.begin_batch();
    let given = crate::intake::FromText {
        digest: sha1(2).to_string().parse().unwrap(),
        text: Some(std::ffi::OsStr::new("SecretList.csv").into()),
        line: 3,
        note: Some("secret note".into()),
    };
    let long_ago = KeptReading::Ended { code: "unreadable".into() };
    mine.note(
        batch,
        vec![
            item(0, file("/SecretFolder/SecretName.exe", read(1))),
            item(1, ItemRecord { what: KeptItemKind::Given(given), wanted: true }),
            item(2, file("/SecretFolder/SecretName.exe", KeptReading::Waiting)),
            item(3, file("/SecretFolder/SecretName.exe", long_ago)),
        ],
    );
    let answer = answer_at(&me, clock.now(), vec![alert(77, "SecretTitle")]);
    mine.note(batch, vec![answered(1, &answer), answered(3, &answer)]);
    assert!(opened_one.journal.flushed().await);
    mine.end_batch(batch);
    mine.history(String::new()).await.unwrap();
    // A copy of it as it would be set aside.
    for ending in ["", "-wal"] {
        let name = format!("journal.sqlite{ending}");
        let aside = folder.path().join(format!("journal.damaged-x.sqlite{ending}"));
        std::fs::copy(folder.path().join(name), aside).unwrap();
    }

    let written = written(folder.path());
    let secrets = secrets(&me);
    assert!(written.len() > 10_000, "{}", written.len());
    for secret in &secrets {
        assert!(!holds(&written, secret), "{}", String::from_utf8_lossy(secret));
    }
    // What is searched would be found.
    let plain = [&written[..], b"...SecretTitle...", sha1(1).bytes()].concat();
    assert_eq!(secrets.iter().filter(|secret| holds(&plain, secret)).count(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_this_person_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let (parent, clock, me) = (tempfile::tempdir().unwrap(), Clock::new(), account("me"));
    let folder = parent.path().join("data");
    let opened = opened(&folder, &clock, 1).await;
    let mine = opened.journal.of(Arc::clone(&me));
    mine.note(mine.begin_batch(), vec![answered(1, &answer_at(&me, clock.now(), vec![]))]);
    assert!(opened.journal.flushed().await);

    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 5, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
}
