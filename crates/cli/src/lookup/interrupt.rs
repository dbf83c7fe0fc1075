//! The person's wish to stop.

use std::process;

use tokio::sync::watch;

use crate::hash::INTERRUPTED;

/// Tells when the person wants to stop. The second time the program ends at once.
pub(super) struct Interrupt {
    wished: watch::Receiver<bool>,
    /// Kept, so that without a handler nothing is told.
    _wish: watch::Sender<bool>,
}

impl Interrupt {
    /// Listens from now on. What the system was told to ignore is ignored.
    pub(super) fn listen() -> Self {
        let (wish, wished) = watch::channel(false);
        let handler = wish.clone();
        // Without a handler the system ends the program, which is as well.
        let _ = ctrlc::try_set_handler(move || {
            if handler.send_replace(true) {
                process::exit(INTERRUPTED.into());
            }
        });
        Self { wished, _wish: wish }
    }

    /// Waits until the person wants to stop.
    pub(super) async fn come(&mut self) {
        // The sender lives as long as this.
        let _ = self.wished.wait_for(|wished| *wished).await;
    }
}
