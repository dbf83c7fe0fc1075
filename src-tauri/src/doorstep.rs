//! Files that the program is asked to open: at its start, by a second start, by the system. Some
//! come before there is a workbench to take them in.

use std::{
    mem,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// Where files are laid down for the workbench, from any thread.
#[derive(Clone, Default)]
pub(crate) struct Doorstep(Arc<Mutex<Door>>);

/// Where files go.
type Inside = Box<dyn Fn(Vec<PathBuf>) + Send>;

enum Door {
    /// Nobody takes them yet.
    Shut(Vec<PathBuf>),
    Open(Inside),
}

impl Default for Door {
    fn default() -> Self {
        Self::Shut(Vec::new())
    }
}

impl Doorstep {
    /// Lays files down. They are taken in at once, or as soon as the door is opened.
    pub(crate) fn lay(&self, files: Vec<PathBuf>) {
        if files.is_empty() {
            return;
        }
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Door::Shut(waiting) => waiting.extend(files),
            Door::Open(inside) => inside(files),
        }
    }

    /// Opens the door: `inside` takes what lies here, and all that comes, and must not block.
    pub(crate) fn open(&self, inside: impl Fn(Vec<PathBuf>) + Send + 'static) {
        let mut door = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Door::Shut(waiting) = &mut *door
            && !waiting.is_empty()
        {
            inside(mem::take(waiting));
        }
        *door = Door::Open(Box::new(inside));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn what_came_before_the_door_was_open_is_taken_in_first_and_nothing_twice() {
        let doorstep = Doorstep::default();
        let (taken, received) = mpsc::channel();
        doorstep.lay(vec!["a".into()]);
        doorstep.lay(vec!["b".into(), "c".into()]);

        doorstep.open(move |files| taken.send(files).unwrap());
        doorstep.lay(Vec::new());
        doorstep.clone().lay(vec!["d".into()]);

        drop(doorstep);
        let received: Vec<Vec<PathBuf>> = received.iter().collect();
        assert_eq!(received, [vec!["a".into(), "b".into(), "c".into()], vec![PathBuf::from("d")]]);
    }
}
