//! What the calls made so far allow: whether another may be sent, when, and what holds it. Pure: the
//! time is given, nothing is read or written.
//!
//! A call is in a window from its reservation until the window's length after its answer: the server
//! counts it somewhere in between, so that no delay of the network can put one more call into a
//! window than it takes. Calls are sent as early as that allows, a minute's worth at once. For any
//! client that is safe whatever the phase of the server's windows, none is faster.

use std::time::Duration;

use super::QuotaClass;

/// Milliseconds; a time is counted from the epoch in UTC.
pub(super) type Millis = i64;

/// A sliding window.
#[derive(Debug)]
struct Window {
    calls: usize,
    length: Millis,
}

/// Added to the length of a window, and to what a server asks for: its clock may round.
const MARGIN: Millis = 250;
const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;

/// "100 calls per minute and 1500 calls per hour" ("Get file related alerts API" page), the shorter
/// window first.
const FILES_AND_ALERTS: [Window; 2] = [
    Window { calls: 100, length: MINUTE + MARGIN },
    Window { calls: 1_500, length: HOUR + MARGIN },
];

impl QuotaClass {
    fn windows(self) -> &'static [Window; 2] {
        match self {
            Self::FilesAndAlerts => &FILES_AND_ALERTS,
        }
    }
}

/// Why the next call has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The server refused a call and asked to wait.
    Refused,
    /// Our own calls fill a window.
    WindowFull,
    /// Calls go at the lower pace.
    Paced,
}

/// When the next call may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) at: Millis,
    /// None if it need not wait.
    pub(super) why: Option<Why>,
}

/// The calls of one quota that can still be in a window, and how the quota stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Calls {
    class: QuotaClass,
    /// When those whose place is known were answered, oldest first.
    answered: Vec<Millis>,
    on_their_way: Vec<OnItsWay>,
    /// The last reservation.
    latest: Millis,
    /// When the last calls were refused, as long as that is [remembered](Self::REMEMBERED),
    /// [`MANY`](Self::MANY) at the most: of those that were on their way together the first.
    pub(super) refusals: Vec<Millis>,
    pub(super) standing: Standing,
    /// The times of calls were lost: until then there may have been more than are known.
    lost_until: Millis,
}

/// A call that was reserved and has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OnItsWay {
    number: i64,
    reserved: Millis,
    /// Of this process, which lives.
    own: bool,
}

/// How a quota stands, beside its calls. Times are 0 if there was no cause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) revision: i64,
    /// When this was so.
    pub(super) seen: Millis,
    pub(super) closed_until: Millis,
    pub(super) paced_until: Millis,
    pub(super) others_until: Millis,
    /// Between two calls at the lower pace.
    pub(super) pace: Millis,
    /// Refusals in a row that named no time to wait.
    pub(super) pauses: u8,
    /// How many calls of an hour are others', as far as refusals have told.
    pub(super) others: u16,
    /// Until when those are left to them.
    pub(super) left_until: Millis,
}

/// A call as it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) number: i64,
    pub(super) reserved: Millis,
    pub(super) answered: Option<Millis>,
    /// Of this process, which lives.
    pub(super) own: bool,
}

impl Calls {
    /// The longest time from a call's reservation to its answer: a token is refreshed (30 s), and the
    /// call may last a minute. After it a call of a process that was killed counts as answered.
    pub(super) const LONGEST_CALL: Millis = 2 * MINUTE;
    /// How long a call can matter.
    pub(super) const KEPT: Millis = HOUR + MARGIN;
    /// How long calls go at the lower pace after their times were lost.
    pub(super) const LOST: Millis = HOUR;
    /// So many refusals in a minute lower the pace.
    const MANY: usize = 3;
    /// How long a refusal is remembered: others who filled a window then do so in the next hour.
    pub(super) const REMEMBERED: Millis = 2 * HOUR;
    /// Between two calls at the lower pace: 99 a minute. A server that weighs the last minute into
    /// the present one takes that, but not a minute's worth at once.
    const PACE: Millis = 606;
    /// The same at the lowest pace: 1,485 an hour, for one that weighs the last hour as well.
    const LOWEST_PACE: Millis = 4 * Self::PACE;
    /// Added to the wait after a refusal at the lowest pace: the hour gives back as fast as calls are
    /// made, and without some room the next would be refused as well.
    const REST: Millis = MINUTE;
    /// How long a pace lasts without a refusal.
    const PACED: Millis = HOUR;
    /// A wait that speaks of the window of a minute.
    const SHORT: Millis = 2 * MINUTE;
    /// How long others are taken to use the same registration.
    const OTHERS: Millis = Self::REMEMBERED;
    /// The waits after refusals in a row that name no time.
    const PAUSES: [Millis; 5] = [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND, MINUTE];

