//! The cases, their peers and their goals.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use droptrace_core::{
    digest::{Further, ReadJob, Readers, Ticket},
    intake::origin_of,
};

use crate::{
    corpora::{self, Corpus},
    measured::{Cost, median, run},
    read_text,
    report::{Holds, Measure, Report, Row},
    sums::{Sums, sorted_lines},
};

/// All cases, on this machine.
pub(crate) struct Bench {
    program: String,
    folder: PathBuf,
    output: PathBuf,
    report: Report,
    has_sha: bool,
}

/// A program that is measured, as its stages: the output of each is the input of the next.
struct Contender {
    name: &'static str,
    /// What must be there for it.
    programs: &'static [&'static str],
    stages: Vec<Vec<String>>,
    /// Whether it writes from two processes at a time, which can part each other's lines.
    parts_lines: bool,
}

/// A figure of a case that has a goal.
struct Goal {
    peer: &'static str,
    measure: Measure,
    most: f64,
}

const fn goal(peer: &'static str, measure: Measure, most: f64) -> Goal {
    Goal { peer, measure, most }
}

const OURS: &str = "droptrace-cli hash";
const OPENSSL: &str = "openssl dgst -sha1";
const SHA1SUM: &str = "sha1sum";
const XARGS_OPENSSL: &str = "xargs -P2 openssl dgst";
const XARGS_SHA1SUM: &str = "xargs -P2 sha1sum";
const RHASH: &str = "rhash -r";
const RIPGREP: &str = "rg -o";

/// As in the table of the README.
const ONE_BIG: (&str, &[Goal]) = (
    "1 GiB file, cached",
    &[
        goal(OPENSSL, Measure::Cpu, 1.0),
        goal(OPENSSL, Measure::Wall, 1.05),
        goal(SHA1SUM, Measure::Cpu, 0.6),
    ],
);
const SMALL: (&str, &[Goal]) = (
    "20,000 files of 8 KiB",
    &[
        goal(XARGS_OPENSSL, Measure::Cpu, 0.65),
        goal(XARGS_OPENSSL, Measure::Wall, 0.65),
        goal(XARGS_SHA1SUM, Measure::Cpu, 0.55),
        goal(XARGS_SHA1SUM, Measure::Wall, 0.6),
        goal(RHASH, Measure::Wall, 0.65),
    ],
);
const MIXED: (&str, &[Goal]) = (
    "mixed tree, 6,000 files, 750 MB",
    &[goal(XARGS_SHA1SUM, Measure::Wall, 0.65), goal(RHASH, Measure::Wall, 0.8)],
);
const TEXT: (&str, &[Goal]) =
    ("a million lines of text to items", &[goal(RIPGREP, Measure::Cpu, 1.5)]);
const PROGRESS: &str = "progress on against off";
const CANCEL: &str = "cancel in a 50 GB sparse file";
const MEMORY: &str = "memory over 100,000 files";

impl Bench {
    /// On this machine, with our program at this path, and files in this folder.
    pub(crate) fn new(program: &Path, folder: PathBuf, report: Report) -> Result<Self> {
        fs::create_dir_all(&folder).context("cannot make the folder of the bench")?;
        let program = text_of(program)?;
        let output = folder.join("output");
        fs::create_dir_all(&output)?;
        Ok(Self { program, folder, output, report, has_sha: has_sha_instructions() })
    }

