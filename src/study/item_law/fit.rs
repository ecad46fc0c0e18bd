//! The law of items that makes what was seen most likely, and which others do not make it much less so.

use super::{ItemLaw, ItemLawError, SuccessHistogram};
use crate::domain::Level;
use crate::domain::special::normal_cdf;
use crate::study::likelihood::{LikelihoodInterval, likelihood_interval, root};
use crate::study::maximum::{Maximum, Search};

/// Shapes are looked for between these, as logarithms: 1e-4 and 1e5.
const LN_SHAPES: (f64, f64) = (-9.210_340_371_976_182, 11.512_925_464_970_229);

/// Log-odds of the ceiling: beyond, it is as good as 1, or all is wrong.
const CEILINGS: (f64, f64) = (-25.0, 16.0);

/// First steps in ln a, ln b and the log-odds of the ceiling.
const STEPS: [f64; 3] = [0.4, 0.6, 0.8];

/// The law of largest likelihood.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemLawFit {
    /// The law.
    pub law: ItemLaw,
    /// ln of the probability of all items under it.
    pub ln_likelihood: f64,
    /// Whether the search arrived at a maximum. If not, the law is the best that was seen and no interval holds.
    pub converged: bool,
    /// From how many starts it looked.
    pub starts: u32,
    /// How many of them led to a likelihood as high, to a thousandth of its logarithm.
    pub agreeing: u32,
    /// A parameter at the end of what is looked at: the data would have it beyond, as where items do not differ.
    pub at_edge: Option<&'static str>,
    histogram: SuccessHistogram,
    scaled: bool,
}

/// Both laws, and whether the ceiling is needed.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemLawFits {
    /// With a ceiling of 1: the beta-binomial.
    pub whole: ItemLawFit,
    /// With a free ceiling.
    pub scaled: ItemLawFit,
    /// The one held against the other.
    pub ceiling: CeilingTest,
}

/// A free ceiling held against a ceiling of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CeilingTest {
    /// Twice the difference of the log-likelihoods; not negative.
    pub statistic: f64,
    /// The tail of chi-square with one degree of freedom. For very many items it is twice what it could be, since a ceiling
    /// cannot be above 1 (Self and Liang 1987, J. Am. Stat. Assoc. 82, 605); but of 128 items with 100 attempts half the
    /// tail is below .05 in 11% of tests without a ceiling.
    pub p_value: f64,
}

impl CeilingTest {
    pub(super) fn of(statistic: f64) -> Self {
        let p_value = match statistic > 0.0 {
            true => 2.0 * normal_cdf(-libm::sqrt(statistic)),
            false => 1.0,
        };
        Self { statistic, p_value }
    }

    /// Whether the data can tell the ceiling from 1 at this level.
    #[must_use]
    pub fn tells(&self, level: Level) -> bool {
        self.p_value < 1.0 - level.get()
    }
}

/// Maximum likelihood of the beta law of items and of the one with a ceiling, from all items as they are: an item that was
/// never right counts as such (Kazdan et al. 2025, arXiv:2510.05197; Schaeffer et al. 2025, arXiv:2502.17578).
///
/// # Errors
/// Fewer than three attempts, or all of them right, or all wrong.
pub fn fit_item_law(histogram: &SuccessHistogram) -> Result<ItemLawFits, ItemLawError> {
    let attempts = histogram.attempts();
    if attempts < 3 {
        return Err(ItemLawError::FewAttempts(attempts));
    }
    if histogram.most_right() == 0 {
        return Err(ItemLawError::NothingVaries("wrong"));
    }
    if histogram.fewest_right() == attempts {
        return Err(ItemLawError::NothingVaries("right"));
    }
    let whole = ItemLawFit::of(histogram, false);
    let mut scaled = ItemLawFit::of(histogram, true);
    // The laws with a ceiling of 1 are among those with a ceiling.
    if scaled.ln_likelihood < whole.ln_likelihood + 1e-6 {
        scaled.law = whole.law;
        scaled.ln_likelihood = whole.ln_likelihood;
        scaled.at_edge = Some("ceiling");
        scaled.converged = whole.converged;
    }
    let ceiling = CeilingTest::of(2.0 * (scaled.ln_likelihood - whole.ln_likelihood));
    Ok(ItemLawFits {
        whole,
        scaled,
        ceiling,
    })
}

