//! How much what one item scores tells of the chance of a step: Fisher information, by differences over the hazard.
//!
//! The parameter is u = ln h, h the hazard of an ordinary step: ratios of information are the same for any other, such as
//! p = e^-h. For L equal, independent steps, all of them scored, the information about p is L/(p (1 - p)); of exact match
//! the share L p^(L-1) (1 - p)/(1 - p^L) of that, of prefix credit (1 - p^L)/(L (1 - p)), of partial credit all of it.

use crate::domain::{
    Basis, Chances, ChancesOverScale, Count, Counted, Credit, Dependence, Difficulty, Metric,
    Reducer, Runs, Scale, Scenario, StepInformation,
};

/// What a metric's information is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// Which steps are right.
    EveryStep,
    /// How many steps are right: steps hang together or items differ, and steps differ as well, so that which of them are
    /// right may tell more, by how much is not computed.
    RightSteps,
}

impl Reference {
    /// What it is for a scenario. Where steps are alike, or an error ends an attempt, how many are right tells all there is
    /// to tell.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let task = scenario.task.chain();
        let is_told_by_count = match task.dependence() {
            Dependence::Halting => true,
            _ => {
                let alike = matches!(task.difficulty(), Difficulty::Equal | Difficulty::Normal(_));
                alike && !task.has_memory()
            }
        };
        let is_independent = scenario.step_information() == StepInformation::Independent;
        match is_told_by_count || is_independent {
            true => Self::EveryStep,
            false => Self::RightSteps,
        }
    }
}

/// What an attempt at a new item tells of ln h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Information {
    /// By its score: Fisher information of the scores that items have, the number of steps of each known. `None` where their
    /// distribution is not computed.
    pub of_score: Option<f64>,
    /// By the mean of scores alone, (d mean/du)^2/variance: never more.
    pub of_mean: f64,
    /// By the [`Reference`].
    pub of_steps: f64,
}

impl Information {
    /// By its score; where that is not computed, by the mean, which is a lower bound.
    #[must_use]
    pub fn get(&self) -> f64 {
        self.of_score.unwrap_or(self.of_mean)
    }

    /// The share of the reference's information: 1/share times as many items tell as much. More than 1 where a metric reads
    /// more than right and wrong.
    #[must_use]
    pub fn efficiency(&self) -> f64 {
        self.get() / self.of_steps
    }

    /// How many times as many items as with the reference tell as much.
    #[must_use]
    pub fn times_as_many_items(&self) -> f64 {
        self.efficiency().recip()
    }

    /// The efficiency of the mean alone.
    #[must_use]
    pub fn efficiency_of_mean(&self) -> f64 {
        self.of_mean / self.of_steps
    }
}

/// Why there is no information to tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoInformation {
    /// No attempt has a right step, or none a wrong one.
    Certain,
    /// The distribution of scores is not computed, or takes too long.
    NotComputed,
    /// Several attempts at items that differ.
    ItemsDiffer,
}

impl NoInformation {
    /// In a plain line.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Certain => "steps are certain there, to the last digit of a double",
            Self::NotComputed => {
                "the distribution of its scores is not computed, or takes too long"
            }
            Self::ItemsDiffer => {
                "it reduces several attempts at items that differ, whose joint distribution is not computed"
            }
        }
    }
}

/// The hazard of an ordinary step of the training run that is spoken of: the median one, or one that breaks through.
#[must_use]
pub fn hazard_of_interest(scenario: &Scenario, scale: Scale) -> f64 {
    match scenario.skill.runs(scale) {
        Runs::Alike(hazard) | Runs::Normal { hazard, .. } | Runs::Bimodal { hazard, .. } => hazard,
    }
}

/// In multiplications, for the distributions of counts of a task: the bound that is looked at is some twenty times too large.
const QUICK: f64 = 1e8;

/// The same for a mean and a variance.
const QUICK_MOMENTS: f64 = 1e7;

/// Number of hazards around one at which scores are computed.
const PLACES: usize = 5;

/// A quantity at ln h - 2 d, ln h - d, ln h, ln h + d, ln h + 2 d.
type Around<T> = [T; PLACES];

/// The distributions of scores at one scale and nearby hazards.
pub(super) struct Probe<'a> {
    /// By each training run at an item.
    attempts: u32,
    /// d.
    step: f64,
    chances: Around<Chances<'a>>,
    correct: Option<Around<Counts>>,
    leading: Option<Around<Counts>>,
    /// The information of the reference; `None` where it is not computed.
    of_steps: Option<f64>,
}

