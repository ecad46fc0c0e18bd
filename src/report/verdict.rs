//! Three claims kept apart, in sentences with their numbers: growth, metric, usefulness.

use serde::Serialize;

use super::number::{percent, threshold};
use crate::domain::{
    BetweenSeeds, Break, ChangeOfLaw, Credit, Difficulty, Direction, Evaluation, Form, Metric,
    Recovery, Runs, Scale, Scenario, StepInformation,
};
use crate::study::{
    Anatomy, Change, Course, Finding, GateGrowth, Growth, MetricAnatomy, MetricRise, NoRise,
    NoSlope, SingleSteps, Theorem, Useful, UsefulFrom, Window,
};

/// What a finding says, in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    /// Is the skill of a single step smooth in scale?
    pub growth: String,
    /// What each metric, the size of the test and the choice of scales made of it; nothing on partial credit, which the
    /// others are held against.
    pub metric: Vec<String>,
    /// From where on it pays.
    pub usefulness: String,
}

impl Verdicts {
    /// The verdicts on a finding; `None` if its anatomy was not asked for.
    #[must_use]
    pub fn of(finding: &Finding) -> Option<Self> {
        let anatomy = finding.anatomy.as_ref()?;
        let evaluation = &finding.scenario.evaluation;
        let metrics = anatomy.metrics.iter();
        let metrics = metrics.filter(|one| one.metric.credit != Credit::PartialCredit);
        Some(Self {
            growth: growth(&anatomy.growth, &finding.scenario),
            metric: metrics
                .map(|one| metric(one, anatomy, evaluation))
                .collect(),
            usefulness: usefulness(&anatomy.usefulness),
        })
    }
}

/// A place of the axis: 10^9.67, 10^12.
fn place(x: f64) -> String {
    let power = format!("{x:.2}");
    format!("10^{}", power.strip_suffix(".00").unwrap_or(&power))
}

/// Two decimals, or two digits of less than a tenth.
fn two_digits(positive: f64) -> String {
    match positive {
        small if small < 0.1 => {
            let places = (1.0 - libm::log10(small).floor()) as usize;
            format!("{small:.places$}")
        }
        other => format!("{other:.2}"),
    }
}

/// A probability in four decimals; as a power of ten where they would show nothing.
fn rate(p: f64) -> String {
    match p {
        0.0 => "0".to_owned(),
        1.0 => "1".to_owned(),
        p if p < 5e-4 => format!("{p:.1e}"),
        p if p > 1.0 - 5e-5 => format!("1 - {:.1e}", 1.0 - p),
        p => format!("{p:.4}"),
    }
}

fn growth(growth: &Growth, scenario: &Scenario) -> String {
    let (first, last) = scenario.evaluation.scales.window();
    let task = scenario.task.chain();
    let alone = task.step_information() == StepInformation::Independent;
    let step = match (task.recovery(), task.difficulty()) {
        // Items and errors make other steps of it, a second try another success.
        (Recovery::Retry(_) | Recovery::RetryBudget(_), _) => "A try of an ordinary step",
        (Recovery::None, _) if !alone => "An ordinary step",
        (Recovery::None, Difficulty::Equal) => "A step",
        (Recovery::None, _) => "A step of multiplier 1",
    };
    let success = |at: Scale, p: f64| match p {
        // exp(-h) underflows long before a step is impossible.
        0.0 if scenario.skill.hazard(at).is_finite() => "below 1e-300".to_owned(),
        p => rate(p),
    };
    if first == last {
        let only = success(first, growth.first);
        return format!(
            "one scale tells nothing of growth. {step} succeeds with probability {only} there."
        );
    }
    let within = match last.log10() - first.log10() < 1.0 {
        true => "",
        false => " within a decade",
    };
    let course = format!(
        "{step} succeeds with probability {} at {} and {} at {}, and gains at most {}{within}",
        success(first, growth.first),
        place(first.log10()),
        success(last, growth.last),
        place(last.log10()),
        rate(growth.largest_gain),
    );
    let told = match growth.course {
        Course::Smooth => format!("smooth. {course}."),
        Course::Tabulated => format!(
            "as tabulated: whether its law breaks between the points, a table cannot say. {course}."
        ),
        Course::Broken => {
            let tempered = scenario.skill.temperature.get() != 1.0;
            format!("{} {course}.", breaks(&growth.breaks, tempered))
        }
    };
    let told = told + &training_runs(scenario, (first, last));
    match &growth.gate {
        None => told,
        Some(gate) => format!("{told} {}", gated(gate, scenario, within)),
    }
}

