//! What intervals are for, in words.

use crate::domain::{Evaluation, Target};

/// Below so many clusters an interval rests on little.
#[cfg(feature = "cli")]
const FEW_CLUSTERS: u64 = 10;

/// What the intervals of an evaluation are for.
pub(super) fn target(evaluation: &Evaluation) -> String {
    match (evaluation.training_seeds.get(), evaluation.target) {
        (1, _) => "with one training run, intervals are for this training run".to_owned(),
        (runs, Target::Items) => {
            format!("intervals are for new items, and these {runs} training runs")
        }
        (_, Target::TrainingRuns) => {
            "intervals are for new training runs, and these items".to_owned()
        }
        (_, Target::Both) => "intervals are for new items and new training runs".to_owned(),
    }
}

/// What there are too few of to trust them.
#[cfg(feature = "cli")]
pub(super) fn few(evaluation: &Evaluation) -> Vec<String> {
    let runs = evaluation.training_seeds.get();
    let few = |clusters: u64, what: &str| {
        let line = format!(
            "fewer than {FEW_CLUSTERS} {what} ({clusters}): intervals take Student's t, and cannot tell of rare ones"
        );
        (clusters < FEW_CLUSTERS).then_some(line)
    };
    let few_runs = few(u64::from(runs), "training runs");
    let few_items = few(evaluation.items.get(), "items");
    let all = match (runs, evaluation.target) {
        (1, _) => [None, None],
        (_, Target::Items) => [few_items, None],
        (_, Target::TrainingRuns) => [None, few_runs],
        (_, Target::Both) => [few_items, few_runs],
    };
    all.into_iter().flatten().collect()
}
