//! Power over a number of the design.

use super::axis::{Axis, CreditAxis};
use super::figure::{Figure, Panel};
use super::layer::{CurvePlace, Layer, PointPlace, ReferenceLine, Series};
use super::look::Look;
use super::number::percent;
use crate::domain::Metric;
use crate::study::{DesignNumber, PowerAtValue, PowerPlan, PowerTest, TestPower};

/// A panel for each test: the power of every metric over a number of the design, with what a formula says as a line, and
/// the power asked for.
#[must_use]
pub fn power_figure(plan: &PowerPlan, number: DesignNumber, curve: &[PowerAtValue]) -> Figure {
    let tests = plan.settings.test.as_slice();
    let told = tests.iter().filter(|&&test| tells(test, curve));
    let panels: Vec<Panel> = told.map(|&test| panel(plan, test, number, curve)).collect();
    let has_lines = panels
        .iter()
        .flat_map(Panel::series)
        .any(|series| !series.curve.is_empty());
    let level = curve
        .iter()
        .flat_map(|at| &at.finding.rows)
        .find_map(|row| Some(percent(row.told.as_ref().ok()?.power.interval.level)));
    let formula = match has_lines {
        true => " Lines: the formula for many items.",
        false => "",
    };
    Figure {
        name: "power".to_owned(),
        title: format!("Power over {}: {}", number.name(), plan.sought().title),
        caption: format!(
            "Share of simulated evaluations in which each test finds what it is to find, over {}, metric by metric.",
            number.name()
        ),
        note: format!(
            "Points: {} simulated evaluations each, with {} intervals; alpha {}.{formula}",
            plan.settings.replicates.get(),
            level.unwrap_or_default(),
            plan.settings.alpha.get(),
        ),
        panels,
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

fn panel(plan: &PowerPlan, test: PowerTest, number: DesignNumber, curve: &[PowerAtValue]) -> Panel {
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let lines = metrics.iter().enumerate().filter_map(|(place, &metric)| {
        let told: Vec<(f64, &TestPower)> = curve
            .iter()
            .filter_map(|at| Some((at.value, power_of(at, test, metric)?)))
            .collect();
        let points = told.iter().map(|(x, told)| PointPlace {
            x: *x,
            y: told.power.value,
            low: told.power.interval.low,
            high: told.power.interval.high,
        });
        let planned = told.iter().filter_map(|(x, told)| {
            let y = told.closed_forms.first()?.power;
            Some(CurvePlace {
                x: *x,
                y,
                low: y,
                high: y,
            })
        });
        let series = Series {
            label: metric.to_string(),
            look: Look::at(place),
            curve: planned.collect(),
            points: points.collect(),
        };
        (!series.points.is_empty()).then_some(Layer::from(series))
    });
    let target = plan.settings.target.get();
    let asked = ReferenceLine::horizontal(&format!("power {target}"), target);
    Panel {
        title: test.name().to_owned(),
        subtitle: String::new(),
        x: axis(number, curve),
        y: Axis::credit("power", CreditAxis::Linear, []),
        measured: None,
        layers: lines.chain([Layer::from(asked)]).collect(),
    }
}

fn axis(number: DesignNumber, curve: &[PowerAtValue]) -> Axis {
    let values = curve.iter().map(|at| at.value);
    let (least, most) = values.fold((f64::INFINITY, 0.0_f64), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    match most > 10.0 * least {
        true => Axis::logarithm(number.name(), least / 1.2, most * 1.2),
        false => {
            let margin = 0.05 * (most - least).max(1.0);
            Axis::number(number.name(), (least - margin).max(0.0), most + margin)
        }
    }
}
