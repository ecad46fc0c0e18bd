//! How one step's success probability grows with scale.

mod breaks;
mod loss;
mod percolation;
mod power;
mod quanta;
mod runs;
mod sigmoid;
mod slices;
mod table;
mod world;

pub use breaks::{Break, BrokenPowerLaw, ChangeOfLaw, FurtherBreak};
pub use loss::{
    Chinchilla, Constants, Gadre, LossFloor, LossThreshold, TokensPerParameter, TrainingData,
    TrainingTokens,
};
pub use percolation::Percolation;
pub use power::{Gompertz, IrreduciblePowerLaw, PowerLaw};
pub use quanta::{Quanta, Quantum};
pub use runs::{BetweenSeeds, BimodalRuns, NormalRuns, Runs};
pub use sigmoid::{Acquisition, Hill, LinearLog, Logistic, Probit};
pub use slices::OpposedSlices;
pub use table::Tabulated;
pub use world::Skill;

use super::tagged::tagged;
use super::{Axis, Evaluation, Invalid, Probability, Scale};

tagged! {
    /// Scale to the success probability of one step, p(N); equivalently its hazard h(N) = -ln p(N).
    ///
    /// How p approaches 1 decides what exact match does to the curve: see each variant.
    pub enum SkillCurve, default "power-law" = Self::PowerLaw(PowerLaw::default()); {
        "power-law" => PowerLaw(PowerLaw):
            "h = (N/c)^-alpha",
            source "Kaplan et al. 2020, arXiv:2001.08361; Schaeffer et al. 2023, arXiv:2304.15004, section 2";
        "irreducible-power-law" => IrreduciblePowerLaw(IrreduciblePowerLaw):
            "h = irreducible + (N/c)^-alpha",
            source "Hoffmann et al. 2022, arXiv:2203.15556, equation 10, in N alone";
        "logistic" => Logistic(Logistic):
            "p = floor + (ceiling - floor)/(1 + (N/midpoint)^-slope)",
            source "Barton and Lord 1981, ETS Research Report 81-20, over ln N";
        "linear-log" => LinearLog(LinearLog):
            "p = log10(N/zero-at)/log10(one-at/zero-at), kept within 0 and 1",
            source "a control of our own: no law of growth is known to arrive at a corner";
        "broken-power-law" => BrokenPowerLaw(BrokenPowerLaw):
            "h = (N/c)^-alpha (1 + (N/d)^(1/f))^(-(alpha-after - alpha) f), d = break-at, f = break-width; one factor more for each of more-breaks",
            source "Caballero et al. 2022, arXiv:2210.14891, in the hazard";
        "gompertz" => Gompertz(Gompertz):
            "p = floor + (1 - floor) exp(-(N/c)^-alpha - irreducible)",
            source "Xu et al. 2025, arXiv:2502.17262 (COD), the curve of a cluster of tasks, over compute there";
        "chinchilla" => Chinchilla(Chinchilla):
            "h = kappa (L(N, D) - irreducible-loss), L = E + A/N^alpha + B/D^beta",
            source "Hoffmann et al. 2022, arXiv:2203.15556, equation 10; as a hazard, Schaeffer et al. 2023, arXiv:2304.15004";
        "gadre" => Gadre(Gadre):
            "p = 1 - (epsilon - k exp(-gamma L(N, D)))",
            source "Gadre et al. 2024, arXiv:2403.08540, equation 5";
        "hill" => Hill(Hill):
            "p = initial + (asymptote - initial)/(1 + (midpoint/N)^exponent)",
            source "Khatri et al. 2025, arXiv:2510.13786 (ScaleRL), over compute there";
        "probit" => Probit(Probit):
            "p = floor + (ceiling - floor) Phi(log10(N/midpoint)/sd)",
            source "the normal ogive of Lord 1952, Psychometric Monograph 7, over log10 N";
        "acquisition" => Acquisition(Acquisition):
            "p = 1 - (1 - chance)^(N/per-try)",
            source "Okawa et al. 2023, arXiv:2310.09336, over training time there";
        "table" => Tabulated(Tabulated):
            "ln(p/(1-p)) through the points over log10 N, by monotone cubics",
            source "Fritsch and Carlson 1980, SIAM Journal on Numerical Analysis 17, 238";
        "loss-threshold" => LossThreshold(LossThreshold):
            "p = floor + slope max(0, at-loss - L(N, D))^exponent, up to ceiling",
            source "Du et al. 2024, arXiv:2403.15796, whose scores leave chance below a loss; the formula's shape is ours";
        "percolation" => Percolation(Percolation):
            "p = floor + (ceiling - floor) S(c), S = 1 + W0(-c exp(-c))/c where c = (N/critical-at)^exponent exceeds 1, else 0",
            source "Lubana et al. 2024, arXiv:2408.12578; S is the giant component of Erdos and Renyi 1960";
        "quanta" => Quanta(Quanta):
            "p = unlearned + (learned - unlearned) (share of use of the first floor(N/capacity) quanta), use of quantum k as k^-(alpha+1)",
            source "Michaud et al. 2023, arXiv:2303.13506, with as many quanta as count";
        "opposed-slices" => OpposedSlices(OpposedSlices):
            "p = share R_hard (1 - dip G) + (1 - share) (R_easy + (1 - R_easy) hump G), R = start + (1 - start)/(1 + (N/midpoint)^-slope), G = exp(-(log10(N/turn-at)/turn-width)^2/2)",
            source "the trends are those of Wu and Lo 2024, arXiv:2410.01692; the formula is our own";
    }
}

