//! The cases, their peer and their goals.

use std::{process::ExitCode, time::Duration};

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};

use crate::{
    clients::{self, LANES, LATENCY, Outcome},
    measured, oracle,
    report::{Measure, Report, Row},
    servers::{Counting, Server},
};

const LOOKUPS: [usize; 6] = [100, 101, 1_500, 1_501, 3_000, 10_000];
/// How long before the first call a server's minutes and hours may have begun.
const PHASES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(1_799),
    Duration::from_secs(3_599),
];
/// Half a minute and half an hour.
const MID_WINDOW: Duration = Duration::from_secs(1_830);
const PEER: &str = "governor";
/// Beyond so many lookups the peer shows nothing new, and takes long to simulate.
const MOST_OF_PEER: usize = 3_000;

/// All cases.
pub(crate) struct Bench {
    report: Report,
}

/// The most that a case may take and be refused.
struct Goals {
    took: Duration,
    refused: usize,
}

impl Bench {
    pub(crate) fn new(report: Report) -> Self {
        Self { report }
    }

    /// Runs them all.
    ///
    /// # Errors
    ///
    /// If something cannot be run.
    pub(crate) fn run(mut self) -> Result<ExitCode> {
        self.alone()?;
        self.weighted()?;
        self.beside_a_second_client()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(measured::a_small_file_to_its_answer(&mut self.report))?;
        runtime.block_on(measured::answers_written(&mut self.report))?;
        Ok(if self.report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn alone(&mut self) -> Result<()> {
        let fixed = PHASES.into_iter().map(Counting::Fixed);
        let servers: Vec<Counting> = fixed.chain([Counting::Sliding, Counting::Bucket]).collect();
        for lookups in LOOKUPS {
            let rounds = u32::try_from(lookups.div_ceil(LANES))?;
            let took = oracle::alone(lookups).mul_f64(1.01) + LATENCY * rounds;
            for counting in &servers {
                let case = format!("{lookups} lookups, {} server", counting.name());
                let server = || Server::new(*counting, []);
                self.add(&case, server, lookups, |_| Goals { took, refused: 0 })?;
            }
        }
        Ok(())
    }

    fn weighted(&mut self) -> Result<()> {
        for (lookups, factor) in [(1_500, 2.2), (10_000, 1.1)] {
            let took = oracle::alone(lookups).mul_f64(factor);
            for phase in [Duration::ZERO, MID_WINDOW] {
                let counting = Counting::Weighted(phase);
                let case = format!("{lookups} lookups, {} server", counting.name());
                let server = || Server::new(counting, []);
                self.add(&case, server, lookups, |_| Goals { took, refused: 25 })?;
            }
        }
        Ok(())
    }

    fn beside_a_second_client(&mut self) -> Result<()> {
        for calls_a_minute in [5, 15] {
            for lookups in [1_500, 5_000] {
                for seed in 1..=3 {
                    let others = at_random(calls_a_minute, seed);
                    let goals = |ours: &Outcome| Goals {
                        took: oracle::beside(&ours.others, lookups).mul_f64(1.1),
                        refused: 14,
                    };
                    let case =
                        format!("{lookups} lookups beside {calls_a_minute} a minute, seed {seed}");
                    let server = || Server::new(Counting::Sliding, others.iter().copied());
                    self.add(&case, server, lookups, goals)?;
                }
            }
        }
        Ok(())
    }

    /// Simulates a case with our quota and with the peer.
    fn add(
        &mut self,
        case: &str,
        server: impl Fn() -> Server,
        lookups: usize,
        goals: impl Fn(&Outcome) -> Goals,
    ) -> Result<()> {
        let ours = paused()?.block_on(clients::ours(server(), lookups))?;
        let theirs = if lookups > MOST_OF_PEER {
            None
        } else {
            Some(paused()?.block_on(clients::governor(server(), lookups)))
        };
        let peer = |figure: fn(&Outcome) -> f64| theirs.as_ref().map(|it| (PEER, figure(it)));
        let goals = goals(&ours);
        let seconds = |outcome: &Outcome| outcome.took.as_secs_f64();
        let refused = |outcome: &Outcome| count(outcome.refused);
        self.report.add(&Row {
            case,
            measure: Measure::Time,
            figure: Some(seconds(&ours)),
            goal: goals.took.as_secs_f64(),
            peer: peer(seconds),
        });
        self.report.add(&Row {
            case,
            measure: Measure::Refusals,
            figure: Some(refused(&ours)),
            goal: count(goals.refused),
            peer: peer(refused),
        });
        Ok(())
    }
}

/// A runtime whose clock goes on only when all wait.
fn paused() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_time().start_paused(true).build()?)
}

/// Six hours of calls of a second client, so many a minute, at times that only the seed tells.
fn at_random(calls_a_minute: u32, seed: u64) -> Vec<Duration> {
    const HORIZON: Duration = Duration::from_hours(6);
    let mean = 60.0 / f64::from(calls_a_minute);
    let mut state = seed;
    let (mut at, mut calls) = (Duration::ZERO, Vec::new());
    while at < HORIZON {
        let chance = f64::from(splitmix(&mut state) >> 1) / f64::from(u32::MAX >> 1);
        at += Duration::from_secs_f64(-(1.0 - chance.min(0.999_999)).ln() * mean);
        calls.push(at);
    }
    calls
}

/// The upper half of the next number of the `SplitMix64` generator.
fn splitmix(state: &mut u64) -> u32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn count(calls: usize) -> f64 {
    calls as f64
}
