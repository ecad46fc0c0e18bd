//! The training runs of a figure: a dot for each, and the words that tell what dots and intervals are.

use super::layer::Cloud;
use super::look::Look;
use super::targets::target;
use super::words::each_once;
use crate::domain::Metric;
use crate::study::Finding;

/// At most so many dots at a scale: more make a blot.
const MOST_DOTS: usize = 300;

/// The scores of the training runs under a metric; `None` where there is one run.
pub(super) fn cloud(label: &str, look: Look, finding: &Finding, metric: Metric) -> Option<Cloud> {
    let runs = finding.training_runs().into_iter();
    let runs = runs.filter(|runs| runs.metric == metric);
    let places = runs.flat_map(|runs| {
        let x = runs.scale.log10();
        let scores = runs.scores.into_iter().take(MOST_DOTS);
        scores.map(move |score| (x, score))
    });
    let places: Vec<(f64, f64)> = places.collect();
    (!places.is_empty()).then(|| Cloud {
        label: label.to_owned(),
        look,
        places,
    })
}

/// What the small dots are, and what intervals are for; nothing where there are no dots.
pub(super) fn words(findings: &[Finding]) -> Option<String> {
    let simulated = || {
        findings
            .iter()
            .filter(|finding| !finding.tallies.is_empty())
    };
    let counts = simulated().filter_map(|finding| {
        let runs = finding.scenario.evaluation.training_seeds.get() as usize;
        match runs {
            1 => None,
            2..=MOST_DOTS => Some(runs.to_string()),
            _ => Some(format!("the first {MOST_DOTS} of {runs}")),
        }
    });
    let counts = each_once(counts);
    let mut targets: Vec<String> = Vec::new();
    for finding in simulated() {
        let words = target(&finding.scenario.evaluation);
        if !targets.contains(&words) {
            targets.push(words);
        }
    }
    (!counts.is_empty()).then(|| {
        let targets = targets.join("; ");
        format!("Small dots: single training runs, {counts} at each scale; {targets}.")
    })
}
