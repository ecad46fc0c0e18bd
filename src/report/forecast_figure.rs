//! What small scales say of larger ones, drawn.

use super::axis::{Axis, CreditAxis};
use super::figure::{Figure, Panel};
use super::layer::{
    Fan, FanBand, FanEdge, Layer, PointPlace, ReferenceLine, Series, Stroke, Trace,
};
use super::look::Look;
use super::number::{percent, scale, threshold};
use super::words;
use crate::domain::{Metric, Scale};
use crate::study::{ForecastFan, ForecastFinding, ForecastModel, Given, ScaleRole, SeriesPoint};

/// More models than this make a figure that nobody reads.
const MOST_MODELS: usize = 4;

/// The models that a figure shows: all where they are few, else of those that tell something the first skill model,
/// logit-linear, and baselines that know nothing.
pub(super) fn shown(
    all: impl IntoIterator<Item = ForecastModel>,
    baselines: &[ForecastModel],
) -> Vec<ForecastModel> {
    let mut models: Vec<ForecastModel> = Vec::new();
    for model in all {
        if !models.contains(&model) {
            models.push(model);
        }
    }
    if models.len() <= MOST_MODELS {
        return models;
    }
    let skill = |model: &ForecastModel| matches!(model, ForecastModel::Skill(_));
    let first = models.iter().copied().find(skill);
    let others = [ForecastModel::LogitLinear];
    let others = others.iter().chain(baselines).copied();
    let others = others.filter(|other| models.contains(other));
    first.into_iter().chain(others).collect()
}

/// A panel for each shown model and metric it is fitted to: the points, the fitted curve, and beyond the last fitted scale
/// its prediction band, with what is expected where that is known.
#[must_use]
pub fn forecast_figure(finding: &ForecastFinding) -> Figure {
    let told = finding.fans.iter().filter(|fan| fan.points.len() > 1);
    let told: Vec<&ForecastFan> = told.collect();
    let models = shown(
        told.iter().map(|fan| fan.model),
        &[ForecastModel::LastValue],
    );
    let is_left_out = told.iter().any(|fan| !models.contains(&fan.model));
    let fans = told.into_iter().filter(|fan| models.contains(&fan.model));
    let panels: Vec<Panel> = fans.map(|fan| panel(finding, fan)).collect();
    let names: Vec<&str> = models.iter().map(|model| model.name()).collect();
    let others = match is_left_out {
        true => " The other models are in forecast.csv.",
        false => "",
    };
    Figure {
        name: "forecast".to_owned(),
        title: format!("{} beyond the last fitted scale", words::title(finding.of)),
        caption: format!(
            "{} foretold from {} scales by {}.{others}",
            words::title(finding.of),
            finding.scales.fitted.len(),
            names.join(", "),
        ),
        note: note(finding) + others,
        panels,
    }
}

fn note(finding: &ForecastFinding) -> String {
    let items = match &finding.given {
        Given::Scenario(scenario) => {
            format!("simulated, n = {} items", scenario.evaluation.items.get())
        }
        Given::Task(_) | Given::Nothing => "as measured".to_owned(),
    };
    let level = percent(finding.level);
    let dotted = match finding.series.iter().any(|series| series.curve.is_some()) {
        true => " Dotted: expected under the law of the scenario.",
        false => "",
    };
    format!(
        "Points: {items}, with {level} intervals. Curves: fitted to the circles. Bands: {} prediction intervals of a new evaluation.{dotted} Shaded: not fitted.",
        levels(finding),
    )
}

fn panel(finding: &ForecastFinding, fan: &ForecastFan) -> Panel {
    let window = window(finding);
    let layers = [
        vec![Layer::from(band(finding, fan))],
        points(finding, fan.metric),
        lines(finding),
        expected(finding).into_iter().map(Layer::from).collect(),
    ];
    Panel {
        title: format!(
            "{}, {}",
            fan.model.name(),
            words::title(fan.metric).to_lowercase()
        ),
        subtitle: standing(finding, fan.model).to_owned(),
        x: Axis::decades(words::scale_label(finding.axis()), window),
        y: Axis::credit("Mean credit", CreditAxis::Linear, []),
        measured: fitted_window(finding),
        layers: layers.into_iter().flatten().collect(),
    }
}

/// Whether its law is one that holds, where that is known.
fn standing(finding: &ForecastFinding, model: ForecastModel) -> &'static str {
    match finding.holds(model) {
        Some(true) => "the right law",
        Some(false) => "a wrong law",
        None => "",
    }
}

/// From the first fitted scale to the furthest one asked for or held out.
fn window(finding: &ForecastFinding) -> (f64, f64) {
    let scales = &finding.scales;
    let all = scales
        .fitted
        .iter()
        .chain(&scales.held_out)
        .chain(&scales.targets);
    let places = all.map(|scale| scale.log10());
    places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    })
}