/// Of which training run growth was told, where they differ: a sentence with a blank before it.
fn training_runs(scenario: &Scenario, (first, last): (Scale, Scale)) -> String {
    match &scenario.skill.between_seeds {
        BetweenSeeds::None => String::new(),
        BetweenSeeds::Normal(normal) => format!(
            " That is the median training run: the log-odds of others differ with a standard deviation of {}.",
            normal.sd.get()
        ),
        BetweenSeeds::Bimodal(_) => {
            let share = |scale: Scale| match scenario.skill.runs(scale) {
                Runs::Bimodal { share, .. } => rate(share),
                Runs::Alike(_) | Runs::Normal { .. } => rate(1.0),
            };
            format!(
                " That is a training run that breaks through, as a share {} of them does at {} and {} at {}: runs have two \
                 modes, and what a scale scores on average moves smoothly between them.",
                share(first),
                place(first.log10()),
                share(last),
                place(last.log10())
            )
        }
    }
}

/// "a break. At 10^10 the exponent of the hazard changes from 0.25 to 0.5, over 0.087 decades."
fn breaks(breaks: &[Break], tempered: bool) -> String {
    let article = match breaks {
        [_] => "a break.".to_owned(),
        several => format!("{} breaks.", several.len()),
    };
    let is_step = |one: &Break| matches!(one.change, ChangeOfLaw::Step { .. });
    if let [first, .., last] = breaks
        && breaks.iter().all(is_step)
    {
        return format!(
            "{article} It climbs in steps, the first at {}, the last at {}.",
            place(first.at.log10()),
            place(last.at.log10())
        );
    }
    let sentences: Vec<String> = breaks.iter().map(|one| sudden(one, tempered)).collect();
    format!("{article} {}", sentences.join(" "))
}

fn sudden(one: &Break, tempered: bool) -> String {
    let at = place(one.at.log10());
    match one.change {
        ChangeOfLaw::Exponent { before, after } => {
            let before_temperature = if tempered {
                ", before temperature,"
            } else {
                ""
            };
            format!(
                "At {at} the exponent of the hazard{before_temperature} changes from {before} to {after}, over {} decades.",
                two_digits(one.width)
            )
        }
        ChangeOfLaw::Threshold { floor } => format!(
            "At {at} there is a threshold: below, a step stays at {}; above, it leaves that floor.",
            rate(floor)
        ),
        ChangeOfLaw::Transition { floor } => format!(
            "At {at} there is a phase transition: below, nothing hangs together and a step stays at {}; above, more and \
             more does.",
            rate(floor)
        ),
        ChangeOfLaw::Step { from, to } => {
            format!("At {at} it jumps from {} to {}.", rate(from), rate(to))
        }
        ChangeOfLaw::Turn => format!(
            "Around {at}, over {} decades, slices of items turn against each other, whatever their mean does.",
            two_digits(one.width)
        ),
    }
}

/// What the scorer extracts, and whether it is that which rises in the window.
fn gated(gate: &GateGrowth, scenario: &Scenario, within: &str) -> String {
    let (first, last) = scenario.evaluation.scales.window();
    let course = format!(
        "The scorer's gate has a curve of its own: an answer is extracted with probability {} at {} and {} at {}, gaining \
         at most {}{within}, from {} on",
        rate(gate.first),
        place(first.log10()),
        rate(gate.last),
        place(last.log10()),
        rate(gate.largest_gain),
        place(gate.gained_from),
    );
    let steepest = match (gate.steepest_inside, gate.skill_steepest_inside) {
        (true, false) => {
            "The steepest decade of the gate lies within the measured scales, that of the skill does not"
        }
        (true, true) => {
            "The steepest decades of both the gate and the skill lie within the measured scales"
        }
        (false, true) => {
            "The steepest decade of the skill lies within the measured scales, that of the gate does not"
        }
        (false, false) => {
            "The steepest decades of the gate and of the skill both lie beyond the measured scales"
        }
    };
    let broken = gate.breaks.iter().map(|one| {
        let at = place(one.at.log10());
        let changed = match one.change {
            ChangeOfLaw::Exponent { before, after } => format!(
                "At {at} the exponent of the gate's hazard changes from {before} to {after}, over {} decades",
                two_digits(one.width)
            ),
            _ => format!("At {at} the gate's own curve breaks"),
        };
        format!(" {changed}: a break of the scorer, not of the skill.")
    });
    format!("{course}. {steepest}.{}", broken.collect::<String>())
}

