//! What is measured on this machine, in its own time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use droptrace_core::{
    alert::Alert,
    digest::Sha1Digest,
    identity::{Account, AccountId, WallClock},
    intake::Finding,
    journal::{
        ItemRecord, Journal, JournalKey, KeptFile, KeptItemKind, KeptReading, Noted, Opened,
    },
    source::{Answer, Provenance},
    view::{HistoryState, Realm, Session},
};
use droptrace_practice_tenant::{Route, Settings};
use jiff::Timestamp;

use crate::{
    analyst::workstations,
    report::{Measure, Report, Row},
    scene::{Scene, answer_of, write},
};

/// How many files are dropped, one after the other.
const DROPS: u32 = 21;

/// From the drop of one small file to its answer, in core, beyond what the practice tenant takes.
pub(crate) async fn a_small_file_to_its_answer(report: &mut Report) -> Result<()> {
    let settings = Settings { keep_requests: true, ..Settings::default() };
    let mut scene = Scene::with(settings).await;
    scene.sign_in(workstations()).await;
    scene.head_where(|head| matches!(head.session, Session::SignedIn { .. })).await;
    scene.head_where(|head| head.history == HistoryState::Kept).await;

    let mut took = Vec::new();
    for number in 0..DROPS {
        let name = format!("small {number}.txt");
        let path = write(scene.folder.path(), &name, &format!("content {number}"));
        let start = Instant::now();
        scene.workbench.take_in_files(vec![path]);
        loop {
            let items = scene.items().await;
            if items.get(usize::try_from(number)?).and_then(answer_of).is_some() {
                break;
            }
        }
        took.push(start.elapsed());
    }
    let beyond = middle(took).saturating_sub(of_the_tenant(&scene).await?);
    report.add(&Row {
        case: "a small file from its drop to its answer",
        measure: Measure::Latency,
        figure: Some(beyond.as_secs_f64() * 1e3),
        goal: 20.0,
        peer: None,
    });
    Ok(())
}

/// What the practice tenant takes for one of those answers, asked on a connection that is open.
async fn of_the_tenant(scene: &Scene) -> Result<Duration> {
    let granted = scene.tenant.granted();
    let token = granted.iter().find_map(|given| given["access_token"].as_str());
    let token = token.context("no token was given out")?.to_owned();
    let requests = scene.tenant.requests();
    let asked = requests.iter().rev().find(|request| request.route == Route::FileAlerts);
    let path = &asked.context("nothing was asked")?.path_and_query;
    let link = format!("http://127.0.0.1:{}{path}", scene.tenant.addresses().api);
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut took = Vec::new();
    for _ in 0..DROPS {
        let start = Instant::now();
        let answer = client.get(&link).bearer_auth(&token).send().await?.error_for_status()?;
        answer.bytes().await?;
        took.push(start.elapsed());
    }
    Ok(middle(took))
}

fn middle(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took[took.len() / 2]
}

/// 10,000 items and their answers with two alerts of 3 KB each, sealed and on the disk.
pub(crate) async fn answers_written(report: &mut Report) -> Result<()> {
    const ANSWERS: u32 = 10_000;
    let folder = tempfile::tempdir()?;
    let Opened { journal, .. } = Journal::open(folder.path(), WallClock::of_system())?;
    journal.unlock(JournalKey::generate()?).await?;
    let account = Arc::new(account());
    let mine = journal.of(Arc::clone(&account));
    let batch = mine.begin_batch();
    let mut noted = Vec::new();
    for number in 0..ANSWERS {
        let sha1 = digest(number);
        let answer = answer(&account, number)?;
        let record = Box::new(item(number, sha1));
        noted.push(vec![Noted::Item { item: number, record }, Noted::Answer { sha1, answer }]);
    }

    let start = Instant::now();
    for group in noted {
        mine.note(batch, group);
    }
    anyhow::ensure!(journal.flushed().await, "the answers were not written");
    let a_second = f64::from(ANSWERS) / start.elapsed().as_secs_f64();

    report.add(&Row {
        case: "10,000 answers written",
        measure: Measure::Rate,
        figure: Some(a_second),
        goal: 2_000.0,
        peer: None,
    });
    Ok(())
}

fn account() -> Account {
    Account {
        id: AccountId {
            realm: Realm::Practice,
            cloud: None,
            tenant: "tenant".into(),
            object: "object".into(),
        },
        name: "Ann".into(),
        sign_in_name: "ann@example.org".into(),
        tenant_name: None,
        sees: None,
    }
}

fn digest(number: u32) -> Sha1Digest {
    let mut bytes = [0x5a; Sha1Digest::LEN];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes.into()
}

fn item(number: u32, sha1: Sha1Digest) -> ItemRecord {
    let reading = KeptReading::Read { sha1, size: 4_096, read_at: Timestamp::now() };
    let file = KeptFile {
        path: format!("/home/someone/folder-{}/file-{number}.exe", number % 100).into(),
        size: Some(4_096),
        given: false,
        through_link: false,
        first: true,
        finding: Finding::Regular,
        reading,
    };
    ItemRecord { what: KeptItemKind::File(file), wanted: true }
}

fn answer(account: &Arc<Account>, number: u32) -> Result<Answer> {
    let alert = |nth: u32| {
        let raw = serde_json::json!({
            "id": format!("da-{}", number * 2 + nth),
            "title": "A workbook starts a script host",
            "severity": "High",
            "status": "New",
            "description": "d".repeat(2_900),
        });
        anyhow::Ok(Arc::new(Alert::read(&raw.to_string())?))
    };
    Ok(Answer {
        alerts: vec![alert(0)?, alert(1)?],
        incomplete: None,
        provenance: Provenance {
            account: Arc::clone(account),
            host: "127.0.0.1".into(),
            at: Timestamp::now(),
            requests: Vec::new(),
        },
    })
}