/// What each kind of curve can tell.
trait Curve {
    /// h(N) = -ln p(N), in nats per step; infinite where p = 0.
    fn hazard(&self, scale: Scale) -> f64;

    /// What h tends to as N vanishes, and as N grows without end.
    fn hazard_limits(&self) -> (f64, f64);

    /// The genuine changes of law that the curve declares, by scale.
    fn breaks(&self) -> Vec<Break> {
        Vec::new()
    }
}

impl SkillCurve {
    fn curve(&self) -> &dyn Curve {
        match self {
            Self::PowerLaw(curve) => curve,
            Self::IrreduciblePowerLaw(curve) => curve,
            Self::Logistic(curve) => curve,
            Self::LinearLog(curve) => curve,
            Self::BrokenPowerLaw(curve) => curve,
            Self::Gompertz(curve) => curve,
            Self::Chinchilla(curve) => curve,
            Self::Gadre(curve) => curve,
            Self::Hill(curve) => curve,
            Self::Probit(curve) => curve,
            Self::Acquisition(curve) => curve,
            Self::Tabulated(curve) => curve,
            Self::LossThreshold(curve) => curve,
            Self::Percolation(curve) => curve,
            Self::Quanta(curve) => curve,
            Self::OpposedSlices(curve) => curve,
        }
    }

    /// h(N) = -ln p(N), in nats per step; infinite where p = 0.
    #[must_use]
    pub fn hazard(&self, scale: Scale) -> f64 {
        self.curve().hazard(scale)
    }

    /// p(N), the success probability of one step of ordinary difficulty.
    #[must_use]
    pub fn success(&self, scale: Scale) -> f64 {
        libm::exp(-self.hazard(scale))
    }

    /// What h tends to as N vanishes, and as N grows without end; of a table, its values at its ends.
    #[must_use]
    pub fn hazard_limits(&self) -> (f64, f64) {
        self.curve().hazard_limits()
    }

    /// The genuine changes of law that the curve declares, by scale. Corners of a straight line are none, and a table
    /// declares nothing.
    #[must_use]
    pub fn declared_breaks(&self) -> Vec<Break> {
        self.curve().breaks()
    }

    /// The scales that the curve is known at, where those are not all.
    #[must_use]
    pub fn range(&self) -> Option<(Scale, Scale)> {
        match self {
            Self::Tabulated(table) => table.range(),
            _ => None,
        }
    }

    /// Whether the curve takes N for a number of parameters, whatever the axis counts.
    #[must_use]
    pub const fn needs_parameters(&self) -> bool {
        matches!(
            self,
            Self::Chinchilla(_) | Self::Gadre(_) | Self::LossThreshold(_)
        )
    }

    /// The exponent a where the hazard is a multiple of N^-a and nothing else.
    #[must_use]
    pub fn pure_exponent(&self) -> Option<f64> {
        match self {
            Self::PowerLaw(law) => Some(law.alpha.get()),
            Self::Chinchilla(law) => law.pure_exponent(),
            _ => None,
        }
    }

