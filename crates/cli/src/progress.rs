//! How far the reading has come, ten times a second.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use droptrace_core::words::counted;

use crate::screen::Screen;

/// How far a run has come.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sample {
    /// Files that have their result.
    pub(crate) files: u64,
    /// Bytes read.
    pub(crate) bytes: u64,
}

/// Shows progress until it is dropped, which takes it off the screen again.
pub(crate) struct Shown {
    over: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Shown {
    /// A person reads no faster, and a sample costs next to nothing.
    const EVERY: Duration = Duration::from_millis(100);

    /// Begins to look at `sample`. Without a thread to be had there is no progress to see.
    pub(crate) fn begin(screen: Arc<Screen>, sample: impl Fn() -> Sample + Send + 'static) -> Self {
        let over = Arc::new((Mutex::new(false), Condvar::new()));
        let thread = thread::Builder::new().name("progress".into()).spawn({
            let over = Arc::clone(&over);
            move || {
                let began = Instant::now();
                let (flag, told) = &*over;
                let mut is_over = flag.lock().unwrap_or_else(PoisonError::into_inner);
                while !*is_over {
                    let waited = told.wait_timeout(is_over, Self::EVERY);
                    let (flag, time_out) = waited.unwrap_or_else(PoisonError::into_inner);
                    is_over = flag;
                    if !*is_over && time_out.timed_out() {
                        screen.draw(&line(sample(), began.elapsed()));
                    }
                }
                screen.clear();
            }
        });
        Self { over, thread: thread.ok() }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let (flag, told) = &*self.over;
        *flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        told.notify_all();
        if let Some(thread) = self.thread.take() {
            // It only fails if the thread panicked, and then nothing is on the screen to clear.
            let _ = thread.join();
        }
    }
}

fn line(Sample { files, bytes }: Sample, since: Duration) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "an amount to look at, of three digits"
    )]
    let rate = (bytes as f64 / since.as_secs_f64().max(0.001)) as u64;
    let files = u32::try_from(files).unwrap_or(u32::MAX);
    counted("cli.progressLine", files, &[("size", &size(bytes)), ("rate", &size(rate))])
}

/// An amount of bytes in three digits and a unit of the decimal system, as disks are sold.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    // In tenths, which are cut off, not rounded: `1000.0 MB` would be no amount.
    let (mut tenths, mut unit) = (bytes / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    match (tenths / 10, tenths % 10) {
        (whole, _) if whole >= 100 => format!("{whole} {}", UNITS[unit]),
        (whole, tenth) => format!("{whole}.{tenth} {}", UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits_at_most_and_a_unit() {
        let sizes =
            [0, 999, 1_000, 99_949, 100_000, 999_999, 1_000_000, 52_428_800_000].map(size).to_vec();

        assert_eq!(
            sizes,
            ["0 B", "999 B", "1.0 kB", "99.9 kB", "100 kB", "999 kB", "1.0 MB", "52.4 GB"]
        );
        assert_eq!(size(u64::MAX), "18446 PB");
    }

    #[test]
    fn the_line_tells_files_bytes_and_rate() {
        let line = line(Sample { files: 1_200, bytes: 3_000_000 }, Duration::from_secs(2));

        assert_eq!(line, "1,200 files, 3.0 MB, 1.5 MB/s");
    }
}
