//! A scenario, what was counted, and what it says.

use std::sync::atomic::{AtomicBool, Ordering};

use super::difference::differences;
use super::repeated::{Repeated, repeated};
use super::run_groups::{RunGroups, run_groups};
use super::training_runs::{TrainingRuns, training_runs};
use super::view::expected as expected_credit;
use super::{
    Anatomy, Confidence, CreditSummary, Curve, Difference, Estimate, UsefulFrom, anatomy,
    expected_curve, expected_curve_over, z_score,
};
use crate::domain::{Credit, Metric, Scale, Scenario};
use crate::engine::{Failure, Interrupted, Tally};

/// Evaluations drawn for the dip of the runs at one scale.
const RUN_GROUP_REPLICATES: u64 = 1000;

/// One metric at one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The scale.
    pub scale: Scale,
    /// The metric.
    pub metric: Metric,
    /// The mean credit of the simulated attempts; `None` where none were.
    pub estimate: Option<Estimate>,
    /// The mean credit of new items, computed; `None` where no method computes it.
    pub expected: Option<f64>,
    /// The normal score of the estimate under what was expected; see [`z_score`].
    pub z: Option<f64>,
}

/// A scenario and what came of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its name in tables and folders.
    pub name: String,
    /// What was simulated.
    pub scenario: Scenario,
    /// One for each scale, in order, a failure where its attempts could not be finished; none at all where only expected
    /// credit was asked for.
    pub tallies: Vec<Result<Tally, Failure>>,
    /// By scale, then by metric in the scenario's order; none for a scale that failed.
    pub rows: Vec<Row>,
    /// What its metrics make of its growth; `None` until [`Self::dissect`] is asked for it.
    pub anatomy: Option<Anatomy>,
    /// What repeated attempts at its items tell; none until [`Self::study_attempts`] is asked for it.
    pub repeated: Vec<Repeated>,
    /// Whether its training runs fall into groups; `None` until [`Self::dissect`] is asked for replicates, and where that
    /// cannot be tested.
    pub run_groups: Option<RunGroups>,
}

impl Finding {
    /// What each metric gains between neighbouring scales; none where nothing was simulated.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        differences(&self.scenario, &self.tallies, &self.rows)
    }

    /// What its training runs score, by scale, then by metric in the scenario's order; none where there is one run, or
    /// nothing was simulated.
    #[must_use]
    pub fn training_runs(&self) -> Vec<TrainingRuns> {
        training_runs(self)
    }

    /// Computes the anatomy; scores are held against `replicates` evaluations under each null, against none if that is 0.
    /// With replicates, the dips of training runs are tested as well, on fewer: each takes longer.
    ///
    /// # Errors
    /// [`Interrupted`] once `cancel` is set; then there is none.
    pub fn dissect(&mut self, replicates: u64, cancel: &AtomicBool) -> Result<(), Interrupted> {
        self.anatomy = Some(anatomy(self, replicates, cancel)?);
        if replicates > 0 {
            self.run_groups = run_groups(self, RUN_GROUP_REPLICATES, cancel)?;
        }
        Ok(())
    }

    /// Fits how items differ to how often each was right; until `cancel` is set, then to the scales that were done.
    pub fn study_attempts(&mut self, cancel: &AtomicBool) {
        self.repeated = repeated(self, &|| cancel.load(Ordering::Relaxed));
    }

    /// The range that shows the middle of each rise and where it pays, in whole decades: at most four beyond either end of
    /// what was measured. `None` if its anatomy was not asked for.
    #[must_use]
    pub fn range_of_rises(&self) -> Option<(f64, f64)> {
        let anatomy = self.anatomy.as_ref()?;
        let (first, last) = self.scenario.evaluation.scales.window();
        let (first, last) = (first.log10(), last.log10());
        let rises = anatomy
            .metrics
            .iter()
            .filter_map(|one| one.rise.as_ref().ok());
        let places = rises.flat_map(|rise| {
            let partial = rise.x50.zip(rise.shift).map(|(x, shift)| x - shift);
            [rise.x10, rise.x50, rise.x90, partial]
        });
        let useful = match anatomy.usefulness.from {
            Some(UsefulFrom::At(x)) => Some(x),
            _ => None,
        };
        let near = |x: &f64| (first - 4.0..=last + 4.0).contains(x);
        let shown = places.chain([useful]).flatten().filter(near);
        let range = (first, last);
        Some(shown.fold(range, |(from, to), x| {
            (from.min(x.floor()), to.max(x.ceil()))
        }))
    }

    /// The expected curves of partial credit and then of its other metrics, where they are computed, over a range of
    /// log10 N.
    #[must_use]
    pub fn curves_over(&self, (from, to): (f64, f64)) -> Vec<Curve> {
        let (first, last) = self.scenario.evaluation.scales.window();
        let end = |x: f64, measured: Scale| match Scale::from_log10(x) {
            Ok(scale) if x != measured.log10() => scale,
            _ => measured,
        };
        let range = (end(from, first), end(to, last));
        let partial = Metric::mean(Credit::PartialCredit);
        let metrics = self.scenario.evaluation.metrics.as_slice().iter().copied();
        let others = metrics.filter(|metric| *metric != partial);
        std::iter::once(partial)
            .chain(others)
            .filter_map(|metric| expected_curve_over(&self.scenario, metric, range))
            .collect()
    }

    /// The expected curves of its metrics, where they are computed.
    #[must_use]
    pub fn expected_curves(&self) -> Vec<Curve> {
        let metrics = self.scenario.evaluation.metrics.as_slice().iter();
        metrics
            .filter_map(|&metric| expected_curve(&self.scenario, metric))
            .collect()
    }
}

