//! What repeated attempts at the items of a scale tell: pass@k over k, and how items differ.

use super::item_law::{ItemLawError, ItemLawFit, ItemLawFits, SuccessHistogram, fit_item_law};
use super::{Confidence, CreditSummary, Estimate, Finding, LikelihoodInterval};
use crate::domain::special::normal_cdf;
use crate::domain::{Attempts, Credit, Level, Metric, Range, Reducer, Scale, Successes};
use crate::engine::Tally;

/// How far beyond the attempts at hand pass@k is told by the law of items.
const BEYOND: u32 = 10;

/// The attempts of one training run at one scale under one credit of all or nothing.
#[derive(Clone, Debug)]
pub struct Repeated {
    /// The scale.
    pub scale: Scale,
    /// The credit.
    pub credit: Credit,
    /// Number of items.
    pub items: u64,
    /// Attempts at each item.
    pub attempts: u32,
    /// How often the intervals should hold the truth.
    pub level: Level,
    /// pass@k for k = 1, 2, 5, 10, ... up to all attempts.
    pub passes: Vec<PassAt>,
    /// The law of the success probability of items, and what it says.
    pub law: Result<ToldLaw, ItemLawError>,
}

/// pass@k.
#[derive(Clone, Copy, Debug)]
pub struct PassAt {
    /// k.
    pub k: u32,
    /// Without bias, with its interval for new items.
    pub estimate: Estimate,
    /// The mean of 1 - (1 - j/m)^k over items with j of m attempts right: too low on average.
    pub plug_in: f64,
    /// What is expected; `None` where no method computes it.
    pub expected: Option<f64>,
}

/// The law of items by maximum likelihood.
#[derive(Clone, Debug)]
pub struct ToldLaw {
    /// Both laws.
    pub fits: ItemLawFits,
    /// The p-value of items that are all alike against the law without a ceiling: half a chi-square with one degree of
    /// freedom, as alike items lie at the end of such laws (Self and Liang 1987, J. Am. Stat. Assoc. 82, 605).
    pub alike_p_value: f64,
    /// The interval of a, the exponent with which -ln pass@k falls over k.
    pub exponent: LikelihoodInterval,
    /// Ten times the attempts at hand, pass@k there, and its interval, both by the law alone.
    pub beyond: (u32, f64, LikelihoodInterval),
}

impl ToldLaw {
    fn of(fits: ItemLawFits, histogram: &SuccessHistogram, level: Level) -> Self {
        let attempts = histogram.attempts();
        let gained = 2.0 * (fits.whole.ln_likelihood - histogram.ln_likelihood_of_alike());
        let fit = best_of(&fits, level);
        let k = attempts.saturating_mul(BEYOND);
        Self {
            alike_p_value: normal_cdf(-libm::sqrt(gained.max(0.0))),
            exponent: fit.exponent_interval(level),
            beyond: (k, fit.law.pass_at(k), fit.pass_at_interval(k, level)),
            fits,
        }
    }

    /// Whether the attempts tell at this level that items differ.
    #[must_use]
    pub fn items_differ(&self, level: Level) -> bool {
        self.alike_p_value < 1.0 - level.get()
    }

    /// The law with a ceiling where the data ask for one at this level, else the one without.
    #[must_use]
    pub fn best(&self, level: Level) -> &ItemLawFit {
        best_of(&self.fits, level)
    }
}

fn best_of(fits: &ItemLawFits, level: Level) -> &ItemLawFit {
    match fits.ceiling.tells(level) {
        true => &fits.scaled,
        false => &fits.whole,
    }
}

/// What repeated attempts tell, by scale, then by credit; nothing where items have fewer than three attempts, and where
/// training runs are several: there an item has several success probabilities.
pub(super) fn repeated(finding: &Finding, cancelled: &dyn Fn() -> bool) -> Vec<Repeated> {
    let evaluation = &finding.scenario.evaluation;
    if evaluation.training_seeds.get() > 1 || evaluation.attempts.get() < 3 {
        return Vec::new();
    }
    let mut credits: Vec<(usize, Credit)> = Vec::new();
    for (place, metric) in evaluation.metrics.as_slice().iter().enumerate() {
        let known = credits.iter().any(|known| known.1 == metric.credit);
        if metric.credit.is_all_or_nothing() && !known {
            credits.push((place, metric.credit));
        }
    }
    let mut all = Vec::new();
    let scales = evaluation.scales.as_slice().iter().zip(&finding.tallies);
    for (&scale, tally) in scales {
        for &(place, credit) in &credits {
            let Ok(tally) = tally else { continue };
            if !cancelled() {
                all.extend(of_scale(finding, scale, tally, place, credit));
            }
        }
    }
    all
}

