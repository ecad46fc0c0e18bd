//! Training runs in the table people read.

use super::number::{percent as percent_of, threshold};
use super::terminal::{by_metric, indented, readable, scale};
use super::words::each_once;
use crate::study::{Finding, GroupTest, TrainingRuns, UsefulRuns};

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
        .map(|finding| threshold(finding.scenario.usefulness.threshold()));
    let groups: String = findings.iter().filter_map(groups).collect();
    format!(
        "\nTraining runs\n\n{table}\nleast, largest, sd: scores of the {counts} training runs of a scale\n\
         useful: % of runs that score at least {}, with intervals for new runs\n\
         runs, items: % of the variance of the mean that more runs, or more items, would\n  \
         take away\n{groups}",
        each_once(thresholds)
    )
}

/// Whether runs fall into two groups, and at which scales; nothing where that is not tested.
fn groups(finding: &Finding) -> Option<String> {
    let groups = finding.run_groups.as_ref()?;
    let (tests, first) = (&groups.tests, groups.tests.first()?);
    let told = tests.iter().filter(|one| one.tells()).count();
    let runs = first.test.runs;
    let found = match (told, first.test.has_enough_runs()) {
        (0, true) => "no sign that runs fall into two groups".to_owned(),
        (0, false) => {
            format!("{runs} runs are too few for a dip test to tell two groups from one")
        }
        _ => format!("runs fall into two groups at {}", stretches(tests)),
    };
    let sentence = format!(
        "{}, {}: {found} (dip test, {}, Holm over {} scales).",
        finding.name,
        groups.metric,
        percent_of(first.test.level),
        tests.len()
    );
    Some(indented(&sentence).trim_start().to_owned())
}

/// The scales that tell, neighbours together: `10^8.10 to 10^9.90, 10^10.50`.
fn stretches(tests: &[GroupTest]) -> String {
    let at = |one: &GroupTest| format!("10^{:.2}", one.scale.log10());
    let neighbours = tests.chunk_by(|one, next| one.tells() == next.tells());
    let told = neighbours.filter(|stretch| stretch.iter().any(GroupTest::tells));
    let written = told.filter_map(|stretch| match stretch {
        [] => None,
        [only] => Some(at(only)),
        [first, .., last] => Some(format!("{} to {}", at(first), at(last))),
    });
    written.collect::<Vec<_>>().join(", ")
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