fn metric(one: &MetricAnatomy, anatomy: &Anatomy, evaluation: &Evaluation) -> String {
    let name = one.metric.to_string();
    let rise = match &one.rise {
        Ok(rise) => rise,
        Err(NoRise::NotComputed) => {
            return format!(
                "{name}: its expected credit is not computed, or takes too long to compute at many scales, so nothing is said."
            );
        }
        Err(NoRise::Unbounded) => {
            return format!(
                "{name} has no least or no largest value, so that no share of a rise can be told."
            );
        }
        Err(NoRise::Flat) => {
            return format!("{name} does not rise: its expected credit is the same at all scales.");
        }
        Err(NoRise::Falls) => {
            return format!("{name} does not rise: its expected credit ends lower than it begins.");
        }
    };
    let mut sentences = vec![moved(&name, rise)];
    sentences.extend(capped(one.metric, rise, anatomy.growth.course));
    sentences.push(sampled(rise, evaluation));
    sentences.extend(missed(&name, rise));
    if rise.verdict.partial_credit_done_before {
        sentences.push("Partial credit's own rise lies below the measured scales.".to_owned());
    }
    sentences.extend(rise.verdict.theorem.map(theorem));
    let sharpened = rise.verdict.change == Some(Change::Sharpened);
    sentences.extend(broken(rise, anatomy));
    sentences.extend(
        anatomy
            .single_steps
            .filter(|_| sharpened)
            .zip(rise.max_slope.ok())
            .map(|(steps, slope)| single_steps(&name, slope, steps)),
    );
    sentences.join(" ")
}

/// "exact-match moved by 2.34 decades and sharpened 3.76 times against partial-credit."
fn moved(name: &str, rise: &MetricRise) -> String {
    let by = moved_by(rise);
    let (Some(change), Some(times)) = (rise.verdict.change, rise.steepening) else {
        let why = match rise.max_slope {
            Err(NoSlope::Endless) => "its rise is longer than all scales, 10^-300 to 10^300",
            Err(NoSlope::Corner) => "it has a corner or a step where its slope grows without end",
            Ok(_) => "partial credit has no largest slope to hold it against",
        };
        return format!("{name} {by}; how sharp it is cannot be said: {why}.");
    };
    match change {
        Change::Moved => format!("{name} {by}, not sharpened, against partial-credit."),
        Change::Sharpened => {
            format!("{name} {by} and sharpened {times:.2} times against partial-credit.")
        }
        Change::Blunted => {
            format!("{name} {by} and blunted to {times:.2} of the steepness of partial-credit.")
        }
    }
}

/// "moved by 2.34 decades".
pub(super) fn moved_by(rise: &MetricRise) -> String {
    match rise.shift {
        Some(decades) if decades.abs() < 1e-9 => "stayed in place".to_owned(),
        Some(decades) if decades > 0.0 => format!("moved by {} decades", two_digits(decades)),
        Some(decades) => format!(
            "moved by {} decades towards smaller scales",
            two_digits(-decades)
        ),
        None => "moved beyond all scales".to_owned(),
    }
}

fn capped(metric: Metric, rise: &MetricRise, course: Course) -> Option<String> {
    // Sums of weights are a rounding off 1 or 0.
    let (is_capped, side) = match (metric.direction(), metric.form) {
        (_, Form::Normalised { .. }) => return None,
        (Direction::MoreIsBetter, _) => (rise.high < 1.0 - 1e-12, "below"),
        (Direction::LessIsBetter, _) => (rise.high > 1e-12, "above"),
    };
    let high = rate(rise.high);
    is_capped.then(|| match course {
        Course::Tabulated => {
            format!("The table ends with {metric} at {high}; what follows it does not know.")
        }
        Course::Smooth | Course::Broken => {
            format!("However large the scale, {metric} stays {side} {high}.")
        }
    })
}

