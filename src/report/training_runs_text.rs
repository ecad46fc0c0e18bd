//! Training runs in the table people read.

use super::terminal::{by_metric, readable, scale};
use super::words::each_once;
use crate::study::{Finding, TrainingRuns, UsefulRuns};

/// What single runs score and how much their number matters; nothing where every scale has one run.
pub(super) fn training_runs(findings: &[Finding]) -> String {
    let of: Vec<(&str, Vec<TrainingRuns>)> = findings
        .iter()
        .map(|finding| (finding.name.as_str(), finding.training_runs()))
        .collect();
    let all = || of.iter().flat_map(|(_, runs)| runs);
    let counts = each_once(all().map(|runs| runs.scores.len().to_string()));
    if counts.is_empty() {
        return String::new();
    }
    let header = ["scale", "least", "largest", "sd", "useful", "runs", "items"];
    let table = by_metric(findings, 1, &header, |finding, metric| {
        let runs = of.iter().filter(|(name, _)| *name == finding.name);
        let runs = runs.flat_map(|(_, runs)| runs);
        runs.filter(|runs| runs.metric == metric).map(row).collect()
    });
    let thresholds = findings
        .iter()
        .map(|finding| readable(finding.scenario.usefulness.threshold()));
    format!(
        "\nTraining runs\n\n{table}\nleast, largest, sd: scores of the {counts} training runs of a scale; useful: % of runs\n  \
         that score at least {}, with intervals for new runs; runs, items: % of the\n  \
         variance of the mean that more runs, or more items, would take away\n",
        each_once(thresholds)
    )
}

fn row(runs: &TrainingRuns) -> Vec<String> {
    let shares = runs.parts.shares();
    let share =
        |place: usize| shares.map_or_else(|| "-".to_owned(), |shares| percent(shares[place]));
    vec![
        scale(runs.scale.get()),
        readable(runs.least),
        readable(runs.largest),
        readable(runs.sd),
        runs.useful.as_ref().map(useful).unwrap_or_default(),
        share(0),
        share(1),
    ]
}

fn useful(useful: &UsefulRuns) -> String {
    let interval = useful.interval;
    format!(
        "{} [{}, {}]",
        percent(useful.share),
        percent(interval.low),
        percent(interval.high)
    )
}

/// Two digits.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent < 9.95 {
        true => format!("{percent:.1}").trim_end_matches(".0").to_owned(),
        false => format!("{percent:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn percents_have_two_digits() {
        let shares = [0.0, 0.004, 0.0996, 0.5, 1.0].map(percent);
        assert_eq!(shares, ["0", "0.4", "10", "50", "100"]);
    }
}
