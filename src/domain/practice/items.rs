//! The success rates of single items, for what is no function of their mean: a second attempt at the same item.

use crate::domain::expected::PreparedTask;
use crate::domain::mixing::Node;
use crate::domain::{
    Basis, Counted, Credit, Difficulty, Extraction, Runs, Scale, Scenario, Steps, Task,
};

/// A kind of items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemSuccess {
    /// The share of items that are of this kind; shares sum to 1.
    pub share: f64,
    /// The success rate of one attempt at such an item: attempts at it are independent of each other.
    pub success: f64,
}

/// The most multiplications, about, that the items of one scale may take: a curve over scales needs hundreds of them.
const MOST_WORK: f64 = 2e5;

impl Scenario {
    /// The success rates of items at one scale under a credit of all or nothing, for means over items of polynomials of
    /// degree `attempts` of the success rate: whether any of so many attempts at an item is right.
    ///
    /// `None` where it is not computed: where the steps of each item are drawn, or it would take too long.
    #[must_use]
    pub fn item_successes(
        &self,
        credit: Credit,
        scale: Scale,
        attempts: u32,
    ) -> Option<Vec<ItemSuccess>> {
        let format = self.task.chain().format();
        let at = (self.skill.runs(scale), format.at(scale));
        self.items_of(credit, at, attempts)
    }

    /// The same as N vanishes, and as it grows without end.
    #[must_use]
    pub fn item_success_limits(
        &self,
        credit: Credit,
        attempts: u32,
    ) -> Option<(Vec<ItemSuccess>, Vec<ItemSuccess>)> {
        let (low, high) = self.skill.run_limits();
        let (first, last) = self.task.chain().format().limits();
        let of = |at| self.items_of(credit, at, attempts);
        Some((of((low, first))?, of((high, last))?))
    }

    fn items_of(
        &self,
        credit: Credit,
        (runs, extraction): (Runs, Extraction),
        attempts: u32,
    ) -> Option<Vec<ItemSuccess>> {
        let chain = self.task.chain();
        if matches!(chain.difficulty(), Difficulty::Normal(_)) {
            return None;
        }
        let longest = f64::from(chain.steps().get());
        let verifier = chain.recovery().verifier();
        let tries = f64::from(verifier.map_or(1, |one| one.retries_of_step + 1));
        let tries = tries * f64::from(attempts.max(1));
        let counted = match credit.basis() {
            Basis::Counted(Counted::AllRight) => 0.0,
            Basis::Counted(_) | Basis::Read(_) => longest,
        };
        // As for tries of a step; see `Chances`.
        let counts = counted * tries * tries + 9.3 * (tries * tries - 1.0);
        let multipliers = chain.different_multipliers();
        let ends = (
            multipliers.first().map_or(1.0, |least| least.min(1.0)),
            multipliers.last().map_or(1.0, |most| most.max(1.0)),
        );
        // A thousandfold either way is more than what errors do to the hazard of steps behind them.
        let relevant = (1e-3 * ends.0, 1e3 * ends.1 * longest * tries);
        // A run that is tried again is the same run.
        let of_run = |(hazard, share): Node| {
            let items = chain.spread().items(hazard).nodes(relevant, counts);
            items
                .into_iter()
                .map(move |(h, weight)| (h, share * weight))
        };
        let nodes: Vec<Node> = runs.nodes(counts).into_iter().flat_map(of_run).collect();
        let mut successes = Vec::new();
        let mut work = 0.0;
        for (steps, probability) in chain.lengths().table().iter() {
            let alone = chain.of_one_item(Steps::try_from(u64::from(steps)).ok()?);
            let choice = match &self.task {
                Task::Steps(_) => None,
                Task::Choice(task) => Some(task),
            };
            let prepared = PreparedTask::new(&alone, choice);
            for &(hazard, weight) in &nodes {
                let chances = prepared.at(Runs::Alike(hazard), extraction, 1);
                work += chances.work(credit);
                if work > MOST_WORK {
                    return None;
                }
                successes.push(ItemSuccess {
                    share: probability * weight,
                    success: chances.mean(credit)?,
                });
            }
        }
        Some(successes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Metric;

    fn scenario(json: &str) -> Scenario {
        serde_json::from_str(json).unwrap()
    }

    /// The mean over items, and over two attempts at one: held against means and variances computed otherwise.
    #[test]
    fn moments_are_those_of_the_test() {
        for json in [
            r#"{"task": {"steps": 5, "spread": {"kind": "logit-normal", "sd": 1.3}}}"#,
            r#"{"task": {"steps": 5, "spread": {"kind": "beta", "concentration": 3}}}"#,
            r#"{"task": {"steps": 7, "spread": {"kind": "gamma-frailty", "shape": 0.5}, "guess": 0.1}}"#,
            r#"{"task": {"steps": {"kind": "uniform", "from": 2, "to": 9}, "spread": {"kind": "two-point"}, "floor": 0.05}}"#,
            r#"{"task": {"steps": 4, "spread": {"kind": "impossible", "share": 0.3}, "dependence": {"kind": "tainted", "multiplier": 4}}}"#,
        ] {
            let world = scenario(json);
            for metric in ["exact-match", "pass-mark:0.6"] {
                let credit = metric.parse::<Metric>().unwrap().credit;
                let scale = Scale::try_from(3e9).unwrap();
                let over_scale = world.chances();
                let chances = over_scale.at(scale);
                let items = world.item_successes(credit, scale, 2).unwrap();
                let mean_of = |f: &dyn Fn(f64) -> f64| -> f64 {
                    items.iter().map(|item| item.share * f(item.success)).sum()
                };
                let one = chances.expected(credit).unwrap();
                assert!((mean_of(&|_| 1.0) - 1.0).abs() < 1e-13, "{json}");
                assert!(
                    (mean_of(&|q| q) - one.mean).abs() < 1e-12,
                    "{json} {metric}"
                );
                // Of the mean of two attempts at an item.
                let two = mean_of(&|q| q * q + 0.5 * q * (1.0 - q)) - one.mean * one.mean;
                let known = chances.item_variance(credit, 2).unwrap();
                assert!(
                    (two - known).abs() < 1e-11,
                    "{json} {metric}: {two} {known}"
                );
            }
        }
    }

    #[test]
    fn items_whose_steps_are_drawn_are_not_told_apart() {
        let world = scenario(r#"{"task": {"difficulty": {"kind": "normal", "sd": 1}}}"#);
        let scale = Scale::try_from(1e9).unwrap();
        assert_eq!(world.item_successes(Credit::ExactMatch, scale, 2), None);
    }
}
