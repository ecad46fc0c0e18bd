//! Items of two slices whose early trends oppose each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Break, ChangeOfLaw, Curve, Probability, Scale, hazard_of};
use crate::domain::Positive;

/// Hard items that first get worse and easy ones that first get better, then worse (Wu and Lo 2024, arXiv:2410.01692: U and
/// inverted U). The formula is our own: with G = exp(-(log10(N/turn-at)/turn-width)^2/2) and
/// R = start + (1 - start)/(1 + (N/midpoint)^-slope) of each slice, hard items succeed with R (1 - dip G), easy ones with
/// R + (1 - R) hump G, and the curve is the mean of both by `share`.
///
/// Where share dip start = (1 - share) hump (1 - start) the early trends cancel: the mean is flat, then soars, while neither
/// slice ever stood still. The curve is that of a step of an item drawn anew; for the slices themselves set `share` to 1 or 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpposedSlices {
    /// Share of hard items.
    pub share: Probability,
    /// Success probability at vanishing scale, such as 1 of 4 choices.
    pub start: Probability,
    /// How much of their success hard items lose at worst.
    pub dip: Probability,
    /// How much of what they lack easy items gain at the top of their hump.
    pub hump: Probability,
    /// The scale at which both turn.
    pub turn_at: Scale,
    /// How wide dip and hump are, as the standard deviation of a normal curve, in decades.
    pub turn_width: Positive,
    /// The scale at which hard items are half-way from start to 1.
    pub hard_midpoint: Scale,
    /// The scale at which easy items are half-way from start to 1.
    pub easy_midpoint: Scale,
    /// Log-odds per e-fold of that rise.
    pub slope: Positive,
}

impl Default for OpposedSlices {
    fn default() -> Self {
        Self {
            share: Probability::constant(0.5),
            start: Probability::constant(0.25),
            dip: Probability::constant(0.6),
            hump: Probability::constant(0.2),
            turn_at: Scale::constant(1e9),
            turn_width: Positive::constant(0.5),
            hard_midpoint: Scale::constant(3e11),
            easy_midpoint: Scale::constant(1e11),
            slope: Positive::constant(1.5),
        }
    }
}

impl OpposedSlices {
    /// R and 1 - R at a scale.
    fn rise(&self, scale: Scale, midpoint: Scale) -> (f64, f64) {
        let log_odds = self.slope.get() * scale.e_folds_above(midpoint);
        let start = self.start.get();
        let share = 1.0 / (1.0 + libm::exp(-log_odds));
        let rest = 1.0 / (1.0 + libm::exp(log_odds));
        (start + (1.0 - start) * share, (1.0 - start) * rest)
    }
}

impl Curve for OpposedSlices {
    fn hazard(&self, scale: Scale) -> f64 {
        let decades = scale.e_folds_above(self.turn_at) / std::f64::consts::LN_10;
        let deviations = decades / self.turn_width.get();
        let turn = libm::exp(-0.5 * deviations * deviations);
        let (dip, hump) = (self.dip.get() * turn, self.hump.get() * turn);
        let (hard, hard_rest) = self.rise(scale, self.hard_midpoint);
        let (easy, easy_rest) = self.rise(scale, self.easy_midpoint);
        let mean = |of_hard: f64, of_easy: f64| {
            let share = self.share.get();
            share * of_hard + (1.0 - share) * of_easy
        };
        hazard_of(
            mean(hard * (1.0 - dip), easy + easy_rest * hump),
            mean(hard_rest + hard * dip, easy_rest * (1.0 - hump)),
        )
    }

    fn hazard_limits(&self) -> (f64, f64) {
        (-libm::log(self.start.get()), 0.0)
    }

    fn breaks(&self) -> Vec<Break> {
        let (share, dip, hump) = (self.share.get(), self.dip.get(), self.hump.get());
        let turns = share * dip > 0.0 || (1.0 - share) * hump > 0.0;
        let turn = turns.then_some(Break {
            at: self.turn_at,
            width: self.turn_width.get(),
            change: ChangeOfLaw::Turn,
        });
        turn.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, curve};

    // Expected values: mpmath with 40 digits.

    fn slices(share: f64) -> super::super::SkillCurve {
        curve(&format!(
            r#"{{"kind": "opposed-slices", "share": {share}, "start": 0.22, "dip": 0.55, "hump": 0.31, "turn-at": 2e9,
                "turn-width": 0.6, "hard-midpoint": 4e11, "easy-midpoint": 7e10, "slope": 1.3}}"#
        ))
    }

    #[test]
    fn the_curve_is_the_mean_of_its_slices() {
        close(slices(0.37).success(at(5e8)), 0.28569590873410033);
        close(slices(0.37).success(at(3e10)), 0.36161717745816674);
        close(slices(0.37).hazard(at(1e16)), 6.510543263997817e-7);
        close(slices(1.0).success(at(5e9)), 0.12434717710356111);
    }

    /// .5 .6 .25 = .5 .2 .75: at the turn of the default nothing is left of .15 down and .15 up.
    #[test]
    fn opposed_trends_cancel() {
        let at_turn = |share: f64| {
            let json = format!(r#"{{"kind": "opposed-slices", "share": {share}, "slope": 9}}"#);
            curve(&json).success(at(1e9))
        };
        close(at_turn(1.0), 0.1);
        close(at_turn(0.0), 0.4);
        close(at_turn(0.5), 0.25);
    }

    #[test]
    fn without_a_turn_there_is_no_break() {
        let still = r#"{"kind": "opposed-slices", "share": 1, "dip": 0}"#;
        assert_eq!(curve(still).declared_breaks(), []);
    }
}