    /// No calls.
    pub(super) fn none(class: QuotaClass) -> Self {
        Self {
            class,
            answered: Vec::new(),
            on_their_way: Vec::new(),
            latest: Millis::MIN / 2,
            refusals: Vec::new(),
            standing: Standing::default(),
            lost_until: 0,
        }
    }

    /// As they were kept.
    pub(super) fn kept(class: QuotaClass, standing: Standing, refusals: Vec<Millis>) -> Self {
        Self { refusals, standing, ..Self::none(class) }
    }

    /// Adds one that was kept.
    pub(super) fn add(&mut self, Call { number, reserved, answered, own }: Call) {
        self.latest = self.latest.max(reserved);
        match answered {
            Some(at) => self.insert(at),
            None => self.on_their_way.push(OnItsWay { number, reserved, own }),
        }
    }

    /// Calls are lost: until then there may have been more than are known.
    pub(super) fn lost_until(&mut self, until: Millis) {
        self.lost_until = self.lost_until.max(until);
    }

    /// How they stand now: what is in the future was made before the clock was set back, and counts
    /// as made now. Tells whether there is such a thing.
    pub(super) fn at(&mut self, now: Millis) -> bool {
        let went_back = self.set_back(now);
        // A process that was killed does not tell any more.
        let is_over = |call: &mut OnItsWay| !call.own && call.reserved + Self::LONGEST_CALL <= now;
        let over: Vec<OnItsWay> = self.on_their_way.extract_if(.., is_over).collect();
        for call in over {
            self.insert(call.reserved + Self::LONGEST_CALL);
        }
        let left = self.answered.partition_point(|at| at + Self::KEPT <= now);
        self.answered.drain(..left);
        self.refusals.retain(|at| at + Self::REMEMBERED > now);
        if self.standing.left_until <= now {
            self.standing.others = 0;
        }
        self.speed_up(now);
        went_back
    }

    fn set_back(&mut self, now: Millis) -> bool {
        // What was said to last until a time lasts as long as it would have.
        let by = (self.standing.seen - now).max(0);
        let Standing { closed_until, paced_until, others_until, left_until, seen, .. } =
            &mut self.standing;
        for until in [closed_until, paced_until, others_until, left_until] {
            *until -= by.min(*until);
        }
        *seen = now;
        self.lost_until = self.lost_until.min(now + Self::LOST);

        let reserved = self.on_their_way.iter_mut().map(|call| &mut call.reserved);
        let times = self.answered.iter_mut().chain(reserved);
        let times = times.chain(&mut self.refusals);
        let mut went_back = by > 0 || self.latest > now;
        for time in times.filter(|time| **time > now) {
            *time = now;
            went_back = true;
        }
        self.latest = self.latest.min(now);
        went_back
    }

    /// When the next call may be sent, at the earliest: those on their way could be answered now.
    pub(super) fn opening(&self, now: Millis) -> Opening {
        Ahead::new(self, now).next()
    }

    /// How long it takes, at the least, until so many more calls have been sent, if nobody else sends
    /// any.
    pub(super) fn soonest(&self, calls: usize, now: Millis) -> Duration {
        let Some(last) = calls.checked_sub(1) else { return Duration::ZERO };
        // What an hour's worth of calls had to wait for, the next waits for in the same order, an
        // hour later; the first two are looked at, and then all of the hour is ours again.
        let [_, hour] = self.class.windows();
        let rounds = (last / hour.calls).saturating_sub(1);
        let mut ahead = Ahead::new(self, now);
        let mut at = now;
        for _ in 0..calls - rounds * hour.calls {
            at = ahead.next().at;
            ahead.send(at);
        }
        let rounds = Millis::try_from(rounds).unwrap_or(Millis::MAX);
        let wait = (at - now).saturating_add(rounds.saturating_mul(hour.length));
        Duration::from_millis(wait.try_into().unwrap_or(0))
    }

    /// Whether a call may be sent now.
    pub(super) fn is_open(&self, now: Millis) -> bool {
        let waits_for_another = !self.on_their_way.is_empty() && self.goes_alone(now);
        !waits_for_another && self.opening(now).at <= now
    }

    /// Calls go one by one where one may be refused: a refusal then costs one call, not one a lane.
    fn goes_alone(&self, now: Millis) -> bool {
        !self.refusals.is_empty() || self.standing.paced_until > now
    }

