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
            _ if self.reduced_work(credit, reducer) > Self::MAX_WORK => None,
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
        match reducer {
            Reducer::Mean => self.work(credit),
            Reducer::PassAt(_) | Reducer::PassAll(_) | Reducer::PassUntil(_) => {
                self.kinds_work(30.0)
            }
            Reducer::GPassAt { .. } => self.kinds_work(k * k),
            Reducer::MajorityAt(_) => self.kinds_work(self.vote_work(k)),
            Reducer::PlugInPassAt(_) | Reducer::PassUntilMle(_) => {
                self.kinds_work(10.0 * f64::from(self.attempts))
            }
        }
    }

    /// About how many multiplications [`Self::variance_of_mean`] takes.
    #[must_use]
    pub fn variance_work(&self, credit: Credit, reducer: Reducer) -> f64 {
        let (m, k) = (
            f64::from(self.attempts),
            f64::from(reducer.needed_attempts()),
        );
        let of_cell = match reducer {
            Reducer::Mean => return 3.0 * self.work(credit) + self.kinds_work(1.0),
            Reducer::MajorityAt(_) if self.wrong_answers > 1 => match k < m {
                // Every partition of wrong attempts, about as many as Hardy and Ramanujan 1918 say.
                true => {
                    let root = libm::sqrt(2.0 * m / 3.0);
                    let partitions = libm::exp(std::f64::consts::PI * root) / (6.9 * m);
                    partitions * k * k * k
                }
                false => self.vote_work(m),
            },
            _ => 10.0 * m,
        };
        // Values by count are worked out once.
        3.0 * self.reduced_work(credit, reducer) + self.kinds_work(of_cell) + m * k
    }

    /// Of the vote of so many attempts.
    fn vote_work(&self, attempts: f64) -> f64 {
        match self.wrong_answers {
            0 | 1 => attempts * attempts,
            answers => {
                let squarings = 2.0 * f64::from(32 - answers.leading_zeros());
                attempts * attempts * attempts * (squarings + libm::log(attempts + 1.0) + 1.0)
            }
        }
    }

    /// Of so many at each kind of item and training run.
    fn kinds_work(&self, each: f64) -> f64 {
        let (items, factors) = self.nodes(Shape::CountsSquared);
        let kinds = (items.len() * self.prepared.lengths.len()) as f64;
        let visits = self.work_over(Shape::CountsSquared, items.len() * factors.len());
        visits + kinds * each + self.nodes_work(Shape::CountsSquared)
    }

    /// The variance of the mean over n items and S training runs of what a reducer makes of the attempts of a training run
    /// at an item: v/(n S) + a (S-1)/(n S) + b (n-1)/(n S), where v is the variance of one such number, a the covariance of
    /// two at the same item, b that of two by the same training run.
    ///
    /// `None` as for [`Self::reduced`], where it takes too long, where items whose steps are drawn are attempted more than
    /// once, and where items and training runs differ both and there are several runs.
    #[must_use]
    pub fn variance_of_mean(
        &self,
        credit: Credit,
        reducer: Reducer,
        items: u64,
        runs: u32,
    ) -> Option<f64> {
        if runs > 1 && self.items_differ() && self.runs_differ() {
            return None;
        }
        self.most_variance_of_mean(credit, reducer, items, runs)
    }

    /// [`Self::variance_of_mean`], and where items and training runs differ both, at most v_c/n more than it, v_c being the
    /// variance of what is expected given both: with v_c in the place of a.
    #[must_use]
    pub fn most_variance_of_mean(
        &self,
        credit: Credit,
        reducer: Reducer,
        items: u64,
        runs: u32,
    ) -> Option<f64> {
        let (n, s) = (items as f64, f64::from(runs));
        if self.variance_work(credit, reducer) > Self::MAX_WORK {
            return None;
        }
        if reducer == Reducer::Mean && !self.runs_differ() {
            let attempts = u64::from(self.attempts) * u64::from(runs);
            return Some(self.item_variance(credit, attempts)? / n);
        }
        let of_cell = self.cell(credit, reducer)?;
        let of_run = match self.runs_differ() {
            true => self.between_runs(credit, reducer)?,
            false => 0.0,
        };
        let of_item = match (self.items_differ(), runs) {
            (false, _) | (true, 1) => 0.0,
            (true, _) => self.between_cells(credit, reducer)?,
        };
        let sum = of_cell.variance + (s - 1.0) * of_item + (n - 1.0) * of_run;
        Some(sum / (n * s))
    }

    /// Mean and variance of what a reducer makes of the attempts of a training run at an item.
    fn cell(&self, credit: Credit, reducer: Reducer) -> Option<Expected> {
        if self.attempts == 1 && reducer == Reducer::Mean {
            return self.expected(credit);
        }
        let by_count = reducer.values(self.attempts, self.wrong_answers);
        self.over_kinds(credit, |of_attempt| {
            let q = of_attempt.mean.clamp(0.0, 1.0);
            match (reducer, &by_count) {
                (Reducer::Mean, _) => Some(Expected {
                    variance: of_attempt.variance / f64::from(self.attempts),
                    ..of_attempt
                }),
                (_, Some(values)) => Some(values.moments(q)),
                (_, None) => reducer.moments(q, self.attempts, self.wrong_answers),
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
    /// steps of items are drawn, or it would take too long.
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