/// What is expected of a scenario, without attempting it.
#[must_use]
pub fn expect(name: String, scenario: Scenario) -> Finding {
    expected(name, scenario, &|| false)
}

/// The same, which takes some time where items differ and steps hang together.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
pub fn expect_unless(
    cancel: &AtomicBool,
    name: String,
    scenario: Scenario,
) -> Result<Finding, Interrupted> {
    let cancelled = || cancel.load(Ordering::Relaxed);
    let finding = expected(name, scenario, &cancelled);
    if cancelled() {
        Err(Interrupted)
    } else {
        Ok(finding)
    }
}

/// Without the rows that are not wanted any more.
fn expected(name: String, scenario: Scenario, cancelled: &dyn Fn() -> bool) -> Finding {
    Finding {
        name,
        tallies: Vec::new(),
        rows: expected_rows(&scenario, cancelled),
        anatomy: None,
        repeated: Vec::new(),
        run_groups: None,
        scenario,
    }
}

fn expected_rows(scenario: &Scenario, cancelled: &dyn Fn() -> bool) -> Vec<Row> {
    let evaluation = &scenario.evaluation;
    let over_scale = scenario.chances();
    let of_scale = |&scale: &Scale| {
        let chances = over_scale.at(scale);
        let row = |&metric: &Metric| Row {
            scale,
            metric,
            estimate: None,
            expected: expected_credit(metric, &chances),
            z: None,
        };
        let metrics = evaluation.metrics.as_slice().iter();
        let wanted = metrics.take_while(|_| !cancelled());
        wanted.map(row).collect::<Vec<_>>()
    };
    let scales = evaluation.scales.as_slice().iter();
    scales.flat_map(of_scale).collect()
}

/// Scores the same attempts under every metric of the scenario.
#[must_use]
pub fn evaluate(name: String, scenario: Scenario, tallies: Vec<Result<Tally, Failure>>) -> Finding {
    Finding {
        name,
        rows: scored_rows(&scenario, &tallies),
        tallies,
        anatomy: None,
        repeated: Vec::new(),
        run_groups: None,
        scenario,
    }
}

fn scored_rows(scenario: &Scenario, tallies: &[Result<Tally, Failure>]) -> Vec<Row> {
    let evaluation = &scenario.evaluation;
    let confidence = Confidence::of(scenario, evaluation.level);
    let runs = evaluation.training_seeds.get();
    let over_scale = scenario.chances();
    let of_scale = |(&scale, tally): (&Scale, &Tally)| {
        let chances = over_scale.at(scale);
        let row = |(place, &metric): (usize, &Metric)| {
            // Of a metric that falls where what it is a function of rises.
            let sign = match metric.of_mean(1.0, 1) >= metric.of_mean(0.0, 1) {
                true => 1.0,
                false => -1.0,
            };
            let summary = CreditSummary::of(tally, metric, place)?;
            let estimate = summary.estimate(&confidence);
            Some(Row {
                scale,
                metric,
                estimate: Some(estimate.of_metric(metric, chances.longest())),
                expected: expected_credit(metric, &chances),
                z: z_score(tally, metric, &chances, runs, estimate.value).map(|z| z * sign),
            })
        };
        let metrics = evaluation.metrics.as_slice().iter().enumerate();
        metrics.filter_map(row).collect::<Vec<_>>()
    };
    let scales = evaluation.scales.as_slice().iter().zip(tallies);
    let done = scales.filter_map(|(scale, tally)| Some((scale, tally.as_ref().ok()?)));
    done.flat_map(of_scale).collect()
}
