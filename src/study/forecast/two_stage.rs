//! First the loss, then the score that belongs to it (Gadre et al. 2024, arXiv:2403.08540).

use super::foretell::{FittedCurve, Reached};
use super::law_curve::LawCurve;
use super::loss_law::{LossLaw, loss_of};
use crate::domain::Scale;
use crate::domain::special::{normal_cdf, normal_quantile};
use crate::study::measured::{Measured, MeasuredPoint};

/// Losses at the scales of scores, as scales of the second stage: of s = e^-loss, loss in a unit that makes their range 4, the
/// law ln(y/(1 - y)) = a - b loss is a logistic in ln s.
#[derive(Clone, Debug)]
pub(super) struct LossScale {
    least: f64,
    per_nat: f64,
}

/// e-folds of the second stage's scale.
const RANGE: f64 = 4.0;

impl LossScale {
    /// The scores whose losses are known, and those losses as scales; `None` where losses are all the same.
    pub(super) fn new(
        measured: &Measured,
        losses: &Measured,
    ) -> Option<(Self, Vec<MeasuredPoint>, Vec<Scale>)> {
        let both = measured.points().iter().filter_map(|point| {
            let mut losses_there = losses.points().iter();
            let there = losses_there.find(|loss| loss.scale == point.scale)?;
            Some((*point, loss_of(losses, there.mean)))
        });
        let (points, values): (Vec<MeasuredPoint>, Vec<f64>) = both.unzip();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let per_nat = RANGE / (most - least);
        if !per_nat.is_finite() {
            return None;
        }
        let scale = Self { least, per_nat };
        let scales = values
            .iter()
            .map(|loss| Scale::try_from(libm::exp(scale.ln(*loss))));
        let scales = scales.collect::<Result<_, _>>().ok()?;
        Some((scale, points, scales))
    }

    /// ln s.
    fn ln(&self, loss: f64) -> f64 {
        -self.per_nat * (loss - self.least)
    }
}

/// Nodes and weights of Gauss and Hermite for a standard normal (DLMF 3.5.28), where a loss is known by its error alone.
const NORMAL: [(f64, f64); 9] = [
    (-4.512_745_863_399_783, 2.234_584_400_774_66e-5),
    (-3.205_429_002_856_47, 2.789_141_321_231_769e-3),
    (-2.076_847_978_677_83, 4.991_640_676_521_788e-2),
    (-1.023_255_663_789_133, 2.440_975_028_949_394e-1),
    (0.0, 4.063_492_063_492_063e-1),
    (1.023_255_663_789_133, 2.440_975_028_949_394e-1),
    (2.076_847_978_677_83, 4.991_640_676_521_788e-2),
    (3.205_429_002_856_47, 2.789_141_321_231_769e-3),
    (4.512_745_863_399_783, 2.234_584_400_774_66e-5),
];

/// The score over scale by way of the loss: its confidence distribution is that of the score at a known loss, mixed over the
/// losses that the first stage leaves possible.
pub(super) struct TwoStageCurve<'a> {
    pub(super) losses: LossLaw,
    pub(super) scale: LossScale,
    pub(super) scores: LawCurve<'a>,
    /// ln N of the last score.
    pub(super) last: f64,
    /// What was computed for the ln N that was asked for last: ln s of each node, with its weight.
    nodes: Option<(f64, [(f64, f64); 9])>,
}

impl<'a> TwoStageCurve<'a> {
    pub(super) const fn new(
        losses: LossLaw,
        scale: LossScale,
        scores: LawCurve<'a>,
        last: f64,
    ) -> Self {
        Self {
            losses,
            scale,
            scores,
            last,
            nodes: None,
        }
    }

    fn nodes(&mut self, ln_scale: f64) -> [(f64, f64); 9] {
        if let Some((_, nodes)) = self.nodes.filter(|known| known.0 == ln_scale) {
            return nodes;
        }
        let u = ln_scale - self.last;
        let (loss, (below, above)) = (self.losses.loss(u), self.losses.errors(u));
        let nodes = NORMAL.map(|(z, weight)| {
            let off = if z < 0.0 { z * below } else { z * above };
            (self.scale.ln((loss + off).max(0.0)), weight)
        });
        self.nodes = Some((ln_scale, nodes));
        nodes
    }
}

impl FittedCurve for TwoStageCurve<'_> {
    fn fitted(&self, ln_scale: f64) -> f64 {
        let loss = self.losses.loss(ln_scale - self.last);
        self.scores.fitted(self.scale.ln(loss))
    }

    fn root(&mut self, ln_scale: f64, x: f64) -> f64 {
        let nodes = self.nodes(ln_scale);
        let each = nodes.iter().map(|(ln_s, weight)| {
            let root = self.scores.root(*ln_s, x);
            (weight * normal_cdf(root), weight * normal_cdf(-root))
        });
        let (below, above) = each.fold((0.0, 0.0), |(below, above), (one, other)| {
            (below + one, above + other)
        });
        // From the smaller side, which keeps its digits.
        match below < above {
            true => normal_quantile(f64::max(below, 1e-300)),
            false => -normal_quantile(f64::max(above, 1e-300)),
        }
    }

    fn score(&self, x: f64) -> f64 {
        self.scores.score(x)
    }

    fn least_with(&self, score: f64) -> Reached {
        self.scores.least_with(score)
    }

    fn within(&self) -> (f64, f64) {
        self.scores.within()
    }

    fn ends(&self) -> (f64, f64) {
        self.scores.ends()
    }

    fn trials(&self, x: f64, attempts: u64) -> f64 {
        self.scores.trials(x, attempts)
    }
}
