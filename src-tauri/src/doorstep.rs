//! Files that the program is asked to open: at its start, by second starts, by the system. Some
//! come before there is a workbench to take them in, and some come one start for each file.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::arguments::Given;

/// Second starts that follow one another within this time come in together: a file manager may
/// start the program once for each file that is selected.
const PAUSE: Duration = Duration::from_millis(300);
/// How long the first of them waits at most.
const LONGEST: Duration = Duration::from_secs(2);

/// Where files are laid down for the workbench, from any thread.
#[derive(Clone, Default)]
pub(crate) struct Doorstep(Arc<Step>);

#[derive(Default)]
struct Step {
    door: Mutex<Door>,
    /// A second start has laid something down.
    came: Notify,
}

/// Where files go.
type Inside = Box<dyn Fn(Given) + Send>;

#[derive(Default)]
struct Door {
    /// None as long as nobody takes them.
    inside: Option<Inside>,
    /// What was laid down before the door was open, to go in as soon as it is.
    first: Given,
    /// What second starts have laid down.
    later: Given,
}

impl Doorstep {
    /// Lays files down. They are taken in at once, or as soon as the door is opened.
    pub(crate) fn lay(&self, given: Given) {
        if given.is_empty() {
            return;
        }
        let mut door = self.door();
        match &door.inside {
            Some(inside) => inside(given),
            None => door.first.append(given),
        }
    }

    /// Lays the files of a second start down. They wait for those of the next ones.
    pub(crate) fn lay_for_others(&self, given: Given) {
        if given.is_empty() {
            return;
        }
        self.door().later.append(given);
        self.0.came.notify_one();
    }

    /// Opens the door: `inside` takes what lies here, and all that comes, and must not block.
    pub(crate) fn open(&self, inside: impl Fn(Given) + Send + 'static) {
        let mut door = self.door();
        if !door.first.is_empty() {
            let mut given = mem::take(&mut door.first);
            // What second starts have brought by now has waited long enough.
            given.append(mem::take(&mut door.later));
            inside(given);
        }
        door.inside = Some(Box::new(inside));
    }

    /// Takes in what second starts bring, as often as they have paused, for as long as the program
    /// runs. The door is to be open.
    pub(crate) async fn gather(self) {
        loop {
            self.0.came.notified().await;
            let latest = Instant::now() + LONGEST;
            while Instant::now() < latest
                && timeout_at(latest.min(Instant::now() + PAUSE), self.0.came.notified())
                    .await
                    .is_ok()
            {}
            let mut door = self.door();
            let given = mem::take(&mut door.later);
            if let Some(inside) = &door.inside
                && !given.is_empty()
            {
                inside(given);
            }
        }
    }

    fn door(&self) -> MutexGuard<'_, Door> {
        self.0.door.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        sync::mpsc::{UnboundedReceiver, unbounded_channel},
        task,
        time::advance,
    };

    use super::*;

    fn given(names: &[&str]) -> Given {
        Given { files: names.iter().map(Into::into).collect(), ..Given::default() }
    }

    /// Opens the door, and gives what comes in with the time at which it does.
    fn open(doorstep: &Doorstep) -> UnboundedReceiver<(Given, Duration)> {
        let (taken, received) = unbounded_channel();
        let opened = Instant::now();
        doorstep.open(move |given| taken.send((given, opened.elapsed())).unwrap());
        task::spawn(doorstep.clone().gather());
        received
    }

    async fn pass(milliseconds: u64) {
        // The one who gathers sees what was laid down before, and that the time has passed after.
        task::yield_now().await;
        advance(Duration::from_millis(milliseconds)).await;
        task::yield_now().await;
    }

    const fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_before_the_door_was_open_is_taken_in_first_and_nothing_twice() {
        let doorstep = Doorstep::default();
        doorstep.lay(given(&["a"]));
        doorstep.lay(given(&["b", "c"]));
        doorstep.lay_for_others(given(&["d"]));

        let mut received = open(&doorstep);
        doorstep.lay(Given::default());
        doorstep.clone().lay(given(&["e"]));

        assert_eq!(received.recv().await, Some((given(&["a", "b", "c", "d"]), at(0))));
        assert_eq!(received.recv().await, Some((given(&["e"]), at(0))));
        pass(10_000).await;
        assert!(received.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_start_alone_comes_in_after_the_pause() {
        let doorstep = Doorstep::default();
        let mut received = open(&doorstep);

        doorstep.lay_for_others(given(&["a"]));

        assert_eq!(received.recv().await, Some((given(&["a"]), at(300))));
    }

    #[tokio::test(start_paused = true)]
    async fn starts_close_together_come_in_as_one_and_the_next_on_its_own() {
        let doorstep = Doorstep::default();
        let mut received = open(&doorstep);

        for name in ["a", "b", "c"] {
            doorstep.lay_for_others(given(&[name]));
            pass(299).await;
        }
        pass(1).await;
        assert_eq!(received.recv().await, Some((given(&["a", "b", "c"]), at(898))));

        doorstep.lay_for_others(given(&["d"]));
        assert_eq!(received.recv().await, Some((given(&["d"]), at(1_198))));
    }

    #[tokio::test(start_paused = true)]
    async fn starts_without_an_end_do_not_wait_without_one() {
        let doorstep = Doorstep::default();
        let mut received = open(&doorstep);

        for _ in 0..25 {
            doorstep.lay_for_others(given(&["a"]));
            pass(99).await;
        }

        let (first, when) = received.recv().await.unwrap();
        assert_eq!(first.files.len(), 21);
        assert!((at(2_000)..at(2_100)).contains(&when), "{when:?}");
        let (rest, _) = received.recv().await.unwrap();
        assert_eq!(rest.files.len(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn second_starts_before_the_door_is_open_come_in_as_one() {
        let doorstep = Doorstep::default();
        doorstep.lay_for_others(given(&["a"]));
        let mut received = open(&doorstep);
        pass(200).await;
        doorstep.lay_for_others(given(&["b"]));

        assert_eq!(received.recv().await, Some((given(&["a", "b"]), at(500))));
    }
}
