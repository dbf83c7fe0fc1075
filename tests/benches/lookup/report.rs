//! What came of it, as a table or an object a line.

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
    pub(crate) measure: Measure,
    /// None where it was not measured.
    pub(crate) figure: Option<f64>,
    /// The most that the figure may be; of a rate, the least.
    pub(crate) goal: f64,
    /// The same of what it is compared with, and its name.
    pub(crate) peer: Option<(&'a str, f64)>,
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Seconds until the last answer.
    Time,
    /// Calls that the server refused.
    Refusals,
    /// Milliseconds, measured on this machine.
    Latency,
    /// So many a second, measured on this machine; the more the better.
    Rate,
}

impl Measure {
    fn text(self) -> &'static str {
        match self {
            Self::Time => "time, s",
            Self::Refusals => "refusals",
            Self::Latency => "ms",
            Self::Rate => "a second",
        }
    }

    fn is_beyond(self, figure: f64, goal: f64) -> bool {
        match self {
            // Simulated to the millisecond.
            Self::Time | Self::Latency => (figure * 1e3).round() > (goal * 1e3).round(),
            Self::Refusals => figure > goal,
            Self::Rate => figure < goal,
        }
    }
}

impl Report {
    /// The beginning.
    pub(crate) fn new(json: bool) -> Self {
        if !json {
            println!(
                "{:<44}{:<10}{:>11}{:>11}  {:<14}  peer",
                "case", "measure", "figure", "goal", "holds"
            );
        }
        Self { json, missed: false }
    }

    /// Prints one row.
    pub(crate) fn add(&mut self, row: &Row<'_>) {
        let Row { case, measure, figure, goal, peer } = row;
        let misses = figure.is_some_and(|figure| measure.is_beyond(figure, *goal));
        self.missed |= misses;
        let holds = match figure {
            None => "not run",
            Some(_) if misses => "no",
            Some(_) => "yes",
        };
        let measure = measure.text();
        if self.json {
            let rounded = |figure: f64| (figure * 1_000.0).round() / 1_000.0;
            let line = json!({
                "case": case, "measure": measure, "figure": figure.map(rounded),
                "goal": rounded(*goal), "holds": holds, "peer": peer.map(|peer| peer.0),
                "theirs": peer.map(|peer| rounded(peer.1)),
            });
            println!("{line}");
        } else {
            let figure = figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.2}"));
            let peer = peer.map(|(name, figure)| format!("{name} {figure:.2}")).unwrap_or_default();
            println!("{case:<44}{measure:<10}{figure:>11}{goal:>11.2}  {holds:<14}  {peer}");
        }
    }

    /// Whether every goal was met that was measured.
    pub(crate) fn holds(&self) -> bool {
        !self.missed
    }
}
