//! The credits of a row of scales, held against hypotheses of how they grow.

use super::Finding;
use super::null::{Hypothesis, Nulls, Scores};
use super::rise::first_at;
use super::view::View;
use crate::domain::{Basis, Form, Metric, Pairing, Reducer, Scale, StepChances, StepInformation};

/// The credits of one metric, in order of scale.
pub(super) struct Credits {
    scales: Vec<Scale>,
    pub(super) observed: Vec<f64>,
}

impl Credits {
    /// Estimates, or expected credits where nothing was simulated; `None` where there is neither.
    pub(super) fn of(finding: &Finding, metric: Metric) -> Option<Self> {
        let rows = finding.rows.iter().filter(|row| row.metric == metric);
        let pairs = rows.map(|row| {
            Some((
                row.scale,
                row.estimate
                    .map(|estimate| estimate.value)
                    .or(row.expected)?,
            ))
        });
        let pairs = pairs.collect::<Option<Vec<_>>>()?;
        let (scales, observed) = pairs.into_iter().unzip();
        Some(Self { scales, observed })
    }

    /// The scores of evaluations under both nulls; `None` where expected credit or its distribution is not computed, steps
    /// of an item vary together, or scales share their random numbers.
    pub(super) fn nulls(
        &self,
        view: &View<'_>,
        metric: Metric,
        observed: Scores,
        replicates: u64,
    ) -> Option<Nulls> {
        let scenario = view.scenario;
        let evaluation = &scenario.evaluation;
        // Noise that scales share is not what the hypotheses draw.
        let independent = evaluation.pairing == Pairing::Independent
            && scenario.step_information() == StepInformation::Independent;
        if !independent {
            return None;
        }
        // The lattices of others are not known.
        let Basis::Counted(credit) = view.chances(view.window.0).basis(metric.credit) else {
            return None;
        };
        if metric.form != Form::Plain || metric.reducer != Reducer::Mean {
            return None;
        }
        let y = |x: f64| view.expected(metric, x);
        let xs: Vec<f64> = self.scales.iter().map(|scale| scale.log10()).collect();
        let (first, last) = (*xs.first()?, *xs.last()?);
        let ys: Vec<f64> = xs.iter().map(|&x| y(x)).collect();
        let (from, to) = (*ys.first()?, *ys.last()?);
        if ys.iter().any(|y| y.is_nan()) {
            return None;
        }
        // Where expected credit is what a hypothesis says, so are its noise and its lattice.
        let with_mean = |mean: f64| {
            let chances = view.chances(first_at(|x| y(x) >= mean, first, last));
            chances.independent()
        };
        let flat = vec![with_mean(ys.iter().sum::<f64>() / ys.len() as f64)?; xs.len()];
        let on_line = |x: &f64| match *x {
            x if x == first => view.chances(first).independent(),
            x => with_mean(from + (to - from) * (x - first) / (last - first)),
        };
        let line: Vec<StepChances> = xs.iter().map(on_line).collect::<Option<_>>()?;
        let attempts = evaluation.attempts_at_all_items();
        let null = |chances: &[StepChances]| {
            let hypothesis = Hypothesis::new(credit, attempts, chances)?;
            let wanted = (0..replicates).take_while(|_| !view.cancelled());
            Some(hypothesis.against(observed, scenario.seed, evaluation.level, wanted))
        };
        Some(Nulls {
            no_growth: null(&flat)?,
            smooth: null(&line)?,
        })
    }
}
