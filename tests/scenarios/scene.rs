//! A workbench, a page that listens to it, and the tenant and the keyring behind it.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use droptrace_core::{
    browser::OpenError,
    identity::PracticeEndpoints,
    view::{
        AlertRow, Answer, ErrorCode, Head, ItemRow, ItemSort, Keeping, ListSpec, Realm, RowList,
        Session, ShownAccount, SignInTo, Update,
    },
    workbench::{Desktop, Policy, Practice, Whom, Workbench},
};
use droptrace_practice_tenant::{Analyst, PracticeTenant, Settings, write_practice_files};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use url::Url;

use crate::{
    analyst::endpoints,
    browser::{Browser, Choice},
    memory_keyring::MemoryKeyring,
};

pub(crate) const ITEMS: ListSpec = ListSpec::Items { sort: ItemSort::Arrival };

/// A desktop whose browser hands every link to the test.
pub(crate) struct TestDesktop {
    links: mpsc::UnboundedSender<Url>,
    pub(crate) realm: Mutex<Option<Realm>>,
    /// How often the window was to come to the front.
    pub(crate) fronts: AtomicUsize,
}

impl Desktop for TestDesktop {
    fn open_link(&self, link: &Url) -> Result<(), OpenError> {
        self.links.send(link.clone()).map_err(|error| io::Error::other(error).into())
    }

    fn realm_changed(&self, realm: Option<Realm>) {
        *self.realm.lock().unwrap() = realm;
    }

    fn come_to_front(&self) {
        self.fronts.fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) struct TestPractice(Arc<PracticeTenant>, PathBuf);

#[async_trait::async_trait]
impl Practice for TestPractice {
    async fn endpoints(&self) -> io::Result<PracticeEndpoints> {
        Ok(endpoints(&self.0))
    }

    async fn write_files(&self) -> io::Result<PathBuf> {
        write_practice_files(&self.1)?;
        Ok(self.1.clone())
    }
}

/// A workbench, a page that listens to it, and the tenant and the keyring behind it.
pub(crate) struct Scene {
    pub(crate) tenant: Arc<PracticeTenant>,
    pub(crate) keyring: Arc<MemoryKeyring>,
    pub(crate) workbench: Workbench,
    pub(crate) desktop: Arc<TestDesktop>,
    pub(crate) links: mpsc::UnboundedReceiver<Url>,
    head: watch::Receiver<Option<Head>>,
    pub(crate) folder: Arc<TempDir>,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let tenant = Arc::new(PracticeTenant::start(settings).await.unwrap());
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::over(tenant, Arc::default(), folder).await
    }

    /// A start where an administrator has set this up.
    pub(crate) async fn managed(policy: Policy) -> Self {
        let tenant = Arc::new(PracticeTenant::start(Settings::default()).await.unwrap());
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::started(&Whom::Newest, policy, tenant, Arc::default(), folder).await
    }

    /// Another start of the program, beside this one.
    pub(crate) async fn another(&self) -> Self {
        let (tenant, keyring) = (Arc::clone(&self.tenant), Arc::clone(&self.keyring));
        Self::over(tenant, keyring, Arc::clone(&self.folder)).await
    }

    /// Another start of the program, as somebody in particular.
    pub(crate) async fn another_as(&self, whom: Whom) -> Self {
        let (tenant, keyring) = (Arc::clone(&self.tenant), Arc::clone(&self.keyring));
        Self::over_as(whom, tenant, keyring, Arc::clone(&self.folder)).await
    }

    /// The program ends and is started again.
    pub(crate) async fn restarted(self) -> Self {
        self.restarted_after(|| {}).await
    }

    /// The same; meanwhile something happens.
    pub(crate) async fn restarted_after(self, meanwhile: impl FnOnce()) -> Self {
        self.restarted_with(Ok(None), meanwhile).await
    }

    /// The same, where an administrator has set this up meanwhile.
    pub(crate) async fn restarted_managed(self, policy: Policy) -> Self {
        self.restarted_with(policy, || {}).await
    }