fn fitted_window(finding: &ForecastFinding) -> Option<(f64, f64)> {
    let fitted = &finding.scales.fitted;
    Some((fitted.first()?.log10(), fitted.last()?.log10()))
}

fn band(finding: &ForecastFinding, fan: &ForecastFan) -> Fan {
    let last = finding.scales.last_fitted().log10();
    // A scale of 1e10 may have a logarithm a hair below 10.
    let hair = 1e-9;
    let beyond = fan.points.iter();
    let beyond = beyond.filter(|point| point.scale.log10() >= last - hair);
    let edge = |&(scale, low, high): &(Scale, f64, f64)| FanEdge {
        x: scale.log10(),
        low,
        high,
    };
    let edges = beyond.map(|point| edge(&(point.scale, point.prediction.0, point.prediction.1)));
    let outer = FanBand {
        level: finding.level.get(),
        edges: edges.collect(),
    };
    let inner = fan.inner.iter().map(|band| FanBand {
        level: band.level.get(),
        edges: band.limits.iter().map(edge).collect(),
    });
    let centre = fan.points.iter();
    Fan {
        label: "forecast".to_owned(),
        look: Look::at(0),
        centre: centre
            .map(|point| (point.scale.log10(), point.predicted))
            .collect(),
        bands: inner.chain([outer]).collect(),
    }
}

/// What points and bands are, in few words.
pub(super) fn short_note(finding: &ForecastFinding) -> String {
    let items = match &finding.given {
        Given::Scenario(scenario) => format!("n = {} items, ", scenario.evaluation.items.get()),
        Given::Task(_) | Given::Nothing => String::new(),
    };
    format!(
        "{items}{} intervals. Bands: {} prediction intervals.",
        percent(finding.level),
        levels(finding),
    )
}

/// What the bands are: the levels of the widest fan, from the lowest on.
fn levels(finding: &ForecastFinding) -> String {
    let inner = finding.fans.iter().map(|fan| &fan.inner);
    let most = inner.max_by_key(|inner| inner.len());
    let inner = most.into_iter().flatten().map(|band| percent(band.level));
    let all: Vec<String> = inner.chain([percent(finding.level)]).collect();
    match all.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => all.join(""),
    }
}

/// What the model was fitted to, and what was measured of the foretold metric besides.
fn points(finding: &ForecastFinding, metric: Metric) -> Vec<Layer> {
    let places = |of: Metric, is_wanted: &dyn Fn(&SeriesPoint) -> bool| -> Vec<PointPlace> {
        let series = finding.series.iter().filter(|series| series.metric == of);
        let points = series.flat_map(|series| &series.points);
        let points = points.filter(|point| is_wanted(point));
        points
            .map(|point| PointPlace {
                x: point.scale.log10(),
                y: point.value,
                low: point.interval.0,
                high: point.interval.1,
            })
            .collect()
    };
    let is_fitted = |point: &SeriesPoint| point.role == ScaleRole::Fitted;
    let fitted = places(metric, &is_fitted);
    let unseen = places(finding.of, &|point| {
        metric != finding.of || !is_fitted(point)
    });
    let series = |label: &str, look: Look, points: Vec<PointPlace>| {
        (!points.is_empty()).then(|| {
            Layer::from(Series {
                label: label.to_owned(),
                look,
                curve: Vec::new(),
                points,
            })
        })
    };
    let unseen_look = Look::at(1).marked_as(1);
    let both = [
        series("fitted", Look::at(0).marked_as(0), fitted),
        series("not fitted", unseen_look, unseen),
    ];
    both.into_iter().flatten().collect()
}

fn lines(finding: &ForecastFinding) -> Vec<Layer> {
    let last = finding.scales.last_fitted().log10();
    let last = ReferenceLine::vertical(&format!("fitted up to {}", scale(last)), last);
    let q = finding.threshold.get();
    let wanted = (q > 0.0 && q < 1.0)
        .then(|| ReferenceLine::horizontal(&format!("threshold {}", threshold(q)), q));
    std::iter::once(last)
        .chain(wanted)
        .map(Layer::from)
        .collect()
}

/// What is expected of the foretold metric.
fn expected(finding: &ForecastFinding) -> Option<Trace> {
    let mut series = finding.series.iter();
    let series = series.find(|series| series.metric == finding.of)?;
    let places = series.curve.as_ref()?.points.iter();
    Some(Trace {
        label: "expected".to_owned(),
        stroke: Stroke::Reference,
        pieces: vec![places.map(|at| (at.x, at.expected)).collect()],
    })
}