/// ln a, ln b, and the log-odds of the ceiling where it is free.
fn law_at(place: &[f64]) -> Option<ItemLaw> {
    let (least, most) = LN_SHAPES;
    let is_shape = |ln: &f64| (least..=most).contains(ln);
    let ceiling = match place.get(2) {
        Some(log_odds) if !(CEILINGS.0..=CEILINGS.1).contains(log_odds) => return None,
        Some(log_odds) => 1.0 / (1.0 + libm::exp(-log_odds)),
        None => 1.0,
    };
    place[..2].iter().all(is_shape).then(|| ItemLaw {
        a: libm::exp(place[0]),
        b: libm::exp(place[1]),
        ceiling,
    })
}

fn place_of(law: &ItemLaw) -> [f64; 3] {
    let rest = (1.0 - law.ceiling).max(libm::exp(-CEILINGS.1));
    let log_odds = libm::log(law.ceiling / rest).min(CEILINGS.1);
    [libm::log(law.a), libm::log(law.b), log_odds]
}

impl ItemLawFit {
    fn of(histogram: &SuccessHistogram, scaled: bool) -> Self {
        let free = if scaled { 3 } else { 2 };
        let mut f = |place: &[f64]| likelihood_at(histogram, place);
        let starts = starts(histogram, scaled);
        let nowhere = || Maximum {
            place: vec![0.0; free],
            value: f64::NEG_INFINITY,
            evaluations: 0,
            converged: false,
        };
        let found = Search::default().climb_from_all(&mut f, &starts, &STEPS[..free]);
        let (found, agreeing) = found.unwrap_or_else(|| (nowhere(), 0));
        let law = law_at(&found.place).unwrap_or(ItemLaw {
            a: 1.0,
            b: 1.0,
            ceiling: 1.0,
        });
        Self {
            law,
            ln_likelihood: found.value,
            converged: found.converged,
            starts: starts.len() as u32,
            agreeing,
            at_edge: edge(&found.place),
            histogram: histogram.clone(),
            scaled,
        }
    }

    /// The interval of a, the exponent of the power law of -ln pass@k, by profile likelihood. Measured: of 128 items of
    /// Beta(0.4, 3.5) on (0, 0.1) with 100 attempts each, the 95% interval holds a in 90% of tests.
    #[must_use]
    pub fn exponent_interval(&self, level: Level) -> LikelihoodInterval {
        let [ln_a, ln_b, ceiling] = place_of(&self.law);
        let home = [ln_b, ceiling];
        let mut last = home;
        let mut profile = |ln_a: f64| {
            self.best_of(&mut last, home, &[STEPS[1], STEPS[2]], |rest| {
                [ln_a, rest[0], rest[1]]
            })
        };
        let peak = (ln_a, self.ln_likelihood);
        likelihood_interval(&mut profile, peak, 0.3, LN_SHAPES, level).map(libm::exp)
    }

    /// The interval of the ceiling, of the law where it is free: of the other, a likelier ceiling below 1 counts as a search
    /// that did not converge. An upper end of `None` means that a ceiling of 1 is not refused.
    #[must_use]
    pub fn ceiling_interval(&self, level: Level) -> LikelihoodInterval {
        let [ln_a, ln_b, ceiling] = place_of(&self.law);
        let histogram = &self.histogram;
        let mut last = vec![ln_a, ln_b];
        let mut profile = |ceiling: f64| {
            let mut f = |place: &[f64]| likelihood_at(histogram, &[place[0], place[1], ceiling]);
            let found = Search::default().climb(&mut f, &last, &STEPS[..2]);
            last.clone_from(&found.place);
            found
        };
        let peak = (ceiling, self.ln_likelihood);
        let interval = likelihood_interval(&mut profile, peak, 0.5, CEILINGS, level);
        interval.map(|log_odds| 1.0 / (1.0 + libm::exp(-log_odds)))
    }

    /// The interval of pass@k, by profile likelihood: for each value of it, b is what gives that value. Far beyond the
    /// attempts it is somewhat too short: of items as for [`Self::exponent_interval`], the 95% interval of pass@5000 holds it
    /// in 83% of 40 tests.
    #[must_use]
    pub fn pass_at_interval(&self, k: u32, level: Level) -> LikelihoodInterval {
        const LOG_ODDS: (f64, f64) = (-40.0, 36.0);
        let [ln_a, _, ceiling] = place_of(&self.law);
        let home = [ln_a, ceiling];
        let mut last = home;
        let mut profile = |log_odds: f64| {
            let missed = -libm::log1p(libm::exp(log_odds));
            self.best_of(&mut last, home, &[STEPS[0], STEPS[2]], |rest| {
                let law = |ln_b: f64| law_at(&self.free(&[rest[0], ln_b, rest[1]]));
                let ln_b = shape_of_pass(law, k, missed).unwrap_or(f64::NAN);
                [rest[0], ln_b, rest[1]]
            })
        };
        let pass = self.law.pass_at(k);
        let peak = libm::log(pass) - self.law.ln_probability(0, k);
        let peak = (peak, self.ln_likelihood);
        let interval = likelihood_interval(&mut profile, peak, 0.3, LOG_ODDS, level);
        interval.map(|log_odds| 1.0 / (1.0 + libm::exp(-log_odds)))
    }