/// For each length: L, its probability, and those of 0, ..., L counts.
type Counts = Vec<(u32, f64, Vec<f64>)>;

impl<'a> Probe<'a> {
    /// At a scale, for a training run of this hazard; `None` where steps are certain.
    pub(super) fn new(
        scenario: &Scenario,
        over_scale: &'a ChancesOverScale<'_>,
        scale: Scale,
        hazard: f64,
    ) -> Option<Self> {
        if !(hazard > 0.0 && hazard.is_finite()) {
            return None;
        }
        // Over ln h, probabilities that are not negligible change by factors of e over 1/(1 + L h) or more; what falls faster
        // than e^-700 is 0. An error of four-point differences is about (d (1 + L h))^4/30.
        let errors = f64::from(scenario.task.steps().get()) * hazard;
        let step = 0.005 / (1.0 + errors.min(700.0));
        let places: Around<f64> = [-2.0, -1.0, 0.0, 1.0, 2.0];
        let chances =
            places.map(|place| over_scale.of_run(scale, hazard * libm::exp(place * step)));
        let counts = |count| all(chances.each_ref().map(|one| counts_of(one, count)));
        let mut probe = Self {
            attempts: scenario.evaluation.attempts.get(),
            step,
            correct: counts(Count::Correct),
            leading: counts(Count::Leading),
            of_steps: None,
            chances,
        };
        probe.of_steps = probe.of(Reference::of(scenario));
        Some(probe)
    }

    /// What a metric tells, for one attempt by one training run.
    pub(super) fn information(&self, metric: Metric) -> Result<Information, NoInformation> {
        let of_steps = self.of_steps.ok_or(NoInformation::NotComputed)?;
        if !(of_steps > 0.0 && of_steps.is_finite()) {
            return Err(NoInformation::Certain);
        }
        let [.., middle, _, _] = &self.chances;
        let (of_score, of_mean) = match (metric.reducer, middle.basis(metric.credit)) {
            (Reducer::Mean, Basis::Counted(credit)) => {
                let told = self.of_counted(metric.credit, credit);
                let (of_score, of_mean) = told.ok_or(NoInformation::NotComputed)?;
                (Some(of_score), of_mean)
            }
            (Reducer::Mean, Basis::Read(_)) => {
                let of_mean = self.of_moments(|chances| {
                    let quick = chances.work(metric.credit) <= QUICK_MOMENTS;
                    let expected = quick.then(|| chances.expected(metric.credit))??;
                    Some((expected.mean, expected.variance))
                });
                (None, of_mean.ok_or(NoInformation::NotComputed)?)
            }
            _ if middle.items_differ() => return Err(NoInformation::ItemsDiffer),
            (reducer, _) => {
                let of_mean = self.of_moments(|chances| {
                    if chances.variance_work(metric.credit, reducer) > QUICK_MOMENTS {
                        return None;
                    }
                    let mean = chances.reduced(metric.credit, reducer)?;
                    let variance = chances.most_variance_of_mean(metric.credit, reducer, 1, 1)?;
                    Some((mean, variance))
                });
                let told = of_mean.ok_or(NoInformation::NotComputed)?;
                (None, told / f64::from(self.attempts))
            }
        };
        let told = Information {
            of_score,
            of_mean,
            of_steps,
        };
        match told.get().is_finite() {
            true => Ok(told),
            false => Err(NoInformation::Certain),
        }
    }

    fn of(&self, reference: Reference) -> Option<f64> {
        let independent = all(self.chances.each_ref().map(Chances::independent));
        match independent {
            Some(steps) if reference == Reference::EveryStep => {
                let all = steps.each_ref().map(|one| one.iter());
                let terms = together(all.map(|one| one.map(|p| p.get())));
                Some(terms.map(|p| self.of_outcome(p, |p| p * (1.0 - p))).sum())
            }
            _ => {
                let every = Counted::Share(Count::Correct);
                let laws = self.correct.as_ref()?.each_ref().map(|one| law(one, every));
                Some(self.of_law(&laws).0)
            }
        }
    }

