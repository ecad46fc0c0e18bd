//! Power over a number of the design.

use super::axis::{Axis, CreditAxis};
use super::figure::{Figure, Panel};
use super::layer::{Annotation, Layer, PointPlace, ReferenceLine, Series};
use super::look::Look;
use super::number::percent;
use super::words;
use crate::domain::Metric;
use crate::study::{DesignNumber, PlannedPower, PowerAtValue, PowerPlan, PowerTest, TestPower};

/// A panel for each test: the power of every metric over a number of the design, simulated as points and by formula as a
/// line, the power asked for, and the items that it takes.
#[must_use]
pub fn power_figure(
    plan: &PowerPlan,
    number: DesignNumber,
    curve: &[PowerAtValue],
    planned: &[PlannedPower],
) -> Figure {
    let (panels, note) = power_panels(plan, number, (curve, planned), 0);
    Figure {
        name: "power".to_owned(),
        title: format!("Power over {}: {}", number.name(), plan.sought().title),
        caption: format!(
            "Share of simulated evaluations in which each test finds what it is to find, over {}, metric by metric.",
            number.name()
        ),
        note,
        panels,
    }
}

/// Its panels, the first metric with the look of this place, and what points and lines in them are.
pub(super) fn power_panels(
    plan: &PowerPlan,
    number: DesignNumber,
    (curve, planned): (&[PowerAtValue], &[PlannedPower]),
    first: usize,
) -> (Vec<Panel>, String) {
    let x = axis(number, curve, planned);
    let tests = plan.settings.test.as_slice();
    let told = tests.iter().filter(|&&test| tells(test, curve));
    let panels = told.map(|&test| {
        let planned: Vec<&PlannedPower> = planned.iter().filter(|one| one.test == test).collect();
        panel(plan, (test, number), (curve, &planned), (first, &x))
    });
    let panels: Vec<Panel> = panels.collect();
    let level = curve
        .iter()
        .flat_map(|at| &at.finding.rows)
        .find_map(|row| Some(percent(row.told.as_ref().ok()?.power.interval.level)));
    let mut note = format!(
        "Points: {} simulated evaluations each, with {} intervals; alpha {}.",
        plan.settings.replicates.get(),
        level.unwrap_or_default(),
        plan.settings.alpha.get(),
    );
    note += lines(planned);
    if tests.iter().any(|test| test.is_of_breaks()) {
        let against = plan.settings.against.as_slice();
        let against: Vec<&str> = against.iter().map(|family| family.name()).collect();
        note += &format!(" Held against a break: {}.", against.join(", "));
    }
    (panels, note)
}

/// What the lines are.
fn lines(planned: &[PlannedPower]) -> &'static str {
    let exact = planned.iter().filter(|one| one.formula.is_exact()).count();
    match (exact, planned.len()) {
        (_, 0) => "",
        (0, _) => " Lines: the formula for many items.",
        (exact, all) if exact == all => " Lines: exact.",
        _ => " Lines: exact where success rates are compared, else the formula for many items.",
    }
}

/// What a test says under a metric.
fn power_of(at: &PowerAtValue, test: PowerTest, metric: Metric) -> Option<&TestPower> {
    let mut rows = at.finding.rows.iter();
    let row = rows.find(|row| row.test == test && row.metric == metric)?;
    row.told.as_ref().ok()
}

fn tells(test: PowerTest, curve: &[PowerAtValue]) -> bool {
    let rows = curve.iter().flat_map(|at| &at.finding.rows);
    rows.filter(|row| row.test == test)
        .any(|row| row.told.is_ok())
}

fn panel(
    plan: &PowerPlan,
    (test, number): (PowerTest, DesignNumber),
    (curve, planned): (&[PowerAtValue], &[&PlannedPower]),
    (first, x): (usize, &Axis),
) -> Panel {
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let series = metrics.iter().enumerate().filter_map(|(place, &metric)| {
        let told = curve
            .iter()
            .filter_map(|at| Some((at.value, power_of(at, test, metric)?)));
        let points = told.map(|(x, told)| PointPlace {
            x,
            y: told.power.value,
            low: told.power.interval.low,
            high: told.power.interval.high,
        });
        let line = planned.iter().filter(|one| one.metric == metric);
        let line = line.flat_map(|one| one.curve.iter().copied());
        let series = Series {
            points: points.collect(),
            ..Series::curve(&words::title(metric), Look::at(first + place), line)
        };
        (!series.points.is_empty()).then_some(Layer::from(series))
    });
    let target = plan.settings.target.get();
    let asked = ReferenceLine::horizontal(&format!("power {target}"), target);
    let marks = marks(plan, number, planned, x);
    Panel {
        title: title(test).to_owned(),
        subtitle: test.name().to_owned(),
        x: x.clone(),
        y: Axis::credit("Power", CreditAxis::Linear, []),
        measured: None,
        layers: series.chain([Layer::from(asked)]).chain(marks).collect(),
    }
}

/// What a test is to find.
const fn title(test: PowerTest) -> &'static str {
    match test {
        PowerTest::LrKnownBreak => "Finding a break, its place known",
        PowerTest::LrUnknownBreak => "Finding a break anywhere",
        PowerTest::SlopeChange => "Finding a change of the exponent",
        PowerTest::AboveChance => "Telling skill from chance",
        PowerTest::TwoRates => "Finding a difference, own items",
        PowerTest::Paired => "Finding a difference, same items",
        PowerTest::Dip => "Finding groups of training runs",
    }
}

/// The items for the power asked for under each metric, and how many studies of the design as it is miss what is there, where
/// that is exact, under the metric that misses most.
fn marks(
    plan: &PowerPlan,
    number: DesignNumber,
    planned: &[&PlannedPower],
    x: &Axis,
) -> Vec<Layer> {
    let target = plan.settings.target.get();
    let needed = planned.iter().filter_map(|one| {
        let items = libm::ceil(one.items?);
        let label = format!("{items} items");
        (x.from <= items && items <= x.to).then(|| Annotation::new(&label, items, target))
    });
    let exact = planned.iter().filter(|one| one.formula.is_exact());
    let worst = exact.min_by(|one, other| one.here.total_cmp(&other.here));
    let here = number.of(plan);
    let missed = worst.filter(|one| one.here < target && x.from <= here && here <= x.to);
    let missed = missed.map(|one| {
        let percent = 100.0 * (1.0 - one.here);
        let label = format!(
            "{} {}: {percent:.0}% of studies miss it",
            here,
            number.name()
        );
        Annotation::new(&label, here, one.here)
    });
    needed.chain(missed).map(Layer::from).collect()
}

fn axis(number: DesignNumber, curve: &[PowerAtValue], planned: &[PlannedPower]) -> Axis {
    let points = curve.iter().map(|at| at.value);
    let lines = planned.iter().flat_map(|one| &one.curve);
    let values = points.chain(lines.map(|(value, _)| *value));
    let (least, most) = values.fold((f64::INFINITY, 0.0_f64), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    match most > 10.0 * least {
        true => Axis::logarithm(label(number), least / 1.2, most * 1.2),
        false => {
            let margin = 0.05 * (most - least).max(1.0);
            Axis::number(label(number), (least - margin).max(0.0), most + margin)
        }
    }
}

const fn label(number: DesignNumber) -> &'static str {
    match number {
        DesignNumber::Items => "Items",
        DesignNumber::Scales => "Scales",
        DesignNumber::Attempts => "Attempts at an item",
        DesignNumber::TrainingSeeds => "Training runs at a scale",
        DesignNumber::Effect => "Effect, of the one sought",
    }
}