    /// How many calls of each window are ours at a time from now on. While a refusal is remembered a
    /// fifth of the minute is left to whoever else may use the registration, and of the hour what
    /// they were seen to take: each call of theirs would refuse one of ours.
    fn shares(&self, at: Millis) -> [usize; 2] {
        let [minute, hour] = self.class.windows();
        let Standing { others, left_until, .. } = self.standing;
        let [forgotten, _] = self.ends_of_shares();
        let of_minute = if forgotten > at { minute.calls / 5 } else { 0 };
        let of_hour = if left_until > at { usize::from(others).min(hour.calls / 2) } else { 0 };
        [minute.calls - of_minute, hour.calls - of_hour]
    }

    /// When more of a window becomes ours.
    fn ends_of_shares(&self) -> [Millis; 2] {
        let forgotten = self.refusals.last().map_or(0, |at| at + Self::REMEMBERED);
        [forgotten, self.standing.left_until]
    }

    /// How many calls were made in so long a time.
    fn within(&self, length: Millis, now: Millis) -> usize {
        let before = self.answered.partition_point(|at| at + length <= now);
        self.answered.len() - before + self.on_their_way.len()
    }

    /// Whether calls of other processes are on their way, which may be given back unseen.
    pub(super) fn awaits_others(&self) -> bool {
        self.on_their_way.iter().any(|call| !call.own)
    }

    /// Until when a refusal holds all calls, if one does.
    pub(super) fn closed(&self, now: Millis) -> Option<Millis> {
        Some(self.standing.closed_until).filter(|until| *until > now)
    }

    /// Whether others use the same app registration.
    pub(super) fn is_shared(&self, now: Millis) -> bool {
        self.standing.others_until > now
    }

    /// A call is reserved.
    pub(super) fn reserve(&mut self, number: i64, now: Millis) {
        self.latest = now;
        self.on_their_way.push(OnItsWay { number, reserved: now, own: true });
    }

    /// A call's response has come, or none will.
    pub(super) fn answer(&mut self, number: i64, now: Millis) {
        self.give_back(number);
        self.insert(now);
    }

    /// A call was not sent.
    pub(super) fn give_back(&mut self, number: i64) {
        self.on_their_way.retain(|call| call.number != number);
    }

    /// A call was refused, which was answered at that time. `asked` is how long the server asked to
    /// wait, already within bounds; `chance`, between 0 and 1, spreads the waits of those who were
    /// not told.
    pub(super) fn refuse(
        &mut self,
        answered: Option<Millis>,
        asked: Option<Millis>,
        chance: f64,
        now: Millis,
    ) {
        // The server has not taken it.
        let place = answered.and_then(|at| self.answered.binary_search(&at.min(now)).ok());
        if let Some(place) = place {
            self.answered.remove(place);
        }
        let mut rest = 0;
        // The others that were on their way are refused for the same reason.
        if self.closed(now).is_none() {
            self.count_pauses(asked);
            if self.lost_until <= now {
                rest = self.rest(asked, now);
                self.suspect(asked, now);
            }
        }
        let wait = asked.unwrap_or_else(|| self.pause(chance)) + MARGIN + rest;
        self.standing.closed_until = self.standing.closed_until.max(now + wait);
    }

    fn count_pauses(&mut self, asked: Option<Millis>) {
        let standing = &mut self.standing;
        let since = self.answered.partition_point(|at| *at < standing.closed_until);
        let succeeded = self.answered.len() > since;
        standing.pauses = match asked {
            None if succeeded => 1,
            None => standing.pauses.saturating_add(1),
            Some(_) => 0,
        };
    }

    /// How long to wait after a refusal that names no time.
    fn pause(&self, chance: f64) -> Millis {
        let last = Self::PAUSES.len() - 1;
        let pause = Self::PAUSES[usize::from(self.standing.pauses.saturating_sub(1)).min(last)];
        #[expect(clippy::cast_possible_truncation, reason = "at most a quarter of a minute")]
        #[expect(clippy::cast_precision_loss, reason = "at most a minute")]
        let spread = (pause as f64 / 4.0 * chance) as Millis;
        pause + spread
    }

    /// Takes a refusal for what it can mean. None is explained by our own calls, which are sent only
    /// where they leave room in both windows.
    fn suspect(&mut self, asked: Option<Millis>, now: Millis) {
        if self.refusals.len() == Self::MANY {
            self.refusals.remove(0);
        }
        self.refusals.push(now);
        let Some(asked) = asked else { return };
        if self.speaks_of_others(asked, now) {
            self.standing.others_until = now + Self::OTHERS;
        }
        self.leave_to_others(asked, now);
        if asked <= Self::SHORT {
            self.slow_down(now);
        }
    }

