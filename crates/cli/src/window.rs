//! Results in the order in which their files were found, in whichever order they are read.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A bounded row of places, each of which waits for its result. Places are taken at the end by one
/// thread and given away at the front by another; results come in from any.
#[derive(Debug)]
pub(crate) struct Window<N, R> {
    row: Mutex<Row<N, R>>,
    /// The most places at a time.
    most: usize,
    has_room: Condvar,
    has_results: Condvar,
}

#[derive(Debug)]
struct Row<N, R> {
    places: VecDeque<(N, Option<R>)>,
    /// The number of the place at the front, counted from the beginning of the run.
    front: u64,
    /// How many places have their result.
    filled: usize,
    /// No more places will be taken.
    closed: bool,
    /// Nobody wants the results any more.
    stopped: bool,
    /// What the one who takes results waits for.
    awaited: Awaited,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Nothing,
    First,
    Many,
}

/// What is to be had at the front.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// These were added to the list that was given.
    Results,
    /// Nothing for the moment: a good time to write what was taken before.
    Pause,
    /// Every place has had its result.
    End,
    /// [`Window::stop`] was called.
    Stopped,
}

impl<N, R> Window<N, R> {
    /// How many results are worth a wake-up while there is something to write already.
    const MANY: usize = 512;

    /// How long is waited for that many.
    const LINGER: Duration = Duration::from_millis(5);

    /// A row of at most so many places.
    pub(crate) fn new(most: usize) -> Self {
        let row = Row {
            places: VecDeque::new(),
            front: 0,
            filled: 0,
            closed: false,
            stopped: false,
            awaited: Awaited::Nothing,
        };
        Self { row: Mutex::new(row), most, has_room: Condvar::new(), has_results: Condvar::new() }
    }

    /// Takes a place for each of `entries`, some of which may have their result already, and gives
    /// the number of the first. Blocks while there is no room for all of them; none if stopped.
    ///
    /// More entries than the row has places get in when it is empty.
    pub(crate) fn push(&self, entries: Vec<(N, Option<R>)>) -> Option<u64> {
        let mut row = self.row();
        while !row.stopped && !row.places.is_empty() && row.places.len() + entries.len() > self.most
        {
            row = self.has_room.wait(row).unwrap_or_else(PoisonError::into_inner);
        }
        if row.stopped {
            return None;
        }
        let first = row.front + row.places.len() as u64;
        row.filled += entries.iter().filter(|(_, result)| result.is_some()).count();
        row.places.extend(entries);
        self.tell(&row);
        Some(first)
    }

    /// Puts a result into its place.
    pub(crate) fn fill(&self, number: u64, result: R) {
        let mut row = self.row();
        let place = number.checked_sub(row.front).and_then(|at| usize::try_from(at).ok());
        let Some((_, empty @ None)) = place.and_then(|at| row.places.get_mut(at)) else {
            return;
        };
        *empty = Some(result);
        row.filled += 1;
        self.tell(&row);
    }

    /// No more places will be taken.
    pub(crate) fn close(&self) {
        let mut row = self.row();
        row.closed = true;
        self.tell(&row);
    }

    /// Lets go whoever waits; results are not wanted any more.
    pub(crate) fn stop(&self) {
        self.row().stopped = true;
        self.has_room.notify_all();
        self.has_results.notify_all();
    }

    /// Moves the results at the front into `into`. Blocks while there are none, but not for long if
    /// `lingering`: then whoever calls has something to do meanwhile.
    pub(crate) fn take(&self, into: &mut Vec<(N, R)>, lingering: bool) -> Taken {
        let mut row = self.row();
        let mut waited = false;
        loop {
            if row.stopped {
                return Taken::Stopped;
            }
            // While there is something to write, a wake-up for each result would cost more than the
            // reading of a small file.
            let enough = !lingering || waited || row.is_rich();
            if enough && row.drain(into) {
                self.has_room.notify_one();
                return Taken::Results;
            }
            if row.closed && row.places.is_empty() {
                return Taken::End;
            }
            if !lingering {
                row.awaited = Awaited::First;
                row = self.has_results.wait(row).unwrap_or_else(PoisonError::into_inner);
            } else if waited {
                return Taken::Pause;
            } else {
                row.awaited = Awaited::Many;
                let waiting = self.has_results.wait_timeout(row, Self::LINGER);
                row = waiting.unwrap_or_else(PoisonError::into_inner).0;
                waited = true;
            }
            row.awaited = Awaited::Nothing;
        }
    }

    fn tell(&self, row: &Row<N, R>) {
        let tell = match row.awaited {
            Awaited::Nothing => false,
            Awaited::First => row.is_ready() || row.is_over(),
            Awaited::Many => row.is_rich(),
        };
        if tell {
            self.has_results.notify_one();
        }
    }

    fn row(&self) -> MutexGuard<'_, Row<N, R>> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<N, R> Row<N, R> {
    fn is_ready(&self) -> bool {
        self.places.front().is_some_and(|(_, result)| result.is_some())
    }

