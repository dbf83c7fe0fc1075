//! `lookup`: the alerts that are visible to whoever asks, of files and digests; on the same
//! workbench as the window.

mod arguments;
mod data;
mod ending;
mod given;
mod interrupt;
mod page;
mod place;
mod printer;
mod progress;
mod record;
mod sign_in;
mod table;

use std::{ffi::OsString, io, thread, time::Duration};

use droptrace_core::{
    view::{ErrorCode, Head, LeftOutReason, QuestionAbout, Realm, Session, Shown, UserError},
    words::{counted, filled, grouped, problem, sentence},
    workbench::Whom,
};
use tokio::{
    runtime,
    sync::mpsc,
    time::{sleep, timeout},
};

pub(crate) use self::arguments::{LOOKUP, command, read};
pub(crate) use self::ending::Ending;
use self::{
    ending::Tally,
    given::{Group, Names},
    interrupt::Interrupt,
    page::Page,
    printer::Printer,
    record::{Record, State},
    sign_in::NotSignedIn,
};
use crate::{arguments::Progress, screen::Screen};

/// What is to be looked up, and how.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    input: Input,
    form: Form,
    realm: Realm,
    whom: Whom,
    sign_in: SignIn,
    progress: Progress,
}

/// Where paths and digests come from.
#[derive(Debug, PartialEq, Eq)]
enum Input {
    /// The command line.
    Arguments {
        /// Paths and digests.
        any: Vec<OsString>,
        /// What is a path, whatever it looks like.
        paths: Vec<OsString>,
    },
    /// The standard input, each ended by a NUL.
    Stdin,
    /// What an earlier run left.
    Left,
}

/// How items are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A line an item, for people.
    Table,
    /// An object a line.
    Json,
    /// A row an alert, for spreadsheets.
    Csv,
}

/// Whether a browser is opened where nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SignIn {
    /// If a person is there to see it.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

/// How long what happened last may take to be kept when the program ends.
const LAST_WRITES: Duration = Duration::from_secs(1);
/// How long is waited at the end for a sign-in to be kept.
const KEEPING: Duration = Duration::from_secs(5);

/// Does what was asked. Blocks until it is done.
pub(crate) fn run(mut asked: Asked) -> Ending {
    let screen = Screen::new();
    let interrupt = Interrupt::listen();
    let runtime = match runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            screen.say(filled("cli.noThread", &[("detail", &error.to_string())]));
            return Ending::Failed;
        }
    };
    let input = std::mem::replace(&mut asked.input, Input::Stdin);
    let outcome = runtime.block_on(look_up(&asked, input, &screen, interrupt));
    // Nothing waits for what a dead share, or a keyring, holds up.
    runtime.shutdown_background();
    match outcome {
        Ok(ending) => ending,
        Err(Stopped::Written(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ending::BrokenPipe
        }
        Err(Stopped::Written(error)) => {
            screen.say(filled("cli.notWritten", &[("detail", &error.to_string())]));
            Ending::Failed
        }
        Err(Stopped::Problem(error)) => {
            screen.say(filled("cli.problem", &[("problem", &problem(&error))]));
            Ending::Failed
        }
    }
}

/// Why a run cannot go on.
enum Stopped {
    /// Nothing can be printed.
    Written(io::Error),
    /// Something in this program.
    Problem(UserError),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Written(error)
    }
}

impl From<UserError> for Stopped {
    fn from(error: UserError) -> Self {
        Self::Problem(error)
    }
}

