//! Advice on a planned design, on one page for people.

use super::advice_assumed::{assumptions, undrawn, untold, would_change};
use super::advice_words::{
    attempts, departures, items, place, plan, primary, runs_wanted, scales, secondary,
    three_digits, training_runs, whole,
};
use super::number::percent;
use super::page::{aligned, some_of, wrapped};
use crate::domain::Scale;
use crate::study::{Advice, AtScale, MetricAdvice};

/// The most scales that are shown.
const SCALES: usize = 9;

/// Columns left of those of metrics, columns in all, and the least of a metric.
const HEAD: usize = 27;
const WIDTH: usize = 80;
const CELL: usize = 9;

/// The page: question, estimate, interval where it is random, assumptions, and what would change it. Within 80 columns.
#[must_use]
pub fn advice_text(advice: &Advice) -> String {
    let shown = some_of(advice.scenario.evaluation.scales.as_slice(), SCALES);
    let mut text = format!(
        "advice on {}\n\n{}\n{}\n",
        advice.name,
        wrapped(&format!("plan: {}", plan(advice))),
        wrapped("nothing was simulated: but for the scores of chance, all is computed")
    );
    text += "\nWhat does one item tell of the chance of a step, relative to every step scored?\n\n";
    for metrics in side_by_side(&advice.metrics) {
        text += &format!("{}\n", aligned(&information(advice, metrics, &shown), "  "));
    }
    text += &sentence(&told_by_mean(advice));
    text += &list(&untold(advice));
    text += &format!(
        "\nWhat do {} items show?\n\n{}\n",
        advice.scenario.evaluation.items.get(),
        aligned(&sizes(advice, &shown), "  ")
    );
    text += &sentence(&format!(
        "any right: the chance that one item at least is right; for one: items for a chance of 95%; finds: the least \
         difference upwards that is found with power .8 ({}, two-sided, each system on items of its own), if any is",
        percent(advice.aim.level)
    ));
    text += &visible(advice);
    text += &attempts(advice).map_or(String::new(), |told| sentence(&told));
    text += &format!(
        "\nHow often would smooth growth look like emergence here?\n\n{}\n",
        aligned(&scores(advice), "  ")
    );
    text += &sentence(&format!(
        "score: of the expected curve; as much: how often growth in a straight line over log10 N scores as much; 1 in 20: \
         the score that one in twenty such tests reaches (more than that is not straight, which is no break yet); flat: the \
         same without growth; in brackets what {} drawn tests leave open ({})",
        crate::study::NULL_REPLICATES,
        percent(advice.aim.level)
    ));
    text += &undrawn(advice).map_or(String::new(), |told| sentence(&told));
    text += &departures(advice).map_or(String::new(), |told| sentence(&told));
    text += "\nWhat can training runs say?\n\n";
    text += &list(&training_runs(advice));
    text += "\nAdvice\n\n";
    let told = [
        Some(format!("primary: {}", primary(advice))),
        secondary(advice).map(|told| format!("secondary: {told}")),
        Some(format!("items: {}", items(advice))),
        Some(format!("scales: {}", scales(advice))),
        Some(format!("training runs: {}", runs_wanted(advice))),
    ];
    text += &list(&told.into_iter().flatten().collect::<Vec<_>>());
    text += "\nAssumed\n\n";
    text += &list(&assumptions(advice));
    text += "\nWhat would change it\n\n";
    text + &list(&would_change(advice))
}

/// Metrics in groups whose columns fit beside each other.
fn side_by_side(metrics: &[MetricAdvice]) -> Vec<&[MetricAdvice]> {
    let (mut groups, mut rest) = (Vec::new(), metrics);
    while !rest.is_empty() {
        let mut width = HEAD;
        let fit = rest.iter().take_while(|one| {
            width += 2 + one.metric.to_string().chars().count().max(CELL);
            width <= WIDTH
        });
        let (group, others) = rest.split_at(fit.count().max(1));
        groups.push(group);
        rest = others;
    }
    groups
}

/// At most so many letters of a name.
fn short(name: &str, most: usize) -> String {
    match name.chars().count() > most {
        true => name.chars().take(most - 2).chain("..".chars()).collect(),
        false => name.to_owned(),
    }
}

fn sentence(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("{}\n", wrapped(text)),
    }
}

fn list(sentences: &[String]) -> String {
    let lines = sentences.iter().map(|one| sentence(&format!("- {one}")));
    lines.collect()
}

