//! Emergence scores of evaluations drawn in a world, and rows of estimates that reach a cut.

use crate::domain::{Basis, Form, Pairing, Reducer, Scenario, StepChances, StepInformation};
use crate::study::Rate;
use crate::study::null::{Hypothesis, Ranked, reaches};

/// Evaluations drawn in each world.
pub const SCORE_REPLICATES: u64 = 10_000;

/// Bars of scores are one wide, and lie between these; the outermost hold all beyond as well.
const BARS: (i32, i32) = (-9, 17);

/// Rows that are shown of each world.
const ROWS: usize = 3;

/// What the evaluations of a world score.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnScores {
    /// How many there are.
    pub replicates: u64,
    /// From which score on, and the share of them: bars one wide, the outermost with all beyond.
    pub bars: Vec<(f64, f64)>,
    /// The score that half of them reach.
    pub median: f64,
    /// The score that one in twenty reaches.
    pub one_in_twenty: f64,
    /// The limits that the replicates leave to it.
    pub limits: (f64, f64),
    /// How many scores are infinite before they are clipped.
    pub infinite: u64,
    /// How often the score that one in twenty of the first world reaches is reached here.
    pub reached: Rate,
    /// The first evaluations that reach it: credits in order of scale, and the score.
    pub rows: Vec<(Vec<f64>, f64)>,
}

/// Whether evaluations of this world can be drawn and scored.
pub(super) fn is_scored(world: &Scenario) -> bool {
    hypothesis(world).is_some()
}

/// The law of the estimates of the first metric.
fn hypothesis(world: &Scenario) -> Option<Hypothesis> {
    let evaluation = &world.evaluation;
    let metric = evaluation.metrics.as_slice().first()?;
    let scales = evaluation.scales.as_slice();
    // Noise that scales share is not what a hypothesis draws.
    let is_told = evaluation.pairing == Pairing::Independent
        && world.step_information() == StepInformation::Independent
        && metric.form == Form::Plain
        && metric.reducer == Reducer::Mean
        && scales.len() >= 3;
    let first = scales.first().filter(|_| is_told)?;
    let chances = world.chances();
    let Basis::Counted(credit) = chances.at(*first).basis(metric.credit) else {
        return None;
    };
    let steps = scales.iter().map(|&scale| chances.at(scale).independent());
    let steps: Vec<StepChances> = steps.collect::<Option<_>>()?;
    Hypothesis::new(credit, evaluation.attempts_at_all_items(), &steps)
}

/// Scores of all worlds, held against the cut of the first.
pub(super) fn drawn_scores(worlds: &[Scenario]) -> Vec<DrawnScores> {
    let mut cut = None;
    worlds
        .iter()
        .filter_map(|world| {
            let replicates = 0..SCORE_REPLICATES;
            let drawn: Vec<_> = hypothesis(world)?.drawn(world.seed, replicates).collect();
            let ranked = Ranked::new(drawn.iter().map(|one| one.1.emergence).collect());
            let cut = *cut.get_or_insert(ranked.quantile(0.95));
            let mut reaching = drawn.iter().filter(|one| reaches(one.1.emergence, cut));
            let hits = reaching.clone().count() as u64;
            let level = world.evaluation.level;
            Some(DrawnScores {
                replicates: SCORE_REPLICATES,
                bars: bars(drawn.iter().map(|one| one.1.emergence)),
                median: ranked.quantile(0.5),
                one_in_twenty: ranked.quantile(0.95),
                limits: ranked.limits(0.95, level),
                infinite: drawn.iter().filter(|one| one.1.infinite).count() as u64,
                reached: Rate::of(hits, SCORE_REPLICATES, level),
                rows: reaching
                    .by_ref()
                    .take(ROWS)
                    .map(|(credits, scores)| (credits.clone(), scores.emergence))
                    .collect(),
            })
        })
        .collect()
}

/// The share of scores in each bar.
fn bars(scores: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    let (first, last) = (BARS.0, BARS.1 - 1);
    let mut counts = vec![0_u64; (last - first + 1) as usize];
    let mut all = 0_u64;
    for score in scores {
        // A ratio of whole numbers that is a whole number itself may be a hair less.
        let bar = (score + 1e-9)
            .floor()
            .clamp(f64::from(first), f64::from(last));
        counts[(bar as i32 - first) as usize] += 1;
        all += 1;
    }
    let shares = counts
        .into_iter()
        .map(|count| count as f64 / all.max(1) as f64);
    (first..).map(f64::from).zip(shares).collect()
}