async fn look_up(
    asked: &Asked,
    input: Input,
    screen: &Screen,
    mut interrupt: Interrupt,
) -> Result<Ending, Stopped> {
    let may = match asked.sign_in {
        SignIn::Auto => screen.is_terminal(),
        SignIn::Always => true,
        SignIn::Never => false,
    };
    let workbench = match place::workbench(&asked.whom).await {
        Ok(Some(workbench)) => workbench,
        Ok(None) => {
            screen.say(sentence("cli.noFolder"));
            return Ok(Ending::Failed);
        }
        Err(error) => {
            screen.say(filled("cli.problem", &[("problem", &error.to_string())]));
            return Ok(Ending::Failed);
        }
    };
    let mut page = Page::of(workbench).await?;
    tokio::select! {
        signed_in = sign_in::wait(&mut page, asked, may, screen) => match signed_in {
            Ok(()) => {}
            Err(NotSignedIn) => return Ok(Ending::NotSignedIn),
        },
        () = interrupt.come() => {
            screen.say(sentence("cli.interrupted.signIn"));
            return Ok(Ending::Interrupted);
        }
    }

    let mut run = Run {
        asked,
        may,
        screen,
        page,
        names: Names::default(),
        printer: Printer::new(io::stdout(), asked.form, asked.realm),
        next: 0,
        tally: Tally::default(),
    };
    run.printer.begin()?;
    let ended = run.go(groups(input, screen), &mut interrupt).await?;
    // How things stand now, and not when that was last told.
    run.page.begin_anew().await?;
    run.print_final(ended != Ended::AtTheEnd).await?;
    run.printer.end()?;
    run.end(ended, &mut interrupt).await
}

/// What is given, in groups that a thread finds; looking at a path can be held up by a dead share.
fn groups(input: Input, screen: &Screen) -> mpsc::Receiver<Group> {
    let (sender, groups) = mpsc::channel(1);
    let finder = thread::Builder::new().name("given".into()).spawn(move || {
        given::go_through(input, |group| sender.blocking_send(group).is_ok());
    });
    if let Err(error) = finder {
        screen.say(filled("cli.noThread", &[("detail", &error.to_string())]));
    }
    groups
}

/// One lookup of everything that was given.
struct Run<'a> {
    asked: &'a Asked,
    /// Whether a browser may be opened.
    may: bool,
    screen: &'a Screen,
    page: Page,
    names: Names,
    printer: Printer<io::Stdout>,
    /// The first item that is not printed yet.
    next: u32,
    tally: Tally,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// To its end.
    AtTheEnd,
    /// The session ended before.
    SignedOut,
    /// The person stopped it.
    Early,
}