fn of_scale(
    finding: &Finding,
    scale: Scale,
    tally: &Tally,
    place: usize,
    credit: Credit,
) -> Option<Repeated> {
    let (scenario, evaluation) = (&finding.scenario, &finding.scenario.evaluation);
    let (attempts, level) = (evaluation.attempts.get(), evaluation.level);
    let successes = &tally.cells.get(place)?.successes;
    let items = successes.iter().map(|(&right, &items)| (right, items));
    let histogram = SuccessHistogram::new(attempts, items).ok()?;
    let confidence = Confidence::of(scenario, level);
    let chances = scenario.chances();
    let chances = chances.at(scale);
    let pass = |k: u32| {
        let k = Attempts::try_from(u64::from(k)).ok()?;
        let summary = summary(tally, successes.iter(), attempts, Reducer::PassAt(k));
        let plug_in = self::summary(tally, successes.iter(), attempts, Reducer::PlugInPassAt(k));
        Some(PassAt {
            k: k.get(),
            estimate: summary.estimate(&confidence),
            plug_in: plug_in.mean,
            expected: chances.reduced(credit, Reducer::PassAt(k)),
        })
    };
    Some(Repeated {
        scale,
        credit,
        items: tally.items,
        attempts,
        level,
        passes: ladder(attempts).filter_map(pass).collect(),
        law: fit_item_law(&histogram).map(|fits| ToldLaw::of(fits, &histogram, level)),
    })
}

/// 1, 2, 5, 10, 20, ... below a number, and the number.
fn ladder(last: u32) -> impl Iterator<Item = u32> {
    let decades = (0..10).map(|decade| 10_u64.pow(decade));
    let rungs = decades.flat_map(|decade| [1, 2, 5].map(|digit| digit * decade));
    let below = rungs.filter_map(|rung| u32::try_from(rung).ok());
    below.take_while(move |rung| *rung < last).chain([last])
}

/// What a reducer makes of items with so many right attempts.
fn summary<'a>(
    tally: &Tally,
    items: impl Iterator<Item = (&'a u32, &'a u64)> + Clone,
    attempts: u32,
    reducer: Reducer,
) -> CreditSummary {
    let n = tally.items as f64;
    let value = |right: u32| {
        reducer.value(&Successes {
            attempts,
            right,
            reached: None,
            wrong: &[],
        })
    };
    let mean_of = |of: &dyn Fn(f64) -> f64| -> f64 {
        let terms = items.clone();
        terms
            .map(|(right, items)| *items as f64 * of(value(*right)))
            .sum::<f64>()
            / n
    };
    let mean = mean_of(&|value| value).min(1.0);
    let scatter = n * mean_of(&|value| (value - mean) * (value - mean));
    let with = |of: &dyn Fn(f64) -> bool| -> u64 {
        let items = items.clone().filter(|(right, _)| of(value(**right)));
        items.map(|(_, items)| *items).sum()
    };
    let commonest = with(&|value| value == 0.0).max(with(&|value| value == 1.0));
    CreditSummary {
        items: tally.items,
        attempts: u64::from(attempts),
        steps: 1.0,
        mean,
        variance: scatter / (n - 1.0).max(1.0),
        runs: None,
        unlike_commonest: tally.items - commonest,
        all_or_nothing: false,
        step_mean: false,
        range: Range::Unit,
    }
}

impl Repeated {
    /// The metric whose estimate a place of pass@k is.
    #[must_use]
    pub fn metric(&self, pass: &PassAt) -> Option<Metric> {
        let k = Attempts::try_from(u64::from(pass.k)).ok()?;
        Some(Metric {
            reducer: Reducer::PassAt(k),
            ..Metric::mean(self.credit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rungs_end_at_the_last_attempt() {
        assert_eq!(ladder(7).collect::<Vec<_>>(), [1, 2, 5, 7]);
        assert_eq!(ladder(20).collect::<Vec<_>>(), [1, 2, 5, 10, 20]);
    }
}
