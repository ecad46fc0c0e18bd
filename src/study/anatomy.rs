//! What a metric makes of growth: where it rises, how steeply, what a test cannot see of it, and where it pays.
//!
//! x is log10 N throughout. Everything but the observed scores and the interval of the useful scale is computed from
//! expected credit, over all scales: raw differences of estimates would mistake noise for steepness.

use std::sync::atomic::AtomicBool;

use super::Finding;
use super::credits::Credits;
use super::null::{Nulls, Scores};
use super::rise::{NoSlope, Rise, largest_gain};
use super::useful::{Useful, usefulness};
use super::view::View;
use super::visible::first_visible;
use crate::domain::{
    Break, Credit, Direction, Format, Metric, Range, Recovery, Scale, Scenario, SkillCurve,
    StepInformation,
};
use crate::engine::Interrupted;

/// What one scenario's metrics make of its growth.
#[derive(Clone, Debug, PartialEq)]
pub struct Anatomy {
    /// Whether skill grows smoothly.
    pub growth: Growth,
    /// How steep single steps are, where steps differ, are independent and tried once, and items are alike.
    pub single_steps: Option<SingleSteps>,
    /// One for each metric, in the scenario's order.
    pub metrics: Vec<MetricAnatomy>,
    /// From where on it pays.
    pub usefulness: Useful,
}

/// The skill curve over the measured window.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// What is known of it.
    pub course: Course,
    /// The changes of law that the curve declares within the window, by scale.
    pub breaks: Vec<Break>,
    /// Success probability of a step of multiplier 1 at the first scale, guessing included.
    pub first: f64,
    /// The same at the last scale.
    pub last: f64,
    /// Largest gain of that probability within one decade of the window, or within the window if that is less.
    pub largest_gain: f64,
    /// Where that decade begins, in log10 N.
    pub gained_from: f64,
    /// What the scorer extracts of it, where that has a curve of its own.
    pub gate: Option<GateGrowth>,
}

/// The curve of what the scorer extracts, over the measured window.
#[derive(Clone, Debug, PartialEq)]
pub struct GateGrowth {
    /// The changes of law that it declares within the window: the scorer's, not the skill's.
    pub breaks: Vec<Break>,
    /// The probability that an attempt is extracted at the first scale.
    pub first: f64,
    /// The same at the last scale.
    pub last: f64,
    /// Largest gain of that probability within one decade of the window, or within the window if that is less.
    pub largest_gain: f64,
    /// Where that decade begins, in log10 N.
    pub gained_from: f64,
    /// Whether no decade of all scales gains more.
    pub steepest_inside: bool,
    /// The same of the success probability of a step.
    pub skill_steepest_inside: bool,
}

/// What is known of the course of a skill curve over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// One law.
    Smooth,
    /// The curve declares a change of its law.
    Broken,
    /// A table, which does not know its law.
    Tabulated,
}

/// The largest slopes du/dx of single steps of a task whose steps differ, each over its own rise; per decade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingleSteps {
    /// Of the least steep step.
    pub least: f64,
    /// Of the steepest step.
    pub most: f64,
}

/// What one metric makes of growth.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricAnatomy {
    /// The metric.
    pub metric: Metric,
    /// Its rise; or why there is none to speak of.
    pub rise: Result<MetricRise, NoRise>,
    /// The scores of the estimates (of expected credit, where nothing was simulated); `None` for a single scale.
    pub scores: Option<Scores>,
    /// What the scores are held against, where asked for and computed.
    pub nulls: Option<Nulls>,
}

/// Why a metric has no rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRise {
    /// Its expected credit is not computed.
    NotComputed,
    /// Its expected credit is the same at all scales.
    Flat,
    /// Its credit has no least or no largest value, so that no share of the way is done anywhere.
    Unbounded,
    /// Its expected credit ends lower than it begins.
    Falls,
}