impl Run<'_> {
    /// How often progress is told at the least.
    const TICK: Duration = Duration::from_secs(1);

    /// Takes in what is given, group after group, and prints items in their order as soon as nothing
    /// is left to be done for them.
    async fn go(
        &mut self,
        groups: mpsc::Receiver<Group>,
        interrupt: &mut Interrupt,
    ) -> Result<Ended, Stopped> {
        let mut groups = Some(groups);
        let mut signed_in_again = false;
        loop {
            let Some(head) = self.page.head() else { return Ok(Ended::SignedOut) };
            self.print_final(false).await?;
            self.show(&head);
            if self.answered(&head).await? {
                continue;
            }
            let takes_in = head.intake.running;
            let is_ahead = is_ahead(&head);
            if is_ahead && let Some(error) = session_over(&head.session) {
                if signed_in_again || !self.may {
                    self.say_problem(&error);
                    return Ok(Ended::SignedOut);
                }
                signed_in_again = true;
                self.screen.clear();
                let again = sign_in::wait(&mut self.page, self.asked, self.may, self.screen);
                tokio::select! {
                    signed_in = again => match signed_in {
                        Ok(()) => continue,
                        Err(NotSignedIn) => return Ok(Ended::SignedOut),
                    },
                    () = interrupt.come() => return Ok(Ended::Early),
                }
            }
            if !takes_in && !is_ahead && groups.is_none() {
                return Ok(Ended::AtTheEnd);
            }
            tokio::select! {
                biased;
                () = interrupt.come() => return Ok(Ended::Early),
                group = next(&mut groups), if !takes_in && groups.is_some() => match group {
                    Some(group) => self.take_in(group).await?,
                    None => groups = None,
                },
                changed = self.page.changed() => changed?,
                // Only the time goes on while nothing is asked.
                () = sleep(Self::TICK), if self.shows_progress() && is_ahead => {}
            }
        }
    }

    async fn take_in(&mut self, group: Group) -> Result<(), Stopped> {
        match group {
            Group::Paths(paths) => {
                self.names.add(&paths);
                let paths = paths.into_iter().map(|given| given.path).collect();
                self.page.workbench().take_in_files(paths);
            }
            Group::Digests(digests) => {
                let lines: Vec<String> = digests.iter().map(ToString::to_string).collect();
                let taken_in = self.page.workbench().take_in_text(lines.join("\n")).await;
                if let Err(error) = taken_in {
                    self.tally.incomplete += 1;
                    self.say_problem(&error);
                }
            }
            Group::Left => {
                if self.page.workbench().take_up().await? == 0 {
                    self.screen.say(sentence("cli.nothingLeft"));
                }
            }
            Group::Both(name) => {
                let name = Shown::of_os(&name).flat();
                self.screen.say(filled("cli.given.both", &[("name", &name)]));
            }
            Group::Placeholder(name) => {
                self.tally.incomplete += 1;
                let name = Shown::of_os(&name).flat();
                self.screen.say(filled("cli.given.placeholder", &[("name", &name)]));
            }
            #[cfg(not(unix))]
            Group::NotText(name) => {
                self.tally.failed += 1;
                let name = Shown::of_os(&name).flat();
                let error = UserError::new(ErrorCode::NameNotText);
                self.screen.say(format_args!("{name}: {}", problem(&error)));
            }
            Group::Broken(error) => {
                self.tally.failed += 1;
                self.screen.say(filled("cli.listNotRead", &[("detail", &error.to_string())]));
            }
        }
        // Only then it is known whether it is being taken in, or was already.
        Ok(self.page.begin_anew().await?)
    }

    /// Answers a question about what came in, if there is one: whoever gave it means all of it, and
    /// can stop it.
    async fn answered(&mut self, head: &Head) -> Result<bool, Stopped> {
        let Some(question) = &head.intake.question else { return Ok(false) };
        if let QuestionAbout::Huge { items, lookups, seconds, .. } = &question.about {
            let (items, lookups) = (grouped(*items), grouped(*lookups));
            let time = progress::time(*seconds);
            let facts = [("items", &*items), ("lookups", &*lookups), ("time", &*time)];
            self.screen.say(filled("cli.huge", &facts));
        }
        self.page.workbench().answer_question(question.id, true);
        self.page.begin_anew().await?;
        Ok(true)
    }

    /// Prints the items that nothing is left to be done for: those before the first that waits or,
    /// if `all`, those behind it as well.
    async fn print_final(&mut self, all: bool) -> Result<(), Stopped> {
        loop {
            let rows = self.page.items(self.next).await?;
            if rows.is_empty() {
                return Ok(self.printed()?);
            }
            for row in rows {
                let record = self.page.record(row, self.asked.realm, &self.names).await?;
                match record {
                    Some(record) => self.add(&record)?,
                    None if all => {}
                    None => return Ok(self.printed()?),
                }
                self.next += 1;
            }
        }
    }

    fn add(&mut self, record: &Record) -> io::Result<()> {
        if record.answer.as_ref().is_some_and(|answer| answer.alerts > 0) {
            self.tally.alerted += 1;
        }
        if let (State::Skipped, Some(error)) = (record.state, &record.problem) {
            self.tally.add_skipped(error);
        }
        self.printer.add(record)
    }

    fn printed(&mut self) -> io::Result<()> {
        if self.printer.has_lines() {
            // Both may go to the same terminal.
            self.screen.clear();
            self.printer.flush()?;
        }
        Ok(())
    }

    /// Whether it is told how far this has come.
    fn shows_progress(&self) -> bool {
        match self.asked.progress {
            Progress::Auto => self.screen.is_terminal(),
            Progress::Always => true,
            Progress::Never => false,
        }
    }

    fn show(&self, head: &Head) {
        if self.shows_progress() && is_ahead(head) {
            self.screen.draw(&progress::line(head, jiff::Timestamp::now()));
        }
    }

    fn say_problem(&self, error: &UserError) {
        self.screen.say(filled("cli.problem", &[("problem", &problem(error))]));
    }

    /// Says what became of everything, and waits for the sign-in to be where it is found again.
    async fn end(mut self, ended: Ended, interrupt: &mut Interrupt) -> Result<Ending, Stopped> {
        self.screen.clear();
        let Some(head) = self.page.head() else { return Ok(Ending::Failed) };
        self.tally.add_counts(&head.counts);
        self.tally.session_over = ended == Ended::SignedOut;
        for left_out in &head.intake.left_out {
            self.tally.add_left_out(left_out.reason, left_out.count);
        }
        for notice in &head.notices {
            self.say_problem(&notice.error);
        }
        let counts = closing(&head, self.tally);
        let key = if ended == Ended::Early { "cli.interrupted.lookup" } else { "cli.closing" };
        self.screen.say(filled(key, &[("counts", &counts)]));
        if ended != Ended::Early {
            tokio::select! {
                // What is not kept by then is not kept.
                _ = timeout(KEEPING, sign_in::kept(&mut self.page, self.screen, self.may)) => {}
                () = interrupt.come() => {}
            }
        }
        if ended == Ended::AtTheEnd {
            // Done with: nobody need be offered to go on.
            self.page.workbench().clear();
        }
        if timeout(LAST_WRITES, self.page.workbench().flushed()).await.is_err() {
            self.screen.say(sentence("cli.lastNotKept"));
        }
        Ok(if ended == Ended::Early { Ending::Interrupted } else { self.tally.ending() })
    }
}

