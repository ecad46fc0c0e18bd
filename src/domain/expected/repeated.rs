//! What is expected where items are attempted again and again, by several training runs.

use super::{Chances, Length, Shape};
use crate::domain::mixing::Node;
use crate::domain::{Basis, Counted, Credit, Difficulty, Expected, Reducer};

impl Chances<'_> {
    /// Whether training runs of the scale differ in skill.
    #[must_use]
    pub fn runs_differ(&self) -> bool {
        self.runs.differ()
    }

    /// The mean over new items and new training runs of what a reducer makes of the attempts of a training run at an item;
    /// `None` as for [`Self::mean`], and, but for the mean, where steps are drawn or the reducer has no
    /// [moments](Reducer::moments).
    #[must_use]
    pub fn reduced(&self, credit: Credit, reducer: Reducer) -> Option<f64> {
        match reducer {
            Reducer::Mean => self.mean(credit),
            _ => {
                let of_kind = |of_attempt: Expected| {
                    let mean = self.mean_of_kind(reducer, of_attempt.mean)?;
                    Some(Expected::certain(mean))
                };
                // A sum of weights may be a rounding above 1.
                Some(self.over_kinds(credit, of_kind)?.mean.min(1.0))
            }
        }
    }

    /// About how many multiplications [`Self::reduced`] takes.
    #[must_use]
    pub fn reduced_work(&self, credit: Credit, reducer: Reducer) -> f64 {
        let k = f64::from(reducer.needed_attempts());
        let each = match reducer {
            Reducer::Mean => return self.work(credit),
            Reducer::PassAt(_) | Reducer::PassAll(_) | Reducer::PassUntil(_) => 30.0,
            Reducer::GPassAt { .. } => k * k,
            Reducer::MajorityAt(_) if self.wrong_answers > 1 => k * k * k,
            Reducer::MajorityAt(_) => k * k,
            Reducer::PlugInPassAt(_) | Reducer::PassUntilMle(_) => 10.0 * f64::from(self.attempts),
        };
        let (items, factors) = self.nodes(Shape::CountsSquared);
        let kinds = (items.len() * self.prepared.lengths.len()) as f64;
        let visits = self.work_over(Shape::CountsSquared, items.len() * factors.len());
        visits + kinds * each
    }

    /// The variance of the mean over n items and S training runs of what a reducer makes of the attempts of a training run
    /// at an item: v/(n S) + a (S-1)/(n S) + b (n-1)/(n S), where v is the variance of one such number, a the covariance of
    /// two at the same item, b that of two by the same training run.
    ///
    /// `None` as for [`Self::reduced`], where items whose steps are drawn are attempted more than once, and where items
    /// and training runs differ both and there are several runs.
    #[must_use]
    pub fn variance_of_mean(
        &self,
        credit: Credit,
        reducer: Reducer,
        items: u64,
        runs: u32,
    ) -> Option<f64> {
        let (n, s) = (items as f64, f64::from(runs));
        if reducer == Reducer::Mean && !self.runs_differ() {
            let attempts = u64::from(self.attempts) * u64::from(runs);
            return Some(self.item_variance(credit, attempts)? / n);
        }
        let of_cell = self.cell(credit, reducer)?;
        let of_run = match self.runs_differ() {
            true => self.between_runs(credit, reducer)?,
            false => 0.0,
        };
        let of_item = match (self.items_differ(), self.runs_differ(), runs) {
            (false, _, _) | (true, _, 1) => 0.0,
            (true, false, _) => self.between_cells(credit, reducer)?,
            (true, true, _) => return None,
        };
        let sum = of_cell.variance + (s - 1.0) * of_item + (n - 1.0) * of_run;
        Some(sum / (n * s))
    }

    /// Mean and variance of what a reducer makes of the attempts of a training run at an item.
    fn cell(&self, credit: Credit, reducer: Reducer) -> Option<Expected> {
        if self.attempts == 1 && reducer == Reducer::Mean {
            return self.expected(credit);
        }
        self.over_kinds(credit, |of_attempt| match reducer {
            Reducer::Mean => Some(Expected {
                variance: of_attempt.variance / f64::from(self.attempts),
                ..of_attempt
            }),
            _ => {
                let q = of_attempt.mean.clamp(0.0, 1.0);
                reducer.moments(q, self.attempts, self.wrong_answers)
            }
        })
    }

    /// The variance of its mean given item and training run.
    fn between_cells(&self, credit: Credit, reducer: Reducer) -> Option<f64> {
        let of_kind = |of_attempt: Expected| {
            let mean = self.mean_of_kind(reducer, of_attempt.mean)?;
            Some(Expected::certain(mean))
        };
        Some(self.over_kinds(credit, of_kind)?.variance)
    }

    /// The variance of its mean given the training run.
    fn between_runs(&self, credit: Credit, reducer: Reducer) -> Option<f64> {
        let runs = self.run_nodes(Shape::CountsSquared);
        let of_run = |&(hazard, weight): &Node| {
            let mean = self.of_run(hazard).reduced(credit, reducer)?;
            Some((weight, Expected::certain(mean)))
        };
        let parts: Vec<(f64, Expected)> = runs.iter().map(of_run).collect::<Option<_>>()?;
        Some(Expected::of_mixture(&parts).variance)
    }

    /// The mean of what a reducer makes of attempts that are right with probability q and share nothing else. What is
    /// unbiased has the mean of as many attempts as it needs, however many there are.
    fn mean_of_kind(&self, reducer: Reducer, q: f64) -> Option<f64> {
        let q = q.clamp(0.0, 1.0);
        let of_attempts = |attempts| Some(reducer.moments(q, attempts, self.wrong_answers)?.mean);
        match reducer {
            Reducer::Mean | Reducer::PassUntil(_) => Some(q),
            Reducer::PassAt(k) => Some(-libm::expm1(f64::from(k.get()) * libm::log1p(-q))),
            Reducer::PassAll(k) => Some(libm::pow(q, f64::from(k.get()))),
            Reducer::GPassAt { .. } | Reducer::MajorityAt(_) => {
                of_attempts(reducer.needed_attempts())
            }
            Reducer::PlugInPassAt(_) | Reducer::PassUntilMle(_) => of_attempts(self.attempts),
        }
    }

    /// Mean and variance of what has these over attempts of each kind.
    fn over_kinds(
        &self,
        credit: Credit,
        of: impl Fn(Expected) -> Option<Expected>,
    ) -> Option<Expected> {
        let kinds = self.kinds(credit)?.into_iter();
        let of_kind = |(weight, of_attempt)| Some((weight, of(of_attempt)?));
        let parts: Vec<(f64, Expected)> = kinds.map(of_kind).collect::<Option<_>>()?;
        Some(Expected::of_mixture(&parts))
    }

    /// Every kind of item and training run with its weight, and the credit of one attempt of that kind; `None` where the
    /// steps of items are drawn, or a credit is read off what is written.
    fn kinds(&self, credit: Credit) -> Option<Vec<(f64, Expected)>> {
        let prepared = self.prepared;
        let is_drawn = matches!(prepared.task.difficulty(), Difficulty::Normal(_));
        if is_drawn {
            return None;
        }
        let shape = Shape::CountsSquared;
        let (items, factors) = self.affordable(shape, shape)?;
        let mut kinds = Vec::with_capacity(items.len() * prepared.lengths.len());
        for length in &prepared.lengths {
            for &(hazard, weight) in &items {
                let expected = match self.basis(credit) {
                    Basis::Counted(counted) => {
                        self.counted_of_item(counted, length, hazard, &factors)?
                    }
                    Basis::Read(reading) => self.read_of_item(reading, length, hazard, &factors)?,
                };
                kinds.push((length.probability * weight, expected));
            }
        }
        Some(kinds)
    }

    /// Mean and variance of a credit over attempts at an item of known length and hazard.
    fn counted_of_item(
        &self,
        credit: Counted,
        length: &Length,
        hazard: f64,
        factors: &[Node],
    ) -> Option<Expected> {
        let mut parts = Vec::with_capacity(factors.len() + 2);
        for &(common, share) in factors {
            let process = self.process(length, hazard, common);
            parts.push((share, process.expected(credit)?));
        }
        self.add_floor_and_missed(&mut parts);
        Some(Expected::of_mixture(&parts))
    }
}
