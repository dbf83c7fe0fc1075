//! The feed to the page: which queries are open, and when to say that they changed.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use super::Sink;
use crate::view::{Head, ListSpec, QueryChange, QueryId, Update};

/// The page's subscription and its open queries.
#[derive(Default)]
pub(super) struct Feed {
    subscriber: Option<Subscriber>,
    queries: HashMap<QueryId, ListSpec>,
    next_query: u32,
}

struct Subscriber {
    sink: Sink,
    next: u32,
    /// The update that the page has not acknowledged yet.
    unacknowledged: Option<u32>,
    /// When there was a look at whether anything is to be sent: at 100,000 items that costs time.
    looked: Option<Instant>,
    head: Option<Head>,
    extents: HashMap<QueryId, (u32, u32)>,
}

/// When the next update may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Now.
    Now,
    /// Not before this.
    At(Instant),
    /// When the page acknowledges or subscribes.
    OnAcknowledge,
}

impl Feed {
    /// At most fifteen updates a second.
    const PAUSE: Duration = Duration::from_millis(67);

    /// A new page: it knows no query, and gets the head first.
    pub(super) fn subscribe(&mut self, sink: Sink) {
        self.queries.clear();
        self.subscriber = Some(Subscriber {
            sink,
            next: 0,
            unacknowledged: None,
            looked: None,
            head: None,
            extents: HashMap::new(),
        });
    }

    pub(super) fn acknowledge(&mut self, sequence: u32) {
        if let Some(subscriber) = &mut self.subscriber
            && subscriber.unacknowledged == Some(sequence)
        {
            subscriber.unacknowledged = None;
        }
    }

    /// Opens a query whose rows the page has at this extent.
    pub(super) fn open(&mut self, list: ListSpec, extent: (u32, u32)) -> QueryId {
        let query = QueryId(self.next_query);
        self.next_query += 1;
        self.queries.insert(query, list);
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.extents.insert(query, extent);
        }
        query
    }

    pub(super) fn list(&self, query: QueryId) -> Option<ListSpec> {
        self.queries.get(&query).copied()
    }

    pub(super) fn close(&mut self, query: QueryId) {
        self.queries.remove(&query);
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.extents.remove(&query);
        }
    }

    pub(super) fn due(&self, now: Instant) -> Due {
        let Some(subscriber) = &self.subscriber else { return Due::OnAcknowledge };
        if subscriber.unacknowledged.is_some() {
            return Due::OnAcknowledge;
        }
        match subscriber.looked.map(|looked| looked + Self::PAUSE) {
            Some(at) if at > now => Due::At(at),
            Some(_) | None => Due::Now,
        }
    }

    /// Sends what changed since the last update, if anything did.
    pub(super) fn send(
        &mut self,
        now: Instant,
        head: Head,
        extent: impl Fn(ListSpec) -> (u32, u32),
    ) {
        let Some(subscriber) = &mut self.subscriber else { return };
        subscriber.looked = Some(now);
        let mut changes = Vec::new();
        for (&query, &list) in &self.queries {
            let (revision, total) = extent(list);
            if subscriber.extents.insert(query, (revision, total)) != Some((revision, total)) {
                changes.push(QueryChange { query, revision, total });
            }
        }
        let head = (subscriber.head.as_ref() != Some(&head)).then_some(head);
        if head.is_none() && changes.is_empty() {
            return;
        }
        if let Some(head) = &head {
            subscriber.head = Some(head.clone());
        }
        let sequence = subscriber.next;
        subscriber.next += 1;
        subscriber.unacknowledged = Some(sequence);
        if !(subscriber.sink)(Update { sequence, head, queries: changes }) {
            self.subscriber = None;
        }
    }
}