/// The rise of a metric's expected credit y from its lower end to its upper end over all scales,
/// u = (y - low)/(high - low), and what can be seen of it in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricRise {
    /// What y tends to as N vanishes.
    pub low: f64,
    /// What y tends to as N grows.
    pub high: f64,
    /// The last x where u comes up to .1, .5 and .9; `None` beyond 10^300.
    pub x10: Option<f64>,
    /// See [`Self::x10`].
    pub x50: Option<f64>,
    /// See [`Self::x10`].
    pub x90: Option<f64>,
    /// W = x90 - x10, in decades.
    pub width: Option<f64>,
    /// The largest du/dx, per decade; or why there is none.
    pub max_slope: Result<f64, NoSlope>,
    /// S = x50 - x50 of partial credit, in decades.
    pub shift: Option<f64>,
    /// R = largest du/dx over that of partial credit.
    pub steepening: Option<f64>,
    /// M = dy/dx over that of partial credit at this metric's x50: what a reader sees of both at one scale.
    pub local_ratio: Option<f64>,
    /// The largest share of the window's gain that falls within one decade: 1 for a window of a decade or less, `None`
    /// where nothing is gained.
    pub concentration: Option<f64>,
    /// The least x where a test of this size shows more than chance with 95% probability; `None` if no scale does.
    pub first_visible: Option<f64>,
    /// How much of the window lies below that, in decades.
    pub hidden_decades: f64,
    /// How many measured scales lie below it.
    pub hidden_scales: usize,
    /// How many measured scales have .1 < u < .9.
    pub scales_inside_rise: usize,
    /// The largest expected gain between neighbouring scales, as a share of that between the first and the last.
    pub largest_jump: Option<f64>,
    /// What that comes to.
    pub verdict: MetricVerdict,
}

/// What a metric did to the rise of partial credit, and what the choice of scales did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricVerdict {
    /// Whether the rise is narrower; `None` where either has no largest slope.
    pub change: Option<Change>,
    /// More than half of the whole rise falls between two neighbouring scales, and at most two lie inside it.
    pub drawn_as_a_jump: bool,
    /// Where the measured scales lie.
    pub window: Window,
    /// Partial credit has risen by 90% at the first measured scale.
    pub partial_credit_done_before: bool,
    /// What is known without computing, where its conditions hold.
    pub theorem: Option<Theorem>,
}

/// The measured window against a rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// u is below .1 at every measured scale.
    BelowTheRise,
    /// Neither of the others.
    OnTheRise,
    /// u is above .9 at every measured scale.
    AboveTheRise,
}

/// By the steepening R.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// R within .05 of 1.
    Moved,
    /// R above 1.05.
    Sharpened,
    /// R below .95.
    Blunted,
}

/// What holds for exact match of equal, independent steps without guessing, all extracted, whose success goes from 0 to 1 over an
/// unlimited window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Theorem {
    /// Power-law hazard: p^L is p moved by log10(L)/alpha decades.
    PureShift {
        /// Those decades.
        decades: f64,
    },
    /// Logistic: p^L is 4 (L/(L+1))^(L+1) times as steep as p, less than 4/e.
    AtMostFourOverE {
        /// That ratio.
        times: f64,
    },
}

/// Single steps that are looked at where steps differ: from the easiest to the hardest.
const SINGLE_STEPS: usize = 64;

/// Takes a finding apart. Scores are held against `replicates` evaluations under each null; against none if that is 0.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
pub fn anatomy(
    finding: &Finding,
    replicates: u64,
    cancel: &AtomicBool,
) -> Result<Anatomy, Interrupted> {
    let view = View::of(&finding.scenario, cancel);
    let partial = Metric::mean(Credit::PartialCredit);
    let partial_y = |x: f64| view.expected(partial, x);
    let ends = view.ends(partial);
    let yardstick = ends.and_then(|ends| Rise::new(&partial_y, ends, view.window));
    let yardstick = yardstick.map(Yardstick::new);
    let metrics = finding.scenario.evaluation.metrics.as_slice().iter();
    let metrics = metrics.map(|&metric| {
        let credits = Credits::of(finding, metric);
        let scores = credits
            .as_ref()
            .and_then(|credits| Scores::of(&credits.observed));
        let nulls = credits
            .zip(scores)
            .filter(|_| replicates > 0)
            .and_then(|(credits, scores)| credits.nulls(&view, metric, scores, replicates));
        MetricAnatomy {
            metric,
            rise: metric_rise(&view, metric, yardstick.as_ref()),
            scores,
            nulls,
        }
    });
    let anatomy = Anatomy {
        growth: growth(&view),
        single_steps: single_steps(&view),
        metrics: metrics.collect(),
        usefulness: usefulness(finding, &view),
    };
    // What was computed after that is void.
    if view.cancelled() {
        Err(Interrupted)
    } else {
        Ok(anatomy)
    }
}

/// The rise of partial credit, which others are held against.
struct Yardstick<'a> {
    rise: Rise<'a>,
    x50: Option<f64>,
    max_slope: Result<f64, NoSlope>,
}

impl<'a> Yardstick<'a> {
    fn new(rise: Rise<'a>) -> Self {
        Self {
            x50: rise.crossing(0.5),
            max_slope: rise.steepest(),
            rise,
        }
    }

