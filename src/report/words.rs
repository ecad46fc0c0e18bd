//! What figures and tables call things.

use crate::domain::{Axis, Credit, Form, Metric, Reducer};

/// The title of a metric's panel.
pub(super) fn title(metric: Metric) -> String {
    let credit = match metric.credit {
        Credit::ExactMatch => "Exact match".to_owned(),
        Credit::PartialCredit => "Partial credit".to_owned(),
        Credit::PrefixCredit => "Prefix credit".to_owned(),
        Credit::PassMark(share) => format!("Pass-mark {share}"),
        Credit::Harshness(power) => format!("Harshness {power}"),
        Credit::EditDistance => "Edit distance".to_owned(),
        Credit::CommonSubsequence => "Common subsequence".to_owned(),
        Credit::LogLikelihood => "Log-likelihood".to_owned(),
        Credit::SequenceLoss => "Sequence NLL".to_owned(),
        Credit::Perplexity => "Perplexity".to_owned(),
        Credit::Probability => "Probability".to_owned(),
        Credit::Brier => "Brier score".to_owned(),
        Credit::ChoiceAccuracy => "Accuracy of choices".to_owned(),
        Credit::ChoiceProbability => "Probability among options".to_owned(),
        Credit::ChoiceLogLikelihood => "Log-likelihood among options".to_owned(),
        Credit::ChoiceBrier => "Brier score of options".to_owned(),
    };
    let credit = match metric.reducer {
        Reducer::Mean => credit,
        reducer if metric.credit == Credit::ExactMatch => reducer.to_string(),
        reducer => format!("{reducer} of {}", credit.to_lowercase()),
    };
    match metric.form {
        Form::Plain => credit,
        Form::ChanceCorrected(chance) => format!("{credit} above {chance}"),
        Form::Normalised { low, high } => format!("{credit}, {low} to {high}"),
    }
}

/// One line on what it counts.
pub(super) fn explanation(metric: Metric) -> String {
    let credit = match metric.credit {
        Credit::ExactMatch => "all steps must be right".to_owned(),
        Credit::PartialCredit => "share of steps right".to_owned(),
        Credit::PrefixCredit => "share of steps before the first error".to_owned(),
        Credit::PassMark(share) => format!("at least {share} of the steps right"),
        Credit::Harshness(power) => format!("share of steps right to the power {power}"),
        Credit::EditDistance => "share that need not be edited".to_owned(),
        Credit::CommonSubsequence => "share in the same order".to_owned(),
        Credit::LogLikelihood => "nats per step of the right answer".to_owned(),
        Credit::SequenceLoss => "nats of the right answer; less is better".to_owned(),
        Credit::Perplexity => "e^loss of the right answer; less is better".to_owned(),
        Credit::Probability => "that the right answer had".to_owned(),
        Credit::Brier => "squared distance from certainty; less is better".to_owned(),
        Credit::ChoiceAccuracy => "the right option must be the likeliest".to_owned(),
        Credit::ChoiceProbability => "of the right one".to_owned(),
        Credit::ChoiceLogLikelihood => "nats of the right one".to_owned(),
        Credit::ChoiceBrier => "squared distance, all options; less is better".to_owned(),
    };
    let credit = match metric.reducer {
        Reducer::Mean => credit,
        Reducer::PassAt(k) => format!("any of {} attempts right", k.get()),
        Reducer::PlugInPassAt(k) => format!("any of {}, from the rate: too low", k.get()),
        Reducer::PassAll(k) => format!("all of {} attempts right", k.get()),
        Reducer::GPassAt { attempts, share } => {
            format!("at least {share} of {} attempts right", attempts.get())
        }
        Reducer::MajorityAt(k) => format!("the vote of {} attempts right", k.get()),
        Reducer::PassUntil(r) => format!("attempts until {r} are right"),
        Reducer::PassUntilMle(r) => format!("until {} are right, biased upwards", r.get()),
    };
    match metric.form {
        Form::Plain => credit,
        Form::ChanceCorrected(_) => format!("{credit}, corrected for chance"),
        Form::Normalised { .. } => format!("{credit}, as percent"),
    }
}

/// What a mean that does not lie between 0 and 1 is counted in.
pub(super) const fn unit(metric: Metric) -> &'static str {
    match (metric.form, metric.credit) {
        (Form::ChanceCorrected(_), _) => "Mean credit above chance",
        (Form::Normalised { .. }, _) => "Percent of the way",
        (Form::Plain, Credit::LogLikelihood) => "Nats per step",
        (Form::Plain, Credit::SequenceLoss | Credit::ChoiceLogLikelihood) => "Nats",
        (Form::Plain, Credit::Perplexity) => "Perplexity",
        (Form::Plain, Credit::ChoiceBrier) => "Brier score",
        (Form::Plain, _) => "Mean credit",
    }
}

/// The label of the scale axis.
pub(super) const fn scale_label(axis: Axis) -> &'static str {
    match axis {
        Axis::Parameters => "Scale N (parameters)",
        Axis::Tokens => "Scale N (training tokens)",
        Axis::Flops => "Scale N (training FLOPs)",
    }
}

/// Each different value once, in order: "40 and 150", "30, 100 and 1000".
pub(super) fn each_once(values: impl Iterator<Item = String>) -> String {
    let mut different: Vec<String> = Vec::new();
    values.for_each(|value| {
        if !different.contains(&value) {
            different.push(value);
        }
    });
    match different.as_slice() {
        [first @ .., one, last] => {
            let first: String = first.iter().map(|value| format!("{value}, ")).collect();
            format!("{first}{one} and {last}")
        }
        few => few.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_name_each_value_once() {
        let of = |values: &[&str]| each_once(values.iter().map(|value| (*value).to_owned()));
        assert_eq!(of(&[]), "");
        assert_eq!(of(&["40", "40"]), "40");
        assert_eq!(of(&["40", "150", "40"]), "40 and 150");
        assert_eq!(of(&["30", "100", "1000"]), "30, 100 and 1000");
    }
}
