//! `hash`: finds files, reads them, prints their digests.

use std::{
    io, process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use droptrace_core::{
    digest::{self, Readers, Reading},
    view::LeftOutReason,
    words::{counted, filled},
};

use crate::{
    arguments::{Algorithm, Form, Progress, Request},
    feed::{Feed, LeftOutCounts, Results, Taker},
    printer::{Counts, Printer},
    progress::{self, Sample},
    screen::Screen,
    window::Taken,
};

/// How the program ends that was interrupted: as one that the system ends for it (SIGINT, 2).
pub(crate) const INTERRUPTED: u8 = 128 + 2;

/// How it ends if nobody reads what it prints: as one that the system ends for it (SIGPIPE, 13);
/// Windows knows no such end.
pub(crate) const BROKEN_PIPE: u8 = if cfg!(unix) { 128 + 13 } else { 1 };

/// The most files that are found and not yet printed.
const OUTSTANDING: usize = 65_536;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Every file has its digest.
    AllRead,
    /// Something has none, or could not be printed.
    NotAllRead,
    /// The person stopped it.
    Interrupted,
    /// Nobody reads what is printed any more.
    BrokenPipe,
}

/// Does what was asked. Blocks until it is done.
pub(crate) fn run(Request { source, form, progress }: Request) -> Ending {
    let screen = Arc::new(Screen::new());
    let results = Arc::new(Results::new(OUTSTANDING));
    let cancelled = Arc::new(AtomicBool::new(false));
    stop_on_interrupt(&results, &cancelled);

    let done = Arc::new(AtomicU64::new(0));
    let readers = Arc::new(Readers::start(further(form), {
        let (results, done) = (Arc::clone(&results), Arc::clone(&done));
        move |number, reading| {
            if let Reading::Ended(outcome) = reading {
                results.fill(number, outcome.into());
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }));
    let left_out = Arc::new(Mutex::new(LeftOutCounts::default()));
    let mut feed = Feed::new(Taker {
        results: Arc::clone(&results),
        readers: Arc::clone(&readers),
        cancelled,
        left_out: Arc::clone(&left_out),
    });
    let feeding = thread::Builder::new().name("walker".into()).spawn(move || feed.run(source));
    let feeding = match feeding {
        Ok(feeding) => feeding,
        Err(error) => {
            screen.say(filled("cli.noThread", &[("detail", &error.to_string())]));
            return Ending::NotAllRead;
        }
    };

    let shown = is_wanted(progress, &screen).then(|| {
        let readers = Arc::clone(&readers);
        let sample = move || Sample { files: done.load(Ordering::Relaxed), bytes: readers.bytes() };
        progress::Shown::begin(Arc::clone(&screen), sample)
    });
    let mut printer = Printer::new(io::stdout().lock(), form, &screen);
    let to_the_end = print(&results, &mut printer);
    drop(shown);
    match to_the_end {
        Ok(true) => {}
        // Whoever finds files, or reads one, may be held up by a dead share; nothing waits for them.
        Ok(false) => {
            let counts = closing(printer.counts(), &LeftOutCounts::default());
            screen.say(filled("cli.interrupted", &[("counts", &counts)]));
            return Ending::Interrupted;
        }
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ending::BrokenPipe,
        Err(error) => {
            screen.say(filled("cli.notWritten", &[("detail", &error.to_string())]));
            return Ending::NotAllRead;
        }
    }

    // Until here: they drop what waits when they are dropped.
    drop(readers);

    let mut ending = Ending::AllRead;
    match feeding.join() {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            screen.say(filled("cli.listNotRead", &[("detail", &error.to_string())]));
            ending = Ending::NotAllRead;
        }
        // What it found was printed; it has said itself that it failed.
        Err(_) => ending = Ending::NotAllRead,
    }
    let left_out = left_out.lock().unwrap_or_else(PoisonError::into_inner);
    let counts = printer.counts();
    if counts.not_read > 0 || left_out.keys().any(|reason| is_loss(*reason)) {
        ending = Ending::NotAllRead;
    }
    if counts.not_read > 0 || !left_out.is_empty() {
        screen.say(filled("cli.closing", &[("counts", &closing(counts, &left_out))]));
    }
    ending
}

/// Prints results as they come; whether to the end.
fn print(results: &Results, printer: &mut Printer<'_, impl io::Write>) -> io::Result<bool> {
    let mut taken = Vec::new();
    loop {
        match results.take(&mut taken, printer.has_lines()) {
            Taken::Results => {
                for (name, outcome) in taken.drain(..) {
                    printer.add(&name, &outcome)?;
                }
            }
            Taken::Pause => printer.flush()?,
            Taken::End => {
                printer.flush()?;
                return Ok(true);
            }
            Taken::Stopped => {
                printer.flush()?;
                return Ok(false);
            }
        }
    }
}

/// The first interrupt ends the run in order, the second at once: the first can be held up by
/// whoever reads what is printed. One that the system was told to ignore is ignored.
fn stop_on_interrupt(results: &Arc<Results>, cancelled: &Arc<AtomicBool>) {
    let (results, cancelled) = (Arc::clone(results), Arc::clone(cancelled));
    // Without a handler the system ends the program, which is as well.
    let _ = ctrlc::try_set_handler(move || {
        if cancelled.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
        results.stop();
    });
}

/// Whether what is left out for this reason should have been read. Links, and what has no bytes of
/// its own, are no files of the folder.
fn is_loss(reason: LeftOutReason) -> bool {
    match reason {
        LeftOutReason::Link | LeftOutReason::NotRegular => false,
        LeftOutReason::Unreadable
        | LeftOutReason::TooMany
        | LeftOutReason::Cancelled
        | LeftOutReason::Declined
        | LeftOutReason::TextUnread => true,
    }
}

/// What became of everything, in words.
fn closing(Counts { read, not_read }: Counts, left_out: &LeftOutCounts) -> String {
    let mut parts = vec![counted("cli.count.read", read, &[])];
    let (mut not_read, mut others) = (not_read, 0_u32);
    let (mut links, mut not_regular) = (0, 0);
    for (reason, &count) in left_out {
        let counter = match reason {
            LeftOutReason::Link => &mut links,
            LeftOutReason::NotRegular => &mut not_regular,
            LeftOutReason::Unreadable => &mut not_read,
            LeftOutReason::TooMany
            | LeftOutReason::Cancelled
            | LeftOutReason::Declined
            | LeftOutReason::TextUnread => &mut others,
        };
        *counter = counter.saturating_add(count);
    }
    for (key, count) in [
        ("cli.count.notRead", not_read),
        ("cli.count.link", links),
        ("cli.count.notRegular", not_regular),
        ("cli.count.tooMany", others),
    ] {
        if count > 0 {
            parts.push(counted(key, count, &[]));
        }
    }
    parts.join(", ")
}

fn further(form: Form) -> digest::Further {
    let (sha256, md5) = match form {
        Form::Sums(Algorithm::Sha1) => (false, false),
        Form::Sums(Algorithm::Sha256) => (true, false),
        Form::Sums(Algorithm::Md5) => (false, true),
        Form::Json { sha256, md5 } => (sha256, md5),
    };
    digest::Further { sha256, md5 }
}

fn is_wanted(progress: Progress, screen: &Screen) -> bool {
    use io::IsTerminal;

    match progress {
        Progress::Auto => screen.is_terminal() && !io::stdout().is_terminal(),
        Progress::Always => true,
        Progress::Never => false,
    }
}
