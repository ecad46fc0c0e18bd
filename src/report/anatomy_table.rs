//! The anatomy for machines: part of `summary.json`, and `anatomy.csv`.

use serde::Serialize;
use serde_json::Value;

#[cfg(feature = "parquet")]
use super::parquet_table::Cell;
use super::table::{Settings, object_lines, written};
use crate::domain::{Break, ChangeOfLaw};
use crate::study::{
    Anatomy, Change, Course, Finding, Growth, MetricAnatomy, MetricRise, NoRise, NoSlope, Null,
    PointFinding, Rate, Theorem, Useful, UsefulFrom,
};

/// `growth`, `metric` and `usefulness` of `summary.json`. Every place (`x10`, `from`, `at`, ...) is log10 N.
#[derive(Serialize)]
pub(super) struct AnatomySummary {
    growth: GrowthSummary,
    metric: Vec<MetricSummary>,
    usefulness: UsefulSummary,
}

impl AnatomySummary {
    pub(super) fn new(anatomy: &Anatomy) -> Self {
        Self {
            growth: GrowthSummary::new(&anatomy.growth),
            metric: anatomy.metrics.iter().map(MetricSummary::new).collect(),
            usefulness: UsefulSummary::new(&anatomy.usefulness),
        }
    }
}

#[derive(Serialize)]
struct GrowthSummary {
    verdict: &'static str,
    first: f64,
    last: f64,
    largest_gain_in_a_decade: f64,
    gained_from: f64,
    #[serde(rename = "break")]
    first_break: Option<BreakSummary>,
    breaks: Vec<BreakSummary>,
    gate: Option<GateSummary>,
}

/// The curve of what the scorer extracts.
#[derive(Serialize)]
struct GateSummary {
    first: f64,
    last: f64,
    largest_gain_in_a_decade: f64,
    gained_from: f64,
    inside: bool,
    skill_inside: bool,
    #[serde(rename = "break")]
    first_break: Option<BreakSummary>,
    breaks: Vec<BreakSummary>,
}

/// What does not go with a kind is null.
#[derive(Clone, Serialize)]
struct BreakSummary {
    kind: &'static str,
    at: f64,
    width: f64,
    exponent_before: Option<f64>,
    exponent_after: Option<f64>,
    success_before: Option<f64>,
    success_after: Option<f64>,
}

impl BreakSummary {
    fn new(one: &Break) -> Self {
        let (kind, exponents, success) = match one.change {
            ChangeOfLaw::Exponent { before, after } => {
                ("exponent", (Some(before), Some(after)), (None, None))
            }
            ChangeOfLaw::Threshold { floor } => ("threshold", (None, None), (Some(floor), None)),
            ChangeOfLaw::Transition { floor } => ("transition", (None, None), (Some(floor), None)),
            ChangeOfLaw::Step { from, to } => ("step", (None, None), (Some(from), Some(to))),
            ChangeOfLaw::Turn => ("turn", (None, None), (None, None)),
        };
        Self {
            kind,
            at: one.at.log10(),
            width: one.width,
            exponent_before: exponents.0,
            exponent_after: exponents.1,
            success_before: success.0,
            success_after: success.1,
        }
    }
}

impl GrowthSummary {
    fn new(growth: &Growth) -> Self {
        let breaks: Vec<BreakSummary> = growth.breaks.iter().map(BreakSummary::new).collect();
        Self {
            verdict: growth_verdict(growth),
            first: growth.first,
            last: growth.last,
            largest_gain_in_a_decade: growth.largest_gain,
            gained_from: growth.gained_from,
            first_break: breaks.first().cloned(),
            breaks,
            gate: growth.gate.as_ref().map(|gate| GateSummary {
                first: gate.first,
                last: gate.last,
                largest_gain_in_a_decade: gate.largest_gain,
                gained_from: gate.gained_from,
                inside: gate.steepest_inside,
                skill_inside: gate.skill_steepest_inside,
                first_break: gate.breaks.first().map(BreakSummary::new),
                breaks: gate.breaks.iter().map(BreakSummary::new).collect(),
            }),
        }
    }
}

const fn growth_verdict(growth: &Growth) -> &'static str {
    match growth.course {
        Course::Smooth => "smooth",
        Course::Broken => "break",
        Course::Tabulated => "as tabulated",
    }
}

/// The numbers of one rise, in decades of log10 N. What there is none of is null.
#[derive(Default, Serialize)]
struct RiseSummary {
    shift: Option<f64>,
    steepening: Option<f64>,
    local_ratio: Option<f64>,
    width: Option<f64>,
    x10: Option<f64>,
    x50: Option<f64>,
    x90: Option<f64>,
    max_slope: Option<f64>,
    first_visible: Option<f64>,
    hidden_decades: Option<f64>,
    hidden_scales: Option<usize>,
    scales_inside_rise: Option<usize>,
    concentration: Option<f64>,
    largest_jump: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    verdict: Option<&'static str>,
}

