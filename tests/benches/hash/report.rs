//! What was measured, as a table or an object a line.

use serde_json::json;

/// Prints rows as they come.
pub(crate) struct Report {
    json: bool,
    /// Something missed its goal.
    missed: bool,
}

/// One figure of a case.
pub(crate) struct Row<'a> {
    pub(crate) case: &'a str,
    /// What of it was measured.
    pub(crate) measure: Measure,
    /// The program that it is compared with.
    pub(crate) peer: &'a str,
    /// What was measured of either side, in seconds; none where there is no other side.
    pub(crate) sides: Option<(f64, f64)>,
    /// None where it was not measured.
    pub(crate) figure: Option<f64>,
    /// The most that the figure may be.
    pub(crate) goal: f64,
    pub(crate) holds: Holds,
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Ours to theirs.
    Cpu,
    /// Ours to theirs.
    Wall,
    /// Milliseconds.
    Latency,
    /// Millions of bytes.
    Memory,
}

/// Whether a goal was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Yes,
    No,
    /// The peer is not there.
    NotRun,
    /// This processor has no instructions for SHA.
    NotApplicable,
    /// The peer uses those instructions as we do.
    ForInformation,
}

impl Holds {
    fn text(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotRun => "not run",
            Self::NotApplicable => "not applicable",
            Self::ForInformation => "for information",
        }
    }
}

impl Measure {
    fn text(self) -> &'static str {
        match self {
            Self::Cpu => "CPU, ratio",
            Self::Wall => "wall, ratio",
            Self::Latency => "ms",
            Self::Memory => "MB",
        }
    }
}

impl Report {
    /// The beginning.
    pub(crate) fn new(json: bool) -> Self {
        if !json {
            println!(
                "{:<35}{:<24}{:<12}{:>8}{:>8}{:>8}{:>7}  holds",
                "case", "peer", "measure", "ours, s", "its, s", "figure", "goal"
            );
        }
        Self { json, missed: false }
    }

    /// Prints one row.
    pub(crate) fn add(&mut self, row: &Row<'_>) {
        self.missed |= row.holds == Holds::No;
        let Row { case, measure, peer, sides, figure, goal, holds } = row;
        let (measure, holds) = (measure.text(), holds.text());
        if self.json {
            let rounded = |figure: f64| (figure * 1_000.0).round() / 1_000.0;
            let line = json!({
                "case": case, "measure": measure, "peer": peer,
                "ours": sides.map(|sides| rounded(sides.0)),
                "theirs": sides.map(|sides| rounded(sides.1)),
                "figure": figure.map(rounded), "goal": goal, "holds": holds,
            });
            println!("{line}");
        } else {
            let text = |figure: Option<f64>, digits| {
                figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.digits$}"))
            };
            let (ours, theirs) = (sides.map(|sides| sides.0), sides.map(|sides| sides.1));
            let (ours, theirs, figure) = (text(ours, 3), text(theirs, 3), text(*figure, 2));
            println!(
                "{case:<35}{peer:<24}{measure:<12}{ours:>8}{theirs:>8}{figure:>8}{goal:>7.2}  {holds}"
            );
        }
    }

    /// Whether every goal that could be was met.
    pub(crate) fn holds(&self) -> bool {
        !self.missed
    }
}
