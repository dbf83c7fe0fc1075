//! The workbench as a page has it: its head as it changes, and rows when they are asked for.

use droptrace_core::{
    view::{
        AlertPart, AlertRow, CopyField, ErrorCode, Head, ItemId, ItemRow, ItemSort, ListSpec,
        Realm, RowList, Update, UserError,
    },
    workbench::Workbench,
};
use tokio::sync::watch;

use super::{
    given::Names,
    record::{Alert, Named, Record, State},
};

/// What this program knows of its workbench.
pub(super) struct Page {
    workbench: Workbench,
    head: watch::Receiver<Option<Head>>,
}

impl Page {
    /// How many rows the workbench gives at a time.
    const ROWS: u32 = 200;

    /// The page of a workbench that has none.
    pub(super) async fn of(workbench: Workbench) -> Result<Self, UserError> {
        let head = subscribe(&workbench);
        let mut page = Self { workbench, head };
        page.wait().await?;
        Ok(page)
    }

    /// The workbench, for what is to be done.
    pub(super) fn workbench(&self) -> &Workbench {
        &self.workbench
    }

    /// Forgets what was told before everything was done that the workbench was asked for until now.
    ///
    /// # Errors
    ///
    /// If the workbench has ended.
    pub(super) async fn begin_anew(&mut self) -> Result<(), UserError> {
        // The first thing that a new subscription is told is how things stand then.
        self.head = subscribe(&self.workbench);
        self.wait().await
    }

    /// How things stand, as far as that was told.
    pub(super) fn head(&self) -> Option<Head> {
        self.head.borrow().clone()
    }

    /// Waits until something else is told.
    ///
    /// # Errors
    ///
    /// If the workbench has ended.
    pub(super) async fn changed(&mut self) -> Result<(), UserError> {
        self.head.changed().await.map_err(|_| UserError::new(ErrorCode::Gone))
    }

    async fn wait(&mut self) -> Result<(), UserError> {
        let told = self.head.wait_for(Option::is_some).await;
        told.map(drop).map_err(|_| UserError::new(ErrorCode::Gone))
    }

    /// The items from here on, some of them, as they came in.
    ///
    /// # Errors
    ///
    /// If the workbench has ended.
    pub(super) async fn items(&self, from: u32) -> Result<Vec<ItemRow>, UserError> {
        match self.rows(ListSpec::Items { sort: ItemSort::Arrival }, from).await? {
            RowList::Items(items) => Ok(items),
            RowList::Alerts(_)
            | RowList::Evidence(_)
            | RowList::Raw(_)
            | RowList::SameContent(_)
            | RowList::History(_) => Ok(Vec::new()),
        }
    }

    /// What is known of an item; none while something is still to be done for it.
    ///
    /// # Errors
    ///
    /// If the workbench has ended.
    pub(super) async fn record(
        &self,
        row: ItemRow,
        realm: Realm,
        names: &Names,
    ) -> Result<Option<Record>, UserError> {
        let Some((state, problem)) = State::of(&row) else { return Ok(None) };
        let item = match self.workbench.path(row.id).await? {
            Some(path) => {
                let (path, given) = names.of(path);
                Named::File { path, given }
            }
            None => Named::Digest {
                digest: row.name.flat(),
                text: row.mention.and_then(|mention| Some((mention.text?.flat(), mention.line))),
            },
        };
        let answer = row.lookup.and_then(|lookup| lookup.answer);
        let count = answer.as_ref().map_or(0, |answer| answer.alerts);
        let alerts = if count > 0 { self.alerts(row.id, count).await? } else { Vec::new() };
        Ok(Some(Record {
            // What was answered says itself where.
            realm: answer.as_ref().map_or(realm, |answer| answer.provenance.realm),
            named: item,
            size: row.size,
            sha1: row.sha1,
            state,
            problem,
            answer,
            alerts,
        }))
    }

    async fn alerts(&self, item: ItemId, count: u32) -> Result<Vec<Alert>, UserError> {
        let mut alerts = Vec::new();
        let mut from = 0;
        while from < count {
            let rows = match self.rows(ListSpec::Alerts { item }, from).await? {
                RowList::Alerts(rows) => rows,
                RowList::Items(_)
                | RowList::Evidence(_)
                | RowList::Raw(_)
                | RowList::SameContent(_)
                | RowList::History(_) => Vec::new(),
            };
            if rows.is_empty() {
                break;
            }
            from = from.saturating_add(Self::ROWS);
            for row in rows {
                alerts.push(self.alert(item, row).await);
            }
        }
        Ok(alerts)
    }

    async fn alert(&self, item: ItemId, row: AlertRow) -> Alert {
        // An alert need not have each of them.
        let part = async |part| {
            self.workbench.exact(CopyField::Alert { item, alert: row.alert, part }).await.ok()
        };
        Alert {
            id: part(AlertPart::Id).await,
            title: part(AlertPart::Title).await,
            device: part(AlertPart::Device).await,
            row,
        }
    }

    async fn rows(&self, list: ListSpec, from: u32) -> Result<RowList, UserError> {
        let opened = self.workbench.open(list).await?;
        let rows = self.workbench.rows(opened.query, from, from.saturating_add(Self::ROWS)).await;
        self.workbench.close(opened.query);
        Ok(rows?.rows)
    }
}

fn subscribe(workbench: &Workbench) -> watch::Receiver<Option<Head>> {
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