    /// dy/dx of another rise over that of this one, at a place.
    fn local_ratio(&self, other: &Rise<'_>, x: f64) -> Option<f64> {
        let slope_of = |rise: &Rise<'_>| rise.slope(x) * (rise.high - rise.low);
        Some(slope_of(other) / slope_of(&self.rise)).filter(|ratio| ratio.is_finite())
    }
}

fn growth(view: &View<'_>) -> Growth {
    let skill = &view.scenario.skill;
    let task = view.scenario.task.chain();
    let (first, last) = view.scenario.evaluation.scales.window();
    let chance = |hazard: f64| task.chance(1.0, hazard).get();
    let of = |scale: Scale| chance(skill.hazard(scale));
    let success = |x: f64| Scale::from_log10(x).map_or(f64::NAN, of);
    let (largest_gain, gained_from) = largest_gain(&success, view.window);
    let (low, high) = skill.hazard_limits();
    let ends = (chance(low), chance(high));
    let breaks = inside(skill.declared_breaks(), view);
    Growth {
        course: match breaks.is_empty() {
            false => Course::Broken,
            true if skill.range().is_some() => Course::Tabulated,
            true => Course::Smooth,
        },
        breaks,
        first: of(first),
        last: of(last),
        largest_gain,
        gained_from,
        gate: task.format().gate().map(|gate| {
            let skill_inside = is_steepest_inside(&success, ends, view.window);
            gate_growth(task.format(), gate, skill_inside, view)
        }),
    }
}

fn gate_growth(
    format: &Format,
    gate: &SkillCurve,
    skill_steepest_inside: bool,
    view: &View<'_>,
) -> GateGrowth {
    let (first, last) = view.scenario.evaluation.scales.window();
    let of = |scale: Scale| format.at(scale).extracted();
    let extracted = |x: f64| Scale::from_log10(x).map_or(f64::NAN, of);
    let (largest_gain, gained_from) = largest_gain(&extracted, view.window);
    let (low, high) = format.limits();
    let ends = (low.extracted(), high.extracted());
    GateGrowth {
        breaks: inside(gate.declared_breaks(), view),
        first: of(first),
        last: of(last),
        largest_gain,
        gained_from,
        steepest_inside: is_steepest_inside(&extracted, ends, view.window),
        skill_steepest_inside,
    }
}

/// Those that lie within the window.
fn inside(mut breaks: Vec<Break>, view: &View<'_>) -> Vec<Break> {
    let (first, last) = view.scenario.evaluation.scales.window();
    breaks.retain(|one| first <= one.at && one.at <= last);
    breaks
}

/// Whether no decade of all scales gains more of y than one of the window does, to a hundredth; not where nothing is
/// gained. `ends` are what y tends to.
fn is_steepest_inside(y: &dyn Fn(f64) -> f64, ends: (f64, f64), window: (f64, f64)) -> bool {
    // What ends no higher than it begins may rise in between.
    let around = (window.0 - 20.0, window.1 + 20.0);
    let (from, to) = Rise::new(y, ends, window).map_or(around, |rise| rise.range());
    let most = largest_gain(y, (from - 1.0, to + 1.0)).0;
    most > 0.0 && largest_gain(y, window).0 >= 0.99 * most
}

fn single_steps(view: &View<'_>) -> Option<SingleSteps> {
    let task = view.scenario.task.chain();
    let alone = task.step_information() == StepInformation::Independent;
    // Over items that differ, after errors and with second tries, a step rises otherwise than its first try does alone.
    if !alone || *task.recovery() != Recovery::None {
        return None;
    }
    let skill = &view.scenario.skill;
    let different = task.different_multipliers();
    let last = different.len().checked_sub(1).filter(|last| *last > 0)?;
    let looked_at = different.len().min(SINGLE_STEPS);
    let slopes = (0..looked_at).filter_map(|i| {
        let multiplier = different[i * last / (looked_at - 1)];
        let chance = |hazard: f64| task.chance(multiplier, hazard).get();
        let at =
            |x: f64| Scale::from_log10(x).map_or(f64::NAN, |scale| chance(skill.hazard(scale)));
        let (low, high) = skill.hazard_limits();
        let rise = Rise::new(&at, (chance(low), chance(high)), view.window)?;
        rise.steepest().ok()
    });
    let slopes: Vec<f64> = slopes.collect();
    // Of steps that were left out nothing can be said.
    if slopes.len() < looked_at {
        return None;
    }
    Some(SingleSteps {
        least: slopes.iter().copied().reduce(f64::min)?,
        most: slopes.iter().copied().reduce(f64::max)?,
    })
}

