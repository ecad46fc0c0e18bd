//! Figures of a sweep: what its points say, over scale, over a swept key, over two of them, or one metric against another.

mod against;
mod anatomy_lines;
mod anatomy_words;
mod cells;
mod column;
mod company;
mod contour;
mod credit_panels;
mod error;
mod grid;
mod note;
mod over_key;
mod over_scale;
mod plan;
mod request;
mod shade;

use super::axis::CreditAxis;
use super::figure::{Figure, Panel};
use crate::domain::{Metric, Range};
use crate::study::{AnatomyNumber, SweepFinding};
use plan::{Plan, Shown};

pub use error::PlotError;
pub use request::{NumberScale, PlotAxis, PlotKind, PlotRequest, PlotWhat, UnknownPlotWord};

/// Draws what is asked of a sweep. What the request leaves open follows from the sweep:
///
/// - Along the horizontal axis lies scale; for numbers of the anatomy, the key that varies.
/// - Lines stand for the key that varies besides, or for combinations of several, up to twelve; a key that follows from
///   what is drawn makes no lines of its own. In heatmaps and contours it lies along the vertical axis.
/// - Mean credit over a key is shown at the scale at which the first metric differs most.
///
/// # Errors
/// [`PlotError`]: what cannot be drawn, and what would be right.
pub fn plot(sweep: &SweepFinding, request: &PlotRequest) -> Result<Figure, PlotError> {
    let plan = Plan::new(sweep, request)?;
    let by = request.by.as_ref().map(|by| plan.shown(by)).transpose()?;
    match (request.kind, &request.what) {
        (PlotKind::Line, PlotWhat::Summary(metrics)) => lines(&plan, metrics, by),
        (PlotKind::Line, PlotWhat::Anatomy { numbers, metrics }) => {
            anatomy(&plan, (numbers, metrics), by)
        }
        (PlotKind::Heatmap | PlotKind::Contour, what) => cells(&plan, what, by),
        (PlotKind::MetricAgainstMetric, PlotWhat::Summary(metrics)) => {
            let pair = against::pair(&plan, metrics)?;
            credit_axis_of(&plan, &[pair.0, pair.1])?;
            if by == Some(Shown::Scale) || request.x.is_some() {
                return Err(PlotError::NoScaleAxis);
            }
            if request.at.is_some() {
                return Err(PlotError::ScaleShown);
            }
            plan.all_differ(Shown::Scale, by)?;
            against::against(&plan, pair, by)
        }
        (PlotKind::MetricAgainstMetric, PlotWhat::Anatomy { .. }) => Err(PlotError::CreditOnly {
            what: "metric against metric",
        }),
    }
}

fn lines(plan: &Plan<'_>, metrics: &[Metric], by: Option<Shown>) -> Result<Figure, PlotError> {
    let x = plan.request.x.as_ref().map(|x| plan.shown(x)).transpose()?;
    let x = x.unwrap_or(Shown::Scale);
    plan.all_differ(x, by)?;
    let metrics = plan.metrics(metrics)?;
    credit_axis_of(plan, &metrics)?;
    match x {
        Shown::Scale if plan.request.at.is_some() => Err(PlotError::ScaleShown),
        Shown::Scale => over_scale::over_scale(plan, &metrics, by),
        Shown::Key(key) => over_key::over_key(plan, &metrics, key, by),
    }
}

fn anatomy(
    plan: &Plan<'_>,
    (numbers, metrics): (&[AnatomyNumber], &[Metric]),
    by: Option<Shown>,
) -> Result<Figure, PlotError> {
    dissected(plan)?;
    no_credit_axis(plan, "an anatomy")?;
    if plan.request.at.is_some() {
        return Err(PlotError::AnatomyOverScale);
    }
    let x = match plan.request.x.as_ref() {
        Some(x) => plan.shown(x)?,
        None => the_free_key(plan, by, "an anatomy", "--x")?,
    };
    plan.all_differ(x, by)?;
    let metrics = plan.metrics(metrics)?;
    match (x, by) {
        (Shown::Key(key), None | Some(Shown::Key(_))) => {
            anatomy_lines::anatomy_lines(plan, (numbers, &metrics), key, by)
        }
        _ => Err(PlotError::AnatomyOverScale),
    }
}

