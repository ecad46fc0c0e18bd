//! What figures and tables call things.

use crate::domain::{Axis, Credit};

/// The title of a metric's panel.
pub(super) fn title(credit: Credit) -> String {
    match credit {
        Credit::ExactMatch => "Exact match".to_owned(),
        Credit::PartialCredit => "Partial credit".to_owned(),
        Credit::PrefixCredit => "Prefix credit".to_owned(),
        Credit::PassMark(share) => format!("Pass-mark {share}"),
        Credit::Harshness(power) => format!("Harshness {power}"),
    }
}

/// One line on what it counts.
pub(super) fn explanation(credit: Credit) -> String {
    match credit {
        Credit::ExactMatch => "all steps must be right".to_owned(),
        Credit::PartialCredit => "share of steps right".to_owned(),
        Credit::PrefixCredit => "share of steps before the first error".to_owned(),
        Credit::PassMark(share) => format!("at least {share} of the steps right"),
        Credit::Harshness(power) => format!("share of steps right to the power {power}"),
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

/// Each different value once, in order: "40 and 150".
pub(super) fn each_once(values: impl Iterator<Item = String>) -> String {
    let mut different: Vec<String> = Vec::new();
    values.for_each(|value| {
        if !different.contains(&value) {
            different.push(value);
        }
    });
    different.join(" and ")
}