    /// Runs them all.
    ///
    /// # Errors
    ///
    /// If something cannot be run, and if two programs differ in a digest.
    pub(crate) fn run(mut self) -> Result<ExitCode> {
        // First, while this process is small: until a program is started anew in it, a child counts
        // the memory of its parent as its own.
        self.memory()?;
        self.one_big()?;
        self.small()?;
        self.mixed()?;
        self.text()?;
        self.progress()?;
        self.cancel()?;
        Ok(if self.report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn one_big(&mut self) -> Result<()> {
        let corpus = corpora::one_big(&self.folder)?;
        let path = text_of(&corpus.path)?;
        let contenders = [
            self.ours(&path),
            contender(OPENSSL, &["openssl"], &[&["openssl", "dgst", "-sha1", "-r", &path]]),
            contender(SHA1SUM, &["sha1sum"], &[&["sha1sum", &path]]),
        ];
        self.compare(ONE_BIG, 7, &corpus, &contenders)
    }

    fn small(&mut self) -> Result<()> {
        let corpus = corpora::small(&self.folder)?;
        let path = text_of(&corpus.path)?;
        let contenders = [
            self.ours(&path),
            in_parallel(XARGS_OPENSSL, &corpus, &["openssl", "dgst", "-sha1", "-r"])?,
            in_parallel(XARGS_SHA1SUM, &corpus, &["sha1sum"])?,
            contender(RHASH, &["rhash"], &[&["rhash", "--sha1", "-r", &path]]),
        ];
        self.compare(SMALL, 11, &corpus, &contenders)
    }

    fn mixed(&mut self) -> Result<()> {
        let corpus = corpora::mixed(&self.folder)?;
        let path = text_of(&corpus.path)?;
        let contenders = [
            self.ours(&path),
            in_parallel(XARGS_SHA1SUM, &corpus, &["sha1sum"])?,
            contender(RHASH, &["rhash"], &[&["rhash", "--sha1", "-r", &path]]),
        ];
        self.compare(MIXED, 7, &corpus, &contenders)
    }

    fn ours(&self, path: &str) -> Contender {
        contender(OURS, &[], &[&[&self.program, "hash", "--progress=never", path]])
    }

    /// Runs the contenders by turns, the first of which is ours, and adds a row for each goal.
    fn compare(
        &mut self,
        (case, goals): (&str, &[Goal]),
        rounds: usize,
        corpus: &Corpus,
        contenders: &[Contender],
    ) -> Result<()> {
        let there: Vec<&Contender> = contenders.iter().filter(|each| each.is_there()).collect();
        // Nobody to compare with would be nobody to check it by.
        let costs = if there.len() > 1 && self.has_sha {
            self.by_turns(rounds, &there, |outputs| {
                let ours = Sums::read(&outputs[0])?;
                for (contender, output) in there.iter().zip(outputs).skip(1) {
                    if contender.parts_lines {
                        let bytes = fs::metadata(output)?.len();
                        ensure!(
                            bytes == ours.printed(),
                            "{} printed {bytes} bytes",
                            contender.name
                        );
                    } else {
                        ours.agree(&Sums::read(output)?, corpus.files)?;
                    }
                }
                Ok(())
            })?
        } else {
            Vec::new()
        };
        for contender in there.iter().filter(|each| each.parts_lines && !costs.is_empty()) {
            self.check_alone(contender, corpus)?;
        }
        let costs_of = |name: &str| {
            let place = there.iter().position(|each| each.name == name)?;
            costs.get(place).map(Vec::as_slice)
        };
        // As fast as who uses the instructions for SHA uses them, too.
        let sha1sum_uses_them = costs_of(SHA1SUM)
            .zip(costs_of(OPENSSL))
            .is_some_and(|(sums, openssl)| ratio(Measure::Cpu, sums, openssl) < 1.25);
        for Goal { peer, measure, most } in goals {
            let both = costs_of(OURS).zip(costs_of(peer));
            let figure = both.map(|(ours, theirs)| ratio(*measure, ours, theirs));
            let holds = match figure {
                _ if !self.has_sha => Holds::NotApplicable,
                None => Holds::NotRun,
                Some(_) if *peer == SHA1SUM && sha1sum_uses_them => Holds::ForInformation,
                Some(figure) => held(figure, *most),
            };
            let sides = both.map(|both| middles(*measure, both));
            let (measure, goal) = (*measure, *most);
            self.report.add(&Row { case, measure, peer, sides, figure, goal, holds });
        }
        Ok(())
    }

    /// Compares a contender that parts lines with ours once more, one process at a time.
    fn check_alone(&self, contender: &Contender, corpus: &Corpus) -> Result<()> {
        let alone = |word: &String| if word == "-P2" { "-P1".to_owned() } else { word.clone() };
        let stages: Vec<Vec<String>> =
            contender.stages.iter().map(|stage| stage.iter().map(alone).collect()).collect();
        let (ours, theirs) = (self.output.join("0"), self.output.join("alone"));
        run(&stages, &theirs)?;
        Sums::read(&ours)?.agree(&Sums::read(&theirs)?, corpus.files)
    }

    fn text(&mut self) -> Result<()> {
        let corpus = corpora::text(&self.folder)?;
        let path = text_of(&corpus.path)?;
        let own = std::env::current_exe().context("where is this program?")?;
        let patterns = [40, 64, 32].map(|digits| format!(r"\b[0-9a-fA-F]{{{digits}}}\b"));
        let mut ripgrep = vec!["rg", "--no-config", "--only-matching", "--no-line-number"];
        ripgrep.extend(patterns.iter().flat_map(|pattern| ["-e", pattern]));
        ripgrep.push(&path);
        let contenders = [
            contender(OURS, &[], &[&[&text_of(&own)?, read_text::ARGUMENT, &path]]),
            contender(RIPGREP, &["rg"], &[&ripgrep]),
        ];
        let (case, goals) = TEXT;
        let mut costs = Vec::new();
        if contenders[1].is_there() {
            costs = self.by_turns(7, &contenders.each_ref(), |outputs| {
                let (ours, theirs) = (sorted_lines(&outputs[0])?, sorted_lines(&outputs[1])?);
                ensure!(ours.len() == 100_000, "{} of 100,000 digests are found", ours.len());
                ensure!(ours == theirs, "two programs find different digests");
                Ok(())
            })?;
        }
        for Goal { peer, measure, most } in goals {
            let both = costs.first().zip(costs.get(1)).map(|(a, b)| (&a[..], &b[..]));
            let figure = both.map(|(ours, theirs)| ratio(*measure, ours, theirs));
            let sides = both.map(|both| middles(*measure, both));
            let holds = figure.map_or(Holds::NotRun, |figure| held(figure, *most));
            let (measure, goal) = (*measure, *most);
            self.report.add(&Row { case, measure, peer, sides, figure, goal, holds });
        }
        Ok(())
    }

    fn progress(&mut self) -> Result<()> {
        const MOST: f64 = 1.02;
        let corpus = corpora::one_big(&self.folder)?;
        let path = text_of(&corpus.path)?;
        let with =
            |when| contender(OURS, &[], &[&[&self.program, "hash", "--progress", when, &path]]);
        let contenders = [with("always"), with("never")];
        let costs = self.by_turns(15, &contenders.each_ref(), |outputs| {
            Sums::read(&outputs[0])?.agree(&Sums::read(&outputs[1])?, corpus.files)
        })?;
        let figure = ratio(Measure::Cpu, &costs[0], &costs[1]);
        self.report.add(&Row {
            case: PROGRESS,
            measure: Measure::Cpu,
            peer: "itself",
            sides: Some(middles(Measure::Cpu, (&costs[0], &costs[1]))),
            figure: Some(figure),
            goal: MOST,
            holds: held(figure, MOST),
        });
        Ok(())
    }

    /// From the cancellation to the end of the reading: then the reader has let go of the file.
    fn cancel(&mut self) -> Result<()> {
        const MOST: f64 = 50.0;
        const ROUNDS: usize = 9;
        let corpus = corpora::sparse(&self.folder)?;
        let readers = Readers::start(Further::default(), |_: u8, _| {});
        let mut worst = Duration::ZERO;
        for _ in 0..ROUNDS {
            let (origin, ticket) = (origin_of(&corpus.path), Arc::new(Ticket::default()));
            let before = readers.bytes();
            readers.read([ReadJob {
                file: Arc::clone(&origin.at),
                size: 50_000_000_000,
                device: origin.device,
                looked_at: false,
                follow: true,
                ticket: Arc::clone(&ticket),
                tag: 0,
            }]);
            while readers.bytes() < before + (64 << 20) {
                thread::yield_now();
            }
            let cancelled = Instant::now();
            ticket.cancel();
            while Arc::strong_count(&origin.at) > 1 {
                thread::yield_now();
            }
            worst = worst.max(cancelled.elapsed());
        }
        let figure = worst.as_secs_f64() * 1_000.0;
        self.report.add(&Row {
            case: CANCEL,
            measure: Measure::Latency,
            peer: "-",
            sides: None,
            figure: Some(figure),
            goal: MOST,
            holds: held(figure, MOST),
        });
        Ok(())
    }

    fn memory(&mut self) -> Result<()> {
        const MOST: f64 = 32.0;
        const ROUNDS: usize = 5;
        let corpus = corpora::tiny(&self.folder)?;
        let ours = self.ours(&text_of(&corpus.path)?);
        let output = self.output.join("memory");
        let mut worst = 0;
        for _ in 0..ROUNDS {
            worst = worst.max(run(&ours.stages, &output)?.memory);
        }
        #[expect(clippy::cast_precision_loss, reason = "an amount of memory, to look at")]
        let figure = worst as f64 / 1e6;
        self.report.add(&Row {
            case: MEMORY,
            measure: Measure::Memory,
            peer: "-",
            sides: None,
            figure: Some(figure),
            goal: MOST,
            holds: held(figure, MOST),
        });
        Ok(())
    }

    /// The costs of each contender in each round; each round begins with another one, and one round
    /// goes before that is not counted. What they printed is checked after every round.
    fn by_turns(
        &self,
        rounds: usize,
        contenders: &[&Contender],
        check: impl Fn(&[PathBuf]) -> Result<()>,
    ) -> Result<Vec<Vec<Cost>>> {
        let outputs: Vec<PathBuf> =
            (0..contenders.len()).map(|number| self.output.join(number.to_string())).collect();
        let mut costs = vec![Vec::new(); contenders.len()];
        for round in 0..=rounds {
            for turn in 0..contenders.len() {
                let turn = (turn + round) % contenders.len();
                let cost = run(&contenders[turn].stages, &outputs[turn])?;
                if round > 0 {
                    costs[turn].push(cost);
                }
            }
            check(&outputs)?;
        }
        Ok(costs)
    }
}

impl Contender {
    fn is_there(&self) -> bool {
        self.programs.iter().all(|program| {
            // The one among them that knows no `--version` gives an error, which tells as well.
            let mut command = Command::new(program);
            command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null());
            command.stderr(Stdio::null()).status().is_ok()
        })
    }
}

fn contender(
    name: &'static str,
    programs: &'static [&'static str],
    stages: &[&[&str]],
) -> Contender {
    let owned = |stage: &&[&str]| stage.iter().map(|&word| word.to_owned()).collect();
    Contender { name, programs, stages: stages.iter().map(owned).collect(), parts_lines: false }
}