/// One metric: its rise and its scores.
#[derive(Serialize)]
struct MetricSummary {
    metric: String,
    #[serde(flatten)]
    rise: RiseSummary,
    drawn_as_a_jump: Option<bool>,
    partial_credit_done_before: Option<bool>,
    theorem: Option<&'static str>,
    theorem_decades: Option<f64>,
    theorem_times: Option<f64>,
    emergence_score: Option<f64>,
    emergence_infinite: Option<bool>,
    linearity: Option<f64>,
    no_growth: Option<NullSummary>,
    smooth_growth: Option<NullSummary>,
    reason: Option<&'static str>,
}

/// How often a hypothesis scores at least as much, and its scores.
#[derive(Serialize)]
struct NullSummary {
    emergence_as_much: RateSummary,
    linearity_as_much: RateSummary,
    emergence_median: f64,
    emergence_90: f64,
    emergence_95: f64,
    emergence_99: f64,
    infinite: u64,
    replicates: u64,
}

#[derive(Serialize)]
struct RateSummary {
    estimate: f64,
    ci_low: f64,
    ci_high: f64,
    ci_method: &'static str,
    level: f64,
}

impl RateSummary {
    fn new(rate: &Rate) -> Self {
        Self {
            estimate: rate.value,
            ci_low: rate.interval.low,
            ci_high: rate.interval.high,
            ci_method: rate.interval.method_name(),
            level: rate.interval.level.get(),
        }
    }
}

impl NullSummary {
    fn new(null: &Null) -> Self {
        let [median, ninety, ninety_five, ninety_nine] = null.quantiles;
        Self {
            emergence_as_much: RateSummary::new(&null.emergence),
            linearity_as_much: RateSummary::new(&null.linearity),
            emergence_median: median,
            emergence_90: ninety,
            emergence_95: ninety_five,
            emergence_99: ninety_nine,
            infinite: null.infinite,
            replicates: null.emergence.replicates,
        }
    }
}

impl RiseSummary {
    fn new(one: &MetricAnatomy) -> Self {
        let rise = one.rise.as_ref().ok();
        let number = |of: fn(&MetricRise) -> Option<f64>| rise.and_then(of);
        Self {
            shift: number(|rise| rise.shift),
            steepening: number(|rise| rise.steepening),
            local_ratio: number(|rise| rise.local_ratio),
            width: number(|rise| rise.width),
            x10: number(|rise| rise.x10),
            x50: number(|rise| rise.x50),
            x90: number(|rise| rise.x90),
            max_slope: number(|rise| rise.max_slope.ok()),
            first_visible: number(|rise| rise.first_visible),
            hidden_decades: number(|rise| Some(rise.hidden_decades)),
            hidden_scales: rise.map(|rise| rise.hidden_scales),
            scales_inside_rise: rise.map(|rise| rise.scales_inside_rise),
            concentration: number(|rise| rise.concentration),
            largest_jump: number(|rise| rise.largest_jump),
            low: number(|rise| Some(rise.low)),
            high: number(|rise| Some(rise.high)),
            verdict: rise
                .and_then(|rise| rise.verdict.change)
                .map(|change| match change {
                    Change::Moved => "moved",
                    Change::Sharpened => "sharpened",
                    Change::Blunted => "blunted",
                }),
        }
    }
}

impl MetricSummary {
    fn new(one: &MetricAnatomy) -> Self {
        let verdict = one.rise.as_ref().ok().map(|rise| &rise.verdict);
        let theorem = verdict.and_then(|verdict| verdict.theorem);
        Self {
            metric: one.metric.to_string(),
            rise: RiseSummary::new(one),
            drawn_as_a_jump: verdict.map(|verdict| verdict.drawn_as_a_jump),
            partial_credit_done_before: verdict.map(|verdict| verdict.partial_credit_done_before),
            theorem: theorem.map(|theorem| match theorem {
                Theorem::PureShift { .. } => "pure shift",
                Theorem::AtMostFourOverE { .. } => "at most 4/e",
            }),
            theorem_decades: theorem.and_then(|theorem| match theorem {
                Theorem::PureShift { decades } => Some(decades),
                Theorem::AtMostFourOverE { .. } => None,
            }),
            theorem_times: theorem.and_then(|theorem| match theorem {
                Theorem::PureShift { .. } => None,
                Theorem::AtMostFourOverE { times } => Some(times),
            }),
            emergence_score: one.scores.map(|scores| scores.emergence),
            emergence_infinite: one.scores.map(|scores| scores.infinite),
            linearity: one.scores.map(|scores| scores.linearity),
            no_growth: one
                .nulls
                .as_ref()
                .map(|nulls| NullSummary::new(&nulls.no_growth)),
            smooth_growth: one
                .nulls
                .as_ref()
                .map(|nulls| NullSummary::new(&nulls.smooth)),
            reason: match &one.rise {
                Err(NoRise::NotComputed) => Some("expected credit is not computed"),
                Err(NoRise::Unbounded) => Some("the credit has no least or no largest value"),
                Err(NoRise::Flat) => Some("expected credit is the same at all scales"),
                Err(NoRise::Falls) => Some("expected credit ends lower than it begins"),
                Ok(rise) => rise.max_slope.err().map(|reason| match reason {
                    NoSlope::Endless => "the rise is longer than all scales, 10^-300 to 10^300",
                    NoSlope::Corner => "the slope grows without end at a corner or a step",
                }),
            },
        }
    }
}