    /// Everything that there will ever be is there.
    fn is_over(&self) -> bool {
        self.closed && self.filled == self.places.len()
    }

    fn is_rich(&self) -> bool {
        self.is_over() || (self.filled >= Window::<N, R>::MANY && self.is_ready())
    }

    fn drain(&mut self, into: &mut Vec<(N, R)>) -> bool {
        let before = into.len();
        while self.is_ready() {
            if let Some((name, Some(result))) = self.places.pop_front() {
                self.front += 1;
                self.filled -= 1;
                into.push((name, result));
            }
        }
        into.len() > before
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread};

    use super::*;

    fn open(names: impl IntoIterator<Item = char>) -> Vec<(char, Option<u8>)> {
        names.into_iter().map(|name| (name, None)).collect()
    }

    #[test]
    fn results_come_in_the_order_of_their_places() {
        let window = Window::new(8);
        let first = window.push(open("abc".chars())).unwrap();
        let mut taken = Vec::new();

        window.fill(first + 2, 3);
        window.fill(first, 1);
        assert_eq!(window.take(&mut taken, false), Taken::Results);
        assert_eq!(taken, [('a', 1)]);

        window.fill(first + 1, 2);
        assert_eq!(window.take(&mut taken, false), Taken::Results);
        assert_eq!(taken, [('a', 1), ('b', 2), ('c', 3)]);
    }

    #[test]
    fn what_has_its_result_already_keeps_its_place() {
        let window = Window::new(8);
        let first = window.push(vec![('a', None), ('b', Some(2))]).unwrap();
        window.close();
        let mut taken = Vec::new();

        window.fill(first, 1);

        assert_eq!(window.take(&mut taken, true), Taken::Results);
        assert_eq!(taken, [('a', 1), ('b', 2)]);
        assert_eq!(window.take(&mut taken, true), Taken::End);
    }

    #[test]
    fn a_full_row_holds_up_whoever_takes_places() {
        let window = Arc::new(Window::new(2));
        let first = window.push(open("ab".chars())).unwrap();
        let walker = {
            let window = Arc::clone(&window);
            thread::spawn(move || window.push(open("c".chars())))
        };
        let mut taken = Vec::new();

        window.fill(first + 1, 2);
        assert_eq!(window.take(&mut taken, true), Taken::Pause);
        assert_eq!(window.row().places.len(), 2);
        window.fill(first, 1);
        assert_eq!(window.take(&mut taken, false), Taken::Results);

        assert_eq!(walker.join().unwrap(), Some(first + 2));
    }

    #[test]
    fn more_at_a_time_than_there_is_room_for_gets_in_alone() {
        let window = Window::new(2);

        assert_eq!(window.push(open("abc".chars())), Some(0));
    }

    #[test]
    fn stopping_lets_go_whoever_waits() {
        let window = Arc::new(Window::<char, u8>::new(1));
        window.push(open("a".chars())).unwrap();
        let (walker, writer) = {
            let (pushing, taking) = (Arc::clone(&window), Arc::clone(&window));
            (
                thread::spawn(move || pushing.push(open("b".chars()))),
                thread::spawn(move || taking.take(&mut Vec::new(), false)),
            )
        };

        window.stop();

        assert_eq!(walker.join().unwrap(), None);
        assert_eq!(writer.join().unwrap(), Taken::Stopped);
    }

    #[test]
    fn a_result_that_nobody_waits_for_is_dropped() {
        let window = Window::new(2);
        let first = window.push(open("a".chars())).unwrap();
        window.fill(first, 1);
        window.fill(first, 9);
        window.fill(first + 7, 9);
        let mut taken = Vec::new();

        window.take(&mut taken, false);
        window.fill(first, 9);

        assert_eq!(taken, [('a', 1)]);
    }

    #[test]
    fn nothing_is_lost_or_turned_round_between_many_threads() {
        const FILES: u64 = 20_000;
        let window = Arc::new(Window::<u64, u64>::new(64));
        let (numbers, queue) = std::sync::mpsc::channel::<u64>();
        let queue = Arc::new(Mutex::new(queue));
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let (window, queue) = (Arc::clone(&window), Arc::clone(&queue));
                thread::spawn(move || {
                    loop {
                        let next = queue.lock().unwrap().recv();
                        let Ok(number) = next else { return };
                        window.fill(number, 2 * number);
                    }
                })
            })
            .collect();
        let walker = {
            let window = Arc::clone(&window);
            thread::spawn(move || {
                for name in 0..FILES {
                    let number = window.push(vec![(name, None)]).unwrap();
                    numbers.send(number).unwrap();
                }
                window.close();
            })
        };

        let (mut all, mut lingering) = (Vec::new(), false);
        loop {
            match window.take(&mut all, lingering) {
                Taken::Results => lingering = true,
                Taken::Pause => lingering = false,
                Taken::End => break,
                Taken::Stopped => unreachable!(),
            }
        }

        assert!(all.iter().copied().eq((0..FILES).map(|number| (number, 2 * number))));
        walker.join().unwrap();
        for reader in readers {
            reader.join().unwrap();
        }
    }
}