async fn next(groups: &mut Option<mpsc::Receiver<Group>>) -> Option<Group> {
    groups.as_mut()?.recv().await
}

/// Why nobody is asked for any more, if that is so.
fn session_over(session: &Session) -> Option<UserError> {
    match session {
        Session::Interrupted { error, .. } => Some(error.clone()),
        Session::SignedOut { error, .. } => {
            Some(error.clone().unwrap_or_else(|| UserError::new(ErrorCode::SessionEnded)))
        }
        Session::SignedIn { .. } | Session::Restoring { .. } | Session::SigningIn { .. } => None,
    }
}

/// Whether something is still to be read or asked.
fn is_ahead(head: &Head) -> bool {
    let counts = &head.counts;
    counts.unread + counts.reading + counts.waiting + counts.asking > 0
}

/// What became of everything, in words.
fn closing(head: &Head, tally: Tally) -> String {
    let counts = &head.counts;
    let left_out = |reason| {
        let of = head.intake.left_out.iter().filter(|entry| entry.reason == reason);
        of.fold(0_u32, |sum, entry| sum.saturating_add(entry.count))
    };
    let not_asked = counts.unread + counts.reading + counts.waiting + counts.asking;
    let not_read = counts.unreadable.saturating_add(left_out(LeftOutReason::Unreadable));
    let without = tally.alerted.saturating_sub(counts.alerted);
    let parts = [
        ("cli.count.alerted", counts.alerted),
        ("cli.count.noneVisible", counts.none_visible),
        ("cli.count.incomplete", counts.incomplete),
        ("cli.count.withAlerts", without),
        ("cli.count.failed", counts.failed),
        ("cli.count.unresolved", counts.unresolved),
        ("cli.count.skipped", counts.skipped),
        ("cli.count.notRead", not_read),
        ("cli.count.notAsked", not_asked + counts.cancelled),
        ("cli.count.link", left_out(LeftOutReason::Link)),
        ("cli.count.notRegular", left_out(LeftOutReason::NotRegular)),
        ("cli.count.textUnread", left_out(LeftOutReason::TextUnread)),
        ("cli.count.tooMany", left_out(LeftOutReason::TooMany)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| counted(key, count, &[]))
        .collect();
    if parts.is_empty() { sentence("cli.count.nothing").to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests;