/// A program for every file of a folder, two at a time; ten calls in all, so that the work divides
/// evenly and starting them costs little.
fn in_parallel(name: &'static str, corpus: &Corpus, program: &[&str]) -> Result<Contender> {
    let path = text_of(&corpus.path)?;
    let files = corpus.files.div_ceil(10).to_string();
    let xargs = [&["xargs", "-0", "-P2", "-n", &files], program].concat();
    // `sha1sum` writes line by line, so that its lines stay whole.
    let parts_lines = program.first() == Some(&"openssl");
    let programs: &[&str] =
        if parts_lines { &["find", "xargs", "openssl"] } else { &["find", "xargs", "sha1sum"] };
    let find = ["find", &path, "-type", "f", "-print0"];
    Ok(Contender { parts_lines, ..contender(name, programs, &[&find, &xargs]) })
}

/// The middle of the ratios of all rounds: what slows a round down, slows both sides.
fn ratio(measure: Measure, ours: &[Cost], theirs: &[Cost]) -> f64 {
    let both = ours.iter().zip(theirs);
    median(both.map(|(ours, theirs)| of(measure, ours) / of(measure, theirs)).collect())
}

/// The middle of either side.
fn middles(measure: Measure, (ours, theirs): (&[Cost], &[Cost])) -> (f64, f64) {
    let middle = |costs: &[Cost]| median(costs.iter().map(|cost| of(measure, cost)).collect());
    (middle(ours), middle(theirs))
}

fn of(measure: Measure, cost: &Cost) -> f64 {
    match measure {
        Measure::Wall => cost.wall.as_secs_f64(),
        Measure::Cpu | Measure::Latency | Measure::Memory => cost.cpu.as_secs_f64(),
    }
}

fn held(figure: f64, most: f64) -> Holds {
    // As it is printed: with two digits.
    if (figure * 100.0).round() <= (most * 100.0).round() { Holds::Yes } else { Holds::No }
}

fn text_of(path: &Path) -> Result<String> {
    Ok(path.to_str().context("a path of the bench is no text")?.to_owned())
}

/// Whether the processor has instructions for SHA-1.
fn has_sha_instructions() -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return std::arch::is_x86_feature_detected!("sha");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("sha2");
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    false
}