#[derive(Serialize)]
struct UsefulSummary {
    metric: String,
    threshold: f64,
    reached: Option<&'static str>,
    from: Option<f64>,
    at_most: Option<f64>,
    not_yet: Option<f64>,
    surely: Option<f64>,
    level: f64,
    step_success: Option<f64>,
    step_success_by_steps: Vec<StepNeed>,
    gains: Vec<GainSummary>,
}

#[derive(Serialize)]
struct StepNeed {
    steps: u32,
    success: f64,
}

/// The gain of one use, and of a free choice between using and not using; with the limits of the estimate.
#[derive(Serialize)]
struct GainSummary {
    scale: f64,
    expected: Option<f64>,
    expected_with_choice: Option<f64>,
    estimate: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
}

impl UsefulSummary {
    fn new(useful: &Useful) -> Self {
        let gains = useful.gains.iter().map(|gain| GainSummary {
            scale: gain.scale.get(),
            expected: gain.expected,
            expected_with_choice: gain.expected.map(|gain| gain.max(useful.alternative)),
            estimate: gain.estimate.map(|estimate| estimate.0),
            ci_low: gain.estimate.map(|estimate| estimate.1),
            ci_high: gain.estimate.map(|estimate| estimate.2),
        });
        let needs = useful.step_success_by_steps.iter();
        let reached = useful.from.map(|from| match from {
            UsefulFrom::At(_) => "at",
            UsefulFrom::Everywhere => "everywhere",
            UsefulFrom::Unattainable { .. } => "unattainable",
            UsefulFrom::Beyond => "beyond all scales",
        });
        Self {
            metric: useful.metric.to_string(),
            threshold: useful.threshold,
            reached,
            from: useful_x(useful),
            at_most: useful.from.and_then(|from| match from {
                UsefulFrom::Unattainable { at_most } => Some(at_most),
                UsefulFrom::At(_) | UsefulFrom::Everywhere | UsefulFrom::Beyond => None,
            }),
            not_yet: useful.not_yet.map(|scale| scale.log10()),
            surely: useful.surely.map(|scale| scale.log10()),
            level: useful.level.get(),
            step_success: useful.step_success,
            step_success_by_steps: needs
                .map(|&(steps, success)| StepNeed { steps, success })
                .collect(),
            gains: gains.collect(),
        }
    }
}

fn useful_x(useful: &Useful) -> Option<f64> {
    match useful.from? {
        UsefulFrom::At(x) => Some(x),
        UsefulFrom::Everywhere | UsefulFrom::Unattainable { .. } | UsefulFrom::Beyond => None,
    }
}

/// One row of `anatomy.csv`.
#[derive(Default, Serialize)]
struct AnatomyRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    point: u64,
    #[serde(flatten)]
    settings: Settings<'a>,
    metric: String,
    growth: &'static str,
    #[serde(flatten)]
    rise: RiseSummary,
    emergence_score: Option<f64>,
    linearity: Option<f64>,
    no_growth_emergence: Option<f64>,
    no_growth_linearity: Option<f64>,
    smooth_emergence: Option<f64>,
    smooth_linearity: Option<f64>,
    null_replicates: Option<u64>,
    threshold: Option<f64>,
    useful_from: Option<f64>,
}

