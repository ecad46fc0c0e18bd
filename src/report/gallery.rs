//! Teaching figures: each kind from its numbers to panels.

mod attempts;
mod breaks;
mod claims;
mod curves;
mod exam;
mod landscape;
mod lengths;
mod motion;
mod powers;
mod published;
mod runs;
mod scores;
mod test_sizes;

use super::axis::{Axis, CreditAxis};
use super::drawn::{Bands, note};
use super::figure::{Figure, Panel};
use super::forecast_figure::{forecast_figure, short_note};
use super::headline::{MixedAxes, headline};
use super::layer::{Crossing, Layer};
use super::setting::{WIDTH, wrapped};
use super::words;
use crate::study::{FigureFinding, FigurePlan, Finding, ForecastFinding, Illustration, Shown};

pub use motion::{frames_csv, teaching_frames};

/// Panels, and what points, curves and bands in them are.
type Drawn = (Vec<Panel>, String);

/// A teaching figure: its caption says what to see and what not to conclude.
///
/// # Errors
/// [`MixedAxes`] if the worlds do not count scale in the same unit, which no plan allows.
pub fn teaching_figure(finding: &FigureFinding) -> Result<Figure, MixedAxes> {
    let (plan, findings) = (&finding.plan, &finding.findings[..]);
    let (panels, note) = match &plan.illustration {
        Illustration::Worlds => worlds(findings)?,
        Illustration::TestSizes => test_sizes::panels(findings),
        Illustration::Attempts { .. } => attempts::panels(finding),
        Illustration::Lengths { lengths } => lengths::panels(finding, lengths),
        Illustration::Metrics { .. } => curves::panels(findings),
        Illustration::Axes => curves::on_every_axis(findings),
        Illustration::Scales => test_sizes::joined(findings),
        Illustration::Claims => claims::panels(finding),
        Illustration::Horizon => claims::horizons(finding),
        Illustration::Landscape { lengths } => landscape::panels(findings, lengths),
        Illustration::Runs { .. } => runs::panels(finding),
        Illustration::Scores => scores::panels(finding),
        Illustration::Exam { at, words, .. } => exam::panels(finding, at, words),
        Illustration::Power(over) => match &finding.shown {
            Shown::Powers { powers, reported } => powers::panels(over, powers, reported.as_ref()),
            _ => Drawn::default(),
        },
        Illustration::Break { over, alone, .. } => match &finding.shown {
            Shown::Break {
                powers,
                alone: powers_alone,
            } => {
                let alone = alone.as_deref().zip(powers_alone.as_ref());
                breaks::panels(findings, (over, powers), alone)
            }
            _ => Drawn::default(),
        },
        Illustration::Forecast { .. } => match &finding.shown {
            Shown::Forecast(forecast) => fans(forecast),
            _ => Drawn::default(),
        },
        Illustration::Published { .. } => match &finding.shown {
            Shown::Published(scores) => published::panels(findings, scores)?,
            _ => Drawn::default(),
        },
    };
    Ok(Figure {
        name: plan.name.clone(),
        title: plan.title.clone(),
        caption: format!("{} Beware: {}", plan.see.trim(), plan.beware.trim()),
        note,
        panels,
    })
}

/// Name and title of a teaching figure, what to see in it and what not to conclude, in lines of at most 80 columns.
#[must_use]
pub fn told_figure(plan: &FigurePlan) -> String {
    let said = |words: &str, first: &str| wrapped(words.trim(), WIDTH, first, "          ");
    format!(
        "{} ({})\n{}{}",
        plan.name,
        plan.title,
        said(&plan.see, "  See:    "),
        said(&plan.beware, "  Beware: ")
    )
}

/// What a forecast shows, without the threshold whose crossing is another question.
fn fans(finding: &ForecastFinding) -> Drawn {
    let is_threshold = |layer: &Layer| match layer {
        Layer::Line(line) => matches!(line.at, Crossing::At(_)),
        _ => false,
    };
    let panel = |panel: Panel| {
        let layers = panel.layers.into_iter();
        Panel {
            layers: layers.filter(|layer| !is_threshold(layer)).collect(),
            ..panel
        }
    };
    let panels = forecast_figure(finding).panels.into_iter().map(panel);
    (panels.collect(), short_note(finding))
}

fn worlds(findings: &[Finding]) -> Result<Drawn, MixedAxes> {
    let curves: Vec<_> = findings.iter().map(Finding::expected_curves).collect();
    let figure = headline(findings, &curves, CreditAxis::Linear)?;
    Ok((figure.panels, figure.note))
}

/// The axis of the scales that a finding measures.
fn scale_axis(finding: &Finding) -> Axis {
    let label = words::scale_label(finding.scenario.evaluation.axis);
    Axis::decades(label, super::drawn::measured(finding))
}

/// What is said of panels of expected curves.
fn curves_note(findings: &[Finding], panels: &[Panel]) -> String {
    note(findings, panels, Bands::None)
}