    async fn restarted_with(self, policy: Policy, meanwhile: impl FnOnce()) -> Self {
        let Self { tenant, keyring, folder, workbench, .. } = self;
        workbench.flushed().await;
        // The page holds a handle of its own.
        workbench.subscribe(Box::new(|_| false));
        drop(workbench);
        until_ended(&folder.path().join("data")).await;
        meanwhile();
        Self::started(&Whom::Newest, policy, tenant, keyring, folder).await
    }

    async fn over(
        tenant: Arc<PracticeTenant>,
        keyring: Arc<MemoryKeyring>,
        folder: Arc<TempDir>,
    ) -> Self {
        Self::over_as(Whom::Newest, tenant, keyring, folder).await
    }

    async fn over_as(
        whom: Whom,
        tenant: Arc<PracticeTenant>,
        keyring: Arc<MemoryKeyring>,
        folder: Arc<TempDir>,
    ) -> Self {
        // What an administrator of this computer has set is no part of a test.
        Self::started(&whom, Ok(None), tenant, keyring, folder).await
    }

    async fn started(
        whom: &Whom,
        policy: Policy,
        tenant: Arc<PracticeTenant>,
        keyring: Arc<MemoryKeyring>,
        folder: Arc<TempDir>,
    ) -> Self {
        let (sender, links) = mpsc::unbounded_channel();
        let desktop = Arc::new(TestDesktop {
            links: sender,
            realm: Mutex::default(),
            fronts: AtomicUsize::new(0),
        });
        let practice = TestPractice(Arc::clone(&tenant), folder.path().join("practice files"));
        let workbench = Workbench::start_managed(
            whom,
            &folder.path().join("data"),
            keyring.store(),
            Arc::<TestDesktop>::clone(&desktop),
            Some(Arc::new(practice)),
            policy,
        )
        .await
        .unwrap();
        let head = subscribe(&workbench);
        Self { tenant, keyring, workbench, desktop, links, head, folder }
    }

    /// The first head of which this holds.
    pub(crate) async fn head_where(&mut self, holds: impl Fn(&Head) -> bool) -> Head {
        let waiting = self.head.wait_for(|head| head.as_ref().is_some_and(&holds));
        let head = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        head.expect("the head did not become so in time").unwrap().clone().unwrap()
    }

    pub(crate) async fn sign_in(&mut self, analyst: &'static Analyst) -> Head {
        self.workbench.sign_in(SignInTo::Practice, false).await.unwrap();
        let link = self.links.recv().await.unwrap();
        let choice = Choice::Analyst(analyst.object_id);
        Browser::new().unwrap().sign_in(&link, choice).await.unwrap();
        self.head_where(|head| matches!(head.session, Session::SignedIn { .. })).await
    }

    /// Signs in as another person than whoever is there.
    pub(crate) async fn sign_in_as_another(&mut self, analyst: &'static Analyst) -> Head {
        self.workbench.sign_in(SignInTo::Practice, true).await.unwrap();
        let link = self.links.recv().await.unwrap();
        let choice = Choice::Analyst(analyst.object_id);
        Browser::new().unwrap().sign_in(&link, choice).await.unwrap();
        self.head_of(analyst).await
    }

    /// The first head in which this analyst is signed in.
    pub(crate) async fn head_of(&mut self, analyst: &Analyst) -> Head {
        let is_there = |head: &Head| match &head.session {
            Session::SignedIn { account, .. } => {
                account.sign_in_name.flat() == analyst.sign_in_name
            }
            Session::SignedOut { .. }
            | Session::Restoring { .. }
            | Session::SigningIn { .. }
            | Session::Interrupted { .. } => false,
        };
        self.head_where(is_there).await
    }

    /// Drops so many small files, of which none has alerts.
    pub(crate) fn drop_files(&self, names: std::ops::Range<u32>) {
        let folder = self.folder.path();
        let paths = names.map(|number| write(folder, &format!("{number}"), &format!("{number}")));
        self.workbench.take_in_files(paths.collect());
    }

    /// In whose name the answers on screen were asked for.
    pub(crate) async fn asked_in_the_name_of(&self) -> BTreeSet<String> {
        let items = self.items().await;
        items.iter().filter_map(answer_of).map(|answer| answer.provenance.account.flat()).collect()
    }

