//! What advice on a planned design says in sentences, for a page and for a pre-registration.

use super::page;
use crate::domain::Metric;
use crate::study::{
    Advice, AtScale, Course, FEWEST_INSIDE, FEWEST_RUNS, MetricAdvice, RunLaw, SEED_RATES, Why,
    seeds_for_one,
};

/// Three digits, without nines for what is a rounding off 1.
pub(super) fn three_digits(x: f64) -> String {
    match (0.9995..1.0).contains(&x) {
        true => page::three_digits(1.0),
        false => page::three_digits(x),
    }
}

/// A place of the axis: 10^9.67, 10^12.
pub(super) fn place(x: f64) -> String {
    let power = format!("{x:.2}");
    format!("10^{}", power.strip_suffix(".00").unwrap_or(&power))
}

/// A count of items or training runs, rounded up; a power of ten where it is large.
pub(super) fn whole(count: f64) -> String {
    match count {
        count if count.is_infinite() => "endless".to_owned(),
        count if count >= 1e7 => format!("{count:.1e}"),
        count => format!("{}", count.ceil()),
    }
}

/// "1 attempt", "4 attempts".
pub(super) fn counted(count: u64, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        several => format!("{several} {word}s"),
    }
}

/// A sentence with a capital letter; names of metrics stay as they are written.
pub(super) fn capital(sentence: &str) -> String {
    let first = sentence.split([' ', ':', ',']).next().unwrap_or_default();
    if first.contains('-') || first.contains('@') {
        return sentence.to_owned();
    }
    let mut letters = sentence.chars();
    match letters.next() {
        Some(letter) => letter.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// What is planned.
pub(super) fn plan(advice: &Advice) -> String {
    let evaluation = &advice.scenario.evaluation;
    let (first, last) = evaluation.scales.window();
    let scales = evaluation.scales.as_slice().len() as u64;
    let range = match scales {
        1 => format!("at {}", place(first.log10())),
        _ => format!("from {} to {}", place(first.log10()), place(last.log10())),
    };
    let steps = match advice.scenario.task.steps().get() {
        1 => "1 step".to_owned(),
        _ => format!("{} steps", advice.scenario.task.lengths()),
    };
    format!(
        "{} {range}; {}, {} at each; {} at each scale; tasks of {steps}",
        counted(scales, "scale"),
        counted(evaluation.items.get(), "item"),
        counted(u64::from(evaluation.attempts.get()), "attempt"),
        counted(u64::from(evaluation.training_seeds.get()), "training run"),
    )
}

/// Which metric decides, and why.
pub(super) fn primary(advice: &Advice) -> String {
    let (success, chosen) = (advice.success, &advice.recommendation);
    let primary = chosen.primary;
    let place = |metric: Metric| advice.of(metric).and_then(|one| one.place);
    let tells = |metric: Metric| {
        place(metric).map_or(String::new(), |place| {
            format!(
                "over all planned scales together {metric} tells {} of what scoring every step does ({} times as many items)",
                three_digits(place.efficiency),
                three_digits(place.times_as_many_items()),
            )
        })
    };
    let hidden = advice.of(success).and_then(|one| one.rise.as_ref().ok());
    let hidden = hidden.map_or(0, |rise| rise.hidden_scales);
    let of = advice.scenario.evaluation.scales.as_slice().len();
    let hides = match hidden {
        0 => String::new(),
        hidden => format!("{success} shows nothing at {hidden} of {of} planned scales; "),
    };
    match chosen.why {
        Why::OneStep => format!(
            "{primary}. Items have one step, so that every metric of right and wrong is the same"
        ),
        Why::SuccessSuffices => format!(
            "{primary}. It is visible at every planned scale, and {}. That is fine: it decides whether tasks succeed, and \
             finer metrics save little",
            tells(primary)
        ),
        Why::TellsMore => {
            let more = place(primary).map_or(String::new(), |place| {
                format!(
                    ", {primary} {} ({} times)",
                    three_digits(place.efficiency),
                    three_digits(place.times_as_many_items()),
                )
            });
            format!(
                "{primary}. {}",
                capital(&format!("{hides}{}{more}", tells(success)))
            )
        }
        Why::NoneTellsMore => format!(
            "{primary}, for want of a better one. {}, and no other metric of right and wrong steps tells more",
            capital(&format!("{hides}{}", tells(primary)))
        ),
        Why::NotComputed => format!(
            "{primary}, which says how often tasks succeed. What metrics tell of this task is not computed"
        ),
    }
}

/// Which metric stands beside it.
pub(super) fn secondary(advice: &Advice) -> Option<String> {
    let secondary = advice.recommendation.secondary?;
    Some(match secondary == advice.success {
        true => format!("{secondary}, which says how often tasks succeed, and so whether it pays"),
        false => format!("{secondary}, which tells most of the chance of a step"),
    })
}

/// How many items serve.
pub(super) fn items(advice: &Advice) -> String {
    let planned = advice.scenario.evaluation.items.get();
    let primary = advice.recommendation.primary;
    let Some(items) = advice.recommendation.items else {
        return format!("{planned}, as planned: how many would do is not computed");
    };
    let neighbours = advice.of(primary).and_then(|one| one.items_for_neighbours);
    let neighbours = match neighbours {
        Some(_) => {
            format!(", and tell neighbouring scales within the rise of {primary} apart (power .8)")
        }
        None => String::new(),
    };
    let enough = match items <= planned {
        true => format!("the {planned} planned are enough"),
        false => format!("the {planned} planned are too few"),
    };
    format!(
        "{} place the curve within a tenth of a decade{neighbours}; {enough}",
        whole(items as f64)
    )
}

/// How many scales lie where something happens.
pub(super) fn scales(advice: &Advice) -> String {
    let chosen = &advice.recommendation;
    let planned = advice.scenario.evaluation.scales.as_slice().len();
    let primary = chosen.primary;
    let Some(inside) = chosen.scales_inside else {
        return format!("{planned}, as planned: {primary} has no rise to place them in");
    };
    let range = chosen.rise.map_or(String::new(), |(from, to)| {
        format!(" ({} to {})", place(from), place(to))
    });
    let told = format!("{inside} of {planned} lie inside the rise of {primary}{range}");
    match inside < FEWEST_INSIDE {
        true => format!(
            "{told}: fewer than {FEWEST_INSIDE} do not tell a broken line, which has four numbers, from a straight one; put \
             more there"
        ),
        false => format!("{told}: enough to tell a bend from a break"),
    }
}

/// What training runs can say.
pub(super) fn training_runs(advice: &Advice) -> Vec<String> {
    let runs = &advice.training_runs;
    let mut told = vec![match runs.planned {
        1 => "one run at each scale: all that is measured is for this training run".to_owned(),
        planned => format!("{planned} runs at each scale"),
    }];
    match runs.law {
        RunLaw::Alike => {
            told.push(
                "the plan takes runs to be alike, which no single run can test (skill.between-seeds says otherwise)"
                    .to_owned(),
            );
        }
        RunLaw::Normal { sd } => {
            told.push(format!(
                "their log-odds of a step differ with a standard deviation of {sd}"
            ));
            let errors = runs.at_scales.iter().filter_map(|at| at.errors);
            let worst = errors.max_by(|one, other| one.planned.total_cmp(&other.planned));
            told.extend(worst.map(|worst| {
                format!(
                    "the standard error of {} over new runs and items is at most {}: {} with four times the items, {} with \
                     four times the runs",
                    advice.success,
                    three_digits(worst.planned),
                    three_digits(worst.more_items),
                    three_digits(worst.more_runs)
                )
            }));
        }
        RunLaw::Bimodal => {
            for at in ends(&runs.at_scales) {
                let (Some(share), Some(for_one), Some(seen)) =
                    (at.share, at.for_one, at.chance_of_one)
                else {
                    continue;
                };
                told.push(format!(
                    "at {} a share {} of runs breaks through: one of those planned does with probability {}, and {} are \
                     needed for 95%",
                    place(at.scale.log10()),
                    three_digits(share),
                    three_digits(seen),
                    whole(for_one)
                ));
            }
        }
    }
    let rates = SEED_RATES.map(|rate| format!("{} for {rate}", whole(seeds_for_one(rate))));
    told.push(format!(
        "runs needed to have one of a kind that a share of runs is, 95% of the time: {}; to tell two kinds from one \
         takes about {} (dip test)",
        rates.join(", "),
        FEWEST_RUNS
    ));
    told
}

/// How many training runs at each scale serve, and why.
pub(super) fn runs_wanted(advice: &Advice) -> String {
    let wanted = advice.recommendation.training_runs;
    let runs = &advice.training_runs;
    if wanted == runs.planned {
        return format!("{wanted} at each scale, as planned");
    }
    let why = match runs.law {
        RunLaw::Alike => "95% of the time they hold one of a kind that every other run is",
        RunLaw::Normal { .. } => "fewer leave a wide interval over runs",
        RunLaw::Bimodal => {
            "95% of the time they hold one that breaks through, wherever one in twenty or more does"
        }
    };
    format!("{wanted} at each scale: {why}")
}

/// First and last.
fn ends<T>(all: &[T]) -> impl Iterator<Item = &T> {
    let last = all.last().filter(|_| all.len() > 1);
    all.first().into_iter().chain(last)
}

/// How often a power law alone would be rejected.
pub(super) fn departures(advice: &Advice) -> Option<String> {
    let told = advice.metrics.iter().filter_map(|one| {
        let departure = one.departure?;
        Some((one.metric, departure))
    });
    let told: Vec<_> = told.collect();
    let largest = told
        .iter()
        .map(|one| one.1.noncentrality)
        .reduce(f64::max)?;
    let level = 1.0 - advice.aim.level.get();
    let alarms = three_digits(level);
    if largest < 0.01 {
        return Some(format!(
            "held against a power law alone, this plan gives no false breaks beyond the {alarms} of the test: it is one"
        ));
    }
    let rates = told
        .iter()
        .map(|(metric, departure)| format!("{} under {metric}", three_digits(departure.rejected)));
    let rates: Vec<String> = rates.collect();
    Some(match advice.course {
        Course::Broken => format!(
            "held against a power law alone, which the plan breaks, tests reject it with probability {}",
            rates.join(", ")
        ),
        Course::Smooth | Course::Tabulated => format!(
            "held against a power law alone, this growth, though smooth, is called a break with probability up to {}: the \
             more a metric tells, the more false breaks it finds. Hold smooth curves of other shapes against it as well",
            rates.join(", ")
        ),
    })
}

/// What more attempts at an item buy, at the scale where most varies.
pub(super) fn attempts(advice: &Advice) -> Option<String> {
    let one = advice.of(advice.success)?;
    let at = busiest(one)?;
    let effects = at.effects?;
    let (own, more) = effects.own_items.zip(effects.more_attempts)?;
    let more_items = effects.more_items.map(three_digits);
    let share = effects.between_items?;
    let told = format!(
        "at {} two systems must differ by {} in {} to be told apart (items of their own; {} on the same items, if both find \
         the same ones hard); with four times the attempts at each item by {}, with four times the items by {}",
        place(at.scale.log10()),
        three_digits(own),
        one.metric,
        effects
            .same_items
            .map_or("nothing".to_owned(), three_digits),
        three_digits(more),
        more_items.unwrap_or_default(),
    );
    Some(match share > 0.0 {
        true => format!(
            "{told}: a share {} of the variance lies between items, and attempts do not shrink that",
            three_digits(share)
        ),
        false => {
            format!("{told}: items are taken to be alike, so that an attempt is worth an item")
        }
    })
}

/// The scale at which a metric varies most.
fn busiest(one: &MetricAdvice) -> Option<&AtScale> {
    let known = one.at_scales.iter().filter(|at| at.effects.is_some());
    known.max_by(|one, other| {
        let variance = |at: &AtScale| at.effects.map_or(0.0, |effects| effects.variance);
        variance(one).total_cmp(&variance(other))
    })
}