fn cells(plan: &Plan<'_>, what: &PlotWhat, by: Option<Shown>) -> Result<Figure, PlotError> {
    let name = match plan.request.kind {
        PlotKind::Contour => "a contour plot",
        _ => "a heatmap",
    };
    no_credit_axis(plan, name)?;
    let is_anatomy = matches!(what, PlotWhat::Anatomy { .. });
    let x = match (plan.request.x.as_ref(), is_anatomy, by) {
        (Some(x), ..) => plan.shown(x)?,
        (None, false, None | Some(Shown::Key(_))) => Shown::Scale,
        (None, false, Some(Shown::Scale)) => the_free_key(plan, by, name, "--x")?,
        // Of two keys, the first lies along the horizontal axis.
        (None, true, _) => match (&plan.free(&by.into_iter().collect::<Vec<_>>())[..], by) {
            ([first, _], None) => Shown::Key(first.place),
            _ => the_free_key(plan, by, name, "--x")?,
        },
    };
    let by = match by {
        Some(by) => by,
        None if plan.free(&[x]).is_empty() && x != Shown::Scale && !is_anatomy => Shown::Scale,
        None => the_free_key(plan, Some(x), name, "--by")?,
    };
    plan.all_differ(x, Some(by))?;
    let shades = match what {
        PlotWhat::Summary(metrics) => shade::credits(&plan.metrics(metrics)?),
        PlotWhat::Anatomy { numbers, metrics } => {
            dissected(plan)?;
            if [x, by].contains(&Shown::Scale) || plan.request.at.is_some() {
                return Err(PlotError::AnatomyOverScale);
            }
            shade::shades(numbers, &plan.metrics(metrics)?)
        }
    };
    cells::over_two(plan, &shades, (x, by))
}

/// The only key that varies besides one that is used.
fn the_free_key(
    plan: &Plan<'_>,
    used: Option<Shown>,
    what: &'static str,
    axis: &'static str,
) -> Result<Shown, PlotError> {
    match plan.free(&used.into_iter().collect::<Vec<_>>())[..] {
        [only] => Ok(Shown::Key(only.place)),
        [] => Err(PlotError::NoKey { what }),
        ref several => Err(PlotError::AxisNeeded {
            what,
            axis,
            known: several.iter().map(|key| key.name.to_owned()).collect(),
        }),
    }
}

fn dissected(plan: &Plan<'_>) -> Result<(), PlotError> {
    match plan.findings().any(|finding| finding.anatomy.is_some()) {
        true => Ok(()),
        false => Err(PlotError::NotDissected),
    }
}

fn no_credit_axis(plan: &Plan<'_>, what: &'static str) -> Result<(), PlotError> {
    match plan.request.y_scale {
        CreditAxis::Linear => Ok(()),
        _ => Err(PlotError::NoCreditAxis { what }),
    }
}

/// Of several metrics, those that run from 0 to 1 have an axis of credit.
fn credit_axis_of(plan: &Plan<'_>, metrics: &[Metric]) -> Result<(), PlotError> {
    match metrics.iter().any(|metric| metric.range() == Range::Unit) {
        true => Ok(()),
        false => no_credit_axis(plan, "a metric that does not run from 0 to 1"),
    }
}

/// Panels with the words around them.
fn figure(plan: &Plan<'_>, title: &str, note: String, panels: Vec<Panel>) -> Figure {
    // What came through a pipe without a title has no name.
    let titles = plan
        .findings()
        .map(|finding| match finding.scenario.title.as_str() {
            "stdin" => "",
            title => title,
        });
    let mut titles: Vec<&str> = titles.collect();
    titles.dedup();
    let title = match titles[..] {
        [only] if !only.is_empty() => format!("{only}: {}", lower(title)),
        _ => title.to_owned(),
    };
    let common = note::common(plan);
    let of = match plan.points.len() {
        1 => "one point".to_owned(),
        several => format!("{several} points"),
    };
    let caption = note::listed_with(
        ". ",
        [&format!("{title}, of {of} of a sweep"), &common, &note],
    );
    Figure {
        name: "plot".to_owned(),
        title,
        caption,
        note,
        panels,
    }
}

/// With a small first letter.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