/// Scales down, metrics across; below, all scales together, the ends, and exact match at 1/e.
fn information(advice: &Advice, metrics: &[MetricAdvice], shown: &[Scale]) -> Vec<Vec<String>> {
    let row = |head: String, step: String, cell: &dyn Fn(&MetricAdvice) -> String| {
        let cells = metrics.iter().map(cell);
        [head, step].into_iter().chain(cells).collect::<Vec<_>>()
    };
    let blank = String::new;
    let mut table = vec![row("scale".to_owned(), "step".to_owned(), &|one| {
        one.metric.to_string()
    })];
    for scale in shown {
        let at = |one: &MetricAdvice| one.at_scales.iter().find(|at| at.scale == *scale).copied();
        let step = metrics.first().and_then(at);
        table.push(row(
            format!("{:.2e}", scale.get()),
            step.map_or(blank(), |at| three_digits(at.step_success)),
            &|one| {
                let told = at(one).and_then(|at| at.information.ok());
                told.map_or("-".to_owned(), |told| three_digits(told.efficiency()))
            },
        ));
    }
    let extreme = |one: &MetricAdvice, of: fn((&AtScale, &AtScale)) -> AtScale| {
        let at = one.extremes().map(of);
        let told = at.and_then(|at| at.information.ok());
        told.map_or("-".to_owned(), |told| three_digits(told.efficiency()))
    };
    table.push(row("least".to_owned(), blank(), &|one| {
        extreme(one, |ends| *ends.0)
    }));
    table.push(row("most".to_owned(), blank(), &|one| {
        extreme(one, |ends| *ends.1)
    }));
    if let Some((x, _)) = advice.metrics.iter().find_map(|one| one.at_one_in_e) {
        table.push(row("exact match 1/e".to_owned(), place(x), &|one| {
            let told = one.at_one_in_e.map(|(_, told)| told.efficiency());
            told.map_or("-".to_owned(), three_digits)
        }));
    }
    table.push(row("all scales".to_owned(), blank(), &|one| {
        let told = one.place.map(|place| place.efficiency);
        told.map_or("-".to_owned(), three_digits)
    }));
    table.push(row("items times".to_owned(), blank(), &|one| {
        let told = one.place.map(|place| place.times_as_many_items());
        told.map_or("-".to_owned(), three_digits)
    }));
    table.push(row("place, decades".to_owned(), blank(), &|one| {
        let told = one.place.map(|place| place.half_width);
        told.map_or("-".to_owned(), |half| format!("+-{}", three_digits(half)))
    }));
    table
}

/// Scores whose mean alone tells less, and what is told of by a mean only.
fn told_by_mean(advice: &Advice) -> String {
    let mut told = vec![
        "all scales: of where the curve lies along the axis; items times: as many tell as much; place: half the interval of \
         where the curve lies, its shape known"
            .to_owned(),
    ];
    for one in &advice.metrics {
        let known = one.at_scales.iter().filter_map(|at| at.information.ok());
        let losses = known
            .clone()
            .filter(|told| told.of_score.is_some())
            .map(|told| told.efficiency_of_mean() / told.efficiency());
        let least = losses.filter(|share| share.is_finite()).reduce(f64::min);
        let is_graded = !one.metric.credit.is_all_or_nothing();
        if let Some(least) = least.filter(|share| is_graded && *share < 0.99) {
            told.push(format!(
                "if only the mean of {} is kept, down to {} of that is left",
                one.metric,
                three_digits(least)
            ));
        }
        if known.clone().any(|told| told.of_score.is_none()) {
            told.push(format!("{}: by its mean, at least", one.metric));
        }
    }
    told.join("; ")
}

/// The metric of success, and the primary one if that is another.
fn sizes(advice: &Advice, shown: &[Scale]) -> Vec<Vec<String>> {
    let success = advice.of(advice.success);
    let primary = advice.recommendation.primary;
    let other = advice
        .of(primary)
        .filter(|one| one.metric != advice.success);
    let mut head = vec!["scale".to_owned()];
    if let Some(one) = success {
        head.push(short(&one.metric.to_string(), 15));
        head.extend(["any right", "for one", "finds"].map(str::to_owned));
    }
    if let Some(one) = other {
        head.extend([short(&one.metric.to_string(), 15), "finds".to_owned()]);
    }
    let mut table = vec![head];
    let number = |x: Option<f64>| x.map_or("-".to_owned(), three_digits);
    for scale in shown {
        let at = |one: &MetricAdvice| one.at_scales.iter().find(|at| at.scale == *scale).copied();
        let finds = |at: &AtScale| number(at.effects.and_then(|effects| effects.own_items));
        let mut row = vec![format!("{:.2e}", scale.get())];
        if let Some(at) = success.and_then(at) {
            row.push(number(at.expected));
            row.push(number(at.chance_of_a_success));
            row.push(at.items_for_a_success.map_or("-".to_owned(), whole));
            row.push(finds(&at));
        }
        if let Some(at) = other.and_then(at) {
            row.push(number(at.expected));
            row.push(finds(&at));
        }
        table.push(row);
    }
    table
}

/// From where on each metric shows more than chance, and how many scales lie inside its rise.
fn visible(advice: &Advice) -> String {
    let of = advice.scenario.evaluation.scales.as_slice().len();
    let told = advice.metrics.iter().filter_map(|one| {
        let rise = one.rise.as_ref().ok()?;
        let from = rise.first_visible.map_or("nowhere".to_owned(), place);
        let inside = rise.scales_inside_rise;
        Some(format!(
            "{} shows more than chance from {from} on (hidden: {} of {of} scales), {inside} lie inside its rise",
            one.metric, rise.hidden_scales
        ))
    });
    sentence(&told.collect::<Vec<_>>().join("; "))
}

fn scores(advice: &Advice) -> Vec<Vec<String>> {
    let head = ["metric", "score", "as much", "1 in 20", "flat"];
    let mut table = vec![head.map(str::to_owned).to_vec()];
    for one in &advice.metrics {
        let mut row = vec![
            short(&one.metric.to_string(), 20),
            one.scores
                .map_or("-".to_owned(), |scores| format!("{:.1}", scores.emergence)),
        ];
        match &one.nulls {
            Some(nulls) => {
                let rate = &nulls.smooth.emergence;
                row.push(format!(
                    "{:.3} [{:.3}, {:.3}]",
                    rate.value, rate.interval.low, rate.interval.high
                ));
                let [_, _, score, _] = nulls.smooth.quantiles;
                let (low, high) = nulls.smooth.one_in_twenty;
                row.push(format!("{score:.1} [{low:.1}, {high:.1}]"));
                let [_, _, flat, _] = nulls.no_growth.quantiles;
                row.push(format!("{flat:.1}"));
            }
            None => row.extend(["-", "-", "-"].map(str::to_owned)),
        }
        table.push(row);
    }
    table
}
