//! What waits to be read: the biggest first, and on each device no more side by side than suits it.

use std::{
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use super::ReadJob;
use crate::intake::Device;

/// The files that wait, by their devices. It starts nothing and knows no thread.
pub(super) struct Queue<T> {
    lanes: HashMap<Device, Lane<T>>,
    /// Files of one size are begun in the order in which they came.
    next: u64,
    /// How many readings there may be side by side in all.
    most: usize,
}

struct Lane<T> {
    waiting: BinaryHeap<Waiting<T>>,
    reading: usize,
}

struct Waiting<T> {
    size: u64,
    number: u64,
    job: ReadJob<T>,
}

impl<T> Waiting<T> {
    /// The bigger one first, since the last to end should be a small one; then the earlier one.
    fn rank(&self) -> (u64, std::cmp::Reverse<u64>) {
        (self.size, std::cmp::Reverse(self.number))
    }
}

impl<T> PartialEq for Waiting<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl<T> Eq for Waiting<T> {}

impl<T> PartialOrd for Waiting<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Waiting<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl<T> Queue<T> {
    pub(super) fn new(most: usize) -> Self {
        Self { lanes: HashMap::new(), next: 0, most }
    }

    pub(super) fn put(&mut self, job: ReadJob<T>) {
        let lane = self
            .lanes
            .entry(job.device)
            .or_insert_with(|| Lane { waiting: BinaryHeap::new(), reading: 0 });
        lane.waiting.push(Waiting { size: job.size, number: self.next, job });
        self.next += 1;
    }

    /// The biggest file of those whose device is free for it. What was cancelled is dropped.
    pub(super) fn take(&mut self) -> Option<ReadJob<T>> {
        for lane in self.lanes.values_mut() {
            while lane.waiting.peek().is_some_and(|next| next.job.ticket.is_cancelled()) {
                lane.waiting.pop();
            }
        }
        let most = self.most;
        let free = self.lanes.iter_mut().filter(|(device, lane)| {
            lane.reading < device.side_by_side(most) && !lane.waiting.is_empty()
        });
        let (_, lane) = free.max_by_key(|(_, lane)| lane.waiting.peek().map(Waiting::rank))?;
        lane.reading += 1;
        lane.waiting.pop().map(|waiting| waiting.job)
    }

    /// A reading on this device is over, or was left behind.
    pub(super) fn done(&mut self, device: Device) {
        if let Some(lane) = self.lanes.get_mut(&device) {
            lane.reading -= 1;
            if lane.reading == 0 && lane.waiting.is_empty() {
                self.lanes.remove(&device);
            }
        }
    }

    /// How many files could be begun now, with threads enough.
    pub(super) fn ready(&self) -> usize {
        let ready = self.lanes.iter().map(|(device, lane)| {
            lane.waiting.len().min(device.side_by_side(self.most).saturating_sub(lane.reading))
        });
        ready.sum()
    }

    /// Takes out everything that waits.
    pub(super) fn drain(&mut self) -> Vec<Arc<super::Ticket>> {
        let mut tickets = Vec::new();
        for lane in self.lanes.values_mut() {
            tickets.extend(lane.waiting.drain().map(|waiting| waiting.job.ticket));
        }
        self.lanes.retain(|_, lane| lane.reading > 0);
        tickets
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::intake::FilePath;

    fn job(tag: u32, size: u64, device: Device) -> ReadJob<u32> {
        ReadJob {
            file: Arc::new(FilePath::of(Path::new("/f"))),
            size,
            device,
            looked_at: true,
            follow: false,
            ticket: Arc::default(),
            tag,
        }
    }

    fn taken(queue: &mut Queue<u32>) -> Vec<u32> {
        std::iter::from_fn(|| queue.take()).map(|job| job.tag).collect()
    }

    #[test]
    fn the_biggest_goes_first_and_of_one_size_the_earliest() {
        let mut queue = Queue::new(8);
        for (tag, size) in [(0, 5), (1, 9), (2, 5), (3, 100)] {
            queue.put(job(tag, size, Device::default()));
        }

        assert_eq!(queue.ready(), 4);
        assert_eq!(taken(&mut queue), [3, 1, 0, 2]);
    }

    #[test]
    fn a_slow_device_has_one_reading_and_holds_up_no_other() {
        let (slow, fast) = (Device::slow(1), Device::default());
        let mut queue = Queue::new(2);
        for (tag, device) in [(0, slow), (1, slow), (2, fast), (3, fast), (4, fast)] {
            queue.put(job(tag, 10 - u64::from(tag), device));
        }

        assert_eq!(queue.ready(), 3);
        assert_eq!(taken(&mut queue), [0, 2, 3]);
        assert_eq!(queue.ready(), 0);
        queue.done(fast);
        queue.done(slow);
        assert_eq!(taken(&mut queue), [1, 4]);
    }

    #[test]
    fn what_was_cancelled_is_not_begun() {
        let mut queue = Queue::new(8);
        let cancelled = job(0, 9, Device::default());
        cancelled.ticket.cancel();
        queue.put(cancelled);
        queue.put(job(1, 1, Device::default()));

        assert_eq!(taken(&mut queue), [1]);
    }
}
