//! What to conclude from forecasts, in sentences.

use super::forecast_text::{power_of_ten, tried as tried_at_all, written_scale};
use super::number::{percent, threshold};
use crate::domain::Scale;
use crate::study::{ForecastFinding, ForecastModel, ForecastQuality, ForecastRow, Given, Rate};

/// One after the other.
pub(super) fn conclusions(finding: &ForecastFinding) -> Vec<String> {
    let columns = format!(
        "{} limits: prediction interval of the score of a new evaluation there; >= {}: confidence that the expected score is at least that (both as Shen, Liu and Xie 2018); rmse: distance of predictions from the expected score; covers: how often the limits hold the score",
        percent(finding.level),
        threshold(finding.threshold.get()),
    );
    let mut lines = vec![columns, sources(finding)];
    if let Some(&furthest) = finding.scales.targets.last() {
        match finding.given {
            Given::Scenario(_) => {
                lines.extend(coverage(finding, furthest));
                lines.extend(baselines(finding, furthest));
            }
            // Each model was tried on evaluations of its own.
            Given::Task(_) | Given::Nothing => lines.extend(held_out(finding, furthest)),
        }
        lines.extend(distance(finding, furthest));
    }
    lines.extend(truth(finding));
    lines
}

/// Which numbers are of one evaluation, and which of many.
fn sources(finding: &ForecastFinding) -> String {
    let count = finding.replicates;
    match finding.given {
        Given::Scenario(_) => format!(
            "one evaluation made the predictions, their limits and confidences; rmse and covers are of {count} evaluations of this scenario, each continued and held against one more at the target ({} Wilson intervals)",
            percent(finding.level),
        ),
        Given::Task(_) | Given::Nothing => format!(
            "one evaluation made the predictions, their limits and confidences; rmse and covers are of {count} evaluations simulated from each fitted model: they tell what chance does to a forecast, not whether its model is right",
        ),
    }
}

/// Rows of models whose forecasts of a scale were tried, with how good they are.
fn tried(
    finding: &ForecastFinding,
    target: Scale,
) -> impl Iterator<Item = (&ForecastRow, &ForecastQuality)> {
    let rows = finding.rows.iter().filter(move |row| row.target == target);
    rows.filter_map(|row| Some((row, tried_at_all(row)?)))
}

fn named(row: &ForecastRow) -> String {
    match row.metric == row.of {
        true => row.model.name().to_owned(),
        false => format!("{} from {}", row.model.name(), row.metric),
    }
}

/// Whose limits hold as often as they say.
fn coverage(finding: &ForecastFinding, target: Scale) -> Vec<String> {
    let level = finding.level.get();
    let is_short = |rate: Rate| rate.interval.high < level;
    let (mut held, mut short) = (Vec::new(), Vec::new());
    for (row, quality) in tried(finding, target) {
        match is_short(quality.coverage) {
            false => held.push(named(row)),
            true => short.push(format!(
                "{} ({:.0}%)",
                named(row),
                100.0 * quality.coverage.value
            )),
        }
    }
    let at = written_scale(target);
    let level = percent(finding.level);
    let mut lines = Vec::new();
    if !held.is_empty() {
        lines.push(format!(
            "at {at} the limits hold in {level} of evaluations, as far as can be told, for: {}",
            held.join(", ")
        ));
    }
    if !short.is_empty() {
        lines.push(format!(
            "too rarely, so not to be trusted as they are: {}",
            short.join(", ")
        ));
    }
    lines
}

/// Whose limits hold the score that was measured and not fitted.
fn held_out(finding: &ForecastFinding, target: Scale) -> Option<String> {
    let rows = finding.rows.iter().filter(|row| row.target == target);
    let (mut held, mut missed) = (Vec::new(), Vec::new());
    for row in rows {
        let (Some(measured), Ok(told)) = (row.measured, &row.told) else {
            continue;
        };
        let (low, high) = told.point.prediction;
        match low <= measured && measured <= high {
            true => held.push(named(row)),
            false => missed.push(named(row)),
        }
    }
    let list = |names: Vec<String>| match names.is_empty() {
        true => "none".to_owned(),
        false => names.join(", "),
    };
    let is_measured = !(held.is_empty() && missed.is_empty());
    is_measured.then(|| {
        format!(
            "the score that was held out at {} lies within the limits of: {}; outside those of: {}",
            written_scale(target),
            list(held),
            list(missed)
        )
    })
}

const fn is_baseline(model: ForecastModel) -> bool {
    matches!(
        model,
        ForecastModel::LastValue | ForecastModel::StraightLine
    )
}

/// Which models are no closer to the truth than those that know nothing.
fn baselines(finding: &ForecastFinding, target: Scale) -> Option<String> {
    let error = |quality: &ForecastQuality| Some(quality.errors?.rmse.value);
    let baselines = tried(finding, target).filter(|(row, _)| is_baseline(row.model));
    let best = baselines.filter_map(|(row, quality)| Some((row, error(quality)?)));
    let (baseline, least) = best.min_by(|one, other| one.1.total_cmp(&other.1))?;
    let others = tried(finding, target).filter(|(row, _)| !is_baseline(row.model));
    let no_closer = others
        .filter(|(_, quality)| error(quality).is_some_and(|error| error >= least))
        .map(|(row, _)| named(row));
    let no_closer: Vec<String> = no_closer.collect();
    let told = match no_closer.is_empty() {
        true => "all other models come closer".to_owned(),
        false => format!("no closer than that: {}", no_closer.join(", ")),
    };
    Some(format!(
        "last-value and straight-line are baselines; the better one is {} with rmse {least:.3}; {told}",
        baseline.model
    ))
}

/// How far is continued beyond how much.
fn distance(finding: &ForecastFinding, target: Scale) -> Option<String> {
    let fitted = &finding.scales.fitted;
    let (first, last) = (fitted.first()?, fitted.last()?);
    Some(format!(
        "continued over {:.2} decades beyond {:.2} that were fitted; a change of law beyond the largest fitted scale is in none of these intervals",
        target.log10() - last.log10(),
        last.log10() - first.log10(),
    ))
}

/// What is known of the crossing.
fn truth(finding: &ForecastFinding) -> Option<String> {
    let of = finding.of;
    let threshold = threshold(finding.threshold.get());
    match (&finding.given, finding.crossing) {
        (Given::Scenario(_), Some(place)) => Some(format!(
            "under the law of the scenario {of} is expected to come up to {threshold} at {}",
            power_of_ten(place)
        )),
        _ => None,
    }
}