/// "A test of 1000 items hides what lies below 10^9.67 (14 of 26 scales; 8 lie inside the rise)."
fn sampled(rise: &MetricRise, evaluation: &Evaluation) -> String {
    let count = evaluation.scales.as_slice().len();
    let items = evaluation.items.get();
    let attempts = match (evaluation.attempts.get(), evaluation.training_seeds.get()) {
        (1, 1) => String::new(),
        (1, runs) => format!(" by {runs} training runs"),
        (attempts, 1) => format!(" with {attempts} attempts at each"),
        (attempts, runs) => format!(" with {attempts} attempts at each by {runs} training runs"),
    };
    let questions = if items == 1 { "item" } else { "items" };
    let test = format!("A test of {items} {questions}{attempts}");
    let inside = match rise.scales_inside_rise {
        1 => "1 lies inside the rise".to_owned(),
        inside => format!("{inside} lie inside the rise"),
    };
    let scales = match count {
        1 => "the one scale".to_owned(),
        count => format!("the {count} scales"),
    };
    // What a test cannot tell from a floor is not hidden but unmoved.
    let hides = |what: &str| match rise.low > 1e-9 {
        true => format!(
            "{test} cannot tell {what} from the floor of {}",
            rate(rise.low)
        ),
        false => format!("{test} hides {what}"),
    };
    let of_scales = match count {
        1 => "1 scale".to_owned(),
        count => format!("{count} scales"),
    };
    let hides = match (rise.first_visible, rise.hidden_scales) {
        (None, _) => return format!("{}, at any scale.", hides("all of it")),
        (Some(_), 0) => format!("{} ({inside})", hides(&format!("none of {scales}"))),
        (Some(x), hidden) => {
            let below = format!("what lies below {}", place(x));
            format!("{} ({hidden} of {of_scales}; {inside})", hides(&below))
        }
    };
    match rise.largest_jump.filter(|_| rise.verdict.drawn_as_a_jump) {
        Some(jump) => format!(
            "{hides}, and the measured scales draw it as a jump: {:.0}% of its growth falls between two of them.",
            100.0 * jump
        ),
        None => format!("{hides}."),
    }
}

/// Where the measured scales miss the rise.
fn missed(name: &str, rise: &MetricRise) -> Option<String> {
    match rise.verdict.window {
        Window::OnTheRise => None,
        Window::BelowTheRise => Some(format!(
            "Its own rise lies above the measured scales: {name} is below a tenth of its way at all of them."
        )),
        Window::AboveTheRise => Some(format!(
            "Its own rise lies below the measured scales: {name} has done nine tenths of its way at all of them."
        )),
    }
}

/// Where the law changes between the rises of partial credit and of the metric, their steepness differs by that too.
fn broken(rise: &MetricRise, anatomy: &Anatomy) -> Option<String> {
    let (x50, shift) = (rise.x50?, rise.shift?);
    let (first, last) = (x50.min(x50 - shift), x50.max(x50 - shift));
    let mut breaks = anatomy.growth.breaks.iter();
    let between = breaks.any(|one| (first..=last).contains(&one.at.log10()));
    between.then(|| {
        "The break has its part in this: the law is one where partial credit is half-way, and another where the metric \
         is."
            .to_owned()
    })
}

fn theorem(theorem: Theorem) -> String {
    match theorem {
        Theorem::PureShift { decades } => format!(
            "Theorem: with a power law and equal, independent steps it can only move, by log10(L)/alpha = {} \
             decades.",
            two_digits(decades)
        ),
        Theorem::AtMostFourOverE { times } => format!(
            "Theorem: with a logistic and L equal, independent steps it sharpens 4 (L/(L+1))^(L+1) = {times:.2} times, \
             never more than 4/e = 1.47 times, however long the task."
        ),
    }
}