    /// The practice files, dropped.
    pub(crate) async fn drop_practice_files(&mut self) {
        let folder = self.workbench.practice_files().await.unwrap();
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        self.workbench.take_in_files(paths);
    }

    pub(crate) async fn all_answered(&mut self) -> Head {
        self.head_where(|head| {
            let counts = head.counts;
            counts.items > 0
                && counts.alerted + counts.none_visible + counts.incomplete + counts.failed
                    == counts.items - counts.skipped - counts.unreadable - counts.cancelled
        })
        .await
    }

    pub(crate) async fn items(&self) -> Vec<ItemRow> {
        match rows(&self.workbench, ITEMS).await {
            RowList::Items(items) => items,
            RowList::Alerts(_)
            | RowList::Evidence(_)
            | RowList::Raw(_)
            | RowList::SameContent(_)
            | RowList::History(_) => panic!("items were asked for"),
        }
    }

    /// Defender's ids of every alert on screen.
    pub(crate) async fn alert_ids(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for item in self.items().await {
            for row in self.alerts(&item).await {
                ids.insert(
                    self.workbench.alert_detail(row.alert).await.unwrap().id.unwrap().flat(),
                );
            }
        }
        ids
    }

    pub(crate) async fn alerts(&self, item: &ItemRow) -> Vec<AlertRow> {
        match rows(&self.workbench, ListSpec::Alerts { item: item.id }).await {
            RowList::Alerts(alerts) => alerts,
            RowList::Items(_)
            | RowList::Evidence(_)
            | RowList::Raw(_)
            | RowList::SameContent(_)
            | RowList::History(_) => panic!("alerts were asked for"),
        }
    }
}

/// Waits until no workbench of this process works in the folder any more: its journal is locked as
/// long as one does. Nobody is told when a lock is free.
async fn until_ended(data: &Path) {
    let locked = || {
        let files = std::fs::read_dir(data).into_iter().flatten().flatten();
        let mut locks = files.map(|entry| entry.path()).filter(|path| {
            path.extension().is_some_and(|ending| ending == "lock")
                && path.file_stem().is_some_and(|stem| stem != "journal.opening")
        });
        locks.any(|path| std::fs::File::open(path).is_ok_and(|file| file.try_lock().is_err()))
    };
    let ended = async {
        while locked() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("it did not end in time");
}

pub(crate) fn account(head: &Head) -> Option<&ShownAccount> {
    match &head.session {
        Session::SignedIn { account, .. } | Session::Interrupted { account, .. } => Some(account),
        Session::SignedOut { .. } | Session::Restoring { .. } | Session::SigningIn { .. } => None,
    }
}

pub(crate) fn is_kept(head: &Head) -> bool {
    matches!(head.session, Session::SignedIn { keeping: Keeping::Kept, .. })
}

pub(crate) fn not_kept(head: &Head) -> Option<ErrorCode> {
    let Session::SignedIn { keeping: Keeping::NotKept { error }, .. } = &head.session else {
        return None;
    };
    Some(error.code)
}

pub(crate) fn signed_out(head: &Head) -> Option<ErrorCode> {
    let Session::SignedOut { error: Some(error), .. } = &head.session else { return None };
    Some(error.code)
}

pub(crate) fn interrupted(head: &Head) -> Option<ErrorCode> {
    let Session::Interrupted { error, .. } = &head.session else { return None };
    Some(error.code)
}

pub(crate) fn answer_of(item: &ItemRow) -> Option<&Answer> {
    item.lookup.as_ref()?.answer.as_ref()
}

pub(crate) async fn rows(workbench: &Workbench, list: ListSpec) -> RowList {
    let opened = workbench.open(list).await.unwrap();
    let rows = workbench.rows(opened.query, 0, opened.total).await.unwrap();
    workbench.close(opened.query);
    rows.rows
}

/// A page that acknowledges at once and keeps the latest head.
pub(crate) fn subscribe(workbench: &Workbench) -> watch::Receiver<Option<Head>> {
    let (sender, head) = watch::channel(None);
    let page = workbench.clone();
    workbench.subscribe(Box::new(move |update: Update| {
        if let Some(head) = update.head {
            sender.send_replace(Some(head));
        }
        page.acknowledge(update.sequence);
        true
    }));
    head
}

pub(crate) fn write(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}
