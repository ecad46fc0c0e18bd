//! Steps whose chances are the same for every item and attempt, but for what the attempt has come to.

use super::Threshold;
use super::kernel::{ByErrors, MOST_STEPS_BY_ERRORS};
use super::setting::{Item, TestSet};
use crate::domain::{Difficulty, Lengths, Past, Spread};

/// Their thresholds.
#[derive(Debug)]
pub(super) enum Alike {
    /// For each step, or once for all of them: clean, and after an error.
    ByState(Vec<[Threshold; 2]>),
    /// By the number of errors.
    ByErrors(ByErrors),
}

impl Alike {
    /// Those of a task at a scale of this hazard; `None` where items or attempts differ, or there are too many.
    pub(super) fn new(test: &TestSet, hazard: f64) -> Option<Self> {
        let (task, longest) = (&test.task, test.longest());
        let steps_alike = *task.difficulty() == Difficulty::Equal;
        let counts_errors = task.dependence().counts_errors();
        let differ = *task.spread() != Spread::None
            || matches!(task.difficulty(), Difficulty::Normal(_))
            || task.dependence().correlation().is_some()
            // Where steps differ, so do those of tasks of other lengths.
            || matches!(task.lengths(), Lengths::Drawn(_)) && !steps_alike
            || counts_errors && longest > MOST_STEPS_BY_ERRORS;
        if differ {
            return None;
        }
        let item = Item {
            number: 0,
            steps: longest,
            latent: 0.0,
            hazard,
        };
        let threshold = |step: u32, errors: u32, impaired: bool| -> Threshold {
            let past = Past {
                steps: step,
                errors,
                impaired,
                common: 0.0,
            };
            task.try_chance(test.step_hazard(&item, step), &past).into()
        };
        if counts_errors {
            let threshold = |step, errors| threshold(step, errors, false);
            return Some(Self::ByErrors(ByErrors::new(longest, threshold)));
        }
        let rows = if steps_alike { 1 } else { longest };
        let both = |step| [false, true].map(|impaired| threshold(step, 0, impaired));
        Some(Self::ByState((0..rows).map(both).collect()))
    }
}
