//! Several tasks that are tested alike, put together of simulated p-values.

use super::finding::OverTasks;
use super::plan::PowerPlan;
use super::settings::Tasks;
use super::successes::Successes;
use crate::engine::hypothetical_uniforms;

/// The first random numbers here: those of nulls and of groups of runs come before.
const FIRST_REPLICATE: u64 = 1 << 41;

/// At most so many p-values are drawn in all.
const MOST_DRAWN: u64 = 20_000_000;

/// Families of tasks, in which p-values are drawn with replacement: of the affected tasks from those of evaluations where
/// the alternative is true, of the others from those where nothing is there. `None` where there are no p-values.
pub(super) fn over_tasks(
    [affected, others]: &[Vec<f64>; 2],
    tasks: Tasks,
    plan: &PowerPlan,
) -> Option<OverTasks> {
    if affected.is_empty() || others.is_empty() {
        return None;
    }
    let (count, with_effect) = (tasks.count.get(), tasks.affected.get());
    let families = plan
        .settings
        .replicates
        .get()
        .min(MOST_DRAWN / count)
        .max(20);
    let level = plan.scenario.evaluation.level;
    let (mut found, mut any, mut shares) = (0, 0, 0.0);
    for family in 0..families {
        let uniforms =
            hypothetical_uniforms(plan.scenario.seed, FIRST_REPLICATE + family, count as usize);
        let p_values: Vec<f64> = (0..count)
            .zip(uniforms)
            .filter_map(|(task, uniform)| {
                let pool = if task < with_effect { affected } else { others };
                let place = (uniform * pool.len() as f64) as usize;
                pool.get(place.min(pool.len() - 1)).copied()
            })
            .collect();
        let called = tasks.correction.found(&p_values, plan.settings.alpha);
        let (right, wrong) = called.split_at((with_effect as usize).min(called.len()));
        let [right, wrong] = [right, wrong].map(|called| called.iter().filter(|one| **one).count());
        found += right as u64;
        any += u64::from(wrong > 0);
        if wrong > 0 {
            shares += wrong as f64 / (right + wrong) as f64;
        }
    }
    // However often it is drawn from, a pool tells no more than its own evaluations do.
    let share = found as f64 / (families * with_effect) as f64;
    let told = affected.len() as u64;
    let found = Successes::new((share * told as f64).round() as u64, told);
    Some(OverTasks {
        found: found.ok()?.rate(level),
        any_false_alarm: Successes::new(any, families).ok()?.rate(level),
        false_share: shares / families as f64,
    })
}