    /// Whether it is a logistic in ln N from 0 to 1.
    #[must_use]
    pub fn is_whole_logistic(&self) -> bool {
        match self {
            Self::Logistic(law) => law.floor().get() == 0.0 && law.ceiling().get() == 1.0,
            Self::Hill(law) => law.initial().get() == 0.0 && law.asymptote().get() == 1.0,
            _ => false,
        }
    }

    /// Whether it is known wherever an evaluation measures it; `range` is where it is known at all.
    pub(crate) fn fits(
        &self,
        range: Option<(Scale, Scale)>,
        evaluation: &Evaluation,
    ) -> Result<(), Invalid> {
        if self.needs_parameters() && evaluation.axis != Axis::Parameters {
            return Err(Invalid::NeedsParameters(self.kind()));
        }
        let Some((first, last)) = range else {
            return Ok(());
        };
        let scales = evaluation.scales.as_slice().iter();
        // Scales of twelve digits, moved by an efficiency, may be a rounding off the ends.
        let is_outside = |scale: &&Scale| {
            let past = first.e_folds_above(**scale).max(scale.e_folds_above(last));
            past > 1e-9
        };
        match scales.clone().find(is_outside) {
            None => Ok(()),
            Some(scale) => Err(Invalid::OutsideTable {
                scale: scale.get(),
                first: first.get(),
                last: last.get(),
            }),
        }
    }
}

/// ln(1 + e^x), without overflow.
pub(super) fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

/// -ln p, from whichever of p and 1 - p keeps its leading digits.
fn hazard_of(success: f64, missing: f64) -> f64 {
    match success < 0.5 {
        true => -libm::log(success),
        false => -libm::log1p(-missing.min(1.0)),
    }
}

/// The hazard of a probability that has gone a share of its way from floor to ceiling; `rest` is 1 - share.
fn hazard_between(floor: Probability, ceiling: Probability, share: f64, rest: f64) -> f64 {
    let (floor, ceiling) = (floor.get(), ceiling.get());
    let way = ceiling - floor;
    hazard_of(floor + way * share, (1.0 - ceiling) + way * rest)
}

/// The hazards of two probabilities.
fn hazards_of(floor: Probability, ceiling: Probability) -> (f64, f64) {
    (-libm::log(floor.get()), -libm::log(ceiling.get()))
}

#[cfg(test)]
mod testing {
    use super::{Scale, Skill, SkillCurve};

    pub(super) fn at(n: f64) -> Scale {
        Scale::try_from(n).unwrap()
    }

    pub(super) fn curve(json: &str) -> SkillCurve {
        serde_json::from_str(json).unwrap()
    }

    pub(super) fn skill(json: &str) -> Skill {
        serde_json::from_str(json).unwrap()
    }

    pub(super) fn refusal(json: &str) -> String {
        serde_json::from_str::<Skill>(json).unwrap_err().to_string()
    }

    #[track_caller]
    pub(super) fn close(found: f64, expected: f64) {
        near(found, expected, 1e-14);
    }