/// Where steps differ: whether single steps are themselves as sharp.
fn single_steps(name: &str, max_slope: f64, steps: SingleSteps) -> String {
    let near = |slope: f64| (slope / max_slope - 1.0).abs() <= 0.05;
    let reason = "partial credit is gradual because steps become solvable at different scales";
    let name = match name {
        "exact-match" => "exact match",
        other => other,
    };
    if near(steps.least) && near(steps.most) {
        return format!("Each single step is as sharp as {name}: {reason}.");
    }
    let (least, most) = (steps.least / max_slope, steps.most / max_slope);
    if most - least <= 0.05 * most {
        return format!("Each single step is {most:.2} times as sharp as {name}.");
    }
    format!("Single steps are {least:.2} to {most:.2} times as sharp as {name}.")
}

fn usefulness(useful: &Useful) -> String {
    let name = useful.metric.to_string();
    let threshold = threshold(useful.threshold);
    let mut text = match useful.from {
        from if useful.retries_meet_hard_items => retried(from, &name, &threshold),
        None => format!("where {name} reaches q* = {threshold} is not computed."),
        Some(UsefulFrom::At(x)) => format!("{name} reaches q* = {threshold} at {}.", place(x)),
        Some(UsefulFrom::Everywhere) => {
            format!("{name} is at q* = {threshold} or above at every scale.")
        }
        Some(UsefulFrom::Unattainable { at_most }) if at_most == useful.threshold => {
            format!("{name} nears q* = {threshold} and never reaches it.")
        }
        Some(UsefulFrom::Unattainable { at_most }) => {
            format!(
                "{name} never reaches q* = {threshold}: it is at most {}.",
                rate(at_most)
            )
        }
        Some(UsefulFrom::Beyond) => format!("{name} reaches q* = {threshold} beyond 10^300 only."),
    };
    text += &match useful.from {
        Some(UsefulFrom::At(_) | UsefulFrom::Beyond) => {
            surrounded(useful) + &needed(useful, "must then")
        }
        Some(UsefulFrom::Unattainable { .. }) => needed(useful, "would have to"),
        None | Some(UsefulFrom::Everywhere) => String::new(),
    };
    if let (Some(first), Some(last)) = (useful.gains.first(), useful.gains.last()) {
        let gain = |gain: Option<f64>| {
            gain.map_or_else(|| "unknown".to_owned(), |gain| format!("{gain:+.3}"))
        };
        let choice = match useful.alternative {
            0.0 => "whoever may leave it alone gains 0".to_owned(),
            person => format!("whoever may give it to a person gains {person:+.3}"),
        };
        let below = match useful.retries_meet_hard_items {
            true => "before",
            false => "below q*",
        };
        text += &format!(
            " One use gains {} at {} and {} at {}: {choice} {below}, and the kink is in that choice, not in the skill.",
            gain(first.expected),
            place(first.scale.log10()),
            gain(last.expected),
            place(last.scale.log10()),
        );
    }
    text
}

/// Where retries meet items that differ.
fn retried(from: Option<UsefulFrom>, name: &str, threshold: &str) -> String {
    let pays = match from {
        None => "where it pays is not computed".to_owned(),
        Some(UsefulFrom::At(x)) => format!("it pays from {} on", place(x)),
        Some(UsefulFrom::Everywhere) => "it pays at every scale".to_owned(),
        Some(UsefulFrom::Unattainable { at_most }) => {
            format!("it never pays: {name} is at most {}", rate(at_most))
        }
        Some(UsefulFrom::Beyond) => "it pays beyond 10^300 only".to_owned(),
    };
    format!(
        "{pays}. Retries meet the items that failed, so that this is where the gain over items pays, not where their mean \
         {name} reaches the q* = {threshold} of a single item."
    )
}

/// Between which scales the data put it.
fn surrounded(useful: &Useful) -> String {
    let known = match (useful.not_yet, useful.surely) {
        (Some(low), Some(high)) => {
            format!("between {} and {}", place(low.log10()), place(high.log10()))
        }
        (Some(low), None) => format!("above {}", place(low.log10())),
        (None, Some(high)) => format!("at or below {}", place(high.log10())),
        (None, None) => return String::new(),
    };
    let level = percent(useful.level);
    format!(" By the data that scale is {known} ({level}, Bonferroni over scales).")
}

fn needed(useful: &Useful, must: &str) -> String {
    let success = useful.step_success.map(rate);
    success.map_or_else(String::new, |success| {
        format!(" Each step {must} succeed with probability {success}.")
    })
}