    /// The best likelihood over what is left free, from where the last search ended, from the law itself, or with a higher
    /// ceiling: whichever is the most likely to start with.
    fn best_of(
        &self,
        last: &mut [f64; 2],
        home: [f64; 2],
        steps: &[f64; 2],
        place: impl Fn(&[f64; 2]) -> [f64; 3],
    ) -> Maximum {
        // Without a free ceiling only the first of both is free.
        let free = if self.scaled { 2 } else { 1 };
        let mut f = |rest: &[f64]| {
            let rest = [rest[0], rest.get(1).copied().unwrap_or(CEILINGS.1)];
            likelihood_at(&self.histogram, &self.free(&place(&rest)))
        };
        let higher = [[last[0], 1.0], [last[0], 4.0], [home[0], 8.0]];
        let starts = [*last, home].into_iter().chain(higher);
        let values = starts.map(|start| (f(&start[..free]), start));
        let best = values.max_by(|one, other| one.0.total_cmp(&other.0));
        let start = best.map_or(home, |(_, start)| start);
        let found = Search::default().climb(&mut f, &start[..free], &steps[..free]);
        last[..free].copy_from_slice(&found.place);
        found
    }

    /// As many numbers as are free.
    fn free(&self, place: &[f64; 3]) -> Vec<f64> {
        place[..if self.scaled { 3 } else { 2 }].to_vec()
    }
}

fn likelihood_at(histogram: &SuccessHistogram, place: &[f64]) -> f64 {
    law_at(place).map_or(f64::NEG_INFINITY, |law| histogram.ln_likelihood(&law))
}

/// ln b such that ln(1 - pass@k) has this value; it rises with b. `None` if no shape that is looked at gives it.
fn shape_of_pass(law: impl Fn(f64) -> Option<ItemLaw>, k: u32, ln_missed: f64) -> Option<f64> {
    // On a scale on which neither end of pass@k is flat.
    let scale = |ln_missed: f64| libm::log(-ln_missed);
    let mut off = |ln_b: f64| match law(ln_b) {
        Some(law) => scale(law.ln_probability(0, k)) - scale(ln_missed),
        None => f64::NAN,
    };
    let (low, high) = LN_SHAPES;
    let (at_low, at_high) = (off(low), off(high));
    let is_between = at_low >= 0.0 && at_high <= 0.0;
    is_between.then(|| root(&mut off, (low, at_low), (high, at_high), 1e-9))
}

/// A parameter within a hundredth of the end of what is looked at.
fn edge(place: &[f64]) -> Option<&'static str> {
    let (least, most) = LN_SHAPES;
    let is_edge = |x: f64, (least, most)| x < least + 0.01 || x > most - 0.01;
    match place {
        [ln_a, ..] if is_edge(*ln_a, (least, most)) => Some("a"),
        [_, ln_b, ..] if is_edge(*ln_b, (least, most)) => Some("b"),
        [_, _, ceiling] if is_edge(*ceiling, CEILINGS) => Some("ceiling"),
        _ => None,
    }
}

/// Laws of the observed mean: three shapes at 0, and with a free ceiling two ceilings, near the best item and well above.
fn starts(histogram: &SuccessHistogram, scaled: bool) -> Vec<Vec<f64>> {
    let rate = histogram.rate();
    let best = f64::from(histogram.most_right()) / f64::from(histogram.attempts());
    let ceilings = match scaled {
        true => vec![(1.1 * best).min(0.97), (3.0 * best).min(0.99)],
        false => vec![1.0],
    };
    let of = |ceiling: f64| {
        [0.15, 0.6, 3.0].map(|a| {
            let b = a * (ceiling / rate - 1.0);
            let law = ItemLaw {
                a,
                b: b.clamp(0.02, 1e4),
                ceiling,
            };
            place_of(&law)[..if scaled { 3 } else { 2 }].to_vec()
        })
    };
    ceilings.into_iter().flat_map(of).collect()
}