    #[track_caller]
    pub(super) fn near(found: f64, expected: f64, relative: f64) {
        assert!(
            (found - expected).abs() <= relative * expected.abs(),
            "{found:e} is not {expected:e}: {:e}",
            (found - expected) / expected
        );
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{at, curve};

    /// Each curve is as near to its limits, far out, as its own formula says.
    #[test]
    fn hazards_tend_to_their_limits() {
        for (json, low, high) in [
            (r#"{"kind": "power-law"}"#, f64::INFINITY, 0.0),
            (
                r#"{"kind": "irreducible-power-law", "irreducible": 0.03}"#,
                f64::INFINITY,
                0.03,
            ),
            (
                r#"{"kind": "logistic", "floor": 0.2, "ceiling": 0.7}"#,
                1.609_437_912_434_100_4,
                0.356_674_943_938_732_4,
            ),
            (r#"{"kind": "linear-log"}"#, f64::INFINITY, 0.0),
            (r#"{"kind": "broken-power-law"}"#, f64::INFINITY, 0.0),
            (
                r#"{"kind": "gompertz", "floor": 0.2, "irreducible": 0.3}"#,
                1.609_437_912_434_100_4,
                0.23236774298172574, // -ln(.2 + .8 exp(-.3))
            ),
            (
                r#"{"kind": "chinchilla", "kappa": 0.7, "irreducible-loss": 1.6}"#,
                f64::INFINITY,
                0.063, // .7 (1.69 - 1.6)
            ),
            (
                r#"{"kind": "gadre", "epsilon": 0.8, "k": 2.0, "gamma": 0.75}"#,
                1.609_437_912_434_100_4,
                0.27040661179623765, // -ln(.2 + 2 exp(-.75 1.69))
            ),
            (
                r#"{"kind": "hill", "initial": 0.2, "asymptote": 0.7}"#,
                1.609_437_912_434_100_4,
                0.356_674_943_938_732_4,
            ),
            (
                r#"{"kind": "probit", "floor": 0.2, "ceiling": 0.7}"#,
                1.609_437_912_434_100_4,
                0.356_674_943_938_732_4,
            ),
            (r#"{"kind": "acquisition"}"#, f64::INFINITY, 0.0),
            (
                r#"{"kind": "table", "points": [[1e8, 0.2], [1e9, 0.5], [3e10, 0.7]]}"#,
                1.609_437_912_434_100_4,
                0.356_674_943_938_732_4,
            ),
            (
                r#"{"kind": "loss-threshold", "floor": 0.2, "slope": 0.7, "at-loss": 2.1, "exponent": 2}"#,
                1.609_437_912_434_100_4,
                1.1467421708716643, // -ln(.2 + .7 .41^2)
            ),
            (
                r#"{"kind": "percolation", "floor": 0.2, "ceiling": 0.7}"#,
                1.609_437_912_434_100_4,
                0.356_674_943_938_732_4,
            ),
            (
                r#"{"kind": "quanta", "unlearned": 0.2, "learned": 0.7}"#,
                1.609_437_912_434_100_4,
                0.356_674_943_938_732_4,
            ),
            (
                r#"{"kind": "opposed-slices", "start": 0.2}"#,
                1.609_437_912_434_100_4,
                0.0,
            ),
        ] {
            let curve = curve(json);
            let (found_low, found_high) = curve.hazard_limits();
            assert!(
                found_low == low || (found_low - low).abs() < 1e-14,
                "{json} {found_low}"
            );
            assert!((found_high - high).abs() < 1e-14, "{json} {found_high}");
            let there = curve.hazard(at(1e100));
            assert!((there - high).abs() < 1e-12, "{json} {there}");
            let far = curve.hazard(at(1e-100));
            assert!(
                if low.is_infinite() {
                    // A hazard that grows as ln N is the slowest.
                    far > 200.0
                } else {
                    (far - low).abs() < 1e-12
                },
                "{json} {far}"
            );
        }
    }

    #[test]
    fn smooth_curves_declare_no_break() {
        for json in [
            r#"{"kind": "power-law"}"#,
            r#"{"kind": "irreducible-power-law"}"#,
            r#"{"kind": "logistic"}"#,
            r#"{"kind": "linear-log"}"#,
            r#"{"kind": "gompertz"}"#,
            r#"{"kind": "chinchilla"}"#,
            r#"{"kind": "gadre"}"#,
            r#"{"kind": "hill"}"#,
            r#"{"kind": "probit"}"#,
            r#"{"kind": "acquisition"}"#,
            r#"{"kind": "table", "points": [[1e8, 0.2], [2e8, 0.9]]}"#,
        ] {
            assert_eq!(curve(json).declared_breaks(), [], "{json}");
        }
        for json in [
            r#"{"kind": "broken-power-law"}"#,
            r#"{"kind": "loss-threshold"}"#,
            r#"{"kind": "percolation"}"#,
            r#"{"kind": "quanta"}"#,
            r#"{"kind": "opposed-slices"}"#,
        ] {
            assert_ne!(curve(json).declared_breaks(), [], "{json}");
        }
    }

    #[test]
    fn only_a_whole_logistic_is_one() {
        for (json, is) in [
            (r#"{"kind": "logistic"}"#, true),
            (r#"{"kind": "logistic", "floor": 0.1}"#, false),
            (r#"{"kind": "logistic", "ceiling": 0.9}"#, false),
            (
                r#"{"kind": "hill", "initial": 0.0, "asymptote": 1.0}"#,
                true,
            ),
            (r#"{"kind": "hill"}"#, false),
            (r#"{"kind": "probit"}"#, false),
        ] {
            assert_eq!(curve(json).is_whole_logistic(), is, "{json}");
        }
    }
}