    /// Learns how much of the hour others take. Where ours are not even half of it, a refusal speaks
    /// of something else.
    fn leave_to_others(&mut self, asked: Millis, now: Millis) {
        let [minute, hour] = self.class.windows();
        let ours = self.within(hour.length, now);
        let known = usize::from(self.standing.others);
        let others = if asked > Self::SHORT {
            hour.calls.saturating_sub(ours)
        } else if known > 0 && ours + known + minute.calls > hour.calls {
            // The hour was nearly full by what is known: they take more.
            known + hour.calls / 50
        } else {
            return;
        };
        if others > hour.calls / 2 {
            return;
        }
        self.standing.others = u16::try_from(others).unwrap_or(0);
        self.standing.others_until = now + Self::OTHERS;
        self.standing.left_until = now + Self::REMEMBERED;
    }

    /// How long to wait beyond what was asked.
    fn rest(&self, asked: Option<Millis>, now: Millis) -> Millis {
        let Standing { paced_until, pace, .. } = self.standing;
        let is_short = asked.is_some_and(|asked| asked <= Self::SHORT);
        if is_short && paced_until > now && pace >= Self::LOWEST_PACE { Self::REST } else { 0 }
    }

    /// Many refusals lead to the lower pace; each further one doubles the time between two calls.
    fn slow_down(&mut self, now: Millis) {
        let lately = self.refusals.iter().filter(|at| **at + MINUTE > now).count();
        let Standing { paced_until, pace, .. } = &mut self.standing;
        *pace = if *paced_until > now {
            (*pace * 2).min(Self::LOWEST_PACE)
        } else if lately >= Self::MANY {
            Self::PACE
        } else {
            return;
        };
        *paced_until = now + Self::PACED;
    }

    /// An hour without a refusal halves the time between two calls, until the lower pace ends.
    fn speed_up(&mut self, now: Millis) {
        let Standing { paced_until, pace, .. } = &mut self.standing;
        while *pace > Self::PACE && *paced_until <= now {
            *pace /= 2;
            *paced_until += Self::PACED;
        }
    }

    /// Whether nothing but calls of others explains a refusal. A server that weighs the last window
    /// into the present one refuses when we alone fill both.
    fn speaks_of_others(&self, asked: Millis, now: Millis) -> bool {
        let [minute, hour] = self.class.windows();
        if asked <= Self::SHORT {
            self.within(2 * minute.length, now) < minute.calls
        } else {
            self.within(hour.length, now) < hour.calls
        }
    }

    fn insert(&mut self, at: Millis) {
        let place = self.answered.partition_point(|other| *other <= at);
        self.answered.insert(place, at);
    }
}

/// The calls to come, each as early as it can be.
struct Ahead<'a> {
    calls: &'a Calls,
    now: Millis,
    sent: Vec<Millis>,
}

impl<'a> Ahead<'a> {
    fn new(calls: &'a Calls, now: Millis) -> Self {
        Self { calls, now, sent: Vec::new() }
    }

    fn next(&self) -> Opening {
        let from = self.sent.last().copied().unwrap_or(self.now);
        let mut opening = self.by(self.calls.shares(from));
        for end in self.calls.ends_of_shares() {
            if from < end && end < opening.at {
                let mut then = self.by(self.calls.shares(end));
                then.not_before(end, Why::WindowFull);
                if then.at < opening.at {
                    opening = then;
                }
            }
        }
        opening
    }

    /// The same where so many calls of each window are ours.
    fn by(&self, shares: [usize; 2]) -> Opening {
        let standing = &self.calls.standing;
        let earliest = self.sent.last().copied().unwrap_or(self.now);
        let mut opening = Opening { at: earliest, why: None };
        opening.not_before(standing.closed_until, Why::Refused);
        for (window, calls) in self.calls.class.windows().iter().zip(shares) {
            if let Some(at) = self.last_but(calls) {
                opening.not_before(at + window.length, Why::WindowFull);
            }
        }
        if opening.at < standing.paced_until.max(self.calls.lost_until) {
            let latest = self.sent.last().copied().unwrap_or(self.calls.latest.min(self.now));
            opening.not_before(latest + standing.pace.max(Calls::PACE), Why::Paced);
        }
        opening
    }

    fn send(&mut self, at: Millis) {
        self.sent.push(at);
    }

    /// When the call was made that is so many before the next.
    fn last_but(&self, calls: usize) -> Option<Millis> {
        let Some(before) = calls.checked_sub(self.sent.len()).filter(|before| *before > 0) else {
            return self.sent.get(self.sent.len() - calls).copied();
        };
        let Some(before) = before.checked_sub(self.calls.on_their_way.len()).filter(|it| *it > 0)
        else {
            return Some(self.now);
        };
        let place = self.calls.answered.len().checked_sub(before)?;
        self.calls.answered.get(place).map(|at| (*at).min(self.now))
    }
}

impl Opening {
    fn not_before(&mut self, at: Millis, why: Why) {
        if at > self.at {
            *self = Self { at, why: Some(why) };
        }
    }
}
