//! Expected values of every structure of a task against enumeration: all outcomes of small tasks, with every try, verdict
//! and coin on the way, each weighed as the documentation defines it; and against closed forms.

use mirage::domain::special::normal_quantile;
use mirage::domain::{Chances, ChancesOverScale, Count, Credit, Scale, Scenario};

use crate::support::{self, assert_scores, chi_square_score};

/// What a multiplier acts on.
#[derive(Clone, Copy, Debug)]
enum On {
    Hazard,
    LogOdds,
}

impl On {
    const fn word(self) -> &'static str {
        match self {
            Self::Hazard => "hazard",
            Self::LogOdds => "log-odds",
        }
    }

    /// What the success probability p becomes: p^w, or that of odds p/(1-p)/w.
    fn times(self, p: f64, w: f64) -> f64 {
        match self {
            Self::Hazard => libm::pow(p, w),
            Self::LogOdds => p / (p + w * (1.0 - p)),
        }
    }
}

#[derive(Clone, Debug)]
enum Difficulty {
    Equal,
    Ramp(f64, f64, On),
    Bottleneck(f64, f64, On),
    /// Share of key steps in percent.
    TwoRate(usize, f64, f64, On),
    Normal(f64, On),
    List(&'static [f64], On),
}

impl Difficulty {
    fn json(&self, steps: usize) -> String {
        match self {
            Self::Equal => r#"{"kind": "equal"}"#.to_owned(),
            Self::Ramp(from, to, on) => format!(
                r#"{{"kind": "ramp", "from": {from}, "to": {to}, "on": "{}"}}"#,
                on.word()
            ),
            Self::Bottleneck(multiplier, place, on) => format!(
                r#"{{"kind": "bottleneck", "multiplier": {multiplier}, "place": {place}, "on": "{}"}}"#,
                on.word()
            ),
            Self::TwoRate(percent, key, other, on) => format!(
                r#"{{"kind": "two-rate", "share": {}, "key": {key}, "other": {other}, "on": "{}"}}"#,
                *percent as f64 / 100.0,
                on.word()
            ),
            Self::Normal(sd, on) => {
                format!(r#"{{"kind": "normal", "sd": {sd}, "on": "{}"}}"#, on.word())
            }
            Self::List(all, on) => format!(
                r#"{{"kind": "list", "multipliers": {:?}, "on": "{}"}}"#,
                &all[..steps],
                on.word()
            ),
        }
    }

    const fn on(&self) -> On {
        match self {
            Self::Equal => On::Hazard,
            Self::Ramp(_, _, on)
            | Self::Bottleneck(_, _, on)
            | Self::TwoRate(_, _, _, on)
            | Self::Normal(_, on)
            | Self::List(_, on) => *on,
        }
    }

    /// The multipliers that step `i` of `steps`, from 1, may have, with weights.
    fn multipliers(&self, i: usize, steps: usize) -> Vec<(f64, f64)> {
        let only = |w: f64| vec![(w, 1.0)];
        match self {
            Self::Equal => only(1.0),
            Self::Ramp(_, to, _) if steps == 1 => only(*to),
            Self::Ramp(from, to, _) => {
                only(from * libm::pow(to / from, (i - 1) as f64 / (steps - 1) as f64))
            }
            Self::Bottleneck(multiplier, place, _) => {
                let stands = 1 + (place * (steps - 1) as f64).round() as usize;
                only(if i == stands { *multiplier } else { 1.0 })
            }
            Self::TwoRate(percent, key, other, _) => {
                let keys = |i: usize| i * percent / 100;
                only(if keys(i) > keys(i - 1) { *key } else { *other })
            }
            Self::Normal(sd, on) => {
                let mean = match on {
                    On::Hazard => -0.5 * sd * sd,
                    On::LogOdds => 0.0,
                };
                let nodes = normal().into_iter();
                nodes
                    .map(|(z, weight)| (libm::exp(mean + sd * z), weight))
                    .collect()
            }
            Self::List(all, _) => only(all[i - 1]),
        }
    }
}

#[derive(Clone, Debug)]
enum Spread {
    None,
    LogitNormal(f64),
    Beta(f64),
    ScaledBeta(f64, f64),
    GammaFrailty(f64),
    TwoPoint(f64, f64, f64, On),
    Impossible(f64),
}

impl Spread {
    fn json(&self) -> String {
        match self {
            Self::None => r#"{"kind": "none"}"#.to_owned(),
            Self::LogitNormal(sd) => format!(r#"{{"kind": "logit-normal", "sd": {sd}}}"#),
            Self::Beta(sum) => format!(r#"{{"kind": "beta", "concentration": {sum}}}"#),
            Self::ScaledBeta(sum, ceiling) => format!(
                r#"{{"kind": "scaled-beta", "concentration": {sum}, "ceiling": {ceiling}}}"#
            ),
            Self::GammaFrailty(shape) => {
                format!(r#"{{"kind": "gamma-frailty", "shape": {shape}}}"#)
            }
            Self::TwoPoint(share, hard, easy, on) => format!(
                r#"{{"kind": "two-point", "share": {share}, "hard": {hard}, "easy": {easy}, "on": "{}"}}"#,
                on.word()
            ),
            Self::Impossible(share) => format!(r#"{{"kind": "impossible", "share": {share}}}"#),
        }
    }

    /// The success probabilities of an ordinary step of an item, with weights, where p is that of an ordinary item.
    fn items(&self, p: f64) -> Vec<(f64, f64)> {
        match self {
            Self::None => vec![(p, 1.0)],
            Self::LogitNormal(sd) => {
                let log_odds = libm::log(p / (1.0 - p));
                let nodes = normal().into_iter();
                nodes
                    .map(|(z, weight)| (logistic(log_odds + sd * z), weight))
                    .collect()
            }
            Self::Beta(sum) => beta(sum * p, sum * (1.0 - p)),
            Self::ScaledBeta(sum, ceiling) => {
                let nodes = beta(sum * p, sum * (1.0 - p)).into_iter();
                nodes.map(|(x, weight)| (ceiling * x, weight)).collect()
            }
            Self::GammaFrailty(shape) => {
                let nodes = gamma(*shape).into_iter();
                nodes.map(|(z, weight)| (libm::pow(p, z), weight)).collect()
            }
            Self::TwoPoint(share, hard, easy, on) => {
                vec![
                    (on.times(p, *hard), *share),
                    (on.times(p, *easy), 1.0 - share),
                ]
            }
            Self::Impossible(share) => vec![(0.0, *share), (p, 1.0 - share)],
        }
    }

    const fn is_continuous(&self) -> bool {
        !matches!(self, Self::None | Self::TwoPoint(..) | Self::Impossible(_))
    }
}

#[derive(Clone, Debug)]
enum Dependence {
    Independent,
    Halting,
    Tainted(f64, f64, On),
    Markov(f64, On),
    ErrorFraction(f64),
    CommonFactor(f64),
}

impl Dependence {
    fn json(&self) -> String {
        match self {
            Self::Independent => r#"{"kind": "independent"}"#.to_owned(),
            Self::Halting => r#"{"kind": "halting"}"#.to_owned(),
            Self::Tainted(multiplier, cleaning, on) => format!(
                r#"{{"kind": "tainted", "multiplier": {multiplier}, "cleaning": {cleaning}, "on": "{}"}}"#,
                on.word()
            ),
            Self::Markov(multiplier, on) => format!(
                r#"{{"kind": "markov", "multiplier": {multiplier}, "on": "{}"}}"#,
                on.word()
            ),
            Self::ErrorFraction(slope) => {
                format!(r#"{{"kind": "error-fraction", "slope": {slope}}}"#)
            }
            Self::CommonFactor(correlation) => {
                format!(r#"{{"kind": "common-factor", "correlation": {correlation}}}"#)
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Recovery {
    None,
    /// Tries, true and false positive rate.
    Retry(u32, f64, f64),
    /// Retries, true and false positive rate.
    Budget(u32, f64, f64),
}

impl Recovery {
    fn json(self) -> String {
        let rates = |right: f64, wrong: f64| {
            format!(r#""true-positive-rate": {right}, "false-positive-rate": {wrong}"#)
        };
        match self {
            Self::None => r#"{"kind": "none"}"#.to_owned(),
            Self::Retry(tries, right, wrong) => {
                format!(
                    r#"{{"kind": "retry", "tries": {tries}, {}}}"#,
                    rates(right, wrong)
                )
            }
            Self::Budget(retries, right, wrong) => format!(
                r#"{{"kind": "retry-budget", "retries": {retries}, {}}}"#,
                rates(right, wrong)
            ),
        }
    }
}

/// A task of a known number of steps, at the scale where an ordinary step of an ordinary item succeeds with p.
#[derive(Clone, Debug)]
struct World {
    p: f64,
    steps: usize,
    guess: f64,
    floor: f64,
    difficulty: Difficulty,
    spread: Spread,
    dependence: Dependence,
    recovery: Recovery,
    gate: Option<Gate>,
}

/// A logistic in the scale: its midpoint, slope, floor and ceiling.
#[derive(Clone, Copy, Debug)]
struct Gate(f64, f64, f64, f64);

impl Gate {
    fn json(self) -> String {
        let Self(midpoint, slope, floor, ceiling) = self;
        format!(
            r#"{{"kind": "gate", "curve": {{"kind": "logistic", "midpoint": {midpoint}, "slope": {slope},
                "floor": {floor}, "ceiling": {ceiling}}}}}"#
        )
    }

    /// The probability that an attempt is extracted.
    fn at(self, scale: f64) -> f64 {
        let Self(midpoint, slope, floor, ceiling) = self;
        floor + (ceiling - floor) / (1.0 + libm::pow(scale / midpoint, -slope))
    }
}

impl Default for World {
    fn default() -> Self {
        Self {
            p: 0.83,
            steps: 5,
            guess: 0.0,
            floor: 0.0,
            difficulty: Difficulty::Equal,
            spread: Spread::None,
            dependence: Dependence::Independent,
            recovery: Recovery::None,
            gate: None,
        }
    }
}

/// Where an attempt stands.
#[derive(Clone, Copy)]
struct Standing {
    step: usize,
    /// Bit i is set where step i + 1 is right.
    right: usize,
    tainted: bool,
    retries_left: u32,
    /// The common factor.
    z: f64,
}

impl World {
    fn scenario(&self, lengths: &str, evaluation: &str) -> Scenario {
        // Hazards (N/1)^-1: p at N = 1/h.
        let json = format!(
            r#"{{"skill": {{"c": 1, "alpha": 1}}, "task": {{"steps": {lengths}, "guess": {}, "floor": {}, "difficulty": {},
                "spread": {}, "dependence": {}, "recovery": {}, "format": {}}}, "evaluation": {{{evaluation}}}}}"#,
            self.guess,
            self.floor,
            self.difficulty.json(self.steps),
            self.spread.json(),
            self.dependence.json(),
            self.recovery.json(),
            self.gate
                .map_or(r#"{"kind": "none"}"#.to_owned(), Gate::json),
        );
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}"))
    }

    fn scale(&self) -> Scale {
        Scale::try_from(-1.0 / libm::log(self.p)).unwrap()
    }

    /// The success probability of one try of a step that has succeeded with p for an untroubled attempt.
    fn try_chance(&self, p: f64, at: Standing) -> f64 {
        let wrong = at.step - at.right.count_ones() as usize;
        let last_wrong = at.step > 0 && at.right >> (at.step - 1) == 0;
        let p = match &self.dependence {
            Dependence::Independent => p,
            Dependence::Halting if wrong > 0 => return 0.0,
            Dependence::Halting => p,
            Dependence::Tainted(multiplier, _, on) if at.tainted => on.times(p, *multiplier),
            Dependence::Markov(multiplier, on) if last_wrong => on.times(p, *multiplier),
            Dependence::Tainted(..) | Dependence::Markov(..) => p,
            Dependence::ErrorFraction(_) if at.step == 0 => p,
            Dependence::ErrorFraction(slope) => p * (1.0 - slope * wrong as f64 / at.step as f64),
            // sqrt(rho) z + sqrt(1 - rho) e <= Phi^-1(p).
            Dependence::CommonFactor(rho) => {
                let most = (normal_quantile(p) - libm::sqrt(*rho) * at.z) / libm::sqrt(1.0 - rho);
                0.5 * libm::erfc(-most / std::f64::consts::SQRT_2)
            }
        };
        self.guess + (1.0 - self.guess) * p
    }

    /// Tries a step until it is accepted or its last try counts: adds the probability of each end.
    fn try_step(
        &self,
        chance: f64,
        left: u32,
        tried: u32,
        weight: f64,
        ends: &mut Vec<(bool, u32, f64)>,
    ) {
        for (right, probability) in [(true, chance), (false, 1.0 - chance)] {
            let weight = weight * probability;
            let (last, accepted, left_after) = match self.recovery {
                Recovery::None => (true, 0.0, left),
                Recovery::Retry(tries, of_right, of_wrong) => (
                    tried == tries,
                    if right { of_right } else { of_wrong },
                    left,
                ),
                Recovery::Budget(_, of_right, of_wrong) => (
                    left == 0,
                    if right { of_right } else { of_wrong },
                    left.saturating_sub(1),
                ),
            };
            if last {
                ends.push((right, left, weight));
            } else {
                ends.push((right, left, weight * accepted));
                self.try_step(
                    chance,
                    left_after,
                    tried + 1,
                    weight * (1.0 - accepted),
                    ends,
                );
            }
        }
    }

    /// Adds the probabilities of all outcomes from a standing on.
    fn walk(&self, p: f64, at: Standing, weight: f64, law: &mut [f64]) {
        if at.step == self.steps {
            law[at.right] += weight;
            return;
        }
        if weight == 0.0 {
            return;
        }
        // Ends of this step by right or wrong and retries left.
        let mut probabilities = [[0.0; 4]; 2];
        let mut ends = Vec::new();
        for (w, share) in self.difficulty.multipliers(at.step + 1, self.steps) {
            let p = self.difficulty.on().times(p, w);
            self.try_step(self.try_chance(p, at), at.retries_left, 1, share, &mut ends);
        }
        for (right, left, probability) in ends {
            probabilities[usize::from(right)][left as usize] += probability;
        }
        for (right, by_left) in [false, true].into_iter().zip(probabilities) {
            for (left, probability) in (0..).zip(by_left) {
                let after = Standing {
                    step: at.step + 1,
                    right: at.right | usize::from(right) << at.step,
                    tainted: !right,
                    retries_left: left,
                    ..at
                };
                let weight = weight * probability;
                match &self.dependence {
                    Dependence::Tainted(_, cleaning, _) if at.tainted => {
                        let tainted = |tainted| Standing { tainted, ..after };
                        self.walk(p, tainted(false), weight * cleaning, law);
                        self.walk(p, tainted(true), weight * (1.0 - cleaning), law);
                    }
                    _ => self.walk(p, after, weight, law),
                }
            }
        }
    }

    /// The probability of each outcome of an attempt at an item.
    fn outcomes_of_item(&self, p: f64) -> Vec<f64> {
        let mut law = vec![0.0; 1 << self.steps];
        let factors = match self.dependence {
            Dependence::CommonFactor(_) => normal(),
            _ => vec![(0.0, 1.0)],
        };
        for (z, weight) in factors {
            let start = Standing {
                step: 0,
                right: 0,
                tainted: false,
                retries_left: match self.recovery {
                    Recovery::Budget(retries, ..) => retries,
                    _ => 0,
                },
                z,
            };
            self.walk(p, start, weight * (1.0 - self.floor), &mut law);
        }
        *law.last_mut().unwrap() += self.floor;
        if let Some(gate) = self.gate {
            let extracted = gate.at(self.scale().get());
            law.iter_mut().for_each(|p| *p *= extracted);
            law[0] += 1.0 - extracted;
        }
        law
    }

    /// The law of the outcome of an attempt at each kind of item, with the share of those items.
    fn outcomes(&self) -> Vec<(Vec<f64>, f64)> {
        let items = self.spread.items(self.p).into_iter();
        items
            .map(|(p, share)| (self.outcomes_of_item(p), share))
            .collect()
    }
}

fn logistic(y: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-y))
}

/// Gauss and Legendre's rule of five points on panels a quarter wide.
fn integrate(from: f64, to: f64, density: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    integrate_by(0.25, from, to, density)
}

fn integrate_by(width: f64, from: f64, to: f64, density: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    const RULE: [(f64, f64); 5] = [
        (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
        (-0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
        (0.0, 0.568_888_888_888_888_9),
        (0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
        (0.906_179_845_938_664, 0.236_926_885_056_189_1),
    ];
    let panels = ((to - from) / width).ceil();
    let half = 0.5 * (to - from) / panels;
    let points = (0..panels as usize).flat_map(|panel| {
        let middle = from + half * (2 * panel + 1) as f64;
        RULE.map(|(x, weight)| (middle + half * x, half * weight))
    });
    points.map(|(x, weight)| (x, weight * density(x))).collect()
}

/// A standard normal number.
fn normal() -> Vec<(f64, f64)> {
    let front = 1.0 / libm::sqrt(2.0 * std::f64::consts::PI);
    integrate_by(0.4, -8.5, 8.5, |z| front * libm::exp(-0.5 * z * z))
}

/// X ~ Beta(a, b), over its log-odds.
fn beta(a: f64, b: f64) -> Vec<(f64, f64)> {
    let ln_norm = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let nodes = integrate(-34.0 / a, 34.0 / b, |y| {
        libm::exp(a * libm::log(logistic(y)) + b * libm::log(logistic(-y)) - ln_norm)
    });
    nodes
        .into_iter()
        .map(|(y, weight)| (logistic(y), weight))
        .collect()
}

/// Z ~ Gamma(k) of mean 1, over ln Z.
fn gamma(k: f64) -> Vec<(f64, f64)> {
    let front = k * libm::log(k) - libm::lgamma(k);
    let nodes = integrate(-34.0 / k, libm::log(4.0 + 60.0 / k), |t| {
        libm::exp(front + k * t - k * libm::exp(t))
    });
    nodes
        .into_iter()
        .map(|(t, weight)| (libm::exp(t), weight))
        .collect()
}

const CREDITS: [&str; 5] = [
    "exact-match",
    "partial-credit",
    "prefix-credit",
    "pass-mark:0.7",
    "harshness:2.3",
];

/// What an outcome earns under each of [`CREDITS`].
fn credits(right: usize, steps: usize) -> [f64; 5] {
    let correct = right.count_ones() as f64;
    let leading = f64::from(right.trailing_ones());
    let all = steps as f64;
    let earned = |if_so: bool| f64::from(u8::from(if_so));
    [
        earned(correct == all),
        correct / all,
        leading / all,
        earned(correct >= 0.7 * all),
        libm::pow(correct / all, 2.3),
    ]
}

/// How far a number may be off: rounding of some hundred operations, and means over items.
const ROUNDING: f64 = 2e-12;

#[track_caller]
fn close(found: f64, expected: f64, what: impl Fn() -> String) {
    assert!(
        (found - expected).abs() <= ROUNDING,
        "{}: {found} is not {expected}",
        what()
    );
}

fn at<'a>(chances: &'a ChancesOverScale<'_>, world: &World) -> Chances<'a> {
    chances.at(world.scale())
}

/// Weight, steps and law of a kind of item.
type Kind = (f64, usize, Vec<f64>);

/// Holds everything that is expected of a world, and of items of several lengths, against the laws of its outcomes.
fn check(worlds: &[(World, f64)], lengths: &str, thorough: bool) {
    let first = &worlds[0].0;
    let scenario = worlds[worlds.len() - 1].0.scenario(lengths, "");
    let over_scale = scenario.chances();
    let chances = at(&over_scale, first);
    let what = |part: &str| format!("{part} of {worlds:?}");
    let items: Vec<Kind> = worlds
        .iter()
        .flat_map(|(world, of_length)| {
            let laws = world.outcomes().into_iter();
            laws.map(move |(law, share)| (share * of_length, world.steps, law))
        })
        .collect();
    for (place, name) in CREDITS.into_iter().enumerate() {
        let credit: Credit = name.parse().unwrap();
        let of_item = |(_, steps, law): &Kind, term: &dyn Fn(f64) -> f64| {
            let outcomes = law.iter().enumerate();
            let terms = outcomes
                .map(|(right, probability)| probability * term(credits(right, *steps)[place]));
            terms.sum::<f64>()
        };
        let over_items =
            |of: &dyn Fn(&Kind) -> f64| items.iter().map(|item| item.0 * of(item)).sum::<f64>();
        let mean = over_items(&|item| of_item(item, &|credit| credit));
        let square = over_items(&|item| of_item(item, &|credit| credit * credit));
        let any = over_items(&|item| of_item(item, &|credit| f64::from(u8::from(credit > 0.0))));
        close(chances.mean(credit).unwrap(), mean, || what(name));
        if !thorough {
            continue;
        }
        let variance = square - mean * mean;
        let found = chances.expected(credit).unwrap();
        close(found.mean, mean, || what(name));
        close(found.variance, variance, || {
            what(&format!("variance of {name}"))
        });
        close(chances.any_credit(credit).unwrap(), any, || {
            what(&format!("some {name}"))
        });
        // Two attempts at one item share the item alone.
        let product = over_items(&|item| {
            let mean = of_item(item, &|credit| credit);
            mean * mean
        });
        for attempts in [1, 3] {
            let found = chances.item_variance(credit, attempts);
            if matches!(first.difficulty, Difficulty::Normal(..)) && attempts > 1 {
                assert_eq!(found, None, "{}", what(name));
                continue;
            }
            let k = attempts as f64;
            let expected = variance / k + (k - 1.0) / k * (product - mean * mean);
            close(found.unwrap(), expected, || {
                what(&format!("variance of {attempts} attempts under {name}"))
            });
        }
    }
    for (world, of_length) in worlds {
        for (count, name) in [(Count::Correct, "K"), (Count::Leading, "T")] {
            let mut distribution = vec![0.0; world.steps + 1];
            for (weight, _, law) in items.iter().filter(|item| item.1 == world.steps) {
                for (right, probability) in law.iter().enumerate() {
                    let k = match count {
                        Count::Correct => right.count_ones(),
                        Count::Leading => right.trailing_ones(),
                    };
                    distribution[k as usize] += weight / of_length * probability;
                }
            }
            let found = chances.distribution(count, world.steps as u32).unwrap();
            assert_eq!(found.len(), distribution.len());
            for (found, expected) in found.iter().zip(&distribution) {
                close(*found, *expected, || what(name));
            }
        }
    }
}

fn check_one(world: World, thorough: bool) {
    let lengths = world.steps.to_string();
    check(&[(world, 1.0)], &lengths, thorough);
}

fn difficulties() -> Vec<Difficulty> {
    const LIST: &[f64] = &[0.3, 2.1, 0.05, 1.2, 4.4];
    vec![
        Difficulty::Equal,
        Difficulty::Ramp(0.2, 2.5, On::Hazard),
        Difficulty::Ramp(3.1, 0.4, On::LogOdds),
        Difficulty::Bottleneck(3.7, 0.6, On::LogOdds),
        Difficulty::Bottleneck(0.1, 0.2, On::Hazard),
        Difficulty::TwoRate(40, 2.2, 0.3, On::Hazard),
        Difficulty::TwoRate(70, 0.6, 5.0, On::LogOdds),
        Difficulty::List(LIST, On::Hazard),
        Difficulty::List(LIST, On::LogOdds),
        Difficulty::Normal(0.8, On::Hazard),
        Difficulty::Normal(1.3, On::LogOdds),
    ]
}

fn dependences() -> Vec<Dependence> {
    vec![
        Dependence::Independent,
        Dependence::Halting,
        Dependence::Tainted(3.2, 0.0, On::Hazard),
        Dependence::Tainted(0.4, 0.35, On::LogOdds),
        Dependence::Markov(4.5, On::Hazard),
        Dependence::Markov(2.5, On::LogOdds),
        Dependence::ErrorFraction(0.7),
        Dependence::ErrorFraction(1.0),
        Dependence::CommonFactor(0.37),
    ]
}

const RECOVERIES: [Recovery; 5] = [
    Recovery::None,
    Recovery::Retry(3, 1.0, 0.0),
    Recovery::Retry(2, 0.85, 0.15),
    Recovery::Budget(3, 1.0, 0.0),
    Recovery::Budget(2, 0.9, 0.2),
];

fn spreads() -> Vec<Spread> {
    vec![
        Spread::TwoPoint(0.3, 6.0, 0.7, On::Hazard),
        Spread::TwoPoint(0.6, 2.0, 0.2, On::LogOdds),
        Spread::Impossible(0.15),
        Spread::LogitNormal(1.3),
        Spread::Beta(6.3),
        Spread::ScaledBeta(5.2, 0.9),
        Spread::GammaFrailty(1.7),
    ]
}

/// Every difficulty, dependence and recovery together, with and without luck.
#[test]
fn outcomes_of_items_alike_are_those_of_enumeration() {
    let luck = [(0.0, 0.0), (0.21, 0.0), (0.0, 0.13), (0.21, 0.13)];
    let gates = [None, Some(Gate(3.1, 1.3, 0.06, 0.93))];
    let mut turn = 0;
    for difficulty in difficulties() {
        for dependence in dependences() {
            for recovery in RECOVERIES {
                let drawn = matches!(difficulty, Difficulty::Normal(..));
                let common = matches!(dependence, Dependence::CommonFactor(_));
                for (guess, floor) in luck {
                    // What is integrated over many numbers is looked at with all luck or none, over both with all.
                    let (any, all) = (guess + floor > 0.0, guess * floor > 0.0);
                    if (drawn || common) && any && !all || drawn && common && !all {
                        continue;
                    }
                    let steps = match (drawn, common) {
                        (true, true) => 2,
                        (true, false) | (false, true) => 3,
                        (false, false) => 5,
                    };
                    let world = World {
                        steps,
                        guess,
                        floor,
                        difficulty: difficulty.clone(),
                        dependence: dependence.clone(),
                        recovery,
                        gate: gates[turn / 3 % 2],
                        ..World::default()
                    };
                    turn += 1;
                    check_one(world, true);
                }
            }
        }
    }
}

/// Every spread with every dependence and recovery; difficulties, luck and step success in turn.
#[test]
fn outcomes_of_items_that_differ_are_those_of_enumeration() {
    let mut turn = 0;
    for spread in spreads() {
        for dependence in dependences() {
            for recovery in RECOVERIES {
                turn += 1;
                let common = matches!(dependence, Dependence::CommonFactor(_));
                let twice = common && spread.is_continuous();
                // Integrals over items take long, and over both items and factors longest.
                let every_other = spread.is_continuous() && turn % 2 == 0;
                if (twice || every_other) && !matches!(recovery, Recovery::None) {
                    continue;
                }
                let difficulties = difficulties();
                let fixed = if spread.is_continuous() || common {
                    9
                } else {
                    difficulties.len()
                };
                let (guess, floor) = [(0.0, 0.0), (0.17, 0.0), (0.1, 0.08)][turn % 3];
                let world = World {
                    p: [0.83, 0.35, 0.92, 0.6][turn % 4],
                    steps: 3,
                    guess,
                    floor,
                    difficulty: difficulties[turn % fixed].clone(),
                    spread: spread.clone(),
                    dependence: dependence.clone(),
                    recovery,
                    gate: [None, Some(Gate(2.2, 0.8, 0.0, 0.97))][turn / 5 % 2],
                };
                check_one(world, !twice);
            }
        }
    }
}

/// Items of one, three and four steps: a ramp is even over each of them, a bottleneck stands where it should in each.
#[test]
fn items_of_several_lengths_are_mixtures() {
    for (turn, difficulty) in difficulties().into_iter().enumerate() {
        if let Difficulty::List(..) = difficulty {
            continue;
        }
        let of = |steps| World {
            steps,
            guess: 0.12,
            floor: 0.07,
            difficulty: difficulty.clone(),
            spread: spreads()[turn % 3].clone(),
            dependence: dependences()[turn % 8].clone(),
            recovery: RECOVERIES[turn % 5],
            gate: [None, Some(Gate(7.7, 2.1, 0.11, 1.0))][turn / 2 % 2],
            ..World::default()
        };
        let lengths = r#"{"kind": "list", "lengths": [1, 3, 4], "weights": [2, 5, 3]}"#;
        check(&[(of(1), 0.2), (of(3), 0.5), (of(4), 0.3)], lengths, true);
    }
}

/// A certain and a hopeless ordinary step, exactly.
#[test]
fn certain_steps_stay_certain_and_hopeless_ones_hopeless() {
    for spread in spreads() {
        for dependence in dependences() {
            let expected = |at_one: f64, credit: &str| {
                let json = format!(
                    r#"{{"skill": {{"kind": "linear-log", "zero-at": 1, "one-at": 10}}, "task": {{"steps": 4, "spread": {},
                        "dependence": {}}}}}"#,
                    spread.json(),
                    dependence.json()
                );
                let scenario: Scenario = serde_json::from_str(&json).unwrap();
                let over_scale = scenario.chances();
                let chances = over_scale.at(Scale::try_from(at_one).unwrap());
                chances.mean(credit.parse().unwrap()).unwrap()
            };
            let best = match (&spread, &dependence) {
                (Spread::Impossible(share), _) => 1.0 - share,
                (Spread::ScaledBeta(_, ceiling), Dependence::CommonFactor(_)) => {
                    // Correlated steps of one item: more than the product.
                    assert!(expected(20.0, "exact-match") > libm::pow(*ceiling, 4.0));
                    continue;
                }
                (Spread::ScaledBeta(_, ceiling), _) => libm::pow(*ceiling, 4.0),
                _ => 1.0,
            };
            let what = || format!("{spread:?} {dependence:?}");
            close(expected(20.0, "exact-match"), best, what);
            close(expected(0.5, "partial-credit"), 0.0, what);
        }
    }
}

/// The chances of a task at the scale where an ordinary step succeeds with p.
fn mean(task: &str, p: f64, credit: &str) -> f64 {
    expected(task, p, credit).0
}

fn expected(task: &str, p: f64, credit: &str) -> (f64, f64) {
    let scenario = scenario(task);
    let over_scale = scenario.chances();
    let chances = over_scale.at(Scale::try_from(-1.0 / libm::log(p)).unwrap());
    let found = chances.expected(credit.parse().unwrap()).unwrap();
    (found.mean, found.variance)
}

fn scenario(task: &str) -> Scenario {
    let json = format!(r#"{{"skill": {{"c": 1, "alpha": 1}}, "task": {{{task}}}}}"#);
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}"))
}

/// Relative: rare successes have their digits too.
#[track_caller]
fn known(found: f64, expected: f64) {
    assert!(
        (found / expected - 1.0).abs() <= 1e-12,
        "{found} is not {expected}"
    );
}

/// E[p^L] = prod (a + j)/(a + b + j), j < L: Skellam 1948.
#[test]
fn powers_of_beta_items_are_rational() {
    let items = |steps: u32, sum: f64| {
        format!(r#""steps": {steps}, "spread": {{"kind": "beta", "concentration": {sum}}}"#)
    };
    known(mean(&items(10, 10.0), 0.8, "exact-match"), 4.0 / 19.0);
    known(mean(&items(10, 5.0), 0.8, "exact-match"), 2.0 / 7.0);
    known(
        mean(&items(100, 10.0), 0.8, "exact-match"),
        0.006_116_207_951_070_336_3,
    );
    for (steps, sum, p) in [
        (10, 1.0, 0.8),
        (10, 100.0, 0.8),
        (37, 3.3, 0.61),
        (1000, 12.0, 0.93),
    ] {
        let (a, b) = (sum * p, sum * (1.0 - p));
        let product = (0..steps).map(|j| (a + f64::from(j)) / (a + b + f64::from(j)));
        known(
            mean(&items(steps, sum), p, "exact-match"),
            product.product(),
        );
    }
    let scaled =
        r#""steps": 10, "spread": {"kind": "scaled-beta", "concentration": 10, "ceiling": 0.9}"#;
    known(
        mean(scaled, 0.8, "exact-match"),
        libm::pow(0.9, 10.0) * 4.0 / 19.0,
    );
    known(mean(scaled, 0.8, "partial-credit"), 0.72);
}

/// Beta-binomial(10; 8, 2).
#[test]
fn correct_steps_of_beta_items_are_beta_binomial() {
    let task = r#""steps": 10, "spread": {"kind": "beta", "concentration": 10}"#;
    let scenario = scenario(task);
    let over_scale = scenario.chances();
    let chances = over_scale.at(Scale::try_from(-1.0 / libm::log(0.8)).unwrap());
    let distribution = chances.distribution(Count::Correct, 10).unwrap();
    known(distribution[10], 4.0 / 19.0);
    known(distribution[9], 0.247_678_018_575_851_4);
    known(mean(task, 0.8, "pass-mark:0.8"), 0.667_182_662_538_699_7);
    let (partial, variance) = expected(task, 0.8, "partial-credit");
    known(partial, 0.8);
    known(variance, 0.029_090_909_090_909_09);
    // The sum over j of E[p^j].
    known(mean(task, 0.8, "prefix-credit") * 10.0, 80.0 / 19.0);
}

/// E[exp(-n h Z)] = (1 + n h/k)^-k.
#[test]
fn powers_of_frail_items_are_laplace_transforms() {
    for (shape, p, steps) in [
        (0.5, 0.9, 12),
        (2.0, 0.99, 300),
        (7.5, 0.4, 3),
        (60.0, 0.7, 20),
    ] {
        let task =
            format!(r#""steps": {steps}, "spread": {{"kind": "gamma-frailty", "shape": {shape}}}"#);
        let power = |n: f64| libm::pow(1.0 - n * libm::log(p) / shape, -shape);
        known(mean(&task, p, "exact-match"), power(f64::from(steps)));
        known(mean(&task, p, "partial-credit"), power(1.0));
        let leading: f64 = (1..=steps).map(|n| power(f64::from(n))).sum();
        known(mean(&task, p, "prefix-credit") * f64::from(steps), leading);
    }
}

/// Several attempts at one item, by the moments of its step success.
#[test]
fn the_mean_of_several_attempts_at_a_beta_item_is_overdispersed() {
    let (p, sum) = (0.8, 10.0);
    let scenario = scenario(r#""steps": 6, "spread": {"kind": "beta", "concentration": 10}"#);
    let over_scale = scenario.chances();
    let chances = over_scale.at(Scale::try_from(-1.0 / libm::log(p)).unwrap());
    let moment = |n: u32| -> f64 {
        let ratio = |j: u32| (sum * p + f64::from(j)) / (sum + f64::from(j));
        (0..n).map(ratio).product()
    };
    for attempts in [1_u32, 2, 5, 40] {
        let k = f64::from(attempts);
        let variance = |credit: &str| {
            let credit = credit.parse().unwrap();
            chances.item_variance(credit, u64::from(attempts)).unwrap()
        };
        // 6 k steps of correlation 1/(a + b + 1).
        known(
            variance("partial-credit"),
            p * (1.0 - p) / (6.0 * k) * (1.0 + (6.0 * k - 1.0) / (sum + 1.0)),
        );
        let (once, twice) = (moment(6), moment(12));
        known(
            variance("exact-match"),
            (once - twice) / k + twice - once * once,
        );
    }
    known(
        chances.any_credit("exact-match".parse().unwrap()).unwrap(),
        moment(6),
    );
    known(
        chances
            .any_credit("prefix-credit".parse().unwrap())
            .unwrap(),
        p,
    );
    // 1 - E[(1-p)^6].
    let none: f64 = (0..6)
        .map(|j| (2.0 + f64::from(j)) / (10.0 + f64::from(j)))
        .product();
    known(
        chances
            .any_credit("partial-credit".parse().unwrap())
            .unwrap(),
        1.0 - none,
    );
}

/// Ten steps that are right with .9 and share a factor of correlation .3 (computed with mpmath).
#[test]
fn a_common_factor_is_a_one_factor_copula() {
    let task = r#""steps": 10, "dependence": {"kind": "common-factor", "correlation": 0.3}"#;
    known(mean(task, 0.9, "exact-match"), 0.504_783_865_946_511_2);
    known(mean(task, 0.9, "partial-credit"), 0.9);
}

/// Half of the items of .99, half of .6.
#[test]
fn two_kinds_of_items_are_a_mixture() {
    let hard = libm::log(0.6) / libm::log(0.99);
    let task = format!(
        r#""steps": 10, "spread": {{"kind": "two-point", "share": 0.5, "hard": {hard}, "easy": 1}}"#
    );
    known(mean(&task, 0.99, "exact-match"), 0.455_214_346_304_402_2);
    known(mean(&task, 0.99, "partial-credit"), 0.795);
}

/// The multiplier of the hazard that turns .95 into .7.
fn after_error() -> f64 {
    libm::log(0.7) / libm::log(0.95)
}

/// E[K] = L p_B + (p_G - p_B)(1 - p_G^L)/(1 - p_G), and the last of twenty steps by the difference of E[K].
#[test]
fn steps_after_the_first_error_count_as_tainted_ones() {
    let task = |steps: u32| {
        format!(
            r#""steps": {steps}, "dependence": {{"kind": "tainted", "multiplier": {}}}"#,
            after_error()
        )
    };
    let correct = |steps: u32| mean(&task(steps), 0.95, "partial-credit") * f64::from(steps);
    known(
        mean(&task(20), 0.95, "exact-match"),
        0.358_485_922_408_542_2,
    );
    known(correct(20), 17.207_570_387_957_29);
    known(correct(20) - correct(19), 0.794_338_400_633_826_9);
}

/// P(step t right) = pi + (p_G - pi) lambda^(t-1), pi = p_B/(1 - p_G + p_B), lambda = p_G - p_B.
#[test]
fn steps_right_after_an_error_are_a_markov_chain() {
    let task = |steps: u32| {
        format!(
            r#""steps": {steps}, "dependence": {{"kind": "markov", "multiplier": {}}}"#,
            after_error()
        )
    };
    let correct = |steps: u32| mean(&task(steps), 0.95, "partial-credit") * f64::from(steps);
    known(
        mean(&task(20), 0.95, "exact-match"),
        0.358_485_922_408_542_2,
    );
    known(correct(20), 18.688_888_888_888_87);
    let stationary = 14.0 / 15.0;
    for t in 2..=20_u32 {
        let right = stationary + (0.95 - stationary) * libm::pow(0.25, f64::from(t - 1));
        known(correct(t) - correct(t - 1), right);
    }
}

/// 1 - (1 - p)^m with a perfect verifier; p t/(p t + (1 - p) f) with any number of tries and another.
#[test]
fn retries_end_as_verifiers_let_them() {
    let retry = |steps: u32, tries: u32, right: f64, wrong: f64| {
        format!(
            r#""steps": {steps}, "recovery": {{"kind": "retry", "tries": {tries}, "true-positive-rate": {right},
                "false-positive-rate": {wrong}}}"#
        )
    };
    known(mean(&retry(1, 3, 1.0, 0.0), 0.8, "exact-match"), 0.992);
    known(
        mean(&retry(20, 3, 1.0, 0.0), 0.8, "exact-match"),
        0.851_595_667_085_149_3,
    );
    known(
        mean(&retry(1, 80, 0.9, 0.1), 0.6, "exact-match"),
        27.0 / 29.0,
    );
    known(
        mean(&retry(7, 80, 0.9, 0.1), 0.6, "partial-credit"),
        27.0 / 29.0,
    );
    // So many retries that an attempt never runs out of them.
    let budget = r#""steps": 4, "recovery": {"kind": "retry-budget", "retries": 100}"#;
    known(mean(budget, 0.8, "exact-match"), 1.0);
}

#[test]
fn guessing_fills_what_steps_and_items_miss() {
    known(
        mean(r#""steps": 5, "guess": 0.25"#, 0.3, "exact-match"),
        0.024_180_654_296_875,
    );
    // Hopeless items are guessed, step by step or as a whole.
    let hopeless = r#""steps": 5, "guess": 0.25, "spread": {"kind": "impossible", "share": 1}"#;
    known(mean(hopeless, 0.3, "exact-match"), libm::pow(0.25, 5.0));
    let lucky = r#""steps": 5, "floor": 0.25, "spread": {"kind": "impossible", "share": 1}"#;
    known(mean(lucky, 0.3, "exact-match"), 0.25);
    known(mean(lucky, 0.3, "partial-credit"), 0.25);
}

/// 1 - g of the attempts have no right step beside those that have none anyway, and g is another at another scale.
#[test]
fn a_gate_multiplies_what_is_right() {
    // p = exp(-1/N); g = 1/(1 + (N/2)^-1).
    let task = r#""steps": 5, "floor": 0.2, "format": {"kind": "gate", "curve": {"kind": "logistic", "midpoint": 2}}"#;
    for (p, gate) in [(0.8, 0.691_425_649_985_154), (0.3, 0.293_431_913_191_708_4)] {
        let extracted = 1.0 / (1.0 - 2.0 * libm::log(p));
        known(extracted, gate);
        let exact = extracted * (0.2 + 0.8 * libm::pow(p, 5.0));
        known(mean(task, p, "exact-match"), exact);
        known(mean(task, p, "partial-credit"), extracted * (0.2 + 0.8 * p));
        let scenario = scenario(task);
        let over_scale = scenario.chances();
        let chances = over_scale.at(Scale::try_from(-1.0 / libm::log(p)).unwrap());
        let none = chances.distribution(Count::Correct, 5).unwrap()[0];
        known(
            none,
            1.0 - extracted + extracted * 0.8 * libm::pow(1.0 - p, 5.0),
        );
        assert!(chances.independent().is_none());
        let (low, high) = over_scale.limits();
        for (chances, end) in [(low, 0.0), (high, 1.0)] {
            close(
                chances.mean("exact-match".parse().unwrap()).unwrap(),
                end,
                || "limit".to_owned(),
            );
        }
    }
}

/// Histograms of K and T of simulated attempts, for every structure with every other once.
#[test]
fn simulated_outcomes_are_those_expected() {
    let mut scores = Vec::new();
    let spreads: Vec<Spread> = std::iter::once(Spread::None).chain(spreads()).collect();
    let (difficulties, dependences) = (difficulties(), dependences());
    for turn in 0..55 {
        let mut world = World {
            p: [0.83, 0.62, 0.93][turn % 3],
            steps: 5,
            guess: [0.0, 0.15][turn / 2 % 2],
            floor: [0.0, 0.0, 0.05][turn / 5 % 3],
            difficulty: difficulties[turn % difficulties.len()].clone(),
            spread: spreads[turn % spreads.len()].clone(),
            dependence: dependences[turn % dependences.len()].clone(),
            recovery: RECOVERIES[turn % RECOVERIES.len()],
            gate: [None, None, Some(Gate(4.4, 0.9, 0.1, 0.95))][turn / 3 % 3],
        };
        if matches!(world.dependence, Dependence::CommonFactor(_)) && world.spread.is_continuous() {
            world.recovery = Recovery::None;
        }
        let scale = world.scale().get();
        let evaluation = format!(r#""scales": [{scale}], "items": 30000"#);
        let scenario = world.scenario("5", &evaluation);
        let finding = support::run(scenario.clone());
        let tally = finding.tallies[0].as_ref().unwrap();
        let over_scale = scenario.chances();
        let chances = at(&over_scale, &world);
        for count in [Count::Correct, Count::Leading] {
            let expected = chances.distribution(count, 5).unwrap();
            let histogram = tally.lengths[0].histogram(count);
            scores.extend(chi_square_score(histogram, &expected));
        }
        scores.extend(finding.rows.iter().filter_map(|row| row.z));
    }
    assert!(scores.len() > 190, "{}", scores.len());
    assert_scores(&scores, "simulated outcomes");
}

#[test]
fn what_would_take_minutes_is_left_out_and_what_takes_a_moment_is_not() {
    let json = |retries: u32| {
        format!(
            r#"{{"task": {{"steps": 60, "spread": {{"kind": "beta"}},
                "recovery": {{"kind": "retry-budget", "retries": {retries}}}}}}}"#
        )
    };
    let mean = |retries: u32, credit: &str| {
        let scenario: Scenario = serde_json::from_str(&json(retries)).unwrap();
        let chances = scenario.chances();
        let chances = chances.at(3e10.try_into().unwrap());
        chances.mean(credit.parse().unwrap())
    };
    assert!(mean(1, "exact-match").is_some() && mean(1, "pass-mark:0.8").is_some());
    assert_eq!(mean(60, "pass-mark:0.8"), None);
}