    /// Information of a score, and of its mean.
    fn of_counted(&self, credit: Credit, counted: Counted) -> Option<(f64, f64)> {
        let counts = match counted.count() {
            Count::Correct => self.correct.as_ref(),
            Count::Leading => self.leading.as_ref(),
        };
        let laws = match counts {
            Some(counts) => counts.each_ref().map(|one| law(one, counted)),
            // All or nothing may be computed where counts are not.
            None if credit.is_all_or_nothing() => {
                let of = |chances: &Chances<'_>| {
                    let one_length = chances.lengths().count() == 1;
                    let success = (one_length && chances.work(credit) <= QUICK)
                        .then(|| chances.mean(credit))??;
                    Some(vec![(0.0, 1.0 - success), (1.0, success)])
                };
                all(self.chances.each_ref().map(of))?
            }
            None => return None,
        };
        Some(self.of_law(&laws))
    }

    fn of_law(&self, laws: &Around<Vec<(f64, f64)>>) -> (f64, f64) {
        let [.., law, _, _] = laws;
        let mean: f64 = law
            .iter()
            .map(|(score, probability)| score * probability)
            .sum();
        let squares = law.iter().map(|(score, probability)| {
            let off = score - mean;
            off * off * probability
        });
        let variance: f64 = squares.sum();
        let (mut of_score, mut slope) = (0.0, 0.0);
        for at in together(laws.each_ref().map(|law| law.iter())) {
            let [.., (score, _), _, _] = at;
            let probabilities = at.map(|one| one.1);
            of_score += self.of_outcome(probabilities, |p| p);
            slope += (score - mean) * self.slope(probabilities);
        }
        (of_score, ratio(slope, variance))
    }

    /// (d mean/du)^2/variance.
    fn of_moments(&self, moments: impl Fn(&Chances<'_>) -> Option<(f64, f64)>) -> Option<f64> {
        let at = all(self.chances.each_ref().map(moments))?;
        let [.., (_, variance), _, _] = at;
        let slope = self.slope(at.map(|one| one.0));
        Some(ratio(slope, variance))
    }

    /// (dp/du)^2/v(p).
    fn of_outcome(&self, p: Around<f64>, variance: impl Fn(f64) -> f64) -> f64 {
        let slope = self.slope(p);
        let [.., middle, _, _] = p;
        ratio(slope, variance(middle))
    }

    /// d/du of a probability or a mean, by four points; 0 where it is no more than the rounding of sums.
    fn slope(&self, [far_below, below, middle, above, far_above]: Around<f64>) -> f64 {
        let slope = (8.0 * (above - below) - (far_above - far_below)) / (12.0 * self.step);
        match slope.abs() * self.step < 1e-14 * middle.abs() {
            true => 0.0,
            false => slope,
        }
    }
}

/// slope^2/variance, 0 where nothing varies; in this order, as the squares of small slopes underflow.
fn ratio(slope: f64, variance: f64) -> f64 {
    match variance > 0.0 {
        true => slope / variance * slope,
        false => 0.0,
    }
}

fn all<T>(around: Around<Option<T>>) -> Option<Around<T>> {
    let all: Vec<T> = around.into_iter().collect::<Option<_>>()?;
    all.try_into().ok()
}

/// Five lists of the same length, element by element.
fn together<T>(lists: Around<impl Iterator<Item = T>>) -> impl Iterator<Item = Around<T>> {
    let [a, b, c, d, e] = lists;
    let pairs = a.zip(b).zip(c).zip(d).zip(e);
    pairs.map(|((((a, b), c), d), e)| [a, b, c, d, e])
}

fn counts_of(chances: &Chances<'_>, count: Count) -> Option<Counts> {
    // More than that of any distribution of counts, by powers of the longest one.
    let work = chances.work(Credit::PartialCredit) * f64::from(chances.longest());
    (work <= QUICK).then(|| chances.distributions(count))?
}

/// What an item may score, each score with its probability, the scores of each length apart.
fn law(counts: &Counts, credit: Counted) -> Vec<(f64, f64)> {
    let mut law: Vec<(f64, f64)> = Vec::new();
    for (steps, share, probabilities) in counts {
        for (count, probability) in (0..).zip(probabilities) {
            let (score, probability) = (credit.value(count, *steps), share * probability);
            match law.last_mut() {
                Some((last, sum)) if count > 0 && *last == score => *sum += probability,
                _ => law.push((score, probability)),
            }
        }
    }
    law
}