impl<'a> AnatomyRecord<'a> {
    fn new(
        scenario: Option<&'a str>,
        point: u64,
        settings: Settings<'a>,
        anatomy: &Anatomy,
        one: &MetricAnatomy,
    ) -> Self {
        let useful = Some(&anatomy.usefulness).filter(|useful| useful.metric == one.metric);
        let nulls = one.nulls.as_ref();
        Self {
            scenario,
            point,
            settings,
            metric: one.metric.to_string(),
            growth: growth_verdict(&anatomy.growth),
            rise: RiseSummary::new(one),
            emergence_score: one.scores.map(|scores| scores.emergence),
            linearity: one.scores.map(|scores| scores.linearity),
            no_growth_emergence: nulls.map(|nulls| nulls.no_growth.emergence.value),
            no_growth_linearity: nulls.map(|nulls| nulls.no_growth.linearity.value),
            smooth_emergence: nulls.map(|nulls| nulls.smooth.emergence.value),
            smooth_linearity: nulls.map(|nulls| nulls.smooth.linearity.value),
            null_replicates: nulls.map(|nulls| nulls.smooth.emergence.replicates),
            threshold: useful.map(|useful| useful.threshold),
            useful_from: useful.and_then(useful_x),
        }
    }
}

/// One row for each point and metric: the numbers of `metric` in `summary.json`; how often each null scores at least as
/// much; and, for the metric that usefulness goes by, the threshold and the x from which on it is reached.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn anatomy_csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let named = findings.len() > 1;
    let records = findings.iter().flat_map(|finding| {
        let name = named.then_some(finding.name.as_str());
        let anatomy = finding.anatomy.as_ref();
        anatomy.into_iter().flat_map(move |anatomy| {
            let record = move |one| AnatomyRecord::new(name, 0, Settings::NONE, anatomy, one);
            anatomy.metrics.iter().map(record)
        })
    });
    written(|writer| {
        for (place, record) in records.enumerate() {
            let cells = Cells::of(&record);
            if place == 0 {
                writer.write_record(cells.names())?;
            }
            writer.write_record(cells.texts())?;
        }
        Ok(())
    })
}

/// The lines of a point in the anatomy of a sweep, with a column for each swept key behind its number; the header as well
/// where it is wanted.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn sweep_anatomy_csv(
    keys: &[String],
    point: &PointFinding,
    header: Header,
) -> Result<String, csv::Error> {
    written(|writer| {
        for (place, record) in records_of_point(keys, point).enumerate() {
            let cells = Cells::of(&record);
            if place == 0 && header == Header::With {
                writer.write_record(cells.names())?;
            }
            writer.write_record(cells.texts())?;
        }
        Ok(())
    })
}

/// The same as [`sweep_anatomy_csv`], one JSON object on each line; what there is none of is null.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn sweep_anatomy_json_lines(
    keys: &[String],
    point: &PointFinding,
) -> Result<String, serde_json::Error> {
    object_lines(records_of_point(keys, point))
}

/// The columns of the anatomy of a sweep.
#[cfg(feature = "parquet")]
pub(super) fn anatomy_names(keys: &[String]) -> Vec<String> {
    let values = vec![Value::Null; keys.len()];
    let values = &values;
    let record = AnatomyRecord {
        settings: Settings { keys, values },
        ..AnatomyRecord::default()
    };
    Cells::of(&record).names().cloned().collect()
}

/// The rows of a point in that table.
#[cfg(feature = "parquet")]
pub(super) fn anatomy_rows(keys: &[String], point: &PointFinding) -> Vec<Vec<Cell>> {
    let row = |record: AnatomyRecord<'_>| match Cells::of(&record).0 {
        Value::Object(cells) => cells.into_iter().map(|(_, cell)| Cell::Any(cell)).collect(),
        _ => Vec::new(),
    };
    records_of_point(keys, point).map(row).collect()
}

/// Whether the names of columns stand above rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// They do.
    With,
    /// They stand above rows before these.
    Without,
}

fn records_of_point<'a>(
    keys: &'a [String],
    point: &'a PointFinding,
) -> impl Iterator<Item = AnatomyRecord<'a>> {
    let values = &point.settings;
    let settings = Settings { keys, values };
    let anatomy = point.finding.anatomy.as_ref();
    anatomy.into_iter().flat_map(move |anatomy| {
        let record = move |one| AnatomyRecord::new(None, point.number, settings, anatomy, one);
        anatomy.metrics.iter().map(record)
    })
}

/// The writer knows no tables in tables; as JSON, the numbers of the rise stand among the others.
struct Cells(Value);

impl Cells {
    fn of(record: &AnatomyRecord<'_>) -> Self {
        Self(serde_json::to_value(record).unwrap_or_default())
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        let cells = self.0.as_object().into_iter().flatten();
        cells.map(|(name, _)| name)
    }

    fn texts(&self) -> impl Iterator<Item = String> {
        let cells = self.0.as_object().into_iter().flatten();
        cells.map(|(_, value)| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }
}