fn metric_rise(
    view: &View<'_>,
    metric: Metric,
    yardstick: Option<&Yardstick<'_>>,
) -> Result<MetricRise, NoRise> {
    let View {
        scenario, window, ..
    } = *view;
    if metric.credit.range() == Range::Open {
        return Err(NoRise::Unbounded);
    }
    // Where less is better, a rise is a fall.
    let sign = match metric.direction() {
        Direction::MoreIsBetter => 1.0,
        Direction::LessIsBetter => -1.0,
    };
    let ends = view.ends(metric).ok_or(NoRise::NotComputed)?;
    let ends = (sign * ends.0, sign * ends.1);
    let at_scales = view.at_scales(metric).ok_or(NoRise::NotComputed)?;
    let at_scales: Vec<f64> = at_scales.iter().map(|y| sign * y).collect();
    let y = |x: f64| sign * view.expected(metric, x);
    let rise = Rise::new(&y, ends, window).ok_or(match ends.1 < ends.0 {
        true => NoRise::Falls,
        false => NoRise::Flat,
    })?;
    let whole = rise.high - rise.low;
    let [x10, x50, x90] = [0.1, 0.5, 0.9].map(|share| rise.crossing(share));
    let max_slope = rise.steepest();
    let steepening = yardstick.and_then(|yardstick| {
        let ratio = max_slope.ok()? / yardstick.max_slope.ok()?;
        Some(ratio).filter(|ratio| ratio.is_finite())
    });
    let scales = scenario.evaluation.scales.as_slice();
    let total = y(window.1) - y(window.0);
    // Less is the rounding of doubles.
    let gains = total > 1e-12 * whole;
    let jump = at_scales
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .reduce(f64::max);
    let first_visible = first_visible(view, metric);
    let hidden = |x: f64| first_visible.is_none_or(|visible| x < visible);
    let shares: Vec<f64> = at_scales.iter().map(|y| (y - rise.low) / whole).collect();
    let inside = shares
        .iter()
        .filter(|share| (0.1..0.9).contains(*share))
        .count();
    Ok(MetricRise {
        low: sign * rise.low,
        high: sign * rise.high,
        x10,
        x50,
        x90,
        width: x10.zip(x90).map(|(x10, x90)| x90 - x10),
        max_slope,
        shift: x50
            .zip(yardstick.and_then(|yardstick| yardstick.x50))
            .map(|(x, of)| x - of),
        steepening,
        local_ratio: yardstick
            .zip(x50)
            .and_then(|(yardstick, x)| yardstick.local_ratio(&rise, x)),
        concentration: gains.then(|| largest_gain(&y, window).0 / total),
        first_visible,
        hidden_decades: first_visible.map_or(window.1 - window.0, |x| {
            x.clamp(window.0, window.1) - window.0
        }),
        hidden_scales: scales.iter().filter(|scale| hidden(scale.log10())).count(),
        scales_inside_rise: inside,
        largest_jump: jump.filter(|_| gains).map(|jump| jump / total),
        verdict: MetricVerdict {
            change: steepening.map(|times| match times {
                times if times > 1.05 => Change::Sharpened,
                times if times < 0.95 => Change::Blunted,
                _ => Change::Moved,
            }),
            drawn_as_a_jump: inside <= 2 && jump.is_some_and(|jump| jump > 0.5 * whole),
            window: match () {
                () if shares.iter().all(|share| *share < 0.1) => Window::BelowTheRise,
                () if shares.iter().all(|share| *share > 0.9) => Window::AboveTheRise,
                () => Window::OnTheRise,
            },
            partial_credit_done_before: yardstick
                .is_some_and(|yardstick| yardstick.rise.share(window.0) >= 0.9),
            theorem: theorem(scenario, metric),
        },
    })
}

fn theorem(scenario: &Scenario, metric: Metric) -> Option<Theorem> {
    let task = scenario.task.chain();
    // Of a single step there is nothing to say: exact match is partial credit.
    let says_something = task.is_plain_chain() && task.steps().get() > 1;
    // A mean over training runs that differ bends otherwise than the curve of one.
    let says_something = says_something && !scenario.skill.runs_differ();
    if metric != Metric::mean(Credit::ExactMatch) || !says_something {
        return None;
    }
    let steps = f64::from(task.steps().get());
    if let Some(exponent) = scenario.skill.pure_exponent() {
        return Some(Theorem::PureShift {
            decades: libm::log10(steps) / exponent,
        });
    }
    scenario
        .skill
        .is_whole_logistic()
        .then(|| Theorem::AtMostFourOverE {
            times: 4.0 * libm::pow(steps / (steps + 1.0), steps + 1.0),
        })
}
